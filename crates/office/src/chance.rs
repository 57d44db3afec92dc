//! Chance: the one place where it comes in. Sessions and passwords always take the machine's own.

use crate::OfficeError;

/// Where ids, keys, nonces and case numbers take their randomness from.
pub trait Chance: Send + Sync {
    /// Fill all bytes.
    ///
    /// # Errors
    /// Why there is none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String>;
}

/// The machine's own chance.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        getrandom::fill(bytes).map_err(|e| e.to_string())
    }
}

/// So many bytes of a source.
pub(crate) fn draw<const N: usize>(from: &dyn Chance) -> Result<[u8; N], OfficeError> {
    let mut bytes = [0; N];
    from.fill(&mut bytes).map_err(OfficeError::Chance)?;
    Ok(bytes)
}

/// Bytes of the machine, whatever the office uses: for what must never be guessed.
pub(crate) fn machine<const N: usize>() -> Result<[u8; N], OfficeError> {
    draw(&SystemChance)
}
