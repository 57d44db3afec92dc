//! The day strip (时限日历): one cell a calendar day, the same on pages, in letters and on
//! the terminal.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::CalendarError;
use crate::count::Ends;
use crate::known::Known;
use crate::limit::{Direction, Length, Question, StretchKind};
use crate::plan::{End, Plan};
use crate::range::DayNumber;
use crate::why::{kind_of, mark, words};

/// One calendar day of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCell {
    /// The day.
    pub date: Date,
    /// What the day is to the limit.
    #[serde(flatten)]
    pub kind: CellKind,
    /// Whether a notice yet to come may change the day.
    pub provisional: bool,
    /// The last day (the promise's, where one is given).
    pub is_due: bool,
    /// The statute's last day.
    pub is_statutory_due: bool,
    /// The day on which is asked.
    pub is_today: bool,
}

/// What a day is to the limit; the text is in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
pub enum CellKind {
    /// The day of the event.
    Start,
    /// A day that counts.
    Counted,
    /// The weekly rest.
    Weekend,
    /// A holiday, with its name: 国庆节.
    Holiday(String),
    /// A make-up day that counts, with its feast.
    MakeUp(String),
    /// The clock stands still, and why.
    Paused(String),
    /// The unit is closed, or a standstill is exempted, and why.
    Closed(String),
    /// The working day to which a last day of rest was rolled.
    Rolled,
    /// Past the statute's last day.
    Over,
    /// On a strip counted backward: a day up to the latest one, on which one may still act.
    Before,
}

impl DayCell {
    /// One character for the terminal.
    pub fn glyph(&self) -> char {
        match self.kind {
            CellKind::Start => '○',
            CellKind::Counted => '■',
            CellKind::MakeUp(_) => '▣',
            CellKind::Weekend | CellKind::Holiday(_) => '░',
            CellKind::Paused(_) => '‖',
            CellKind::Closed(_) => '×',
            CellKind::Rolled => '→',
            CellKind::Over => '!',
            CellKind::Before => '·',
        }
    }
}

/// The strip of a limit, from the day of the event to its last day (the statute's), or to
/// today if that is later. A limit counted backward runs from its latest day (or today, if
/// earlier) to the day of the event.
///
/// # Errors
/// As [`crate::count`]; [`CalendarError::OutOfRange`] for a `today` outside the calendar.
pub fn strip(known: &Known, question: &Question, today: Date) -> Result<Vec<DayCell>, CalendarError> {
    let plan = Plan::new(known, question)?;
    let ends = Ends::of(&plan)?;
    let today = i64::from(DayNumber::of(today)?.0);
    let due = day_of(ends.promise.due_at)?;
    let statutory_due = day_of(ends.statute.due_at)?;
    let (first, last) = match question.direction {
        Direction::Backward => (due.min(today), plan.start),
        _ => (plan.start.min(due), statutory_due.max(due).max(today).max(plan.start)),
    };
    (first..=last)
        .map(|day| {
            Ok(DayCell {
                date: DayNumber(day as u16).date().unwrap_or(question.start.date()),
                kind: cell(&plan, &ends, day),
                provisional: known.state(day as u16).provisional,
                is_due: day == due,
                is_statutory_due: day == statutory_due,
                is_today: day == today,
            })
        })
        .collect()
}

fn day_of(at: DateTime) -> Result<i64, CalendarError> {
    DayNumber::of(at.date()).map(|number| i64::from(number.0))
}

fn cell(plan: &Plan<'_>, ends: &Ends, day: i64) -> CellKind {
    if day == plan.start {
        return CellKind::Start;
    }
    if plan.question.direction == Direction::Backward {
        if day <= ends.promise.due {
            return CellKind::Before;
        }
    } else if day < plan.start {
        // A shifted pay day may lie before the start.
        return in_itself(plan, day);
    } else if day > ends.statute.due.max(ends.promise.due) {
        return CellKind::Over;
    }
    let end: &End = if day <= ends.promise.due { &ends.promise } else { &ends.statute };
    let mark = mark(plan, end, day);
    match mark.kind {
        StretchKind::Paused => CellKind::Paused(words(plan, end, day, mark)),
        StretchKind::Roll if plan.known.works(day as u16) => CellKind::Rolled,
        _ if !matches!(end.length, Length::Workdays(_)) && mark.counts => CellKind::Counted,
        _ => in_itself(plan, day),
    }
}

/// What a day is by the calendar alone.
fn in_itself(plan: &Plan<'_>, day: i64) -> CellKind {
    let name = plan.known.name(day as u16).to_owned();
    match kind_of(plan.known.state(day as u16).class) {
        StretchKind::Weekend => CellKind::Weekend,
        StretchKind::Holiday => CellKind::Holiday(name),
        StretchKind::MakeUp => CellKind::MakeUp(name),
        StretchKind::Closed | StretchKind::Exempt => CellKind::Closed(name),
        _ => CellKind::Counted,
    }
}
