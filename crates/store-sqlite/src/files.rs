//! Attachments: bytes under their hash, in a file of their own, synced before the hash is told.

use crate::fault::Answer;
use rusqlite::{Connection, OptionalExtension, params};
use xiaoneng_ledger::{AttachmentHash, TenantId};
use xiaoneng_store::{Attachment, StoreError};

pub fn put(conn: &Connection, tenant: &TenantId, hash: &AttachmentHash, media_type: &str, bytes: &[u8]) -> Answer<()> {
    conn.prepare_cached(
        "INSERT INTO files (tenant, hash, media_type, bytes) VALUES (?1, unhex(?2), ?3, ?4)
         ON CONFLICT (tenant, hash) DO NOTHING",
    )?
    .execute(params![tenant.as_str(), hash.as_str(), media_type, bytes])?;
    Ok(())
}

pub fn get(conn: &Connection, tenant: &TenantId, hash: &AttachmentHash) -> Answer<Option<Attachment>> {
    let found: Option<(String, Vec<u8>)> = conn
        .prepare_cached("SELECT media_type, bytes FROM files WHERE tenant = ?1 AND hash = unhex(?2)")?
        .query_row([tenant.as_str(), hash.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((media_type, bytes)) = found else {
        return Ok(None);
    };
    if AttachmentHash::of(&bytes) != *hash {
        let detail = format!("the bytes of attachment {hash} are no longer the ones of its hash");
        return Err(StoreError::Corrupt { detail }.into());
    }
    Ok(Some(Attachment { hash: hash.clone(), media_type, bytes }))
}

pub fn remove(conn: &Connection, tenant: &TenantId, hash: &AttachmentHash) -> Answer<bool> {
    let removed = conn
        .prepare_cached("DELETE FROM files WHERE tenant = ?1 AND hash = unhex(?2)")?
        .execute([tenant.as_str(), hash.as_str()])?;
    Ok(removed > 0)
}
