//! What holds for every question.

mod common;

use std::sync::LazyLock;

use common::{calendar, notices, nth_day, statutory};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, time};
use proptest::prelude::*;
use xiaoneng_calendar::{
    Calendar, DayNumber, Direction, Length, Notices, Pause, Question, Statutory, count, due, strip, usage,
};

static CALENDAR: LazyLock<Calendar> = LazyLock::new(calendar);
/// The nation's, a unit that never rests, one that closed for years, one that is never open.
static CALENDARS: LazyLock<Vec<Calendar>> = LazyLock::new(|| {
    let unit = |days: &str| {
        let head = "id = 'unit'\ntitle = 'unit'\nignores_holidays = true\n";
        CALENDAR.with_layer(&toml::from_str(&format!("{head}{days}")).unwrap()).unwrap()
    };
    let closed =
        |from: &str, to: &str| unit(&format!("closings = [{{ from = '{from}', to = '{to}', reason = '装修' }}]"));
    vec![
        CALENDAR.clone(),
        unit("open_weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']"),
        closed("2010-03-01", "2014-02-28"),
        closed("2004-01-01", "2035-12-31"),
    ]
});
static SOURCES: LazyLock<(Notices, Statutory)> = LazyLock::new(|| (notices(), statutory()));

/// A day that leaves room for the limits below.
fn days() -> impl Strategy<Value = Date> {
    (0..10_500i64).prop_map(nth_day)
}

fn known_days() -> impl Strategy<Value = Date> {
    (-600..9_000i64).prop_map(nth_day)
}

fn lengths() -> impl Strategy<Value = Length> {
    prop_oneof![
        4 => (0..120u32).prop_map(Length::Workdays),
        3 => (0..120u32).prop_map(Length::Days),
        1 => (0..12u32).prop_map(Length::Months),
        1 => (0..2u32).prop_map(Length::Years),
        1 => (0..200u32).prop_map(Length::Hours),
    ]
}

/// A question whose pauses all start before its limit can have lapsed.
fn questions() -> impl Strategy<Value = Question> {
    let pauses = prop::collection::vec((0..6u32, 0..24i64, 0..20i64), 0..4);
    (days(), lengths(), pauses, prop::option::of(0..20u32), 0..24i8).prop_map(
        |(day, length, pauses, extension, hour)| {
            let start = day.to_datetime(time(hour, 0, 0, 0));
            let mut question = Question::new(length, start);
            // Nineteen more years would run past the calendar.
            if !matches!(length, Length::Years(_)) {
                question.extension = extension;
            }
            for (days, hours, long) in pauses {
                let from = start + i64::from(days).days() + hours.hours();
                let pause = Pause { from, to: Some(from + long.days() + hours.hours()), reason: "听证".into() };
                question.pauses.push(pause);
                // Kept only if it starts while the limit runs.
                if due(&CALENDAR.known_all(), &question).is_err() {
                    question.pauses.pop();
                }
            }
            question
        },
    )
}

