//! A question made ready for counting: day numbers in place of dates, pauses merged, and the
//! arithmetic that finds the last day. Every number here is the calendar's day number.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::{SignedDuration, ToSpan};

use crate::CalendarError;
use crate::known::Known;
use crate::limit::{Direction, Length, PAUSES_MAX, Pause, Question, StillPaused};
use crate::range::{DAYS, DayNumber, date_of, reached};

/// The days after `a` up to and including `b`.
pub(crate) type Span = (i64, i64);

/// A question, checked and ready.
pub(crate) struct Plan<'a> {
    pub known: &'a Known,
    pub question: &'a Question,
    /// The day of the event.
    pub start: i64,
    /// The pauses as spans, in order of their start, each with its place in `question.pauses`.
    pub pauses: Vec<(Span, usize)>,
    /// The pauses merged.
    merged: Vec<Span>,
    /// Pauses and exempted standstills merged: what no calendar day limit with a number counts.
    skipped: Vec<Span>,
    /// The pauses to the instant, merged: what no limit in hours counts.
    instants: Vec<(DateTime, DateTime)>,
    pub paused: Option<StillPaused>,
}

/// Where a limit ends.
#[derive(Debug, Clone)]
pub(crate) struct End {
    /// The length that ends here, with its extension.
    pub length: Length,
    /// Its number without the extension.
    pub plain: u32,
    /// The last day counted.
    pub last: i64,
    /// The last day after rolling or shifting.
    pub due: i64,
    /// The last instant.
    pub due_at: DateTime,
    /// A limit in months found no corresponding day.
    pub month_end: bool,
    /// Hangs on days whose notice is not yet published.
    pub provisional: bool,
}

impl<'a> Plan<'a> {
    pub fn new(known: &'a Known, question: &'a Question) -> Result<Self, CalendarError> {
        question.length.check()?;
        let start = i64::from(DayNumber::of(question.start.date())?.0);
        check_kind(question)?;
        if question.pauses.len() > PAUSES_MAX {
            return Err(CalendarError::TooManyPauses { n: question.pauses.len(), max: PAUSES_MAX });
        }
        let mut plan = Self {
            known,
            question,
            start,
            pauses: Vec::new(),
            merged: Vec::new(),
            skipped: Vec::new(),
            instants: Vec::new(),
            paused: None,
        };
        for (index, pause) in question.pauses.iter().enumerate() {
            plan.pause(index, pause)?;
        }
        plan.pauses.sort_by_key(|(span, _)| *span);
        plan.merged = merge(plan.pauses.iter().map(|(span, _)| *span).collect());
        // What has no number has no days that could be taken out of it.
        if !matches!(question.length, Length::Workdays(_)) && question.length.number().is_some() {
            let mut all = plan.merged.clone();
            all.extend_from_slice(known.exempt());
            plan.skipped = merge(all);
        }
        if matches!(question.length, Length::Hours(_)) {
            plan.instants.extend(known.exempt().iter().map(|(a, b)| {
                // OK because the table keeps exempt days within the calendar.
                let first = date_of((*a + 1) as u16).to_datetime(Time::MIN);
                let end = date_of(*b as u16).to_datetime(Time::MIN) + 1.day();
                (first, end)
            }));
            plan.instants = merge(std::mem::take(&mut plan.instants));
        }
        Ok(plan)
    }

    fn pause(&mut self, index: usize, pause: &Pause) -> Result<(), CalendarError> {
        let to = match (pause.to, self.question.at) {
            (Some(to), _) if to < pause.from => {
                return Err(CalendarError::PauseReversed { from: pause.from, to, reason: pause.reason.clone() });
            }
            (Some(to), _) => to,
            (None, None) => return Err(CalendarError::AtNeeded { from: pause.from }),
            (None, Some(at)) => {
                if at >= pause.from && self.paused.is_none() {
                    self.paused = Some(StillPaused { since: pause.from, reason: pause.reason.clone() });
                }
                at.max(pause.from)
            }
        };
        let a = i64::from(DayNumber::of(pause.from.date())?.0);
        let b = i64::from(DayNumber::of(to.date())?.0);
        self.pauses.push(((a, b), index));
        self.instants.push((pause.from, to));
        Ok(())
    }

