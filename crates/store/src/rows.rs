//! Rows beside the events: everything a list shows. Each can be made again from the events.

use crate::{Result, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xiaoneng_ledger::TenantId;

/// Microseconds since 1970: how stores keep an instant.
#[must_use]
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The instant of these microseconds.
///
/// # Errors
/// [`StoreError::Corrupt`] for a number that is no instant.
pub fn instant(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::Corrupt { detail: format!("{micros} is no instant") })
}

/// Cuts to the microsecond.
pub(crate) fn trim(at: &mut Timestamp) {
    *at = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(*at);
}

fn trim_all<const N: usize>(instants: [&mut Option<Timestamp>; N]) {
    instants.into_iter().flatten().for_each(trim);
}

/// One case as lists show it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CaseRow {
    /// Whose.
    pub tenant: TenantId,
    /// The case's UUID.
    pub case: String,
    /// 办件编号: unique within the tenant, starts with its code.
    pub number: String,
    /// Under which procedure.
    pub procedure: String,
    /// For which item; empty where there is none.
    pub item: String,
    /// What it is called.
    pub title: String,
    /// The unit that answers for it.
    pub unit: String,
    /// The unit whose window took it in.
    pub intake_unit: String,
    /// `city`, `county` or `township`.
    pub tier: String,
    /// The procedure's state.
    pub state: String,
    /// A register's entry.
    pub standing: bool,
    /// Someone must act.
    pub open: bool,
    /// The post that holds it now.
    pub holder: Option<String>,
    /// The post to which it is being handed.
    pub offered_to: Option<String>,
    /// The applicant, masked.
    pub applicant_masked: String,
    /// Keyed hash of the applicant's identity, hex.
    pub lookup: Option<String>,
    /// Hash of the code with which the citizen follows it, hex.
    pub track_code: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// The effective due instant.
    pub due_at: Option<Timestamp>,
    /// The effective due date, `2015-06-30`.
    pub due_date: Option<String>,
    /// `green`, `yellow`, `red`, `paused`, `met`, `missed` or `none`.
    pub light: String,
    /// The due date lies past the published calendar.
    pub provisional: bool,
    /// When work on it started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How it ended.
    pub result: Option<String>,
    /// From when the result is public.
    pub result_public_at: Option<Timestamp>,
    /// The stream's version that this row shows.
    pub version: u64,
    /// The step (环节).
    pub step: String,
    /// What else a list wants; small.
    pub row_json: Value,
}

impl CaseRow {
    /// A case with everything empty, open and without a clock: a start for tests and for builders.
    #[must_use]
    pub fn blank(tenant: TenantId, case: &str, number: &str, received_at: Timestamp) -> Self {
        Self {
            tenant,
            case: case.to_owned(),
            number: number.to_owned(),
            procedure: String::new(),
            item: String::new(),
            title: String::new(),
            unit: String::new(),
            intake_unit: String::new(),
            tier: "county".to_owned(),
            state: String::new(),
            standing: false,
            open: true,
            holder: None,
            offered_to: None,
            applicant_masked: String::new(),
            lookup: None,
            track_code: String::new(),
            received_at,
            due_at: None,
            due_date: None,
            light: "none".to_owned(),
            provisional: false,
            started_at: None,
            closed_at: None,
            result: None,
            result_public_at: None,
            version: 1,
            step: String::new(),
            row_json: Value::Null,
        }
    }
}

/// One clock of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockRow {
    /// The clock's name in the procedure, with its period where it recurs.
    pub clock: String,
    /// Its light.
    pub light: String,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// When its light changes next by itself; the watch wakes by this.
    pub next_change_at: Option<Timestamp>,
    /// Past the published calendar.
    pub provisional: bool,
    /// Neither stopped nor lapsed.
    pub running: bool,
    /// What the calendar was asked, in the office's own words, while the clock runs and its date hangs on the
    /// calendar: so that a new notice is reckoned with without reading the case.
    pub asked: Option<String>,
}

/// A running clock whose date hangs on the calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockAsked {
    /// The case.
    pub case: String,
    /// The clock.
    pub clock: String,
    /// When it is due by its row.
    pub due_at: Timestamp,
    /// [`ClockRow::asked`].
    pub asked: String,
}

/// A clock whose light changes at or before the instant asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockDue {
    /// The case.
    pub case: String,
    /// The clock.
    pub clock: String,
    /// When.
    pub next_change_at: Timestamp,
}

