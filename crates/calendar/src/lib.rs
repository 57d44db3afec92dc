//! Which days count (工作日历), and when a limit (时限) ends.
//!
//! Pure: no clock, no chance, no I/O; the day on which something is known and the instant at
//! which is asked are arguments. The sources are values too: [`Notices`] and [`Statutory`]
//! are what `packs/cn/calendar/*.toml` hold.
//!
//! - [`Calendar`] keeps the past: [`Calendar::known_on`] a day, and local [`Layer`]s.
//! - [`Known`] answers questions about days in constant time: is it a working day, which day
//!   is N working days on, how many lie between; also millions at a time.
//! - [`count`] answers when a limit ends **and why**; [`due`] the same without the why;
//!   [`usage`] what is used and left; [`strip`] one cell a day to look at.
//!
//! Two rules hold everywhere. Intervals are **(start, end]**: the day of an event is not
//! counted. And the kind of day is **the limit's own**: no law's "day" is anyone else's.
//!
//! The calendar covers 2004-01-01 to 2035-12-31; whatever lies outside is an error that says
//! so.

mod batch;
pub mod bench;
mod calendar;
mod count;
mod error;
mod known;
mod layer;
mod limit;
mod plan;
mod range;
mod source;
mod strip;
mod table;
mod usage;
mod warning;
mod why;

pub use calendar::Calendar;
pub use count::{count, due};
pub use error::CalendarError;
pub use known::{Day, Known};
pub use layer::{DayOfWeek, LOCAL_DAYS_MAX, Layer, LocalDays};
pub use limit::{
    Answer, DAYS_MAX, Direction, Due, HOURS_MAX, Length, MONTHS_MAX, PAUSES_MAX, Pause, Question, StillPaused, Stretch,
    StretchKind, Unit, WORKDAYS_MAX, YEARS_MAX,
};
pub use range::{DAYS, DayNumber, FIRST_DAY, LAST_DAY};
pub use source::{Anchor, Anchors, DayKind, Feast, Notice, NoticeDay, Notices, Regime, Statutory};
pub use strip::{CellKind, DayCell, strip};
pub use table::DayClass;
pub use usage::{Usage, usage};
pub use warning::warns_at;
