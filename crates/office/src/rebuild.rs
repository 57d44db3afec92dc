//! Every row made again from the events.

use std::collections::BTreeSet;

use xiaoneng_casework::{Name, replay};
use xiaoneng_ledger::StreamId;
use xiaoneng_store::RowChange;

use crate::{
    Office, OfficeError,
    codec::from_ledger,
    office::tenant_id,
    rows::{RowFacts, rows_of},
    sealing::{key_id, lookup_of},
};

/// Events read at once.
const READ: usize = 2_000;
/// Rows handed over at once.
const CHUNK: usize = 500;

impl Office {
    /// Rebuild all rows of a tenant; `progress` is told how many cases are done, of how many.
    pub async fn rebuild(&self, tenant: &Name, mut progress: impl FnMut(usize, usize)) -> Result<usize, OfficeError> {
        let cases = self.case_ids(tenant).await?;
        let (send, receive) = std::sync::mpsc::sync_channel::<Vec<RowChange>>(4);
        let store = self.store.clone();
        let id = tenant_id(tenant);
        let writer = tokio::spawn(async move { store.rebuild_rows(&id, Box::new(receive.into_iter())).await });
        let mut chunk = Vec::with_capacity(CHUNK);
        for (done, case) in cases.iter().enumerate() {
            chunk.extend(self.rows_again(tenant, case).await?);
            if chunk.len() >= CHUNK {
                if send.send(std::mem::take(&mut chunk)).is_err() {
                    break; // The writer has failed; it says why below.
                }
                progress(done + 1, cases.len());
            }
        }
        let _ = send.send(chunk);
        drop(send);
        writer.await.map_err(|e| xiaoneng_store::StoreError::Unavailable { detail: e.to_string() })??;
        progress(cases.len(), cases.len());
        Ok(cases.len())
    }

    async fn case_ids(&self, tenant: &Name) -> Result<Vec<Name>, OfficeError> {
        let mut seen = BTreeSet::new();
        let mut cases = Vec::new();
        let mut from = 0;
        loop {
            let events = self.store.ledger(&tenant_id(tenant), from, READ).await?;
            let Some(last) = events.last() else { return Ok(cases) };
            from = last.index + 1;
            for event in &events {
                if let Some(case) = event.stream.case_id()
                    && seen.insert(case.to_owned())
                {
                    cases.push(case.into());
                }
            }
        }
    }

    async fn rows_again(&self, tenant: &Name, id: &Name) -> Result<Vec<RowChange>, OfficeError> {
        let envelopes = self.store.stream(&tenant_id(tenant), &StreamId::case(id)).await?;
        let history = envelopes.into_iter().map(from_ledger).collect::<Result<Vec<_>, _>>()?;
        let Some(case) = replay(history) else { return Ok(Vec::new()) };
        let procedure = self.procedure_of(&case)?;
        let key = self.keys.get(&tenant_id(tenant), &key_id(id)).await?;
        let office = self.office_key(&tenant_id(tenant)).await?;
        let lookup = lookup_of(procedure, tenant, id, &case.fields, key.as_ref(), &office);
        let facts = RowFacts { world: &self.world, procedure, tenant, id, lookup };
        Ok(rows_of(&facts, &case)
            .into_iter()
            .filter(|r| !matches!(r, RowChange::AwayGone { .. } | RowChange::BreachGone { .. }))
            .collect())
    }
}
