//! Cases that cases open, cases that move, and reports that recur: what the events say of each other.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::Offset};
use xiaoneng_ledger::Envelope;
use xiaoneng_pack::{By, Clock, Every, Procedure, Whose, World};

use super::{Looked, Tenant, text};

const PLACE: Offset = Offset::constant(8);
/// The watch may be so late.
const WATCH: SignedDuration = SignedDuration::from_hours(24);
/// Periods counted at most: a clock that reaches it is a fault of its own.
const PERIODS_MAX: usize = 5_000;

/// What a parent was told of one child.
#[derive(Default)]
struct Told<'a> {
    opened: Vec<&'a str>,
    closed: bool,
    state: Option<&'a str>,
}

/// Each child has a parent that knows of it, and knows its end once it has one; nobody knows of a child that is not.
pub(super) fn families(
    cities: &[Tenant],
    world: &World,
    looked: &mut Looked,
    tell: &mut impl FnMut(&'static str, &str, String),
) {
    let mut told: BTreeMap<(&str, &str, &str), Told> = BTreeMap::new();
    for city in cities {
        for event in &city.events {
            let (Some(case), Some(key)) = (event.stream.case_id(), text(event, "key")) else { continue };
            let told = told.entry((&city.name, case, key)).or_default();
            match event.kind.as_str() {
                "child-opened" => told.opened.extend(text(event, "case")),
                "child-moved" => {
                    told.closed = event.payload["closed"].as_bool() == Some(true);
                    told.state = text(event, "state");
                }
                _ => {}
            }
        }
    }
    let mut known = BTreeSet::new();
    for city in cities {
        for (case, places) in &city.cases {
            let Some(opening) = city.of(places).next().map(|e| &e.payload["opening"]) else { continue };
            let parent = &opening["parent"];
            let word = |key: &str| parent[key].as_str().unwrap_or_default();
            // A case that has a finding about it does not wait for that, nor hear of it.
            if parent.is_null() || word("key").starts_with("breach/") {
                continue;
            }
            looked.children += 1;
            let mut fault = |what: &str| tell("family", &city.name, format!("{}: {what}", opening["number"]));
            let Some(told) = told.get(&(word("tenant"), word("case"), word("key"))) else {
                fault("its parent knows nothing of it");
                continue;
            };
            if told.opened != [case.as_str()] {
                fault(&format!("its parent knows {:?} in its place", told.opened));
            }
            known.insert(case.as_str());
            let Some(row) = city.rows.get(case) else { continue };
            let procedure = world.procedures.get(row.procedure.as_str());
            // A register's entry is owed by nobody: it is over when its state is an end.
            let stands = || procedure.is_some_and(|p| !p.is_end(&row.state));
            let open = if row.standing { stands() } else { row.open };
            if told.closed == open {
                fault(&format!("it is open: {open}, its parent believes closed: {}", told.closed));
            }
            let state = procedure.and_then(|p| p.states.get(row.state.as_str())).map(|s| s.title.as_str());
            if told.state.is_some() && told.state != state {
                fault(&format!("it is {state:?}, its parent believes {:?}", told.state));
            }
        }
    }
    for ((tenant, parent, key), told) in &told {
        if let Some(lost) = told.opened.iter().find(|case| !known.contains(**case)) {
            tell("family", tenant, format!("{parent} waits for {key}, {lost}, which is not"));
        }
    }
}

/// No case goes round in a ring: a unit that had it does not get it again, but by the way back or with a reason.
pub(super) fn rings(city: &Tenant, world: &World, looked: &mut Looked, tell: &mut impl FnMut(&'static str, String)) {
    for places in city.cases.values() {
        let mut events = city.of(places).filter(|e| e.kind == "acted").peekable();
        let Some(opening) = events.peek().map(|e| &e.payload["opening"]) else { continue };
        let Some(procedure) = procedure(opening, world) else { continue };
        let mut had: Vec<&str> = opening["unit"].as_str().into_iter().collect();
        for event in events {
            let Some(to) = text(event, "moved") else { continue };
            looked.moves += 1;
            let action = text(event, "action").and_then(|a| procedure.actions.get(a));
            let back = action.is_some_and(|a| matches!(&a.hands_to, Some(By::Role(_, Whose::Back))));
            let reasoned = text(event, "reason").is_some_and(|r| !r.trim().is_empty());
            if had.contains(&to) && !back && !reasoned {
                tell("ring", format!("{} comes to {to} again without a reason: {had:?}", opening["number"]));
            }
            had.push(to);
        }
    }
}

/// What must be done by two is done by two, and what needs a paper has one.
pub(super) fn apart(city: &Tenant, world: &World, looked: &mut Looked, tell: &mut impl FnMut(&'static str, String)) {
    for places in city.cases.values() {
        let Some(opening) = city.of(places).next().map(|e| &e.payload["opening"]) else { continue };
        let Some(procedure) = procedure(opening, world) else { continue };
        let mut did: BTreeSet<(&str, &str)> = BTreeSet::new();
        for event in city.of(places).filter(|e| e.kind == "acted") {
            let Some((name, action)) = text(event, "action").and_then(|a| procedure.actions.get_key_value(a)) else {
                continue;
            };
            let number = &opening["number"];
            if action.papers && event.payload["attachments"].as_array().is_none_or(Vec::is_empty) {
                tell("papers", format!("{number}: {name} without a paper"));
            }
            let Some(officer) = &event.actor.officer else { continue };
            looked.apart += usize::from(!action.apart_from.is_empty());
            if let Some(other) = action.apart_from.iter().find(|o| did.contains(&(officer.as_str(), &***o))) {
                tell("apart", format!("{number}: {officer} did {other} and does {name}"));
            }
            did.insert((officer, name));
        }
    }
}

fn procedure<'w>(opening: &serde_json::Value, world: &'w World) -> Option<&'w Procedure> {
    world.procedures.get(opening["procedure"].as_str()?).map(|p| &**p)
}

/// Every missed period of a recurring clock has exactly one event, no other has one.
pub(super) fn periods(city: &Tenant, world: &World, looked: &mut Looked, tell: &mut impl FnMut(&'static str, String)) {
    let Some(now) = city.events.last().map(|e| e.recorded_at) else { return };
    for places in city.cases.values() {
        let events: Vec<&Envelope> = city.of(places).collect();
        let opening = &events[0].payload["opening"];
        let Some(procedure) = procedure(opening, world) else { continue };
        if events.iter().any(|e| matches!(e.kind.as_str(), "corrected" | "voided")) {
            continue;
        }
        for (id, clock) in procedure.clocks.iter().filter(|(_, c)| c.every.is_some()) {
            let mut lapsed: BTreeMap<&str, usize> = BTreeMap::new();
            for event in events.iter().filter(|e| e.kind == "lapsed" && text(e, "clock") == Some(id)) {
                *lapsed.entry(text(event, "run").unwrap_or_default()).or_default() += 1;
            }
            looked.periods += lapsed.len();
            let closes = super::days::unit_of(&events).and_then(|u| world.org.units.get(u)).and_then(|u| u.closes);
            let mut missed = BTreeSet::new();
            for (start, end, reports) in runs(&events, clock) {
                missed.extend(misses(start, clock, closes, end.unwrap_or(now - WATCH), &reports));
            }
            let number = &opening["number"];
            for run in missed.iter().filter(|run| !lapsed.contains_key(run.as_str())) {
                tell("period", format!("{number} {id}: {run} was missed and has no event"));
            }
            for (run, count) in &lapsed {
                let late = run.split('#').next().is_some_and(|r| events.iter().any(|e| e.id.0 == r));
                let fresh = events.iter().rev().any(|e| text(e, "run") == Some(run) && e.effective_at > now - WATCH);
                if *count != 1 || !late || !(missed.contains(*run) || fresh) {
                    tell("period", format!("{number} {id}: {run} has {count} events and was not missed so"));
                }
            }
        }
    }
}

/// The runs of a recurring clock: what began each, when it ended, and the reports in it.
fn runs<'e>(events: &[&'e Envelope], clock: &Clock) -> Vec<(&'e Envelope, Option<Timestamp>, Vec<Timestamp>)> {
    let mut runs: Vec<(&Envelope, Option<Timestamp>, Vec<Timestamp>)> = Vec::new();
    for event in events.iter().filter(|e| e.kind == "acted") {
        let among =
            |list: &[xiaoneng_pack::Name]| text(event, "action").is_some_and(|a| list.iter().any(|l| &**l == a));
        let open = runs.last_mut().filter(|r| r.1.is_none());
        if let Some(run) = open {
            if among(&clock.stops) {
                run.2.push(event.effective_at);
            }
            if among(&clock.ends) || among(&clock.starts) || event.payload["closes"].as_bool() == Some(true) {
                run.1 = Some(event.effective_at);
            }
        }
        if among(&clock.starts) {
            runs.push((event, None, Vec::new()));
        }
    }
    runs
}

