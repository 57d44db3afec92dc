//! 一次性告知制: papers that are all in hand are not asked for again without a word of what is wrong with them.

use xiaoneng_pack::{Action, Duty, Item, Name};

use super::{Discharged, outstanding};
use crate::{Breach, Case, Command, Refusal, Value, Why};

/// The checklist is complete and the first notice asks for what is in hand: refused without a note of what does not
/// conform, and with one on record, so that somebody can look whether it is so.
pub(super) fn obey(
    action: &Action,
    case: Option<&Case>,
    item: Option<&Item>,
    command: &Command,
    out: &mut Discharged,
) -> Result<(), Refusal> {
    let (Some(case), Some(item)) = (case, item) else { return Ok(()) };
    let have = case.fields.get("materials");
    let asked: &[Name] = command.fields.get("missing").map(Value::list).unwrap_or_default();
    let in_hand = |id: &Name| have.is_some_and(|h| h.list().contains(id));
    if case.first_notice.is_some() || asked.is_empty() || !asked.iter().all(in_hand) {
        return Ok(());
    }
    if !outstanding(item, have).is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = asked.iter().filter_map(|id| item.material(id)).map(|m| m.name.as_str()).collect();
    let names = names.join("、");
    let note = command.fields.get("missing-note").and_then(Value::text).map(str::trim).unwrap_or_default();
    if note.is_empty() {
        let rule = format!("材料已经收齐（{names}都已收到）：申请材料齐全、符合法定形式的，应当受理");
        let instead = "请点“受理”；确有一项不符合形式的，在“补正说明”里写明哪里不符合、应当怎样，将记录在案";
        return Err(Refusal::new(Why::Duty, &action.title, rule, instead).by("行政许可法 32，一次性告知制"));
    }
    out.breaches.push(Breach {
        duty: Duty::OneNotice,
        rule: "材料收齐以后不应当再要求补正，除非有不符合法定形式的".to_owned(),
        facts: format!("材料清单已齐，仍要求补正：{names}；说明：{note}。是否确不符合形式，由人核实"),
        officer: None,
        post: case.holder.clone(),
    });
    Ok(())
}
