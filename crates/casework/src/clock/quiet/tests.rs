//! What spares a look at a case's clocks, and never a turn of them.

use std::sync::{Arc, LazyLock};

use serde_json::json;
use xiaoneng_pack::{Procedure, limits::Evidence};

use super::*;
use crate::{Recorded, Terms, replay};

static WORLD: LazyLock<Arc<World>> = LazyLock::new(xiaoneng_packbox::world);

fn facts() -> Facts<'static> {
    Facts { world: &WORLD, away: &[], ids: 0 }
}

fn at(text: &str) -> Timestamp {
    instant(text.parse().unwrap())
}

/// A licence after these acts; each may write the day of its hearing.
fn case(acts: &[(&str, &str, Option<&str>)]) -> Case {
    let terms = Terms {
        law: Some("XK-42-1".into()),
        stated: None,
        promised: None,
        steps: vec![("初审".into(), 3), ("审核".into(), 2)],
    };
    let unit = "630222-scjg";
    let opening = json!({
        "number": "1", "tenant": "630222", "procedure": "licence", "rules": "", "title": "", "unit": unit,
        "intake": unit, "standing": false, "terms": terms,
    });
    let recorded = |(n, (action, day, hearing)): (usize, &(&str, &str, Option<&str>))| -> Recorded {
        let mut what = json!({ "type": "acted", "action": action, "to": "examining", "closes": false, "fields": {} });
        if n == 0 {
            what["opening"] = opening.clone();
        }
        if *action == "extend" {
            what["extends"] = json!("decide");
        }
        if let Some(day) = hearing {
            what["fields"] = json!({ "hearing-on": day });
        }
        let event = json!({
            "id": format!("e{n}"), "actor": "law", "recorded_at": at(day), "effective_at": at(day), "what": what,
        });
        serde_json::from_value(event).unwrap()
    };
    replay(acts.iter().enumerate().map(recorded).collect::<Vec<_>>()).unwrap()
}

/// The last instant of which a case is quiet.
fn end(quiet: Quiet) -> Option<String> {
    quiet.0.map(|(_, until)| local(until + SignedDuration::from_nanos(1)).to_string())
}

const RECEIVED: (&str, &str, Option<&str>) = ("receive", "2015-08-20T10:00:00", None);

#[test]
fn a_look_holds_until_the_next_turn_and_no_longer_than_the_calendar_is_known() {
    let (case, facts) = (case(&[RECEIVED]), facts());
    let look = |day: &str, next: Option<&str>| end(Quiet::until(&case, &facts, at(day), next.map(at))).unwrap();
    assert_eq!(look("2015-08-20T10:00:00", Some("2015-08-27T00:00:00")), "2015-08-27T00:00:00");
    let notice = WORLD.calendar.publications().iter().copied().find(|day| day.year() == 2015).unwrap();
    let midnight = |day: civil::Date| day.at(0, 0, 0, 0).to_string();
    let (eve, later) = (notice.yesterday().unwrap(), notice.tomorrow().unwrap());
    assert_eq!(look(&format!("{eve}T09:00:00"), Some("2016-02-01T00:00:00")), midnight(notice), "the notice to come");
    assert_ne!(look(&format!("{notice}T09:00:00"), None), midnight(notice), "on its day it is known");
    assert_eq!(look(&format!("{notice}T09:00:00"), None), look(&format!("{later}T09:00:00"), None));
}

#[test]
fn a_case_is_quiet_up_to_its_next_turn_by_the_rules_it_was_looked_at_with() {
    let (case, facts) = (case(&[RECEIVED]), facts());
    let turn = at("2015-08-27T00:00:00");
    let quiet = Quiet::until(&case, &facts, at("2015-08-20T10:00:00"), Some(turn));
    assert!(quiet.covers(&WORLD, turn - SignedDuration::from_nanos(1)));
    assert!(!quiet.covers(&WORLD, turn));
    assert!(!Quiet::default().covers(&WORLD, at("2015-08-20T10:00:00")), "nobody has looked");
    let mut other = World::clone(&WORLD);
    other.version = format!("{}0", other.version);
    assert!(!quiet.covers(&other, at("2015-08-21T10:00:00")), "other rules may have other limits");
}

#[test]
fn what_moves_a_date_is_looked_at_and_what_only_stops_a_clock_is_not() {
    let procedure = &WORLD.procedures["licence"];
    let facts = facts();
    let after = |action: &str, hearing: Option<&str>| {
        let case = case(&[RECEIVED, (action, "2015-08-21T10:00:00", hearing)]);
        let looked = Quiet::until(&case, &facts, at("2015-08-20T10:00:00"), Some(at("2015-08-26T00:00:00")));
        end(looked.after(procedure, &case, &facts))
    };
    assert_eq!(after("ask", None).as_deref(), Some("2015-08-26T00:00:00"), "a notice stops a clock");
    assert_eq!(after("pause", None).as_deref(), Some("2015-08-26T00:00:00"), "a pause makes it later");
    assert_eq!(after("resume", None), None);
    assert_eq!(after("extend", None), None);
    assert_eq!(after("notify-hearing", Some("2015-09-10")), None, "the hearing's day");
    assert_eq!(after("examine", None).as_deref(), Some("2015-08-23T00:00:00"), "a step of two days");
}