/// The periods of a run that ended undischarged before its end, as events write them.
fn misses(
    start: &Envelope,
    clock: &Clock,
    closes: Option<jiff::civil::Time>,
    end: Timestamp,
    reports: &[Timestamp],
) -> Vec<String> {
    let anchor = PLACE.to_datetime(start.effective_at).date();
    let closes = closes.unwrap_or(jiff::civil::Time::constant(23, 59, 59, 0));
    let due = |n: usize| -> Option<Timestamp> {
        let n = i64::try_from(n).ok()?;
        let day: Date = match clock.every? {
            Every::Days(days) => anchor.checked_add((i64::from(days) * n).days()).ok()?,
            Every::Months(months) => anchor.checked_add((i64::from(months) * n).months()).ok()?,
        };
        PLACE.to_timestamp(day.to_datetime(closes)).ok()
    };
    let (mut missed, mut left) = (Vec::new(), reports.iter().copied().peekable());
    let mut begins = start.effective_at;
    for n in 1..PERIODS_MAX {
        let Some(due) = due(n).filter(|due| *due < end) else { break };
        // A second report within one period discharges nothing.
        while n > 1 && left.peek().is_some_and(|r| *r <= begins) {
            left.next();
        }
        match left.peek() {
            Some(report) if *report <= due => drop(left.next()),
            // A late report discharges the period that it is late for.
            _ => {
                missed.push(format!("{}#{n}", start.id.0));
                left.next();
            }
        }
        begins = due;
    }
    missed
}
