//! Cases: their columns, and the questions over them.

use crate::fault::Answer;
use crate::put_rows::text_or_null;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use xiaoneng_ledger::TenantId;
use xiaoneng_store::{CaseFilter, CaseOrder, CaseRow, Page, effective_limit, instant, micros};

/// The columns in the order of [`CaseValues`] and [`read_case`].
pub const CASE_COLUMNS: [&str; 29] = [
    "tenant",
    "case_id",
    "number",
    "procedure",
    "item",
    "title",
    "unit",
    "intake_unit",
    "tier",
    "state",
    "standing",
    "open",
    "holder",
    "offered_to",
    "applicant_masked",
    "lookup",
    "track_code",
    "received_at",
    "due_key",
    "due_date",
    "light",
    "provisional",
    "started_at",
    "closed_key",
    "result",
    "result_public_at",
    "version",
    "step",
    "row_json",
];

/// A row's values as SQL sees them, borrowed.
pub struct CaseValues<'a>(pub [ValueRef<'a>; 29]);

impl<'a> CaseValues<'a> {
    pub fn of(row: &'a CaseRow, json: &'a str) -> Self {
        let text = |text: &'a str| ValueRef::Text(text.as_bytes());
        let flag = |flag: bool| ValueRef::Integer(flag.into());
        let maybe = |at: Option<jiff::Timestamp>| at.map_or(ValueRef::Null, |at| ValueRef::Integer(micros(at)));
        Self([
            text(row.tenant.as_str()),
            text(&row.case),
            text(&row.number),
            text(&row.procedure),
            text(&row.item),
            text(&row.title),
            text(&row.unit),
            text(&row.intake_unit),
            text(&row.tier),
            text(&row.state),
            flag(row.standing),
            flag(row.open),
            text_or_null(row.holder.as_deref()),
            text_or_null(row.offered_to.as_deref()),
            text(&row.applicant_masked),
            text_or_null(row.lookup.as_deref()),
            text(&row.track_code),
            ValueRef::Integer(micros(row.received_at)),
            ValueRef::Integer(CaseOrder::DueFirst.key(row)),
            text_or_null(row.due_date.as_deref()),
            text(&row.light),
            flag(row.provisional),
            maybe(row.started_at),
            ValueRef::Integer(CaseOrder::ClosedLast.key(row)),
            text_or_null(row.result.as_deref()),
            maybe(row.result_public_at),
            ValueRef::Integer(row.version as i64),
            text(&row.step),
            text(json),
        ])
    }
}

/// `SELECT` all columns of cases, and what comes after.
pub fn case_select(rest: &str) -> String {
    static COLUMNS: LazyLock<String> = LazyLock::new(|| CASE_COLUMNS.join(", "));
    format!("SELECT {} FROM cases {rest}", *COLUMNS)
}

pub fn read_case(row: &Row<'_>) -> Answer<CaseRow> {
    let key = |position: usize, none: i64| -> Answer<Option<jiff::Timestamp>> {
        let key: i64 = row.get(position)?;
        if key == none { Ok(None) } else { Ok(Some(instant(key)?)) }
    };
    let maybe = |position: usize| -> Answer<Option<jiff::Timestamp>> {
        let at: Option<i64> = row.get(position)?;
        Ok(at.map(instant).transpose()?)
    };
    Ok(CaseRow {
        tenant: TenantId(row.get(0)?),
        case: row.get(1)?,
        number: row.get(2)?,
        procedure: row.get(3)?,
        item: row.get(4)?,
        title: row.get(5)?,
        unit: row.get(6)?,
        intake_unit: row.get(7)?,
        tier: row.get(8)?,
        state: row.get(9)?,
        standing: row.get(10)?,
        open: row.get(11)?,
        holder: row.get(12)?,
        offered_to: row.get(13)?,
        applicant_masked: row.get(14)?,
        lookup: row.get(15)?,
        track_code: row.get(16)?,
        received_at: instant(row.get(17)?)?,
        due_at: key(18, i64::MAX)?,
        due_date: row.get(19)?,
        light: row.get(20)?,
        provisional: row.get(21)?,
        started_at: maybe(22)?,
        closed_at: key(23, i64::MIN)?,
        result: row.get(24)?,
        result_public_at: maybe(25)?,
        version: row.get::<_, i64>(26)? as u64,
        step: row.get(27)?,
        row_json: serde_json::from_str(row.get_ref(28)?.as_str().map_err(rusqlite::Error::from)?)?,
    })
}

