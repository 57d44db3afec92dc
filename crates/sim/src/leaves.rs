//! Leaves: one tap for an hour, asked and approved for longer; some late, a few refused because the deputy is out.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use xiaoneng_casework::{Fields, Name, PLACE, Value};
use xiaoneng_pack::{FieldKind, Procedure, World};

use crate::{
    Plan, SHOWCASE,
    chance::{Dice, dice},
    hours::{DAY, Hours, moment, written},
    names::{phone, pick},
    script::Script,
};

/// The procedure of leaves and its actions: `Office::leave` knows them by these names, too.
pub const PROCEDURE: &str = "leave";
pub(crate) const STEP_OUT: &str = "step-out";
pub(crate) const ASK: &str = "ask";
pub(crate) const APPROVE: &str = "approve";
pub(crate) const DECLINE: &str = "decline";
pub(crate) const RETURN: &str = "return";

/// Where a leave has got to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// He goes, or asks.
    Begin,
    /// Someone approves.
    Decide,
    /// An approved one begins by itself.
    Start,
    /// He comes back.
    Return,
}

/// One leave from beginning to end.
#[derive(Clone, Debug)]
pub struct Leave {
    /// Who.
    pub officer: Name,
    /// His tenant.
    pub tenant: Name,
    /// When he goes or asks.
    pub at: Timestamp,
    /// Longer than a tap: from and until, asked before.
    pub long: Option<(Timestamp, Timestamp)>,
    /// Minutes of a tap.
    pub minutes: i64,
    /// Minutes after the announced time (negative: before).
    pub late: i64,
    /// Not approved.
    pub declined: bool,
    /// Nobody decides before the end.
    pub undecided: bool,
    /// Tried while the deputy is out.
    pub trial: bool,
    /// The leave's case.
    pub case: Option<Name>,
    /// Announced until.
    pub until: Timestamp,
    /// Where it has got to.
    pub stage: Stage,
    /// Its own dice.
    pub dice: Dice,
    /// Requests made for it.
    pub tries: u32,
}

/// The leaves of a plan. `spared` officers are at their desks in the last days: the demonstration signs in as them.
/// Half are of people at whose desks the cases lie.
pub fn draw(world: &World, plan: &Plan, hours: &Hours, scripts: &[Script], spared: &BTreeSet<Name>) -> Vec<Leave> {
    let officers: Vec<&Name> =
        world.org.officers.keys().filter(|o| world.org.posts_of_officer(o).any(|p| p.is_a(o))).collect();
    if officers.is_empty() || !world.procedures.contains_key(PROCEDURE) {
        return Vec::new();
    }
    let (first, last) = (hours.minutes(plan.from), hours.minutes(plan.to));
    let count = (plan.cases / 3).max(20) as u64;
    let mut leaves = Vec::new();
    for n in 0..count {
        let mut dice = dice(plan.seed, 3, n);
        let mut officer = *pick(&officers, &mut dice);
        if !scripts.is_empty() && dice.random_bool(0.6) {
            let script = pick(scripts, &mut dice);
            let unit = if dice.random_bool(0.5) { &script.unit } else { &script.intake };
            let busy: Vec<&Name> = world.org.posts_of(unit).filter_map(|p| p.a.as_ref()).collect();
            officer = if busy.is_empty() { officer } else { *pick(&busy, &mut dice) };
        }
        let minute = dice.random_range(first..(last - 30).max(first + 1));
        if spared.contains(officer) && last - minute < 7 * DAY {
            continue;
        }
        let at = hours.instant(minute);
        leaves.push(one(world, hours, officer, at, dice));
    }
    leaves.extend(at_the_end(world, plan, hours, spared));
    leaves.sort_by(|a, b| (a.at, &a.officer).cmp(&(b.at, &b.officer)));
    leaves
}

fn is_of(world: &World, officer: &str, tenant: &str) -> bool {
    tenant_of(world, officer).is_some_and(|t| &**t == tenant)
}

fn tenant_of<'a>(world: &'a World, officer: &str) -> Option<&'a Name> {
    let unit = &world.org.officers.get(officer)?.unit;
    world.org.units.get(unit).map(|u| &u.tenant)
}

