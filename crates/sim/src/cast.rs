//! The cast: which cases come in, when, and what becomes of each, drawn once from the seed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use rand::Rng;
use xiaoneng_casework::{Case, Name};
use xiaoneng_pack::{Item, Procedure, World};

use crate::{
    Plan, SHOWCASE, SHOWCASE_PROCEDURE, SimError,
    chance::{Dice, dice},
    hours::{Hours, moment},
    names::pick,
    path::Map,
    script::{Drag, Fate, Script},
    shares::{At, SHARES, UNNAMED},
    words,
};

mod showcase;

/// How busy each month is for building, and for everything else.
const BUILDING: [f64; 12] = [0.2, 0.2, 1.4, 1.8, 1.6, 1.2, 1.0, 1.0, 1.3, 1.1, 0.7, 0.3];
const OTHER: [f64; 12] = [0.8, 0.6, 1.2, 1.1, 1.0, 1.0, 0.95, 0.95, 1.1, 1.0, 1.0, 0.9];
/// Working days before the end in which more is late, so that the lights are worth looking at.
const RECENT_DAYS: usize = 15;
/// What an office begins itself takes longer: more of it is late and lies about in the last months.
const RECENT_DAYS_LONG: usize = 60;

/// What comes in as one kind: an item, or a procedure that an office begins at one of its units.
enum Kind<'w> {
    Item(&'w Arc<Item>),
    Office(&'w Arc<Procedure>, &'w Name),
}

/// The scripts of all cases of a plan, in order of arrival.
pub fn cast(world: &World, plan: &Plan, hours: &Hours) -> Result<Vec<Script>, SimError> {
    let kinds = kinds(world);
    let days = hours.days_between(plan.from, plan.to);
    if kinds.is_empty() || days.len() < 2 {
        return Err(SimError::Plan("no item to apply for, or no day to do it on".to_owned()));
    }
    let (kinds, weights): (Vec<Kind>, Vec<f64>) = kinds.into_iter().unzip();
    let wheel = Wheel::new(weights);
    let calendar = |by: &[f64; 12]| Wheel::new(days.iter().map(|d| by[d.month() as usize - 1]).collect());
    let (building, other) = (calendar(&BUILDING), calendar(&OTHER));
    let since = |back: usize| days[days.len().saturating_sub(back)];
    let (recent, long) = (since(RECENT_DAYS), since(RECENT_DAYS_LONG));
    let mut maps = Maps::default();
    let mut scripts = showcase::scripts(world, plan, hours, &mut maps);
    for n in scripts.len() as u64..plan.cases.max(scripts.len()) as u64 {
        let mut dice = dice(plan.seed, 1, n);
        let kind = &kinds[wheel.turn(&mut dice)];
        let builds = matches!(kind, Kind::Item(item) if builds(item));
        let day = days[if builds { &building } else { &other }.turn(&mut dice)];
        let arrives = arrival(day, plan, &mut dice);
        let mut script = match kind {
            Kind::Item(item) => of_item(world, &mut maps, item, n, arrives, dice),
            Kind::Office(procedure, unit) => of_office(world, &mut maps, procedure, unit, n, arrives, dice),
        };
        let from = if script.takes_in() { recent } else { long };
        draw_fate(&mut script, day >= from);
        scripts.push(script);
    }
    scripts.sort_by_key(|s| (s.arrives, s.n));
    Ok(scripts)
}

/// A case that another one has opened, played on from there.
pub fn child(world: &World, plan: &Plan, maps: &mut Maps, case: &Case, id: &Name, n: u64) -> Script {
    let procedure = &world.procedures[&case.opening.procedure];
    let item = case.opening.item.as_ref().and_then(|code| world.items.get(code));
    let arrives = case.last_at();
    let mut script = blank(procedure, maps, n, arrives, dice(plan.seed, 6, n));
    script.item = item.cloned();
    script.title = case.opening.title.clone();
    script.tenant = case.opening.tenant.clone();
    (script.unit, script.intake) = (case.unit.clone(), case.opening.intake.clone());
    draw_fate(&mut script, false);
    script.missing.clear();
    script.child = true;
    script.case = Some(id.clone());
    script
}

/// Maps of procedures, each read once.
#[derive(Debug, Default)]
pub struct Maps(BTreeMap<Name, Arc<Map>>);

impl Maps {
    fn of(&mut self, procedure: &Procedure) -> Arc<Map> {
        self.0.entry(procedure.id.clone()).or_insert_with(|| Arc::new(Map::of(procedure))).clone()
    }
}

/// Does the procedure begin outside the office (a village that discusses first)?
fn builds(item: &Item) -> bool {
    &*item.procedure == SHOWCASE_PROCEDURE
}

