//! What SQLite can do here, and what this store does, in the same units.

use crate::cases::{CASE_COLUMNS, CaseValues};
use crate::fault::Answer;
use crate::{Options, SqliteStore};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, params, params_from_iter};
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};
use xiaoneng_ledger::{Actor, StreamId, TenantId};
use xiaoneng_store::{Append, CaseRow, ClockRow, Idempotency, NewEffect, NewEvent, Result, RowChange, Store, micros};

/// One figure of a bench.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct BenchFigure {
    /// What was measured.
    pub name: String,
    /// How many acts.
    pub acts: u64,
    /// How many shared a commit, at most.
    pub group: u64,
    /// Wall time.
    pub seconds: f64,
    /// Acts a second.
    pub acts_per_second: f64,
    /// Bytes of the database and its log afterwards.
    pub bytes: u64,
}

fn figure(name: &str, dir: &Path, acts: u64, group: u64, spent: Duration) -> BenchFigure {
    let seconds = spent.as_secs_f64();
    let size = |file: &str| std::fs::metadata(dir.join(file)).map_or(0, |data| data.len());
    let bytes = ["raw.db", "raw.db-wal", "xiaoneng.db", "xiaoneng.db-wal"].map(size).iter().sum();
    let acts_per_second = acts as f64 / seconds;
    BenchFigure { name: name.to_owned(), acts, group, seconds, acts_per_second, bytes }
}

/// What one act writes, ready to bind.
struct RawAct {
    append: Append,
    bytes: Vec<u8>,
    answer: String,
    effect: String,
    row_json: String,
}

impl RawAct {
    fn of(n: u64) -> Result<Self> {
        let append = act(n);
        let placed = append.events[0].clone().placed(append.tenant.clone(), n, n % 4 + 1);
        let RowChange::Case(row) = &append.rows[0] else {
            unreachable!("OK because an act of the bench starts with its case")
        };
        Ok(Self {
            bytes: placed.canonical_bytes()?,
            answer: append.answer.to_string(),
            effect: append.effects[0].payload.to_string(),
            row_json: row.row_json.to_string(),
            append,
        })
    }
}

/// The same rows written by plain statements into the same tables, durably, `groups_of` acts a
/// commit: an event, a case's row (insert or update), two clocks, an idempotency key, an effect. No
/// check, no read, no hash, no JSON, no summary, no thread: what this machine's SQLite can do. Every
/// fourth act opens a case. The acts are made outside the time that is measured.
///
/// # Errors
/// What SQLite says.
pub fn raw_sqlite(dir: &Path, groups_of: u64, acts: u64) -> Result<BenchFigure> {
    let conn = crate::open::connect_to_write(&dir.join("raw.db"), crate::schema::MAIN, "FULL")?;
    let statements = RawStatements::new();
    let (mut done, mut spent) = (0, Duration::ZERO);
    while done < acts {
        let until = (done + groups_of.max(1)).min(acts);
        let group = (done..until).map(RawAct::of).collect::<Result<Vec<_>>>()?;
        let started = Instant::now();
        statements.write(&conn, done, &group)?;
        spent += started.elapsed();
        done = until;
    }
    Ok(figure("raw SQLite", dir, acts, groups_of, spent))
}

struct RawStatements {
    put_case: String,
}

impl RawStatements {
    fn new() -> Self {
        let marks: Vec<String> = (1..=CASE_COLUMNS.len()).map(|n| format!("?{n}")).collect();
        // The key's two columns and the number never change.
        let sets: Vec<String> =
            CASE_COLUMNS[3..].iter().map(|column| format!("{column} = excluded.{column}")).collect();
        let put_case = format!(
            "INSERT INTO cases ({}) VALUES ({}) ON CONFLICT (tenant, case_id) DO UPDATE SET {}",
            CASE_COLUMNS.join(", "),
            marks.join(", "),
            sets.join(", "),
        );
        Self { put_case }
    }

    fn write(&self, conn: &Connection, first: u64, group: &[RawAct]) -> Answer<()> {
        conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for (n, act) in (first..).zip(group) {
            self.write_one(conn, n, act)?;
        }
        conn.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn write_one(&self, conn: &Connection, n: u64, act: &RawAct) -> Answer<()> {
        let append = &act.append;
        let tenant = append.tenant.as_str();
        conn.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
            tenant,
            n as i64,
            append.events[0].stream.as_str(),
            n as i64 % 4 + 1,
            [7_u8; 32],
            act.bytes,
        ])?;
        for change in &append.rows {
            match change {
                RowChange::Case(row) => {
                    let values = CaseValues::of(row, &act.row_json);
                    let bound = values.0.iter().map(|value| ToSqlOutput::Borrowed(*value));
                    conn.prepare_cached(&self.put_case)?.execute(params_from_iter(bound))?;
                }
                RowChange::Clocks { case, rows } => raw_clocks(conn, tenant, case, rows)?,
                _ => {}
            }
        }
        if let Some(key) = &append.idempotency {
            conn.prepare_cached("INSERT INTO remembered VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)")?.execute(params![
                tenant,
                key.actor,
                key.key,
                key.body_hash,
                n as i64,
                act.answer
            ])?;
        }
        let effect = &append.effects[0];
        conn.prepare_cached("INSERT INTO effects VALUES (?1, ?2, ?3, ?4, ?5, 0, NULL)")?.execute(params![
            tenant,
            effect.id,
            effect.kind,
            act.effect,
            micros(effect.not_before)
        ])?;
        Ok(())
    }
}