    /// Where the limit ends if its number (before the extension) is `n`.
    pub fn end(&self, n: u32) -> Result<End, CalendarError> {
        let extension = self.question.extension.unwrap_or(0);
        let length = self.question.length.with_number(n.saturating_add(extension));
        length.check()?;
        match self.question.direction {
            Direction::Backward => self.end_backward(length, n),
            _ => self.end_forward(length, n),
        }
    }

    fn end_forward(&self, length: Length, plain: u32) -> Result<End, CalendarError> {
        let what = || format!("{length} from {}", self.question.start);
        let start_date = self.question.start.date();
        let mut month_end = false;
        let last = match length {
            Length::Workdays(n) => self.nth_workday(i64::from(n)),
            Length::Days(n) => self.nth_day(i64::from(n)),
            Length::Months(n) | Length::Years(n) => {
                let months = match length {
                    Length::Years(_) => n * 12,
                    _ => n,
                };
                let corresponding = add_months(start_date, i64::from(months), &what)?;
                month_end = corresponding.day() != start_date.day();
                let corresponding =
                    DayNumber::of(corresponding).map_err(|_| CalendarError::ResultOutOfRange { what: what() })?;
                self.nth_day(i64::from(corresponding.0) - self.start)
            }
            Length::Hours(n) => return self.end_hours(n, length, plain),
            Length::SameDay => self.start,
            Length::FixedDate { month, day } => number(next_fixed(start_date, month, day), &what)?,
            Length::UntilDate(until) => {
                if until < start_date {
                    return Err(CalendarError::EndsBeforeStart { start: self.question.start, until });
                }
                number(until, &what)?
            }
        };
        reached(last, what)?;
        let due = self.moved(length, last);
        let due_date = reached(due, what)?;
        let provisional = match length {
            Length::Workdays(_) => self.known.any_provisional(self.start + 1, due.max(last)),
            _ if self.moves(length) => self.known.any_provisional(due.min(last), due.max(last)),
            _ => false,
        };
        Ok(End { length, plain, last, due, due_at: self.close(due_date), month_end, provisional })
    }

    /// Whether a last day of rest moves.
    fn moves(&self, length: Length) -> bool {
        self.question.direction == Direction::ShiftBack
            || matches!(length, Length::Days(_) | Length::Months(_) | Length::Years(_))
    }

    /// The last day, rolled on or shifted back where it is one of rest. -1 or past the
    /// calendar if there is no such day in it.
    fn moved(&self, length: Length, last: i64) -> i64 {
        if !self.moves(length) {
            return last;
        }
        let rests = |day: i64| !self.known.works(day as u16);
        let mut due = last;
        if self.question.direction == Direction::ShiftBack {
            while due >= 0 && rests(due) {
                due -= 1;
            }
        } else if rests(due) {
            // A pause that began on the last day itself keeps the limit from ending inside it.
            while due < i64::from(DAYS) && (rests(due) || covers(&self.skipped, due)) {
                due += 1;
            }
        }
        due
    }

    fn end_hours(&self, n: u32, length: Length, plain: u32) -> Result<End, CalendarError> {
        let start = self.question.start;
        let what = || format!("{length} from {start}");
        let mut due_at = start + SignedDuration::from_hours(i64::from(n));
        for (from, to) in &self.instants {
            let from = (*from).max(start);
            if from < due_at {
                due_at += (*to).max(from).duration_since(from);
            }
        }
        let due = number(due_at.date(), &what)?;
        Ok(End { length, plain, last: due, due, due_at, month_end: false, provisional: false })
    }