/// What is shown to the public.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NoticeRow {
    /// Its own name.
    pub id: String,
    /// `leave`, `result`, ...
    pub kind: String,
    /// Whose.
    pub unit: String,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body_json: Value,
    /// From when.
    pub shown_from: Timestamp,
    /// Until before when.
    pub shown_until: Option<Timestamp>,
    /// Taken down at.
    pub cleared_at: Option<Timestamp>,
    /// The case it belongs to.
    pub case: Option<String>,
}

/// Who is away from which post, and who stands in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AwayRow {
    /// The leave's case.
    pub case: String,
    /// The post that is empty.
    pub post: String,
    /// Who is away.
    pub officer: String,
    /// From when.
    pub from: Timestamp,
    /// Until before when.
    pub until: Option<Timestamp>,
    /// Who stands in.
    pub stand_in: Option<String>,
    /// The leave's state.
    pub state: String,
}

/// A duty that was not kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BreachRow {
    /// Its own name.
    pub id: String,
    /// The case it happened in.
    pub case: Option<String>,
    /// The unit that answers for it.
    pub unit: String,
    /// The post.
    pub post: Option<String>,
    /// The officer.
    pub officer: Option<String>,
    /// Which of the nine systems.
    pub duty: String,
    /// Which rule.
    pub rule: String,
    /// When.
    pub at: Timestamp,
    /// What was seen.
    pub facts_json: Value,
}

/// How many cases of one kind a tenant has; kept with every change of a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct SummaryRow {
    /// Whose.
    pub tenant: TenantId,
    /// The unit that answers.
    pub unit: String,
    /// The procedure.
    pub procedure: String,
    /// The light.
    pub light: String,
    /// Open or not.
    pub open: bool,
    /// How many; never 0.
    pub count: u64,
}

/// One change of a row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "OK because cases are most of them")]
pub enum RowChange {
    /// Puts the case's row, new or again.
    Case(CaseRow),
    /// Replaces all clocks of the case.
    Clocks {
        /// The case.
        case: String,
        /// All its clocks.
        rows: Vec<ClockRow>,
    },
    /// Puts the notice, new or again.
    Notice(NoticeRow),
    /// Puts the absence from one post, new or again.
    Away(AwayRow),
    /// Removes the absences of this leave's case.
    AwayGone {
        /// The leave's case.
        case: String,
    },
    /// Puts the breach, new or again.
    Breach(BreachRow),
    /// Removes a breach that a correction showed to be none (the events keep it).
    BreachGone {
        /// The breach.
        id: String,
    },
}

impl RowChange {
    /// Whether the row may stand in this tenant.
    pub(crate) fn check(&self, tenant: &TenantId) -> Result<()> {
        match self {
            Self::Case(row) if row.tenant != *tenant => Err(StoreError::Invalid {
                what: format!("the row of case {} is of {}, the act of {tenant}", row.case, row.tenant),
            }),
            Self::Clocks { case, rows } => {
                let mut names: Vec<_> = rows.iter().map(|row| &row.clock).collect();
                names.sort();
                match names.windows(2).find(|pair| pair[0] == pair[1]) {
                    Some(pair) => {
                        Err(StoreError::Invalid { what: format!("case {case} has the clock {} twice", pair[0]) })
                    }
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Cuts its instants to the microsecond.
    pub(crate) fn trim(&mut self) {
        match self {
            Self::Case(row) => {
                trim(&mut row.received_at);
                trim_all([&mut row.due_at, &mut row.started_at, &mut row.closed_at, &mut row.result_public_at]);
            }
            Self::Clocks { rows, .. } => {
                for row in rows {
                    trim_all([&mut row.due_at, &mut row.next_change_at]);
                }
            }
            Self::Notice(row) => {
                trim(&mut row.shown_from);
                trim_all([&mut row.shown_until, &mut row.cleared_at]);
            }
            Self::Away(row) => {
                trim(&mut row.from);
                trim_all([&mut row.until]);
            }
            Self::Breach(row) => trim(&mut row.at),
            Self::AwayGone { .. } | Self::BreachGone { .. } => {}
        }
    }

    /// As [`Append::checked`](crate::Append::checked), for the rows of a rebuild.
    ///
    /// # Errors
    /// [`StoreError::Invalid`].
    pub fn checked(mut self, tenant: &TenantId) -> Result<Self> {
        self.check(tenant)?;
        self.trim();
        Ok(self)
    }
}
