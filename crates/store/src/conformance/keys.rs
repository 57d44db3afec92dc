//! Keys: kept, found, destroyed for ever.

use crate::{KeyStore, StoreError};
use std::sync::Arc;
use xiaoneng_ledger::SealKey;

/// Runs every check of a store of keys.
///
/// # Panics
/// Where it breaks the contract.
pub async fn all(make: impl Fn() -> Arc<dyn KeyStore>) {
    let (keys, tenant) = (make(), super::tenant());
    let key = |n: u8| SealKey::new([n; 32]);
    let named = |id: &str, n: u8| (id.to_owned(), key(n));
    keys.put_many(&tenant, vec![named("a", 1), named("b", 2)]).await.unwrap();
    assert_eq!(keys.get(&tenant, "a").await.unwrap(), Some(key(1)));
    assert_eq!(keys.get(&"630222".into(), "a").await.unwrap(), None, "keys are a tenant's own");
    keys.put_many(&tenant, vec![named("a", 1)]).await.expect("the same key again is no fault");
    let fault = keys.put_many(&tenant, vec![named("c", 3), named("a", 9)]).await.unwrap_err();
    assert!(matches!(fault, StoreError::Invalid { .. }), "a key id stands for one key: {fault}");
    assert!(!fault.to_string().contains("09"), "no key in a message");
    assert_eq!(keys.get(&tenant, "c").await.unwrap(), None, "all or none");
    assert!(keys.destroy(&tenant, "a").await.unwrap());
    assert!(!keys.destroy(&tenant, "a").await.unwrap());
    assert_eq!(keys.get(&tenant, "a").await.unwrap(), None);
    assert_eq!(keys.get(&tenant, "b").await.unwrap(), Some(key(2)));
    let fault = keys.put_many(&tenant, vec![named("a", 1)]).await.unwrap_err();
    assert!(matches!(fault, StoreError::Invalid { .. }), "a destroyed key stays destroyed");
}
