//! What can go wrong when days are counted. Every message says what was asked, what is
//! required and how to mend it.

use jiff::civil::{Date, DateTime};

use crate::range::{FIRST_DAY, LAST_DAY};

/// Why a calendar could not be built, or a question about days could not be answered.
///
/// The messages are for the log and the clerk at the terminal; the words a citizen reads
/// are written where pages are made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// A date that the calendar does not cover.
    #[error("{date} lies outside the calendar, which covers {FIRST_DAY} to {LAST_DAY}")]
    OutOfRange {
        /// The date asked for.
        date: Date,
    },
    /// The answer would lie on a day that the calendar does not cover.
    #[error("{what}: the result lies outside the calendar, which covers {FIRST_DAY} to {LAST_DAY}")]
    ResultOutOfRange {
        /// What was asked.
        what: String,
    },
    /// A negative number of days.
    #[error("{n} working days: the number must be 0 or more (to go back, ask for days before)")]
    Negative {
        /// The number asked for.
        n: i64,
    },
    /// An interval whose end lies before its beginning.
    #[error("the interval ({from}, {to}] ends before it begins; exchange the two dates")]
    Reversed {
        /// The beginning (not counted).
        from: Date,
        /// The end (counted).
        to: Date,
    },
    /// A limit longer than its bound.
    #[error("a limit of {n} {unit} is longer than the bound of {max}")]
    TooLong {
        /// The number asked for.
        n: u32,
        /// The unit, in Chinese.
        unit: &'static str,
        /// The bound.
        max: u32,
    },
    /// A fixed date that no year has.
    #[error("{month}月{day}日 is in no year; give a month from 1 to 12 and a day that it has")]
    NoSuchDate {
        /// The month given.
        month: i8,
        /// The day given.
        day: i8,
    },
    /// A promise longer than the statute.
    #[error("the promise of {promise} {unit} is longer than the statute's {statute}; promise {statute} or less")]
    PromiseTooLong {
        /// The promise, in the limit's own unit.
        promise: u32,
        /// The statute's number.
        statute: u32,
        /// The unit, in Chinese.
        unit: &'static str,
    },
    /// Something that this kind of limit cannot have (a fixed date has no extension).
    #[error("{limit} cannot have {what}")]
    Unsupported {
        /// The limit, in Chinese.
        limit: String,
        /// What was asked of it.
        what: &'static str,
    },
    /// The fixed day lies before the start.
    #[error("the limit ends on {until}, before it starts at {start}")]
    EndsBeforeStart {
        /// The start.
        start: DateTime,
        /// The fixed day.
        until: Date,
    },
    /// A pause that ends before it starts.
    #[error("the pause ({reason}) ends at {to}, before it starts at {from}")]
    PauseReversed {
        /// Where the pause starts.
        from: DateTime,
        /// Where it ends.
        to: DateTime,
        /// Why the clock stood still.
        reason: String,
    },
    /// A pause that starts after the limit has lapsed.
    #[error(
        "the pause ({reason}) starts at {from}, after the limit has lapsed at {due_at}; \
         a pause must start while the limit runs"
    )]
    PauseAfterLapse {
        /// Where the pause starts.
        from: DateTime,
        /// The last instant of the limit, with the pauses before this one.
        due_at: DateTime,
        /// Why the clock was to stand still.
        reason: String,
    },
    /// A pause without an end needs the instant at which the question is asked.
    #[error("the pause that started at {from} has no end: say at which instant the question is asked (`at`)")]
    AtNeeded {
        /// Where the pause starts.
        from: DateTime,
    },
    /// More pauses than one limit may have.
    #[error("{n} pauses are more than the {max} that one limit may have")]
    TooManyPauses {
        /// How many were given.
        n: usize,
        /// The bound.
        max: usize,
    },
    /// The slices of a batch differ in length.
    #[error("a batch needs slices of one length; these are {left}, {right} and {out} long")]
    BatchLengths {
        /// Length of the first input.
        left: usize,
        /// Length of the second input.
        right: usize,
        /// Length of the output.
        out: usize,
    },
    /// A fault in the notices, the statutory days or a layer.
    #[error("{place}: {fault}")]
    Data {
        /// Which notice, regime, year or layer.
        place: String,
        /// What is wrong, and what is required.
        fault: String,
    },
}

impl CalendarError {
    /// A fault in source data.
    pub(crate) fn data(place: impl Into<String>, fault: impl Into<String>) -> Self {
        Self::Data { place: place.into(), fault: fault.into() }
    }
}
