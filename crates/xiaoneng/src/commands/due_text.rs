//! A limit's end for reading: dates, the strip of days, and the days that add up to it.

use std::fmt::Write as _;

use jiff::civil::Date;
use xiaoneng_calendar::{CellKind, DayCell, Direction, Length, Stretch, StretchKind, Unit};

use crate::commands::due::{Told, allowed_from, notes, silence_date};
use crate::commands::limits_text::approver;
use crate::output::{Paint, pad};
use crate::when;

/// Weeks shown of a strip; of a longer one its beginning and its end.
const WEEKS_MAX: usize = 26;
/// Rows of the explanation shown; of more, beginning and end.
const ROWS_MAX: usize = 40;

/// All of it.
pub fn shown(told: &Told, paint: Paint) -> String {
    let mut text = String::new();
    heading(told, paint, &mut text);
    dates(told, paint, &mut text);
    weeks(told, paint, &mut text);
    let promised = told.answer.due_at != told.answer.statutory_due_at;
    let title = if promised { "为什么（承诺）" } else { "为什么" };
    why(title, &told.answer.why, told, counted_of(told), paint, &mut text);
    if promised {
        let statute = told.length.number().map(|(n, _)| n);
        why("为什么（法定）", &told.answer.why_statutory, told, statute, paint, &mut text);
    }
    for note in notes(told) {
        let _ = writeln!(text, "\n{}", paint.light("yellow", &note));
    }
    text
}

fn heading(told: &Told, paint: Paint, text: &mut String) {
    let v = told.version;
    let series = if v.series == v.id { String::new() } else { format!("（系列 {}）", v.series) };
    let law = told.law.map_or(v.law.clone(), |law| law.name());
    let _ = writeln!(text, "{}{series}　{law} {}", paint.bold(&v.id), v.article);
    let extension = match (&v.extension, told.asked.extend) {
        (Some(e), true) => format!("，已延长 {}{}（{}）", e.by, unit_of(told.length), approver(&e.approver)),
        (Some(e), false) => format!("，可以延长 {}{}", e.by, unit_of(told.length)),
        (None, _) => String::new(),
    };
    let promise = told.asked.promise.map_or(String::new(), |n| format!("，承诺 {}", told.length.with_number(n)));
    let _ = writeln!(text, "{}：{} → {}", v.bound, v.starts, v.stops);
    let _ = writeln!(text, "{}{promise}{extension}\n", v.in_words());
}

fn unit_of(length: Length) -> &'static str {
    length.number().map_or("", |(_, unit)| unit)
}

fn dates(told: &Told, paint: Paint, text: &mut String) {
    let a = &told.answer;
    let provisional = |p: bool| if p { "　暂计：放假安排尚未公布" } else { "" };
    let mut row = |name: &str, value: String| {
        let _ = writeln!(text, "  {}{value}", pad(name, 12));
    };
    let direction = told.version.direction;
    let start = match direction {
        Direction::Backward => "倒算自",
        Direction::ShiftBack => "约定日",
        _ => "起算",
    };
    let counts = match told.length {
        _ if direction == Direction::ShiftBack => "",
        Length::Hours(_) => "　从这一刻算",
        Length::SameDay => "　当天就要办",
        _ => "　当天不算",
    };
    row(start, format!("{}{counts}", when::readable(a.start)));
    if !matches!(told.length, Length::Hours(_) | Length::SameDay) {
        row("第一天", when::with_weekday(a.first_day));
    }
    let until = |date: Date, at: jiff::civil::DateTime| match told.length {
        Length::Hours(_) => when::readable(at),
        _ => format!("{}{:02}:{:02}:{:02} 止", when::with_weekday(date), at.hour(), at.minute(), at.second()),
    };
    let due = until(a.due_date, a.due_at);
    let name = match direction {
        Direction::Backward | Direction::ShiftBack => "最迟",
        Direction::NotBefore => "等到",
        _ if a.due_at != a.statutory_due_at => "承诺到期",
        _ => "到期",
    };
    row(name, paint.bold(&due) + provisional(a.provisional));
    if a.due_at != a.statutory_due_at {
        row("法定到期", until(a.statutory_due_date, a.statutory_due_at) + provisional(a.statutory_provisional));
    }
    if let Some(paused) = &a.paused {
        let why = if paused.reason.is_empty() { String::new() } else { format!("（{}）", paused.reason) };
        row("还在暂停", format!("自 {}{why}；上面是最早的日期，按此刻恢复计", when::readable(paused.since)));
    }
    // Of what ends before the day it is counted from, a light on that very day says nothing.
    let before = matches!(direction, Direction::Backward | Direction::ShiftBack) && told.asked.at.is_none();
    if let Some(light) = told.light.filter(|_| !before) {
        let next = told.next_change_at.map_or(String::new(), |next| format!("；{} 变灯", when::readable(next)));
        row("灯", format!("{}　{}时{next}", paint.light(light.id(), light.title()), when::readable(told.at)));
        row("用去", usage(told));
    }
    if let Some(day) = allowed_from(told) {
        row("最早", format!("{}起可以：{}", when::with_weekday(day), told.version.stops));
    }
    if !told.version.on_lapse.is_empty() {
        row(if direction == Direction::NotBefore { "期内" } else { "逾期" }, told.version.on_lapse.clone());
    }
    if let Some(day) = silence_date(told) {
        row("后果", told.version.silence.on(&format!(" {}", when::with_weekday(day))).trim_start().to_owned());
    }
    if let Some(on) = told.asked.known_on {
        row("日历", format!("按 {on} 为止公布的放假安排"));
    }
}

