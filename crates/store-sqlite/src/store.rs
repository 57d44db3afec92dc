//! The contract, answered.

use crate::append::{self, Prepared, version_of};
use crate::effects::{self, EffectOp};
use crate::{SqliteStore, cases, health, lists, rebuild};
use async_trait::async_trait;
use jiff::Timestamp;
use xiaoneng_ledger::{Envelope, StreamId, TenantId};
use xiaoneng_store::{
    Append, Appended, AwayFilter, AwayRow, BreachFilter, BreachRow, CaseFilter, CaseRow, ClockAsked, ClockDue,
    ClockRow, Effect, Health, Idempotency, NoticeFilter, NoticeRow, Page, Result, RowChunks, Store, StoreError,
    SummaryRow, micros,
};

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, append: Append) -> Result<Appended> {
        let act = Prepared::of(append)?;
        let mut results = self.writer()?.append(vec![act]).await;
        results.pop().unwrap_or_else(|| Err(StoreError::Unavailable { detail: "the writer gave no answer".to_owned() }))
    }

    async fn append_many(&self, appends: Vec<Append>) -> Vec<Result<Appended>> {
        let writer = match self.writer() {
            Ok(writer) => writer,
            Err(fault) => return appends.iter().map(|_| Err(fault.clone())).collect(),
        };
        // What is refused before the writer keeps its place among the answers.
        let mut good = Vec::with_capacity(appends.len());
        let mut answers: Vec<Option<Result<Appended>>> = Vec::with_capacity(appends.len());
        for append in appends {
            match Prepared::of(append) {
                Ok(act) => {
                    good.push(act);
                    answers.push(None);
                }
                Err(fault) => answers.push(Some(Err(fault))),
            }
        }
        let mut written = writer.append(good).await.into_iter();
        let missing = || Err(StoreError::Unavailable { detail: "the writer gave no answer".to_owned() });
        answers.into_iter().map(|answer| answer.or_else(|| written.next()).unwrap_or_else(missing)).collect()
    }

    async fn remembered(&self, tenant: &TenantId, key: &Idempotency) -> Result<Option<Appended>> {
        let (tenant, key) = (tenant.clone(), key.clone());
        self.readers.ask(move |conn| append::remembered(conn, &tenant, &key)).await
    }

    async fn stream(&self, tenant: &TenantId, stream: &StreamId) -> Result<Vec<Envelope>> {
        let (tenant, stream) = (tenant.clone(), stream.clone());
        self.readers.ask(move |conn| lists::stream(conn, &tenant, &stream)).await
    }

    async fn stream_version(&self, tenant: &TenantId, stream: &StreamId) -> Result<u64> {
        let (tenant, stream) = (tenant.clone(), stream.clone());
        self.readers.ask(move |conn| version_of(conn, &tenant, &stream)).await
    }

    async fn ledger(&self, tenant: &TenantId, from_index: u64, limit: usize) -> Result<Vec<Envelope>> {
        let tenant = tenant.clone();
        self.readers.ask(move |conn| lists::ledger(conn, &tenant, from_index, limit)).await
    }

    async fn ledger_size(&self, tenant: &TenantId) -> Result<u64> {
        let tenant = tenant.clone();
        let head = self.readers.ask(move |conn| lists::ledger_head(conn, &tenant)).await?;
        Ok(head.map_or(0, |(size, _)| size))
    }

    async fn last_recorded_at(&self, tenant: &TenantId) -> Result<Option<Timestamp>> {
        let tenant = tenant.clone();
        let head = self.readers.ask(move |conn| lists::ledger_head(conn, &tenant)).await?;
        Ok(head.map(|(_, last)| last))
    }

    async fn tenants(&self) -> Result<Vec<TenantId>> {
        self.readers.ask(lists::tenants).await
    }

    async fn case_row(&self, tenant: &TenantId, case: &str) -> Result<Option<CaseRow>> {
        let (tenant, case) = (tenant.clone(), case.to_owned());
        self.readers.ask(move |conn| cases::case_where(conn, &tenant, "case_id", &case)).await
    }

    async fn case_by_number(&self, tenant: &TenantId, number: &str) -> Result<Option<CaseRow>> {
        let (tenant, number) = (tenant.clone(), number.to_owned());
        self.readers.ask(move |conn| cases::case_where(conn, &tenant, "number", &number)).await
    }

    async fn case_by_track(&self, number: &str, code_hash: &str) -> Result<Option<CaseRow>> {
        let (number, code) = (number.to_owned(), code_hash.to_owned());
        self.readers.ask(move |conn| cases::case_by_track(conn, &number, &code)).await
    }

    async fn cases(&self, filter: &CaseFilter) -> Result<Page<CaseRow>> {
        let filter = filter.clone();
        self.readers.ask(move |conn| cases::page(conn, &filter)).await
    }

    async fn count_cases(&self, filter: &CaseFilter, cap: u64) -> Result<u64> {
        let filter = filter.clone();
        self.readers.ask(move |conn| cases::count(conn, &filter, cap)).await
    }

    async fn summary(&self, tenants: &[TenantId]) -> Result<Vec<SummaryRow>> {
        let mut tenants = tenants.to_vec();
        tenants.sort();
        tenants.dedup();
        self.readers
            .ask(move |conn| {
                let mut rows = Vec::new();
                for tenant in &tenants {
                    rows.extend(lists::summary(conn, tenant)?);
                }
                Ok(rows)
            })
            .await
    }

    async fn clocks(&self, tenant: &TenantId, case: &str) -> Result<Vec<ClockRow>> {
        let (tenant, case) = (tenant.clone(), case.to_owned());
        self.readers.ask(move |conn| lists::clocks(conn, &tenant, &case)).await
    }

    async fn clocks_due(&self, tenant: &TenantId, at: Timestamp, limit: usize) -> Result<Vec<ClockDue>> {
        let tenant = tenant.clone();
        self.readers.ask(move |conn| lists::clocks_due(conn, &tenant, at, limit)).await
    }

    async fn clocks_asked(
        &self,
        tenant: &TenantId,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<ClockAsked>> {
        let tenant = tenant.clone();
        // Before every name.
        let (case, clock) = after.unwrap_or_default();
        let (case, clock) = (case.to_owned(), clock.to_owned());
        self.readers.ask(move |conn| lists::clocks_asked(conn, &tenant, (&case, &clock), limit)).await
    }

    async fn away_at(&self, tenant: &TenantId, at: Timestamp) -> Result<Vec<AwayRow>> {
        let tenant = tenant.clone();
        self.readers.ask(move |conn| lists::away_at(conn, &tenant, at)).await
    }

    async fn away(&self, filter: &AwayFilter) -> Result<Vec<AwayRow>> {
        let filter = filter.clone();
        self.readers.ask(move |conn| lists::away(conn, &filter)).await
    }

    async fn notices(&self, filter: &NoticeFilter) -> Result<Page<NoticeRow>> {
        let filter = filter.clone();
        self.readers.ask(move |conn| lists::notices(conn, &filter)).await
    }

    async fn breaches(&self, filter: &BreachFilter) -> Result<Page<BreachRow>> {
        let filter = filter.clone();
        self.readers.ask(move |conn| lists::breaches(conn, &filter)).await
    }

    async fn effects_take(&self, tenant: &TenantId, now: Timestamp, limit: usize) -> Result<Vec<Effect>> {
        let now = micros(now);
        let asked = tenant.clone();
        if !self.readers.ask(move |conn| effects::any_due(conn, &asked, now)).await? {
            return Ok(Vec::new());
        }
        self.writer()?.effects(EffectOp::Take { tenant: tenant.clone(), now, limit }).await
    }

    async fn effects_done(&self, tenant: &TenantId, id: &str) -> Result<()> {
        let op = EffectOp::Done { tenant: tenant.clone(), id: id.to_owned() };
        self.writer()?.effects(op).await.map(|_| ())
    }

    async fn effects_failed(&self, tenant: &TenantId, id: &str, retry_at: Timestamp, error: &str) -> Result<()> {
        let (tenant, id, error) = (tenant.clone(), id.to_owned(), error.to_owned());
        let op = EffectOp::Failed { tenant, id, retry_at: micros(retry_at), error };
        self.writer()?.effects(op).await.map(|_| ())
    }

    async fn rebuild_rows(&self, tenant: &TenantId, chunks: RowChunks) -> Result<()> {
        self.writer()?.rebuild(tenant.clone(), chunks).await
    }

    async fn dump_rows(&self, tenant: &TenantId) -> Result<String> {
        let tenant = tenant.clone();
        self.readers.ask(move |conn| rebuild::dump(conn, &tenant)).await
    }

    async fn health(&self) -> Result<Health> {
        let dir = self.dir.clone();
        let synchronous = if self.writer.is_some() { "full" } else { "read only" };
        self.readers.ask(move |conn| health::health(conn, &dir, synchronous)).await
    }
}
