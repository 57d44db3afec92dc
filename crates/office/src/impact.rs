//! What a change of the rules would do to the cases that are there: dates, lights and holders that move, and what
//! forbids the change altogether. Reads only; cases come by pages and are forgotten again, so that a million of them
//! need no more memory than one page.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use xiaoneng_casework::{Case, ClockView, Facts, Name, clock_lights, replay};
use xiaoneng_ledger::StreamId;
use xiaoneng_pack::compare::{Change, Difference, Kind, Reach};
use xiaoneng_pack::{LimitRef, World};
use xiaoneng_store::{CaseFilter, CaseOrder, CaseRow, PAGE_MAX, Store};

use crate::{OfficeError, codec::from_ledger, office::tenant_id};

mod blocks;

pub use blocks::{Block, blocks};

/// Reasons named for one case, at most.
const WHY_MAX: usize = 4;

/// The two sides of a change.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The rules in force.
    pub before: &'a World,
    /// Those that are to be.
    pub after: &'a World,
    /// What differs between them.
    pub difference: &'a Difference,
    /// The instant at which lights are looked at.
    pub at: Timestamp,
}

/// How a clock stands on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stand {
    /// The due date: `2015-08-27`.
    pub due_date: String,
    /// By the statute; the same where nothing shorter was promised.
    pub statutory_due_date: String,
    /// The due instant.
    pub due_at: Timestamp,
    /// `green`, `yellow`, `red`, `paused` ...
    pub light: &'static str,
    /// The light's word.
    pub light_title: &'static str,
}

/// A clock that a change moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MovedClock {
    /// The clock.
    pub clock: Name,
    /// Its title.
    pub title: String,
    /// As it stands; `None`: it does not run.
    pub before: Option<Stand>,
    /// As it would stand; `None`: it would not run.
    pub after: Option<Stand>,
}

/// Who holds a case, on both sides; the post stays the same, who stands in it may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MovedHolder {
    /// The post.
    pub post: String,
    /// 民和县自然资源局承办岗（A岗 张三，B岗 李四）; empty: there is no such post.
    pub before: String,
    /// The same afterwards.
    pub after: String,
}

/// One open case that a change moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Whose.
    pub tenant: Name,
    /// Its id.
    pub case: String,
    /// 办件编号.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// Under which procedure.
    pub procedure: String,
    /// The unit that decides it.
    pub unit: String,
    /// Where it is.
    pub state: String,
    /// Clocks whose date or light moves.
    pub clocks: Vec<MovedClock>,
    /// Its holder, if that moves.
    pub holder: Option<MovedHolder>,
    /// Why it forbids the change; empty where it does not.
    pub blocks: Vec<String>,
    /// The changes that move it, each with its place.
    pub why: Vec<String>,
}

/// How many cases of one procedure at one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Moved in any way.
    pub cases: u64,
    /// A date moves.
    pub dates: u64,
    /// Of those: to a later day.
    pub later: u64,
    /// Of those: to an earlier day.
    pub earlier: u64,
    /// A light changes.
    pub lights: u64,
    /// Of those: to red.
    pub reddened: u64,
    /// Another holder.
    pub holders: u64,
    /// It forbids the change.
    pub blocked: u64,
}

/// What a change does, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// Cases looked at: open ones and entries of registers.
    pub cases: u64,
    /// Of those within the change's reach, whose history was read.
    pub reached: u64,
    /// All moved ones.
    pub all: Tally,
    /// By procedure.
    pub procedures: BTreeMap<String, Tally>,
    /// By unit.
    pub units: BTreeMap<String, Tally>,
}

/// Told each moved case in turn; answers whether to go on.
pub type Each<'a> = &'a mut (dyn FnMut(Moved) -> bool + Send);

