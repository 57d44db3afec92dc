//! 办件编号 and the code with which a citizen tracks a case.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use xiaoneng_casework::{Name, PLACE};
use xiaoneng_ledger::{SealKey, lookup_hash};

/// Crockford's letters: no I, L, O, U, so that a number read over the telephone comes over.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new case number: `630222-20150820-7K3QX`. Uniqueness is the store's to guard, the draw only makes
/// a clash rare; no order is taken from a sequence.
pub fn new_number(tenant: &str, at: Timestamp, draw: u128) -> Name {
    let day = PLACE.to_datetime(at).date();
    let tail: String = (0..5).map(|n| LETTERS[(draw >> (n * 5)) as usize & 31] as char).collect();
    format!("{tenant}-{}-{tail}", day.strftime("%Y%m%d")).into()
}

/// The code that goes with a number: eight letters that follow from the office's own key, so that any
/// letter can print it again and nobody can guess it.
pub fn track_code(key: &SealKey, number: &str) -> String {
    let hash = lookup_hash(key, "track", number);
    let bytes = hash.as_bytes();
    (0..8)
        .map(|n| {
            let pair = std::str::from_utf8(&bytes[n * 2..n * 2 + 2]).unwrap_or("00");
            LETTERS[u8::from_str_radix(pair, 16).unwrap_or(0) as usize & 31] as char
        })
        .collect()
}

/// What is stored of the code: its hash, bound to the number.
pub(crate) fn track_hash(number: &str, code: &str) -> String {
    hex::encode(Sha256::digest(format!("{number}\n{}", code.trim().to_uppercase())))
}
