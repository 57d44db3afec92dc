//! What forbids a change: a case that nobody would hold, or that would be in a state that is not.
//!
//! Asked by index (a post's cases, a procedure's cases in one state), never by looking at all: it is asked again in
//! the instant in which a version takes effect.

use std::collections::BTreeSet;

use serde::Serialize;
use xiaoneng_casework::{Case, Name};
use xiaoneng_pack::compare::{Difference, Kind, What};
use xiaoneng_pack::{Procedure, World};
use xiaoneng_store::{CaseFilter, Store};

use crate::{OfficeError, office::tenant_id};

/// Cases counted behind one block, at most.
const COUNT_MAX: u64 = 10_000;
/// Numbers named for each.
const NAMED_MAX: usize = 20;

/// One thing that forbids a change, with the cases behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Whose cases.
    pub tenant: Name,
    /// Why: 岗位“…”被删去，还承办着办件.
    pub why: String,
    /// The way out.
    pub way_out: String,
    /// How many cases, counted to 10,000 at most.
    pub cases: u64,
    /// The numbers of the first of them.
    pub numbers: Vec<String>,
}

struct Asked {
    filter: CaseFilter,
    why: String,
    way_out: &'static str,
}

/// All that forbids a change, by tenant.
///
/// # Errors
/// The store's.
pub async fn blocks(
    store: &dyn Store,
    tenants: &[Name],
    before: &World,
    after: &World,
    difference: &Difference,
) -> Result<Vec<Block>, OfficeError> {
    let mut found = Vec::new();
    for tenant in tenants {
        for asked in asked(tenant, before, after, difference) {
            let cases = store.count_cases(&asked.filter, COUNT_MAX).await?;
            if cases == 0 {
                continue;
            }
            let page = store.cases(&CaseFilter { limit: NAMED_MAX, ..asked.filter.clone() }).await?;
            found.push(Block {
                tenant: tenant.clone(),
                why: asked.why,
                way_out: asked.way_out.to_owned(),
                cases,
                numbers: page.rows.into_iter().map(|row| row.number).collect(),
            });
        }
    }
    Ok(found)
}

fn asked(tenant: &Name, before: &World, after: &World, difference: &Difference) -> Vec<Asked> {
    let all = || CaseFilter::new(tenant_id(tenant));
    let open = || CaseFilter { open: Some(true), ..all() };
    let mut asked = Vec::new();
    let empty = emptied(before, after, difference);
    let here: Vec<&Name> = empty.iter().filter(|p| tenant_of(before, p) == Some(&**tenant)).copied().collect();
    for post in &here {
        let words = post_words(before, post);
        let gone = if after.org.posts.contains_key(*post) { "没有人了" } else { "被删去" };
        let why = |does: &str| format!("岗位“{words}”（{post}）{gone}，{does}");
        let way_out = "先把这些办件交办给别的岗位，或者让岗位留着、有人在岗";
        asked.push(Asked {
            filter: CaseFilter { holder: Some(vec![post.to_string()]), ..open() },
            why: why("还承办着办件"),
            way_out,
        });
        asked.push(Asked {
            filter: CaseFilter { offered_to: Some(vec![post.to_string()]), ..open() },
            why: why("还有办件正交办给它"),
            way_out: "先接收或者退回这些交办",
        });
    }
    for unit in difference.dropped(Kind::Unit) {
        asked.push(Asked {
            filter: CaseFilter { unit: Some(unit.id.clone()), ..open() },
            why: format!("单位“{}”（{}）被删去，还有办件归它决定", unit.title, unit.id),
            way_out: "先办结或者移送这些办件",
        });
    }
    for procedure in difference.dropped(Kind::Procedure) {
        asked.push(Asked {
            filter: CaseFilter { procedure: Some(procedure.id.clone()), ..all() },
            why: format!("程序“{}”（{}）被删去，还有办件（办结的也算）是按它办理的", procedure.title, procedure.id),
            way_out: "程序留着；不想再开办的，把它的事项删去",
        });
    }
    for (procedure, state, why) in states(before, after, difference) {
        let filter = CaseFilter { procedure: Some(procedure.to_string()), state: Some(state.to_string()), ..all() };
        asked.push(Asked {
            filter, why, way_out: "先把这些办件办出这个状态，或者让状态留着、有动作可办"
        });
    }
    asked
}

