//! A limit, the question about it, and the answer.

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::CalendarError;

/// The longest limit in working days.
pub const WORKDAYS_MAX: u32 = 8_000;
/// The longest limit in calendar days.
pub const DAYS_MAX: u32 = 11_000;
/// The longest limit in months.
pub const MONTHS_MAX: u32 = 360;
/// The longest limit in years.
pub const YEARS_MAX: u32 = 30;
/// The longest limit in hours (a little over a year).
pub const HOURS_MAX: u32 = 9_000;
/// How many pauses one limit may have.
pub const PAUSES_MAX: usize = 500;

/// How long a limit is, and in which kind of day: each law says for itself what its "day" is
/// (行政许可法 82, 行政复议法 88), so the kind is the limit's own and never a global rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Working days (工作日): weekends and holidays do not count, make-up days do.
    Workdays(u32),
    /// Calendar days; a last day of rest moves to the first working day after (民法典 203).
    Days(u32),
    /// Months, to the corresponding day, or the month's last day if it has none (民法典 202).
    Months(u32),
    /// Years, as months.
    Years(u32),
    /// Hours from the moment itself (民法典 201 II); they never roll.
    Hours(u32),
    /// The day itself (当日, 当场).
    SameDay,
    /// The next such date after the start (6月30日); no text rolls it. 29 February is 28
    /// February in a year without.
    FixedDate {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
    /// A given date; it does not roll.
    UntilDate(Date),
}

impl Length {
    /// The number and the unit in Chinese; none for those without a number.
    pub fn number(self) -> Option<(u32, &'static str)> {
        match self {
            Self::Workdays(n) => Some((n, "个工作日")),
            Self::Days(n) => Some((n, "日")),
            Self::Months(n) => Some((n, "个月")),
            Self::Years(n) => Some((n, "年")),
            Self::Hours(n) => Some((n, "小时")),
            Self::SameDay | Self::FixedDate { .. } | Self::UntilDate(_) => None,
        }
    }

    /// The same kind with another number; unchanged for those without one.
    pub fn with_number(self, n: u32) -> Self {
        match self {
            Self::Workdays(_) => Self::Workdays(n),
            Self::Days(_) => Self::Days(n),
            Self::Months(_) => Self::Months(n),
            Self::Years(_) => Self::Years(n),
            Self::Hours(_) => Self::Hours(n),
            Self::SameDay | Self::FixedDate { .. } | Self::UntilDate(_) => self,
        }
    }

    /// The kind in which days used and left of such a limit are told.
    pub fn unit(self) -> Unit {
        match self {
            Self::Workdays(_) => Unit::Workdays,
            Self::Hours(_) => Unit::Hours,
            _ => Unit::Days,
        }
    }

    /// Whether its end hangs on which days are worked. A given date, the day itself and hours do not.
    pub fn hangs_on_calendar(self) -> bool {
        !matches!(self, Self::UntilDate(_) | Self::SameDay | Self::Hours(_))
    }

    /// Refuses a number past its bound, or a date that no year has.
    ///
    /// # Errors
    /// [`CalendarError::TooLong`], [`CalendarError::NoSuchDate`].
    pub fn check(self) -> Result<(), CalendarError> {
        let max = match self {
            Self::Workdays(_) => WORKDAYS_MAX,
            Self::Days(_) => DAYS_MAX,
            Self::Months(_) => MONTHS_MAX,
            Self::Years(_) => YEARS_MAX,
            Self::Hours(_) => HOURS_MAX,
            Self::FixedDate { month, day } => {
                // 2004 is a leap year: 29 February is a date.
                return match Date::new(2004, month, day) {
                    Ok(_) => Ok(()),
                    Err(_) => Err(CalendarError::NoSuchDate { month, day }),
                };
            }
            Self::SameDay | Self::UntilDate(_) => return Ok(()),
        };
        match self.number() {
            Some((n, unit)) if n > max => Err(CalendarError::TooLong { n, unit, max }),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SameDay => f.write_str("当日"),
            Self::FixedDate { month, day } => write!(f, "{month}月{day}日"),
            Self::UntilDate(date) => write!(f, "至{date}"),
            _ => {
                let (n, unit) = self.number().unwrap_or_default();
                write!(f, "{n}{unit}")
            }
        }
    }
}

/// The kind of day in which something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days.
    Workdays,
    /// Calendar days.
    Days,
    /// Hours.
    Hours,
}

/// Which way a limit is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From an event to a last day.
    #[default]
    Forward,
    /// "At least N before": the event's day (the question's `start`) is not counted, N full
    /// days lie between it and the latest day, which does not move later when it is one of
    /// rest.
    Backward,
    /// A minimum wait: counted as [`Direction::Forward`]; what it bars may happen only after
    /// the last instant of its last day.
    NotBefore,
    /// As [`Direction::Forward`], but a last day of rest (a fixed date too) moves EARLIER, to
    /// the working day before (保障农民工工资支付条例 14).
    ShiftBack,
}

/// A stretch in which the clock stands still: the days after `from` up to and including `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// When it starts; that day still counts.
    pub from: DateTime,
    /// When it ends; that day does not count any more. `None`: still paused.
    #[serde(default)]
    pub to: Option<DateTime>,
    /// Why, as users see it: 专家评审.
    pub reason: String,
}

