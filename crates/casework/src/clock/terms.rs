//! How long a clock runs, by which rule, and the question about it that the calendar answers.

use jiff::{Timestamp, civil};
use xiaoneng_calendar::{Direction, Length, Pause, Question};
use xiaoneng_pack::{Clock, LimitRef, LimitVersion, Name, limits::Evidence};

use crate::{
    Facts,
    case::Written,
    facts::{civil, instant},
};

/// How long a clock runs, by which rule.
#[derive(Clone)]
pub(crate) struct Terms<'a> {
    pub length: Length,
    pub direction: Direction,
    pub promise: Option<u32>,
    /// The event from which it is counted; backward: to which.
    pub event: civil::DateTime,
    /// The last instant, where a field says it to the minute.
    pub exact: Option<civil::DateTime>,
    pub source: Source<'a>,
}

/// Where a limit stands.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Law(&'a LimitVersion),
    /// The agency's own statement: the law gives no number.
    Stated,
    Step(&'a Name),
    /// A date in a field.
    Written,
}

impl<'a> Terms<'a> {
    /// The law's version that governs, if a law does.
    pub fn law(&self) -> Option<&'a LimitVersion> {
        match self.source {
            Source::Law(law) => Some(law),
            _ => None,
        }
    }

    /// In words, with the article.
    pub fn basis(&self) -> String {
        match self.source {
            Source::Law(law) => basis(law),
            Source::Stated => "本机关公布的办理时限，法律未定天数".to_owned(),
            Source::Step(step) => format!("本事项“{step}”环节时限"),
            Source::Written => "登记的时间".to_owned(),
        }
    }

    /// The kind of its days is open in law.
    pub fn doubtful(&self) -> bool {
        self.law().is_some_and(|l| l.evidence == Evidence::Doubtful)
    }

    /// What is asked of the calendar.
    pub fn question(&self, pauses: Vec<Pause>, extended: u32, closes: Option<civil::Time>, at: Timestamp) -> Question {
        let number = self.length.number().map(|(n, _)| n);
        let counts = number.is_some() && self.direction != Direction::Backward;
        let by = self.law().and_then(|l| l.extension.as_ref()).map_or(0, |e| e.by);
        Question {
            length: self.length,
            direction: self.direction,
            start: self.event,
            // A pause moves no date that is given, and nothing that is counted back.
            pauses: if counts { pauses } else { Vec::new() },
            extension: (counts && extended > 0).then_some(by * extended),
            promise: self.promise.filter(|p| counts && number.is_some_and(|n| *p < n)),
            // A minimum wait takes the whole of its last day.
            closing: closes.filter(|_| self.direction != Direction::NotBefore),
            at: Some(civil(at)),
        }
    }

    /// The due instants of the promise and of the statute.
    pub fn instants(&self, dates: &xiaoneng_calendar::Due) -> (Timestamp, Timestamp) {
        match self.exact {
            Some(exact) => (instant(exact), instant(exact)),
            None => (instant(dates.due_at), instant(dates.statutory_due_at)),
        }
    }
}

/// The terms of a run that started then, with that date in the field it hangs on. `None`: it has none (the item
/// gives no limit, the field is empty).
pub(crate) fn terms<'a>(
    clock: &'a Clock,
    own: &crate::Terms,
    start: Timestamp,
    date: Option<Written>,
    facts: &Facts<'a>,
) -> Option<Terms<'a>> {
    let start = civil(start);
    let promised = || own.promised.filter(|_| clock.promise);
    let in_force = |series: &Name| facts.world.limits.governing(series, start.date());
    let plain = |length: Length, promise: Option<u32>, source: Source<'a>| {
        Some(Terms { length, direction: Direction::Forward, promise, event: start, exact: None, source })
    };
    let by_law = |law: &'a LimitVersion, promise: Option<u32>| {
        let event = if law.direction == Direction::Backward { date?.at } else { start };
        let source = Source::Law(law);
        Some(Terms { length: law.length?, direction: law.direction, promise, event, exact: None, source })
    };
    match &clock.limit {
        LimitRef::Series(series) => {
            let stated = own.stated.filter(|_| clock.promise);
            by_law(in_force(series)?, promised().or(stated))
        }
        LimitRef::Item => {
            let law = own.law.as_ref().and_then(in_force).filter(|law| law.length.is_some());
            match law {
                Some(law) => by_law(law, promised().or(own.stated)),
                None => plain(Length::Workdays(own.stated.or(own.promised)?), promised(), Source::Stated),
            }
        }
        LimitRef::Step(step) => {
            let days = own.steps.iter().find(|(s, _)| s == step)?.1;
            plain(Length::Workdays(days), None, Source::Step(step))
        }
        LimitRef::Until(_) => {
            let until = date?.end();
            // A date gone by before the start: nothing is left, it lapses at once.
            let length = Length::UntilDate(until.date().max(start.date()));
            let terms = plain(length, None, Source::Written)?;
            Some(Terms { exact: Some(until), ..terms })
        }
        // OK because a recurring clock is counted by its periods.
        LimitRef::Period => None,
    }
}

pub(crate) fn basis(law: &LimitVersion) -> String {
    format!("{}{}", law.law, law.article)
}
