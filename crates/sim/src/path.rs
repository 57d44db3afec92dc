//! What a procedure's actions are to a case, and the way to its end: read off its data, no action is known here by its
//! name.

use std::collections::{BTreeMap, BTreeSet};

use xiaoneng_pack::{Action, By, Clock, Duty, Name, Procedure};

/// What an action is to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Takes the case on.
    Forward,
    /// Takes it on if all papers are in: 受理.
    Accept,
    /// Asks for what is missing, all at once.
    Ask,
    /// Sends it back a step.
    Back,
    /// Stops the clocks.
    Pause,
    /// Lets them run.
    Resume,
    /// Lengthens a limit.
    Extend,
    /// Decides in favour.
    Grant,
    /// Decides against.
    Refuse,
    /// Does not take it in, or ends it with a reason.
    Reject,
    /// The applicant takes it back.
    Withdraw,
    /// Something is noted, asked, reported; the case stays where it is.
    Side,
    /// Happens by time alone, or begins a case.
    Other,
}

/// Where an action leads: procedures write their states in the order in which a case passes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// To a later state.
    On,
    /// To an end.
    Ends,
    /// Back, or aside.
    Round,
    /// Nowhere.
    Stays,
}

/// What an action is to a case.
pub fn part_of(procedure: &Procedure, name: &str, action: &Action) -> Part {
    let named = |of: fn(&Clock) -> &Vec<Name>| procedure.clocks.values().any(|c| of(c).iter().any(|n| &**n == name));
    let ends = action.to.as_ref().is_some_and(|t| procedure.is_end(t));
    if action.from.is_empty() || action.by.iter().all(|b| *b == By::Law) {
        Part::Other
    } else if named(|c| &c.pauses) {
        Part::Pause
    } else if named(|c| &c.resumes) {
        Part::Resume
    } else if action.extends.is_some() {
        Part::Extend
    } else if action.duties.contains(&Duty::OneNotice) {
        Part::Ask
    } else if ends && action.reason && action.by.contains(&By::Applicant) {
        Part::Withdraw
    } else if ends && action.reason && !action.complete && !decides(procedure, action) {
        Part::Reject
    } else if action.complete {
        Part::Accept
    } else if action.result.is_some() {
        if action.reason { Part::Refuse } else { Part::Grant }
    } else if action.reason && goes_back(procedure, action) {
        Part::Back
    } else if action.to.is_none() {
        Part::Side
    } else {
        Part::Forward
    }
}

/// A refusal that ends the case at once: its sibling grants from the same state.
fn decides(procedure: &Procedure, action: &Action) -> bool {
    let grants = |a: &Action| a.result.is_some() && !a.reason && a.from.iter().any(|s| action.from.contains(s));
    action.result.is_some() && procedure.actions.values().any(grants)
}

fn goes_back(procedure: &Procedure, action: &Action) -> bool {
    let place = |state: &Name| procedure.states.get_index_of(state);
    let Some(to) = action.to.as_ref().and_then(place) else { return false };
    action.from.iter().filter_map(place).all(|from| to < from)
}

/// A procedure as a map: what each action is to a case, and how far each state is from an end.
#[derive(Debug)]
pub struct Map {
    parts: BTreeMap<Name, Part>,
    far: BTreeMap<Name, u32>,
    /// It has a step at which all papers must be in.
    pub takes_in: bool,
    /// States out of which only the applicant's papers lead.
    waiting: BTreeSet<Name>,
    /// Those, and others in which something that was asked for is waited for.
    asked: BTreeSet<Name>,
    /// States out of which one only comes back to an earlier one.
    aside: BTreeSet<Name>,
}

/// From where no end can be reached.
const NEVER: u32 = u32::MAX;

