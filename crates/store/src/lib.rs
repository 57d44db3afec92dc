//! The store: what must last, as a contract.
//!
//! - [`Store`]: the evidence (events in each tenant's ledger) with the rows beside it, in one
//!   transaction; the queries over the rows; the queue of effects.
//! - [`Desk`]: what may be lost or made anew (sessions, drafts, settings, who looked at what), and
//!   the attachments by hash.
//! - [`KeyStore`]: the keys of sealed fields, in a place and with a backup of their own.
//! - [`MemoryStore`], [`MemoryKeys`]: the reference: simple and obviously right.
//! - [`conformance`]: one suite that every store runs; two databases, one meaning.
//!
//! Every row, key and statement starts with its tenant. All instants are kept to the microsecond;
//! what is finer is cut off on the way in, alike in every store.

mod append;
mod cases;
pub mod conformance;
mod desk;
mod dump;
mod error;
mod keys;
mod memory;
mod rows;
mod traits;

pub use append::{
    ANSWER_SIZE_MAX, APPEND_ITEMS_MAX, Append, Appended, Effect, Idempotency, NewEffect, NewEvent, PAYLOAD_SIZE_MAX,
    UniqueClaim, Written,
};
pub use cases::{
    AwayFilter, BreachFilter, CaseFilter, CaseOrder, Cursor, NoticeFilter, PAGE_MAX, Page, effective_limit,
};
pub use desk::{AccessNote, Attachment, Credential, Desk, Draft, Session};
pub use dump::{DumpWriter, dump_line};
pub use error::StoreError;
pub use keys::KeyStore;
pub use memory::{MemoryKeys, MemoryStore};
pub use rows::{
    AwayRow, BreachRow, CaseRow, ClockAsked, ClockDue, ClockRow, NoticeRow, RowChange, SummaryRow, instant, micros,
};
pub use traits::{EFFECT_LEASE_SECONDS, Health, RowChunks, Store};

/// What a store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
