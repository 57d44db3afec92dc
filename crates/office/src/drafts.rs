//! 草稿: forms set aside. They hold names and numbers before any case does, so they lie sealed too.

use jiff::Timestamp;
use xiaoneng_casework::Name;
use xiaoneng_ledger::{FieldPlace, Sealed, open, seal};
use xiaoneng_store::Draft;

use crate::{Office, OfficeError, chance::draw, office::tenant_id};

/// Most drafts of one officer.
pub const DRAFTS_MAX: usize = 100;

/// A form set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftForm {
    /// Its own name.
    pub id: String,
    /// The item it is for.
    pub item: String,
    /// Names and values as typed.
    pub values: Vec<(String, String)>,
    /// When last kept.
    pub updated_at: Timestamp,
}

impl Office {
    /// Keep a draft, new or again. `false`: it is another officer's, or there are too many.
    pub async fn keep_draft(
        &self,
        tenant: &Name,
        officer: &Name,
        id: &str,
        item: &str,
        values: &[(String, String)],
    ) -> Result<bool, OfficeError> {
        let store_tenant = tenant_id(tenant);
        match self.store.draft(&store_tenant, id).await? {
            Some(other) if other.officer != **officer => return Ok(false),
            None if self.store.drafts(&store_tenant, officer).await?.len() >= DRAFTS_MAX => return Ok(false),
            _ => {}
        }
        let key = self.keys.office(&store_tenant, &*self.chance).await?;
        let plain = serde_json::to_vec(values).unwrap_or_default();
        let sealed = seal(&key, "office", draw(&*self.chance)?, place(tenant, id), &plain);
        let draft = Draft {
            id: id.to_owned(),
            officer: officer.to_string(),
            post: None,
            item: item.to_owned(),
            form: sealed.to_value(),
            updated_at: self.now(),
        };
        self.store.draft_put(&store_tenant, draft).await?;
        Ok(true)
    }

    /// An officer's draft; `None` if there is none or it is another's.
    pub async fn draft(&self, tenant: &Name, officer: &str, id: &str) -> Result<Option<DraftForm>, OfficeError> {
        let draft = self.store.draft(&tenant_id(tenant), id).await?.filter(|d| d.officer == officer);
        match draft {
            Some(draft) => Ok(Some(self.opened_draft(tenant, draft).await?)),
            None => Ok(None),
        }
    }

    /// An officer's drafts, the newest first.
    pub async fn drafts(&self, tenant: &Name, officer: &str) -> Result<Vec<DraftForm>, OfficeError> {
        let mut drafts = Vec::new();
        for draft in self.store.drafts(&tenant_id(tenant), officer).await? {
            drafts.push(self.opened_draft(tenant, draft).await?);
        }
        Ok(drafts)
    }

    /// Remove an officer's own draft.
    pub async fn remove_draft(&self, tenant: &Name, officer: &str, id: &str) -> Result<(), OfficeError> {
        let mine = self.store.draft(&tenant_id(tenant), id).await?.is_some_and(|d| d.officer == officer);
        if mine {
            self.store.draft_remove(&tenant_id(tenant), id).await?;
        }
        Ok(())
    }

    /// A draft that no longer opens (another key file) is empty rather than in the way.
    async fn opened_draft(&self, tenant: &Name, draft: Draft) -> Result<DraftForm, OfficeError> {
        let key = self.keys.office(&tenant_id(tenant), &*self.chance).await?;
        let sealed = Sealed::from_value(&draft.form).ok();
        let plain = sealed.and_then(|s| open(&key, place(tenant, &draft.id), &s).ok()).unwrap_or_default();
        let values = serde_json::from_slice(&plain).unwrap_or_default();
        Ok(DraftForm { id: draft.id, item: draft.item, values, updated_at: draft.updated_at })
    }
}

fn place<'a>(tenant: &'a str, id: &'a str) -> FieldPlace<'a> {
    FieldPlace { tenant, stream: id, field: "draft" }
}
