//! 一次性告知制: all that is missing in one notice, and no turning down afterwards for what it could have named.

use std::collections::BTreeSet;

use xiaoneng_pack::{Action, Duty, Item, Name, Strategy};

use super::Discharged;
use crate::{Actor, Breach, Case, Command, Facts, Happening, Refusal, Value, Why};

/// Words of the pack: grounds that do not hang on what was handed in, so that who turns down for one of them after a
/// supplement could have said so at first.
const FIRST_GROUNDS: &str = "first-grounds";

/// A second demand that the first did not name is refused, or with a reason goes on record as a breach. A rejection
/// after a supplement stands, and is a breach where its ground could have been named at first.
pub(super) fn obey(
    action: &Action,
    case: Option<&Case>,
    item: Option<&Item>,
    command: &Command,
    facts: &Facts,
    out: &mut Discharged,
) -> Result<(), Refusal> {
    let Some((case, first)) = case.and_then(|c| Some((c, c.first_notice.as_ref()?))) else { return Ok(()) };
    if !action.needs.iter().chain(&action.takes).any(|f| &**f == "missing") {
        out.breaches.extend(late_ground(action, case, command, facts));
        return Ok(());
    }
    if !facts.world.duties.runs(Strategy::AllAtOnce) {
        return Ok(());
    }
    let asked: BTreeSet<Name> =
        command.fields.get("missing").map(Value::list).unwrap_or_default().iter().cloned().collect();
    let new: Vec<String> = asked
        .difference(first)
        .map(|id| item.and_then(|i| i.material(id)).map_or(id.to_string(), |m| m.name.clone()))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let new = new.join("、");
    if command.reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(Refusal::new(
            Why::Duty,
            &action.title,
            format!("首次告知书没有列出：{new}。应当一次告知需要补正的全部内容"),
            "请只要求首次告知书列明的材料；确有必要的，写明理由再提交，将作为违反一次性告知制记录在案",
        )
        .by("行政许可法 32，一次性告知制"));
    }
    out.breaches.push(breach(
        case,
        "需要补正的全部内容应当一次告知（行政许可法 32）",
        format!("第二次告知要求了首次未列明的材料：{new}；理由：{}", command.reason.as_deref().unwrap_or_default()),
    ));
    Ok(())
}

/// Turned down after a supplement for a ground that was there before it.
fn late_ground(action: &Action, case: &Case, command: &Command, facts: &Facts) -> Option<Breach> {
    let reason = command.reason.as_deref()?.trim();
    let known = facts.world.words.get(FIRST_GROUNDS)?;
    let ground = known.iter().find(|ground| reason.starts_with(ground.as_str()))?;
    // Who asked for nothing has not sent anybody on a second trip.
    let trip = notice(case).is_some() && facts.world.duties.runs(Strategy::FirstGround);
    trip.then(|| {
        breach(
            case,
            "首次就能看出的理由，应当在首次告知时说明（行政许可法 32，一次性告知制）",
            format!("补正以后以“{ground}”作出“{}”，首次告知没有说", action.title),
        )
    })
}

/// It is the first notice that was wanting: whoever gave it answers, in whichever post, not who acted last.
fn breach(case: &Case, rule: &str, facts: String) -> Breach {
    let (officer, post) = match notice(case) {
        Some(Actor::Officer { id, post }) => (Some(id.clone()), post.clone()),
        _ => (None, None),
    };
    Breach { duty: Duty::OneNotice, rule: rule.to_owned(), facts, officer, post }
}

/// Who gave the first notice.
fn notice(case: &Case) -> Option<&Actor> {
    let gave = |act: &&std::sync::Arc<crate::Act>| {
        let event = case.history.iter().find(|e| e.id == act.event);
        event.is_some_and(|e| matches!(&e.what, Happening::Acted(acted) if acted.fields.contains_key("missing")))
    };
    case.acts.iter().find(gave).map(|act| &act.actor)
}
