//! When the next thing is done: as people work, by the clock that waits for it, and late where the script says so.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use xiaoneng_casework::{Case, ClockView, Name, PLACE, Status, Value};
use xiaoneng_pack::{By, FieldKind, LimitRef};

use crate::{
    hours::{DAY, Hours},
    path::{Part, promise_clock},
    script::{Drag, Move, Script},
};

impl Script {
    /// When a planned move is made.
    pub(crate) fn when(
        &mut self,
        case: &Case,
        planned: &Move,
        part: Part,
        views: &[ClockView],
        hours: &Hours,
        now: Timestamp,
    ) -> Timestamp {
        let Move::Do(name, _) = planned else { return hours.after(now, self.pace(case, part), &mut self.dice) };
        if let Some(late) = self.drags(views, name, part, hours) {
            return late.max(hours.after(now, 5, &mut self.dice));
        }
        let pace = if self.takes_in() {
            let pace = self.pace(case, part);
            self.within(pace, name, views, hours, now)
        } else {
            self.pace_by_clock(case, name, views, hours, now)
        };
        let minutes = if self.stop.is_some() { pace.min(self.dice.random_range(15..75)) } else { pace };
        let at = hours.after(now, minutes.max(3), &mut self.dice);
        match self.not_before(case, name, views) {
            Some(earliest) if earliest > at => hours.after(earliest, self.dice.random_range(5..60), &mut self.dice),
            _ => at,
        }
    }

    /// A minimum wait, or a day that must have come: as a rule one knows, and does not try before.
    fn not_before(&self, case: &Case, name: &Name, views: &[ClockView]) -> Option<Timestamp> {
        let bars = |v: &&ClockView| {
            v.waits
                && v.status == Status::Running
                && self.procedure.clocks.get(&v.clock).is_some_and(|c| c.bars.contains(name))
        };
        let wait = views.iter().filter(bars).map(|v| v.due_at).max();
        let action = self.procedure.actions.get(name)?;
        let day = |field: &str| {
            let given = action.needs.iter().chain(&action.takes).any(|n| &**n == field);
            let kind = &self.procedure.fields.get(field).filter(|_| !given)?.kind;
            let text = case.fields.get(field).and_then(Value::text)?;
            let civil = match kind {
                FieldKind::Date => text.parse::<jiff::civil::Date>().ok()?.at(8, 30, 0, 0),
                FieldKind::Instant => text.parse().ok()?,
                _ => return None,
            };
            PLACE.to_timestamp(civil).ok()
        };
        let asked = action.when.iter().filter(|w| w.text().contains("now")).flat_map(|w| w.fields());
        asked.filter_map(day).max().max(wait)
    }

    /// The next report of a recurring clock, mostly in time: some days before the period ends, seldom after it.
    pub(crate) fn report(
        &mut self,
        case: &Case,
        views: &[ClockView],
        hours: &Hours,
        now: Timestamp,
    ) -> Option<(Timestamp, Move)> {
        for view in views.iter().filter(|v| v.status == Status::Running && v.period.is_some()) {
            let Some(clock) = self.procedure.clocks.get(&view.clock) else { continue };
            let possible = |n: &&Name| {
                let action = self.procedure.actions.get(*n);
                let free = action.is_some_and(|a| a.from.contains(&case.state) && a.to.is_none());
                free && !self.tried.contains(*n)
            };
            let Some(name) = clock.stops.iter().find(possible).cloned() else { continue };
            let left = (hours.minutes(view.due_at) - hours.minutes(now.max(view.start))).max(0);
            let minutes = match self.dice.random_range(0..100) {
                0..90 => left * self.dice.random_range(55..95) / 100,
                90..98 => left + self.dice.random_range(DAY..6 * DAY),
                _ => left + self.dice.random_range(15 * DAY..30 * DAY),
            };
            let at = hours.after(now.max(view.start), minutes.max(30), &mut self.dice);
            let part = self.map.part(&name);
            return Some((at, Move::Do(name, part)));
        }
        None
    }

    /// The late act that makes the promise (or the law) missed, once.
    fn drags(&mut self, views: &[ClockView], name: &Name, part: Part, hours: &Hours) -> Option<Timestamp> {
        let drag = self.drag?;
        let runs = |v: &&ClockView| v.status == Status::Running && v.owed;
        let promise = promise_clock(&self.procedure).cloned();
        let view = match &promise {
            Some(promise) => views.iter().filter(runs).find(|v| v.clock == *promise),
            None => views.iter().filter(runs).find(|v| {
                let clock = self.procedure.clocks.get(&v.clock);
                v.step.is_none() && clock.is_some_and(|c| c.every.is_none() && c.stops.contains(name))
            }),
        }?;
        let decides = matches!(part, Part::Grant | Part::Refuse) || promise.is_none();
        if !decides && (part != Part::Forward || self.dice.random_bool(0.5)) {
            return None;
        }
        self.drag = None;
        let due = if drag == Drag::Law { view.statutory_due_at } else { view.due_at };
        let days = self.dice.random_range(0..3);
        let minutes = days * DAY + self.dice.random_range(30..300);
        Some(hours.after(due + SignedDuration::from_secs(1), minutes, &mut self.dice))
    }

