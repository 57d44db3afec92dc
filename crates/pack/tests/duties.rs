//! The table of the nine duties: what it must say, what a lower layer may not, and what opens a finding.

mod common;

use common::*;
use xiaoneng_pack::{Duty, LeadsTo, Strategy};

const DUTIES: &str = "cn/duties.toml";
const FINDING: &str = "cn/procedures/finding.toml";
const COUNTY: &str = "county/duties.toml";

fn pack() -> Pack {
    good().over("duties")
}

#[test]
fn a_table_is_read_and_says_what_runs_and_what_follows() {
    let duties = pack().world().duties;
    assert!(duties.runs(Strategy::AllAtOnce) && !duties.runs(Strategy::FirstGround));
    assert!(!duties.runs(Strategy::SameDay), "a duty that the table leaves out runs nothing");
    assert_eq!(duties.of(Duty::OneStop).map(|r| r.leads_to), Some(LeadsTo::Record));
    assert_eq!(duties.finding_for(Duty::OneNotice).map(|f| f.answer_workdays), Some(5));
    assert!(duties.finding_for(Duty::OneStop).is_none() && duties.finding_for(Duty::Promise).is_none());
}

#[test]
fn misspelt_words_are_told_with_their_line() {
    let cases = [
        (
            DUTIES,
            "[duty.one-stop]",
            "[duty.«one-stopp]",
            "unknown-word",
            "没有“one-stopp”这个制度",
            "是不是“one-stop”？",
        ),
        (
            DUTIES,
            "\"all-at-once\"",
            "«\"all-at-one\"",
            "unknown-word",
            "没有“all-at-one”这个办法",
            "是不是“all-at-once”？",
        ),
        (DUTIES, "leads-to = \"record\"", "leads-to = «\"recorded\"", "unknown-word", "这个后果", "是不是“record”？"),
        (
            DUTIES,
            "leads-to = \"record\"",
            "«lead-to = \"record\"",
            "unknown-key",
            "没有“lead-to”",
            "是不是“leads-to”？",
        ),
        (DUTIES, "rule = \"一个窗口收\"\n", "", "missing-key", "缺少 rule", "补上一行：rule"),
        (DUTIES, "basis = \"待核实\"", "basis = «\"\"", "empty", "basis 是空的", "待核实"),
        (DUTIES, "answer-workdays = 5", "answer-workdays = «0", "out-of-range", "在 1 到 60", "范围以内"),
    ];
    for (path, find, replacement, code, message, help) in cases {
        println!("{replacement}");
        let mut pack = pack().with(path, find, replacement);
        if code == "missing-key" {
            pack = pack.with(path, "[duty.one-stop]", "[duty.«one-stop]");
        }
        pack.one_fault(code, message, help);
    }
}

#[test]
fn a_strategy_belongs_to_its_duty() {
    let stop = "source = \"某地\"\nleads-to = \"record\"";
    let wrong = "source = \"某地\"\nstrategies = [«\"same-day\"]\nleads-to = \"record\"";
    pack().with(DUTIES, stop, wrong).one_fault("unknown-word", "“一站式服务制”没有“same-day”", "lead-answers");
}

#[test]
fn what_opens_a_finding_must_be_able_to() {
    let cases = [
        (
            DUTIES,
            "procedure = \"finding\"",
            "procedure = «\"findings\"",
            "unknown-procedure",
            "没有“findings”",
            "“finding”",
        ),
        (DUTIES, "opens = \"found\"", "opens = «\"foundd\"", "unknown-action", "没有“foundd”这个动作", "“found”"),
        (DUTIES, "opens = \"found\"", "opens = «\"raise\"", "not-by-law", "不能由法律开立问题", "law"),
        (DUTIES, "withdraws = \"withdraw\"", "withdraws = «\"close\"", "not-by-law", "不能由法律撤销问题", "law"),
    ];
    for (path, find, replacement, code, message, help) in cases {
        println!("{replacement}");
        pack().with(path, find, replacement).one_fault(code, message, help);
    }
    let asks = pack()
        .with(FINDING, "target = { type = \"unit\", title = \"当事单位\" }", "target = { type = \"unit\", title = \"当事单位\" }\nmood = { type = \"text\", max = 9, title = \"心情\" }")
        .with(FINDING, "needs = [\"fault\", \"target\"]", "needs = [\"fault\", \"target\", \"mood\"]")
        .with(DUTIES, "opens-above = \"found\"\nopens-top = \"found\"", "opens-above = \"found-b\"\nopens-top = \"found-b\"")
        .with(DUTIES, "opens = \"found\"", "opens = «\"found\"")
        .and(FINDING, "\n[actions.found-b]\ntitle = \"另立\"\nto = \"open\"\nby = \"law\"\nneeds = [\"fault\"]\nhands-to = \"handler\"\n");
    asks.one_fault("finding-needs", "机器不知道填什么", "由人以后填");
}

