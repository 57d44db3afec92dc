//! Effects: queued with the act, delivered at least once.

use super::{act, at, checks, tenant};
use crate::{Append, EFFECT_LEASE_SECONDS, NewEffect, Store, StoreError};
use serde_json::json;
use std::sync::Arc;

pub(super) async fn all(make: &impl Fn() -> Arc<dyn Store>) {
    checks!(
        make,
        an_effect_is_taken_not_before_its_instant_and_the_oldest_first,
        an_effect_taken_and_not_done_comes_back_after_its_lease,
        an_effect_that_failed_comes_back_with_its_error,
        an_effects_name_is_used_once,
    );
}

fn with(case: &str, seconds: i64, effects: &[(&str, i64)]) -> Append {
    let mut act = act(case, 0, seconds, "");
    act.effects = effects
        .iter()
        .map(|(id, not_before)| NewEffect {
            id: (*id).to_owned(),
            kind: "letter".to_owned(),
            payload: json!({"letter": "受理通知书"}),
            not_before: at(*not_before),
        })
        .collect();
    act
}

async fn ids(store: &dyn Store, seconds: i64, limit: usize) -> Vec<String> {
    let taken = store.effects_take(&tenant(), at(seconds), limit).await.unwrap();
    taken.into_iter().map(|effect| effect.id).collect()
}

async fn an_effect_is_taken_not_before_its_instant_and_the_oldest_first(store: &dyn Store) {
    store.append(with("a", 1, &[("late", 50), ("b", 5), ("a", 5), ("first", 2)])).await.unwrap();
    assert!(ids(store, 1, 9).await.is_empty());
    assert!(store.effects_take(&"630222".into(), at(99), 9).await.unwrap().is_empty());
    let taken = store.effects_take(&tenant(), at(5), 2).await.unwrap();
    assert_eq!(taken[0].id, "first");
    assert_eq!(taken[0].payload, json!({"letter": "受理通知书"}));
    assert_eq!((taken[0].attempts, taken[0].tenant.clone()), (1, tenant()));
    assert_eq!(taken[1].id, "a");
    assert_eq!(ids(store, 5, 9).await, ["b"]);
    assert_eq!(store.health().await.unwrap().effects_waiting, 4);
}

async fn an_effect_taken_and_not_done_comes_back_after_its_lease(store: &dyn Store) {
    store.append(with("a", 1, &[("x", 1), ("y", 1)])).await.unwrap();
    assert_eq!(ids(store, 1, 9).await, ["x", "y"]);
    store.effects_done(&tenant(), "x").await.unwrap();
    store.effects_done(&tenant(), "x").await.unwrap();
    assert!(ids(store, EFFECT_LEASE_SECONDS, 9).await.is_empty());
    let again = store.effects_take(&tenant(), at(1 + EFFECT_LEASE_SECONDS), 9).await.unwrap();
    assert_eq!((again.len(), again[0].id.as_str(), again[0].attempts), (1, "y", 2));
}

async fn an_effect_that_failed_comes_back_with_its_error(store: &dyn Store) {
    store.append(with("a", 1, &[("x", 1)])).await.unwrap();
    assert_eq!(ids(store, 1, 9).await, ["x"]);
    store.effects_failed(&tenant(), "x", at(500), "printer on fire").await.unwrap();
    store.effects_failed(&tenant(), "none", at(500), "").await.unwrap();
    assert!(ids(store, 499, 9).await.is_empty());
    let again = store.effects_take(&tenant(), at(500), 9).await.unwrap();
    assert_eq!(again[0].last_error.as_deref(), Some("printer on fire"));
    assert_eq!(again[0].attempts, 2);
}

async fn an_effects_name_is_used_once(store: &dyn Store) {
    store.append(with("a", 1, &[("x", 1)])).await.unwrap();
    for twice in [with("b", 1, &[("x", 1)]), with("c", 1, &[("y", 1), ("y", 1)])] {
        let fault = store.append(twice).await.unwrap_err();
        assert!(matches!(fault, StoreError::Invalid { .. }), "{fault}");
    }
    assert_eq!(store.ledger_size(&tenant()).await.unwrap(), 1);
}
