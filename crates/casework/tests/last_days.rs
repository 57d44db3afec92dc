//! Every limit of the library as a clock of a case: green or yellow to its last second, red a second later; and
//! clocks that were paused, extended and promised, against the naive twin of `packbox/tests`.

#[path = "../../packbox/tests/naive/mod.rs"]
mod naive;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use naive::count;
use naive::days::{self, DAY_SECONDS, Day};
use naive::dice::Dice;
use naive::known::{Papers, Table};
use naive::last;
use naive::library::{self, Limit};
use serde_json::json;
use xiaoneng_calendar::{Direction, Length, Pause, Question};
use xiaoneng_casework::{
    Case, ClockView, Facts, Happening, Light, Name, PLACE, Recorded, Status, Terms, clock_views, due_by_law, leading,
    replay,
};
use xiaoneng_pack::{Binds, Clock, LimitRef, LimitVersion, Procedure, World, limits::Evidence};

static WORLD: LazyLock<Arc<World>> = LazyLock::new(xiaoneng_packbox::world);

/// A bureau that closes at half past five, and the hall that is open on Saturdays.
const BUREAU: &str = "630222-zrzy";
const HALL: &str = "630200-zwzx";

fn limits() -> Vec<Limit> {
    library::read(xiaoneng_packbox::sources().iter())
}

/// The twin's papers; layer 1 is the hall's.
fn papers() -> Papers {
    let sources = xiaoneng_packbox::sources();
    let text = |path: &str| sources.iter().find(|(known, _)| *known == path).unwrap().1;
    let layers: toml::Table = text("cn-6302/calendar/layers.toml").parse().unwrap();
    let layers = layers["layer"].clone().try_into().unwrap();
    Papers::read(text("cn/calendar/notices.toml"), text("cn/calendar/statutory.toml"), layers)
}

fn at(second: i64) -> Timestamp {
    PLACE.to_timestamp(days::to_instant(second)).unwrap()
}

/// The procedure of a licence with one clock only.
fn procedure(limit: LimitRef, direction: Direction, binds: Binds) -> Procedure {
    let mut procedure = Procedure::clone(&WORLD.procedures["licence"]);
    let names = |names: &[&str]| names.iter().map(|name| Name::from(*name)).collect::<Vec<_>>();
    let clock = Clock {
        starts: names(&["receive"]),
        stops: names(&["deliver"]),
        pauses: names(&["pause"]),
        resumes: names(&["resume"]),
        bars: if direction == Direction::NotBefore { names(&["deliver"]) } else { Vec::new() },
        before: (direction == Direction::Backward).then(|| "hearing-on".into()),
        limit,
        promise: true,
        on_lapse: None,
        right: binds == Binds::Applicant,
        binds,
        ..procedure.clocks["decide"].clone()
    };
    procedure.clocks.clear();
    procedure.clocks.insert("clock".into(), clock);
    procedure
}

/// A case at a unit: what was done to it, at which second, and the date of its hearing. Events are written as they are
/// stored.
fn case(unit: &str, terms: &Terms, acts: &[(&str, i64)], hearing_on: Date) -> Case {
    let opening = json!({
        "number": "1",
        "tenant": "630200",
        "procedure": "licence",
        "rules": "",
        "title": "时限",
        "unit": unit,
        "intake": unit,
        "standing": false,
        "terms": terms,
    });
    let recorded = |(n, (action, second)): (usize, &(&str, i64))| -> Recorded {
        let first = n == 0;
        let event = json!({
            "id": format!("e{n}"),
            "actor": "law",
            "recorded_at": at(*second),
            "effective_at": at(*second),
            "what": {
                "type": "acted",
                "action": action,
                "opening": first.then_some(&opening),
                "to": "examining",
                "closes": false,
                "pauses": (*action == "pause").then_some(true).or((*action == "resume").then_some(false)),
                "extends": (*action == "extend").then_some("clock"),
                "fields": if first { json!({ "hearing-on": hearing_on }) } else { json!({}) },
            },
        });
        serde_json::from_value(event).unwrap()
    };
    replay(acts.iter().enumerate().map(recorded).collect::<Vec<_>>()).unwrap()
}

fn view(procedure: &Procedure, case: &Case, now: i64) -> Option<ClockView> {
    let facts = Facts { world: &WORLD, away: &[], ids: 0 };
    clock_views(procedure, case, &facts, at(now)).pop()
}

fn lapses(procedure: &Procedure, case: &Case, now: i64) -> bool {
    let facts = Facts { world: &WORLD, away: &[], ids: 1 << 40 };
    let events = due_by_law(procedure, case, &facts, at(now));
    events.iter().any(|event| matches!(event.what, Happening::Lapsed { .. }))
}