/// The one case where this column of the tenant's has this value.
pub fn case_where(conn: &Connection, tenant: &TenantId, column: &str, value: &str) -> Answer<Option<CaseRow>> {
    let sql = case_select(&format!("WHERE tenant = ?1 AND {column} = ?2"));
    let found = conn.prepare_cached(&sql)?.query_row([tenant.as_str(), value], |row| Ok(read_case(row))).optional()?;
    found.transpose()
}

/// The case of this number and code, in whichever tenant the number starts with: each beginning of
/// the number is tried as a tenant, so that every statement names one.
pub fn case_by_track(conn: &Connection, number: &str, code: &str) -> Answer<Option<CaseRow>> {
    let ends = number.char_indices().skip(1).map(|(at, _)| at).take(TENANT_CHARS_MAX);
    for end in ends.chain([number.len()]) {
        let tenant = TenantId::from(&number[..end]);
        let found = case_where(conn, &tenant, "number", number)?;
        if let Some(row) = found.filter(|row| row.track_code == code) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Division codes have six digits; some room for others.
const TENANT_CHARS_MAX: usize = 32;

/// Conditions with their values, in step.
pub struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// Every statement names its tenant, first.
    pub fn of_tenant(tenant: &TenantId) -> Self {
        Self { sql: "WHERE tenant = ?".to_owned(), values: vec![Value::Text(tenant.as_str().to_owned())] }
    }

    /// `condition` has a `?` for each value.
    pub fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    pub fn equal(&mut self, column: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.and(&format!("{column} = ?"), [Value::Text(value.clone())]);
        }
    }

    pub fn instant(&mut self, condition: &str, at: Option<jiff::Timestamp>) {
        if let Some(at) = at {
            self.and(condition, [Value::Integer(micros(at))]);
        }
    }

    pub fn one_of(&mut self, column: &str, among: &[String]) {
        let marks = vec!["?"; among.len()].join(", ");
        let values = among.iter().map(|value| Value::Text(value.clone()));
        self.and(&format!("{column} IN ({marks})"), values);
    }

    /// The conditions, what comes after them, and all values.
    pub fn then(mut self, rest: &str, values: impl IntoIterator<Item = Value>) -> (String, Vec<Value>) {
        self.values.extend(values);
        (format!("{} {rest}", self.sql), self.values)
    }
}

fn conditions(f: &CaseFilter) -> Conditions {
    let mut c = Conditions::of_tenant(&f.tenant);
    if let Some(posts) = &f.holder {
        c.one_of("holder", posts);
    }
    if let Some(posts) = &f.offered_to {
        c.one_of("offered_to", posts);
    }
    for (column, value) in [
        ("unit", &f.unit),
        ("intake_unit", &f.intake_unit),
        ("tier", &f.tier),
        ("procedure", &f.procedure),
        ("item", &f.item),
        ("state", &f.state),
        ("lookup", &f.lookup),
    ] {
        c.equal(column, value.as_ref());
    }
    for (column, value) in [("open", f.open), ("standing", f.standing)] {
        if let Some(value) = value {
            // Spelt out, not bound: partial indexes are chosen by what the statement says.
            c.and(&format!("{column} = {}", i64::from(value)), []);
        }
    }
    if !f.not_procedures.is_empty() {
        c.one_of("procedure NOT", &f.not_procedures);
    }
    if !f.lights.is_empty() {
        c.one_of("light", &f.lights);
    }
    c.instant("due_key < ?", f.due_before);
    c.instant("received_at >= ?", f.received_from);
    c.instant("received_at < ?", f.received_before);
    c.instant("closed_key >= ?", f.closed_from);
    c.instant("closed_key < ? AND closed_key > -9223372036854775808", f.closed_before);
    c.instant("result_public_at <= ?", f.result_public_by);
    if let Some(text) = &f.text {
        // Text is compared by bytes, and nothing sorts after U+10FFFF.
        let from = Value::Text(text.clone());
        let until = Value::Text(format!("{text}\u{10FFFF}"));
        if f.text_is_number() {
            c.and("number >= ? AND number < ?", [from, until]);
        } else {
            c.and(
                "((number >= ? AND number < ?) OR instr(title, ?) > 0
                  OR instr(applicant_masked, ?) > 0)",
                [from.clone(), until, from.clone(), from],
            );
        }
    }
    c
}

