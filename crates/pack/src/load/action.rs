//! `[actions.…]`: one action of a procedure.

use super::log::{Log, Word};
use super::read::Table;
use crate::Name;
use crate::condition::{Condition, ConditionError};
use crate::procedure::{Action, By, Duty, Whose};

/// The nine systems by their names in packs.
pub(crate) const DUTIES: [(&str, Duty); 9] = {
    let mut all = [("", Duty::Promise); 9];
    let mut place = 0;
    while place < all.len() {
        all[place] = (Duty::ALL[place].0, Duty::ALL[place].1);
        place += 1;
    }
    all
};

/// Those who are no role of a post.
pub(crate) const PERSONS: [(&str, By); 5] = [
    ("holder", By::Holder),
    ("applicant", By::Applicant),
    ("law", By::Law),
    ("officer", By::Officer),
    ("keeper", By::Keeper),
];

/// Reads an action; over one of a layer above, what is not written stays as it was.
pub(crate) fn read(table: &Table, name: &Word, base: Option<&Action>) -> Action {
    let log = table.log;
    let names = |key: &'static str, base: Option<&Vec<Name>>| -> Vec<Name> {
        let words = table.words(key).map(|words| words.into_iter().map(|w| w.text).collect());
        words.or_else(|| base.cloned()).unwrap_or_default()
    };
    let one = |key: &'static str, base: Option<&Option<Name>>| -> Option<Name> {
        table.word(key).map(|w| w.text).or_else(|| base.cloned().flatten())
    };
    let title = match base {
        Some(base) => table.text_or("title", &base.title),
        None => table.required("title", "title = \"受理\"").map_or(String::new(), |w| w.text.to_string()),
    };
    let by = match table.words("by") {
        Some(words) => words.iter().filter_map(|w| by(log, w)).collect(),
        None if base.is_none() => {
            table.missing("by", "by = \"window\"（谁可以做）");
            Vec::new()
        }
        None => base.map_or(Vec::new(), |b| b.by.clone()),
    };
    table.learn_words("duty", DUTIES.iter().map(|(name, _)| *name));
    let duties = match table.words("duty") {
        Some(words) => words.iter().filter_map(|w| table.choose(w, "duty", "制度", &DUTIES)).collect(),
        None => base.map_or(Vec::new(), |b| b.duties.clone()),
    };
    let action = Action {
        title,
        from: names("from", base.map(|b| &b.from)),
        to: one("to", base.map(|b| &b.to)),
        by,
        needs: names("needs", base.map(|b| &b.needs)),
        takes: names("takes", base.map(|b| &b.takes)),
        reason: table.flag_or("reason", base.is_some_and(|b| b.reason)),
        basis: table.text_or("basis", base.map_or("", |b| &b.basis)),
        letter: one("letter", base.map(|b| &b.letter)),
        written: table.flag_or("written", base.is_some_and(|b| b.written)),
        duties,
        hands_to: table.word("hands-to").map_or_else(|| base.and_then(|b| b.hands_to.clone()), |w| by_holder(log, &w)),
        extends: one("extends", base.map(|b| &b.extends)),
        complete: table.flag_or("complete", base.is_some_and(|b| b.complete)),
        papers: table.flag_or("papers", base.is_some_and(|b| b.papers)),
        recuse: names("recuse", base.map(|b| &b.recuse)),
        apart_from: names("apart-from", base.map(|b| &b.apart_from)),
        while_paused: table.flag_or("while-paused", base.is_some_and(|b| b.while_paused)),
        when: table.word("when").map_or_else(|| base.and_then(|b| b.when.clone()), |w| condition(log, &w)),
        notice: one("notice", base.map(|b| &b.notice)),
        clears: one("clears", base.map(|b| &b.clears)),
        dated: one("dated", base.map(|b| &b.dated)),
        outcome: table.text("outcome").or_else(|| base.and_then(|b| b.outcome.clone())),
        result: table.text("result").or_else(|| base.and_then(|b| b.result.clone())),
        own_licence: table.flag_or("own-licence", base.is_some_and(|b| b.own_licence)),
        batch: table.flag_or("batch", base.is_some_and(|b| b.batch)),
        line: base.map_or_else(|| log.line(&name.place), |b| b.line),
    };
    table.finish();
    action
}

/// `role`, `role@intake` (`unit`, `above`, `back`, a field of a unit), `officer:FIELD`, or one of [`PERSONS`].
fn by(log: &Log, word: &Word) -> Option<By> {
    if let Some((_, by)) = PERSONS.iter().find(|(name, _)| *name == &*word.text) {
        return Some(by.clone());
    }
    if let Some((who, field)) = word.text.split_once(':') {
        if who == "officer" {
            return Some(By::Named(Name::from(field)));
        }
        let message = format!("没有“{who}:”这种写法：由某个字段里写的人来做，写 officer:字段");
        log.error(&word.place, "unknown-word", message, format!("写成 officer:{field}"));
        return None;
    }
    let (role, of) = word.text.split_once('@').unwrap_or((&word.text, "unit"));
    Some(By::Role(Name::from(role), whose(of)))
}

/// `unit`, `intake`, `above`, `back`, or a field.
pub(crate) fn whose(word: &str) -> Whose {
    match word {
        "unit" => Whose::Unit,
        "intake" => Whose::Intake,
        "above" => Whose::Above,
        "back" => Whose::Back,
        field => Whose::Field(Name::from(field)),
    }
}

/// A case is handed to a role of a unit, never to the law or the applicant.
fn by_holder(log: &Log, word: &Word) -> Option<By> {
    let found = by(log, word)?;
    if matches!(found, By::Role(..)) {
        return Some(found);
    }
    let message = format!("hands-to 不能写“{}”：办件只能交给岗位", word.text);
    log.error(
        &word.place,
        "bad-holder",
        message,
        "写岗位的角色，例如 hands-to = \"handler\"；承办人不变的，删去 hands-to",
    );
    None
}

pub(super) fn condition(log: &Log, word: &Word) -> Option<Condition> {
    match Condition::parse(&word.text) {
        Ok(condition) => Some(condition),
        Err(error) => {
            condition_fault(log, word, &error, &[]);
            None
        }
    }
}

/// The place of one character of a text, where the text is written plainly between its quotes.
pub(crate) fn condition_fault(log: &Log, word: &Word, error: &ConditionError, fields: &[&str]) {
    let (at, code, help) = match error {
        ConditionError::Syntax { at, help, .. } => (*at, "bad-condition", help.clone()),
        ConditionError::UnknownField { at, name } => {
            let mut help = crate::text::help_for_name(name, "字段", fields.iter().copied());
            if help.contains('-') {
                help.push_str("（条件里“-”写成“_”）");
            }
            (*at, "unknown-field", help)
        }
        _ => (0, "bad-condition", String::new()),
    };
    let mut place = word.place.clone();
    let plain = (place.end - place.start) as usize == word.text.len() + 2;
    if plain {
        let bytes: usize = word.text.chars().take(at).map(char::len_utf8).sum();
        place.start += 1 + bytes as u32;
        place.end = place.start + 1;
    }
    log.error(&place, code, format!("条件有误：{error}"), help);
}
