//! What a decision needs to know of the world, as values.

use jiff::{Timestamp, civil, tz::Offset};
use xiaoneng_pack::{Item, Name, Procedure, World};

/// The place's offset: China keeps one time all year.
pub const PLACE: Offset = Offset::constant(8);

/// Facts, gathered by the office before it asks. Rules never query.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The packs: calendar, limits, items, organisation.
    pub world: &'a World,
    /// Leaves asked for, approved or running of the officers concerned.
    pub away: &'a [Away],
    /// Seed of the ids of new events: each event's id is this plus its place.
    pub ids: u128,
}

/// A leave that is asked for, approved or running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// Who.
    pub officer: Name,
    /// The leave's case.
    pub case: Name,
    /// From.
    pub from: Timestamp,
    /// Until (as announced; a late return lasts longer).
    pub until: Timestamp,
    /// He is out now: it has begun and he has not come back.
    pub out: bool,
    /// It is only asked for: it keeps others from asking for the same days, not from stepping out.
    pub asked: bool,
    /// He does not go: he is the one named to stand in in this post for that time, while both its A and its B are
    /// out (临时顶岗).
    pub stands_in: Option<Name>,
}

impl Facts<'_> {
    /// Is this officer out of the office at the moment?
    pub fn is_out(&self, officer: &str) -> bool {
        self.away.iter().any(|a| a.out && &*a.officer == officer)
    }

    /// The item of that code.
    pub fn item(&self, code: Option<&Name>) -> Option<&Item> {
        code.and_then(|c| self.world.items.get(c)).map(|i| &**i)
    }

    /// The procedure of that id.
    pub fn procedure(&self, id: &str) -> Option<&Procedure> {
        self.world.procedures.get(id).map(|p| &**p)
    }
}

/// The place's date and time of an instant.
pub(crate) fn civil(at: Timestamp) -> civil::DateTime {
    PLACE.to_datetime(at)
}

/// The instant of a date and time of the place.
pub(crate) fn instant(at: civil::DateTime) -> Timestamp {
    // OK because every date in use lies in 2004-2035, far inside the range of timestamps.
    PLACE.to_timestamp(at).unwrap_or(Timestamp::MAX)
}

/// The id of the `n`th event made from a seed: a UUID's text.
pub(crate) fn event_id(seed: u128, n: usize) -> Name {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    /// Where each byte's two digits stand: 8-4-4-4-12.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let mut text = [b'-'; 36];
    for (byte, place) in seed.wrapping_add(n as u128).to_be_bytes().into_iter().zip(PLACES) {
        text[place] = DIGITS[usize::from(byte >> 4)];
        text[place + 1] = DIGITS[usize::from(byte & 15)];
    }
    // OK because every byte is a hexadecimal digit or a dash.
    std::str::from_utf8(&text).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_events_id_is_a_uuids_text() {
        let seed = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;
        assert_eq!(&*event_id(seed, 1), "01234567-89ab-cdef-0123-456789abcdf0");
        assert_eq!(&*event_id(u128::MAX, 1), "00000000-0000-0000-0000-000000000000");
    }
}
