//! Conditions met on purpose: what an action's condition asks of the fields that one fills in, tried until it holds.

use jiff::{Span, Timestamp, civil::Date};
use rand::Rng;
use xiaoneng_casework::{Case, Fields, Name, PLACE, Value};
use xiaoneng_pack::{Action, Field, FieldKind, Procedure, condition::Operand};

use crate::{chance::Dice, names::pick};

/// Combinations that are tried.
const TRIES: usize = 80;

/// Fill in so that the condition holds; false: what one fills in does not decide it, or nothing tried is right.
pub fn satisfy(
    procedure: &Procedure,
    action: &Action,
    case: Option<&Case>,
    fields: &mut Fields,
    at: Timestamp,
    dice: &mut Dice,
) -> bool {
    let Some(condition) = &action.when else { return true };
    let holds = |given: &Fields| {
        let written = |name: &str| given.get(name).or_else(|| case.and_then(|c| c.fields.get(name)));
        condition.eval(&|name| operand(procedure, name, written(name), case, at)) == Ok(true)
    };
    if holds(fields) {
        return true;
    }
    let own = |n: &&str| action.needs.iter().chain(&action.takes).any(|o| &**o == *n);
    let asked: Vec<Name> = condition.fields().into_iter().filter(own).map(Name::from).collect();
    if asked.is_empty() {
        return false;
    }
    let others: Vec<Value> = condition
        .fields()
        .into_iter()
        .filter_map(|n| fields.get(n).or_else(|| case.and_then(|c| c.fields.get(n))).cloned())
        .collect();
    for _ in 0..TRIES {
        let mut given = fields.clone();
        for id in &asked {
            let Some(field) = procedure.fields.get(id) else { continue };
            let before = given.get(id).cloned();
            let value = candidate(field, condition.text(), before, &others, at, dice);
            given.extend(value.map(|v| (id.clone(), v)));
        }
        if holds(&given) {
            *fields = given;
            return true;
        }
    }
    false
}

/// A value worth trying: one that the condition itself names, or near what is written elsewhere.
fn candidate(
    field: &Field,
    text: &str,
    before: Option<Value>,
    others: &[Value],
    at: Timestamp,
    dice: &mut Dice,
) -> Option<Value> {
    match &field.kind {
        FieldKind::Choice(of) => Some(Value::Text(pick(of, dice).clone())),
        FieldKind::Flag => Some(Value::Flag(dice.random_bool(0.5))),
        FieldKind::Count | FieldKind::Percent | FieldKind::Money => {
            let fen = if field.kind == FieldKind::Money { 100 } else { 1 };
            let mut numbers: Vec<i64> = literals(text).into_iter().flat_map(|n| [n, n * fen]).collect();
            for other in others {
                if let Value::Number(n) = other {
                    numbers.extend([*n, n / 2 + n % 2, n.saturating_mul(2), n + 1]);
                }
            }
            numbers.extend([0, 1]);
            let range = |bound: Option<i64>| bound.map(|b| b.saturating_mul(fen));
            let (min, max) = (range(field.range.0).unwrap_or(0), range(field.range.1).unwrap_or(i64::MAX));
            Some(Value::Number((*pick(&numbers, dice)).clamp(min, max)))
        }
        FieldKind::Date => {
            let near = others.iter().filter_map(|v| v.text()?.parse::<Date>().ok());
            let mut days: Vec<Date> = near.collect();
            days.push(PLACE.to_datetime(at).date());
            let moved = dice.random_range(-5..30);
            Some(Value::Text(pick(&days, dice).saturating_add(Span::new().days(moved)).to_string()))
        }
        FieldKind::Text(_) if before.is_none() => Some("集体讨论，一致同意（演示）".into()),
        _ => before,
    }
}

/// The numbers that a condition names.
fn literals(text: &str) -> Vec<i64> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect()
}

/// A field, `now` or a number of children as a condition reads it.
fn operand(
    procedure: &Procedure,
    name: &str,
    value: Option<&Value>,
    case: Option<&Case>,
    at: Timestamp,
) -> Option<Operand> {
    let children = || case.into_iter().flat_map(|c| c.children.values());
    match name {
        "now" => return Some(Operand::Instant(PLACE.to_datetime(at))),
        "children" => return Some(Operand::Number(children().count() as i64)),
        "children-open" => return Some(Operand::Number(children().filter(|c| c.closed_at.is_none()).count() as i64)),
        "child-results" => {
            let results = children().filter_map(|c| c.result.clone()).map(Operand::Text);
            return Some(Operand::List(results.collect()));
        }
        _ => {}
    }
    let kind = &procedure.fields.get(name)?.kind;
    Some(match (kind, value?) {
        (FieldKind::Instant, Value::Text(t)) => Operand::Instant(t.parse().ok()?),
        (FieldKind::Date, Value::Text(t)) => Operand::Date(t.parse().ok()?),
        (_, Value::Number(n)) => Operand::Number(*n),
        (_, Value::Flag(f)) => Operand::Flag(*f),
        (_, Value::List(l)) => Operand::List(l.iter().map(|id| Operand::Text(id.to_string())).collect()),
        (_, Value::Text(t)) => Operand::Text(t.clone()),
        (_, Value::Sealed { .. }) => return None,
    })
}
