//! Several acts in one commit: each is decided upon those before it, none is written before all are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use xiaoneng_casework::{Away, Case, Name};
use xiaoneng_ledger::{EventId, SealKey, StreamId};
use xiaoneng_store::{Append, AwayRow, RowChange, StoreError};

use crate::{
    ActError, Done, Office, OfficeError, Request,
    act::Prepared,
    office::{away_of, lock, tenant_id},
};

/// What has been decided in a batch and is not written yet, laid over what the store has.
#[derive(Default)]
pub(crate) struct Overlay {
    cases: BTreeMap<Name, Arc<Case>>,
    away: BTreeMap<Name, Arc<Vec<Away>>>,
    /// Version and last event of each stream that was written to.
    streams: BTreeMap<(Name, StreamId), (u64, EventId)>,
    /// Leaves begun or ended: who may act hangs on them.
    left: BTreeMap<Name, Vec<EventId>>,
    last: BTreeMap<Name, Timestamp>,
    keys: BTreeMap<String, SealKey>,
}

impl Overlay {
    pub fn case(&self, id: &Name) -> Option<Arc<Case>> {
        self.cases.get(id).cloned()
    }

    pub fn away(&self, tenant: &Name) -> Option<Arc<Vec<Away>>> {
        self.away.get(tenant).cloned()
    }

    pub fn version(&self, tenant: &Name, stream: &StreamId) -> Option<u64> {
        self.streams.get(&(tenant.clone(), stream.clone())).map(|(version, _)| *version)
    }

    /// The events of this batch upon which an act was decided.
    fn upon(&self, prepared: &Prepared) -> Vec<EventId> {
        let tenant = &prepared.tenant;
        let last = |(stream, _): &(StreamId, u64)| {
            self.streams.get(&(tenant.clone(), stream.clone())).map(|(_, id)| id.clone())
        };
        let mut upon: Vec<EventId> = prepared.append.expects.iter().filter_map(last).collect();
        upon.extend(self.left.get(tenant).into_iter().flatten().cloned());
        upon
    }

    pub fn last(&self, tenant: &Name) -> Option<Timestamp> {
        self.last.get(tenant).copied()
    }

    pub fn key(&self, id: &str) -> Option<SealKey> {
        self.keys.get(id).cloned()
    }

    /// Take in what an act will have changed; `away` is what was known of its tenant's leaves.
    fn absorb(&mut self, prepared: &Prepared, away: Option<&Arc<Vec<Away>>>) {
        let (tenant, append) = (&prepared.tenant, &prepared.append);
        self.cases.insert(prepared.id.clone(), prepared.case.clone());
        self.keys.extend(prepared.key.clone());
        self.last.extend(append.events.last().map(|e| (tenant.clone(), e.recorded_at)));
        for event in &append.events {
            let expected = || append.expects.iter().find(|(s, _)| *s == event.stream).map(|(_, v)| *v);
            let place = (tenant.clone(), event.stream.clone());
            match self.streams.get_mut(&place) {
                Some((version, last)) => (*version, *last) = (*version + 1, event.id.clone()),
                None => self.streams.extend(expected().map(|v| (place, (v + 1, event.id.clone())))),
            }
        }
        if prepared.touches_away {
            let left = self.left.entry(tenant.clone()).or_default();
            left.extend(append.events.last().map(|e| e.id.clone()));
        }
        let Some(away) = away.filter(|_| prepared.touches_away) else { return };
        let rows: Vec<AwayRow> = append
            .rows
            .iter()
            .filter_map(|r| if let RowChange::Away(row) = r { Some(row.clone()) } else { None })
            .collect();
        let others = away.iter().filter(|a| a.case != prepared.id).cloned();
        self.away.insert(tenant.clone(), Arc::new(away_of(others.collect(), rows)));
    }
}

