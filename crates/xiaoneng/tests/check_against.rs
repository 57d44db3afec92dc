//! Whoever changes a rule sees what it does before it takes effect: `check NEW --against OLD|DATA`, as it is typed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

fn xiaoneng(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xiaoneng")).args(args).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The exit code and what was told.
fn told(args: &[&str]) -> (i32, String) {
    let output = xiaoneng(args);
    (output.status.code().expect("an exit code"), text(&output.stdout) + &text(&output.stderr))
}

fn json(args: &[&str]) -> (i32, Value) {
    let output = xiaoneng(&[args, &["--json"]].concat());
    let value = serde_json::from_slice(&output.stdout);
    (output.status.code().expect("an exit code"), value.unwrap_or_else(|e| panic!("{e}: {}", text(&output.stdout))))
}

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// A copy of the packs in which each of these files was edited.
struct New {
    dir: tempfile::TempDir,
}

impl New {
    fn with(edits: &[(&str, &dyn Fn(String) -> String)]) -> New {
        let dir = tempfile::tempdir().expect("a folder");
        copy(&packs(), dir.path());
        for (file, edit) in edits {
            let path = dir.path().join(file);
            let before = std::fs::read_to_string(&path).expect("a text");
            let after = edit(before.clone());
            assert!(before != after, "the edit of {file} changes something");
            std::fs::write(&path, after).expect("written");
        }
        New { dir }
    }

    fn path(&self) -> &str {
        self.dir.path().to_str().expect("a path")
    }
}

/// A small city on 30 June 2015, made once.
fn city() -> &'static str {
    static CITY: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    let (_, dir) = CITY.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder");
        let data = dir.path().join("city").to_str().expect("a path").to_owned();
        let args =
            ["demo", "--prepare", "--data", &data, "--cases", "150", "--seed", "7", "--as-of", "2015-06-30T10:00"];
        let output = xiaoneng(&args);
        assert!(output.status.success(), "{}", text(&output.stderr));
        (dir, data)
    });
    dir
}

/// A notice, published in time, that makes the first three days of July holidays.
fn july_holiday(notices: String) -> String {
    let notice = r#"
[[notice]]
number = "试〔2015〕1号"
year = 2015
amends = "国办发明电〔2014〕28号"
dated = "2015-06-25"
published = "2015-06-25"
url = "http://example.invalid/"
days = [
  { date = "2015-07-01", kind = "off", name = "试" },
  { date = "2015-07-02", kind = "off", name = "试" },
  { date = "2015-07-03", kind = "off", name = "试" },
]
"#;
    let later = notices.find("[[notice]]\nnumber = \"国办发明电〔2015〕18号\"").expect("the next notice");
    format!("{}{}\n{}", &notices[..later], notice.trim_start(), &notices[later..])
}

#[test]
fn rules_against_themselves_have_no_difference_and_a_comment_is_none() {
    let packs = packs();
    let packs = packs.to_str().expect("a path");
    let (code, same) = told(&["check", packs, "--against", packs]);
    assert_eq!(code, 0);
    assert!(same.contains("一字不差"), "{same}");
    let commented = New::with(&[("cn/words.toml", &|t| format!("# 改了一句说明\n{t}"))]);
    let (code, shown) = told(&["check", commented.path(), "--against", packs]);
    assert_eq!(code, 0);
    assert!(shown.contains("没有一条改动"), "{shown}");
}

#[test]
fn a_changed_limit_is_shown_with_file_and_line_on_both_sides() {
    let shorter = New::with(&[("cn/limits/licence.toml", &|t| {
        let at = t.find("id = \"XK-42-1\"").expect("the limit");
        format!("# 一行\n{}{}", &t[..at], t[at..].replacen("workdays = 20", "workdays = 15", 1))
    })]);
    let (code, shown) = told(&["check", shorter.path(), "--against", packs().to_str().expect("a path")]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("修改 时限 XK-42-1"), "{shown}");
    assert!(shown.contains("多长：20个工作日 → 15个工作日"), "{shown}");
    let line = |dir: &Path| {
        let text = std::fs::read_to_string(dir.join("cn/limits/licence.toml")).expect("a text");
        text.lines().position(|l| l == "id = \"XK-42-1\"").expect("the line") + 1
    };
    let (old, new) = (line(&packs()), line(shorter.dir.path()));
    assert_eq!(new, old + 1);
    assert!(shown.contains(&format!("cn/limits/licence.toml:{old}\n")), "{shown}");
    assert!(shown.contains(&format!("cn/limits/licence.toml:{new}\n")), "{shown}");
}

