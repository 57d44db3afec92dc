//! 无事: until when nothing happens to a case by time alone. Known from the last look, it spares the next.

use jiff::{SignedDuration, Timestamp, civil};
use xiaoneng_calendar::{Direction, Length};
use xiaoneng_pack::{Clock, Every, LimitRef, Name, Procedure, World};

use super::run::field_of;
use super::terms::terms;
use crate::{
    Act, Case, Facts,
    facts::{PLACE, civil as local, instant},
};

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// The shortest month.
const MONTH_DAYS: i64 = 28;

/// No clock of the case turns up to and including this instant, by these rules.
///
/// It is no part of what a case is: two cases that differ in it alone are equal, and without it one looks again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quiet(Option<(u64, Timestamp)>);

impl PartialEq for Quiet {
    fn eq(&self, _: &Quiet) -> bool {
        true
    }
}

impl Quiet {
    /// After a look at all clocks: quiet up to the next turn, and no longer than the calendar is known to stay as it
    /// is.
    pub fn until(case: &Case, facts: &Facts, at: Timestamp, next: Option<Timestamp>) -> Quiet {
        let today = local(at).date();
        let notices = facts.world.calendar_of(&case.unit).publications();
        let notice = notices.get(notices.partition_point(|day| *day <= today)).map(|day| midnight(*day));
        let end = [next, notice].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
        Quiet(Some((rules(facts.world), before(end))))
    }

    /// Is nothing due at that instant?
    pub fn covers(self, world: &World, at: Timestamp) -> bool {
        self.0.is_some_and(|(by, until)| at <= until && by == rules(world))
    }

    /// After an act, the last of the case: what it stopped is quiet still, what it started is quiet for a while at
    /// least. Nothing is known where it may have moved a date.
    pub fn after(self, procedure: &Procedure, case: &Case, facts: &Facts) -> Quiet {
        let (Some((by, mut until)), Some(act)) = (self.0, case.acts.last()) else { return Quiet(None) };
        for (id, clock) in &procedure.clocks {
            if act.starts(id, clock) {
                let Some(least) = least(clock, case, act, facts) else { return Quiet(None) };
                until = until.min(before(least));
            } else if moves(id, clock, act) {
                return Quiet(None);
            }
        }
        Quiet(Some((by, until)))
    }

    /// Of a case that has just been opened: nothing ran before.
    pub fn new(world: &World) -> Quiet {
        Quiet(Some((rules(world), Timestamp::MAX)))
    }
}

/// May the act have moved a date of a clock that runs?
fn moves(id: &Name, clock: &Clock, act: &Act) -> bool {
    clock.resumes.contains(&act.action)
        || clock.promise_ends.contains(&act.action)
        || clock.stops.contains(&act.action) && clock.every.is_some()
        || act.extends.as_ref() == Some(id)
        || field_of(clock).is_some_and(|field| act.wrote(field).is_some())
}

/// An instant before which a clock that this act started does not turn, found without asking the calendar: so many
/// days of whatever kind take at least so many days.
fn least(clock: &Clock, case: &Case, act: &Act, facts: &Facts) -> Option<Timestamp> {
    let yellow = i64::from(clock.yellow);
    let days = match (clock.every, &clock.limit) {
        (Some(Every::Days(n)), _) => (i64::from(n) - yellow).max(1),
        (Some(Every::Months(n)), _) => (i64::from(n) * MONTH_DAYS - yellow).max(1),
        (None, LimitRef::Until(field)) => {
            let until = case.acts.iter().rev().find_map(|act| act.wrote(field));
            // Without a date nothing runs until one is written, and that is looked at.
            let Some(until) = until else { return Some(Timestamp::MAX) };
            let warned = midnight(until.at.date()).as_second() - yellow * DAY_SECONDS;
            return Timestamp::from_second(warned).ok();
        }
        (None, _) => {
            let Some(terms) = terms(clock, &case.opening.terms, act.at, None, facts) else {
                // No limit, no law in force, or no date to count back from yet.
                return clock.before.is_none().then_some(Timestamp::MAX);
            };
            let (n, _) = terms.length.number()?;
            let n = i64::from(terms.promise.map_or(n, |p| p.min(n)));
            if !matches!(terms.direction, Direction::Forward | Direction::NotBefore) || n == 0 {
                return None;
            }
            match terms.length {
                Length::Hours(_) => return act.at.checked_add(SignedDuration::from_hours(n - yellow.max(1))).ok(),
                Length::Months(_) => (n * MONTH_DAYS - yellow).max(1),
                Length::Years(_) => (12 * n * MONTH_DAYS - yellow).max(1),
                _ => n - yellow.min(n - 1),
            }
        }
    };
    let today = (act.at.as_second() + i64::from(PLACE.seconds())).div_euclid(DAY_SECONDS);
    Timestamp::from_second((today + days) * DAY_SECONDS - i64::from(PLACE.seconds())).ok()
}

fn midnight(day: civil::Date) -> Timestamp {
    instant(day.at(0, 0, 0, 0))
}

fn before(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(at)
}

/// Which rules: the world's version as a number.
fn rules(world: &World) -> u64 {
    world.version.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests;
