//! What is asked of the office: how much may come at once, what it offers each person, what it makes unique.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::{DateTime, datetime};
use xiaoneng_casework::{
    Actor, Attachment, Away, Case, Command, Decision, Facts, Fields, Happening, Name, Opening, PLACE, Recorded,
    Refusal, Terms, Value, Verb, Why, decide, possible, posts_for, replay, standing_in,
};
use xiaoneng_pack::{Post, Procedure, World};

static WORLD: LazyLock<Arc<World>> = LazyLock::new(xiaoneng_packbox::world);

/// A shop's licence of Minhe.
const ITEM: &str = "630222-spjy";
const BUREAU: &str = "630222-scjg";

fn at(time: DateTime) -> Timestamp {
    PLACE.to_timestamp(time).unwrap()
}

fn morning() -> DateTime {
    datetime(2015, 8, 20, 10, 0, 0, 0)
}

/// Who stands in a unit's post of a role, as A.
fn a_of(unit: &str, role: &str) -> Name {
    WORLD.org.posts_with(unit, role).next().and_then(|post| post.a.clone()).expect("somebody stands there")
}

fn officer(role: &str) -> Actor {
    Actor::Officer { id: a_of(BUREAU, role), post: None }
}

fn procedure() -> &'static Procedure {
    &WORLD.procedures["licence"]
}

fn command(verb: Verb, fields: &[(&str, Value)]) -> Command {
    let fields: Fields = fields.iter().map(|(id, value)| (Name::from(*id), value.clone())).collect();
    Command { verb, fields, reason: None, attachments: Vec::new(), effective_at: None }
}

fn asked(case: Option<&Case>, command: &Command, actor: &Actor, now: DateTime) -> Result<Decision, Refusal> {
    asked_in(&WORLD, case, command, actor, now)
}

fn asked_in(
    world: &World,
    case: Option<&Case>,
    command: &Command,
    actor: &Actor,
    now: DateTime,
) -> Result<Decision, Refusal> {
    let facts = Facts { world, away: &[], ids: (case.map_or(0, |c| u128::from(c.version())) + 1) << 20 };
    decide(procedure(), &"c".into(), case, command, actor, &facts, at(now))
}

fn opening() -> Opening {
    let item = &WORLD.items[ITEM];
    Opening {
        number: "630222-20150820-00001".into(),
        tenant: item.tenant.clone(),
        procedure: "licence".into(),
        rules: WORLD.version.clone(),
        item: Some(item.code.clone()),
        title: item.title.clone(),
        unit: item.unit.clone(),
        intake: item.unit.clone(),
        standing: false,
        terms: Terms { law: item.limit.law.clone(), ..Terms::default() },
        track: None,
        parent: None,
    }
}

fn received() -> Case {
    let verb = Verb::Open { action: "receive".into(), opening: Box::new(opening()) };
    let materials = WORLD.items[ITEM].materials.iter().map(|m| m.id.clone()).collect();
    let fields = [("applicant", "马某".into()), ("phone", "5550000".into()), ("materials", Value::List(materials))];
    asked(None, &command(verb, &fields), &officer("window"), morning()).unwrap().case
}

fn accepted() -> Case {
    asked(Some(&received()), &command(Verb::Do("accept".into()), &[]), &officer("window"), morning()).unwrap().case
}

fn reject(reason: &str, papers: usize) -> Result<Decision, Refusal> {
    let paper =
        Attachment { hash: "0".repeat(64), name: "照片".into(), media: "image/jpeg".into(), size: 1, material: None };
    let mut command = command(Verb::Do("reject".into()), &[]);
    command.reason = Some(reason.to_owned());
    command.attachments = vec![paper; papers];
    asked(Some(&received()), &command, &officer("window"), morning())
}

#[test]
fn a_reason_has_five_hundred_characters_and_an_act_fifty_papers_at_most() {
    assert!(reject(&"由".repeat(500), 50).is_ok());
    let long = reject(&"由".repeat(501), 0).unwrap_err();
    assert_eq!((long.why, long.rule.as_str()), (Why::Reason, "理由最多 500 个字"));
    let thick = reject("不属于本机关职权", 51).unwrap_err();
    assert_eq!((thick.why, thick.rule.as_str()), (Why::Fields, "一次最多 50 个附件"));
    assert_eq!(reject("  ", 0).unwrap_err().why, Why::Reason);
}

