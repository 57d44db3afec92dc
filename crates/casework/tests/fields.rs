//! What may be written in a field, and what a clerk is told who wrote something else.

use std::sync::{Arc, LazyLock};

use xiaoneng_casework::{Fields, Name, Value, check_fields};
use xiaoneng_pack::{Field, FieldKind, Procedure, World};

static WORLD: LazyLock<Arc<World>> = LazyLock::new(xiaoneng_packbox::world);

/// A shop's licence, whose materials are application, licence, layout, system, health.
const ITEM: &str = "630222-spjy";
const YUAN: i64 = 100;

/// What is said of a value in a field of that kind; nothing where it may stand.
fn said_of(kind: FieldKind, range: (Option<i64>, Option<i64>), item: Option<&str>, value: Value) -> Option<String> {
    let mut procedure = Procedure::clone(&WORLD.procedures["licence"]);
    let field = Field { title: "这一项".into(), kind, range, ..procedure.fields["matter"].clone() };
    procedure.fields.insert("x".into(), field);
    let item = item.map(|code| &*WORLD.items[code]);
    let given: Fields = [("x".into(), value)].into();
    let mut faults = check_fields(&procedure, item, &WORLD, &[], &["x".into()], &given);
    assert!(faults.len() < 2, "{faults:?}");
    faults.pop().map(|fault| fault.message)
}

fn said(kind: FieldKind, value: impl Into<Value>) -> Option<String> {
    said_of(kind, (None, None), Some(ITEM), value.into())
}

fn fits(kind: FieldKind, value: impl Into<Value>) -> bool {
    said(kind, value).is_none()
}

fn list(ids: &[&str]) -> Value {
    Value::List(ids.iter().map(|id| Name::from(*id)).collect())
}

#[test]
fn a_text_has_so_many_characters_at_most_and_no_invisible_ones() {
    assert!(fits(FieldKind::Text(4), "民和县城"));
    assert_eq!(said(FieldKind::Text(4), "民和县城里").unwrap(), "“这一项”最多 4 个字，现在 5 个");
    assert!(fits(FieldKind::Text(9), "一\n二\r\n\t三"));
    assert!(said(FieldKind::Text(9), "一\u{7}二").unwrap().contains("看不见的控制字符"));
    assert_eq!(said(FieldKind::Text(9), 3).unwrap(), "“这一项”应当是文字");
    assert!(fits(FieldKind::Person, "长".repeat(100).as_str()));
    assert!(!fits(FieldKind::Person, "长".repeat(101).as_str()));
    assert!(fits(FieldKind::Articles, "条".repeat(2000).as_str()));
    assert!(!fits(FieldKind::Articles, "条".repeat(2001).as_str()));
}

#[test]
fn a_choice_is_one_of_its_words() {
    let kind = || FieldKind::Choice(vec!["窗口领取".into(), "邮寄送达".into()]);
    assert!(fits(kind(), "邮寄送达"));
    assert_eq!(said(kind(), "托人带去").unwrap(), "“这一项”请从这些里选：窗口领取、邮寄送达");
}

#[test]
fn a_number_lies_in_its_range_to_the_last_one() {
    assert!(fits(FieldKind::Count, 0) && fits(FieldKind::Count, 1_000_000));
    assert!(!fits(FieldKind::Count, -1) && !fits(FieldKind::Count, 1_000_001));
    assert!(fits(FieldKind::Percent, 0) && fits(FieldKind::Percent, 100));
    assert_eq!(said(FieldKind::Percent, 101).unwrap(), "“这一项”应当在 0 到 100 之间");
    assert!(!fits(FieldKind::Percent, -1));
    assert_eq!(said(FieldKind::Count, "三").unwrap(), "“这一项”应当是整数");
    let days = |n: i64| said_of(FieldKind::Count, (Some(1), Some(60)), None, n.into());
    assert_eq!((days(1), days(60)), (None, None));
    assert_eq!(days(61).unwrap(), "“这一项”应当在 1 到 60 之间");
    assert!(days(0).is_some());
}

