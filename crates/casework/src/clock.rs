//! 时限: the state of a clock, a pure function of its case's events, the calendar and the instant.
//!
//! [`clock_views`] serves list, page, message, report and interface alike: there is no second way to a date.

use jiff::{Timestamp, civil};
use serde::Serialize;
use xiaoneng_calendar::{
    Answer, DayCell, Due as DueDates, Known, Length, Pause, Question, Unit, count, due, strip, usage, warns_at,
};
use xiaoneng_pack::{Action, Binds, Clock, LimitRef, LimitVersion, Name, Procedure, limits::Evidence};

use crate::{
    Act, Case, Facts, Light, Value,
    facts::{civil, instant},
};

/// How a run of a clock stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It runs.
    Running,
    /// It stands still.
    Paused {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: String,
    },
    /// What it waited for has happened.
    Stopped {
        /// When.
        at: Timestamp,
    },
    /// The case ended without it (withdrawn).
    Ended {
        /// When.
        at: Timestamp,
    },
}

/// A clock as anyone may see it: its date, its light, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClockView {
    /// Its id in the procedure.
    pub clock: Name,
    /// 作出决定.
    pub title: String,
    /// Set for a step's limit.
    pub step: Option<Name>,
    /// Whom it binds.
    pub binds: Binds,
    /// The event that started this run.
    pub run: Name,
    /// When it started, in law.
    pub start: Timestamp,
    /// How it stands.
    pub status: Status,
    /// Its light at the instant asked.
    pub light: Light,
    /// Dates and explanation; for a paused clock, as if it resumed at the instant asked.
    pub answer: Answer,
    /// The due instant (the promise's, where one is given).
    pub due_at: Timestamp,
    /// The statute's due instant.
    pub statutory_due_at: Timestamp,
    /// Days (or hours) of the limit's own kind used.
    pub used: i64,
    /// And left; negative when late.
    pub left: i64,
    /// Their kind.
    pub unit: Unit,
    /// How long the statute (or the agency's own statement) gives.
    pub length: Length,
    /// How many of them were promised, if fewer.
    pub promise: Option<u32>,
    /// Extended by so many.
    pub extended: u32,
    /// The law and article, or the agency's own statement.
    pub basis: String,
    /// The kind of day is open in law: every answer says so.
    pub doubtful: bool,
    /// When its light changes next; `None` if it will not by time alone.
    pub next_change_at: Option<Timestamp>,
    /// What was asked of the calendar: the day strip is drawn from it.
    #[serde(skip)]
    pub question: Question,
}

impl ClockView {
    /// 时限日历: one cell a day, from the first to the due day (or today, if that is later).
    pub fn strip(&self, known: &Known, today: civil::Date) -> Vec<DayCell> {
        strip(known, &self.question, today).unwrap_or_default()
    }
}

/// A change of a clock that is due: a light, or the lapse itself.
pub(crate) type Due = Turn;

/// A change of light, or a lapse, and the instant from which it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The clock.
    pub clock: Name,
    /// The event that started (or last extended) its run.
    pub run: Name,
    /// From this instant.
    pub at: Timestamp,
    /// The new light.
    pub light: Light,
    /// The limit of law itself ran out, with its consequence.
    pub lapse: bool,
    started: Timestamp,
}

/// One run of a clock: from the action that started it.
pub(crate) struct Run<'a> {
    event: Name,
    start: Timestamp,
    pub(crate) changes: Vec<Change<'a>>,
    pub(crate) stop: Option<Stop>,
}

pub(crate) enum Change<'a> {
    Paused { act: &'a Act, to: Option<Timestamp> },
    Extended(&'a Act),
}

#[derive(Clone, Copy)]
pub(crate) enum Stop {
    Done(Timestamp),
    Ended(Timestamp),
}

impl Stop {
    fn at(self) -> Timestamp {
        match self {
            Stop::Done(at) | Stop::Ended(at) => at,
        }
    }
}

/// How long a clock runs, by which rule.
pub(crate) struct Terms<'a> {
    length: Length,
    promise: Option<u32>,
    until: Option<civil::DateTime>,
    pub(crate) law: Option<&'a LimitVersion>,
    pub(crate) basis: String,
}

