//! The other questions: events, clocks, absences, notices, breaches, the summary.

use crate::append::envelope;
use crate::cases::Conditions;
use crate::fault::Answer;
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde_json::Value as Json;
use xiaoneng_ledger::{Envelope, StreamId, TenantId};
use xiaoneng_store::{
    AwayFilter, AwayRow, BreachFilter, BreachRow, ClockAsked, ClockDue, ClockRow, Cursor, NoticeFilter, NoticeRow,
    Page, SummaryRow, effective_limit, instant, micros,
};

fn maybe(row: &Row<'_>, position: usize) -> Answer<Option<Timestamp>> {
    let at: Option<i64> = row.get(position)?;
    Ok(at.map(instant).transpose()?)
}

fn json(row: &Row<'_>, position: usize) -> Answer<Json> {
    Ok(serde_json::from_str(row.get_ref(position)?.as_str().map_err(rusqlite::Error::from)?)?)
}

pub fn tenants(conn: &Connection) -> Answer<Vec<TenantId>> {
    conn.prepare_cached("SELECT tenant FROM ledgers ORDER BY tenant")?
        .query_and_then([], |row| Ok(TenantId(row.get(0)?)))?
        .collect()
}

/// Size and last instant of a ledger.
pub fn ledger_head(conn: &Connection, tenant: &TenantId) -> Answer<Option<(u64, Timestamp)>> {
    let head: Option<(i64, i64)> = conn
        .prepare_cached("SELECT size, last_recorded_at FROM ledgers WHERE tenant = ?1")?
        .query_row([tenant.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match head {
        Some((size, last)) => Some((size as u64, instant(last)?)),
        None => None,
    })
}

pub fn stream(conn: &Connection, tenant: &TenantId, stream: &StreamId) -> Answer<Vec<Envelope>> {
    conn.prepare_cached("SELECT bytes FROM events WHERE tenant = ?1 AND stream = ?2 ORDER BY version")?
        .query_and_then([tenant.as_str(), stream.as_str()], envelope)?
        .collect()
}

pub fn ledger(conn: &Connection, tenant: &TenantId, from_index: u64, limit: usize) -> Answer<Vec<Envelope>> {
    let from = i64::try_from(from_index).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    conn.prepare_cached("SELECT bytes FROM events WHERE tenant = ?1 AND idx >= ?2 ORDER BY idx LIMIT ?3")?
        .query_and_then(params![tenant.as_str(), from, limit], envelope)?
        .collect()
}

pub fn clocks(conn: &Connection, tenant: &TenantId, case: &str) -> Answer<Vec<ClockRow>> {
    conn.prepare_cached(
        "SELECT clock, light, due_at, next_change_at, provisional, running, asked FROM clocks
         WHERE tenant = ?1 AND case_id = ?2 ORDER BY clock",
    )?
    .query_and_then([tenant.as_str(), case], |row| {
        Ok(ClockRow {
            clock: row.get(0)?,
            light: row.get(1)?,
            due_at: maybe(row, 2)?,
            next_change_at: maybe(row, 3)?,
            provisional: row.get(4)?,
            running: row.get(5)?,
            asked: row.get(6)?,
        })
    })?
    .collect()
}

/// The watch's question; answered from an index alone.
pub const CLOCKS_DUE: &str = "SELECT case_id, clock, next_change_at FROM clocks
     WHERE tenant = ?1 AND next_change_at <= ?2
     ORDER BY next_change_at, case_id, clock LIMIT ?3";

pub fn clocks_due(conn: &Connection, tenant: &TenantId, at: Timestamp, limit: usize) -> Answer<Vec<ClockDue>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    conn.prepare_cached(CLOCKS_DUE)?
        .query_and_then(params![tenant.as_str(), micros(at), limit], |row| {
            Ok(ClockDue { case: row.get(0)?, clock: row.get(1)?, next_change_at: instant(row.get(2)?)? })
        })?
        .collect()
}

pub const CLOCKS_ASKED: &str = "SELECT case_id, clock, due_at, asked FROM clocks
     WHERE tenant = ?1 AND (case_id, clock) > (?2, ?3) AND asked IS NOT NULL AND due_at IS NOT NULL
     ORDER BY case_id, clock LIMIT ?4";

pub fn clocks_asked(
    conn: &Connection,
    tenant: &TenantId,
    after: (&str, &str),
    limit: usize,
) -> Answer<Vec<ClockAsked>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    conn.prepare_cached(CLOCKS_ASKED)?
        .query_and_then(params![tenant.as_str(), after.0, after.1, limit], |row| {
            Ok(ClockAsked { case: row.get(0)?, clock: row.get(1)?, due_at: instant(row.get(2)?)?, asked: row.get(3)? })
        })?
        .collect()
}

const AWAY_COLUMNS: &str = "SELECT case_id, post, officer, from_at, until_at, stand_in, state FROM away";

fn read_away(row: &Row<'_>) -> Answer<AwayRow> {
    Ok(AwayRow {
        case: row.get(0)?,
        post: row.get(1)?,
        officer: row.get(2)?,
        from: instant(row.get(3)?)?,
        until: maybe(row, 4)?,
        stand_in: row.get(5)?,
        state: row.get(6)?,
    })
}

