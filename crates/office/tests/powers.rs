//! 不越位、不错位、不缺位、不占位: what was done against what is listed.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use xiaoneng_casework::{Fields, Name, PLACE, Value};
use xiaoneng_office::{DemoTime, Intake, MisplacedActs, Office, Parts, Who};
use xiaoneng_pack::World;
use xiaoneng_pack::powers::Misplaced;
use xiaoneng_store::{MemoryKeys, MemoryStore};

const TENANT: &str = "630222";
const FOOD: &str = "630222-spjy";

fn at(text: &str) -> Timestamp {
    let civil: DateTime = text.parse().expect("a date and time");
    PLACE.to_timestamp(civil).expect("in range")
}

/// Minhe with one licence for food taken in, its packs changed as said.
async fn minhe(change: impl FnOnce(&mut World)) -> (Office, String) {
    let mut world = (*xiaoneng_packbox::world()).clone();
    change(&mut world);
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    time.fix(Some(at("2015-08-20T10:00")));
    let parts =
        Parts { world: Arc::new(world), store: Arc::new(MemoryStore::new()), keys: Arc::new(MemoryKeys::new()), time };
    let office = Office::new(parts);
    let materials = office.world.items[FOOD].materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
    let mut fields = Fields::new();
    fields.insert("applicant".into(), "马秀兰（演示）".into());
    fields.insert("identity".into(), "63022219800101001X".into());
    fields.insert("phone".into(), "0972-5550001".into());
    fields.insert("materials".into(), Value::List(materials));
    let intake = Intake {
        action: "receive".into(),
        item: Some(FOOD.into()),
        procedure: None,
        unit: None,
        intake: None,
        title: None,
        fields,
        reason: None,
        attachments: vec![],
        effective_at: None,
        who: Who::Officer("mh-scjg-window".into()),
        key: "key-00000001".to_owned(),
    };
    let number = office.open(intake).await.expect("taken in").case.opening.number.to_string();
    (office, number)
}

async fn of_the_year(office: &Office) -> Vec<MisplacedActs> {
    let tenant = Name::from(TENANT);
    office.misplaced(&tenant, at("2015-01-01T00:00"), at("2016-01-01T00:00")).await.expect("an answer")
}

fn of_food(found: Vec<MisplacedActs>) -> Vec<MisplacedActs> {
    found.into_iter().filter(|m| &*m.power == FOOD).collect()
}

#[tokio::test]
async fn what_is_listed_and_done_is_in_its_place_and_what_nobody_did_is_named() {
    let (office, _) = minhe(|_| {}).await;
    let found = of_the_year(&office).await;
    let listed = office.world.powers.iter().filter(|p| &*p.tenant == TENANT && !p.ex_officio).count();
    assert_eq!(found.len(), listed - 1, "every power on application but the one that was asked for");
    assert!(found.iter().all(|m| m.fault == Misplaced::Idle && m.count == 0 && m.listed.len() == 1));
    assert!(found.iter().all(|m| m.listed[0].1.starts_with("cn-6302/powers.toml:")), "each names its line");
    assert!(of_food(found).is_empty());
    // In another year nobody did that either.
    let tenant = Name::from(TENANT);
    let year = office.misplaced(&tenant, at("2014-01-01T00:00"), at("2015-01-01T00:00")).await.expect("an answer");
    assert_eq!(year.len(), listed);
}

#[tokio::test]
async fn a_power_that_went_to_another_bureau_shows_the_cases_of_the_old_one() {
    let (office, number) = minhe(|world| {
        let power = world.powers.iter_mut().find(|p| &*p.code == FOOD).expect("listed");
        power.unit = Some("630222-wsjk".into());
    })
    .await;
    let found = of_food(of_the_year(&office).await);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].fault, found[0].fault.title()), (Misplaced::Others, "错位"));
    assert_eq!((found[0].by.as_deref(), found[0].count), (Some("630222-scjg"), 1));
    assert_eq!(found[0].cases, [number], "the case is named");
    assert_eq!(&*found[0].listed[0].0, "630222-wsjk");
}

#[tokio::test]
async fn a_power_struck_from_the_list_shows_who_goes_on_with_it() {
    let (office, number) = minhe(|world| world.powers.retain(|p| &*p.code != FOOD)).await;
    let found = of_food(of_the_year(&office).await);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].fault, found[0].by.as_deref()), (Misplaced::Beyond, Some("630222-scjg")));
    assert_eq!((&found[0].cases, found[0].title.as_str()), (&vec![number], "食品经营许可"));
    assert!(found[0].listed.is_empty());
}

#[tokio::test]
async fn a_duty_without_a_unit_is_missing_and_one_with_two_is_held_twice() {
    let (office, _) = minhe(|world| {
        let nobody = world.powers.iter_mut().find(|p| &*p.code == "630222-jhdj").expect("listed");
        nobody.unit = None;
        let mut rival = world.powers.iter().find(|p| &*p.code == FOOD).expect("listed").clone();
        rival.unit = Some("630222-wsjk".into());
        world.powers.push(rival);
    })
    .await;
    let found = of_the_year(&office).await;
    let missing = found.iter().find(|m| m.fault == Misplaced::Nobodys).expect("missing");
    assert_eq!((&*missing.power, missing.listed.len()), ("630222-jhdj", 0));
    let twice = of_food(found);
    assert_eq!((twice.len(), twice[0].fault), (1, Misplaced::Twice));
    assert_eq!(twice[0].listed.len(), 2, "both entries are named");
}

#[tokio::test]
async fn where_no_list_was_drawn_up_nothing_is_said() {
    let (office, _) = minhe(|world| world.powers.clear()).await;
    assert!(of_the_year(&office).await.is_empty());
}
