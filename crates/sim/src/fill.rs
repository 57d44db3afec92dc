//! What is typed in: fields of any procedure, by their type.

use jiff::Timestamp;
use rand::Rng;
use xiaoneng_casework::{Case, Fields, Name, PLACE, Value};
use xiaoneng_pack::{Action, Field, FieldKind};

use crate::{
    hours::written,
    names::{firm, identity, person, phone, pick, unified_code, village},
    path::Part,
    script::Script,
};

/// Every text that stands for a document says that it is of the demonstration.
const DEMO: &str = "（演示）";

/// The fields of an action of a case, and the reason where one is asked for.
pub fn fill(
    script: &mut Script,
    action: &Action,
    part: Part,
    case: Option<&Case>,
    place: &str,
    at: Timestamp,
) -> (Fields, Option<String>) {
    let procedure = script.procedure.clone();
    let mut fields = Fields::new();
    let mut reason = None;
    let opens = case.is_none();
    let takes = action.takes.iter().filter(|t| !opens || &***t != "materials");
    for (id, needed) in action.needs.iter().map(|n| (n, true)).chain(takes.map(|t| (t, false))) {
        let Some(field) = procedure.fields.get(id) else { continue };
        if !needed
            && !script.dice.random_bool(0.6)
            && field.kind != FieldKind::Identity
            && field.kind != FieldKind::Materials
        {
            continue;
        }
        let value = match (&field.kind, &**id) {
            (FieldKind::Materials, "missing") => {
                let (ids, again) = case.map(|c| script.demand(c)).unwrap_or_default();
                if again {
                    reason = Some("首次告知时漏看了这一项，办理确实需要，现补充告知".to_owned());
                }
                Some(Value::List(ids))
            }
            (FieldKind::Materials, _) => Some(Value::List(materials(script, case))),
            _ => value(script, id, field, case, place, at),
        };
        fields.extend(value.map(|v| (id.clone(), v)));
    }
    if action.reason {
        reason = Some(reason_for(script, part));
    }
    (fields, reason)
}

/// What is handed in: at first all that is required but what is missing, later all that was asked for.
fn materials(script: &Script, case: Option<&Case>) -> Vec<Name> {
    if let Some(case) = case.filter(|c| c.first_notice.is_some()) {
        let mut ids = script.outstanding(case);
        let asked = case.fields.get("missing").map(Value::list).unwrap_or_default();
        ids.extend(asked.iter().filter(|a| !ids.contains(a)).cloned().collect::<Vec<_>>());
        return ids;
    }
    let wanted = |m: &&xiaoneng_pack::Material| m.required && !script.missing.contains(&m.id);
    script.item.materials.iter().filter(wanted).map(|m| m.id.clone()).collect()
}

fn value(
    script: &mut Script,
    id: &str,
    field: &Field,
    case: Option<&Case>,
    place: &str,
    at: Timestamp,
) -> Option<Value> {
    let firms = !script.item.serves.is_empty() && script.item.serves.iter().all(|s| &**s != "自然人");
    let division = script.item.tenant.clone();
    let dice = &mut script.dice;
    let text = |text: String| Some(Value::Text(text));
    match &field.kind {
        FieldKind::Person if id == "agent" => dice.random_bool(0.1).then(|| Value::Text(person(dice))),
        FieldKind::Person if firms => text(firm(place, dice)),
        FieldKind::Person => text(person(dice)),
        FieldKind::Identity if firms => text(unified_code(&division, dice)),
        FieldKind::Identity => text(identity(&division, dice)),
        FieldKind::Phone => text(phone(dice)),
        FieldKind::Choice(of) => text(pick(of, dice).clone()),
        FieldKind::Date => text(date(id, case, dice, at)),
        FieldKind::Instant => text(written(at)),
        FieldKind::Count => Some(Value::Number(count(id, dice))),
        FieldKind::Percent => Some(Value::Number(dice.random_range(0..=100))),
        FieldKind::Money => Some(Value::Number(dice.random_range(1..500) * 10_000)),
        FieldKind::Flag => Some(Value::Flag(dice.random_bool(0.5))),
        FieldKind::Code => text(format!("DEMO-{}", script.n)),
        FieldKind::Articles => text(script.item.basis.join("\n")),
        FieldKind::Text(max) => text(words(script, id, place, at).chars().take(*max as usize).collect()),
        FieldKind::Officer | FieldKind::Unit | FieldKind::Units | FieldKind::Items | FieldKind::Materials => None,
    }
}

fn count(id: &str, dice: &mut impl Rng) -> i64 {
    match id {
        "area" => dice.random_range(10..25) * 10,
        "pause-days" => dice.random_range(3..15),
        _ => dice.random_range(2..8),
    }
}

/// Dates of the village's meeting and posting lie some days back; the end of a posting is today.
fn date(id: &str, case: Option<&Case>, dice: &mut impl Rng, at: Timestamp) -> String {
    let today = PLACE.to_datetime(at).date();
    let back = match (id, case) {
        ("meeting-on", None) => 20,
        ("posted-from", None) => 18,
        ("posted-to", None) => 10,
        ("meeting-on", Some(_)) => dice.random_range(1..4),
        _ => 0,
    };
    today.checked_sub(jiff::Span::new().days(back)).unwrap_or(today).to_string()
}

fn words(script: &mut Script, id: &str, place: &str, at: Timestamp) -> String {
    let title = script.item.title.clone();
    let dice = &mut script.dice;
    match id {
        "village-name" => village(dice),
        "address" => format!("{place}{}{}号{DEMO}", village(dice), dice.random_range(1..200)),
        "plot" => format!("{}{}侧{DEMO}", village(dice), pick(&["东", "南", "西", "北"], dice)),
        "matter" => format!("申请办理{title}{DEMO}"),
        "opinion" => (*pick(&["材料齐全，符合条件，建议准予", "情况属实，同意上报", "同意"], dice)).to_owned(),
        "site-note" => "到现场查看，四至清楚，与申请一致".to_owned(),
        "missing-note" => "请按清单补齐，复印件写明“与原件一致”并签名".to_owned(),
        "document" => format!("演示〔{}〕{}号", PLACE.to_datetime(at).year(), script.n),
        _ => format!("{title}{DEMO}"),
    }
}

fn reason_for(script: &mut Script, part: Part) -> String {
    let of: &[&str] = match part {
        Part::Back => &["现场查看记录没有写明四至，退回补充", "初审意见理由不足，退回补充"],
        Part::Refuse => &["不符合法定条件", "材料反映的情况与查实的不一致", "不符合规划"],
        Part::Reject => &["不属于本机关职权范围", "依法不需要取得许可"],
        Part::Withdraw => &["不再需要办理", "填写有误，重新申请", "材料准备不足，以后再办"],
        Part::Extend => &["案情复杂，需要进一步核实", "需要向其他机关核对情况"],
        _ => &["按规定办理"],
    };
    (*pick(of, &mut script.dice)).to_owned()
}