    /// "At least N before": N full days lie between the latest day and the event.
    fn end_backward(&self, length: Length, plain: u32) -> Result<End, CalendarError> {
        let event = self.question.start;
        let what = || format!("{length} before {event}");
        let mut month_end = false;
        let mut due_at = None;
        let due = match length {
            Length::Workdays(0) => self.start - 1,
            Length::Workdays(n) => {
                let before = self.known.rank(self.start as u16) - i64::from(self.known.works(self.start as u16));
                self.known.nth_workday(before + 1 - i64::from(n)) - 1
            }
            Length::Days(n) => self.before(i64::from(n)),
            Length::Months(n) | Length::Years(n) => {
                let months = match length {
                    Length::Years(_) => n * 12,
                    _ => n,
                };
                let corresponding = add_months(event.date(), -i64::from(months), &what)?;
                month_end = corresponding.day() != event.date().day();
                let corresponding = number(corresponding, &what)?;
                self.before(self.start - corresponding)
            }
            Length::Hours(n) => {
                let mut latest = event - SignedDuration::from_hours(i64::from(n));
                for (from, to) in self.instants.iter().rev() {
                    let to = (*to).min(event);
                    if latest < to {
                        latest -= to.duration_since((*from).min(to));
                    }
                }
                due_at = Some(latest);
                number(latest.date(), &what)?
            }
            // OK because check_kind refuses these backward.
            Length::SameDay | Length::FixedDate { .. } | Length::UntilDate(_) => self.start,
        };
        let due_date = reached(due, what)?;
        Ok(End {
            length,
            plain,
            last: due,
            due,
            due_at: due_at.unwrap_or_else(|| self.close(due_date)),
            month_end,
            provisional: matches!(length, Length::Workdays(_)) && self.known.any_provisional(due + 1, self.start - 1),
        })
    }

    /// The day before the `n` calendar days that lie before the event; -1 if the calendar has not so many.
    fn before(&self, n: i64) -> i64 {
        let mut left = n;
        let mut day = self.start - 1;
        while left > 0 && day >= 0 {
            if !covers(&self.skipped, day) {
                left -= 1;
            }
            day -= 1;
        }
        day
    }

    /// The n-th calendar day after the start that is neither paused nor exempt.
    fn nth_day(&self, n: i64) -> i64 {
        let (mut at, mut left) = (self.start, n);
        for (a, b) in &self.skipped {
            let run = (a - at).max(0);
            if left <= run {
                return at + left;
            }
            left -= run;
            at = at.max(*b);
        }
        at + left
    }

    /// The n-th working day after the start that is not paused; the start itself for 0.
    fn nth_workday(&self, n: i64) -> i64 {
        if n == 0 {
            return self.start;
        }
        let rank = |day: i64| self.known.rank(day as u16);
        let (mut at, mut left) = (self.start, n);
        for (a, b) in &self.merged {
            let run = rank((*a).max(at)) - rank(at);
            if left <= run {
                break;
            }
            left -= run;
            at = at.max(*b);
        }
        self.known.nth_workday(rank(at) + left)
    }

    /// The first day that counts.
    pub fn first_day(&self, end: &End) -> Result<Date, CalendarError> {
        let first = match (end.length, self.question.direction) {
            (Length::Hours(_), Direction::Backward) => end.due,
            (_, Direction::Backward) => end.due + 1,
            (Length::Workdays(0) | Length::Days(0), _) => self.start,
            (Length::Hours(_) | Length::SameDay, _) => self.start,
            (Length::Workdays(_), _) => self.nth_workday(1),
            _ => self.nth_day(1).min(end.last),
        };
        reached(first, || format!("{} from {}", end.length, self.question.start))
    }

    /// The last instant of a day: close of business, but a minimum wait takes the whole day.
    fn close(&self, day: Date) -> DateTime {
        let midnight = Time::constant(23, 59, 59, 0);
        let waits = self.question.direction == Direction::NotBefore;
        let closing = self.question.closing.filter(|_| !waits).unwrap_or(midnight);
        let start = self.question.start;
        // What starts after closing and ends the same day has the rest of that day.
        if day == start.date() && closing < start.time() {
            return day.to_datetime(midnight);
        }
        day.to_datetime(closing)
    }

