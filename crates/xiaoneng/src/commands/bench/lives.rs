//! Lives of cases for the kernel's own measurements: what people did, in order, ready to be done again. Seeded, so
//! that every run does the same.

use std::sync::Arc;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use xiaoneng_casework::{
    Actor, Attachment, Case, Command, Facts, Fields, Name, Opening, PLACE, Terms, Value, Verb, decide,
};
use xiaoneng_pack::{Action, By, FieldKind, Item, Procedure, World};

/// Actions tried before a life that goes nowhere is given up.
const TRIES_MAX: usize = 120;
/// Acts of a life, at most: longer ones go round between two states.
const ACTS_MAX: usize = 14;

/// One case's life.
pub struct Life {
    pub procedure: Arc<Procedure>,
    pub id: Name,
    pub acts: Vec<Done>,
}

/// Something that was done, and by whom.
pub struct Done {
    pub command: Command,
    pub actor: Actor,
    pub at: Timestamp,
}

/// Lives of every procedure that people can begin, so many of each; those that stop half way too.
pub fn lives(world: &World, of_each: usize) -> Vec<Life> {
    let mut draw = Draw(1);
    let mut lives = Vec::new();
    for procedure in world.procedures.values() {
        let items: Vec<&Arc<Item>> = world.items.values().filter(|i| i.procedure == procedure.id).collect();
        let mut made = 0;
        for n in 0..of_each * 4 {
            let item = (!items.is_empty()).then(|| items[draw.below(items.len())]);
            let id = Name::from(format!("{}-{n}", procedure.id));
            let life = live(world, procedure, item.map(|i| &**i), id, n, &mut draw);
            if !life.acts.is_empty() && made < of_each {
                made += 1;
                lives.push(life);
            }
        }
    }
    lives
}

/// How many acts.
pub fn acts_of(lives: &[Life]) -> usize {
    lives.iter().map(|l| l.acts.len()).sum()
}

/// A life as chance has it: whatever may be done next, by whoever may do it, some hours later.
fn live(world: &World, procedure: &Arc<Procedure>, item: Option<&Item>, id: Name, n: usize, draw: &mut Draw) -> Life {
    let mut life = Life { procedure: procedure.clone(), id, acts: Vec::new() };
    let day = date(2023, 2, 1).saturating_add((n as i64 % 200).days());
    let Ok(mut at) = PLACE.to_timestamp(day.at(9, 0, 0, 0)) else { return life };
    let unit = item.map_or_else(|| unit_for(world, procedure, draw), |i| i.unit.clone());
    let opening = opening(world, procedure, item, unit, n);
    let mut case: Option<Case> = None;
    for _ in 0..TRIES_MAX {
        if life.acts.len() >= ACTS_MAX || case.as_ref().is_some_and(|c| c.closed_at.is_some()) {
            break;
        }
        let fits = |a: &Action| case.as_ref().map_or(a.opens(), |c| a.from.contains(&c.state));
        let possible: Vec<(&Name, &Action)> = procedure.actions.iter().filter(|(_, a)| fits(a)).collect();
        if possible.is_empty() {
            break;
        }
        let (name, action) = possible[draw.below(possible.len())];
        let ends = action.to.as_ref().is_some_and(|to| procedure.is_end(to));
        if ends && life.acts.len() < 4 && draw.below(4) > 0 {
            continue;
        }
        at += SignedDuration::from_mins(20 + draw.below(600) as i64);
        let unit = case.as_ref().map_or(&opening.unit, |c| &c.unit).clone();
        let verb = match &case {
            None => Verb::Open { action: name.clone(), opening: Box::new(opening.clone()) },
            Some(_) => Verb::Do(name.clone()),
        };
        for actor in actors(world, case.as_ref(), &opening, &unit) {
            let fields = fill(world, procedure, item, action, &actor, at, draw);
            let attachments = if action.papers { vec![paper()] } else { Vec::new() };
            let reason = action.reason.then(|| "演示".to_owned());
            let command = Command { verb: verb.clone(), fields, reason, attachments, effective_at: None };
            let facts = Facts { world, away: &[], ids: (life.acts.len() as u128 + 1) << 32 };
            if let Ok(decision) = decide(procedure, &life.id, case.as_ref(), &command, &actor, &facts, at) {
                case = Some(decision.case);
                life.acts.push(Done { command, actor, at });
                break;
            }
        }
    }
    life
}

/// A unit in which somebody stands who may begin such a case.
fn unit_for(world: &World, procedure: &Procedure, draw: &mut Draw) -> Name {
    let role = procedure.ways_in().flat_map(|(_, a)| &a.by).find_map(|by| match by {
        By::Role(role, _) => Some(role),
        _ => None,
    });
    let held = |unit: &Name, role: &Name| world.org.posts_with(unit, role).any(|p| p.a.is_some());
    let Some(role) = role else { return some_unit(world, draw) };
    let units: Vec<&Name> = world.org.units.keys().filter(|u| held(u, role)).collect();
    if units.is_empty() { some_unit(world, draw) } else { units[draw.below(units.len())].clone() }
}

