//! What can only be seen from within: plans of statements, and a disk that is full.

use crate::cases::page_statement;
use crate::lists::{CLOCKS_ASKED, CLOCKS_DUE, notices_statement};
use crate::open::{MAIN_FILE, Options, SqliteStore, open_main};
use crate::writer::Writer;
use crate::{append::Prepared, schema};
use rusqlite::Connection;
use xiaoneng_store::conformance::{act, at, tenant};
use xiaoneng_store::{CaseFilter, CaseOrder, NoticeFilter, Store, StoreError};

fn memory() -> Connection {
    let mut conn = Connection::open_in_memory().unwrap();
    schema::migrate(&mut conn, "memory", schema::MAIN).unwrap();
    conn
}

fn plan(conn: &Connection, sql: &str) -> String {
    let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let marks = plan.parameter_count();
    let nulls = rusqlite::params_from_iter(vec![rusqlite::types::Null; marks]);
    let lines: Vec<String> = plan.query_map(nulls, |row| row.get(3)).unwrap().map(Result::unwrap).collect();
    lines.join("; ")
}

#[test]
fn the_watch_reads_an_index_and_sorts_nothing() {
    let plan = plan(&memory(), CLOCKS_DUE);
    assert!(plan.contains("COVERING INDEX clocks_next") && !plan.contains("TEMP"), "{plan}");
}

#[test]
fn a_holiday_notice_reads_the_clocks_in_order_and_sorts_nothing() {
    let plan = plan(&memory(), CLOCKS_ASKED);
    assert!(
        plan.contains("USING PRIMARY KEY (tenant=? AND (case_id,clock)>(?,?))") && !plan.contains("TEMP"),
        "{plan}"
    );
}

#[test]
fn lists_of_work_read_their_index_in_order() {
    let conn = memory();
    type Set = fn(&mut CaseFilter);
    let lists: &[(&str, Set)] = &[
        ("cases_holder", |f| {
            f.holder = Some(vec!["p1".to_owned()]);
            f.open = Some(true);
        }),
        ("cases_due", |f| f.open = Some(true)),
        ("cases_unit", |f| {
            f.open = Some(true);
            f.unit = Some("scjg".to_owned());
        }),
        ("cases_received", |f| f.order = CaseOrder::ReceivedLast),
        ("cases_procedure", |f| {
            f.procedure = Some("licence".to_owned());
            f.order = CaseOrder::ReceivedLast;
        }),
        ("cases_item", |f| {
            f.item = Some("XK-1".to_owned());
            f.order = CaseOrder::ReceivedLast;
        }),
        ("cases_closed", |f| {
            f.open = Some(false);
            f.lights = vec!["missed".to_owned()];
            f.order = CaseOrder::ClosedLast;
        }),
        ("cases_unit_closed", |f| {
            f.open = Some(false);
            f.unit = Some("scjg".to_owned());
            f.order = CaseOrder::ClosedLast;
        }),
    ];
    for (index, set) in lists {
        let mut filter = CaseFilter::new(tenant());
        set(&mut filter);
        for after in [None, Some("5.c1".parse().unwrap())] {
            filter.after = after;
            let plan = plan(&conn, &page_statement(&filter).0);
            assert!(plan.contains(&format!("INDEX {index} ")), "{index}: {plan}");
            assert!(!plan.contains("TEMP"), "{index} gives the order: {plan}");
        }
    }
}

#[test]
fn cases_of_several_posts_are_cut_to_a_page_for_each() {
    let mut filter = CaseFilter::new(tenant());
    filter.holder = Some(vec!["p1".to_owned(), "p2".to_owned()]);
    filter.open = Some(true);
    let plan = plan(&memory(), &page_statement(&filter).0);
    assert_eq!(plan.matches("INDEX cases_holder ").count(), 2, "{plan}");
    assert!(!plan.contains("SCAN cases"), "{plan}");
}

