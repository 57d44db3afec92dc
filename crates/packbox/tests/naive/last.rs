//! Last days: when someone is late, said in a third way, without looking for the last day; and starts that put the
//! last day of a limit where counting goes wrong most easily.

use jiff::civil::DateTime;
use xiaoneng_calendar::{Direction, Length};

use super::count::number;
use super::days::{self, DAY_SECONDS, DAYS, Day};
use super::dice::Dice;
use super::known::{Papers, Table};
use super::library::Limit;

/// A limit that starts then, and why then.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub limit: Limit,
    pub length: Length,
    pub start: DateTime,
    pub why: &'static str,
}

impl std::fmt::Display for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?} {:?}) from {}, {}", self.limit.id, self.limit.direction, self.length, self.start, self.why)
    }
}

impl Scenario {
    /// Is the limit's last day on this day or before it? (Backward: would it be too late on the next day?)
    pub fn is_last(&self, table: &Table, day: Day) -> bool {
        let works = |day: &Day| table.works[*day as usize];
        let (start, n) = (days::of(self.start.date()), number(self.length) as i32);
        let worked_since = |last: Day| (last..=day).any(|day| works(&day));
        match (self.limit.direction, self.length) {
            (Direction::Backward, Length::Workdays(n)) => {
                (day + 2..start).filter(works).count() < n as usize || day + 1 >= start
            }
            (Direction::Backward, Length::Days(_)) => start - day - 2 < n,
            (Direction::Backward, Length::Months(_)) => day + 1 >= days::months_on(start, -n),
            (Direction::Backward, other) => panic!("no limit of the library counts {other:?} backward"),
            (Direction::ShiftBack, Length::SameDay) => !(day + 1..=start).any(|day| works(&day)),
            (Direction::ShiftBack, other) => panic!("no limit of the library shifts {other:?} back"),
            (_, Length::Workdays(n)) => (start + 1..=day).filter(works).count() >= n as usize,
            (_, Length::Days(_)) => worked_since(start + n),
            (_, Length::Months(_)) => worked_since(days::months_on(start, n)),
            (_, Length::Years(_)) => worked_since(days::months_on(start, 12 * n)),
            (_, Length::Hours(_)) => panic!("hours end at an instant"),
            (_, Length::SameDay) => day >= start,
            (_, Length::FixedDate { month, day: of_month }) => {
                let (year, ..) = days::ymd(start);
                let due = [year, year + 1].map(|year| days::of_ymd(year, month, of_month));
                day >= if due[0] > start { due[0] } else { due[1] }
            }
            (_, Length::UntilDate(until)) => day >= days::of(until),
        }
    }

    /// Is it past the limit at that second, if business closes then?
    pub fn is_past(&self, table: &Table, closing: i64, second: i64) -> bool {
        if let Length::Hours(n) = self.length {
            return second > days::second(self.start) + i64::from(n) * 3600;
        }
        let closing = if self.limit.direction == Direction::NotBefore { DAY_SECONDS - 1 } else { closing };
        let day = days::day_of(second);
        self.is_last(table, day - 1) || (self.is_last(table, day) && second - i64::from(day) * DAY_SECONDS > closing)
    }
}

/// For every limit with a length: the first and the last day of its time, and starts whose end falls on holidays,
/// make-up days, ends of months and leap days of its own time.
pub fn scenarios(papers: &mut Papers, limits: &[Limit]) -> Vec<Scenario> {
    let table = papers.known_on(days::to_date(DAYS - 1), 0);
    let ends = ends(papers, &table);
    let mut dice = Dice(63);
    let mut scenarios = Vec::new();
    for limit in limits {
        let Some(length) = limit.length else { continue };
        let (from, to) = (days::of(limit.from).max(0), limit.to.map_or(DAYS - 1, days::of));
        let mut starts = vec![("on the first day of its time", from)];
        if limit.to.is_some() {
            starts.push(("on the last day of its time", to));
        }
        for (why, ends) in &ends {
            // Two of each kind, so that every limit meets every kind, and all limits together most of the days.
            let mut fits: Vec<Day> =
                ends.iter().flat_map(|end| before(&table, limit.direction, length, *end)).collect();
            fits.retain(|start| (from..=to).contains(start));
            for _ in 0..2 {
                if !fits.is_empty() {
                    starts.push((*why, *dice.of(&fits)));
                }
            }
        }
        for (why, start) in starts {
            let second = i64::from(start) * DAY_SECONDS + dice.below(17 * 60) * 60;
            let start = days::to_instant(second);
            scenarios.push(Scenario { limit: limit.clone(), length, start, why });
        }
    }
    scenarios
}

