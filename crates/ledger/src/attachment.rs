//! Attachments are named by their content.

use crate::LedgerError;
use crate::leaf::sha256_from_hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The SHA-256 of a file's bytes as 64 hex digits. The event holds this; the file lies apart.
///
/// ```
/// # use xiaoneng_ledger::AttachmentHash;
/// let hash = AttachmentHash::of(b"abc");
/// assert_eq!(
///     hash.as_str(),
///     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
/// );
/// assert_eq!(hash.as_str().parse(), Ok(hash));
/// assert!("ba78".parse::<AttachmentHash>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct AttachmentHash(String);

impl AttachmentHash {
    /// The name of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(bytes)))
    }

    /// The 64 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttachmentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AttachmentHash {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        sha256_from_hex(text).map(|_| Self(text.to_owned()))
    }
}

impl From<AttachmentHash> for String {
    fn from(hash: AttachmentHash) -> Self {
        hash.0
    }
}

impl TryFrom<String> for AttachmentHash {
    type Error = LedgerError;

    fn try_from(text: String) -> Result<Self, LedgerError> {
        text.parse()
    }
}
