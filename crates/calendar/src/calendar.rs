//! The calendar with its past: what was known of it on any day.

use std::sync::{Arc, OnceLock};

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::CalendarError;
use crate::known::Known;
use crate::layer::Layer;
use crate::range::{FIRST_DAY, LAST_DAY};
use crate::source::{Anchors, Feast, Notice, Notices, Regime, Statutory};
use crate::table::Table;

/// The nation's working days, with local layers over them, as known on any day.
///
/// The answer to "is this a working day" changes only on the days when a notice or a rule is
/// published; between two of them (an *epoch*) one set of tables serves, built when first
/// asked for. Cloning is cheap: clones share the tables.
///
/// ```
/// # let notices = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/notices.toml")))?;
/// # let statutory = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/statutory.toml")))?;
/// use jiff::civil::date;
/// use xiaoneng_calendar::Calendar;
/// let calendar = Calendar::new(notices, statutory)?;
/// // 3 September 2015 became a day off by a notice of 13 May 2015.
/// assert!(calendar.known_on(date(2015, 5, 12)).is_workday(date(2015, 9, 3))?);
/// assert!(!calendar.known_on(date(2015, 5, 13)).is_workday(date(2015, 9, 3))?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Calendar {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    base: Arc<Base>,
    layers: Vec<Layer>,
    /// The days on which something became known, in order.
    epochs: Vec<Date>,
    /// One more than `epochs`: the first is what was known before all of them.
    tables: Vec<OnceLock<Arc<Table>>>,
}

impl Calendar {
    /// The nation's calendar from its sources.
    ///
    /// # Errors
    /// [`CalendarError::Data`] naming the notice, regime or year at fault: a date named twice
    /// in one notice or outside its year, an amendment of an unknown notice, a year without
    /// anchors.
    pub fn new(notices: Notices, statutory: Statutory) -> Result<Self, CalendarError> {
        let base = Base::new(notices, statutory)?;
        Ok(Self::assemble(Arc::new(base), Vec::new()))
    }

    /// The same calendar with a local layer over it; the tables are the new one's own.
    ///
    /// # Errors
    /// [`CalendarError::Data`] naming the layer's entry at fault.
    pub fn with_layer(&self, layer: &Layer) -> Result<Self, CalendarError> {
        layer.check()?;
        let mut layers = self.inner.layers.clone();
        layers.push(layer.clone());
        Ok(Self::assemble(self.inner.base.clone(), layers))
    }

    fn assemble(base: Arc<Base>, layers: Vec<Layer>) -> Self {
        let mut epochs: Vec<Date> = base.notices.iter().map(|n| n.published).collect();
        epochs.extend(base.statutory.regime.iter().map(|r| r.known_from));
        epochs.extend(layers.iter().filter_map(|layer| layer.known_from));
        epochs.sort_unstable();
        epochs.dedup();
        let tables = (0..=epochs.len()).map(|_| OnceLock::new()).collect();
        Self { inner: Arc::new(Inner { base, layers, epochs, tables }) }
    }

    /// The calendar as it was known on a day: by the notices and rules published on or before
    /// that day, and no others.
    ///
    /// A year without its notice has its weekends and its statutory days (by the rule known
    /// that day for that year) and no make-up days; its days are *provisional*, and so are
    /// the last days of December before it. Before the first rule in the data (1999-09-18)
    /// only weekends are known.
    pub fn known_on(&self, day: Date) -> Known {
        let epoch = self.inner.epochs.partition_point(|&known| known <= day);
        self.known(epoch)
    }

    /// The calendar with all that has been published.
    pub fn known_all(&self) -> Known {
        self.known(self.inner.epochs.len())
    }

    fn known(&self, epoch: usize) -> Known {
        let since = epoch.checked_sub(1).map(|i| self.inner.epochs[i]);
        let table = self.inner.tables[epoch].get_or_init(|| {
            let on = since.unwrap_or(Date::MIN);
            Arc::new(Table::build(&self.inner.base, &self.inner.layers, on))
        });
        Known::new(table.clone(), since)
    }

    /// The days on which something became known (a notice, a rule, a layer), in order.
    /// Answers known on two days between which none of these lies are the same.
    pub fn publications(&self) -> &[Date] {
        &self.inner.epochs
    }

    /// The notices, in order of publication.
    pub fn notices(&self) -> &[Notice] {
        &self.inner.base.notices
    }

    /// The rules on statutory holidays, in order of the day they became known.
    pub fn regimes(&self) -> &[Regime] {
        &self.inner.base.statutory.regime
    }

    /// The moving feasts of each year.
    pub fn anchors(&self) -> &[Anchors] {
        &self.inner.base.statutory.anchor
    }

    /// The layers, in the order they lie on each other.
    pub fn layers(&self) -> &[Layer] {
        &self.inner.layers
    }
}

/// The nation's sources, checked and in order.
#[derive(Debug)]
pub(crate) struct Base {
    notices: Vec<Notice>,
    statutory: Statutory,
}

