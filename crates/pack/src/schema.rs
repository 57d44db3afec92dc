//! JSON Schemas of the files of a pack, for editors.
//!
//! They are not written: the readers read a probe that makes them ask for every key they know, and what they
//! ask for is the schema. What a schema cannot say (that a name exists, that a county does not loosen) `check` says.

pub(crate) mod grammar;

use serde_json::{Map, Value, json};

use crate::Sources;
use crate::load::{EXTENDING, Kind, grammar};
use grammar::{Grammar, Holds, Key, Shape};

/// Texts in which every table that a reader knows stands once with as little and once with as much as it takes.
const PROBE: [(&str, &str); 14] = [
    ("cn/pack.toml", include_str!("schema/probe/pack.toml")),
    ("empty/pack.toml", ""),
    ("cn/words.toml", include_str!("schema/probe/words.toml")),
    ("cn/divisions.toml", include_str!("schema/probe/divisions.toml")),
    ("cn/org.toml", include_str!("schema/probe/org.toml")),
    ("cn/officers.toml", include_str!("schema/probe/officers.toml")),
    ("cn/duties.toml", include_str!("schema/probe/duties.toml")),
    ("cn/duties/again.toml", include_str!("schema/probe/duties.toml")),
    ("cn/powers.toml", include_str!("schema/probe/powers.toml")),
    ("cn/items.toml", include_str!("schema/probe/items.toml")),
    ("cn/limits.toml", include_str!("schema/probe/limits.toml")),
    ("cn/procedures/nameless.toml", ""),
    ("cn/procedures/whole.toml", include_str!("schema/probe/procedure.toml")),
    ("cn/procedures/zz-extending.toml", include_str!("schema/probe/extending.toml")),
];

/// What each key means, by table and key.
const WORDS: &str = include_str!("schema/words.toml");

/// The draft that editors for TOML understand.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";
/// Names that the packs give.
const NAME: &str = "^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$";

/// Kinds of file that have a schema: `procedures`, `items`, `org` ...; the calendar's form is the calendar crate's.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    Kind::NAMES.iter().filter(|(_, kind)| *kind != Kind::Calendar).map(|(name, _)| *name)
}

/// The JSON Schema of one kind of file; `None` for a word that is none of [`kinds`].
///
/// ```
/// let schema = xiaoneng_pack::schema::schema("pack").unwrap();
/// assert_eq!(schema["required"], serde_json::json!(["id", "title"]));
/// assert!(xiaoneng_pack::schema::schema("recipes").is_none());
/// ```
pub fn schema(kind: &str) -> Option<Value> {
    let kind = kinds().find(|known| *known == kind)?;
    let writer = Writer {
        grammar: grammar(&Sources::from_iter(PROBE)),
        // OK because a test reads it; without it the schemas only say less.
        words: WORDS.parse().unwrap_or_default(),
    };
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!(DRAFT));
    schema.insert("title".into(), json!(format!("规则包 {kind}")));
    schema.insert("description".into(), json!("由 xiaoneng check --schema 写出，请勿手改"));
    if kind == Kind::Procedures.name() {
        // A lower layer's file says only what it adds or tightens.
        schema.insert("if".into(), json!({"properties": {"extends": {"const": true}}, "required": ["extends"]}));
        schema.insert("then".into(), writer.table(EXTENDING));
        schema.insert("else".into(), writer.table(kind));
    } else if let Value::Object(whole) = writer.table(kind) {
        schema.extend(whole);
    }
    Some(Value::Object(schema))
}

struct Writer {
    grammar: Grammar,
    words: toml::Table,
}

impl Writer {
    /// A table with its keys.
    fn table(&self, at: &str) -> Value {
        let Some(shape) = self.grammar.shapes.get(at) else { return json!({"type": "object"}) };
        let keys = shape.keys.iter().map(|(name, key)| {
            let mut value = self.value(&format!("{at}.{name}"), key);
            if let Some(words) = self.describe(shape, at, name) {
                value["description"] = json!(words);
            }
            (name.clone(), value)
        });
        let mut schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": keys.collect::<Map<_, _>>(),
        });
        let required: Vec<&String> = shape.required().collect();
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        let one_of_two = |keys: &[&str; 2]| json!({"anyOf": [{"required": [keys[0]]}, {"required": [keys[1]]}]});
        if !shape.either.is_empty() {
            schema["allOf"] = shape.either.iter().map(one_of_two).collect();
        }
        schema
    }

    /// What a key means, with an example where the reader has one.
    fn describe(&self, shape: &Shape, at: &str, name: &str) -> Option<String> {
        let at = at.replace(EXTENDING, Kind::Procedures.name());
        let words = self.words.get(&at)?.get(name)?.as_str()?;
        let example = shape.examples.get(name).filter(|example| !example.is_empty());
        Some(example.map_or_else(|| words.to_owned(), |example| format!("{words}\n例如：{example}")))
    }

    /// What a key holds.
    fn value(&self, inner: &str, key: &Key) -> Value {
        let text = || match key.words.is_empty() {
            true => json!({"type": "string"}),
            false => json!({"type": "string", "enum": key.words}),
        };
        let named = |of: Value| json!({"type": "object", "additionalProperties": of});
        let list = |of: Value| json!({"type": "array", "items": of});
        match key.holds {
            Holds::Text => text(),
            Holds::Texts => json!({"anyOf": [text(), {"type": "array", "uniqueItems": true, "items": text()}]}),
            Holds::Flag => json!({"type": "boolean"}),
            Holds::Day => json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
            Holds::Whole(least, most) => whole(least, most),
            Holds::Table => self.table(inner),
            Holds::Tables => list(self.table(inner)),
            Holds::NamedTables => {
                let mut schema = named(self.table(inner));
                schema["propertyNames"] = json!({"pattern": NAME});
                schema
            }
            Holds::NamedLists => named(list(self.table(inner))),
            Holds::NamedTexts => named(list(json!({"type": "string"}))),
            Holds::NamedWholes(least, most) => named(whole(least, most)),
        }
    }
}

/// A whole number within its bounds.
fn whole(least: i64, most: i64) -> Value {
    let mut number = json!({"type": "integer"});
    for (bound, value, none) in [("minimum", least, i64::MIN), ("maximum", most, i64::MAX)] {
        if value != none {
            number[bound] = json!(value);
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_has_its_words_and_no_words_are_left_over() {
        let words: toml::Table = WORDS.parse().expect("TOML");
        let shapes = grammar(&Sources::from_iter(PROBE)).shapes;
        let keys: BTreeSet<String> = shapes
            .iter()
            .flat_map(|(at, shape)| shape.keys.keys().map(move |key| format!("{} {key}", at.replace('+', ""))))
            .collect();
        let told = words.iter().flat_map(|(at, table)| {
            table.as_table().into_iter().flat_map(|t| t.keys()).map(move |key| format!("{at} {key}"))
        });
        assert_eq!(keys, told.collect());
    }
}
