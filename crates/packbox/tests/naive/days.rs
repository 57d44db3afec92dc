//! Days as plain numbers: how many days after 2004-01-01, a Thursday.

use jiff::civil::{Date, DateTime, date};

/// Days after 2004-01-01; may be negative.
pub type Day = i32;

/// Days of the years 2004 to 2035.
pub const DAYS: Day = 32 * 365 + 8;

pub const DAY_SECONDS: i64 = 24 * 60 * 60;

pub fn is_leap(year: i16) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

pub fn month_length(year: i16, month: i8) -> i8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn year_length(year: i16) -> Day {
    if is_leap(year) { 366 } else { 365 }
}

pub fn of_ymd(year: i16, month: i8, day: i8) -> Day {
    let mut number = i32::from(day) - 1;
    for earlier in 1..month {
        number += i32::from(month_length(year, earlier));
    }
    for earlier in 2004..year {
        number += year_length(earlier);
    }
    for later in year..2004 {
        number -= year_length(later);
    }
    number
}

pub fn of(day: Date) -> Day {
    of_ymd(day.year(), day.month(), day.day())
}

/// Year, month and day of a number.
pub fn ymd(mut number: Day) -> (i16, i8, i8) {
    let (mut year, mut month) = (2004, 1);
    while number < 0 {
        year -= 1;
        number += year_length(year);
    }
    while number >= year_length(year) {
        number -= year_length(year);
        year += 1;
    }
    while number >= i32::from(month_length(year, month)) {
        number -= i32::from(month_length(year, month));
        month += 1;
    }
    (year, month, number as i8 + 1)
}

pub fn to_date(number: Day) -> Date {
    let (year, month, day) = ymd(number);
    date(year, month, day)
}

/// 0 is Monday.
pub fn weekday(number: Day) -> i32 {
    (number + 3).rem_euclid(7)
}

/// Seconds after 2004-01-01T00:00.
pub fn second(at: DateTime) -> i64 {
    i64::from(of(at.date())) * DAY_SECONDS + second_of_day(at)
}

pub fn second_of_day(at: DateTime) -> i64 {
    (i64::from(at.hour()) * 60 + i64::from(at.minute())) * 60 + i64::from(at.second())
}

/// The day on which a second lies.
pub fn day_of(second: i64) -> Day {
    second.div_euclid(DAY_SECONDS) as Day
}

pub fn to_instant(second: i64) -> DateTime {
    let rest = second.rem_euclid(DAY_SECONDS) as i32;
    let (hour, minute, second_left) = ((rest / 3600) as i8, (rest / 60 % 60) as i8, (rest % 60) as i8);
    to_date(day_of(second)).at(hour, minute, second_left, 0)
}

/// So many months on (back, if negative): the corresponding day, or the month's last if it has none.
pub fn months_on(number: Day, months: i32) -> Day {
    let (mut year, mut month, day) = ymd(number);
    for _ in 0..months.abs() {
        if months > 0 {
            month += 1;
        } else {
            month -= 1;
        }
        if month == 13 {
            (year, month) = (year + 1, 1);
        }
        if month == 0 {
            (year, month) = (year - 1, 12);
        }
    }
    of_ymd(year, month, day.min(month_length(year, month)))
}
