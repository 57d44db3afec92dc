//! Invariant 4: what was acknowledged survives `kill -9` at any instant.
//!
//! This program starts itself again as a child that appends and prints each answer; kills it; opens
//! what it left; and looks for everything that it had printed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use xiaoneng_ledger::StreamId;
use xiaoneng_store::conformance::{act, at, case_row, clock, tenant};
use xiaoneng_store::{Append, NewEffect, RowChange, Store};
use xiaoneng_store_sqlite::SqliteStore;

const DIR: &str = "XIAONENG_CRASH_DIR";
const ROUNDS: u64 = 8;

/// Act number `version + 1` of a case, with everything that an act carries.
fn one(case: &str, number: u32, version: u64) -> Append {
    let mut act = act(case, version, 0, &format!("{case}-{version}"));
    let mut row = case_row(case, number, 0);
    row.version = version + 1;
    row.light = if version.is_multiple_of(2) { "green" } else { "yellow" }.to_owned();
    let rows = vec![clock("decide", Some(version as i64))];
    act.rows = vec![RowChange::Case(row), RowChange::Clocks { case: case.to_owned(), rows }];
    act.effects = vec![NewEffect {
        id: format!("{case}-{version}"),
        kind: "letter".to_owned(),
        payload: serde_json::Value::Null,
        not_before: at(0),
    }];
    act
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_appends_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let store = Arc::new(SqliteStore::open(dir).unwrap());
    let size = store.ledger_size(&tenant()).await.unwrap();
    let tasks: Vec<_> = (0..8_u32)
        .map(|task| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let number = u32::try_from(size).unwrap() * 10 + task;
                let case = format!("c{number}");
                // Bounded: a child that nobody kills ends by itself.
                for version in 0..20_000 {
                    let done = store.append(one(&case, number, version)).await.unwrap();
                    let line = format!("ack {case} {version} {}\n", done.first_index);
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Starts the child, lets it work, kills it, and answers what it had printed.
fn work_and_kill(dir: &Path, after: Duration) -> Vec<(String, u64, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_appends_until_it_is_killed", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        lines
            .filter_map(|line| {
                // The test's own first words may stand before the first answer.
                let words: Vec<_> = line[line.find("ack ")?..].split(' ').collect();
                let [_, case, version, index] = words[..] else {
                    return None;
                };
                Some((case.to_owned(), version.parse().ok()?, index.parse().ok()?))
            })
            .collect::<Vec<_>>()
    });
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9_at_any_instant() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let chance = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let after = Duration::from_millis(90 + u64::from(chance.subsec_nanos()) / 1000 % 160);
        let answers = work_and_kill(dir.path(), after);
        acknowledged += answers.len();
        let store = SqliteStore::open(dir.path()).unwrap();
        let health = store.health().await.unwrap();
        assert!(health.faults.is_empty(), "round {round}, after {after:?}: {:?}", health.faults);
        let ledger = store.ledger(&tenant(), 0, usize::MAX).await.unwrap();
        assert!(ledger.iter().zip(0..).all(|(event, index)| event.index == index));
        for (case, version, index) in &answers {
            let event = &ledger[usize::try_from(*index).unwrap()];
            let place = (&event.stream, event.version);
            assert_eq!(place, (&StreamId::case(case), version + 1), "round {round}, {after:?}");
        }
        // Whole acts only: every event has its row, clock, effect and remembered answer.
        assert_eq!(health.effects_waiting, ledger.len() as u64);
        for event in ledger.iter().rev().take(20) {
            let case = event.stream.case_id().unwrap();
            let row = store.case_row(&tenant(), case).await.unwrap().unwrap();
            let version = store.stream_version(&tenant(), &event.stream).await.unwrap();
            assert_eq!(row.version, version);
            let again = one(case, 0, version - 1);
            let key = again.idempotency.as_ref().unwrap();
            assert!(store.remembered(&tenant(), key).await.unwrap().is_some());
        }
        let counted: u64 = store.summary(&[tenant()]).await.unwrap().iter().map(|row| row.count).sum();
        let filter = xiaoneng_store::CaseFilter::new(tenant());
        assert_eq!(counted, store.count_cases(&filter, u64::MAX).await.unwrap());
    }
    assert!(acknowledged > 100, "the children got to work: {acknowledged} acts");
}
