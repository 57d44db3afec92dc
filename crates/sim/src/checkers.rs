//! What must be true of any city, checked from the ledger and the rows alone.
//!
//! Nothing here uses the kernel or the calendar's arithmetic: events are read as the JSON they are, days are
//! counted one by one from the notices as published. [`unchanged_by_rebuild`] alone asks the office to rebuild.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use xiaoneng_ledger::{Envelope, TenantId};
use xiaoneng_office::{Office, OfficeError};
use xiaoneng_pack::{Name, World};
use xiaoneng_store::{CaseFilter, CaseRow, Result, Store};

mod days;
mod family;
mod findings;

/// Events or rows read at once.
const READ: usize = 2_000;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which rule.
    pub rule: &'static str,
    /// Whose.
    pub tenant: String,
    /// What was found, with the case.
    pub what: String,
}

/// What the checkers looked at: a check that looked at nothing proves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Events.
    pub events: usize,
    /// Cases.
    pub cases: usize,
    /// Acts by a deputy.
    pub deputies: usize,
    /// Due dates counted again.
    pub dates: usize,
    /// Second demands.
    pub second_demands: usize,
    /// Cases that others opened.
    pub children: usize,
    /// Findings that breaches opened.
    pub findings: usize,
    /// Moves to another unit.
    pub moves: usize,
    /// Acts that others than the doers of earlier ones had to do.
    pub apart: usize,
    /// Missed periods of recurring clocks.
    pub periods: usize,
}

/// Check every tenant of a store.
///
/// # Errors
/// The store's.
pub async fn check(store: &dyn Store, world: &World) -> Result<(Looked, Vec<Fault>)> {
    let mut looked = Looked::default();
    let mut faults = Vec::new();
    let mut cities = Vec::new();
    for tenant in store.tenants().await? {
        let city = Tenant::read(store, &tenant).await?;
        let mut tell = |rule: &'static str, what: String| faults.push(Fault { rule, tenant: tenant.to_string(), what });
        looked.events += city.events.len();
        looked.cases += city.cases.len();
        in_order(&city, &mut tell);
        holders(&city, world, &mut tell);
        looked.deputies += deputies(&city, world, &mut tell);
        sums(&city, store, &tenant, &mut tell).await?;
        looked.second_demands += second_demands(&city, &mut tell);
        looked.dates += days::due_dates(&city, store, &tenant, world, &mut tell).await?;
        family::rings(&city, world, &mut looked, &mut tell);
        family::apart(&city, world, &mut looked, &mut tell);
        family::periods(&city, world, &mut looked, &mut tell);
        cities.push(city);
    }
    let mut tell = |rule: &'static str, tenant: &str, what: String| {
        faults.push(Fault { rule, tenant: tenant.to_owned(), what });
    };
    family::families(&cities, world, &mut looked, &mut tell);
    findings::findings(&cities, world, &mut looked, &mut tell);
    Ok((looked, faults))
}

/// Rebuild every row from the events and compare: the tenants whose rows came out otherwise.
///
/// # Errors
/// The office's.
pub async fn unchanged_by_rebuild(office: &Office) -> Result<Vec<String>, OfficeError> {
    let mut changed = Vec::new();
    for tenant in office.store.tenants().await? {
        let before = office.store.dump_rows(&tenant).await?;
        office.rebuild(&Name::from(tenant.as_str()), |_, _| {}).await?;
        if office.store.dump_rows(&tenant).await? != before {
            changed.push(tenant.to_string());
        }
    }
    Ok(changed)
}

/// All that a tenant has, as it lies in the store.
struct Tenant {
    name: String,
    events: Vec<Envelope>,
    /// Places of each case's events.
    cases: BTreeMap<String, Vec<usize>>,
    rows: BTreeMap<String, CaseRow>,
}

impl Tenant {
    async fn read(store: &dyn Store, tenant: &TenantId) -> Result<Tenant> {
        let mut events: Vec<Envelope> = Vec::new();
        loop {
            let more = store.ledger(tenant, events.len() as u64, READ).await?;
            if more.is_empty() {
                break;
            }
            events.extend(more);
        }
        let mut cases: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, event) in events.iter().enumerate() {
            if let Some(case) = event.stream.case_id() {
                cases.entry(case.to_owned()).or_default().push(place);
            }
        }
        let mut rows = BTreeMap::new();
        let mut filter = CaseFilter::new(tenant.clone());
        loop {
            let page = store.cases(&filter).await?;
            rows.extend(page.rows.into_iter().map(|r| (r.case.clone(), r)));
            filter.after = page.next;
            if filter.after.is_none() {
                break;
            }
        }
        Ok(Tenant { name: tenant.to_string(), events, cases, rows })
    }

    fn of<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a Envelope> + Clone {
        places.iter().map(|p| &self.events[*p])
    }
}

fn text<'a>(event: &'a Envelope, key: &str) -> Option<&'a str> {
    event.payload.get(key).and_then(Value::as_str)
}

