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
            let mut cases: Vec<Name> = due.iter().map(|d| Name::from(d.case.as_str())).collect();
            cases.dedup();
            cases.retain(|c| !stuck.contains(c));
            if cases.is_empty() {
                return Ok(written);
            }
            for case in cases {
                match self.catch_up(tenant, &case).await {
                    Ok(0) => {
                        stuck.insert(case);
                    }
                    Ok(events) => written += events,
                    Err(error) => {
                        tracing::error!(%tenant, %case, %error, "the watch cannot judge this case");
                        stuck.insert(case);
                    }
                }
            }
        }
        Ok(written)
    }
}
