//! The layers put together: everything the engine and the pages read.

use std::sync::Arc;

use xiaoneng_calendar::Calendar;

use crate::{Duties, IndexMap, Item, LimitLibrary, Name, Org, Power, Procedure, WrittenAt};

/// All layers of one city, merged and checked.
#[derive(Clone, Debug)]
pub struct World {
    /// SHA-256 over all texts, first 16 hex digits: which rules a case was opened under.
    pub version: String,
    /// Layers from the nation down, in the order they were laid.
    pub layers: Vec<Layer>,
    /// Which days count.
    pub calendar: Calendar,
    /// Local calendar layers by id, each laid over the national calendar.
    pub calendars: IndexMap<Name, Calendar>,
    /// The library of limits.
    pub limits: LimitLibrary,
    /// Procedures by id.
    pub procedures: IndexMap<Name, Arc<Procedure>>,
    /// Items by code.
    pub items: IndexMap<Name, Arc<Item>>,
    /// Who holds which power; empty where no list was drawn up.
    pub powers: Vec<Power>,
    /// Divisions, units, posts, officers.
    pub org: Org,
    /// The nine duties, and what a breach of one leads to.
    pub duties: Duties,
    /// Word lists of the pack (whereabouts, leave reasons, pause reasons, stock opinions).
    pub words: IndexMap<Name, Vec<String>>,
    /// Values of the pack (leave threshold and the like), in the pack's own words.
    pub values: IndexMap<Name, i64>,
    /// Where entries are written that do not say so themselves.
    pub written_at: WrittenAt,
}

/// One pack in its layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// `cn`, `cn-63`, `cn-6302`, `cn-630222`.
    pub id: Name,
    /// 国家, 青海省, 海东市, 民和县.
    pub title: String,
    /// The layer above.
    pub under: Option<Name>,
    /// Division it speaks for; none for the nation.
    pub division: Option<Name>,
}

impl World {
    /// The calendar a unit works by: its own layer, or the national one.
    pub fn calendar_of(&self, unit: &str) -> &Calendar {
        let layer = self.org.units.get(unit).and_then(|u| u.calendar.as_ref());
        layer.and_then(|l| self.calendars.get(l)).unwrap_or(&self.calendar)
    }
}
