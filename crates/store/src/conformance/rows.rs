//! Rows: put, read back, counted.

use super::{act, at, case_row, checks, clock, tenant};
use crate::{
    AwayFilter, AwayRow, BreachFilter, BreachRow, ClockRow, NoticeFilter, NoticeRow, RowChange, Store, SummaryRow,
};
use serde_json::json;
use std::sync::Arc;
use xiaoneng_ledger::TenantId;

pub(super) async fn all(make: &impl Fn() -> Arc<dyn Store>) {
    checks!(
        make,
        a_case_reads_back_as_it_was_put,
        a_case_is_found_by_number_and_by_track_code,
        the_summary_follows_every_change,
        clocks_are_replaced_as_a_whole,
        the_watch_sees_clocks_that_are_due_the_earliest_first,
        clocks_that_hang_on_the_calendar_are_read_in_pages,
        absences_are_found_by_instant_and_by_overlap,
        notices_are_shown_from_until_and_until_cleared,
        breaches_are_found_and_go,
    );
}

/// Puts rows in an act of their own, without an event.
pub(super) async fn put(store: &dyn Store, rows: Vec<RowChange>) {
    let mut act = act("rows", 0, 0, "");
    act.expects.clear();
    act.events.clear();
    act.rows = rows;
    store.append(act).await.unwrap();
}

async fn a_case_reads_back_as_it_was_put(store: &dyn Store) {
    let mut row = case_row("a", 1, 1);
    row.offered_to = Some("post-b".to_owned());
    row.lookup = Some("ff".repeat(32));
    row.standing = true;
    row.provisional = true;
    row.started_at = Some(at(2));
    row.closed_at = Some(at(3));
    row.result = Some("granted".to_owned());
    row.result_public_at = Some(at(4));
    row.version = 7;
    row.step = "审核".to_owned();
    put(store, vec![RowChange::Case(row.clone())]).await;
    assert_eq!(store.case_row(&tenant(), "a").await.unwrap(), Some(row.clone()));
    // Everything that can be nothing becomes nothing again.
    let mut bare = crate::CaseRow::blank(tenant(), "a", &row.number, at(1));
    bare.open = false;
    put(store, vec![RowChange::Case(bare.clone())]).await;
    assert_eq!(store.case_row(&tenant(), "a").await.unwrap(), Some(bare));
    assert_eq!(store.case_row(&tenant(), "none").await.unwrap(), None);
    assert_eq!(store.case_row(&"630222".into(), "a").await.unwrap(), None);
}

async fn a_case_is_found_by_number_and_by_track_code(store: &dyn Store) {
    put(store, vec![RowChange::Case(case_row("a", 1, 1)), RowChange::Case(case_row("b", 2, 1))]).await;
    let found = store.case_by_number(&tenant(), "630223-2015-00002").await.unwrap();
    assert_eq!(found.map(|row| row.case), Some("b".to_owned()));
    assert_eq!(store.case_by_number(&tenant(), "630223-2015-0000").await.unwrap(), None);
    let found = store.case_by_track("630223-2015-00001", "code-1").await.unwrap();
    assert_eq!(found.map(|row| row.case), Some("a".to_owned()));
    assert_eq!(store.case_by_track("630223-2015-00001", "code-2").await.unwrap(), None);
    assert_eq!(store.case_by_track("630222-2015-00001", "code-1").await.unwrap(), None);
}

async fn the_summary_follows_every_change(store: &dyn Store) {
    let counts = |rows: Vec<SummaryRow>| -> Vec<(String, String, bool, u64)> {
        rows.into_iter().map(|row| (row.unit, row.light, row.open, row.count)).collect()
    };
    let (mut a, b) = (case_row("a", 1, 1), case_row("b", 2, 1));
    put(store, vec![RowChange::Case(a.clone()), RowChange::Case(b)]).await;
    let rows = store.summary(&[tenant()]).await.unwrap();
    assert_eq!(counts(rows), [("scjg".to_owned(), "green".to_owned(), true, 2)]);
    a.light = "red".to_owned();
    put(store, vec![RowChange::Case(a.clone()), RowChange::Case(a.clone())]).await;
    let rows = store.summary(&[tenant(), tenant(), TenantId::from("630222")]).await.unwrap();
    let (green, red) = ("green".to_owned(), "red".to_owned());
    let scjg = "scjg".to_owned();
    assert_eq!(counts(rows), [(scjg.clone(), green, true, 1), (scjg.clone(), red.clone(), true, 1)]);
    // Twice in one act: only the last counts.
    let mut closed = a.clone();
    closed.open = false;
    put(store, vec![RowChange::Case(closed.clone()), RowChange::Case(case_row("b", 2, 9))]).await;
    let mut moved = case_row("b", 2, 1);
    moved.unit = "wjj".to_owned();
    put(store, vec![RowChange::Case(moved)]).await;
    let rows = store.summary(&[tenant()]).await.unwrap();
    let wjj = ("wjj".to_owned(), "green".to_owned(), true, 1);
    assert_eq!(counts(rows), [(scjg, red, false, 1), wjj]);
}

