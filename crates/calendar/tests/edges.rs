//! Sentences that the naive twin (`packbox/tests/twin.rs`) and the mutants (`docs/MUTANTS.md`) found untold.

mod common;

use common::{at, calendar, day};
use jiff::civil::DateTime;
use xiaoneng_calendar::{
    CalendarError, CellKind, DAYS, DayCell, DayNumber, Direction, Layer, Length, Pause, Question, Unit, count, due,
    usage, warns_at,
};

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

#[test]
fn every_kind_of_limit_has_a_bound_a_name_and_a_unit() {
    type Make = fn(u32) -> Length;
    let kinds: [(Make, u32, &str, Unit); 5] = [
        (Length::Workdays, 8_000, "个工作日", Unit::Workdays),
        (Length::Days, 11_000, "日", Unit::Days),
        (Length::Months, 360, "个月", Unit::Days),
        (Length::Years, 30, "年", Unit::Days),
        (Length::Hours, 9_000, "小时", Unit::Hours),
    ];
    for (kind, max, name, unit) in kinds {
        assert_eq!(kind(max).check(), Ok(()));
        assert_eq!(kind(max + 1).check(), Err(CalendarError::TooLong { n: max + 1, unit: name, max }));
        assert_eq!((kind(3).number(), kind(3).unit()), (Some((3, name)), unit));
        assert_eq!(kind(3).with_number(7), kind(7));
        assert_eq!(kind(3).to_string(), format!("3{name}"));
    }
    let fixed = |month, day| Length::FixedDate { month, day };
    assert_eq!(fixed(2, 29).check(), Ok(()));
    assert_eq!(fixed(2, 30).check(), Err(CalendarError::NoSuchDate { month: 2, day: 30 }));
    assert!(fixed(13, 1).check().is_err() && fixed(6, 0).check().is_err());
    for given in [Length::SameDay, fixed(6, 30), Length::UntilDate(day("2015-06-30"))] {
        assert_eq!((given.number(), given.with_number(7), given.unit()), (None, given, Unit::Days));
    }
    assert_eq!(fixed(6, 30).to_string(), "6月30日");
    assert_eq!(Length::SameDay.to_string(), "当日");
    assert_eq!(Length::UntilDate(day("2015-06-30")).to_string(), "至2015-06-30");
}

#[test]
fn a_batch_of_zeros_gives_the_days_themselves_and_none_past_the_calendar() {
    let known = calendar().known_all();
    // Three whole blocks and a rest: each is answered by a loop of its own.
    let mut days: Vec<DayNumber> = (0..103).map(DayNumber).collect();
    (days[40], days[41], days[100]) = (DayNumber(DAYS), DayNumber(DAYS - 1), DayNumber(DAYS));
    let mut out = vec![DayNumber(7); 103];
    known.add_workdays_batch(&days, &[0; 103], &mut out).unwrap();
    (days[40], days[100]) = (DayNumber::NONE, DayNumber::NONE);
    assert_eq!(out, days);
}

#[test]
fn a_batch_counts_nothing_past_the_calendar_and_needs_slices_of_one_length() {
    let known = calendar().known_all();
    let (first, last, past) = (DayNumber(0), DayNumber(DAYS - 1), DayNumber(DAYS));
    let mut out = [7; 4];
    known.workdays_between_batch(&[last, last, first, past], &[last, past, last, past], &mut out).unwrap();
    let all = known.workdays_between(first.date().unwrap(), last.date().unwrap()).unwrap();
    assert_eq!(out, [0, u16::MAX, all as u16, u16::MAX]);
    let fault = |left, right, out| Err(CalendarError::BatchLengths { left, right, out });
    for (left, right, out) in [(2, 1, 2), (2, 2, 1), (1, 2, 2)] {
        let (days, n, mut to) = (vec![first; left], vec![1; right], vec![first; out]);
        assert_eq!(known.add_workdays_batch(&days, &n, &mut to), fault(left, right, out));
        let (to, mut between) = (vec![last; right], vec![0; out]);
        assert_eq!(known.workdays_between_batch(&days, &to, &mut between), fault(left, right, out));
    }
}

