//! Rows go in: only what changed is written, because each index touched costs.

use crate::cases::{CASE_COLUMNS, CaseValues, case_select};
use crate::fault::{Answer, Fault, is_constraint};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;
use xiaoneng_ledger::TenantId;
use xiaoneng_store::{AwayRow, BreachRow, CaseRow, ClockRow, NoticeRow, RowChange, StoreError, micros};

/// The JSON of a row as it is stored; empty where a row has none.
pub fn json_of(change: &RowChange) -> String {
    match change {
        RowChange::Case(row) => row.row_json.to_string(),
        RowChange::Notice(row) => row.body_json.to_string(),
        RowChange::Breach(row) => row.facts_json.to_string(),
        RowChange::Clocks { .. } | RowChange::Away(_) | RowChange::AwayGone { .. } | RowChange::BreachGone { .. } => {
            String::new()
        }
    }
}

/// `json` is what [`json_of`] made of it.
pub fn put(conn: &Connection, counts: &mut Counts, tenant: &TenantId, change: &RowChange, json: &str) -> Answer<()> {
    match change {
        RowChange::Case(row) => put_case(conn, counts, row, json),
        RowChange::Clocks { case, rows } => put_clocks(conn, tenant, case, rows),
        RowChange::Notice(row) => put_notice(conn, tenant, row, json),
        RowChange::Away(row) => put_away(conn, tenant, row),
        RowChange::AwayGone { case } => {
            conn.prepare_cached("DELETE FROM away WHERE tenant = ?1 AND case_id = ?2")?
                .execute([tenant.as_str(), case])?;
            Ok(())
        }
        RowChange::Breach(row) => put_breach(conn, tenant, row, json),
        RowChange::BreachGone { id } => {
            conn.prepare_cached("DELETE FROM breaches WHERE tenant = ?1 AND id = ?2")?
                .execute([tenant.as_str(), id])?;
            Ok(())
        }
    }
}

/// What a case counts as in the summary.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    tenant: String,
    unit: String,
    procedure: String,
    light: String,
    open: bool,
}

/// By how much the counts of the summary move: many cases go one way, few counts are written.
#[derive(Clone, Default)]
pub struct Counts(BTreeMap<Counted, i64>);

impl Counts {
    fn add(&mut self, key: Counted, by: i64) {
        *self.0.entry(key).or_default() += by;
    }

    /// Writes what moved.
    pub fn flush(&mut self, conn: &Connection) -> Answer<()> {
        for (key, by) in std::mem::take(&mut self.0) {
            if by != 0 {
                count(conn, &key, by)?;
            }
        }
        Ok(())
    }
}

fn count(conn: &Connection, key: &Counted, by: i64) -> Answer<()> {
    let place = params![key.tenant, key.unit, key.procedure, key.light, key.open, by];
    conn.prepare_cached(
        "INSERT INTO summary (tenant, unit, procedure, light, open, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (tenant, unit, procedure, light, open) DO UPDATE SET count = count + excluded.count",
    )?
    .execute(place)?;
    if by < 0 {
        conn.prepare_cached(
            "DELETE FROM summary WHERE tenant = ?1 AND unit = ?2 AND procedure = ?3
             AND light = ?4 AND open = ?5 AND count = 0",
        )?
        .execute(params![key.tenant, key.unit, key.procedure, key.light, key.open])?;
    }
    Ok(())
}

fn put_case(conn: &Connection, counts: &mut Counts, row: &CaseRow, json: &str) -> Answer<()> {
    static OLD: LazyLock<String> = LazyLock::new(|| case_select("WHERE tenant = ?1 AND case_id = ?2"));
    let values = CaseValues::of(row, json);
    let counted = |unit: &str, procedure: &str, light: &str, open: bool| Counted {
        tenant: row.tenant.to_string(),
        unit: unit.to_owned(),
        procedure: procedure.to_owned(),
        light: light.to_owned(),
        open,
    };
    let old = conn
        .prepare_cached(&OLD)?
        .query_row([row.tenant.as_str(), &row.case], |old| {
            // tenant and case_id, the first two, are the key.
            let mut changed = Vec::new();
            for position in 2..CASE_COLUMNS.len() {
                if old.get_ref(position)? != values.0[position] {
                    changed.push(position);
                }
            }
            // Most acts move a case within its count.
            let moves = changed.iter().any(|position| COUNTED.contains(&CASE_COLUMNS[*position]));
            let before = match moves {
                true => {
                    let text = |column| old.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
                    Some(counted(text("unit")?, text("procedure")?, text("light")?, old.get("open")?))
                }
                false => None,
            };
            Ok((changed, before))
        })
        .optional()?;
    let now = || counted(&row.unit, &row.procedure, &row.light, row.open);
    match old {
        None => {
            insert_case(conn, row, &values)?;
            counts.add(now(), 1);
        }
        Some((changed, before)) => {
            update_case(conn, row, &values, &changed)?;
            if let Some(before) = before {
                counts.add(before, -1);
                counts.add(now(), 1);
            }
        }
    }
    Ok(())
}

/// The columns that the summary counts by, beside the tenant.
const COUNTED: [&str; 4] = ["unit", "procedure", "light", "open"];

fn insert_case(conn: &Connection, row: &CaseRow, values: &CaseValues<'_>) -> Answer<()> {
    static INSERT: LazyLock<String> = LazyLock::new(|| {
        let marks: Vec<String> = (1..=CASE_COLUMNS.len()).map(|n| format!("?{n}")).collect();
        format!("INSERT INTO cases ({}) VALUES ({})", CASE_COLUMNS.join(", "), marks.join(", "))
    });
    let put = conn
        .prepare_cached(&INSERT)?
        .execute(params_from_iter(values.0.iter().map(|value| ToSqlOutput::Borrowed(*value))))
        .map_err(Fault::from);
    match put {
        Err(fault) if is_constraint(&fault) => Err(number_taken(conn, row)?),
        other => other.map(|_| ()),
    }
}

