//! The little script of one case: what happens to it next, and when.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use rand::Rng;
use xiaoneng_casework::{Case, ClockView, Facts, Name, Status, Value, clock_lights};
use xiaoneng_pack::{Item, Procedure, World};

use crate::{
    chance::Dice,
    hours::{DAY, Hours},
    path::{Map, Part, openings},
    ways::{self, Way},
};

/// Looked at again after so many working days where nothing is to be done but to wait.
const WAIT_DAYS: i64 = 10;

/// Looks in a row at which nothing could be done, before the unusual is.
const PATIENCE: u32 = 4;

/// What becomes of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is decided and delivered.
    Through,
    /// Not taken in.
    Rejected,
    /// Taken back by the applicant after so many acts.
    Withdrawn(usize),
    /// The window says nothing for too long: the law accepts.
    Silent,
    /// After so many acts nobody touches it any more.
    Forgotten(usize),
}

/// How late a decision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drag {
    /// Later than promised.
    Promise,
    /// Later than the law (or the agency's own statement) allows.
    Law,
}

/// Where a case of the showcase stays until the demonstration begins.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The state.
    pub state: Name,
    /// And paused there.
    pub paused: bool,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// It comes in.
    Open(Name),
    /// An action of its procedure.
    Do(Name, Part),
    /// Offered to another post.
    HandOver,
    /// Taken over by that post, or given back.
    Answer(bool),
    /// The instant of its first act is corrected.
    Correct,
    /// Nothing is done; look again.
    Look,
}

/// One case from the first day to the last.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its number among the cases of the plan.
    pub n: u64,
    /// Its procedure.
    pub procedure: Arc<Procedure>,
    /// The same as a map.
    pub map: Arc<Map>,
    /// What is applied for, if it is an item.
    pub item: Option<Arc<Item>>,
    /// What it is called.
    pub title: String,
    /// Whose it is.
    pub tenant: Name,
    /// The unit at which it begins.
    pub unit: Name,
    /// Where it comes in.
    pub intake: Name,
    /// When it comes in.
    pub arrives: Timestamp,
    /// Its own dice.
    pub dice: Dice,
    /// What becomes of it.
    pub fate: Fate,
    /// Materials that are missing at first.
    pub missing: Vec<Name>,
    /// A second demand follows, with a reason: a breach.
    pub second_demand: bool,
    /// The clocks are stopped once.
    pub pause: bool,
    /// The limit is lengthened once.
    pub extend: bool,
    /// It is sent back once.
    pub back: bool,
    /// Decided against.
    pub refuse: bool,
    /// It is late.
    pub drag: Option<Drag>,
    /// It is handed over once: taken, or given back.
    pub hand_over: Option<bool>,
    /// A slip of the pen is corrected.
    pub correct: bool,
    /// It stays somewhere.
    pub stop: Option<Stop>,
    /// Another case opened it.
    pub child: bool,
    /// The case, once it is open.
    pub case: Option<Name>,
    /// What was planned.
    pub planned: Option<Move>,
    /// Requests made for it.
    pub tries: u32,
    /// Refusals in a row that no rule explains.
    pub failed: u32,
    /// Actions that the rules refused in this state of affairs.
    pub tried: BTreeSet<Name>,
    /// Looks in a row at which nothing could be done.
    pub looks: u32,
    /// The last refusal, in words.
    pub refused: String,
    /// How often who was there might not.
    pub barred: u32,
    /// How often in a row nobody was there.
    pub away: u32,
    /// Which plan of it counts.
    pub turn: u32,
}

impl Script {
    /// How it begins: where a procedure has several ways in, mostly the last (the papers are complete).
    pub fn opening(&mut self) -> Move {
        let procedure = self.procedure.clone();
        let mut ways = openings(&procedure);
        // Done on the spot only if nothing is missing.
        ways.retain(|way| self.missing.is_empty() || !procedure.actions[*way].complete);
        let place = match ways.len() {
            0 => return Move::Look, // OK because the cast has no procedure that nobody opens.
            1 => 0,
            n if !self.takes_in() => self.dice.random_range(0..n),
            n => usize::from(!self.dice.random_bool(0.35)) * (n - 1),
        };
        let mut name = ways[place].clone();
        // A case that is to stay before the papers come in takes the long way.
        let place = |state: &str| procedure.states.get_index_of(state);
        if let Some(stop) = &self.stop {
            let leads_past =
                |n: &&&Name| place(&stop.state) >= procedure.actions[&***n].to.as_ref().and_then(|t| place(t));
            name = ways.iter().rev().find(leads_past).map_or(name, |n| (*n).clone());
        }
        Move::Open(name)
    }