/// All that comes in, with its weight: each procedure's share divided among its items, or among the units that
/// begin it.
fn kinds(world: &World) -> Vec<(Kind<'_>, f64)> {
    let mut kinds = Vec::new();
    for (id, procedure) in &world.procedures {
        let share = SHARES.iter().find(|s| s.procedure == &**id);
        let items: Vec<&Arc<Item>> = world.items.values().filter(|i| i.procedure == *id).collect();
        let opens = procedure.ways_in().next().is_some();
        let (parts, at) = match share {
            Some(share) => (share.parts, &share.at),
            None if !items.is_empty() => (UNNAMED, &At::Items),
            None => continue,
        };
        let of: Vec<(Kind, f64)> = match at {
            At::Items => items.into_iter().map(|i| (Kind::Item(i), weight(i))).collect(),
            At::Units(shorts) => {
                let begins = |unit: &&Name| shorts.iter().any(|s| unit.ends_with(s));
                let units = world.org.units.keys().filter(begins);
                units.map(|u| (Kind::Office(procedure, u), place(&world.org.units[u].tenant))).collect()
            }
        };
        if !opens {
            continue;
        }
        let whole: f64 = of.iter().map(|(_, w)| w).sum();
        kinds.extend(of.into_iter().map(|(kind, w)| (kind, w / whole * parts)));
    }
    kinds
}

/// More happens where the demonstration looks.
fn place(tenant: &str) -> f64 {
    if tenant == SHOWCASE { 1.8 } else { 1.0 }
}

/// Popular and quick things come often, what each township does for itself seldom at each of them.
fn weight(item: &Item) -> f64 {
    if builds(item) {
        // The showcase is the demonstration's heart: seven of eight houses are built there.
        return if &*item.tenant == SHOWCASE { 7.0 } else { 1.0 };
    }
    let often = match () {
        () if item.popular => 5.0,
        () if item.immediate => 3.0,
        () => 1.0,
    };
    let small = if item.unit.len() > 6 && item.unit.chars().all(|c| c.is_ascii_digit()) { 0.15 } else { 1.0 };
    often * place(&item.tenant) * small
}

fn arrival(day: Date, plan: &Plan, dice: &mut Dice) -> Timestamp {
    // Six of ten come before noon; nobody is taken in during the last minutes.
    let minute = if dice.random_bool(0.6) { 512 + dice.random_range(0..200) } else { 872 + dice.random_range(0..160) };
    let at = moment(day, minute) + jiff::SignedDuration::from_secs(dice.random_range(0..60));
    at.clamp(plan.from, plan.to)
}

fn of_item(world: &World, maps: &mut Maps, item: &Arc<Item>, n: u64, arrives: Timestamp, mut dice: Dice) -> Script {
    let intake = if item.intake.is_empty() { item.unit.clone() } else { pick(&item.intake, &mut dice).clone() };
    let mut script = blank(&world.procedures[&item.procedure], maps, n, arrives, dice);
    script.title = item.title.clone();
    (script.tenant, script.unit, script.intake) = (item.tenant.clone(), item.unit.clone(), intake);
    script.item = Some(item.clone());
    script
}

fn of_office(
    world: &World,
    maps: &mut Maps,
    procedure: &Arc<Procedure>,
    unit: &Name,
    n: u64,
    arrives: Timestamp,
    dice: Dice,
) -> Script {
    let mut script = blank(procedure, maps, n, arrives, dice);
    script.title = words::subject(&procedure.id, &mut script.dice).unwrap_or_else(|| procedure.title.clone());
    script.tenant = world.org.units.get(unit).map_or_else(|| "".into(), |u| u.tenant.clone());
    (script.unit, script.intake) = (unit.clone(), unit.clone());
    script
}

fn blank(procedure: &Arc<Procedure>, maps: &mut Maps, n: u64, arrives: Timestamp, dice: Dice) -> Script {
    let nowhere: Name = "".into();
    Script {
        n,
        procedure: procedure.clone(),
        map: maps.of(procedure),
        item: None,
        title: String::new(),
        tenant: nowhere.clone(),
        unit: nowhere.clone(),
        intake: nowhere,
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
        child: false,
        case: None,
        planned: None,
        tries: 0,
        failed: 0,
        tried: Default::default(),
        looks: 0,
        refused: String::new(),
        barred: 0,
        away: 0,
        turn: 0,
    }
}

/// The plausible shares, in percent.
fn draw_fate(script: &mut Script, recent: bool) {
    let takes_in = script.takes_in();
    let required: Vec<Name> = script.materials().filter(|m| m.required).map(|m| m.id.clone()).collect();
    let silence_acts = script.map.silence_acts(&script.procedure);
    let dice = &mut script.dice;
    let mut chance = |percent: f64| dice.random_bool(percent / 100.0);
    let withdrawn = chance(2.0);
    let rejected = chance(if takes_in { 1.0 } else { 7.0 });
    let silent = chance(1.8);
    let incomplete = takes_in && chance(20.0);
    let forgotten = chance(match (takes_in, recent) {
        (true, false) => 0.1,
        (true, true) => 0.5,
        (false, false) => 0.3,
        (false, true) => 5.0,
    });
    script.second_demand = chance(1.5) && incomplete;
    script.pause = chance(9.0);
    script.extend = chance(if takes_in { 2.5 } else { 5.0 });
    script.back = chance(5.0);
    script.refuse = chance(if takes_in { 6.0 } else { 12.0 });
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
        () if silent && !incomplete && silence_acts => Fate::Silent,
        () if forgotten => Fate::Forgotten(script.dice.random_range(1..5)),
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