/// Looks at every open case and every register's entry of these tenants.
///
/// `progress` is told how many cases have been looked at. Where `each` answers no, the counting ends there.
///
/// # Errors
/// The store's; an event that cannot be read.
pub async fn impact(
    store: &dyn Store,
    tenants: &[Name],
    sides: &Sides<'_>,
    each: Each<'_>,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Impact, OfficeError> {
    let reach = Reach::of(sides.difference, sides.before, sides.after);
    let mut impact = Impact::default();
    if reach.is_empty() {
        return Ok(impact);
    }
    for tenant in tenants {
        for standing in [false, true] {
            let mut filter = CaseFilter::new(tenant_id(tenant));
            filter.limit = PAGE_MAX;
            // By when they came in: what moves meanwhile is neither seen twice nor missed.
            filter.order = CaseOrder::ReceivedLast;
            filter.standing = Some(standing);
            filter.open = (!standing).then_some(true);
            loop {
                let page = store.cases(&filter).await?;
                for row in page.rows.iter().filter(|row| row.closed_at.is_none()) {
                    impact.cases += 1;
                    let posts = [row.holder.as_deref(), row.offered_to.as_deref()];
                    if !reach.holds(&row.procedure, &row.unit, &posts) {
                        continue;
                    }
                    impact.reached += 1;
                    if let Some(moved) = look(store, tenant, row, sides).await? {
                        impact.count(&moved);
                        if !each(moved) {
                            return Ok(impact);
                        }
                    }
                }
                progress(impact.cases);
                match page.next {
                    Some(next) => filter.after = Some(next),
                    None => break,
                }
            }
        }
    }
    Ok(impact)
}

async fn look(
    store: &dyn Store,
    tenant: &Name,
    row: &CaseRow,
    sides: &Sides<'_>,
) -> Result<Option<Moved>, OfficeError> {
    let envelopes = store.stream(&tenant_id(tenant), &StreamId::case(&row.case)).await?;
    let history = envelopes.into_iter().map(from_ledger).collect::<Result<Vec<_>, _>>()?;
    let Some(case) = replay(history) else { return Ok(None) };
    Ok(moved(tenant, row, &case, sides))
}

/// What a change does to one case; `None`: nothing.
fn moved(tenant: &Name, row: &CaseRow, case: &Case, sides: &Sides) -> Option<Moved> {
    let clocks = if case.is_open() { clocks(case, sides) } else { Vec::new() };
    let holder = holder(case, sides);
    let blocks = blocks::of_case(case, sides.after);
    if clocks.is_empty() && holder.is_none() && blocks.is_empty() {
        return None;
    }
    let procedure = sides.before.procedures.get(&case.opening.procedure);
    Some(Moved {
        tenant: tenant.clone(),
        case: row.case.clone(),
        number: case.opening.number.to_string(),
        title: case.opening.title.clone(),
        procedure: case.opening.procedure.to_string(),
        unit: case.unit.to_string(),
        state: procedure.map_or(case.state.to_string(), |p| p.state_title(&case.state).to_owned()),
        why: why(case, &clocks, holder.as_ref(), sides),
        clocks,
        holder,
        blocks,
    })
}

fn clocks(case: &Case, sides: &Sides) -> Vec<MovedClock> {
    let views = |world: &World| match world.procedures.get(&case.opening.procedure) {
        Some(procedure) => clock_lights(procedure, case, &Facts { world, away: &[], ids: 0 }, sides.at),
        None => Vec::new(),
    };
    let (old, new) = (views(sides.before), views(sides.after));
    let mut moved = Vec::new();
    let live = |views: &[ClockView], id: &Name| views.iter().find(|v| v.clock == *id && v.is_live()).map(stand);
    let mut seen: Vec<&Name> = Vec::new();
    for view in old.iter().chain(&new) {
        if seen.contains(&&view.clock) {
            continue;
        }
        seen.push(&view.clock);
        let (before, after) = (live(&old, &view.clock), live(&new, &view.clock));
        if before != after {
            moved.push(MovedClock { clock: view.clock.clone(), title: view.title.clone(), before, after });
        }
    }
    moved
}

fn stand(view: &ClockView) -> Stand {
    Stand {
        due_date: view.answer.due_date.to_string(),
        statutory_due_date: view.answer.statutory_due_date.to_string(),
        due_at: view.due_at,
        light: view.light.id(),
        light_title: view.light.title(),
    }
}

fn holder(case: &Case, sides: &Sides) -> Option<MovedHolder> {
    let post = case.holder.as_ref()?;
    let (before, after) = (post_words(sides.before, post), post_words(sides.after, post));
    (before != after).then(|| MovedHolder { post: post.to_string(), before, after })
}

