//! The little script of one case: what happens to it next, and when.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use xiaoneng_casework::{Case, ClockView, Facts, Name, Status, Value, clock_views};
use xiaoneng_pack::{Item, Procedure, World};

use crate::{
    chance::Dice,
    hours::{DAY, Hours},
    path::{Part, find, openings, promise_clock},
};

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
    /// What is applied for.
    pub item: Arc<Item>,
    /// Its procedure.
    pub procedure: Arc<Procedure>,
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
    /// The case, once it is open.
    pub case: Option<Name>,
    /// What was planned.
    pub planned: Option<Move>,
    /// Requests made for it.
    pub tries: u32,
    /// Failures in a row.
    pub failed: u32,
}

impl Script {
    /// How it begins: where a procedure has several ways in, mostly the last (the papers are complete).
    pub fn opening(&mut self) -> Move {
        let mut ways = openings(&self.procedure);
        // Done on the spot only if nothing is missing.
        ways.retain(|way| self.missing.is_empty() || !self.procedure.actions[*way].complete);
        let early = ways.len() > 1 && self.dice.random_bool(0.35);
        let mut name = ways[if early { 0 } else { ways.len() - 1 }].clone();
        // A case that is to stay before the papers come in takes the long way.
        let place = |state: &str| self.procedure.states.get_index_of(state);
        if let Some(stop) = &self.stop {
            let leads_past =
                |n: &&&Name| place(&stop.state) >= self.procedure.actions[&***n].to.as_ref().and_then(|t| place(t));
            name = ways.iter().rev().find(leads_past).map_or(name, |n| (*n).clone());
        }
        Move::Open(name)
    }

    /// What happens next and when; `None` when nothing will.
    pub fn next(&mut self, case: &Case, world: &World, hours: &Hours, now: Timestamp) -> Option<(Timestamp, Move)> {
        if !case.is_open() || self.stays(case) {
            return None;
        }
        let quick = self.stop.is_some();
        if case.offer.is_some() {
            let minutes = self.dice.random_range(20..300);
            return Some((
                hours.after(now, minutes, &mut self.dice),
                Move::Answer(self.hand_over.take().unwrap_or(true)),
            ));
        }
        let (planned, part) = self.choose(case)?;
        if part == Part::Other {
            return Some((self.after_silence(case, world, hours, now), planned));
        }
        let views = clock_views(&self.procedure, case, &Facts { world, away: &[], ids: 0 }, now);
        if let Some(late) = self.drags(&views, part, hours) {
            return Some((late.max(hours.after(now, 5, &mut self.dice)), planned));
        }
        let pace = self.pace(case, part);
        let minutes = if quick { pace.min(self.dice.random_range(15..75)) } else { pace };
        Some((hours.after(now, minutes.max(3), &mut self.dice), planned))
    }

    fn stays(&self, case: &Case) -> bool {
        self.stop.as_ref().is_some_and(|s| s.state == case.state && (!s.paused || case.pause.is_some()))
    }

