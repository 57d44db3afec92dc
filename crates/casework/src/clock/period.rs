//! 周期: the numbered periods of a recurring clock, each counted from the fixed anchor.

use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use xiaoneng_pack::{Clock, Every};

use super::run::Run;
use crate::facts::{civil, instant};

/// The periods of one run.
///
/// Period n ends at the close of the day that corresponds to the anchor n periods on; a month that has no such day
/// gives its last, and takes nothing from the next.
pub(crate) struct Periods {
    every: Every,
    start: Timestamp,
    anchor: civil::Date,
    closes: civil::Time,
    /// When each was discharged, in order: the first report discharges the first period, whenever it comes.
    done: Vec<Timestamp>,
    /// The calendar's last day: no period ends after it.
    last: civil::Date,
}

/// One period.
#[derive(Clone, Copy)]
pub(crate) struct Period {
    /// From 1.
    pub n: u32,
    /// The end of the one before, or the start of the run.
    pub begins: Timestamp,
    /// Its last day.
    pub due: civil::Date,
    /// The last instant of it.
    pub due_at: Timestamp,
    /// When it was discharged.
    pub done: Option<Timestamp>,
}

impl Period {
    /// From this instant it is missed, unless it was discharged before.
    pub fn lapses_at(&self) -> Timestamp {
        self.due_at + SignedDuration::from_secs(1)
    }

    /// The warning: at the beginning of the day so many days before its last.
    pub fn warns_at(&self, days: u32) -> Timestamp {
        let begins = civil(self.begins).date();
        let length = (self.due - begins).get_days().max(1);
        let days = i64::from(days).min(i64::from(length) - 1);
        let day = self.due.checked_sub(days.days()).unwrap_or(self.due);
        instant(day.at(0, 0, 0, 0)).max(self.begins)
    }
}

impl Periods {
    /// The periods of a run of a recurring clock.
    pub fn of(every: Every, run: &Run, closes: Option<civil::Time>) -> Periods {
        let closes = closes.unwrap_or(civil::Time::constant(23, 59, 59, 0));
        let (start, anchor) = (run.start.at, civil(run.start.at).date());
        let mut periods = Periods { every, start, anchor, closes, done: Vec::new(), last: xiaoneng_calendar::LAST_DAY };
        for report in &run.reports {
            // A second report in one period discharges nothing: the next has not begun.
            let begun = periods.get(periods.done.len() as u32 + 1).is_some_and(|p| p.n == 1 || p.begins < *report);
            if begun {
                periods.done.push(*report);
            }
        }
        periods
    }

    /// The nth period, from 1; `None` past the calendar.
    pub fn get(&self, n: u32) -> Option<Period> {
        let begins = match n {
            0 => return None,
            1 => self.start,
            n => self.close(self.end(n - 1)?),
        };
        let due = self.end(n)?;
        Some(Period { n, begins, due, due_at: self.close(due), done: self.done.get(n as usize - 1).copied() })
    }

    /// The one in which an instant lies; the first for what comes before it.
    pub fn at(&self, at: Timestamp) -> Option<Period> {
        let day = civil(at).date();
        let days = (day - self.anchor).get_days().max(0) as u32;
        let guess = match self.every {
            Every::Days(n) => days / n,
            // No month is longer than 31 days: never past the one looked for.
            Every::Months(n) => days / (n * 31),
        };
        // The guess may end too early, by at most what months shorter than 31 days add up to.
        let mut n = guess.max(1);
        loop {
            let period = self.get(n)?;
            if at <= period.due_at {
                return Some(period);
            }
            n += 1;
        }
    }

    /// The earliest that was not discharged, whether it has begun or not.
    pub fn open(&self) -> Option<Period> {
        self.get(self.done.len() as u32 + 1)
    }

    /// The one to show: the earliest open one that has begun by then, else the running one.
    pub fn shown(&self, at: Timestamp) -> Option<Period> {
        let open = self.open().filter(|p| p.n == 1 || p.begins < at);
        open.or_else(|| self.get(self.done.len() as u32))
    }

