//! The showcase: the county's homesteads in every state, green, yellow and red.

use jiff::Timestamp;
use xiaoneng_casework::{Name, PLACE};
use xiaoneng_pack::World;

use super::{Maps, builds, of_item};
use crate::{
    Plan, SHOWCASE,
    chance::dice,
    hours::{DAY, Hours},
    path::{Map, Part},
    script::{Fate, Script, Stop},
};

/// A case for every state, and one paused where it can be; three of each in a large city.
pub fn scripts(world: &World, plan: &Plan, hours: &Hours, maps: &mut Maps) -> Vec<Script> {
    let Some(item) = world.items.values().find(|i| builds(i) && &*i.tenant == SHOWCASE) else { return Vec::new() };
    let procedure = &world.procedures[&item.procedure];
    let map = maps.of(procedure);
    let promised = item.limit.promised.as_ref().map_or(5, |(n, _)| i64::from(*n));
    // In time, on the last day, late.
    let ages = [DAY / 2, (promised - 1) * DAY, (promised + 1) * DAY];
    let rounds = if plan.cases >= 1000 { 3 } else { 1 };
    let mut scripts: Vec<Script> = Vec::new();
    let mut one = |arrives: Timestamp, scripts: &[Script]| {
        let n = scripts.len() as u64;
        of_item(world, maps, item, n, arrives.max(plan.from), dice(plan.seed, 2, n))
    };
    let taken_in = procedure.actions.values().find(|a| a.complete).and_then(|a| a.to.clone());
    let taken_in = taken_in.and_then(|t: Name| procedure.states.get_index_of(&t)).unwrap_or(0);
    for (place, (state, _)) in procedure.states.iter().enumerate().filter(|(_, (_, s))| !s.end) {
        let pauses = map.has(procedure, state, Part::Pause);
        let stops = std::iter::once(false).chain(pauses.then_some(true));
        for (paused, round) in stops.flat_map(|p| (0..rounds).map(move |r| (p, r))) {
            // What lies long before it is taken in would be taken in by law.
            let age =
                if place < taken_in { (DAY / 2 + round as i64 * DAY).min(3 * DAY) } else { ages[(round + place) % 3] };
            let way = 30 + 60 * place as i64;
            let mut script = one(hours.instant(hours.minutes(plan.to) - age - way), &scripts);
            if map.waits_for_papers(state) {
                script.missing = item.materials.iter().filter(|m| m.required).take(2).map(|m| m.id.clone()).collect();
            }
            script.refuse = !map.has(procedure, state, Part::Grant) && is_refused(procedure, &map, state);
            script.stop = Some(Stop { state: state.clone(), paused });
            scripts.push(script);
        }
    }
    for fate in [Fate::Rejected, Fate::Withdrawn(2), Fate::Through] {
        let mut script = one(hours.instant(hours.minutes(plan.to) - 25 * DAY), &scripts);
        script.fate = fate;
        script.correct = fate == Fate::Through;
        scripts.push(script);
    }
    let first = PLACE.to_datetime(plan.from).date();
    scripts.retain(|s| PLACE.to_datetime(s.arrives).date() >= first);
    scripts
}

/// Is this the state that a refusal leads to?
fn is_refused(procedure: &xiaoneng_pack::Procedure, map: &Map, state: &str) -> bool {
    let leads =
        |part: Part| procedure.actions.iter().any(|(n, a)| map.part(n) == part && a.to.as_deref() == Some(state));
    leads(Part::Refuse) && !leads(Part::Grant)
}