pub fn away_at(conn: &Connection, tenant: &TenantId, at: Timestamp) -> Answer<Vec<AwayRow>> {
    conn.prepare_cached(&format!(
        "{AWAY_COLUMNS} WHERE tenant = ?1 AND from_at <= ?2
         AND (until_at IS NULL OR until_at > ?2) ORDER BY post, case_id"
    ))?
    .query_and_then(params![tenant.as_str(), micros(at)], read_away)?
    .collect()
}

pub fn away(conn: &Connection, filter: &AwayFilter) -> Answer<Vec<AwayRow>> {
    let mut c = Conditions::of_tenant(&filter.tenant);
    c.instant("from_at < ?", filter.until);
    c.instant("(until_at IS NULL OR until_at > ?)", Some(filter.from));
    let (rest, values) = c.then("ORDER BY from_at, case_id, post", []);
    conn.prepare_cached(&format!("{AWAY_COLUMNS} {rest}"))?
        .query_and_then(params_from_iter(values), read_away)?
        .collect()
}

/// The end of a page's statement, newest first by this column.
fn newest(mut c: Conditions, column: &str, after: Option<&Cursor>, limit: usize) -> (String, Vec<Value>) {
    if let Some(after) = after {
        c.and(&format!("({column}, id) < (?, ?)"), [Value::Integer(after.key), Value::Text(after.id.clone())]);
    }
    c.then(&format!("ORDER BY {column} DESC, id DESC LIMIT ?"), [Value::Integer(effective_limit(limit) as i64 + 1)])
}

pub const NOTICE_COLUMNS: &str = "SELECT id, kind, unit, title, body_json, shown_from, \
     shown_until, cleared_at, case_id FROM notices";

pub fn read_notice(row: &Row<'_>) -> Answer<NoticeRow> {
    Ok(NoticeRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        unit: row.get(2)?,
        title: row.get(3)?,
        body_json: json(row, 4)?,
        shown_from: instant(row.get(5)?)?,
        shown_until: maybe(row, 6)?,
        cleared_at: maybe(row, 7)?,
        case: row.get(8)?,
    })
}

/// The statement of a page of notices and its values.
pub fn notices_statement(f: &NoticeFilter) -> (String, Vec<Value>) {
    let mut c = Conditions::of_tenant(&f.tenant);
    c.equal("kind", f.kind.as_ref());
    c.equal("unit", f.unit.as_ref());
    c.equal("case_id", f.case.as_ref());
    c.instant("shown_from <= ?", f.at);
    c.instant("(shown_until IS NULL OR shown_until > ?)", f.at);
    c.instant("(cleared_at IS NULL OR cleared_at > ?)", f.at);
    let (rest, values) = newest(c, "shown_from", f.after.as_ref(), f.limit);
    (format!("{NOTICE_COLUMNS} {rest}"), values)
}

pub fn notices(conn: &Connection, f: &NoticeFilter) -> Answer<Page<NoticeRow>> {
    let (sql, values) = notices_statement(f);
    let rows = conn
        .prepare_cached(&sql)?
        .query_and_then(params_from_iter(values), read_notice)?
        .collect::<Answer<Vec<_>>>()?;
    let cursor = |row: &NoticeRow| Cursor { key: micros(row.shown_from), id: row.id.clone() };
    Ok(Page::cut(rows, effective_limit(f.limit), cursor))
}

pub const BREACH_COLUMNS: &str = "SELECT id, case_id, unit, post, officer, duty, rule, at, \
     facts_json FROM breaches";

pub fn read_breach(row: &Row<'_>) -> Answer<BreachRow> {
    Ok(BreachRow {
        id: row.get(0)?,
        case: row.get(1)?,
        unit: row.get(2)?,
        post: row.get(3)?,
        officer: row.get(4)?,
        duty: row.get(5)?,
        rule: row.get(6)?,
        at: instant(row.get(7)?)?,
        facts_json: json(row, 8)?,
    })
}

pub fn breaches(conn: &Connection, f: &BreachFilter) -> Answer<Page<BreachRow>> {
    let mut c = Conditions::of_tenant(&f.tenant);
    c.equal("case_id", f.case.as_ref());
    c.equal("unit", f.unit.as_ref());
    c.equal("post", f.post.as_ref());
    c.equal("duty", f.duty.as_ref());
    c.instant("at >= ?", f.from);
    c.instant("at < ?", f.until);
    let (rest, values) = newest(c, "at", f.after.as_ref(), f.limit);
    let rows = conn
        .prepare_cached(&format!("{BREACH_COLUMNS} {rest}"))?
        .query_and_then(params_from_iter(values), read_breach)?
        .collect::<Answer<Vec<_>>>()?;
    let cursor = |row: &BreachRow| Cursor { key: micros(row.at), id: row.id.clone() };
    Ok(Page::cut(rows, effective_limit(f.limit), cursor))
}

pub fn summary(conn: &Connection, tenant: &TenantId) -> Answer<Vec<SummaryRow>> {
    conn.prepare_cached(
        "SELECT unit, procedure, light, open, count FROM summary WHERE tenant = ?1
         ORDER BY unit, procedure, light, open",
    )?
    .query_and_then([tenant.as_str()], |row| {
        Ok(SummaryRow {
            tenant: tenant.clone(),
            unit: row.get(0)?,
            procedure: row.get(1)?,
            light: row.get(2)?,
            open: row.get(3)?,
            count: row.get::<_, i64>(4)? as u64,
        })
    })?
    .collect()
}
