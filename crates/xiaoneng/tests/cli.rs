//! The command line as it is typed: every test runs the binary.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn xiaoneng() -> Command {
    Command::new(env!("CARGO_BIN_EXE_xiaoneng"))
}

fn run(args: &[&str]) -> Output {
    xiaoneng().args(args).output().expect("the binary runs")
}

/// Stdout of a command that must end well.
fn told(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&told(args)).expect("one JSON value")
}

/// The exit code and stderr of a command that must not end well.
fn refused(args: &[&str]) -> (i32, String) {
    let output = run(args);
    assert!(!output.status.success(), "{args:?}: {}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "", "{args:?} told something beside its error");
    (output.status.code().expect("an exit code"), text(&output.stderr))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// What a command answers to lines on stdin, and its exit code.
fn lines(args: &[&str], input: &str) -> (Vec<String>, i32) {
    let mut child = xiaoneng().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("stdin");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let mut answer = String::new();
    child.stdout.take().expect("stdout").read_to_string(&mut answer).expect("it answers");
    writer.join().expect("the writer ends").expect("all was read");
    let code = child.wait().expect("it ends").code().expect("an exit code");
    (answer.lines().map(str::to_owned).collect(), code)
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

#[test]
fn five_promised_days_from_20_august_2015_end_on_27_august() {
    let due = json(&["due", "XK-42-1", "--from", "2015-08-20T10:00", "--promise", "5", "--json"]);
    assert_eq!(due["limit"], "XK-42-1");
    assert_eq!(due["first_day"], "2015-08-21");
    assert_eq!(due["due_date"], "2015-08-27");
    assert_eq!(due["due_at"], "2015-08-27T23:59:59");
    assert_eq!(due["statutory_due_date"], "2015-09-18");
    assert_eq!((&due["provisional"], &due["doubtful"]), (&Value::Bool(false), &Value::Bool(false)));
    assert_eq!((due["used"].as_i64(), due["left"].as_i64()), (Some(0), Some(5)));
    assert_eq!(due["light"], "green");
    assert_eq!(due["next_change_at"], "2015-08-26T00:00:00");
    let counting: u64 = stretches(&due).filter(|s| s["counts"] == true).map(|s| s["days"].as_u64().unwrap()).sum();
    assert_eq!(counting, 5);
}

fn stretches(due: &Value) -> impl Iterator<Item = &Value> {
    due["why"].as_array().expect("a list").iter()
}

#[test]
fn the_parade_holiday_moves_a_date_once_its_notice_is_known() {
    let on = |day| json(&["due", "XK-42-1", "--from", "2015-08-31", "--known-on", day, "--json"])["due_date"].clone();
    assert_eq!(on("2015-05-01"), "2015-09-28");
    assert_eq!(on("2015-06-01"), "2015-09-29");
    assert_eq!(told(&["calendar", "add", "2015-08-31", "20", "--known-on", "2015-05-01"]), "2015-09-28\n");
    assert_eq!(told(&["calendar", "add", "2015-08-31", "20"]), "2015-09-29\n");
}

#[test]
fn lights_turn_yellow_on_the_day_before_red_after_the_last_second_and_stand_still_in_a_pause() {
    let at = |at: &str, pause: &str| {
        let mut args = vec!["due", "XK-42-1", "--from", "2015-08-20T10:00", "--promise", "5", "--json", "--at", at];
        if !pause.is_empty() {
            args.extend(["--pause", pause]);
        }
        let due = json(&args);
        (due["light"].as_str().unwrap().to_owned(), due["left"].as_i64().unwrap(), due["next_change_at"].clone())
    };
    assert_eq!(at("2015-08-25T23:59:59", "").0, "green");
    assert_eq!(at("2015-08-26", ""), ("yellow".into(), 1, "2015-08-28T00:00:00".into()));
    assert_eq!(at("2015-08-27T23:59:59", "").0, "yellow");
    assert_eq!(at("2015-08-28", ""), ("red".into(), -1, Value::Null));
    assert_eq!(at("2015-08-28T00:00+08:00", "").0, "red");
    assert_eq!(at("2015-08-27T15:59:59Z", "").0, "yellow");
    assert_eq!(at("2015-08-25T12:00", "2015-08-24T09:00.."), ("paused".into(), 3, Value::Null));
    assert_eq!(at("2015-08-25T12:00", "2015-08-24T09:00..2015-08-26T09:00").2, "2015-08-26T09:00:00");
}

#[test]
fn a_pause_and_an_extension_move_the_end_and_say_why() {
    let args =
        ["due", "XK-42-1", "--from", "2015-08-31", "--extend", "--pause", "2015-09-07..2015-09-09=专家评审", "--json"];
    let due = json(&args);
    assert_eq!((&due["due_date"], &due["extended"]), (&"2015-10-21".into(), &10.into()));
    let paused: Vec<&Value> = stretches(&due).filter(|s| s["reason"] == "暂停计时：专家评审").collect();
    assert_eq!((paused.len(), paused[0]["days"].as_u64()), (1, Some(2)));
    let counting: u64 = stretches(&due).filter(|s| s["counts"] == true).map(|s| s["days"].as_u64().unwrap()).sum();
    assert_eq!(counting, 30);
}

#[test]
fn the_explanation_for_a_reader_adds_up() {
    let shown = told(&["due", "XK-42-1", "--from", "2015-08-20T10:00", "--promise", "5"]);
    for part in [
        "第四十二条第一款",
        "承诺到期    2015-08-27（周四）",
        "法定到期    2015-09-18（周五）",
        "◆",
        "◇",
        "合计算 5 天 = 5个工作日",
        "合计算 20 天 = 20个工作日",
    ] {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "no colours where nobody looks");
}

#[test]
fn a_doubtful_limit_says_so_in_every_answer() {
    let due = json(&["due", "XK-47-a", "--from", "2015-08-31", "--json"]);
    assert_eq!(due["doubtful"], true);
    assert!(due["doubt"].as_str().unwrap().starts_with("存疑："));
    assert!(told(&["due", "XK-47-a", "--from", "2015-08-31"]).contains("存疑："));
}

#[test]
fn what_the_law_does_not_give_is_refused_with_the_reason() {
    let cases: [(&[&str], &str); 8] = [
        (&["due", "XK-50-b", "--from", "2015-08-31"], "没有可以计算的天数"),
        (&["due", "XK-32-1-4", "--from", "2015-08-31", "--extend"], "没有规定可以延长"),
        (&["due", "XK-42-1", "--from", "2015-08-31", "--promise", "21"], "比法定的 20个工作日还长"),
        (&["due", "XK-42-1", "--from", "2004-06-30"], "不在施行期内（2004-07-01 起）"),
        (&["due", "XK-42-1", "--from", "2035-12-20"], "2035-12-31"),
        (&["due", "XK-42-1", "--from", "2015-08-31", "--pause", "2015-09-09..2015-09-07"], "调换"),
        (
            &["due", "XK-42-1", "--from", "2015-08-31", "--pause", "2015-12-01..2015-12-02"],
            "已于 2015-09-29T23:59:59 届满",
        ),
        (&["due", "XK-42-1", "--from", "2015-08-31", "--pause", "2015-09-01.."], "--at"),
    ];
    for (args, expected) in cases {
        let (code, why) = refused(args);
        assert!(code == 1 && why.contains(expected), "{args:?}: {code} {why}");
    }
}

#[test]
fn an_unknown_limit_is_answered_with_names_that_are_near() {
    for wrong in ["xk-42-1", "XK42-1", "XK-42", "XK-42-11"] {
        let (code, why) = refused(&["due", wrong, "--from", "2015-08-31"]);
        assert!(code == 1 && why.contains("相近的有") && why.contains("XK-42-1"), "{wrong}: {why}");
    }
    let (_, why) = refused(&["due", "量子力学", "--from", "2015-08-31"]);
    assert!(why.contains("xiaoneng limits") && !why.contains("相近"), "{why}");
}

#[test]
fn wrong_dates_and_numbers_are_told_apart() {
    let cases = [
        (["add", "2015-02-30", "1"], 2, "2 月只有 28 天"),
        (["add", "1999-01-01", "1"], 1, "2004-01-01 到 2035-12-31"),
        (["add", "2036-01-01", "1"], 1, "2004-01-01 到 2035-12-31"),
        (["add", "2015-08-31", "-1"], 1, "负数"),
        (["add", "2015-08-31", "1000000000000"], 1, "请把天数改小"),
        (["add", "2015-08-31", "99999999999999999999"], 1, "请把天数改小"),
        (["add", "2015-08-31", "x"], 2, "不是整数"),
        (["add", "2015-08-31", "1.5"], 2, "不是整数"),
        (["between", "2015-09-28", "2015-08-31"], 1, "调换"),
        (["between", "2015-08-31", "2036-01-01"], 1, "2035-12-31"),
    ];
    for (args, expected, words) in cases {
        let args = [&["calendar"], &args[..]].concat();
        let (code, why) = refused(&args);
        assert!(code == expected && why.contains(words), "{args:?}: {code} {why}");
        let output = run(&[&args[..], &["--json"]].concat());
        let error: Value = serde_json::from_slice(&output.stdout).expect("JSON on stdout");
        assert!(error["error"].as_str().unwrap().contains(words) && output.stderr.is_empty());
    }
}

#[test]
fn zero_working_days_on_are_the_day_itself_and_the_end_counts_between() {
    assert_eq!(told(&["calendar", "add", "2015-10-03", "0"]), "2015-10-03\n");
    assert_eq!(told(&["calendar", "between", "2015-08-31", "2015-09-29"]), "20\n");
    assert_eq!(told(&["calendar", "between", "2015-09-29", "2015-09-29"]), "0\n");
    let open = json(&["calendar", "add", "2015-08-31", "20", "--known-on", "2014-06-01", "--json"]);
    assert_eq!((&open["n"], &open["provisional"]), (&20.into(), &true.into()));
    assert_eq!(json(&["calendar", "add", "2015-08-31", "20", "--json"])["provisional"], false);
}

#[test]
fn twenty_thousand_lines_get_twenty_thousand_answers() {
    let mut input = String::new();
    for i in 0..20_000 {
        input += &format!("2015-{:02}-{:02},{}\n", i % 12 + 1, i % 31 + 1, i % 120);
    }
    let (answers, code) = lines(&["calendar", "add", "-"], &input);
    assert_eq!((answers.len(), code), (20_000, 1), "31 November is a fault, on its own line");
    for (line, answer) in input.lines().zip(&answers).step_by(997) {
        let (date, n) = line.split_once(',').unwrap();
        let single = run(&["calendar", "add", date, n]);
        match single.status.success() {
            true => assert_eq!(text(&single.stdout).trim(), answer),
            false => {
                assert!(answer.starts_with("error: ") && text(&single.stderr).contains("没有"), "{line}: {answer}")
            }
        }
    }
    let (answers, _) = lines(&["calendar", "add", "-", "--json"], &input);
    assert_eq!(answers.len(), 20_000);
    assert!(answers.iter().all(|a| serde_json::from_str::<Value>(a).is_ok()));
}

#[test]
fn faulty_lines_leave_the_others() {
    let input = "\u{feff}2015-08-31,20\r\n\n2015-02-30,1\nx\n2015-08-31,-1\n 2015-08-31 , 20 \n2015-08-31,20";
    let (answers, code) = lines(&["calendar", "add", "-"], input);
    assert_eq!(code, 1);
    let good: Vec<usize> = (0..answers.len()).filter(|i| answers[*i] == "2015-09-29").collect();
    assert_eq!((answers.len(), good), (7, vec![0, 5, 6]));
    assert!(answers[2].starts_with("error: 第 3 行"), "{}", answers[2]);
    let (answers, code) = lines(&["calendar", "between", "-"], "2015-08-31,2015-09-29\n2015-09-29,2015-08-31\n");
    assert_eq!((answers[0].as_str(), code), ("20", 1));
    assert_eq!(lines(&["calendar", "add", "-"], ""), (Vec::new(), 0));
}

#[test]
fn due_answers_twenty_thousand_lines_and_names_the_faulty() {
    let mut input = String::new();
    for i in 0..20_000 {
        input += &format!(
            "{{\"limit\":\"XK-42-1\",\"from\":\"2015-{:02}-{:02}T10:00\",\"promise\":5}}\n",
            i % 12 + 1,
            i % 28 + 1
        );
    }
    let (answers, code) = lines(&["due", "-"], &input);
    assert_eq!((answers.len(), code), (20_000, 0));
    let faulty = r#"{"limit":"XK-42-1","from":"2015-08-20T10:00","promise":5,"at":null}
{"limit":"XK-42-1","form":"2015-08-20"}
not json
{"limit":"XK-42-1","from":"2015-08-31","known_on":"2015-05-01"}
{"limit":"NO-1","from":"2015-08-31"}
{"limit":"XK-42-1","from":"2015-08-31","pauses":[["2015-09-07","2015-09-09"],["2015-09-08","2015-09-10","听证"]]}
"#;
    let (answers, code) = lines(&["due", "-"], faulty);
    let answers: Vec<Value> = answers.iter().map(|a| serde_json::from_str(a).expect("JSON")).collect();
    assert_eq!((answers.len(), code), (6, 1));
    assert_eq!(answers[0]["due_date"], "2015-08-27");
    assert!(answers[1]["error"].as_str().unwrap().contains("没有“form”这一项"));
    assert!(answers[2]["error"].is_string() && answers[4]["error"].as_str().unwrap().contains("NO-1"));
    assert_eq!(answers[3]["due_date"], "2015-09-28");
    assert_eq!(answers[5]["due_date"], "2015-10-09", "three days stood still, once each");
}

#[test]
fn each_line_is_answered_before_the_next_is_asked() {
    let mut child = xiaoneng()
        .args(["calendar", "add", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("stdin");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout"));
    for _ in 0..3 {
        stdin.write_all(b"2015-08-31,20\n").expect("it reads");
        let mut answer = String::new();
        stdout.read_line(&mut answer).expect("it answers");
        assert_eq!(answer, "2015-09-29\n");
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    for args in [&["calendar", "add", "-"][..], &["due", "-"]] {
        let mut child = xiaoneng()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("stdin");
        // The reader goes, as `head` does; the writer still pours.
        drop(child.stdout.take());
        let _ = stdin.write_all("2015-08-31,20\n".repeat(200_000).as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    }
}

#[test]
fn the_packs_in_the_binary_are_without_error_and_show_their_tables() {
    let checked = json(&["check", "--json"]);
    assert_eq!((&checked["ok"], &checked["errors"]), (&true.into(), &0.into()));
    let shown = told(&["check", "--table"]);
    assert!(shown.contains("行政许可（licence）") && shown.contains("没有错误"), "{shown}");
    let (code, why) = refused(&["check", "--against", "old"]);
    assert!(code == 1 && why.contains("规则包文件夹 old 打不开"), "{why}");
}

#[test]
fn a_misspelt_key_is_told_with_file_line_and_column() {
    let dir = tempfile::tempdir().expect("a folder");
    copy(&packs(), &dir.path().join("packs"));
    let file = dir.path().join("packs/cn/procedures/licence.toml");
    let text_before = std::fs::read_to_string(&file).expect("a text");
    let line = text_before.lines().position(|l| l.starts_with("about = ")).expect("a key") + 1;
    std::fs::write(&file, text_before.replace("\nabout = ", "\nabuot = ")).expect("written");
    let output = xiaoneng().current_dir(dir.path()).args(["check", "packs"]).output().expect("it runs");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    let place = format!("packs/cn/procedures/licence.toml:{line}:1: ");
    assert!(shown.contains(&place) && shown.contains("about"), "{place} is missing in\n{shown}");
    let packs = dir.path().join("packs");
    let packs = packs.to_str().expect("a path");
    let (code, why) = refused(&["calendar", "add", "2015-08-31", "20", "--pack", packs]);
    assert!(code == 1 && why.contains(&format!("licence.toml:{line}:1")), "{why}");
    let output = run(&["check", packs, "--json"]);
    let checked: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let unknown = checked["faults"].as_array().unwrap().iter().find(|f| f["code"] == "unknown-key").expect("the fault");
    assert_eq!(
        (checked["ok"].as_bool(), unknown["line"].as_u64(), unknown["column"].as_u64()),
        (Some(false), Some(line as u64), Some(1))
    );
}

#[test]
fn a_county_checks_its_own_pack_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    copy(&packs().join("cn-630222"), &dir.path().join("cn-630222"));
    let output = run(&["check", dir.path().join("cn-630222").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("取自程序自带"), "{}", text(&output.stderr));
}

#[test]
fn a_folder_that_is_no_pack_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(dir.path().join("file"), "x").unwrap();
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    std::fs::create_dir(dir.path().join("latin")).unwrap();
    std::fs::write(dir.path().join("latin/pack.toml"), b"id = \"x\"\ntitle = \"\xb9\xfa\"\n").unwrap();
    std::fs::create_dir(dir.path().join("big")).unwrap();
    std::fs::write(dir.path().join("big/pack.toml"), "#".repeat(5 << 20)).unwrap();
    let cases = [
        ("none", "打不开"),
        ("file", "不是文件夹"),
        ("empty", "没有规则包"),
        ("latin", "pack.toml:2: 不是 UTF-8"),
        ("big", "上限 4 MB"),
    ];
    for (name, words) in cases {
        let (code, why) = refused(&["check", &path(name)]);
        assert!(code == 1 && why.contains(words), "{name}: {why}");
    }
}

#[test]
fn limits_are_listed_and_searched() {
    let all = json(&["limits", "--json"]);
    let found = json(&["limits", "许可", "延续", "--json"]);
    assert!(all.as_array().unwrap().len() > found.as_array().unwrap().len());
    let one = json(&["limits", "xk-42-1", "--json"]);
    assert_eq!(
        (&one[0]["id"], &one[0]["length"], &one[0]["kind"]),
        (&"XK-42-1".into(), &20.into(), &"workdays".into())
    );
    assert_eq!(one[0]["extension"]["by"], 10);
    assert!(told(&["limits", "XK-42-1"]).contains("20个工作日"));
}

#[test]
fn a_resident_who_says_build_a_house_finds_the_homestead() {
    let found = json(&["search", "民和", "盖房", "--json"]);
    assert_eq!((&found[0]["kind"], &found[0]["code"]), (&"item".into(), &"630222-zjd".into()));
    assert!(found[0]["title"].as_str().unwrap().contains("宅基地") && found[0]["unit"].is_string());
    assert_eq!(json(&["search", "量子力学xyz", "--json"]), Value::Array(Vec::new()));
}

#[test]
fn a_month_is_shown_with_its_holidays_and_make_up_days() {
    let shown = told(&["calendar", "show", "2015-09"]);
    assert!(shown.contains("3休") && shown.contains("6班") && shown.contains("21 个工作日"), "{shown}");
    let before = told(&["calendar", "show", "2015-09", "--known-on", "2015-05-01"]);
    assert!(!before.contains("3休"), "{before}");
    let year = json(&["calendar", "show", "2015", "--json"]);
    assert_eq!(year["days"].as_array().unwrap().len(), 365);
    assert_eq!(refused(&["calendar", "show", "15"]).0, 2);
    assert_eq!(refused(&["calendar", "show", "2036"]).0, 1);
}

#[test]
fn what_is_typed_wrongly_is_usage_and_answered_in_chinese() {
    let cases: [(&[&str], &str); 7] = [
        (&["calnedar"], "是不是“calendar”"),
        (&["check", "--wat"], "没有“--wat”"),
        (&["due", "XK-42-1"], "还缺 --from"),
        (&["due", "XK-42-1", "--from", "yesterday"], "2015-08-20T10:00"),
        (&["calendar", "add", "2015-08-31"], "还缺工作日数"),
        (&["bench", "everything"], "calendar、decide、act、lists、notice、packs"),
        (&["rebuild"], "--data"),
    ];
    for (args, words) in cases {
        let (code, why) = refused(args);
        assert!(code == 2 && why.contains(words), "{args:?}: {code} {why}");
    }
    assert!(told(&["--help"]).contains("用法：xiaoneng"));
    assert!(told(&["--version"]).starts_with("xiaoneng "));
}

#[test]
fn what_belongs_to_a_later_stage_says_so() {
    for args in
        [&["verify"][..], &["import", "x.xlsx", "--as", "power"], &["rebuild", "--store", "postgres://localhost/x"]]
    {
        let (code, why) = refused(args);
        assert!(code == 1 && why.contains("后面的阶段"), "{args:?}: {why}");
    }
}

#[test]
fn rows_made_again_from_events_are_the_same_and_the_doctor_is_content() {
    let dir = tempfile::tempdir().expect("a folder");
    let dir = dir.path().to_str().unwrap();
    let made = json(&["bench", "lists", "--n", "200", "--dir", dir, "--keep", "--json"]);
    let data = made["kept"].as_str().expect("kept");
    let rebuilt = json(&["rebuild", "--data", data, "--json"]);
    assert_eq!(rebuilt["identical"], true, "{rebuilt}");
    let seen = json(&["doctor", "--data", data, "--json"]);
    assert_eq!(seen["well"], true, "{seen}");
    assert_eq!(json(&["rebuild", "--store", &format!("sqlite:{data}"), "--json"])["identical"], true);
    std::fs::remove_file(Path::new(data).join("keys.db")).expect("the keys go");
    let (code, why) = refused(&["rebuild", "--data", data]);
    assert!(code == 1 && why.contains("keys.db"), "{why}");
    let output = run(&["doctor", "--data", data]);
    assert!(output.status.code() == Some(1) && text(&output.stdout).contains("密钥"));
    assert_eq!(refused(&["rebuild", "--data", "/nowhere"]).0, 1);
}
