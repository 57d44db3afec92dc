//! Office hours: when anyone works at all.

use jiff::{SignedDuration, Timestamp, civil::Date};
use rand::Rng;
use xiaoneng_calendar::Calendar;
use xiaoneng_casework::PLACE;

use crate::SimError;

/// Minutes of work before and after noon: 8:30 to 12:00, 14:30 to 17:30.
const MORNING: i64 = 210;
const AFTERNOON: i64 = 180;
/// Minutes of one working day.
pub const DAY: i64 = MORNING + AFTERNOON;
/// Calendar days kept before and after the year, for what began earlier or ends later.
const MARGIN_DAYS: i32 = 60;

/// The working days around a stretch of time, and the arithmetic of working minutes.
///
/// An instant is counted as working minutes since the first of these days.
pub struct Hours {
    days: Vec<Date>,
}

impl Hours {
    /// The working days around a stretch, by all that the calendar knows.
    pub fn new(calendar: &Calendar, from: Timestamp, to: Timestamp) -> Result<Hours, SimError> {
        let known = calendar.known_all();
        let margin = jiff::Span::new().days(MARGIN_DAYS);
        let bad = |e: jiff::Error| SimError::Plan(e.to_string());
        let first = PLACE.to_datetime(from).date().checked_sub(margin).map_err(bad)?;
        let last = PLACE.to_datetime(to).date().checked_add(margin).map_err(bad)?;
        let mut days = Vec::new();
        let mut day = first;
        while day <= last {
            if known.is_workday(day).map_err(|e| SimError::Plan(e.to_string()))? {
                days.push(day);
            }
            day = day.tomorrow().map_err(bad)?;
        }
        if days.is_empty() {
            return Err(SimError::Plan("there is no working day in it".to_owned()));
        }
        Ok(Hours { days })
    }

    /// The working days from one instant to another.
    pub fn days_between(&self, from: Timestamp, to: Timestamp) -> &[Date] {
        let (a, b) = (PLACE.to_datetime(from).date(), PLACE.to_datetime(to).date());
        let first = self.days.partition_point(|d| *d < a);
        let end = self.days.partition_point(|d| *d <= b);
        &self.days[first..end.max(first)]
    }

    /// Working minutes up to an instant; outside hours, up to the last minute worked.
    pub fn minutes(&self, at: Timestamp) -> i64 {
        let civil = PLACE.to_datetime(at);
        let n = self.days.partition_point(|d| *d < civil.date());
        let before = n as i64 * DAY;
        if self.days.get(n) != Some(&civil.date()) {
            return before;
        }
        let of_day = i64::from(civil.hour()) * 60 + i64::from(civil.minute());
        let worked = (of_day - 510).clamp(0, MORNING) + (of_day - 870).clamp(0, AFTERNOON);
        before + worked
    }

    /// The instant of so many working minutes (within the days kept).
    pub fn instant(&self, minutes: i64) -> Timestamp {
        let last = self.days.len() as i64 - 1;
        let day = (minutes.max(0) / DAY).min(last);
        let within = minutes.max(0) - day * DAY;
        let within = within.min(DAY - 1);
        let of_day = if within < MORNING { 510 + within } else { 870 + within - MORNING };
        moment(self.days[day as usize], of_day)
    }

    /// So many working minutes later, at some second of that minute; never before `at`.
    pub fn after(&self, at: Timestamp, minutes: i64, rng: &mut impl Rng) -> Timestamp {
        let seconds = SignedDuration::from_secs(rng.random_range(0..60));
        (self.instant(self.minutes(at) + minutes) + seconds).max(at + SignedDuration::from_secs(1))
    }

    /// The working day after a day.
    pub fn next_day(&self, day: Date) -> Date {
        let n = self.days.partition_point(|d| *d <= day);
        self.days.get(n).copied().unwrap_or(day)
    }

    /// So many working days after a day (0: the day itself, or the next working one).
    pub fn day_after(&self, day: Date, n: usize) -> Date {
        let first = self.days.partition_point(|d| *d < day);
        self.days[(first + n).min(self.days.len() - 1)]
    }
}

/// The instant of a day's minute.
pub fn moment(day: Date, of_day: i64) -> Timestamp {
    let midnight = PLACE.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
    midnight + SignedDuration::from_mins(of_day)
}

/// As fields write an instant of the place: `2015-08-20T10:00`.
pub fn written(at: Timestamp) -> String {
    PLACE.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()
}