#[test]
fn a_new_clock_action_and_letter_are_named_and_an_items_promise_touches_only_new_cases() {
    let changed = New::with(&[
        ("cn/procedures/licence.toml", &|t| t.replacen("title = \"受理\"", "title = \"正式受理\"", 1)),
        ("cn-630222/items/zrzy.toml", &|t| t.replacen("promised = { workdays = 5", "promised = { workdays = 4", 1)),
    ]);
    let (_, answer) = json(&["check", changed.path(), "--against", packs().to_str().expect("a path")]);
    let changes = answer["difference"]["changes"].as_array().expect("a list");
    let of = |kind: &str| changes.iter().find(|c| c["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {changes:?}"));
    assert_eq!(of("action")["of"], "licence");
    assert_eq!(of("action")["touches"], "shown");
    assert_eq!(of("item")["touches"], "new");
    assert!(of("item")["before"]["line"].as_u64().is_some_and(|l| l > 0));
}

#[test]
fn a_new_holiday_moves_the_dates_of_open_cases_and_each_says_why() {
    let holiday = New::with(&[("cn/calendar/notices.toml", &july_holiday)]);
    let (code, answer) = json(&["check", holiday.path(), "--data", city()]);
    assert_eq!(code, 0, "nothing forbids it");
    let cases = answer["cases"].as_array().expect("a list");
    assert!(cases.len() > 10, "{} cases", cases.len());
    assert_eq!(answer["totals"]["all"]["cases"].as_u64(), Some(cases.len() as u64));
    for map in ["procedures", "units"] {
        let sum: u64 = answer["totals"][map].as_object().unwrap().values().map(|t| t["cases"].as_u64().unwrap()).sum();
        assert_eq!(sum, cases.len() as u64, "{map} add up");
    }
    for case in cases {
        for clock in case["clocks"].as_array().expect("a list") {
            let day = |side: &str| clock[side]["due_date"].as_str().expect("a date").to_owned();
            assert!(day("before") <= day("after"), "a holiday makes nothing due earlier: {case}");
        }
        let why = case["why"][0].as_str().expect("a reason");
        assert!(why.contains("放假安排") && why.contains("notices.toml:"), "{why}");
    }
    let (_, shown) = told(&["check", holiday.path(), "--data", city(), "--top", "1"]);
    assert!(shown.contains(&format!("另有 {} 件没有列出", cases.len() - 1)), "{shown}");
    assert!(shown.contains("没有什么挡着它施行"), "{shown}");
}

#[test]
fn a_change_that_no_open_case_stands_on_moves_none() {
    let changed = New::with(&[("cn-630222/items/zrzy.toml", &|t| {
        t.replacen("promised = { workdays = 5", "promised = { workdays = 4", 1)
    })]);
    let (code, shown) = told(&["check", changed.path(), "--data", city()]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("没有一件在办件会动"), "{shown}");
}

#[test]
fn a_post_removed_that_holds_cases_forbids_the_change_and_its_cases_are_named() {
    let rename = |t: String| t.replace(".handler\"", ".case-officer\"");
    let renamed = New::with(&[
        ("cn-6302/org.toml", &|t| t.replace("id = \"handler\"", "id = \"case-officer\"")),
        ("demo/officers.toml", &rename),
    ]);
    let (code, answer) = json(&["check", renamed.path(), "--data", city()]);
    assert_eq!(code, 1, "it cannot take effect");
    let blocks = answer["blocks"].as_array().expect("a list");
    assert!(!blocks.is_empty());
    let cases = answer["cases"].as_array().expect("a list");
    for block in blocks {
        assert!(block["why"].as_str().is_some_and(|w| w.contains("被删去") && w.contains(".handler")), "{block}");
        for number in block["numbers"].as_array().expect("numbers") {
            let case = cases.iter().find(|c| c["number"] == *number).expect("it is among the moved cases");
            assert!(!case["blocks"].as_array().expect("a list").is_empty(), "{case}");
            assert_eq!(case["holder"]["after"], "");
        }
    }
    let blocked = answer["totals"]["all"]["blocked"].as_u64().expect("a number");
    let held: u64 = blocks.iter().map(|b| b["cases"].as_u64().expect("a number")).sum();
    assert_eq!(blocked, held, "both ways of asking find the same cases");
    let (_, shown) = told(&["check", renamed.path(), "--data", city()]);
    assert!(shown.contains("不能施行") && shown.contains("出路"), "{shown}");
}

