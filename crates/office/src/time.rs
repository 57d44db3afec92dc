//! The office's clock: the one place where time comes in.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Where the office reads the time.
pub trait OfficeTime: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// The machine's own time: sessions end by it, whatever a demonstration's clock shows.
    fn wall(&self) -> Timestamp {
        wall_clock()
    }
    /// Move a demonstration's clock forward; refused by a real one.
    fn advance(&self, _by: SignedDuration) -> bool {
        false
    }
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemTime;

impl OfficeTime for SystemTime {
    fn now(&self) -> Timestamp {
        wall_clock()
    }
}

/// A demonstration's clock: it runs, and can be moved forward, never back.
#[derive(Debug)]
pub struct DemoTime {
    offset_ms: AtomicI64,
    /// While the city is being made, the instant of the act at hand.
    fixed_ms: AtomicI64,
}

const NOT_FIXED: i64 = i64::MIN;

impl DemoTime {
    /// A clock that is so far ahead of (or behind) the machine's.
    pub fn new(offset: SignedDuration) -> Self {
        DemoTime { offset_ms: AtomicI64::new(offset.as_millis() as i64), fixed_ms: AtomicI64::new(NOT_FIXED) }
    }

    /// A clock that shows this instant now and runs on from there.
    pub fn at(now: Timestamp) -> Self {
        Self::new(now.duration_since(wall_clock()))
    }

    /// Stand still at this instant (the generator walks through its year); `None` runs again.
    pub fn fix(&self, at: Option<Timestamp>) {
        self.fixed_ms.store(at.map_or(NOT_FIXED, Timestamp::as_millisecond), Ordering::SeqCst);
    }

    /// How far it is ahead of the machine's clock.
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.offset_ms.load(Ordering::SeqCst))
    }
}

impl OfficeTime for DemoTime {
    fn now(&self) -> Timestamp {
        match self.fixed_ms.load(Ordering::SeqCst) {
            NOT_FIXED => wall_clock() + self.offset(),
            fixed => Timestamp::from_millisecond(fixed).unwrap_or(Timestamp::MIN),
        }
    }

    fn advance(&self, by: SignedDuration) -> bool {
        if by.is_negative() {
            return false;
        }
        self.offset_ms.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
        true
    }
}

fn wall_clock() -> Timestamp {
    // jiff is built without its own clock, so that the pure floors cannot read one.
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_microsecond(since.as_micros() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}
