//! The seeded city that works: a year of office life made through the engine's own actions.
//!
//! [`make_city`] draws a cast of cases, leaves and register entries from a seed and plays them in order of
//! time: every act goes through [`Office::act_many`] as it would from a page, is refused where the rules
//! refuse it, and leaves the same evidence. Everyone in it is invented ([`names`]), everything is labelled.
//!
//! [`checkers`] look at the outcome and know nothing of the engine.

mod acts;
mod cast;
mod chance;
pub mod checkers;
mod choices;
mod city;
mod fill;
mod hours;
mod leaves;
pub mod names;
mod pace;
mod paper;
mod path;
mod people;
mod power;
mod script;
mod shares;
mod solve;
mod ways;
mod who;
mod words;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use xiaoneng_office::{DemoTime, Office, OfficeError};

pub use chance::SeededChance;
pub use people::{Login, PASSWORD, logins};

/// The county that the demonstration shows: 民和.
pub const SHOWCASE: &str = "630222";
/// The procedure that it shows there.
pub const SHOWCASE_PROCEDURE: &str = "homestead";

/// What city is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The same seed gives the same city.
    pub seed: u64,
    /// How many cases are applied for.
    pub cases: usize,
    /// The year begins.
    pub from: Timestamp,
    /// And ends: the demonstration's now.
    pub to: Timestamp,
}

/// How far the making has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Cases that have come in.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// The simulated instant.
    pub at: Timestamp,
    /// What is being done, in words.
    pub phase: &'static str,
}

/// What was made.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Cases applied for or begun by an office.
    pub cases: usize,
    /// Cases that those opened in their turn.
    pub children: u64,
    /// Findings that breaches opened.
    pub findings: u64,
    /// Open at the end.
    pub open: u64,
    /// How many of each procedure, and how they stand.
    pub mix: Vec<Mixed>,
    /// Open ones by light, and closed ones by how they ended (`ended`: without a clock to meet).
    pub lights: BTreeMap<String, u64>,
    /// Requests made of the office that were granted.
    pub acts: usize,
    /// Commits they took.
    pub batches: usize,
    /// Events in all ledgers.
    pub events: u64,
    /// Cases decided.
    pub decided: usize,
    /// Of them later than promised.
    pub missed_promise: usize,
    /// Of them later than the law, or the agency's own statement, allows.
    pub missed_law: usize,
    /// Taken in by law, after silence.
    pub accepted_by_law: usize,
    /// Acts by a deputy.
    pub by_deputy: usize,
    /// Second demands, each a breach.
    pub second_demands: usize,
    /// Offers to another post, taken or given back.
    pub handed_over: usize,
    /// Corrections.
    pub corrections: usize,
    /// Entries of the power list.
    pub entries: usize,
    /// Leaves begun or asked for.
    pub leaves: usize,
    /// Leaves refused because the deputy was out.
    pub leave_conflicts: usize,
    /// Later back than announced.
    pub late_returns: usize,
    /// Out at the end.
    pub away: usize,
    /// Events that the watch wrote.
    pub watched: usize,
    /// Refusals that the scripts did not expect: a fault of the generator or of the engine.
    pub unexpected: Vec<String>,
    /// What the rules refused, by procedure and kind: by date, condition or person, which is no fault.
    pub refused: BTreeMap<String, usize>,
    /// Cases with which nobody could go on.
    pub stuck: Vec<Stuck>,
    /// Where the time went.
    pub spent: BTreeMap<&'static str, Duration>,
    /// Officers with the demonstration's password.
    pub officers: usize,
    /// Who to sign in as.
    pub logins: Vec<Login>,
    /// Their password.
    pub password: &'static str,
}

/// The cases of one procedure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mixed {
    /// Its id.
    pub procedure: String,
    /// What users call it.
    pub title: String,
    /// All.
    pub cases: u64,
    /// Someone must act.
    pub open: u64,
    /// Of the open ones: nearly late.
    pub yellow: u64,
    /// Of the open ones: late.
    pub red: u64,
    /// Ended, or standing in a register.
    pub closed: u64,
    /// Of those: after a limit.
    pub missed: u64,
}

impl Mixed {
    fn add(&mut self, open: bool, light: &str, count: u64) {
        self.cases += count;
        match (open, light) {
            (true, light) => {
                self.open += count;
                self.yellow += if light == "yellow" { count } else { 0 };
                self.red += if light == "red" { count } else { 0 };
            }
            (false, light) => {
                self.closed += count;
                self.missed += if light == "missed" { count } else { 0 };
            }
        }
    }
}

/// Cases with which nobody could go on, in one state of a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stuck {
    /// The procedure.
    pub procedure: String,
    /// The state.
    pub state: String,
    /// How many.
    pub cases: usize,
    /// What was said last to one of them.
    pub refusal: String,
    /// Its number.
    pub number: String,
}

/// Why there is no city.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The plan cannot be carried out.
    #[error("the plan cannot be carried out: {0}")]
    Plan(String),
    /// The office cannot.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// An act failed for a reason that no rule gives.
    #[error("an act failed: {0}")]
    Act(String),
}

/// Make the city: a year of cases, leaves and entries that ends at [`Plan::to`], where the clock is left running.
///
/// # Errors
/// [`SimError::Plan`] for a plan without days or items; what the office or its store cannot do.
pub async fn make_city(
    office: &Office,
    time: &DemoTime,
    plan: &Plan,
    progress: impl FnMut(Progress),
) -> Result<Report, SimError> {
    let report = city::City::new(office, time, plan)?.play(progress).await;
    time.fix(None);
    report
}
