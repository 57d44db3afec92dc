//! Chance that is the same every time.

/// A small generator (xorshift64*): the same seed throws the same numbers.
pub struct Dice(pub u64);

impl Dice {
    /// 0 up to, not including, `sides`.
    pub fn below(&mut self, sides: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as i64) % sides
    }

    /// `from` up to and including `to`.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to - from + 1)
    }

    /// Once in `times`.
    pub fn one_in(&mut self, times: i64) -> bool {
        self.below(times) == 0
    }

    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as i64) as usize]
    }
}