fn raw_clocks(conn: &Connection, tenant: &str, case: &str, rows: &[ClockRow]) -> Answer<()> {
    for row in rows {
        conn.prepare_cached(
            "INSERT INTO clocks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (tenant, case_id, clock) DO UPDATE SET light = excluded.light,
             due_at = excluded.due_at, next_change_at = excluded.next_change_at,
             provisional = excluded.provisional, running = excluded.running",
        )?
        .execute(params![
            tenant,
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

fn case_id(case: u64) -> String {
    format!("01900000-0000-7000-8000-{case:012}")
}

fn number(case: u64) -> String {
    format!("630222-2015-{case:08}")
}

/// The same acts through the whole store (checks, hashes, all indexes, the writer's thread), in calls
/// of `groups_of` acts each; each act changes the case's state, holder, due date and clocks. The acts
/// are made outside the time that is measured.
///
/// # Errors
/// What the store says.
pub async fn through_store(dir: &Path, groups_of: u64, acts: u64) -> Result<BenchFigure> {
    let group_max = usize::try_from(groups_of).unwrap_or(usize::MAX);
    let options = Options { group_max, ..Options::default() };
    let store = SqliteStore::open_with(dir, &options)?;
    let (mut done, mut spent) = (0, Duration::ZERO);
    while done < acts {
        let until = (done + groups_of.max(1)).min(acts);
        let group = (done..until).map(act).collect();
        let started = Instant::now();
        let results = store.append_many(group).await;
        spent += started.elapsed();
        for appended in results {
            appended?;
        }
        done = until;
    }
    Ok(figure("store, append_many", dir, acts, groups_of, spent))
}

/// Act number `n` of the bench: four acts a case.
pub(crate) fn act(n: u64) -> Append {
    let (tenant, case, step) = (TenantId::from("630222"), case_id(n / 4), n % 4);
    let at = jiff::Timestamp::constant(1_435_708_800 + n as i64, 0);
    let mut row = CaseRow::blank(tenant.clone(), &case, &number(n / 4), at);
    row.received_at = jiff::Timestamp::constant(1_435_708_800 + (n / 4) as i64, 0);
    row.procedure = "licence".to_owned();
    row.item = "XK-63-017".to_owned();
    row.title = "食品经营许可（新办）".to_owned();
    row.unit = "mh-scjg".to_owned();
    row.intake_unit = "mh-zwdt".to_owned();
    row.state = ["received", "accepted", "examined", "granted"][step as usize].to_owned();
    row.holder = Some(format!("mh-scjg-post-{}", (n + step) % 12));
    row.applicant_masked = "马*兰".to_owned();
    row.lookup = Some("ab".repeat(32));
    row.track_code = "cd".repeat(32);
    row.due_at = Some(at + jiff::SignedDuration::from_hours(24 * 20));
    row.due_date = Some("2015-07-29".to_owned());
    row.light = if step == 3 { "met" } else { "green" }.to_owned();
    row.open = step != 3;
    row.closed_at = (step == 3).then_some(at);
    row.version = step + 1;
    row.row_json = serde_json::json!({"clock": "decide", "left": 20});
    let clock = |name: &str| ClockRow {
        clock: name.to_owned(),
        light: "green".to_owned(),
        due_at: row.due_at,
        next_change_at: row.due_at,
        provisional: false,
        running: true,
    };
    let clocks = vec![clock("decide"), clock("notice")];
    let mut append = Append::new(tenant);
    append.idempotency =
        Some(Idempotency { actor: "ma.xiulan".to_owned(), key: format!("key-{n:032}"), body_hash: [9; 32] });
    append.expects = vec![(StreamId::case(&case), step)];
    append.events = vec![NewEvent {
        stream: StreamId::case(&case),
        id: format!("01900000-0000-7000-9000-{n:012}").into(),
        kind: row.state.clone(),
        actor: Actor::officer("ma.xiulan", "mh-scjg-post-1"),
        acting_for: None,
        recorded_at: at,
        effective_at: at,
        cause: None,
        payload: serde_json::json!({"action": "accept", "note": "材料齐全，符合法定形式，予以受理。"}),
    }];
    append.rows = vec![RowChange::Case(row), RowChange::Clocks { case: case.clone(), rows: clocks }];
    append.effects = vec![NewEffect {
        id: format!("effect-{n:029}"),
        kind: "letter".to_owned(),
        payload: serde_json::json!({"letter": "acceptance", "case": case}),
        not_before: at,
    }];
    append.answer = serde_json::json!({"case": case, "version": step + 1});
    append
}
