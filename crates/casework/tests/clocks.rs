//! What holds for every kind of clock: recurring, waiting, counted back, until a date, a right's, restarted.

mod common;

use common::{clocks, opening};
use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use proptest::prelude::*;
use xiaoneng_casework::{
    Actor, Case, Command, Facts, Fields, Happening, Light, Name, PLACE, Refusal, Value, Verb, Why, clock_lights,
    clock_views, decide, due_by_law, evolve, leading, replay,
};
use xiaoneng_pack::{Action, FieldKind, Procedure, procedure::OnLapse};

const PROCEDURES: [&str; 6] = ["task", "diary", "decision", "petition", "request", "pay"];

fn at(day: civil::Date, hour: i8) -> Timestamp {
    PLACE.to_timestamp(day.at(hour, 0, 0, 0)).expect("a time")
}

fn facts(ids: u128) -> Facts<'static> {
    Facts { world: clocks(), away: &[], ids: ids << 24 }
}

fn procedure(id: &str) -> &'static Procedure {
    &clocks().procedures[id]
}

/// Done by whichever officer may.
fn act(
    procedure: &Procedure,
    case: Option<&Case>,
    action: &str,
    fields: Fields,
    ids: u128,
    now: Timestamp,
) -> Result<Case, Refusal> {
    let verb = match procedure.actions[action].opens() {
        true => Verb::Open { action: action.into(), opening: Box::new(opening(&procedure.id)) },
        false => Verb::Do(action.into()),
    };
    let command = Command { verb, fields, reason: Some("演示".to_owned()), attachments: vec![], effective_at: None };
    let mut last = None;
    for officer in ["bz-a", "bz-b"] {
        let actor = Actor::Officer { id: officer.into(), post: None };
        match decide(procedure, &"c".into(), case, &command, &actor, &facts(ids), now) {
            Ok(decision) => return Ok(decision.case),
            Err(refusal) if refusal.why == Why::NotYours => last = last.or(Some(refusal)),
            Err(refusal) => last = Some(refusal),
        }
    }
    Err(last.expect("somebody was refused"))
}

/// What an action needs; dates from five days ago to eight weeks ahead.
fn fill(procedure: &Procedure, action: &Action, now: Timestamp, salt: u16) -> Fields {
    let day = PLACE.to_datetime(now).date().saturating_add((i64::from(salt % 60) - 5).days());
    let value = |id: &Name| match procedure.fields[id].kind {
        FieldKind::Date => Value::Text(day.to_string()),
        FieldKind::Instant => Value::Text(day.at(9, 0, 0, 0).strftime("%Y-%m-%dT%H:%M").to_string()),
        FieldKind::Percent => Value::Number(10),
        _ => "演示".into(),
    };
    action.needs.iter().map(|id| (id.clone(), value(id))).collect()
}

fn pass(procedure: &Procedure, case: Case, ids: u128, now: Timestamp) -> Case {
    due_by_law(procedure, &case, &facts(ids), now).into_iter().fold(Some(case), evolve).expect("a case stays")
}

/// What is tried on a case, and how many hours later each.
fn life() -> impl Strategy<Value = (usize, Vec<(u16, u16)>)> {
    (0..PROCEDURES.len(), prop::collection::vec((any::<u16>(), 0..600u16), 1..16))
}

