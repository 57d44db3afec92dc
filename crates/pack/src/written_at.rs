//! Where the entries of a world are written, so that a difference can name both sides.

use std::collections::BTreeMap;

use crate::Spot;

/// Places of entries that carry none themselves: parts of procedures, units, posts, officers, notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenAt {
    spots: BTreeMap<String, Spot>,
}

impl WrittenAt {
    pub(crate) fn put(&mut self, kind: &str, id: &str, spot: Spot) {
        self.spots.insert(format!("{kind} {id}"), spot);
    }

    /// The place of an entry: `("post", "630222-zrzy.window")`, `("procedure", "licence clocks.decide")`.
    ///
    /// ```
    /// let world = xiaoneng_packbox::world();
    /// let spot = world.written_at.of("procedure", "licence actions.accept").unwrap();
    /// assert_eq!(spot.file, "cn/procedures/licence.toml");
    /// ```
    pub fn of(&self, kind: &str, id: &str) -> Option<&Spot> {
        self.spots.get(&format!("{kind} {id}"))
    }
}
