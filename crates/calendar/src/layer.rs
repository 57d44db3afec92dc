//! Local layers: what a unit's own days differ in from the nation's.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::CalendarError;
use crate::range::{FIRST_DAY, LAST_DAY};

/// How many closings, openings and standstills one layer may name, together.
pub const LOCAL_DAYS_MAX: usize = 4_000;

/// A local layer over the nation's calendar: a hall open on Saturdays, a clinic without
/// holidays, local closings, standstills that are exempted.
///
/// Within a layer the order is: `ignores_holidays`, `open_weekdays`, `openings`, `closings`,
/// `exempt`; the later word stands. Layers lie on each other in the order they were added.
///
/// ```
/// use xiaoneng_calendar::Layer;
/// let layer: Layer = toml::from_str(r#"
///     id = "hall-saturday"
///     title = "政务大厅周六开放"
///     open_weekdays = ["mon", "tue", "wed", "thu", "fri", "sat"]
///     closings = [{ from = "2015-07-01", to = "2015-07-01", reason = "大厅搬迁" }]
/// "#)?;
/// assert!(!layer.ignores_holidays);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// A short name, for errors.
    pub id: String,
    /// What users see.
    pub title: String,
    /// The day from which (inclusive) the layer was known; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_from: Option<Date>,
    /// The weekdays on which the unit works, in place of Monday to Friday. The nation's
    /// holidays and make-up days still hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_weekdays: Option<Vec<DayOfWeek>>,
    /// Neither the nation's holidays nor its make-up days hold: weekdays alone decide.
    #[serde(default)]
    pub ignores_holidays: bool,
    /// Days on which the unit is closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closings: Vec<LocalDays>,
    /// Days on which the unit works though others do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub openings: Vec<LocalDays>,
    /// Standstills (停电, 停摆): days that count for no limit, of whatever kind of day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<LocalDays>,
}

/// A run of local days, both ends included, and why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LocalDays {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Why, as users see it.
    pub reason: String,
}

/// A day of the week, written `mon` to `sun`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum DayOfWeek {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Layer {
    /// Refuses a layer that cannot be meant, naming the entry.
    pub(crate) fn check(&self) -> Result<(), CalendarError> {
        let place = || format!("layer `{}`", self.id);
        if self.id.is_empty() || self.title.is_empty() {
            return Err(CalendarError::data(place(), "a layer needs an id and a title"));
        }
        if self.open_weekdays.as_ref().is_some_and(Vec::is_empty) {
            return Err(CalendarError::data(
                place(),
                "open_weekdays is empty: no limit would ever end; name at least one day",
            ));
        }
        let entries = self.closings.len() + self.openings.len() + self.exempt.len();
        if entries > LOCAL_DAYS_MAX {
            return Err(CalendarError::data(place(), format!("{entries} entries are more than {LOCAL_DAYS_MAX}")));
        }
        for days in self.closings.iter().chain(&self.openings).chain(&self.exempt) {
            if days.to < days.from {
                return Err(CalendarError::data(
                    place(),
                    format!("{} to {} ends before it begins", days.from, days.to),
                ));
            }
            if days.from < FIRST_DAY || days.to > LAST_DAY {
                return Err(CalendarError::data(
                    place(),
                    format!("{} to {} lies outside {FIRST_DAY} to {LAST_DAY}", days.from, days.to),
                ));
            }
            if days.reason.is_empty() {
                return Err(CalendarError::data(place(), format!("{} to {} gives no reason", days.from, days.to)));
            }
        }
        Ok(())
    }

    /// Whether the layer was known on a day.
    pub(crate) fn known(&self, on: Date) -> bool {
        self.known_from.is_none_or(|from| from <= on)
    }
}
