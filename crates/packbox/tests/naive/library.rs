//! The library of limits, read from its texts once more.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::Value;
use xiaoneng_calendar::{Direction, Length};

use super::known::{date, list, number, table, word};

/// One version of one limit.
#[derive(Clone, Debug)]
pub struct Limit {
    pub id: String,
    pub series: String,
    /// In force from this day, up to and including that one.
    pub from: Date,
    pub to: Option<Date>,
    /// None where the law gives no number.
    pub length: Option<Length>,
    pub direction: Direction,
    /// By how much it may be extended, and how often.
    pub extension: Option<(u32, u32)>,
}

/// Every limit of the texts (`path`, `text`) that lie in a folder `limits`.
pub fn read<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Limit> {
    let files: Vec<Value> = texts.filter(|(path, _)| path.contains("/limits/")).map(|(_, text)| table(text)).collect();
    let mut laws: BTreeMap<&str, (Date, Option<Date>)> = BTreeMap::new();
    for law in files.iter().flat_map(|file| entries(file, "law")) {
        laws.insert(word(&law["id"]), (date(&law["from"]), law.get("to").map(date)));
    }
    files.iter().flat_map(|file| entries(file, "limit")).map(|entry| limit(entry, &laws)).collect()
}

fn entries<'a>(file: &'a Value, key: &str) -> &'a [Value] {
    file.get(key).map_or(&[], list)
}

fn limit(entry: &Value, laws: &BTreeMap<&str, (Date, Option<Date>)>) -> Limit {
    let law = laws.get(word(&entry["law"]));
    let has = |key: &str| entry.get(key).is_some_and(|value| value.as_bool() == Some(true));
    let count = |key: &str| entry.get(key).map(|value| number(value) as u32);
    let id = word(&entry["id"]);
    let mut length = None;
    if let Some(n) = count("workdays") {
        length = Some(Length::Workdays(n));
    }
    if let Some(n) = count("days") {
        length = Some(Length::Days(n));
    }
    if let Some(n) = count("months") {
        length = Some(Length::Months(n));
    }
    if let Some(n) = count("years") {
        length = Some(Length::Years(n));
    }
    if let Some(n) = count("hours") {
        length = Some(Length::Hours(n));
    }
    if has("same-day") {
        length = Some(Length::SameDay);
    }
    if let Some(day) = entry.get("fixed-date") {
        let (month, day) = word(day).split_once('-').unwrap();
        length = Some(Length::FixedDate { month: month.parse().unwrap(), day: day.parse().unwrap() });
    }
    let mut direction = Direction::Forward;
    if has("backward") {
        direction = Direction::Backward;
    }
    if has("not-before") {
        direction = Direction::NotBefore;
    }
    if has("shift-back") {
        direction = Direction::ShiftBack;
    }
    let times = |extension: &Value| extension.get("times").map_or(1, |times| number(times) as u32);
    Limit {
        id: id.to_owned(),
        series: entry.get("series").map_or(id, word).to_owned(),
        from: entry.get("from").map_or_else(|| law.unwrap().0, date),
        to: entry.get("to").map(date).or_else(|| law.and_then(|law| law.1)),
        length,
        direction,
        extension: entry.get("extension").map(|e| (number(&e["by"]) as u32, times(e))),
    }
}
