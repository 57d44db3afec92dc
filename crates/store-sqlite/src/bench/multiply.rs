//! A store made large in minutes: every case of a small one is copied, row by row and event by event,
//! under an id and a number of its own.

use crate::fault::Answer;
use crate::open::{MAIN_FILE, open_main};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use std::collections::BTreeMap;
use std::path::Path;
use xiaoneng_ledger::leaf_hash;
use xiaoneng_store::Result;

/// The tables whose rows belong to a case, and the column that names it.
const TABLES: [&str; 4] = ["cases", "clocks", "notices", "breaches"];
/// Crockford's letters, as numbers have them.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Copies the cases of the store in this folder so often that it has at least `cases` of them; `progress` is
/// told how many there are. Nothing is durable before the end, and no other process may have the store open.
/// Copies keep dates, posts and sealed fields (which no longer open) of the case they are made from. Entries
/// of registers, remembered requests and effects are not copied.
///
/// # Errors
/// What SQLite says.
pub fn multiply(dir: &Path, cases: u64, mut progress: impl FnMut(u64)) -> Result<u64> {
    let conn = open_main(&dir.join(MAIN_FILE), false)?;
    Ok(fill(&conn, cases, &mut progress)?)
}

fn fill(conn: &Connection, cases: u64, progress: &mut dyn FnMut(u64)) -> Answer<u64> {
    let there: u64 = conn.query_row("SELECT count(*) FROM cases", [], |row| row.get::<_, i64>(0))? as u64;
    let mut sizes: BTreeMap<String, i64> = BTreeMap::new();
    for size in conn.prepare("SELECT tenant, size FROM ledgers")?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (tenant, size) = size?;
        sizes.insert(tenant, size);
    }
    let templates: Vec<(String, String, String)> = conn
        .prepare("SELECT tenant, case_id, number FROM cases WHERE standing = 0 ORDER BY tenant, case_id")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<std::result::Result<_, _>>()?;
    let copies = cases.saturating_sub(there).div_ceil(templates.len().max(1) as u64);
    // A tree built once from sorted entries costs a tenth of one that grows entry by entry.
    let (indexes, plans) = without_indexes(conn)?;
    let mut made = there;
    for chunk in templates.chunks(50) {
        conn.execute_batch("BEGIN")?;
        for (tenant, case, number) in chunk {
            let lines = lines_of(conn, tenant, case, number)?;
            let size = sizes.entry(tenant.clone()).or_default();
            for _ in 0..copies {
                copy(conn, &lines, made, size)?;
                made += 1;
            }
        }
        conn.execute_batch("COMMIT")?;
        progress(made);
    }
    for (tenant, size) in &sizes {
        conn.execute("UPDATE ledgers SET size = ?2 WHERE tenant = ?1", params![tenant, size])?;
    }
    conn.execute_batch(
        "DELETE FROM summary;
         INSERT INTO summary SELECT tenant, unit, procedure, light, open, count(*) FROM cases GROUP BY 1, 2, 3, 4, 5;",
    )?;
    for sql in indexes {
        conn.execute_batch(&sql)?;
    }
    conn.execute("DELETE FROM sqlite_stat1", [])?;
    for plan in plans {
        conn.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)", params_from_iter(plan))?;
    }
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(made)
}

/// By these a case's rows and events are found: they stay.
const KEPT: [&str; 3] = ["events_stream", "notices_case", "breaches_case"];

