//! `xiaoneng check` on folders: every small pack with one fault, packs that are no texts, and the packs in the box.

#[path = "../../pack/tests/common/mod.rs"]
mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::table::{Case, cases};
use common::{LICENCE, good};
use serde_json::Value;

fn check(dir: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiaoneng"));
    command.arg("check").arg(dir).args(more).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// What is not as the table says when the pack is checked as a folder.
fn wrong(case: &Case) -> Option<String> {
    let dir = tempfile::tempdir().expect("a folder");
    case.pack().write(dir.path());
    let output = check(dir.path(), &["--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).expect("one JSON value");
    let faults = told["faults"].as_array().expect("a list");
    let [fault] = &faults[..] else { return Some(format!("{} faults: {told}", faults.len())) };
    let at = format!("{}:{}", fault["file"].as_str().unwrap_or(""), fault["line"]);
    let code = if case.warning { 0 } else { 1 };
    let right = fault["code"] == *case.kind
        && at.ends_with(&case.at())
        && fault["message"].as_str().is_some_and(|m| m.contains(&case.says))
        && fault["help"].as_str().is_some_and(|h| h.contains(&case.help))
        && output.status.code() == Some(code);
    (!right).then(|| format!("{:?}: {fault}", output.status.code()))
}

#[test]
fn each_fault_is_told_with_file_and_line_and_the_way_out() {
    let wrong: Vec<String> = cases()
        .iter()
        .filter_map(|(table, case)| Some(format!("{table}: {} {}: {}", case.kind, case.says, wrong(case)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fault_is_shown_with_its_line_marked_and_a_sound_pack_ends_well() {
    let dir = tempfile::tempdir().expect("a folder");
    good().with(LICENCE, "to = \"accepted\"", "to = \"acepted\"").write(dir.path());
    let output = check(dir.path(), &[]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    for words in ["licence.toml:28:6: 错误[unknown-state]", "28 | to = \"acepted\"", "^^^^", "出路：是不是“accepted”？"]
    {
        assert!(told.contains(words), "{words}:\n{told}");
    }
    good().write(dir.path());
    let output = check(dir.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).starts_with("没有发现问题"));
}

#[test]
fn the_packs_of_the_house_have_no_fault() {
    let output = check(&common::tests().join("../../../packs"), &["--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).expect("one JSON value");
    assert_eq!((output.status.code(), &told["errors"]), (Some(0), &Value::from(0)), "{}", told["faults"]);
    let kinds: Vec<_> = told["faults"].as_array().expect("a list").iter().map(|f| f["code"].clone()).collect();
    assert!(
        kinds.iter().all(|kind| kind == "to-confirm"),
        "what is not yet confirmed is said, nothing else: {kinds:?}"
    );
}

/// A terabyte that is all holes: to read it would be the end of the machine.
#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    for (size, said) in [(100 << 20, "100 MB"), (1 << 40, "1048576 MB")] {
        let dir = tempfile::tempdir().expect("a folder");
        good().write(dir.path());
        let file = std::fs::File::create(dir.path().join("cn/words.toml")).expect("made");
        file.set_len(size).expect("grown");
        let output = check(dir.path(), &[]);
        let why = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{why}");
        assert!(why.contains("words.toml") && why.contains(said) && why.contains("上限 4 MB"), "{why}");
    }
}

#[test]
fn a_pack_that_is_too_large_in_all_is_refused_at_the_file_that_goes_too_far() {
    let dir = tempfile::tempdir().expect("a folder");
    good().write(dir.path());
    for i in 0..34 {
        let file = std::fs::File::create(dir.path().join(format!("cn/limits/x{i:02}.toml"))).expect("made");
        file.set_len(3 << 20).expect("grown");
    }
    let output = check(dir.path(), &[]);
    let why = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{why}");
    assert!(why.contains("x21.toml") && why.contains("64 MB"), "{why}");
}

#[cfg(unix)]
#[test]
fn what_never_ends_is_not_read() {
    let dir = tempfile::tempdir().expect("a folder");
    good().write(dir.path());
    std::os::unix::fs::symlink("/dev/zero", dir.path().join("cn/limits/zero.toml")).expect("linked");
    let output = check(dir.path(), &[]);
    let why = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{why}");
    assert!(why.contains("zero.toml") && why.contains("不是普通文件"), "{why}");
}

#[test]
fn schemas_for_editors_are_printed_one_by_one_or_all() {
    let print = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_xiaoneng")).arg("check").args(args).output().expect("it runs");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, items, _) = print(&["--schema", "items"]);
    let items: Value = serde_json::from_str(&items).expect("JSON");
    assert_eq!(code, Some(0));
    let file = std::fs::read_to_string(common::tests().join("../../../packs/schema/items.json")).expect("the file");
    assert_eq!(
        items,
        serde_json::from_str::<Value>(&file).expect("JSON"),
        "what is printed is what lies in packs/schema"
    );
    let (_, all, _) = print(&["--schema"]);
    let all: Value = serde_json::from_str(&all).expect("JSON");
    assert!(all["items"] == items && all["procedures"].is_object() && all["pack"].is_object());
    let (code, _, why) = print(&["--schema", "recipes"]);
    assert!(code == Some(1) && why.contains("“recipes”") && why.contains("procedures"), "{why}");
}
