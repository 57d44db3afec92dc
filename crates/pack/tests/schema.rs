//! The JSON Schemas for editors: the real packs fit them, slips of the pen do not, and the files are true.
#![allow(clippy::disallowed_methods, reason = "the tests read the packs and schemas from their folders")]

mod common;

use std::path::PathBuf;

use common::table::cases;
use common::*;
use serde_json::{Value, json};
use xiaoneng_pack::schema::{kinds, schema};

fn folder() -> PathBuf {
    tests().join("../../../packs/schema")
}

fn validators() -> Vec<(&'static str, jsonschema::Validator)> {
    kinds()
        .map(|kind| (kind, jsonschema::draft7::new(&schema(kind).expect("a schema")).expect("a sound schema")))
        .collect()
}

/// The kind of a file by its path, as the loader tells it.
fn kind_of(path: &str) -> &str {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        [_, file] => file.trim_end_matches(".toml"),
        [_, folder, _] => folder,
        _ => panic!("{path} lies in a pack"),
    }
}

/// What a schema says against a text; `None` where the text is no TOML or its kind has no schema.
fn against(validators: &[(&str, jsonschema::Validator)], path: &str, text: &str) -> Option<Vec<String>> {
    let (_, validator) = validators.iter().find(|(kind, _)| *kind == kind_of(path))?;
    let value: Value = serde_json::to_value(text.parse::<toml::Table>().ok()?).expect("JSON");
    Some(validator.iter_errors(&value).map(|error| format!("{path}: {}: {error}", error.instance_path)).collect())
}

#[test]
fn the_packs_of_the_house_fit_their_schemas() {
    let validators = validators();
    let sources = xiaoneng_packbox::sources();
    let mut tried = 0;
    for (path, text) in sources.iter() {
        let Some(errors) = against(&validators, path, text) else { continue };
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        tried += 1;
    }
    assert!(tried > 60, "{tried} files");
}

#[test]
fn the_packs_of_the_tests_fit_their_schemas() {
    let validators = validators();
    for over in ["county", "tasks", "family", "bundle", "powers", "forestry", "duties"] {
        for (path, text) in &good().over(over).0 {
            assert_eq!(against(&validators, path, text).unwrap_or_default(), Vec::<String>::new());
        }
    }
    // A lower layer's file says less than a whole one, and so may the schema.
    let lower = "id = \"licence\"\nextends = true\n[actions.grant]\nneeds = [\"note\"]\n";
    assert_eq!(against(&validators, "city/procedures/l.toml", lower), Some(Vec::new()));
    let whole = lower.replace("extends = true\n", "");
    assert!(against(&validators, "city/procedures/l.toml", &whole).is_some_and(|errors| !errors.is_empty()));
}

/// What an editor can see without knowing the other files, it does see.
#[test]
fn slips_of_the_pen_are_marked_in_the_editor() {
    let validators = validators();
    let mut seen = Vec::new();
    for (_, case) in cases() {
        let slip = ["unknown-key", "wrong-type"].contains(&&*case.kind)
            || (case.kind == "missing-key" && !case.says.contains("as-of") && !case.says.contains("on-lapse"))
            || (case.kind == "unknown-word"
                && ["制度", "级别", "位阶", "字段类型"].iter().any(|w| case.says.contains(w)));
        let at = case.at();
        let path = at.rsplit_once(':').map_or("", |(path, _)| path);
        let Some(errors) = slip.then(|| against(&validators, path, &case.pack().0[path].replace('«', ""))).flatten()
        else {
            continue;
        };
        assert!(!errors.is_empty(), "{}: {}", case.kind, case.says);
        seen.push(case.says);
    }
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn every_key_and_word_comes_from_the_readers() {
    let procedures = schema("procedures").expect("a schema");
    let whole = &procedures["else"]["properties"];
    assert_eq!(whole["actions"]["additionalProperties"]["properties"]["reason"]["type"], "boolean");
    let duties = &whole["actions"]["additionalProperties"]["properties"]["duty"]["anyOf"][0]["enum"];
    assert!(duties.as_array().is_some_and(|words| words.len() == 9 && words.contains(&"one-notice".into())));
    assert_eq!(whole["states"]["additionalProperties"]["required"], json!(["title"]));
    assert!(procedures["then"]["properties"]["states"]["additionalProperties"]["required"].is_null());
    assert_eq!(
        (&procedures["else"]["required"], &procedures["then"]["required"]),
        (&json!(["id", "title"]), &json!(["id"]))
    );
    assert!(procedures["then"]["properties"]["letters"]["additionalProperties"]["required"].is_null());
    let limits = schema("limits").expect("a schema");
    let limit = &limits["properties"]["limit"]["items"];
    assert!(limit["required"].as_array().is_some_and(|keys| !keys.contains(&"from".into())), "{}", limit["required"]);
    let items = schema("items").expect("a schema");
    let item = &items["properties"]["item"]["items"];
    assert_eq!(item["allOf"][0]["anyOf"][1]["required"][0], "divisions", "tiers or divisions");
    let promised = &item["properties"]["limit"]["properties"]["promised"];
    assert_eq!(promised["required"], json!(["source", "workdays"]));
}

#[test]
fn the_files_in_packs_schema_are_what_the_readers_ask_for() {
    for kind in kinds() {
        let path = folder().join(format!("{kind}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let written: Value = serde_json::from_str(&text).unwrap_or_default();
        let help = "write it anew: cargo test -p xiaoneng-pack --test schema -- --ignored";
        assert!(Some(written) == schema(kind), "packs/schema/{kind}.json is not what the readers ask for; {help}");
    }
    let files = std::fs::read_dir(folder()).expect("packs/schema").count();
    assert_eq!(files, kinds().count(), "no file without a kind");
}

#[test]
#[ignore = "writes the files that the test above compares"]
fn write_the_files() {
    std::fs::create_dir_all(folder()).expect("a folder");
    for kind in kinds() {
        let text = serde_json::to_string_pretty(&schema(kind)).expect("JSON");
        std::fs::write(folder().join(format!("{kind}.json")), text + "\n").expect("written");
    }
}
