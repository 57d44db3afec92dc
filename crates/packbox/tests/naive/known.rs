//! Which days are worked, as known on a day, read from the texts of the nation's notices and rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use toml::Value;
use xiaoneng_calendar::{DayOfWeek, Layer, LocalDays};

use super::days::{self, DAYS, Day};

/// What the texts say.
pub struct Papers {
    /// What notices say of a day, in the order in which they were published: when, and whether it is worked.
    said: BTreeMap<Day, Vec<(Date, bool)>>,
    /// When the notice that arranges a year was published.
    arranged: BTreeMap<i16, Date>,
    rules: Vec<Rule>,
    /// The moving feasts of a year, by the pack's word for them.
    moving: BTreeMap<i16, BTreeMap<String, Day>>,
    /// From this day of December on a year hangs on the next year's notice.
    late_december: i8,
    pub layers: Vec<Layer>,
    /// Tables already made, by layer and by how many papers were out.
    made: BTreeMap<(usize, usize), Arc<Table>>,
    /// Every day on which something came out.
    pub published: BTreeSet<Date>,
}

/// Which days of a year are feasts by one version of the rule.
struct Rule {
    known_from: Date,
    from_year: i16,
    feasts: Vec<Feast>,
}

struct Feast {
    /// A month and a day, or the word of a moving feast with its offset.
    on: Result<(i8, i8), (String, Day)>,
    days: Day,
}

/// The days of 2004 to 2035 as known on a day.
pub struct Table {
    /// Is it a working day?
    pub works: Vec<bool>,
    /// May a notice that is still to come change it?
    pub open: Vec<bool>,
    /// A local standstill: counts for no limit.
    pub exempt: Vec<bool>,
}

impl Papers {
    /// Reads both texts; `layers` lie over the nation one at a time: 0 is the nation alone, 1 the first layer.
    pub fn read(notices: &str, statutory: &str, layers: Vec<Layer>) -> Self {
        let (notices, statutory) = (table(notices), table(statutory));
        let mut papers = Self {
            said: BTreeMap::new(),
            arranged: BTreeMap::new(),
            rules: Vec::new(),
            moving: BTreeMap::new(),
            late_december: number(&statutory["late_december_from"]) as i8,
            layers,
            made: BTreeMap::new(),
            published: BTreeSet::new(),
        };
        let mut all: Vec<&Value> = list(&notices["notice"]).iter().collect();
        all.sort_by_key(|notice| date(&notice["published"]));
        for notice in all {
            papers.notice(notice);
        }
        for rule in list(&statutory["regime"]) {
            let feasts = list(&rule["feasts"]).iter().map(feast).collect();
            let known_from = date(&rule["known_from"]);
            papers.rules.push(Rule { known_from, from_year: number(&rule["from_year"]) as i16, feasts });
            papers.published.insert(known_from);
        }
        for year in list(&statutory["anchor"]) {
            let feasts = ["spring", "qingming", "duanwu", "mid_autumn"];
            let days = feasts.map(|feast| (feast.to_owned(), days::of(date(&year[feast]))));
            papers.moving.insert(number(&year["year"]) as i16, days.into());
        }
        papers
    }

    fn notice(&mut self, notice: &Value) {
        let published = date(&notice["published"]);
        self.published.insert(published);
        if notice.get("amends").is_none() {
            self.arranged.insert(number(&notice["year"]) as i16, published);
        }
        for day in list(&notice["days"]) {
            let works = word(&day["kind"]) == "work";
            self.said.entry(days::of(date(&day["date"]))).or_default().push((published, works));
        }
    }

    /// The first day of a moving feast.
    pub fn moving(&self, year: i16, feast: &str) -> Day {
        self.moving[&year][feast]
    }

    /// What was known on a day, by a layer.
    pub fn known_on(&mut self, on: Date, layer: usize) -> Arc<Table> {
        let out = self.published.iter().filter(|published| **published <= on).count();
        if let Some(table) = self.made.get(&(layer, out)) {
            return table.clone();
        }
        let table = Arc::new(self.make(on, layer));
        self.made.insert((layer, out), table.clone());
        table
    }

