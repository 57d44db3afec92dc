//! `[children.…]`: the cases that a procedure opens and waits for.

use super::log::Word;
use super::read::Table;
use crate::Name;
use crate::procedure::{Children, Each};

/// Reads one kind of children; over one of a layer above, what is not written stays as it was.
pub(crate) fn read(table: &Table, name: &Word, base: Option<&Children>) -> Children {
    let names = |key: &'static str, base: Option<&Vec<Name>>| -> Vec<Name> {
        let words = table.words(key).map(|words| words.into_iter().map(|w| w.text).collect());
        words.or_else(|| base.cloned()).unwrap_or_default()
    };
    let one = |key: &'static str, base: Option<&Option<Name>>| -> Option<Name> {
        table.word(key).map(|w| w.text).or_else(|| base.cloned().flatten())
    };
    let title = match base {
        Some(base) => table.text_or("title", &base.title),
        None => table.required("title", "title = \"各单位意见\"").map_or(String::new(), |w| w.text.to_string()),
    };
    let each = match base {
        Some(base) => table.word("each").map_or_else(|| base.each.clone(), |w| each(&w)),
        None => table.required("each", "each = \"units\"（每个单位一件）").map_or(Each::Above, |w| each(&w)),
    };
    let procedure = match table.word("procedure") {
        // An item says itself under which procedure it is handled.
        Some(word) if &*word.text == "item" => None,
        Some(word) => Some(word.text),
        None if base.is_none() => {
            table.missing("procedure", "procedure = \"opinion\"，或者 procedure = \"item\"（按各事项的程序）");
            None
        }
        None => base.and_then(|b| b.procedure.clone()),
    };
    if base.is_none() && !table.has("opened-by") {
        table.missing("opened-by", "opened-by = \"split\"（哪个动作开立）");
    }
    let children = Children {
        title,
        procedure,
        opened_by: names("opened-by", base.map(|b| &b.opened_by)),
        each,
        in_turn: table.flag_or("in-turn", base.is_some_and(|b| b.in_turn)),
        passes: names("passes", base.map(|b| &b.passes)),
        then: one("then", base.map(|b| &b.then)),
        called_off_by: names("called-off-by", base.map(|b| &b.called_off_by)),
        call_off: one("call-off", base.map(|b| &b.call_off)),
        line: base.map_or_else(|| table.log.line(&name.place), |b| b.line),
    };
    table.finish();
    children
}

/// `@above`, `@unit`, or a field.
fn each(word: &Word) -> Each {
    match &*word.text {
        "@above" => Each::Above,
        "@unit" => Each::Unit,
        _ => Each::Field(word.text.clone()),
    }
}