impl Base {
    fn new(notices: Notices, statutory: Statutory) -> Result<Self, CalendarError> {
        let mut base = Self { notices: notices.notice, statutory };
        // Stable: of two notices published on one day, the later in the file is the later.
        base.notices.sort_by_key(|notice| notice.published);
        base.statutory.regime.sort_by_key(|regime| regime.known_from);
        base.statutory.anchor.sort_by_key(|anchors| anchors.year);
        if !(1..=31).contains(&base.statutory.late_december_from) {
            return Err(CalendarError::data("late_december_from", "a day of December, 1 to 31, is required"));
        }
        base.check_anchors()?;
        base.check_regimes()?;
        for index in 0..base.notices.len() {
            base.check_notice(index)?;
        }
        Ok(base)
    }

    fn check_anchors(&self) -> Result<(), CalendarError> {
        let years: Vec<i16> = self.statutory.anchor.iter().map(|a| a.year).collect();
        let required: Vec<i16> = self.years().collect();
        if years != required {
            return Err(CalendarError::data(
                "anchors",
                format!("one entry for each year {} to {} is required", FIRST_DAY.year(), LAST_DAY.year()),
            ));
        }
        for anchors in &self.statutory.anchor {
            let days = [anchors.spring, anchors.qingming, anchors.duanwu, anchors.mid_autumn];
            if days.iter().any(|day| day.year() != anchors.year) || !days.is_sorted() {
                return Err(CalendarError::data(
                    format!("anchors of {}", anchors.year),
                    "four days of that year, in order, are required",
                ));
            }
        }
        Ok(())
    }

    fn check_regimes(&self) -> Result<(), CalendarError> {
        for regime in &self.statutory.regime {
            for feast in &regime.feasts {
                let fixed = match (feast.month, feast.day, feast.anchor) {
                    (Some(month), Some(day), None) => Date::new(2005, month, day).is_ok(),
                    (None, None, Some(_)) => true,
                    _ => false,
                };
                if !fixed || !(1..=10).contains(&feast.days) || feast.offset.abs() > 10 {
                    return Err(CalendarError::data(
                        format!("{} {}", regime.order, feast.name),
                        "a feast has either month and day or an anchor (offset -10 to 10), and 1 to 10 days",
                    ));
                }
            }
        }
        Ok(())
    }

    fn check_notice(&self, index: usize) -> Result<(), CalendarError> {
        let notice = &self.notices[index];
        let fault = |fault: String| Err(CalendarError::data(&notice.number, fault));
        let earlier = &self.notices[..index];
        if earlier.iter().any(|other| other.number == notice.number) {
            return fault("this number stands twice".into());
        }
        if notice.published < notice.dated {
            return fault(format!("published on {}, before its date {}", notice.published, notice.dated));
        }
        match &notice.amends {
            Some(number) if !earlier.iter().any(|other| other.number == *number) => {
                return fault(format!("amends {number}, which is not published before it"));
            }
            None if earlier.iter().any(|other| other.year == notice.year && other.amends.is_none()) => {
                return fault(format!("{} has a notice already: say which one this `amends`", notice.year));
            }
            _ => {}
        }
        let first = date(notice.year - 1, 12, self.statutory.late_december_from);
        let last = date(notice.year, 12, 31);
        for (i, day) in notice.days.iter().enumerate() {
            if day.date < first || day.date > last {
                return fault(format!("{} lies outside {first} to {last}", day.date));
            }
            if day.date < FIRST_DAY || day.date > LAST_DAY {
                return fault(format!("{} lies outside {FIRST_DAY} to {LAST_DAY}", day.date));
            }
            if notice.days[..i].iter().any(|other| other.date == day.date) {
                return fault(format!("{} is named twice", day.date));
            }
        }
        if notice.days.is_empty() {
            return fault("names no days".into());
        }
        Ok(())
    }

    pub fn years(&self) -> impl Iterator<Item = i16> + use<> {
        FIRST_DAY.year()..=LAST_DAY.year()
    }

    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub fn late_december_from(&self) -> i8 {
        self.statutory.late_december_from
    }

    /// The rule that governs a year, as known on a day: of those known, the last made.
    pub fn regime(&self, year: i16, on: Date) -> Option<&Regime> {
        self.statutory.regime.iter().rfind(|regime| regime.known_from <= on && regime.from_year <= year)
    }

    /// Whether a year's own notice (not merely an amendment) was published by a day.
    pub fn arranged(&self, year: i16, on: Date) -> bool {
        self.notices.iter().any(|n| n.year == year && n.amends.is_none() && n.published <= on)
    }

    /// The days of a feast in a year.
    pub fn feast_days(&self, feast: &Feast, year: i16) -> impl Iterator<Item = Date> + use<> {
        let first = match (feast.anchor, feast.month, feast.day) {
            (Some(anchor), _, _) => self.anchors(year).on(anchor),
            // OK because regimes are checked to have an anchor or a date.
            (None, month, day) => date(year, month.expect("checked"), day.expect("checked")),
        };
        let offset = i64::from(feast.offset);
        (offset..offset + i64::from(feast.days)).map(move |days| first + days.days())
    }

    fn anchors(&self, year: i16) -> &Anchors {
        // OK because the anchors are checked to cover every year of the calendar.
        &self.statutory.anchor[(year - FIRST_DAY.year()) as usize]
    }
}