fn live(index: usize, tries: &[(u16, u16)]) -> Option<(Case, Timestamp)> {
    let procedure = procedure(PROCEDURES[index]);
    // After the notice of January 2020 that came during the holiday itself: what it changed is another test's.
    let mut now = at(civil::date(2020, 2, 3), 9);
    let mut case: Option<Case> = None;
    for (n, (pick, hours)) in tries.iter().enumerate() {
        now += SignedDuration::from_hours(i64::from(*hours));
        case = case.map(|c| pass(procedure, c, 2 * n as u128 + 1, now));
        let fits = |a: &Action| case.as_ref().map_or(a.opens(), |c| a.from.contains(&c.state));
        let possible: Vec<(&Name, &Action)> = procedure.actions.iter().filter(|(_, a)| fits(a)).collect();
        let Some((name, action)) = possible.get(*pick as usize % possible.len().max(1)) else { continue };
        let ends = action.to.as_ref().is_some_and(|to| procedure.is_end(to));
        if ends && (pick >> 5) % 8 != 0 {
            continue;
        }
        let fields = fill(procedure, action, now, pick >> 8);
        case = act(procedure, case.as_ref(), name, fields, 2 * n as u128 + 2, now).ok().or(case);
    }
    case.map(|c| (c, now))
}

/// What counts as having happened, without the ids.
fn told(case: &Case) -> Vec<(Timestamp, String)> {
    let word = |what: &Happening| match what {
        Happening::Acted(acted) => format!("acted {}", acted.action),
        Happening::Turned { clock, light, .. } => format!("turned {clock} {light:?}"),
        Happening::Lapsed { clock, run, .. } => format!("lapsed {clock} {}", run.split_once('#').map_or("", |r| r.1)),
        other => format!("{other:?}").split_once(' ').map_or(String::new(), |w| w.0.to_owned()),
    };
    case.history.iter().map(|e| (e.effective_at, word(&e.what))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// The watch may be late: what it records does not hang on how often it looked.
    #[test]
    fn prop_the_watch_late_or_often_records_the_same((index, tries) in life(), days in 1..400i64) {
        if let Some((case, now)) = live(index, &tries) {
            let procedure = procedure(PROCEDURES[index]);
            let end = now + SignedDuration::from_hours(24 * days);
            let late = pass(procedure, case.clone(), 1 << 20, end);
            let mut often = case;
            for n in 1..=10 {
                let then = now + SignedDuration::from_hours(24 * days * n / 10);
                often = pass(procedure, often, (1 << 20) + n as u128, then);
            }
            prop_assert_eq!(told(&late), told(&often));
            prop_assert_eq!(&pass(procedure, late.clone(), 1 << 30, end), &late, "nothing twice");
            prop_assert!(replay(late.history.clone()).as_ref() == Some(&late));
        }
    }

    /// What the view says of the next change is when the law records the next event, or it records none for that clock.
    #[test]
    fn prop_nothing_changes_before_the_view_says((index, tries) in life()) {
        if let Some((case, now)) = live(index, &tries) {
            let procedure = procedure(PROCEDURES[index]);
            let views = clock_lights(procedure, &case, &facts(0), now);
            let next = views.iter().filter_map(|v| v.next_change_at).min();
            // Up to the next holiday notice: what it changes is recomputed and recorded.
            let day = PLACE.to_datetime(now).date();
            let notice = clocks().calendar.publications().iter().copied().find(|d| *d > day);
            let end = at(notice.unwrap_or(civil::date(2030, 1, 1)), 0) - SignedDuration::from_secs(1);
            let after = pass(procedure, case.clone(), 1 << 20, end);
            let first = after.history.get(case.history.len()).map(|e| e.effective_at);
            prop_assert_eq!(first, next.filter(|n| *n <= end));
        }
    }

    /// What a case remembers of the last look at its clocks spares a look and changes no answer.
    #[test]
    fn prop_a_case_fresh_from_its_history_is_judged_the_same((index, tries) in life(), steps in prop::collection::vec(0..300i64, 1..12)) {
        if let Some((case, mut now)) = live(index, &tries) {
            let procedure = procedure(PROCEDURES[index]);
            let fresh = replay(case.history.clone()).unwrap();
            for hours in steps {
                now += SignedDuration::from_hours(hours);
                let events = due_by_law(procedure, &case, &facts(1 << 30), now);
                prop_assert_eq!(events, due_by_law(procedure, &fresh, &facts(1 << 30), now));
            }
        }
    }

    /// What the agency does not owe is never late, and no list shows it before what is owed.
    #[test]
    fn prop_only_what_is_owed_is_late((index, tries) in life(), hours in 0..2000i64) {
        if let Some((case, now)) = live(index, &tries) {
            let procedure = procedure(PROCEDURES[index]);
            let now = now + SignedDuration::from_hours(hours);
            let case = pass(procedure, case, 1 << 20, now);
            let views = clock_views(procedure, &case, &facts(0), now);
            for view in &views {
                prop_assert!(view.owed || !matches!(view.light, Light::Red | Light::Missed), "{view:?}");
                prop_assert_eq!(view.period.is_some(), procedure.clocks[&view.clock].every.is_some());
                prop_assert!(case.acts.iter().any(|act| *act.event == *view.started_by() && act.at <= view.start));
                let told = (view.answer.due_at, view.answer.statutory_due_at);
                prop_assert_eq!(told, (PLACE.to_datetime(view.due_at), PLACE.to_datetime(view.statutory_due_at)));
            }
            let lead = leading(&views);
            prop_assert!(lead.is_none_or(|v| !v.waits));
            prop_assert!(lead.is_none_or(|v| v.owed) || !views.iter().any(|v| v.owed && v.is_live()));
        }
    }

    /// Periods against a reckoning of their own: each that was not reported on in time lapsed once, at its end.
    #[test]
    fn prop_each_missed_period_lapses_once(reports in prop::collection::vec(0..400i64, 0..14), days in 1..400i64) {
        let procedure = procedure("task");
        let start = civil::date(2020, 1, 31);
        let mut fields = Fields::new();
        fields.insert("due".into(), "2035-01-01".into());
        let mut case = act(procedure, None, "assign", fields, 1, at(start, 9)).unwrap();
        let mut reports: Vec<i64> = reports.into_iter().filter(|d| *d <= days).collect();
        reports.sort_unstable();
        for (n, day) in reports.iter().enumerate() {
            let mut fields = Fields::new();
            fields.insert("done".into(), Value::Number(1));
            let now = at(start, 12) + SignedDuration::from_hours(24 * day);
            case = act(procedure, Some(&case), "report", fields, n as u128 + 2, now).unwrap();
        }
        let end = at(start, 12) + SignedDuration::from_hours(24 * days);
        let case = pass(procedure, case, 1 << 20, end);

        // The office closes at half past five; a report of noon counts for the day's period.
        let close = |n: i64| PLACE.to_timestamp(start.saturating_add(n.months()).at(17, 30, 0, 0)).unwrap();
        let (mut open, mut expected) = (1, Vec::new());
        let told = reports.iter().map(|d| at(start, 12) + SignedDuration::from_hours(24 * d));
        let mut discharged = std::collections::BTreeMap::new();
        for report in told {
            if open == 1 || report > close(open - 1) {
                discharged.insert(open, report);
                open += 1;
            }
        }
        for n in 1.. {
            if close(n) + SignedDuration::from_secs(1) > end {
                break;
            }
            if discharged.get(&n).is_none_or(|report| *report > close(n)) {
                expected.push((close(n) + SignedDuration::from_secs(1), n));
            }
        }
        let lapsed: Vec<(Timestamp, i64)> = case.history.iter().filter_map(|e| match &e.what {
            Happening::Lapsed { run, .. } => Some((e.effective_at, run.split_once('#')?.1.parse().ok()?)),
            _ => None,
        }).collect();
        prop_assert_eq!(lapsed, expected);
        prop_assert_eq!(case.acts.iter().filter(|a| &*a.action == "urge").count(), case.marks.values().filter(|m| m.lapsed.is_some()).count());
    }
}

/// The properties above say something only if the lives they try lead somewhere.
#[test]
fn the_lives_tried_use_every_kind_of_clock() {
    let mut seed = 1u64;
    let mut draw = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as u16
    };
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..600 {
        let tries: Vec<(u16, u16)> = (0..16).map(|_| (draw(), draw() % 600)).collect();
        let Some((case, now)) = live(n % PROCEDURES.len(), &tries) else { continue };
        for view in clock_views(&clocks().procedures[&case.opening.procedure], &case, &facts(0), now) {
            let status = format!("{:?}", view.status).split([' ', '{']).next().unwrap_or_default().to_owned();
            seen.insert(format!("{} {status}", view.clock));
        }
    }
    for wanted in [
        "report Running",
        "report Stopped",
        "report Ended",
        "finish Running",
        "comment Running",
        "comment Stopped",
        "papers Running",
        "papers Stopped",
        "ask-review Lapsed",
        "answer Paused",
        "correct Lapsed",
    ] {
        assert!(seen.contains(wanted), "no life has {wanted}: {seen:?}");
    }
}

