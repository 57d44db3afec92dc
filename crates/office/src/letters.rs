//! 文书留存: a letter is kept as it was issued, whatever the rules say later.
//!
//! The office knows when a letter was issued and what the case was then; how it is written the pages know, and say
//! through a [`Press`]. What they wrote lies sealed among the files, since it holds names.

use std::sync::Arc;

use jiff::SignedDuration;
use xiaoneng_casework::{Acted, Case, Fields, Happening, Name, Recorded, Value, replay};
use xiaoneng_ledger::{AttachmentHash, FieldPlace, SealKey, Sealed, StreamId, open, seal};
use xiaoneng_pack::{Item, Procedure};
use xiaoneng_store::{Effect, StoreError};

use crate::{
    Office, OfficeError,
    act::TRIES_MAX,
    batch::Overlay,
    chance::draw,
    holidays::by_law,
    office::{id_seed, tenant_id, uuid_text},
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

    /// A letter as it was kept when it was issued; one that is not yet, is kept now, while it is what was issued.
    /// `None`: it was not kept, or no longer opens (its key was destroyed).
    pub async fn kept_letter(&self, issued: &Issued) -> Result<Option<Vec<u8>>, OfficeError> {
        let store_tenant = tenant_id(&issued.tenant);
        let hash = match fingerprint(&issued.case, &issued.event.id) {
            Some(hash) => hash.to_owned(),
            // One that was kept before fingerprints stood in the ledger.
            None => match self.store.setting(&store_tenant, &setting(issued)).await? {
                Some(kept) => kept.as_str().unwrap_or_default().to_owned(),
                None => return self.keep_letter(issued).await,
            },
        };
        let Ok(hash) = hash.parse::<AttachmentHash>() else { return Ok(None) };
        let Some(file) = self.store.attachment(&store_tenant, &hash).await? else { return Ok(None) };
        let sealed = serde_json::from_slice(&file.bytes).ok().and_then(|v| Sealed::from_value(&v).ok());
        let Some(sealed) = sealed else { return Ok(None) };
        let key = match &*sealed.key {
            OFFICE_KEY => Some(self.office_key(&store_tenant).await?),
            of_case => self.keys.get(&store_tenant, of_case).await?,
        };
        let Some(key) = key else { return Ok(None) };
        Ok(open(&key, place(issued, &StreamId::case(&issued.id)), &sealed).ok())
    }

    async fn keep_letter(&self, issued: &Issued) -> Result<Option<Vec<u8>>, OfficeError> {
        if self.now().duration_since(issued.event.recorded_at) > KEPT_WITHIN {
            return Ok(None);
        }
        let Some(plain) = self.press.get().and_then(|press| press.write(issued)) else { return Ok(None) };
        let Some((key_id, key)) = self.letter_key(issued).await? else { return Ok(None) };
        let store_tenant = tenant_id(&issued.tenant);
        let sealed =
            seal(&key, &key_id, draw(&*self.chance)?, place(issued, &StreamId::case(&issued.id)), &plain).to_value();
        let bytes = sealed.to_string().into_bytes();
        let hash = self.store.attachment_put(&store_tenant, "application/json", bytes, LETTER_SIZE_MAX).await?;
        // The file first, then the ledger: what the ledger names is there.
        if self.note_kept(issued, &hash).await? {
            self.store.setting_put(&store_tenant, &setting(issued), hash.as_str().into()).await?;
        }
        Ok(Some(plain))
    }

    /// The letter's fingerprint goes into the ledger, once: what was issued cannot be exchanged unseen. False: another
    /// was quicker, and its file is the letter.
    async fn note_kept(&self, issued: &Issued, hash: &AttachmentHash) -> Result<bool, OfficeError> {
        let (tenant, id) = (&issued.tenant, &issued.id);
        for _ in 0..TRIES_MAX {
            let Some(case) = self.case(tenant, id).await? else { return Ok(false) };
            if fingerprint(&case, &issued.event.id).is_some() {
                return Ok(false);
            }
            let at = self.instant_after(tenant, &Overlay::default()).await?;
            let what = Happening::LetterKept { event: issued.event.id.clone(), sha256: hash.as_str().to_owned() };
            let event = by_law(uuid_text(id_seed(at, &*self.chance)?), at, what);
            let event = Arc::new(Recorded { cause: Some(issued.event.id.clone()), ..event });
            let prepared = self.by_law(tenant, id, &issued.procedure, &case, vec![event], &Overlay::default()).await?;
            let (append, prepared) = prepared.split();
            match self.store.append(append).await {
                Ok(_) => {
                    self.finish(prepared);
                    return Ok(true);
                }
                Err(error) => self.again(tenant, id, error)?,
            }
        }
        Err(OfficeError::Store(StoreError::Unavailable { detail: "too many acts on one case at once".to_owned() }))
    }

    /// Keep the letter that an effect tells of.
    pub(crate) async fn letter_issued(&self, effect: &Effect) -> Result<(), OfficeError> {
        let word = |key: &str| effect.payload.get(key).and_then(|v| v.as_str()).unwrap_or_default();
        if self.press.get().is_some()
            && let Some(issued) = self.issued(&word("tenant").into(), &word("case").into(), word("event")).await?
        {
            self.kept_letter(&issued).await?;
        }
        Ok(())
    }

    /// Under the case's key, so that it goes with it; a case without personal fields has none, and takes the tenant's.
    async fn letter_key(&self, issued: &Issued) -> Result<Option<(String, SealKey)>, OfficeError> {
        let (store_tenant, of_case) = (tenant_id(&issued.tenant), key_id(&issued.id));
        if let Some(key) = self.keys.get(&store_tenant, &of_case).await? {
            return Ok(Some((of_case, key)));
        }
        if issued.case.fields.values().any(|v| matches!(v, Value::Sealed { .. })) {
            return Ok(None); // OK because its key was destroyed: nothing of it is written down again.
        }
        Ok(Some((OFFICE_KEY.to_owned(), self.office_key(&store_tenant).await?)))
    }
}

/// SHA-256 of the letter's sealed file, as the ledger has it.
fn fingerprint<'a>(case: &'a Case, letter: &str) -> Option<&'a str> {
    case.history.iter().find_map(|e| match &e.what {
        Happening::LetterKept { event, sha256 } if **event == *letter => Some(sha256.as_str()),
        _ => None,
    })
}

fn setting(issued: &Issued) -> String {
    format!("letter/{}", issued.event.id)
}

fn place<'a>(issued: &'a Issued, stream: &'a StreamId) -> FieldPlace<'a> {
    FieldPlace { tenant: &issued.tenant, stream: stream.as_str(), field: &issued.event.id }
}
