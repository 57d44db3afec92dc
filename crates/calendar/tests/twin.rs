//! Every day of 2004 to 2027 against a naive twin that shares no code with the crate: it
//! reads the lists of facts line by line and asks of each day what was published by then.

mod common;

use common::{calendar, day, notices, nth_day, statutory};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use std::collections::{BTreeMap, BTreeSet};
use xiaoneng_calendar::{DayKind, FIRST_DAY, LAST_DAY};

const HOLIDAYS: &str = include_str!("fixtures/cn-holidays.csv");
const STATUTORY: &str = include_str!("fixtures/cn-statutory-days.csv");

struct Row {
    date: Date,
    off: bool,
    name: &'static str,
    notice: &'static str,
    published: Date,
    superseded_on: Option<Date>,
}

struct Twin {
    rows: BTreeMap<Date, Vec<Row>>,
    /// (year, feast without its bracket) -> its first day.
    feasts: BTreeMap<(i16, &'static str), Date>,
}

impl Twin {
    fn read() -> Self {
        let mut rows: BTreeMap<Date, Vec<Row>> = BTreeMap::new();
        for line in HOLIDAYS.lines().skip(1) {
            let f: Vec<&str> = line.split(',').collect();
            let row = Row {
                date: day(f[0]),
                off: f[1] == "off",
                name: f[2],
                notice: f[3],
                published: day(f[4]),
                superseded_on: (!f[6].is_empty()).then(|| day(f[6])),
            };
            rows.entry(row.date).or_default().push(row);
        }
        let mut feasts = BTreeMap::new();
        for line in STATUTORY.lines().skip(1) {
            let f: Vec<&str> = line.split(',').collect();
            let date = day(f[0]);
            feasts.entry((date.year(), f[1])).or_insert(date);
        }
        Self { rows, feasts }
    }

    /// Whether the year's own notice was out by a day. Amendments come after it.
    fn arranged(&self, year: i16, known: Date) -> bool {
        self.rows
            .range(date(year, 1, 1)..=date(year, 11, 30))
            .flat_map(|(_, rows)| rows)
            .any(|row| row.published <= known)
    }

    /// The statutory days of a year by the rule known on a day.
    fn statutory(&self, year: i16, known: Date) -> BTreeSet<Date> {
        let law = if known < date(1999, 9, 18) {
            0
        } else if known >= date(2024, 11, 12) && year >= 2025 {
            795
        } else if known >= date(2013, 12, 11) && year >= 2014 {
            644
        } else if known >= date(2007, 12, 14) && year >= 2008 {
            513
        } else {
            270
        };
        let spring = self.feasts[&(year, "春节")];
        let mut days = BTreeSet::new();
        let mut add = |first: Date, n: i64| {
            for i in 0..n {
                days.insert(first + i.days());
            }
        };
        if law == 0 {
            return days;
        }
        add(date(year, 1, 1), 1);
        add(date(year, 10, 1), 3);
        match law {
            270 => {
                add(spring, 3);
                add(date(year, 5, 1), 3);
            }
            513 => {
                add(spring.yesterday().unwrap(), 3);
                add(date(year, 5, 1), 1);
            }
            644 => {
                add(spring, 3);
                add(date(year, 5, 1), 1);
            }
            _ => {
                add(spring.yesterday().unwrap(), 4);
                add(date(year, 5, 1), 2);
            }
        }
        if law != 270 {
            for feast in ["清明节", "端午节", "中秋节"] {
                add(self.feasts[&(year, feast)], 1);
            }
        }
        days
    }

    fn works(&self, date: Date, known: Date) -> bool {
        let rows = self.rows.get(&date).map(Vec::as_slice).unwrap_or_default();
        let said = rows.iter().find(|row| row.published <= known && row.superseded_on.is_none_or(|on| on > known));
        if let Some(row) = said {
            return !row.off;
        }
        if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            return false;
        }
        self.arranged(date.year(), known) || !self.statutory(date.year(), known).contains(&date)
    }

    fn provisional(&self, date: Date, known: Date) -> bool {
        !self.arranged(date.year(), known)
            || (date.month() == 12 && date.day() >= 29 && !self.arranged(date.year() + 1, known))
    }
}

/// The days on which something was published, the days before, and some between.
fn known_days() -> Vec<Date> {
    let mut days = vec![day("1999-01-01"), day("2003-06-01"), day("2024-06-15")];
    for known in calendar().publications() {
        days.push(known.yesterday().unwrap());
        days.push(*known);
    }
    days.push(day("2030-01-01"));
    days
}