/// Acts decided one upon the other and written in one commit.
///
/// What [`Batch::add`] answers has not happened before [`Batch::commit`] says so: tell nobody until then.
pub struct Batch<'a> {
    office: &'a Office,
    over: Overlay,
    prepared: Vec<Prepared>,
    fallen: Fallen,
}

/// Events that were decided in a batch and not written: what was decided upon them falls.
type Fallen = Arc<Mutex<BTreeSet<EventId>>>;

impl Office {
    /// Begin a batch.
    pub fn batch(&self) -> Batch<'_> {
        Batch { office: self, over: Overlay::default(), prepared: Vec::new(), fallen: Fallen::default() }
    }

    /// Many acts in one commit, in order; each stands or falls for itself.
    pub async fn act_many(&self, requests: &[Request]) -> Vec<Result<Done, ActError>> {
        let mut batch = self.batch();
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            answers.push(batch.add(request).await);
        }
        let mut written = batch.commit().await.into_iter();
        let missing = || Err(StoreError::Unavailable { detail: "the store answered too little".to_owned() }.into());
        answers.into_iter().map(|a| a.and_then(|_| written.next().unwrap_or_else(missing))).collect()
    }
}

impl Batch<'_> {
    /// Decide one more act, at the office's now. A repeated request is not looked up before it is written.
    ///
    /// # Errors
    /// As [`Office::act`]; the batch stays as it was.
    pub async fn add(&mut self, request: &Request) -> Result<Done, ActError> {
        let prepared = self.office.prepare(request, &self.over).await?;
        let done = Done { id: prepared.id.clone(), case: prepared.case.clone(), replayed: false };
        self.keep(prepared).await?;
        Ok(done)
    }

    /// Add what the law did to a case by time alone; answers how many events.
    ///
    /// # Errors
    /// As [`Office::catch_up`].
    pub async fn catch_up(&mut self, tenant: &Name, id: &Name) -> Result<usize, OfficeError> {
        let Some(prepared) = self.office.prepare_law(tenant, id, &self.over).await? else { return Ok(0) };
        let count = prepared.append.events.len();
        self.keep(prepared).await?;
        Ok(count)
    }

    async fn keep(&mut self, mut prepared: Prepared) -> Result<(), OfficeError> {
        prepared.append.upon = self.over.upon(&prepared);
        let away = if prepared.touches_away { Some(self.away(&prepared.tenant).await?) } else { None };
        self.over.absorb(&prepared, away.as_ref());
        self.prepared.push(prepared);
        Ok(())
    }

    /// A case as it is after the acts so far.
    ///
    /// # Errors
    /// The store's.
    pub async fn case(&self, tenant: &Name, id: &Name) -> Result<Option<Arc<Case>>, OfficeError> {
        match self.over.case(id) {
            Some(case) => Ok(Some(case)),
            None => self.office.case(tenant, id).await,
        }
    }

    /// Leaves as they are after the acts so far.
    ///
    /// # Errors
    /// The store's.
    pub async fn away(&self, tenant: &Name) -> Result<Arc<Vec<Away>>, OfficeError> {
        match self.over.away(tenant) {
            Some(away) => Ok(away),
            None => self.office.away(tenant).await,
        }
    }

    /// How many acts it has.
    pub fn len(&self) -> usize {
        self.prepared.len()
    }

    /// It has none.
    pub fn is_empty(&self) -> bool {
        self.prepared.is_empty()
    }

    /// Write all, in one commit: an answer for each act added, in order. One that the store refuses takes
    /// with it those decided upon it, and no others.
    pub async fn commit(mut self) -> Vec<Result<Done, ActError>> {
        let part = self.part();
        self.office.write(part).await
    }

    /// The acts added since the last part, to be written by [`Office::write`] while more are decided upon them.
    /// Parts are written one after another; where an act of one fails, so do those decided upon it.
    pub fn part(&mut self) -> Part {
        Part { prepared: std::mem::take(&mut self.prepared), fallen: self.fallen.clone() }
    }
}