fn some_unit(world: &World, draw: &mut Draw) -> Name {
    let staffed = |unit: &Name| world.org.posts_of(unit).count() > 1;
    let units: Vec<&Name> = world.org.units.keys().filter(|u| staffed(u)).collect();
    units[draw.below(units.len())].clone()
}

fn opening(world: &World, procedure: &Procedure, item: Option<&Item>, unit: Name, n: usize) -> Opening {
    Opening {
        number: format!("{unit}-20230201-{n:05}").into(),
        tenant: world.org.units.get(&unit).map_or_else(|| "630222".into(), |u| u.tenant.clone()),
        procedure: procedure.id.clone(),
        rules: world.version.clone(),
        item: item.map(|i| i.code.clone()),
        title: item.map_or_else(|| procedure.title.clone(), |i| i.title.clone()),
        intake: item.and_then(|i| i.intake.first().cloned()).unwrap_or_else(|| unit.clone()),
        unit,
        standing: procedure.standing,
        terms: item.map_or_else(Terms::default, |i| Terms {
            law: i.limit.law.clone(),
            stated: i.limit.stated.as_ref().map(|s| s.0),
            promised: i.limit.promised.as_ref().map(|s| s.0),
            steps: i.steps.iter().map(|(s, n)| (s.clone(), *n)).collect(),
        }),
        track: None,
        parent: None,
    }
}

/// Whoever might: the holder's A first, then those of the units concerned, then the party.
fn actors(world: &World, case: Option<&Case>, opening: &Opening, unit: &Name) -> Vec<Actor> {
    let org = &world.org;
    let holder = case.and_then(|c| c.holder.as_ref()).and_then(|h| org.posts.get(h));
    let posts = holder.into_iter().chain(org.posts_of(unit)).chain(org.posts_of(&opening.intake));
    let mut actors: Vec<Actor> = Vec::new();
    for officer in posts.filter_map(|p| p.a.clone()) {
        let actor = Actor::Officer { id: officer, post: None };
        if !actors.contains(&actor) {
            actors.push(actor);
        }
    }
    actors.push(Actor::Applicant);
    actors
}

fn paper() -> Attachment {
    let (name, media) = ("照片.jpg".to_owned(), "image/jpeg".to_owned());
    Attachment { hash: "0".repeat(64), name, media, size: 1, material: None }
}

/// What an action needs, filled in plainly.
fn fill(
    world: &World,
    procedure: &Procedure,
    item: Option<&Item>,
    action: &Action,
    actor: &Actor,
    at: Timestamp,
    draw: &mut Draw,
) -> Fields {
    let today = PLACE.to_datetime(at).date();
    let ahead = |days: i64| today.saturating_add(days.days());
    let mut fields = Fields::new();
    for id in &action.needs {
        let dated = action.dated.as_ref() == Some(id);
        let value =
            match &procedure.fields[id].kind {
                FieldKind::Materials => Value::List(item.map_or_else(Vec::new, |i| {
                    i.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect()
                })),
                FieldKind::Choice(of) => Value::Text(of[draw.below(of.len())].clone()),
                FieldKind::Phone => "0972-5550000".into(),
                FieldKind::Identity => "630222199001011234".into(),
                FieldKind::Code => Value::Text(format!("XK-{}", draw.below(1_000_000))),
                FieldKind::Count | FieldKind::Money | FieldKind::Percent => Value::Number(3),
                FieldKind::Flag => Value::Flag(true),
                FieldKind::Date if dated => Value::Text(today.to_string()),
                FieldKind::Date => Value::Text(ahead(30 + draw.below(60) as i64).to_string()),
                FieldKind::Instant => {
                    let day = if dated { today } else { ahead(draw.below(30) as i64) };
                    Value::Text(day.at(9, 0, 0, 0).strftime("%Y-%m-%dT%H:%M").to_string())
                }
                FieldKind::Officer => match actor {
                    Actor::Officer { id, .. } => Value::Text(id.to_string()),
                    _ => "某".into(),
                },
                FieldKind::Posts => Value::List(world.org.posts.keys().take(1).cloned().collect()),
                FieldKind::Unit => Value::Text(some_unit(world, draw).to_string()),
                FieldKind::Units => Value::List(vec![some_unit(world, draw)]),
                FieldKind::Items => Value::List(match item.filter(|i| !i.holds.is_empty()) {
                    Some(bundle) => bundle.holds.clone(),
                    None => world.items.keys().take(2).cloned().collect(),
                }),
                FieldKind::Text(_) | FieldKind::Articles | FieldKind::Person => "演示".into(),
            };
        fields.insert(id.clone(), value);
    }
    fields
}

/// A sequence that looks like chance and is always the same.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}
