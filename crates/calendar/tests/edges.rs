//! Sentences that the naive twin (`packbox/tests/twin.rs`) and the mutants (`docs/MUTANTS.md`) found untold.

mod common;

use common::{at, calendar, day};
use xiaoneng_calendar::{CalendarError, Direction, Layer, Length, Pause, Question, count, usage};

fn layer(text: &str) -> Layer {
    toml::from_str(&format!("id = 'unit'\ntitle = 'unit'\n{text}")).unwrap()
}

#[test]
fn a_standstill_counts_for_no_hours_before_an_event_either() {
    let layer = layer("exempt = [{ from = '2015-03-10', to = '2015-03-12', reason = '停电' }]");
    let known = calendar().with_layer(&layer).unwrap().known_all();
    let latest = |event| {
        let backward = Question::new(Length::Hours(24), at(event));
        count(&known, &Question { direction: Direction::Backward, ..backward }).unwrap().due_at
    };
    assert_eq!(latest("2015-03-14T00:00"), at("2015-03-13T00:00"), "the hours all lie after it");
    assert_eq!(latest("2015-03-13T08:00"), at("2015-03-09T08:00"));
    assert_eq!(latest("2015-03-11T10:00"), at("2015-03-09T00:00"), "an event within it");
    assert_eq!(latest("2015-03-10T00:00"), at("2015-03-09T00:00"), "it lies after the event");
    assert_eq!(day("2015-03-10").weekday(), jiff::civil::Weekday::Tuesday);
}

#[test]
fn a_limit_that_was_shifted_back_is_not_revived_by_a_pause_before_its_former_last_day() {
    let ask = |n, pauses: &[(&str, &str)]| {
        let pause = |(from, to): &(&str, &str)| Pause { from: at(from), to: Some(at(to)), reason: "核对".into() };
        let question = Question {
            direction: Direction::ShiftBack,
            pauses: pauses.iter().map(pause).collect(),
            ..Question::new(Length::Days(n), at("2015-04-24T09:00"))
        };
        count(&calendar().known_all(), &question)
    };
    // Nine days: Sunday 3 May, a holiday since Friday: back to Thursday 30 April.
    assert_eq!(ask(9, &[]).unwrap().due_date, day("2015-04-30"));
    let late = ask(9, &[("2015-05-02T09:00", "2015-05-05T09:00")]).unwrap_err();
    let CalendarError::PauseAfterLapse { from, due_at, reason } = late else { panic!("{late}") };
    assert_eq!((from, due_at), (at("2015-05-02T09:00"), at("2015-04-30T23:59:59")));
    assert_eq!(reason, "核对");
    // One that began in time moves it, and with it the instant up to which the next may begin.
    let first = ("2015-04-30T09:00", "2015-05-04T09:00");
    assert_eq!(ask(9, &[first]).unwrap().due_date, day("2015-05-07"));
    assert_eq!(ask(9, &[("2015-05-06T09:00", "2015-05-07T09:00"), first]).unwrap().due_date, day("2015-05-08"));
    assert!(ask(9, &[("2015-05-08T09:00", "2015-05-09T09:00"), first]).is_err());
}

#[test]
fn a_pay_day_that_was_moved_before_its_own_day_is_not_late_on_the_day_it_was_moved_to() {
    let question =
        Question { direction: Direction::ShiftBack, ..Question::new(Length::SameDay, at("2020-05-01T00:00")) };
    let known = calendar().known_all();
    assert_eq!(count(&known, &question).unwrap().due_date, day("2020-04-30"));
    let left = |on| usage(&known, &question, at(on)).unwrap().left;
    assert_eq!((left("2020-04-20T09:00"), left("2020-04-30T23:00")), (0, 0));
    assert_eq!((left("2020-05-01T00:00"), left("2020-05-02T00:00")), (-1, -2));
}

#[test]
fn what_moves_no_fixed_date_takes_no_days_out_of_it_either() {
    let layer = layer("exempt = [{ from = '2015-06-11', to = '2015-06-14', reason = '停电' }]");
    let known = calendar().with_layer(&layer).unwrap().known_all();
    let pause = Pause { from: at("2015-06-01T09:00"), to: Some(at("2015-06-06T09:00")), reason: "核对".into() };
    for length in [Length::FixedDate { month: 6, day: 30 }, Length::UntilDate(day("2015-06-30"))] {
        let question = Question { pauses: vec![pause.clone()], ..Question::new(length, at("2015-05-31T09:00")) };
        let answer = count(&known, &question).unwrap();
        assert_eq!((answer.due_date, answer.why[0].days), (day("2015-06-30"), 30));
        let told = usage(&known, &question, at("2015-06-12T09:00")).unwrap();
        assert_eq!((told.used, told.left), (12, 18), "as the explanation has it");
    }
}
