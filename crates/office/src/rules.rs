//! 规则施行: a version of the packs takes effect by the act of a named person, who has seen what it does.
//!
//! An [`Office`] stands under one world for its whole life: whatever it decides, it decides under one version. A new
//! version makes a new office over the same store ([`Office::put_into_effect`]); what the old one had decided and not
//! yet written is refused at the gate, so that no act is ever written under rules that are no longer in force.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::{RwLock, RwLockReadGuard};
use xiaoneng_casework::{Actor, Happening, Name, Recorded, RulesInForce, Standing, standing_in};
use xiaoneng_ledger::{AttachmentHash, StreamId};
use xiaoneng_pack::compare::{Difference, compare};
use xiaoneng_pack::{Sources, Tier, World};
use xiaoneng_store::{Append, Store, StoreError};

use crate::{
    Office, OfficeError,
    batch::Overlay,
    codec::{from_ledger, to_ledger},
    impact::{Block, blocks},
    office::{id_seed, lock, tenant_id, uuid_text},
};

/// The role of the posts that may put rules into effect.
pub const KEEPER: &str = "rules";
/// Texts of packs kept with the event, at most: what packs may hold, and their paths.
const TEXTS_SIZE_MAX: u64 = 80 * 1024 * 1024;
/// What a reason must have, in characters.
const REASON_MIN: usize = 4;
/// And may have.
const REASON_MAX: usize = 2_000;
/// The number of a document may have so many characters.
const DOCUMENT_MAX: usize = 200;

/// Who writes now: acts in turn with the change of the rules.
pub(crate) struct Gate {
    /// Acts go through side by side; the change goes alone.
    door: RwLock<()>,
    /// The version in force.
    version: Mutex<String>,
}

impl Gate {
    pub fn of(world: &World) -> Gate {
        Gate { door: RwLock::new(()), version: Mutex::new(world.version.clone()) }
    }
}

/// A version as it took effect.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InForce {
    /// When.
    pub at: Timestamp,
    /// Who; none: the first version, found when the store was first opened.
    pub officer: Option<Name>,
    /// In which post.
    pub post: Option<Name>,
    /// What was recorded.
    pub rules: RulesInForce,
}

/// What a person asks who puts a version into effect.
#[derive(Clone, Debug)]
pub struct TakeEffect {
    /// Who.
    pub officer: Name,
    /// Why.
    pub reason: String,
    /// The document that orders it; may be empty.
    pub document: String,
    /// The version in force that he saw.
    pub seen: String,
    /// The hash of the difference that he saw.
    pub difference: String,
}

/// Why a version did not take effect. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not his to do.
    #[error("施行规则由{0}的规则管理岗办理，您不在这个岗位上。您可以看差别和影响，请他们施行")]
    NotKeeper(String),
    /// Something is missing in the form.
    #[error("{0}")]
    Form(&'static str),
    /// Nothing differs.
    #[error("新读的规则与施行中的一样，没有什么要施行。先改规则包里的文字，再重新读取")]
    Same,
    /// The texts are not those that were looked at.
    #[error("您看过以后规则包的文字又变了：差别已经不是您看到的。请重新看过差别和影响，再施行")]
    Moved,
    /// Somebody else was quicker.
    #[error("规则刚刚已经由别人换成 {}（{}）。请看清楚新的差别，再决定要不要施行", .0.rules.version, .0.rules.reason)]
    Superseded(Box<InForce>),
    /// Cases would be left without a holder or in a state that is not.
    #[error("施行以后有办件没有着落，不能施行：{}", .0.first().map_or("", |b| b.why.as_str()))]
    Blocked(Vec<Block>),
    /// The store, or the office.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<StoreError> for RulesError {
    fn from(error: StoreError) -> Self {
        RulesError::Office(error.into())
    }
}

impl Office {
    /// The administration whose keeper puts rules into effect for all: the city's, else the first.
    pub fn lead_tenant(&self) -> Option<Name> {
        lead_tenant(&self.world)
    }

    /// In what capacity an officer may put rules into effect now: A of a keeper's post, or B while A is out.
    ///
    /// # Errors
    /// The store's.
    pub async fn keeper(&self, officer: &str) -> Result<Option<Standing>, OfficeError> {
        let Some(lead) = self.lead_tenant() else { return Ok(None) };
        let away = self.away(&lead).await?;
        let facts = self.facts(&away, 0);
        let mut posts = self.world.org.posts_of_tenant(&lead, KEEPER);
        Ok(posts.find_map(|post| standing_in(post, officer, &facts).ok()))
    }

    /// May he see the rules' page: keepers of any jurisdiction, and whoever supervises.
    pub fn sees_rules(&self, officer: &str) -> bool {
        let seeing = [KEEPER, "supervision", "leader", "it"];
        self.world.org.posts_of_officer(officer).any(|p| seeing.iter().any(|role| p.has_role(role)))
    }

