//! Rows from events: all of a tenant's rows go, new ones come, in one transaction.

use crate::cases::{case_select, read_case};
use crate::fault::Answer;
use crate::lists;
use crate::put_rows::{self, Counts};
use rusqlite::Connection;
use serde_json::json;
use xiaoneng_ledger::TenantId;
use xiaoneng_store::{AwayFilter, DumpWriter, RowChunks};

/// Row tables, and nothing else: events, claims, effects and remembered answers stay.
const ROW_TABLES: [&str; 6] = ["cases", "clocks", "notices", "away", "breaches", "summary"];

pub fn rebuild(conn: &mut Connection, tenant: &TenantId, chunks: RowChunks) -> Answer<()> {
    let tx = conn.transaction()?;
    for table in ROW_TABLES {
        tx.execute(&format!("DELETE FROM {table} WHERE tenant = ?1"), [tenant.as_str()])?;
    }
    let mut counts = Counts::default();
    for change in chunks.flatten() {
        let change = change.checked(tenant)?;
        put_rows::put(&tx, &mut counts, tenant, &change, &put_rows::json_of(&change))?;
    }
    counts.flush(&tx)?;
    tx.commit()?;
    Ok(())
}

pub fn dump(conn: &Connection, tenant: &TenantId) -> Answer<String> {
    // One transaction: all tables as of one moment, whatever is written meanwhile.
    let tx = conn.unchecked_transaction()?;
    let mut dump = DumpWriter::default();
    let mut cases = tx.prepare_cached(&case_select("WHERE tenant = ?1"))?;
    for row in cases.query_and_then([tenant.as_str()], read_case)? {
        dump.row("case", &row?)?;
    }
    let mut with_clocks = tx.prepare_cached("SELECT DISTINCT case_id FROM clocks WHERE tenant = ?1")?;
    for case in with_clocks.query_and_then([tenant.as_str()], |row| Answer::Ok(row.get::<_, String>(0)?))? {
        let case = case?;
        for row in lists::clocks(&tx, tenant, &case)? {
            dump.row("clock", &json!({"case": case, "row": row}))?;
        }
    }
    let sql = format!("{} WHERE tenant = ?1", lists::NOTICE_COLUMNS);
    let mut notices = tx.prepare_cached(&sql)?;
    for row in notices.query_and_then([tenant.as_str()], lists::read_notice)? {
        dump.row("notice", &row?)?;
    }
    let (tenant_of, from) = (tenant.clone(), jiff::Timestamp::MIN);
    for row in lists::away(&tx, &AwayFilter { tenant: tenant_of, from, until: None })? {
        dump.row("away", &row)?;
    }
    let sql = format!("{} WHERE tenant = ?1", lists::BREACH_COLUMNS);
    let mut breaches = tx.prepare_cached(&sql)?;
    for row in breaches.query_and_then([tenant.as_str()], lists::read_breach)? {
        dump.row("breach", &row?)?;
    }
    for row in lists::summary(&tx, tenant)? {
        dump.row("summary", &row)?;
    }
    Ok(dump.finish())
}
