//! What holds for every case, whatever people do to it in whatever order.

use proptest::prelude::*;
use xiaoneng_casework::{
    Actor, Case, Command, Facts, Fields, Light, Name, Opening, PLACE, Recorded, Status, Stream, Terms, Value, Verb,
    clock_views, decide, due_by_law, evolve, replay,
};
use xiaoneng_pack::{Action, FieldKind, Item, Procedure, World};

fn world() -> &'static World {
    static WORLD: std::sync::OnceLock<std::sync::Arc<World>> = std::sync::OnceLock::new();
    WORLD.get_or_init(xiaoneng_packbox::world)
}

/// A life of a case: what is tried, and how many hours later.
fn life() -> impl Strategy<Value = (usize, Vec<(u16, u16)>)> {
    (0..4usize, prop::collection::vec((any::<u16>(), 0..200u16), 1..25))
}

const ITEMS: [&str; 4] = ["630222-spjy", "630222-zjd", "630222-bdc", "630200-pwxk"];

fn opening(item: &Item, procedure: &Procedure) -> Opening {
    Opening {
        number: "630222-20150105-00001".into(),
        tenant: item.tenant.clone(),
        procedure: procedure.id.clone(),
        rules: String::new(),
        item: Some(item.code.clone()),
        title: item.title.clone(),
        unit: item.unit.clone(),
        intake: item.intake.first().unwrap_or(&item.unit).clone(),
        standing: false,
        terms: Terms {
            law: item.limit.law.clone(),
            stated: item.limit.stated.as_ref().map(|s| s.0),
            promised: item.limit.promised.as_ref().map(|s| s.0),
            steps: item.steps.iter().map(|(s, n)| (s.clone(), *n)).collect(),
        },
        track: None,
        parent: None,
    }
}

fn fill(procedure: &Procedure, item: &Item, action: &Action, salt: u16) -> Fields {
    let mut fields = Fields::new();
    for id in &action.needs {
        let value = match &procedure.fields[id].kind {
            FieldKind::Materials => {
                let every = item.materials.iter().enumerate().filter(|(n, _)| salt == 0 || (salt >> (n % 8)) & 1 == 0);
                let ids: Vec<Name> = every.map(|(_, m)| m.id.clone()).collect();
                Value::List(if ids.is_empty() { vec![item.materials[0].id.clone()] } else { ids })
            }
            FieldKind::Choice(of) => Value::Text(of[0].clone()),
            FieldKind::Phone => "0972-5550000".into(),
            FieldKind::Count => Value::Number(3),
            FieldKind::Date => "2015-01-05".into(),
            _ => "演示".into(),
        };
        fields.insert(id.clone(), value);
    }
    fields
}

fn live(index: usize, tries: &[(u16, u16)]) -> Option<(Case, jiff::Timestamp)> {
    let item = world().items.get(ITEMS[index])?;
    let procedure = world().procedures.get(&item.procedure)?;
    let mut at = PLACE.to_timestamp(jiff::civil::date(2015, 1, 5).at(9, 0, 0, 0)).ok()?;
    let mut case: Option<Case> = None;
    for (n, (pick, hours)) in tries.iter().enumerate() {
        at += jiff::SignedDuration::from_hours(i64::from(*hours));
        let facts = Facts { world: world(), away: &[], ids: (n as u128 + 1) << 16 };
        // What the law did in the meantime is true, whether somebody acts or not.
        case = case.map(|c| {
            let facts = Facts { ids: facts.ids + (1 << 12), ..facts };
            due_by_law(procedure, &c, &facts, at).into_iter().fold(Some(c), evolve).expect("a case stays")
        });
        let possible: Vec<(&Name, &Action)> = procedure
            .actions
            .iter()
            .filter(|(_, a)| match &case {
                None => a.opens(),
                Some(c) => a.from.contains(&c.state),
            })
            .collect();
        let Some((name, action)) = possible.get(*pick as usize % possible.len().max(1)) else { continue };
        // Most lives go on: what ends them early is tried now and then.
        let ends = action.to.as_ref().is_some_and(|t| procedure.is_end(t)) && action.reason;
        if ends && (pick >> 5) % 16 != 0 {
            continue;
        }
        let verb = match &case {
            None => Verb::Open { action: (*name).clone(), opening: Box::new(opening(item, procedure)) },
            Some(_) => Verb::Do((*name).clone()),
        };
        let command = Command {
            verb,
            fields: fill(procedure, item, action, pick >> 8),
            reason: Some("演示".to_owned()),
            attachments: vec![],
            effective_at: None,
        };
        // Whoever may: the holder's A, else any head or window of the units concerned.
        let org = &world().org;
        let holder = case.as_ref().and_then(|c| c.holder.clone());
        let opening = opening(item, procedure);
        let posts = holder
            .into_iter()
            .chain(org.posts_of(&opening.intake).chain(org.posts_of(&opening.unit)).map(|p| p.id.clone()));
        for post in posts {
            let Some(a) = org.posts.get(&post).and_then(|p| p.a.clone()) else { continue };
            let actor = Actor::Officer { id: a, post: None };
            if let Ok(decision) = decide(procedure, &"c".into(), case.as_ref(), &command, &actor, &facts, at) {
                check_decision(case.as_ref(), &decision);
                case = Some(decision.case);
                break;
            }
        }
    }
    case.map(|c| (c, at))
}

