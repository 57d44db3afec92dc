//! Acts: once, whole, in order.

use super::{act, at, case_row, checks, new_event, tenant};
use crate::{Append, RowChange, Store, StoreError, UniqueClaim};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::Arc;
use xiaoneng_ledger::{StreamId, TenantId};

pub(super) async fn all(make: &impl Fn() -> Arc<dyn Store>) {
    checks!(
        make,
        events_take_dense_places_in_the_ledger_and_in_their_stream,
        what_is_read_is_what_was_appended,
        each_tenant_has_a_ledger_of_its_own,
        an_act_may_touch_several_streams_and_all_must_stand_as_expected,
        the_same_key_and_body_happens_once_and_answers_the_same,
        the_same_key_with_another_body_is_refused,
        a_key_belongs_to_its_tenant_and_actor,
        a_conflict_is_not_remembered_under_the_key,
        a_refused_act_leaves_nothing_behind,
        time_does_not_go_back_within_a_tenant,
        instants_are_cut_to_the_microsecond,
        what_one_has_claimed_no_other_may_take,
        one_act_may_release_and_take_in_order,
        a_number_belongs_to_one_case_and_a_case_keeps_its_number,
        in_append_many_each_act_stands_for_itself,
        what_stands_upon_a_refused_act_falls_with_it,
        numbers_beyond_what_json_readers_agree_on_are_refused,
        too_large_an_act_is_refused,
        an_act_without_events_has_rows_and_an_answer,
        two_who_race_for_a_version_do_not_both_win,
    );
}

async fn events_take_dense_places_in_the_ledger_and_in_their_stream(store: &dyn Store) {
    let first = store.append(act("a", 0, 1, "")).await.unwrap();
    let second = store.append(act("b", 0, 2, "")).await.unwrap();
    let mut two = act("a", 1, 3, "");
    two.events.push(new_event("a", "examined", 4));
    let third = store.append(two).await.unwrap();
    assert_eq!((first.first_index, second.first_index, third.first_index), (0, 1, 2));
    let places: Vec<_> = store.ledger(&tenant(), 0, 100).await.unwrap();
    let places: Vec<_> = places.iter().map(|e| (e.index, e.stream.as_str().to_owned(), e.version)).collect();
    let expected = [(0, "case/a", 1), (1, "case/b", 1), (2, "case/a", 2), (3, "case/a", 3)];
    assert_eq!(places, expected.map(|(index, stream, version)| (index, stream.to_owned(), version)));
    assert_eq!(store.ledger_size(&tenant()).await.unwrap(), 4);
    assert_eq!(store.stream_version(&tenant(), &StreamId::case("a")).await.unwrap(), 3);
    assert_eq!(store.stream_version(&tenant(), &StreamId::case("none")).await.unwrap(), 0);
    assert_eq!(store.ledger(&tenant(), 3, 100).await.unwrap().len(), 1);
    assert_eq!(store.ledger(&tenant(), 1, 2).await.unwrap()[1].index, 2);
    assert_eq!(store.last_recorded_at(&tenant()).await.unwrap(), Some(at(4)));
}

async fn what_is_read_is_what_was_appended(store: &dyn Store) {
    let mut asked = act("a", 0, 1, "k");
    asked.events[0].acting_for = Some("post-b".to_owned());
    asked.events[0].cause = Some("e0".into());
    asked.events[0].effective_at = at(-500);
    let done = store.append(asked.clone()).await.unwrap();
    assert!(!done.replayed);
    assert_eq!(done.answer, asked.answer);
    let expected = asked.events[0].clone().placed(tenant(), 0, 1);
    assert_eq!(done.envelopes, [expected]);
    assert_eq!(store.stream(&tenant(), &StreamId::case("a")).await.unwrap(), done.envelopes);
    assert_eq!(store.ledger(&tenant(), 0, 9).await.unwrap(), done.envelopes);
}