/// Whether a pause takes out a day.
fn paused(question: &Question, day: Date) -> bool {
    question.pauses.iter().any(|pause| {
        let to: DateTime = pause.to.unwrap();
        pause.from.date() < day && day <= to.date()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn prop_add_then_between_gives_n(day in days(), on in known_days(), n in 0..600i64) {
        let known = CALENDAR.known_on(on);
        let end = known.add_workdays(day, n).unwrap();
        prop_assert_eq!(i64::from(known.workdays_between(day, end).unwrap()), n);
        prop_assert!(n == 0 || known.is_workday(end).unwrap());
    }

    #[test]
    fn prop_sub_undoes_add_from_a_working_day(day in days(), on in known_days(), n in 0..600i64) {
        let known = CALENDAR.known_on(on);
        let day = known.on_or_after(day).unwrap();
        let end = known.add_workdays(day, n).unwrap();
        prop_assert_eq!(known.sub_workdays(end, n).unwrap(), day);
    }

    #[test]
    fn prop_add_is_monotone(day in days(), on in known_days(), n in 1..300i64) {
        let known = CALENDAR.known_on(on);
        let end = known.add_workdays(day, n).unwrap();
        prop_assert!(end < known.add_workdays(day, n + 1).unwrap());
        prop_assert!(end <= known.add_workdays(day.tomorrow().unwrap(), n).unwrap());
    }

    #[test]
    fn prop_a_batch_answers_as_one_question_does(
        asked in prop::collection::vec((prop_oneof![4 => 0..13_000u16, 1 => any::<u16>()], prop_oneof![0..200u16, any::<u16>()]), 0..200),
        on in known_days(),
        calendar in 0..CALENDARS.len(),
    ) {
        let known = CALENDARS[calendar].known_on(on);
        let days: Vec<_> = asked.iter().map(|(day, _)| DayNumber(*day)).collect();
        let n: Vec<_> = asked.iter().map(|(_, n)| *n).collect();
        let mut out = vec![DayNumber(7); asked.len()];
        known.add_workdays_batch(&days, &n, &mut out).unwrap();
        let mut between = vec![7; asked.len()];
        known.workdays_between_batch(&days, &out, &mut between).unwrap();
        for i in 0..asked.len() {
            let one = days[i].date().and_then(|day| known.add_workdays(day, n[i].into()).ok());
            prop_assert_eq!(out[i].date(), one);
            prop_assert_eq!(between[i], if one.is_some() { n[i] } else { u16::MAX });
        }
    }

    #[test]
    fn prop_known_on_never_looks_ahead(question in questions(), on in known_days()) {
        let mut past = SOURCES.clone();
        past.0.notice.retain(|notice| notice.published <= on);
        past.1.regime.retain(|regime| regime.known_from <= on);
        let past = Calendar::new(past.0, past.1).unwrap().known_all();
        prop_assert_eq!(count(&CALENDAR.known_on(on), &question), count(&past, &question));
    }

    #[test]
    fn prop_the_due_date_is_that_of_a_walk_day_by_day(question in questions()) {
        let known = CALENDAR.known_all();
        let extension = question.extension.unwrap_or(0);
        let walk = |n: i64, counts: &dyn Fn(Date) -> bool| {
            let (mut day, mut left) = (question.start.date(), n);
            while left > 0 {
                day = day.tomorrow().unwrap();
                left -= i64::from(counts(day));
            }
            day
        };
        let roll = |last: Date| {
            let mut day = last;
            if !known.is_workday(day).unwrap() {
                while !known.is_workday(day).unwrap() || paused(&question, day) {
                    day = day.tomorrow().unwrap();
                }
            }
            day
        };
        let start = question.start.date();
        let calendar_days = |day: Date| !paused(&question, day);
        let expected = match question.length {
            Length::Workdays(n) => walk((n + extension).into(), &|day| {
                known.is_workday(day).unwrap() && !paused(&question, day)
            }),
            Length::Days(n) => roll(walk((n + extension).into(), &calendar_days)),
            Length::Months(n) | Length::Years(n) => {
                let months = match question.length {
                    Length::Years(_) => (n + extension) * 12,
                    _ => n + extension,
                };
                let last = start + i64::from(months).months();
                roll(walk((last - start).get_days().into(), &calendar_days))
            }
            _ => return Ok(()),
        };
        match count(&known, &question) {
            Ok(answer) => prop_assert_eq!(answer.due_date, expected),
            Err(error) => prop_assert!(expected.year() > 2035, "{}", error),
        }
    }

    #[test]
    fn prop_the_explanation_adds_up_and_leaves_no_gap(question in questions(), on in known_days()) {
        let Ok(answer) = count(&CALENDAR.known_on(on), &question) else { return Ok(()) };
        let counted: u32 = answer.why.iter().filter(|s| s.counts).map(|s| s.days).sum();
        if let Length::Workdays(n) | Length::Days(n) = question.length {
            prop_assert_eq!(counted, n + question.extension.unwrap_or(0));
        }
        for pair in answer.why.windows(2) {
            prop_assert_eq!(pair[0].to.tomorrow().unwrap(), pair[1].from);
            prop_assert!(pair[0].reason != pair[1].reason || pair[0].kind != pair[1].kind);
        }
        for s in &answer.why {
            prop_assert_eq!((s.to - s.from).get_days() as u32 + 1, s.days);
        }
        if let Some(last) = answer.why.last() {
            prop_assert_eq!(last.to, answer.due_date);
        }
    }

    #[test]
    fn prop_due_is_count_without_the_why(question in questions(), promise in 0..20u32) {
        let known = CALENDAR.known_all();
        let question = Question { promise: Some(promise), ..question };
        match (due(&known, &question), count(&known, &question)) {
            (Ok(due), Ok(answer)) => {
                prop_assert_eq!(due.due_at, answer.due_at);
                prop_assert_eq!(due.statutory_due_at, answer.statutory_due_at);
                prop_assert!(due.due_at <= due.statutory_due_at, "invariant 5");
            }
            (due, answer) => prop_assert_eq!(due.err(), answer.err()),
        }
    }

    #[test]
    fn prop_used_and_left_make_up_a_limit_in_working_days(
        question in questions(), after in 0..300i64,
    ) {
        let known = CALENDAR.known_all();
        let (Length::Workdays(n), Ok(_)) = (question.length, due(&known, &question)) else {
            return Ok(());
        };
        let at = question.start + after.days();
        let told = usage(&known, &question, at).unwrap();
        let limit = n + question.extension.unwrap_or(0);
        prop_assert_eq!(told.used + told.left, i64::from(limit));
    }

    #[test]
    fn prop_the_strip_has_a_cell_a_day_and_one_due_day(question in questions(), after in -9..300i64) {
        let known = CALENDAR.known_all();
        let Ok(answer) = count(&known, &question) else { return Ok(()) };
        let today = question.start.date() + after.days();
        let Ok(cells) = strip(&known, &question, today) else { return Ok(()) };
        prop_assert_eq!(cells[0].date, question.start.date());
        for pair in cells.windows(2) {
            prop_assert_eq!(pair[0].date.tomorrow().unwrap(), pair[1].date);
        }
        let due: Vec<_> = cells.iter().filter(|c| c.is_due).map(|c| c.date).collect();
        prop_assert_eq!(due, [answer.due_date]);
        prop_assert_eq!(cells.last().unwrap().date, answer.due_date.max(today).max(cells[0].date));
    }

    #[test]
    fn prop_backward_leaves_n_full_days_between(day in days(), n in 0..100u32, workdays: bool) {
        let known = CALENDAR.known_all();
        let length = if workdays { Length::Workdays(n) } else { Length::Days(n) };
        let event = nth_day(200).max(day);
        let question = Question {
            direction: Direction::Backward,
            ..Question::new(length, event.at(9, 0, 0, 0))
        };
        let latest = count(&known, &question).unwrap().due_date;
        let between = |latest: Date| {
            let eve = event.yesterday().unwrap();
            match workdays {
                true => known.workdays_between(latest, eve).unwrap(),
                false => (eve - latest).get_days() as u32,
            }
        };
        prop_assert_eq!(between(latest), n);
        // One day later would leave too few, or be the event's own day.
        let next = latest.tomorrow().unwrap();
        prop_assert!(next == event || between(next) < n);
    }
}
