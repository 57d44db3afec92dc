//! A run from change to change: each stretch is judged by what was known of the run in it.

use jiff::{SignedDuration, Timestamp, civil};
use xiaoneng_calendar::{Due as Dates, Known, Pause, Question, due, warns_at};
use xiaoneng_pack::{Binds, Clock, LimitRef, Name};

use super::run::{Change, Run};
use super::terms::{Terms, terms};
use crate::{
    Act, Case, Facts, Light,
    facts::{civil, instant},
};

/// A stretch of a run between two changes, and what the calendar says of it.
pub(crate) struct Stretch<'a> {
    /// The event that started the run, or last gave it another date.
    pub key: &'a Name,
    /// From this instant.
    pub from: Timestamp,
    /// Up to this one.
    pub until: Timestamp,
    pub terms: Terms<'a>,
    pub asked: Question,
    pub dates: Dates,
    /// It stands still since this act.
    pub paused: Option<&'a Act>,
    /// The last act that gave it another date in its field.
    pub redated: Option<&'a Act>,
    /// The act after which its promise holds no more.
    pub unpromised: Option<&'a Act>,
}

/// What happens to a run by time alone.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub at: Timestamp,
    pub light: Light,
    pub lapse: bool,
    /// What was promised ends here, before what the law allows.
    pub promise: bool,
}

impl Stretch<'_> {
    /// When it is due, by the promise and by the statute.
    pub fn due(&self) -> (Timestamp, Timestamp) {
        self.terms.instants(&self.dates)
    }

    /// The instants at which a run that goes on undisturbed turns yellow, red, and lapses.
    pub fn points(&self, clock: &Clock, known: &Known) -> impl Iterator<Item = Point> + use<> {
        let (due_at, statutory) = self.due();
        let second = SignedDuration::from_secs(1);
        let yellow = self.yellow_at(clock, known).filter(|at| *at <= due_at && !clock.waits());
        let yellow = yellow.map(|at| Point { at, light: Light::Yellow, lapse: false, promise: false });
        // A right that ends and a date that is waited for are nobody's delay.
        let promise = due_at < statutory;
        let red = is_owed(clock).then_some(Point { at: due_at + second, light: Light::Red, lapse: false, promise });
        // A step's limit is the house's own, passing it has no consequence in law; nor has the end of a wait,
        // unless the procedure says so.
        let lapses = clock.step.is_none() && (!clock.waits() || clock.on_lapse.is_some());
        let lapse = lapses.then_some(Point { at: statutory + second, light: Light::Red, lapse: true, promise: false });
        [yellow, red, lapse].into_iter().flatten()
    }

    /// When the days left come down to the warning. A date until which something merely waits gives none.
    fn yellow_at(&self, clock: &Clock, known: &Known) -> Option<Timestamp> {
        if self.terms.exact.is_some() && clock.yellow == 0 {
            return None;
        }
        warns_at(known, &self.asked, &self.dates, clock.yellow).map(instant)
    }
}

/// Someone must do something by then, and is late if he has not: an agency's limit, an officer's return.
pub(crate) fn is_owed(clock: &Clock) -> bool {
    clock.binds != Binds::Applicant && !clock.right && !clock.waits() && !ends_by_law(clock)
}

/// A date until which something waits, and which the law itself answers (a leave that is to begin).
pub(crate) fn ends_by_law(clock: &Clock) -> bool {
    let answered = clock.on_lapse.as_ref().is_some_and(|lapse| clock.stops.contains(&lapse.action));
    matches!(clock.limit, LimitRef::Until(_)) && answered
}

/// A run's stretches up to its end, or to `at`; none where no date can be told.
///
/// A pause that began after the limit had lapsed moves nothing and is left out.
pub(crate) fn stretches<'a>(
    clock: &'a Clock,
    case: &Case,
    run: &Run<'a>,
    facts: &Facts<'a>,
    known: &Known,
    at: Timestamp,
) -> Vec<Stretch<'a>> {
    let mut walk = Walk { clock, case, facts, known, out: Vec::with_capacity(1 + run.changes.len()) };
    walk.go(run, at);
    walk.out
}

/// The last stretch: how a run stands at `at`.
pub(crate) fn standing<'a>(
    clock: &'a Clock,
    case: &Case,
    run: &Run<'a>,
    facts: &Facts<'a>,
    known: &Known,
    at: Timestamp,
) -> Option<Stretch<'a>> {
    stretches(clock, case, run, facts, known, at).pop()
}

struct Walk<'w, 'a> {
    clock: &'a Clock,
    case: &'w Case,
    facts: &'w Facts<'a>,
    known: &'w Known,
    out: Vec<Stretch<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn go(&mut self, run: &Run<'a>, at: Timestamp) {
        let (end, closes) = (run.until(at), closes(&self.case.unit, self.facts));
        let terms_with = |date| terms(self.clock, &self.case.opening.terms, run.start.at, date, self.facts);
        let mut terms = terms_with(run.date);
        let (mut pauses, mut extended, mut redated, mut paused) = (Vec::new(), 0, None, None);
        let mut unpromised = None;
        let (mut key, mut from) = (&run.start.event, run.start.at);
        for change in run.changes.iter().map(Some).chain([None]) {
            let until = change.map_or(end, |c| c.at().min(end));
            let (mut promised_at, mut lapsed_at) = (None, None);
            if let Some(terms) = &terms {
                let asked = terms.question(pauses.clone(), extended, closes, until);
                let Ok(dates) = due(self.known, &asked) else { return };
                let (promised, statutory) = terms.instants(&dates);
                (promised_at, lapsed_at) = (Some(promised), Some(statutory));
                let terms = terms.clone();
                self.out.push(Stretch { key, from, until, terms, asked, dates, paused, redated, unpromised });
            }
            match change {
                Some(Change::Paused { act, to }) if lapsed_at.is_none_or(|lapsed| act.at <= lapsed) => {
                    pauses.push(pause(act, to.or(run.stop.map(|s| s.at()))));
                    from = to.unwrap_or(act.at);
                    paused = to.is_none().then_some(*act);
                }
                Some(Change::Paused { .. }) | None => {}
                Some(Change::Extended(act)) => {
                    extended += 1;
                    (key, from) = (&act.event, act.at);
                }
                // What was promised and is broken already stays so.
                Some(Change::Unpromised(act)) => {
                    let promise = terms.as_ref().is_some_and(|t| t.promise.is_some());
                    if promise && promised_at.is_some_and(|promised| act.at <= promised) {
                        terms = terms.map(|t| Terms { promise: None, ..t });
                        unpromised = Some(*act);
                        (key, from) = (&act.event, act.at);
                    }
                }
                Some(Change::Redated(act, date)) => {
                    terms = terms_with(Some(*date)).or(terms);
                    redated = Some(*act);
                    (key, from) = (&act.event, act.at);
                }
            }
        }
    }
}

fn pause(act: &Act, to: Option<Timestamp>) -> Pause {
    Pause { from: civil(act.at), to: to.map(civil), reason: act.note.clone() }
}

/// When a unit closes: the last second of its days.
pub(crate) fn closes(unit: &Name, facts: &Facts) -> Option<civil::Time> {
    facts.world.org.units.get(unit).and_then(|u| u.closes)
}
