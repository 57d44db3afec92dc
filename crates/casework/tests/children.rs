//! A case that waits for others: what it makes of their messages, however often and in whatever order they come.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::datetime;
use xiaoneng_casework::{
    Actor, Case, Command, Decision, Facts, Fields, Name, News, Opening, PLACE, Refusal, Terms, Value, Verb, decide,
    told,
};
use xiaoneng_pack::{Procedure, World};

static WORLD: LazyLock<Arc<World>> = LazyLock::new(xiaoneng_packbox::world);

/// To open a restaurant: a food licence and a signboard, together.
const BUNDLE: &str = "630222-kcyd";

fn procedure() -> &'static Procedure {
    &WORLD.procedures["bundle"]
}

fn now() -> Timestamp {
    PLACE.to_timestamp(datetime(2015, 8, 20, 10, 0, 0, 0)).unwrap()
}

fn facts(case: Option<&Case>) -> Facts<'static> {
    Facts { world: &WORLD, away: &[], ids: (case.map_or(0, |c| u128::from(c.version())) + 1) << 20 }
}

fn act(
    procedure: &Procedure,
    case: Option<&Case>,
    verb: Verb,
    fields: &[(&str, Value)],
    role: &str,
) -> Result<Case, Refusal> {
    let item = &WORLD.items[BUNDLE];
    let unit = if role == "window" { item.intake.first().unwrap_or(&item.unit) } else { &item.unit };
    let id = WORLD.org.posts_with(unit, role).next().and_then(|post| post.a.clone()).expect("somebody stands there");
    let fields: Fields = fields.iter().map(|(id, value)| (Name::from(*id), value.clone())).collect();
    let command = Command { verb, fields, reason: None, attachments: Vec::new(), effective_at: None };
    let actor = Actor::Officer { id, post: None };
    decide(procedure, &"c".into(), case, &command, &actor, &facts(case), now()).map(|decision| decision.case)
}

fn list(ids: &[&str]) -> Value {
    Value::List(ids.iter().map(|id| Name::from(*id)).collect())
}

fn accepted(procedure: &Procedure) -> Case {
    let item = &WORLD.items[BUNDLE];
    let opening = Opening {
        number: "630222-20150820-00001".into(),
        tenant: item.tenant.clone(),
        procedure: "bundle".into(),
        rules: WORLD.version.clone(),
        item: Some(item.code.clone()),
        title: item.title.clone(),
        unit: item.unit.clone(),
        intake: item.intake.first().unwrap_or(&item.unit).clone(),
        standing: false,
        terms: Terms { law: item.limit.law.clone(), ..Terms::default() },
        track: None,
        parent: None,
    };
    let materials = Value::List(item.materials.iter().map(|m| m.id.clone()).collect());
    let items = list(&["630222-spjy", "630222-hwgg"]);
    let fields = [
        ("applicant", "马某".into()),
        ("phone", "5550000".into()),
        ("matter", "开店".into()),
        ("items", items),
        ("materials", materials),
    ];
    let verb = Verb::Open { action: "receive".into(), opening: Box::new(opening) };
    let case = act(procedure, None, verb, &fields, "window").unwrap();
    act(procedure, Some(&case), Verb::Do("accept".into()), &[], "window").unwrap()
}

/// Two licences are asked for, and the opinions of these units.
fn split(procedure: &Procedure, units: &[&str]) -> Result<Case, Refusal> {
    let fields: &[(&str, Value)] = if units.is_empty() { &[] } else { &[("units", list(units))] };
    act(procedure, Some(&accepted(procedure)), Verb::Do("split".into()), fields, "handler")
}

fn tell(procedure: &Procedure, case: &Case, news: &News) -> Option<Decision> {
    told(procedure, &"c".into(), case, news, &facts(Some(case)), now())
}

fn moved(key: &str, state: &str, closed: bool, result: Option<&str>) -> News {
    News::Moved { key: key.into(), state: state.to_owned(), closed, result: result.map(str::to_owned) }
}

fn hear(case: &Case, news: &News) -> Case {
    tell(procedure(), case, news).expect("that is news").case
}

#[test]
fn an_opening_is_noted_once_and_a_stranger_never() {
    let case = split(procedure(), &[]).unwrap();
    let opened = |key: &str| News::Opened { key: key.into(), case: "child".into(), number: "2015-2".into() };
    assert_eq!(tell(procedure(), &case, &opened("item-07")), None);
    let case = hear(&case, &opened("item-01"));
    assert_eq!(case.children["item-01"].opened, Some(("child".into(), "2015-2".into())));
    assert_eq!(case.children["item-02"].opened, None);
    assert_eq!(tell(procedure(), &case, &opened("item-01")), None, "the message came twice");
}