/// The last run of every clock that has started, in the procedure's order.
pub fn clock_views(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<ClockView> {
    views(procedure, case, facts, at, true)
}

/// The same without the explanation (`answer.why` is empty): for rows, and lists of many cases.
pub fn clock_lights(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<ClockView> {
    views(procedure, case, facts, at, false)
}

fn views(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp, explain: bool) -> Vec<ClockView> {
    let known = known(case, facts, at);
    let view = |(id, clock): (&Name, &Clock)| {
        let run = runs(id, clock, case).pop()?;
        let terms = terms(clock, case, &run, facts)?;
        view(id, clock, case, &run, &terms, &known, facts, at, explain)
    };
    procedure.clocks.iter().filter_map(view).collect()
}

/// The clock that a list shows for a case: the law's or the promise's that ends first; else a step's; else the last.
pub fn leading(views: &[ClockView]) -> Option<&ClockView> {
    let live = |v: &&ClockView| matches!(v.status, Status::Running | Status::Paused { .. });
    let first = |steps: bool| views.iter().filter(live).filter(|v| v.step.is_some() == steps).min_by_key(|v| v.due_at);
    let decided = || views.iter().filter(|v| v.step.is_none()).max_by_key(|v| (v.light == Light::Missed, v.start));
    first(false).or_else(|| first(true)).or_else(decided)
}

/// Every change of every run up to an instant (or the run's stop), oldest first.
pub(crate) fn runs_and_turns(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<Turn> {
    let known = known(case, facts, at);
    let mut turns = Vec::new();
    for (id, clock) in &procedure.clocks {
        for run in runs(id, clock, case) {
            if let Some(terms) = terms(clock, case, &run, facts) {
                turns_of(id, clock, case, &run, &terms, &known, facts, at, &mut turns);
            }
        }
    }
    turns.sort_by_key(|t| (t.at, t.started, t.lapse));
    turns
}

/// The calendar of the case's unit as known on that day.
pub(crate) fn known(case: &Case, facts: &Facts, at: Timestamp) -> Known {
    facts.world.calendar_of(&case.unit).known_on(civil(at).date())
}

pub(crate) fn runs<'a>(id: &Name, clock: &Clock, case: &'a Case) -> Vec<Run<'a>> {
    let mut runs: Vec<Run> = Vec::new();
    for act in &case.acts {
        if let Some(run) = runs.last_mut().filter(|r| r.stop.is_none()) {
            if clock.stops.contains(&act.action) {
                run.stop = Some(Stop::Done(act.at));
            } else if clock.pauses.contains(&act.action) {
                run.changes.push(Change::Paused { act, to: None });
            } else if clock.resumes.contains(&act.action) {
                if let Some(Change::Paused { to, .. }) = run.changes.last_mut() {
                    *to = Some(act.at);
                }
            } else if act.extends.as_ref() == Some(id) {
                run.changes.push(Change::Extended(act));
            }
        }
        if clock.starts.contains(&act.action) {
            if let Some(run) = runs.last_mut().filter(|r| r.stop.is_none()) {
                run.stop = Some(Stop::Ended(act.at)); // OK: started again, the old run counts for nothing more.
            }
            runs.push(Run { event: act.event.clone(), start: act.at, changes: Vec::new(), stop: None });
        }
    }
    if let (Some(closed), Some(run)) = (case.closed_at, runs.last_mut())
        && run.stop.is_none()
    {
        run.stop = Some(Stop::Ended(closed));
    }
    runs
}

pub(crate) fn terms<'a>(clock: &Clock, case: &Case, run: &Run, facts: &Facts<'a>) -> Option<Terms<'a>> {
    let start = civil(run.start).date();
    let own = &case.opening.terms;
    let promise = || own.promised.filter(|_| clock.promise);
    match &clock.limit {
        LimitRef::Series(series) => {
            let law = facts.world.limits.in_force(series, start).ok()?;
            let stated = own.stated.filter(|_| clock.promise);
            Some(Terms {
                length: law.length?,
                promise: promise().or(stated),
                until: None,
                law: Some(law),
                basis: basis(law),
            })
        }
        LimitRef::Item => {
            if let Some(law) = own.law.as_ref().and_then(|s| facts.world.limits.in_force(s, start).ok())
                && let Some(length) = law.length
            {
                return Some(Terms {
                    length,
                    promise: promise().or(own.stated),
                    until: None,
                    law: Some(law),
                    basis: basis(law),
                });
            }
            let stated = own.stated.or(own.promised)?;
            let basis = "本机关公布的办理时限，法律未定天数".to_owned();
            Some(Terms { length: Length::Workdays(stated), promise: promise(), until: None, law: None, basis })
        }
        LimitRef::Step(step) => {
            let days = own.steps.iter().find(|(s, _)| s == step)?.1;
            let basis = format!("本事项“{step}”环节时限");
            Some(Terms { length: Length::Workdays(days), promise: None, until: None, law: None, basis })
        }
        LimitRef::Period => None, // OK for now: recurring runs carry their own end.
        LimitRef::Until(field) => {
            let text = case.fields.get(field).and_then(Value::text)?;
            let until: civil::DateTime =
                text.parse().ok().or_else(|| Some(text.parse::<civil::Date>().ok()?.at(23, 59, 59, 0)))?;
            let basis = "登记的时间".to_owned();
            Some(Terms { length: Length::UntilDate(until.date()), promise: None, until: Some(until), law: None, basis })
        }
    }
}

