//! What is typed in: fields of any procedure, by their type.

use jiff::{Span, Timestamp, civil::Date};
use rand::Rng;
use xiaoneng_casework::{Case, Fields, Name, PLACE, Value};
use xiaoneng_pack::{Action, Each, Field, FieldKind, LimitRef, Procedure, World};

use crate::{
    choices::Choosing,
    hours::{moment, written},
    names::{firm, identity, person, phone, pick, unified_code},
    path::Part,
    script::Script,
    solve, words,
};

/// What is typed in, and the reason where one is asked for.
pub struct Filled {
    pub fields: Fields,
    pub reason: Option<String>,
}

/// Fill in an action of a case; `None`: it cannot be, its condition does not hold now or there is nobody to name.
pub fn fill(
    script: &mut Script,
    world: &World,
    (name, action): (&Name, &Action),
    part: Part,
    case: Option<&Case>,
    at: Timestamp,
) -> Option<Filled> {
    let procedure = script.procedure.clone();
    let place = world.org.units.get(&script.intake).and_then(|u| world.org.divisions.get(&u.division));
    let place = place.map_or(String::new(), |d| d.short.clone());
    let mut fields = Fields::new();
    let mut reason = None;
    // Where papers are gone through at the window, they come with the opening that needs them.
    let early = case.is_none() && procedure.actions.values().any(|a| a.complete);
    let takes = action.takes.iter().filter(|t| !early || &***t != "materials");
    for (id, needed) in action.needs.iter().map(|n| (n, true)).chain(takes.map(|t| (t, false))) {
        let Some(field) = procedure.fields.get(id) else { continue };
        if !needed && !is_given(script, action, id, field) {
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
            (FieldKind::Materials, _) => script.item.is_some().then(|| Value::List(materials(script, case))),
            (FieldKind::Unit | FieldKind::Units | FieldKind::Officer | FieldKind::Posts | FieldKind::Items, _) => {
                chosen(script, world, name, case, &fields, id, &field.kind)
            }
            _ => {
                let dated = Dated { procedure: &procedure, action, case, at };
                value(script, id, field, &dated, &place)
            }
        };
        match value {
            Some(value) => drop(fields.insert(id.clone(), value)),
            None if needed => return None,
            None => {}
        }
    }
    for id in owed(&procedure, world, name, case, &fields) {
        let dated = Dated { procedure: &procedure, action, case, at };
        let value = value(script, &id, &procedure.fields[&id], &dated, &place);
        fields.extend(value.map(|v| (id, v)));
    }
    if action.reason {
        reason = Some(words::reason(part, &mut script.dice));
    }
    let holds = solve::satisfy(&procedure, action, case, &mut fields, at, &mut script.dice);
    holds.then_some(Filled { fields, reason })
}

/// What the cases that this act opens must begin with, and nobody has written yet.
fn owed(procedure: &Procedure, world: &World, name: &Name, case: Option<&Case>, given: &Fields) -> Vec<Name> {
    let written = |id: &str| given.contains_key(id) || case.is_some_and(|c| c.fields.contains_key(id));
    let opened = procedure.children.values().filter(|c| c.opened_by.contains(name)).filter(|c| match &c.each {
        Each::Field(field) => written(field),
        Each::Above | Each::Unit => true,
    });
    let mut owed = Vec::new();
    for children in opened {
        let theirs = children.procedure.as_ref().and_then(|p| world.procedures.get(p)).and_then(|p| p.opened_by_law());
        let needs = theirs.into_iter().flat_map(|(_, opens)| &opens.needs);
        let takes = |id: &&Name| procedure.actions.get(name).is_some_and(|a| a.takes.contains(id));
        owed.extend(needs.filter(takes).filter(|id| children.passes.contains(id) && !written(id)).cloned());
    }
    owed
}

/// What may be given is mostly given.
fn is_given(script: &mut Script, action: &Action, id: &str, field: &Field) -> bool {
    match field.kind {
        FieldKind::Identity | FieldKind::Materials => true,
        // A day other than today is written down seldom.
        _ if action.dated.as_deref() == Some(id) => script.dice.random_bool(0.25),
        _ => script.dice.random_bool(0.6),
    }
}

fn chosen(
    script: &mut Script,
    world: &World,
    name: &Name,
    case: Option<&Case>,
    given: &Fields,
    id: &str,
    kind: &FieldKind,
) -> Option<Value> {
    let mut dice = script.dice.clone();
    let choosing = Choosing { world, script, case, name, given };
    let value = match kind {
        FieldKind::Unit => choosing.unit(id, &mut dice).map(|u| Value::Text(u.to_string())),
        FieldKind::Units => choosing.units(id, &mut dice).map(Value::List),
        FieldKind::Officer => choosing.officer(id, &mut dice).map(|o| Value::Text(o.to_string())),
        _ => choosing.items(&mut dice).map(Value::List),
    };
    script.dice = dice;
    value
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
    script.materials().filter(wanted).map(|m| m.id.clone()).collect()
}