#[test]
fn a_warning_comes_on_the_day_on_which_so_many_are_left_never_before_the_start() {
    let known = calendar().known_all();
    let warns = |question: &Question, warning| {
        let ends = due(&known, question).unwrap();
        warns_at(&known, question, &ends, warning).map(|at| at.to_string())
    };
    let day = |at: &str| Some(format!("{at}T00:00:00"));
    let plain = |length| Question::new(length, at("2015-08-20T10:00"));
    // Thursday: one working day, and the two after the weekend.
    assert_eq!(warns(&plain(Length::Workdays(3)), 1), day("2015-08-24"));
    assert_eq!(warns(&plain(Length::Workdays(3)), 0), day("2015-08-25"));
    assert_eq!(warns(&plain(Length::Workdays(3)), 2), day("2015-08-21"));
    // As short as the warning, or shorter: on the last day.
    assert_eq!(warns(&plain(Length::Workdays(3)), 3), day("2015-08-21"));
    assert_eq!(warns(&plain(Length::Workdays(1)), 1), day("2015-08-21"));
    let longer = |promise, extension| Question { promise, extension, ..plain(Length::Workdays(3)) };
    assert_eq!(warns(&longer(Some(1), None), 1), day("2015-08-21"));
    assert_eq!(warns(&longer(Some(1), Some(1)), 1), day("2015-08-21"), "of two, the first");
    assert_eq!(warns(&longer(Some(1), Some(2)), 1), day("2015-08-24"));
    // Calendar days, back from the day it rolled to; months are long.
    assert_eq!(warns(&plain(Length::Days(2)), 1), day("2015-08-23"));
    assert_eq!(warns(&plain(Length::Months(1)), 20), day("2015-09-01"));
    assert_eq!(warns(&plain(Length::Years(1)), 30), day("2016-07-23"));
    assert_eq!(warns(&plain(Length::Months(1)), 40), day("2015-08-21"), "on its first day, not at its start");
    let promised = Question { promise: Some(1), ..plain(Length::Months(6)) };
    assert_eq!(warns(&promised, 40), day("2015-08-21"), "the promise's month");
    let june = Length::FixedDate { month: 6, day: 30 };
    assert_eq!((warns(&plain(june), 30), warns(&plain(june), 400)), (day("2016-05-31"), day("2015-08-21")));
    let today = plain(Length::UntilDate(common::day("2015-08-20")));
    assert_eq!(warns(&today, 3).as_deref(), Some("2015-08-20T10:00:00"));
    assert_eq!(warns(&plain(Length::SameDay), 1).as_deref(), Some("2015-08-20T10:00:00"), "it starts then");
    // Hours to the hour, at least one.
    assert_eq!(warns(&plain(Length::Hours(24)), 3).as_deref(), Some("2015-08-21T07:00:00"));
    assert_eq!(warns(&plain(Length::Hours(24)), 0).as_deref(), Some("2015-08-21T09:00:00"));
    assert_eq!(warns(&plain(Length::Hours(1)), 5).as_deref(), Some("2015-08-20T10:00:00"));
    assert_eq!(warns(&plain(Length::Hours(0)), 5).as_deref(), Some("2015-08-20T10:00:00"));
    // Backward the event lies ahead, and holds nothing up.
    let backward = |length| Question { direction: Direction::Backward, ..plain(length) };
    assert_eq!(warns(&backward(Length::Days(7)), 1), day("2015-08-11"));
    assert_eq!(warns(&backward(Length::Workdays(3)), 1), day("2015-08-13"));
    assert_eq!(warns(&backward(Length::Months(1)), 30), day("2015-06-19"));
}

#[test]
fn every_kind_of_cell_has_a_sign_of_its_own() {
    let sign = |kind| {
        let date = day("2015-08-20");
        let cell = DayCell { date, kind, provisional: false, is_due: false, is_statutory_due: false, is_today: false };
        cell.glyph()
    };
    let why = String::new;
    let signs = [
        CellKind::Start,
        CellKind::Counted,
        CellKind::MakeUp(why()),
        CellKind::Weekend,
        CellKind::Holiday(why()),
        CellKind::Paused(why()),
        CellKind::Closed(why()),
        CellKind::Rolled,
        CellKind::Over,
        CellKind::Before,
    ];
    assert_eq!(signs.map(sign).into_iter().collect::<String>(), "○■▣░░‖×→!·");
}

#[test]
fn what_is_known_ends_where_the_last_notice_ends() {
    let calendar = calendar();
    let ends = |on| calendar.known_on(day(on)).published_to();
    assert_eq!(ends("2003-12-17"), None, "nothing is");
    assert_eq!(ends("2003-12-18"), Some(day("2004-12-28")), "the 29th hangs on the notice for 2005");
    assert_eq!(ends("2014-12-15"), Some(day("2014-12-28")));
    assert_eq!(ends("2014-12-16"), Some(day("2015-12-28")));
    let known = calendar.known_on(day("2015-01-01"));
    assert_eq!(known.since(), Some(day("2014-12-16")));
    assert_eq!(calendar.known_on(day("1999-09-17")).since(), None);
    let told = known.day(day("2016-01-01")).unwrap();
    assert_eq!((&*told.name, &*told.source, told.provisional), ("元旦", "国务院令第644号", true));
    let event: DateTime = at("2015-02-18T09:00");
    let left = |to: &str| known.workdays_between(event.date(), day(to)).unwrap();
    assert_eq!((left("2015-02-18"), left("2015-02-24"), left("2015-02-28")), (0, 0, 4));
    assert_eq!(known.on_or_before(day("2015-02-24")), Ok(day("2015-02-17")));
    assert_eq!(known.on_or_before(day("2015-02-17")), Ok(day("2015-02-17")));
    assert_eq!(known.on_or_after(day("2015-02-18")), Ok(day("2015-02-25")));
    assert_eq!(known.on_or_after(day("2015-02-28")), Ok(day("2015-02-28")), "a Saturday that is worked");
}

#[test]
fn a_minimum_wait_takes_the_whole_of_its_last_day_whenever_business_closes() {
    let closing = Some("17:30:00".parse().unwrap());
    let wait =
        Question { closing, direction: Direction::NotBefore, ..Question::new(Length::Days(5), at("2015-08-20T10:00")) };
    let known = calendar().known_all();
    assert_eq!(count(&known, &wait).unwrap().due_at, at("2015-08-25T23:59:59"));
    let limit = Question { direction: Direction::Forward, ..wait };
    assert_eq!(count(&known, &limit).unwrap().due_at, at("2015-08-25T17:30"));
}
