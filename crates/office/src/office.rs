//! The office: what it stands on, and how it loads a case.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use xiaoneng_casework::{Away, Case, Facts, Name, replay};
use xiaoneng_ledger::{SealKey, StreamId, TenantId};
use xiaoneng_pack::{Procedure, World};
use xiaoneng_store::{AwayFilter, AwayRow, KeyStore, Store};

use crate::{
    OfficeError, OfficeTime, Press,
    chance::{Chance, SystemChance, draw},
    codec::from_ledger,
    rules::Gate,
    sealing::Keys,
};

/// Cases lately used. A stale one costs a retry, never a wrong answer: the store checks every version.
const CASES_CACHED_MAX: usize = 20_000;

/// Those cases, by tenant and id.
#[derive(Default)]
struct Recent {
    cases: BTreeMap<(Name, Name), Arc<Case>>,
    /// In the order in which they came: one goes for each that comes, so that no page pays for twenty thousand.
    came: VecDeque<(Name, Name)>,
}

impl Recent {
    /// Answers the cases that are held no more.
    fn keep(&mut self, place: (Name, Name), case: Arc<Case>) -> [Option<Arc<Case>>; 2] {
        let before = self.cases.insert(place.clone(), case);
        let mut oldest = None;
        if before.is_none() {
            self.came.push_back(place);
            if self.came.len() > CASES_CACHED_MAX {
                oldest = self.came.pop_front().and_then(|place| self.cases.remove(&place));
            }
        }
        [before, oldest]
    }
}

/// What an office is made of.
pub struct Parts {
    /// The packs.
    pub world: Arc<World>,
    /// What must last.
    pub store: Arc<dyn Store>,
    /// The keys, in a file of their own.
    pub keys: Arc<dyn KeyStore>,
    /// The clock.
    pub time: Arc<dyn OfficeTime>,
}

/// One administration at work: cases of all its tenants.
pub struct Office {
    /// The packs.
    pub world: Arc<World>,
    /// What must last. Pages read drafts, attachments and health through it; events go through [`Office::act`].
    pub store: Arc<dyn Store>,
    /// The clock.
    pub time: Arc<dyn OfficeTime>,
    pub(crate) keys: Keys,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) press: OnceLock<Arc<dyn Press>>,
    pub(crate) gate: Arc<Gate>,
    cases: Mutex<Recent>,
    away: Mutex<BTreeMap<Name, Arc<Vec<Away>>>>,
}

impl Office {
    /// Open an office over its parts.
    pub fn new(parts: Parts) -> Office {
        Office {
            gate: Arc::new(Gate::of(&parts.world)),
            world: parts.world,
            store: parts.store,
            time: parts.time,
            keys: Keys::new(parts.keys),
            chance: Arc::new(SystemChance),
            press: OnceLock::new(),
            cases: Mutex::new(Recent::default()),
            away: Mutex::new(BTreeMap::new()),
        }
    }

    /// The same office with another source of ids, keys and nonces: a seeded one makes a demonstration's city
    /// come out the same. Never for a real office: what is seeded can be guessed.
    #[must_use]
    pub fn with_chance(mut self, chance: Arc<dyn Chance>) -> Office {
        self.chance = chance;
        self
    }

    /// The same office under other rules: one store, one clock, the same keys; what was cached is forgotten, since how
    /// long a case stays quiet follows from the rules. The office that was goes on reading, but writes no more.
    pub(crate) fn under(&self, world: Arc<World>) -> Office {
        Office {
            world,
            store: self.store.clone(),
            time: self.time.clone(),
            keys: self.keys.afresh(),
            chance: self.chance.clone(),
            press: OnceLock::new(),
            gate: self.gate.clone(),
            cases: Mutex::new(Recent::default()),
            away: Mutex::new(BTreeMap::new()),
        }
    }

    /// The tenant's own key.
    pub(crate) async fn office_key(&self, tenant: &TenantId) -> Result<SealKey, OfficeError> {
        self.keys.office(tenant, &*self.chance).await
    }

