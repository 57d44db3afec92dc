//! What the calendar was asked of a running clock, as its row keeps it: a holiday notice is reckoned with from the
//! rows alone, and only the cases that it moves are read.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use xiaoneng_calendar::{Direction, Known, Length, Pause, Question, due};
use xiaoneng_casework::{ClockView, Name, PLACE, Status};

/// Days of rest in a row, at most.
const SHIFTED_MAX: i64 = 31;

/// A question, short: there is one beside every running clock.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The unit whose calendar was asked.
    #[serde(rename = "u")]
    pub unit: Name,
    #[serde(rename = "l")]
    length: Length,
    #[serde(rename = "d", default, skip_serializing_if = "is_forward")]
    direction: Direction,
    #[serde(rename = "s")]
    start: DateTime,
    /// Pauses that are over; one that is not keeps a clock from running.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pauses: Vec<(DateTime, DateTime)>,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    extension: Option<u32>,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    promise: Option<u32>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    closing: Option<Time>,
}

fn is_forward(direction: &Direction) -> bool {
    *direction == Direction::Forward
}

impl Asked {
    /// What is kept of a clock; nothing where no notice can move it: it stands still or has ended, or its date hangs
    /// on no calendar.
    pub fn of(unit: &Name, view: &ClockView) -> Option<String> {
        let asked = &view.question;
        if view.status != Status::Running || !asked.length.hangs_on_calendar() {
            return None;
        }
        let pauses: Option<Vec<_>> = asked.pauses.iter().map(|p| Some((p.from, p.to?))).collect();
        let kept = Asked {
            unit: unit.clone(),
            length: asked.length,
            direction: asked.direction,
            start: asked.start,
            pauses: pauses?,
            extension: asked.extension,
            promise: asked.promise,
            closing: asked.closing,
        };
        serde_json::to_string(&kept).ok()
    }

    /// As it was kept; `None` for what this version cannot read.
    pub fn read(kept: &str) -> Option<Asked> {
        serde_json::from_str(kept).ok()
    }

    /// No day after this one counts: the due day, or the event that is counted back from; where a day of rest moves
    /// the end to an earlier day, that day of rest.
    pub fn reaches(&self, due_at: Timestamp) -> Date {
        let last = PLACE.to_datetime(due_at).max(self.start).date();
        match self.direction {
            Direction::ShiftBack => last.saturating_add(SHIFTED_MAX.days()),
            Direction::Forward | Direction::Backward | Direction::NotBefore => last,
        }
    }

    /// When the clock is due by this calendar; `None` past its end.
    pub fn due_at(&self, known: &Known) -> Option<Timestamp> {
        let pause = |(from, to): &(DateTime, DateTime)| Pause { from: *from, to: Some(*to), reason: String::new() };
        let question = Question {
            length: self.length,
            direction: self.direction,
            start: self.start,
            pauses: self.pauses.iter().map(pause).collect(),
            extension: self.extension,
            promise: self.promise,
            closing: self.closing,
            at: None,
        };
        let dates = due(known, &question).ok()?;
        PLACE.to_timestamp(dates.due_at).ok()
    }
}
