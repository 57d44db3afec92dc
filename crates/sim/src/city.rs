//! The year played: what is due next is done next, in order of time, each at its own instant; some dozens of
//! acts share a commit.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use xiaoneng_casework::{Attachment, Name};
use xiaoneng_office::{ActError, Batch, DemoTime, Done, Office, OfficeError, Request};
use xiaoneng_store::StoreError;

use crate::{
    PASSWORD, Plan, Progress, Report, SimError, cast,
    hours::{Hours, moment},
    leaves::{self, Leave},
    paper, people,
    power::{self, Entry},
    script::Script,
};
use family::Family;

mod away;
mod cases;
mod count;
mod entries;
mod family;

/// Acts in one commit.
const BATCH: usize = 64;
/// Clocks looked at in one morning of a tenant; what is beyond comes the next morning.
const DUE_MAX: usize = 5_000;
/// Unexpected refusals told in full.
const TOLD_MAX: usize = 30;
/// The watch looks at this minute of each working day: 8:25.
const WATCH_AT: i64 = 505;

/// Something that is to be done.
#[derive(Clone, Copy, Debug)]
enum Task {
    Watch,
    /// A case's turn; an older turn of it counts for nothing.
    Case(usize, u32),
    Leave(usize),
    Entry(usize),
}

/// What follows a stretch of deciding.
enum Next {
    More,
    Watch(Timestamp),
    Mail,
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
    family: Family,
    papers: BTreeMap<Name, Attachment>,
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
        let mut city = City {
            office,
            batch: office.batch(),
            time,
            plan,
            hours,
            scripts,
            leaves,
            entries,
            family: Family::default(),
            papers: BTreeMap::new(),
            queue: BTreeMap::new(),
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
            self.put(self.scripts[n].arrives, Task::Case(n, 0));
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
        self.papers = paper::put(self.office).await?;
        self.spend("people", started);
        loop {
            // What was decided last is written while the next is decided.
            let (office, part) = (self.office, self.batch.part());
            let (answers, next) = tokio::join!(office.write(part), self.decide());
            self.written(answers);
            match next? {
                Next::More => {}
                Next::Mail => self.carry().await?,
                Next::Watch(at) => {
                    self.carry().await?;
                    self.morning(at).await?;
                    self.carry().await?;
                    tell(self.came, at, "办理一年的办件");
                }
                Next::End => break,
            }
        }
        self.time.fix(Some(self.plan.to));
        self.carry().await?;
        self.watch().await?;
        self.carry().await?;
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

    /// Decide what comes next, until there is enough for a commit, a morning, or mail that must not wait.
    async fn decide(&mut self) -> Result<Next, SimError> {
        let started = Instant::now();
        let next = loop {
            let coming = self.queue.first_key_value().map(|((at, _), _)| *at);
            if let Some(at) = self.family.overdue(coming.unwrap_or(self.plan.to)) {
                self.time.fix(Some(at));
                break Next::Mail;
            }
            let Some((at, task)) = self.next_task() else { break Next::End };
            self.time.fix(Some(at));
            match task {
                Task::Watch => break Next::Watch(at),
                Task::Leave(n) => self.leave_turn(n, at).await?,
                Task::Case(n, turn) => self.case_turn(n, turn, at).await?,
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
                    self.by_law(&tenant, &one.case.into(), at).await?;
                }
            }
        }
        self.spend("watch", started);
        Ok(())
    }

    async fn act(&mut self, request: &Request) -> Result<Done, ActError> {
        let done = self.batch.add(request).await?;
        self.report.acts += 1;
        self.family.heard(&request.tenant, &done.case, self.office.now());
        Ok(done)
    }

    /// At the end the office's own watch goes over everything.
    async fn watch(&mut self) -> Result<(), SimError> {
        for tenant in self.office.tenants() {
            let events = self.office.watch(&tenant).await?;
            self.report.watched += events;
            if events > 0 {
                self.family.written(&tenant, self.plan.to);
            }
        }
        Ok(())
    }

    fn spend(&mut self, on: &'static str, since: Instant) {
        *self.report.spent.entry(on).or_insert(Duration::ZERO) += since.elapsed();
    }

    fn unexpected(&mut self, what: String) {
        if self.report.unexpected.len() < TOLD_MAX {
            self.report.unexpected.push(what);
        }
    }
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
