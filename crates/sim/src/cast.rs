//! The cast: which cases come in, when, and what becomes of each, drawn once from the seed.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use rand::Rng;
use xiaoneng_casework::{Name, PLACE};
use xiaoneng_pack::{Item, World};

use crate::{
    Plan, SHOWCASE, SHOWCASE_PROCEDURE, SimError,
    chance::{Dice, dice},
    hours::{DAY, Hours, moment},
    names::pick,
    path::silence_acts,
    script::{Drag, Fate, Script, Stop, waits_for_papers},
};

/// How busy each month is for building, and for everything else.
const BUILDING: [f64; 12] = [0.2, 0.2, 1.4, 1.8, 1.6, 1.2, 1.0, 1.0, 1.3, 1.1, 0.7, 0.3];
const OTHER: [f64; 12] = [0.8, 0.6, 1.2, 1.1, 1.0, 1.0, 0.95, 0.95, 1.1, 1.0, 1.0, 0.9];
/// The showcase's share of all cases.
const SHOWCASE_SHARE: f64 = 0.16;
/// Working days before the end in which more is late, so that the lights are worth looking at.
const RECENT_DAYS: usize = 15;

/// The scripts of all cases of a plan, in order of arrival.
pub fn cast(world: &World, plan: &Plan, hours: &Hours) -> Result<Vec<Script>, SimError> {
    let items: Vec<&Arc<Item>> = world.items.values().filter(|i| world.procedures.contains_key(&i.procedure)).collect();
    let days = hours.days_between(plan.from, plan.to);
    if items.is_empty() || days.len() < 2 {
        return Err(SimError::Plan("no item to apply for, or no day to do it on".to_owned()));
    }
    let weights = Wheel::new(weights(&items));
    let calendar = |by: &[f64; 12]| Wheel::new(days.iter().map(|d| by[d.month() as usize - 1]).collect());
    let (building, other) = (calendar(&BUILDING), calendar(&OTHER));
    let recent = days[days.len().saturating_sub(RECENT_DAYS)];
    let mut scripts = showcase(world, plan, hours);
    for n in scripts.len() as u64..plan.cases.max(scripts.len()) as u64 {
        let mut dice = dice(plan.seed, 1, n);
        let item = items[weights.turn(&mut dice)];
        let day = days[if builds(item) { &building } else { &other }.turn(&mut dice)];
        let mut script = blank(world, item, n, arrival(day, plan, &mut dice), dice);
        draw_fate(&mut script, day >= recent);
        scripts.push(script);
    }
    scripts.sort_by_key(|s| (s.arrives, s.n));
    Ok(scripts)
}

/// Does the procedure begin outside the office (a village that discusses first)?
fn builds(item: &Item) -> bool {
    &*item.procedure == SHOWCASE_PROCEDURE
}

/// Popular and quick things come often, what each township does for itself seldom at each of them.
fn weights(items: &[&Arc<Item>]) -> Vec<f64> {
    let base = |item: &Item| {
        let often = if item.popular {
            5.0
        } else if item.immediate {
            3.0
        } else {
            1.0
        };
        let place = if &*item.tenant == SHOWCASE { 1.8 } else { 1.0 };
        let small = if item.unit.len() > 6 && item.unit.chars().all(|c| c.is_ascii_digit()) { 0.15 } else { 1.0 };
        often * place * small
    };
    let shown = |i: &Item| builds(i) && &*i.tenant == SHOWCASE;
    let rest: f64 = items.iter().filter(|i| !shown(i)).map(|i| base(i)).sum();
    let count = items.iter().filter(|i| shown(i)).count().max(1) as f64;
    let heavy = rest * SHOWCASE_SHARE / (1.0 - SHOWCASE_SHARE) / count;
    items.iter().map(|i| if shown(i) { heavy } else { base(i) }).collect()
}

fn arrival(day: Date, plan: &Plan, dice: &mut Dice) -> Timestamp {
    // Six of ten come before noon; nobody is taken in during the last minutes.
    let minute = if dice.random_bool(0.6) { 512 + dice.random_range(0..200) } else { 872 + dice.random_range(0..160) };
    let at = moment(day, minute) + jiff::SignedDuration::from_secs(dice.random_range(0..60));
    at.clamp(plan.from, plan.to)
}

fn blank(world: &World, item: &Arc<Item>, n: u64, arrives: Timestamp, mut dice: Dice) -> Script {
    let intake = if item.intake.is_empty() { item.unit.clone() } else { pick(&item.intake, &mut dice).clone() };
    Script {
        n,
        item: item.clone(),
        procedure: world.procedures[&item.procedure].clone(),
        intake,
        arrives,
        dice,
        fate: Fate::Through,
        missing: Vec::new(),
        second_demand: false,
        pause: false,
        extend: false,
        back: false,
        refuse: false,
        drag: None,
        hand_over: None,
        correct: false,
        stop: None,
        case: None,
        planned: None,
        tries: 0,
        failed: 0,
    }
}