async fn each_tenant_has_a_ledger_of_its_own(store: &dyn Store) {
    assert!(store.tenants().await.unwrap().is_empty());
    let other = TenantId::from("630222");
    store.append(act("a", 0, 5, "")).await.unwrap();
    let mut elsewhere = act("a", 0, 1, "");
    elsewhere.tenant = other.clone();
    let done = store.append(elsewhere).await.unwrap();
    assert_eq!(done.first_index, 0);
    assert_eq!(done.envelopes[0].tenant, other);
    assert_eq!(store.tenants().await.unwrap(), [other.clone(), tenant()]);
    assert_eq!(store.ledger_size(&other).await.unwrap(), 1);
}

async fn an_act_may_touch_several_streams_and_all_must_stand_as_expected(store: &dyn Store) {
    let post = StreamId::post("p");
    let leave = |case: &str, post_version: u64, seconds: i64| {
        let mut act = act(case, 0, seconds, "");
        act.expects.push((StreamId::post("p"), post_version));
        let mut event = new_event(case, "leave", seconds);
        event.stream = StreamId::post("p");
        act.events.push(event);
        act
    };
    store.append(leave("a", 0, 1)).await.unwrap();
    let refused = store.append(leave("b", 0, 2)).await.unwrap_err();
    let expected = StoreError::Conflict { stream: post.clone(), expected: 0, actual: 1 };
    assert_eq!(refused, expected);
    assert!(refused.is_conflict());
    store.append(leave("b", 1, 2)).await.unwrap();
    assert_eq!(store.stream_version(&tenant(), &post).await.unwrap(), 2);
    // A stream that is named by an event only goes on unchecked.
    let mut free = Append::new(tenant());
    free.events = vec![new_event("a", "noted", 3), new_event("a", "noted", 4)];
    let done = store.append(free).await.unwrap();
    assert_eq!(done.envelopes.iter().map(|e| e.version).collect::<Vec<_>>(), [2, 3]);
}

async fn the_same_key_and_body_happens_once_and_answers_the_same(store: &dyn Store) {
    let key = act("a", 0, 1, "k").idempotency.unwrap();
    assert_eq!(store.remembered(&tenant(), &key).await.unwrap(), None);
    let first = store.append(act("a", 0, 1, "k")).await.unwrap();
    store.append(act("a", 1, 2, "")).await.unwrap();
    let mut again = act("a", 0, 9, "k");
    again.answer = json!("another answer");
    let second = store.append(again).await.unwrap();
    assert!(second.replayed && !first.replayed);
    assert_eq!(second.answer, first.answer);
    assert_eq!(second.envelopes, first.envelopes);
    assert_eq!(second.first_index, first.first_index);
    assert_eq!(store.ledger_size(&tenant()).await.unwrap(), 2);
    assert_eq!(store.remembered(&tenant(), &key).await.unwrap(), Some(second));
}

async fn the_same_key_with_another_body_is_refused(store: &dyn Store) {
    store.append(act("a", 0, 1, "k")).await.unwrap();
    let mut other = act("b", 0, 2, "k");
    other.idempotency.as_mut().unwrap().body_hash = [8; 32];
    let asked = other.idempotency.clone().unwrap();
    let expected = StoreError::KeyReused { actor: "ma.xiulan".to_owned(), key: "k".to_owned() };
    assert_eq!(store.append(other).await.unwrap_err(), expected);
    assert_eq!(store.remembered(&tenant(), &asked).await.unwrap_err(), expected);
    assert_eq!(store.ledger_size(&tenant()).await.unwrap(), 1);
}

async fn a_key_belongs_to_its_tenant_and_actor(store: &dyn Store) {
    store.append(act("a", 0, 1, "k")).await.unwrap();
    let mut other_actor = act("b", 0, 2, "k");
    other_actor.idempotency.as_mut().unwrap().actor = "li.wei".to_owned();
    assert!(!store.append(other_actor).await.unwrap().replayed);
    let mut other_tenant = act("a", 0, 1, "k");
    other_tenant.tenant = "630222".into();
    assert!(!store.append(other_tenant).await.unwrap().replayed);
}

async fn a_conflict_is_not_remembered_under_the_key(store: &dyn Store) {
    let refused = store.append(act("a", 3, 1, "k")).await.unwrap_err();
    assert!(refused.is_conflict());
    let done = store.append(act("a", 0, 1, "k")).await.unwrap();
    assert!(!done.replayed);
}