    /// The place in `question.pauses` of the pause that covers a day; the earliest, if
    /// several do.
    pub fn pause_on(&self, day: i64) -> Option<usize> {
        self.pauses.iter().find(|((a, b), _)| *a < day && day <= *b).map(|(_, index)| *index)
    }

    /// The days of the limit's own kind in `(a, b]` that count.
    pub fn counted(&self, a: i64, b: i64) -> i64 {
        if b <= a {
            return 0;
        }
        let workdays = matches!(self.question.length, Length::Workdays(_));
        let measure = |a: i64, b: i64| {
            if workdays { self.known.rank(b as u16) - self.known.rank(a as u16) } else { b - a }
        };
        let spans = if workdays { &self.merged } else { &self.skipped };
        let within = spans.iter().map(|(from, to)| ((*from).max(a), (*to).min(b)));
        let out: i64 = within.map(|(from, to)| measure(from, to.max(from))).sum();
        measure(a, b) - out
    }

    /// The seconds in `(a, b]` that count for a limit in hours.
    pub fn counted_seconds(&self, a: DateTime, b: DateTime) -> i64 {
        if b <= a {
            return 0;
        }
        let within = self.instants.iter().map(|(from, to)| ((*from).max(a), (*to).min(b)));
        let out: i64 = within.map(|(from, to)| to.max(from).duration_since(from).as_secs()).sum();
        b.duration_since(a).as_secs() - out
    }
}

/// Refuses what a kind of limit cannot have.
fn check_kind(question: &Question) -> Result<(), CalendarError> {
    let backward = question.direction == Direction::Backward;
    let numbered = question.length.number().is_some();
    let refuse = |what: &'static str| Err(CalendarError::Unsupported { limit: question.length.to_string(), what });
    if backward && !numbered {
        return refuse("a count backward: give a number of days, months, years or hours");
    }
    if question.extension.is_some() && (backward || !numbered) {
        return refuse("an extension: only a forward limit with a number has one");
    }
    if question.promise.is_some() && (backward || !numbered) {
        return refuse("a promise: only a forward limit with a number has one");
    }
    if backward && !question.pauses.is_empty() {
        return refuse("pauses: a limit counted backward does not stand still");
    }
    match (question.promise, question.length.number()) {
        (Some(promise), Some((statute, unit))) if promise > statute => {
            Err(CalendarError::PromiseTooLong { promise, statute, unit })
        }
        _ => Ok(()),
    }
}

/// Intervals in order and apart from each other: what overlaps or touches becomes one.
fn merge<T: Copy + Ord>(mut intervals: Vec<(T, T)>) -> Vec<(T, T)> {
    intervals.sort_unstable();
    let mut merged: Vec<(T, T)> = Vec::with_capacity(intervals.len());
    for (from, to) in intervals {
        match merged.last_mut() {
            Some((_, end)) if from <= *end => *end = (*end).max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

fn covers(spans: &[Span], day: i64) -> bool {
    let after = spans.partition_point(|(a, _)| *a < day);
    after > 0 && spans[after - 1].1 >= day
}

/// The corresponding day (民法典 202): the month's last day where it has none.
fn add_months(from: Date, months: i64, what: &impl Fn() -> String) -> Result<Date, CalendarError> {
    from.checked_add(months.months()).map_err(|_| CalendarError::ResultOutOfRange { what: what() })
}

fn number(day: Date, what: &impl Fn() -> String) -> Result<i64, CalendarError> {
    DayNumber::of(day).map(|number| i64::from(number.0)).map_err(|_| CalendarError::ResultOutOfRange { what: what() })
}

/// The next such date after a day: the day of the event is not counted.
fn next_fixed(after: Date, month: i8, day: i8) -> Date {
    let in_year = |year: i16| {
        // OK because the date was checked against a leap year: only 29 February can fail.
        Date::new(year, month, day).unwrap_or_else(|_| date(year, 2, 28))
    };
    let this_year = in_year(after.year());
    if this_year > after { this_year } else { in_year(after.year() + 1) }
}