pub(crate) fn basis(law: &LimitVersion) -> String {
    format!("{}{}", law.law, law.article)
}

fn question(
    case: &Case,
    run: &Run,
    terms: &Terms,
    pauses: Vec<Pause>,
    extended: u32,
    facts: &Facts,
    at: Timestamp,
) -> Question {
    let closes = facts.world.org.units.get(&case.unit).and_then(|u| u.closes);
    let by = terms.law.and_then(|l| l.extension.as_ref()).map_or(0, |e| e.by);
    let (Some((n, _)), start) = (terms.length.number(), civil(run.start)) else {
        return Question { at: Some(civil(at)), ..Question::new(terms.length, civil(run.start)) };
    };
    Question {
        length: terms.length,
        start,
        pauses,
        extension: (extended > 0).then_some(by * extended),
        promise: terms.promise.filter(|p| *p < n),
        closing: closes,
        at: Some(civil(at)),
        ..Question::new(terms.length, start)
    }
}

/// The due instants; an instant in a field is exact, not the end of its day.
fn instants(dates: &DueDates, terms: &Terms) -> (Timestamp, Timestamp) {
    match terms.until {
        Some(until) => (instant(until), instant(until)),
        None => (instant(dates.due_at), instant(dates.statutory_due_at)),
    }
}

#[expect(clippy::too_many_arguments, reason = "one clock's facts, each of another kind")]
fn turns_of(
    id: &Name,
    clock: &Clock,
    case: &Case,
    run: &Run,
    terms: &Terms,
    known: &Known,
    facts: &Facts,
    at: Timestamp,
    out: &mut Vec<Turn>,
) {
    let end = run.stop.map_or(at, |s| s.at().min(at));
    let (mut pauses, mut extended) = (Vec::new(), 0);
    let (mut key, mut from) = (run.event.clone(), run.start);
    let mut first = out.len();
    // Each stretch between pauses and extensions is judged by what was known of the run in it.
    for change in run.changes.iter().map(Some).chain([None]) {
        let until = match change {
            Some(Change::Paused { act, .. } | Change::Extended(act)) => act.at.min(end),
            None => end,
        };
        let asked = question(case, run, terms, pauses.clone(), extended, facts, until);
        if let Ok(dates) = due(known, &asked) {
            for (turn_at, light, lapse) in changes(clock, terms, &asked, &dates, known) {
                let turn_at = turn_at.max(from);
                let again = out[first..].iter().any(|t| t.run == key && t.light == light && t.lapse == lapse);
                if turn_at <= until && !again {
                    out.push(Turn {
                        clock: id.clone(),
                        run: key.clone(),
                        at: turn_at,
                        light,
                        lapse,
                        started: run.start,
                    });
                }
            }
        }
        match change {
            Some(Change::Paused { act, to: Some(to) }) => {
                pauses.push(pause(act, Some(*to)));
                from = *to;
            }
            Some(Change::Extended(act)) => {
                extended += 1;
                (key, from, first) = (act.event.clone(), act.at, out.len());
            }
            // Still paused: nothing turns until it runs again.
            Some(Change::Paused { to: None, .. }) | None => return,
        }
    }
}

fn pause(act: &Act, to: Option<Timestamp>) -> Pause {
    Pause { from: civil(act.at), to: to.map(civil), reason: act.note.clone() }
}

/// The instants at which a run that goes on undisturbed turns yellow, red, and lapses.
fn changes(
    clock: &Clock,
    terms: &Terms,
    asked: &Question,
    dates: &DueDates,
    known: &Known,
) -> Vec<(Timestamp, Light, bool)> {
    let (due_at, statutory) = instants(dates, terms);
    let second = jiff::SignedDuration::from_secs(1);
    let mut out = Vec::with_capacity(3);
    if let Some(yellow) = yellow_at(clock, terms, asked, dates, known)
        && yellow <= due_at
    {
        out.push((yellow, Light::Yellow, false));
    }
    out.push((due_at + second, Light::Red, false));
    // A step's limit is the house's own: passing it has no consequence in law.
    if clock.step.is_none() {
        out.push((statutory + second, Light::Red, true));
    }
    out
}

