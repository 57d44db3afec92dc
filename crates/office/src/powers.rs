//! 界定职能: what units did in a time against what the list of powers gives them, by the one function that checks
//! the packs as well (越位 错位 缺位 占位).

use jiff::Timestamp;
use serde::Serialize;
use xiaoneng_casework::Name;
use xiaoneng_pack::Item;
use xiaoneng_pack::powers::{Done, Held, Misplaced, misfits};
use xiaoneng_store::CaseFilter;

use crate::{Office, OfficeError, office::tenant_id};

/// Numbers of cases named at most; the count is whole.
const NAMED_MAX: usize = 20;
/// Cases of one item counted at most.
const COUNT_MAX: u64 = 1_000_000;

/// One of the four faults of function, with the entries of the list and the cases that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MisplacedActs {
    /// Which.
    pub fault: Misplaced,
    /// The power: `630222-spjy`.
    pub power: Name,
    /// What it is called.
    pub title: String,
    /// Who acted, of 越位 and 错位.
    pub by: Option<Name>,
    /// Who is on the list for it, with the line of the pack: `cn-6302/powers.toml:12`.
    pub listed: Vec<(Name, String)>,
    /// How many cases.
    pub count: u64,
    /// Their numbers, the first of them.
    pub cases: Vec<String>,
}

/// What one unit did under one item.
struct Acts<'a> {
    item: &'a Item,
    unit: Name,
    count: u64,
    cases: Vec<String>,
}

impl Office {
    /// The four faults of function of a jurisdiction, by the cases that came in from the one instant to before the
    /// other. Nothing where no list of powers was drawn up. A case that its procedure moved to another unit (a
    /// petition referred, a review above) is nobody's overstepping.
    pub async fn misplaced(
        &self,
        tenant: &Name,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<MisplacedActs>, OfficeError> {
        let listed: Vec<_> = self.world.powers.iter().filter(|p| p.tenant == *tenant).collect();
        if listed.is_empty() {
            return Ok(Vec::new());
        }
        let acts = self.acts_by_unit(tenant, from, until).await?;
        let held: Vec<Held> = listed.iter().map(|power| power.held()).collect();
        let done: Vec<Done> = acts.iter().map(|acts| Done { power: &acts.item.power, unit: &acts.unit }).collect();
        let found = misfits(&held, &done).into_iter().map(|misfit| {
            let entries = misfit.held.iter().map(|&i| listed[i]);
            let theirs: Vec<&Acts> = misfit.done.iter().map(|&i| &acts[i]).collect();
            let title = entries.clone().next().map(|p| p.title.as_str());
            MisplacedActs {
                fault: misfit.fault,
                title: title.or(theirs.first().map(|a| a.item.title.as_str())).unwrap_or_default().to_owned(),
                power: misfit.power,
                by: misfit.by,
                listed: entries.filter_map(|p| Some((p.unit.clone()?, format!("{}:{}", p.file, p.line)))).collect(),
                count: theirs.iter().map(|a| a.count).sum(),
                cases: theirs.iter().flat_map(|a| a.cases.iter().cloned()).take(NAMED_MAX).collect(),
            }
        });
        Ok(found.collect())
    }

    async fn acts_by_unit(
        &self,
        tenant: &Name,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Acts<'_>>, OfficeError> {
        let mut all = Vec::new();
        // A bundle only joins its parts: their own cases are the acts.
        for item in self.world.items.values().filter(|i| i.tenant == *tenant && i.holds.is_empty()) {
            let filter = CaseFilter {
                item: Some(item.code.to_string()),
                received_from: Some(from),
                received_before: Some(until),
                limit: NAMED_MAX,
                ..CaseFilter::new(tenant_id(tenant))
            };
            let whole = self.store.count_cases(&filter, COUNT_MAX).await?;
            let own = CaseFilter { unit: Some(item.unit.to_string()), ..filter.clone() };
            let count = self.store.count_cases(&own, COUNT_MAX).await?;
            if count > 0 {
                let cases = self.store.cases(&own).await?.rows.into_iter().map(|row| row.number).collect();
                all.push(Acts { item, unit: item.unit.clone(), count, cases });
            }
            if whole > count && !self.moves(item) {
                self.elsewhere(item, &filter, &mut all).await?;
            }
        }
        Ok(all)
    }

    /// Does the item's procedure hand its cases to other units?
    fn moves(&self, item: &Item) -> bool {
        let procedure = self.world.procedures.get(&item.procedure);
        procedure.is_some_and(|p| p.actions.values().any(|action| action.moves_to().is_some()))
    }

    /// Cases of an item at other units than the one that the packs name now.
    async fn elsewhere<'a>(
        &'a self,
        item: &'a Item,
        filter: &CaseFilter,
        all: &mut Vec<Acts<'a>>,
    ) -> Result<(), OfficeError> {
        let units = self.world.org.units.values().filter(|u| u.tenant == item.tenant && u.id != item.unit);
        for unit in units {
            let theirs = CaseFilter { unit: Some(unit.id.to_string()), ..filter.clone() };
            let count = self.store.count_cases(&theirs, COUNT_MAX).await?;
            if count > 0 {
                let cases = self.store.cases(&theirs).await?.rows.into_iter().map(|row| row.number).collect();
                all.push(Acts { item, unit: unit.id.clone(), count, cases });
            }
        }
        Ok(())
    }
}
