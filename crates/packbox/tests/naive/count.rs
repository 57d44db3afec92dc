//! The rules of `counting-rules.md`, walked day by day (hours: minute by minute).

use xiaoneng_calendar::{Direction, Length, Question};

use super::days::{self, DAY_SECONDS, DAYS, Day};
use super::known::Table;

/// When a limit ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    pub first_day: Day,
    /// The last second by the promise, or by the statute where nothing is promised.
    pub due: i64,
    /// The last second by the statute.
    pub statutory: i64,
    pub provisional: bool,
    pub statutory_provisional: bool,
}

/// Why there is no end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// It ends on a day of which nothing is known.
    Past,
    /// A pause begins after the limit has lapsed.
    PauseAfterLapse,
}

/// Days (hours) used and left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    pub used: i64,
    pub left: i64,
    pub statutory_left: i64,
}

/// A limit on its way, with the pauses it has had so far.
struct Walk<'a> {
    table: &'a Table,
    asked: &'a Question,
    start: Day,
    pauses: Vec<Stand>,
}

/// A pause, in seconds and in days.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Stand {
    from: i64,
    to: i64,
    from_day: Day,
    to_day: Day,
}

/// One end.
#[derive(Clone, Copy)]
struct End {
    /// The last day that was counted, before it was moved off a day of rest.
    last: Day,
    second: i64,
}

pub fn ends(table: &Table, asked: &Question) -> Result<Ends, Fault> {
    let walk = walk(table, asked)?;
    let statute = walk.end(number(asked.length))?;
    let promise = asked.promise.map_or(Ok(statute), |n| walk.end(n))?;
    Ok(Ends {
        first_day: walk.first_day(promise, asked.promise.unwrap_or(number(asked.length))),
        due: promise.second,
        statutory: statute.second,
        provisional: walk.provisional(promise),
        statutory_provisional: walk.provisional(statute),
    })
}

pub fn usage(table: &Table, asked: &Question, at: i64) -> Result<Usage, Fault> {
    let walk = walk(table, asked)?;
    let statute = walk.end(number(asked.length))?;
    let promise = asked.promise.map_or(Ok(statute), |n| walk.end(n))?;
    let backward = asked.direction == Direction::Backward;
    if matches!(asked.length, Length::Hours(_)) {
        let start = days::second(asked.start);
        let now = if backward { at } else { at.max(start) };
        // Begun hours count as left, and as late.
        let begun = |minutes: i64| minutes / 60 + i64::from(minutes % 60 > 0);
        let left = |due| if now <= due { begun(walk.minutes(now, due)) } else { -begun(walk.minutes(due, now)) };
        let used = if backward { 0 } else { walk.minutes(start, now) / 60 };
        return Ok(Usage { used, left: left(promise.second), statutory_left: left(statute.second) });
    }
    let today = days::day_of(at);
    let days = |a: Day, b: Day| (a + 1..=b).filter(|day| walk.counts(*day)).count() as i64;
    let left = |due: Day| match today {
        // Late, and by how many days.
        _ if today > due => -days(due, today),
        // Before it starts, all is left.
        _ if !backward && today < walk.start => days(walk.start, due),
        _ => days(today, due),
    };
    Ok(Usage {
        used: if backward { 0 } else { days(walk.start, today) },
        left: left(days::day_of(promise.second)),
        statutory_left: left(days::day_of(statute.second)),
    })
}

/// Every day on the way to the due day, and whether it counts; none for hours and for what was shifted back.
pub fn explained(table: &Table, asked: &Question) -> Option<Vec<(Day, bool)>> {
    let walk = walk(table, asked).ok()?;
    let end = walk.end(asked.promise.unwrap_or(number(asked.length))).ok()?;
    let due = days::day_of(end.second);
    match (asked.direction, asked.length) {
        (Direction::ShiftBack, _) | (_, Length::Hours(_) | Length::SameDay) => None,
        (Direction::Backward, _) => Some((due + 1..walk.start).map(|day| (day, walk.counts(day))).collect()),
        _ => Some((walk.start + 1..=due).map(|day| (day, day <= end.last && walk.counts(day))).collect()),
    }
}

