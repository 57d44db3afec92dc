//! Letters: each is issued by an action, and what it asks for is there by then.

use std::collections::BTreeSet;

use crate::letter::{Letter, Slot, Word};
use crate::load::DraftProcedure;
use crate::load::log::Log;
use crate::procedure::{Action, By, Duty, Procedure};
use crate::{IndexMap, Name};

pub(super) fn check(source: &DraftProcedure, log: &Log) {
    let procedure = &source.procedure;
    for (name, action) in &procedure.actions {
        written(source, name, action, log);
    }
    let sure = surely_filled(procedure);
    for (name, letter) in &procedure.letters {
        let place = source.place(&format!("letters.{name}"));
        let issuing: Vec<_> = procedure.actions.iter().filter(|(_, a)| a.letter.as_ref() == Some(name)).collect();
        if issuing.is_empty() {
            let message = format!("没有动作发出文书“{name}”");
            log.warn(&place, "letter-not-issued", message, format!("给一个动作写上 letter = \"{name}\"，或者删去它"));
        }
        for (action_name, action) in issuing {
            let lacks_basis = lacks_basis(action, letter);
            if lacks_basis {
                let message = format!("文书“{name}”要写依据，发出它的动作“{action_name}”没有写 basis");
                let help = "给动作写上 basis，或者在文书里不写 {article}";
                log.error(&place, "no-basis", message, help);
            }
            let missing = missing(procedure, letter, action, &filled_at(action, &sure));
            if !missing.is_empty() {
                let message = format!(
                    "文书“{name}”由“{action_name}”发出时，有的内容可能还没有填：{}",
                    missing.into_iter().collect::<Vec<_>>().join("、")
                );
                let help = "没有填也通顺的，把那半句放进 […]；必须有的，写进动作的 needs";
                log.warn(&source.place(&format!("letters.{name}.text")), "may-be-empty", message, help);
            }
        }
    }
}

/// What is to be told in writing has a letter: the one notice of all that is missing, and whatever the pack says the
/// law wants written.
fn written(source: &DraftProcedure, name: &str, action: &Action, log: &Log) {
    let why = match (action.written, action.duties.contains(&Duty::OneNotice)) {
        _ if action.letter.is_some() => return,
        (true, _) => ("written", "应当书面告知"),
        (_, true) => ("duty", "是一次性告知"),
        _ => return,
    };
    let message = format!("动作“{name}”（{}）{}，却不发文书", action.title, why.1);
    let help = "给动作写上 letter = \"…\"，并在 [letters.…] 里写出这份文书（补正的用系统自带的 correction）";
    log.error(&source.place(&format!("actions.{name}.{}", why.0)), "no-letter", message, help);
}

fn lacks_basis(action: &Action, letter: &Letter) -> bool {
    action.basis.trim().is_empty() && letter.slots().contains(&(&Slot::Word(Word::Article), false))
}

/// What a letter says without brackets and what may not be there when this action issues it.
fn missing(procedure: &Procedure, letter: &Letter, action: &Action, sure: &BTreeSet<Name>) -> BTreeSet<String> {
    // Where the law may do it too, and the letter has other words for that, an officer who did it filled in the rest.
    let by_law = action.by.contains(&By::Law) && !letter.by_law.is_empty();
    let needed = letter.slots().into_iter().filter(|(_, optional)| !optional);
    let said = needed.filter_map(|(slot, _)| match slot {
        Slot::Field(field) if !by_law && !sure.contains(field) => procedure.fields.get(field).map(|f| f.title.clone()),
        Slot::Word(Word::Reason) if !action.reason => Some("理由（动作没有写 reason = true）".to_owned()),
        Slot::Word(Word::Result) if !has_result(procedure, action) => Some("办理结果（动作没有写 result）".to_owned()),
        Slot::Extension(_) if action.extends.is_none() => Some("延长多久（动作没有写 extends）".to_owned()),
        _ => None,
    });
    said.collect()
}

fn has_result(procedure: &Procedure, action: &Action) -> bool {
    // One decided before serves as well: the letter that delivers it names it.
    action.result.is_some() || (!action.opens() && procedure.actions.values().any(|a| a.result.is_some()))
}

/// Fields surely written when a case is in a state: those that every way there has asked for.
fn surely_filled(procedure: &Procedure) -> IndexMap<Name, BTreeSet<Name>> {
    let mut sure: IndexMap<Name, BTreeSet<Name>> = IndexMap::default();
    // Each round only takes fields away or reaches a new state: it ends.
    loop {
        let mut changed = false;
        for action in procedure.actions.values() {
            let Some(to) = &action.to else { continue };
            if !action.opens() && !action.from.iter().any(|from| sure.contains_key(from)) {
                continue;
            }
            let filled = filled_at(action, &sure);
            let next = match sure.get(to) {
                None => filled,
                Some(before) => before.intersection(&filled).cloned().collect(),
            };
            changed |= sure.get(to) != Some(&next);
            sure.insert(to.clone(), next);
        }
        if !changed {
            return sure;
        }
    }
}

/// Fields surely written once this action is done.
fn filled_at(action: &Action, sure: &IndexMap<Name, BTreeSet<Name>>) -> BTreeSet<Name> {
    let reached: Vec<_> = action.from.iter().filter_map(|from| sure.get(from)).collect();
    let mut filled = match reached.split_first() {
        None => BTreeSet::new(),
        Some((first, rest)) => rest.iter().fold((*first).clone(), |all, one| all.intersection(one).cloned().collect()),
    };
    // What the law does by itself fills in nothing; but one that opens a child's case brings its fields.
    if !action.by.contains(&By::Law) || action.opens() {
        filled.extend(action.needs.iter().cloned());
    }
    filled
}