#[test]
fn what_a_child_says_is_noted_when_it_is_new() {
    let case = hear(&split(procedure(), &[]).unwrap(), &moved("item-01", "初审中", false, None));
    assert_eq!(case.children["item-01"].state, "初审中");
    assert_eq!(tell(procedure(), &case, &moved("item-01", "初审中", false, None)), None);
    let case = hear(&case, &moved("item-01", "待送达", false, None));
    let case = hear(&case, &moved("item-01", "待送达", false, Some("准予许可")));
    assert_eq!(case.children["item-01"].result.as_deref(), Some("准予许可"));
    let case = hear(&case, &moved("item-01", "待送达", true, Some("准予许可")));
    assert_eq!(case.children["item-01"].closed_at, Some(now()));
    assert_eq!(tell(procedure(), &case, &moved("item-01", "待送达", true, Some("准予许可"))), None);
    assert_eq!(tell(procedure(), &case, &moved("item-01", "初审中", false, None)), None, "an older message, overtaken");
    assert_eq!(&*case.state, "running", "the other licence is still open");
}

#[test]
fn after_the_last_answer_the_parent_goes_on_once() {
    let case = split(procedure(), &["630222-wsjk"]).unwrap();
    assert_eq!(case.children.keys().map(|k| &**k).collect::<Vec<_>>(), ["item-01", "item-02", "opinion-01"]);
    let case = hear(&case, &moved("item-01", "已办结", true, Some("准予许可")));
    let case = hear(&case, &moved("item-02", "已办结", true, Some("准予许可")));
    assert_eq!(&*case.state, "running", "an opinion is waited for as well");
    let case = hear(&case, &moved("opinion-01", "已答复", true, Some("同意")));
    assert_eq!(&*case.state, "collected");
    // A child mends its result after it is closed: noted, and nothing is done again.
    let mended = hear(&case, &moved("item-01", "已办结", true, Some("不予许可")));
    assert_eq!(mended.children["item-01"].result.as_deref(), Some("不予许可"));
    assert_eq!(mended.acts.len(), case.acts.len());
}

#[test]
fn a_parent_that_is_closed_takes_note_and_does_nothing_more() {
    let mut procedure = procedure().clone();
    procedure.actions["withdraw"].reason = false;
    // It may go on from its end: were it asked to, it would.
    let case = split(&procedure, &[]).unwrap();
    let case = act(&procedure, Some(&case), Verb::Do("withdraw".into()), &[], "handler").unwrap();
    assert!(case.closed_at.is_some());
    procedure.actions["collect"].from.push("withdrawn".into());
    let case = tell(&procedure, &case, &moved("item-01", "已撤回", true, None)).unwrap().case;
    let case = tell(&procedure, &case, &moved("item-02", "已撤回", true, None)).unwrap().case;
    assert!(case.children.values().all(|child| child.closed_at.is_some()));
    assert_eq!(&*case.state, "withdrawn");
}

#[test]
fn those_in_turn_come_one_after_another() {
    let mut procedure = procedure().clone();
    procedure.children["item"].in_turn = true;
    let case = split(&procedure, &[]).unwrap();
    let waits = |case: &Case| case.children.values().map(|child| child.planned.waits).collect::<Vec<_>>();
    assert_eq!(waits(&case), [false, true]);
    let moving = tell(&procedure, &case, &moved("item-01", "审核中", false, None)).unwrap().case;
    assert_eq!(waits(&moving), [false, true], "the first has not ended");
    let case = tell(&procedure, &moving, &moved("item-01", "已办结", true, Some("准予许可"))).unwrap().case;
    assert_eq!(waits(&case), [false, false]);
    assert_eq!(&*case.state, "running");
    let case = tell(&procedure, &case, &moved("item-02", "已办结", true, Some("准予许可"))).unwrap().case;
    assert_eq!(&*case.state, "collected");
}

#[test]
fn an_act_opens_fifty_of_a_kind_at_most_with_those_opened_before() {
    let units: Vec<&str> = WORLD.org.units.keys().map(|id| &**id).take(51).collect();
    let case = split(procedure(), &units[..50]).unwrap();
    assert_eq!(case.children.len(), 52, "fifty opinions and two licences");
    let refusal = split(procedure(), &units).unwrap_err();
    assert_eq!(refusal.rule, "“征求意见”最多 50 件");
    // A second round counts with the first, and its keys go on from there.
    let mut procedure = procedure().clone();
    procedure.actions["split"].from.push("running".into());
    let first = split(&procedure, &units[..2]).unwrap();
    let again =
        |units: &[&str]| act(&procedure, Some(&first), Verb::Do("split".into()), &[("units", list(units))], "handler");
    assert!(again(&units[2..50]).unwrap().children.contains_key("opinion-50"));
    assert_eq!(again(&units[2..51]).unwrap_err().rule, "“征求意见”最多 50 件");
}
