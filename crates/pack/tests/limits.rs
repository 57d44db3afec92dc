//! The library of limits in the box: all of it is there, each says what it must, and the versions follow each other.

mod common;

use std::sync::Arc;

use common::{LIMITS, good};
use jiff::civil::{Date, date};
use xiaoneng_calendar::{Direction, Length};
use xiaoneng_pack::limits::{AsOf, Evidence, LimitError, Outcome, Rank, Silence};
use xiaoneng_pack::{LimitLibrary, LimitRef, LimitVersion, World};

fn world() -> Arc<World> {
    xiaoneng_packbox::world()
}

fn limit<'a>(library: &'a LimitLibrary, id: &str) -> &'a LimitVersion {
    library.all().find(|v| *v.id == *id).unwrap_or_else(|| panic!("no limit {id}"))
}

/// Every instrument with the number of its limits.
const LAWS: [(&str, usize); 55] = [
    ("XK", 13),
    ("XF05", 9),
    ("XF22", 9),
    ("ZX07", 2),
    ("ZX19", 8),
    ("LDJC", 2),
    ("LDJCGD", 2),
    ("ZC", 15),
    ("LHT", 11),
    ("NMG", 5),
    ("CF17", 6),
    ("CF", 12),
    ("GA", 1),
    ("SG", 2),
    ("QZ", 18),
    ("FY17", 10),
    ("FY", 23),
    ("FYT", 7),
    ("XS89", 1),
    ("XS", 16),
    ("XSJ", 4),
    ("TS", 7),
    ("TS26", 3),
    ("XB", 1),
    ("TJ", 1),
    ("SFQR", 2),
    ("YL", 7),
    ("GWY", 13),
    ("CFT", 2),
    ("ZWCF", 5),
    ("JC18", 4),
    ("JC24", 4),
    ("YS", 2),
    ("JC713", 3),
    ("GZ", 5),
    ("BA", 4),
    ("GB115", 1),
    ("BDC", 2),
    ("XXGS", 8),
    ("YC", 6),
    ("SCZT", 5),
    ("SCXZ", 3),
    ("ZB", 4),
    ("ZBT", 15),
    ("TD", 4),
    ("TDT", 9),
    ("DC", 2),
    ("YSFZ", 2),
    ("PC", 6),
    ("GS", 4),
    ("AY", 4),
    ("JN", 1),
    ("WF", 1),
    ("HCP-DZ", 1),
    ("HCP-SC", 1),
];

/// Every limit that has followed another: the series, the older version, the newer.
const SERIES: [(&str, &str, &str); 34] = [
    ("XF-21-1", "XF05-21-1", "XF22-22"),
    ("XF-21-2", "XF05-21-2", "XF22-23-3a"),
    ("XF-22", "XF05-22", "XF22-23-2"),
    ("XF-33", "XF05-33", "XF22-34"),
    ("XF-34-a", "XF05-34-a", "XF22-35-a"),
    ("XF-34-b", "XF05-34-b", "XF22-35-b"),
    ("XF-35-a", "XF05-35-a", "XF22-36-a"),
    ("XF-35-b", "XF05-35-b", "XF22-36-b"),
    ("ZX-18", "ZX07-18", "ZX19-26"),
    ("ZX-24", "ZX07-24", "ZX19-33"),
    ("CF-29", "CF17-29", "CF-36-a"),
    ("CF-37", "CF17-37", "CF-56"),
    ("CF-40", "CF17-40", "CF-61"),
    ("CF-42-1", "CF17-42-1", "CF-64-1"),
    ("CF-42-2", "CF17-42-2", "CF-64-2"),
    ("CF-46", "CF17-46", "CF-67"),
    ("GA-17", "GA-legacy-gs17", "SG-18"),
    ("FY-9", "FY17-9", "FY-20-1"),
    ("FY-17", "FY17-17", "FY-30"),
    ("FY-19", "FY17-19", "FY-34"),
    ("FY-23-a", "FY17-23-a", "FY-48-a"),
    ("FY-23-b", "FY17-23-b", "FY-48-b"),
    ("FY-26-a", "FY17-26-a", "FY-56"),
    ("FY-26-b", "FY17-26-b", "FY-60"),
    ("FY-27", "FY17-27", "FY-57"),
    ("FY-31", "FY17-31", "FY-62-1"),
    ("XS-39", "XS89-39", "XS-46-1"),
    ("TS-accept", "TS-14", "TS26-accept"),
    ("TS-claim", "TS-15-4", "TS26-16-4"),
    ("TS-mediate", "TS-21-5", "TS26-23-5"),
    ("JC-49-a", "JC18-49-a", "JC24-56-a"),
    ("JC-49-b", "JC18-49-b", "JC24-56-b"),
    ("JC-49-c", "JC18-49-c", "JC24-56-c"),
    ("JC-49-d", "JC18-49-d", "JC24-56-d"),
];

