//! One epoch's tables: what each day is, and rank and select over the working days.

use std::sync::OnceLock;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::batch::Batch;
use crate::calendar::Base;
use crate::layer::{DayOfWeek, Layer, LocalDays};
use crate::range::{DAYS, DayNumber};
use crate::source::{DayKind, Feast, Notice, Regime};

/// Size of the rank and select tables: a power of two past [`DAYS`], so that an index that
/// was capped at `CAP - 1` needs no bounds check (the batch loops live on this).
pub(crate) const CAP: usize = 16_384;

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayClass {
    /// An ordinary working day.
    Workday,
    /// A day of the weekly rest.
    Weekend,
    /// A day off by a notice or by the statutory rule.
    Holiday,
    /// A weekend day on which one works (调休上班).
    MakeUp,
    /// A day on which a local layer works though others do not.
    Opened,
    /// A day on which a local layer is closed.
    Closed,
    /// A local standstill: counts for no limit.
    Exempt,
}

impl DayClass {
    /// Whether one works on such a day.
    pub fn works(self) -> bool {
        matches!(self, Self::Workday | Self::MakeUp | Self::Opened)
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct DayState {
    pub class: DayClass,
    pub provisional: bool,
    /// Index into [`Table::labels`]; 0 is none.
    pub label: u16,
}

/// Why a day is what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Label {
    /// The feast, or the local reason.
    pub name: String,
    /// The notice, the order, or the layer's title.
    pub source: String,
}

#[derive(Debug)]
pub(crate) struct Table {
    /// How many working days there are up to and including a day; past the calendar
    /// `CAP - 1`, so that whatever is added stays on a `select` entry that is no day.
    pub rank: Box<[u16; CAP]>,
    /// The k-th working day (k from 1); where there is none, `DayNumber::NONE`.
    pub select: Box<[u16; CAP]>,
    pub days: Vec<DayState>,
    pub labels: Vec<Label>,
    /// The first provisional day at or after a day; [`DAYS`] if there is none.
    pub next_provisional: Vec<u16>,
    /// Exempted standstills as spans `(a, b]` of day numbers, in order, apart from each other.
    pub exempt: Vec<(i64, i64)>,
    batch: OnceLock<Option<Batch>>,
}

impl Table {
    /// The tables as known on a day.
    pub fn build(base: &Base, layers: &[Layer], on: Date) -> Self {
        let mut draft = Draft::weeks();
        for year in base.years() {
            if let Some(regime) = base.regime(year, on) {
                draft.feasts(base, regime, year);
            }
            if !base.arranged(year, on) {
                draft.provisional(year, base.late_december_from());
            }
        }
        for notice in base.notices().iter().filter(|n| n.published <= on) {
            draft.notice(notice);
        }
        for layer in layers.iter().filter(|layer| layer.known(on)) {
            draft.layer(layer);
        }
        draft.finish()
    }

    /// The tables of a batch, made when the first is asked for; `None` if it must do without.
    pub fn batch(&self) -> Option<&Batch> {
        self.batch.get_or_init(|| Batch::build(self)).as_ref()
    }
}

/// The weekday of a day, by its number.
fn weekday(number: u16) -> DayOfWeek {
    use DayOfWeek::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    // The first day of the calendar, 2004-01-01, was a Thursday.
    [Thu, Fri, Sat, Sun, Mon, Tue, Wed][number as usize % 7]
}

fn by_weekday(day: DayOfWeek) -> DayClass {
    match day {
        DayOfWeek::Sat | DayOfWeek::Sun => DayClass::Weekend,
        _ => DayClass::Workday,
    }
}

/// A table under construction.
struct Draft {
    days: Vec<DayState>,
    labels: Vec<Label>,
}

impl Draft {
    fn weeks() -> Self {
        let days = (0..DAYS)
            .map(|number| DayState { class: by_weekday(weekday(number)), provisional: false, label: 0 })
            .collect();
        Self { days, labels: vec![Label::default()] }
    }

    fn label(&mut self, name: &str, source: &str) -> u16 {
        let label = Label { name: name.to_owned(), source: source.to_owned() };
        // The newest labels are the likeliest: a notice names its days feast by feast.
        if let Some(found) = self.labels.iter().rposition(|known| *known == label) {
            return found as u16;
        }
        self.labels.push(label);
        // OK because a layer names at most 4,000 runs and the sources a few hundred feasts.
        u16::try_from(self.labels.len() - 1).expect("labels are bounded")
    }

