//! The power list: entries put in by the reform post, adjusted, handed down, cancelled. All labelled as demonstration.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rand::Rng;
use xiaoneng_casework::{Case, Fields, Name, PLACE, Value};
use xiaoneng_pack::{FieldKind, World};

use crate::{
    Plan, SHOWCASE,
    chance::{Dice, dice},
    hours::{DAY, Hours},
};

/// The procedure of the power list and its actions.
pub const PROCEDURE: &str = "power";
pub(crate) const LIST: &str = "list";
const CAUSE: &str = "cause";
const ADJUST: &str = "adjust";
const DELEGATE: &str = "delegate";
const CANCEL: &str = "cancel";
const CONFIRM: &str = "confirm";
const KEEP: &str = "keep";

/// Most entries.
const ENTRIES: usize = 60;

/// One entry of the list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its unit.
    pub unit: Name,
    /// Its tenant.
    pub tenant: Name,
    /// What it is called.
    pub title: String,
    /// What is written when it is listed.
    pub fields: Fields,
    /// When it is listed.
    pub at: Timestamp,
    /// What is done to it afterwards: the action and working minutes after the one before.
    pub later: Vec<(&'static str, i64)>,
    /// The case.
    pub case: Option<Name>,
    /// How many acts are done.
    pub done: usize,
    /// Requests made for it.
    pub tries: u32,
    /// Its own dice.
    pub dice: Dice,
    /// The unit below has answered: what follows.
    pub answer: Option<&'static str>,
}

/// The entries of a plan: the showcase's and the city's first, each made of an item of the packs.
pub fn draw(world: &World, plan: &Plan, hours: &Hours) -> Vec<Entry> {
    let Some(procedure) = world.procedures.get(PROCEDURE) else { return Vec::new() };
    let kinds = match procedure.fields.get("kind").map(|f| &f.kind) {
        Some(FieldKind::Choice(of)) => of.clone(),
        _ => Vec::new(),
    };
    let mut items: Vec<_> = world
        .items
        .values()
        .filter(|i| world.org.units.get(&i.unit).is_some_and(|u| u.tier != xiaoneng_pack::Tier::Township))
        .collect();
    items.sort_by_key(|i| (&*i.tenant != SHOWCASE, !i.tenant.ends_with("00"), i.code.clone()));
    let mut seen = BTreeSet::new();
    items.retain(|i| seen.insert((i.tenant.clone(), i.title.clone())));
    let (first, last) = (hours.minutes(plan.from), hours.minutes(plan.to));
    let mut entries = Vec::new();
    for (n, item) in items.into_iter().take(ENTRIES.min(plan.cases / 3 + 6)).enumerate() {
        let mut dice = dice(plan.seed, 5, n as u64);
        // Listed in a few meetings, early in the year.
        let meeting = first + DAY * (3 + (n as i64 % 4) * 15) + 40;
        let at = hours.instant(meeting.min(last - 20 * DAY).max(first) + n as i64 / 4);
        let kind = kinds.iter().find(|k| **k == item.kind).cloned().unwrap_or_else(|| "其他".to_owned());
        let mut fields = Fields::new();
        let mut put = |id: &str, text: String| {
            fields.insert(id.into(), Value::Text(text));
        };
        put("code", format!("DEMO-{}-{:03}", item.tenant, n + 1));
        put("name", format!("{}（演示）", item.title));
        put("kind", kind);
        put("unit", item.unit.to_string());
        put("document", format!("演示编办〔{}〕{}号", PLACE.to_datetime(at).year(), n / 15 + 1));
        put("duty", "受理、审查、决定、送达和事后监管（演示）".to_owned());
        if !item.basis.is_empty() {
            put("basis", item.basis.join("\n"));
        }
        let wait = dice.random_range(30..90) * DAY;
        let later = match n % 15 {
            1 => vec![(ADJUST, wait)],
            4 => vec![(CANCEL, wait)],
            7 => vec![(CAUSE, wait), (ADJUST, dice.random_range(2..8) * DAY)],
            9 => vec![(DELEGATE, wait)],
            // The law has changed a few days ago: the list is still to follow.
            12 => vec![(CAUSE, (last - dice.random_range(2..9) * DAY - hours.minutes(at)).max(DAY))],
            _ => Vec::new(),
        };
        let title = format!("{}（演示）", item.title);
        let (unit, tenant) = (item.unit.clone(), item.tenant.clone());
        entries.push(Entry {
            unit,
            tenant,
            title,
            fields,
            at,
            later,
            case: None,
            done: 0,
            tries: 0,
            dice,
            answer: None,
        });
    }
    entries
}

impl Entry {
    /// The act that is next: at first the listing, then the later ones.
    pub fn action(&self) -> Option<&'static str> {
        if self.answer.is_some() {
            return self.answer;
        }
        if self.done == 0 { Some(LIST) } else { self.later.get(self.done - 1).map(|(a, _)| *a) }
    }

    /// It was told how the unit below stands; true: there is something to be done now.
    pub fn told(&mut self, case: &Case) -> bool {
        let child = case.children.values().next_back().filter(|c| c.closed_at.is_some());
        if self.answer.is_some() || child.is_none() || case.closed_at.is_some() {
            return false;
        }
        let taken = child.is_some_and(|c| c.result.as_deref() == Some("已承接"));
        self.answer = Some(if taken { CONFIRM } else { KEEP });
        true
    }

    /// What is written, and the reason.
    pub fn fill(&mut self, action: &str, world: &World, at: Timestamp) -> (Fields, Option<String>) {
        if action == LIST {
            return (self.fields.clone(), None);
        }
        let mut fields = Fields::new();
        let mut put = |id: &str, value: Value| {
            fields.insert(id.into(), value);
        };
        let document = || Value::Text(format!("演示编办〔{}〕{}号", PLACE.to_datetime(at).year(), 20 + self.tries));
        match action {
            CAUSE => put("change", "所依据的规定修订（演示）".into()),
            ADJUST => {
                put("document", document());
                put("change", "按修订后的规定调整实施依据（演示）".into());
            }
            DELEGATE => {
                put("document", document());
                let below = world.org.units.values().filter(|u| {
                    u.parent.as_ref() == Some(&self.unit)
                        || (u.tier == xiaoneng_pack::Tier::Township && u.tenant == self.tenant)
                });
                let below: Vec<_> = below.collect();
                let to = if below.is_empty() { &self.unit } else { &below[self.dice.random_range(0..below.len())].id };
                put("to-unit", Value::Text(to.to_string()));
                put("staff", Value::Number(self.dice.random_range(1..4)));
                put("money", Value::Number(self.dice.random_range(3..12) * 1_000_000));
                let by = PLACE.to_datetime(at).date().saturating_add(jiff::Span::new().days(30));
                put("take-by", Value::Text(by.to_string()));
            }
            CONFIRM | KEEP => {}
            _ => put("document", document()),
        }
        let reason = match action {
            CANCEL => Some("依据已经废止（演示）".to_owned()),
            KEEP => Some("下级说明不具备条件，仍由本级行使（演示）".to_owned()),
            _ => None,
        };
        (fields, reason)
    }
}