async fn a_refused_act_leaves_nothing_behind(store: &dyn Store) {
    let mut first = act("a", 0, 1, "");
    first.rows = vec![RowChange::Case(case_row("a", 1, 1))];
    store.append(first).await.unwrap();
    let before = store.dump_rows(&tenant()).await.unwrap();
    // Everything about this act is good but its last row, whose number is taken.
    let mut refused = act("b", 0, 2, "k");
    refused.claims = vec![claim("seat", "1", "b", false)];
    refused.rows = vec![
        RowChange::Case(case_row("a2", 2, 1)),
        RowChange::Clocks { case: "a2".to_owned(), rows: vec![super::clock("decide", Some(9))] },
        RowChange::Case(case_row("b", 1, 2)),
    ];
    let fault = store.append(refused).await.unwrap_err();
    let (space, value) = ("number".to_owned(), "630223-2015-00001".to_owned());
    assert_eq!(fault, StoreError::Taken { space, value, by: "a".to_owned() });
    assert_eq!(store.ledger_size(&tenant()).await.unwrap(), 1);
    assert_eq!(store.dump_rows(&tenant()).await.unwrap(), before);
    let mut after = act("c", 0, 2, "k");
    after.claims = vec![claim("seat", "1", "c", false)];
    let done = store.append(after).await.unwrap();
    assert_eq!((done.first_index, done.replayed), (1, false));
}

async fn time_does_not_go_back_within_a_tenant(store: &dyn Store) {
    store.append(act("a", 0, 10, "")).await.unwrap();
    let fault = store.append(act("b", 0, 9, "")).await.unwrap_err();
    assert_eq!(fault, StoreError::TimeWentBack { recorded: at(9), last: at(10) });
    store.append(act("b", 0, 10, "")).await.unwrap();
    let mut within = act("c", 0, 12, "");
    within.events.push(new_event("c", "late", 11));
    let fault = store.append(within).await.unwrap_err();
    assert_eq!(fault, StoreError::TimeWentBack { recorded: at(11), last: at(12) });
    // What counts in law may lie before.
    let mut earlier = act("c", 0, 10, "");
    earlier.events[0].effective_at = at(-99);
    store.append(earlier).await.unwrap();
}

async fn instants_are_cut_to_the_microsecond(store: &dyn Store) {
    let fine: Timestamp = at(1) + SignedDuration::from_nanos(1_999);
    let cut = at(1) + SignedDuration::from_micros(1);
    let mut asked = act("a", 0, 1, "");
    asked.events[0].recorded_at = fine;
    asked.events[0].effective_at = fine;
    let mut row = case_row("a", 1, 1);
    row.received_at = fine;
    row.due_at = Some(fine);
    asked.rows = vec![RowChange::Case(row)];
    let done = store.append(asked.clone()).await.unwrap();
    assert_eq!((done.envelopes[0].recorded_at, done.envelopes[0].effective_at), (cut, cut));
    assert_eq!(store.ledger(&tenant(), 0, 1).await.unwrap(), done.envelopes);
    let row = store.case_row(&tenant(), "a").await.unwrap().unwrap();
    assert_eq!((row.received_at, row.due_at), (cut, Some(cut)));
    // The same fine instant again does not count as going back.
    asked.expects = vec![(StreamId::case("a"), 1)];
    store.append(asked).await.unwrap();
}

fn claim(space: &str, value: &str, owner: &str, release: bool) -> UniqueClaim {
    let [space, value, owner] = [space, value, owner].map(str::to_owned);
    UniqueClaim { space, value, owner, release }
}