/// Drops the other indexes; answers how to make them again, and the plans' figures, which go with them.
fn without_indexes(conn: &Connection) -> Answer<(Vec<String>, Vec<[String; 3]>)> {
    let plans = conn
        .prepare("SELECT tbl, idx, stat FROM sqlite_stat1")?
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?
        .collect::<std::result::Result<_, _>>()?;
    let indexes: Vec<(String, String)> = conn
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<std::result::Result<_, _>>()?;
    let dropped: Vec<_> = indexes.into_iter().filter(|(name, _)| !KEPT.contains(&name.as_str())).collect();
    for (name, _) in &dropped {
        conn.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok((dropped.into_iter().map(|(_, sql)| sql).collect(), plans))
}

/// A value of a case, and where names stand in it: which, and from which byte.
struct Cell {
    value: Value,
    names: Vec<(usize, usize)>,
}

impl Cell {
    fn of(value: Value, names: &[String]) -> Self {
        let bytes = bytes_of(&value);
        let mut found = Vec::new();
        for (which, name) in names.iter().enumerate() {
            let at = |at: &usize| bytes[*at..].starts_with(name.as_bytes());
            found.extend((0..bytes.len()).filter(at).map(|at| (which, at)));
        }
        Self { value, names: found }
    }

    /// The value with other names, as long as those they take the place of.
    fn named(&self, names: &[String]) -> Value {
        if self.names.is_empty() {
            return self.value.clone();
        }
        let mut bytes = bytes_of(&self.value).to_vec();
        for (which, at) in &self.names {
            let name = names[*which].as_bytes();
            bytes[*at..at + name.len()].copy_from_slice(name);
        }
        match &self.value {
            Value::Text(_) => Value::Text(String::from_utf8(bytes).expect("OK because names are ASCII")),
            _ => Value::Blob(bytes),
        }
    }
}

fn bytes_of(value: &Value) -> &[u8] {
    match value {
        Value::Text(text) => text.as_bytes(),
        Value::Blob(bytes) => bytes,
        _ => &[],
    }
}

type Line = Vec<Cell>;

/// A case's rows by table, its events, and the names that copies have their own of: id, number, the
/// applicant's keyed hash.
struct Lines {
    rows: Vec<(&'static str, Vec<Line>)>,
    events: Vec<Line>,
    names: Vec<String>,
}

fn lines_of(conn: &Connection, tenant: &str, case: &str, number: &str) -> Answer<Lines> {
    let lookup: Option<String> = conn
        .prepare_cached("SELECT lookup FROM cases WHERE tenant = ?1 AND case_id = ?2")?
        .query_row([tenant, case], |row| row.get(0))?;
    let names: Vec<String> = [case.to_owned(), number.to_owned()].into_iter().chain(lookup).collect();
    let read = |sql: &str, case: &str| -> Answer<Vec<Line>> {
        let mut statement = conn.prepare_cached(sql)?;
        let columns = statement.column_count();
        let cell = |value: Value| Cell::of(value, &names);
        let rows = statement.query_map([tenant, case], |row| (0..columns).map(|n| row.get(n).map(cell)).collect())?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    };
    let mut rows = Vec::new();
    for table in TABLES {
        rows.push((table, read(&format!("SELECT * FROM {table} WHERE tenant = ?1 AND case_id = ?2"), case)?));
    }
    let events = read(
        "SELECT tenant, idx, stream, version, leaf, bytes FROM events WHERE tenant = ?1 AND stream = ?2 ORDER BY version",
        &format!("case/{case}"),
    )?;
    Ok(Lines { rows, events, names })
}

/// Writes one copy, the `n`th case of the store.
fn copy(conn: &Connection, lines: &Lines, n: u64, size: &mut i64) -> Answer<()> {
    let hex = format!("{n:012x}");
    let letters: String = (0..5).rev().map(|at| LETTERS[(n >> (at * 5)) as usize & 31] as char).collect();
    let ends = [&hex, &letters, &hex];
    let names: Vec<String> = lines.names.iter().zip(ends).map(|(name, end)| over_end(name, end)).collect();
    for (table, rows) in &lines.rows {
        for row in rows {
            let marks: Vec<String> = (1..=row.len()).map(|n| format!("?{n}")).collect();
            let sql = format!("INSERT INTO {table} VALUES ({})", marks.join(", "));
            let mut row: Vec<Value> = row.iter().map(|cell| cell.named(&names)).collect();
            if *table == "breaches"
                && let Value::Text(id) = &mut row[1]
            {
                // A breach has the id of its event, which copies share.
                *id = format!("{id}/{n}");
            }
            conn.prepare_cached(&sql)?.execute(params_from_iter(row))?;
        }
    }
    for event in &lines.events {
        let mut event: Vec<Value> = event.iter().map(|cell| cell.named(&names)).collect();
        if let (Value::Integer(old), Value::Blob(bytes)) = (&event[1], &event[5]) {
            let bytes = placed(bytes, *old, *size);
            event[4] = Value::Blob(leaf_hash(&bytes).0.to_vec());
            event[5] = Value::Blob(bytes);
        }
        event[1] = Value::Integer(*size);
        *size += 1;
        conn.prepare_cached(
            "INSERT INTO events (tenant, idx, stream, version, leaf, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params_from_iter(event))?;
    }
    Ok(())
}

/// The name with its end replaced.
fn over_end(name: &str, end: &str) -> String {
    // OK because ids, numbers and hashes are ASCII and longer than what ends them.
    format!("{}{end}", &name[..name.len().saturating_sub(end.len())])
}

/// The event's bytes at another index.
fn placed(bytes: &[u8], old: i64, new: i64) -> Vec<u8> {
    let (from, to) = (format!("\"index\":{old},"), format!("\"index\":{new},"));
    let Some(at) = bytes.windows(from.len()).position(|window| window == from.as_bytes()) else {
        return bytes.to_vec();
    };
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}