#[test]
fn a_lower_layer_adds_and_tightens() {
    let county = "\
[finding]
answer-workdays = 3
source = \"民和县演示\"

[duty.one-stop]
leads-to = \"finding\"
strategies = [\"lead-answers\"]
source = \"民和县演示\"

[duty.immediate]
title = \"即时办结制\"
group = \"matters\"
rule = \"当天办结\"
basis = \"待核实\"
source = \"民和县演示\"
strategies = [\"same-day\"]
leads-to = \"record\"
";
    let duties = pack().county().and(COUNTY, county).world().duties;
    assert_eq!(duties.finding_for(Duty::OneStop).map(|f| f.answer_workdays), Some(3));
    assert!(duties.runs(Strategy::LeadAnswers) && duties.runs(Strategy::SameDay) && duties.runs(Strategy::AllAtOnce));
    assert_eq!(duties.of(Duty::OneStop).map(|r| &*r.source), Some("某地；民和县演示"));
}

#[test]
fn a_lower_layer_that_loosens_is_told_both_lines() {
    let cases = [
        ("[duty.one-notice]\nleads-to = «\"record\"\n", "违规不再立为问题", "finding"),
        (
            "[finding]\nanswer-workdays = «10\n",
            "放宽了说明的期限（10 个工作日）；上级的 5 个工作日在 cn/duties.toml:7",
            "不多于",
        ),
        ("[duty.one-notice]\nrule = «\"可以分几次告知\"\n", "改写了“一次性告知制”的 rule", "删去这一行"),
        ("[duty.one-notice]\ngroup = «\"people\"\n", "改变了“一次性告知制”的归类", "删去 group"),
        ("[finding]\nopens = «\"found\"\n", "改写了 opens；上级的规定在 cn/duties.toml:3", "删去这一行"),
    ];
    for (county, message, help) in cases {
        println!("{county}");
        pack().county().and(COUNTY, county).one_fault("loosened", message, help);
    }
}

const POSTS: &str = "\n[posts]\nwindow = [\"收件\", \"答复进度\"]\nhandler = [\"初审\"]\n";
const CHARGE: &str =
    "\n[[charge]]\npost = \"swj.handler\"\ndivisions = [\"630222\"]\nunits = [\"swj\"]\ntownships = true\n";

#[test]
fn a_post_has_the_duties_of_its_roles_and_a_lower_layer_adds_some() {
    let world = pack().and(DUTIES, POSTS).county().and(COUNTY, "[posts]\nwindow = [\"收件\", \"上门取件\"]\n").world();
    let post = &world.org.posts["630222-swj.window"];
    assert_eq!(world.duties.of_post(post), ["收件", "答复进度", "上门取件"]);
}

#[test]
fn a_misspelt_role_is_told() {
    let wrong = POSTS.replace("handler =", "«handlr =");
    pack().and(DUTIES, &wrong).one_fault("unknown-role", "没有“handlr”这个岗位角色", "是不是“handler”？");
}

#[test]
fn each_unit_is_in_the_charge_of_one_leader() {
    let world = pack().and("city/duties.toml", CHARGE).world();
    let leader = |unit: &str| world.duties.charge.get(unit).map(|post| &**post);
    assert_eq!(leader("630222-swj"), Some("630222-swj.handler"));
    assert_eq!(leader("630222100"), Some("630222-swj.handler"), "the townships of the county");
    assert_eq!(leader("630223100"), None);
    assert_eq!(world.duties.in_charge_of("630222-swj.handler").count(), 2);
    let twice = format!("{CHARGE}\n[[charge]]\npost = \"swj.window\"\ndivisions = [\"630222\"]\nunits = [«\"swj\"]\n");
    pack().and("city/duties.toml", &twice).one_fault("twice", "已经由“630222-swj.handler”分管", "只由一位领导分管");
    let wrong = CHARGE.replace("post = \"swj.handler\"", "post = «\"swj.leader\"");
    pack().and("city/duties.toml", &wrong).one_fault("unknown-post", "没有“630222-swj.leader”这个岗位", "630222-swj");
    let wrong = CHARGE.replace("units = [\"swj\"]", "units = [«\"swjj\"]");
    pack().and("city/duties.toml", &wrong).one_fault("unknown-unit", "没有“630222-swjj”这个单位", "630222-swj");
}
