//! Lists of cases: every filter, every order, every page; a count equals its list.

use super::{at, case_row, checks, tenant};
use crate::{CaseFilter, CaseOrder, CaseRow, PAGE_MAX, RowChange, Store};
use std::sync::Arc;

pub(super) async fn all(make: &impl Fn() -> Arc<dyn Store>) {
    checks!(
        make,
        each_part_of_a_filter_chooses,
        text_is_looked_for_in_number_title_and_applicant,
        orders_put_what_has_no_instant_last,
        pages_show_each_case_once_in_every_order,
        a_count_equals_the_length_of_its_list_up_to_the_cap,
        a_page_has_at_most_two_hundred_rows,
    );
}

/// Twelve cases that differ in everything.
fn many() -> Vec<CaseRow> {
    (0..12_u32)
        .map(|n| {
            let pick = |names: [&str; 3]| names[n as usize % 3].to_owned();
            let mut row = case_row(&format!("c{n:02}"), n, i64::from(n / 2));
            row.holder = (n % 4 != 0).then(|| pick(["p0", "p1", "p2"]));
            row.offered_to = (n % 5 == 0).then(|| "p9".to_owned());
            row.unit = pick(["scjg", "wjj", "rsj"]);
            row.tier = pick(["city", "county", "township"]);
            row.light = pick(["green", "yellow", "red"]);
            row.procedure = if n % 2 == 0 { "licence" } else { "petition" }.to_owned();
            row.item = format!("XK-{}", n % 4);
            row.state = pick(["received", "accepted", "granted"]);
            row.standing = n == 7;
            row.open = n % 3 != 2;
            row.closed_at = (n % 3 == 2).then(|| at(100 + i64::from(n)));
            row.result_public_at = (n % 6 == 2).then(|| at(200 + i64::from(n)));
            row.due_at = (n % 4 != 1).then(|| at(50 - i64::from(n / 3)));
            row.lookup = (n < 2).then(|| "aa".repeat(32));
            row.title = format!("许可第{n}件");
            row.applicant_masked = pick(["马*兰", "李*", "王*%_"]);
            row
        })
        .collect()
}

async fn put_many(store: &dyn Store) {
    super::rows::put(store, many().into_iter().map(RowChange::Case).collect()).await;
}

