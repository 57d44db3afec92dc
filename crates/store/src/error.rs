//! What can go wrong, what it means and the way out.

use xiaoneng_ledger::{LedgerError, StreamId};

/// Why the store did not do it. Nothing was written, except where [`Unavailable`](Self::Unavailable)
/// says that the outcome is in doubt: then the same idempotency key may be sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full, nothing was written ({detail}): free space in the data folder, then send it again")]
    Full {
        /// The database's words.
        detail: String,
    },
    /// Another process has the data.
    #[error("another process works on {what}: stop it, or give this one another --data")]
    Locked {
        /// Which file or folder.
        what: String,
    },
    /// The file is damaged.
    #[error("the store is damaged ({detail}): stop, keep the files, restore the last backup, run `xiaoneng doctor`")]
    Corrupt {
        /// What was found.
        detail: String,
    },
    /// Someone else was first; load again and decide again.
    #[error("{stream} stands at version {actual}, {expected} was expected: load it again and decide anew")]
    Conflict {
        /// Which stream.
        stream: StreamId,
        /// What the caller had seen.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// The key was used for something else.
    #[error("the idempotency key {key:?} was used by {actor} for another request: use a new key for each request")]
    KeyReused {
        /// Whose key.
        actor: String,
        /// Which key.
        key: String,
    },
    /// Only one may have it, and another has.
    #[error("{space} {value:?} is taken by {by}: release it there first, or choose another")]
    Taken {
        /// What must be unique (`number` for a case's number).
        space: String,
        /// The value.
        value: String,
        /// Who has it.
        by: String,
    },
    /// The clock of this machine went back.
    #[error("the instant {recorded} lies before the tenant's last event at {last}: set this machine's clock, or wait")]
    TimeWentBack {
        /// What was given.
        recorded: jiff::Timestamp,
        /// What the ledger already has.
        last: jiff::Timestamp,
    },
    /// Too much at once.
    #[error("{what} is {size} bytes or items, at most {max} are allowed: send less, or in parts")]
    TooLarge {
        /// What.
        what: String,
        /// How much.
        size: u64,
        /// How much is allowed.
        max: u64,
    },
    /// There is no such thing.
    #[error("there is no {what}")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// The request contradicts itself; a fault in the program, not in what was typed.
    #[error("the request contradicts itself: {what}")]
    Invalid {
        /// How.
        what: String,
    },
    /// The data were written by a newer program.
    #[error("the data in {what} are of schema {found}, this program knows {known}: start the newer program")]
    NewerSchema {
        /// Which file.
        what: String,
        /// The schema found.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// The store cannot answer now; the outcome may be in doubt.
    #[error("the store cannot answer now ({detail}): send it again with the same idempotency key")]
    Unavailable {
        /// The reason.
        detail: String,
    },
}

impl From<LedgerError> for StoreError {
    fn from(fault: LedgerError) -> Self {
        Self::Invalid { what: fault.to_string() }
    }
}

impl StoreError {
    /// Whether loading and deciding again may succeed.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }
}
