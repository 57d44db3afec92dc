//! Each kind of fault: a pack with exactly that one (`tests/faults`), its place and its way out.

mod common;

use std::collections::BTreeSet;

use common::table::cases;
use common::*;
use xiaoneng_pack::{KINDS, Sources, load, load_with_warnings};

#[test]
fn the_pack_the_faults_are_put_into_has_none() {
    good().world();
    for over in ["county", "tasks", "family", "bundle", "powers", "forestry", "duties"] {
        good().over(over).world();
    }
    good().and("cn/README.md", "no TOML").world();
}

/// The nation says what somebody must do; a county without a list of its own does it, and is not accused.
#[test]
fn where_no_list_was_drawn_up_nobody_oversteps() {
    let duty = "[[power]]\ncode = \"qs\"\ntitle = \"取水许可\"\nkind = \"行政许可\"\nat = [\"county\"]\n";
    let world = good().and("cn/powers.toml", duty).world();
    assert!(world.powers.len() == 2 && world.powers.iter().all(|power| power.unit.is_none()));
}

#[test]
fn each_fault_is_told_at_its_line_with_its_way_out_and_no_other_is() {
    let cases = cases();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(table, case)| Some(format!("{table}: {} {}: {}", case.kind, case.says, case.wrong()?)))
        .collect();
    assert!(wrong.is_empty(), "{}\n{} of {} cases", wrong.join("\n"), wrong.len(), cases.len());
    assert!(cases.len() > 200, "{} cases", cases.len());
}

#[test]
fn all_faults_are_told_and_not_the_first_only() {
    let pack = good()
        .with(LICENCE, "title = \"受理\"", "titel = \"受理\"")
        .with(LICENCE, "reason = true", "reason = 1")
        .with(LIMITS, "workdays = 5", "workdays = \"5\"")
        .with(ITEMS, "kind = ", "kynd = ");
    let (_, faults) = pack.load();
    let mut codes: Vec<(&str, &str)> = faults.iter().map(|f| (&*f.file, f.code)).collect();
    codes.sort();
    assert_eq!(
        codes,
        [
            (ITEMS, "unknown-key"),
            (LIMITS, "no-length"),
            (LIMITS, "wrong-type"),
            (LICENCE, "unknown-key"),
            (LICENCE, "wrong-type")
        ]
    );
}

#[test]
fn nothing_at_all_is_no_pack() {
    let fault = load(&Sources::new()).unwrap_err();
    assert_eq!(fault.iter().next().map(|f| f.code), Some("no-pack"));
}

/// Where one slip makes two faults, both are told.
#[test]
fn a_ring_is_told_at_each_of_its_links_and_a_twin_at_each_place() {
    let ring = good().with(CITY, "under = \"cn\"", "under = \"city\"").load().1;
    let ring = ring.iter().find(|f| f.code == "ring").expect("a layer that includes itself");
    assert_eq!((&*ring.file, ring.line, ring.column), (CITY, 3, 9));
    let ring = good().with(DIVISIONS, "level = \"city\"", "level = \"city\"\nparent = \"630222\"").load().1;
    assert!(ring.iter().all(|f| f.code == "ring" && f.file == DIVISIONS) && ring.len() == 2, "{ring}");
    let text = good().0[ITEMS].clone();
    let twins = good().and("city/items/more.toml", &text).load().1;
    assert_eq!(twins.iter().map(|f| f.code).collect::<Vec<_>>(), ["twice", "twice"], "once for each county:\n{twins}");
    let looping = good()
        .with(LICENCE, "[fields]", "stuck = { title = \"卡住\" }\nother = { title = \"又一处\" }\n\n[fields]")
        .with(LICENCE, "from = \"*\"", "from = [\"received\", \"accepted\"]")
        .and(
            LICENCE,
            "\n[actions.park]\ntitle = \"搁置\"\nfrom = [\"accepted\", \"other\"]\nto = \"stuck\"\nby = \"holder\"\n",
        )
        .and(LICENCE, "\n[actions.move]\ntitle = \"转\"\nfrom = [\"stuck\"]\nto = \"other\"\nby = \"holder\"\n");
    let (_, faults) = looping.load();
    assert_eq!(faults.iter().map(|f| f.code).collect::<Vec<_>>(), ["dead-end", "dead-end"], "{faults}");
    assert!(faults.to_string().contains("到不了任何办结的状态"));
}