#[test]
fn of_a_recurring_clock_a_report_is_looked_at() {
    let mut procedure = Procedure::clone(&WORLD.procedures["licence"]);
    let mut clock = procedure.clocks["decide"].clone();
    clock.every = Some(Every::Months(1));
    procedure.clocks.clear();
    procedure.clocks.insert("monthly".into(), clock);
    let (case, facts) = (case(&[RECEIVED, ("grant", "2015-08-21T10:00:00", None)]), facts());
    assert_eq!(end(Quiet::new(&WORLD).after(&procedure, &case, &facts)), None);
}

/// The earliest instant at which a clock that starts on 20 August 2015 at ten may turn.
fn least_of(change: impl Fn(&mut Clock), hearing: Option<&str>) -> Option<String> {
    let mut clock = WORLD.procedures["licence"].clocks["decide"].clone();
    change(&mut clock);
    let case = case(&[("accept", "2015-08-20T10:00:00", hearing)]);
    let at = least(&clock, &case, &case.acts[0], &facts())?;
    Some(if at == Timestamp::MAX { "never".to_owned() } else { local(at).to_string() })
}

#[test]
fn so_many_days_of_whatever_kind_take_at_least_so_many_days() {
    let series = |id: &str, yellow: u32| {
        least_of(
            |clock| {
                clock.limit = LimitRef::Series(id.into());
                clock.yellow = yellow;
                clock.promise = false;
            },
            None,
        )
    };
    let of = |length: Length| {
        let fits = |v: &&xiaoneng_pack::LimitVersion| {
            let start = civil::date(2015, 8, 20);
            let now = v.from <= start && v.to.is_none_or(|to| to >= start);
            v.length == Some(length) && v.direction == Direction::Forward && v.evidence != Evidence::Doubtful && now
        };
        WORLD.limits.series.values().flatten().find(fits).map(|v| v.series.clone()).unwrap_or_default()
    };
    let told = |length: Length, yellow: u32| series(&of(length), yellow).unwrap_or_else(|| "looked at".to_owned());
    assert_eq!(told(Length::Workdays(20), 1), "2015-09-08T00:00:00");
    assert_eq!(told(Length::Days(10), 3), "2015-08-27T00:00:00");
    assert_eq!(told(Length::Days(10), 60), "2015-08-21T00:00:00", "not on the day itself");
    assert_eq!(told(Length::Months(2), 5), "2015-10-10T00:00:00", "fifty-one days");
    assert_eq!(told(Length::Years(2), 0), "2017-06-22T00:00:00", "twenty-four short months");
    assert_eq!(told(Length::Hours(24), 4), "2015-08-21T06:00:00");
    assert_eq!(told(Length::Hours(24), 0), "2015-08-21T09:00:00", "an hour before, at the latest");
}

#[test]
fn a_step_a_period_and_a_date_turn_no_sooner_than_they_warn() {
    let limit = |limit: LimitRef, yellow: u32| {
        move |clock: &mut Clock| {
            clock.limit = limit.clone();
            clock.yellow = yellow;
        }
    };
    let step = limit(LimitRef::Step("初审".into()), 1);
    assert_eq!(least_of(step, None).as_deref(), Some("2015-08-22T00:00:00"));
    let nobody = limit(LimitRef::Step("会签".into()), 1);
    assert_eq!(least_of(nobody, None).as_deref(), Some("never"), "the item has no such step");
    let until = limit(LimitRef::Until("hearing-on".into()), 5);
    assert_eq!(least_of(&until, Some("2015-09-10")).as_deref(), Some("2015-09-05T00:00:00"));
    assert_eq!(least_of(&until, None).as_deref(), Some("never"), "no day is written");
    let back = |clock: &mut Clock| {
        clock.limit = LimitRef::Series("XK-48-1-1".into());
        clock.before = Some("hearing-on".into());
    };
    assert_eq!(least_of(back, Some("2015-09-10")), None, "counted back: looked at");
    assert_eq!(least_of(back, None), None, "its day may be written later");
    let every = |every: Every, yellow: u32| {
        move |clock: &mut Clock| {
            clock.every = Some(every);
            clock.yellow = yellow;
        }
    };
    assert_eq!(least_of(every(Every::Days(7), 3), None).as_deref(), Some("2015-08-24T00:00:00"));
    assert_eq!(least_of(every(Every::Days(1), 3), None).as_deref(), Some("2015-08-21T00:00:00"));
    assert_eq!(least_of(every(Every::Months(1), 3), None).as_deref(), Some("2015-09-14T00:00:00"), "twenty-five days");
    assert_eq!(least_of(every(Every::Months(3), 0), None).as_deref(), Some("2015-11-12T00:00:00"));
    assert_eq!(least_of(every(Every::Months(1), 40), None).as_deref(), Some("2015-08-21T00:00:00"));
}

#[test]
fn a_promise_shorter_than_the_law_counts_and_a_longer_one_does_not() {
    let promised = |n: u32| {
        let mut clock = WORLD.procedures["licence"].clocks["decide"].clone();
        clock.yellow = 1;
        let mut case = case(&[("accept", "2015-08-20T10:00:00", None)]);
        let mut opening = crate::Opening::clone(&case.opening);
        opening.terms.promised = Some(n);
        case.opening = Arc::new(opening);
        local(least(&clock, &case, &case.acts[0], &facts()).unwrap()).to_string()
    };
    assert_eq!(promised(7), "2015-08-26T00:00:00");
    assert_eq!(promised(30), "2015-09-08T00:00:00");
}