#[test]
fn results_of_a_unit_read_their_index_in_order() {
    let mut filter = NoticeFilter::new(tenant());
    filter.kind = Some("result".to_owned());
    let of_place = plan(&memory(), &notices_statement(&filter).0);
    assert!(of_place.contains("INDEX notices_kind ") && !of_place.contains("TEMP"), "{of_place}");
    filter.unit = Some("scjg".to_owned());
    let of_unit = plan(&memory(), &notices_statement(&filter).0);
    assert!(of_unit.contains("INDEX notices_unit ") && !of_unit.contains("TEMP"), "{of_unit}");
}

#[test]
fn looking_someone_up_and_looking_for_a_number_scan_nothing() {
    let conn = memory();
    let mut filter = CaseFilter::new(tenant());
    filter.lookup = Some("aa".to_owned());
    let by_lookup = plan(&conn, &page_statement(&filter).0);
    assert!(by_lookup.contains("cases_lookup"), "{by_lookup}");
    let mut filter = CaseFilter::new(tenant());
    filter.text = Some("630223-2015".to_owned());
    let by_number = plan(&conn, &page_statement(&filter).0);
    assert!(by_number.contains("cases_number"), "{by_number}");
    let mut filter = CaseFilter::new(tenant());
    filter.offered_to = Some(vec!["p".to_owned()]);
    let offered = plan(&conn, &page_statement(&filter).0);
    assert!(offered.contains("cases_offered"), "{offered}");
}

#[test]
fn every_table_and_every_key_starts_with_its_tenant() {
    for steps in [schema::MAIN, schema::DESK, schema::FILES, schema::KEYS] {
        let sql = steps.concat();
        for table in sql.split("CREATE TABLE ").skip(1) {
            let (name, body) = table.split_once(" (").unwrap();
            assert!(body.trim_start().starts_with("tenant TEXT NOT NULL"), "{name}");
            if let Some(key) = body.split("PRIMARY KEY (").nth(1) {
                assert!(key.starts_with("tenant"), "{name}");
            }
        }
        for index in sql.split(" INDEX ").skip(1).filter(|index| index.contains(" ON ")) {
            let columns = index.split(" ON ").nth(1).unwrap();
            assert!(columns.split_once('(').unwrap().1.starts_with("tenant"), "{columns}");
        }
        for banned in ["TRIGGER", "AUTOINCREMENT", "now()", "CURRENT_TIMESTAMP"] {
            assert!(!sql.split("--").next().unwrap().contains(banned), "{banned}");
        }
    }
}

/// SQLite answers SQLITE_FULL when it may take no more pages, as when the disk has no more.
#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(dir.path()).unwrap());
    let path = dir.path().join(MAIN_FILE);
    let conn = open_main(&path, true).unwrap();
    let pages: i64 = conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    conn.pragma_update_and_check(None, "max_page_count", pages + 20, |_| Ok(())).unwrap();
    let lock = tempfile::tempfile().unwrap();
    let writer = Writer::start(conn, lock, &Options::default()).unwrap();
    let mut acknowledged = 0;
    let fault = loop {
        let mut big = act("a", acknowledged, acknowledged as i64, "");
        big.events[0].payload = "x".repeat(5_000).into();
        match writer.append(vec![Prepared::of(big).unwrap()]).await.remove(0) {
            Ok(_) => acknowledged += 1,
            Err(fault) => break fault,
        }
        assert!(acknowledged < 1000);
    };
    assert!(matches!(fault, StoreError::Full { .. }), "{fault}");
    assert!(fault.to_string().contains("free space"), "{fault}");
    let again = Prepared::of(act("b", 0, 2000, "")).unwrap();
    let _ = writer.append(vec![again]).await;
    drop(writer);
    let store = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(store.stream_version(&tenant(), &"case/a".into()).await.unwrap(), acknowledged);
    assert!(store.health().await.unwrap().faults.is_empty());
    let size = store.ledger_size(&tenant()).await.unwrap();
    let mut goes_on = act("c", 0, 3000, "");
    goes_on.events[0].recorded_at = at(3000);
    assert_eq!(store.append(goes_on).await.unwrap().first_index, size);
}