    /// Now, by the office's clock.
    pub fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// A case by its id; `None` if there is none.
    pub async fn case(&self, tenant: &Name, id: &Name) -> Result<Option<Arc<Case>>, OfficeError> {
        let place = (tenant.clone(), id.clone());
        if let Some(case) = lock(&self.cases).cases.get(&place) {
            return Ok(Some(case.clone()));
        }
        let stream = StreamId::case(id);
        let envelopes = self.store.stream(&tenant_id(tenant), &stream).await?;
        let mut history = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            history.push(from_ledger(envelope)?);
        }
        let case = replay(history).map(Arc::new);
        if let Some(case) = &case {
            self.keep_case(tenant, id, case.clone());
        }
        Ok(case)
    }

    /// The procedure a case runs under.
    pub fn procedure_of(&self, case: &Case) -> Result<&Arc<Procedure>, OfficeError> {
        let id = &case.opening.procedure;
        self.world.procedures.get(id).ok_or_else(|| OfficeError::NoProcedure(id.to_string()))
    }

    /// Facts for decisions and views.
    pub fn facts<'a>(&'a self, away: &'a [Away], ids: u128) -> Facts<'a> {
        Facts { world: &self.world, away, ids }
    }

    /// Leaves asked for, approved or running in a tenant.
    pub async fn away(&self, tenant: &Name) -> Result<Arc<Vec<Away>>, OfficeError> {
        if let Some(away) = lock(&self.away).get(tenant) {
            return Ok(away.clone());
        }
        self.away_fresh(tenant).await
    }

    /// The same, read anew.
    pub(crate) async fn away_fresh(&self, tenant: &Name) -> Result<Arc<Vec<Away>>, OfficeError> {
        let filter = AwayFilter { tenant: tenant_id(tenant), from: Timestamp::MIN, until: None };
        let rows = self.store.away(&filter).await?;
        let away = Arc::new(away_of(Vec::new(), rows));
        lock(&self.away).insert(tenant.clone(), away.clone());
        Ok(away)
    }

    pub(crate) fn keep_case(&self, tenant: &Name, id: &Name, case: Arc<Case>) {
        let gone = lock(&self.cases).keep((tenant.clone(), id.clone()), case);
        // Freed when nobody waits for the lock any more.
        drop(gone);
    }

    pub(crate) fn forget_case(&self, tenant: &Name, id: &Name) {
        lock(&self.cases).cases.remove(&(tenant.clone(), id.clone()));
    }

    pub(crate) fn forget_away(&self, tenant: &Name) {
        lock(&self.away).remove(tenant);
    }
}

/// The state of the row of someone who was named to stand in (临时顶岗).
pub(crate) const DEPUTY: &str = "deputy";

/// Leaves, one a case, from the rows that each post has of it; `known` are those of other cases.
pub(crate) fn away_of(known: Vec<Away>, rows: Vec<AwayRow>) -> Vec<Away> {
    let mut away = known;
    away.extend(rows.into_iter().map(|r| Away {
        officer: r.officer.into(),
        case: r.case.into(),
        from: r.from,
        until: r.until.unwrap_or(r.from),
        out: r.state == "away",
        asked: r.state == "asked",
        stands_in: (r.state == DEPUTY).then(|| r.post.into()),
    }));
    away.sort_by(|a, b| (&a.officer, &a.case).cmp(&(&b.officer, &b.case)));
    away.dedup();
    away
}

/// The store's name of a tenant.
pub(crate) fn tenant_id(tenant: &str) -> TenantId {
    TenantId::from(tenant)
}

/// A fresh seed of ids: the high bits a time-ordered UUID (version 7), the low ones room for the events of one act.
pub(crate) fn id_seed(at: Timestamp, chance: &dyn Chance) -> Result<u128, OfficeError> {
    let random = u128::from_be_bytes(draw(chance)?);
    let ms = (at.as_millisecond().max(0) as u128) & 0xffff_ffff_ffff;
    let random_a = (random >> 64) & 0xfff;
    let random_b = random & 0x3fff_ffff_ffff_0000;
    Ok(ms << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
}

/// A seed as a UUID's text.
pub(crate) fn uuid_text(seed: u128) -> Name {
    uuid::Uuid::from_u128(seed).to_string().into()
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // OK because what these locks guard is a cache: a panic elsewhere leaves it usable.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
