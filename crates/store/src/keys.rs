//! The keys of sealed fields, apart from what they open.

use crate::Result;
use async_trait::async_trait;
use xiaoneng_ledger::{SealKey, TenantId};

/// Where keys lie: a file of its own with its own backup. A key is durable before `put_many`
/// answers, so that no event is ever sealed under a key that could be lost.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Keeps new keys, all or none. A key id that is already there with other bytes is an error; a
    /// destroyed one cannot come back.
    async fn put_many(&self, tenant: &TenantId, keys: Vec<(String, SealKey)>) -> Result<()>;

    /// The key, or `None` if it was destroyed or never was.
    async fn get(&self, tenant: &TenantId, key_id: &str) -> Result<Option<SealKey>>;

    /// Destroys the key for ever; true if it was there.
    async fn destroy(&self, tenant: &TenantId, key_id: &str) -> Result<bool>;
}
