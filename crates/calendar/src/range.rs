//! The days that the calendar covers, and their numbers.

use jiff::civil::{Date, date};

use crate::CalendarError;

/// The first day covered: notices are known from the year 2004 on.
pub const FIRST_DAY: Date = date(2004, 1, 1);
/// The last day covered: the lunar and solar anchors in the data end with 2035.
pub const LAST_DAY: Date = date(2035, 12, 31);

/// How many days are covered.
pub const DAYS: u16 = MONTH_STARTS[MONTHS];

const FIRST_YEAR: i16 = 2004;
const MONTHS: usize = 32 * 12;

/// The number of the first day of each month since January 2004, and one past the end.
const MONTH_STARTS: [u16; MONTHS + 1] = month_starts();

const fn month_starts() -> [u16; MONTHS + 1] {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut starts = [0; MONTHS + 1];
    let mut i = 0;
    while i < MONTHS {
        // Every fourth year is a leap year in 2004..=2035: no century year lies in the range.
        let leap_day = if i % 48 == 1 { 1 } else { 0 };
        starts[i + 1] = starts[i] + lengths[i % 12] + leap_day;
        i += 1;
    }
    starts
}

/// The number of a day: 0 is 2004-01-01, [`DAYS`]` - 1` is 2035-12-31. Two bytes, for batches.
///
/// ```
/// use xiaoneng_calendar::DayNumber;
/// use jiff::civil::date;
/// let day = DayNumber::of(date(2004, 2, 1))?;
/// assert_eq!(day.0, 31);
/// assert_eq!(day.date(), Some(date(2004, 2, 1)));
/// assert_eq!(DayNumber::NONE.date(), None);
/// # Ok::<(), xiaoneng_calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayNumber(pub u16);

impl DayNumber {
    /// No day: what a batch answers where a day or a result lies outside the calendar.
    pub const NONE: DayNumber = DayNumber(u16::MAX);

    /// The number of a date.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`] for a date outside [`FIRST_DAY`]..=[`LAST_DAY`].
    #[inline]
    pub fn of(date: Date) -> Result<Self, CalendarError> {
        if date < FIRST_DAY || date > LAST_DAY {
            return Err(CalendarError::OutOfRange { date });
        }
        let month = (date.year() - FIRST_YEAR) as usize * 12 + (date.month() - 1) as usize;
        Ok(Self(MONTH_STARTS[month] + (date.day() - 1) as u16))
    }

    /// The date of this number; `None` outside the calendar.
    pub fn date(self) -> Option<Date> {
        (self.0 < DAYS).then(|| date_of(self.0))
    }
}

/// The date of a number that is known to be covered.
pub(crate) fn date_of(number: u16) -> Date {
    assert!(number < DAYS, "day number {number} lies past the calendar");
    let month = MONTH_STARTS.partition_point(|&start| start <= number) - 1;
    date(FIRST_YEAR + (month / 12) as i16, (month % 12) as i8 + 1, (number - MONTH_STARTS[month]) as i8 + 1)
}

/// The date of a number that a count has reached, or the error that names the question.
pub(crate) fn reached(number: i64, what: impl FnOnce() -> String) -> Result<Date, CalendarError> {
    match u16::try_from(number) {
        Ok(number) if number < DAYS => Ok(date_of(number)),
        _ => Err(CalendarError::ResultOutOfRange { what: what() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_range_has_its_number_and_comes_back() {
        let mut day = FIRST_DAY;
        for number in 0..DAYS {
            assert_eq!(DayNumber::of(day), Ok(DayNumber(number)));
            assert_eq!(DayNumber(number).date(), Some(day));
            if number + 1 < DAYS {
                day = day.tomorrow().unwrap();
            }
        }
        assert_eq!(day, LAST_DAY);
        assert!(DayNumber::of(date(2003, 12, 31)).is_err());
        assert!(DayNumber::of(date(2036, 1, 1)).is_err());
        assert_eq!(DayNumber(DAYS).date(), None);
    }
}
