//! Rebuild: the same rows from the same changes, and nothing else touched.

use super::{act, at, case_row, checks, clock, tenant};
use crate::{AwayRow, BreachRow, MemoryStore, NoticeRow, RowChange, Store, StoreError};
use serde_json::json;
use std::sync::Arc;

pub(super) async fn all(make: &impl Fn() -> Arc<dyn Store>) {
    checks!(
        make,
        a_rebuild_gives_the_same_rows_whatever_stood_there_before,
        a_rebuild_that_fails_changes_nothing,
        the_rows_are_those_of_the_reference,
    );
}

/// Changes that touch every table, some of them twice.
fn changes() -> Vec<RowChange> {
    let mut rows = Vec::new();
    for n in 0..6_u32 {
        let case = format!("c{n}");
        let mut row = case_row(&case, n, i64::from(n));
        rows.push(RowChange::Case(row.clone()));
        row.light = if n % 2 == 0 { "yellow" } else { "met" }.to_owned();
        row.open = n % 2 == 0;
        row.due_at = (n != 3).then(|| at(9));
        rows.push(RowChange::Case(row));
        let clocks = vec![clock("notice", Some(3)), clock("decide", None)];
        rows.push(RowChange::Clocks { case: case.clone(), rows: clocks });
        let clocks = vec![clock("decide", Some(i64::from(n)))];
        rows.push(RowChange::Clocks { case: case.clone(), rows: clocks });
        rows.push(RowChange::Away(AwayRow {
            case: case.clone(),
            post: "p1".to_owned(),
            officer: "马秀兰".to_owned(),
            from: at(0),
            until: None,
            stand_in: None,
            state: "approved".to_owned(),
        }));
        rows.push(RowChange::Breach(BreachRow {
            id: format!("b{n}"),
            case: None,
            unit: "scjg".to_owned(),
            post: None,
            officer: Some("马秀兰".to_owned()),
            duty: "one-notice".to_owned(),
            rule: "XK-32".to_owned(),
            at: at(2),
            facts_json: json!({"z": 1, "a": [1.5, null]}),
        }));
        rows.push(RowChange::Notice(NoticeRow {
            id: format!("n{n}"),
            kind: "leave".to_owned(),
            unit: "scjg".to_owned(),
            title: "公示".to_owned(),
            body_json: json!({"b": "\"引号\"\n"}),
            shown_from: at(1),
            shown_until: Some(at(2)),
            cleared_at: None,
            case: Some(case),
        }));
    }
    rows.push(RowChange::AwayGone { case: "c0".to_owned() });
    rows.push(RowChange::BreachGone { id: "b0".to_owned() });
    rows.push(RowChange::Clocks { case: "c1".to_owned(), rows: Vec::new() });
    rows
}

async fn filled(store: &dyn Store) -> String {
    for (n, change) in changes().into_iter().enumerate() {
        let mut act = act("s", n as u64, n as i64, "");
        act.rows = vec![change];
        store.append(act).await.unwrap();
    }
    let mut elsewhere = act("s", 0, 0, "");
    elsewhere.tenant = "630222".into();
    let mut row = case_row("c0", 1, 1);
    row.tenant = "630222".into();
    elsewhere.rows = vec![RowChange::Case(row)];
    store.append(elsewhere).await.unwrap();
    store.dump_rows(&tenant()).await.unwrap()
}

async fn a_rebuild_gives_the_same_rows_whatever_stood_there_before(store: &dyn Store) {
    let before = filled(store).await;
    let (elsewhere, events) = (store.dump_rows(&"630222".into()).await.unwrap(), store.ledger(&tenant(), 0, 99).await);
    let mut wrong = case_row("wrong", 99, 1);
    wrong.light = "red".to_owned();
    super::rows::put(store, vec![RowChange::Case(wrong)]).await;
    assert_ne!(store.dump_rows(&tenant()).await.unwrap(), before);
    let chunks: Vec<Vec<RowChange>> = changes().chunks(4).map(<[RowChange]>::to_vec).collect();
    store.rebuild_rows(&tenant(), Box::new(chunks.into_iter())).await.unwrap();
    assert_eq!(store.dump_rows(&tenant()).await.unwrap(), before);
    assert_eq!(store.dump_rows(&"630222".into()).await.unwrap(), elsewhere);
    let after = store.ledger(&tenant(), 0, events.as_ref().unwrap().len()).await;
    assert_eq!(after, events);
    // Acts go on where they stood.
    let version = store.stream_version(&tenant(), &"case/s".into()).await.unwrap();
    store.append(act("s", version, 999, "")).await.unwrap();
}

async fn a_rebuild_that_fails_changes_nothing(store: &dyn Store) {
    let before = filled(store).await;
    let twice = [case_row("x", 1, 1), case_row("y", 1, 1)].map(RowChange::Case).to_vec();
    let fault = store.rebuild_rows(&tenant(), Box::new([twice].into_iter())).await.unwrap_err();
    assert!(matches!(fault, StoreError::Taken { .. }), "{fault}");
    let mut foreign = case_row("x", 1, 1);
    foreign.tenant = "630222".into();
    let foreign = vec![RowChange::Case(foreign)];
    let fault = store.rebuild_rows(&tenant(), Box::new([foreign].into_iter())).await.unwrap_err();
    assert!(matches!(fault, StoreError::Invalid { .. }), "{fault}");
    assert_eq!(store.dump_rows(&tenant()).await.unwrap(), before);
}

async fn the_rows_are_those_of_the_reference(store: &dyn Store) {
    let found = filled(store).await;
    assert_eq!(found, filled(&MemoryStore::new()).await);
    assert_eq!(found.lines().filter(|line| line.starts_with("case ")).count(), 6);
    assert_eq!(found.lines().filter(|line| line.starts_with("summary ")).count(), 2);
}
