//! 离岗告示制: who approves a leave, by its length; who is gone.

use jiff::Timestamp;
use xiaoneng_pack::{Action, Duty, Name, World};

use crate::{
    Case,
    authority::{Place, approvers},
    facts::instant,
    fields::Sheet,
};

/// States of a leave in which he is gone: as announced, and longer than that.
const GONE: [&str; 2] = ["away", "late"];

/// Is the officer of this leave out, in time or late?
pub fn is_gone(case: &Case) -> bool {
    GONE.contains(&&*case.state)
}

/// The post that approves a leave of this length: the first that the unit has among those the packs name for it
/// (`leave-approvers-short`, `leave-approvers`, `leave-approvers-long`), in which the officer does not stand himself.
/// `None`: the action's own `hands-to`.
pub(super) fn approver(action: &Action, sheet: &Sheet, place: &Place, world: &World) -> Option<Name> {
    if !action.opens() || action.hands_to.is_none() || !action.duties.contains(&Duty::LeaveNotice) {
        return None;
    }
    let moment = |f: &str| sheet.text(f)?.parse().ok().map(instant);
    let (from, until): (Timestamp, Timestamp) = (moment("start")?, moment("until")?);
    let minutes = until.duration_since(from).as_mins();
    let value = |name: &str| world.values.get(name).copied();
    let list = match minutes {
        m if value("leave-short-hours").is_some_and(|h| m <= h * 60) => "leave-approvers-short",
        m if value("leave-middle-days").is_some_and(|d| m <= d * 24 * 60) => "leave-approvers",
        _ => "leave-approvers-long",
    };
    let subject = sheet.text("officer");
    let of_unit = |role: &String| {
        // Only posts of his own unit: the jurisdiction's leaders come in where the action itself hands to them.
        let posts = approvers(&world.org, role, place.unit, place.tenant, subject);
        posts.into_iter().find(|p| *p.unit == *place.unit && p.has_role(role)).map(|p| p.id.clone())
    };
    world.words.get(list)?.iter().find_map(of_unit)
}
