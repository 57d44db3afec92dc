//! Leaves in the city: begun, decided, ended, and refused where the deputy is out.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use xiaoneng_casework::Why;
use xiaoneng_office::{ActError, Done, Request};

use super::{City, Task, act_error, conflict};
use crate::{
    SimError, acts,
    hours::Hours,
    leaves::{self, Stage},
};

impl City<'_> {
    pub(super) async fn leave_turn(&mut self, n: usize, at: Timestamp) -> Result<(), SimError> {
        let Some(request) = self.leave_request(n, at).await? else { return Ok(()) };
        match self.act(&request).await {
            Ok(done) => self.leave_done(n, &done, at),
            Err(error) => self.leave_failed(n, error, at)?,
        }
        Ok(())
    }

    async fn leave_request(&mut self, n: usize, at: Timestamp) -> Result<Option<Request>, SimError> {
        let leave = &mut self.leaves[n];
        let key = format!("leave-{n}-{}", leave.tries);
        leave.tries += 1;
        let away = self.batch.away(&leave.tenant).await?;
        if leave.stage == Stage::Begin {
            if away.iter().any(|a| a.officer == leave.officer && a.out) {
                return Ok(None); // He is out already; this one falls away.
            }
            return Ok(Some(acts::leave_begins(self.office, leave, key, at).await.map_err(act_error)?));
        }
        let Some(id) = leave.case.clone() else { return Ok(None) };
        if leave.stage == Stage::Start {
            self.batch.catch_up(&leave.tenant, &id).await?;
            leave.stage = Stage::Return;
            let back = leave.back_at(&self.hours, at);
            self.put(back, Task::Leave(n));
            return Ok(None);
        }
        let Some(case) = self.batch.case(&leave.tenant, &id).await? else { return Ok(None) };
        let action = match leave.stage {
            Stage::Decide if leave.declined => leaves::DECLINE,
            Stage::Decide => leaves::APPROVE,
            _ => leaves::RETURN,
        };
        Ok(acts::of_leave(self.office, leave, action, &case, &away, key))
    }

    fn leave_done(&mut self, n: usize, done: &Done, at: Timestamp) {
        let leave = &mut self.leaves[n];
        let next = match (leave.stage, leave.long) {
            (Stage::Begin, None) => {
                self.report.leaves += 1;
                leave.case = Some(done.id.clone());
                leave.stage = Stage::Return;
                Some(leave.back_at(&self.hours, at))
            }
            (Stage::Begin, Some((from, _))) => {
                self.report.leaves += 1;
                leave.case = Some(done.id.clone());
                leave.stage = Stage::Decide;
                let minutes = leave.dice.random_range(15..200);
                let decide = self.hours.after(at, minutes, &mut leave.dice).min(from - SignedDuration::from_mins(10));
                (!leave.undecided).then_some(decide.max(at))
            }
            (Stage::Decide, Some((from, _))) if !leave.declined => {
                leave.stage = Stage::Start;
                Some((from + SignedDuration::from_secs(20)).max(at))
            }
            (Stage::Return, _) => {
                self.report.late_returns += usize::from(leave.late > 0);
                None
            }
            _ => None,
        };
        let begins_now = leave.stage == Stage::Return && leave.long.is_none() && next.is_some() && !leave.trial;
        let spared = hours_left(&self.hours, at, self.plan.to) < 60;
        let trial = begins_now && !spared && leave.dice.random_bool(0.05);
        if let Some(next) = next {
            self.put(next, Task::Leave(n));
        }
        if trial {
            self.deputy_tries(n, at);
        }
    }

    /// The deputy of someone who has just gone wants to go, too: refused, and counted.
    fn deputy_tries(&mut self, n: usize, at: Timestamp) {
        let leave = &self.leaves[n];
        let org = &self.office.world.org;
        let Some(deputy) =
            org.posts_of_officer(&leave.officer).find(|p| p.is_a(&leave.officer)).and_then(|p| p.b.clone())
        else {
            return;
        };
        let mut trial = leave.clone();
        let wait = SignedDuration::from_mins(trial.dice.random_range(2..8));
        (trial.officer, trial.at, trial.stage, trial.case, trial.trial) = (deputy, at + wait, Stage::Begin, None, true);
        self.leaves.push(trial);
        self.put(at + wait, Task::Leave(self.leaves.len() - 1));
    }

    fn leave_failed(&mut self, n: usize, error: ActError, at: Timestamp) -> Result<(), SimError> {
        match error {
            ActError::Refused(refusal) if refusal.why == Why::Duty => {
                self.report.leave_conflicts += 1;
                let leave = &mut self.leaves[n];
                if leave.stage == Stage::Decide {
                    leave.declined = true;
                    self.put(at + SignedDuration::from_mins(10), Task::Leave(n));
                }
            }
            // The deputy acted as head while his A was away, or the time asked for has passed: it falls away.
            ActError::Refused(refusal) if refusal.why == Why::Condition => {}
            ActError::Refused(refusal) => self.unexpected(format!("离岗 {:?}: {refusal}", self.leaves[n].stage)),
            other => {
                conflict(other)?;
                self.put(at + SignedDuration::from_mins(2), Task::Leave(n));
            }
        }
        Ok(())
    }
}

fn hours_left(hours: &Hours, at: Timestamp, to: Timestamp) -> i64 {
    hours.minutes(to) - hours.minutes(at)
}