#[test]
fn every_instrument_is_there_with_its_limits() {
    let world = world();
    let library = &world.limits;
    for (id, count) in LAWS {
        assert!(library.laws.contains_key(id), "no law {id}");
        assert_eq!(library.of_law(id).count(), count, "limits of {id}");
    }
    // What stands beside them is no law but a practice that the demonstration has adopted.
    for law in library.laws.values().filter(|law| !LAWS.iter().any(|(id, _)| *id == &*law.id)) {
        assert_eq!(law.rank, Rank::Practice, "{}: add it to the table", law.id);
    }
    assert_eq!(LAWS.iter().map(|(_, count)| count).sum::<usize>(), 318);
}

#[test]
fn every_limit_says_all_that_it_must() {
    let world = world();
    for v in world.limits.all().filter(|v| !v.law_id.is_empty()) {
        let law = &world.limits.laws[&v.law_id];
        let texts = [&v.article, &v.bound, &v.starts, &v.stops, &v.on_lapse, &v.count_authority];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{} leaves something out", v.id);
        assert_eq!(v.length.is_none(), !v.open.is_empty(), "{}: a length, or why there is none", v.id);
        assert!(law.from <= v.from && v.to == law.to, "{} is in force as long as its law", v.id);
        assert!(law.rank == Rank::Practice || v.id.starts_with(&*v.law_id), "{} bears its law's letters", v.id);
        assert_eq!(v.silence.becomes == Outcome::None, v.silence.as_of.is_none(), "{}", v.id);
        let doubtful = v.evidence == Evidence::Doubtful;
        assert!(
            !doubtful || v.length.is_none() || v.count_authority.starts_with("存疑："),
            "{} is doubtful: why?",
            v.id
        );
        let backward = v.direction == Direction::Backward;
        assert_eq!(v.starts.ends_with("（往前数）"), backward, "{} says that it is counted back", v.id);
        // Half-width marks between Chinese words are a slip of the pen.
        let slip = |text: &str| text.contains(['(', ')', ';', ',']);
        assert!(!texts.iter().any(|text| slip(text)) && !slip(&v.excluded), "{} has half-width marks", v.id);
    }
}

#[test]
fn every_law_says_what_its_day_is_and_what_it_replaced() {
    let world = world();
    let laws = &world.limits.laws;
    for law in laws.values() {
        assert!(!law.title.is_empty() && !law.days.is_empty(), "{}", law.id);
        assert!(world.limits.of_law(&law.id).count() > 0, "{} has no limit", law.id);
        let same = laws.values().filter(|other| other.name() == law.name()).count();
        assert_eq!(same, 1, "two laws are called {}", law.name());
    }
    assert_eq!(world.limits.replaced_by("XF05").map(|law| &*law.id), Some("XF22"));
    assert_eq!(laws["FY"].replaces.as_deref(), Some("FY17"));
    assert_eq!(laws["FY"].name(), "行政复议法（2023 年修订）");
    assert_eq!((laws["AY"].rank, &*laws["AY"].place), (Rank::Local, "河南省安阳市"));
}

#[test]
fn series_join_the_versions_of_one_limit_over_successive_laws() {
    let world = world();
    let library = &world.limits;
    let several: Vec<&str> = library.series.iter().filter(|(_, v)| v.len() > 1).map(|(id, _)| &**id).collect();
    assert_eq!(several.len(), SERIES.len(), "{several:?}");
    for (series, older, newer) in SERIES {
        let ids: Vec<&str> = library.series[series].iter().map(|v| &*v.id).collect();
        assert_eq!(ids, [older, newer], "{series}");
        assert!(!library.all().any(|v| *v.id == *series), "{series} is a version's id too");
        let (old, new) = (limit(library, older), limit(library, newer));
        let last = old.to.expect("the older one has ended");
        assert!(last < new.from);
        for (asked, day, other) in [(newer, last, older), (older, new.from, newer)] {
            let Err(LimitError::OutOfForce { id, instead, .. }) = library.in_force(asked, day) else {
                panic!("{asked} on {day}: out of force")
            };
            assert_eq!((&*id, instead.as_deref()), (asked, Some(other)), "{asked} on {day}");
        }
        assert_eq!(library.in_force(series, last).map(|v| &*v.id), Ok(older));
        assert_eq!(library.in_force(series, new.from).map(|v| &*v.id), Ok(newer));
    }
}

