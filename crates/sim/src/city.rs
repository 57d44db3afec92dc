//! The year played: what is due next is done next, in order of time, each at its own instant; some dozens of
//! acts share a commit.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use xiaoneng_casework::{Actor, Case, Happening, Name, Why, clock_views};
use xiaoneng_office::{ActError, Batch, DemoTime, Done, Office, OfficeError, Request};
use xiaoneng_store::StoreError;

use crate::{
    PASSWORD, Plan, Progress, Report, SimError, acts, cast,
    hours::{Hours, moment},
    leaves::{self, Leave, Stage},
    path::{Part, promise_clock},
    people,
    power::{self, Entry},
    script::{Move, Script},
};

/// Acts in one commit.
const BATCH: usize = 64;
/// Clocks looked at in one morning of a tenant; what is beyond comes the next morning.
const DUE_MAX: usize = 5_000;
/// An act refused so often in a row is given up.
const FAILED_MAX: u32 = 3;
/// Unexpected refusals told in full.
const TOLD_MAX: usize = 30;
/// The watch looks at this minute of each working day: 8:25.
const WATCH_AT: i64 = 505;

/// Something that is to be done.
#[derive(Clone, Copy, Debug)]
enum Task {
    Watch,
    Case(usize),
    Leave(usize),
    Entry(usize),
}

/// What follows a stretch of deciding.
enum Next {
    More,
    Watch(Timestamp),
    End,
}

/// The city while it is made.
pub struct City<'a> {
    office: &'a Office,
    batch: Batch<'a>,
    time: &'a DemoTime,
    plan: &'a Plan,
    hours: Hours,
    scripts: Vec<Script>,
    leaves: Vec<Leave>,
    entries: Vec<Entry>,
    queue: BTreeMap<(Timestamp, u64), Task>,
    queued: u64,
    came: usize,
    report: Report,
}