fn usage(told: &Told) -> String {
    let unit = match told.usage.unit {
        Unit::Workdays => "个工作日",
        Unit::Days => "天",
        Unit::Hours => "小时",
    };
    match told.usage.left {
        left if left < 0 => format!("已用 {}{unit}，超过 {}{unit}", told.usage.used, -left),
        left => format!("已用 {}{unit}，还剩 {left}{unit}", told.usage.used),
    }
}

/// The strip in weeks, Monday first, two columns a day.
fn weeks(told: &Told, paint: Paint, text: &mut String) {
    let Some(first) = told.strip.first() else { return };
    let lead = first.date.weekday().to_monday_zero_offset() as usize;
    let cells: Vec<Option<&DayCell>> = std::iter::repeat_n(None, lead).chain(told.strip.iter().map(Some)).collect();
    let weeks: Vec<&[Option<&DayCell>]> = cells.chunks(7).collect();
    let _ = writeln!(text, "\n  {}一 二 三 四 五 六 日", pad("", 8));
    let left_out = weeks.len().saturating_sub(WEEKS_MAX);
    for (i, week) in weeks.iter().enumerate() {
        if left_out > 0 && i == WEEKS_MAX / 2 {
            let _ = writeln!(text, "  {}……中间 {left_out} 周……", pad("", 8));
        }
        if left_out > 0 && (WEEKS_MAX / 2..WEEKS_MAX / 2 + left_out).contains(&i) {
            continue;
        }
        let Some(day) = week.iter().flatten().next().map(|c| c.date) else { continue };
        let label = format!("{}-{:02}-{:02}", day.year() % 100, day.month(), day.day());
        let glyphs: String = week.iter().map(|c| c.map_or("   ".to_owned(), |c| glyph(c, paint))).collect();
        let _ = writeln!(text, "  {}{}{}", pad(&label, 10), glyphs.trim_end(), remarks(week));
    }
    let _ = writeln!(text, "  {}", paint.faint(&legend(&told.strip)));
}

fn glyph(cell: &DayCell, paint: Paint) -> String {
    let glyph = match cell {
        c if c.is_due => paint.light("yellow", "◆"),
        c if c.is_statutory_due => paint.light("red", "◇"),
        c => match c.kind {
            CellKind::Weekend | CellKind::Holiday(_) => paint.faint(&c.glyph().to_string()),
            CellKind::Over => paint.light("red", "!"),
            CellKind::Paused(_) => paint.light("paused", &c.glyph().to_string()),
            _ => c.glyph().to_string(),
        },
    };
    let mark = if cell.is_today && !matches!(cell.kind, CellKind::Start) { "<" } else { " " };
    format!("{glyph}{mark} ")
}

