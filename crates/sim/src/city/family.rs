//! Families: cases that a case opens, found when the office has delivered its messages; and who is waked by them.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use xiaoneng_casework::{Actor, Case, Happening, Name, finding_id};

use super::{City, Task};
use crate::{
    SimError,
    cast::{self, Maps},
    script::Move,
};

/// Messages lie so long at most, in the city's own time, before they are carried.
const MAIL: SignedDuration = SignedDuration::from_mins(90);
/// Findings have dice of their own, apart from the other children's.
const FINDINGS_FROM: u64 = 1 << 40;

/// Whose a case is in the making of the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Script(usize),
    Entry(usize),
}

/// What is known of families.
#[derive(Debug, Default)]
pub struct Family {
    /// Scripts and entries by case.
    of: BTreeMap<Name, Whose>,
    /// Parents whose children are not all closed: tenant, and the version last looked at.
    parents: BTreeMap<Name, (Name, u64)>,
    /// Since when messages lie, and whose.
    mail: BTreeMap<Name, Timestamp>,
    /// How many children were found.
    pub found: u64,
    /// Breaches whose finding is not found yet: whose, and the event.
    breaches: Vec<(Name, Name)>,
    /// How many findings breaches have opened.
    pub findings: u64,
    maps: Maps,
}

impl Family {
    /// A script's case.
    pub fn script(&mut self, case: &Name, n: usize) {
        self.of.insert(case.clone(), Whose::Script(n));
    }

    /// An entry's case.
    pub fn entry(&mut self, case: &Name, n: usize) {
        self.of.insert(case.clone(), Whose::Entry(n));
    }

    /// Does what happened last to a case leave a message?
    pub fn heard(&mut self, tenant: &Name, case: &Case, at: Timestamp) {
        let last = case.last_at();
        let fresh = case.history.iter().rev().take_while(|e| e.recorded_at == last);
        let writes = fresh.into_iter().any(|e| match &e.what {
            Happening::Acted(a) => {
                !a.opens.is_empty() || !a.calls_off.is_empty() || (case.opening.parent.is_some() && a.to.is_some())
            }
            Happening::ChildCalled { .. } | Happening::Breached(_) | Happening::Voided { .. } => true,
            _ => false,
        });
        let breached = case.history.iter().rev().take_while(|e| e.recorded_at == last);
        let breached = breached.filter(|e| matches!(e.what, Happening::Breached(_)));
        self.breaches.extend(breached.map(|e| (tenant.clone(), e.id.clone())));
        if writes {
            self.mail.entry(tenant.clone()).or_insert(at);
        }
    }

    /// Something was written that nobody here looked at: it may have left messages.
    pub fn written(&mut self, tenant: &Name, at: Timestamp) {
        self.mail.entry(tenant.clone()).or_insert(at);
    }

    /// When messages are carried, if that is before the next thing to be done.
    pub fn overdue(&self, next: Timestamp) -> Option<Timestamp> {
        let first = *self.mail.values().min()?;
        let at = first + MAIL;
        (at <= next).then_some(at)
    }
}