fn number_taken(conn: &Connection, row: &CaseRow) -> Answer<Fault> {
    let by = conn
        .prepare_cached("SELECT case_id FROM cases WHERE tenant = ?1 AND number = ?2")?
        .query_row([row.tenant.as_str(), &row.number], |row| row.get(0))?;
    let (space, value) = ("number".to_owned(), row.number.clone());
    Ok(StoreError::Taken { space, value, by }.into())
}

/// Sets the columns that changed and no other: SQLite rewrites every index of a column that is named.
fn update_case(conn: &Connection, row: &CaseRow, values: &CaseValues<'_>, changed: &[usize]) -> Answer<()> {
    if changed.is_empty() {
        return Ok(());
    }
    if changed.iter().any(|position| CASE_COLUMNS[*position] == "number") {
        let what = format!("case {} keeps its number, it cannot become {}", row.case, row.number);
        return Err(StoreError::Invalid { what }.into());
    }
    let mut sql = String::from("UPDATE cases SET ");
    for (position, column) in changed.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        write!(sql, "{comma}{} = ?{}", CASE_COLUMNS[*column], position + 3).expect("OK because a string takes all");
    }
    sql.push_str(" WHERE tenant = ?1 AND case_id = ?2");
    let bound = [0, 1].iter().chain(changed).map(|at| ToSqlOutput::Borrowed(values.0[*at]));
    conn.prepare_cached(&sql)?.execute(params_from_iter(bound))?;
    Ok(())
}

pub const CLOCK_COLUMNS: [&str; 9] =
    ["tenant", "case_id", "clock", "light", "due_at", "next_change_at", "provisional", "running", "asked"];

fn put_clocks(conn: &Connection, tenant: &TenantId, case: &str, rows: &[ClockRow]) -> Answer<()> {
    static PUT: LazyLock<String> = LazyLock::new(|| upsert("clocks", 3, &CLOCK_COLUMNS));
    let old = crate::lists::clocks(conn, tenant, case)?;
    for gone in old.iter().filter(|old| rows.iter().all(|row| row.clock != old.clock)) {
        conn.prepare_cached("DELETE FROM clocks WHERE tenant = ?1 AND case_id = ?2 AND clock = ?3")?.execute([
            tenant.as_str(),
            case,
            &gone.clock,
        ])?;
    }
    for row in rows.iter().filter(|row| !old.contains(row)) {
        conn.prepare_cached(&PUT)?.execute(params![
            tenant.as_str(),
            case,
            row.clock,
            row.light,
            row.due_at.map(micros),
            row.next_change_at.map(micros),
            row.provisional,
            row.running,
            row.asked,
        ])?;
    }
    Ok(())
}

/// Puts a row, its first columns being the key, and writes nothing where it stands there already: the
/// office hands over all rows of a case at each act, and most of them stay.
fn upsert(table: &str, key: usize, columns: &[&str]) -> String {
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let (keys, rest) = columns.split_at(key);
    let sets: Vec<String> = rest.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let differs: Vec<String> = rest.iter().map(|column| format!("{table}.{column} IS NOT excluded.{column}")).collect();
    format!(
        "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {} WHERE {}",
        columns.join(", "),
        marks.join(", "),
        keys.join(", "),
        sets.join(", "),
        differs.join(" OR "),
    )
}

fn put_notice(conn: &Connection, tenant: &TenantId, row: &NoticeRow, json: &str) -> Answer<()> {
    static PUT: LazyLock<String> = LazyLock::new(|| upsert("notices", 2, &NOTICE_COLUMNS));
    conn.prepare_cached(&PUT)?.execute(params![
        tenant.as_str(),
        row.id,
        row.kind,
        row.unit,
        row.title,
        json,
        micros(row.shown_from),
        row.shown_until.map(micros),
        row.cleared_at.map(micros),
        row.case,
    ])?;
    Ok(())
}

pub const NOTICE_COLUMNS: [&str; 10] =
    ["tenant", "id", "kind", "unit", "title", "body_json", "shown_from", "shown_until", "cleared_at", "case_id"];

fn put_away(conn: &Connection, tenant: &TenantId, row: &AwayRow) -> Answer<()> {
    static PUT: LazyLock<String> = LazyLock::new(|| {
        upsert("away", 3, &["tenant", "case_id", "post", "officer", "from_at", "until_at", "stand_in", "state"])
    });
    conn.prepare_cached(&PUT)?.execute(params![
        tenant.as_str(),
        row.case,
        row.post,
        row.officer,
        micros(row.from),
        row.until.map(micros),
        row.stand_in,
        row.state,
    ])?;
    Ok(())
}

fn put_breach(conn: &Connection, tenant: &TenantId, row: &BreachRow, json: &str) -> Answer<()> {
    const COLUMNS: [&str; 10] =
        ["tenant", "id", "case_id", "unit", "post", "officer", "duty", "rule", "at", "facts_json"];
    static PUT: LazyLock<String> = LazyLock::new(|| upsert("breaches", 2, &COLUMNS));
    conn.prepare_cached(&PUT)?.execute(params![
        tenant.as_str(),
        row.id,
        row.case,
        row.unit,
        row.post,
        row.officer,
        row.duty,
        row.rule,
        micros(row.at),
        json,
    ])?;
    Ok(())
}

/// An optional text as SQL sees it.
pub fn text_or_null(text: Option<&str>) -> ValueRef<'_> {
    text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}