fn show(faults: Vec<String>, all: usize) {
    let n = faults.len();
    assert!(faults.is_empty(), "{n} of {all} fail:\n{}", faults[..n.min(20)].join("\n"));
}

#[test]
fn every_limit_is_kept_to_its_last_second_and_red_or_lost_a_second_later() {
    let mut papers = papers();
    let scenarios = last::scenarios(&mut papers, &limits());
    let versions: BTreeMap<&str, &LimitVersion> = WORLD.limits.series.values().flatten().map(|v| (&*v.id, v)).collect();
    let mut faults = Vec::new();
    for (n, scenario) in scenarios.iter().enumerate() {
        let direction = scenario.limit.direction;
        let binds = if n % 3 == 0 { Binds::Applicant } else { Binds::Agency };
        let procedure = procedure(LimitRef::Series(scenario.limit.series.as_str().into()), direction, binds);
        // Counted backward, the scenario's start is the event to come: the clock starts long before.
        let event = i64::from(days::of(scenario.start.date())) * DAY_SECONDS;
        let backward = direction == Direction::Backward;
        let start = if backward { event - 200 * DAY_SECONDS } else { days::second(scenario.start) };
        if start < days::second(scenario.limit.from.at(0, 0, 0, 0)).max(0) {
            continue;
        }
        let case = case(BUREAU, &Terms::default(), &[("receive", start)], scenario.start.date());
        let question = Question {
            direction,
            closing: WORLD.org.units[BUREAU].closes,
            ..Question::new(scenario.length, if backward { days::to_instant(event) } else { scenario.start })
        };
        // What is known on the last day itself decides.
        let mut ends = |on: Day| count::ends(&papers.known_on(days::to_date(on), 0), &question).ok();
        let Some(last) = ends(days::DAYS - 1).and_then(|all| ends(days::day_of(all.due))).map(|ends| ends.due) else {
            continue;
        };
        if last < start {
            continue;
        }
        let (Some(on), Some(past)) = (view(&procedure, &case, last), view(&procedure, &case, last + 1)) else {
            faults.push(format!("{scenario}: no clock"));
            continue;
        };
        let version = versions[scenario.limit.id.as_str()];
        let doubtful = version.evidence == Evidence::Doubtful;
        if (on.doubtful, on.basis.as_str()) != (doubtful, format!("{}{}", version.law, version.article).as_str()) {
            faults.push(format!("{scenario}: {} {}", on.doubtful, on.basis));
        }
        let waits = direction == Direction::NotBefore;
        let kept = on.due_at == at(last) && on.status == Status::Running && on.light < Light::Red;
        let gone = match past.status {
            Status::Stopped { at: over } if waits => over == at(last),
            Status::Lapsed { at: lost } if binds == Binds::Applicant => lost == at(last + 1),
            Status::Running => past.light == Light::Red && !waits && binds == Binds::Agency,
            _ => false,
        };
        let lapsed = waits || (!lapses(&procedure, &case, last) && lapses(&procedure, &case, last + 1));
        if !kept || !gone || !lapsed {
            let (last, lights) = (days::to_instant(last), [(&on.status, on.light), (&past.status, past.light)]);
            faults.push(format!(
                "{scenario}: the twin's last second is {last}; {binds:?} {lapsed} {} {lights:?}",
                on.due_at
            ));
        }
    }
    show(faults, scenarios.len());
}

#[test]
fn a_promise_is_told_where_it_is_shorter_and_the_strip_ends_on_the_due_day() {
    let procedure = procedure(LimitRef::Item, Direction::Forward, Binds::Agency);
    let start = days::second("2015-08-20T10:00".parse().unwrap());
    let view = |promised| {
        let terms = Terms { law: Some("XK-42-1".into()), promised, ..Terms::default() };
        view(&procedure, &case(BUREAU, &terms, &[("receive", start)], Date::default()), start).unwrap()
    };
    let told = |promised| (view(promised).promise, view(promised).due_at, view(promised).extended);
    let (statute, promise) = ("2015-09-18T17:30".parse().unwrap(), "2015-09-17T17:30".parse().unwrap());
    assert_eq!(told(None), (None, at(days::second(statute)), 0));
    assert_eq!(told(Some(20)), (None, at(days::second(statute)), 0), "as long as the statute is no promise");
    assert_eq!(told(Some(19)), (Some(19), at(days::second(promise)), 0));
    let known = WORLD.calendar.known_on("2015-08-20".parse().unwrap());
    let strip = view(None).strip(&known, "2015-08-20".parse().unwrap());
    assert_eq!((strip.len(), strip.last().map(|cell| cell.is_due)), (30, Some(true)));
}

