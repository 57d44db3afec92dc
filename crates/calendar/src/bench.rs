//! What `xiaoneng bench calendar` times: our batch, the memory floor beneath it, and the
//! loop that everyone writes first. Nothing here measures time: the caller does.

use crate::known::Known;
use crate::range::{DAYS, DayNumber};

/// Prepared questions: `n[i]` working days after `days[i]`.
#[derive(Debug, Clone)]
pub struct Input {
    /// The days, at random over the calendar but its last year.
    pub days: Vec<DayNumber>,
    /// The numbers of working days, 1 to 120.
    pub n: Vec<u16>,
}

/// As many questions as asked for, at random but the same for the same seed.
pub fn prepare(questions: usize, seed: u64) -> Input {
    let mut state = seed;
    let mut next = |below: u64| {
        // SplitMix64: good enough to defeat prefetching, and needs no crate.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below) as u16
    };
    let (mut days, mut n) = (Vec::with_capacity(questions), Vec::with_capacity(questions));
    for _ in 0..questions {
        // 120 working days are less than a year: every question has an answer.
        days.push(DayNumber(next(u64::from(DAYS) - 366)));
        n.push(1 + next(120));
    }
    Input { days, n }
}

/// Room for the answers.
pub fn room(questions: usize) -> Vec<DayNumber> {
    vec![DayNumber(0); questions]
}

/// The batch: [`Known::add_workdays_batch`].
///
/// # Panics
/// If `out` is not as long as the input.
pub fn ours(known: &Known, input: &Input, out: &mut [DayNumber]) {
    known.add_workdays_batch(&input.days, &input.n, out).expect("slices of one length");
}

/// The floor: a loop that reads the same inputs and writes as many outputs, and does nothing
/// else of use.
pub fn floor(input: &Input, out: &mut [DayNumber]) {
    for ((day, n), out) in input.days.iter().zip(&input.n).zip(out.iter_mut()) {
        out.0 = day.0.wrapping_add(*n);
    }
}

/// The loop that everyone writes first: day after day, asking of each whether one works.
pub fn naive(known: &Known, input: &Input, out: &mut [DayNumber]) {
    for ((day, n), out) in input.days.iter().zip(&input.n).zip(out.iter_mut()) {
        let (mut at, mut left) = (day.0, *n);
        while left > 0 {
            at += 1;
            left -= u16::from(known.works(at));
        }
        out.0 = at;
    }
}
