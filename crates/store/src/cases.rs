//! Questions over the rows: filters, orders, pages.

use crate::{CaseRow, StoreError, micros};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use xiaoneng_ledger::TenantId;

/// The most rows of one page.
pub const PAGE_MAX: usize = 200;

/// The limit in force: what was asked, at least 1 and at most [`PAGE_MAX`]; 0 asks for the most.
#[must_use]
pub fn effective_limit(asked: usize) -> usize {
    if asked == 0 { PAGE_MAX } else { asked.min(PAGE_MAX) }
}

/// Where the next page starts: after this row. As text it fits into a link.
///
/// ```
/// # use xiaoneng_store::Cursor;
/// let cursor = Cursor { key: -5, id: "0190-a".into() };
/// assert_eq!(cursor.to_string(), "-5.0190-a");
/// assert_eq!("-5.0190-a".parse(), Ok(cursor));
/// assert!("x".parse::<Cursor>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cursor {
    /// The order's key of the last row shown.
    pub key: i64,
    /// Its id.
    pub id: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let fault = || StoreError::Invalid { what: format!("{text:?} is no page mark") };
        let (key, id) = text.split_once('.').ok_or_else(fault)?;
        Ok(Self { key: key.parse().map_err(|_| fault())?, id: id.to_owned() })
    }
}

/// Some rows, and where to go on.
#[derive(Clone, PartialEq, Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// From one row more than asked for: the one too many tells that there is a next page.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor_of: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor_of) } else { None };
        Self { rows, next }
    }
}

/// In which order cases come; the case's id breaks ties.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum CaseOrder {
    /// What is due first comes first; what is never due, last.
    #[default]
    DueFirst,
    /// What came in last comes first.
    ReceivedLast,
    /// What ended last comes first; what has not ended, last.
    ClosedLast,
}

impl CaseOrder {
    /// The order's key of a row; ascending for `DueFirst`, descending for the others.
    #[must_use]
    pub fn key(self, row: &CaseRow) -> i64 {
        match self {
            Self::DueFirst => row.due_at.map_or(i64::MAX, micros),
            Self::ReceivedLast => micros(row.received_at),
            Self::ClosedLast => row.closed_at.map_or(i64::MIN, micros),
        }
    }

    /// Where the page after this row starts.
    #[must_use]
    pub fn cursor(self, row: &CaseRow) -> Cursor {
        Cursor { key: self.key(row), id: row.case.clone() }
    }
}

/// Which cases. Every part that is given must hold.
#[derive(Clone, PartialEq, Debug)]
pub struct CaseFilter {
    /// Whose.
    pub tenant: TenantId,
    /// Held by one of these posts.
    pub holder: Option<Vec<String>>,
    /// Offered to one of these posts.
    pub offered_to: Option<Vec<String>>,
    /// The unit that answers.
    pub unit: Option<String>,
    /// The unit that took it in.
    pub intake_unit: Option<String>,
    /// The tier.
    pub tier: Option<String>,
    /// The procedure.
    pub procedure: Option<String>,
    /// None of these procedures.
    pub not_procedures: Vec<String>,
    /// The item.
    pub item: Option<String>,
    /// The state.
    pub state: Option<String>,
    /// Open or not.
    pub open: Option<bool>,
    /// A register's entry or not.
    pub standing: Option<bool>,
    /// One of these lights; empty for any.
    pub lights: Vec<String>,
    /// The applicant's keyed hash.
    pub lookup: Option<String>,
    /// What the number starts with, or title or masked applicant contain. A text that starts with
    /// the tenant's code is looked for in numbers only, by index.
    pub text: Option<String>,
    /// Due before this instant.
    pub due_before: Option<Timestamp>,
    /// Received at or after.
    pub received_from: Option<Timestamp>,
    /// Received before.
    pub received_before: Option<Timestamp>,
    /// Closed at or after.
    pub closed_from: Option<Timestamp>,
    /// Closed before.
    pub closed_before: Option<Timestamp>,
    /// The result is public at this instant.
    pub result_public_by: Option<Timestamp>,
    /// In which order.
    pub order: CaseOrder,
    /// Where to go on.
    pub after: Option<Cursor>,
    /// How many, see [`effective_limit`].
    pub limit: usize,
}

impl CaseFilter {
    /// All cases of a tenant, due first, a page of 50.
    #[must_use]
    pub const fn new(tenant: TenantId) -> Self {
        Self {
            tenant,
            holder: None,
            offered_to: None,
            unit: None,
            intake_unit: None,
            tier: None,
            procedure: None,
            not_procedures: Vec::new(),
            item: None,
            state: None,
            open: None,
            standing: None,
            lights: Vec::new(),
            lookup: None,
            text: None,
            due_before: None,
            received_from: None,
            received_before: None,
            closed_from: None,
            closed_before: None,
            result_public_by: None,
            order: CaseOrder::DueFirst,
            after: None,
            limit: 50,
        }
    }

    /// Whether the text is the start of a number and nothing else.
    #[must_use]
    pub fn text_is_number(&self) -> bool {
        self.text.as_ref().is_some_and(|text| text.starts_with(self.tenant.as_str()))
    }
}

/// Which notices, the newest first.
#[derive(Clone, PartialEq, Debug)]
pub struct NoticeFilter {
    /// Whose.
    pub tenant: TenantId,
    /// The kind.
    pub kind: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The case.
    pub case: Option<String>,
    /// Shown at this instant.
    pub at: Option<Timestamp>,
    /// Where to go on.
    pub after: Option<Cursor>,
    /// How many, see [`effective_limit`].
    pub limit: usize,
}

impl NoticeFilter {
    /// All notices of a tenant, a page of 50.
    #[must_use]
    pub const fn new(tenant: TenantId) -> Self {
        Self { tenant, kind: None, unit: None, case: None, at: None, after: None, limit: 50 }
    }
}

/// Which breaches, the newest first.
#[derive(Clone, PartialEq, Debug)]
pub struct BreachFilter {
    /// Whose.
    pub tenant: TenantId,
    /// The case.
    pub case: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The post.
    pub post: Option<String>,
    /// The duty.
    pub duty: Option<String>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Where to go on.
    pub after: Option<Cursor>,
    /// How many, see [`effective_limit`].
    pub limit: usize,
}

impl BreachFilter {
    /// All breaches of a tenant, a page of 50.
    #[must_use]
    pub const fn new(tenant: TenantId) -> Self {
        Self { tenant, case: None, unit: None, post: None, duty: None, from: None, until: None, after: None, limit: 50 }
    }
}

/// Which absences: those that overlap `[from, until)`.
#[derive(Clone, PartialEq, Debug)]
pub struct AwayFilter {
    /// Whose.
    pub tenant: TenantId,
    /// From when.
    pub from: Timestamp,
    /// Until before when; `None` for ever.
    pub until: Option<Timestamp>,
}
