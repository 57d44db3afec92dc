//! What SQLite can do here, and what this store does, in the same units.

use crate::{Options, SqliteStore};
use rusqlite::{Connection, params};
use serde::Serialize;
use std::path::Path;
use std::time::Instant;
use xiaoneng_ledger::{Actor, StreamId, TenantId};
use xiaoneng_store::{
    Append, CaseRow, ClockRow, Idempotency, NewEffect, NewEvent, Result, RowChange, Store,
    StoreError,
};

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

fn figure(name: &str, dir: &Path, acts: u64, group: u64, started: Instant) -> BenchFigure {
    let seconds = started.elapsed().as_secs_f64();
    let size = |file: &str| std::fs::metadata(dir.join(file)).map_or(0, |data| data.len());
    let bytes = ["raw.db", "raw.db-wal", "xiaoneng.db", "xiaoneng.db-wal"].map(size).iter().sum();
    let acts_per_second = acts as f64 / seconds;
    BenchFigure { name: name.to_owned(), acts, group, seconds, acts_per_second, bytes }
}

const RAW_SCHEMA: &str = "
CREATE TABLE events (tenant TEXT, idx INTEGER, stream TEXT, version INTEGER, leaf BLOB, bytes BLOB,
  PRIMARY KEY (tenant, idx)) WITHOUT ROWID;
CREATE TABLE cases (tenant TEXT, case_id TEXT, number TEXT, state TEXT, holder TEXT, due INTEGER,
  light TEXT, rest TEXT, PRIMARY KEY (tenant, case_id)) WITHOUT ROWID;
CREATE TABLE clocks (tenant TEXT, case_id TEXT, clock TEXT, light TEXT, due_at INTEGER,
  next_change_at INTEGER, PRIMARY KEY (tenant, case_id, clock)) WITHOUT ROWID;
CREATE TABLE remembered (tenant TEXT, actor TEXT, key TEXT, body_hash BLOB, answer TEXT,
  PRIMARY KEY (tenant, actor, key)) WITHOUT ROWID;
CREATE TABLE effects (tenant TEXT, id TEXT, kind TEXT, payload TEXT, not_before INTEGER,
  PRIMARY KEY (tenant, id)) WITHOUT ROWID;
";

/// Plain inserts of comparable bytes, durably, `groups_of` acts a commit: an event, a case's row, two
/// clocks, an idempotency key, an effect. Primary keys only: no other index, no check, no hash, no
/// JSON, no thread. What this machine's SQLite can do at best. Every fourth act opens a case.
///
/// # Errors
/// What SQLite says.
pub fn raw_sqlite(dir: &Path, groups_of: u64, acts: u64) -> Result<BenchFigure> {
    raw(dir, groups_of, acts).map_err(StoreError::from)
}

fn raw(dir: &Path, groups_of: u64, acts: u64) -> crate::fault::Answer<BenchFigure> {
    let conn = crate::open::connect_to_write(&dir.join("raw.db"), &[RAW_SCHEMA], "FULL")?;
    let (bytes, rest) = ("e".repeat(560), "r".repeat(330));
    let started = Instant::now();
    let mut done = 0;
    while done < acts {
        conn.execute_batch("BEGIN IMMEDIATE")?;
        let until = (done + groups_of.max(1)).min(acts);
        for act in done..until {
            raw_act(&conn, act as i64, &bytes, &rest)?;
        }
        conn.execute_batch("COMMIT")?;
        done = until;
    }
    Ok(figure("raw SQLite", dir, acts, groups_of, started))
}

fn raw_act(conn: &Connection, act: i64, bytes: &str, rest: &str) -> crate::fault::Answer<()> {
    let (tenant, case) = ("630222", case_id(act as u64 / 4));
    conn.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        tenant,
        act,
        format!("case/{case}"),
        act % 4 + 1,
        [7_u8; 32],
        bytes.as_bytes(),
    ])?;
    conn.prepare_cached(
        "INSERT INTO cases VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (tenant, case_id) DO UPDATE SET state = excluded.state,
         holder = excluded.holder, due = excluded.due, light = excluded.light,
         rest = excluded.rest",
    )?
    .execute(params![tenant, case, number(act as u64 / 4), "accepted", "post-1", act, "green", rest])?;
    for clock in ["decide", "notice"] {
        conn.prepare_cached(
            "INSERT INTO clocks VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (tenant, case_id, clock) DO UPDATE SET light = excluded.light,
             due_at = excluded.due_at, next_change_at = excluded.next_change_at",
        )?
        .execute(params![tenant, case, clock, "green", act, act])?;
    }
    conn.prepare_cached("INSERT INTO remembered VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        tenant,
        "officer-1",
        format!("key-{act:032}"),
        [9_u8; 32],
        r#"{"case":"0","version":1}"#,
    ])?;
    conn.prepare_cached("INSERT INTO effects VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        tenant,
        format!("effect-{act:029}"),
        "letter",
        r#"{"letter":"acceptance","case":"0190"}"#,
        act,
    ])?;
    Ok(())
}

fn case_id(case: u64) -> String {
    format!("01900000-0000-7000-8000-{case:012}")
}

fn number(case: u64) -> String {
    format!("630222-2015-{case:08}")
}

/// The same acts through the whole store (checks, hashes, all indexes, the writer's thread), in calls
/// of `groups_of` acts each; each act changes the case's state, holder, due date and clocks.
///
/// # Errors
/// What the store says.
pub async fn through_store(dir: &Path, groups_of: u64, acts: u64) -> Result<BenchFigure> {
    let group_max = usize::try_from(groups_of).unwrap_or(usize::MAX);
    let options = Options { group_max, ..Options::default() };
    let store = SqliteStore::open_with(dir, &options)?;
    let started = Instant::now();
    let mut done = 0;
    while done < acts {
        let until = (done + groups_of.max(1)).min(acts);
        for appended in store.append_many((done..until).map(act).collect()).await {
            appended?;
        }
        done = until;
    }
    Ok(figure("store, append_many", dir, acts, groups_of, started))
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
    append.idempotency = Some(Idempotency {
        actor: "ma.xiulan".to_owned(),
        key: format!("key-{n:032}"),
        body_hash: [9; 32],
    });
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
