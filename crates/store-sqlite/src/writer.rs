//! The writer's thread: takes what waits, writes it in one transaction, syncs once, answers all.
//!
//! The good way writes without savepoints: each act is checked before it writes anything, so a
//! refusal leaves nothing behind. Where a write itself fails (a number taken, an effect's id used
//! twice), the whole group is rolled back and done again with a savepoint for each act.

use crate::append::{self, Moving, Outcome, Prepared};
use crate::effects::{self, EffectOp};
use crate::fault::{Answer, Fault};
use crate::open::Options;
use crate::rebuild;
use rusqlite::Connection;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};
use xiaoneng_ledger::TenantId;
use xiaoneng_store::{Appended, Effect, Result, RowChunks, StoreError, Written};

/// A job and where its answer goes.
pub enum Job {
    Appends(Vec<Prepared>, oneshot::Sender<Done>),
    Effects(EffectOp, oneshot::Sender<Result<Vec<Effect>>>),
    Rebuild(TenantId, RowChunks, oneshot::Sender<Result<()>>),
}

/// What became of acts, and the acts: to take them apart is not the writer's work.
type Done = (Vec<Result<Outcome>>, Vec<Prepared>);

impl Job {
    /// How many acts it brings to a group.
    fn weight(&self) -> usize {
        match self {
            Self::Appends(appends, _) => appends.len(),
            Self::Effects(..) => 1,
            Self::Rebuild(..) => usize::MAX,
        }
    }
}

pub struct Writer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// The thread owns the connection and the lock: both go when it ends.
    pub fn start(conn: Connection, lock: File, options: &Options) -> Result<Self> {
        let (queue, jobs) = mpsc::channel(options.queue_max.max(1));
        let group_max = options.group_max.max(1);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                let _lock = lock;
                run(conn, jobs, group_max);
            })
            .map_err(|fault| StoreError::Unavailable { detail: fault.to_string() })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    async fn send<T>(&self, job: Job, answer: oneshot::Receiver<T>) -> Result<T> {
        let gone = || StoreError::Unavailable { detail: "the writer has ended".to_owned() };
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        queue.send(job).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())
    }

    pub async fn append(&self, appends: Vec<Prepared>) -> Vec<Result<Appended>> {
        let count = appends.len();
        let (reply, answer) = oneshot::channel();
        match self.send(Job::Appends(appends, reply), answer).await {
            Ok((outcomes, acts)) => {
                outcomes.into_iter().zip(acts).map(|(outcome, act)| outcome.map(|o| act.told(o))).collect()
            }
            Err(fault) => (0..count).map(|_| Err(fault.clone())).collect(),
        }
    }

    pub async fn effects(&self, op: EffectOp) -> Result<Vec<Effect>> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Effects(op, reply), answer).await?
    }

    pub async fn rebuild(&self, tenant: TenantId, chunks: RowChunks) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Rebuild(tenant, chunks, reply), answer).await?
    }
}

/// Waits for the thread: what was sent is finished, the files are closed, the lock is free.
impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer ended by a panic");
        }
    }
}

fn run(mut conn: Connection, mut jobs: mpsc::Receiver<Job>, group_max: usize) {
    let mut moving = Moving::default();
    while let Some(first) = jobs.blocking_recv() {
        let mut waiting = Some(first);
        while let Some(job) = waiting.take() {
            if let Job::Rebuild(tenant, chunks, reply) = job {
                // The chunks are the caller's code: its panic is its own, the rows roll back.
                let rebuilt = catch_unwind(AssertUnwindSafe(|| {
                    rebuild::rebuild(&mut conn, &tenant, chunks).map_err(StoreError::from)
                }));
                let done = rebuilt.unwrap_or_else(|_| {
                    let detail = "the rows handed in for the rebuild ended in a panic".to_owned();
                    Err(StoreError::Unavailable { detail })
                });
                // A caller who no longer waits is no fault: here and below.
                let _ = reply.send(done);
                continue;
            }
            let mut weight = job.weight();
            let mut group = vec![job];
            while weight < group_max {
                let Ok(next) = jobs.try_recv() else { break };
                if weight.saturating_add(next.weight()) > group_max {
                    waiting = Some(next);
                    break;
                }
                weight += next.weight();
                group.push(next);
            }
            commit_group(&conn, &mut moving, group);
        }
    }
}

/// What each job of a group is told once the group is durable.
enum Told {
    Appends(Vec<Result<Outcome>>),
    Effects(Result<Vec<Effect>>),
}

