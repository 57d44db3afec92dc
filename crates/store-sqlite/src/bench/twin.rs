//! What SQLite can do here, and what this store does, upon the same acts and in the same units.
//!
//! The raw side is a twin of the store: the same rows in the same tables of the same files, by the
//! plainest and quickest way that leaves them so. [`same_content`] holds the two together.

use crate::cases::{CASE_COLUMNS, CaseValues};
use crate::fault::Answer;
use crate::open::{KEYS_FILE, MAIN_FILE, connect_to_write, open_main};
use crate::put_rows::{CLOCK_COLUMNS, NOTICE_COLUMNS};
use crate::{Options, SqliteKeys, SqliteStore, schema};
use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};
use xiaoneng_ledger::{SealKey, TenantId, leaf_hash};
use xiaoneng_store::{Append, KeyStore, Result, RowChange, Store, StoreError, micros};

/// One figure of a bench.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct BenchFigure {
    /// What was measured.
    pub name: String,
    /// How many acts.
    pub acts: u64,
    /// Wall time.
    pub seconds: f64,
    /// Acts a second.
    pub acts_per_second: f64,
    /// Bytes of the database and its log afterwards.
    pub bytes: u64,
}

/// What an office wrote in one commit: its acts, and before them the keys that they are sealed under.
#[derive(Clone, Default)]
pub struct BenchGroup {
    /// The acts, in order.
    pub appends: Vec<Append>,
    /// Keys by tenant.
    pub keys: Vec<(TenantId, Vec<(String, SealKey)>)>,
}

fn figure(name: &str, dir: &Path, acts: usize, spent: Duration) -> BenchFigure {
    let seconds = spent.as_secs_f64();
    let size = |file: &str| std::fs::metadata(dir.join(file)).map_or(0, |data| data.len());
    let files = [MAIN_FILE, KEYS_FILE].map(|file| size(file) + size(&format!("{file}-wal")));
    BenchFigure {
        name: name.to_owned(),
        acts: acts as u64,
        seconds,
        acts_per_second: acts as f64 / seconds,
        bytes: files.iter().sum(),
    }
}

/// These acts through the whole store (checks, hashes, the writer's thread), a group after another.
///
/// # Errors
/// What the store says.
pub async fn through_store(dir: &Path, groups: &[BenchGroup]) -> Result<BenchFigure> {
    let group_max = groups.iter().map(|group| group.appends.len()).max().unwrap_or(1);
    let store = SqliteStore::open_with(dir, &Options { group_max, ..Options::default() })?;
    let keys = SqliteKeys::open(dir)?;
    let (mut done, mut spent) = (0, Duration::ZERO);
    for group in groups {
        let BenchGroup { appends, keys: fresh } = group.clone();
        done += appends.len();
        let started = Instant::now();
        for (tenant, fresh) in fresh {
            keys.put_many(&tenant, fresh).await?;
        }
        let results = store.append_many(appends).await;
        spent += started.elapsed();
        for appended in results {
            appended?;
        }
    }
    Ok(figure("store, append_many", dir, done, spent))
}

/// The same rows in the same tables of the same files, as durable and in the same commits, by plain
/// statements prepared once: what this machine's SQLite can do. Bytes, hashes and texts are made
/// outside the time that is measured, and which columns change is known beforehand: an `UPDATE` names
/// those alone, what stays is not written, a count that several acts move is written once a commit.
/// Nothing is read, nothing checked, and nobody waits in another thread.
///
/// # Errors
/// What SQLite says.
pub fn raw_sqlite(dir: &Path, groups: &[BenchGroup]) -> Result<BenchFigure> {
    let mut tape = Tape::default();
    let commits = groups.iter().map(|group| tape.commit(group)).collect::<Result<Vec<_>>>()?;
    let main = open_main(&dir.join(MAIN_FILE), true)?;
    let keys = connect_to_write(&dir.join(KEYS_FILE), schema::KEYS, "FULL")?;
    let spent = tape.play(&main, &keys, &commits).map_err(StoreError::from)?;
    let acts = groups.iter().map(|group| group.appends.len()).sum();
    Ok(figure("raw SQLite", dir, acts, spent))
}