    /// Every version that took effect, the first first.
    ///
    /// # Errors
    /// The store's.
    pub async fn rules_history(&self) -> Result<Vec<InForce>, OfficeError> {
        match self.lead_tenant() {
            Some(lead) => history(&*self.store, &lead).await,
            None => Ok(Vec::new()),
        }
    }

    /// Notes which rules this store began with, once; a store that has its version noted is left alone.
    ///
    /// # Errors
    /// The store's.
    pub async fn note_first_rules(&self, texts: &Sources) -> Result<(), OfficeError> {
        let Some(lead) = self.lead_tenant() else { return Ok(()) };
        if !self.rules_history().await?.is_empty() {
            return Ok(());
        }
        let rules = RulesInForce {
            version: self.world.version.clone(),
            before: None,
            reason: "开库时所用的规则".to_owned(),
            document: String::new(),
            difference: String::new(),
            changes: 0,
            texts: self.keep_texts(&lead, texts).await?,
        };
        match self.record(&lead, Standing { actor: Actor::Law, acting_for: None }, rules, 0).await {
            // Another office of the same store noted the same.
            Ok(_) | Err(StoreError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Put a version into effect. Answers the office that stands under it; this one writes no more.
    ///
    /// Acts under way are let through first, those that come wait; what forbids the change is asked when nobody can
    /// act, so that nothing comes between the answer and the event.
    ///
    /// # Errors
    /// See [`RulesError`]; then nothing was written, and the old rules stay in force.
    pub async fn put_into_effect(
        &self,
        world: Arc<World>,
        texts: &Sources,
        ask: &TakeEffect,
    ) -> Result<Office, RulesError> {
        let lead = self.lead_tenant().ok_or(RulesError::Form("规则里没有一个单位，不能施行"))?;
        let Some(keeper) = self.keeper(&ask.officer).await? else {
            let division = self.world.org.divisions.get(&lead).map_or(lead.to_string(), |d| d.name.clone());
            return Err(RulesError::NotKeeper(division));
        };
        let (reason, document) = (ask.reason.trim(), ask.document.trim());
        if !(REASON_MIN..=REASON_MAX).contains(&reason.chars().count()) {
            return Err(RulesError::Form("请写明施行的理由，4 到 2000 个字：例如依据哪个文件、改什么、为什么"));
        }
        if document.chars().count() > DOCUMENT_MAX {
            return Err(RulesError::Form("文件号太长，最多 200 个字"));
        }
        let _alone = self.gate.door.write().await;
        let history = self.rules_history().await?;
        let current = lock(&self.gate.version).clone();
        if current != self.world.version || ask.seen != current {
            return Err(match history.last() {
                Some(last) => RulesError::Superseded(Box::new(last.clone())),
                None => RulesError::Moved,
            });
        }
        let difference = compare(&self.world, &world);
        if self.world.version == world.version {
            return Err(RulesError::Same);
        }
        if difference.hash() != ask.difference {
            return Err(RulesError::Moved);
        }
        self.forbid(&world, &difference).await?;
        let rules = RulesInForce {
            version: world.version.clone(),
            before: Some(current),
            reason: reason.to_owned(),
            document: document.to_owned(),
            difference: ask.difference.clone(),
            changes: difference.changes.len() as u64,
            texts: self.keep_texts(&lead, texts).await?,
        };
        self.record_everywhere(&lead, &keeper, &rules, history.len() as u64).await?;
        *lock(&self.gate.version) = world.version.clone();
        Ok(self.under(world))
    }

    /// Nobody may be left without a holder, and no case in a state that is not.
    async fn forbid(&self, world: &World, difference: &Difference) -> Result<(), RulesError> {
        let blocks = blocks(&*self.store, &self.tenants(), &self.world, world, difference).await?;
        let lead = lead_tenant(world);
        match blocks.is_empty() {
            false => Err(RulesError::Blocked(blocks)),
            // Else nobody could ever change the rules again.
            true if !has_keeper(world, lead.as_ref()) => Err(RulesError::Form(
                "新规则里没有一个有人的规则管理岗（roles 里写 rules）：施行以后就没有人能再改规则了",
            )),
            true => Ok(()),
        }
    }

    /// First on the stream of the leading administration: that decides. Then on those of the others, who keep their own
    /// record of under which rules they acted; one that fails is made up for at the next change.
    async fn record_everywhere(
        &self,
        lead: &Name,
        keeper: &Standing,
        rules: &RulesInForce,
        version: u64,
    ) -> Result<(), RulesError> {
        match self.record(lead, keeper.clone(), rules.clone(), version).await {
            Err(StoreError::Conflict { .. }) => {
                let last = self.rules_history().await?.pop();
                return Err(last.map_or(RulesError::Moved, |last| RulesError::Superseded(Box::new(last))));
            }
            other => other?,
        }
        for tenant in self.tenants().into_iter().filter(|t| t != lead) {
            let version = self.store.stream_version(&tenant_id(&tenant), &StreamId::rules()).await;
            let noted = match version {
                Ok(version) => self.record(&tenant, keeper.clone(), rules.clone(), version).await,
                Err(error) => Err(error),
            };
            if let Err(error) = noted {
                tracing::error!(%tenant, %error, "the change of the rules could not be noted");
            }
        }
        Ok(())
    }

    async fn record(&self, tenant: &Name, by: Standing, rules: RulesInForce, version: u64) -> Result<(), StoreError> {
        let unavailable = |error: OfficeError| match error {
            OfficeError::Store(error) => error,
            other => StoreError::Unavailable { detail: other.to_string() },
        };
        let at = self.instant_after(tenant, &Overlay::default()).await.map_err(unavailable)?;
        let id = uuid_text(id_seed(at, &*self.chance).map_err(unavailable)?);
        let what = Happening::RulesInForce(Box::new(rules));
        let Standing { actor, acting_for } = by;
        let event = Recorded { id, actor, acting_for, recorded_at: at, effective_at: at, cause: None, what };
        let mut append = Append::new(tenant_id(tenant));
        append.expects = vec![(StreamId::rules(), version)];
        append.events = vec![to_ledger(StreamId::rules(), &event)];
        self.store.append(append).await.map(drop)
    }

    async fn keep_texts(&self, lead: &Name, texts: &Sources) -> Result<String, OfficeError> {
        let texts: BTreeMap<&str, &str> = texts.iter().collect();
        // OK because a map of texts is always JSON.
        let bytes = serde_json::to_vec(&texts).unwrap_or_default();
        let hash = self.store.attachment_put(&tenant_id(lead), "application/json", bytes, TEXTS_SIZE_MAX).await?;
        Ok(hash.to_string())
    }

    /// The right to write one act: while it is held, no other version takes effect.
    pub(crate) async fn turn(&self) -> Result<RwLockReadGuard<'_, ()>, OfficeError> {
        let turn = self.gate.door.read().await;
        if *lock(&self.gate.version) == self.world.version { Ok(turn) } else { Err(self.superseded()) }
    }

    pub(crate) fn superseded(&self) -> OfficeError {
        OfficeError::Superseded(lock(&self.gate.version).clone())
    }
}

fn lead_tenant(world: &World) -> Option<Name> {
    let units = || world.org.units.values();
    units().find(|u| u.tier == Tier::City).or_else(|| units().next()).map(|u| u.tenant.clone())
}

fn has_keeper(world: &World, lead: Option<&Name>) -> bool {
    let posts = lead.into_iter().flat_map(|lead| world.org.posts_of_tenant(lead, KEEPER));
    posts.into_iter().any(|p| p.a.is_some())
}

async fn history(store: &dyn Store, tenant: &Name) -> Result<Vec<InForce>, OfficeError> {
    let mut versions = Vec::new();
    for envelope in store.stream(&tenant_id(tenant), &StreamId::rules()).await? {
        let event = from_ledger(envelope)?;
        let (officer, post) = match event.actor {
            Actor::Officer { id, post } => (Some(id), post),
            _ => (None, None),
        };
        if let Happening::RulesInForce(rules) = event.what {
            versions.push(InForce { at: event.recorded_at, officer, post, rules: *rules });
        }
    }
    Ok(versions)
}

/// The version that a store says is in force, with the administration that keeps its texts; `None`: none was noted yet.
///
/// # Errors
/// The store's.
pub async fn rules_in_force(store: &dyn Store) -> Result<Option<(Name, InForce)>, OfficeError> {
    let mut latest: Option<(Name, InForce)> = None;
    for tenant in store.tenants().await? {
        let tenant: Name = tenant.as_str().into();
        let Some(last) = history(store, &tenant).await?.pop() else { continue };
        let keeps = match last.rules.texts.parse::<AttachmentHash>() {
            Ok(hash) => store.attachment(&tenant_id(&tenant), &hash).await?.is_some(),
            Err(_) => false,
        };
        if keeps && latest.as_ref().is_none_or(|(_, known)| known.at < last.at) {
            latest = Some((tenant, last));
        }
    }
    Ok(latest)
}

/// The texts of a version as they were kept when it took effect; `None`: they are not there any more.
///
/// # Errors
/// The store's.
pub async fn kept_texts(
    store: &dyn Store,
    tenant: &Name,
    rules: &RulesInForce,
) -> Result<Option<Sources>, OfficeError> {
    let Ok(hash) = rules.texts.parse::<AttachmentHash>() else { return Ok(None) };
    let Some(file) = store.attachment(&tenant_id(tenant), &hash).await? else { return Ok(None) };
    let texts: Option<BTreeMap<String, String>> = serde_json::from_slice(&file.bytes).ok();
    Ok(texts.map(|texts| texts.into_iter().collect()))
}
