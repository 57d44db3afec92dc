//! When a limit comes near: the instant at which the days left are down to the warning.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::known::Known;
use crate::limit::{Direction, Due, Length, Question, Unit};

/// The start of the day on which no more than `warning` days (hours of a limit in hours) are left.
///
/// A limit as short as the warning warns on its last day, not at its start. Never before the limit starts; `None`
/// where the calendar does not reach.
///
/// ```
/// # let notices = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/notices.toml")))?;
/// # let statutory = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/statutory.toml")))?;
/// # let calendar = xiaoneng_calendar::Calendar::new(notices, statutory)?;
/// use jiff::civil::date;
/// use xiaoneng_calendar::{Length, Question, due, warns_at};
/// let known = calendar.known_all();
/// let question = Question::new(Length::Workdays(5), date(2015, 8, 20).at(10, 0, 0, 0));
/// let ends = due(&known, &question)?;
/// assert_eq!(warns_at(&known, &question, &ends, 1), Some(date(2015, 8, 26).at(0, 0, 0, 0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn warns_at(known: &Known, question: &Question, ends: &Due, warning: u32) -> Option<DateTime> {
    let total = match question.length {
        Length::Workdays(n) | Length::Days(n) | Length::Hours(n) => {
            question.promise.unwrap_or(n) + question.extension.unwrap_or(0)
        }
        Length::SameDay => 1,
        Length::Months(_) | Length::Years(_) | Length::FixedDate { .. } | Length::UntilDate(_) => {
            (ends.due_date - ends.start.date()).get_days().unsigned_abs().max(1)
        }
    };
    let warning = i64::from(warning.min(total.saturating_sub(1)));
    let day = match question.length.unit() {
        // Counted backward, the latest day may be one of rest: nothing is left after the working day before it.
        Unit::Workdays => known.sub_workdays(known.on_or_before(ends.due_date).ok()?, warning).ok()?,
        Unit::Days => ends.due_date.checked_sub(jiff::Span::new().days(warning)).ok()?,
        Unit::Hours => return Some((ends.due_at - SignedDuration::from_hours(warning.max(1))).max(ends.start)),
    };
    let day = day.at(0, 0, 0, 0);
    // Counted backward, the start is the event to come.
    Some(if question.direction == Direction::Backward { day } else { day.max(ends.start) })
}
