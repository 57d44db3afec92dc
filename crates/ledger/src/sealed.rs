//! Sealed fields: personal data in an event is ciphertext, its key lies in another file.

use crate::LedgerError;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;
use std::fmt;

/// 32 secret bytes. `Debug` shows none of them.
///
/// ```
/// # use xiaoneng_ledger::SealKey;
/// assert_eq!(format!("{:?}", SealKey::new([7; 32])), "SealKey(..)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// From bytes drawn elsewhere: chance is not this crate's.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the store of keys.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(..)")
    }
}

/// Where a sealed field stands. It is bound into the ciphertext, so that a value cannot be moved to
/// another tenant, case or field and still open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldPlace<'a> {
    /// The tenant's id.
    pub tenant: &'a str,
    /// The stream's id.
    pub stream: &'a str,
    /// The field's name.
    pub field: &'a str,
}

impl FieldPlace<'_> {
    /// Each part with its length before it: no two places give the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"xiaoneng.v1".to_vec();
        for part in [self.tenant, self.stream, self.field] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// A sealed value as it stands in an event: `{"key": "<key id>", "sealed": "v1.<nonce>.<ciphertext>"}`, in hex.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// Form, nonce and ciphertext.
    pub sealed: String,
    /// Which key opens it.
    pub key: String,
}

impl Sealed {
    /// As the JSON that stands in the event.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::json!({"sealed": self.sealed, "key": self.key})
    }

    /// From the JSON of an event.
    ///
    /// # Errors
    /// [`LedgerError::NotSealed`] for any other JSON.
    pub fn from_value(value: &Value) -> Result<Self, LedgerError> {
        Self::deserialize(value).map_err(|fault| LedgerError::NotSealed { why: fault.to_string() })
    }
}

/// Whether this JSON is a sealed value.
#[must_use]
pub fn is_sealed(value: &Value) -> bool {
    Sealed::from_value(value).is_ok_and(|sealed| sealed.sealed.starts_with("v1."))
}

/// Seals the bytes under the key (XChaCha20-Poly1305). The nonce must be drawn afresh for each value;
/// at 24 bytes it may be drawn at random.
///
/// ```
/// # use xiaoneng_ledger::*;
/// let key = SealKey::new([1; 32]);
/// let place = FieldPlace { tenant: "630222", stream: "case/c1", field: "name" };
/// let sealed = seal(&key, "k1", [2; 24], place, "马秀兰".as_bytes());
/// assert_eq!(open(&key, place, &sealed)?, "马秀兰".as_bytes());
/// let elsewhere = FieldPlace { field: "phone", ..place };
/// assert!(open(&key, elsewhere, &sealed).is_err());
/// # Ok::<(), LedgerError>(())
/// ```
#[must_use]
pub fn seal(key: &SealKey, key_id: &str, nonce: [u8; 24], place: FieldPlace<'_>, plain: &[u8]) -> Sealed {
    let cipher = XChaCha20Poly1305::new(&Key::from(key.0));
    let payload = Payload { msg: plain, aad: &place.bytes() };
    let ciphertext = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .expect("OK because encryption fails only beyond 256 GiB of plain text");
    Sealed { sealed: format!("v1.{}.{}", hex::encode(nonce), hex::encode(ciphertext)), key: key_id.to_owned() }
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`LedgerError::NotSealed`] for a value of another form; [`LedgerError::DoesNotOpen`] for another
/// key, another place or changed bytes: which of them cannot be told.
pub fn open(key: &SealKey, place: FieldPlace<'_>, value: &Sealed) -> Result<Vec<u8>, LedgerError> {
    let fault = |why: &str| LedgerError::NotSealed { why: why.to_owned() };
    let mut parts = value.sealed.split('.');
    let (Some("v1"), Some(nonce), Some(ciphertext), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(fault("it does not have the three parts of form v1"));
    };
    let mut nonce_bytes = [0; 24];
    hex::decode_to_slice(nonce, &mut nonce_bytes).map_err(|_| fault("the nonce is not 48 hex digits"))?;
    let ciphertext = hex::decode(ciphertext).map_err(|_| fault("the ciphertext is not hex"))?;
    let cipher = XChaCha20Poly1305::new(&Key::from(key.0));
    let payload = Payload { msg: &ciphertext, aad: &place.bytes() };
    cipher
        .decrypt(&XNonce::from(nonce_bytes), payload)
        .map_err(|_| LedgerError::DoesNotOpen { field: place.field.to_owned() })
}

/// An identity number or telephone number as one spelling: full-width digits and letters made
/// half-width, upper case, without spaces and hyphens.
///
/// ```
/// # use xiaoneng_ledger::normal_identity;
/// assert_eq!(normal_identity(" 63212219800101００1x "), "63212219800101001X");
/// assert_eq!(normal_identity("0972-861 2345"), "09728612345");
/// ```
#[must_use]
pub fn normal_identity(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            // U+FF01..U+FF5E are U+0021..U+007E at full width.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// The keyed hash (HMAC-SHA256) under which a person's cases are found, as 64 hex digits. Without the
/// key it cannot be guessed from a list of identity numbers. `kind` keeps an identity number and a
/// telephone number of the same digits apart.
///
/// ```
/// # use xiaoneng_ledger::*;
/// let key = SealKey::new([3; 32]);
/// let hash = lookup_hash(&key, "id", "63212219800101001x");
/// assert_eq!(hash, lookup_hash(&key, "id", "632122 19800101 001X"));
/// assert_ne!(hash, lookup_hash(&key, "phone", "63212219800101001x"));
/// ```
#[must_use]
pub fn lookup_hash(key: &SealKey, kind: &str, identity: &str) -> String {
    let mut mac =
        <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&key.0).expect("OK because HMAC takes a key of any length");
    mac.update(&(kind.len() as u64).to_be_bytes());
    mac.update(kind.as_bytes());
    mac.update(normal_identity(identity).as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
