//! The reference: maps behind a lock. Slow where slowness is simpler.

mod append;
mod desk;
mod keys;
mod query;
mod rows;

use crate::{
    Append, Appended, AwayFilter, AwayRow, BreachFilter, BreachRow, CaseFilter, CaseRow, ClockAsked, ClockDue,
    ClockRow, Effect, Health, Idempotency, NoticeFilter, NoticeRow, Page, Result, RowChunks, Store, SummaryRow,
    Written,
};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use xiaoneng_ledger::{Envelope, StreamId, TenantId};

pub use keys::MemoryKeys;

/// A store that forgets everything when it is dropped: for tests, and to say what is right.
#[derive(Default)]
pub struct MemoryStore {
    evidence: Mutex<BTreeMap<TenantId, Tenant>>,
    desk: Mutex<BTreeMap<TenantId, desk::Desktop>>,
}

/// One tenant's evidence and rows.
#[derive(Default)]
struct Tenant {
    events: Vec<Envelope>,
    /// Ledger indexes of each stream's events.
    streams: BTreeMap<StreamId, Vec<usize>>,
    remembered: BTreeMap<(String, String), Remembered>,
    claims: BTreeMap<(String, String), String>,
    effects: BTreeMap<String, Waiting>,
    rows: rows::Rows,
}

struct Remembered {
    body_hash: [u8; 32],
    first_index: u64,
    count: usize,
    answer: Value,
}