async fn what_one_has_claimed_no_other_may_take(store: &dyn Store) {
    let with = |case: &str, seconds: i64, claims: Vec<UniqueClaim>| {
        let mut act = act(case, 0, seconds, "");
        act.claims = claims;
        act
    };
    store.append(with("a", 1, vec![claim("seat", "1", "a", false)])).await.unwrap();
    let taken = StoreError::Taken { space: "seat".to_owned(), value: "1".to_owned(), by: "a".to_owned() };
    let fault = store.append(with("b", 2, vec![claim("seat", "1", "b", false)])).await;
    assert_eq!(fault.unwrap_err(), taken);
    // Another's cannot be released, one's own can be claimed again, other spaces are free.
    store.append(with("b", 3, vec![claim("seat", "1", "b", true)])).await.unwrap();
    let fault = store.append(with("c", 4, vec![claim("seat", "1", "c", false)])).await;
    assert_eq!(fault.unwrap_err(), taken);
    let fine = vec![claim("seat", "1", "a", false), claim("room", "1", "c", false)];
    store.append(with("c", 5, fine)).await.unwrap();
    store.append(with("d", 6, vec![claim("seat", "1", "a", true)])).await.unwrap();
    store.append(with("e", 7, vec![claim("seat", "1", "e", false)])).await.unwrap();
    let mut elsewhere = with("e", 7, vec![claim("seat", "1", "z", false)]);
    elsewhere.tenant = "630222".into();
    store.append(elsewhere).await.unwrap();
}

async fn one_act_may_release_and_take_in_order(store: &dyn Store) {
    let mut first = act("a", 0, 1, "");
    first.claims = vec![claim("seat", "1", "a", false)];
    store.append(first).await.unwrap();
    let mut hands_over = act("b", 0, 2, "");
    hands_over.claims = vec![claim("seat", "1", "a", true), claim("seat", "1", "b", false)];
    store.append(hands_over).await.unwrap();
    let mut wrong_order = act("c", 0, 3, "");
    wrong_order.claims = vec![claim("seat", "1", "c", false), claim("seat", "1", "b", true)];
    let fault = store.append(wrong_order).await.unwrap_err();
    assert!(matches!(fault, StoreError::Taken { by, .. } if by == "b"));
    let mut twice = act("d", 0, 4, "");
    twice.claims = vec![claim("seat", "2", "d", false), claim("seat", "2", "x", false)];
    let fault = store.append(twice).await.unwrap_err();
    assert!(matches!(fault, StoreError::Taken { by, .. } if by == "d"));
}

async fn a_number_belongs_to_one_case_and_a_case_keeps_its_number(store: &dyn Store) {
    let with = |case: &str, version: u64, number: u32| {
        let mut act = act(case, version, 1, "");
        act.rows = vec![RowChange::Case(case_row(case, number, 1))];
        act
    };
    store.append(with("a", 0, 1)).await.unwrap();
    store.append(with("a", 1, 1)).await.unwrap();
    let fault = store.append(with("b", 0, 1)).await.unwrap_err();
    assert!(matches!(fault, StoreError::Taken { by, .. } if by == "a"));
    let fault = store.append(with("a", 2, 2)).await.unwrap_err();
    assert!(matches!(fault, StoreError::Invalid { .. }));
    let mut foreign = with("c", 0, 3);
    foreign.tenant = "630222".into();
    let fault = store.append(foreign).await.unwrap_err();
    assert!(matches!(fault, StoreError::Invalid { .. }), "a row of another tenant: {fault}");
    let mut both = with("d", 0, 4);
    both.rows.push(RowChange::Case(case_row("e", 4, 1)));
    let fault = store.append(both).await.unwrap_err();
    assert!(matches!(fault, StoreError::Taken { by, .. } if by == "d"));
}

/// A version alone does not tell: someone quicker may have brought the stream to the same one.
async fn what_stands_upon_a_refused_act_falls_with_it(store: &dyn Store) {
    store.append(act("a", 0, 1, "")).await.unwrap();
    let refused = act("a", 0, 2, "");
    let mut upon_refused = act("a", 1, 2, "");
    upon_refused.upon = vec![refused.events[0].id.clone()];
    let good = act("b", 0, 3, "");
    let mut upon_good = act("b", 1, 3, "");
    upon_good.upon = vec![good.events[0].id.clone()];
    let acts = vec![refused, upon_refused, good, upon_good];
    let good: Vec<_> = store.append_many(acts).await.iter().map(Result::is_ok).collect();
    assert_eq!(good, [false, false, true, true]);
    assert_eq!(store.ledger_size(&tenant()).await, Ok(3));
}