fn post_words(world: &World, id: &str) -> String {
    let org = &world.org;
    let Some(post) = org.posts.get(id) else { return String::new() };
    let unit = org.units.get(&post.unit).map_or("", |u| &u.title);
    let name = |officer: &Option<Name>| match officer {
        Some(id) => org.officers.get(id).map_or(id.to_string(), |o| o.name.clone()),
        None => "无人".to_owned(),
    };
    format!("{unit}{}（A岗 {}，B岗 {}）", post.title, name(&post.a), name(&post.b))
}

/// The changes that explain it.
fn why(case: &Case, clocks: &[MovedClock], holder: Option<&MovedHolder>, sides: &Sides) -> Vec<String> {
    let changes = || sides.difference.changes.iter();
    let mut found: Vec<&Change> = changes().filter(|c| clocks.iter().any(|m| moves(c, case, m, sides))).collect();
    if let Some(holder) = holder {
        let of_post = |id: &str| [sides.before, sides.after].iter().any(|w| stands_in(w, id, &holder.post));
        found.extend(changes().filter(|c| match c.kind {
            Kind::Post => c.id == holder.post,
            Kind::Officer => of_post(&c.id),
            _ => false,
        }));
    }
    let more = found.len().saturating_sub(WHY_MAX);
    let place = |c: &Change| c.place().map_or(String::new(), |s| format!("（{}:{}）", s.file, s.line));
    let mut why: Vec<String> = found.iter().take(WHY_MAX).map(|c| format!("{}{}", c.in_words(), place(c))).collect();
    if more > 0 {
        why.push(format!("另有 {more} 处改动"));
    }
    why
}

fn stands_in(world: &World, officer: &str, post: &str) -> bool {
    world.org.posts.get(post).is_some_and(|p| p.is_a(officer) || p.is_b(officer))
}

fn moves(change: &Change, case: &Case, moved: &MovedClock, sides: &Sides) -> bool {
    let ours = *change.of == *case.opening.procedure;
    match change.kind {
        Kind::Notice | Kind::Calendar => true,
        Kind::Clock => ours && *change.id == *moved.clock,
        Kind::Procedure => *change.id == *case.opening.procedure,
        Kind::Unit => *change.id == *case.unit,
        Kind::Limit => [sides.before, sides.after].iter().any(|world| counts_by(world, case, &moved.clock, &change.id)),
        _ => false,
    }
}

/// Does a clock of this case count by that limit?
fn counts_by(world: &World, case: &Case, clock: &Name, limit: &str) -> bool {
    let Some(procedure) = world.procedures.get(&case.opening.procedure) else { return false };
    let series = world.limits.all().find(|v| &*v.id == limit).map_or(limit, |v| &v.series);
    let is = |name: &str| name == limit || name == series;
    match procedure.clocks.get(clock).map(|c| &c.limit) {
        Some(LimitRef::Series(name)) => is(name),
        Some(LimitRef::Item) => case.opening.terms.law.as_deref().is_some_and(is),
        _ => false,
    }
}

impl Impact {
    fn count(&mut self, moved: &Moved) {
        let of_procedure = self.procedures.entry(moved.procedure.clone()).or_default();
        let of_unit = self.units.entry(moved.unit.clone()).or_default();
        for tally in [&mut self.all, of_procedure, of_unit] {
            tally.count(moved);
        }
    }
}

impl Moved {
    /// Does a date move, the statute's included, or does a clock begin or cease to run?
    pub fn dates_move(&self) -> bool {
        self.clocks.iter().any(|c| match (&c.before, &c.after) {
            (Some(b), Some(a)) => b.due_at != a.due_at || b.statutory_due_date != a.statutory_due_date,
            _ => true,
        })
    }
}

impl Tally {
    fn count(&mut self, moved: &Moved) {
        let both = || moved.clocks.iter().filter_map(|c| Some((c.before.as_ref()?, c.after.as_ref()?)));
        let is = |yes: bool| u64::from(yes);
        self.cases += 1;
        self.dates += is(moved.dates_move());
        self.later += is(both().any(|(b, a)| a.due_at > b.due_at));
        self.earlier += is(both().any(|(b, a)| a.due_at < b.due_at));
        self.lights += is(both().any(|(b, a)| a.light != b.light));
        self.reddened += is(both().any(|(b, a)| a.light == "red" && b.light != "red"));
        self.holders += is(moved.holder.is_some());
        self.blocked += is(!moved.blocks.is_empty());
    }
}
