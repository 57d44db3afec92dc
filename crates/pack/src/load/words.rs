//! `words.toml`: word lists and values.

use super::files::{Files, Kind};
use super::layers::Pack;
use super::log::{Log, Place};
use crate::{IndexMap, Name};

/// A word list with the place where it was first written.
pub(crate) struct List {
    pub words: Vec<String>,
}

/// Word lists and values of all layers.
#[derive(Default)]
pub(crate) struct Words {
    pub lists: IndexMap<Name, List>,
    pub values: IndexMap<Name, (i64, Place)>,
}

/// A lower layer adds words to a list of the same name and gives a value its own number.
pub(crate) fn read(files: &Files, packs: &[Pack], log: &Log) -> Words {
    let mut all = Words::default();
    for pack in packs {
        files.each(&pack.folder, Kind::Words, log, |_, _, table| {
            for (name, words) in table.named_words("words") {
                if words.is_empty() {
                    log.error(&name.place, "empty", format!("词语表“{}”是空的", name.text), "写上词语，或者删去这一行");
                }
                let list = all.lists.entry(name.text.clone()).or_insert(List { words: Vec::new() });
                for word in words {
                    if !list.words.iter().any(|w| **w == *word.text) {
                        list.words.push(word.text.to_string());
                    }
                }
            }
            for (name, value) in table.named_numbers("values", i64::MIN, i64::MAX) {
                all.values.insert(name.text, (value, name.place));
            }
            table.finish();
        });
    }
    all
}
