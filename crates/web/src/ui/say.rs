//! How the place writes dates, times, money, lengths and limits: one place for all pages.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
};
use xiaoneng_calendar::{Length, Unit};
use xiaoneng_casework::{ClockView, Light, PLACE, Status};

/// The place's date and time of an instant.
pub fn local(at: Timestamp) -> DateTime {
    PLACE.to_datetime(at)
}

/// 周四
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}

/// 2015年8月27日 周四
///
/// ```
/// use jiff::civil::date;
/// assert_eq!(xiaoneng_web::ui::say::date(date(2015, 8, 27)), "2015年8月27日 周四");
/// ```
pub fn date(date: Date) -> String {
    format!("{} {}", plain_date(date), weekday(date))
}

/// 2015年8月27日
pub fn plain_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// 8月27日
pub fn short_date(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// 8月27日 周四
pub fn short_day(date: Date) -> String {
    format!("{} {}", short_date(date), weekday(date))
}

/// 2015-08-27: for tables and addresses.
pub fn iso(date: Date) -> String {
    date.to_string()
}

/// 17:30
pub fn time(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// 2015年8月27日 周四 17:30
pub fn moment(at: DateTime) -> String {
    format!("{} {}", date(at.date()), time(at.time()))
}

/// 2015年8月27日 周四 17:30, of an instant.
pub fn instant(at: Timestamp) -> String {
    moment(local(at))
}

/// 8月27日 17:30, of an instant.
pub fn short_instant(at: Timestamp) -> String {
    let at = local(at);
    format!("{} {}", short_date(at.date()), time(at.time()))
}

/// The end of a due day: 17:30, or 24:00 for its last second.
pub fn closing(at: DateTime) -> String {
    match (at.hour(), at.minute()) {
        (23, 59) => "24:00".to_owned(),
        _ => time(at.time()),
    }
}

/// 1,234.56 元, of whole fen.
///
/// ```
/// use xiaoneng_web::ui::say::money;
/// assert_eq!(money(0), "0 元");
/// assert_eq!(money(-1_250_000), "−12,500 元");
/// assert_eq!(money(105), "1.05 元");
/// ```
pub fn money(fen: i64) -> String {
    let (yuan, rest) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
    let sign = if fen < 0 { "−" } else { "" };
    match rest {
        0 => format!("{sign}{} 元", thousands(yuan)),
        _ => format!("{sign}{}.{rest:02} 元", thousands(yuan)),
    }
}

/// 3,480
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (n, c) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Whole fen as one types them into a field in yuan: `1234.5`.
pub fn yuan(fen: i64) -> String {
    match fen % 100 {
        0 => (fen / 100).to_string(),
        _ => format!("{}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.abs() / 100, fen.abs() % 100),
    }
}

/// What was typed into a field in yuan, in whole fen; `None` if it is no amount.
///
/// ```
/// use xiaoneng_web::ui::say::parse_yuan;
/// assert_eq!(parse_yuan("1,234.5"), Some(123_450));
/// assert_eq!(parse_yuan("0.005"), None);
/// ```
pub fn parse_yuan(text: &str) -> Option<i64> {
    let text = text.trim().replace([',', '，'], "");
    let (yuan, fen) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if yuan.is_empty() || fen.len() > 2 || !digits(yuan) || !digits(fen) {
        return None;
    }
    let fen: i64 = format!("{fen:0<2}").parse().ok()?;
    yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fen)
}

/// 20 个工作日; 60 日; 3 个月; 当日.
pub fn length(length: Length) -> String {
    match length.number() {
        Some((n, unit)) => format!("{n} {unit}"),
        None => length.to_string(),
    }
}

/// 个工作日, 日, 小时.
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Workdays => "个工作日",
        Unit::Days => "日",
        Unit::Hours => "小时",
    }
}

/// Whose the limit is behind a promise: 法定, or 公布 where no law sets one and the agency has said so itself.
pub fn source(view: &ClockView) -> &'static str {
    match view.basis.as_str() {
        basis if basis.starts_with("本机关") => "公布",
        // A date that was written down, a period, a step: the house's own.
        basis if ["登记的时间", "本程序", "本事项"].iter().any(|own| basis.starts_with(own)) => "到期",
        _ => "法定",
    }
}

/// A feast's short name, for under a cell: the day of 2015-09-03 has one of twenty-six characters.
pub fn feast(name: &str) -> &str {
    if name.starts_with("中国人民抗日战争") { "抗战胜利纪念日" } else { name }
}

/// 办理时限 in words, as it stands in every list.
///
/// 剩余 3 个工作日 · 今日到期 · 超期 2 个工作日 · 暂停计时（专家评审）· 即办件 · 暂计（日历未公布）· 按期办结 ·
/// 超期办结; and 超期不足 1 个工作日 for a limit that ran out since the last day that counted.
pub fn limit_words(view: &ClockView, now: Timestamp) -> String {
    match &view.status {
        Status::Paused { reason, .. } if reason.trim().is_empty() => return "暂停计时".to_owned(),
        Status::Paused { reason, .. } => return format!("暂停计时（{reason}）"),
        Status::Stopped { .. } if view.waits => return "已经期满".to_owned(),
        Status::Stopped { .. } | Status::Ended { .. } => {
            return if view.light == Light::Missed { "超期办结" } else { "按期办结" }.to_owned();
        }
        Status::Lapsed { .. } => return "逾期失权".to_owned(),
        Status::Running => {}
    }
    let (unit, today) = (unit(view.unit), local(now).date());
    if now > view.due_at {
        return match -view.left {
            ..=0 => format!("超期不足 1 {unit}"),
            late => format!("超期 {late} {unit}"),
        };
    }
    match view.length {
        Length::SameDay => "即办件".to_owned(),
        _ if view.unit == Unit::Hours => format!("剩余 {} {unit}", view.left),
        _ if local(view.due_at).date() == today => "今日到期".to_owned(),
        _ if view.answer.provisional => "暂计（日历未公布）".to_owned(),
        // A last day of rest that rolled on: the limit's days are used up, the due day is yet to come.
        _ if view.left <= 0 => format!("剩余 {} 日", (local(view.due_at).date() - today).get_days()),
        _ => format!("剩余 {} {unit}", view.left),
    }
}