async fn clocks_are_replaced_as_a_whole(store: &dyn Store) {
    let clocks = |rows| RowChange::Clocks { case: "a".to_owned(), rows };
    let (notice, decide) = (clock("notice", Some(5)), clock("decide", Some(9)));
    put(store, vec![clocks(vec![notice.clone(), decide.clone()])]).await;
    let found = store.clocks(&tenant(), "a").await.unwrap();
    assert_eq!(found, [decide, notice.clone()], "by name");
    let mut later = clock("decide", Some(20));
    later.light = "yellow".to_owned();
    later.provisional = true;
    put(store, vec![clocks(vec![later.clone(), clock("hearing", None)])]).await;
    let found = store.clocks(&tenant(), "a").await.unwrap();
    assert_eq!(found, [later, clock("hearing", None)]);
    put(store, vec![clocks(Vec::new())]).await;
    assert!(store.clocks(&tenant(), "a").await.unwrap().is_empty());
    let mut twice = act("rows", 1, 1, "");
    twice.expects.clear();
    twice.rows = vec![clocks(vec![notice.clone(), notice])];
    assert!(store.append(twice).await.is_err());
}

async fn the_watch_sees_clocks_that_are_due_the_earliest_first(store: &dyn Store) {
    let clocks = |case: &str, rows| RowChange::Clocks { case: case.to_owned(), rows };
    put(
        store,
        vec![
            clocks("b", vec![clock("y", Some(5)), clock("x", Some(5)), clock("later", Some(11))]),
            clocks("a", vec![clock("z", Some(5)), clock("never", None), clock("now", Some(10))]),
            clocks("c", vec![clock("first", Some(1))]),
        ],
    )
    .await;
    let due = store.clocks_due(&tenant(), at(10), 99).await.unwrap();
    let names: Vec<_> = due.iter().map(|due| (due.case.as_str(), due.clock.as_str())).collect();
    assert_eq!(names, [("c", "first"), ("a", "z"), ("b", "x"), ("b", "y"), ("a", "now")]);
    assert_eq!(due[0].next_change_at, at(1));
    assert_eq!(store.clocks_due(&tenant(), at(10), 2).await.unwrap(), due[..2]);
    assert!(store.clocks_due(&tenant(), at(0), 2).await.unwrap().is_empty());
    assert!(store.clocks_due(&"630222".into(), at(99), 2).await.unwrap().is_empty());
}

async fn clocks_that_hang_on_the_calendar_are_read_in_pages(store: &dyn Store) {
    let asked = |name: &str, asked: Option<&str>, due: Option<i64>| ClockRow {
        asked: asked.map(str::to_owned),
        ..clock(name, due)
    };
    let clocks = |case: &str, rows| RowChange::Clocks { case: case.to_owned(), rows };
    put(
        store,
        vec![
            clocks("b", vec![asked("y", Some("{}"), Some(5)), asked("x", Some("20个工作日"), Some(9))]),
            clocks("a", vec![asked("z", Some("w"), Some(1)), asked("given", None, Some(1))]),
            clocks("c", vec![asked("no date", Some("w"), None)]),
        ],
    )
    .await;
    let all = store.clocks_asked(&tenant(), None, 99).await.unwrap();
    let names: Vec<_> = all.iter().map(|row| (row.case.as_str(), row.clock.as_str(), row.asked.as_str())).collect();
    assert_eq!(names, [("a", "z", "w"), ("b", "x", "20个工作日"), ("b", "y", "{}")]);
    assert_eq!(all[1].due_at, at(9));
    assert_eq!(store.clocks_asked(&tenant(), None, 2).await.unwrap(), all[..2]);
    assert_eq!(store.clocks_asked(&tenant(), Some(("a", "z")), 99).await.unwrap(), all[1..]);
    assert_eq!(store.clocks_asked(&tenant(), Some(("b", "x")), 99).await.unwrap(), all[2..]);
    assert!(store.clocks_asked(&"630222".into(), None, 99).await.unwrap().is_empty());
    put(store, vec![clocks("b", vec![asked("x", None, Some(9))])]).await;
    assert_eq!(store.clocks_asked(&tenant(), None, 99).await.unwrap(), all[..1], "stopped: it hangs on nothing more");
}