#[test]
fn silence_has_opposite_anchors_in_two_laws_of_reconsideration() {
    let world = world();
    let silence = |id: &str| limit(&world.limits, id).silence;
    let becomes = |becomes, as_of| Silence { becomes, as_of: Some(as_of) };
    assert_eq!(silence("XK-32-1-4"), becomes(Outcome::Accepted, AsOf::Start));
    assert_eq!(silence("FY17-17"), becomes(Outcome::Accepted, AsOf::Start));
    assert_eq!(silence("FY-30"), becomes(Outcome::Accepted, AsOf::End));
    assert_eq!(silence("BDC-17-3"), becomes(Outcome::Accepted, AsOf::Start));
    assert_eq!(silence("ZX19-34"), becomes(Outcome::Agreed, AsOf::End));
    assert_eq!(silence("ZX19-30-b"), becomes(Outcome::Withdrawn, AsOf::End));
    assert_eq!(silence("FY-31-2"), becomes(Outcome::Withdrawn, AsOf::End));
    assert_eq!(silence("XK-50-b"), becomes(Outcome::Granted, AsOf::End));
    assert_eq!(silence("LHT-14-3"), becomes(Outcome::Concluded, AsOf::End));
    assert_eq!(silence("LHT-54"), becomes(Outcome::InForce, AsOf::End));
    assert_eq!(silence("XK-42-1"), Silence::default());
    assert_eq!(silence("XF22-34"), Silence::default());
}

#[test]
fn what_a_procedure_does_by_silence_counts_from_where_its_law_says() {
    let world = world();
    for procedure in world.procedures.values() {
        for (name, clock) in &procedure.clocks {
            let (LimitRef::Series(series), Some(lapse)) = (&clock.limit, &clock.on_lapse) else { continue };
            let versions = world.limits.all().filter(|v| v.series == *series || v.id == *series);
            for v in versions.filter(|v| v.silence.becomes.is_deemed()) {
                let from_start = v.silence.as_of == Some(AsOf::Start);
                assert_eq!(lapse.as_of.is_some(), from_start, "{} {name}: {}", procedure.id, v.silence.in_words());
            }
        }
    }
}

/// A limit in one sentence.
fn sentence(v: &LimitVersion) -> String {
    let more = v.extension.as_ref().map_or(String::new(), |e| format!("，可延{}", e.by));
    format!("{}：{}，从{}起，到{}，{}{more}", v.id, v.bound, v.starts, v.stops, v.in_words())
}

