//! The contract.

use crate::{
    Append, Appended, AwayFilter, AwayRow, BreachFilter, BreachRow, CaseFilter, CaseRow, ClockAsked, ClockDue,
    ClockRow, Desk, Effect, Idempotency, NoticeFilter, NoticeRow, Page, Result, RowChange, SummaryRow,
};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xiaoneng_ledger::{Envelope, StreamId, TenantId};

/// How long an effect that was taken stays away from others; whoever took it and died, lost it.
pub const EFFECT_LEASE_SECONDS: i64 = 60;

/// Rows of a rebuild, a chunk at a time. The receiving end of a channel is one:
/// `Box::new(receiver.into_iter())`.
pub type RowChunks = Box<dyn Iterator<Item = Vec<RowChange>> + Send>;

/// How the store is, for `doctor`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Health {
    /// Which store, with its version.
    pub backend: String,
    /// The schema the data are in.
    pub schema_version: u32,
    /// What the integrity check found; empty is well.
    pub faults: Vec<String>,
    /// How writes are kept (`wal`).
    pub journal_mode: String,
    /// When a write counts as done (`full`).
    pub synchronous: String,
    /// Files and their bytes.
    pub files: Vec<(String, u64)>,
    /// How many tenants.
    pub tenants: u64,
    /// How many events in all ledgers.
    pub events: u64,
    /// Effects not delivered yet.
    pub effects_waiting: u64,
}

/// What must last. Object-safe: the office holds an `Arc<dyn Store>`.
#[async_trait]
pub trait Store: Desk + Send + Sync {
    /// One act in one transaction: all of it or none; durable before it answers.
    ///
    /// The order of checks: the idempotency key (a remembered answer ends it), versions, the
    /// instant, claims, case numbers.
    ///
    /// # Errors
    /// [`KeyReused`](crate::StoreError::KeyReused), [`Conflict`](crate::StoreError::Conflict) (never
    /// remembered), [`TimeWentBack`](crate::StoreError::TimeWentBack),
    /// [`Taken`](crate::StoreError::Taken) (space `number` for a case's number), `TooLarge`,
    /// `Invalid`, and whatever befalls the medium.
    async fn append(&self, append: Append) -> Result<Appended>;

    /// Many acts in order, each for itself, in one commit: one that is refused leaves the others, but for
    /// those that say they stand [`upon`](Append::upon) its events.
    async fn append_many(&self, appends: Vec<Append>) -> Vec<Result<Appended>>;

    /// What was answered under this key, to ask before deciding: a repeated request must not be
    /// decided against the state it has itself brought about.
    ///
    /// # Errors
    /// [`KeyReused`](crate::StoreError::KeyReused) where the body was another.
    async fn remembered(&self, tenant: &TenantId, key: &Idempotency) -> Result<Option<Appended>>;

    /// All events of a stream in order; empty if there is none.
    async fn stream(&self, tenant: &TenantId, stream: &StreamId) -> Result<Vec<Envelope>>;

    /// The stream's version; 0 if there is none.
    async fn stream_version(&self, tenant: &TenantId, stream: &StreamId) -> Result<u64>;

    /// The tenant's events from this index on, at most `limit`.
    async fn ledger(&self, tenant: &TenantId, from_index: u64, limit: usize) -> Result<Vec<Envelope>>;

    /// How many events the tenant's ledger has: its next index.
    async fn ledger_size(&self, tenant: &TenantId) -> Result<u64>;

    /// The tenant's last `recorded_at`.
    async fn last_recorded_at(&self, tenant: &TenantId) -> Result<Option<Timestamp>>;

    /// All tenants that have events, in order.
    async fn tenants(&self) -> Result<Vec<TenantId>>;

    /// One case.
    async fn case_row(&self, tenant: &TenantId, case: &str) -> Result<Option<CaseRow>>;

    /// The case of this number.
    async fn case_by_number(&self, tenant: &TenantId, number: &str) -> Result<Option<CaseRow>>;

    /// The case of this number if the hash of its code is this one; the tenant is read off the
    /// number, which starts with its code.
    async fn case_by_track(&self, number: &str, code_hash: &str) -> Result<Option<CaseRow>>;

    /// A page of cases.
    async fn cases(&self, filter: &CaseFilter) -> Result<Page<CaseRow>>;

    /// How many cases, counted to `cap` at most; order, page and limit play no part.
    async fn count_cases(&self, filter: &CaseFilter, cap: u64) -> Result<u64>;

    /// Counts by unit, procedure, light and open of these tenants, in order; never scans cases.
    async fn summary(&self, tenants: &[TenantId]) -> Result<Vec<SummaryRow>>;

    /// The clocks of a case, by name.
    async fn clocks(&self, tenant: &TenantId, case: &str) -> Result<Vec<ClockRow>>;

    /// Clocks that change at or before this instant, the earliest first.
    async fn clocks_due(&self, tenant: &TenantId, at: Timestamp, limit: usize) -> Result<Vec<ClockDue>>;

    /// Running clocks whose dates hang on the calendar, by case and clock, so many after this one.
    async fn clocks_asked(
        &self,
        tenant: &TenantId,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<ClockAsked>>;

    /// Who is away at this instant, by post.
    async fn away_at(&self, tenant: &TenantId, at: Timestamp) -> Result<Vec<AwayRow>>;

    /// Absences that overlap a time, by beginning.
    async fn away(&self, filter: &AwayFilter) -> Result<Vec<AwayRow>>;

    /// A page of notices.
    async fn notices(&self, filter: &NoticeFilter) -> Result<Page<NoticeRow>>;

    /// A page of breaches.
    async fn breaches(&self, filter: &BreachFilter) -> Result<Page<BreachRow>>;

    /// Takes effects that may be delivered now, the oldest first, and keeps others off them for
    /// [`EFFECT_LEASE_SECONDS`]: delivered at least once.
    async fn effects_take(&self, tenant: &TenantId, now: Timestamp, limit: usize) -> Result<Vec<Effect>>;

    /// It was delivered. Saying so twice is no error.
    async fn effects_done(&self, tenant: &TenantId, id: &str) -> Result<()>;

    /// It was not; try again at this instant.
    async fn effects_failed(&self, tenant: &TenantId, id: &str, retry_at: Timestamp, error: &str) -> Result<()>;

    /// Removes all rows of the tenant and writes these, in one transaction. Events, claims, effects
    /// and remembered answers stay.
    async fn rebuild_rows(&self, tenant: &TenantId, chunks: RowChunks) -> Result<()>;

    /// All rows of the tenant as text, a line each, the same in every store: to compare before and
    /// after a rebuild.
    async fn dump_rows(&self, tenant: &TenantId) -> Result<String>;

    /// How it is.
    async fn health(&self) -> Result<Health>;
}