    /// Working minutes until an act of a procedure with a window and papers.
    fn pace(&mut self, case: &Case, part: Part) -> i64 {
        let share = self.dice.random_range(0..100);
        let immediate = self.item.as_ref().is_some_and(|i| i.immediate);
        let closing = self.map.all(&self.procedure, &case.state, Part::Forward).next();
        let closes = closing.and_then(|n| self.procedure.actions[n].to.as_ref());
        let closes = closes.is_some_and(|t| self.procedure.is_end(t));
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
            Part::Forward if self.map.waits_for_papers(&case.state) => DAY..14 * DAY,
            Part::Forward if closes && immediate => 4..30,
            Part::Forward if closes && self.child => 20..DAY / 2,
            Part::Forward if closes && share < 30 => 60..2 * DAY,
            Part::Forward if closes && share < 80 => 2 * DAY..6 * DAY,
            Part::Forward if closes => 6 * DAY..9 * DAY,
            Part::Forward if !taken_in && !self.child => 4 * DAY..8 * DAY,
            _ if immediate => 5..45,
            _ => return self.step_pace(case),
        };
        self.dice.random_range(range)
    }

    /// Whoever has a limit mostly keeps it, also where the work would take longer.
    fn within(&mut self, pace: i64, name: &Name, views: &[ClockView], hours: &Hours, now: Timestamp) -> i64 {
        let stops = |v: &&ClockView| {
            v.status == Status::Running
                && v.owed
                && self.procedure.clocks.get(&v.clock).is_some_and(|c| c.stops.contains(name))
        };
        let left = views.iter().filter(stops).map(|v| hours.minutes(v.due_at) - hours.minutes(now)).min();
        match left {
            Some(left @ 1..) if pace > left && self.dice.random_bool(0.94) => {
                left * self.dice.random_range(10..90) / 100
            }
            _ => pace,
        }
    }

    /// A step takes between three and nine tenths of its own limit.
    fn step_pace(&mut self, case: &Case) -> i64 {
        let step = self.procedure.states.get(&case.state).and_then(|s| s.step.as_ref());
        let days = step.and_then(|s| self.item.as_ref()?.steps.get(s).copied());
        match days {
            Some(days) => {
                let whole = i64::from(days).max(1) * DAY;
                self.dice.random_range(whole * 3 / 10..whole * 9 / 10)
            }
            None => self.dice.random_range(60..DAY),
        }
    }

    /// Working minutes until an act that a clock waits for: mostly well before its end. What no clock waits for is
    /// done within days.
    fn pace_by_clock(&mut self, case: &Case, name: &Name, views: &[ClockView], hours: &Hours, now: Timestamp) -> i64 {
        let Some(action) = self.procedure.actions.get(name) else { return DAY };
        let clock = |v: &&ClockView| self.procedure.clocks.get(&v.clock);
        let live =
            |v: &&ClockView| v.status == Status::Running && !v.waits && clock(v).is_some_and(|c| c.every.is_none());
        let own = |v: &&ClockView| clock(v).is_some_and(|c| c.stops.contains(name));
        let left = |v: &ClockView| hours.minutes(v.due_at) - hours.minutes(now);
        let waited = views.iter().filter(live).filter(own).min_by_key(|v| v.due_at);
        if let Some(view) = waited {
            let until = clock(&view).is_some_and(|c| matches!(c.limit, LimitRef::Until(_)));
            let range = if until { 45..92 } else { 10..80 };
            return match left(view) {
                ..=0 => self.dice.random_range(30..DAY),
                left => (left * self.dice.random_range(range) / 100).clamp(10, 40 * DAY),
            };
        }
        if action.by.iter().all(|b| matches!(b, By::Applicant)) || self.map.asked(&case.state) {
            return self.dice.random_range(DAY..10 * DAY);
        }
        let any = views.iter().filter(live).filter(|v| v.owed).min_by_key(|v| v.due_at);
        match any.map(left) {
            Some(left @ 1..) => (left * self.dice.random_range(3..25) / 100).clamp(20, 6 * DAY),
            Some(_) => self.dice.random_range(30..DAY),
            None => self.dice.random_range(60..3 * DAY),
        }
    }
}