    /// 每月一次，自 2015-01-31 起算，第 3 期至 2015-04-30；连同这一期共有 2 期没有完成。
    pub fn words(&self, shown: &Period, at: Timestamp) -> String {
        let running = self.at(at).map_or(shown.n, |p| p.n);
        let open = (running + 1).saturating_sub(shown.n);
        let behind = match shown.done {
            None if open > 1 => format!("；连同这一期共有 {open} 期没有完成"),
            _ => String::new(),
        };
        format!("{}一次，自 {} 起算，第 {} 期至 {}{behind}", self.every, self.anchor, shown.n, shown.due)
    }

    fn end(&self, n: u32) -> Option<civil::Date> {
        let end = match self.every {
            Every::Days(days) => self.anchor.checked_add((i64::from(days) * i64::from(n)).days()),
            Every::Months(months) => self.anchor.checked_add((i64::from(months) * i64::from(n)).months()),
        };
        end.ok().filter(|end| *end <= self.last)
    }

    fn close(&self, day: civil::Date) -> Timestamp {
        instant(day.to_datetime(self.closes))
    }
}

/// By what rule a recurring clock recurs.
pub(crate) fn basis(clock: &Clock) -> String {
    clock.every.map_or(String::new(), |every| format!("本程序规定：{every}一次"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn periods(every: Every, anchor: civil::Date) -> Periods {
        let closes = civil::Time::constant(17, 30, 0, 0);
        let start = instant(anchor.at(9, 0, 0, 0));
        Periods { every, start, anchor, closes, done: Vec::new(), last: xiaoneng_calendar::LAST_DAY }
    }

    #[test]
    fn months_end_on_the_anchors_day_or_the_months_last_and_never_chain() {
        let months = periods(Every::Months(1), date(2015, 1, 31));
        let ends: Vec<String> = (1..=4).map(|n| months.get(n).unwrap().due.to_string()).collect();
        assert_eq!(ends, ["2015-02-28", "2015-03-31", "2015-04-30", "2015-05-31"]);
    }

    #[test]
    fn an_instant_lies_in_the_period_that_ends_next() {
        for every in [Every::Days(1), Every::Days(7), Every::Days(10), Every::Months(1), Every::Months(3)] {
            let periods = periods(every, date(2015, 1, 31));
            for n in [1, 2, 3, 24, 60] {
                let period = periods.get(n).unwrap();
                assert_eq!(periods.at(period.due_at).unwrap().n, n, "{every:?}");
                assert_eq!(periods.at(period.lapses_at()).unwrap().n, n + 1, "{every:?}");
            }
            for day in 1..400 {
                let noon = periods.start + SignedDuration::from_hours(24 * day);
                let period = periods.at(noon).unwrap();
                assert!(period.begins < noon && noon <= period.due_at, "{every:?}: {noon}");
            }
        }
    }

    #[test]
    fn a_period_warns_on_a_day_of_its_own_however_early_it_was_asked_to() {
        let midnight = |day| instant(date(2015, 2, day).at(0, 0, 0, 0));
        let weeks = periods(Every::Days(7), date(2015, 1, 31));
        let warned = |n: u32, days| weeks.get(n).unwrap().warns_at(days);
        assert_eq!(
            (warned(2, 3), warned(2, 6), warned(2, 7), warned(2, 60)),
            (midnight(11), midnight(8), midnight(8), midnight(8))
        );
        let days = periods(Every::Days(1), date(2015, 1, 31));
        assert_eq!(days.get(2).unwrap().warns_at(3), midnight(2));
    }

    #[test]
    fn no_period_ends_past_the_calendar() {
        let years = periods(Every::Months(12), date(2030, 6, 30));
        assert!(years.get(5).is_some() && years.get(6).is_none());
        assert!(years.at(instant(date(2035, 12, 1).at(0, 0, 0, 0))).is_none());
    }
}
