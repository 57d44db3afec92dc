//! The ways on from where a case is, each with its weight: the usual before the unusual, the holder's before others',
//! what ends the case before what goes round in it.

use rand::Rng;
use xiaoneng_casework::{Actor, Case, ClockView, Name, Status};
use xiaoneng_pack::{Action, By, Post, Whose, World};

use crate::{
    chance::Dice,
    path::{Course, Part},
    script::Script,
};

/// After so many acts by persons a case takes the shortest way to its end.
const LONG: usize = 25;

/// One way on.
#[derive(Clone, Debug)]
pub struct Way {
    /// The action.
    pub name: Name,
    /// What it is to the case.
    pub part: Part,
    /// How usual it is; 0: only when it is wanted.
    pub weight: f64,
}

/// The ways on, but those that were refused lately.
pub fn ways(script: &Script, case: &Case, world: &World, views: &[ClockView]) -> Vec<Way> {
    let (procedure, map) = (&script.procedure, &script.map);
    let holder = case.holder.as_ref().and_then(|h| world.org.posts.get(h));
    let paused = case.pause.is_some();
    let mut ways = Vec::new();
    for (name, action) in &procedure.actions {
        let part = map.part(name);
        let fits = if paused { action.while_paused } else { part != Part::Resume };
        if !fits || part == Part::Other || !action.from.contains(&case.state) || script.tried.contains(name) {
            continue;
        }
        // What only the officer named may do waits until one is named.
        let nobody = |by: &By| matches!(by, By::Named(field) if case.text(field).is_none());
        if action.by.iter().all(nobody) {
            continue;
        }
        let nature = nature(script, case, views, (name, action), part, paused);
        let place = Ways { script, case, holder };
        let weight = nature * place.whose(action) * place.where_to(name, action) * place.again(name, part);
        ways.push(Way { name: name.clone(), part, weight });
    }
    let acts = case.acts.iter().filter(|a| a.actor != Actor::Law).count();
    if acts > LONG {
        nearest(script, &mut ways);
    }
    ways
}

/// Only the shortest way is left.
fn nearest(script: &Script, ways: &mut [Way]) {
    let far = |w: &Way| script.procedure.actions[&w.name].to.as_ref().map_or(u32::MAX, |t| script.map.far(t));
    let best = ways.iter().filter(|w| w.weight > 0.0).map(far).min().unwrap_or(u32::MAX);
    for way in ways.iter_mut().filter(|w| far(w) > best) {
        way.weight = 0.0;
    }
}

/// How usual an action is by what it is.
fn nature(
    script: &Script,
    case: &Case,
    views: &[ClockView],
    (name, action): (&Name, &Action),
    part: Part,
    paused: bool,
) -> f64 {
    let procedure = &script.procedure;
    let opens = procedure.children.values().any(|c| c.opened_by.contains(name));
    match part {
        Part::Accept if action.reason => 1.0,
        // An appeal is seldom; an answer to what was asked for is not.
        Part::Forward if !script.map.asked(&case.state) && is_right(script, views, name) => 1.0,
        Part::Forward if action.reason => 2.0,
        Part::Forward | Part::Accept | Part::Grant if opens => 4.0,
        Part::Forward | Part::Accept | Part::Grant => 10.0,
        Part::Resume if paused => 10.0,
        // Where nothing is handed in, a notice asks for words: seldom.
        Part::Ask if script.materials().next().is_none() && case.first_notice.is_none() => 1.5,
        Part::Side => side(script, case, views, (name, action), opens),
        _ => 0.0,
    }
}

/// Does it stop a running clock that ends a right?
fn is_right(script: &Script, views: &[ClockView], name: &Name) -> bool {
    let clock = |v: &ClockView| script.procedure.clocks.get(&v.clock);
    let stops = |v: &ClockView| clock(v).is_some_and(|c| c.right && c.stops.contains(name));
    views.iter().any(|v| v.status == Status::Running && stops(v))
}

/// Something beside: usual where a clock waits for it, or another action for what it writes.
fn side(script: &Script, case: &Case, views: &[ClockView], (name, action): (&Name, &Action), opens: bool) -> f64 {
    let procedure = &script.procedure;
    let stops = |v: &&ClockView| {
        v.status == Status::Running && procedure.clocks.get(&v.clock).is_some_and(|c| c.stops.contains(name))
    };
    let mut weight: f64 = if opens { 1.5 } else { 1.0 };
    for view in views.iter().filter(stops) {
        let Some(clock) = procedure.clocks.get(&view.clock) else { continue };
        weight = match () {
            // Reports come in their own time.
            () if clock.every.is_some() => return 0.0,
            () if clock.right => weight.min(0.8),
            () if view.owed => 60.0,
            () => weight.max(4.0),
        };
    }
    let writes = |f: &&str| action.needs.iter().any(|n| &**n == *f) && !case.fields.contains_key(*f);
    let asks = |other: &Action| other.when.as_ref().is_some_and(|w| w.fields().iter().any(writes));
    let on = |other: &&Action| other.to.is_some() && other.from.contains(&case.state) && !other.reason;
    let wanted = procedure.actions.values().filter(on).any(asks);
    if wanted && weight < 6.0 { 6.0 } else { weight }
}