fn one(world: &World, hours: &Hours, officer: &Name, at: Timestamp, mut dice: Dice) -> Leave {
    let long = dice.random_bool(0.25).then(|| {
        let day = hours.day_after(PLACE.to_datetime(at).date(), dice.random_range(1..6));
        let days = if dice.random_bool(0.4) { 0 } else { dice.random_range(1..5) };
        let end = hours.day_after(day, days);
        let from = if dice.random_bool(0.8) { moment(day, 510) } else { moment(day, 870) };
        (from, moment(end, 1050))
    });
    let late = match (dice.random_bool(0.06), long.is_some()) {
        (true, true) => dice.random_range(30..200),
        (true, false) => dice.random_range(3..40),
        (false, _) => -dice.random_range(1..15),
    };
    let declined = dice.random_bool(0.06);
    let minutes = dice.random_range(20..=60);
    plain(world, officer, at, long, minutes, late, declined, dice)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one leave, each of another kind")]
fn plain(
    world: &World,
    officer: &Name,
    at: Timestamp,
    long: Option<(Timestamp, Timestamp)>,
    minutes: i64,
    late: i64,
    declined: bool,
    dice: Dice,
) -> Leave {
    Leave {
        officer: officer.clone(),
        tenant: tenant_of(world, officer).cloned().unwrap_or_else(|| "".into()),
        at,
        long,
        minutes,
        late,
        declined,
        undecided: false,
        trial: false,
        case: None,
        until: at,
        stage: Stage::Begin,
        dice,
        tries: 0,
    }
}

/// Leaves that run when the demonstration begins: short ones, long ones, a late one, one asked for, one approved.
fn at_the_end(world: &World, plan: &Plan, hours: &Hours, spared: &BTreeSet<Name>) -> Vec<Leave> {
    // One officer of a unit at most, so that A and B are not both asked out; the showcase's units first.
    let mut units = BTreeSet::new();
    let mut free: Vec<&Name> = Vec::new();
    for shown in [true, false] {
        for post in world.org.posts.values() {
            let Some(a) = post.a.as_ref().filter(|a| !spared.contains(*a) && is_of(world, a, SHOWCASE) == shown) else {
                continue;
            };
            let spared_unit = spared.iter().any(|s| world.org.officers.get(s).is_some_and(|o| o.unit == post.unit));
            if !spared_unit && units.insert(&post.unit) {
                free.push(a);
            }
        }
    }
    let mut free = free.into_iter();
    let mut leaves = Vec::new();
    let today = PLACE.to_datetime(plan.to).date();
    let (yesterday, soon) = (hours.instant(hours.minutes(plan.to) - DAY), hours.day_after(today, 2));
    for n in 0..12 {
        let (Some(officer), mut dice) = (free.next(), dice(plan.seed, 4, n)) else { break };
        let short = |minutes: i64| plan.to - SignedDuration::from_mins(minutes);
        let mut leave = match n {
            0..=4 => plain(world, officer, short(dice.random_range(4..35)), None, 60, 0, false, dice),
            5 => plain(world, officer, short(50), None, 25, 240, false, dice),
            6..=8 => {
                let from = moment(PLACE.to_datetime(yesterday).date(), 510);
                let asked = hours.instant(hours.minutes(from) - DAY - dice.random_range(10..200));
                plain(world, officer, asked, Some((from, moment(soon, 1050))), 0, 0, false, dice)
            }
            9 | 10 => plain(
                world,
                officer,
                short(i64::from(n == 9) * 10 + 20),
                Some((moment(soon, 510), moment(soon, 1050))),
                0,
                0,
                false,
                dice,
            ),
            _ => plain(
                world,
                officer,
                yesterday,
                Some((moment(soon, 510), moment(hours.next_day(soon), 1050))),
                0,
                0,
                false,
                dice,
            ),
        };
        leave.undecided = matches!(n, 9 | 10);
        leaves.push(leave);
    }
    leaves
}

impl Leave {
    /// What he writes when he goes or asks.
    pub fn fields(&mut self, procedure: &Procedure, now: Timestamp) -> Fields {
        let (from, until) = self.long.unwrap_or_else(|| (now, now + SignedDuration::from_mins(self.minutes)));
        // A tap counts from the minute he taps, an hour at most.
        self.until = PLACE
            .to_datetime(until)
            .with()
            .second(0)
            .subsec_nanosecond(0)
            .build()
            .ok()
            .and_then(|c| PLACE.to_timestamp(c).ok())
            .unwrap_or(until);
        let mut fields = Fields::new();
        fields.insert("start".into(), written(from).as_str().into());
        fields.insert("until".into(), written(until).as_str().into());
        fields.insert("phone".into(), Value::Text(phone(&mut self.dice)));
        if self.long.is_some() && procedure.fields.contains_key("handed") {
            fields.insert("handed".into(), "在办件都在待办里，按各自的期限接着办（演示）".into());
        }
        for id in ["where", "why"] {
            let wanted = id == "where" || self.long.is_some();
            if let Some(FieldKind::Choice(of)) = procedure.fields.get(id).map(|f| &f.kind).filter(|_| wanted) {
                fields.insert(id.into(), Value::Text(pick(of, &mut self.dice).clone()));
            }
        }
        fields
    }

    /// When he comes back.
    pub fn back_at(&self, hours: &Hours, began: Timestamp) -> Timestamp {
        let at = self.until + SignedDuration::from_mins(self.late);
        let at = if self.late > 0 { hours.instant(hours.minutes(at)).max(at) } else { at };
        at.max(began + SignedDuration::from_mins(2))
    }
}
