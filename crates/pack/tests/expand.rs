//! What one entry becomes, and how layers lie on each other.

mod common;

use common::*;
use xiaoneng_pack::{By, FieldKind, Tier, Whose};

#[test]
fn an_agency_becomes_a_unit_with_posts_in_each_division_of_its_tiers() {
    let world = good().world();
    let units: Vec<&str> = world.org.units.keys().map(|k| &**k).collect();
    assert_eq!(units, ["6302-swj", "630222-swj", "630223-swj", "630222100", "630223100"]);
    let unit = &world.org.units["630222-swj"];
    assert_eq!((&*unit.title, &*unit.tenant, unit.tier), ("民和县水务局", "630222", Tier::County));
    assert_eq!(unit.parent.as_deref(), Some("6302-swj"));
    assert_eq!(unit.closes, Some(jiff::civil::time(17, 30, 0, 0)));
    let post = &world.org.posts["630222-swj.handler"];
    assert!(post.has_role("handler") && post.own_licence && post.is_a("mh-a") && post.is_b("mh-b"));
    assert_eq!(world.org.posts_of("630222-swj").count(), 2);
}

#[test]
fn townships_and_subdistricts_are_units_of_their_county_and_industrial_parks_are_not() {
    let world = good().world();
    let town = &world.org.units["630222100"];
    assert_eq!((&*town.title, &*town.tenant, town.tier), ("川口镇人民政府", "630222", Tier::Township));
    assert_eq!(world.org.units["630223100"].title, "威远街道办事处");
    assert!(!world.org.units.contains_key("630223400"));
    let listed = good().with(ORG, "hours = \"8:30", "also = [\"630223400\"]\nhours = \"8:30");
    let (_, faults) = listed.load();
    assert!(faults.iter().all(|f| f.code == "post-without-officer"), "{faults}");
}

#[test]
fn an_item_is_expanded_over_the_divisions_with_their_own_units_and_townships() {
    let world = good().world();
    let codes: Vec<&str> = world.items.keys().map(|k| &**k).collect();
    assert_eq!(codes, ["630222-qs", "630223-qs"]);
    let item = &world.items["630223-qs"];
    assert_eq!((&*item.unit, &*item.tenant), ("630223-swj", "630223"));
    assert_eq!(item.intake.iter().map(|u| &**u).collect::<Vec<_>>(), ["630223100"]);
    assert_eq!(item.limit.promised, Some((10, "县承诺".to_owned())));
    assert!(item.material("application").is_some_and(|m| m.required));
    assert_eq!((&*item.file, item.line), ("city/items.toml", 2));
}

#[test]
fn a_procedure_is_compiled_as_it_is_written() {
    let world = good().world();
    let licence = &world.procedures["licence"];
    assert_eq!(licence.actions["receive"].by, [By::Role("window".into(), Whose::Intake)]);
    assert!(licence.actions["receive"].opens());
    assert_eq!(licence.states["received"].public, "待受理", "the public words fall back to the title");
    assert_eq!(licence.fields["pause-reason"].kind, FieldKind::Choice(vec!["听证".into(), "鉴定".into()]));
    let from: Vec<&str> = licence.actions["withdraw"].from.iter().map(|s| &**s).collect();
    assert_eq!(from, ["received", "accepted"], "`*` is every state that is not an end");
    assert_eq!(licence.actions["grant"].line, 34);
    assert_eq!(licence.clocks.keys().map(|k| &**k).collect::<Vec<_>>(), ["notice", "decide", "examine"]);
}

#[test]
fn the_version_changes_with_every_text() {
    let (one, two) = (good().world(), good().with(WORDS, "tap-hours = 1", "tap-hours = 2").world());
    assert_eq!(one.version.len(), 16);
    assert_ne!(one.version, two.version);
    assert_eq!(one.version, good().world().version);
}

#[test]
fn a_lower_layer_adds_words_and_sets_values() {
    let pack =
        good().county().and("county/words.toml", "[words]\nreasons = [\"检测\", \"听证\"]\n[values]\ntap-hours = 2\n");
    let world = pack.world();
    assert_eq!(world.words["reasons"], ["听证", "鉴定", "检测"]);
    assert_eq!(world.values["tap-hours"], 2);
    assert_eq!(world.layers.iter().map(|l| &*l.id).collect::<Vec<_>>(), ["cn", "city", "county"]);
}

const LOCAL: &str = "[[limit]]\nid = \"local\"\nlaw = \"市里规定\"\narticle = \"第一条\"\nfrom = \"2004-07-01\"\n\
                     workdays = 15\nevidence = \"seen\"\n";

