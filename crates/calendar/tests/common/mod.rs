//! The nation's calendar from the pack, for the tests.
#![allow(dead_code)]

use jiff::civil::{Date, DateTime, date};
use xiaoneng_calendar::{Calendar, Notices, Statutory};

pub fn notices() -> Notices {
    toml::from_str(include_str!("../../../../packs/cn/calendar/notices.toml")).unwrap()
}

pub fn statutory() -> Statutory {
    toml::from_str(include_str!("../../../../packs/cn/calendar/statutory.toml")).unwrap()
}

pub fn calendar() -> Calendar {
    Calendar::new(notices(), statutory()).unwrap()
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn at(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// The day so many days after 2004-01-01.
pub fn nth_day(n: i64) -> Date {
    use jiff::ToSpan;
    date(2004, 1, 1) + n.days()
}