impl<'a> City<'a> {
    /// Draw the cast.
    pub fn new(office: &'a Office, time: &'a DemoTime, plan: &'a Plan) -> Result<City<'a>, SimError> {
        if plan.from >= plan.to {
            return Err(SimError::Plan("it ends before it begins".to_owned()));
        }
        let world = &office.world;
        let hours = Hours::new(&world.calendar, plan.from, plan.to)?;
        let scripts = cast::cast(world, plan, &hours)?;
        let logins = people::logins(world);
        let spared: BTreeSet<Name> = logins.iter().map(|l| l.officer.clone()).collect();
        let leaves = leaves::draw(world, plan, &hours, &scripts, &spared);
        let entries = power::draw(world, plan, &hours);
        let report = Report { cases: scripts.len(), logins, password: PASSWORD, ..Report::default() };
        let queue = BTreeMap::new();
        let mut city = City {
            office,
            batch: office.batch(),
            time,
            plan,
            hours,
            scripts,
            leaves,
            entries,
            queue,
            queued: 0,
            came: 0,
            report,
        };
        city.fill_queue();
        Ok(city)
    }

    fn fill_queue(&mut self) {
        let watches: Vec<Timestamp> =
            self.hours.days_between(self.plan.from, self.plan.to).iter().map(|d| moment(*d, WATCH_AT)).collect();
        for at in watches {
            self.put(at, Task::Watch);
        }
        for n in 0..self.scripts.len() {
            let first = self.scripts[n].opening();
            self.scripts[n].planned = Some(first);
            self.put(self.scripts[n].arrives, Task::Case(n));
        }
        for n in 0..self.leaves.len() {
            self.put(self.leaves[n].at, Task::Leave(n));
        }
        for n in 0..self.entries.len() {
            self.put(self.entries[n].at, Task::Entry(n));
        }
    }

    fn put(&mut self, at: Timestamp, task: Task) {
        self.queue.insert((at, self.queued), task);
        self.queued += 1;
    }

    /// Play it to the end.
    pub async fn play(mut self, mut progress: impl FnMut(Progress)) -> Result<Report, SimError> {
        let started = Instant::now();
        let of = self.scripts.len();
        let mut tell = |done: usize, at: Timestamp, phase: &'static str| progress(Progress { done, of, at, phase });
        tell(0, self.plan.from, "人员和口令");
        self.time.fix(Some(self.plan.from));
        self.report.officers = people::give_passwords(self.office).await?;
        self.spend("people", started);
        loop {
            // What was decided last is written while the next is decided.
            let (office, part) = (self.office, self.batch.part());
            let (answers, next) = tokio::join!(office.write(part), self.decide());
            self.written(answers);
            match next? {
                Next::More => {}
                Next::Watch(at) => {
                    self.commit().await;
                    self.morning(at).await?;
                    tell(self.came, at, "办理一年的办件");
                }
                Next::End => break,
            }
        }
        self.commit().await;
        self.time.fix(Some(self.plan.to));
        self.watch().await?;
        tell(of, self.plan.to, "核对");
        self.count().await?;
        self.spend("all", started);
        Ok(self.report)
    }

    /// What is to be done next, before the end.
    fn next_task(&mut self) -> Option<(Timestamp, Task)> {
        let first = self.queue.first_entry().filter(|e| e.key().0 <= self.plan.to)?;
        let at = first.key().0;
        Some((at, first.remove()))
    }

    /// Decide what comes next, until there is enough for a commit, or a morning.
    async fn decide(&mut self) -> Result<Next, SimError> {
        let started = Instant::now();
        let next = loop {
            let Some((at, task)) = self.next_task() else { break Next::End };
            self.time.fix(Some(at));
            match task {
                Task::Watch => break Next::Watch(at),
                Task::Leave(n) => self.leave_turn(n, at).await?,
                Task::Case(n) => self.case_turn(n, at).await?,
                Task::Entry(n) => self.entry_turn(n, at).await?,
            }
            if self.batch.len() >= BATCH {
                break Next::More;
            }
            // Let the writing get on.
            tokio::task::yield_now().await;
        };
        self.spend("decide", started);
        Ok(next)
    }

    /// Write what has been decided, and begin anew upon what is written.
    async fn commit(&mut self) {
        let started = Instant::now();
        let batch = std::mem::replace(&mut self.batch, self.office.batch());
        let answers = batch.commit().await;
        self.written(answers);
        self.spend("commit", started);
    }

    fn written(&mut self, answers: Vec<Result<Done, ActError>>) {
        self.report.batches += usize::from(!answers.is_empty());
        for error in answers.into_iter().filter_map(Result::err) {
            self.unexpected(format!("没有写入: {error}"));
        }
    }

    /// Each morning: what the law did by time alone, written with the day's first acts.
    async fn morning(&mut self, at: Timestamp) -> Result<(), SimError> {
        let started = Instant::now();
        for tenant in self.office.tenants() {
            let due =
                self.office.store.clocks_due(&tenant.as_ref().into(), at, DUE_MAX).await.map_err(OfficeError::from)?;
            let mut seen = BTreeSet::new();
            for one in due {
                if seen.insert(one.case.clone()) {
                    self.report.watched += self.batch.catch_up(&tenant, &one.case.into()).await?;
                }
            }
        }
        self.spend("watch", started);
        Ok(())
    }

    async fn act(&mut self, request: &Request) -> Result<Done, ActError> {
        let done = self.batch.add(request).await?;
        self.report.acts += 1;
        Ok(done)
    }

    /// At the end the office's own watch goes over everything.
    async fn watch(&mut self) -> Result<(), SimError> {
        for tenant in self.office.tenants() {
            self.report.watched += self.office.watch(&tenant).await?;
        }
        Ok(())
    }

    fn spend(&mut self, on: &'static str, since: Instant) {
        *self.report.spent.entry(on).or_insert(Duration::ZERO) += since.elapsed();
    }

    // ---- leaves ----

    async fn leave_turn(&mut self, n: usize, at: Timestamp) -> Result<(), SimError> {
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

    // ---- cases and entries ----

    async fn entry_turn(&mut self, n: usize, at: Timestamp) -> Result<(), SimError> {
        let away = self.batch.away(&self.entries[n].tenant).await?;
        let made = acts::of_entry(self.office, &mut self.entries[n], n, &away, at).await.map_err(act_error)?;
        let Some(request) = made else { return Ok(()) };
        match self.act(&request).await {
            Ok(done) => self.entry_done(n, &done, at),
            Err(error) => self.unexpected(format!("权力清单: {error}")),
        }
        Ok(())
    }

    async fn case_turn(&mut self, n: usize, at: Timestamp) -> Result<(), SimError> {
        let Some(request) = self.case_request(n, at).await? else { return Ok(()) };
        match self.act(&request).await {
            Ok(done) => self.case_done(n, &done, at),
            Err(error) => self.case_failed(n, error, at).await?,
        }
        Ok(())
    }

    async fn case_request(&mut self, n: usize, at: Timestamp) -> Result<Option<Request>, SimError> {
        let script = &mut self.scripts[n];
        let tenant = script.item.tenant.clone();
        let mut case = None;
        if let Some(id) = &script.case {
            case = self.batch.case(&tenant, id).await?;
        }
        let Some(wanted) = script.planned.take() else { return Ok(None) };
        if let Some(open) = &case {
            let stale = match &wanted {
                Move::Do(name, _) => !script.procedure.actions[name].from.contains(&open.state),
                Move::Look => true,
                _ => false,
            };
            if stale {
                // The law has acted in the meantime.
                let id = script.case.clone().unwrap_or_else(|| "".into());
                self.batch.catch_up(&tenant, &id).await?;
                self.plan_again(n, at).await?;
                return Ok(None);
            }
        }
        let away = self.batch.away(&tenant).await?;
        let made = acts::of_case(self.office, script, &wanted, case.as_deref(), &away, at).await.map_err(act_error)?;
        script.planned = Some(wanted);
        if made.is_none() {
            let again = self.hours.after(at, 15, &mut self.scripts[n].dice);
            self.put(again, Task::Case(n));
        }
        Ok(made)
    }

    async fn plan_again(&mut self, n: usize, at: Timestamp) -> Result<(), SimError> {
        let script = &self.scripts[n];
        let Some(id) = script.case.clone() else { return Ok(()) };
        if let Some(case) = self.batch.case(&script.item.tenant, &id).await? {
            self.plan_next(n, &case, at);
        }
        Ok(())
    }

    fn plan_next(&mut self, n: usize, case: &Case, at: Timestamp) {
        if let Some((when, what)) = self.scripts[n].next(case, &self.office.world, &self.hours, at) {
            self.scripts[n].planned = Some(what);
            self.put(when, Task::Case(n));
        }
    }

    fn case_done(&mut self, n: usize, done: &Done, at: Timestamp) {
        let script = &mut self.scripts[n];
        script.failed = 0;
        if script.case.is_none() {
            script.case = Some(done.id.clone());
            self.came += 1;
        }
        let case = &done.case;
        let planned = script.planned.take();
        let acted = case.history.iter().rev().find(|e| matches!(&e.actor, Actor::Officer { .. } | Actor::Applicant));
        self.report.by_deputy += usize::from(acted.is_some_and(|e| e.acting_for.is_some()));
        match planned {
            Some(Move::Do(_, Part::Grant | Part::Refuse)) => self.decided(n, case, at),
            Some(Move::Do(_, Part::Ask)) => {
                let breached = acted.is_some_and(|e| {
                    case.history
                        .iter()
                        .any(|b| b.cause.as_ref() == Some(&e.id) && matches!(b.what, Happening::Breached(_)))
                });
                self.report.second_demands += usize::from(breached);
            }
            Some(Move::Answer(_)) => self.report.handed_over += 1,
            Some(Move::Correct) => self.report.corrections += 1,
            _ => {}
        }
        self.plan_next(n, case, at);
    }

    fn decided(&mut self, n: usize, case: &Case, at: Timestamp) {
        self.report.decided += 1;
        let procedure = self.scripts[n].procedure.clone();
        let views = clock_views(&procedure, case, &self.office.facts(&[], 0), at);
        let Some(view) = promise_clock(&procedure).and_then(|p| views.iter().find(|v| v.clock == *p)) else { return };
        self.report.missed_promise += usize::from(at > view.due_at);
        // Without a law's or a stated limit the promise is all there is.
        let limit = &self.scripts[n].item.limit;
        let bound = limit.law.is_some() || limit.stated.is_some();
        self.report.missed_law += usize::from(bound && at > view.statutory_due_at);
    }

    async fn case_failed(&mut self, n: usize, error: ActError, at: Timestamp) -> Result<(), SimError> {
        let script = &mut self.scripts[n];
        let what = match error {
            ActError::Refused(refusal) => format!("{} {:?}: {refusal}", script.item.code, script.planned),
            other => {
                let (code, planned) = (script.item.code.clone(), script.planned.clone());
                conflict(other).map_err(|e| SimError::Act(format!("{code} {planned:?}: {e}")))?;
                self.put(at + SignedDuration::from_mins(2), Task::Case(n));
                return Ok(());
            }
        };
        script.failed += 1;
        let again = script.failed < FAILED_MAX && script.case.is_some();
        self.unexpected(what);
        if let Some(id) = self.scripts[n].case.clone().filter(|_| again) {
            self.batch.catch_up(&self.scripts[n].item.tenant, &id).await?;
            self.plan_again(n, at).await?;
        }
        Ok(())
    }

    fn entry_done(&mut self, n: usize, done: &Done, at: Timestamp) {
        let entry = &mut self.entries[n];
        self.report.entries += usize::from(entry.case.is_none());
        entry.case = Some(done.id.clone());
        entry.done += 1;
        if let Some((_, minutes)) = entry.later.get(entry.done - 1) {
            let next = self.hours.after(at, *minutes, &mut entry.dice);
            self.put(next, Task::Entry(n));
        }
    }

    fn unexpected(&mut self, what: String) {
        if self.report.unexpected.len() < TOLD_MAX {
            self.report.unexpected.push(what);
        }
    }

    /// What there is now, from the rows.
    async fn count(&mut self) -> Result<(), SimError> {
        let tenants = self.office.tenants();
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for tenant in &tenants {
            let store = &self.office.store;
            let id = tenant.as_ref().into();
            self.report.events += store.ledger_size(&id).await.map_err(OfficeError::from)?;
            let away = store.away_at(&id, self.plan.to).await.map_err(OfficeError::from)?;
            let out: BTreeSet<String> = away.into_iter().filter(|r| r.state == "away").map(|r| r.officer).collect();
            self.report.away += out.len();
            for row in store.summary(&[id]).await.map_err(OfficeError::from)? {
                let counted = row.procedure != leaves::PROCEDURE && row.procedure != power::PROCEDURE;
                if counted {
                    self.report.open += if row.open { row.count } else { 0 };
                    let light = if row.light == "none" && !row.open { "ended".to_owned() } else { row.light };
                    *all.entry(light).or_default() += row.count;
                }
            }
        }
        self.report.lights = all;
        self.report.accepted_by_law = self.accepted_by_law().await?;
        Ok(())
    }

    async fn accepted_by_law(&self) -> Result<usize, SimError> {
        let mut count = 0;
        for script in &self.scripts {
            let Some(id) = &script.case else { continue };
            let case = self.office.case(&script.item.tenant, id).await?;
            let by_law = |c: &Case| c.acts.iter().any(|a| a.actor == Actor::Law);
            count += usize::from(case.is_some_and(|c| by_law(&c)));
        }
        Ok(count)
    }
}

fn hours_left(hours: &Hours, at: Timestamp, to: Timestamp) -> i64 {
    hours.minutes(to) - hours.minutes(at)
}

fn act_error(error: ActError) -> SimError {
    SimError::Act(error.to_string())
}

/// A conflict is tried again; anything else ends the making.
fn conflict(error: ActError) -> Result<(), SimError> {
    match error {
        ActError::Office(OfficeError::Store(StoreError::Conflict { .. } | StoreError::TimeWentBack { .. })) => Ok(()),
        ActError::Office(OfficeError::Store(StoreError::Taken { space, .. })) if space == "number" => Ok(()),
        other => Err(act_error(other)),
    }
}