/// Two clocks' lapses after a standstill come in the order of their instants, and what the law does for one is seen
/// by the other.
#[test]
fn lapses_of_several_clocks_interleave_in_order_of_instant() {
    let procedure = procedure("task");
    let mut fields = Fields::new();
    fields.insert("due".into(), "2020-03-20".into());
    let case = act(procedure, None, "assign", fields, 1, at(civil::date(2020, 1, 5), 9)).unwrap();
    let case = pass(procedure, case, 2, at(civil::date(2020, 5, 1), 9));
    let lapses: Vec<String> = case
        .history
        .iter()
        .filter_map(|e| match &e.what {
            Happening::Lapsed { clock, .. } => Some(format!("{} {clock}", PLACE.to_datetime(e.effective_at).date())),
            _ => None,
        })
        .collect();
    assert_eq!(lapses, ["2020-02-05 report", "2020-03-05 report", "2020-03-21 finish", "2020-04-05 report"]);
}

/// A procedure whose lapse sets off the same lapse again is a fault that is told, never an endless loop.
#[test]
fn a_lapse_that_sets_itself_off_is_refused_and_not_followed_for_ever() {
    let mut procedure = procedure("petition").clone();
    let clock = &mut procedure.clocks["answer"];
    clock.starts.push("close".into());
    clock.on_lapse = Some(OnLapse { action: "close".into(), as_of: Some("accept".into()) });
    procedure.actions["close"].from.push("accepted".into());
    procedure.actions["close"].to = None;
    let start = at(civil::date(2020, 1, 5), 9);
    let case = act(&procedure, None, "accept", Fields::new(), 1, start).unwrap();
    let later = start + SignedDuration::from_hours(24 * 90);
    assert!(due_by_law(&procedure, &case, &facts(2), later).is_empty());
    let refusal = act(&procedure, Some(&case), "answer", Fields::new(), 3, later).unwrap_err();
    assert_eq!(refusal.why, Why::Rules);
    assert!(refusal.to_string().contains("没有尽头"), "{refusal}");
}

