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

const LOWER_ITEM: &str = "[[item]]\n«code = \"qs\"\ntitle = \"取水许可\"\nprocedure = \"licence\"\nkind = \"行政许可\"\nunit = \"swj\"\n\
    divisions = [\"630222\"]\nresult = \"取水许可证\"\nlimit = { law = \"XK-42\", stated = { workdays = 15, source = \"县\" }, promised = { workdays = 5, source = \"县\" } }\n\
    [[item.material]]\nid = \"a\"\nname = \"申请表\"\n";

#[test]
fn a_county_may_promise_less_than_the_city() {
    let world = good().county().and("county/items.toml", &LOWER_ITEM.replace('«', "")).world();
    assert_eq!(world.items["630222-qs"].limit.promised.as_ref().map(|p| p.0), Some(5));
    assert_eq!(world.items["630223-qs"].limit.promised.as_ref().map(|p| p.0), Some(10));
}

#[test]
fn the_tiers_of_a_lower_pack_are_those_of_its_own_division() {
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
