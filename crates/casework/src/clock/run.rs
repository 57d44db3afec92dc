//! A clock's runs: each from the action that started it, with all that befell it.

use jiff::Timestamp;
use xiaoneng_pack::{Clock, LimitRef, Name};

use crate::{Act, Case, case::Written};

/// One run of a clock: from the action that started it.
pub(crate) struct Run<'a> {
    pub start: &'a Act,
    /// What stood in the field that the clock runs until, or is counted back from.
    pub date: Option<Written>,
    pub changes: Vec<Change<'a>>,
    /// Of a recurring clock: when it was reported on.
    pub reports: Vec<Timestamp>,
    pub stop: Option<Stop>,
}

/// What befell a run on its way, in the order of the acts.
pub(crate) enum Change<'a> {
    Paused {
        act: &'a Act,
        to: Option<Timestamp>,
    },
    Extended(&'a Act),
    Redated(&'a Act, Written),
    /// The promise holds no more.
    Unpromised(&'a Act),
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Stop {
    /// What it waited for has happened.
    Done(Timestamp),
    /// It was ended, or the case closed without it.
    Ended(Timestamp),
    /// It was started anew: this run counts for nothing more.
    Again(Timestamp),
}

impl Stop {
    pub fn at(self) -> Timestamp {
        match self {
            Stop::Done(at) | Stop::Ended(at) | Stop::Again(at) => at,
        }
    }
}

impl Change<'_> {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Change::Paused { act, .. } | Change::Extended(act) | Change::Redated(act, _) | Change::Unpromised(act) => {
                act.at
            }
        }
    }
}

impl<'a> Run<'a> {
    /// It goes on: nothing stopped it.
    pub fn is_open(&self) -> bool {
        self.stop.is_none()
    }

    /// It stands still.
    pub fn is_paused(&self) -> bool {
        self.is_open() && self.changes.iter().any(|c| matches!(c, Change::Paused { to: None, .. }))
    }

    /// The last instant of it that matters to one who asks at `at`.
    pub fn until(&self, at: Timestamp) -> Timestamp {
        self.stop.map_or(at, |s| s.at().min(at))
    }

    fn pause_now(&mut self) -> Option<&mut Option<Timestamp>> {
        self.changes.iter_mut().rev().find_map(|c| match c {
            Change::Paused { to, .. } if to.is_none() => Some(to),
            _ => None,
        })
    }

    fn date_now(&self) -> Option<Written> {
        let redated = self.changes.iter().rev().find_map(|c| match c {
            Change::Redated(_, date) => Some(*date),
            _ => None,
        });
        redated.or(self.date)
    }

    /// What an act does to it.
    fn meet(&mut self, id: &Name, clock: &Clock, field: Option<&Name>, act: &'a Act) {
        let restarts = act.starts(id, clock);
        if clock.stops.contains(&act.action) {
            match clock.every {
                Some(_) => self.reports.push(act.at),
                None => self.stop = Some(Stop::Done(act.at)),
            }
        } else if clock.ends.contains(&act.action) {
            self.stop = Some(Stop::Ended(act.at));
        } else if restarts {
            self.stop = Some(Stop::Again(act.at));
        } else if clock.pauses.contains(&act.action) {
            self.changes.push(Change::Paused { act, to: None });
        } else if clock.resumes.contains(&act.action) {
            if let Some(to) = self.pause_now() {
                *to = Some(act.at);
            }
        } else if act.extends.as_ref() == Some(id) {
            self.changes.push(Change::Extended(act));
        }
        if self.stop.is_none() && clock.promise_ends.contains(&act.action) {
            self.changes.push(Change::Unpromised(act));
        }
        if self.stop.is_none() && restarts {
            self.stop = Some(Stop::Again(act.at));
        }
        if self.stop.is_none() && act.closes {
            self.stop = Some(Stop::Ended(act.at));
        }
        if let Some(date) = field.and_then(|f| act.wrote(f)).filter(|_| self.stop.is_none())
            && self.date_now() != Some(date)
        {
            self.changes.push(Change::Redated(act, date));
        }
    }
}

/// All runs of a clock, oldest first.
pub(crate) fn runs<'a>(id: &Name, clock: &Clock, case: &'a Case) -> impl Iterator<Item = Run<'a>> {
    let starts = case.acts.iter().enumerate().filter(move |(_, act)| act.starts(id, clock));
    starts.map(|(place, _)| run_from(id, clock, case, place))
}

/// The last run of a clock: the one that counts.
pub(crate) fn last_run<'a>(id: &Name, clock: &Clock, case: &'a Case) -> Option<Run<'a>> {
    let place = case.acts.iter().rposition(|act| act.starts(id, clock))?;
    Some(run_from(id, clock, case, place))
}

fn run_from<'a>(id: &Name, clock: &Clock, case: &'a Case, place: usize) -> Run<'a> {
    let field = field_of(clock);
    let (before, after) = case.acts.split_at(place + 1);
    let start = &before[place];
    let date = field.and_then(|f| before.iter().rev().find_map(|act| act.wrote(f)));
    let stop = start.closes.then_some(Stop::Ended(start.at));
    let mut run = Run { start, date, changes: Vec::new(), reports: Vec::new(), stop };
    for act in after {
        if run.stop.is_some() {
            break;
        }
        run.meet(id, clock, field, act);
    }
    run
}

/// The field whose date a clock runs until, or is counted back from.
pub(crate) fn field_of(clock: &Clock) -> Option<&Name> {
    match &clock.limit {
        LimitRef::Until(field) => Some(field),
        _ => clock.before.as_ref(),
    }
}
