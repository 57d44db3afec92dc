//! 一次性告知制: all that is missing in one notice.

use std::collections::BTreeSet;

use xiaoneng_pack::{Action, Duty, Item, Name};

use super::Discharged;
use crate::{Actor, Breach, Case, Command, Refusal, Value, Why};

/// All that is missing in one notice. A second demand that the first did not name is refused,
/// or with a reason goes on record as a breach.
pub(super) fn obey(
    action: &Action,
    case: Option<&Case>,
    item: Option<&Item>,
    command: &Command,
    out: &mut Discharged,
) -> Result<(), Refusal> {
    let Some(first) = case.and_then(|c| c.first_notice.as_ref()) else { return Ok(()) };
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
    let (officer, post) = held_by(case);
    out.breaches.push(Breach {
        duty: Duty::OneNotice,
        rule: "需要补正的全部内容应当一次告知（行政许可法 32）".to_owned(),
        facts: format!(
            "第二次告知要求了首次未列明的材料：{new}；理由：{}",
            command.reason.as_deref().unwrap_or_default()
        ),
        officer,
        post,
    });
    Ok(())
}

fn held_by(case: Option<&Case>) -> (Option<Name>, Option<Name>) {
    let act = case.and_then(|c| c.acts.last());
    match act.map(|a| &a.actor) {
        Some(Actor::Officer { id, post }) => (Some(id.clone()), post.clone()),
        _ => (None, None),
    }
}