    fn feasts(&mut self, base: &Base, regime: &Regime, year: i16) {
        for feast in &regime.feasts {
            for date in base.feast_days(feast, year) {
                self.feast(date, feast, &regime.order);
            }
        }
    }

    fn feast(&mut self, date: Date, feast: &Feast, order: &str) {
        let Ok(number) = DayNumber::of(date) else {
            return;
        };
        let state = self.days[number.0 as usize];
        // Two feasts may share a day (中秋 and 国庆 in 2020): both are named.
        let name = match state.class {
            DayClass::Holiday => {
                format!("{}、{}", self.labels[state.label as usize].name, feast.name)
            }
            _ => feast.name.clone(),
        };
        let label = self.label(&name, order);
        let state = &mut self.days[number.0 as usize];
        state.class = DayClass::Holiday;
        state.label = label;
    }

    /// A year without its notice: it hangs from late December of the year before (which the
    /// notice may touch) to its own last day.
    fn provisional(&mut self, year: i16, late_december_from: i8) {
        let first = DayNumber::of(date(year - 1, 12, late_december_from)).map_or(0, |day| day.0);
        // OK because only years of the calendar are asked for.
        let last = DayNumber::of(date(year, 12, 31)).expect("covered").0;
        for state in &mut self.days[first as usize..=last as usize] {
            state.provisional = true;
        }
    }

    fn notice(&mut self, notice: &Notice) {
        for day in &notice.days {
            let label = self.label(&day.name, &notice.number);
            // OK because sources are checked to lie within the calendar.
            let number = DayNumber::of(day.date).expect("checked").0 as usize;
            self.days[number].class = match day.kind {
                DayKind::Off => DayClass::Holiday,
                DayKind::Work => DayClass::MakeUp,
            };
            self.days[number].label = label;
        }
    }

    fn layer(&mut self, layer: &Layer) {
        let week = self.label(&layer.title, "");
        for (number, state) in self.days.iter_mut().enumerate() {
            let weekday = weekday(number as u16);
            if layer.ignores_holidays {
                state.class = by_weekday(weekday);
                state.label = 0;
                // No notice to come can touch a unit that keeps no holidays.
                state.provisional = false;
            }
            let Some(open) = &layer.open_weekdays else {
                continue;
            };
            if !matches!(state.class, DayClass::Workday | DayClass::Weekend) {
                continue;
            }
            let class = if open.contains(&weekday) { DayClass::Workday } else { DayClass::Weekend };
            if class != state.class {
                state.class = class;
                state.label = week;
            }
        }
        let local = [
            (&layer.openings, DayClass::Opened),
            (&layer.closings, DayClass::Closed),
            (&layer.exempt, DayClass::Exempt),
        ];
        for (runs, class) in local {
            for run in runs {
                self.run(run, class, &layer.title);
            }
        }
    }

    fn run(&mut self, run: &LocalDays, class: DayClass, title: &str) {
        let label = self.label(&run.reason, title);
        // OK because layers are checked to lie within the calendar.
        let from = DayNumber::of(run.from).expect("checked").0 as usize;
        let to = DayNumber::of(run.to).expect("checked").0 as usize;
        for state in &mut self.days[from..=to] {
            // A day that is open already stays what it is: nothing is opened.
            if class == DayClass::Opened && state.class.works() {
                continue;
            }
            state.class = class;
            state.label = label;
        }
    }

    fn finish(self) -> Table {
        let mut rank = Box::new([(CAP - 1) as u16; CAP]);
        let mut select = Box::new([DayNumber::NONE.0; CAP]);
        let mut worked = 0u16;
        for (number, state) in self.days.iter().enumerate() {
            if state.class.works() {
                worked += 1;
                select[worked as usize] = number as u16;
            }
            rank[number] = worked;
        }
        let mut next_provisional = vec![DAYS; DAYS as usize + 1];
        for number in (0..DAYS as usize).rev() {
            next_provisional[number] =
                if self.days[number].provisional { number as u16 } else { next_provisional[number + 1] };
        }
        let (exempt, batch) = (exempt_spans(&self.days), OnceLock::new());
        Table { rank, select, days: self.days, labels: self.labels, next_provisional, exempt, batch }
    }
}

fn exempt_spans(days: &[DayState]) -> Vec<(i64, i64)> {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for (number, state) in days.iter().enumerate() {
        if state.class != DayClass::Exempt {
            continue;
        }
        let number = number as i64;
        match spans.last_mut() {
            Some((_, end)) if *end == number - 1 => *end = number,
            _ => spans.push((number - 1, number)),
        }
    }
    spans
}
