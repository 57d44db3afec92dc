//! The desk, in a file that may be lost.

use crate::fault::Answer;
use crate::{SqliteStore, files};
use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use xiaoneng_ledger::{AttachmentHash, TenantId};
use xiaoneng_store::{
    AccessNote, Attachment, Credential, Desk, Draft, PAGE_MAX, Result, Session, StoreError, instant, micros,
};

fn read_session(row: &Row<'_>) -> Answer<Session> {
    Ok(Session {
        token_hash: row.get(0)?,
        officer: row.get(1)?,
        created_at: instant(row.get(2)?)?,
        expires_at: instant(row.get(3)?)?,
        csrf: row.get(4)?,
    })
}

fn read_draft(row: &Row<'_>) -> Answer<Draft> {
    Ok(Draft {
        id: row.get(0)?,
        officer: row.get(1)?,
        post: row.get(2)?,
        item: row.get(3)?,
        form: serde_json::from_str(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?,
        updated_at: instant(row.get(5)?)?,
    })
}

fn credential(conn: &Connection, tenant: &TenantId, officer: &str) -> Answer<Option<Credential>> {
    let found = conn
        .prepare_cached(
            "SELECT password_hash, failed, locked_until FROM credentials
             WHERE tenant = ?1 AND officer = ?2",
        )?
        .query_row([tenant.as_str(), officer], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?)))
        .optional()?;
    let Some((password_hash, failed, locked)) = found else {
        return Ok(None);
    };
    let locked_until = locked.map(instant).transpose()?;
    Ok(Some(Credential { officer: officer.to_owned(), password_hash, failed, locked_until }))
}