#[test]
fn an_amount_is_kept_in_fen_and_spoken_of_in_yuan() {
    let fine = |fen: i64| said_of(FieldKind::Money, (Some(50), Some(2000)), None, fen.into());
    assert_eq!((fine(50 * YUAN), fine(2000 * YUAN)), (None, None));
    assert_eq!(fine(50 * YUAN - 1).unwrap(), "“这一项”应当在 50 到 2000 元之间");
    assert!(fine(2000 * YUAN + 1).is_some());
    assert!(fits(FieldKind::Money, 0) && fits(FieldKind::Money, 1_000_000_000_000_000));
    assert_eq!(said(FieldKind::Money, -1).unwrap(), "“这一项”不少于 0 元，不能大得离谱");
    assert!(!fits(FieldKind::Money, 1_000_000_000_000_001));
    let least = said_of(FieldKind::Money, (Some(50), None), None, Value::Number(0));
    assert_eq!(least.unwrap(), "“这一项”不少于 50 元，不能大得离谱");
    assert_eq!(said(FieldKind::Money, "很多").unwrap(), "“这一项”应当是金额，最多两位小数，例如 1200.50");
}

#[test]
fn a_day_stands_in_a_year_that_the_calendar_has() {
    assert!(fits(FieldKind::Date, "2004-01-01") && fits(FieldKind::Date, "2035-12-31"));
    assert_eq!(said(FieldKind::Date, "2036-01-01").unwrap(), "“这一项”的年份应当在 2004 到 2035 之间");
    assert!(!fits(FieldKind::Date, "2003-12-31"));
    assert_eq!(said(FieldKind::Date, "8月20日").unwrap(), "“这一项”请写成 2015-08-20 这样的日期");
    assert!(fits(FieldKind::Instant, "2015-08-20T10:00"));
    assert!(!fits(FieldKind::Instant, "2036-01-01T00:00"));
    assert!(said(FieldKind::Instant, "明天上午").unwrap().contains("2015-08-20T10:00"));
}

#[test]
fn an_identity_has_eighteen_letters_and_digits_and_a_telephone_seven_to_fifteen_digits() {
    assert!(fits(FieldKind::Identity, "63212219800101123X"));
    assert!(fits(FieldKind::Identity, "91632122MA00000000"));
    assert!(said(FieldKind::Identity, "6321221980010112").unwrap().ends_with("现在 16 位"));
    assert!(!fits(FieldKind::Identity, "632122198001011-23"), "eighteen, but not all of them letters and digits");
    assert!(fits(FieldKind::Phone, "5550000") && fits(FieldKind::Phone, "+86 (972) 555-0000"));
    assert!(fits(FieldKind::Phone, "123456789012345"));
    assert!(!fits(FieldKind::Phone, "555000") && !fits(FieldKind::Phone, "1234567890123456"));
    assert!(!fits(FieldKind::Phone, "5550000转3"));
}

#[test]
fn a_code_has_letters_digits_dots_and_dashes_only() {
    assert!(fits(FieldKind::Code, "XK-6302.22-a"));
    assert!(!fits(FieldKind::Code, "许可-1") && !fits(FieldKind::Code, "XK 1"));
    assert!(fits(FieldKind::Code, "x".repeat(40).as_str()) && !fits(FieldKind::Code, "x".repeat(41).as_str()));
}

#[test]
fn a_flag_is_yes_or_no() {
    assert!(fits(FieldKind::Flag, Value::Flag(true)) && fits(FieldKind::Flag, Value::Flag(false)));
    assert_eq!(said(FieldKind::Flag, "也许").unwrap(), "“这一项”请选是或否");
}

#[test]
fn who_and_where_is_someone_and_somewhere_the_packs_know() {
    let officer = WORLD.org.officers.keys().next().unwrap().to_string();
    assert!(fits(FieldKind::Officer, officer.as_str()));
    assert_eq!(said(FieldKind::Officer, "nobody").unwrap(), "“这一项”：没有“nobody”这个人员");
    assert!(fits(FieldKind::Unit, "630222-scjg"));
    assert_eq!(said(FieldKind::Unit, "630222-none").unwrap(), "“这一项”：没有“630222-none”这个单位");
}

