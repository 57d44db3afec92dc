//! The calendar as known on one day: questions about days, each answered in constant time.

use std::sync::Arc;

use jiff::civil::Date;

use crate::CalendarError;
use crate::range::{DAYS, DayNumber, date_of, reached};
use crate::table::{CAP, DayClass, DayState, Table};

/// The calendar as known on one day ([`crate::Calendar::known_on`]). Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Known {
    table: Arc<Table>,
    since: Option<Date>,
}

/// What a day is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// What it is.
    pub class: DayClass,
    /// The feast (国庆节) or the local reason; empty for an ordinary day.
    pub name: String,
    /// The notice's number, the order of the rule, or the layer's title; may be empty.
    pub source: String,
    /// Whether a notice yet to come may change it.
    pub provisional: bool,
}

impl Known {
    pub(crate) fn new(table: Arc<Table>, since: Option<Date>) -> Self {
        Self { table, since }
    }

    /// The last day, on or before the one asked for, on which something became known;
    /// `None` before all notices and rules.
    pub fn since(&self) -> Option<Date> {
        self.since
    }

    /// The last day of the published calendar: later days are provisional. `None` if every
    /// day is.
    pub fn published_to(&self) -> Option<Date> {
        let last = self.table.next_provisional[0];
        last.checked_sub(1).map(date_of)
    }