fn value(script: &mut Script, id: &str, field: &Field, dated: &Dated, place: &str) -> Option<Value> {
    let serves = script.item.as_ref().map(|i| &i.serves[..]).unwrap_or_default();
    let firms = !serves.is_empty() && serves.iter().all(|s| &**s != "自然人");
    let (division, n, title) = (script.tenant.clone(), script.n, script.title.clone());
    let dice = &mut script.dice;
    let text = |text: String| Some(Value::Text(text));
    match &field.kind {
        FieldKind::Person if id == "agent" => dice.random_bool(0.1).then(|| Value::Text(person(dice))),
        FieldKind::Person if firms || matches!(id, "party" | "firm") => text(firm(place, dice)),
        FieldKind::Person => text(person(dice)),
        FieldKind::Identity if firms => text(unified_code(&division, dice)),
        FieldKind::Identity => text(identity(&division, dice)),
        FieldKind::Phone => text(phone(dice)),
        // What is written first is mostly so.
        FieldKind::Choice(of) if dice.random_bool(0.4) => text(of[0].clone()),
        FieldKind::Choice(of) => text(pick(of, dice).clone()),
        FieldKind::Date => text(dated.date(id, dice).to_string()),
        FieldKind::Instant => text(written(dated.instant(id, dice))),
        FieldKind::Count => {
            let n = count(id, dice);
            Some(Value::Number(n.clamp(field.range.0.unwrap_or(0), field.range.1.unwrap_or(i64::MAX))))
        }
        FieldKind::Percent => Some(Value::Number(dice.random_range(2..=20) * 5)),
        FieldKind::Money if id == "fee" => Some(Value::Number(0)),
        FieldKind::Money => {
            let yuan = dice.random_range(3..300) * 100;
            let yuan = yuan.clamp(field.range.0.unwrap_or(0), field.range.1.unwrap_or(i64::MAX / 100));
            Some(Value::Number(yuan * 100))
        }
        FieldKind::Articles => text("《演示条例》第十条".to_owned()),
        FieldKind::Code => text(format!("DEMO-{}-{}-{:04}", division, n, dice.random_range(0..10_000))),
        FieldKind::Flag => Some(Value::Flag(dice.random_bool(0.5))),
        FieldKind::Text(max) => {
            text(words::text(id, &title, place, n, dice, dated.at).chars().take(*max as usize).collect())
        }
        FieldKind::Officer
        | FieldKind::Posts
        | FieldKind::Unit
        | FieldKind::Units
        | FieldKind::Items
        | FieldKind::Materials => None,
    }
}

fn count(id: &str, dice: &mut impl Rng) -> i64 {
    match id {
        "area" => dice.random_range(10..25) * 10,
        "pause-days" => dice.random_range(3..15),
        "weight" | "review-weight" => dice.random_range(0..4),
        "persons" if dice.random_bool(0.7) => 1,
        _ => dice.random_range(2..8),
    }
}

/// What a date is written for.
struct Dated<'a> {
    procedure: &'a Procedure,
    action: &'a Action,
    case: Option<&'a Case>,
    at: Timestamp,
}

impl Dated<'_> {
    /// Something runs until it, or is counted back from it: it lies ahead.
    fn lies_ahead(&self, id: &str) -> bool {
        let named = |c: &xiaoneng_pack::Clock| {
            matches!(&c.limit, LimitRef::Until(f) if &**f == id) || c.before.as_deref() == Some(id)
        };
        let words = ["-by", "-until", "until", "due", "-to"];
        self.procedure.clocks.values().any(named) || words.iter().any(|w| id.ends_with(w)) && !id.starts_with("posted")
    }

    fn date(&self, id: &str, dice: &mut impl Rng) -> Date {
        let today = PLACE.to_datetime(self.at).date();
        if self.action.dated.as_deref() == Some(id) {
            return self.came_on(today, dice);
        }
        let days = match (id, self.case) {
            // The village's meeting and posting lie some days back; the end of a posting is today.
            ("meeting-on", None) => -20,
            ("posted-from", None) => -18,
            ("posted-to", None) => -10,
            ("meeting-on", Some(_)) => -dice.random_range(1..4),
            ("known-on", _) => -dice.random_range(5..40),
            ("effective-on" | "in-force" | "met-on" | "site-on", _) => 0,
            ("due", _) => dice.random_range(25..150),
            ("expires-on", _) => dice.random_range(700..1800),
            ("watch-until", _) => dice.random_range(185..360),
            ("sponsor-until", _) => dice.random_range(60..180),
            ("tell-by", _) => dice.random_range(16..30),
            _ if self.lies_ahead(id) => dice.random_range(7..16),
            _ => 0,
        };
        let day = today.saturating_add(Span::new().days(days));
        if days > 0 { weekday(day) } else { day }
    }

    /// The day something came: not after today, not before what was done last.
    fn came_on(&self, today: Date, dice: &mut impl Rng) -> Date {
        let earliest = match self.case.and_then(|c| c.acts.last()) {
            Some(last) => PLACE.to_datetime(last.at).date(),
            None => today.saturating_sub(Span::new().days(3)),
        };
        let days = (today - earliest).get_days().clamp(0, 5);
        today.saturating_sub(Span::new().days(dice.random_range(0..=days)))
    }

    fn instant(&self, id: &str, dice: &mut impl Rng) -> Timestamp {
        if !self.lies_ahead(id) && !id.starts_with("hearing") {
            return self.at;
        }
        let today = PLACE.to_datetime(self.at).date();
        moment(weekday(today.saturating_add(Span::new().days(dice.random_range(14..24)))), 570)
    }
}

/// The day, or the Monday after it: nobody sets a date on a weekend.
fn weekday(mut day: Date) -> Date {
    while day.weekday().to_monday_one_offset() > 5 {
        day = day.saturating_add(Span::new().days(1));
    }
    day
}
