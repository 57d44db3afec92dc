//! How the store is, for `doctor`.

use crate::fault::Answer;
use crate::open::{DESK_FILE, FILES_FILE, KEYS_FILE, MAIN_FILE};
use crate::schema;
use rusqlite::Connection;
use std::path::Path;
use xiaoneng_store::Health;

/// At most so many faults are told: one is enough to act on.
const FAULTS_MAX: u32 = 20;

/// `synchronous` is the writer's; a connection cannot be asked about another's, so it is handed in.
pub fn health(conn: &Connection, dir: &Path, synchronous: &str) -> Answer<Health> {
    let number = |sql: &str| -> Answer<u64> { Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64) };
    let mut faults: Vec<String> = conn
        .prepare(&format!("PRAGMA integrity_check({FAULTS_MAX})"))?
        .query_and_then([], |row| Answer::Ok(row.get(0)?))?
        .collect::<Answer<_>>()?;
    faults.retain(|line| line != "ok");
    faults.extend(gaps(conn)?);
    let files = [MAIN_FILE, DESK_FILE, FILES_FILE, KEYS_FILE]
        .iter()
        .flat_map(|file| [(*file).to_owned(), format!("{file}-wal")])
        .filter_map(|file| Some((file.clone(), std::fs::metadata(dir.join(&file)).ok()?.len())))
        .collect();
    Ok(Health {
        backend: format!("SQLite {}", rusqlite::version()),
        schema_version: schema::version(conn)?,
        faults,
        journal_mode: conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?,
        synchronous: synchronous.to_owned(),
        files,
        tenants: number("SELECT count(*) FROM ledgers")?,
        events: number("SELECT coalesce(sum(size), 0) FROM ledgers")?,
        effects_waiting: number("SELECT count(*) FROM effects")?,
    })
}

/// Ledgers whose events are not 0, 1, 2... to their size.
fn gaps(conn: &Connection) -> Answer<Vec<String>> {
    conn.prepare(
        "SELECT l.tenant, l.size, count(e.idx), coalesce(max(e.idx) + 1, 0)
         FROM ledgers l LEFT JOIN events e ON e.tenant = l.tenant
         GROUP BY l.tenant, l.size
         HAVING l.size <> count(e.idx) OR l.size <> coalesce(max(e.idx) + 1, 0)",
    )?
    .query_and_then([], |row| {
        let (tenant, size): (String, i64) = (row.get(0)?, row.get(1)?);
        let (count, next): (i64, i64) = (row.get(2)?, row.get(3)?);
        Ok(format!("the ledger of {tenant} should have {size} events, it has {count}, the last at {}", next - 1))
    })?
    .collect()
}
