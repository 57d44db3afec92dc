//! What is written in a field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xiaoneng_pack::Name;

/// Field id to value, in the order of the ids.
pub type Fields = BTreeMap<Name, Value>;

/// The value of a field, as JSON writes it.
///
/// ```
/// use xiaoneng_casework::Value;
/// let v: Value = serde_json::from_str("\"民和县\"").unwrap();
/// assert_eq!(v.text(), Some("民和县"));
/// assert_eq!(serde_json::to_string(&Value::Number(12)).unwrap(), "12");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number; money in fen.
    Number(i64),
    /// A personal value, encrypted under the case's key.
    Sealed {
        /// Version, nonce and ciphertext.
        sealed: String,
        /// The key's id in the key file.
        key: String,
        /// What may be shown outside (马**); empty for anything but a name.
        #[serde(skip_serializing_if = "String::is_empty", default)]
        masked: String,
    },
    /// Ids (materials).
    List(Vec<Name>),
    /// Anything else: text, dates, codes.
    Text(String),
}

impl Value {
    /// Its text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(t) => Some(t),
            _ => None,
        }
    }

    /// Its ids, if it is a list.
    pub fn list(&self) -> &[Name] {
        match self {
            Value::List(l) => l,
            _ => &[],
        }
    }

    /// Nothing was written.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(t) => t.trim().is_empty(),
            Value::List(l) => l.is_empty(),
            _ => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number)
    }
}
