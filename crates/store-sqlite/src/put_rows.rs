//! Rows go in: only what changed is written, because each index touched costs.

use crate::cases::{CASE_COLUMNS, CaseValues, case_select};
use crate::fault::{Answer, Fault, is_constraint};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::fmt::Write as _;
use xiaoneng_ledger::TenantId;
use xiaoneng_store::{AwayRow, BreachRow, CaseRow, ClockRow, NoticeRow, RowChange, StoreError, micros};

pub fn put(conn: &Connection, tenant: &TenantId, change: &RowChange) -> Answer<()> {
    match change {
        RowChange::Case(row) => put_case(conn, row),
        RowChange::Clocks { case, rows } => put_clocks(conn, tenant, case, rows),
        RowChange::Notice(row) => put_notice(conn, tenant, row),
        RowChange::Away(row) => put_away(conn, tenant, row),
        RowChange::AwayGone { case } => {
            conn.prepare_cached("DELETE FROM away WHERE tenant = ?1 AND case_id = ?2")?
                .execute([tenant.as_str(), case])?;
            Ok(())
        }
        RowChange::Breach(row) => put_breach(conn, tenant, row),
        RowChange::BreachGone { id } => {
            conn.prepare_cached("DELETE FROM breaches WHERE tenant = ?1 AND id = ?2")?
                .execute([tenant.as_str(), id])?;
            Ok(())
        }
    }
}

/// What a case counts as in the summary.
#[derive(PartialEq, Eq)]
struct Counted {
    unit: String,
    procedure: String,
    light: String,
    open: bool,
}

fn put_case(conn: &Connection, row: &CaseRow) -> Answer<()> {
    let json = row.row_json.to_string();
    let values = CaseValues::of(row, &json);
    let now =
        Counted { unit: row.unit.clone(), procedure: row.procedure.clone(), light: row.light.clone(), open: row.open };
    let old = conn
        .prepare_cached(case_select("WHERE tenant = ?1 AND case_id = ?2").as_str())?
        .query_row([row.tenant.as_str(), &row.case], |old| {
            // tenant and case_id, the first two, are the key.
            let mut changed = Vec::new();
            for position in 2..CASE_COLUMNS.len() {
                if old.get_ref(position)? != values.0[position] {
                    changed.push(position);
                }
            }
            let before = Counted {
                unit: old.get("unit")?,
                procedure: old.get("procedure")?,
                light: old.get("light")?,
                open: old.get("open")?,
            };
            Ok((changed, before))
        })
        .optional()?;
    match old {
        None => {
            insert_case(conn, row, &values)?;
            count(conn, &row.tenant, &now, 1)
        }
        Some((changed, before)) => {
            update_case(conn, row, &values, &changed)?;
            if before == now {
                return Ok(());
            }
            count(conn, &row.tenant, &before, -1)?;
            count(conn, &row.tenant, &now, 1)
        }
    }
}

