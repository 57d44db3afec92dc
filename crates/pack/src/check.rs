//! Cross-checks: what each file says is true of the others.

use std::collections::{BTreeMap, BTreeSet};

use crate::Name;
use crate::load::Draft;
use crate::load::log::Log;

mod clocks;
mod duties;
mod graph;
mod items;
mod letters;
mod names;
mod org;
mod powers;

/// Letters with a form of their own, which the letters crate draws; a procedure writes all others itself.
pub const LETTERS: [&str; 4] = ["correction", "hand-over", "leave", "delivery"];

/// Roles of posts that the house knows; a pack may add others by giving them to a post.
pub const ROLES: [&str; 9] =
    ["window", "handler", "checker", "head", "supervision", "appraisal", "leader", "reform", "it"];

/// Checks everything that was read against everything else.
///
/// Within a procedure, names come first: where one is misspelt, its state is not called unreachable too.
pub(crate) fn check(draft: &Draft, log: &Log) {
    let called = called_off(draft);
    let none = BTreeSet::new();
    for (id, procedure) in &draft.procedures {
        let before = log.count();
        names::check(draft, procedure, log);
        if procedure.sound && log.count() == before {
            graph::check(id, procedure, called.get(id).unwrap_or(&none), log);
            clocks::check(procedure, log);
            letters::check(procedure, log);
        }
    }
    duties::check(draft, log);
    org::check(draft, log);
    items::check(draft, log);
    powers::check(draft, log);
}

/// By procedure, what another case makes the law do: a parent in the cases that it opened, a breach that was none
/// in its finding.
fn called_off(draft: &Draft) -> BTreeMap<&Name, BTreeSet<&Name>> {
    let mut called: BTreeMap<&Name, BTreeSet<&Name>> = BTreeMap::new();
    for children in draft.procedures.values().flat_map(|p| p.procedure.children.values()) {
        let Some(action) = &children.call_off else { continue };
        match &children.procedure {
            Some(procedure) => called.entry(procedure).or_default().insert(action),
            // Any procedure of an item may be the one.
            None => {
                for id in draft.procedures.keys() {
                    called.entry(id).or_default().insert(action);
                }
                true
            }
        };
    }
    if let Some(finding) = &draft.duties.duties.finding {
        called.entry(&finding.procedure).or_default().insert(&finding.withdraws);
    }
    called
}