    fn choose(&mut self, case: &Case) -> Option<(Move, Part)> {
        let procedure = self.procedure.clone();
        let act = |part: Part| find(&procedure, &case.state, part).map(|(n, _)| (Move::Do(n.clone(), part), part));
        if case.pause.is_some() {
            return act(Part::Resume);
        }
        if let Fate::Withdrawn(after) = self.fate
            && case.acts.len() >= after
            && let Some(withdraw) = act(Part::Withdraw)
        {
            return Some(withdraw);
        }
        if self.correct {
            self.correct = false;
            return Some((Move::Correct, Part::Ask));
        }
        if let Some(accept) = act(Part::Accept) {
            return Some(self.taking_in(case, act(Part::Ask), act(Part::Reject), accept));
        }
        if self.hand_over.is_some() && act(Part::Pause).is_some() {
            return Some((Move::HandOver, Part::Ask));
        }
        if self.stop.as_ref().is_some_and(|s| s.paused && s.state == case.state) {
            return act(Part::Pause);
        }
        for (wanted, part) in
            [(&mut self.pause, Part::Pause), (&mut self.extend, Part::Extend), (&mut self.back, Part::Back)]
        {
            if *wanted && let Some(found) = act(part) {
                *wanted = false;
                return Some(found);
            }
        }
        let refuse = if self.refuse { act(Part::Refuse) } else { None };
        refuse.or_else(|| act(Part::Grant)).or_else(|| act(Part::Forward))
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
            Some(ask) if !asked && self.stop.as_ref().is_some_and(|s| waits_for_papers(&self.procedure, &s.state)) => {
                ask
            }
            _ => accept,
        }
    }

    /// Required materials that are not in.
    pub fn outstanding(&self, case: &Case) -> Vec<Name> {
        let have = case.fields.get("materials").map(Value::list).unwrap_or_default();
        self.item.materials.iter().filter(|m| m.required && !have.contains(&m.id)).map(|m| m.id.clone()).collect()
    }

    /// What is asked for: what is outstanding, or (a second demand) one thing that the first did not name.
    pub fn demand(&mut self, case: &Case) -> (Vec<Name>, bool) {
        let outstanding = self.outstanding(case);
        if !outstanding.is_empty() {
            return (outstanding, false);
        }
        let named = |id: &Name| case.first_notice.as_ref().is_some_and(|f| f.contains(id));
        let new = self.item.materials.iter().rev().find(|m| !named(&m.id)).map(|m| m.id.clone());
        let second = case.first_notice.is_some();
        self.second_demand = false;
        (new.into_iter().collect(), second)
    }

    fn after_silence(&mut self, case: &Case, world: &World, hours: &Hours, now: Timestamp) -> Timestamp {
        let views = clock_views(&self.procedure, case, &Facts { world, away: &[], ids: 0 }, now);
        let due = views.iter().filter(|v| v.status == Status::Running).map(|v| v.statutory_due_at).max();
        // Someone finds it only some days after the law has acted. Without such a clock nobody waits.
        self.fate = Fate::Through;
        let days = self.dice.random_range(1..4);
        match due {
            Some(due) => hours.after(due, days * DAY / 2 + 20, &mut self.dice),
            None => hours.after(now, 30, &mut self.dice),
        }
    }

    /// The late act that makes the promise (or the law) missed, once.
    fn drags(&mut self, views: &[ClockView], part: Part, hours: &Hours) -> Option<Timestamp> {
        let drag = self.drag?;
        let promise = promise_clock(&self.procedure)?;
        let view = views.iter().find(|v| v.clock == *promise && v.status == Status::Running)?;
        let decides = matches!(part, Part::Grant | Part::Refuse);
        if !decides && (part != Part::Forward || self.dice.random_bool(0.5)) {
            return None;
        }
        self.drag = None;
        let due = if drag == Drag::Law { view.statutory_due_at } else { view.due_at };
        let days = self.dice.random_range(0..3);
        let minutes = days * DAY + self.dice.random_range(30..300);
        Some(hours.after(due + SignedDuration::from_secs(1), minutes, &mut self.dice))
    }

    /// Working minutes until an act.
    fn pace(&mut self, case: &Case, part: Part) -> i64 {
        let share = self.dice.random_range(0..100);
        let immediate = self.item.immediate;
        let closes = find(&self.procedure, &case.state, Part::Forward)
            .is_some_and(|(_, a)| a.to.as_ref().is_some_and(|t| self.procedure.is_end(t)));
        let taken_in = case.acts.iter().any(|a| self.procedure.actions.get(&a.action).is_some_and(|x| x.complete));
        let range = match part {
            Part::Ask => 10..200,
            Part::Accept if immediate || share < 60 => 4..40,
            Part::Accept if share < 90 => 60..300,
            Part::Accept => DAY..2 * DAY,
            Part::Reject => 60..2 * DAY,
            Part::Withdraw => 30..DAY,
            Part::Pause | Part::Back => 30..DAY / 2,
            Part::Resume => 4 * DAY..15 * DAY,
            Part::Forward if waits_for_papers(&self.procedure, &case.state) => DAY..14 * DAY,
            Part::Forward if closes && immediate => 4..30,
            Part::Forward if closes && share < 30 => 60..2 * DAY,
            Part::Forward if closes && share < 80 => 2 * DAY..6 * DAY,
            Part::Forward if closes => 6 * DAY..9 * DAY,
            Part::Forward if !taken_in => 4 * DAY..8 * DAY,
            _ if immediate => 5..45,
            _ => return self.step_pace(case),
        };
        self.dice.random_range(range)
    }

    /// A step takes between three and nine tenths of its own limit.
    fn step_pace(&mut self, case: &Case) -> i64 {
        let step = self.procedure.states.get(&case.state).and_then(|s| s.step.as_ref());
        match step.and_then(|s| self.item.steps.get(s)) {
            Some(days) => {
                let whole = i64::from(*days) * DAY;
                self.dice.random_range(whole * 3 / 10..whole * 9 / 10)
            }
            None => self.dice.random_range(60..DAY),
        }
    }
}

/// A state out of which only the applicant's papers lead: the one an `ask` goes to.
pub fn waits_for_papers(procedure: &Procedure, state: &str) -> bool {
    let asks = |(n, a): (&Name, &xiaoneng_pack::Action)| crate::path::part_of(procedure, n, a) == Part::Ask;
    procedure.actions.iter().any(|(n, a)| asks((n, a)) && a.to.as_deref() == Some(state))
}