/// Ten years of a daily clock that nobody looked at: every period once, in seconds.
#[test]
fn a_backlog_of_ten_years_is_recorded_whole() {
    let procedure = procedure("diary");
    let start = at(civil::date(2010, 1, 1), 9);
    let case = act(procedure, None, "open", Fields::new(), 1, start).unwrap();
    let case = pass(procedure, case, 2, at(civil::date(2020, 1, 1), 9));
    let lapsed = case.history.iter().filter(|e| matches!(e.what, Happening::Lapsed { .. })).count();
    assert_eq!(lapsed, 3651);
    // People may still act on it: what the law wrote does not use up a case's room.
    let case = act(procedure, Some(&case), "note", Fields::new(), 3, at(civil::date(2020, 1, 1), 10)).unwrap();
    let view = &clock_views(procedure, &case, &facts(0), at(civil::date(2020, 1, 1), 10))[0];
    assert_eq!((view.period, view.light), (Some(2), Light::Red));
    assert_eq!(view.basis, "本程序规定：每日一次");
}

/// A case stands still while any of its clocks does: what starts one anew lets it go on only if no other is paused.
#[test]
fn a_case_is_paused_as_long_as_one_of_its_clocks_is() {
    let start = civil::date(2020, 3, 2);
    let after_supplement = |pauses: &str| {
        let mut procedure = procedure("request").clone();
        let mut whole = procedure.clocks["answer"].clone();
        (whole.starts, whole.pauses) = (vec!["receive".into()], vec![pauses.into()]);
        procedure.clocks.insert("whole".into(), whole);
        let mut fields = Fields::new();
        fields.insert("correct-by".into(), "2020-03-20".into());
        let case = act(&procedure, None, "receive", Fields::new(), 1, at(start, 9)).unwrap();
        let case = act(&procedure, Some(&case), "ask", fields, 2, at(start, 10)).unwrap();
        act(&procedure, Some(&case), "supplement", Fields::new(), 3, at(start, 11)).unwrap().pause.is_some()
    };
    assert!(after_supplement("ask"), "the other clock still waits");
    assert!(!after_supplement("consult"), "the other clock never stopped");
}

