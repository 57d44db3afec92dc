//! 放假安排: a holiday notice is taken up once, and every open case whose date it moves says so.
//!
//! Clocks always count by what is known on the day; what stands in lists was computed at a case's last event. A new
//! notice is one event on the calendar's stream, then one on each case that it moved, with the rows made again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use xiaoneng_calendar::{Known, Notice};
use xiaoneng_casework::{Actor, Case, Happening, Name, PLACE, Recorded, Status, clock_lights};
use xiaoneng_ledger::StreamId;
use xiaoneng_store::Append;

use crate::{
    Office, OfficeError,
    act::TRIES_MAX,
    asked::Asked,
    batch::Overlay,
    codec::{from_ledger, to_ledger},
    office::{id_seed, tenant_id, uuid_text},
};

/// Clocks looked at in one go.
const PAGE: usize = 10_000;

/// What a notice moves.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Running clocks that were looked at.
    pub clocks: usize,
    /// The cases with one that is due at another instant now.
    pub cases: Vec<Name>,
}

impl Office {
    /// Take up the holiday notices published since the last time; answers how many cases they moved.
    ///
    /// The first time in a tenant it only notes which notices are known by then.
    ///
    /// # Errors
    /// The store's.
    pub async fn take_notices(&self, tenant: &Name) -> Result<usize, OfficeError> {
        let today = PLACE.to_datetime(self.now()).date();
        let taken = self.notices_taken(tenant).await?;
        let published = self.world.calendar.notices().iter().filter(|n| n.published <= today);
        let new: Vec<&Notice> = published.filter(|n| !taken.contains(&n.number)).collect();
        let (Some(last), Some(first)) = (new.last(), new.iter().map(|n| n.published).min()) else { return Ok(0) };
        let moved = match taken.is_empty() {
            true => 0,
            // Cases first: if the program stops in between, the notice is not taken up and all begins again.
            false => self.move_dates(tenant, first.yesterday().unwrap_or(first), &last.number).await?,
        };
        let new: Vec<String> = new.iter().map(|n| n.number.clone()).collect();
        self.note_notices(tenant, &new, taken.len() as u64).await?;
        Ok(moved)
    }

    async fn notices_taken(&self, tenant: &Name) -> Result<BTreeSet<String>, OfficeError> {
        let mut taken = BTreeSet::new();
        for envelope in self.store.stream(&tenant_id(tenant), &StreamId::calendar()).await? {
            if let Happening::NoticeTaken { notice } = from_ledger(envelope)?.what {
                taken.insert(notice);
            }
        }
        Ok(taken)
    }

