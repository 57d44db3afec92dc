//! Keys in memory.

use crate::{KeyStore, Result, StoreError};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use xiaoneng_ledger::{SealKey, TenantId};

type Keys = BTreeMap<(TenantId, String), Option<SealKey>>;

/// Keys that are forgotten when it is dropped. `None` marks a destroyed one.
#[derive(Default, Debug)]
pub struct MemoryKeys(Mutex<Keys>);

impl MemoryKeys {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl KeyStore for MemoryKeys {
    async fn put_many(&self, tenant: &TenantId, new: Vec<(String, SealKey)>) -> Result<()> {
        let mut keys = self.keys();
        let mut after = keys.clone();
        for (id, key) in new {
            match after.insert((tenant.clone(), id.clone()), Some(key.clone())) {
                None => {}
                Some(Some(old)) if old == key => {}
                Some(_) => {
                    let what = format!("the key id {id} was used before");
                    return Err(StoreError::Invalid { what });
                }
            }
        }
        *keys = after;
        Ok(())
    }

    async fn get(&self, tenant: &TenantId, key_id: &str) -> Result<Option<SealKey>> {
        Ok(self.keys().get(&(tenant.clone(), key_id.to_owned())).cloned().flatten())
    }

    async fn destroy(&self, tenant: &TenantId, key_id: &str) -> Result<bool> {
        let mut keys = self.keys();
        let key = keys.get_mut(&(tenant.clone(), key_id.to_owned()));
        Ok(key.and_then(Option::take).is_some())
    }
}
