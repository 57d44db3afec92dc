//! The library of limits as it is asked at the terminal: every test runs the binary.

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

/// Beyond the calendar, which ends in 2035: twenty years from 2024.
const TOO_FAR: [&str; 1] = ["FY-21-a"];

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xiaoneng")).args(args).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn told(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&told(args)).expect("one JSON value")
}

fn refused(args: &[&str]) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(1), "{args:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// Answers to questions, a line each.
fn due(questions: &[Value]) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xiaoneng"))
        .args(["due", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("stdin");
    let lines: String = questions.iter().map(|q| format!("{q}\n")).collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let mut answer = String::new();
    child.stdout.take().expect("stdout").read_to_string(&mut answer).expect("it answers");
    writer.join().expect("the writer ends").expect("all was read");
    child.wait().expect("it ends");
    answer.lines().map(|line| serde_json::from_str(line).expect("an answer")).collect()
}

fn day(value: &Value) -> Date {
    value.as_str().expect("a day").parse().expect("a day")
}

/// A Wednesday in the time in which a limit is in force and the calendar knows the days: not before 2005, so that
/// there is room to count back.
fn on(limit: &Value) -> Date {
    let from = day(&limit["from"]).max(date(2005, 1, 5));
    let monday = i64::from(from.weekday().to_monday_zero_offset());
    let chosen = from + ((9 - monday) % 7).days();
    assert!(limit["to"].is_null() || chosen <= day(&limit["to"]), "{}", limit["id"]);
    chosen
}

#[test]
fn every_limit_that_has_a_length_is_answered_on_a_day_on_which_it_is_in_force() {
    let all = json(&["limits", "--json"]);
    let countable: Vec<&Value> = all.as_array().expect("a list").iter().filter(|l| !l["kind"].is_null()).collect();
    assert!(countable.len() > 300, "{}", countable.len());
    let ask = |key: &str| -> Vec<Value> {
        countable.iter().map(|l| json!({"limit": l[key], "from": format!("{}T10:00", on(l))})).collect()
    };
    let (by_id, by_series) = (due(&ask("id")), due(&ask("series")));
    assert_eq!(by_id.len(), countable.len());
    for ((limit, answer), series) in countable.iter().zip(&by_id).zip(&by_series) {
        let id = limit["id"].as_str().expect("an id");
        if TOO_FAR.contains(&id) {
            assert!(answer["error"].as_str().is_some_and(|why| why.contains("超出了日历")), "{answer}");
            continue;
        }
        assert!(answer["error"].is_null(), "{id}: {}", answer["error"]);
        assert_eq!(series, answer, "a series answers by the version in force");
        assert_eq!(answer["limit"], id);
        in_its_own_sense(limit, answer);
        says_what_is_doubtful(limit, answer);
        adds_up(limit, answer);
    }
}

/// Back from an event, not before a day, earlier on a day of rest, or on from an event.
fn in_its_own_sense(limit: &Value, answer: &Value) {
    let (start, due) =
        (day(&Value::from(&answer["start"].as_str().expect("an instant")[..10])), day(&answer["due_date"]));
    match limit["direction"].as_str().expect("a direction") {
        "backward" => assert!(due < start, "{answer}"),
        "shift-back" => assert!(due <= start, "{answer}"),
        "not-before" => {
            assert_eq!(day(&answer["allowed_from"]), due.tomorrow().expect("a day"));
            assert!(answer["light"].is_null(), "a wait has no light: {answer}");
        }
        _ => assert!(due >= start && answer["allowed_from"].is_null(), "{answer}"),
    }
    let silence = &answer["silence"];
    match silence["as_of"].as_str() {
        None => assert_eq!((&silence["becomes"], &silence["date"]), (&"none".into(), &Value::Null)),
        Some("start") => assert_eq!(day(&silence["date"]), start),
        Some(_) => assert_eq!(silence["date"], answer["statutory_due_date"]),
    }
}

fn says_what_is_doubtful(limit: &Value, answer: &Value) {
    let doubtful = limit["evidence"] == "doubtful";
    assert_eq!(answer["doubtful"], doubtful);
    assert_eq!(answer["doubt"].is_string(), doubtful);
    let remarkable = limit["evidence"] != "seen" || limit["place"].as_str().is_some_and(|place| !place.is_empty());
    assert_eq!(answer["notes"].as_array().expect("a list").is_empty(), !remarkable, "{answer}");
}

/// For limits in days the counting stretches add up to the limit.
fn adds_up(limit: &Value, answer: &Value) {
    if matches!(limit["kind"].as_str(), Some("workdays" | "days")) {
        let why = answer["why"].as_array().expect("a list");
        let counted: u64 = why.iter().filter(|s| s["counts"] == true).filter_map(|s| s["days"].as_u64()).sum();
        assert_eq!(Some(counted), limit["length"].as_u64(), "{answer}");
    }
}

#[test]
fn a_limit_with_an_extension_is_lengthened_by_it() {
    let all = json(&["limits", "--json"]);
    let limits: Vec<&Value> = all.as_array().expect("a list").iter().filter(|l| !l["extension"].is_null()).collect();
    assert!(limits.len() > 20);
    let ask = |extend: bool| -> Vec<Value> {
        limits.iter().map(|l| json!({"limit": l["id"], "from": on(l).to_string(), "extend": extend})).collect()
    };
    for (plain, longer) in due(&ask(false)).iter().zip(due(&ask(true))) {
        assert!(day(&longer["due_date"]) > day(&plain["due_date"]), "{longer}");
    }
}

#[test]
fn what_stands_open_says_why_and_is_no_date() {
    let all = json(&["limits", "--json"]);
    let open: Vec<&Value> = all.as_array().expect("a list").iter().filter(|l| l["kind"].is_null()).collect();
    let questions: Vec<Value> = open.iter().map(|l| json!({"limit": l["id"], "from": on(l).to_string()})).collect();
    for (limit, answer) in open.iter().zip(due(&questions)) {
        let why = answer["error"].as_str().expect("an error");
        assert!(why.contains(limit["open"].as_str().expect("a reason")), "{why}");
    }
}

#[test]
fn reconsideration_counts_silence_from_receipt_until_2023_and_from_the_end_since() {
    let silence = |from: &str| json(&["due", "FY-17", "--from", from, "--json"])["silence"].clone();
    let (then, now) = (silence("2023-03-01T10:00"), silence("2024-03-01T10:00"));
    assert_eq!(
        (&then["becomes"], &then["as_of"], &then["date"]),
        (&"accepted".into(), &"start".into(), &"2023-03-01".into())
    );
    assert_eq!(
        (&now["becomes"], &now["as_of"], &now["date"]),
        (&"accepted".into(), &"end".into(), &"2024-03-08".into())
    );
    assert!(told(&["due", "FY-30", "--from", "2024-03-01T10:00"]).contains("视为受理，从 2024-03-08（周五）算起"));
    assert!(told(&["due", "FY17-17", "--from", "2023-03-01T10:00"]).contains("视为受理，从 2023-03-01（周三）算起"));
}

#[test]
fn each_way_of_counting_is_told_in_its_own_words() {
    let back = told(&["due", "XK-48-1-1", "--from", "2015-08-31"]);
    assert!(back.contains("倒算自") && back.contains("最迟        2015-08-19") && !back.contains("红灯"), "{back}");
    let wait = told(&["due", "QZ-46", "--from", "2015-08-31"]);
    assert!(wait.contains("满30日以后") && wait.contains("最早        2015-10-01"), "{wait}");
    let pay = told(&["due", "NMG-14", "--from", "2020-10-05"]);
    assert!(pay.contains("约定日") && pay.contains("最迟        2020-09-30"), "{pay}");
    let hours = told(&["due", "QZ-19", "--from", "2015-08-31T16:00"]);
    assert!(hours.contains("从这一刻算") && hours.contains("2015-09-01（周二）16:00"), "{hours}");
    let spot = told(&["due", "BDC-17-3", "--from", "2015-08-31T16:00"]);
    assert!(spot.contains("当天就要办"), "{spot}");
    let year = told(&["due", "XXGS-8", "--from", "2015-01-01"]);
    assert!(year.contains("每年6月30日以前") && year.contains("2015-06-30"), "{year}");
    let rolled = json(&["due", "XS-45-a", "--from", "2015-09-16", "--json"]);
    assert_eq!(rolled["due_date"], "2015-10-08", "fifteen days end on National Day and roll on");
    assert!(told(&["due", "AY-50-1", "--from", "2022-08-31"]).contains("外地规定：这是河南省安阳市的"));
    assert!(told(&["due", "YC-10", "--from", "2015-08-31"]).contains("转引："));
}

#[test]
fn a_version_out_of_force_names_the_one_in_force() {
    for (limit, from, other) in [
        ("XF05-33", "2023-01-04", "XF22-34"),
        ("XF22-34", "2015-01-05", "XF05-33"),
        ("FY-30", "2023-12-31", "FY17-17"),
        ("FY17-17", "2024-01-01", "FY-30"),
        ("CF-64-1", "2021-07-14", "CF17-42-1"),
    ] {
        let why = refused(&["due", limit, "--from", from]);
        assert!(why.contains("不在施行期内") && why.contains(&format!("当日施行的是 {other}")), "{why}");
    }
    let why = refused(&["due", "FY-32", "--from", "2023-01-04"]);
    assert!(why.contains("本库没有当日施行的同类时限"), "{why}");
}

#[test]
fn an_extension_without_a_number_says_what_the_law_says() {
    let why = refused(&["due", "XS-81", "--from", "2016-01-05", "--extend"]);
    assert!(why.contains("没有写延长多久") && why.contains("高级人民法院"), "{why}");
}

#[test]
fn the_list_stands_under_its_laws_and_can_be_narrowed() {
    let shown = told(&["limits", "复查"]);
    let (old, new) = (shown.find("XF05　信访条例").expect("XF05"), shown.find("XF22　信访工作条例").expect("XF22"));
    assert!(old < new && shown.contains("由 XF22 代替"));
    assert!(shown.contains("共 ") && shown.contains("2 部"));
    let narrow = |args: &[&str]| json(args).as_array().expect("a list").len();
    assert_eq!(narrow(&["limits", "复查", "--law", "XF22", "--json"]), 4);
    assert_eq!(narrow(&["limits", "复查", "--on", "2015-08-20", "--json"]), 4);
    assert_eq!(narrow(&["limits", "--law", "信访", "--json"]), 18);
    assert!(refused(&["limits", "复查", "--law", "XK"]).contains("--law XK"));
    assert_eq!(run(&["limits", "--on", "2015-13-01"]).status.code(), Some(2));
}

#[test]
fn one_limit_or_one_series_is_shown_with_all_that_is_known() {
    let card = told(&["limits", "fy-30"]);
    for part in [
        "行政复议法（2023 年修订）",
        "5个工作日",
        "视为受理，从期满那天算起",
        "FY-17：还有 FY17-17",
        "读过原文",
        "第八十八条第二款",
    ] {
        assert!(card.contains(part), "{part} is missing in\n{card}");
    }
    let both = told(&["limits", "XF-33"]);
    assert!(both.contains("XF05-33　信访条例") && both.contains("XF22-34　信访工作条例"), "{both}");
    assert!(told(&["limits", "ZC-29"]).contains("存疑"));
}

#[test]
fn a_word_that_no_limit_has_is_answered_with_what_is_near() {
    assert!(refused(&["limits", "复义"]).contains("是不是“复议”"));
    assert!(refused(&["limits", "XK-42-9"]).contains("XK-42-1"));
    assert!(refused(&["limits", "--law", "XF2"]).contains("XF22 信访工作条例"));
    assert!(refused(&["limits", "--law", "信坊"]).contains("信访"));
    assert!(refused(&["limits", "信访", "投标"]).contains("同时"));
    let error = run(&["limits", "复义", "--json"]);
    let said: Value = serde_json::from_str(&text(&error.stdout)).expect("JSON");
    assert!(error.status.code() == Some(1) && said["error"].is_string());
}
