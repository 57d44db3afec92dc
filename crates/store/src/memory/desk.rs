//! The desk in memory.

use super::MemoryStore;
use crate::{AccessNote, Attachment, Credential, Desk, Draft, PAGE_MAX, Result, Session, StoreError};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::PoisonError;
use xiaoneng_ledger::{AttachmentHash, TenantId};

#[derive(Default)]
pub(super) struct Desktop {
    sessions: BTreeMap<String, Session>,
    credentials: BTreeMap<String, Credential>,
    drafts: BTreeMap<String, Draft>,
    access: Vec<AccessNote>,
    attachments: BTreeMap<AttachmentHash, Attachment>,
    settings: BTreeMap<String, Value>,
}

impl MemoryStore {
    fn desk<T>(&self, tenant: &TenantId, act: impl FnOnce(&mut Desktop) -> T) -> T {
        let mut desks = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        act(desks.entry(tenant.clone()).or_default())
    }
}

#[async_trait]
impl Desk for MemoryStore {
    async fn session_put(&self, tenant: &TenantId, session: Session) -> Result<()> {
        self.desk(tenant, |d| d.sessions.insert(session.token_hash.clone(), session));
        Ok(())
    }

    async fn session(&self, tenant: &TenantId, token_hash: &str) -> Result<Option<Session>> {
        Ok(self.desk(tenant, |d| d.sessions.get(token_hash).cloned()))
    }

    async fn session_end(&self, tenant: &TenantId, token_hash: &str) -> Result<bool> {
        Ok(self.desk(tenant, |d| d.sessions.remove(token_hash)).is_some())
    }

    async fn sessions_end(&self, tenant: &TenantId, officer: &str) -> Result<u64> {
        Ok(self.desk(tenant, |d| {
            let before = d.sessions.len();
            d.sessions.retain(|_, session| session.officer != officer);
            (before - d.sessions.len()) as u64
        }))
    }

    async fn sessions_prune(&self, tenant: &TenantId, at: Timestamp) -> Result<u64> {
        Ok(self.desk(tenant, |d| {
            let before = d.sessions.len();
            d.sessions.retain(|_, session| session.expires_at > at);
            (before - d.sessions.len()) as u64
        }))
    }

    async fn credential_put(&self, tenant: &TenantId, credential: Credential) -> Result<()> {
        self.desk(tenant, |d| d.credentials.insert(credential.officer.clone(), credential));
        Ok(())
    }

    async fn credential(&self, tenant: &TenantId, officer: &str) -> Result<Option<Credential>> {
        Ok(self.desk(tenant, |d| d.credentials.get(officer).cloned()))
    }

    async fn draft_put(&self, tenant: &TenantId, draft: Draft) -> Result<()> {
        self.desk(tenant, |d| d.drafts.insert(draft.id.clone(), draft));
        Ok(())
    }

    async fn draft(&self, tenant: &TenantId, id: &str) -> Result<Option<Draft>> {
        Ok(self.desk(tenant, |d| d.drafts.get(id).cloned()))
    }

    async fn drafts(&self, tenant: &TenantId, officer: &str) -> Result<Vec<Draft>> {
        let mut found: Vec<_> =
            self.desk(tenant, |d| d.drafts.values().filter(|draft| draft.officer == officer).cloned().collect());
        found.sort_by(|a, b| (b.updated_at, &b.id).cmp(&(a.updated_at, &a.id)));
        found.truncate(PAGE_MAX);
        Ok(found)
    }

    async fn draft_remove(&self, tenant: &TenantId, id: &str) -> Result<bool> {
        Ok(self.desk(tenant, |d| d.drafts.remove(id)).is_some())
    }

    async fn access_note(&self, tenant: &TenantId, note: AccessNote) -> Result<()> {
        self.desk(tenant, |d| d.access.push(note));
        Ok(())
    }

    async fn access_of(&self, tenant: &TenantId, case: &str, limit: usize) -> Result<Vec<AccessNote>> {
        let mut found: Vec<_> =
            self.desk(tenant, |d| d.access.iter().rev().filter(|note| note.case == case).cloned().collect());
        found.sort_by_key(|note| std::cmp::Reverse(note.at));
        found.truncate(limit);
        Ok(found)
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
        let hash = AttachmentHash::of(&bytes);
        let media_type = media_type.to_owned();
        self.desk(tenant, |d| {
            let new = Attachment { hash: hash.clone(), media_type, bytes };
            d.attachments.entry(hash.clone()).or_insert(new);
        });
        Ok(hash)
    }

    async fn attachment(&self, tenant: &TenantId, hash: &AttachmentHash) -> Result<Option<Attachment>> {
        Ok(self.desk(tenant, |d| d.attachments.get(hash).cloned()))
    }

    async fn attachment_remove(&self, tenant: &TenantId, hash: &AttachmentHash) -> Result<bool> {
        Ok(self.desk(tenant, |d| d.attachments.remove(hash)).is_some())
    }

    async fn setting_put(&self, tenant: &TenantId, key: &str, value: Value) -> Result<()> {
        self.desk(tenant, |d| d.settings.insert(key.to_owned(), value));
        Ok(())
    }

    async fn setting(&self, tenant: &TenantId, key: &str) -> Result<Option<Value>> {
        Ok(self.desk(tenant, |d| d.settings.get(key).cloned()))
    }
}
