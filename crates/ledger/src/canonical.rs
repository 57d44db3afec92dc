//! Canonical JSON (RFC 8785): one value, one spelling, one hash.

use crate::LedgerError;
use serde::Serialize;
use serde_json::Value;
use std::io::Write as _;

/// The largest integer that every JSON reader reads alike: 2^53-1 (RFC 8785, 3.2.2.3; RFC 7493, 2.2).
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Whether every number in the value is one that every JSON reader reads alike.
///
/// # Errors
/// [`LedgerError::NumberTooLarge`] for a whole number outside ±(2^53-1), with its place.
///
/// ```
/// # use xiaoneng_ledger::check_numbers;
/// # use serde_json::json;
/// assert!(check_numbers(&json!({"fee": 9_007_199_254_740_991_i64})).is_ok());
/// let fault = check_numbers(&json!({"fees": [9_007_199_254_740_992_i64]})).unwrap_err();
/// assert!(fault.to_string().contains("/fees/0"));
/// ```
pub fn check_numbers(value: &Value) -> Result<(), LedgerError> {
    fits(value).map_err(|(number, mut path)| {
        path.reverse();
        let at = path.iter().map(|part| format!("/{part}")).collect();
        LedgerError::NumberTooLarge { number, at }
    })
}

/// The path comes back innermost first, so that the good case builds no path at all.
fn fits(value: &Value) -> Result<(), (String, Vec<String>)> {
    match value {
        Value::Number(number) => {
            let fits = match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(whole), _, _) => whole <= INTEGER_MAX,
                (_, Some(whole), _) => whole.unsigned_abs() <= INTEGER_MAX,
                // 1e300 is whole too, and its canonical form would be read back as an integer.
                (_, _, Some(float)) => float.abs() <= INTEGER_MAX as f64,
                _ => false,
            };
            if fits { Ok(()) } else { Err((number.to_string(), Vec::new())) }
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(position, item)| fits(item).map_err(|fault| within(fault, position.to_string()))),
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, item)| fits(item).map_err(|fault| within(fault, name.clone())))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

fn within(mut fault: (String, Vec<String>), part: String) -> (String, Vec<String>) {
    fault.1.push(part);
    fault
}

/// The canonical bytes of anything that serialises to JSON (RFC 8785): keys sorted by UTF-16 code
/// units, numbers as ECMAScript writes them, no white space.
///
/// ```
/// # use xiaoneng_ledger::canonical_bytes;
/// # use serde_json::json;
/// assert_eq!(
///     canonical_bytes(&json!({"b": 1.0, "a": "€"})).unwrap(),
///     r#"{"a":"€","b":1}"#.as_bytes(),
/// );
/// ```
///
/// # Errors
/// [`LedgerError::NotAnEnvelope`] if the value does not serialise (a map with keys that are not
/// text, a float that is not finite).
pub fn canonical_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, LedgerError> {
    serde_json_canonicalizer::to_vec(value).map_err(|fault| LedgerError::NotAnEnvelope { why: fault.to_string() })
}

/// A value as canonical JSON, straight into the bytes: what [`canonical_bytes`] writes, which first makes
/// a tree of every object to sort it. A property holds the two together.
pub(crate) fn push_value(out: &mut Vec<u8>, value: &Value) -> Result<(), LedgerError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        // ECMAScript's way with fractions is its own.
        Value::Number(number) if number.is_f64() => out.extend_from_slice(&canonical_bytes(number)?),
        Value::Number(number) => write!(out, "{number}").expect("OK because a vector takes all"),
        Value::String(text) => push_string(out, text),
        Value::Array(items) => {
            let mut open = b'[';
            for item in items {
                out.push(std::mem::replace(&mut open, b','));
                push_value(out, item)?;
            }
            close(out, open, b'[', b']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            let by_units = |a: &str, b: &str| a.encode_utf16().cmp(b.encode_utf16());
            if !sorted.is_sorted_by(|a, b| by_units(a.0, b.0).is_le()) {
                sorted.sort_by(|a, b| by_units(a.0, b.0));
            }
            let mut open = b'{';
            for (name, item) in sorted {
                out.push(std::mem::replace(&mut open, b','));
                push_string(out, name);
                out.push(b':');
                push_value(out, item)?;
            }
            close(out, open, b'{', b'}');
        }
    }
    Ok(())
}

/// What was never opened, because it is empty, is opened and closed.
fn close(out: &mut Vec<u8>, open: u8, first: u8, last: u8) {
    if open == first {
        out.push(first);
    }
    out.push(last);
}

/// A string as canonical JSON. serde_json escapes exactly what RFC 8785 (3.2.2.2) escapes, and how.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("OK because a vector takes all and text is text");
}