async fn numbers(store: &dyn Store, filter: &CaseFilter) -> Vec<usize> {
    let page = store.cases(filter).await.unwrap();
    assert_eq!(store.count_cases(filter, 1000).await.unwrap(), page.rows.len() as u64);
    let mut numbers: Vec<usize> = page.rows.iter().map(|row| row.case[1..].parse().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

/// Sets a part of the filter; says of a row whether it then belongs to the list.
type Part = (fn(&mut CaseFilter), fn(&CaseRow) -> bool);

fn parts() -> Vec<Part> {
    vec![
        (|f| f.not_procedures = vec!["petition".to_owned(), "none".to_owned()], |r| r.procedure != "petition"),
        (|_| {}, |_| true),
        (
            |f| f.holder = Some(vec!["p1".to_owned(), "p2".to_owned()]),
            |r| matches!(r.holder.as_deref(), Some("p1" | "p2")),
        ),
        (|f| f.holder = Some(Vec::new()), |_| false),
        (|f| f.offered_to = Some(vec!["p9".to_owned()]), |r| r.offered_to.is_some()),
        (|f| f.unit = Some("wjj".to_owned()), |r| r.unit == "wjj"),
        (|f| f.intake_unit = Some("none".to_owned()), |_| false),
        (|f| f.tier = Some("city".to_owned()), |r| r.tier == "city"),
        (|f| f.procedure = Some("petition".to_owned()), |r| r.procedure == "petition"),
        (|f| f.not_procedures = vec!["petition".to_owned(), "none".to_owned()], |r| r.procedure != "petition"),
        (|f| f.item = Some("XK-3".to_owned()), |r| r.item == "XK-3"),
        (|f| f.state = Some("granted".to_owned()), |r| r.state == "granted"),
        (|f| f.open = Some(true), |r| r.open),
        (|f| f.open = Some(false), |r| !r.open),
        (|f| f.standing = Some(true), |r| r.standing),
        (|f| f.lights = vec!["red".to_owned(), "green".to_owned()], |r| r.light == "red" || r.light == "green"),
        (|f| f.lookup = Some("aa".repeat(32)), |r| r.lookup.is_some()),
        (|f| f.due_before = Some(at(49)), |r| r.due_at.is_some_and(|due| due < at(49))),
        (|f| f.received_from = Some(at(3)), |r| r.received_at >= at(3)),
        (|f| f.received_before = Some(at(3)), |r| r.received_at < at(3)),
        (|f| f.closed_from = Some(at(105)), |r| r.closed_at.is_some_and(|c| c >= at(105))),
        (|f| f.closed_before = Some(at(105)), |r| r.closed_at.is_some_and(|c| c < at(105))),
        (|f| f.result_public_by = Some(at(202)), |r| r.result_public_at == Some(at(202))),
        (
            |f| {
                f.open = Some(true);
                f.unit = Some("scjg".to_owned());
                f.holder = Some(vec!["p0".to_owned()]);
            },
            |r| r.open && r.unit == "scjg" && r.holder.as_deref() == Some("p0"),
        ),
    ]
}

async fn each_part_of_a_filter_chooses(store: &dyn Store) {
    put_many(store).await;
    let rows = many();
    for (position, (set, holds)) in parts().iter().enumerate() {
        let mut filter = CaseFilter::new(tenant());
        set(&mut filter);
        let expected: Vec<usize> = (0..rows.len()).filter(|n| holds(&rows[*n])).collect();
        assert_eq!(numbers(store, &filter).await, expected, "part {position}: {filter:?}");
    }
    assert!(numbers(store, &CaseFilter::new("630222".into())).await.is_empty());
}

async fn text_is_looked_for_in_number_title_and_applicant(store: &dyn Store) {
    put_many(store).await;
    let found = async |text: &str| {
        let mut filter = CaseFilter::new(tenant());
        filter.text = Some(text.to_owned());
        numbers(store, &filter).await
    };
    assert_eq!(found("第7件").await, [7]);
    assert_eq!(found("630223-2015-0001").await, [10, 11]);
    assert_eq!(found("630223").await.len(), 12);
    assert_eq!(found("李").await, [1, 4, 7, 10]);
    assert_eq!(found("*%_").await, [2, 5, 8, 11], "signs stand for themselves");
    assert!(found("2015-00001").await.is_empty(), "a number is looked for from its start");
    assert!(found("'; DROP TABLE cases").await.is_empty());
    assert_eq!(found("").await.len(), 12);
}

async fn in_order(store: &dyn Store, order: CaseOrder) -> Vec<CaseRow> {
    let mut filter = CaseFilter::new(tenant());
    filter.order = order;
    store.cases(&filter).await.unwrap().rows
}

async fn orders_put_what_has_no_instant_last(store: &dyn Store) {
    put_many(store).await;
    let due: Vec<_> = in_order(store, CaseOrder::DueFirst).await;
    let dated = due.iter().take_while(|row| row.due_at.is_some()).count();
    assert_eq!(dated, 9);
    assert!(due[dated..].iter().all(|row| row.due_at.is_none()));
    assert!(due[..dated].is_sorted_by_key(|row| (row.due_at, row.case.clone())));
    let received = in_order(store, CaseOrder::ReceivedLast).await;
    assert!(received.iter().rev().is_sorted_by_key(|row| (row.received_at, row.case.clone())));
    let closed = in_order(store, CaseOrder::ClosedLast).await;
    assert!(closed.iter().rev().is_sorted_by_key(|row| (row.closed_at, row.case.clone())));
    assert!(closed[0].closed_at.is_some() && closed[11].closed_at.is_none());
}

async fn pages_show_each_case_once_in_every_order(store: &dyn Store) {
    put_many(store).await;
    for order in [CaseOrder::DueFirst, CaseOrder::ReceivedLast, CaseOrder::ClosedLast] {
        let whole = in_order(store, order).await;
        for limit in 1..=13 {
            let mut filter = CaseFilter::new(tenant());
            (filter.order, filter.limit) = (order, limit);
            let mut pieced = Vec::new();
            loop {
                let page = store.cases(&filter).await.unwrap();
                assert!(page.rows.len() <= limit);
                pieced.extend(page.rows);
                let Some(next) = page.next else { break };
                // A page mark survives its way through a link.
                filter.after = Some(next.to_string().parse().unwrap());
            }
            assert_eq!(pieced, whole, "{order:?} in pages of {limit}");
        }
    }
}

async fn a_count_equals_the_length_of_its_list_up_to_the_cap(store: &dyn Store) {
    put_many(store).await;
    let mut filter = CaseFilter::new(tenant());
    filter.limit = 1;
    assert_eq!(store.count_cases(&filter, 1000).await.unwrap(), 12, "the limit plays no part");
    filter.after = store.cases(&filter).await.unwrap().next;
    assert_eq!(store.count_cases(&filter, 1000).await.unwrap(), 12, "nor does the page");
    assert_eq!(store.count_cases(&filter, 5).await.unwrap(), 5);
    assert_eq!(store.count_cases(&filter, 0).await.unwrap(), 0);
}

async fn a_page_has_at_most_two_hundred_rows(store: &dyn Store) {
    let rows = (0..PAGE_MAX as u32 + 5).map(|n| case_row(&format!("c{n:03}"), n, 1));
    super::rows::put(store, rows.map(RowChange::Case).collect()).await;
    for limit in [0, PAGE_MAX + 1, usize::MAX] {
        let mut filter = CaseFilter::new(tenant());
        filter.limit = limit;
        let page = store.cases(&filter).await.unwrap();
        assert_eq!(page.rows.len(), PAGE_MAX);
        filter.after = page.next;
        assert_eq!(store.cases(&filter).await.unwrap().rows.len(), 5);
    }
}