    async fn note_notices(&self, tenant: &Name, notices: &[String], version: u64) -> Result<(), OfficeError> {
        let at = self.instant_after(tenant, &Overlay::default()).await?;
        let seed = id_seed(at, &*self.chance)?;
        let mut append = Append::new(tenant_id(tenant));
        append.expects = vec![(StreamId::calendar(), version)];
        for (n, notice) in notices.iter().enumerate() {
            let id = uuid_text(seed.wrapping_add(n as u128));
            let event = by_law(id, at, Happening::NoticeTaken { notice: notice.clone() });
            append.events.push(to_ledger(StreamId::calendar(), &event));
        }
        let _turn = self.turn().await?;
        match self.store.append(append).await {
            // Another office of the same store was quicker: it did the same.
            Ok(_) | Err(xiaoneng_store::StoreError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Every open case whose dates differ from those in its rows.
    async fn move_dates(&self, tenant: &Name, since: Date, notice: &str) -> Result<usize, OfficeError> {
        let mut moved = 0;
        for case in self.moved_since(tenant, since).await?.cases {
            moved += usize::from(self.move_case(tenant, &case, notice).await?);
        }
        Ok(moved)
    }

    /// The cases with a running clock that is due at another instant by what is known today than its row says, where
    /// a day has changed since that day: reckoned from the rows alone.
    ///
    /// # Errors
    /// The store's.
    pub async fn moved_since(&self, tenant: &Name, since: Date) -> Result<Moved, OfficeError> {
        let today = PLACE.to_datetime(self.now()).date();
        let mut found = Moved { clocks: 0, cases: Vec::new() };
        let known = self.world.calendar.known_on(today);
        let Some(changed) = self.world.calendar.known_on(since).first_difference(&known) else { return Ok(found) };
        let mut calendars: BTreeMap<Name, Known> = BTreeMap::new();
        let mut last: Option<(String, String)> = None;
        loop {
            let after = last.as_ref().map(|(case, clock)| (case.as_str(), clock.as_str()));
            let page = self.store.clocks_asked(&tenant_id(tenant), after, PAGE).await?;
            found.clocks += page.len();
            for row in &page {
                let Some(asked) = Asked::read(&row.asked) else { continue };
                if asked.reaches(row.due_at) < changed {
                    continue;
                }
                if !calendars.contains_key(&asked.unit) {
                    calendars.insert(asked.unit.clone(), self.world.calendar_of(&asked.unit).known_on(today));
                }
                let same = asked.due_at(&calendars[&asked.unit]).is_none_or(|now| now == row.due_at);
                if !same && found.cases.last().is_none_or(|case| **case != *row.case) {
                    found.cases.push(row.case.as_str().into());
                }
            }
            if page.len() < PAGE {
                return Ok(found);
            }
            last = page.into_iter().next_back().map(|row| (row.case, row.clock));
        }
    }

    async fn move_case(&self, tenant: &Name, id: &Name, notice: &str) -> Result<bool, OfficeError> {
        for _ in 0..TRIES_MAX {
            let Some(case) = self.case(tenant, id).await? else { return Ok(false) };
            let procedure = self.procedure_of(&case)?.clone();
            let at = self.instant_after(tenant, &Overlay::default()).await?;
            let ids = id_seed(at, &*self.chance)?;
            let changes = self.changes(&procedure, &case, at, notice);
            if changes.is_empty() {
                return Ok(false);
            }
            let event = |(n, what)| std::sync::Arc::new(by_law(uuid_text(ids.wrapping_add(n as u128)), at, what));
            let events = changes.into_iter().enumerate().map(event).collect();
            let prepared = self.by_law(tenant, id, &procedure, &case, events, &Overlay::default()).await?;
            let (append, prepared) = prepared.split();
            let _turn = self.turn().await?;
            match self.store.append(append).await {
                Ok(_) => {
                    self.finish(prepared);
                    return Ok(true);
                }
                Err(error) => self.again(tenant, id, error)?,
            }
        }
        Ok(false)
    }

    /// Live clocks that were due at another instant by what was known at the case's last event.
    fn changes(
        &self,
        procedure: &xiaoneng_pack::Procedure,
        case: &Case,
        at: Timestamp,
        notice: &str,
    ) -> Vec<Happening> {
        let facts = self.facts(&[], 0);
        let before = clock_lights(procedure, case, &facts, case.last_at());
        // A paused clock has no date yet: it is shown as if it ran on now.
        let live = |s: &Status| *s == Status::Running;
        clock_lights(procedure, case, &facts, at)
            .into_iter()
            .filter(|now| live(&now.status))
            .filter_map(|now| {
                let was = before.iter().find(|was| was.clock == now.clock && was.run == now.run)?;
                (was.due_at != now.due_at && live(&was.status)).then(|| Happening::Moved {
                    clock: now.clock.clone(),
                    run: now.run.clone(),
                    from: was.due_at,
                    to: now.due_at,
                    notice: notice.to_owned(),
                })
            })
            .collect()
    }
}

pub(crate) fn by_law(id: Name, at: Timestamp, what: Happening) -> Recorded {
    Recorded { id, actor: Actor::Law, acting_for: None, recorded_at: at, effective_at: at, cause: None, what }
}