/// What is out of the ordinary in a week, at its end.
fn remarks(week: &[Option<&DayCell>]) -> String {
    let mut names: Vec<String> = Vec::new();
    for cell in week.iter().flatten() {
        let name = match &cell.kind {
            CellKind::Holiday(name) => name.clone(),
            CellKind::MakeUp(name) if names.contains(name) => format!("{}日上班", cell.date.day()),
            CellKind::MakeUp(name) => format!("{}日上班（{name}）", cell.date.day()),
            CellKind::Closed(name) => name.clone(),
            _ => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { String::new() } else { format!("　{}", names.join("、")) }
}

/// Only the signs that were used.
fn legend(strip: &[DayCell]) -> String {
    let any = |f: &dyn Fn(&DayCell) -> bool| strip.iter().any(f);
    let due = strip.iter().find(|c| c.is_due);
    let apart = due.is_some_and(|c| !c.is_statutory_due) && any(&|c| c.is_statutory_due);
    let plain = |c: &DayCell| !c.is_due && !c.is_statutory_due;
    let entries = [
        (any(&|c| plain(c) && c.kind == CellKind::Start), "○ 起算日（不算）"),
        (any(&|c| plain(c) && c.kind == CellKind::Counted), "■ 算"),
        (any(&|c| plain(c) && matches!(c.kind, CellKind::MakeUp(_))), "▣ 调休上班（算）"),
        (any(&|c| matches!(c.kind, CellKind::Weekend | CellKind::Holiday(_))), "░ 休息（不算）"),
        (any(&|c| matches!(c.kind, CellKind::Paused(_))), "‖ 暂停（不算）"),
        (any(&|c| matches!(c.kind, CellKind::Closed(_))), "× 停办"),
        (any(&|c| plain(c) && c.kind == CellKind::Before), "· 还来得及"),
        (any(&|c| c.is_due), if apart { "◆ 承诺到期" } else { "◆ 到期" }),
        (apart, "◇ 法定到期"),
        (any(&|c| c.kind == CellKind::Over), "! 超期"),
        (any(&|c| c.is_today && c.kind != CellKind::Start), "< 问的这一天"),
    ];
    entries.iter().filter(|(used, _)| *used).map(|(_, words)| *words).collect::<Vec<_>>().join("　")
}

/// The number that the counting days of `why` must add up to, for limits in days.
fn counted_of(told: &Told) -> Option<u32> {
    told.asked.promise.or(told.length.number().map(|(n, _)| n))
}

fn why(title: &str, stretches: &[Stretch], told: &Told, number: Option<u32>, paint: Paint, text: &mut String) {
    let _ = writeln!(text, "\n{}", paint.bold(title));
    let daily = matches!(told.length, Length::Workdays(_) | Length::Days(_));
    let left_out = stretches.len().saturating_sub(ROWS_MAX);
    let mut sum = 0;
    for (i, s) in stretches.iter().enumerate() {
        sum += if s.counts { s.days } else { 0 };
        if left_out > 0 && i == ROWS_MAX / 2 {
            let _ = writeln!(text, "  ……中间 {left_out} 行，--json 可以看全……");
        }
        if left_out > 0 && (ROWS_MAX / 2..ROWS_MAX / 2 + left_out).contains(&i) {
            continue;
        }
        let days = if s.from == s.to { s.from.to_string() } else { format!("{} 至 {}", s.from, s.to) };
        let total = match (s.counts, daily) {
            (true, true) => format!("算 {:3} 天，累计 {sum:3}", s.days),
            (true, false) => format!("算 {:3} 天", s.days),
            (false, _) => format!("不算 {} 天", s.days),
        };
        let line = format!("  {}  {}  {}", pad(&days, 26), pad(&total, 20), s.reason);
        let faint = !s.counts && s.kind != StretchKind::Paused;
        let _ = writeln!(text, "{}", if faint { paint.faint(&line) } else { line });
    }
    if daily && let Some(number) = number {
        let extension = if told.asked.extend { told.version.extension.as_ref().map_or(0, |e| e.by) } else { 0 };
        let with = if extension > 0 { format!("（{number} + 延长 {extension}）") } else { String::new() };
        let _ = writeln!(text, "  合计算 {sum} 天 = {}{with}", told.length.with_number(number + extension));
    }
}
