//! The hash of a leaf of the Merkle tree (RFC 6962, section 2.1).

use crate::LedgerError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// SHA-256 over a zero byte and the leaf's bytes; shown and stored as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LeafHash(pub [u8; 32]);

impl fmt::Display for LeafHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for LeafHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeafHash({self})")
    }
}

impl FromStr for LeafHash {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        sha256_from_hex(text).map(Self)
    }
}

impl From<LeafHash> for String {
    fn from(hash: LeafHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for LeafHash {
    type Error = LedgerError;

    fn try_from(text: String) -> Result<Self, LedgerError> {
        text.parse()
    }
}

/// The leaf hash of these bytes: `SHA-256(0x00 || bytes)` (RFC 6962, 2.1). The zero byte keeps a
/// leaf from ever passing for an inner node.
///
/// ```
/// // The published hash of the empty leaf.
/// assert_eq!(
///     xiaoneng_ledger::leaf_hash(b"").to_string(),
///     "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
/// );
/// ```
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> LeafHash {
    LeafHash(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into())
}

/// 64 lower-case hex digits to 32 bytes; upper case is refused, so that one hash has one spelling.
pub(crate) fn sha256_from_hex(text: &str) -> Result<[u8; 32], LedgerError> {
    let fault = || LedgerError::NotAHash { text: text.to_owned() };
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(fault());
    }
    let mut hash = [0; 32];
    hex::decode_to_slice(text, &mut hash).map_err(|_| fault())?;
    Ok(hash)
}
