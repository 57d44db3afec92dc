//! What lies on the desk: kept apart from the evidence, can be lost or made anew.

use crate::Result;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xiaoneng_ledger::{AttachmentHash, TenantId};

/// Someone is logged in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Hash of the token in the cookie; the token itself is nowhere stored.
    pub token_hash: String,
    /// Who.
    pub officer: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until before when.
    pub expires_at: Timestamp,
    /// The token of his forms.
    pub csrf: String,
}

/// How an officer proves who he is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Who.
    pub officer: String,
    /// The argon2 string.
    pub password_hash: String,
    /// Failed attempts since the last good one.
    pub failed: u32,
    /// No attempt counts before this instant.
    pub locked_until: Option<Timestamp>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential")
            .field("officer", &self.officer)
            .field("failed", &self.failed)
            .field("locked_until", &self.locked_until)
            .finish_non_exhaustive()
    }
}

/// A form not sent yet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Its own name.
    pub id: String,
    /// Whose.
    pub officer: String,
    /// From which post.
    pub post: Option<String>,
    /// For which item or action.
    pub item: String,
    /// What is filled in.
    pub form: Value,
    /// When last.
    pub updated_at: Timestamp,
}

/// Who looked at what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccessNote {
    /// Who.
    pub officer: String,
    /// At which case.
    pub case: String,
    /// When.
    pub at: Timestamp,
    /// What was shown: `page`, `name`, `attachment <hash>`.
    pub what: String,
}

/// A file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name by content.
    pub hash: AttachmentHash,
    /// What it is, such as `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment({}, {}, {} bytes)", self.hash, self.media_type, self.bytes.len())
    }
}

/// The desk. Everything under its tenant, as everywhere.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Puts a session, new or again.
    async fn session_put(&self, tenant: &TenantId, session: Session) -> Result<()>;
    /// The session of this token hash, whether expired or not.
    async fn session(&self, tenant: &TenantId, token_hash: &str) -> Result<Option<Session>>;
    /// Ends it; true if it was there.
    async fn session_end(&self, tenant: &TenantId, token_hash: &str) -> Result<bool>;
    /// Ends all of an officer's, and says how many.
    async fn sessions_end(&self, tenant: &TenantId, officer: &str) -> Result<u64>;
    /// Removes those that expired at or before this instant, and says how many.
    async fn sessions_prune(&self, tenant: &TenantId, at: Timestamp) -> Result<u64>;

    /// Puts a credential, new or again.
    async fn credential_put(&self, tenant: &TenantId, credential: Credential) -> Result<()>;
    /// An officer's credential.
    async fn credential(&self, tenant: &TenantId, officer: &str) -> Result<Option<Credential>>;

    /// Puts a draft, new or again.
    async fn draft_put(&self, tenant: &TenantId, draft: Draft) -> Result<()>;
    /// One draft.
    async fn draft(&self, tenant: &TenantId, id: &str) -> Result<Option<Draft>>;
    /// An officer's drafts, the newest first, at most [`PAGE_MAX`](crate::PAGE_MAX).
    async fn drafts(&self, tenant: &TenantId, officer: &str) -> Result<Vec<Draft>>;
    /// Removes it; true if it was there.
    async fn draft_remove(&self, tenant: &TenantId, id: &str) -> Result<bool>;

    /// Notes who looked at what.
    async fn access_note(&self, tenant: &TenantId, note: AccessNote) -> Result<()>;
    /// Who looked at this case, the newest first.
    async fn access_of(&self, tenant: &TenantId, case: &str, limit: usize) -> Result<Vec<AccessNote>>;

    /// Keeps a file and answers its name; the same bytes twice are kept once (with the first media
    /// type). Durable before it answers: an event may hold the hash at once.
    ///
    /// # Errors
    /// [`TooLarge`](crate::StoreError::TooLarge) beyond `size_max` bytes.
    async fn attachment_put(
        &self,
        tenant: &TenantId,
        media_type: &str,
        bytes: Vec<u8>,
        size_max: u64,
    ) -> Result<AttachmentHash>;
    /// The file.
    ///
    /// # Errors
    /// [`Corrupt`](crate::StoreError::Corrupt) where the bytes are no longer those of the hash.
    async fn attachment(&self, tenant: &TenantId, hash: &AttachmentHash) -> Result<Option<Attachment>>;
    /// Removes it (the end of the retention period); true if it was there.
    async fn attachment_remove(&self, tenant: &TenantId, hash: &AttachmentHash) -> Result<bool>;

    /// Puts a setting.
    async fn setting_put(&self, tenant: &TenantId, key: &str, value: Value) -> Result<()>;
    /// A setting.
    async fn setting(&self, tenant: &TenantId, key: &str) -> Result<Option<Value>>;
}
