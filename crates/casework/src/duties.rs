//! 制度: the duties that an action names, as strategies. What needs logic is here; what is a value is data.

mod ab_post;
mod finding;
mod first_asked;
mod in_hand;
mod leave;
mod one_notice;
mod one_stop;

use xiaoneng_pack::{Action, Duty, Item, Name};

pub(crate) use self::ab_post::{back, gone_without_word};
pub use self::finding::{Finding, concerned, finding_for, finding_id};
pub(crate) use self::first_asked::{Goes, asked_again, given_back_late, ring};
pub use self::first_asked::{Pass, give_back_until, passes};
pub use self::leave::is_gone;
use crate::{Breach, Case, Command, Facts, Happening, Refusal, Stream, Value, authority::Place, fields::Sheet};

/// What a duty adds to an action: events on other streams, breaches on this one.
#[derive(Debug, Default)]
pub(crate) struct Discharged {
    pub also: Vec<(Stream, Happening)>,
    pub breaches: Vec<Breach>,
}

/// Check the duties that an action must obey.
pub(crate) fn obey(
    action: &Action,
    case: Option<&Case>,
    item: Option<&Item>,
    command: &Command,
    sheet: &Sheet,
    id: &Name,
    facts: &Facts,
) -> Result<Discharged, Refusal> {
    let mut out = Discharged::default();
    for duty in &action.duties {
        match duty {
            Duty::OneNotice => {
                in_hand::obey(action, case, item, command, &mut out)?;
                one_notice::obey(action, case, item, command, facts, &mut out)?;
            }
            Duty::AbPost => ab_post::obey(action, sheet, id, facts, &mut out)?,
            Duty::OneStop => one_stop::obey(action, case, sheet, facts)?,
            // These hold by the form itself: one holder, terms frozen at opening, public notice, first post recorded.
            Duty::PostResponsibility
            | Duty::FirstAsked
            | Duty::Promise
            | Duty::LeaveNotice
            | Duty::Immediate
            | Duty::Accountability => {}
        }
    }
    Ok(out)
}

/// Who holds the case, where a duty says so: the higher-ranking of two asked, the one who approves a leave so long.
pub(crate) fn answerable(
    action: &Action,
    sheet: &Sheet,
    place: &Place,
    holder: Option<Name>,
    facts: &Facts,
) -> Option<Name> {
    if action.duties.is_empty() || holder.is_none() {
        return holder;
    }
    let said = first_asked::higher(action, sheet, holder.as_ref(), facts.world);
    said.or_else(|| leave::approver(action, sheet, place, facts.world)).or(holder)
}

/// Materials after an action: what came adds to what was there; what is asked for again counts as not received.
pub(crate) fn materials_after(case: Option<&Case>, sheet: &Sheet) -> Option<Value> {
    if sheet.gives_nothing() {
        return None;
    }
    let came = sheet.given("materials").map(Value::list);
    let asked = sheet.given("missing").map(Value::list);
    if came.is_none() && asked.is_none() {
        return None;
    }
    let before = case.and_then(|c| c.fields.get("materials")).map(Value::list).unwrap_or_default();
    let mut ids: Vec<Name> = before.to_vec();
    for id in came.unwrap_or_default() {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids.retain(|id| !asked.unwrap_or_default().contains(id));
    Some(Value::List(ids))
}

/// Required materials that are not in yet.
pub(crate) fn outstanding<'a>(item: &'a Item, materials: Option<&Value>) -> Vec<&'a str> {
    let have = materials.map(Value::list).unwrap_or_default();
    item.materials.iter().filter(|m| m.required && !have.contains(&m.id)).map(|m| m.name.as_str()).collect()
}
