//! `xiaoneng calendar add|between`: working days added and counted, one question or millions.

use std::io::{self, Write};

use jiff::civil::Date;
use serde_json::json;
use xiaoneng_calendar::{FIRST_DAY, Known, LAST_DAY};
use xiaoneng_pack::World;

use crate::cli::{CalendarArgs, CalendarCommand, Cli};
use crate::commands::calendar_show;
use crate::lines::{self, LINE_MAX, Line};
use crate::output::{self, End, Ended, Stop};
use crate::{packs, when, words};

pub fn run(cli: &Cli, args: &CalendarArgs) -> Ended {
    match &args.what {
        CalendarCommand::Add { date, n, known_on } => {
            let known = known(cli, known_on.as_deref())?;
            match (date.as_str(), n) {
                ("-", None) => stream(cli.json, &known, add_line),
                ("-", Some(_)) => Err(Stop::usage("“-”表示逐行读“日期,N”，后面不要再写 N")),
                (_, None) => Err(Stop::usage("还缺工作日数 N：xiaoneng calendar add 2015-08-31 20")),
                (date, Some(n)) => add(cli, &known, date, n),
            }
        }
        CalendarCommand::Between { from, to, known_on } => {
            let known = known(cli, known_on.as_deref())?;
            match (from.as_str(), to) {
                ("-", None) => stream(cli.json, &known, between_line),
                ("-", Some(_)) => Err(Stop::usage("“-”表示逐行读“起,止”，后面不要再写日期")),
                (_, None) => Err(Stop::usage("还缺止日：xiaoneng calendar between 2015-08-31 2015-09-28")),
                (from, Some(to)) => between(cli, &known, from, to),
            }
        }
        CalendarCommand::Show { period, known_on } => {
            let known = known(cli, known_on.as_deref())?;
            calendar_show::run(cli, &known, period)
        }
    }
}

fn known(cli: &Cli, on: Option<&str>) -> Result<Known, Stop> {
    let on = on.map(when::date).transpose().map_err(Stop::usage)?;
    let world = packs::world(cli.pack.as_deref())?;
    Ok(known_on(&world, on))
}

/// The nation's calendar as known on a day; without one, with all that the packs know.
fn known_on(world: &World, on: Option<Date>) -> Known {
    on.map_or_else(|| world.calendar.known_all(), |on| world.calendar.known_on(on))
}

fn add(cli: &Cli, known: &Known, date: &str, n: &str) -> Ended {
    let (from, n) = (when::date(date).map_err(Stop::usage)?, whole(n).map_err(Stop::usage)?);
    let result = known.add_workdays(from, n)?;
    let provisional = Provisional::of(known).any(from, result);
    if cli.json {
        output::text(&added(from, n, result, provisional))?;
    } else {
        output::text(&result.to_string())?;
        remark(known, provisional);
    }
    Ok(End::Done)
}

fn between(cli: &Cli, known: &Known, from: &str, to: &str) -> Ended {
    let (from, to) = (when::date(from).map_err(Stop::usage)?, when::date(to).map_err(Stop::usage)?);
    let result = known.workdays_between(from, to)?;
    let provisional = Provisional::of(known).any(from, to);
    if cli.json {
        output::text(&counted(from, to, result, provisional))?;
    } else {
        output::text(&result.to_string())?;
        remark(known, provisional);
    }
    Ok(End::Done)
}