/// A syntax error is told once; what the file would have named is not missed elsewhere.
#[test]
fn one_broken_file_makes_one_fault() {
    for path in good().0.keys().filter(|path| !path.ends_with("pack.toml")) {
        let (world, faults) = good().and(path, "\nbroken = = 1\n").load();
        assert!(world.is_none());
        assert!(faults.iter().all(|f| f.file == *path && f.code == "syntax"), "{path}:\n{faults}");
    }
}

#[test]
fn a_pack_of_a_hundred_megabytes_is_refused() {
    let one = Sources::from_iter([("cn/pack.toml", "#".repeat(100 * 1024 * 1024))]);
    let faults = load(&one).unwrap_err();
    assert_eq!(faults.iter().map(|f| (f.code, &*f.file)).collect::<Vec<_>>(), [("too-large", "cn/pack.toml")]);
    assert!(faults.to_string().contains("超过单个文件的上限 4 MB"));
    let many: Sources = (0..34).map(|i| (format!("cn/limits/{i:02}.toml"), "#".repeat(3 * 1024 * 1024))).collect();
    let faults = load(&many).unwrap_err();
    assert!(faults.iter().all(|f| f.code == "too-large"));
    assert!(faults.to_string().contains("合计超过上限 64 MB"));
}

#[test]
fn a_file_of_nothing_but_faults_is_answered_shortly() {
    let keys: String = (0..20_000).map(|i| format!("strange-key-number-{i} = 1\n")).collect();
    let (_, faults) = good().and("cn/pack.toml", &keys).load();
    assert!(faults.len() <= 1_001, "{}", faults.len());
    assert!(faults.to_string().contains("没有列出"));
    let nested = format!("x = {}1{}\n", "[".repeat(50_000), "]".repeat(50_000));
    let (world, _) = good().and("cn/words.toml", &nested).load();
    assert!(world.is_none());
}

#[test]
fn a_fault_reads_well() {
    let (_, faults) = good().with(LICENCE, "to = \"accepted\"", "to = \"acepted\"").load();
    let expected = "cn/procedures/licence.toml:28:6: 错误[unknown-state] 没有“acepted”这个状态\n\
                    \u{20} 28 | to = \"acepted\"\n\
                    \u{20}    |      ^^^^^^^^^\n\
                    \u{20} 出路：是不是“accepted”？\n\n共 1 个错误";
    assert_eq!(faults.to_string(), expected);
    let json: serde_json::Value = serde_json::from_str(&faults.to_json()).expect("JSON");
    assert_eq!(json[0]["line"], 28);
    assert_eq!(json[0]["severity"], "error");
}

/// A kind of fault that the source can tell and no table tries would be an untested promise.
#[test]
fn every_kind_of_fault_is_tried() {
    // Tried above: sizes need more text than a table holds.
    let elsewhere = ["too-long", "too-large", "too-many-faults"];
    let tried: BTreeSet<String> = cases().into_iter().map(|(_, case)| case.kind).collect();
    let untried: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).filter(|kind| !tried.contains(*kind)).collect();
    assert_eq!(untried, elsewhere, "each other kind is in a table");
    let unknown: Vec<&String> = tried.iter().filter(|kind| !KINDS.iter().any(|(k, _)| k == kind)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Whatever is cut out of a file or put into it: faults, never a panic, and each has a place.
        #[test]
        fn prop_a_damaged_pack_is_answered(which in 0usize..12, at in 0usize..4000, cut in 0usize..60, put in "[\\[\\]{}=\"a-z0-9\\n. «]{0,12}") {
            let mut pack = good();
            let path = pack.0.keys().nth(which % pack.0.len()).expect("a file").clone();
            let text: Vec<char> = pack.0[&path].chars().collect();
            let at = at % (text.len() + 1);
            let end = (at + cut).min(text.len());
            let damaged: String = text[..at].iter().copied().chain(put.chars()).chain(text[end..].iter().copied()).collect();
            pack.0.insert(path, damaged);
            let (world, faults) = load_with_warnings(&pack.sources());
            prop_assert_eq!(world.is_none(), faults.has_errors());
            for fault in &faults {
                prop_assert!(!fault.help.is_empty(), "{}", fault);
                prop_assert!(fault.line > 0 || ["no-pack", "no-calendar", "too-many-faults"].contains(&fault.code), "{}", fault);
            }
        }
    }
}