#[test]
fn a_list_names_known_ones_none_twice_and_no_more_than_two_hundred() {
    assert!(fits(FieldKind::Units, list(&["630222-scjg", "630222-zrzy"])));
    assert_eq!(said(FieldKind::Units, list(&["630222-none"])).unwrap(), "“这一项”：没有“630222-none”这个单位");
    let twice = list(&["630222-scjg", "630222-zrzy", "630222-scjg"]);
    assert_eq!(said(FieldKind::Units, twice).unwrap(), "“这一项”里“630222-scjg”写了两次，删去一个");
    assert_eq!(said(FieldKind::Units, "630222-scjg").unwrap(), "“这一项”应当是一张清单");
    let units: Vec<&str> = WORLD.org.units.keys().map(|id| &**id).take(201).collect();
    assert_eq!(units.len(), 201, "the city has enough units to try it");
    assert!(fits(FieldKind::Units, list(&units[..200])));
    assert_eq!(said(FieldKind::Units, list(&units)).unwrap(), "“这一项”最多 200 项");
}

#[test]
fn materials_are_those_of_the_item() {
    assert!(fits(FieldKind::Materials, list(&["application", "layout"])));
    let strange = said(FieldKind::Materials, list(&["application", "blueprint"])).unwrap();
    assert!(strange.contains("材料清单里没有“blueprint”"), "{strange}");
    assert_eq!(said(FieldKind::Materials, "application").unwrap(), "“这一项”应当是材料清单里的勾选");
    let of_none = said_of(FieldKind::Materials, (None, None), None, list(&["application"])).unwrap();
    assert!(of_none.contains("没有材料清单"), "{of_none}");
    let many = vec!["application"; 200];
    assert!(fits(FieldKind::Materials, list(&many)));
    assert_eq!(said(FieldKind::Materials, list(&vec!["application"; 201])).unwrap(), "“这一项”最多 200 项");
}

#[test]
fn a_bundle_holds_what_its_item_says_and_anything_else_any_item() {
    let bundle = WORLD.items.values().find(|item| !item.holds.is_empty()).unwrap();
    let of = |item: Option<&str>, ids: &[&str]| said_of(FieldKind::Items, (None, None), item, list(ids));
    assert_eq!(of(Some(&bundle.code), &[&bundle.holds[0]]), None);
    let other = WORLD.items.keys().find(|code| !bundle.holds.contains(code)).unwrap();
    assert!(of(Some(&bundle.code), &[other]).unwrap().contains("一并办理的事项"));
    assert_eq!(of(Some(ITEM), &[other]), None);
    assert_eq!(of(None, &[other]), None);
    assert!(of(None, &["no-such-item"]).unwrap().contains("没有“no-such-item”这个事项"));
}

#[test]
fn what_is_sealed_was_checked_before_it_was_sealed() {
    let sealed = Value::Sealed { sealed: "v1".into(), key: "k".into(), masked: String::new() };
    assert!(fits(FieldKind::Phone, sealed));
}

#[test]
fn what_is_needed_is_asked_for_and_what_is_not_asked_for_is_refused() {
    let licence = &WORLD.procedures["licence"];
    let check = |needs: &[&str], takes: &[&str], given: &[(&str, Value)]| {
        let names = |ids: &[&str]| ids.iter().map(|id| Name::from(*id)).collect::<Vec<_>>();
        let given: Fields = given.iter().map(|(id, value)| (Name::from(*id), value.clone())).collect();
        let faults = check_fields(licence, None, &WORLD, &names(needs), &names(takes), &given);
        faults.into_iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(check(&["applicant"], &[], &[]), ["applicant: 请填写“申请人”"]);
    assert_eq!(check(&["applicant"], &[], &[("applicant", " ".into())]), ["applicant: 请填写“申请人”"]);
    assert_eq!(check(&["applicant"], &[], &[("applicant", "马某".into())]), none);
    assert_eq!(check(&[], &["phone"], &[("phone", "".into())]), none, "what may stay empty");
    assert_eq!(check(&[], &[], &[("phone", "5550000".into())]), ["phone: 这一步不填“联系电话”，请去掉"]);
    assert_eq!(check(&[], &[], &[("mobile", "5550000".into())]), ["mobile: “行政许可”没有“mobile”这一项，请去掉"]);
}