/// Dates, numbers and flags need no escaping: written by hand, the keys stay in the order of the question.
fn added(date: Date, n: i64, result: Date, provisional: bool) -> String {
    format!(r#"{{"date":"{date}","n":{n},"result":"{result}","provisional":{provisional}}}"#)
}

fn counted(from: Date, to: Date, result: u32, provisional: bool) -> String {
    format!(r#"{{"from":"{from}","to":"{to}","result":{result},"provisional":{provisional}}}"#)
}

fn remark(known: &Known, provisional: bool) {
    if provisional {
        let to = known.published_to().map_or("还没有公布任何一年".to_owned(), |to| format!("公布到 {to}"));
        output::remark(&format!("暂计：其中有的日子放假安排尚未公布（{to}），公布后可能变动"));
    }
}

/// A whole number, however long; what no calendar can hold is told apart from what is no number.
fn whole(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("“{text}”不是整数，工作日数请写 0、1、20 这样"));
    }
    Ok(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

/// Whether a stretch has days that a notice yet to come may change: for every day how many such there are up to it.
struct Provisional(Vec<u32>);

impl Provisional {
    fn of(known: &Known) -> Self {
        let mut count = 0;
        let days = FIRST_DAY.series(jiff::Span::new().days(1)).take_while(|day| *day <= LAST_DAY);
        Provisional(
            days.map(|day| {
                count += u32::from(known.is_provisional(day).unwrap_or(true));
                count
            })
            .collect(),
        )
    }

    /// In `(from, to]`, both of which the calendar covers.
    fn any(&self, from: Date, to: Date) -> bool {
        let up_to = |day: Date| {
            let days = day.duration_since(FIRST_DAY).as_hours() / 24;
            usize::try_from(days).ok().and_then(|i| self.0.get(i)).copied().unwrap_or_default()
        };
        up_to(to) > up_to(from)
    }
}

/// The answer to one line is pushed to the buffer; or what is wrong with the line.
type Answer = Result<(), String>;

/// One answer a line; a faulty line says so in its place and the rest go on.
fn stream(json: bool, known: &Known, answer: fn(&str, &Known, Option<&Provisional>, &mut Vec<u8>) -> Answer) -> Ended {
    let provisional = json.then(|| Provisional::of(known));
    let mut faulty = 0_u64;
    let mut out = output::out();
    let mut buffer = Vec::with_capacity(128);
    lines::each(lines::stdin(), &mut out, |number, line, out| {
        buffer.clear();
        let result = match line {
            Line::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => answer(text, known, provisional.as_ref(), &mut buffer),
                Err(_) => Err("不是 UTF-8 文字".to_owned()),
            },
            Line::TooLong => Err(format!("这一行超过 {LINE_MAX} 字节")),
        };
        match result {
            Ok(()) => {
                buffer.push(b'\n');
                out.write_all(&buffer)
            }
            Err(fault) => {
                faulty += 1;
                tell_fault(json, number, &fault, out)
            }
        }
    })?;
    Ok(End::found(faulty > 0))
}

fn tell_fault(json: bool, number: u64, fault: &str, out: &mut impl Write) -> io::Result<()> {
    let text = format!("第 {number} 行：{fault}");
    if json { writeln!(out, "{}", json!({ "error": text })) } else { writeln!(out, "error: {text}") }
}

fn add_line(line: &str, known: &Known, provisional: Option<&Provisional>, out: &mut Vec<u8>) -> Answer {
    let (date, n) = line.split_once(',').ok_or_else(|| shape(line, "日期,N", "2015-08-31,20"))?;
    let (from, n) = (quick_date(date)?, quick_number(n.trim())?);
    let result = known.add_workdays(from, n).map_err(|e| words::calendar(&e))?;
    if let Some(provisional) = provisional {
        out.extend_from_slice(added(from, n, result, provisional.any(from, result)).as_bytes());
    } else {
        push_date(result, out);
    }
    Ok(())
}

fn between_line(line: &str, known: &Known, provisional: Option<&Provisional>, out: &mut Vec<u8>) -> Answer {
    let (from, to) = line.split_once(',').ok_or_else(|| shape(line, "起,止", "2015-08-31,2015-09-28"))?;
    let (from, to) = (quick_date(from)?, quick_date(to)?);
    let result = known.workdays_between(from, to).map_err(|e| words::calendar(&e))?;
    if let Some(provisional) = provisional {
        out.extend_from_slice(counted(from, to, result, provisional.any(from, to)).as_bytes());
    } else {
        // Writing into a vector does not fail.
        let _ = write!(out, "{result}");
    }
    Ok(())
}

fn shape(line: &str, form: &str, example: &str) -> String {
    if line.is_empty() {
        return format!("空行；每行应当是“{form}”，例如 {example}");
    }
    format!("“{}”不是“{form}”，例如 {example}", output::cut(line, 60))
}

/// The date of ten plain bytes; anything else goes the long way, which knows what to say.
fn quick_date(text: &str) -> Result<Date, String> {
    let text = text.trim();
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return when::date(text) };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2].map(|b| b.wrapping_sub(b'0'));
    if digits.iter().any(|d| *d > 9) {
        return when::date(text);
    }
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits.map(i16::from);
    let year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
    Date::new(year, (m1 * 10 + m2) as i8, (d1 * 10 + d2) as i8).or_else(|_| when::date(text))
}

fn quick_number(text: &str) -> Result<i64, String> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 9 || !bytes.iter().all(u8::is_ascii_digit) {
        return whole(text);
    }
    Ok(bytes.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

fn push_date(date: Date, out: &mut Vec<u8>) {
    // Years of the calendar have four digits.
    let (year, month, day) = (date.year() as u16, date.month() as u16, date.day() as u16);
    let digit = |n: u16| b'0' + (n % 10) as u8;
    out.extend_from_slice(&[
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_way_reads_and_writes_what_the_long_way_does() {
        let mut day = FIRST_DAY;
        while day < LAST_DAY {
            let text = day.to_string();
            let mut written = Vec::new();
            push_date(day, &mut written);
            assert_eq!(written, text.as_bytes());
            assert_eq!(quick_date(&text), Ok(day));
            day = day.tomorrow().unwrap();
        }
        for wrong in ["2015-02-30", "2015/08/20", "x", ""] {
            assert_eq!(quick_date(wrong), when::date(wrong));
        }
    }

    #[test]
    fn a_number_that_no_machine_holds_is_still_a_number() {
        assert_eq!(whole("1000000000000"), Ok(1_000_000_000_000));
        assert_eq!(whole("99999999999999999999999"), Ok(i64::MAX));
        assert_eq!(quick_number("-1"), Ok(-1));
        assert_eq!(quick_number("120"), Ok(120));
        assert!(whole("1.5").is_err() && whole("").is_err() && whole("二十").is_err());
    }
}
