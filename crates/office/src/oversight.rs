//! 督查: lights by tier and unit, each figure open to its list.

use std::collections::BTreeMap;

use serde::Serialize;
use xiaoneng_casework::Name;
use xiaoneng_pack::Tier;

use crate::{Office, OfficeError, office::tenant_id};

/// Counts of cases by light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lights {
    /// In time.
    pub green: u64,
    /// Near.
    pub yellow: u64,
    /// Late.
    pub red: u64,
    /// Paused.
    pub paused: u64,
    /// Open, no clock running.
    pub none: u64,
    /// Closed in time.
    pub met: u64,
    /// Closed late.
    pub missed: u64,
}

impl Lights {
    /// Open cases.
    pub fn open(&self) -> u64 {
        self.green + self.yellow + self.red + self.paused + self.none
    }

    fn add(&mut self, light: &str, open: bool, count: u64) {
        let slot = match (light, open) {
            ("green", true) => &mut self.green,
            ("yellow", true) => &mut self.yellow,
            ("red", true) => &mut self.red,
            ("paused", true) => &mut self.paused,
            (_, true) => &mut self.none,
            ("missed", false) => &mut self.missed,
            ("met", false) => &mut self.met,
            _ => return,
        };
        *slot += count;
    }
}

/// A unit's lights, by procedure.
#[derive(Clone, Debug, Serialize)]
pub struct UnitLights {
    /// The unit.
    pub unit: Name,
    /// Its title.
    pub title: String,
    /// Its tier.
    pub tier: Tier,
    /// Its tenant.
    pub tenant: Name,
    /// All procedures together.
    pub all: Lights,
    /// By procedure.
    pub by_procedure: BTreeMap<Name, Lights>,
}

impl Office {
    /// Which tenants an officer's supervision reaches: the city's the whole city, a county's its own.
    pub fn supervised(&self, officer: &str) -> Vec<Name> {
        let org = &self.world.org;
        let mut own = None;
        for post in org.posts_of_officer(officer) {
            if !["supervision", "leader"].iter().any(|r| post.has_role(r)) {
                continue;
            }
            let Some(unit) = org.units.get(&post.unit) else { continue };
            if unit.tier == Tier::City {
                return self.tenants();
            }
            own = Some(unit.tenant.clone());
        }
        own.into_iter().collect()
    }

    /// Procedures that have no place on the map of lights: registers, and what binds only an officer (his leave).
    pub fn unlit(&self) -> Vec<String> {
        let owed = |p: &xiaoneng_pack::Procedure| {
            !p.standing && p.clocks.values().any(|c| c.binds == xiaoneng_pack::Binds::Agency)
        };
        self.world.procedures.values().filter(|p| !owed(p)).map(|p| p.id.to_string()).collect()
    }

    /// Lights of every unit that has cases, from the summary kept beside the events.
    pub async fn lights(&self, tenants: &[Name]) -> Result<Vec<UnitLights>, OfficeError> {
        let ids: Vec<_> = tenants.iter().map(|t| tenant_id(t)).collect();
        let unlit = self.unlit();
        let mut units: BTreeMap<String, UnitLights> = BTreeMap::new();
        for row in self.store.summary(&ids).await? {
            if row.count == 0 || unlit.contains(&row.procedure) {
                continue;
            }
            let unit = self.world.org.units.get(row.unit.as_str());
            let entry = units.entry(row.unit.clone()).or_insert_with(|| UnitLights {
                unit: row.unit.as_str().into(),
                title: unit.map_or(row.unit.clone(), |u| u.title.clone()),
                tier: unit.map_or(Tier::County, |u| u.tier),
                tenant: row.tenant.as_str().into(),
                all: Lights::default(),
                by_procedure: BTreeMap::new(),
            });
            entry.all.add(&row.light, row.open, row.count);
            entry.by_procedure.entry(row.procedure.as_str().into()).or_default().add(&row.light, row.open, row.count);
        }
        let mut units: Vec<UnitLights> = units.into_values().collect();
        units.sort_by(|a, b| {
            (a.tier, b.all.red, b.all.yellow, &a.unit).cmp(&(b.tier, a.all.red, a.all.yellow, &b.unit))
        });
        Ok(units)
    }
}