fn commit_group(conn: &Connection, moving: &mut Moving, group: Vec<Job>) {
    let mut done = write_group(conn, moving, &group, false);
    if matches!(&done, Err(fault) if worth_another_try(fault)) {
        done = write_group(conn, moving, &group, true);
    }
    let told = done.map_err(StoreError::from);
    if let Err(fault) = &told {
        tracing::error!(%fault, acts = group.len(), "a group was not written");
    }
    match told {
        Ok(told) => {
            for (job, told) in group.into_iter().zip(told) {
                match (job, told) {
                    (Job::Appends(acts, reply), Told::Appends(outcomes)) => {
                        let _ = reply.send((outcomes, acts));
                    }
                    (Job::Effects(_, reply), Told::Effects(result)) => {
                        let _ = reply.send(result);
                    }
                    _ => unreachable!("OK because each job is told in its own kind"),
                }
            }
        }
        Err(fault) => {
            for job in group {
                match job {
                    Job::Appends(appends, reply) => {
                        let outcomes = appends.iter().map(|_| Err(fault.clone())).collect();
                        let _ = reply.send((outcomes, appends));
                    }
                    Job::Effects(_, reply) => {
                        let _ = reply.send(Err(fault.clone()));
                    }
                    Job::Rebuild(..) => unreachable!("OK because a rebuild is never in a group"),
                }
            }
        }
    }
}

/// A full disk or a damaged file is the same for every act; anything else may be one act's fault.
fn worth_another_try(fault: &Fault) -> bool {
    match fault {
        Fault::Store(_) => true,
        Fault::Sql(sql) => !matches!(
            sql.sqlite_error_code(),
            Some(
                rusqlite::ErrorCode::DiskFull
                    | rusqlite::ErrorCode::DatabaseCorrupt
                    | rusqlite::ErrorCode::NotADatabase
                    | rusqlite::ErrorCode::SystemIoFailure
            )
        ),
    }
}

fn write_group(conn: &Connection, moving: &mut Moving, group: &[Job], savepoints: bool) -> Answer<Vec<Told>> {
    conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let written = write_jobs(conn, moving, group, savepoints).and_then(|told| {
        moving.flush(conn)?;
        conn.prepare_cached("COMMIT")?.execute([])?;
        Ok(told)
    });
    if written.is_err() {
        moving.forget();
        // SQLite has rolled back by itself on some faults; then there is nothing left to do.
        if !conn.is_autocommit() {
            conn.execute_batch("ROLLBACK")?;
        }
    }
    written
}

fn write_jobs(conn: &Connection, moving: &mut Moving, group: &[Job], savepoints: bool) -> Answer<Vec<Told>> {
    let mut told = Vec::with_capacity(group.len());
    for job in group {
        told.push(match job {
            Job::Appends(appends, _) => {
                let mut results = Vec::with_capacity(appends.len());
                let mut written = Written::default();
                for act in appends {
                    let done = write_act(conn, moving, act, savepoints, &written)?;
                    if let Ok(Outcome::Written(..)) = &done {
                        written.note(&act.events);
                    }
                    results.push(done);
                }
                Told::Appends(results)
            }
            Job::Effects(op, _) => Told::Effects(Ok(effects::run(conn, op)?)),
            Job::Rebuild(..) => unreachable!("OK because a rebuild is never in a group"),
        });
    }
    Ok(told)
}

/// The outer error ends the group, the inner one is this act's own.
fn write_act(
    conn: &Connection,
    moving: &mut Moving,
    act: &Prepared,
    savepoints: bool,
    written: &Written,
) -> Answer<Result<Outcome>> {
    match append::check(conn, &mut moving.heads, act) {
        Ok(Some(remembered)) => return Ok(Ok(Outcome::Before(remembered))),
        Ok(None) => {}
        Err(Fault::Store(refusal)) => return Ok(Err(refusal)),
        Err(fault) => return Err(fault),
    }
    if let Err(fallen) = written.carries(&act.append) {
        return Ok(Err(fallen));
    }
    if !savepoints {
        return append::write(conn, moving, act).map(Ok);
    }
    let (head, counts) = (moving.heads.of(conn, &act.append.tenant)?, moving.counts.clone());
    conn.execute_batch("SAVEPOINT act")?;
    match append::write(conn, moving, act) {
        Ok(outcome) => {
            conn.execute_batch("RELEASE act")?;
            Ok(Ok(outcome))
        }
        Err(fault) => {
            if conn.is_autocommit() {
                return Err(fault);
            }
            conn.execute_batch("ROLLBACK TO act; RELEASE act")?;
            moving.heads.put_back(&act.append.tenant, head);
            moving.counts = counts;
            Ok(Err(fault.into()))
        }
    }
}
