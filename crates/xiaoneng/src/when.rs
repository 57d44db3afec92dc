//! Dates and times as they are typed. Without an offset they are the place's (+08:00).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use xiaoneng_casework::PLACE;

/// A date written `2015-08-20`; the error says what is wrong with it and how to write it.
pub fn date(text: &str) -> Result<Date, String> {
    let shape = || format!("“{text}”不是日期，请写成 2015-08-20 这样（年四位，月、日各两位）");
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return Err(shape()) };
    let number = |part: &str, digits: usize| match part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()) {
        true => part.parse::<i16>().map_err(|_| shape()),
        false => Err(shape()),
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    Date::new(year, month as i8, day as i8).map_err(|_| match Date::new(year, month as i8, 1) {
        Ok(first) => format!("没有“{text}”这一天：{year} 年 {month} 月只有 {} 天", first.days_in_month()),
        Err(_) => format!("没有“{text}”这一天：月份是 01 到 12"),
    })
}

/// A date, or a date and a time, with or without an offset: `2015-08-20T10:00`, `2015-08-20T10:00+08:00`,
/// `2015-08-20T02:00Z`, `2015-08-20` (its first instant). With an offset it is turned into the place's time.
pub fn instant(text: &str) -> Result<DateTime, String> {
    let shape = || {
        format!(
            "“{text}”不是时间，请写成 2015-08-20T10:00 这样；只写日期就是当天 00:00；也可以带时区，如 2015-08-20T10:00+08:00"
        )
    };
    if text.len() == 10 {
        return date(text).map(|d| d.at(0, 0, 0, 0));
    }
    let Some((day, time)) = text.split_at_checked(10) else { return Err(shape()) };
    let Some(time) = time.strip_prefix(['T', 't', ' ']) else { return Err(shape()) };
    let day = date(day)?;
    if time.starts_with("24") {
        return Err(format!("“{text}”：一天到 23:59:59 为止；24:00 请写成第二天的 00:00"));
    }
    if time.contains(['[', ']', '-', '+', 'Z', 'z']) {
        let zoned = format!("{day}T{time}").parse::<Timestamp>().map_err(|_| shape())?;
        return Ok(PLACE.to_datetime(zoned));
    }
    format!("{day}T{time}").parse::<DateTime>().map_err(|_| shape())
}

/// A weekday in one character.
pub fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    }
}

/// A date with its weekday: 2015-08-27（周四）.
pub fn with_weekday(day: Date) -> String {
    format!("{day}（周{}）", weekday(day))
}

/// A date and time for reading: 2015-08-20（周四）10:00.
pub fn readable(at: DateTime) -> String {
    let seconds = if at.second() == 0 { String::new() } else { format!(":{:02}", at.second()) };
    format!("{}{:02}:{:02}{seconds}", with_weekday(at.date()), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn a_day_that_no_month_has_is_named() {
        assert_eq!(date("2015-08-20"), Ok(day(2015, 8, 20)));
        assert!(date("2015-02-30").unwrap_err().contains("2 月只有 28 天"));
        assert!(date("2015-13-01").unwrap_err().contains("月份是 01 到 12"));
        for wrong in ["2015-8-20", "20150820", "", "-", "2015-08-20x", "+015-08-20", "二〇一五-08-20", "2015-08-200"]
        {
            assert!(date(wrong).unwrap_err().contains("不是日期"), "{wrong}");
        }
    }

    #[test]
    fn a_time_with_an_offset_is_turned_into_the_places() {
        assert_eq!(instant("2015-08-20"), Ok(day(2015, 8, 20).at(0, 0, 0, 0)));
        assert_eq!(instant("2015-08-20T10:00"), Ok(day(2015, 8, 20).at(10, 0, 0, 0)));
        assert_eq!(instant("2015-08-20 10:00:05"), Ok(day(2015, 8, 20).at(10, 0, 5, 0)));
        assert_eq!(instant("2015-08-20T23:00Z"), Ok(day(2015, 8, 21).at(7, 0, 0, 0)));
        assert_eq!(instant("2015-08-20T10:00+08:00"), Ok(day(2015, 8, 20).at(10, 0, 0, 0)));
        assert_eq!(instant("2015-08-20T10:00-05:00"), Ok(day(2015, 8, 20).at(23, 0, 0, 0)));
        for wrong in
            ["2015-08-20T", "2015-08-20T25:00", "2015-08-20T24:00", "2015-02-30T10:00", "2015-08-20T10:00+99", "now"]
        {
            assert!(instant(wrong).is_err(), "{wrong}");
        }
    }
}