/// What lets one clock run again moves no other whose standstill was over before.
#[test]
fn a_standstill_that_is_over_is_not_made_longer_by_another_clocks() {
    let mut procedure = procedure("request").clone();
    let mut whole = procedure.clocks["answer"].clone();
    (whole.starts, whole.pauses) = (vec!["receive".into()], vec!["ask".into()]);
    procedure.clocks.insert("whole".into(), whole);
    procedure.clocks["answer"].pauses = vec!["consult".into()];
    procedure.clocks["answer"].starts = vec!["receive".into()];
    procedure.actions["ask"].to = None;
    let mut fields = Fields::new();
    fields.insert("correct-by".into(), "2020-06-30".into());
    let mut case = act(&procedure, None, "receive", Fields::new(), 1, at(civil::date(2020, 3, 2), 9)).unwrap();
    for (n, (action, day)) in [("consult", 3), ("heard", 10), ("ask", 12), ("heard", 20)].into_iter().enumerate() {
        let fields = if action == "ask" { fields.clone() } else { Fields::new() };
        let now = at(civil::date(2020, 3, day), 9);
        case = act(&procedure, Some(&case), action, fields, n as u128 + 2, now).unwrap();
    }
    let views = clock_views(&procedure, &case, &facts(9), at(civil::date(2020, 3, 20), 10));
    let due = |id: &str| views.iter().find(|v| &*v.clock == id).map(|v| v.answer.due_date.to_string()).unwrap();
    assert_eq!((due("answer").as_str(), due("whole").as_str()), ("2020-04-07", "2020-04-08"));
}

/// A date that is given stands, whatever else stands still.
#[test]
fn a_standstill_moves_no_date_that_is_given() {
    let mut procedure = procedure("task").clone();
    procedure.clocks["finish"].pauses = vec!["release".into()];
    procedure.clocks["finish"].resumes = vec!["restate".into()];
    procedure.actions["restate"].while_paused = true;
    let mut fields = Fields::new();
    fields.insert("due".into(), "2020-03-20".into());
    let mut case = act(&procedure, None, "assign", fields, 1, at(civil::date(2020, 3, 2), 9)).unwrap();
    for (n, (action, day)) in [("release", 3), ("restate", 10)].into_iter().enumerate() {
        case = act(&procedure, Some(&case), action, Fields::new(), n as u128 + 2, at(civil::date(2020, 3, day), 9))
            .unwrap();
    }
    let views = clock_views(&procedure, &case, &facts(9), at(civil::date(2020, 3, 11), 9));
    let finish = views.iter().find(|v| &*v.clock == "finish").unwrap();
    assert_eq!((finish.answer.due_date.to_string().as_str(), finish.light), ("2020-03-20", Light::Green));
}