#[test]
fn every_day_is_what_the_naive_twin_says_whenever_it_is_asked() {
    let (calendar, twin) = (calendar(), Twin::read());
    for on in known_days() {
        let known = calendar.known_on(on);
        let mut date = FIRST_DAY;
        while date < day("2028-01-01") {
            let works = known.is_workday(date).unwrap();
            assert_eq!(works, twin.works(date, on), "{date} known on {on}");
            let provisional = known.is_provisional(date).unwrap();
            assert_eq!(provisional, twin.provisional(date, on), "{date} known on {on}");
            date = date.tomorrow().unwrap();
        }
    }
}

#[test]
fn adding_and_counting_working_days_is_what_the_twin_does_day_by_day() {
    let (calendar, twin) = (calendar(), Twin::read());
    for (i, on) in known_days().into_iter().enumerate() {
        let known = calendar.known_on(on);
        for j in 0..60 {
            let from = nth_day(((i * 977 + j * 139) % 8_300) as i64);
            let n = 1 + (i * 31 + j * 7) % 120;
            let (mut date, mut left) = (from, n);
            while left > 0 {
                date = date.tomorrow().unwrap();
                left -= usize::from(twin.works(date, on));
            }
            let found = known.add_workdays(from, n as i64).unwrap();
            assert_eq!(found, date, "{from} + {n} known on {on}");
            assert_eq!(known.workdays_between(from, date).unwrap() as usize, n);
            assert_eq!(known.add_workdays(from, 0).unwrap(), from);
        }
    }
}

#[test]
fn the_statutory_days_by_rule_and_anchor_are_all_those_of_the_list() {
    let source = statutory();
    let mut made = BTreeSet::new();
    for anchors in source.anchor.iter().filter(|a| a.year <= 2027) {
        let regime = source.regime.iter().rfind(|regime| regime.from_year <= anchors.year).unwrap();
        for feast in &regime.feasts {
            let first = match feast.anchor {
                Some(anchor) => anchors.on(anchor),
                None => date(anchors.year, feast.month.unwrap(), feast.day.unwrap()),
            };
            for i in 0..i64::from(feast.days) {
                let date = first + (i + i64::from(feast.offset)).days();
                made.insert((date, feast.name.clone(), regime.order.clone()));
            }
        }
    }
    let mut listed = BTreeSet::new();
    for line in STATUTORY.lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        let order = f[2].split('(').next().unwrap();
        listed.insert((day(f[0]), f[1].to_owned(), order.to_owned()));
    }
    assert_eq!(listed.len(), 266);
    assert_eq!(made, listed);
}

#[test]
fn the_pack_holds_all_the_notices_rows_and_no_others() {
    let mut packed = Vec::new();
    for notice in notices().notice {
        for d in &notice.days {
            packed.push((d.date, d.kind == DayKind::Off, d.name.clone(), notice.number.clone(), notice.published));
        }
    }
    let mut listed: Vec<_> = Twin::read()
        .rows
        .into_values()
        .flatten()
        .map(|r| (r.date, r.off, r.name.to_owned(), r.notice.to_owned(), r.published))
        .collect();
    packed.sort();
    listed.sort();
    assert_eq!(listed.len(), 768);
    assert_eq!(packed, listed);
}

#[test]
fn late_december_opens_on_the_earliest_day_that_a_next_years_notice_ever_touched() {
    let earliest = notices()
        .notice
        .iter()
        .flat_map(|n| n.days.iter().filter(|d| d.date.year() < n.year))
        .map(|d| d.date.day())
        .min();
    assert_eq!(earliest, Some(statutory().late_december_from));
}

#[test]
fn every_moving_feast_falls_within_its_season() {
    for anchors in statutory().anchor {
        assert!((1..=2).contains(&anchors.spring.month()));
        assert_eq!(anchors.qingming.month(), 4);
        assert!((4..=6).contains(&anchors.qingming.day()));
        assert!((5..=6).contains(&anchors.duanwu.month()));
        assert!((9..=10).contains(&anchors.mid_autumn.month()));
        // Four lunar months and four days, or five with a leap month between them.
        let spring_to_duanwu = (anchors.duanwu - anchors.spring).get_days();
        assert!((121..=155).contains(&spring_to_duanwu), "{}", anchors.year);
    }
    assert_eq!(LAST_DAY, date(2035, 12, 31));
}
