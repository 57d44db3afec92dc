//! Every limit of the library on its last day, and a second past it.

mod naive;

use naive::days::{self, DAY_SECONDS};
use naive::known::Papers;
use naive::last::{self, Scenario};
use naive::library;
use xiaoneng_calendar::{Calendar, Direction, Due, Known, Length, Question, count, due, usage};

fn text(path: &str) -> String {
    xiaoneng_packbox::sources().iter().find(|(known, _)| *known == path).unwrap().1.to_owned()
}

/// What the engine knows, what the twin knows, and what is tried on both.
fn stage() -> (Known, Papers, Vec<Scenario>) {
    let (notices, statutory) = (text("cn/calendar/notices.toml"), text("cn/calendar/statutory.toml"));
    let calendar = Calendar::new(toml::from_str(&notices).unwrap(), toml::from_str(&statutory).unwrap()).unwrap();
    let mut papers = Papers::read(&notices, &statutory, Vec::new());
    let limits = library::read(xiaoneng_packbox::sources().iter());
    let scenarios = last::scenarios(&mut papers, &limits);
    let with_length: Vec<_> = limits.iter().filter(|limit| limit.length.is_some()).collect();
    assert!(with_length.iter().all(|limit| scenarios.iter().any(|scenario| scenario.limit.id == limit.id)));
    assert!(scenarios.len() > 15 * with_length.len(), "only {} scenarios", scenarios.len());
    (calendar.known_all(), papers, scenarios)
}

/// Tries all, and shows those that fail.
fn each(scenarios: &[Scenario], mut fails: impl FnMut(&Scenario) -> Option<String>) {
    let failing: Vec<String> = scenarios.iter().filter_map(|s| fails(s).map(|fault| format!("{s}: {fault}"))).collect();
    let (n, all) = (failing.len(), scenarios.len());
    assert!(failing.is_empty(), "{n} of {all} scenarios fail:\n{}", failing[..n.min(30)].join("\n"));
}

fn question(scenario: &Scenario, closing: Option<&str>) -> Question {
    Question {
        direction: scenario.limit.direction,
        closing: closing.map(|closing| closing.parse().unwrap()),
        ..Question::new(scenario.length, scenario.start)
    }
}

/// The end, if the calendar reaches so far: twenty years on, or back from its first day, it may not.
fn end(known: &Known, question: &Question) -> Option<Due> {
    let first = question.direction == Direction::Backward && question.start.year() == 2004;
    match due(known, question) {
        Ok(due) => Some(due),
        Err(_) if first || matches!(question.length, Length::Years(_)) => None,
        Err(error) => panic!("{question:?}: {error}"),
    }
}

#[test]
fn nobody_is_late_in_the_last_second_of_the_last_day_and_everybody_is_a_second_later() {
    let (known, mut papers, scenarios) = stage();
    let table = papers.known_on(days::to_date(days::DAYS - 1), 0);
    let midnight = DAY_SECONDS - 1;
    for (closing, second) in [(None, midnight), (Some("17:30:00"), 17 * 3600 + 1800)] {
        each(&scenarios, |scenario| {
            let due_at = end(&known, &question(scenario, closing))?.due_at;
            let last = days::second(due_at);
            if scenario.is_past(&table, second, last) {
                return Some(format!("late at {due_at} already"));
            }
            (!scenario.is_past(&table, second, last + 1)).then(|| format!("not yet late a second after {due_at}"))
        });
    }
}

#[test]
fn what_counts_backward_may_happen_on_its_latest_day_but_not_on_the_day_after() {
    let (known, mut papers, mut scenarios) = stage();
    let table = papers.known_on(days::to_date(days::DAYS - 1), 0);
    scenarios.retain(|scenario| scenario.limit.direction == Direction::Backward);
    assert!(scenarios.len() > 300);
    each(&scenarios, |scenario| {
        let latest = days::of(end(&known, &question(scenario, None))?.due_date);
        let event = days::of(scenario.start.date());
        let full = |day| match scenario.length {
            Length::Workdays(_) => (day + 1..event).filter(|day| table.works[*day as usize]).count() as i32,
            _ => event - day - 1,
        };
        let needed = match scenario.length {
            Length::Months(n) => event - days::months_on(event, -(n as i32)),
            other => other.number().unwrap().0 as i32,
        };
        (full(latest) < needed || full(latest + 1) >= needed)
            .then(|| format!("{} full days after {}", full(latest), days::to_date(latest)))
    });
}

#[test]
fn what_must_wait_may_happen_on_the_day_after_the_last_day_of_its_wait_and_not_before() {
    let (known, mut papers, mut scenarios) = stage();
    let table = papers.known_on(days::to_date(days::DAYS - 1), 0);
    scenarios.retain(|scenario| scenario.limit.direction == Direction::NotBefore);
    assert!(scenarios.len() > 500);
    each(&scenarios, |scenario| {
        let ends = end(&known, &question(scenario, None))?;
        let allowed_from = days::second(ends.due_at) + 1;
        let midnight = allowed_from % DAY_SECONDS == 0;
        let day = days::day_of(allowed_from);
        let first = scenario.is_last(&table, day - 1) && !scenario.is_last(&table, day - 2);
        (!midnight || !first).then(|| format!("allowed from {}", days::to_instant(allowed_from)))
    });
}

#[test]
fn on_the_last_day_nothing_is_left_and_on_the_next_day_that_counts_it_is_late() {
    let (known, _, scenarios) = stage();
    each(&scenarios, |scenario| {
        let question = question(scenario, None);
        let answer = count(&known, &question).ok()?;
        let left = |at| usage(&known, &question, at).unwrap().left;
        let next = known.on_or_after(answer.due_date.tomorrow().ok()?).ok()?.at(0, 0, 0, 0);
        let eve = answer.due_date.yesterday().ok()?.at(23, 59, 59, 0);
        let (before, on, after) = (left(eve), left(answer.due_at), left(next));
        // A day by which nobody works off a day, and hours, are left by more than a day's steps.
        let days = matches!(scenario.length, Length::Days(_) | Length::Months(_) | Length::Years(_));
        let fits = (before == 1 || !days) && before >= on && on == 0 && after < 0;
        let why = answer.why.last()?.to;
        let tells = scenario.limit.direction != Direction::Forward || why == answer.due_date;
        (!fits || !tells).then(|| format!("left {before}, {on}, {after} around {}; told up to {why}", answer.due_date))
    });
}
