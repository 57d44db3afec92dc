//! Chance that comes out the same every time: for a demonstration's city, never for a real office.

use std::sync::{Mutex, PoisonError};

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator used everywhere here.
pub type Dice = ChaCha8Rng;

/// Dice of their own for the `n`th thing of a kind: whatever others draw, these fall alike.
pub fn dice(seed: u64, kind: u64, n: u64) -> Dice {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&kind.to_le_bytes());
    bytes[16..24].copy_from_slice(&n.to_le_bytes());
    Dice::from_seed(bytes)
}

/// A seeded source for an office that makes a demonstration's city: ids, keys and numbers come out the same.
///
/// Use it for the making only, with a store of its own; whatever serves people takes the machine's chance.
pub struct SeededChance(Mutex<Dice>);

impl SeededChance {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        SeededChance(Mutex::new(dice(seed, u64::MAX, 0)))
    }
}

impl xiaoneng_office::Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        // OK because nothing panics while it holds this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
        Ok(())
    }
}