    /// What happens next and when; `None` when nothing will before the law or another case has acted.
    pub fn next(&mut self, case: &Case, world: &World, hours: &Hours, now: Timestamp) -> Option<(Timestamp, Move)> {
        if self.procedure.standing {
            return self.later(case, hours, now);
        }
        if !case.is_open() || self.stays(case) {
            return None;
        }
        if case.offer.is_some() {
            let minutes = self.dice.random_range(20..300);
            let takes = self.hand_over.take().unwrap_or(true);
            return Some((hours.after(now, minutes, &mut self.dice), Move::Answer(takes)));
        }
        let views = clock_lights(&self.procedure, case, &Facts { world, away: &[], ids: 0 }, now);
        let report = self.report(case, &views, hours, now);
        let planned = match self.choose(case, world, &views) {
            None => None,
            Some((Move::Look, _)) => Some((self.after_silence(&views, hours, now), Move::Look)),
            Some((planned, part)) => Some((self.when(case, &planned, part, &views, hours, now), planned)),
        };
        let first = match (planned, report) {
            (Some(planned), Some(report)) if report.0 < planned.0 => report,
            (Some(planned), _) => planned,
            (None, Some(report)) => report,
            (None, None) => self.look_again(hours, now),
        };
        Some(first)
    }

    /// Nothing can be done now: what was refused today may be possible in some days.
    pub fn look_again(&mut self, hours: &Hours, now: Timestamp) -> (Timestamp, Move) {
        let days = if self.tried.is_empty() { WAIT_DAYS } else { i64::from(self.looks.min(6)) + 1 };
        let minutes = days * DAY + self.dice.random_range(0..DAY / 2);
        (hours.after(now, minutes, &mut self.dice), Move::Look)
    }

    fn stays(&self, case: &Case) -> bool {
        let forgotten = matches!(self.fate, Fate::Forgotten(after) if case.acts.len() >= after);
        forgotten || self.stop.as_ref().is_some_and(|s| s.state == case.state && (!s.paused || case.pause.is_some()))
    }

    /// A register's entry: a few are changed once, some months later.
    fn later(&mut self, case: &Case, hours: &Hours, now: Timestamp) -> Option<(Timestamp, Move)> {
        let untouched = case.closed_at.is_none() && case.acts.len() == 1 && self.looks == 0;
        if !untouched || !self.dice.random_bool(0.3) {
            return None;
        }
        self.looks = 1;
        let can = |(_, a): &(&Name, &xiaoneng_pack::Action)| a.from.contains(&case.state);
        let names: Vec<Name> = self.procedure.actions.iter().filter(can).map(|(n, _)| n.clone()).collect();
        let name = names.get(self.dice.random_range(0..names.len().max(1)))?.clone();
        let part = self.map.part(&name);
        let days = self.dice.random_range(20..120);
        Some((hours.after(now, days * DAY, &mut self.dice), Move::Do(name, part)))
    }