/// Days on which an end is worth trying, by kind.
fn ends(papers: &Papers, table: &Table) -> Vec<(&'static str, Vec<Day>)> {
    let in_every_year = |days: fn(&Papers, i16) -> Vec<Day>| -> Vec<Day> {
        let all = (2004..=2035).flat_map(|year| days(papers, year));
        all.filter(|day| (0..DAYS).contains(day)).collect()
    };
    let month_ends = |_: &Papers, year| (1..=12).map(|m| days::of_ymd(year, m, days::month_length(year, m))).collect();
    let all = || 0..DAYS;
    let worked = |day: &Day| table.works[*day as usize];
    let weekend = |day: &Day| days::weekday(*day) >= 5;
    vec![
        (
            "ending at the Spring Festival",
            in_every_year(|papers, year| {
                let first = papers.moving(year, "spring");
                (first - 2..first + 9).collect()
            }),
        ),
        (
            "ending at the national holiday",
            in_every_year(|_, year| {
                let first = days::of_ymd(year, 10, 1);
                (first - 1..first + 9).collect()
            }),
        ),
        ("ending on a make-up day", all().filter(|day| weekend(day) && worked(day)).collect()),
        ("ending on a weekday off", all().filter(|day| !weekend(day) && !worked(day)).collect()),
        ("ending on a weekend", all().filter(|day| weekend(day) && !worked(day)).collect()),
        ("ending with a month", in_every_year(month_ends)),
        ("ending on a leap day", all().filter(|day| matches!(days::ymd(*day), (_, 2, 29))).collect()),
        ("ending on the day after a leap day", all().filter(|day| matches!(days::ymd(*day - 1), (_, 2, 29))).collect()),
        ("ending with the year", in_every_year(|_, year| vec![days::of_ymd(year, 12, 31), days::of_ymd(year, 1, 1)])),
    ]
}

/// Starts of which that day is about the end; none where they lie outside the calendar.
fn before(table: &Table, direction: Direction, length: Length, end: Day) -> Vec<Day> {
    let n = number(length) as i32;
    let backward = direction == Direction::Backward;
    let walk = |mut left: i32, step: i32| {
        let mut day = end;
        while left > 0 && (0..DAYS).contains(&day) {
            left -= i32::from(table.works[day as usize]);
            day += step;
        }
        day
    };
    let starts = match length {
        Length::Workdays(_) if backward => vec![walk(n, 1), walk(n, 1) + 1],
        Length::Days(_) if backward => vec![end + n, end + n + 1],
        Length::Workdays(_) => vec![walk(n, -1)],
        Length::Days(_) => vec![end - n],
        Length::Months(_) | Length::Years(_) => {
            let months = if matches!(length, Length::Years(_)) { 12 * n } else { n };
            let start = days::months_on(end, if backward { months } else { -months });
            // The days that have no corresponding one, too.
            (start..start + 4).collect()
        }
        Length::Hours(n) => vec![end - n as i32 / 24],
        Length::SameDay => vec![end],
        // These end where they end: what varies is the start.
        Length::FixedDate { .. } | Length::UntilDate(_) => vec![end],
    };
    let room = if backward { -370 } else { 370 };
    let fits = |start: &Day| (0..DAYS).contains(start) && (0..DAYS).contains(&(end + room)) && end > 31;
    starts.into_iter().filter(fits).collect()
}