impl Map {
    /// Read it off.
    pub fn of(procedure: &Procedure) -> Map {
        let parts: BTreeMap<Name, Part> =
            procedure.actions.iter().map(|(n, a)| (n.clone(), part_of(procedure, n, a))).collect();
        let mut far: BTreeMap<Name, u32> =
            procedure.states.iter().map(|(n, s)| (n.clone(), if s.end { 0 } else { NEVER })).collect();
        // As many rounds as there are states settle every distance.
        for _ in 0..procedure.states.len() {
            for (name, action) in &procedure.actions {
                let Some(rest) = action.to.as_ref().and_then(|t| far.get(t)).copied().filter(|r| *r != NEVER) else {
                    continue;
                };
                let whole = rest + cost(parts[name]);
                for from in &action.from {
                    far.entry(from.clone()).and_modify(|known| *known = whole.min(*known));
                }
            }
        }
        let led_to = |wanted: &[Part]| {
            let leads = |(n, a): (&Name, &Action)| a.to.clone().filter(|_| wanted.contains(&parts[n]));
            procedure.actions.iter().filter_map(leads).collect()
        };
        let (waiting, asked) = (led_to(&[Part::Ask]), led_to(&[Part::Ask, Part::Pause]));
        let place = |state: &Name| procedure.states.get_index_of(state);
        let usual = |name: &Name| matches!(parts[name], Part::Forward | Part::Accept | Part::Grant | Part::Resume);
        let back = |name: &&Name| {
            let exits = procedure.actions.iter().filter(|(n, a)| usual(n) && a.from.contains(*name));
            let mut exits = exits.filter_map(|(_, a)| a.to.as_ref()).filter(|t| !procedure.is_end(t)).peekable();
            exits.peek().is_some() && exits.all(|to| place(to) < place(name))
        };
        let aside = procedure.states.keys().filter(back).cloned().collect();
        let takes_in = procedure.actions.values().any(|a| a.complete);
        Map { parts, far, takes_in, waiting, asked, aside }
    }

    /// Where an action leads from a state: on, to an end, or round about.
    pub fn course(&self, procedure: &Procedure, from: &str, action: &Action) -> Course {
        let place = |state: &str| procedure.states.get_index_of(state);
        match &action.to {
            None => Course::Stays,
            Some(to) if procedure.is_end(to) => Course::Ends,
            Some(to) if place(to) > place(from) && !self.aside.contains(to) => Course::On,
            Some(_) => Course::Round,
        }
    }

    /// Does the usual way go on from here by somebody's act?
    pub fn goes_on(&self, procedure: &Procedure, state: &str) -> bool {
        let usual = |name: &Name| matches!(self.part(name), Part::Forward | Part::Accept | Part::Grant);
        let on = |(name, action): (&Name, &Action)| {
            usual(name)
                && action.from.iter().any(|s| &**s == state)
                && self.course(procedure, state, action) == Course::On
        };
        procedure.actions.iter().any(on)
    }

    /// What an action is to a case.
    pub fn part(&self, action: &str) -> Part {
        self.parts.get(action).copied().unwrap_or(Part::Other)
    }

    /// How far a state is from an end: 0 is one.
    pub fn far(&self, state: &str) -> u32 {
        self.far.get(state).copied().unwrap_or(NEVER)
    }

    /// Only the applicant's papers lead out of this state: the one that an `ask` goes to.
    pub fn waits_for_papers(&self, state: &str) -> bool {
        self.waiting.contains(state)
    }

    /// Something was asked for, and is waited for here.
    pub fn asked(&self, state: &str) -> bool {
        self.asked.contains(state)
    }

    /// The actions of a part that are possible in a state, in the procedure's order.
    pub fn all<'a>(&'a self, procedure: &'a Procedure, state: &'a str, part: Part) -> impl Iterator<Item = &'a Name> {
        let fits = move |(name, action): &(&Name, &Action)| {
            self.part(name) == part && action.from.iter().any(|s| &**s == state)
        };
        procedure.actions.iter().filter(fits).map(|(name, _)| name)
    }

    /// Is there one?
    pub fn has(&self, procedure: &Procedure, state: &str, part: Part) -> bool {
        self.all(procedure, state, part).next().is_some()
    }

    /// Does silence after an opening count as an act by law?
    pub fn silence_acts(&self, procedure: &Procedure) -> bool {
        let accepts = |c: &Clock| c.on_lapse.as_ref().is_some_and(|l| self.part(&l.action) == Part::Accept);
        procedure.clocks.values().any(accepts)
    }
}

/// What a step costs on the way to an end: the usual one little, the unusual one much, so that the usual way is near.
fn cost(part: Part) -> u32 {
    match part {
        Part::Forward | Part::Accept | Part::Grant | Part::Side => 2,
        Part::Refuse | Part::Resume => 3,
        Part::Other => 4,
        Part::Ask | Part::Pause => 8,
        Part::Reject | Part::Withdraw | Part::Back | Part::Extend => 12,
    }
}

/// The actions with which somebody opens a case, in order; what the law alone opens is another case's child.
pub fn openings(procedure: &Procedure) -> Vec<&Name> {
    procedure.ways_in().map(|(n, _)| n).collect()
}

/// The clock that the agency's promise is about.
pub fn promise_clock(procedure: &Procedure) -> Option<&Name> {
    procedure.clocks.iter().find(|(_, c)| c.promise).map(|(n, _)| n)
}
