//! The power list in the city: listed, changed, handed down.

use jiff::Timestamp;
use xiaoneng_office::Done;

use super::{City, Task, act_error};
use crate::{SimError, acts};

impl City<'_> {
    pub(super) async fn entry_turn(&mut self, n: usize, at: Timestamp) -> Result<(), SimError> {
        let away = self.batch.away(&self.entries[n].tenant).await?;
        let made = acts::of_entry(self.office, &mut self.entries[n], n, &away, at).await.map_err(act_error)?;
        let Some(request) = made else { return Ok(()) };
        match self.act(&request).await {
            Ok(done) => self.entry_done(n, &done, at),
            Err(error) => self.unexpected(format!("权力清单: {error}")),
        }
        Ok(())
    }

    fn entry_done(&mut self, n: usize, done: &Done, at: Timestamp) {
        let entry = &mut self.entries[n];
        let tenant = entry.tenant.clone();
        self.report.entries += usize::from(entry.case.is_none());
        entry.case = Some(done.id.clone());
        entry.done += 1;
        if let Some((_, minutes)) = entry.later.get(entry.done - 1) {
            let next = self.hours.after(at, *minutes, &mut entry.dice);
            self.put(next, Task::Entry(n));
        }
        self.family.entry(&done.id, n);
        self.watch_children(&tenant, &done.id, &done.case);
    }
}