#[async_trait]
impl Desk for SqliteStore {
    async fn session_put(&self, tenant: &TenantId, session: Session) -> Result<()> {
        let tenant = tenant.clone();
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "INSERT INTO sessions (tenant, token_hash, officer, created_at, expires_at, csrf)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (tenant, token_hash) DO UPDATE SET officer = excluded.officer,
                     created_at = excluded.created_at, expires_at = excluded.expires_at,
                     csrf = excluded.csrf",
                )?
                .execute(params![
                    tenant.as_str(),
                    session.token_hash,
                    session.officer,
                    micros(session.created_at),
                    micros(session.expires_at),
                    session.csrf,
                ])?;
                Ok(())
            })
            .await
    }

    async fn session(&self, tenant: &TenantId, token_hash: &str) -> Result<Option<Session>> {
        let (tenant, token) = (tenant.clone(), token_hash.to_owned());
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "SELECT token_hash, officer, created_at, expires_at, csrf FROM sessions
                     WHERE tenant = ?1 AND token_hash = ?2",
                )?
                .query_row([tenant.as_str(), &token], |row| Ok(read_session(row)))
                .optional()?
                .transpose()
            })
            .await
    }

    async fn session_end(&self, tenant: &TenantId, token_hash: &str) -> Result<bool> {
        let (tenant, token) = (tenant.clone(), token_hash.to_owned());
        self.desk
            .act(move |conn| {
                let ended = conn
                    .prepare_cached("DELETE FROM sessions WHERE tenant = ?1 AND token_hash = ?2")?
                    .execute([tenant.as_str(), &token])?;
                Ok(ended > 0)
            })
            .await
    }

    async fn sessions_end(&self, tenant: &TenantId, officer: &str) -> Result<u64> {
        let (tenant, officer) = (tenant.clone(), officer.to_owned());
        self.desk
            .act(move |conn| {
                let ended = conn
                    .prepare_cached("DELETE FROM sessions WHERE tenant = ?1 AND officer = ?2")?
                    .execute([tenant.as_str(), &officer])?;
                Ok(ended as u64)
            })
            .await
    }

    async fn sessions_prune(&self, tenant: &TenantId, at: Timestamp) -> Result<u64> {
        let tenant = tenant.clone();
        self.desk
            .act(move |conn| {
                let pruned = conn
                    .prepare_cached("DELETE FROM sessions WHERE tenant = ?1 AND expires_at <= ?2")?
                    .execute(params![tenant.as_str(), micros(at)])?;
                Ok(pruned as u64)
            })
            .await
    }

    async fn credential_put(&self, tenant: &TenantId, credential: Credential) -> Result<()> {
        let tenant = tenant.clone();
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "INSERT INTO credentials (tenant, officer, password_hash, failed, locked_until)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (tenant, officer) DO UPDATE SET
                     password_hash = excluded.password_hash, failed = excluded.failed,
                     locked_until = excluded.locked_until",
                )?
                .execute(params![
                    tenant.as_str(),
                    credential.officer,
                    credential.password_hash,
                    credential.failed,
                    credential.locked_until.map(micros),
                ])?;
                Ok(())
            })
            .await
    }

    async fn credential(&self, tenant: &TenantId, officer: &str) -> Result<Option<Credential>> {
        let (tenant, officer) = (tenant.clone(), officer.to_owned());
        self.desk.act(move |conn| credential(conn, &tenant, &officer)).await
    }

    async fn draft_put(&self, tenant: &TenantId, draft: Draft) -> Result<()> {
        let tenant = tenant.clone();
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "INSERT INTO drafts (tenant, id, officer, post, item, form, updated_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT (tenant, id) DO UPDATE SET officer = excluded.officer,
                     post = excluded.post, item = excluded.item, form = excluded.form,
                     updated_at = excluded.updated_at",
                )?
                .execute(params![
                    tenant.as_str(),
                    draft.id,
                    draft.officer,
                    draft.post,
                    draft.item,
                    draft.form.to_string(),
                    micros(draft.updated_at),
                ])?;
                Ok(())
            })
            .await
    }

    async fn draft(&self, tenant: &TenantId, id: &str) -> Result<Option<Draft>> {
        let (tenant, id) = (tenant.clone(), id.to_owned());
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "SELECT id, officer, post, item, form, updated_at FROM drafts
                     WHERE tenant = ?1 AND id = ?2",
                )?
                .query_row([tenant.as_str(), &id], |row| Ok(read_draft(row)))
                .optional()?
                .transpose()
            })
            .await
    }

    async fn drafts(&self, tenant: &TenantId, officer: &str) -> Result<Vec<Draft>> {
        let (tenant, officer) = (tenant.clone(), officer.to_owned());
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "SELECT id, officer, post, item, form, updated_at FROM drafts
                     WHERE tenant = ?1 AND officer = ?2
                     ORDER BY updated_at DESC, id DESC LIMIT ?3",
                )?
                .query_and_then(params![tenant.as_str(), officer, PAGE_MAX as i64], read_draft)?
                .collect()
            })
            .await
    }

    async fn draft_remove(&self, tenant: &TenantId, id: &str) -> Result<bool> {
        let (tenant, id) = (tenant.clone(), id.to_owned());
        self.desk
            .act(move |conn| {
                let removed = conn
                    .prepare_cached("DELETE FROM drafts WHERE tenant = ?1 AND id = ?2")?
                    .execute([tenant.as_str(), &id])?;
                Ok(removed > 0)
            })
            .await
    }

    async fn access_note(&self, tenant: &TenantId, note: AccessNote) -> Result<()> {
        let tenant = tenant.clone();
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "INSERT INTO access (tenant, case_id, at, officer, what)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    tenant.as_str(),
                    note.case,
                    micros(note.at),
                    note.officer,
                    note.what,
                ])?;
                Ok(())
            })
            .await
    }

    async fn access_of(&self, tenant: &TenantId, case: &str, limit: usize) -> Result<Vec<AccessNote>> {
        let (tenant, case) = (tenant.clone(), case.to_owned());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "SELECT officer, case_id, at, what FROM access
                     WHERE tenant = ?1 AND case_id = ?2 ORDER BY at DESC, rowid DESC LIMIT ?3",
                )?
                .query_and_then(params![tenant.as_str(), case, limit], |row| {
                    Ok(AccessNote {
                        officer: row.get(0)?,
                        case: row.get(1)?,
                        at: instant(row.get(2)?)?,
                        what: row.get(3)?,
                    })
                })?
                .collect()
            })
            .await
    }

    async fn attachment_put(
        &self,
        tenant: &TenantId,
        media_type: &str,
        bytes: Vec<u8>,
        size_max: u64,
    ) -> Result<AttachmentHash> {
        let size = bytes.len() as u64;
        if size > size_max {
            let what = "the attachment".to_owned();
            return Err(StoreError::TooLarge { what, size, max: size_max });
        }
        let (tenant, media_type) = (tenant.clone(), media_type.to_owned());
        self.files
            .act(move |conn| {
                let hash = AttachmentHash::of(&bytes);
                files::put(conn, &tenant, &hash, &media_type, &bytes)?;
                Ok(hash)
            })
            .await
    }

    async fn attachment(&self, tenant: &TenantId, hash: &AttachmentHash) -> Result<Option<Attachment>> {
        let (tenant, hash) = (tenant.clone(), hash.clone());
        self.files.act(move |conn| files::get(conn, &tenant, &hash)).await
    }

    async fn attachment_remove(&self, tenant: &TenantId, hash: &AttachmentHash) -> Result<bool> {
        let (tenant, hash) = (tenant.clone(), hash.clone());
        self.files.act(move |conn| files::remove(conn, &tenant, &hash)).await
    }

    async fn setting_put(&self, tenant: &TenantId, key: &str, value: Value) -> Result<()> {
        let (tenant, key) = (tenant.clone(), key.to_owned());
        self.desk
            .act(move |conn| {
                conn.prepare_cached(
                    "INSERT INTO settings (tenant, key, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT (tenant, key) DO UPDATE SET value = excluded.value",
                )?
                .execute([tenant.as_str(), &key, &value.to_string()])?;
                Ok(())
            })
            .await
    }

    async fn setting(&self, tenant: &TenantId, key: &str) -> Result<Option<Value>> {
        let (tenant, key) = (tenant.clone(), key.to_owned());
        self.desk
            .act(move |conn| {
                let text: Option<String> = conn
                    .prepare_cached("SELECT value FROM settings WHERE tenant = ?1 AND key = ?2")?
                    .query_row([tenant.as_str(), &key], |row| row.get(0))
                    .optional()?;
                Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
            })
            .await
    }
}