/// What was written when never goes back, and nothing is written twice.
fn in_order(city: &Tenant, tell: &mut impl FnMut(&'static str, String)) {
    let mut ids = BTreeSet::new();
    for (place, event) in city.events.iter().enumerate() {
        if event.index != place as u64 {
            tell("order", format!("event {} lies at {place}", event.index));
        }
        if place > 0 && city.events[place - 1].recorded_at > event.recorded_at {
            tell("order", format!("event {place} was written before the one before it"));
        }
        if event.effective_at > event.recorded_at {
            tell("order", format!("event {place} counts from a time to come"));
        }
        if !ids.insert(&event.id.0) {
            tell("order", format!("event {place} has the id of another"));
        }
    }
}

/// An open case has exactly one holder, with A and B; what is closed or stands has none.
fn holders(city: &Tenant, world: &World, tell: &mut impl FnMut(&'static str, String)) {
    for (case, places) in &city.cases {
        let Some(row) = city.rows.get(case) else {
            tell("holder", format!("{case} has events and no row"));
            continue;
        };
        let mut holder: Option<&str> = None;
        for event in city.of(places) {
            match event.kind.as_str() {
                "acted" => holder = text(event, "holder"),
                "taken-over" => holder = text(event, "post"),
                _ => {}
            }
        }
        if row.holder.as_deref() != holder {
            tell("holder", format!("{}: the row says {:?}, the events {holder:?}", row.number, row.holder));
        }
        let post = holder.and_then(|h| world.org.posts.get(h));
        let manned = post.is_some_and(|p| p.a.is_some() && p.b.is_some());
        if row.open && !row.standing && !manned {
            tell("holder", format!("{} is open and {holder:?} is not manned", row.number));
        }
        if (!row.open || row.standing) && holder.is_some() {
            tell("holder", format!("{} is held though nobody need act", row.number));
        }
    }
}

/// Nobody acts in a post but its A, and its B while A is out; nobody acts who is out himself.
fn deputies(city: &Tenant, world: &World, tell: &mut impl FnMut(&'static str, String)) -> usize {
    let mut leaves: BTreeMap<&str, &str> = BTreeMap::new();
    let mut out: BTreeMap<&str, &str> = BTreeMap::new();
    let mut seen = 0;
    for event in &city.events {
        if let (Some(officer), Some(post)) = (&event.actor.officer, &event.actor.post) {
            let is_a = world.org.posts.get(post.as_str()).is_some_and(|p| p.a.as_deref() == Some(officer));
            let is_b = world.org.posts.get(post.as_str()).is_some_and(|p| p.b.as_deref() == Some(officer));
            let a = world.org.posts.get(post.as_str()).and_then(|p| p.a.as_deref());
            let a_out = a.is_some_and(|a| out.values().any(|o| *o == a));
            if out.values().any(|o| o == officer) {
                tell("deputy", format!("{officer} acts in {post} while out (event {})", event.index));
            }
            if !(is_a || is_b && a_out) {
                tell("deputy", format!("{officer} acts in {post}, where A is present (event {})", event.index));
            }
            if is_b && !is_a {
                seen += 1;
                if event.acting_for.as_deref() != a {
                    tell("deputy", format!("event {} does not say for whom", event.index));
                }
            }
        }
        let (Some(case), "acted") = (event.stream.case_id(), event.kind.as_str()) else { continue };
        if let Some(officer) = event.payload["fields"]["officer"].as_str() {
            leaves.insert(case, officer);
        }
        if let Some(officer) = leaves.get(case) {
            match (text(event, "to"), event.payload["closes"].as_bool()) {
                (Some("away"), _) => drop(out.insert(case, officer)),
                (_, Some(true)) => drop(out.remove(case)),
                _ => {}
            }
        }
    }
    seen
}

/// Open and closed make all that were opened, in the rows and in the summary.
async fn sums(
    city: &Tenant,
    store: &dyn Store,
    tenant: &TenantId,
    tell: &mut impl FnMut(&'static str, String),
) -> Result<()> {
    let opened = city.events.iter().filter(|e| !e.payload["opening"].is_null()).count() as u64;
    for row in city.rows.values() {
        let words: &[&str] =
            if row.open { &["green", "yellow", "red", "paused", "none"] } else { &["met", "missed", "none"] };
        // A register's entry stands: it is neither open nor closed, and may have any light.
        if !row.standing && !words.contains(&row.light.as_str()) {
            tell("light", format!("{} (open: {}) has the light {}", row.number, row.open, row.light));
        }
    }
    let mut filter = CaseFilter::new(tenant.clone());
    let mut count = [0, 0];
    for (place, open) in [true, false].into_iter().enumerate() {
        filter.open = Some(open);
        count[place] = store.count_cases(&filter, u64::MAX / 2).await?;
    }
    let summary = store.summary(std::slice::from_ref(tenant)).await?;
    let summed: u64 = summary.iter().map(|r| r.count).sum();
    let summed_open: u64 = summary.iter().filter(|r| r.open).map(|r| r.count).sum();
    if count[0] + count[1] != opened || summed != opened || summed_open != count[0] || city.rows.len() as u64 != opened
    {
        tell(
            "sums",
            format!("{opened} opened, {count:?} open and closed, {summed} ({summed_open} open) in the summary"),
        );
    }
    Ok(())
}

/// A demand for what the first did not name is on record as a breach, with its reason.
fn second_demands(city: &Tenant, tell: &mut impl FnMut(&'static str, String)) -> usize {
    let mut seen = 0;
    for (case, places) in &city.cases {
        let mut first: Option<BTreeSet<&str>> = None;
        for event in city.of(places).filter(|e| e.kind == "acted") {
            let Some(missing) = event.payload["fields"]["missing"].as_array() else { continue };
            let missing: BTreeSet<&str> = missing.iter().filter_map(Value::as_str).collect();
            let Some(named) = &first else {
                first = Some(missing);
                continue;
            };
            if missing.is_subset(named) {
                continue;
            }
            seen += 1;
            let breach = city.of(places).any(|e| e.kind == "breached" && e.cause.as_ref() == Some(&event.id));
            if !breach || text(event, "reason").is_none_or(str::is_empty) {
                tell("one-notice", format!("{case} asks a second time without a reason or a breach"));
            }
        }
    }
    seen
}