/// What an action's weight hangs on beside its nature.
struct Ways<'a> {
    script: &'a Script,
    case: &'a Case,
    holder: Option<&'a Post>,
}

impl Ways<'_> {
    /// The holder's own acts are usual, others' less.
    fn whose(&self, action: &Action) -> f64 {
        let own = |by: &By| match by {
            By::Holder | By::Officer | By::Named(_) => true,
            By::Role(role, Whose::Unit | Whose::Intake) => self.holder.is_some_and(|h| h.has_role(role)),
            By::Role(..) | By::Applicant | By::Law | By::Keeper => false,
        };
        match () {
            () if action.by.iter().any(own) => 1.0,
            () if action.by.contains(&By::Applicant) => 0.25,
            () => 0.15,
        }
    }

    /// On, or round about; an end is near where nothing else goes on.
    fn where_to(&self, name: &Name, action: &Action) -> f64 {
        let (map, procedure) = (&self.script.map, &self.script.procedure);
        let open = |kind: &Name| self.case.children.values().any(|c| c.closed_at.is_none() && c.planned.kind == *kind);
        if procedure.children.iter().any(|(kind, c)| c.called_off_by.contains(name) && open(kind)) {
            return 0.02;
        }
        match map.course(procedure, &self.case.state, action) {
            Course::On | Course::Stays => 1.0,
            // An end in agreement is welcome early, another is not.
            Course::Ends if !map.goes_on(procedure, &self.case.state) => 1.0,
            Course::Ends if action.outcome.is_some() => 0.5,
            Course::Ends => 0.12,
            // A public notice is a usual detour: one registration in three is announced.
            Course::Round if action.notice.is_some() => 0.5,
            Course::Round => 0.2,
        }
    }

    /// What was done before is seldom done again.
    fn again(&self, name: &Name, part: Part) -> f64 {
        let times = self.case.acts.iter().filter(|a| a.action == *name).count();
        let each: f64 = match part {
            Part::Side => 0.1,
            Part::Resume => 1.0,
            // What was announced is hardly announced again.
            _ if self.script.procedure.actions.get(name).is_some_and(|a| a.notice.is_some()) => 0.05,
            _ => 0.4,
        };
        each.powi(times.min(20) as i32)
    }
}

/// One by weight; `None`: one waits.
pub fn draw<'w>(ways: &'w [Way], waiting: f64, dice: &mut Dice) -> Option<&'w Way> {
    draw_from(ways.iter().collect(), waiting, dice)
}

/// One of a part by weight.
pub fn draw_of<'w>(ways: &'w [Way], part: Part, dice: &mut Dice) -> Option<&'w Way> {
    draw_from(ways.iter().filter(|w| w.part == part).collect(), 0.0, dice)
}

fn draw_from<'w>(ways: Vec<&'w Way>, waiting: f64, dice: &mut Dice) -> Option<&'w Way> {
    let all: f64 = ways.iter().map(|w| w.weight).sum();
    if all <= 0.0 {
        return None;
    }
    let mut at = dice.random_range(0.0..all + waiting) - waiting;
    if at < 0.0 {
        return None;
    }
    for way in &ways {
        at -= way.weight;
        if at < 0.0 {
            return Some(way);
        }
    }
    ways.iter().rev().find(|w| w.weight > 0.0).copied()
}

/// How much there is to wait for: the law at a lapse that is nobody's fault, or a case that this one opened.
pub fn waiting(script: &Script, case: &Case, views: &[ClockView]) -> f64 {
    let procedure = &script.procedure;
    let from_here = |name: &Name| procedure.actions.get(name).is_some_and(|a| a.from.contains(&case.state));
    let mut weight: f64 = 0.0;
    for view in views.iter().filter(|v| v.status == Status::Running && !v.owed) {
        let Some(clock) = procedure.clocks.get(&view.clock) else { continue };
        let lapse = clock.on_lapse.as_ref().filter(|l| from_here(&l.action));
        weight = weight.max(match lapse {
            None => 0.0,
            Some(_) if script.map.asked(&case.state) => 1.5,
            Some(_) if clock.right => 6.0,
            Some(_) => 3.0,
        });
    }
    for child in case.children.values().filter(|c| c.closed_at.is_none()) {
        let then = procedure.children.get(&child.planned.kind).and_then(|k| k.then.as_ref());
        weight = weight.max(if then.is_some_and(from_here) { 30.0 } else { 3.0 });
    }
    weight
}