/// The statement of a page of cases and its values.
///
/// Of several posts each has its own part, cut to a page: an index gives the cases of one post in order,
/// those of several would all be fetched and sorted.
pub fn page_statement(filter: &CaseFilter) -> (String, Vec<Value>) {
    let posts = match &filter.holder {
        Some(posts) if (2..=POSTS_APART_MAX).contains(&posts.len()) => posts,
        _ => return one_page(filter),
    };
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    let posts: BTreeSet<&String> = posts.iter().collect();
    for post in posts {
        let (sql, bound) = one_page(&CaseFilter { holder: Some(vec![post.clone()]), ..filter.clone() });
        parts.push(format!("SELECT * FROM ({sql})"));
        values.extend(bound);
    }
    let (column, direction, _) = order_of(filter.order);
    values.push(Value::Integer(effective_limit(filter.limit) as i64 + 1));
    (format!("{} ORDER BY {column} {direction}, case_id {direction} LIMIT ?", parts.join(" UNION ALL ")), values)
}

/// Posts beyond these are asked for together: an officer has one or two.
const POSTS_APART_MAX: usize = 16;

/// The column that orders, its direction, and the comparison with the last row shown.
fn order_of(order: CaseOrder) -> (&'static str, &'static str, &'static str) {
    match order {
        CaseOrder::DueFirst => ("due_key", "ASC", ">"),
        CaseOrder::ReceivedLast => ("received_at", "DESC", "<"),
        CaseOrder::ClosedLast => ("closed_key", "DESC", "<"),
    }
}

fn one_page(filter: &CaseFilter) -> (String, Vec<Value>) {
    let mut c = conditions(filter);
    let (column, direction, compare) = order_of(filter.order);
    if let Some(after) = &filter.after {
        c.and(
            &format!("({column}, case_id) {compare} (?, ?)"),
            [Value::Integer(after.key), Value::Text(after.id.clone())],
        );
    }
    let limit = effective_limit(filter.limit) as i64;
    let rest = format!("ORDER BY {column} {direction}, case_id {direction} LIMIT ?");
    let (rest, values) = c.then(&rest, [Value::Integer(limit + 1)]);
    (case_select(&rest), values)
}

pub fn page(conn: &Connection, filter: &CaseFilter) -> Answer<Page<CaseRow>> {
    let (sql, values) = page_statement(filter);
    let rows =
        conn.prepare_cached(&sql)?.query_and_then(params_from_iter(values), read_case)?.collect::<Answer<Vec<_>>>()?;
    Ok(Page::cut(rows, effective_limit(filter.limit), |row| filter.order.cursor(row)))
}

pub fn count(conn: &Connection, filter: &CaseFilter, cap: u64) -> Answer<u64> {
    let cap = i64::try_from(cap).unwrap_or(i64::MAX);
    let (rest, values) = conditions(filter).then("LIMIT ?", [Value::Integer(cap)]);
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM cases {rest})");
    let count: i64 = conn.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(count as u64)
}