impl City<'_> {
    /// Write what is decided and carry the messages that follow from it, until none is left.
    pub(super) async fn carry(&mut self) -> Result<(), SimError> {
        self.commit().await;
        if self.family.mail.is_empty() {
            return Ok(());
        }
        let started = Instant::now();
        while !self.family.mail.is_empty() {
            for tenant in std::mem::take(&mut self.family.mail).into_keys() {
                self.office.deliver(&tenant).await?;
            }
            // Who was told something may have something to tell.
            self.wake_parents().await?;
            self.adopt_findings().await?;
        }
        self.spend("messages", started);
        Ok(())
    }

    /// Parents that were told something: their new children are taken in, and they go on.
    async fn wake_parents(&mut self) -> Result<(), SimError> {
        let at = self.office.now();
        let parents: Vec<(Name, Name, u64)> =
            self.family.parents.iter().map(|(id, (tenant, seen))| (id.clone(), tenant.clone(), *seen)).collect();
        for (id, tenant, seen) in parents {
            let Some(case) = self.office.case(&tenant, &id).await? else { continue };
            if case.version() == seen {
                continue;
            }
            self.family.heard(&tenant, &case, at);
            self.adopt(&case, at).await?;
            let open = case.children.values().any(|c| c.closed_at.is_none());
            if open {
                self.family.parents.insert(id.clone(), (tenant, case.version()));
            } else {
                self.family.parents.remove(&id);
            }
            self.wake(&id, &case, at);
        }
        Ok(())
    }

    /// Watch a case that has opened others.
    pub(super) fn watch_children(&mut self, tenant: &Name, id: &Name, case: &Case) {
        if case.children.values().any(|c| c.closed_at.is_none()) {
            self.family.parents.entry(id.clone()).or_insert((tenant.clone(), 0));
        }
    }

    /// Its children that nobody plays yet.
    async fn adopt(&mut self, parent: &Case, at: Timestamp) -> Result<(), SimError> {
        let world = self.office.world.clone();
        for child in parent.children.values() {
            let Some((id, _)) = child.opened.as_ref().filter(|(id, _)| !self.family.of.contains_key(id)) else {
                continue;
            };
            let Some(unit) = world.org.units.get(&child.planned.unit) else { continue };
            let Some(case) = self.office.case(&unit.tenant, id).await? else { continue };
            let n = self.scripts.len();
            self.family.found += 1;
            let found = self.family.found;
            self.scripts.push(cast::child(&world, self.plan, &mut self.family.maps, &case, id, found));
            self.family.script(id, n);
            self.watch_children(&unit.tenant.clone(), id, &case);
            self.plan_next(n, &case, at);
        }
        Ok(())
    }

    /// Findings that breaches have opened: their units answer, their offices decide.
    async fn adopt_findings(&mut self) -> Result<(), SimError> {
        let (world, at) = (self.office.world.clone(), self.office.now());
        let mut breaches = std::mem::take(&mut self.family.breaches);
        breaches.sort();
        breaches.dedup();
        for (tenant, breach) in breaches {
            let Some((own, case)) = self.office.finding_of(&tenant, &breach).await? else { continue };
            let id = finding_id(&breach);
            if self.family.of.contains_key(&id) {
                continue;
            }
            let n = self.scripts.len();
            self.family.findings += 1;
            let nth = FINDINGS_FROM + self.family.findings;
            self.scripts.push(cast::child(&world, self.plan, &mut self.family.maps, &case, &id, nth));
            self.family.script(&id, n);
            self.family.heard(&own, &case, at);
            self.watch_children(&own, &id, &case);
            self.plan_next(n, &case, at);
        }
        Ok(())
    }

    /// Something happened to a case that nobody here did: what was planned for it is planned anew.
    fn wake(&mut self, id: &Name, case: &Case, at: Timestamp) {
        match self.family.of.get(id) {
            Some(Whose::Script(n)) => {
                let n = *n;
                let planned = &self.scripts[n].planned;
                let possible = |name: &Name| {
                    let action = self.scripts[n].procedure.actions.get(name);
                    action.is_some_and(|a| a.from.contains(&case.state))
                };
                if !matches!(planned, Some(Move::Do(name, _)) if possible(name)) && *planned != Some(Move::Correct) {
                    self.scripts[n].tried.clear();
                    self.plan_next(n, case, at);
                }
            }
            Some(Whose::Entry(n)) => {
                let n = *n;
                if self.entries[n].told(case) {
                    let next = self.hours.after(at, 120, &mut self.entries[n].dice);
                    self.put(next, Task::Entry(n));
                }
            }
            None => {}
        }
    }

    /// What the law did to a case by time alone, and who goes on because of it.
    pub(super) async fn by_law(&mut self, tenant: &Name, id: &Name, at: Timestamp) -> Result<(), SimError> {
        let events = self.batch.catch_up(tenant, id).await?;
        self.report.watched += events;
        if events == 0 {
            return Ok(());
        }
        let Some(case) = self.batch.case(tenant, id).await? else { return Ok(()) };
        let last = case.last_at();
        let fresh = case.history.iter().rev().take_while(|e| e.recorded_at == last);
        let acted = fresh.into_iter().any(|e| e.actor == Actor::Law && matches!(e.what, Happening::Acted(_)));
        self.family.heard(tenant, &case, at);
        if acted {
            self.watch_children(tenant, id, &case);
            self.wake(id, &case, at);
        }
        Ok(())
    }
}