#[test]
fn what_is_counted_back_from_a_hearing_is_shortened_by_no_promise() {
    let procedure = procedure(LimitRef::Item, Direction::Backward, Binds::Agency);
    let start = days::second("2015-08-20T10:00".parse().unwrap());
    let after = |promised, acts: &[(&str, i64)]| {
        let terms = Terms { law: Some("XK-48-1-1".into()), promised, ..Terms::default() };
        let case = case(BUREAU, &terms, acts, "2015-09-25".parse().unwrap());
        view(&procedure, &case, acts.last().unwrap().1).unwrap()
    };
    let view = |promised| after(promised, &[("receive", start)]);
    assert_eq!((view(Some(3)).promise, view(Some(3)).due_at), (None, view(None).due_at));
    assert_eq!(view(None).length, Length::Workdays(7));
    let day = |n: i64| start + n * DAY_SECONDS;
    let stood = after(None, &[("receive", start), ("pause", day(5)), ("resume", day(25))]);
    assert_eq!(stood.due_at, view(None).due_at, "nor moved by a standstill");
}

#[test]
fn a_list_shows_the_law_that_ends_first_then_a_step_then_the_applicants_own_and_never_a_wait() {
    let plain = |series: &str, binds| procedure(LimitRef::Series(series.into()), Direction::Forward, binds);
    let clock = |procedure: Procedure| procedure.clocks["clock"].clone();
    let mut together = plain("XK-42-1", Binds::Agency);
    let agency = clock(together.clone());
    let short = clock(plain("XK-32-1-4", Binds::Agency));
    let step = Clock { step: Some("初审".into()), ..short.clone() };
    let own = clock(plain("XK-47-a", Binds::Applicant));
    let wait = Clock { bars: vec!["deliver".into()], ..short.clone() };
    let start = days::second("2015-08-20T10:00".parse().unwrap());
    let mut leads = |clocks: &[(&str, &Clock)], acts: &[(&str, i64)]| {
        together.clocks = clocks.iter().map(|(id, clock)| (Name::from(*id), Clock::clone(clock))).collect();
        let now = acts.last().unwrap().1.max(start + DAY_SECONDS);
        let case = case(BUREAU, &Terms::default(), acts, Date::default());
        let views = clock_views(&together, &case, &Facts { world: &WORLD, away: &[], ids: 0 }, at(now));
        leading(&views).map(|view| view.clock.to_string())
    };
    let (open, done) = ([("receive", start)], [("receive", start), ("deliver", start + 60)]);
    let all = [("wait", &wait), ("own", &own), ("step", &step), ("agency", &agency), ("short", &short)];
    assert_eq!(leads(&all, &open).as_deref(), Some("short"));
    assert_eq!(leads(&all[..4], &open).as_deref(), Some("agency"), "later than the step, but the law");
    assert_eq!(leads(&all[..3], &open).as_deref(), Some("step"));
    assert_eq!(leads(&all[..2], &open).as_deref(), Some("own"));
    assert_eq!(leads(&all[..1], &open), None);
    assert_eq!(leads(&all[2..4], &done).as_deref(), Some("agency"), "stopped, but no step");
    let late = [("receive", start), ("deliver", start + 10 * DAY_SECONDS)];
    assert_eq!(leads(&all[3..], &late).as_deref(), Some("short"), "what was missed, before what was met");
    let goes_on = Clock { stops: Vec::new(), ..step.clone() };
    let both = [("agency", &agency), ("step", &goes_on)];
    assert_eq!(leads(&both, &done).as_deref(), Some("step"), "what still runs, before what is done");
}

