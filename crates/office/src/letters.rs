//! 文书留存: a letter is kept as it was issued, whatever the rules say later.
//!
//! The office knows when a letter was issued and what the case was then; how it is written the pages know, and say
//! through a [`Press`]. What they wrote lies sealed among the files, since it holds names.

use std::sync::Arc;

use jiff::SignedDuration;
use xiaoneng_casework::{Acted, Case, Fields, Happening, Name, Recorded, Value, replay};
use xiaoneng_ledger::{AttachmentHash, FieldPlace, SealKey, Sealed, StreamId, open, seal};
use xiaoneng_pack::{Item, Procedure};
use xiaoneng_store::Effect;

use crate::{
    Office, OfficeError,
    chance::draw,
    office::tenant_id,
    sealing::{OFFICE_KEY, key_id},
};

/// Most bytes of a letter.
const LETTER_SIZE_MAX: u64 = 1 << 20;
/// A letter whose delivery comes later than this is not kept: the rules may be others by then, and what they would
/// write is not what was issued. (Nor is each letter of the year that a demonstration makes in one go.)
const KEPT_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Writes letters.
pub trait Press: Send + Sync {
    /// The letter in a form that can be kept; `None`: these rules know no such letter.
    fn write(&self, issued: &Issued) -> Option<Vec<u8>>;
}

/// A letter that was issued, with all that it is written from.
pub struct Issued {
    /// The case's tenant.
    pub tenant: Name,
    /// Its id.
    pub id: Name,
    /// The whole case, with what came after.
    pub case: Arc<Case>,
    /// Its procedure.
    pub procedure: Arc<Procedure>,
    /// Its item, if it has one.
    pub item: Option<Arc<Item>>,
    /// The event that issued it.
    pub event: Arc<Recorded>,
    /// The case as of that event.
    pub then: Case,
    /// The case before it; nothing, where the event opened it.
    pub before: Option<Case>,
    /// The fields as of the event, opened.
    pub fields: Fields,
    /// The code with which the citizen tracks the case; empty: there is none.
    pub track_code: String,
}

impl Issued {
    /// The act that issued it.
    pub fn acted(&self) -> &Acted {
        match &self.event.what {
            Happening::Acted(acted) => acted,
            _ => unreachable!("OK because `Office::issued` takes acts only"),
        }
    }
}

impl Office {
    /// Say who writes letters; who says so first does it.
    pub fn set_press(&self, press: Arc<dyn Press>) {
        let _ = self.press.set(press);
    }

    /// What the letter of an event is written from; `None` if that event issued none.
    pub async fn issued(&self, tenant: &Name, id: &Name, event: &str) -> Result<Option<Issued>, OfficeError> {
        let Some(case) = self.case(tenant, id).await? else { return Ok(None) };
        let Some(place) = case.history.iter().position(|e| *e.id == *event) else { return Ok(None) };
        let event = case.history[place].clone();
        if !matches!(&event.what, Happening::Acted(acted) if acted.letter.is_some()) {
            return Ok(None);
        }
        // The letter says what was so when it was issued: the case as of its event.
        let Some(then) = replay(case.history[..=place].to_vec()) else { return Ok(None) };
        Ok(Some(Issued {
            tenant: tenant.clone(),
            id: id.clone(),
            procedure: self.procedure_of(&case)?.clone(),
            item: case.opening.item.as_ref().and_then(|i| self.world.items.get(i)).cloned(),
            before: replay(case.history[..place].to_vec()),
            fields: self.opened(tenant, id, &then.fields).await?,
            track_code: self.code_of(tenant, &case).await?,
            then,
            event,
            case,
        }))
    }

    /// A letter as it was kept when it was issued; `None` if it was not, or no longer opens (its key was destroyed).
    pub async fn kept_letter(&self, tenant: &Name, id: &Name, event: &str) -> Result<Option<Vec<u8>>, OfficeError> {
        let store_tenant = tenant_id(tenant);
        let kept = self.store.setting(&store_tenant, &setting(event)).await?;
        let hash = kept.as_ref().and_then(|v| v.as_str()).and_then(|h| h.parse::<AttachmentHash>().ok());
        let Some(hash) = hash else { return Ok(None) };
        let Some(file) = self.store.attachment(&store_tenant, &hash).await? else { return Ok(None) };
        let sealed = serde_json::from_slice(&file.bytes).ok().and_then(|v| Sealed::from_value(&v).ok());
        let Some(sealed) = sealed else { return Ok(None) };
        let key = match &*sealed.key {
            OFFICE_KEY => Some(self.office_key(&store_tenant).await?),
            of_case => self.keys.get(&store_tenant, of_case).await?,
        };
        let Some(key) = key else { return Ok(None) };
        Ok(open(&key, place(tenant, &StreamId::case(id), event), &sealed).ok())
    }

    /// Keep the letter that an effect tells of: once, and while it is what was issued.
    pub(crate) async fn keep_letter(&self, effect: &Effect) -> Result<(), OfficeError> {
        let Some(press) = self.press.get() else { return Ok(()) };
        let word = |key: &str| effect.payload.get(key).and_then(|v| v.as_str()).unwrap_or_default();
        let (tenant, id, event) = (Name::from(word("tenant")), Name::from(word("case")), word("event"));
        let Some(issued) = self.issued(&tenant, &id, event).await? else { return Ok(()) };
        if self.now().duration_since(issued.event.recorded_at) > KEPT_WITHIN {
            return Ok(());
        }
        let store_tenant = tenant_id(&tenant);
        if self.store.setting(&store_tenant, &setting(event)).await?.is_some() {
            return Ok(());
        }
        let (Some(plain), Some((key_id, key))) = (press.write(&issued), self.letter_key(&tenant, &id).await?) else {
            return Ok(());
        };
        let sealed = seal(&key, &key_id, draw(&*self.chance)?, place(&tenant, &StreamId::case(&id), event), &plain);
        let bytes = sealed.to_value().to_string().into_bytes();
        let hash = self.store.attachment_put(&store_tenant, "application/json", bytes, LETTER_SIZE_MAX).await?;
        self.store.setting_put(&store_tenant, &setting(event), hash.as_str().into()).await?;
        Ok(())
    }

    /// Under the case's key, so that it goes with it; a case without personal fields has none, and takes the tenant's.
    async fn letter_key(&self, tenant: &Name, id: &Name) -> Result<Option<(String, SealKey)>, OfficeError> {
        let (store_tenant, of_case) = (tenant_id(tenant), key_id(id));
        if let Some(key) = self.keys.get(&store_tenant, &of_case).await? {
            return Ok(Some((of_case, key)));
        }
        let sealed = |case: &Case| case.fields.values().any(|v| matches!(v, Value::Sealed { .. }));
        // Its key was destroyed: nothing of it is written down again.
        if self.case(tenant, id).await?.is_none_or(|case| sealed(&case)) {
            return Ok(None);
        }
        Ok(Some((OFFICE_KEY.to_owned(), self.office_key(&store_tenant).await?)))
    }
}

fn setting(event: &str) -> String {
    format!("letter/{event}")
}

fn place<'a>(tenant: &'a str, stream: &'a StreamId, event: &'a str) -> FieldPlace<'a> {
    FieldPlace { tenant, stream: stream.as_str(), field: event }
}