/// A limit and what has befallen it: the input of [`crate::count`]. Instants are civil
/// date-times of the place.
///
/// ```
/// use jiff::civil::date;
/// use xiaoneng_calendar::{Length, Question};
/// let question = Question {
///     promise: Some(5),
///     ..Question::new(Length::Workdays(20), date(2015, 8, 20).at(10, 0, 0, 0))
/// };
/// assert_eq!(question.pauses, []);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The statute's length.
    pub length: Length,
    /// Which way it is counted.
    #[serde(default)]
    pub direction: Direction,
    /// The event from which it is counted (backward: to which).
    pub start: DateTime,
    /// The pauses, in any order; where they overlap a day counts once.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// An extension, in the limit's own unit: it lengthens promise and statute alike.
    #[serde(default)]
    pub extension: Option<u32>,
    /// What the agency promises, in the limit's own unit, at most the statute's number.
    #[serde(default)]
    pub promise: Option<u32>,
    /// When business closes: the last instant of the last day (民法典 203 II), but of a minimum wait.
    #[serde(default)]
    pub closing: Option<Time>,
    /// The instant at which is asked; needed while a pause has no end.
    #[serde(default)]
    pub at: Option<DateTime>,
}

impl Question {
    /// A plain question: forward, without pauses, extension, promise or closing time.
    pub fn new(length: Length, start: DateTime) -> Self {
        Self {
            length,
            direction: Direction::Forward,
            start,
            pauses: Vec::new(),
            extension: None,
            promise: None,
            closing: None,
            at: None,
        }
    }
}

/// A pause that has no end yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StillPaused {
    /// Since when.
    pub since: DateTime,
    /// Why.
    pub reason: String,
}

/// When a limit ends: [`Answer`] without its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The event.
    pub start: DateTime,
    /// The first day that counts (of hours and 当日: the day of the event).
    pub first_day: Date,
    /// The last day: the promise's where one is given, else the statute's.
    pub due_date: Date,
    /// The last instant of it: closing time, or 23:59:59; of hours, the instant itself.
    pub due_at: DateTime,
    /// The statute's last day.
    pub statutory_due_date: Date,
    /// The last instant of it.
    pub statutory_due_at: DateTime,
    /// Whether `due_date` hangs on days whose notice is not yet published.
    pub provisional: bool,
    /// Whether `statutory_due_date` does.
    pub statutory_provisional: bool,
    /// Set while a pause has no end: the dates are then the earliest possible, as if the
    /// pause ended at the question's `at`.
    pub paused: Option<StillPaused>,
}

/// When a limit ends, and why then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The event.
    pub start: DateTime,
    /// The first day that counts (of hours and 当日: the day of the event).
    pub first_day: Date,
    /// The last day: the promise's where one is given, else the statute's.
    pub due_date: Date,
    /// The last instant of it: closing time, or 23:59:59; of hours, the instant itself.
    pub due_at: DateTime,
    /// The statute's last day.
    pub statutory_due_date: Date,
    /// The last instant of it.
    pub statutory_due_at: DateTime,
    /// Whether `due_date` hangs on days whose notice is not yet published.
    pub provisional: bool,
    /// Whether `statutory_due_date` does.
    pub statutory_provisional: bool,
    /// Set while a pause has no end: the dates are then the earliest possible, as if the
    /// pause ended at the question's `at`.
    pub paused: Option<StillPaused>,
    /// The days from `first_day`'s to `due_date`, stretch by stretch; for limits in days the
    /// counting ones add up to the limit.
    pub why: Vec<Stretch>,
    /// The same up to `statutory_due_date`, where that is another day; else empty.
    pub why_statutory: Vec<Stretch>,
}

/// Days in a row that count, or do not, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Whether the days count.
    pub counts: bool,
    /// How many days there are from `from` to `to`.
    pub days: u32,
    /// Why, in Chinese: 国庆节放假（国办发明电〔2014〕28号）.
    pub reason: String,
    /// Why, for programs.
    pub kind: StretchKind,
}

/// Why the days of a stretch count or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StretchKind {
    /// Ordinary working days.
    Workday,
    /// Weekend days worked (调休上班).
    MakeUp,
    /// Days on which a local layer works though others do not.
    Opened,
    /// The weekly rest.
    Weekend,
    /// Days off by a notice or the statutory rule.
    Holiday,
    /// A local layer is closed.
    Closed,
    /// A local standstill that is exempted.
    Exempt,
    /// The clock stood still.
    Paused,
    /// Calendar days of a limit in days.
    Calendar,
    /// A limit in months or years, to the corresponding day.
    CorrespondingDay,
    /// A limit in months or years, to the month's end for want of a corresponding day.
    MonthEnd,
    /// The last day was one of rest: on to the working day after.
    Roll,
    /// The last day was one of rest: back to the working day before. Overlaps the stretch
    /// before it, from the new last day to the old.
    ShiftBack,
    /// Hours from the moment itself.
    Hours,
    /// The day itself.
    SameDay,
    /// A date that is given, and does not roll.
    Fixed,
}
