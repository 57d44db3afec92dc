//! Words and fields of a step as values; what a step leaves open is filled in.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil};
use xiaoneng_casework::{Actor, Attachment, Fields, Name, Opening, PLACE, Terms, Value};
use xiaoneng_pack::{FieldKind, Item, Procedure, World};

use crate::Scenario;

pub(crate) fn paper(name: &str) -> Attachment {
    Attachment { hash: "0".repeat(64), name: name.to_owned(), media: "image/jpeg".to_owned(), size: 1, material: None }
}

/// `2015-08-20T10:00`, of the place.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    let at: civil::DateTime = text.parse().map_err(|e| format!("时间：{e}"))?;
    PLACE.to_timestamp(at).map_err(|e| e.to_string())
}

pub(crate) fn named(line: &str) -> (&str, &str) {
    match line.strip_prefix('[').and_then(|l| l.split_once(']')) {
        Some((name, rest)) => (name, rest.trim()),
        None => ("", line),
    }
}

pub(crate) fn opening(
    world: &World,
    scenario: &Scenario,
    procedure: &Procedure,
    who: &str,
    given: &BTreeMap<&str, &str>,
) -> Result<Opening, String> {
    let beside = ["leave", "stand-in", "follow", "appointment"].contains(&&*procedure.id);
    let item = scenario.item.as_ref().filter(|_| !beside).and_then(|i| world.items.get(i.as_str()));
    let officer = world.org.officers.get(*given.get("人").unwrap_or(&who));
    let unit =
        item.map(|i| i.unit.clone()).or(officer.map(|o| o.unit.clone())).or(scenario.unit.as_deref().map(Name::from));
    let unit = unit.ok_or("没有单位")?;
    let intake = item.and_then(|i| i.intake.first().cloned());
    let intake = scenario.intake.as_deref().map(Name::from).or(intake).unwrap_or(unit.clone());
    Ok(Opening {
        number: "630222-20150820-00001".into(),
        tenant: world.org.units[&unit].tenant.clone(),
        procedure: procedure.id.clone(),
        rules: world.version.clone(),
        item: item.map(|i| i.code.clone()),
        title: procedure.title.clone(),
        unit,
        intake,
        standing: procedure.standing,
        terms: item.map_or(Terms::default(), |i| terms(i)),
        track: None,
        parent: None,
    })
}

pub(crate) fn terms(item: &Item) -> Terms {
    Terms {
        law: item.limit.law.clone(),
        stated: item.limit.stated.as_ref().map(|s| s.0),
        promised: item.limit.promised.as_ref().map(|s| s.0),
        steps: item.steps.iter().map(|(s, n)| (s.clone(), *n)).collect(),
    }
}

/// What an action needs, filled in plainly, with what the line gives put over it.
pub(crate) fn fields(
    world: &World,
    procedure: &Procedure,
    action: &xiaoneng_pack::Action,
    given: &BTreeMap<&str, &str>,
    actor: &Actor,
    opening: Option<&Opening>,
    now: Timestamp,
) -> Result<Fields, String> {
    let item = opening.and_then(|o| o.item.as_ref()).and_then(|i| world.items.get(i));
    let mut fields = Fields::new();
    for id in action.needs.iter().chain(&action.takes) {
        let field = &procedure.fields[id];
        let word = given.get(&**id).or_else(|| given.get(field.title.as_str()));
        let short = match &**id {
            "missing" => given.get("缺"),
            "materials" => given.get("材料"),
            "officer" => given.get("人"),
            "until" => given.get("至"),
            "start" => given.get("自"),
            _ => None,
        };
        let needed = action.needs.contains(id);
        let value = match (word.or(short), &field.kind) {
            (Some(&"空"), _) => continue,
            (Some(text), FieldKind::Materials) => {
                let all = item.ok_or("没有事项")?;
                let ids = match *text {
                    "齐" => all.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect(),
                    text => text.split('，').map(Name::from).collect(),
                };
                Value::List(ids)
            }
            (Some(text), FieldKind::Units | FieldKind::Posts | FieldKind::Items) => {
                Value::List(text.split('，').map(Name::from).collect())
            }
            (Some(text), FieldKind::Flag) => Value::Flag(*text == "是"),
            (Some(text), FieldKind::Count | FieldKind::Money | FieldKind::Percent) => {
                Value::Number(text.parse().map_err(|_| "不是数")?)
            }
            (Some(text), _) => Value::Text(text.to_string()),
            (None, _) if !needed => continue,
            (None, FieldKind::Materials) => Value::List(
                item.ok_or("没有事项")?.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect(),
            ),
            (None, FieldKind::Choice(of)) => Value::Text(of[0].clone()),
            (None, FieldKind::Phone) => "0972-5550000".into(),
            (None, FieldKind::Count | FieldKind::Money | FieldKind::Percent) => Value::Number(3),
            (None, FieldKind::Instant) => Value::Text(PLACE.to_datetime(now).strftime("%Y-%m-%dT%H:%M").to_string()),
            (None, FieldKind::Date) => Value::Text(PLACE.to_datetime(now).date().to_string()),
            (None, FieldKind::Unit) => Value::Text(opening.map_or("630222-zrzy", |o| &o.unit).to_owned()),
            (None, FieldKind::Officer) => match actor {
                Actor::Officer { id, .. } => Value::Text(id.to_string()),
                _ => return Err("没有人员".to_owned())?,
            },
            (None, _) => "演示".into(),
        };
        fields.insert(id.clone(), value);
    }
    Ok(fields)
}