    /// The first day on which one works as known here and rests as known there, or the other way round: no date
    /// that ends before it differs between the two. `None` where they agree on every day.
    ///
    /// ```
    /// # let notices = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/notices.toml")))?;
    /// # let statutory = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/statutory.toml")))?;
    /// # let calendar = xiaoneng_calendar::Calendar::new(notices, statutory)?;
    /// use jiff::civil::date;
    /// let (may, june) = (calendar.known_on(date(2015, 5, 1)), calendar.known_on(date(2015, 6, 1)));
    /// assert_eq!(may.first_difference(&june), Some(date(2015, 9, 3)));
    /// assert_eq!(june.first_difference(&june), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn first_difference(&self, other: &Known) -> Option<Date> {
        (0..DAYS).find(|day| self.works(*day) != other.works(*day)).map(date_of)
    }

    /// What a day is, and why.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn day(&self, date: Date) -> Result<Day, CalendarError> {
        let state = self.state(DayNumber::of(date)?.0);
        let label = &self.table.labels[state.label as usize];
        Ok(Day {
            date,
            class: state.class,
            name: label.name.clone(),
            source: label.source.clone(),
            provisional: state.provisional,
        })
    }

    /// Whether one works on a day: make-up days yes, swapped-off weekdays no.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn is_workday(&self, date: Date) -> Result<bool, CalendarError> {
        Ok(self.works(DayNumber::of(date)?.0))
    }

    /// Whether a notice yet to come may change what a day is.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn is_provisional(&self, date: Date) -> Result<bool, CalendarError> {
        Ok(self.state(DayNumber::of(date)?.0).provisional)
    }

    /// The date `n` working days after a date; the date's own day is not counted, and
    /// `n = 0` gives the date itself, whatever day it is.
    ///
    /// ```
    /// # let notices = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/notices.toml")))?;
    /// # let statutory = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/statutory.toml")))?;
    /// # let calendar = xiaoneng_calendar::Calendar::new(notices, statutory)?;
    /// use jiff::civil::date;
    /// let may = calendar.known_on(date(2015, 5, 1));
    /// assert_eq!(may.add_workdays(date(2015, 8, 31), 20)?, date(2015, 9, 28));
    /// let june = calendar.known_on(date(2015, 6, 1));
    /// assert_eq!(june.add_workdays(date(2015, 8, 31), 20)?, date(2015, 9, 29));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`CalendarError::Negative`], [`CalendarError::OutOfRange`],
    /// [`CalendarError::ResultOutOfRange`].
    pub fn add_workdays(&self, date: Date, n: i64) -> Result<Date, CalendarError> {
        let start = DayNumber::of(date)?.0;
        if n < 0 {
            return Err(CalendarError::Negative { n });
        }
        if n == 0 {
            return Ok(date);
        }
        let what = || format!("{date} + {n} working days");
        reached(self.nth_workday(self.rank(start).saturating_add(n)), what)
    }

    /// The date `n` working days before a date; `n = 0` gives the date itself.
    ///
    /// # Errors
    /// As [`Known::add_workdays`].
    pub fn sub_workdays(&self, date: Date, n: i64) -> Result<Date, CalendarError> {
        let start = DayNumber::of(date)?.0;
        if n < 0 {
            return Err(CalendarError::Negative { n });
        }
        if n == 0 {
            return Ok(date);
        }
        let what = || format!("{date} - {n} working days");
        let before = self.rank(start) - i64::from(self.works(start));
        reached(self.nth_workday((before + 1).saturating_sub(n)), what)
    }

    /// The working days in `(from, to]`.
    ///
    /// # Errors
    /// [`CalendarError::Reversed`] if `to` lies before `from`;
    /// [`CalendarError::OutOfRange`].
    pub fn workdays_between(&self, from: Date, to: Date) -> Result<u32, CalendarError> {
        let (a, b) = (DayNumber::of(from)?.0, DayNumber::of(to)?.0);
        if b < a {
            return Err(CalendarError::Reversed { from, to });
        }
        Ok((self.rank(b) - self.rank(a)) as u32)
    }

    /// The first working day on or after a date.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`], [`CalendarError::ResultOutOfRange`].
    pub fn on_or_after(&self, date: Date) -> Result<Date, CalendarError> {
        if self.is_workday(date)? {
            return Ok(date);
        }
        self.add_workdays(date, 1)
    }

    /// The last working day on or before a date.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`], [`CalendarError::ResultOutOfRange`].
    pub fn on_or_before(&self, date: Date) -> Result<Date, CalendarError> {
        if self.is_workday(date)? {
            return Ok(date);
        }
        self.sub_workdays(date, 1)
    }

    /// [`Known::add_workdays`] for many: `out[i]` is the day `n[i]` working days after
    /// `days[i]`, or [`DayNumber::NONE`] where that or the day itself lies outside the
    /// calendar. Nothing is allocated but, by the first batch, tables for all of them.
    ///
    /// # Errors
    /// [`CalendarError::BatchLengths`] if the slices differ in length.
    pub fn add_workdays_batch(
        &self,
        days: &[DayNumber],
        n: &[u16],
        out: &mut [DayNumber],
    ) -> Result<(), CalendarError> {
        let len = days.len();
        if n.len() != len || out.len() != len {
            return Err(CalendarError::BatchLengths { left: len, right: n.len(), out: out.len() });
        }
        let done = self.table.batch().map_or(0, |batch| batch.answer(days, n, out));
        let left = days[done..].iter().zip(&n[done..]).zip(&mut out[done..]);
        for ((day, n), out) in left {
            // Capped at CAP - 1, where `rank` leads past the last day and `select` is none.
            let at = (day.0 as usize).min(CAP - 1);
            let nth = (self.table.rank[at] as usize + *n as usize).min(CAP - 1);
            *out = if *n == 0 && day.0 < DAYS { *day } else { DayNumber(self.table.select[nth]) };
        }
        Ok(())
    }

    /// [`Known::workdays_between`] for many: `u16::MAX` where a day lies outside the calendar
    /// or the interval is reversed.
    ///
    /// # Errors
    /// [`CalendarError::BatchLengths`] if the slices differ in length.
    pub fn workdays_between_batch(
        &self,
        from: &[DayNumber],
        to: &[DayNumber],
        out: &mut [u16],
    ) -> Result<(), CalendarError> {
        let len = from.len();
        if to.len() != len || out.len() != len {
            return Err(CalendarError::BatchLengths { left: len, right: to.len(), out: out.len() });
        }
        let rank = &*self.table.rank;
        for ((a, b), out) in from.iter().zip(to).zip(out.iter_mut()) {
            let (first, last) = ((a.0 as usize).min(CAP - 1), (b.0 as usize).min(CAP - 1));
            let covered = a.0 <= b.0 && b.0 < DAYS;
            let between = rank[last].wrapping_sub(rank[first]);
            *out = if covered { between } else { u16::MAX };
        }
        Ok(())
    }

    /// How many working days there are up to and including a day.
    #[inline]
    pub(crate) fn rank(&self, number: u16) -> i64 {
        debug_assert!(number < DAYS);
        i64::from(self.table.rank[number as usize])
    }

    /// The number of the k-th working day of the calendar; one outside of it if there is none.
    #[inline]
    pub(crate) fn nth_workday(&self, k: i64) -> i64 {
        if !(1..CAP as i64).contains(&k) {
            return -1;
        }
        i64::from(self.table.select[k as usize])
    }

    #[inline]
    pub(crate) fn state(&self, number: u16) -> DayState {
        self.table.days[number as usize]
    }

    #[inline]
    pub(crate) fn works(&self, number: u16) -> bool {
        self.state(number).class.works()
    }

    /// Whether any day of `first..=last` is provisional; `last` lies in the calendar.
    pub(crate) fn any_provisional(&self, first: i64, last: i64) -> bool {
        let first = first.clamp(0, i64::from(DAYS)) as usize;
        i64::from(self.table.next_provisional[first]) <= last
    }

    pub(crate) fn exempt(&self) -> &[(i64, i64)] {
        &self.table.exempt
    }

    /// The feast or local reason of a day.
    pub(crate) fn name(&self, number: u16) -> &str {
        &self.table.labels[self.state(number).label as usize].name
    }

    /// What a day is, in the words of an explanation.
    pub(crate) fn reason(&self, number: u16) -> String {
        let state = self.state(number);
        let label = &self.table.labels[state.label as usize];
        let open = if state.provisional { "暂计：尚未公布" } else { "" };
        let (name, source) = (label.name.as_str(), label.source.as_str());
        match state.class {
            DayClass::Workday => noted("工作日", &[name, open]),
            DayClass::Weekend => noted("周末", &[name, open]),
            DayClass::Holiday => noted(&format!("{name}放假"), &[source, open]),
            DayClass::MakeUp => noted("调休上班", &[name, source, open]),
            DayClass::Opened => noted(&format!("开放：{name}"), &[source]),
            DayClass::Closed => noted(&format!("停办：{name}"), &[source]),
            DayClass::Exempt => noted(&format!("不计：{name}"), &[source]),
        }
    }
}

/// A word with its notes in brackets, empty notes left out.
fn noted(word: &str, notes: &[&str]) -> String {
    let notes: Vec<&str> = notes.iter().copied().filter(|n| !n.is_empty()).collect();
    if notes.is_empty() {
        return word.to_owned();
    }
    format!("{word}（{}）", notes.join("，"))
}
