//! Money: whole fen, never a float.

use crate::{INTEGER_MAX, LedgerError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An amount in fen (分), within ±(2^53-1) so that it may stand in an event as a number.
/// Arithmetic is checked: a sum that leaves the range is an error, never another amount.
///
/// ```
/// # use xiaoneng_ledger::Fen;
/// let fee: Fen = "12.34".parse()?;
/// assert_eq!(fee, Fen(1234));
/// assert_eq!(fee.to_string(), "12.34 元");
/// assert_eq!(fee.times(3)?.to_string(), "37.02 元");
/// assert_eq!(Fen::sum([fee, "-0.05".parse()?])?, Fen(1229));
/// assert!("1.234".parse::<Fen>().is_err());
/// # Ok::<(), xiaoneng_ledger::LedgerError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    fn within(fen: Option<i64>) -> Result<Self, LedgerError> {
        fen.filter(|fen| fen.unsigned_abs() <= INTEGER_MAX).map(Self).ok_or(LedgerError::MoneyOverflow)
    }

    /// This and the other.
    ///
    /// # Errors
    /// [`LedgerError::MoneyOverflow`] beyond ±(2^53-1) fen.
    pub fn plus(self, other: Self) -> Result<Self, LedgerError> {
        Self::within(self.0.checked_add(other.0))
    }

    /// This less the other.
    ///
    /// # Errors
    /// [`LedgerError::MoneyOverflow`] beyond ±(2^53-1) fen.
    pub fn minus(self, other: Self) -> Result<Self, LedgerError> {
        Self::within(self.0.checked_sub(other.0))
    }

    /// This, so many times.
    ///
    /// # Errors
    /// [`LedgerError::MoneyOverflow`] beyond ±(2^53-1) fen.
    pub fn times(self, count: i64) -> Result<Self, LedgerError> {
        Self::within(self.0.checked_mul(count))
    }

    /// The sum of all.
    ///
    /// # Errors
    /// [`LedgerError::MoneyOverflow`] beyond ±(2^53-1) fen.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, LedgerError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

/// `12.34 元`
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02} 元", fen / 100, fen % 100)
    }
}

/// Yuan with at most two decimals, with or without the 元 at the end.
impl FromStr for Fen {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        let fault = || LedgerError::NotMoney { text: text.to_owned() };
        let bare = text.trim();
        let bare = bare.strip_suffix('元').unwrap_or(bare).trim_end();
        let (negative, digits) = match bare.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, bare),
        };
        let (yuan, fen) = digits.split_once('.').unwrap_or((digits, "00"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(yuan) || !all_digits(fen) || fen.len() > 2 {
            return Err(fault());
        }
        let yuan: i64 = yuan.parse().map_err(|_| LedgerError::MoneyOverflow)?;
        let cents: i64 = fen.parse().map_err(|_| fault())?;
        let cents = if fen.len() == 1 { cents * 10 } else { cents };
        let total = yuan.checked_mul(100).and_then(|fen| fen.checked_add(cents));
        Self::within(total.map(|fen| if negative { -fen } else { fen }))
    }
}