#[test]
fn a_case_that_does_not_exist_is_neither_handed_over_nor_carried_on() {
    let nothing = |verb: Verb| asked(None, &command(verb, &[]), &officer("window"), morning()).unwrap_err();
    assert_eq!(nothing(Verb::TakeOver).rule, "没有这个办件");
    assert_eq!(nothing(Verb::Do("accept".into())).rule, "没有这个办件");
    assert_eq!(nothing(Verb::Do("dance".into())).why, Why::UnknownAction);
}

#[test]
fn a_case_is_opened_once_and_only_by_what_opens_one() {
    let open = |case: Option<&Case>, action: &str| {
        let verb = Verb::Open { action: action.into(), opening: Box::new(opening()) };
        asked(case, &command(verb, &[]), &officer("window"), morning()).unwrap_err().rule
    };
    assert_eq!(open(None, "accept"), "这个动作不能开立办件");
    assert_eq!(open(Some(&received()), "receive"), "办件已经开立");
    assert_eq!(open(Some(&received()), "accept"), "办件已经开立");
    let again = command(Verb::Do("receive".into()), &[]);
    assert_eq!(asked(Some(&received()), &again, &officer("window"), morning()).unwrap_err().rule, "办件已经开立");
}

/// The case with so many events behind it: offered to another post again and again, by an officer or by the law.
fn with_events(case: &Case, n: usize, actor: &Actor) -> Case {
    let mut history = case.history.clone();
    let more = n - history.len();
    history.extend((0..more).map(|i| {
        Arc::new(Recorded {
            id: format!("more-{i}").into(),
            actor: actor.clone(),
            acting_for: None,
            recorded_at: at(morning()),
            effective_at: at(morning()),
            cause: None,
            what: Happening::OfferDeclined { reason: "重复".into() },
        })
    }));
    replay(history).unwrap()
}

#[test]
fn a_case_has_room_for_five_thousand_events_of_people_and_any_number_of_the_laws() {
    let window = officer("window");
    let accept = |case: &Case| asked(Some(case), &command(Verb::Do("accept".into()), &[]), &window, morning());
    let full = with_events(&received(), 5_000, &window);
    assert!(accept(&with_events(&received(), 4_999, &window)).is_ok());
    assert_eq!(accept(&full).unwrap_err().why, Why::Rules);
    assert!(accept(&with_events(&received(), 5_000, &Actor::Law)).is_ok());
    let mut correct = command(
        Verb::Correct { event: full.acts[0].event.clone(), effective_at: None },
        &[("phone", "5550001".into())],
    );
    correct.reason = Some("号码写错".into());
    assert_eq!(asked(Some(&full), &correct, &window, morning()).unwrap_err().why, Why::Rules);
    let correct = |case: &Case| asked(Some(case), &correct, &window, morning());
    assert!(correct(&with_events(&received(), 4_999, &window)).is_ok());
}

