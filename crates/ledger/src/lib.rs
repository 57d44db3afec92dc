//! The ledger: what an event is, as bytes that anyone can check.
//!
//! Pure: values and functions. No I/O, no clock, no chance, nothing awaited; the instant, the nonce
//! and the key are always handed in. It knows nothing of cases or procedures.
//!
//! - [`Envelope`]: one event with who, when, why; its canonical bytes (RFC 8785) and its leaf hash
//!   (RFC 6962). An event is stored in exactly the form that receipts and proofs need.
//! - [`seal`] and [`open`]: personal fields, encrypted under a key that lies elsewhere, so that the
//!   leaf hashes ciphertext and erasing the key erases the person.
//! - [`lookup_hash`]: finding a person's cases by identity without storing the identity.
//! - [`AttachmentHash`], [`Fen`]: what an event holds instead of a file, and money in whole fen.

mod attachment;
mod canonical;
mod envelope;
mod ids;
mod leaf;
mod money;
mod sealed;

pub use attachment::AttachmentHash;
pub use canonical::{INTEGER_MAX, canonical_bytes, check_numbers};
pub use envelope::{Actor, ENVELOPE_FORM, Envelope, Party, Unplaced};
pub use ids::{EventId, StreamId, TenantId};
pub use leaf::{LeafHash, leaf_hash};
pub use money::Fen;
pub use sealed::{FieldPlace, SealKey, Sealed, is_sealed, lookup_hash, normal_identity, open, seal};

/// What can be wrong with a value of the ledger; each says what was found and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A number that not every JSON reader would read alike.
    #[error(
        "the number {number} at {at} lies outside ±(2^53-1), where JSON readers differ: \
         write it as a string"
    )]
    NumberTooLarge {
        /// The number as written.
        number: String,
        /// JSON pointer to it; empty for the value itself.
        at: String,
    },
    /// Bytes that are not an envelope.
    #[error("these bytes are no event envelope: {why}")]
    NotAnEnvelope {
        /// What the reader stumbled over.
        why: String,
    },
    /// Bytes that say the right thing in a form that is not the canonical one.
    #[error(
        "the bytes of event {id} are not in canonical form (RFC 8785), so their hash proves \
         nothing: store and send the bytes exactly as they were hashed"
    )]
    NotCanonical {
        /// The event's id.
        id: String,
    },
    /// A sealed value that cannot be read as one.
    #[error("not a sealed value (expected \"v1.<nonce>.<ciphertext>\" in hex): {why}")]
    NotSealed {
        /// What is wrong with it.
        why: String,
    },
    /// The key does not open it, or it was moved or changed.
    #[error(
        "the sealed field {field} does not open: another key, or it was moved from another \
         tenant, stream or field, or changed"
    )]
    DoesNotOpen {
        /// The field's name.
        field: String,
    },
    /// Money that is not an amount in yuan with at most two decimals.
    #[error("{text:?} is no amount: write yuan with at most two decimals, such as 12.34")]
    NotMoney {
        /// What was written.
        text: String,
    },
    /// Money beyond what an i64 of fen holds.
    #[error("the amount leaves the range of ±9,007,199,254,740,991 fen")]
    MoneyOverflow,
    /// A hash that is not 64 hex digits.
    #[error("{text:?} is no SHA-256: 64 lower-case hex digits are expected")]
    NotAHash {
        /// What was written.
        text: String,
    },
}
