//! What time alone does to a case's clocks: lights that turn and limits that lapse, each from its instant.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use xiaoneng_calendar::Known;
use xiaoneng_pack::{Clock, Every, Name, Procedure};

use super::{
    known, next_of,
    period::{Period, Periods},
    run::{Run, last_run, runs},
    stretch::{Point, closes, stretches},
};
use crate::{Case, Facts, Happening, Light, Mark, Recorded, case::RunId};

/// A change of light, or a lapse, and the instant from which it counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Turn {
    pub run: RunId,
    /// From this instant.
    pub at: Timestamp,
    /// The new light.
    pub light: Light,
    /// The limit itself ran out, with its consequence.
    pub lapse: bool,
    /// What was promised ran out, before what the law allows.
    pub promise: bool,
    /// When the run started.
    pub started: Timestamp,
}

impl Turn {
    /// It is on record already. Lights only go up: a recorded red stands for the yellow before it.
    fn is_recorded(&self, mark: Option<&Mark>) -> bool {
        match self.lapse {
            true => mark.is_some_and(|m| m.lapsed.is_some()),
            false => mark.and_then(|m| m.light).is_some_and(|(light, _)| light >= self.light),
        }
    }
}

/// How far back to look for what is not on record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// At runs that go on. What befell an earlier run was recorded before the act that ended it.
    Open,
    /// At every run: after a correction anything may have become true.
    All,
}

/// Every turn of every run up to an instant (or the run's stop), oldest first for each clock.
pub(crate) fn turns(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<Turn> {
    let mut turns = Vec::new();
    for (id, clock) in &procedure.clocks {
        let undone = without_what_it_did(id, clock, case);
        let case = undone.as_ref().unwrap_or(case);
        let mut looker = Looker::new(case, facts, at);
        for run in runs(id, clock, case) {
            looker.look(id, clock, &run, 1);
        }
        turns.append(&mut looker.found);
    }
    turns
}

/// What the law did upon this clock's lapse, as of the run's start, would end the run before it lapsed: the clock is
/// judged as if that had not been done. `None`: it did nothing of the kind.
fn without_what_it_did(id: &Name, clock: &Clock, case: &Case) -> Option<Case> {
    clock.on_lapse.as_ref().filter(|o| o.as_of.is_some())?;
    let lapse = |e: &&Arc<Recorded>| matches!(&e.what, Happening::Lapsed { clock, .. } if clock == id);
    let lapses: BTreeSet<&Name> = case.history.iter().filter(lapse).map(|e| &e.id).collect();
    let followed = case.history.iter().filter(|e| e.cause.as_ref().is_some_and(|c| lapses.contains(c)));
    let followed: BTreeSet<&Name> = followed.map(|e| &e.id).collect();
    case.acts.iter().any(|act| followed.contains(&act.event)).then(|| {
        let mut undone = case.clone();
        undone.acts.retain(|act| !followed.contains(&act.event));
        undone
    })
}

/// The turns up to an instant that are not on record yet, oldest first; and when the next comes after it, if by time
/// alone one does.
pub(crate) fn pending(
    procedure: &Procedure,
    case: &Case,
    facts: &Facts,
    at: Timestamp,
    look: Look,
) -> (Vec<Turn>, Option<Timestamp>) {
    let mut looker = Looker::new(case, facts, at);
    for (id, clock) in &procedure.clocks {
        match look {
            Look::Open => {
                if let Some(run) = last_run(id, clock, case).filter(Run::is_open) {
                    looker.look(id, clock, &run, last_marked(id, &run, case));
                }
            }
            Look::All => runs(id, clock, case).for_each(|run| looker.look(id, clock, &run, 1)),
        }
    }
    looker.found.retain(|t| !t.is_recorded(case.marks.get(&t.run)));
    looker.in_order()
}

/// The last period of a run of which anything is on record: those before it were looked at.
fn last_marked(id: &Name, run: &Run, case: &Case) -> u32 {
    let key = |period| RunId { clock: id.clone(), event: run.start.event.clone(), period };
    let mut marked = case.marks.range(key(1)..=key(u32::MAX));
    marked.next_back().map_or(1, |(run, _)| run.period)
}

/// Who looks for what time alone did to a case.
struct Looker<'l> {
    case: &'l Case,
    facts: &'l Facts<'l>,
    known: Known,
    at: Timestamp,
    found: Vec<Turn>,
    /// The first turn after `at`.
    next: Option<Timestamp>,
}

impl<'l> Looker<'l> {
    fn new(case: &'l Case, facts: &'l Facts<'l>, at: Timestamp) -> Looker<'l> {
        Looker { case, facts, known: known(&case.unit, facts, at), at, found: Vec::new(), next: None }
    }

    /// Oldest first; at one instant, the clock that started first.
    fn in_order(mut self) -> (Vec<Turn>, Option<Timestamp>) {
        self.found.sort_by_key(|t| (t.at, t.started, t.lapse));
        (self.found, self.next)
    }

    fn comes(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }

    fn look(&mut self, id: &'l Name, clock: &'l Clock, run: &Run<'l>, from_period: u32) {
        match clock.every {
            Some(every) => self.periodic(id, clock, run, every, from_period),
            None => self.plain(id, clock, run),
        }
    }

    fn plain(&mut self, id: &'l Name, clock: &'l Clock, run: &Run<'l>) {
        let mut first = self.found.len();
        let mut key = &run.start.event;
        for stretch in stretches(clock, self.case, run, self.facts, &self.known, self.at) {
            if key != stretch.key {
                (key, first) = (stretch.key, self.found.len());
            }
            if stretch.paused.is_some() {
                continue; // Still paused: nothing turns until it runs again.
            }
            for point in stretch.points(clock, &self.known) {
                let turn_at = point.at.max(stretch.from);
                let again = self.found[first..].iter().any(|t| t.light == point.light && t.lapse == point.lapse);
                if turn_at <= stretch.until && !again {
                    let run_id = RunId { clock: id.clone(), event: key.clone(), period: 0 };
                    let Point { light, lapse, promise, .. } = point;
                    self.found.push(Turn { run: run_id, at: turn_at, light, lapse, promise, started: run.start.at });
                } else if turn_at > self.at && run.is_open() {
                    self.comes(turn_at);
                }
            }
        }
    }

    /// Each period that was not discharged in time warns once and lapses once, however long nobody looked.
    fn periodic(&mut self, id: &Name, clock: &Clock, run: &Run, every: Every, from_period: u32) {
        let periods = Periods::of(every, run, closes(&self.case.unit, self.facts));
        let end = run.until(self.at);
        for n in from_period.. {
            let Some(period) = periods.get(n).filter(|p| p.begins <= end) else { break };
            for Point { at, light, lapse, promise } in period_points(clock, &period) {
                if at <= end && period.done.is_none_or(|done| at <= done) {
                    let run_id = RunId { clock: id.clone(), event: run.start.event.clone(), period: n };
                    self.found.push(Turn { run: run_id, at, light, lapse, promise, started: run.start.at });
                }
            }
        }
        if let Some(next) = next_of(clock, &periods, self.at).filter(|_| run.is_open()) {
            self.comes(next);
        }
    }
}

/// A period's warning and its lapse; the lapse is its red light too, for nothing was promised but the period.
pub(crate) fn period_points(clock: &Clock, period: &Period) -> [Point; 2] {
    let warning = Point { at: period.warns_at(clock.yellow), light: Light::Yellow, lapse: false, promise: false };
    [warning, Point { at: period.lapses_at(), light: Light::Red, lapse: true, promise: false }]
}
