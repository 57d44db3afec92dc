//! The desk.

use super::{at, checks, tenant};
use crate::{AccessNote, Credential, Draft, Session, Store, StoreError};
use serde_json::json;
use std::sync::Arc;
use xiaoneng_ledger::AttachmentHash;

pub(super) async fn all(make: &impl Fn() -> Arc<dyn Store>) {
    checks!(
        make,
        sessions_begin_end_and_expire,
        credentials_are_replaced,
        drafts_are_listed_the_newest_first,
        who_looked_at_what_is_told_the_newest_first,
        attachments_are_kept_by_hash_and_limited,
        settings_are_replaced,
    );
}

async fn sessions_begin_end_and_expire(store: &dyn Store) {
    let session = |token: &str, officer: &str, expires: i64| Session {
        token_hash: token.to_owned(),
        officer: officer.to_owned(),
        created_at: at(0),
        expires_at: at(expires),
        csrf: "c".to_owned(),
    };
    for (token, officer, expires) in [("t1", "a", 10), ("t2", "a", 20), ("t3", "b", 20), ("t4", "b", 30)] {
        store.session_put(&tenant(), session(token, officer, expires)).await.unwrap();
    }
    let found = store.session(&tenant(), "t1").await.unwrap();
    assert_eq!(found, Some(session("t1", "a", 10)));
    assert_eq!(store.session(&"630222".into(), "t1").await.unwrap(), None);
    store.session_put(&tenant(), session("t1", "a", 15)).await.unwrap();
    assert_eq!(store.session(&tenant(), "t1").await.unwrap().unwrap().expires_at, at(15));
    assert!(store.session_end(&tenant(), "t3").await.unwrap());
    assert!(!store.session_end(&tenant(), "t3").await.unwrap());
    assert_eq!(store.sessions_end(&tenant(), "a").await.unwrap(), 2);
    assert_eq!(store.sessions_prune(&tenant(), at(29)).await.unwrap(), 0);
    assert_eq!(store.sessions_prune(&tenant(), at(30)).await.unwrap(), 1);
}

async fn credentials_are_replaced(store: &dyn Store) {
    let mut credential =
        Credential { officer: "a".to_owned(), password_hash: "$argon2id$".to_owned(), failed: 0, locked_until: None };
    store.credential_put(&tenant(), credential.clone()).await.unwrap();
    credential.failed = 5;
    credential.locked_until = Some(at(9));
    store.credential_put(&tenant(), credential.clone()).await.unwrap();
    assert_eq!(store.credential(&tenant(), "a").await.unwrap(), Some(credential));
    assert_eq!(store.credential(&"630222".into(), "a").await.unwrap(), None);
}

async fn drafts_are_listed_the_newest_first(store: &dyn Store) {
    let draft = |id: &str, officer: &str, seconds: i64| Draft {
        id: id.to_owned(),
        officer: officer.to_owned(),
        post: None,
        item: "XK-1".to_owned(),
        form: json!({"name": "马"}),
        updated_at: at(seconds),
    };
    for one in [draft("d1", "a", 1), draft("d2", "a", 2), draft("d3", "b", 3), draft("d1", "a", 5)] {
        store.draft_put(&tenant(), one).await.unwrap();
    }
    let found = store.drafts(&tenant(), "a").await.unwrap();
    assert_eq!(found, [draft("d1", "a", 5), draft("d2", "a", 2)]);
    assert_eq!(store.draft(&tenant(), "d3").await.unwrap(), Some(draft("d3", "b", 3)));
    assert!(store.draft_remove(&tenant(), "d3").await.unwrap());
    assert!(!store.draft_remove(&tenant(), "d3").await.unwrap());
    assert_eq!(store.draft(&tenant(), "d3").await.unwrap(), None);
}

async fn who_looked_at_what_is_told_the_newest_first(store: &dyn Store) {
    let note = |case: &str, seconds: i64, what: &str| AccessNote {
        officer: "a".to_owned(),
        case: case.to_owned(),
        at: at(seconds),
        what: what.to_owned(),
    };
    for one in [note("c1", 1, "page"), note("c1", 2, "name"), note("c2", 2, "page"), note("c1", 2, "phone")] {
        store.access_note(&tenant(), one).await.unwrap();
    }
    let found = store.access_of(&tenant(), "c1", 9).await.unwrap();
    assert_eq!(found, [note("c1", 2, "phone"), note("c1", 2, "name"), note("c1", 1, "page")]);
    assert_eq!(store.access_of(&tenant(), "c1", 1).await.unwrap().len(), 1);
    assert!(store.access_of(&"630222".into(), "c1", 9).await.unwrap().is_empty());
}

async fn attachments_are_kept_by_hash_and_limited(store: &dyn Store) {
    let bytes = b"%PDF-1.4".to_vec();
    let hash = store.attachment_put(&tenant(), "application/pdf", bytes.clone(), 8).await.unwrap();
    assert_eq!(hash, AttachmentHash::of(&bytes));
    let again = store.attachment_put(&tenant(), "text/plain", bytes.clone(), 8).await.unwrap();
    assert_eq!(again, hash);
    let found = store.attachment(&tenant(), &hash).await.unwrap().unwrap();
    assert_eq!((found.bytes, found.media_type.as_str()), (bytes.clone(), "application/pdf"));
    let fault = store.attachment_put(&tenant(), "application/pdf", bytes, 7).await.unwrap_err();
    let what = "the attachment".to_owned();
    assert_eq!(fault, StoreError::TooLarge { what, size: 8, max: 7 });
    assert_eq!(store.attachment(&"630222".into(), &hash).await.unwrap(), None);
    assert!(store.attachment_remove(&tenant(), &hash).await.unwrap());
    assert!(!store.attachment_remove(&tenant(), &hash).await.unwrap());
}

async fn settings_are_replaced(store: &dyn Store) {
    assert_eq!(store.setting(&tenant(), "clock").await.unwrap(), None);
    store.setting_put(&tenant(), "clock", json!(1)).await.unwrap();
    store.setting_put(&tenant(), "clock", json!({"offset": -5})).await.unwrap();
    assert_eq!(store.setting(&tenant(), "clock").await.unwrap(), Some(json!({"offset": -5})));
    assert_eq!(store.setting(&"630222".into(), "clock").await.unwrap(), None);
}
