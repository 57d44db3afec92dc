//! Due dates counted again, day by day, from the notices as published.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::Offset};
use serde_json::Value;
use xiaoneng_calendar::{DayKind, Length};
use xiaoneng_ledger::{Envelope, TenantId};
use xiaoneng_pack::{Clock, LimitRef, World};
use xiaoneng_store::{Result, Store};

use super::{Tenant, text};

/// Every clock in working days of every case without pause, extension or correction: its due date again.
pub(super) async fn due_dates(
    city: &Tenant,
    store: &dyn Store,
    tenant: &TenantId,
    world: &World,
    tell: &mut impl FnMut(&'static str, String),
) -> Result<usize> {
    let mut calendar = Naive { world, days: BTreeMap::new() };
    let mut seen = 0;
    for (case, places) in &city.cases {
        let events: Vec<&Envelope> = city.of(places).collect();
        let plain = |e: &&Envelope| {
            let held_up = !e.payload["pauses"].is_null() || !e.payload["extends"].is_null();
            !held_up && !matches!(e.kind.as_str(), "corrected" | "voided")
        };
        let (Some(first), Some(last)) = (events.first(), events.last()) else { continue };
        let opening = &first.payload["opening"];
        let Some(procedure) = opening["procedure"].as_str().and_then(|p| world.procedures.get(p)) else { continue };
        if !events.iter().all(plain) {
            continue;
        }
        for row in store.clocks(tenant, case).await? {
            let Some(clock) = procedure.clocks.get(row.clock.as_str()) else { continue };
            let ended = |e: &&Envelope| text(e, "action").is_some_and(|a| clock.promise_ends.iter().any(|p| &**p == a));
            if clock.before.is_some() || events.iter().any(ended) {
                continue; // Counted back from a date, or no longer by the promise.
            }
            let starts = |e: &&&Envelope| {
                let spared = || e.payload["spares"].as_array().is_some_and(|s| s.iter().any(|c| *c == *row.clock));
                let starts = |a: &str| clock.starts.iter().any(|s| &**s == a);
                e.kind == "acted" && text(e, "action").is_some_and(starts) && !spared()
            };
            let Some(start) = events.iter().rev().find(starts).map(|e| day(e.effective_at)) else { continue };
            let Some(limit) = limit(clock, &opening["terms"], world, start) else { continue };
            let unit = unit_of(&events).unwrap_or_default();
            let Some(due) = calendar.add(start, limit, day(last.recorded_at), unit) else { continue };
            seen += 1;
            if row.due_at.map(day) != Some(due) {
                let number = opening["number"].as_str().unwrap_or_default();
                tell(
                    "due",
                    format!(
                        "{number} {}: {limit} working days after {start} is {due}, not {:?}",
                        row.clock,
                        row.due_at.map(day)
                    ),
                );
            }
        }
    }
    Ok(seen)
}

fn day(at: Timestamp) -> Date {
    Offset::constant(8).to_datetime(at).date()
}

/// How many working days a clock has: the law's, the agency's own, the step's; the promise, if shorter.
fn limit(clock: &Clock, terms: &Value, world: &World, start: Date) -> Option<u64> {
    let own = |key: &str| terms[key].as_u64();
    let law = |series: &str| {
        let versions = world.limits.series.get(series)?;
        let in_force = versions.iter().find(|v| v.from <= start && v.to.is_none_or(|to| start <= to))?;
        Some(in_force.length)
    };
    let whole = match &clock.limit {
        LimitRef::Until(_) | LimitRef::Period => return None,
        LimitRef::Step(step) => {
            let steps = terms["steps"].as_array()?;
            return steps.iter().find(|s| s[0].as_str() == Some(step))?[1].as_u64();
        }
        LimitRef::Series(series) => law(series)?,
        LimitRef::Item => match terms["law"].as_str().and_then(law) {
            Some(length) => length,
            None => Some(Length::Workdays(u32::try_from(own("stated").or(own("promised"))?).ok()?)),
        },
    };
    let Some(Length::Workdays(days)) = whole else { return None };
    let promise = own("promised").filter(|_| clock.promise).unwrap_or(u64::MAX);
    Some(promise.min(u64::from(days)))
}

/// The unit that decides at the end: the one to which the case was moved last.
pub(super) fn unit_of<'e>(events: &[&'e Envelope]) -> Option<&'e str> {
    let moved = events.iter().rev().find_map(|e| text(e, "moved"));
    moved.or_else(|| events.first()?.payload["opening"]["unit"].as_str())
}

/// Weekdays, and what the notices make of them; a hall's own weekdays; nothing else.
struct Naive<'a> {
    world: &'a World,
    /// What each day is by what was known on a day, in a week of so many days.
    days: BTreeMap<(Date, Date, u8), Option<bool>>,
}

impl Naive<'_> {
    /// So many working days of a unit after a day, by what was known; `None` where a year was not arranged yet.
    fn add(&mut self, from: Date, days: u64, known_on: Date, unit: &str) -> Option<Date> {
        let week = self.week(unit)?;
        let (mut at, mut left) = (from, days);
        while left > 0 {
            at = at.tomorrow().ok()?;
            left -= u64::from(self.works(at, known_on, week)?);
        }
        Some(at)
    }

    /// How many days from Monday on a unit works; `None` where its own calendar says more than that.
    fn week(&self, unit: &str) -> Option<u8> {
        let own = self.world.org.units.get(unit).and_then(|u| u.calendar.as_ref());
        let Some(calendar) = own.and_then(|id| self.world.calendars.get(id)) else { return Some(5) };
        let plain = calendar
            .layers()
            .iter()
            .all(|l| l.closings.is_empty() && l.openings.is_empty() && l.exempt.is_empty() && !l.ignores_holidays);
        let days = calendar.layers().last().and_then(|l| l.open_weekdays.as_ref()).map_or(5, Vec::len);
        u8::try_from(days).ok().filter(|_| plain)
    }

    fn works(&mut self, day: Date, known_on: Date, week: u8) -> Option<bool> {
        let notices = self.world.calendar.notices();
        *self.days.entry((day, known_on, week)).or_insert_with(|| {
            let known = || notices.iter().filter(|n| n.published <= known_on);
            let arranged = known().any(|n| n.year == day.year() && n.amends.is_none());
            let mut named = None;
            for one in known().flat_map(|n| &n.days).filter(|d| d.date == day) {
                named = Some(one); // The later notice goes before.
            }
            let weekday = day.weekday().to_monday_one_offset() <= week as i8;
            arranged.then(|| named.map_or(weekday, |d| d.kind == DayKind::Work))
        })
    }
}