struct Waiting {
    effect: Effect,
    not_before: Timestamp,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn evidence(&self) -> MutexGuard<'_, BTreeMap<TenantId, Tenant>> {
        self.evidence.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Asks one tenant; a tenant without events answers as an empty one.
    fn ask<T>(&self, tenant: &TenantId, question: impl FnOnce(&Tenant) -> T) -> T {
        match self.evidence().get(tenant) {
            Some(found) => question(found),
            None => question(&Tenant::default()),
        }
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn append(&self, append: Append) -> Result<Appended> {
        self.append_now(append, &mut Written::default())
    }

    async fn append_many(&self, appends: Vec<Append>) -> Vec<Result<Appended>> {
        let mut written = Written::default();
        appends.into_iter().map(|append| self.append_now(append, &mut written)).collect()
    }

    async fn remembered(&self, tenant: &TenantId, key: &Idempotency) -> Result<Option<Appended>> {
        self.ask(tenant, |t| t.remembered(key))
    }

    async fn stream(&self, tenant: &TenantId, stream: &StreamId) -> Result<Vec<Envelope>> {
        Ok(self.ask(tenant, |t| {
            let places = t.streams.get(stream).map_or(&[][..], Vec::as_slice);
            places.iter().map(|place| t.events[*place].clone()).collect()
        }))
    }

    async fn stream_version(&self, tenant: &TenantId, stream: &StreamId) -> Result<u64> {
        Ok(self.ask(tenant, |t| t.version(stream)))
    }

    async fn ledger(&self, tenant: &TenantId, from_index: u64, limit: usize) -> Result<Vec<Envelope>> {
        let skip = usize::try_from(from_index).unwrap_or(usize::MAX);
        Ok(self.ask(tenant, |t| t.events.iter().skip(skip).take(limit).cloned().collect()))
    }

    async fn ledger_size(&self, tenant: &TenantId) -> Result<u64> {
        Ok(self.ask(tenant, |t| t.events.len() as u64))
    }

    async fn last_recorded_at(&self, tenant: &TenantId) -> Result<Option<Timestamp>> {
        Ok(self.ask(tenant, |t| t.events.last().map(|event| event.recorded_at)))
    }

    async fn tenants(&self) -> Result<Vec<TenantId>> {
        let all = self.evidence();
        Ok(all.iter().filter(|(_, t)| !t.events.is_empty()).map(|(id, _)| id.clone()).collect())
    }

    async fn case_row(&self, tenant: &TenantId, case: &str) -> Result<Option<CaseRow>> {
        Ok(self.ask(tenant, |t| t.rows.cases.get(case).cloned()))
    }

    async fn case_by_number(&self, tenant: &TenantId, number: &str) -> Result<Option<CaseRow>> {
        Ok(self.ask(tenant, |t| t.rows.cases.values().find(|row| row.number == number).cloned()))
    }

    async fn case_by_track(&self, number: &str, code_hash: &str) -> Result<Option<CaseRow>> {
        let all = self.evidence();
        Ok(all
            .iter()
            .filter(|(tenant, _)| !tenant.as_str().is_empty() && number.starts_with(tenant.as_str()))
            .flat_map(|(_, t)| t.rows.cases.values())
            .find(|row| row.number == number && row.track_code == code_hash)
            .cloned())
    }

    async fn cases(&self, filter: &CaseFilter) -> Result<Page<CaseRow>> {
        Ok(self.ask(&filter.tenant, |t| query::cases(&t.rows, filter)))
    }

    async fn count_cases(&self, filter: &CaseFilter, cap: u64) -> Result<u64> {
        Ok(self.ask(&filter.tenant, |t| {
            let found = t.rows.cases.values().filter(|row| query::case_matches(row, filter));
            (found.count() as u64).min(cap)
        }))
    }

    async fn summary(&self, tenants: &[TenantId]) -> Result<Vec<SummaryRow>> {
        let mut rows: Vec<_> = tenants.iter().flat_map(|tenant| self.ask(tenant, |t| t.rows.summary())).collect();
        rows.sort();
        rows.dedup();
        Ok(rows)
    }

    async fn clocks(&self, tenant: &TenantId, case: &str) -> Result<Vec<ClockRow>> {
        Ok(self.ask(tenant, |t| t.rows.clocks.get(case).cloned().unwrap_or_default()))
    }

    async fn clocks_due(&self, tenant: &TenantId, at: Timestamp, limit: usize) -> Result<Vec<ClockDue>> {
        Ok(self.ask(tenant, |t| query::clocks_due(&t.rows, at, limit)))
    }

    async fn clocks_asked(
        &self,
        tenant: &TenantId,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<ClockAsked>> {
        Ok(self.ask(tenant, |t| query::clocks_asked(&t.rows, after, limit)))
    }

    async fn away_at(&self, tenant: &TenantId, at: Timestamp) -> Result<Vec<AwayRow>> {
        Ok(self.ask(tenant, |t| query::away_at(&t.rows, at)))
    }

    async fn away(&self, filter: &AwayFilter) -> Result<Vec<AwayRow>> {
        Ok(self.ask(&filter.tenant, |t| query::away(&t.rows, filter)))
    }

    async fn notices(&self, filter: &NoticeFilter) -> Result<Page<NoticeRow>> {
        Ok(self.ask(&filter.tenant, |t| query::notices(&t.rows, filter)))
    }

    async fn breaches(&self, filter: &BreachFilter) -> Result<Page<BreachRow>> {
        Ok(self.ask(&filter.tenant, |t| query::breaches(&t.rows, filter)))
    }

    async fn effects_take(&self, tenant: &TenantId, now: Timestamp, limit: usize) -> Result<Vec<Effect>> {
        let mut all = self.evidence();
        Ok(all.get_mut(tenant).map(|t| t.effects_take(now, limit)).unwrap_or_default())
    }

    async fn effects_done(&self, tenant: &TenantId, id: &str) -> Result<()> {
        if let Some(t) = self.evidence().get_mut(tenant) {
            t.effects.remove(id);
        }
        Ok(())
    }

    async fn effects_failed(&self, tenant: &TenantId, id: &str, retry_at: Timestamp, error: &str) -> Result<()> {
        if let Some(waiting) = self.evidence().get_mut(tenant).and_then(|t| t.effects.get_mut(id)) {
            waiting.not_before = retry_at;
            waiting.effect.last_error = Some(error.to_owned());
        }
        Ok(())
    }

    async fn rebuild_rows(&self, tenant: &TenantId, chunks: RowChunks) -> Result<()> {
        let mut fresh = rows::Rows::default();
        for change in chunks.flatten() {
            let change = change.checked(tenant)?;
            fresh.check_number(&change)?;
            fresh.put(change);
        }
        self.evidence().entry(tenant.clone()).or_default().rows = fresh;
        Ok(())
    }

    async fn dump_rows(&self, tenant: &TenantId) -> Result<String> {
        self.ask(tenant, |t| t.rows.dump())
    }

    async fn health(&self) -> Result<Health> {
        let all = self.evidence();
        Ok(Health {
            backend: "memory".to_owned(),
            schema_version: 0,
            faults: Vec::new(),
            journal_mode: "none".to_owned(),
            synchronous: "off".to_owned(),
            files: Vec::new(),
            tenants: all.len() as u64,
            events: all.values().map(|t| t.events.len() as u64).sum(),
            effects_waiting: all.values().map(|t| t.effects.len() as u64).sum(),
        })
    }
}