#[test]
fn the_limits_that_everybody_knows() {
    let world = world();
    let on = |id: &str, day: Date| sentence(world.limits.in_force(id, day).expect("in force"));
    let (then, now) = (date(2015, 8, 20), date(2026, 6, 1));
    let expected = [
        (on("XK-42-1", then), "XK-42-1：行政机关，从受理许可申请起，到作出许可决定，20个工作日，可延10"),
        (on("ZX-24", then), "ZX07-24：行政机关，从收到公开申请起，到答复（不能当场答复的），15个工作日，可延15"),
        (
            on("ZX-24", now),
            "ZX19-33：行政机关，从收到公开申请（第三十一条说明哪天算收到；补正过的，按收到补正后的申请）起，到答复（不能当场答复的），20个工作日，可延20",
        ),
        (on("XF-33", then), "XF05-33：有权处理的行政机关，从受理信访事项起，到办结，书面答复，60日，可延30"),
        (
            on("XF-33", now),
            "XF22-34：有权处理的机关、单位（只管第三十一条第六项的事项），从受理信访事项起，到办结，出具信访处理意见书，60日，可延30",
        ),
        (on("ZC-43", then), "ZC-43：仲裁庭，从仲裁委员会受理仲裁申请起，到裁决结束，45日，可延15"),
        (on("FY-31", then), "FY17-31：行政复议机关，从受理申请起，到作出复议决定，60日，可延30"),
        (on("FY-31", now), "FY-62-1：行政复议机关（普通程序），从受理申请起，到作出复议决定，60日，可延30"),
        (on("CF-60", now), "CF-60：行政机关，从立案起，到作出处罚决定，90日"),
        (on("CF-42-1", then), "CF17-42-1：当事人，从行政机关告知可以听证起，到要求听证，3日"),
        (on("CF-42-1", now), "CF-64-1：当事人，从行政机关告知可以听证起，到要求听证，5个工作日"),
        (on("XS-39", now), "XS-46-1：公民、法人、其他组织，从知道或者应当知道行政行为起，到直接提起诉讼，6个月"),
        (
            on("TS-14", date(2025, 1, 2)),
            "TS-14：有处理权限的市场监督管理部门，从收到投诉起，到决定是否受理，告知投诉人，7个工作日",
        ),
        (on("GS-20-1", then), "GS-20-1：社会保险行政部门，从受理工伤认定申请起，到作出工伤认定决定，60日"),
        (on("NMG-14", now), "NMG-14：用人单位，从约定的发薪日起，到发工资，当日，遇休息日提前"),
        (on("XXGS-8", then), "XXGS-8：企业，从每年 1 月 1 日起，到报送并公示上一年度的年度报告，每年6月30日以前"),
    ];
    for (told, expected) in expected {
        assert_eq!(told, expected);
    }
}

#[test]
fn words_find_limits_and_slips_of_the_pen_find_their_words() {
    let world = world();
    let library = &world.limits;
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let found = library.search(&words("复议 视为受理"));
    assert_eq!(found.iter().map(|v| &*v.id).collect::<Vec<_>>(), ["FY17-17", "FY-30"]);
    assert_eq!(library.search(&words("xf-33")).len(), 2);
    assert_eq!(library.search(&[]).len(), library.all().count());
    assert!(library.search(&words("量子")).is_empty() && library.near("量子力学").is_empty());
    assert_eq!(library.near("FY-62").iter().map(|id| &**id).collect::<Vec<_>>(), ["FY-62-1", "FY-62-2"]);
    assert_eq!(library.near("XK42-1").first().map(|id| &**id), Some("XK-42-1"));
    assert!(library.near("").is_empty());
    assert_eq!(library.words_near("复义").first().map(String::as_str), Some("复议"));
    assert_eq!(library.laws_named("xf22").len(), 1);
    assert_eq!(library.laws_named("信访").len(), 2);
    assert_eq!(library.near_laws("XF2").iter().map(|law| &*law.id).collect::<Vec<_>>(), ["XF22"]);
}

#[test]
fn each_way_of_counting_has_its_words() {
    let world = world();
    let words = |id: &str| limit(&world.limits, id).in_words();
    assert_eq!(words("XK-48-1-1"), "至少提前7个工作日");
    assert_eq!(words("YS-62"), "满30日以后");
    assert_eq!(words("ZX19-49-1"), "每年1月31日以前");
    assert_eq!(words("BDC-17-3"), "当日");
    assert_eq!(words("TD-62"), "没有天数");
    assert_eq!(limit(&world.limits, "QZ-19").length, Some(Length::Hours(24)));
}

const LAW: &str =
    "\n[[law]]\nid = \"XK\"\ntitle = \"行政许可法\"\nrank = \"law\"\nfrom = \"2004-07-01\"\ndays = \"工作日\"\n";

#[test]
fn a_limit_takes_its_laws_name_and_time() {
    let pack = good().and(LIMITS, LAW);
    let pack = pack.with(
        LIMITS,
        "id = \"XK-32\"\nlaw = \"行政许可法\"\narticle = \"第三十二条\"\nfrom = \"2004-07-01\"\n",
        "id = \"XK-32\"\nlaw = \"XK\"\narticle = \"第三十二条\"\n",
    );
    let world = pack.world();
    let limit = limit(&world.limits, "XK-32");
    assert_eq!((&*limit.law_id, &*limit.law, limit.from), ("XK", "行政许可法", date(2004, 7, 1)));
    assert_eq!(world.limits.of_law("XK").count(), 1);
}
