//! What may stand in a file of a pack, learnt by watching the readers ask for it.

use std::collections::{BTreeMap, BTreeSet};

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    /// One text or a list of them.
    Texts,
    Flag,
    Day,
    /// A whole number from the one to the other.
    Whole(i64, i64),
    Table,
    Tables,
    NamedTables,
    NamedLists,
    NamedTexts,
    NamedWholes(i64, i64),
}

/// A key of a table.
#[derive(Debug)]
pub(crate) struct Key {
    pub holds: Holds,
    /// The words that it may be; empty: any.
    pub words: Vec<String>,
}

/// One table of the grammar.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    pub keys: BTreeMap<String, Key>,
    pub either: BTreeSet<[&'static str; 2]>,
    missed: BTreeSet<String>,
    left_out: BTreeSet<String>,
    /// By key, what the reader writes when it is missing.
    pub examples: BTreeMap<String, String>,
}

impl Shape {
    /// Keys without which it is never read.
    pub fn required(&self) -> impl Iterator<Item = &String> {
        let alternative = |key: &str| self.either.iter().flatten().any(|k| *k == key);
        self.missed.difference(&self.left_out).filter(move |key| !alternative(key))
    }
}

/// All tables by where they stand: `items.item`, `procedures.actions.on-lapse`.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    pub shapes: BTreeMap<String, Shape>,
}

impl Grammar {
    fn shape(&mut self, shape: &str) -> &mut Shape {
        self.shapes.entry(shape.to_owned()).or_default()
    }

    /// A reader asks for a key.
    pub fn key(&mut self, shape: &str, key: &str, holds: Holds) {
        let known = self.shape(shape).keys.entry(key.to_owned()).or_insert(Key { holds, words: Vec::new() });
        // What only makes sure that a key is asked for says less than what reads it; one text may be several.
        if known.holds == Holds::Table || (known.holds, holds) == (Holds::Text, Holds::Texts) {
            known.holds = holds;
        }
    }

    /// A key may be one of these words only.
    pub fn words<'w>(&mut self, shape: &str, key: &str, words: impl IntoIterator<Item = &'w str>) {
        let known =
            self.shape(shape).keys.entry(key.to_owned()).or_insert(Key { holds: Holds::Text, words: Vec::new() });
        if known.words.is_empty() {
            known.words = words.into_iter().map(str::to_owned).collect();
        }
    }

    /// One of two keys must be there.
    pub fn either(&mut self, shape: &str, keys: [&'static str; 2]) {
        self.shape(shape).either.insert(keys);
    }

    /// A table was read: what was not there, and what of it was missed.
    pub fn finished<'k>(&mut self, shape: &str, absent: impl Iterator<Item = &'k str>, missing: &[(&str, String)]) {
        let shape = self.shape(shape);
        for key in absent {
            match missing.iter().find(|(missed, _)| *missed == key) {
                Some((_, example)) => {
                    shape.missed.insert(key.to_owned());
                    shape.examples.insert(key.to_owned(), example.clone());
                }
                None => {
                    shape.left_out.insert(key.to_owned());
                }
            }
        }
    }
}
