//! How much of a limit is used, and what is left.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::CalendarError;
use crate::count::Ends;
use crate::known::Known;
use crate::limit::{Direction, Length, Question, Unit};
use crate::plan::Plan;
use crate::range::DayNumber;

/// Days (or hours) used and left, in the limit's own kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Those in (start, at] that count; 0 for a limit counted backward.
    pub used: i64,
    /// Those that remain until the due date (the promise's, where one is given): 0 on the
    /// last day, negative when late.
    pub left: i64,
    /// Those that remain until the statute's last day.
    pub statutory_left: i64,
    /// What is counted.
    pub unit: Unit,
}

/// How much of a limit is used at an instant, and what is left.
///
/// Days used are those of the limit's own kind in (start, at]: the day of `at` counts as
/// used. For a limit in working days `used + left` is the limit; where the last day rolled,
/// `left` is counted to the day it rolled to. Hours used are full hours; begun hours of
/// lateness count as late. A pause without an end stands until `at`.
///
/// # Errors
/// As [`crate::count`]; [`CalendarError::OutOfRange`] for an `at` outside the calendar.
pub fn usage(known: &Known, question: &Question, at: DateTime) -> Result<Usage, CalendarError> {
    let open = question.pauses.iter().any(|pause| pause.to.is_none());
    let asked;
    let question = if open && question.at != Some(at) {
        asked = Question { at: Some(at), ..question.clone() };
        &asked
    } else {
        question
    };
    let plan = Plan::new(known, question)?;
    let ends = Ends::of(&plan)?;
    let today = i64::from(DayNumber::of(at.date())?.0);
    if let Length::Hours(_) = question.length {
        return Ok(hours(&plan, &ends, at));
    }
    let backward = question.direction == Direction::Backward;
    let left = |due: i64| {
        // Before a forward limit starts, nothing of it is gone; a shifted pay day may lie before its start.
        let now = if backward { today } else { today.max(plan.start.min(due)) };
        if now <= due { plan.counted(now, due) } else { -plan.counted(due, now) }
    };
    Ok(Usage {
        used: if backward { 0 } else { plan.counted(plan.start, today) },
        left: left(ends.promise.due),
        statutory_left: left(ends.statute.due),
        unit: question.length.unit(),
    })
}

fn hours(plan: &Plan<'_>, ends: &Ends, at: DateTime) -> Usage {
    const HOUR: i64 = 3600;
    let backward = plan.question.direction == Direction::Backward;
    let now = if backward { at } else { at.max(plan.question.start) };
    let left = |due_at: DateTime| {
        if now <= due_at {
            // Begun hours remain: with full hours used the two make up the limit.
            plan.counted_seconds(now, due_at).div_ceil_hours()
        } else {
            -plan.counted_seconds(due_at, now).div_ceil_hours()
        }
    };
    Usage {
        used: if backward { 0 } else { plan.counted_seconds(plan.question.start, now) / HOUR },
        left: left(ends.promise.due_at),
        statutory_left: left(ends.statute.due_at),
        unit: Unit::Hours,
    }
}

trait Hours {
    fn div_ceil_hours(self) -> i64;
}

impl Hours for i64 {
    fn div_ceil_hours(self) -> i64 {
        (self + 3599) / 3600
    }
}
