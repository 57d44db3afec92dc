//! Opening, closing, locking, and what stays.

use std::sync::Arc;
use xiaoneng_ledger::{SealKey, StreamId};
use xiaoneng_store::conformance::{act, at, tenant};
use xiaoneng_store::{Desk, KeyStore, Store, StoreError};
use xiaoneng_store_sqlite::{Options, SqliteKeys, SqliteStore};

#[tokio::test]
async fn what_was_written_is_there_after_closing_and_opening() {
    let dir = tempfile::tempdir().unwrap();
    let hash = {
        let store = SqliteStore::open(dir.path()).unwrap();
        store.append(act("a", 0, 5, "k")).await.unwrap();
        store.setting_put(&tenant(), "clock", 1.into()).await.unwrap();
        let keys = SqliteKeys::open(dir.path()).unwrap();
        keys.put_many(&tenant(), vec![("k1".to_owned(), SealKey::new([1; 32]))]).await.unwrap();
        store.attachment_put(&tenant(), "text/plain", b"x".to_vec(), 9).await.unwrap()
    };
    let store = SqliteStore::open(dir.path()).unwrap();
    assert!(store.append(act("a", 0, 5, "k")).await.unwrap().replayed);
    let fault = store.append(act("b", 0, 4, "")).await.unwrap_err();
    assert_eq!(fault, StoreError::TimeWentBack { recorded: at(4), last: at(5) });
    assert_eq!(store.append(act("b", 0, 5, "")).await.unwrap().first_index, 1);
    assert_eq!(store.setting(&tenant(), "clock").await.unwrap(), Some(1.into()));
    assert!(store.attachment(&tenant(), &hash).await.unwrap().is_some());
    let keys = SqliteKeys::open(dir.path()).unwrap();
    assert_eq!(keys.get(&tenant(), "k1").await.unwrap(), Some(SealKey::new([1; 32])));
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_told_so() {
    let dir = tempfile::tempdir().unwrap();
    let first = SqliteStore::open(dir.path()).unwrap();
    let fault = SqliteStore::open(dir.path()).map(|_| ()).unwrap_err();
    assert!(matches!(&fault, StoreError::Locked { what } if what.contains(dir.path().to_str().unwrap())));
    assert!(fault.to_string().contains("another process"), "{fault}");
    drop(first);
    SqliteStore::open(dir.path()).unwrap();
}

#[tokio::test]
async fn a_reader_beside_the_server_sees_all_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let missing = SqliteStore::open_read_only(dir.path()).map(|_| ()).unwrap_err();
    assert!(matches!(missing, StoreError::NotFound { .. }));
    let server = SqliteStore::open(dir.path()).unwrap();
    let reader = SqliteStore::open_read_only(dir.path()).unwrap();
    server.append(act("a", 0, 1, "")).await.unwrap();
    assert_eq!(reader.stream_version(&tenant(), &StreamId::case("a")).await.unwrap(), 1);
    assert!(reader.health().await.unwrap().faults.is_empty());
    let fault = reader.append(act("a", 1, 2, "")).await.unwrap_err();
    assert!(matches!(fault, StoreError::Locked { .. }), "{fault}");
    let faults = reader.append_many(vec![act("a", 1, 2, "")]).await;
    assert!(matches!(faults[..], [Err(StoreError::Locked { .. })]));
}

#[tokio::test]
async fn data_of_a_newer_program_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(dir.path()).unwrap());
    let conn = rusqlite::Connection::open(dir.path().join("xiaoneng.db")).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let fault = SqliteStore::open(dir.path()).map(|_| ()).unwrap_err();
    assert!(matches!(fault, StoreError::NewerSchema { found: 99, known: 3, .. }), "{fault}");
    assert!(SqliteStore::open_read_only(dir.path()).is_err());
}