async fn in_append_many_each_act_stands_for_itself(store: &dyn Store) {
    let mut taken = act("d", 0, 4, "kd");
    taken.rows = vec![RowChange::Case(case_row("d", 1, 1))];
    let mut first = act("a", 0, 1, "ka");
    first.rows = vec![RowChange::Case(case_row("a", 1, 1))];
    let mut huge = act("x", 0, 4, "");
    huge.events[0].payload = json!(1_u64 << 60);
    let acts = vec![
        first,
        act("a", 0, 2, "kb"), // conflict
        act("a", 1, 2, "kc"), // goes on from the first
        act("b", 0, 1, ""),   // time went back
        huge,                 // refused before the writer
        taken,                // the number is taken: a write that fails
        act("e", 0, 5, ""),
        act("a", 0, 6, "ka"), // the first again
    ];
    let results = store.append_many(acts).await;
    let short: Vec<_> = results
        .iter()
        .map(|result| match result {
            Ok(done) => format!("{}{}", done.first_index, if done.replayed { " again" } else { "" }),
            Err(fault) => format!("{fault:?}").split([' ', '{']).next().unwrap_or("").to_owned(),
        })
        .collect();
    let expected = ["0", "Conflict", "1", "TimeWentBack", "Invalid", "Taken", "2", "0 again"];
    assert_eq!(short, expected);
    let ledger = store.ledger(&tenant(), 0, 9).await.unwrap();
    let streams: Vec<_> = ledger.iter().map(|e| (e.index, e.stream.as_str())).collect();
    assert_eq!(streams, [(0, "case/a"), (1, "case/a"), (2, "case/e")]);
    assert_eq!(store.last_recorded_at(&tenant()).await.unwrap(), Some(at(5)));
    assert!(store.append_many(Vec::new()).await.is_empty());
}

async fn numbers_beyond_what_json_readers_agree_on_are_refused(store: &dyn Store) {
    let mut asked = act("a", 0, 1, "");
    asked.events[0].payload = json!({"fees": [9_007_199_254_740_992_u64]});
    let fault = store.append(asked).await.unwrap_err();
    assert!(matches!(&fault, StoreError::Invalid { what } if what.contains("/fees/0")), "{fault}");
    assert_eq!(store.ledger_size(&tenant()).await.unwrap(), 0);
}

async fn too_large_an_act_is_refused(store: &dyn Store) {
    let mut asked = act("a", 0, 1, "");
    asked.events[0].payload = json!("x".repeat(crate::PAYLOAD_SIZE_MAX as usize));
    let fault = store.append(asked).await.unwrap_err();
    assert!(matches!(fault, StoreError::TooLarge { .. }));
    let mut twice = act("a", 0, 1, "");
    twice.expects.push((StreamId::case("a"), 1));
    assert!(matches!(store.append(twice).await, Err(StoreError::Invalid { .. })));
}

async fn an_act_without_events_has_rows_and_an_answer(store: &dyn Store) {
    let mut asked = act("a", 0, 1, "k");
    asked.events.clear();
    asked.rows = vec![RowChange::Case(case_row("a", 1, 1))];
    let done = store.append(asked.clone()).await.unwrap();
    assert_eq!((done.first_index, done.envelopes.len()), (0, 0));
    assert!(store.case_row(&tenant(), "a").await.unwrap().is_some());
    assert!(store.append(asked).await.unwrap().replayed);
}

async fn two_who_race_for_a_version_do_not_both_win(store: &dyn Store) {
    // Polled together on one task: what matters is that both are under way before either is done.
    let ask = |n: i64| {
        let mut act = act("a", 0, 1, "");
        act.events[0].id = format!("e{n}").into();
        store.append(act)
    };
    let (a, b, c) = tokio::join!(ask(1), ask(2), ask(3));
    let won = [a, b, c].iter().filter(|result| result.is_ok()).count();
    assert_eq!(won, 1);
    assert_eq!(store.stream_version(&tenant(), &StreamId::case("a")).await.unwrap(), 1);
}