    fn make(&self, on: Date, layer: usize) -> Table {
        let arranged = |year: i16| self.arranged.get(&year).is_some_and(|published| *published <= on);
        let feasts: BTreeMap<i16, BTreeSet<Day>> = (2004..=2035).map(|year| (year, self.feasts(year, on))).collect();
        let mut table = Table { works: Vec::new(), open: Vec::new(), exempt: Vec::new() };
        let layer = layer.checked_sub(1).map(|index| &self.layers[index]);
        let runs = |runs: fn(&Layer) -> &[LocalDays]| layer.map_or(BTreeSet::new(), |layer| all_days(runs(layer)));
        let (openings, closings) = (runs(|layer| &layer.openings), runs(|layer| &layer.closings));
        let standstills = runs(|layer| &layer.exempt);
        for day in 0..DAYS {
            let (year, month, of_month) = days::ymd(day);
            let said = self.said.get(&day).into_iter().flatten().rfind(|(published, _)| *published <= on);
            let weekday = days::weekday(day) < 5;
            // What the nation says of the day beyond its weekday.
            let mut nation = said.map(|(_, works)| *works);
            if nation.is_none() && !arranged(year) && feasts[&year].contains(&day) {
                nation = Some(false);
            }
            let late = month == 12 && of_month >= self.late_december;
            let mut open = !arranged(year) || (late && !arranged(year + 1));
            let exempt = standstills.contains(&day);
            let works = match layer {
                None => nation.unwrap_or(weekday),
                Some(layer) => {
                    if layer.ignores_holidays {
                        (nation, open) = (None, false);
                    }
                    let week =
                        layer.open_weekdays.as_ref().map(|open| open.contains(&WEEK[days::weekday(day) as usize]));
                    let usual = nation.or(week).unwrap_or(weekday) || openings.contains(&day);
                    usual && !closings.contains(&day) && !exempt
                }
            };
            table.works.push(works);
            table.open.push(open);
            table.exempt.push(exempt);
        }
        table
    }

    /// The feast days of a year by the rule known on a day: the newest that governs the year.
    fn feasts(&self, year: i16, on: Date) -> BTreeSet<Day> {
        let known = self.rules.iter().filter(|rule| rule.known_from <= on && rule.from_year <= year);
        let Some(rule) = known.max_by_key(|rule| rule.known_from) else { return BTreeSet::new() };
        let mut found = BTreeSet::new();
        for feast in &rule.feasts {
            let first = match &feast.on {
                Ok((month, day)) => days::of_ymd(year, *month, *day),
                Err((moving, offset)) => self.moving[&year][moving] + offset,
            };
            found.extend(first..first + feast.days);
        }
        found
    }
}

const WEEK: [DayOfWeek; 7] =
    [DayOfWeek::Mon, DayOfWeek::Tue, DayOfWeek::Wed, DayOfWeek::Thu, DayOfWeek::Fri, DayOfWeek::Sat, DayOfWeek::Sun];

fn all_days(runs: &[LocalDays]) -> BTreeSet<Day> {
    runs.iter().flat_map(|run| days::of(run.from)..=days::of(run.to)).collect()
}

fn feast(feast: &Value) -> Feast {
    let small = |key: &str| feast.get(key).map(number);
    let on = match feast.get("anchor") {
        Some(moving) => Err((word(moving).to_owned(), small("offset").unwrap_or(0) as Day)),
        None => Ok((small("month").unwrap() as i8, small("day").unwrap() as i8)),
    };
    Feast { on, days: small("days").unwrap() as Day }
}

pub fn table(text: &str) -> Value {
    Value::Table(text.parse().unwrap())
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

pub fn number(value: &Value) -> i64 {
    value.as_integer().unwrap()
}

pub fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn date(value: &Value) -> Date {
    word(value).parse().unwrap()
}
