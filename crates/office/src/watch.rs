//! The watch over the clocks: by index, in batches. It may be late; the law may not.

use xiaoneng_casework::Name;

use crate::{Office, OfficeError, office::tenant_id};

/// Clocks looked at in one batch.
const BATCH: usize = 200;
/// Batches in one round, so that a round ends.
const BATCHES_MAX: usize = 500;

impl Office {
    /// Record everything the law did in a tenant up to now; answers how many events were written.
    ///
    /// A case that cannot be judged (its procedure is missing) is logged and left out; the others go on.
    pub async fn watch(&self, tenant: &Name) -> Result<usize, OfficeError> {
        let mut written = 0;
        let mut stuck = std::collections::BTreeSet::new();
        for _ in 0..BATCHES_MAX {
            let due = self.store.clocks_due(&tenant_id(tenant), self.now(), BATCH + stuck.len()).await?;
            let mut seen = std::collections::BTreeSet::new();
            let mut cases: Vec<Name> = due.iter().map(|d| Name::from(d.case.as_str())).collect();
            cases.retain(|c| !stuck.contains(c) && seen.insert(c.clone()));
            if cases.is_empty() {
                return Ok(written);
            }
            let (mut batch, mut counts) = (self.batch(), Vec::new());
            for case in &cases {
                match batch.catch_up(tenant, case).await {
                    Ok(0) => {
                        stuck.insert(case.clone());
                    }
                    Ok(events) => counts.push(events),
                    Err(error) => {
                        tracing::error!(%tenant, %case, %error, "the watch cannot judge this case");
                        stuck.insert(case.clone());
                    }
                }
            }
            // What someone else was quicker with is found again in the next batch.
            let answers = batch.commit().await;
            written += answers.iter().zip(&counts).filter(|(a, _)| a.is_ok()).map(|(_, n)| n).sum::<usize>();
            if !answers.is_empty() && answers.iter().all(Result::is_err) {
                return Ok(written);
            }
        }
        Ok(written)
    }
}