async fn absences_are_found_by_instant_and_by_overlap(store: &dyn Store) {
    let away = |case: &str, post: &str, from: i64, until: Option<i64>| AwayRow {
        case: case.to_owned(),
        post: post.to_owned(),
        officer: "ma.xiulan".to_owned(),
        from: at(from),
        until: until.map(at),
        stand_in: Some("li.wei".to_owned()),
        state: "approved".to_owned(),
    };
    let rows = [
        away("a", "p2", 10, Some(20)),
        away("a", "p1", 10, Some(20)),
        away("b", "p3", 15, None),
        away("c", "p4", 30, Some(40)),
    ];
    put(store, rows.iter().cloned().map(RowChange::Away).collect()).await;
    let posts = |rows: Vec<AwayRow>| rows.into_iter().map(|row| row.post).collect::<Vec<_>>();
    assert_eq!(store.away_at(&tenant(), at(10)).await.unwrap(), [rows[1].clone(), rows[0].clone()]);
    assert_eq!(posts(store.away_at(&tenant(), at(19)).await.unwrap()), ["p1", "p2", "p3"]);
    assert_eq!(posts(store.away_at(&tenant(), at(20)).await.unwrap()), ["p3"]);
    assert!(store.away_at(&tenant(), at(9)).await.unwrap().is_empty());
    let mut filter = AwayFilter { tenant: tenant(), from: at(20), until: Some(at(31)) };
    assert_eq!(posts(store.away(&filter).await.unwrap()), ["p3", "p4"]);
    filter.until = None;
    filter.from = at(19);
    assert_eq!(posts(store.away(&filter).await.unwrap()), ["p1", "p2", "p3", "p4"]);
    let mut shorter = away("b", "p3", 15, Some(16));
    shorter.stand_in = None;
    put(store, vec![RowChange::Away(shorter), RowChange::AwayGone { case: "a".to_owned() }]).await;
    assert!(store.away_at(&tenant(), at(16)).await.unwrap().is_empty());
    assert_eq!(posts(store.away_at(&tenant(), at(15)).await.unwrap()), ["p3"]);
}

async fn notices_are_shown_from_until_and_until_cleared(store: &dyn Store) {
    let notice = |id: &str, kind: &str, from: i64, until: Option<i64>| NoticeRow {
        id: id.to_owned(),
        kind: kind.to_owned(),
        unit: "scjg".to_owned(),
        title: "请假公示".to_owned(),
        body_json: json!({"post": "p1"}),
        shown_from: at(from),
        shown_until: until.map(at),
        cleared_at: None,
        case: Some("a".to_owned()),
    };
    let mut cleared = notice("n3", "leave", 5, Some(100));
    cleared.cleared_at = Some(at(12));
    let rows = [notice("n1", "leave", 10, Some(20)), notice("n2", "result", 11, None), cleared];
    put(store, rows.iter().cloned().map(RowChange::Notice).collect()).await;
    let mut filter = NoticeFilter::new(tenant());
    let all = store.notices(&filter).await.unwrap();
    assert_eq!(all.rows, [rows[1].clone(), rows[0].clone(), rows[2].clone()]);
    assert_eq!(all.next, None);
    let at_instant = |seconds| NoticeFilter { at: Some(at(seconds)), ..NoticeFilter::new(tenant()) };
    let ids = async |filter: &NoticeFilter| -> Vec<String> {
        store.notices(filter).await.unwrap().rows.into_iter().map(|row| row.id).collect()
    };
    assert_eq!(ids(&at_instant(9)).await, ["n3"]);
    assert_eq!(ids(&at_instant(11)).await, ["n2", "n1", "n3"]);
    assert_eq!(ids(&at_instant(12)).await, ["n2", "n1"]);
    assert_eq!(ids(&at_instant(20)).await, ["n2"]);
    filter.limit = 1;
    let first = store.notices(&filter).await.unwrap();
    filter.after = first.next;
    filter.limit = 2;
    assert_eq!(ids(&filter).await, ["n1", "n3"]);
    filter.kind = Some("leave".to_owned());
    filter.case = Some("a".to_owned());
    filter.unit = Some("scjg".to_owned());
    filter.after = None;
    assert_eq!(ids(&filter).await, ["n1", "n3"]);
    filter.case = Some("b".to_owned());
    assert!(ids(&filter).await.is_empty());
}

async fn breaches_are_found_and_go(store: &dyn Store) {
    let breach = |id: &str, seconds: i64| BreachRow {
        id: id.to_owned(),
        case: Some("a".to_owned()),
        unit: "scjg".to_owned(),
        post: Some("p1".to_owned()),
        officer: None,
        duty: "one-notice".to_owned(),
        rule: "XK-32".to_owned(),
        at: at(seconds),
        facts_json: json!({"asked": 2}),
    };
    let rows = [breach("b1", 1), breach("b2", 2), breach("b3", 2)];
    put(store, rows.iter().cloned().map(RowChange::Breach).collect()).await;
    let mut filter = BreachFilter::new(tenant());
    let all = store.breaches(&filter).await.unwrap().rows;
    assert_eq!(all, [rows[2].clone(), rows[1].clone(), rows[0].clone()]);
    filter.limit = 2;
    let first = store.breaches(&filter).await.unwrap();
    filter.after = first.next;
    assert_eq!(store.breaches(&filter).await.unwrap().rows, [rows[0].clone()]);
    filter.after = None;
    filter.from = Some(at(1));
    filter.until = Some(at(2));
    filter.duty = Some("one-notice".to_owned());
    filter.post = Some("p1".to_owned());
    filter.unit = Some("scjg".to_owned());
    filter.case = Some("a".to_owned());
    assert_eq!(store.breaches(&filter).await.unwrap().rows, [rows[0].clone()]);
    filter.unit = Some("wjj".to_owned());
    assert!(store.breaches(&filter).await.unwrap().rows.is_empty());
    put(store, vec![RowChange::BreachGone { id: "b1".to_owned() }]).await;
    assert_eq!(store.breaches(&BreachFilter::new(tenant())).await.unwrap().rows.len(), 2);
}