#[test]
fn a_lower_layer_tightens_a_clock_and_adds_to_a_procedure() {
    let extension = "id = \"licence\"\nextends = true\n[fields]\nplace = { type = \"text\", max = 9, title = \"地点\" }\n\
        [actions.accept]\nneeds = [\"place\"]\n[actions.decline]\ntitle = \"不予受理\"\nfrom = [\"received\"]\nto = \"closed\"\n\
        by = \"window@intake\"\n[clocks.decide]\nlimit = \"local\"\nyellow = 2\n[clocks.notice]\nstops = [\"accept\", \"decline\"]\n";
    // The law cannot fill in a field: the deemed acceptance would be impossible.
    let extension = extension
        .replace("[actions.accept]\nneeds = [\"place\"]\n", "[actions.grant]\nneeds = [\"note\", \"place\"]\n");
    let world = good().and("city/limits/local.toml", LOCAL).and("city/procedures/licence.toml", &extension).world();
    let licence = &world.procedures["licence"];
    assert_eq!(licence.clocks["decide"].yellow, 2);
    assert!(licence.clocks["decide"].promise, "what is not written stays");
    assert_eq!(licence.actions["grant"].needs.len(), 2);
    assert!(licence.actions.contains_key("decline") && licence.fields.contains_key("place"));
    assert_eq!(licence.actions["receive"].duties.len(), 2);
}

#[test]
fn a_limit_that_loosens_names_both_lines() {
    let longer = LOCAL.replace("workdays = 15", "workdays = 25");
    let pack = good().and("city/limits/local.toml", &longer);
    let pack =
        pack.and("city/procedures/l.toml", "id = \"licence\"\nextends = true\n[clocks.decide]\nlimit = «\"local\"\n");
    let fault = pack.one_fault("loosened", "（25个工作日）比“XK-42”（20个工作日）松", "不长于 20个工作日");
    let other = fault.other.clone().expect("the other line");
    assert_eq!((&*other.file, other.line), (LICENCE, 80));
    assert!(fault.message.contains("cn/procedures/licence.toml:80:9"), "{fault}");
}

#[test]
fn a_loosening_hidden_in_a_third_layer_is_found_against_the_second() {
    let middle = LOCAL.replace("workdays = 15", "workdays = 12");
    let pack = good()
        .county()
        .and("city/limits/local.toml", &middle)
        .and("city/procedures/l.toml", "id = \"licence\"\nextends = true\n[clocks.decide]\nlimit = \"local\"\n")
        .and("county/limits/c.toml", &LOCAL.replace("\"local\"", "\"county\""))
        .and("county/procedures/l.toml", "id = \"licence\"\nextends = true\n[clocks.decide]\nlimit = «\"county\"\n");
    let fault = pack.one_fault("loosened", "“county”（15个工作日）比“local”（12个工作日）松", "不长于 12个工作日");
    assert_eq!(fault.other.expect("the city's line").file, "city/procedures/l.toml");
}

#[test]
fn limits_are_compared_only_within_one_kind_of_day() {
    let days = LOCAL.replace("workdays = 15", "days = 10");
    let pack = good().and("city/limits/local.toml", &days);
    let pack =
        pack.and("city/procedures/l.toml", "id = \"licence\"\nextends = true\n[clocks.decide]\nlimit = «\"local\"\n");
    pack.one_fault("loosened", "不是同一种日", "工作日和自然日不能比较长短");
}

#[test]
fn a_tighter_limit_must_be_in_force_whenever_the_higher_one_is() {
    let late = LOCAL.replace("2004-07-01", "2015-01-01");
    let pack = good().and("city/limits/local.toml", &late);
    let pack =
        pack.and("city/procedures/l.toml", "id = \"licence\"\nextends = true\n[clocks.decide]\nlimit = «\"local\"\n");
    pack.one_fault("loosened", "施行的 2004-07-01，“local”没有施行", "补上那段时间的一条");
}