#[test]
fn a_dropped_state_forbids_the_change_while_a_case_is_in_it() {
    let (_, before) = json(&["check", packs().to_str().expect("a path"), "--data", city()]);
    assert_eq!(before["totals"]["cases"], 0, "no change reaches no case");
    let renamed = New::with(&[("cn/procedures/power.toml", &|t| t.replace("in-force", "standing-by"))]);
    let (code, answer) = json(&["check", renamed.path(), "--data", city()]);
    assert_eq!(code, 1, "{answer}");
    let blocks = answer["blocks"].as_array().expect("a list");
    assert!(blocks.iter().any(|b| b["why"].as_str().is_some_and(|w| w.contains("状态") && w.contains("被删去"))));
}

#[test]
fn only_officers_changed_shows_the_holder_before_and_after() {
    let changed = New::with(&[("demo/officers.toml", &|t| {
        // A and B of every handler's post change places.
        let mut out = String::new();
        for entry in t.split_inclusive("\n\n") {
            let swap = entry.contains(".handler\"\na = ");
            let line = |l: &str| match l.split_once(" = ") {
                Some(("a", who)) if swap => format!("b = {who}"),
                Some(("b", who)) if swap => format!("a = {who}"),
                _ => l.to_owned(),
            };
            out += &entry.split_inclusive('\n').map(line).collect::<String>();
        }
        out
    })]);
    let (code, answer) = json(&["check", changed.path(), "--data", city()]);
    assert_eq!(code, 0);
    let cases = answer["cases"].as_array().expect("a list");
    assert!(!cases.is_empty());
    for case in cases {
        assert!(case["clocks"].as_array().expect("a list").is_empty(), "no date moves: {case}");
        assert_ne!(case["holder"]["before"], case["holder"]["after"]);
    }
}

#[test]
fn a_county_checks_its_own_pack_alone_and_the_rest_stays_as_it_is() {
    let changed = New::with(&[("cn-630222/items/zrzy.toml", &|t| {
        t.replacen("promised = { workdays = 5", "promised = { workdays = 4", 1)
    })]);
    let alone = changed.dir.path().join("cn-630222");
    let (code, answer) =
        json(&["check", alone.to_str().expect("a path"), "--against", packs().to_str().expect("a path")]);
    assert_eq!(code, 0);
    let changes = answer["difference"]["changes"].as_array().expect("a list");
    assert!(
        !changes.is_empty() && changes.iter().all(|c| c["kind"] == "item" && c["what"] == "changed"),
        "{changes:?}"
    );
}

#[test]
fn bad_input_is_told_with_the_way_out_and_nothing_is_compared() {
    let broken =
        New::with(&[("cn/procedures/licence.toml", &|t| t.replacen("to = \"checking\"", "to = \"chcking\"", 1))]);
    let packs = packs();
    let packs = packs.to_str().expect("a path");
    let (code, shown) = told(&["check", broken.path(), "--against", packs]);
    assert_eq!(code, 1);
    assert!(shown.contains("chcking") && shown.contains("没有比较"), "{shown}");
    let (code, shown) = told(&["check", packs, "--against", broken.path()]);
    assert_eq!(code, 1);
    assert!(shown.contains("拿来比的旧规则") && shown.contains("chcking"), "{shown}");
    let (code, shown) = told(&["check", packs, "--against", "mysql://localhost/x"]);
    assert_eq!(code, 2);
    assert!(shown.contains("不是数据库地址") && shown.contains("sqlite:"), "{shown}");
    let (code, shown) = told(&["check", packs, "--against", "postgres://localhost/x"]);
    assert_eq!(code, 1);
    assert!(shown.contains("postgres://"), "{shown}");
    let empty = tempfile::tempdir().expect("a folder");
    let (code, shown) = told(&["check", packs, "--data", empty.path().to_str().expect("a path")]);
    assert_eq!(code, 1);
    assert!(shown.contains("没有数据"), "{shown}");
    let (code, shown) = told(&["check", packs, "--against", empty.path().to_str().expect("a path")]);
    assert_eq!(code, 1);
    assert!(shown.contains("没有规则包"), "{shown}");
    let (code, shown) = told(&["check", packs, "--against", city(), "--data", city()]);
    assert_eq!(code, 2);
    assert!(shown.contains("不用再写 --data"), "{shown}");
}

