//! Findings: each breach that leads to one has exactly one, each finding a breach; what was voided is taken back.

use std::collections::{BTreeMap, BTreeSet};

use xiaoneng_pack::World;

use super::{Looked, Tenant, text};

/// Looks through all cities together: the finding about a supervision office is kept a tier up.
pub(super) fn findings(
    cities: &[Tenant],
    world: &World,
    looked: &mut Looked,
    tell: &mut impl FnMut(&'static str, &str, String),
) {
    let Some(rule) = &world.duties.finding else { return };
    let mut opened: BTreeMap<&str, Vec<(&str, Option<&str>)>> = BTreeMap::new();
    for city in cities {
        for (case, places) in &city.cases {
            let parent = city.of(places).next().map(|e| &e.payload["opening"]["parent"]);
            let about = parent.and_then(|p| p["key"].as_str()).and_then(|key| key.strip_prefix("breach/"));
            let state = city.rows.get(case).map(|r| r.state.as_str());
            opened.entry(about.unwrap_or_default()).or_default().push((case, state));
        }
    }
    opened.remove("");
    let mut breaches = BTreeSet::new();
    for city in cities {
        let voided: BTreeSet<&str> =
            city.events.iter().filter(|e| e.kind == "voided").filter_map(|e| text(e, "event")).collect();
        for event in city.events.iter().filter(|e| e.kind == "breached") {
            let id = event.id.0.as_str();
            let procedure = event.stream.case_id().and_then(|case| city.rows.get(case)).map(|r| r.procedure.as_str());
            let leads = text(event, "duty").is_some_and(|word| {
                let duty = world.duties.rules.iter().find(|r| r.duty.word() == word);
                duty.is_some_and(|r| r.leads_to == xiaoneng_pack::LeadsTo::Finding)
            });
            breaches.insert(id);
            let found = opened.get(id).map_or(0, Vec::len);
            if procedure == Some(&*rule.procedure) && found > 0 {
                tell("finding", &city.name, format!("{id}: a finding has a finding"));
            }
            let wanted = leads && procedure != Some(&*rule.procedure) && !of_finding(city, event.stream.case_id());
            if voided.contains(id) {
                let stands = |(_, state): &(&str, Option<&str>)| {
                    !matches!(state, Some("withdrawn" | "closed" | "unfounded" | "pursued"))
                };
                if opened.get(id).is_some_and(|of| of.iter().any(stands)) {
                    tell("finding", &city.name, format!("{id}: it was none, and its finding stands"));
                }
            } else if found != usize::from(wanted) {
                tell("finding", &city.name, format!("{id}: {found} findings of a breach that leads to one: {wanted}"));
            }
            looked.findings += found;
        }
    }
    for (breach, cases) in opened.iter().filter(|(breach, _)| !breaches.contains(*breach)) {
        tell("finding", "", format!("{cases:?} are about {breach}, which is no breach"));
    }
}

/// Was the case opened by a finding (what it asks a supervision office)?
fn of_finding(city: &Tenant, case: Option<&str>) -> bool {
    let places = case.and_then(|case| city.cases.get(case));
    let first = places.and_then(|places| city.of(places).next());
    let parent = first.and_then(|e| e.payload["opening"]["parent"]["case"].as_str().map(str::to_owned));
    parent.is_some_and(|p| p.starts_with("finding-"))
}
