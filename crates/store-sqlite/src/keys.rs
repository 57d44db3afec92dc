//! Keys of sealed fields: `keys.db`, with a backup of its own.

use crate::fault::Answer;
use crate::open::{KEYS_FILE, synchronous};
use crate::schema;
use crate::side::Side;
use async_trait::async_trait;
use rusqlite::{OptionalExtension, params};
use std::path::Path;
use xiaoneng_ledger::{SealKey, TenantId};
use xiaoneng_store::{KeyStore, Result, StoreError};

/// Keys in a SQLite file: synced before `put_many` answers, overwritten when destroyed.
pub struct SqliteKeys(Side);

impl SqliteKeys {
    /// Opens `keys.db` in this folder, making it if it is missing.
    ///
    /// # Errors
    /// As [`SqliteStore::open`](crate::SqliteStore::open).
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(dir, true)
    }

    /// As [`open`](Self::open); `durable` as in [`Options`](crate::Options).
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(dir: impl AsRef<Path>, durable: bool) -> Result<Self> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(|fault| StoreError::Unavailable {
            detail: format!("the folder {} cannot be made: {fault}", dir.display()),
        })?;
        let side = Side::open(dir, KEYS_FILE, schema::KEYS, synchronous(durable))?;
        owner_only(&dir.join(KEYS_FILE))?;
        Ok(Self(side))
    }
}

/// Nobody but the service's own account reads the keys.
fn owner_only(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let closed = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(file, closed).map_err(|fault| StoreError::Unavailable {
            detail: format!("{} cannot be closed to others: {fault}", file.display()),
        })?;
    }
    Ok(())
}

#[async_trait]
impl KeyStore for SqliteKeys {
    async fn put_many(&self, tenant: &TenantId, keys: Vec<(String, SealKey)>) -> Result<()> {
        let tenant = tenant.clone();
        self.0
            .act(move |conn| {
                let tx = conn.transaction()?;
                for (id, key) in &keys {
                    let put = tx
                        .prepare_cached(
                            "INSERT INTO keys (tenant, id, key) VALUES (?1, ?2, ?3)
                             ON CONFLICT (tenant, id) DO NOTHING",
                        )?
                        .execute(params![tenant.as_str(), id, key.bytes()])?;
                    if put == 0 && key_of(&tx, &tenant, id)?.as_ref() != Some(key) {
                        let what = format!("the key id {id} was used before");
                        return Err(StoreError::Invalid { what }.into());
                    }
                }
                tx.commit()?;
                Ok(())
            })
            .await
    }

    async fn get(&self, tenant: &TenantId, key_id: &str) -> Result<Option<SealKey>> {
        let (tenant, id) = (tenant.clone(), key_id.to_owned());
        self.0.act(move |conn| key_of(conn, &tenant, &id)).await
    }

    async fn destroy(&self, tenant: &TenantId, key_id: &str) -> Result<bool> {
        let (tenant, id) = (tenant.clone(), key_id.to_owned());
        self.0
            .act(move |conn| {
                // Freed bytes are overwritten, and the log that still has them is emptied.
                conn.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
                let destroyed = conn.execute(
                    "UPDATE keys SET key = NULL
                     WHERE tenant = ?1 AND id = ?2 AND key IS NOT NULL",
                    [tenant.as_str(), &id],
                )?;
                conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                Ok(destroyed > 0)
            })
            .await
    }
}

fn key_of(conn: &rusqlite::Connection, tenant: &TenantId, id: &str) -> Answer<Option<SealKey>> {
    let key: Option<Option<[u8; 32]>> = conn
        .prepare_cached("SELECT key FROM keys WHERE tenant = ?1 AND id = ?2")?
        .query_row([tenant.as_str(), id], |row| row.get(0))
        .optional()?;
    Ok(key.flatten().map(SealKey::new))
}