#[test]
fn a_store_without_cases_and_one_that_a_server_holds_are_answered() {
    let holiday = New::with(&[("cn/calendar/notices.toml", &july_holiday)]);
    let empty = tempfile::tempdir().expect("a folder");
    let data = empty.path().to_str().expect("a path");
    drop(xiaoneng_store_sqlite::SqliteStore::open(data).expect("a new store"));
    let (code, shown) = told(&["check", holiday.path(), "--against", data]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("还没有办件"), "{shown}");
    // A server has the store's lock: reading goes on beside it.
    let server = xiaoneng_store_sqlite::SqliteStore::open(data).expect("the lock");
    let (code, shown) = told(&["check", holiday.path(), "--against", &format!("sqlite:{data}")]);
    assert_eq!(code, 0, "{shown}");
    drop(server);
}

/// Opens the city, hears where it is, closes it again; answers what it said on both streams.
fn opened(data: &str, pack: &str) -> (Value, String) {
    use std::io::{BufRead, BufReader, Read};
    let mut child = Command::new(env!("CARGO_BIN_EXE_xiaoneng"))
        .args(["demo", "--data", data, "--pack", pack, "--port", "0", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("it says where");
    child.kill().expect("it is stopped");
    let mut remarks = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut remarks).expect("text");
    child.wait().expect("it ends");
    (serde_json::from_str(&line).unwrap_or(Value::Null), remarks)
}

#[test]
fn a_folder_changed_while_nothing_ran_does_not_take_effect_by_itself() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("city");
    copy(Path::new(city()), &data);
    let data = data.to_str().expect("a path");
    let packs = packs();
    let (told, remarks) = opened(data, packs.to_str().expect("a path"));
    assert!(told["url"].is_string() && !remarks.contains("还没有施行"), "{remarks}");
    let holiday = New::with(&[("cn/calendar/notices.toml", &july_holiday)]);
    let (told, remarks) = opened(data, holiday.path());
    assert!(told["url"].is_string(), "it opens all the same");
    assert!(remarks.contains("还没有施行") && remarks.contains("“规则”页"), "{remarks}");
    // What the store says is in force is what a change is held against, without being named.
    let (code, answer) = json(&["check", holiday.path(), "--data", data]);
    assert_eq!(code, 0);
    let changes = answer["difference"]["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert!(answer["cases"].as_array().is_some_and(|cases| cases.len() > 10));
    // A folder that does not load any more stops nobody: what is in force is in the store.
    let broken = New::with(&[("cn/words.toml", &|t| format!("«\n{t}"))]);
    let (told, remarks) = opened(data, broken.path());
    assert!(told["url"].is_string() && remarks.contains("xiaoneng check"), "{remarks}");
}

/// Only cases within reach of a change are read: reading all of them finds no more.
#[test]
fn cases_out_of_a_changes_reach_are_not_moved_by_it() {
    let swap = |t: String| t.replace("a = \"mh-zrzy-handler\"", "a = \"mh-zrzy-head\"");
    let yellow = |t: String| t.replace("yellow = 1\n", "yellow = 4\n");
    let sooner = |t: String| t.replacen("workdays = 10", "workdays = 5", 3);
    // A layer that no unit works by: it moves nothing, but nobody can know that without looking at every case.
    let layer = |t: String| format!("{t}\n[[layer]]\nid = \"nobodys\"\ntitle = \"没有单位用\"\n");
    let edits: [(&str, &dyn Fn(String) -> String); 4] = [
        ("demo/officers.toml", &swap),
        ("cn-6302/procedures/homestead.toml", &yellow),
        ("cn/limits/licence.toml", &sooner),
        ("cn-6302/calendar/layers.toml", &layer),
    ];
    let of = |edits: &[(&str, &dyn Fn(String) -> String)]| {
        let new = New::with(edits);
        let (_, answer) = json(&["check", new.path(), "--data", city()]);
        let moved = |case: &Value| format!("{} {} {}", case["number"], case["clocks"], case["holder"]);
        let cases: Vec<String> = answer["cases"].as_array().expect("a list").iter().map(moved).collect();
        (cases, answer["totals"]["reached"].as_u64().expect("a number"))
    };
    let (within, read) = of(&edits[..3]);
    let (all, read_all) = of(&edits);
    assert!(!within.is_empty() && read < read_all, "{} moved, {read} of {read_all} read", within.len());
    assert_eq!(within, all);
}