/// When the days left come down to the warning. A date until which something merely waits gives none.
fn yellow_at(clock: &Clock, terms: &Terms, asked: &Question, dates: &DueDates, known: &Known) -> Option<Timestamp> {
    if terms.until.is_some() && clock.yellow == 0 {
        return None;
    }
    warns_at(known, asked, dates, clock.yellow).map(instant)
}

#[expect(clippy::too_many_arguments, reason = "one clock's facts, each of another kind")]
pub(crate) fn view(
    id: &Name,
    clock: &Clock,
    case: &Case,
    run: &Run,
    terms: &Terms,
    known: &Known,
    facts: &Facts,
    at: Timestamp,
    explain: bool,
) -> Option<ClockView> {
    let now = run.stop.map_or(at, |s| s.at().min(at));
    let (mut pauses, mut extended, mut paused) = (Vec::new(), 0, None);
    for change in &run.changes {
        match change {
            Change::Paused { act, to } => {
                pauses.push(pause(act, to.or(run.stop.map(Stop::at))));
                paused = to.is_none().then(|| Status::Paused { since: act.at, reason: act.note.clone() });
            }
            Change::Extended(_) => extended += 1,
        }
    }
    let asked = question(case, run, terms, pauses, extended, facts, now);
    let dates = due(known, &asked).ok()?;
    let answer = if explain { count(known, &asked).ok()? } else { unexplained(&dates) };
    let usage = usage(known, &asked, civil(now)).ok()?;
    let (due_at, statutory_due_at) = instants(&dates, terms);
    let status = match (run.stop, paused) {
        (Some(Stop::Done(at)), _) => Status::Stopped { at },
        (Some(Stop::Ended(at)), _) => Status::Ended { at },
        (None, Some(paused)) => paused,
        (None, None) => Status::Running,
    };
    let turns = changes(clock, terms, &asked, &dates, known);
    let light = light(&status, &turns, due_at, at);
    let next = turns.iter().map(|(t, ..)| *t).filter(|t| *t > at).min().filter(|_| status == Status::Running);
    Some(ClockView {
        clock: id.clone(),
        title: clock.title.clone(),
        step: clock.step.clone(),
        binds: clock.binds,
        run: run.event.clone(),
        start: run.start,
        status,
        light,
        due_at,
        statutory_due_at,
        used: usage.used,
        left: usage.left,
        unit: usage.unit,
        length: terms.length,
        promise: asked.promise,
        extended: asked.extension.unwrap_or(0),
        basis: terms.basis.clone(),
        doubtful: terms.law.is_some_and(|l| l.evidence == Evidence::Doubtful),
        next_change_at: next,
        answer,
        question: asked,
    })
}

/// The dates alone.
fn unexplained(dates: &DueDates) -> Answer {
    let DueDates {
        start,
        first_day,
        due_date,
        due_at,
        statutory_due_date,
        statutory_due_at,
        provisional,
        statutory_provisional,
        paused,
    } = dates.clone();
    Answer {
        start,
        first_day,
        due_date,
        due_at,
        statutory_due_date,
        statutory_due_at,
        provisional,
        statutory_provisional,
        paused,
        why: Vec::new(),
        why_statutory: Vec::new(),
    }
}

fn light(status: &Status, turns: &[(Timestamp, Light, bool)], due_at: Timestamp, at: Timestamp) -> Light {
    match status {
        Status::Paused { .. } => Light::Paused,
        Status::Stopped { at } | Status::Ended { at } if *at <= due_at => Light::Met,
        Status::Stopped { .. } | Status::Ended { .. } => Light::Missed,
        Status::Running => turns.iter().filter(|(t, ..)| *t <= at).map(|(_, l, _)| *l).max().unwrap_or(Light::Green),
    }
}

/// Is this an action that pauses (`Some(true)`) or resumes (`Some(false)`) some clock?
pub(crate) fn pauses(procedure: &Procedure, action: &str) -> Option<bool> {
    let named = |list: &[Name]| list.iter().any(|n| &**n == action);
    let mut clocks = procedure.clocks.values();
    if clocks.any(|c| named(&c.pauses)) {
        return Some(true);
    }
    procedure.clocks.values().any(|c| named(&c.resumes)).then_some(false)
}

/// What an action is to the clocks of its procedure.
pub(crate) fn role_of(procedure: &Procedure, action: &Action) -> Option<bool> {
    let name = procedure.actions.iter().find(|(_, a)| std::ptr::eq(*a, action))?.0;
    pauses(procedure, name)
}