/// Whether two folders hold the same rows, table by table; the first that differs, if one does.
///
/// # Errors
/// What SQLite says.
pub fn same_content(one: &Path, other: &Path) -> Result<Option<String>> {
    let differs = |file: &str| -> Answer<Option<String>> {
        let conn = Connection::open(one.join(file))?;
        conn.execute("ATTACH ?1 AS other", [other.join(file).to_string_lossy()])?;
        let tables: Vec<String> = conn
            .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
            .query_map([], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        for table in tables {
            let sql = format!(
                "SELECT (SELECT count(*) FROM main.{table}) = (SELECT count(*) FROM other.{table})
                 AND NOT EXISTS (SELECT * FROM main.{table} EXCEPT SELECT * FROM other.{table})"
            );
            if !conn.query_row(&sql, [], |row| row.get(0))? {
                return Ok(Some(format!("{file}: {table}")));
            }
        }
        Ok(None)
    };
    for file in [MAIN_FILE, KEYS_FILE] {
        if let Some(table) = differs(file)? {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// A statement of the tape, and what is bound.
type Step = (usize, Vec<Value>);

/// What one commit of both files does.
struct Commit {
    keys: Vec<Step>,
    main: Vec<Step>,
}

/// A row as SQL has it: the first columns are its key.
struct Line {
    table: &'static str,
    columns: &'static [&'static str],
    key: usize,
    values: Vec<Value>,
}

/// Statements, and what the tables will hold when they have been done so far: from it follows what each act changes.
#[derive(Default)]
struct Tape {
    statements: Vec<String>,
    numbered: HashMap<String, usize>,
    lines: HashMap<(&'static str, Vec<String>), Vec<Value>>,
    clocks: HashMap<(TenantId, String), Vec<String>>,
    summary: BTreeMap<[String; 5], i64>,
    /// Counts that the commit at hand moved, as they were before it.
    moved: BTreeMap<[String; 5], i64>,
    sizes: BTreeMap<TenantId, i64>,
}

impl Tape {
    fn step(&mut self, sql: &str, values: Vec<Value>) -> Step {
        let next = self.statements.len();
        let number = *self.numbered.entry(sql.to_owned()).or_insert(next);
        if number == next {
            self.statements.push(sql.to_owned());
        }
        (number, values)
    }

    fn commit(&mut self, group: &BenchGroup) -> Result<Commit> {
        let mut keys = Vec::new();
        for (tenant, fresh) in &group.keys {
            for (id, key) in fresh {
                let values = vec![text(tenant.as_str()), text(id), Value::Blob(key.bytes().to_vec())];
                keys.push(self.step("INSERT INTO keys VALUES (?1, ?2, ?3)", values));
            }
        }
        let mut main = Vec::new();
        let mut heads = BTreeMap::new();
        for append in &group.appends {
            let checked = append.clone().checked()?;
            if let Some(last) = checked.events.last() {
                heads.insert(checked.tenant.clone(), micros(last.recorded_at));
            }
            self.act(&checked, &mut main)?;
        }
        for (key, before) in std::mem::take(&mut self.moved) {
            let count = self.summary.get(&key).copied().unwrap_or_default();
            let mut values: Vec<Value> = key[..4].iter().map(|part| text(part)).collect();
            values.push(Value::Integer((key[4] == "1").into()));
            let place = "WHERE tenant = ?1 AND unit = ?2 AND procedure = ?3 AND light = ?4 AND open = ?5";
            let sql = match (before, count) {
                (before, after) if before == after => continue,
                (0, _) => "INSERT INTO summary VALUES (?1, ?2, ?3, ?4, ?5, ?6)".to_owned(),
                (_, 0) => format!("DELETE FROM summary {place}"),
                _ => format!("UPDATE summary SET count = ?6 {place}"),
            };
            if count != 0 {
                values.push(Value::Integer(count));
            }
            main.push(self.step(&sql, values));
        }
        for (tenant, last) in heads {
            let values = vec![text(tenant.as_str()), Value::Integer(self.sizes[&tenant]), Value::Integer(last)];
            let line = Line { table: "ledgers", columns: &["tenant", "size", "last_recorded_at"], key: 1, values };
            self.put(line, &mut main);
        }
        Ok(Commit { keys, main })
    }

    fn act(&mut self, append: &Append, steps: &mut Vec<Step>) -> Result<()> {
        let tenant = &append.tenant;
        let mut versions: HashMap<_, u64> = append.expects.iter().map(|(s, v)| (s.clone(), *v)).collect();
        let first = self.sizes.get(tenant).copied().unwrap_or_default();
        for event in &append.events {
            let size = self.sizes.entry(tenant.clone()).or_default();
            let index = *size;
            *size += 1;
            let version = versions.entry(event.stream.clone()).or_default();
            *version += 1;
            let placed = event.clone().placed(tenant.clone(), index as u64, *version);
            let bytes = placed.canonical_bytes()?;
            let values = vec![
                text(tenant.as_str()),
                Value::Integer(index),
                text(placed.stream.as_str()),
                Value::Integer(placed.version as i64),
                Value::Blob(leaf_hash(&bytes).0.to_vec()),
                Value::Blob(bytes),
            ];
            steps.push(self.step("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6)", values));
        }
        for change in &append.rows {
            self.row(tenant, change, steps)?;
        }
        for claim in append.claims.iter().filter(|claim| !claim.release) {
            let values = [tenant.as_str(), &claim.space, &claim.value, &claim.owner].map(text).to_vec();
            self.put(Line { table: "claims", columns: &["tenant", "space", "value", "owner"], key: 3, values }, steps);
        }
        for effect in &append.effects {
            let mut values =
                [tenant.as_str(), &effect.id, &effect.kind, &effect.payload.to_string()].map(text).to_vec();
            values.push(Value::Integer(micros(effect.not_before)));
            steps.push(self.step("INSERT INTO effects VALUES (?1, ?2, ?3, ?4, ?5, 0, NULL)", values));
        }
        if let Some(key) = &append.idempotency {
            let values = vec![
                text(tenant.as_str()),
                text(&key.actor),
                text(&key.key),
                Value::Blob(key.body_hash.to_vec()),
                Value::Integer(first),
                Value::Integer(append.events.len() as i64),
                text(&append.answer.to_string()),
            ];
            steps.push(self.step("INSERT INTO remembered VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", values));
        }
        Ok(())
    }

    fn row(&mut self, tenant: &TenantId, change: &RowChange, steps: &mut Vec<Step>) -> Result<()> {
        match change {
            RowChange::Case(row) => {
                let json = row.row_json.to_string();
                let values = CaseValues::of(row, &json);
                let values = values
                    .0
                    .iter()
                    .map(|value| Value::try_from(*value))
                    .collect::<std::result::Result<_, _>>()
                    .map_err(unreadable)?;
                let count = |row: &[Value]| {
                    ["tenant", "unit", "procedure", "light", "open"].map(|column| plain(&row[position(column)]))
                };
                let line = Line { table: "cases", columns: &CASE_COLUMNS, key: 2, values };
                let now = count(&line.values);
                let before = self.put(line, steps).map(|old| count(&old));
                if before.as_ref() != Some(&now) {
                    self.count(before, -1);
                    self.count(Some(now), 1);
                }
            }
            RowChange::Clocks { case, rows } => {
                let place = (tenant.clone(), case.clone());
                let names: Vec<String> = rows.iter().map(|row| row.clock.clone()).collect();
                let old = self.clocks.insert(place, names.clone()).unwrap_or_default();
                for gone in old.iter().filter(|name| !names.contains(name)) {
                    let key = vec![tenant.to_string(), case.clone(), gone.clone()];
                    let values = key.iter().map(|part| text(part)).collect();
                    self.lines.remove(&("clocks", key));
                    let sql = "DELETE FROM clocks WHERE tenant = ?1 AND case_id = ?2 AND clock = ?3";
                    steps.push(self.step(sql, values));
                }
                for row in rows {
                    let mut values = [tenant.as_str(), case, &row.clock, &row.light].map(text).to_vec();
                    values.extend([maybe(row.due_at), maybe(row.next_change_at)]);
                    values.extend([row.provisional, row.running].map(|flag| Value::Integer(flag.into())));
                    values.push(row.asked.as_deref().map_or(Value::Null, text));
                    self.put(Line { table: "clocks", columns: &CLOCK_COLUMNS, key: 3, values }, steps);
                }
            }
            RowChange::Notice(row) => {
                let body = row.body_json.to_string();
                let mut values = [tenant.as_str(), &row.id, &row.kind, &row.unit, &row.title, &body].map(text).to_vec();
                values.push(Value::Integer(micros(row.shown_from)));
                values.extend([maybe(row.shown_until), maybe(row.cleared_at)]);
                values.push(row.case.as_deref().map_or(Value::Null, text));
                self.put(Line { table: "notices", columns: &NOTICE_COLUMNS, key: 2, values }, steps);
            }
            other => {
                return Err(StoreError::Invalid { what: format!("the bench writes no such row: {other:?}") });
            }
        }
        Ok(())
    }

    fn count(&mut self, key: Option<[String; 5]>, by: i64) {
        let Some(key) = key else { return };
        let count = self.summary.entry(key.clone()).or_default();
        self.moved.entry(key).or_insert(*count);
        *count += by;
    }

    /// Puts a line, new or what changed of it; answers the line as it was.
    fn put(&mut self, line: Line, steps: &mut Vec<Step>) -> Option<Vec<Value>> {
        let Line { table, columns, key, values } = line;
        let place = (table, values[..key].iter().map(plain).collect::<Vec<_>>());
        let old = self.lines.insert(place, values.clone());
        let Some(before) = &old else {
            let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
            let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), marks.join(", "));
            steps.push(self.step(&sql, values));
            return old;
        };
        let changed: Vec<usize> = (key..columns.len()).filter(|n| before[*n] != values[*n]).collect();
        if !changed.is_empty() {
            let equal = |(at, column): (usize, &usize)| format!("{} = ?{}", columns[*column], at + 1);
            let keys: Vec<usize> = (0..key).collect();
            let wheres: Vec<String> = keys.iter().enumerate().map(equal).collect();
            let sets: Vec<String> = changed.iter().enumerate().map(|(at, c)| equal((at + key, c))).collect();
            let sql = format!("UPDATE {table} SET {} WHERE {}", sets.join(", "), wheres.join(" AND "));
            let bound = keys.iter().chain(&changed).map(|n| values[*n].clone()).collect();
            steps.push(self.step(&sql, bound));
        }
        old
    }

    fn play(&self, main: &Connection, keys: &Connection, commits: &[Commit]) -> Answer<Duration> {
        let of_keys = |sql: &String| sql.starts_with("INSERT INTO keys ");
        let prepare = |sql: &String| if of_keys(sql) { keys.prepare(sql) } else { main.prepare(sql) };
        let mut statements = self.statements.iter().map(prepare).collect::<std::result::Result<Vec<_>, _>>()?;
        let mut frames = [keys, main].map(|conn| [conn.prepare("BEGIN IMMEDIATE"), conn.prepare("COMMIT")]);
        let started = Instant::now();
        for commit in commits {
            for (steps, frame) in [&commit.keys, &commit.main].into_iter().zip(&mut frames) {
                if !steps.is_empty() {
                    let [begin, end] = frame;
                    run(begin)?;
                    for (statement, values) in steps {
                        statements[*statement].execute(params_from_iter(values))?;
                    }
                    run(end)?;
                }
            }
        }
        Ok(started.elapsed())
    }
}

fn run(statement: &mut rusqlite::Result<Statement<'_>>) -> Answer<()> {
    match statement {
        Ok(statement) => statement.execute([])?,
        Err(fault) => return Err(StoreError::Unavailable { detail: fault.to_string() }.into()),
    };
    Ok(())
}

fn position(column: &str) -> usize {
    CASE_COLUMNS.iter().position(|name| *name == column).expect("OK because the columns named here are the case's")
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn maybe(at: Option<jiff::Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::Integer(micros(at)))
}

fn unreadable(fault: impl std::fmt::Display) -> StoreError {
    StoreError::Invalid { what: fault.to_string() }
}

/// A key's part as text.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}
