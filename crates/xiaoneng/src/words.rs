//! The words of other floors' errors for whoever sits at the terminal. Those floors speak to the log in
//! English; a clerk reads Chinese.

use xiaoneng_calendar::{CalendarError, FIRST_DAY, LAST_DAY};
use xiaoneng_office::{ActError, OfficeError};
use xiaoneng_store::StoreError;

use crate::output::Stop;

impl From<CalendarError> for Stop {
    fn from(error: CalendarError) -> Self {
        Stop::Refused(calendar(&error))
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Refused(store(&error))
    }
}

impl From<OfficeError> for Stop {
    fn from(error: OfficeError) -> Self {
        Stop::Refused(match &error {
            OfficeError::Store(error) => store(error),
            other => other.to_string(),
        })
    }
}

impl From<ActError> for Stop {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Office(error) => error.into(),
            other => Stop::Refused(other.to_string()),
        }
    }
}

/// What the calendar says, in Chinese.
pub fn calendar(error: &CalendarError) -> String {
    use CalendarError as E;
    let range = format!("日历只有 {FIRST_DAY} 到 {LAST_DAY}");
    match error {
        E::OutOfRange { date } => format!("{date} 不在日历范围内，{range}"),
        E::ResultOutOfRange { what } => format!("算出来的日期超出了日历（{}），{range}；请把天数改小", question(what)),
        E::Negative { n } => {
            format!("工作日数 {n} 是负数，应当是 0 或者正数；要往前数，请用 calendar between 数两天之间")
        }
        E::Reversed { from, to } => format!("终点 {to} 在起点 {from} 之前，请把两个日期调换"),
        E::TooLong { n, unit, max } => format!("时限 {n}{unit}太长，最多 {max}{unit}"),
        E::NoSuchDate { month, day } => format!("没有 {month} 月 {day} 日这一天"),
        E::PromiseTooLong { promise, statute, unit } => {
            format!("承诺 {promise}{unit}比法定的 {statute}{unit}还长；承诺只能缩短，请写 {statute} 或更少")
        }
        E::Unsupported { limit, what } => format!("“{limit}”这样的时限不能有{}", unsupported(what)),
        E::EndsBeforeStart { start, until } => format!("时限到 {until} 为止，却从 {start} 才开始，请核对起算时间"),
        E::PauseReversed { from, to, reason } => {
            format!("暂停{}到 {to} 止，却从 {from} 才起，请把两头调换", of(reason))
        }
        E::PauseAfterLapse { from, due_at, reason } => {
            format!("暂停{}从 {from} 起，而时限已于 {due_at} 届满；暂停只能在时限届满以前开始", of(reason))
        }
        E::AtNeeded { from } => format!("从 {from} 起的暂停还没有结束：请用 --at（逐行时用 \"at\"）说明问的是哪一刻"),
        E::TooManyPauses { n, max } => format!("有 {n} 段暂停，最多 {max} 段"),
        E::Data { place, fault } => format!("日历数据有错，{place}：{fault}；请运行 xiaoneng check"),
        other => other.to_string(),
    }
}

/// The calendar's own words for what was asked: `2015-08-31 + 20 working days`, `3个月 from 2035-12-01`.
fn question(what: &str) -> String {
    what.replace(" working days", " 个工作日").replace(" from ", "，自 ").replace(" before ", "，早于 ")
}

fn of(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!("（{reason}）") }
}

/// The calendar's few English phrases begin with the thing that cannot be had.
fn unsupported(what: &str) -> String {
    let words = [
        ("a count backward", "倒算：要有天数、月数、年数或小时数"),
        ("an extension", "延长：只有往后数、有数字的时限才能延长"),
        ("a promise", "承诺：只有往后数、有数字的时限才能承诺更短"),
        ("pauses", "暂停：往前倒数的时限不停走"),
    ];
    let found = words.iter().find(|(english, _)| what.starts_with(english));
    found.map_or(what, |(_, chinese)| chinese).to_owned()
}

/// What the store says, in Chinese.
pub fn store(error: &StoreError) -> String {
    use StoreError as E;
    match error {
        E::Full { detail } => format!("磁盘满了，什么都没有写（{detail}）：请在数据文件夹所在的磁盘腾出空间再来"),
        E::Locked { what } => {
            format!("另一个程序正在使用 {what}：请先停下它（多半是 xiaoneng serve 或 demo），或者另指定 --data")
        }
        E::Corrupt { detail } => {
            format!("数据损坏（{detail}）：请停用，原样保留这些文件，用最近的备份恢复，再运行 xiaoneng doctor")
        }
        E::NotFound { what } => format!("没有{}", what.replace("store at", "数据：")),
        E::NewerSchema { what, found, known } => {
            format!(
                "{what} 的数据格式是第 {found} 版，这个程序是第 {known} 版：请用与数据相配的程序打开（打开一次即可升级旧数据）"
            )
        }
        E::Unavailable { detail } => format!("数据库现在不能用（{detail}）：请看文件夹在不在、有没有权限、磁盘满没满"),
        other => format!("数据库不接受：{other}"),
    }
}

/// A value, or that there is none.
pub fn or_none(text: &str) -> &str {
    if text.is_empty() { "（无）" } else { text }
}