/// A life of a clock at random: what was done to the case, and the question that it comes to.
struct Life {
    acts: Vec<(&'static str, i64)>,
    question: Question,
    now: i64,
    /// By how much it is extended each time.
    by: u32,
}

impl Life {
    /// When it ends, for the twin; none where something came too late: that is refused before it becomes an event.
    fn ends(&self, table: &Table) -> Option<count::Ends> {
        let mut question = Question { pauses: Vec::new(), extension: None, ..self.question.clone() };
        for (action, second) in &self.acts {
            let in_time = || Some(*second <= count::ends(table, &question).ok()?.statutory);
            match *action {
                "pause" if in_time()? => question.pauses.push(self.question.pauses[question.pauses.len()].clone()),
                "extend" if in_time()? => question.extension = Some(question.extension.unwrap_or(0) + self.by),
                "pause" | "extend" => return None,
                _ => {}
            }
        }
        count::ends(table, &self.question).ok()
    }
}

/// Pauses one after another, perhaps an extension, and when it is asked about.
fn life(dice: &mut Dice, limit: &Limit, length: Length) -> Life {
    let (from, to) = (days::of(limit.from).max(0), limit.to.map_or(days::DAYS - 800, days::of));
    let start = dice.between(i64::from(from), i64::from(to)) * DAY_SECONDS + dice.below(1_440) * 60;
    let mut question = Question { direction: limit.direction, ..Question::new(length, days::to_instant(start)) };
    let (mut acts, mut now) = (vec![("receive", start)], start);
    let mut later = |dice: &mut Dice, days: i64| {
        now += dice.below(days * 1_440) * 60 + 60;
        now
    };
    let mut times = 0;
    for _ in 0..dice.below(4) {
        if let Some((by, _)) = limit.extension.filter(|(_, most)| times < *most && dice.one_in(3)) {
            times += 1;
            question.extension = Some(by * times);
            acts.push(("extend", later(dice, 4)));
            continue;
        }
        let from = later(dice, 9);
        acts.push(("pause", from));
        let mut pause = Pause { from: days::to_instant(from), to: None, reason: String::new() };
        let open = dice.one_in(4);
        if !open {
            let to = later(dice, 20);
            acts.push(("resume", to));
            pause.to = Some(days::to_instant(to));
        }
        question.pauses.push(pause);
        if open {
            break;
        }
    }
    let now = later(dice, 60);
    question.at = Some(days::to_instant(now));
    Life { acts, question, now, by: limit.extension.map_or(0, |(by, _)| by) }
}

#[test]
fn clocks_that_stood_still_and_were_extended_and_promised_end_when_the_twin_says() {
    let (mut papers, mut dice) = (papers(), Dice(45));
    // A date that is given stands still for nothing: the kernel asks no pauses of it.
    let mut limits = limits();
    limits.retain(|limit| limit.length.is_some_and(|l| l.number().is_some()) && limit.direction != Direction::Backward);
    let (mut faults, mut tried) = (Vec::new(), 0);
    for n in 0..10 * limits.len() {
        let limit = &limits[n % limits.len()];
        let unit = if n % 3 == 0 { HALL } else { BUREAU };
        let mut life = life(&mut dice, limit, limit.length.unwrap());
        let whole = count::number(life.question.length);
        let promised = dice.one_in(2).then(|| dice.between(1, i64::from(whole)) as u32);
        life.question.promise = promised.filter(|promised| *promised < whole);
        life.question.closing = WORLD.org.units[unit].closes;
        let known_on = days::to_date(days::day_of(life.now));
        let table = papers.known_on(known_on, usize::from(unit == HALL));
        let Some(ends) = life.ends(&table) else { continue };
        tried += 1;
        let terms = Terms { law: Some(limit.series.as_str().into()), promised, ..Terms::default() };
        let procedure = procedure(LimitRef::Item, limit.direction, Binds::Agency);
        let case = case(unit, &terms, &life.acts, life.question.start.date());
        let Some(view) = view(&procedure, &case, life.now) else {
            faults.push(format!("{}: no clock", limit.id));
            continue;
        };
        let late = life.now > ends.due;
        let paused = life.question.pauses.last().is_some_and(|pause| pause.to.is_none());
        let waits = limit.direction == Direction::NotBefore;
        let light = match view.light {
            Light::Paused => paused,
            Light::Red => !paused && late && !waits,
            Light::Met => waits && late,
            _ => !paused && (waits || !late),
        };
        if (view.due_at, view.statutory_due_at) != (at(ends.due), at(ends.statutory)) || !light {
            let told = format!("{} and {} by the twin", days::to_instant(ends.due), days::to_instant(ends.statutory));
            let acts: Vec<String> = life.acts.iter().map(|(a, s)| format!("{a} {}", days::to_instant(*s))).collect();
            faults.push(format!(
                "{} ({:?}) at {unit}, promised {promised:?}: {}; asked at {}: {} and {}, {:?}, but {told}",
                limit.id,
                life.question.length,
                acts.join(", "),
                days::to_instant(life.now),
                PLACE.to_datetime(view.due_at),
                PLACE.to_datetime(view.statutory_due_at),
                view.light,
            ));
        }
    }
    show(faults, tried);
    assert!(tried > 1_500, "only {tried} lives were lawful");
}
