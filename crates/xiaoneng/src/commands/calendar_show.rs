//! `xiaoneng calendar show`: a year or a month, with its holidays and make-up days.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use xiaoneng_calendar::{Day, DayClass, Known};

use crate::cli::Cli;
use crate::output::{self, End, Ended, Paint, Stop};
use crate::when;

/// Months beside each other.
const BESIDE: usize = 2;
/// Columns of a month: seven days of five.
const MONTH_WIDTH: usize = 35;

pub fn run(cli: &Cli, known: &Known, period: &str) -> Ended {
    let (first, last) = days_of(period).map_err(Stop::usage)?;
    let days: Vec<Day> =
        first.series(1.day()).take_while(|day| *day <= last).map(|day| known.day(day)).collect::<Result<_, _>>()?;
    let works = days.iter().filter(|d| d.class.works()).count();
    if cli.json {
        let listed: Vec<_> = days
            .iter()
            .map(|d| json!({"date": d.date, "class": d.class, "workday": d.class.works(), "name": d.name, "source": d.source, "provisional": d.provisional}))
            .collect();
        output::json(
            &json!({"period": period, "workdays": works, "published_to": known.published_to(), "days": listed}),
        )?;
        return Ok(End::Done);
    }
    output::text(&shown(&days, works, known, Paint::of_stdout()))?;
    Ok(End::Done)
}

fn days_of(period: &str) -> Result<(Date, Date), String> {
    let shape = || format!("“{period}”不是年或年-月，请写成 2015 或 2015-09");
    let fine = period.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match period.len() {
        4 if fine => Ok((when::date(&format!("{period}-01-01"))?, when::date(&format!("{period}-12-31"))?)),
        7 if fine => {
            let first = when::date(&format!("{period}-01"))?;
            Ok((first, first.last_of_month()))
        }
        _ => Err(shape()),
    }
}

fn shown(days: &[Day], works: usize, known: &Known, paint: Paint) -> String {
    let mut text = String::new();
    let months: Vec<Vec<String>> =
        days.chunk_by(|a, b| a.date.month() == b.date.month()).map(|m| month(m, paint)).collect();
    for row in months.chunks(BESIDE) {
        let height = row.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let cells: Vec<&str> = row.iter().map(|m| m.get(line).map_or("", |l| &**l)).collect();
            // Colours take no room on the screen: they are not counted.
            let padded: Vec<String> = cells
                .iter()
                .map(|c| format!("{c}{}", " ".repeat((MONTH_WIDTH + 3).saturating_sub(visible(c)))))
                .collect();
            let _ = writeln!(text, "{}", padded.concat().trim_end());
        }
        text.push('\n');
    }
    let _ = writeln!(text, "休：放假　班：调休上班　周末不标　?：放假安排尚未公布，暂计\n");
    for run in days.chunk_by(|a, b| a.class == b.class && a.name == b.name && a.source == b.source) {
        text += &special(run);
    }
    let open = days.iter().any(|d| d.provisional);
    let published =
        known.published_to().map_or("没有公布任何一年".to_owned(), |to| format!("放假安排公布到 {to}"));
    let _ =
        write!(text, "工作日 {works} 天，共 {} 天；{published}{}", days.len(), if open { "，其后为暂计" } else { "" });
    text
}

fn visible(text: &str) -> usize {
    let mut plain = String::new();
    let mut in_code = false;
    for c in text.chars() {
        match (in_code, c) {
            (false, '\u{1b}') => in_code = true,
            (true, 'm') => in_code = false,
            (true, _) => {}
            (false, c) => plain.push(c),
        }
    }
    output::width(&plain)
}

fn month(days: &[Day], paint: Paint) -> Vec<String> {
    let Some(first) = days.first().map(|d| d.date) else { return Vec::new() };
    let works = days.iter().filter(|d| d.class.works()).count();
    let title = format!("{} 年 {} 月（{works} 个工作日）", first.year(), first.month());
    let mut lines = vec![paint.bold(&title), "一   二   三   四   五   六   日".to_owned()];
    let mut line = "     ".repeat(first.weekday().to_monday_zero_offset() as usize);
    for day in days {
        line += &cell(day, paint);
        if day.date.weekday() == jiff::civil::Weekday::Sunday {
            lines.push(std::mem::take(&mut line));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Five columns: the number, a mark, a blank.
fn cell(day: &Day, paint: Paint) -> String {
    let number = format!("{:2}", day.date.day());
    match day.class {
        DayClass::Holiday => paint.light("red", &format!("{number}休")) + " ",
        DayClass::MakeUp | DayClass::Opened => paint.light("yellow", &format!("{number}班")) + " ",
        DayClass::Closed | DayClass::Exempt => format!("{number}停 "),
        DayClass::Weekend => paint.faint(&number) + if day.provisional { "?  " } else { "   " },
        DayClass::Workday => number + if day.provisional { "?  " } else { "   " },
    }
}

/// A run of days that a notice names, in a line.
fn special(run: &[Day]) -> String {
    let [first, ..] = run else { return String::new() };
    let what = match first.class {
        DayClass::Workday | DayClass::Weekend => return String::new(),
        DayClass::Holiday => "放假",
        DayClass::MakeUp => "上班",
        DayClass::Opened => "开放",
        DayClass::Closed => "停办",
        DayClass::Exempt => "不计",
    };
    let last = &run[run.len() - 1];
    let days = if run.len() == 1 {
        when::with_weekday(first.date)
    } else {
        format!("{} 至 {}，{} 天", when::with_weekday(first.date), when::with_weekday(last.date), run.len())
    };
    let source = if first.source.is_empty() { String::new() } else { format!("　{}", first.source) };
    format!("{what}　{}　{days}{source}\n", first.name)
}
