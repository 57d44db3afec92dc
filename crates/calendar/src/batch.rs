//! Batches of "n working days after a day", made for the machine's first cache.

use crate::range::{DAYS, DayNumber};
use crate::table::{CAP, Table};

/// Questions answered at a time: few enough that the compiler unrolls the loops over them and
/// keeps what they share in vector registers.
const BLOCK: usize = 32;
/// A sum of a `u16` and a `u8` is below this: no bounds check.
const SUMS: usize = (u16::MAX as usize + 1) + (u8::MAX as usize + 1);

/// Rank and select of a [`Table`], small. Working days run close to a straight line over the
/// days, and a line costs no look-up: vector code draws it. Only how far the rank lies above
/// the line is looked up, and that fits one byte instead of two: with two, the tables and the
/// passing inputs crowd each other out of the first cache.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Working days per day, in 65536ths.
    slope: u16,
    /// How far a day's rank lies above the line; [`BEYOND`] past the calendar.
    above: Box<[u8; 1 << 16]>,
    /// The k-th working day, k counted from the line's start, which is none of rank's.
    select: Box<[u16; SUMS]>,
}

/// Above the line where no rank is: whatever is added is past the last working day.
const BEYOND: u8 = u8::MAX;

impl Batch {
    /// `None` where working days stray too far from a line: a layer that closes for most of a
    /// year or changes its week for good.
    pub fn build(table: &Table) -> Option<Self> {
        let rank = &table.rank[..DAYS as usize];
        let worked = rank[DAYS as usize - 1];
        let slope = (u32::from(worked) << 16) / u32::from(DAYS);
        let slope = slope.min(u32::from(u16::MAX)) as u16;
        let over = |(day, rank): (usize, &u16)| i32::from(*rank) - i32::from(line(day as u16, slope));
        let lowest = rank.iter().enumerate().map(over).min()?.min(0);
        let mut above = Box::new([BEYOND; 1 << 16]);
        for (day, rank) in rank.iter().enumerate() {
            above[day] = u8::try_from(over((day, rank)) - lowest).ok().filter(|above| *above < BEYOND)?;
        }
        let mut select: Box<[u16; SUMS]> = vec![DayNumber::NONE.0; SUMS].try_into().ok()?;
        let shift = usize::try_from(-lowest).ok()?;
        select[shift..shift + CAP].copy_from_slice(&table.select[..]);
        Some(Self { slope, above, select })
    }

    /// Answers the questions but the last few, which fill no block; returns how many.
    pub fn answer(&self, days: &[DayNumber], n: &[u16], out: &mut [DayNumber]) -> usize {
        let (days, _) = days.as_chunks::<BLOCK>();
        let (n, _) = n.as_chunks::<BLOCK>();
        let (out, _) = out.as_chunks_mut::<BLOCK>();
        for ((days, n), out) in days.iter().zip(n).zip(out.iter_mut()) {
            self.block(days, n, out);
        }
        out.len() * BLOCK
    }

    #[inline(always)]
    fn block(&self, days: &[DayNumber; BLOCK], n: &[u16; BLOCK], out: &mut [DayNumber; BLOCK]) {
        let mut below = [0; BLOCK];
        let mut zero = false;
        for i in 0..BLOCK {
            below[i] = n[i].saturating_add(line(days[i].0, self.slope));
            zero |= n[i] == 0;
        }
        for i in 0..BLOCK {
            let above = self.above[days[i].0 as usize];
            out[i].0 = self.select[below[i] as usize + above as usize];
        }
        // n = 0 is the day itself, also a day of rest: rare enough for a pass of its own.
        if zero {
            for i in 0..BLOCK {
                if n[i] == 0 && days[i].0 < DAYS {
                    out[i] = days[i];
                }
            }
        }
    }
}

#[inline(always)]
fn line(day: u16, slope: u16) -> u16 {
    ((u32::from(day) * u32::from(slope)) >> 16) as u16
}