/// The plausible shares.
fn draw_fate(script: &mut Script, recent: bool) {
    let required: Vec<Name> = script.item.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
    let dice = &mut script.dice;
    let mut chance = |percent: f64| dice.random_bool(percent / 100.0);
    let withdrawn = chance(2.0);
    let rejected = chance(1.0);
    let silent = chance(1.8);
    let incomplete = chance(20.0);
    script.second_demand = chance(1.5) && incomplete;
    script.pause = chance(9.0);
    script.extend = chance(2.5);
    script.back = chance(5.0);
    script.refuse = chance(6.0);
    let (late, very) = if recent { (8.0, 2.0) } else { (2.3, 0.4) };
    let (late, very) = (chance(late), chance(very));
    let handed = chance(0.3);
    let taken = chance(70.0);
    script.correct = chance(0.1);
    script.drag = if very { Some(Drag::Law) } else { late.then_some(Drag::Promise) };
    script.hand_over = handed.then_some(taken);
    script.fate = match () {
        () if withdrawn => Fate::Withdrawn(script.dice.random_range(1..5)),
        () if rejected => Fate::Rejected,
        () if silent && !incomplete && silence_acts(&script.procedure) => Fate::Silent,
        () => Fate::Through,
    };
    if incomplete && script.fate == Fate::Through {
        for _ in 0..script.dice.random_range(1..4) {
            // Something is always handed in.
            if script.missing.len() + 1 < required.len() {
                let id = pick(&required, &mut script.dice).clone();
                if !script.missing.contains(&id) {
                    script.missing.push(id);
                }
            }
        }
    }
}

/// The showcase: the county's homesteads in every state, green, yellow and red.
fn showcase(world: &World, plan: &Plan, hours: &Hours) -> Vec<Script> {
    let Some(item) = world.items.values().find(|i| builds(i) && &*i.tenant == SHOWCASE) else { return Vec::new() };
    let procedure = &world.procedures[&item.procedure];
    let promised = item.limit.promised.as_ref().map_or(5, |(n, _)| i64::from(*n));
    // In time, on the last day, late.
    let ages = [DAY / 2, (promised - 1) * DAY, (promised + 1) * DAY];
    let rounds = if plan.cases >= 1000 { 3 } else { 1 };
    let mut scripts: Vec<Script> = Vec::new();
    let taken_in = procedure.actions.values().find(|a| a.complete).and_then(|a| a.to.as_ref()?.to_owned().into());
    let taken_in = taken_in.and_then(|t: Name| procedure.states.get_index_of(&t)).unwrap_or(0);
    for (place, (state, _)) in procedure.states.iter().enumerate().filter(|(_, (_, s))| !s.end) {
        let pauses = crate::path::find(procedure, state, crate::path::Part::Pause).is_some();
        let stops = std::iter::once(false).chain(pauses.then_some(true));
        for (paused, round) in stops.flat_map(|p| (0..rounds).map(move |r| (p, r))) {
            let n = scripts.len() as u64;
            let dice = dice(plan.seed, 2, n);
            // What lies long before it is taken in would be taken in by law.
            let age =
                if place < taken_in { (DAY / 2 + round as i64 * DAY).min(3 * DAY) } else { ages[(round + place) % 3] };
            let way = 30 + 60 * place as i64;
            let arrives = hours.instant(hours.minutes(plan.to) - age - way).max(plan.from);
            let mut script = blank(world, item, n, arrives, dice);
            if waits_for_papers(procedure, state) {
                script.missing = item.materials.iter().filter(|m| m.required).take(2).map(|m| m.id.clone()).collect();
            }
            script.refuse =
                crate::path::find(procedure, state, crate::path::Part::Grant).is_none() && is_refused(procedure, state);
            script.stop = Some(Stop { state: state.clone(), paused });
            scripts.push(script);
        }
    }
    for fate in [Fate::Rejected, Fate::Withdrawn(2), Fate::Through] {
        let n = scripts.len() as u64;
        let arrives = hours.instant(hours.minutes(plan.to) - 25 * DAY).max(plan.from);
        let mut script = blank(world, item, n, arrives, dice(plan.seed, 2, n));
        script.fate = fate;
        script.correct = fate == Fate::Through;
        scripts.push(script);
    }
    let first = PLACE.to_datetime(plan.from).date();
    scripts.retain(|s| PLACE.to_datetime(s.arrives).date() >= first);
    scripts
}

/// Is this the state that a refusal leads to?
fn is_refused(procedure: &xiaoneng_pack::Procedure, state: &str) -> bool {
    let refuses = |(n, a): (&Name, &xiaoneng_pack::Action)| {
        crate::path::part_of(procedure, n, a) == crate::path::Part::Refuse && a.to.as_deref() == Some(state)
    };
    let grants = |(n, a): (&Name, &xiaoneng_pack::Action)| {
        crate::path::part_of(procedure, n, a) == crate::path::Part::Grant && a.to.as_deref() == Some(state)
    };
    procedure.actions.iter().any(|(n, a)| refuses((n, a))) && !procedure.actions.iter().any(|(n, a)| grants((n, a)))
}

/// Draws places by weight.
struct Wheel(Vec<f64>);

impl Wheel {
    fn new(weights: Vec<f64>) -> Wheel {
        let mut sum = 0.0;
        Wheel(
            weights
                .into_iter()
                .map(|w| {
                    sum += w;
                    sum
                })
                .collect(),
        )
    }

    fn turn(&self, dice: &mut Dice) -> usize {
        let all = self.0.last().copied().unwrap_or(1.0);
        let at = dice.random_range(0.0..all);
        self.0.partition_point(|s| *s <= at).min(self.0.len().saturating_sub(1))
    }
}
