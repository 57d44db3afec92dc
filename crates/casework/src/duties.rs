//! 制度: the duties that an action names, as strategies. What needs logic is here; what is a value is data.

use std::collections::BTreeSet;

use jiff::Timestamp;
use xiaoneng_pack::{Action, Duty, Item, Name};

use crate::{
    Breach, Case, Command, Facts, Happening, Refusal, Stream, Value, Why,
    facts::{civil, instant},
    fields::Sheet,
};

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
            Duty::OneNotice => one_notice(action, case, item, command, &mut out)?,
            Duty::AbPost => ab_post(action, sheet, id, facts, &mut out)?,
            // These hold by the form itself: one holder, terms frozen at opening, public notice, first post recorded.
            Duty::PostResponsibility
            | Duty::FirstAsked
            | Duty::Promise
            | Duty::LeaveNotice
            | Duty::Immediate
            | Duty::OneStop
            | Duty::Accountability => {}
        }
    }
    Ok(out)
}

/// 一次性告知制: all that is missing in one notice. A second demand that the first did not name is refused,
/// or with a reason goes on record as a breach.
fn one_notice(
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
        Some(crate::Actor::Officer { id, post }) => (Some(id.clone()), post.clone()),
        _ => (None, None),
    }
}

/// AB岗制: A and B are never both away; every post he stands in has someone.
fn ab_post(action: &Action, sheet: &Sheet, id: &Name, facts: &Facts, out: &mut Discharged) -> Result<(), Refusal> {
    let written = |f: &str| sheet.text(f);
    let Some(officer) = written("officer") else { return Ok(()) };
    let (Some(from), Some(until)) = (moment(written("start")), moment(written("until"))) else { return Ok(()) };
    let org = &facts.world.org;
    let at_once = action.notice.is_some();
    let overlaps =
        |a: &&crate::Away| a.case != *id && a.from < until && (a.out || a.until > from) && !(at_once && a.asked);
    if let Some(own) = facts.away.iter().find(|a| &*a.officer == officer && overlaps(a)) {
        return Err(Refusal::new(
            Why::Duty,
            &action.title,
            format!("您已经登记了这段时间的离岗（{} 起{}）", clock_face(own.from), until_words(own)),
            "已经回来的先点“返岗”；不去了的先撤销原来的申请",
        )
        .by("离岗告示制"));
    }
    for post in org.posts_of_officer(officer) {
        let other = if post.is_a(officer) { &post.b } else { &post.a };
        let Some(other) = other else {
            return Err(Refusal::new(
                Why::Duty,
                &action.title,
                format!("“{}”没有另一岗，离岗后无人顶岗", post.title),
                "请先由负责人为这个岗位指定B岗",
            )
            .by("AB岗制"));
        };
        let clash = facts.away.iter().find(|a| a.officer == *other && overlaps(a));
        if let Some(clash) = clash {
            let name = org.officers.get(other).map_or(&**other, |o| &o.name);
            return Err(Refusal::new(
                Why::Duty,
                &action.title,
                format!(
                    "A岗B岗不能同时离岗：“{}”的{name}已登记离岗（{} 起{}）",
                    post.title,
                    clock_face(clash.from),
                    until_words(clash)
                ),
                format!("请改到{name}返岗以后，或请{name}先返岗；急事请负责人协调"),
            )
            .by("AB岗制"));
        }
        out.also.push((
            Stream::Post(post.id.clone()),
            Happening::PostLeft { officer: officer.into(), case: id.clone(), from, until },
        ));
    }
    Ok(())
}

/// The leave is over or was never taken: every post it concerned is told.
pub(crate) fn back(case: &Case, id: &Name, facts: &Facts) -> Vec<(Stream, Happening)> {
    let Some(officer) = case.text("officer") else { return Vec::new() };
    let told = |p: &xiaoneng_pack::Post| {
        (Stream::Post(p.id.clone()), Happening::PostBack { officer: officer.into(), case: id.clone() })
    };
    facts.world.org.posts_of_officer(officer).map(told).collect()
}

fn moment(text: Option<&str>) -> Option<Timestamp> {
    text?.parse::<jiff::civil::DateTime>().ok().map(instant)
}

fn until_words(away: &crate::Away) -> String {
    if away.out { "，尚未返岗".to_owned() } else { format!("，至 {}", clock_face(away.until)) }
}

fn clock_face(at: Timestamp) -> String {
    civil(at).strftime("%Y年%-m月%-d日 %H:%M").to_string()
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