#[test]
fn duties_needs_and_lapses_cannot_be_dropped() {
    for (text, message, help) in [
        ("[actions.receive]\nduty = «\"first-asked\"\n", "少了制度“post-responsibility”", "在 duty 里加上"),
        ("[actions.grant]\nneeds = «[\"pause-reason\"]\n", "不再要求填写“note”", "在 needs 里加上“note”"),
        ("[actions.grant]\nreason = «false\n", "不再要求写明理由", "删去这一项"),
        ("[actions.grant]\nby = [\"handler\", «\"window\"]\n", "“window”也可以做", "只保留上级写的人"),
        ("[clocks.decide]\npauses = [\"pause\", \"extend\"]\n", "“extend”也能让它暂停", "暂停不能加"),
        ("[clocks.notice]\non-lapse = { action = \"withdraw\" }\n", "改变了届满的后果", "删去 on-lapse"),
        ("[clocks.decide]\nstarts = «\"receive\"\n", "starts 里少了“accept”", "加上“accept”"),
        ("[clocks.decide]\nlimit = «\"item\"\n", "不能比较长短", "同一种日"),
        ("[fields]\napplicant = { personal = «false }\n", "放宽了字段“applicant”的 personal", "删去"),
        ("[states]\nclosed = { end = «false }\n", "改变了状态“closed”的 end", "删去"),
    ] {
        let text = format!("id = \"licence\"\nextends = true\n{text}");
        let pack = good().and("city/procedures/l.toml", &text);
        let (world, faults) = pack.load();
        assert!(world.is_none());
        let fault = faults.iter().find(|f| f.code == "loosened").unwrap_or_else(|| panic!("{text}\n{faults}"));
        assert!(fault.message.contains(message), "{message}: {fault}");
        assert!(fault.help.contains(help), "{fault}");
        assert!(fault.other.as_ref().is_some_and(|other| other.file == LICENCE), "{fault}");
        assert_eq!(fault.file, "city/procedures/l.toml");
        if let Some((before, _)) = text.split_once('«') {
            assert_eq!(fault.line as usize, before.matches('\n').count() + 1, "{fault}");
        }
    }
}

const LOWER_ITEM: &str = "[[item]]\n«code = \"qs\"\ntitle = \"取水许可\"\nprocedure = \"licence\"\nkind = \"行政许可\"\nunit = \"swj\"\n\
    divisions = [\"630222\"]\nlimit = { law = \"XK-42\", stated = { workdays = 15, source = \"县\" }, promised = { workdays = 5, source = \"县\" } }\n\
    [[item.material]]\nid = \"a\"\nname = \"申请表\"\n";

#[test]
fn a_county_may_promise_less_than_the_city() {
    let world = good().county().and("county/items.toml", &LOWER_ITEM.replace('«', "")).world();
    assert_eq!(world.items["630222-qs"].limit.promised.as_ref().map(|p| p.0), Some(5));
    assert_eq!(world.items["630223-qs"].limit.promised.as_ref().map(|p| p.0), Some(10));
}

#[test]
fn a_county_may_not_promise_more_than_the_city() {
    let text = LOWER_ITEM.replace('«', "").replace("workdays = 5", "workdays = «12");
    let fault = good().county().and("county/items.toml", &text).one_fault(
        "loosened",
        "承诺时限从 10 个工作日改成了 12 个",
        "不长于 10",
    );
    let other = fault.other.expect("the city's line");
    assert_eq!((&*other.file, other.line), (ITEMS, 12));
    let text = LOWER_ITEM.replace('«', "").replace(", promised = { workdays = 5, source = \"县\" }", "");
    good().county().and("county/items.toml", &text).one_fault(
        "loosened",
        "不再写承诺时限（10 个工作日）",
        "写上承诺时限",
    );
    let text = LOWER_ITEM.replace('«', "").replace("law = \"XK-42\", ", "");
    good().county().and("county/items.toml", &text).one_fault("loosened", "不再写法定时限“XK-42”", "写上 law");
}

#[test]
fn a_lower_pack_speaks_for_its_own_division_only() {
    let text = LOWER_ITEM.replace('«', "").replace("[\"630222\"]", "[«\"630223\"]");
    good().county().and("county/items.toml", &text).one_fault(
        "outside",
        "只管 630222，管不到 630223",
        "写进那个区划自己的包",
    );
    let text = LOWER_ITEM.replace('«', "").replace("divisions = [\"630222\"]", "at = [\"county\"]");
    let world = good().county().and("county/items.toml", &text).world();
    assert_eq!(world.items["630223-qs"].limit.promised.as_ref().map(|p| p.0), Some(10), "`at` stays within the county");
}

#[test]
fn the_other_order_of_folders_gives_the_same_world() {
    // "a" sorts before "cn": layers follow `under`, not the names of folders.
    let mut pack = good();
    let files: Vec<(String, String)> = pack.0.iter().map(|(p, t)| (p.replace("city/", "a/"), t.clone())).collect();
    pack.0 = files.into_iter().collect();
    let world = pack.world();
    assert_eq!(&*world.layers[0].id, "cn");
    assert_eq!(world.items.len(), 2);
}