#[test]
fn each_person_is_offered_what_he_may_do_now_and_no_more() {
    let offered = |case: &Case, actor: &Actor| {
        let facts = Facts { world: &WORLD, away: &[], ids: 0 };
        let all = possible(procedure(), case, actor, &facts);
        all.into_iter().map(|p| p.name.to_string()).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(offered(&received(), &officer("window")), ["ask", "accept", "reject", "withdraw"]);
    assert_eq!(offered(&received(), &officer("head")), none, "his turn comes later");
    assert_eq!(offered(&received(), &Actor::Applicant), ["withdraw"]);
    let case = accepted();
    assert_eq!(offered(&case, &officer("window")), none);
    assert_eq!(offered(&case, &officer("handler")), ["examine", "pause", "set-hearing", "withdraw"]);
    assert_eq!(offered(&case, &officer("head")), ["extend"]);
}

#[test]
fn who_examined_is_not_offered_the_check_nor_the_signature() {
    let handler = officer("handler");
    let examine = command(Verb::Do("examine".into()), &[("opinion", "符合条件".into())]);
    let checking = asked(Some(&accepted()), &examine, &handler, morning()).unwrap().case;
    let mut world = World::clone(&WORLD);
    let Actor::Officer { id, .. } = &handler else { unreachable!() };
    // A small bureau: the one who examines stands in the checker's post as well.
    for post in world.org.posts.values_mut().filter(|p| &*p.unit == BUREAU && p.has_role("checker")) {
        post.a = Some(id.clone());
    }
    world.org.index();
    let facts = Facts { world: &world, away: &[], ids: 1 << 40 };
    let offered: Vec<String> =
        possible(procedure(), &checking, &handler, &facts).into_iter().map(|p| p.name.to_string()).collect();
    assert!(offered.contains(&"return".to_owned()) && !offered.contains(&"check".to_owned()), "{offered:?}");
    let check = command(Verb::Do("check".into()), &[("opinion", "同意".into())]);
    let refusal =
        decide(procedure(), &"c".into(), Some(&checking), &check, &handler, &facts, at(morning())).unwrap_err();
    assert_eq!((refusal.why, refusal.article.as_deref()), (Why::Recused, Some("不相容岗位分离")));
}

#[test]
fn a_refusal_says_the_state_the_rule_its_article_and_the_way_out() {
    let refusal = asked(Some(&received()), &command(Verb::Do("examine".into()), &[]), &officer("handler"), morning());
    let refusal = refusal.unwrap_err();
    assert_eq!(refusal.state.as_deref(), Some("待受理"));
    assert_eq!(
        refusal.to_string(),
        "不能“初审通过”（当前：待受理）：只能在“初审中”时办理（行政许可法 34）。刷新页面，按现在的环节办理"
    );
}

#[test]
fn a_version_counts_the_events_and_the_last_instant_is_when_the_last_was_written() {
    let case = accepted();
    assert_eq!((case.version(), case.last_at()), (2, at(morning())));
    assert!(case.is_open());
}

#[test]
fn what_is_written_never_goes_back_whatever_the_offices_clock_says() {
    let early = datetime(2015, 8, 20, 9, 0, 0, 0);
    let decision =
        asked(Some(&received()), &command(Verb::Do("accept".into()), &[]), &officer("window"), early).unwrap();
    assert_eq!(decision.case.last_at(), at(morning()));
}

#[test]
fn a_registers_code_is_claimed_and_a_licence_claims_nothing() {
    let verb = Verb::Open { action: "receive".into(), opening: Box::new(opening()) };
    let materials = WORLD.items[ITEM].materials.iter().map(|m| m.id.clone()).collect();
    let fields = [("applicant", "马某".into()), ("phone", "5550000".into()), ("materials", Value::List(materials))];
    let opened = |procedure: &Procedure| {
        let facts = Facts { world: &WORLD, away: &[], ids: 1 << 20 };
        decide(procedure, &"c".into(), None, &command(verb.clone(), &fields), &officer("window"), &facts, at(morning()))
    };
    assert_eq!(opened(procedure()).unwrap().claims, []);
    let mut register = procedure().clone();
    register.fields["phone"].unique = true;
    assert_eq!(opened(&register).unwrap().claims, [("licence.phone".into(), "5550000".to_owned())]);
}

/// The city with a second examiner in the bureau.
fn two_examiners() -> World {
    let mut world = World::clone(&WORLD);
    let first = world.org.posts_with(BUREAU, "handler").next().unwrap().clone();
    let second = Post { id: SECOND.into(), a: Some(a_of("630222-zrzy", "window")), b: None, ..first };
    world.org.posts.insert(second.id.clone(), second);
    world.org.index();
    world
}

const SECOND: &str = "630222-scjg.handler-2";

fn holder(case: &Case) -> &str {
    case.holder.as_deref().unwrap()
}

#[test]
fn cases_spread_over_the_posts_of_a_role_by_their_numbers() {
    let world = two_examiners();
    let holder_of = |number: &str| {
        let mut case = received();
        case.opening = Arc::new(Opening { number: number.into(), ..Opening::clone(&case.opening) });
        let accept = command(Verb::Do("accept".into()), &[]);
        let case = asked_in(&world, Some(&case), &accept, &officer("window"), morning()).unwrap().case;
        holder(&case).to_owned()
    };
    let first = holder_of("630222-20150820-00001");
    assert_ne!(first, holder_of("630222-20150820-00002"), "the next goes to the other");
    assert_eq!(first, holder_of("630222-20150820-00003"));
}

#[test]
fn a_case_that_comes_back_goes_to_the_post_that_had_it_before() {
    let world = two_examiners();
    let window = officer("window");
    let second = Actor::Officer { id: a_of("630222-zrzy", "window"), post: None };
    let accept = command(Verb::Do("accept".into()), &[]);
    let examine = command(Verb::Do("examine".into()), &[("opinion", "符合条件".into())]);
    let mut back = command(Verb::Do("return".into()), &[]);
    back.reason = Some("意见不明确".into());
    let do_in = |case: &Case, command: &Command, actor: &Actor| {
        asked_in(&world, Some(case), command, actor, morning()).unwrap().case
    };
    for number in ["630222-20150820-00001", "630222-20150820-00002"] {
        let mut case = received();
        case.opening = Arc::new(Opening { number: number.into(), ..Opening::clone(&case.opening) });
        let mut case = do_in(&case, &accept, &window);
        let was = holder(&case).to_owned();
        let (from, to) = match was == SECOND {
            true => (second.clone(), WORLD.org.posts_with(BUREAU, "handler").next().unwrap().id.clone()),
            false => (officer("handler"), SECOND.into()),
        };
        let mut offer = command(Verb::HandOver { to: to.clone() }, &[]);
        offer.reason = Some("调整分工".into());
        case = do_in(&case, &offer, &from);
        let taker = if &*to == SECOND { second.clone() } else { officer("handler") };
        case = do_in(&case, &command(Verb::TakeOver, &[]), &taker);
        assert_eq!(holder(&case), &*to);
        case = do_in(&case, &examine, &taker);
        case = do_in(&case, &back, &officer("checker"));
        assert_eq!(holder(&case), &*to, "who examined it mends it, whatever its number");
    }
}

#[test]
fn who_stands_in_a_post_is_its_a_or_while_he_is_out_its_b() {
    let post = WORLD.org.posts_with(BUREAU, "handler").next().unwrap();
    let (a, b) = (post.a.clone().unwrap(), post.b.clone().unwrap());
    let out = |who: &Name| Away {
        officer: who.clone(),
        case: "leave".into(),
        from: at(morning()),
        until: at(morning()),
        out: true,
        asked: false,
        stands_in: None,
    };
    let stands = |post: &Post, who: &str, away: &[Away]| {
        let standing = standing_in(post, who, &Facts { world: &WORLD, away, ids: 0 });
        standing.map(|s| (s.actor, s.acting_for)).map_err(|why| format!("{why:?}"))
    };
    let actor = |id: &Name| Actor::Officer { id: id.clone(), post: Some(post.id.clone()) };
    let present = format!("APresent({a:?})");
    assert_eq!(stands(post, &a, &[]), Ok((actor(&a), None)));
    assert_eq!(stands(post, &a, &[out(&b)]), Ok((actor(&a), None)));
    assert_eq!(stands(post, &a, &[out(&a)]), Err("SelfAway".to_owned()));
    assert_eq!(stands(post, &b, &[]), Err(present.clone()));
    assert_eq!(stands(post, &b, &[Away { out: false, ..out(&a) }]), Err(present.clone()), "asked for");
    assert_eq!(stands(post, &b, &[out(&a)]), Ok((actor(&b), Some(a.clone()))));
    assert_eq!(stands(post, &b, &[out(&a), out(&b)]), Err("SelfAway".to_owned()));
    assert_eq!(stands(post, "nobody", &[out(&a)]), Err("Stranger".to_owned()));
    let licensed = Post { own_licence: true, ..post.clone() };
    assert_eq!(stands(&licensed, &b, &[out(&a)]), Err(format!("OwnLicence({a:?})")));
    assert_eq!(stands(&licensed, &b, &[]), Err(present.clone()));
    let vacant = Post { a: None, ..post.clone() };
    assert_eq!(stands(&vacant, &b, &[]), Ok((actor(&b), None)), "nobody to stand in for");
}

#[test]
fn a_role_is_the_units_own_or_that_of_the_one_unit_that_has_it_for_all() {
    let ids = |role: &str, unit: &str| {
        posts_for(&WORLD.org, role, unit, "630222").iter().map(|p| p.unit.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids("handler", BUREAU), [BUREAU]);
    let leaders = ids("leader", BUREAU);
    assert!(!leaders.is_empty() && leaders.iter().all(|unit| *unit == leaders[0] && unit != BUREAU), "{leaders:?}");
    let none: [&str; 0] = [];
    assert_eq!(ids("handler", "630222-none"), none, "many have it: it must be the unit's own");
    assert_eq!(ids("no-such-role", BUREAU), none);
}