#[tokio::test]
async fn data_of_an_older_program_are_brought_up_by_the_first_that_writes() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    store.append(act("a", 0, 1, "")).await.unwrap();
    drop(store);
    let conn = rusqlite::Connection::open(dir.path().join("xiaoneng.db")).unwrap();
    let before = "DROP INDEX cases_closed; DROP INDEX cases_unit_closed; DROP INDEX notices_unit;
        CREATE INDEX cases_closed ON cases (tenant, closed_key, case_id) WHERE open = 0;
        ALTER TABLE clocks DROP COLUMN asked;
        PRAGMA user_version = 1;";
    conn.execute_batch(before).unwrap();
    drop(conn);
    let fault = SqliteStore::open_read_only(dir.path()).map(|_| ()).unwrap_err();
    assert!(fault.to_string().contains("older"), "{fault}");
    let health = SqliteStore::open(dir.path()).unwrap().health().await.unwrap();
    assert_eq!((health.schema_version, health.events), (3, 1));
    assert!(health.faults.is_empty(), "{:?}", health.faults);
    assert!(SqliteStore::open_read_only(dir.path()).is_ok());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_called_damaged() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("xiaoneng.db"), "this is no database ".repeat(1000)).unwrap();
    let fault = SqliteStore::open(dir.path()).map(|_| ()).unwrap_err();
    assert!(matches!(fault, StoreError::Corrupt { .. }), "{fault}");
}

#[tokio::test]
async fn the_doctor_sees_how_the_store_is_kept_and_a_gap_in_a_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    store.append(act("a", 0, 1, "")).await.unwrap();
    store.append(act("a", 1, 2, "")).await.unwrap();
    let health = store.health().await.unwrap();
    assert_eq!((health.journal_mode.as_str(), health.synchronous.as_str()), ("wal", "full"));
    assert_eq!((health.schema_version, health.tenants, health.events), (3, 1, 2));
    assert!(health.faults.is_empty() && health.files.iter().any(|(file, _)| file == "xiaoneng.db"));
    drop(store);
    let conn = rusqlite::Connection::open(dir.path().join("xiaoneng.db")).unwrap();
    conn.execute("DELETE FROM events WHERE idx = 0", []).unwrap();
    drop(conn);
    let health = SqliteStore::open(dir.path()).unwrap().health().await.unwrap();
    assert!(health.faults[0].contains("630223"), "{:?}", health.faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_share_commits_and_each_gets_its_own_answer() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { queue_max: 4, ..Options::default() };
    let store = Arc::new(SqliteStore::open_with(dir.path(), &options).unwrap());
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                // Every fourth asks for a version that is not there.
                let version = if n % 4 == 0 { 5 } else { 0 };
                let case = format!("c{n}");
                let done = store.append(act(&case, version, 1, "")).await;
                assert_eq!(done.is_ok(), version == 0);
                done.is_ok_and(|done| done.envelopes[0].stream == StreamId::case(&case))
            })
        })
        .collect();
    let mut good = 0;
    for task in tasks {
        good += u64::from(task.await.unwrap());
    }
    assert_eq!(good, 150);
    assert_eq!(store.ledger_size(&tenant()).await.unwrap(), 150);
}

#[tokio::test]
async fn a_caller_who_no_longer_waits_does_not_stop_the_writer() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    for n in 0..20 {
        let impatient = store.append(act(&format!("c{n}"), 0, 1, ""));
        let _ = tokio::time::timeout(std::time::Duration::ZERO, impatient).await;
    }
    store.append(act("last", 0, 1, "")).await.unwrap();
}

#[tokio::test]
async fn rows_of_a_rebuild_that_panic_leave_the_rows_and_the_writer_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let mut with_row = act("a", 0, 1, "");
    with_row.rows = vec![xiaoneng_store::RowChange::Case(xiaoneng_store::conformance::case_row("a", 1, 1))];
    store.append(with_row).await.unwrap();
    let before = store.dump_rows(&tenant()).await.unwrap();
    let chunks = std::iter::from_fn(|| panic!("the office's own fault"));
    let fault = store.rebuild_rows(&tenant(), Box::new(chunks)).await.unwrap_err();
    assert!(matches!(fault, StoreError::Unavailable { .. }), "{fault}");
    assert_eq!(store.dump_rows(&tenant()).await.unwrap(), before);
    store.append(act("a", 1, 2, "")).await.unwrap();
}