fn insert_case(conn: &Connection, row: &CaseRow, values: &CaseValues<'_>) -> Answer<()> {
    let marks: Vec<String> = (1..=CASE_COLUMNS.len()).map(|n| format!("?{n}")).collect();
    let columns = CASE_COLUMNS.join(", ");
    let sql = format!("INSERT INTO cases ({columns}) VALUES ({})", marks.join(", "));
    let put = conn
        .prepare_cached(&sql)?
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

fn count(conn: &Connection, tenant: &TenantId, key: &Counted, by: i64) -> Answer<()> {
    let place = params![tenant.as_str(), key.unit, key.procedure, key.light, key.open, by];
    let changed = conn
        .prepare_cached(
            "UPDATE summary SET count = count + ?6 WHERE tenant = ?1 AND unit = ?2
             AND procedure = ?3 AND light = ?4 AND open = ?5",
        )?
        .execute(place)?;
    if changed == 0 {
        conn.prepare_cached(
            "INSERT INTO summary (tenant, unit, procedure, light, open, count)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(place)?;
    }
    if by < 0 {
        conn.prepare_cached(
            "DELETE FROM summary WHERE tenant = ?1 AND unit = ?2 AND procedure = ?3
             AND light = ?4 AND open = ?5 AND count = 0",
        )?
        .execute(params![tenant.as_str(), key.unit, key.procedure, key.light, key.open])?;
    }
    Ok(())
}

fn put_clocks(conn: &Connection, tenant: &TenantId, case: &str, rows: &[ClockRow]) -> Answer<()> {
    let old = crate::lists::clocks(conn, tenant, case)?;
    for gone in old.iter().filter(|old| rows.iter().all(|row| row.clock != old.clock)) {
        conn.prepare_cached("DELETE FROM clocks WHERE tenant = ?1 AND case_id = ?2 AND clock = ?3")?.execute([
            tenant.as_str(),
            case,
            &gone.clock,
        ])?;
    }
    for row in rows.iter().filter(|row| !old.contains(row)) {
        conn.prepare_cached(
            "INSERT INTO clocks
             (tenant, case_id, clock, light, due_at, next_change_at, provisional, running)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (tenant, case_id, clock) DO UPDATE SET
             light = excluded.light, due_at = excluded.due_at,
             next_change_at = excluded.next_change_at, provisional = excluded.provisional,
             running = excluded.running",
        )?
        .execute(params![
            tenant.as_str(),
            case,
            row.clock,
            row.light,
            row.due_at.map(micros),
            row.next_change_at.map(micros),
            row.provisional,
            row.running,
        ])?;
    }
    Ok(())
}

fn put_notice(conn: &Connection, tenant: &TenantId, row: &NoticeRow) -> Answer<()> {
    conn.prepare_cached(
        "INSERT INTO notices
         (tenant, id, kind, unit, title, body_json, shown_from, shown_until, cleared_at, case_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (tenant, id) DO UPDATE SET
         kind = excluded.kind, unit = excluded.unit, title = excluded.title,
         body_json = excluded.body_json, shown_from = excluded.shown_from,
         shown_until = excluded.shown_until, cleared_at = excluded.cleared_at,
         case_id = excluded.case_id",
    )?
    .execute(params![
        tenant.as_str(),
        row.id,
        row.kind,
        row.unit,
        row.title,
        row.body_json.to_string(),
        micros(row.shown_from),
        row.shown_until.map(micros),
        row.cleared_at.map(micros),
        row.case,
    ])?;
    Ok(())
}

fn put_away(conn: &Connection, tenant: &TenantId, row: &AwayRow) -> Answer<()> {
    conn.prepare_cached(
        "INSERT INTO away (tenant, case_id, post, officer, from_at, until_at, stand_in, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (tenant, case_id, post) DO UPDATE SET
         officer = excluded.officer, from_at = excluded.from_at, until_at = excluded.until_at,
         stand_in = excluded.stand_in, state = excluded.state",
    )?
    .execute(params![
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

fn put_breach(conn: &Connection, tenant: &TenantId, row: &BreachRow) -> Answer<()> {
    conn.prepare_cached(
        "INSERT INTO breaches
         (tenant, id, case_id, unit, post, officer, duty, rule, at, facts_json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (tenant, id) DO UPDATE SET
         case_id = excluded.case_id, unit = excluded.unit, post = excluded.post,
         officer = excluded.officer, duty = excluded.duty, rule = excluded.rule,
         at = excluded.at, facts_json = excluded.facts_json",
    )?
    .execute(params![
        tenant.as_str(),
        row.id,
        row.case,
        row.unit,
        row.post,
        row.officer,
        row.duty,
        row.rule,
        micros(row.at),
        row.facts_json.to_string(),
    ])?;
    Ok(())
}

/// An optional text as SQL sees it.
pub fn text_or_null(text: Option<&str>) -> ValueRef<'_> {
    text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}