/// Acts that are decided and not written.
#[must_use = "what is not written has not happened"]
pub struct Part {
    prepared: Vec<Prepared>,
    fallen: Fallen,
}

impl Part {
    /// What [`Office::write`] will hand to the store, for who measures it.
    pub fn appends(&self) -> impl Iterator<Item = &Append> {
        self.prepared.iter().map(|p| &p.append)
    }

    /// The keys that it will make durable before that, by tenant.
    pub fn keys(&self) -> BTreeMap<Name, Vec<(String, SealKey)>> {
        let mut keys: BTreeMap<Name, Vec<(String, SealKey)>> = BTreeMap::new();
        for p in self.prepared.iter().filter(|p| p.key.is_some()) {
            keys.entry(p.tenant.clone()).or_default().extend(p.key.clone());
        }
        keys
    }
}

impl Office {
    /// Write a part of a batch, in one commit: an answer for each act, in order.
    pub async fn write(&self, part: Part) -> Vec<Result<Done, ActError>> {
        let keys = part.keys();
        let Part { mut prepared, fallen } = part;
        if prepared.is_empty() {
            return Vec::new();
        }
        for (tenant, keys) in keys {
            if let Err(error) = self.keys.put(&tenant_id(&tenant), keys).await {
                let fault = error.to_string();
                lock(&fallen).extend(prepared.iter().flat_map(events_of));
                return prepared
                    .iter()
                    .map(|_| Err(StoreError::Unavailable { detail: fault.clone() }.into()))
                    .collect();
            }
        }
        // What stands upon earlier parts stands, if they were written: the store knows this part only.
        let own: BTreeSet<EventId> = prepared.iter().flat_map(events_of).collect();
        let lost = lock(&fallen).clone();
        for p in &mut prepared {
            p.append.upon.retain(|e| own.contains(e) || lost.contains(e));
        }
        let events: Vec<Vec<EventId>> = prepared.iter().map(|p| events_of(p).collect()).collect();
        let (appends, rest): (Vec<_>, Vec<_>) = prepared.into_iter().map(Prepared::split).unzip();
        let turn = match self.turn().await {
            Ok(turn) => turn,
            Err(_) => return rest.iter().map(|_| Err(self.superseded().into())).collect(),
        };
        let mut answers = self.store.append_many(appends).await.into_iter();
        drop(turn);
        let mut done = Vec::with_capacity(rest.len());
        let mut failed = BTreeSet::new();
        for (one, events) in rest.into_iter().zip(events) {
            let answer = answers.next();
            if !matches!(&answer, Some(Ok(appended)) if !appended.replayed) {
                lock(&fallen).extend(events);
                failed.insert((one.tenant.clone(), one.id.clone()));
                self.forget_away(&one.tenant);
            }
            done.push(match answer {
                // Its key had been used: what was decided here has not happened, what happened then has.
                Some(Ok(appended)) if appended.replayed => self.as_before(&one, &appended.answer).await,
                Some(Ok(_)) => Ok(self.finish(one)),
                Some(Err(error)) => Err(error.into()),
                None => Err(StoreError::Unavailable { detail: "the store answered too little".to_owned() }.into()),
            });
        }
        for (tenant, id) in failed {
            self.forget_case(&tenant, &id);
        }
        done
    }

    async fn as_before(&self, one: &Prepared, answer: &serde_json::Value) -> Result<Done, ActError> {
        let id: Name = answer["case"].as_str().unwrap_or_default().into();
        self.forget_case(&one.tenant, &id);
        let case = self.case(&one.tenant, &id).await?;
        let case = case.ok_or_else(|| ActError::NotFound(format!("办件 {id}")))?;
        Ok(Done { id, case, replayed: true })
    }
}

fn events_of(prepared: &Prepared) -> impl Iterator<Item = EventId> {
    prepared.append.events.iter().map(|e| e.id.clone())
}