/// The fold of the events is the case; what is recorded never goes back.
fn check_decision(before: Option<&Case>, decision: &xiaoneng_casework::Decision) {
    let mut again = before.cloned();
    let mut last = before.map_or(jiff::Timestamp::MIN, Case::last_at);
    for (stream, event) in &decision.events {
        assert!(event.recorded_at >= last, "recorded_at went back");
        assert!(event.effective_at <= event.recorded_at, "nothing counts from the future");
        last = event.recorded_at;
        if *stream == Stream::Case {
            again = evolve(again, event.clone());
        }
    }
    assert_eq!(again.as_ref(), Some(&decision.case));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Invariant 1: an open case has exactly one holder, and someone stands in its post.
    #[test]
    fn prop_an_open_case_has_one_holder_whose_post_has_someone((index, tries) in life()) {
        if let Some((case, _)) = live(index, &tries) {
            prop_assert_eq!(case.is_open(), case.holder.is_some());
            if let Some(holder) = &case.holder {
                let post = &world().org.posts[holder];
                prop_assert!(post.a.is_some() && post.b.is_some());
            }
        }
    }

    /// Invariant 2: the explanation adds up to the limit, and what is used and left do too.
    #[test]
    fn prop_an_explanation_adds_up_to_its_date((index, tries) in life()) {
        if let Some((case, at)) = live(index, &tries) {
            let procedure = &world().procedures[&case.opening.procedure];
            let facts = Facts { world: world(), away: &[], ids: 0 };
            for view in clock_views(procedure, &case, &facts, at) {
                let Some((n, _)) = view.length.number() else { continue };
                let limit = i64::from(view.promise.unwrap_or(n) + view.extended);
                let counted: i64 = view.answer.why.iter().filter(|s| s.counts).map(|s| i64::from(s.days)).sum();
                prop_assert_eq!(counted, limit, "{} {:?}", view.title, view.answer);
                prop_assert_eq!(view.used + view.left, limit);
                prop_assert!(view.answer.due_date <= view.answer.statutory_due_date, "a promise is never longer than its statute");
                if view.status == Status::Running && view.light == Light::Green {
                    prop_assert!(view.left >= 0);
                }
            }
        }
    }

    /// Invariant 3: the same events give the same case, one by one or all at once.
    #[test]
    fn prop_a_history_replayed_is_the_case((index, tries) in life()) {
        if let Some((case, _)) = live(index, &tries) {
            prop_assert!(replay(case.history.clone()).as_ref() == Some(&case));
            let bytes = serde_json::to_vec(&case.history).unwrap();
            let read: Vec<Recorded> = serde_json::from_slice(&bytes).unwrap();
            prop_assert!(replay(read).as_ref() == Some(&case), "through JSON and back");
        }
    }

    /// The watch may pass by as often as it likes: what fell due is recorded once, and from the instant it fell due.
    #[test]
    fn prop_the_watch_late_or_often_records_the_same((index, tries) in life(), hours in 1..2000u16) {
        if let Some((case, at)) = live(index, &tries) {
            let procedure = &world().procedures[&case.opening.procedure];
            let end = at + jiff::SignedDuration::from_hours(i64::from(hours));
            let pass = |case: Case, at, n: u128| {
                let facts = Facts { world: world(), away: &[], ids: n << 40 };
                due_by_law(procedure, &case, &facts, at).into_iter().fold(Some(case), evolve).unwrap()
            };
            let late = pass(case.clone(), end, 1);
            let half = at + jiff::SignedDuration::from_hours(i64::from(hours / 2));
            let often = pass(pass(case, half, 2), end, 3);
            prop_assert_eq!(pass(late.clone(), end, 4), late.clone(), "nothing twice");
            let seen = |c: &Case| c.history.iter().map(|e| (e.effective_at, std::mem::discriminant(&e.what))).collect::<Vec<_>>();
            prop_assert_eq!(seen(&late), seen(&often));
            prop_assert_eq!(late.state, often.state);
        }
    }
}

/// The properties above say something only if the lives they try lead somewhere.
#[test]
fn the_lives_tried_reach_every_end() {
    let mut seed = 1u64;
    let mut draw = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as u16
    };
    let mut ends = std::collections::BTreeMap::<String, usize>::new();
    for n in 0..800 {
        let tries: Vec<(u16, u16)> = (0..24).map(|_| (draw(), draw() % 200)).collect();
        if let Some((case, _)) = live(n % ITEMS.len(), &tries) {
            *ends.entry(case.state.to_string()).or_default() += 1;
        }
    }
    for state in ["closed", "rejected", "withdrawn", "checking", "incomplete"] {
        assert!(ends.contains_key(state), "no life ended in {state}: {ends:?}");
    }
}
