//! Each kind of fault: a pack with exactly that one, its place and its way out.

mod common;

use common::*;
use xiaoneng_pack::{Severity, Sources, load, load_with_warnings};

#[test]
fn the_pack_the_faults_are_put_into_has_none() {
    good().world();
}

/// A file, what stands there, what is put in its place (`«` where the fault is told), the kind of
/// fault, a part of its message, a part of the way out.
type Case<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

#[track_caller]
fn check(cases: &[Case]) {
    for (path, find, replacement, code, message, help) in cases {
        println!("{path}: {replacement}");
        good().with(path, find, replacement).one_fault(code, message, help);
    }
}

#[test]
fn the_form_of_a_file() {
    check(&[
        (LICENCE, "title = \"受理\"", "«titel = \"受理\"", "unknown-key", "没有“titel”", "是不是“title”？"),
        (
            LICENCE,
            "hands-to = \"handler\"",
            "«hands_to = \"handler\"",
            "unknown-key",
            "没有“hands_to”",
            "是不是“hands-to”？",
        ),
        (
            LICENCE,
            "[clocks.examine]\ntitle = \"审查\"\n",
            "[clocks.«examine]\n",
            "missing-key",
            "缺少 title",
            "补上一行：title",
        ),
        (
            LICENCE,
            "reason = true",
            "reason = «\"yes\"",
            "wrong-type",
            "应当是true 或 false，这里写的是文字",
            "写成 reason = true",
        ),
        (LICENCE, "max = 100", "max = «0", "out-of-range", "应当在 1 到", "范围以内"),
        (LICENCE, "title = \"行政许可\"", "title = «\"\"", "empty", "title 是空的", "写上内容"),
        (LICENCE, "stops = [\"accept\"]", "stops = [\"accept\", «\"accept\"]", "twice", "写了两次", "删去一处"),
        (
            LICENCE,
            "duty = \"promise\"",
            "duty = «\"promis\"",
            "unknown-word",
            "没有“promis”这个制度",
            "是不是“promise”？",
        ),
    ]);
    good().with(LICENCE, "title = \"面积\" }", "title = \"面积 }«").one_fault("syntax", "文字没有写完整", "引号");
    good().with(LICENCE, "[actions.pause]", "[actions.«grant]").one_fault("syntax", "", "");
    good().and("cn/procedure/x.toml", "«").one_fault(
        "unknown-file",
        "没有“procedure/x.toml”这种文件",
        "是不是“procedures”？",
    );
    good().and("cn/README.md", "no TOML").world();
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
fn layers() {
    check(&[
        (CITY, "under = \"cn\"", "under = «\"nc\"", "unknown-pack", "没有“nc”这个规则包", "可用的规则包有：cn"),
        (CITY, "under = \"cn\"\n", "", "two-roots", "都没有上级包", "under = \"cn\""),
    ]);
    let (_, faults) = good().with(CITY, "under = \"cn\"", "under = \"city\"").load();
    let ring = faults.iter().find(|f| f.code == "ring").expect("a ring");
    assert_eq!((&*ring.file, ring.line, ring.column), (CITY, 3, 9));
    let pack = good().county().and("z/pack.toml", "id = \"z\"\ntitle = \"z\"\nunder = \"county\"\n");
    let pack = pack.with("county/pack.toml", "under = \"city\"", "under = «\"z\"");
    pack.one_fault("ring", "county、z", "改掉其中一个的 under");
    let twins = good().and("twin/pack.toml", "id = «\"city\"\ntitle = \"又一个\"\nunder = \"cn\"\n");
    twins.one_fault("twice", "规则包“city”已经写在 city/pack.toml:1:6", "换成不同的 id");
    let fault =
        good().and("lost/words.toml", "[values]\nx = 1\n").one_fault("no-pack", "lost 里没有 pack.toml", "id = ");
    assert_eq!((&*fault.file, fault.line), ("lost/pack.toml", 0));
    let fault = load(&Sources::new()).unwrap_err();
    assert_eq!(fault.iter().next().map(|f| f.code), Some("no-pack"));
}

#[test]
fn limits() {
    check(&[
        (LIMITS, "from = \"2022-05-01\"", "from = «\"2022-13-01\"", "bad-date", "不是日期", "2015-05-13"),
        (LIMITS, "to = \"2022-04-30\"", "to = «\"2004-04-30\"", "bad-date", "在 from（2005-05-01）之前", "不早于 from"),
        (LIMITS, "workdays = 5", "workdays = 5\ndays = «7", "contradiction", "写了两个长短", "只留一个"),
        (LIMITS, "workdays = 5", "workdays = «99999", "out-of-range", "时限太长", "核对"),
        (
            LIMITS,
            "workdays = 5",
            "workdays = 5\nbackward = true\nnot-before = «true",
            "contradiction",
            "只能有一个数法",
            "只留一个",
        ),
        (LIMITS, "workdays = 5", "fixed-date = «\"06-31\"", "bad-date", "不是月-日", "06-30"),
        (LIMITS, "id = \"XF22-34\"", "id = «\"XF05-33\"", "twice", "已经写在 cn/limits/licence.toml:19:6", "各有 id"),
        (LIMITS, "times = 1", "time = 1", "unknown-key", "没有“time”", "是不是“times”？"),
    ]);
    let overlap =
        good().with(LIMITS, "to = \"2022-04-30\"\n", "").with(LIMITS, "id = \"XF22-34\"", "id = «\"XF22-34\"");
    let fault =
        overlap.one_fault("overlap", "“XF22-34”和“XF05-33”（cn/limits/licence.toml:19:6）", "to = \"2022-04-30\"");
    assert_eq!(fault.other.map(|o| o.line), Some(19));
    good()
        .with(LIMITS, "workdays = 5\n", "")
        .with(LIMITS, "[[limit]]\nid = \"XK-32\"", "«[[limit]]\nid = \"XK-32\"")
        .one_fault("no-length", "没有写多长", "open = ");
    let later = "[[limit]]\nid = «\"XF-city\"\nseries = \"XF-33\"\nlaw = \"市里\"\narticle = \"一\"\n\
                 from = \"2000-01-01\"\nto = \"2005-04-30\"\ndays = 90\nevidence = \"seen\"\n";
    good().and("city/limits/x.toml", later).one_fault(
        "foreign-series",
        "是上级包的（cn/limits/licence.toml:19:6）",
        "另起一个系列",
    );
}

#[test]
fn names_in_a_procedure() {
    check(&[
        (
            LICENCE,
            "to = \"accepted\"",
            "to = «\"acepted\"",
            "unknown-state",
            "没有“acepted”这个状态",
            "是不是“accepted”？",
        ),
        (
            LICENCE,
            "title = \"受理\"\nfrom = [\"received\"]",
            "title = \"受理\"\nfrom = [«\"recieved\"]",
            "unknown-state",
            "没有“recieved”",
            "是不是“received”？",
        ),
        (LICENCE, "takes = [\"area\"]", "takes = [«\"aera\"]", "unknown-field", "没有“aera”这个字段", "是不是“area”？"),
        (
            LICENCE,
            "takes = [\"area\"]",
            "takes = [\"area\", «\"applicant\"]",
            "twice",
            "已经在 needs 里",
            "从 takes 里删去",
        ),
        (
            LICENCE,
            "starts = \"receive\"",
            "starts = «\"recieve\"",
            "unknown-action",
            "没有“recieve”这个动作",
            "是不是“receive”？",
        ),
        (
            LICENCE,
            "as-of = \"receive\"",
            "as-of = «\"receiv\"",
            "unknown-action",
            "没有“receiv”这个动作",
            "是不是“receive”？",
        ),
        (
            LICENCE,
            "extends = \"decide\"",
            "extends = «\"decode\"",
            "unknown-clock",
            "没有“decode”这个时限",
            "是不是“decide”？",
        ),
        (LICENCE, "extends = \"decide\"", "extends = «\"notice\"", "no-extension", "不能延长", "extension"),
        (
            LICENCE,
            "letter = \"acceptance\"",
            "letter = «\"acceptence\"",
            "unknown-letter",
            "没有“acceptence”这种文书",
            "是不是“acceptance”？",
        ),
        (
            LICENCE,
            "hands-to = \"handler\"",
            "hands-to = «\"handeler\"",
            "unknown-role",
            "没有岗位有“handeler”",
            "是不是“handler”？",
        ),
        (LICENCE, "hands-to = \"handler\"", "hands-to = «\"law\"", "bad-holder", "不能写“law”", "handler"),
        (
            LICENCE,
            "[\"window@intake\", \"law\"]",
            "[«\"window@inteke\", \"law\"]",
            "unknown-word",
            "“@inteke”不是单位",
            "window@intake",
        ),
        (LICENCE, "limit = \"XK-42\"", "limit = «\"XK-43\"", "unknown-limit", "没有“XK-43”这个时限", "是不是“XK-42”？"),
        (LICENCE, "limit = \"XK-32\"", "limit = «\"step:审核\"", "unknown-step", "没有“审核”这个环节", "受理、审查"),
        (LICENCE, "limit = \"XK-32\"", "limit = «\"until:untill\"", "unknown-field", "没有“untill”", "是不是“until”？"),
        (LICENCE, "limit = \"XK-32\"", "limit = «\"until:area\"", "wrong-field", "不是日期", "date 或 instant"),
        (LICENCE, "limit = \"XK-32\"", "limit = «\"til:area\"", "unknown-word", "没有“til:”这种写法", "until:字段"),
        (
            LICENCE,
            "of-words = \"reasons\"",
            "of-words = «\"reason\"",
            "unknown-list",
            "没有“reason”这张词语表",
            "是不是“reasons”？",
        ),
        (
            LICENCE,
            "type = \"count\"",
            "type = «\"cuont\"",
            "unknown-word",
            "没有“cuont”这种字段类型",
            "是不是“count”？",
        ),
        (
            LICENCE,
            "type = \"count\", ",
            "type = \"count\", of = «[\"甲\"], ",
            "contradiction",
            "of 不能用在 count 字段上",
            "of-words 用于 choice",
        ),
        (
            LICENCE,
            "type = \"count\", ",
            "type = \"count\", min = 5, max = «3, ",
            "contradiction",
            "max（3）比 min（5）小",
            "核对两个数",
        ),
        (
            LICENCE,
            "personal = true",
            "personal = true, public = «true",
            "contradiction",
            "既是个人信息又公开",
            "删去 public",
        ),
        (
            LICENCE,
            "area = {",
            "«now = { type = \"flag\", title = \"现在\" }\narea = {",
            "bad-name",
            "字段不能叫“now”",
            "换一个名字",
        ),
        (
            LICENCE,
            "[actions.pause]\n",
            "[actions.«Pause_it]\ntitle = \"x\"\nfrom = [\"accepted\"]\nby = \"holder\"\n[actions.pause]\n",
            "bad-name",
            "不能作动作的名字",
            "小写英文字母",
        ),
        (POWER, "order = [\"code\"]", "order = [«\"cod\"]", "unknown-field", "没有“cod”这个字段", "是不是“code”？"),
        (POWER, "code = \"code\"", "code = «\"name\"", "not-unique", "没有写 unique", "unique = true"),
        (
            POWER,
            "by = \"keeper\"",
            "by = \"keeper\"\nclears = «\"leave\"",
            "unknown-notice",
            "没有“leave”这个公告",
            "还没有任何公告",
        ),
    ]);
}

#[test]
fn conditions_in_a_procedure() {
    check(&[
        (LICENCE, "\"area <= 200 &&", "\"«aera <= 200 &&", "unknown-field", "没有“aera”这个字段", "是不是“area”？"),
        (LICENCE, "\"area <= 200 &&", "\"area «<= '200' &&", "bad-condition", "“<=”两边不能是数和文字", "换成同一类"),
        (LICENCE, "\"area <= 200 &&", "\"area «= 200 &&", "bad-condition", "不能写“=”", "相等写 =="),
        (LICENCE, "size(note) > 0\"", "«siz(note) > 0\"", "bad-condition", "没有“siz”这个函数", "是不是“size”？"),
    ]);
}

#[test]
fn the_graph_of_a_procedure() {
    check(&[
        (
            LICENCE,
            "[fields]",
            "«lost = { title = \"没人到\" }\n\n[fields]",
            "unreachable",
            "没有动作能到状态“lost”",
            "to = \"lost\"",
        ),
        (
            LICENCE,
            "title = \"收件\"\nto = \"received\"",
            "title = \"收件\"",
            "no-target",
            "没有写到哪个状态",
            "补上 to",
        ),
        (LICENCE, "starts = \"receive\"\n", "", "clock-never-starts", "没有动作能让它起算", "补上 starts"),
        (LICENCE, "stops = [\"grant\"]\npauses", "pauses", "clock-never-stops", "没有动作能让它停", "on-lapse"),
        (
            LICENCE,
            "pauses = \"pause\"\nresumes = \"resume\"",
            "pauses = «\"pause\"",
            "clock-never-resumes",
            "没有动作让它恢复",
            "补上 resumes",
        ),
        (LICENCE, "pauses = \"pause\"\nresumes", "resumes", "clock-never-pauses", "没有暂停", "补上 pauses"),
        (LICENCE, "while-paused = true\n", "", "clock-never-resumes", "暂停期间不能做它", "while-paused = true"),
        (
            LICENCE,
            "action = \"accept\", as-of",
            "action = «\"grant\", as-of",
            "lapse-impossible",
            "要填写“note”",
            "不用填写的动作",
        ),
        (
            LICENCE,
            "action = \"accept\", as-of",
            "action = «\"extend\", as-of",
            "lapse-impossible",
            "办件在 received",
            "换一个动作",
        ),
    ]);
    let dead = good()
        .with(LICENCE, "[fields]", "«stuck = { title = \"卡住\" }\n\n[fields]")
        .with(LICENCE, "from = \"*\"", "from = [\"received\", \"accepted\"]")
        .and(LICENCE, "\n[actions.park]\ntitle = \"搁置\"\nfrom = [\"accepted\"]\nto = \"stuck\"\nby = \"holder\"\n");
    dead.one_fault("dead-end", "状态“stuck”（卡住）是死路", "from = [\"stuck\"]");
    let looping = good()
        .with(LICENCE, "[fields]", "«stuck = { title = \"卡住\" }\n«other = { title = \"又一处\" }\n\n[fields]")
        .with(LICENCE, "from = \"*\"", "from = [\"received\", \"accepted\"]")
        .and(
            LICENCE,
            "\n[actions.park]\ntitle = \"搁置\"\nfrom = [\"accepted\", \"other\"]\nto = \"stuck\"\nby = \"holder\"\n",
        )
        .and(LICENCE, "\n[actions.move]\ntitle = \"转\"\nfrom = [\"stuck\"]\nto = \"other\"\nby = \"holder\"\n");
    let (_, faults) = looping.load();
    assert_eq!(faults.iter().map(|f| f.code).collect::<Vec<_>>(), ["dead-end", "dead-end"], "{faults}");
    assert!(faults.to_string().contains("到不了任何办结的状态"));
    good()
        .with(POWER, "title = \"列入\"\n", "title = \"列入\"\nfrom = [\"in-force\"]\n")
        .with(POWER, "id = \"power\"", "id = «\"power\"")
        .one_fault("no-opening", "没有开办动作", "删去 from");
}

#[test]
fn procedures_in_two_layers() {
    let text = good().0[LICENCE].replace("id = \"licence\"", "id = «\"licence\"");
    let fault = good().and("city/procedures/licence.toml", &text).one_fault(
        "twice",
        "程序“licence”已经写在 cn/procedures/licence.toml:1:6",
        "extends = true",
    );
    assert_eq!(fault.other.map(|o| o.file), Some(LICENCE.to_owned()));
    good().and("city/procedures/x.toml", "id = «\"licance\"\nextends = true\n").one_fault(
        "unknown-procedure",
        "没有“licance”这个程序",
        "是不是“licence”？",
    );
    let both = good()
        .county()
        .and("other/pack.toml", "id = \"other\"\ntitle = \"互助县\"\nunder = \"city\"\ndivision = \"630223\"\n")
        .and("county/procedures/l.toml", "id = \"licence\"\nextends = true\nabout = \"甲\"\n")
        .and("other/procedures/l.toml", "id = «\"licence\"\nextends = true\nabout = \"乙\"\n");
    both.one_fault("side-by-side", "已由并列的包收紧", "上级包");
}

#[test]
fn divisions_units_and_people() {
    check(&[
        (
            ORG,
            "at = [\"city\", \"county\"]",
            "at = [\"city\", \"county\", «\"contry\"]",
            "unknown-word",
            "没有“contry”这个级别",
            "是不是“county”？",
        ),
        (ORG, "closes = \"17:30\"", "closes = «\"25:30\"", "bad-time", "不是时刻", "17:30"),
        (ORG, "closes = \"17:30\"", "calendar = «\"hal\"", "unknown-calendar", "没有“hal”这个日历层", "是不是“hall”？"),
    ]);
    check(&[(
        ORG,
        "at = [\"city\", \"county\"]",
        "at = [\"city\", \"county\", «\"countys\"]",
        "unknown-word",
        "没有“countys”这个级别",
        "是不是“county”？",
    )]);
    good().and(OFFICERS, "[[stands]]\npost = «\"630222-swj.windos\"\na = \"mh-a\"\nb = \"mh-b\"\n").one_fault(
        "unknown-post",
        "没有“630222-swj.windos”这个岗位",
        "是不是“630222-swj.window”？",
    );
    good().and(OFFICERS, "[[officer]]\nid = \"x\"\nname = \"某\"\nunit = «\"630222-sjw\"\n").one_fault(
        "unknown-unit",
        "没有“630222-sjw”这个单位",
        "是不是“630222-swj”？",
    );
    good().and(OFFICERS, "[[officer]]\nid = «\"mh-a\"\nname = \"某\"\nunit = \"630222-swj\"\n").one_fault(
        "twice",
        "人员“mh-a”已经写在 city/officers.toml",
        "登录名",
    );
    let stands = "post = \"630222-swj.handler\"\na = \"mh-a\"\nb = ";
    check(&[
        (
            OFFICERS,
            &format!("{stands}\"mh-b\""),
            &format!("{stands}«\"mh-a\""),
            "a-is-b",
            "既是 A 岗又是 B 岗",
            "另一个人",
        ),
        (
            OFFICERS,
            &format!("{stands}\"mh-b\""),
            &format!("{stands}«\"mh-c\""),
            "unknown-officer",
            "没有“mh-c”这个人员",
            "是不是“mh-a”？",
        ),
    ]);
    let fault = good()
        .with(OFFICERS, &format!("{stands}\"mh-b\""), "post = \"630222-swj.handler\"\na = \"mh-a\"")
        .one_fault("post-without-officer", "岗位“630222-swj.handler”（承办岗）没有B 岗", "[[stands]]");
    assert_eq!((&*fault.file, fault.line, fault.column), (ORG, 2, 9));
    let unmanned = good().without(OFFICERS);
    assert_eq!(unmanned.one_fault("no-officers", "都没有人", "officers.toml").severity, Severity::Warning);
    let twice = good()
        .and(ORG, "\n[[agency]]\nshort = «\"swj\"\ntitle = \"又一个\"\ndivisions = [\"6302\"]\nposts = \"agency\"\n");
    twice.one_fault("twice", "单位“6302-swj”已经写在 city/org.toml:2:9", "short");
    let ring = good().with(DIVISIONS, "level = \"city\"", "level = \"city\"\nparent = \"630222\"");
    let (_, faults) = ring.load();
    assert!(faults.iter().all(|f| f.code == "ring" && f.file == DIVISIONS) && faults.len() == 2, "{faults}");
}

#[test]
fn items() {
    check(&[
        (
            ITEMS,
            "procedure = \"licence\"",
            "procedure = «\"license\"",
            "unknown-procedure",
            "没有“license”这个程序",
            "是不是“licence”？",
        ),
        (ITEMS, "procedure = \"licence\"", "procedure = «\"power\"", "standing", "是清单", "办件的程序"),
        (ITEMS, "unit = \"swj\"", "unit = «\"sjw\"", "unknown-unit", "民和县没有“sjw”这个机关", "是不是“swj”？"),
        (
            ITEMS,
            "intake = \"township\"",
            "intake = «\"townships\"",
            "unknown-unit",
            "没有“townships”这个机关",
            "是不是“township”？",
        ),
        (
            ITEMS,
            "at = [\"county\"]",
            "divisions = [\"630222\", «\"639999\"]",
            "unknown-division",
            "没有“639999”这个区划",
            "区划代码",
        ),
        (
            ITEMS,
            "at = [\"county\"]",
            "at = [\"county\"]\ndivisions = «[\"630222\"]",
            "contradiction",
            "只能写一个",
            "删去一个",
        ),
        (ITEMS, "law = \"XK-42\"", "law = «\"XK-24\"", "unknown-limit", "没有“XK-24”这个时限", "XK-42"),
        (
            ITEMS,
            "stated = { workdays = 15",
            "stated = { workdays = «25",
            "longer-than-law",
            "25 个工作日，长于法定的 20 个",
            "不长于 20",
        ),
        (
            ITEMS,
            "promised = { workdays = 10",
            "promised = { workdays = «16",
            "longer-than-stated",
            "16 个工作日，长于公布的 15 个",
            "不长于 15",
        ),
        (
            ITEMS,
            "steps = { \"审查\" = 8 }",
            "steps = «{ \"审查\" = 11 }",
            "steps-too-long",
            "合计 11 个工作日，超过整件的 10 个",
            "不超过 10",
        ),
        (
            ITEMS,
            "steps = { \"审查\" = 8 }",
            "steps = { «\"审核\" = 8 }",
            "unknown-step",
            "没有给环节“审核”定时限",
            "可用的环节有：审查",
        ),
        (
            ITEMS,
            "[[item.material]]\nid = \"application\"\nname = \"申请表\"\noriginals = 1\n",
            "",
            "no-materials",
            "没有写材料",
            "[[item.material]]",
        ),
        (
            ITEMS,
            "originals = 1",
            "originals = 1\n[[item.material]]\nid = «\"application\"\nname = \"又一份\"",
            "twice",
            "写了两次",
            "换一个 id",
        ),
        (
            ITEMS,
            "unit = \"swj\"\nat = [\"county\"]\nintake = \"township\"",
            "unit = «\"township\"\nat = [\"township\"]",
            "no-post",
            "川口镇人民政府（630222100）没有“handler”岗",
            "roles = [\"handler\"]",
        ),
    ]);
    let no_limit = good().with(
        ITEMS,
        "limit = { law = \"XK-42\", stated = { workdays = 15, source = \"县公布\" }, promised = { workdays = 10, source = \"县承诺\" } }\n",
        "",
    );
    no_limit.one_fault("no-limit", "没有写时限", "XK-42");
    let kinds = good().with(
        ITEMS,
        "law = \"XK-42\", stated = { workdays = 15, source = \"县公布\" }, promised = { workdays = 10",
        "law = \"XF-33\", promised = { workdays = «10",
    );
    kinds.one_fault("other-kind", "不是按工作日定的", "law 换成按工作日定的时限");
    let warning = good().with(ITEMS, "result = ", "to-confirm = «[\"材料\"]\nresult = ").one_fault(
        "to-confirm",
        "1 处待核实：材料",
        "查到依据",
    );
    assert_eq!(warning.severity, Severity::Warning);
    let text = good().0[ITEMS].replace("code = \"qs\"", "code = «\"qs\"");
    let (_, faults) = good().and("city/items/more.toml", &text.replace('«', "")).load();
    assert_eq!(
        faults.iter().map(|f| f.code).collect::<Vec<_>>(),
        ["twice", "twice"],
        "once for each county:\n{faults}"
    );
}

#[test]
fn the_calendar() {
    let notices = "cn/calendar/notices.toml";
    check(&[
        (notices, "kind = \"off\"", "kind = «\"of\"", "unknown-word", "没有“of”这个词", "off"),
        (notices, "published", "«publisht", "unknown-key", "没有“publisht”", "是不是“published”？"),
        (notices, "2015-01-01", "2016-01-01", "calendar", "节假日历有误", "通知原文"),
        (LAYERS, "id = \"hall\"", "id = \"hall\"\nopen_weekdays = []", "calendar", "open_weekdays", "改正"),
    ]);
    good().without(notices).one_fault("no-calendar", "没有节假日历", "最上面一层");
    good().and("cn/calendar/notice.toml", "«").one_fault("unknown-file", "没有“notice.toml”", "是不是“notices.toml”？");
}

/// A syntax error is told once; what the file would have named is not missed elsewhere.
#[test]
fn one_broken_file_makes_one_fault() {
    for path in [
        LIMITS,
        LICENCE,
        WORDS,
        DIVISIONS,
        ORG,
        OFFICERS,
        ITEMS,
        LAYERS,
        "cn/calendar/notices.toml",
        "cn/calendar/statutory.toml",
    ] {
        let (world, faults) = good().and(path, "\nbroken = = 1\n").load();
        assert!(world.is_none());
        assert!(faults.iter().all(|f| f.file == path && f.code == "syntax"), "{path}:\n{faults}");
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

#[test]
fn whom_a_field_may_name() {
    let area = "title = \"面积\" }";
    check(&[
        (LICENCE, area, "title = \"面积\", within = «\"below\" }", "wrong-field", "within 写得不对", "删去 within"),
        (
            LICENCE,
            area,
            "title = \"面积\" }\nlower = { type = \"unit\", title = \"下级\", within = «\"leader\" }",
            "wrong-field",
            "within 写得不对",
            "within = \"below\"",
        ),
        (
            LICENCE,
            area,
            "title = \"面积\" }\nlead = { type = \"officer\", title = \"主办\", within = «\"hndler\" }",
            "unknown-role",
            "hndler",
            "handler",
        ),
        (
            LICENCE,
            area,
            "title = \"面积\" }\nlead = { type = \"officer\", title = \"主办\", within = «\"@area\" }",
            "wrong-field",
            "类型不对",
            "unit",
        ),
    ]);
}

#[test]
fn when_a_clock_starts_and_what_its_promise_hangs_on() {
    let limit = "[clocks.examine]\n";
    check(&[
        (LICENCE, limit, "[clocks.examine]\nonly-if = \"«aera > 2\"\n", "unknown-field", "aera", "area"),
        (LICENCE, limit, "[clocks.examine]\nonly-if = \"«area\"\n", "bad-condition", "“是”或“否”", ""),
        (
            LICENCE,
            limit,
            "[clocks.examine]\nonly-if = «\"size(applicant) > 0\"\n",
            "personal",
            "个人信息",
            "不是个人信息的字段",
        ),
        (
            LICENCE,
            limit,
            "[clocks.examine]\npromise-ends = «\"pause\"\n",
            "contradiction",
            "没有承诺",
            "promise = true",
        ),
    ]);
}