/// Takes the pauses one after another, as they happened: each must begin while the limit runs.
fn walk<'a>(table: &'a Table, asked: &'a Question) -> Result<Walk<'a>, Fault> {
    let mut pauses = Vec::new();
    for pause in &asked.pauses {
        let from = days::second(pause.from);
        // One without an end lasts until now.
        let to = pause.to.or(asked.at).map_or(from, days::second).max(from);
        pauses.push(Stand { from, to, from_day: days::day_of(from), to_day: days::day_of(to) });
    }
    pauses.sort_unstable();
    let mut walk = Walk { table, asked, start: days::of(asked.start.date()), pauses: Vec::new() };
    for pause in pauses {
        if pause.from > walk.end(number(asked.length))?.second {
            return Err(Fault::PauseAfterLapse);
        }
        walk.pauses.push(pause);
    }
    Ok(walk)
}

pub fn number(length: Length) -> u32 {
    match length {
        Length::Workdays(n) | Length::Days(n) | Length::Months(n) | Length::Years(n) | Length::Hours(n) => n,
        Length::SameDay | Length::FixedDate { .. } | Length::UntilDate(_) => 0,
    }
}

impl Walk<'_> {
    fn works(&self, day: Day) -> Result<bool, Fault> {
        if (0..DAYS).contains(&day) { Ok(self.table.works[day as usize]) } else { Err(Fault::Past) }
    }

    /// The day of the event does not count, for pauses as for limits: the day a pause begins is still counted, the
    /// day it ends no more. However many pauses lie on it, a day is taken out once.
    fn paused(&self, day: Day) -> bool {
        self.pauses.iter().any(|pause| pause.from_day < day && day <= pause.to_day)
    }

    fn exempt(&self, day: Day) -> bool {
        (0..DAYS).contains(&day) && self.table.exempt[day as usize]
    }

    /// Is it a day of the limit's own kind, that counts? What has no number has no days that could be taken out of it.
    fn counts(&self, day: Day) -> bool {
        match self.asked.length {
            Length::SameDay | Length::FixedDate { .. } | Length::UntilDate(_) => true,
            Length::Workdays(_) if self.works(day) != Ok(true) => false,
            _ => !self.paused(day) && !self.exempt(day),
        }
    }

    fn end(&self, n: u32) -> Result<End, Fault> {
        match self.asked.direction {
            Direction::Backward => self.latest(n as i32),
            Direction::Forward | Direction::NotBefore | Direction::ShiftBack => self.last(n as i32),
        }
    }

    /// Counted forward: `n`, and what it was extended by.
    fn last(&self, n: i32) -> Result<End, Fault> {
        let n = n + self.asked.extension.unwrap_or(0) as i32;
        let last = match self.asked.length {
            Length::Workdays(_) | Length::Days(_) => self.nth_day(n)?,
            Length::Months(_) => self.corresponding(n),
            Length::Years(_) => self.corresponding(n * 12),
            Length::Hours(_) => return self.nth_hour(n),
            Length::SameDay => self.start,
            Length::FixedDate { month, day } => self.next(month, day),
            Length::UntilDate(until) => days::of(until),
        };
        let due = self.moved(last)?;
        self.works(last)?;
        Ok(End { last, second: self.close(due) })
    }

    fn nth_day(&self, n: i32) -> Result<Day, Fault> {
        let (mut day, mut left) = (self.start, n);
        while left > 0 {
            day += 1;
            self.works(day)?;
            if self.counts(day) {
                left -= 1;
            }
        }
        Ok(day)
    }

    /// The corresponding day, moved by exactly the days that did not count.
    fn corresponding(&self, months: i32) -> Day {
        let corresponding = days::months_on(self.start, months);
        let mut end = corresponding;
        loop {
            let stood = (self.start + 1..=end).filter(|day| self.paused(*day) || self.exempt(*day)).count();
            if corresponding + stood as Day == end {
                return end;
            }
            end = corresponding + stood as Day;
        }
    }

    /// The next such date after the start; 29 February is the 28th in a year without.
    fn next(&self, month: i8, day: i8) -> Day {
        let mut year = days::ymd(self.start).0;
        loop {
            let found = days::of_ymd(year, month, day.min(days::month_length(year, month)));
            if found > self.start {
                return found;
            }
            year += 1;
        }
    }

    /// Off a day of rest: on to the next working day, of wages back to the one before. Working days, hours and fixed
    /// dates do not roll.
    fn moved(&self, last: Day) -> Result<Day, Fault> {
        let mut due = last;
        if self.asked.direction == Direction::ShiftBack {
            while !self.works(due)? {
                due -= 1;
            }
            return Ok(due);
        }
        let rolls = matches!(self.asked.length, Length::Days(_) | Length::Months(_) | Length::Years(_));
        if rolls && !self.works(last)? {
            while !self.works(due)? || self.paused(due) {
                due += 1;
            }
        }
        Ok(due)
    }

    /// The last second of a day: 24:00 or the close of business. What begins after it has the rest of its day, and
    /// what must wait has to wait for the whole of its last one.
    fn close(&self, due: Day) -> i64 {
        let begun = days::second_of_day(self.asked.start);
        let closing = self.asked.closing.map(|t| (i64::from(t.hour()) * 60 + i64::from(t.minute())) * 60);
        let closing = closing.filter(|closing| due != self.start || begun <= *closing);
        let closing = closing.filter(|_| self.asked.direction != Direction::NotBefore);
        i64::from(due) * DAY_SECONDS + closing.unwrap_or(DAY_SECONDS - 1)
    }

    /// Does the minute that ends at this second count?
    fn minute_counts(&self, end: i64) -> bool {
        let paused = self.pauses.iter().any(|pause| pause.from < end && end <= pause.to);
        !paused && !self.exempt(days::day_of(end - 60))
    }

    fn minutes(&self, from: i64, to: i64) -> i64 {
        let (mut at, mut counted) = (from, 0);
        while at < to {
            at += 60;
            counted += i64::from(self.minute_counts(at));
        }
        counted
    }

    /// Hours run from the moment itself, and stand still to the moment.
    fn nth_hour(&self, n: i32) -> Result<End, Fault> {
        let mut at = days::second(self.asked.start);
        let mut left = n * 60;
        while left > 0 {
            at += 60;
            left -= i32::from(self.minute_counts(at));
        }
        self.works(days::day_of(at))?;
        Ok(End { last: days::day_of(at), second: at })
    }

    /// "At least n before": the event's day is not counted, n full days lie between; a latest day of rest stays.
    fn latest(&self, n: i32) -> Result<End, Fault> {
        let mut day = self.start - 1;
        match self.asked.length {
            Length::Workdays(_) | Length::Days(_) => {
                let mut left = n;
                while left > 0 {
                    self.works(day)?;
                    left -= i32::from(self.counts(day));
                    day -= 1;
                }
            }
            Length::Months(_) | Length::Years(_) => {
                let months = if matches!(self.asked.length, Length::Years(_)) { n * 12 } else { n };
                let corresponding = days::months_on(self.start, -months);
                day = corresponding - 1;
                loop {
                    let stood = (day + 1..self.start).filter(|day| self.exempt(*day)).count();
                    if corresponding - 1 - stood as Day == day {
                        break;
                    }
                    day = corresponding - 1 - stood as Day;
                }
            }
            Length::Hours(_) => {
                let mut at = days::second(self.asked.start);
                let mut left = n * 60;
                while left > 0 {
                    left -= i32::from(self.minute_counts(at));
                    at -= 60;
                }
                self.works(days::day_of(at))?;
                return Ok(End { last: days::day_of(at), second: at });
            }
            _ => unreachable!("only numbers are counted backward"),
        }
        self.works(day)?;
        Ok(End { last: day, second: self.close(day) })
    }

    fn first_day(&self, end: End, n: u32) -> Day {
        let whole = n + self.asked.extension.unwrap_or(0);
        let due = days::day_of(end.second);
        match (self.asked.direction, self.asked.length) {
            (Direction::Backward, Length::Hours(_)) => due,
            (Direction::Backward, _) => due + 1,
            (_, Length::Hours(_) | Length::SameDay) => self.start,
            (_, Length::FixedDate { .. } | Length::UntilDate(_)) => (self.start + 1).min(end.last),
            _ if whole == 0 => self.start,
            _ => (self.start + 1..).find(|day| self.counts(*day)).unwrap_or(self.start),
        }
    }

    /// Does the end hang on a day that a notice still to come may change? Of working days every day on the way does;
    /// of other days only whether the last is one of rest.
    fn provisional(&self, end: End) -> bool {
        let due = days::day_of(end.second);
        let on = match (self.asked.direction, self.asked.length) {
            (_, Length::Hours(_)) => return false,
            (Direction::Backward, Length::Workdays(_)) => due + 1..=self.start - 1,
            (Direction::Backward, _) => return false,
            (_, Length::Workdays(_)) => self.start + 1..=due.max(end.last),
            (Direction::ShiftBack, _) | (_, Length::Days(_) | Length::Months(_) | Length::Years(_)) => {
                due.min(end.last)..=due.max(end.last)
            }
            _ => return false,
        };
        on.into_iter().any(|day| self.table.open[day as usize])
    }
}