/// Posts that are gone, or in which nobody stands any more.
fn emptied<'a>(before: &'a World, after: &World, difference: &Difference) -> Vec<&'a Name> {
    let touched: BTreeSet<&str> =
        difference.changes.iter().filter(|c| c.kind == Kind::Post).map(|c| c.id.as_str()).collect();
    let posts = before.org.posts.keys().filter(|id| touched.contains(&***id));
    posts.filter(|id| !is_manned(after, id)).collect()
}

fn is_manned(world: &World, post: &str) -> bool {
    let here = |officer: &Option<Name>| officer.as_ref().is_some_and(|o| world.org.officers.contains_key(o));
    world.org.posts.get(post).is_some_and(|p| here(&p.a) || here(&p.b))
}

fn tenant_of<'w>(world: &'w World, post: &str) -> Option<&'w str> {
    let unit = &world.org.posts.get(post)?.unit;
    world.org.units.get(unit).map(|u| &*u.tenant)
}

fn post_words(world: &World, id: &str) -> String {
    let Some(post) = world.org.posts.get(id) else { return id.to_owned() };
    let unit = world.org.units.get(&post.unit).map_or("", |u| &u.title);
    format!("{unit}{}", post.title)
}

/// States that are gone, and those that nothing leads out of any more.
fn states<'a>(before: &'a World, after: &World, difference: &Difference) -> Vec<(&'a Name, &'a Name, String)> {
    let kinds = [Kind::Procedure, Kind::State, Kind::Action];
    let touched: BTreeSet<&str> = difference
        .changes
        .iter()
        .filter(|c| kinds.contains(&c.kind) && c.what != What::Added)
        .map(|c| if c.of.is_empty() { c.id.as_str() } else { c.of.as_str() })
        .collect();
    let mut found = Vec::new();
    for (id, procedure) in before.procedures.iter().filter(|(id, _)| touched.contains(&***id)) {
        let Some(new) = after.procedures.get(id) else { continue };
        for (state, was) in &procedure.states {
            let title = &was.title;
            if !new.states.contains_key(state) {
                let why = format!("程序“{}”的状态“{title}”（{state}）被删去，还有办件停在那里", procedure.title);
                found.push((id, state, why));
            } else if is_dead_end(new, state) && !is_dead_end(procedure, state) {
                let why =
                    format!("程序“{}”的状态“{title}”（{state}）没有任何动作可办，还有办件停在那里", procedure.title);
                found.push((id, state, why));
            }
        }
    }
    found
}

fn is_dead_end(procedure: &Procedure, state: &str) -> bool {
    let ends = procedure.is_end(state) || procedure.standing;
    !ends && !procedure.actions.values().any(|a| a.from.iter().any(|f| &**f == state))
}

/// Why one case forbids the change; empty where it does not.
pub(super) fn of_case(case: &Case, after: &World) -> Vec<String> {
    let mut why = Vec::new();
    match after.procedures.get(&case.opening.procedure) {
        None => why.push("它的程序没有了".to_owned()),
        Some(p) if !p.states.contains_key(&case.state) => why.push("它所在的状态没有了".to_owned()),
        Some(p) if case.is_open() && is_dead_end(p, &case.state) => why.push("在这个状态没有任何动作可办".to_owned()),
        Some(_) => {}
    }
    if !after.org.units.contains_key(&case.unit) {
        why.push("决定它的单位没有了".to_owned());
    }
    if let Some(post) = case.holder.as_ref().filter(|p| case.is_open() && !is_manned(after, p)) {
        let gone = if after.org.posts.contains_key(post) { "没有人" } else { "没有了" };
        why.push(format!("承办岗位 {post} {gone}"));
    }
    if let Some(offer) = case.offer.as_ref().filter(|o| !is_manned(after, &o.to)) {
        why.push(format!("正交办给的岗位 {} 没有了", offer.to));
    }
    why
}