    /// What is done next; `None`: one waits for the law, for another case, or for what was refused to become possible.
    fn choose(&mut self, case: &Case, world: &World, views: &[ClockView]) -> Option<(Move, Part)> {
        let ways = ways::ways(self, case, world, views);
        let act = |way: &Way| (Move::Do(way.name.clone(), way.part), way.part);
        let waiting = ways::waiting(self, case, views);
        if case.pause.is_some() {
            return ways::draw(&ways, waiting, &mut self.dice).map(act);
        }
        let one = |part: Part, dice: &mut Dice| {
            let all: Vec<&Way> = ways.iter().filter(|w| w.part == part).collect();
            if all.is_empty() { None } else { Some(act(all[dice.random_range(0..all.len())])) }
        };
        if let Fate::Withdrawn(after) = self.fate
            && case.acts.len() >= after
            && let Some(withdraw) = one(Part::Withdraw, &mut self.dice)
        {
            return Some(withdraw);
        }
        if self.correct {
            self.correct = false;
            return Some((Move::Correct, Part::Ask));
        }
        if let Some(accept) = ways::draw_of(&ways, Part::Accept, &mut self.dice).map(act) {
            let (ask, reject) = (one(Part::Ask, &mut self.dice), one(Part::Reject, &mut self.dice));
            return Some(self.taking_in(case, ask, reject, accept));
        }
        if self.fate == Fate::Rejected
            && let Some(reject) = one(Part::Reject, &mut self.dice)
        {
            return Some(reject);
        }
        if self.hand_over.is_some() && self.map.has(&self.procedure, &case.state, Part::Pause) {
            return Some((Move::HandOver, Part::Ask));
        }
        if self.stop.as_ref().is_some_and(|s| s.paused && s.state == case.state) {
            return one(Part::Pause, &mut self.dice);
        }
        for (wanted, part) in
            [(&mut self.pause, Part::Pause), (&mut self.extend, Part::Extend), (&mut self.back, Part::Back)]
        {
            if *wanted && let Some(found) = one(part, &mut self.dice) {
                *wanted = false;
                return Some(found);
            }
        }
        // It is refused as the script says, or because the conditions of granting do not hold.
        let refuse = self.refuse || self.tried.iter().any(|name| self.map.part(name) == Part::Grant);
        if refuse && let Some(refuse) = one(Part::Refuse, &mut self.dice) {
            return Some(refuse);
        }
        let drawn = ways::draw(&ways, waiting, &mut self.dice).map(act);
        if drawn.is_some() || waiting > 0.0 {
            return drawn;
        }
        let back = one(Part::Back, &mut self.dice).filter(|_| self.looks > 0);
        if back.is_some() || (!self.tried.is_empty() && self.looks < PATIENCE) {
            return back;
        }
        // Nothing usual is left: the unusual, before it hangs.
        let last = [Part::Refuse, Part::Back, Part::Reject, Part::Withdraw];
        last.into_iter().find_map(|part| one(part, &mut self.dice))
    }

    fn taking_in(
        &mut self,
        case: &Case,
        ask: Option<(Move, Part)>,
        reject: Option<(Move, Part)>,
        accept: (Move, Part),
    ) -> (Move, Part) {
        let asked = case.first_notice.is_some();
        match self.fate {
            Fate::Rejected if reject.is_some() => return reject.unwrap_or(accept),
            Fate::Silent => return (Move::Look, Part::Other),
            _ => {}
        }
        let incomplete = !self.outstanding(case).is_empty();
        match ask {
            Some(ask) if incomplete || (asked && self.second_demand) => ask,
            // The showcase's case that is to wait for papers.
            Some(ask) if !asked && self.stop.as_ref().is_some_and(|s| self.map.waits_for_papers(&s.state)) => ask,
            _ => accept,
        }
    }

    /// Required materials that are not in.
    pub fn outstanding(&self, case: &Case) -> Vec<Name> {
        let have = case.fields.get("materials").map(Value::list).unwrap_or_default();
        let missing = |m: &&xiaoneng_pack::Material| m.required && !have.contains(&m.id);
        self.materials().filter(missing).map(|m| m.id.clone()).collect()
    }

    /// A window takes papers in: the case is accepted, asked for more, rejected.
    pub fn takes_in(&self) -> bool {
        self.item.is_some() && self.map.takes_in
    }

    /// What its item asks for.
    pub fn materials(&self) -> impl DoubleEndedIterator<Item = &xiaoneng_pack::Material> {
        self.item.iter().flat_map(|i| &i.materials)
    }

    /// What is asked for: what is outstanding, or (a second demand) one thing that the first did not name.
    pub fn demand(&mut self, case: &Case) -> (Vec<Name>, bool) {
        let outstanding = self.outstanding(case);
        if !outstanding.is_empty() {
            return (outstanding, false);
        }
        let named = |id: &Name| case.first_notice.as_ref().is_some_and(|f| f.contains(id));
        let new = self.materials().rev().find(|m| !named(&m.id)).map(|m| m.id.clone());
        let second = case.first_notice.is_some();
        self.second_demand = false;
        (new.into_iter().collect(), second)
    }

    fn after_silence(&mut self, views: &[ClockView], hours: &Hours, now: Timestamp) -> Timestamp {
        let due = views.iter().filter(|v| v.status == Status::Running).map(|v| v.statutory_due_at).max();
        // Someone finds it only some days after the law has acted. Without such a clock nobody waits.
        self.fate = Fate::Through;
        let days = self.dice.random_range(1..4);
        match due {
            Some(due) => hours.after(due, days * DAY / 2 + 20, &mut self.dice),
            None => hours.after(now, 30, &mut self.dice),
        }
    }
}
