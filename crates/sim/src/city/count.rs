//! What there is at the end, from the rows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use xiaoneng_casework::{Actor, Name, clock_lights};
use xiaoneng_office::OfficeError;

use super::City;
use crate::{Mixed, SimError, Stuck, leaves, power, script::Fate, ways};

/// Looks at which nothing could be done before a case counts as stuck.
const STUCK: u32 = 3;
/// Days without an act after which an open case lies.
const IDLE_DAYS: i64 = 60;

impl City<'_> {
    pub(super) async fn count(&mut self) -> Result<(), SimError> {
        let tenants = self.office.tenants();
        let world = self.office.world.clone();
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        let mut mix: BTreeMap<String, Mixed> = BTreeMap::new();
        for tenant in &tenants {
            let store = &self.office.store;
            let id = tenant.as_ref().into();
            self.report.events += store.ledger_size(&id).await.map_err(OfficeError::from)?;
            let away = store.away_at(&id, self.plan.to).await.map_err(OfficeError::from)?;
            let out: BTreeSet<String> = away.into_iter().filter(|r| r.state == "away").map(|r| r.officer).collect();
            self.report.away += out.len();
            for row in store.summary(&[id]).await.map_err(OfficeError::from)? {
                let procedure = world.procedures.get(row.procedure.as_str());
                let mixed = mix.entry(row.procedure.clone()).or_insert_with(|| Mixed {
                    procedure: row.procedure.clone(),
                    title: procedure.map_or(row.procedure.clone(), |p| p.title.clone()),
                    ..Mixed::default()
                });
                mixed.add(row.open, &row.light, row.count);
                let entry = procedure.is_some_and(|p| p.standing) || row.procedure == power::PROCEDURE;
                if row.procedure != leaves::PROCEDURE && !entry {
                    self.report.open += if row.open { row.count } else { 0 };
                    let light = if row.light == "none" && !row.open { "ended".to_owned() } else { row.light };
                    *all.entry(light).or_default() += row.count;
                }
            }
        }
        self.report.children = self.family.found;
        self.report.findings = self.family.findings;
        self.report.lights = all;
        self.report.mix = mix.into_values().collect();
        self.report.mix.sort_by_key(|m| std::cmp::Reverse(m.cases));
        self.report.accepted_by_law = self.accepted_by_law().await?;
        self.report.stuck = self.stuck().await?;
        Ok(())
    }

    async fn accepted_by_law(&self) -> Result<usize, SimError> {
        let mut count = 0;
        for script in self.scripts.iter().filter(|s| !s.child) {
            let Some(id) = &script.case else { continue };
            let Some(case) = self.office.case(&script.tenant, id).await? else { continue };
            let takes_in = |name: &Name| script.procedure.actions.get(name).is_some_and(|a| a.complete);
            count += usize::from(case.acts.iter().any(|a| a.actor == Actor::Law && takes_in(&a.action)));
        }
        Ok(count)
    }

    /// Open cases with which nobody goes on, by procedure and state, with what was said last to one of them: those
    /// that were looked at in vain, and those that lie.
    async fn stuck(&self) -> Result<Vec<Stuck>, SimError> {
        let mut stuck: BTreeMap<(Name, Name), Stuck> = BTreeMap::new();
        let long_ago = self.plan.to - SignedDuration::from_hours(24 * IDLE_DAYS);
        for script in self.scripts.iter().filter(|s| s.stop.is_none() && !matches!(s.fate, Fate::Forgotten(_))) {
            let Some(id) = &script.case else { continue };
            let Some(case) = self.office.case(&script.tenant, id).await?.filter(|c| c.is_open()) else { continue };
            let lies = case.acts.last().is_some_and(|a| a.recorded_at < long_ago);
            if script.looks < STUCK && !lies {
                continue;
            }
            let views = clock_lights(&script.procedure, &case, &self.office.facts(&[], 0), self.plan.to);
            if ways::waiting(script, &case, &views) > 0.0 {
                continue; // The law or another case goes on.
            }
            let key = (script.procedure.id.clone(), case.state.clone());
            let one = stuck.entry(key.clone()).or_insert_with(|| Stuck {
                procedure: key.0.to_string(),
                state: key.1.to_string(),
                cases: 0,
                refusal: format!("{} {:?} {:?}", script.refused, script.planned, script.tried),
                number: case.opening.number.to_string(),
            });
            one.cases += 1;
        }
        Ok(stuck.into_values().collect())
    }
}
