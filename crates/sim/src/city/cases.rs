//! Cases in the city: the planned move is made, refused, put off, and the next one planned.

use jiff::{SignedDuration, Timestamp};
use xiaoneng_casework::{Actor, Case, Happening, Why, clock_views};
use xiaoneng_office::{ActError, Done};

use super::{City, Task, act_error, conflict};
use crate::{
    SimError,
    acts::{self, Made},
    hours::DAY,
    path::{Part, promise_clock},
    script::Move,
};

/// A case that cannot be opened is given up after so many tries.
const OPENINGS_MAX: u32 = 6;
/// Refusals that no rule explains before a case is left alone.
const FAILED_MAX: u32 = 6;
/// One who is barred so often hands the case to a colleague.
const BARRED_MAX: u32 = 2;
/// One who is out so often when one looks is not waited for any longer.
const AWAY_MAX: u32 = 40;

impl City<'_> {
    pub(super) async fn case_turn(&mut self, n: usize, turn: u32, at: Timestamp) -> Result<(), SimError> {
        if self.scripts[n].turn != turn {
            return Ok(()); // Planned anew since.
        }
        let (tenant, id) = (self.scripts[n].tenant.clone(), self.scripts[n].case.clone());
        let case = match &id {
            Some(id) => self.batch.case(&tenant, id).await?,
            None => None,
        };
        let Some(wanted) = self.scripts[n].planned.take() else { return Ok(()) };
        if let (Some(case), Some(id)) = (&case, &id)
            && self.is_stale(n, &wanted, case)
        {
            // The law has acted in the meantime, or it is time to look again.
            self.by_law(&tenant, id, at).await?;
            self.scripts[n].tried.clear();
            self.scripts[n].looks += 1;
            if let Some(case) = self.batch.case(&tenant, id).await? {
                self.plan_next(n, &case, at);
            }
            return Ok(());
        }
        let away = self.batch.away(&tenant).await?;
        let Some(paper) = self.papers.get(&tenant).cloned() else { return Ok(()) };
        let script = &mut self.scripts[n];
        let made = acts::of_case(self.office, script, &wanted, case.as_deref(), &away, &paper, at).await;
        match made.map_err(act_error)? {
            Made::Ask(request) => match self.act(&request).await {
                Ok(done) => self.case_done(n, &wanted, &done, at),
                Err(ActError::Refused(refusal)) => {
                    let told = refusal.to_string();
                    self.refused(n, wanted, refusal.why, told, case.as_deref(), at);
                }
                Err(other) => {
                    let told = format!("{} {wanted:?}", self.scripts[n].procedure.id);
                    conflict(other).map_err(|e| SimError::Act(format!("{told}: {e}")))?;
                    self.put_off(n, wanted, at + SignedDuration::from_mins(2));
                }
            },
            Made::Away => self.nobody(n, wanted, case.as_deref(), at),
            Made::Barred => self.barred(n, wanted, case.as_deref(), at),
            Made::Unfit => self.unfit(n, wanted, "现在填不成，或者条件不成立", case.as_deref(), at),
        }
        Ok(())
    }

    fn is_stale(&self, n: usize, wanted: &Move, case: &Case) -> bool {
        match wanted {
            Move::Do(name, _) => !self.scripts[n].procedure.actions[name].from.contains(&case.state),
            Move::Look => true,
            _ => false,
        }
    }

    fn put_off(&mut self, n: usize, wanted: Move, until: Timestamp) {
        let script = &mut self.scripts[n];
        script.planned = Some(wanted);
        script.turn += 1;
        let turn = script.turn;
        self.put(until, Task::Case(n, turn));
    }

    pub(super) fn plan_next(&mut self, n: usize, case: &Case, at: Timestamp) {
        let world = self.office.world.clone();
        let script = &mut self.scripts[n];
        script.turn += 1;
        script.planned = None;
        if let Some((when, what)) = script.next(case, &world, &self.hours, at) {
            self.put_off(n, what, when);
        }
    }

    /// Something else is done instead, soon.
    fn another(&mut self, n: usize, case: &Case, at: Timestamp) {
        self.plan_next(n, case, at);
        let script = &mut self.scripts[n];
        let days = SignedDuration::from_hours(72);
        let soon = self.hours.after(at, 20, &mut script.dice);
        let later = |when: &Timestamp| *when > soon && *when < at + days;
        let turn = script.turn;
        let planned = self.queue.iter().rev().find(|(_, t)| matches!(t, Task::Case(m, u) if *m == n && *u == turn));
        if let Some(key) = planned.map(|(key, _)| *key).filter(|key| later(&key.0))
            && script.planned != Some(Move::Look)
        {
            self.queue.remove(&key);
            self.put(soon, Task::Case(n, turn));
        }
    }

    /// Something else is done instead of what cannot be done now.
    fn unfit(&mut self, n: usize, wanted: Move, why: &str, case: Option<&Case>, at: Timestamp) {
        match (case, &wanted) {
            (Some(case), Move::Do(name, _)) => {
                self.scripts[n].refused = format!("{name}: {why}");
                self.scripts[n].tried.insert(name.clone());
                self.another(n, case, at);
            }
            (Some(case), _) => self.plan_next(n, case, at),
            (None, _) => self.not_opened(n, format!("{wanted:?}: {why}"), at),
        }
    }

    /// Who may is out: one waits for him, but not for ever.
    fn nobody(&mut self, n: usize, wanted: Move, case: Option<&Case>, at: Timestamp) {
        let script = &mut self.scripts[n];
        script.away += 1;
        if script.away.is_multiple_of(AWAY_MAX) && case.is_some() {
            return self.unfit(n, wanted, "能办的人都不在", case, at);
        }
        let minutes = if script.away < 12 { 15 } else { 90 };
        let again = self.hours.after(at, minutes, &mut script.dice);
        self.put_off(n, wanted, again);
    }

    fn barred(&mut self, n: usize, wanted: Move, case: Option<&Case>, at: Timestamp) {
        let script = &mut self.scripts[n];
        script.barred += 1;
        if script.barred >= BARRED_MAX && case.is_some_and(|c| c.offer.is_none() && c.pause.is_none()) {
            script.barred = 0;
            let soon = self.hours.after(at, 30, &mut script.dice);
            self.put_off(n, Move::HandOver, soon);
            return;
        }
        self.unfit(n, wanted, "在岗的人应当回避，或者做过前一步", case, at);
    }

    /// The rules say no: of what they say by date, condition or person one makes the best; the rest is told.
    fn refused(&mut self, n: usize, wanted: Move, why: Why, told: String, case: Option<&Case>, at: Timestamp) {
        let script = &mut self.scripts[n];
        script.refused = told.clone();
        *self.report.refused.entry(format!("{}: {why:?}", script.procedure.id)).or_default() += 1;
        if !matches!(why, Why::Condition | Why::Time | Why::Recused | Why::Duty) {
            script.failed += 1;
            let (procedure, state) = (script.procedure.id.clone(), case.map_or("", |c| &*c.state));
            let what = format!("{procedure} {state} {wanted:?}: {told}");
            let given_up = script.failed >= FAILED_MAX;
            self.unexpected(what);
            if given_up {
                return;
            }
        }
        match (case, &wanted) {
            (None, _) => self.not_opened(n, told, at),
            (Some(case), Move::Do(name, _)) => {
                self.scripts[n].tried.insert(name.clone());
                self.another(n, case, at);
            }
            (Some(case), _) => self.plan_next(n, case, at),
        }
    }

    /// Tried again in another way, then given up.
    fn not_opened(&mut self, n: usize, told: String, at: Timestamp) {
        let script = &mut self.scripts[n];
        script.looks += 1;
        if script.looks >= OPENINGS_MAX {
            let procedure = script.procedure.id.clone();
            self.unexpected(format!("{procedure} 没有开立: {told}"));
            return;
        }
        let again = script.opening();
        let soon = self.hours.after(at, DAY / 6, &mut script.dice);
        self.put_off(n, again, soon);
    }

    fn case_done(&mut self, n: usize, wanted: &Move, done: &Done, at: Timestamp) {
        let script = &mut self.scripts[n];
        (script.failed, script.looks, script.away) = (0, 0, 0);
        if matches!(wanted, Move::Do(..)) {
            script.barred = 0;
        }
        script.tried.clear();
        let tenant = script.tenant.clone();
        if script.case.is_none() {
            script.case = Some(done.id.clone());
            self.came += 1;
            self.family.script(&done.id, n);
        }
        let case = &done.case;
        let acted = case.history.iter().rev().find(|e| matches!(&e.actor, Actor::Officer { .. } | Actor::Applicant));
        self.report.by_deputy += usize::from(acted.is_some_and(|e| e.acting_for.is_some()));
        match wanted {
            Move::Do(_, Part::Grant | Part::Refuse) => self.decided(n, case, at),
            Move::Do(_, Part::Ask) => {
                let breached = acted.is_some_and(|e| {
                    case.history
                        .iter()
                        .any(|b| b.cause.as_ref() == Some(&e.id) && matches!(b.what, Happening::Breached(_)))
                });
                self.report.second_demands += usize::from(breached);
            }
            Move::Answer(_) => self.report.handed_over += 1,
            Move::Correct => self.report.corrections += 1,
            _ => {}
        }
        self.watch_children(&tenant, &done.id, case);
        self.plan_next(n, case, at);
    }

    fn decided(&mut self, n: usize, case: &Case, at: Timestamp) {
        self.report.decided += 1;
        let procedure = self.scripts[n].procedure.clone();
        let views = clock_views(&procedure, case, &self.office.facts(&[], 0), at);
        let Some(view) = promise_clock(&procedure).and_then(|p| views.iter().find(|v| v.clock == *p)) else { return };
        self.report.missed_promise += usize::from(at > view.due_at);
        // Without a law's or a stated limit the promise is all there is.
        let bound = self.scripts[n].item.as_ref().is_some_and(|i| i.limit.law.is_some() || i.limit.stated.is_some());
        self.report.missed_law += usize::from(bound && at > view.statutory_due_at);
    }
}
