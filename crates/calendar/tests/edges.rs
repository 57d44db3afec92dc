//! Sentences that the naive twin (`packbox/tests/twin.rs`) and the mutants (`docs/MUTANTS.md`) found untold.

mod common;

use common::{at, calendar, day};
use jiff::civil::DateTime;
use xiaoneng_calendar::{
    Calendar, CalendarError, CellKind, DAYS, DayCell, DayNumber, Direction, Known, Layer, Length, Pause, Question,
    Stretch, Unit, count, due, strip, usage, warns_at,
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

fn plain(length: Length, start: &str) -> Question {
    Question::new(length, at(start))
}

fn stood(from: &str, to: &str) -> Pause {
    Pause { from: at(from), to: (!to.is_empty()).then(|| at(to)), reason: from.to_owned() }
}

fn backward(length: Length, event: &str) -> Question {
    Question { direction: Direction::Backward, ..plain(length, event) }
}

#[test]
fn a_pause_of_an_instant_costs_nothing_and_of_two_that_are_open_the_first_is_named() {
    let known = calendar().known_all();
    let instant = stood("2015-08-21T09:00", "2015-08-21T09:00");
    for length in [Length::Workdays(3), Length::Days(3), Length::Hours(72)] {
        let question = plain(length, "2015-08-20T10:00");
        let paused = Question { pauses: vec![instant.clone()], ..question.clone() };
        assert_eq!(due(&known, &paused).unwrap().due_at, due(&known, &question).unwrap().due_at);
    }
    let asked = |now| {
        let pauses = vec![stood("2015-08-21T09:00", ""), stood("2015-08-21T10:00", "")];
        let question = Question { pauses, at: Some(at(now)), ..plain(Length::Workdays(3), "2015-08-20T10:00") };
        due(&known, &question).unwrap().paused.map(|paused| paused.since.to_string())
    };
    assert_eq!(asked("2015-08-21T08:59"), None, "it has not begun");
    assert_eq!(asked("2015-08-21T09:00").as_deref(), Some("2015-08-21T09:00:00"));
    assert_eq!(asked("2015-08-21T11:00").as_deref(), Some("2015-08-21T09:00:00"));
}

#[test]
fn hours_stand_still_only_between_start_and_end() {
    let known = calendar().known_all();
    let ends = |promise, pauses: &[Pause]| {
        let question = Question { promise, pauses: pauses.to_vec(), ..plain(Length::Hours(48), "2015-08-20T10:00") };
        due(&known, &question).unwrap().due_at
    };
    assert_eq!(ends(None, &[stood("2015-08-19T10:00", "2015-08-20T09:00")]), at("2015-08-22T10:00"), "before it");
    assert_eq!(ends(None, &[stood("2015-08-20T08:00", "2015-08-20T12:00")]), at("2015-08-22T12:00"), "from its start");
    assert_eq!(ends(None, &[stood("2015-08-22T10:00", "2015-08-23T10:00")]), at("2015-08-22T10:00"), "at its end");
    assert_eq!(ends(Some(24), &[stood("2015-08-22T09:00", "2015-08-23T10:00")]), at("2015-08-21T10:00"), "past it");
}

#[test]
fn a_promise_that_has_run_out_is_not_moved_by_a_later_pause() {
    let known = calendar().known_all();
    let ends = |length| {
        let pauses = vec![stood("2015-08-26T10:00", "2015-08-28T10:00")];
        let question = Question { promise: Some(4), pauses, ..plain(length, "2015-08-20T10:00") };
        let ends = due(&known, &question).unwrap();
        (ends.due_date, ends.statutory_due_date)
    };
    assert_eq!(ends(Length::Days(8)), (day("2015-08-24"), day("2015-08-31")));
    assert_eq!(ends(Length::Workdays(6)), (day("2015-08-26"), day("2015-09-01")));
}

#[test]
fn an_end_is_provisional_only_if_a_day_it_hangs_on_is() {
    let known = calendar().known_on(day("2015-06-01"));
    let open = |question: &Question| due(&known, question).unwrap().provisional;
    assert!(
        !open(&plain(Length::Workdays(5), "2015-12-21T10:00")) && !open(&plain(Length::Days(7), "2015-12-21T10:00"))
    );
    assert!(open(&plain(Length::Workdays(6), "2015-12-21T10:00")) && open(&plain(Length::Days(8), "2015-12-21T10:00")));
    assert!(!open(&plain(Length::Hours(720), "2015-12-21T10:00")));
    assert!(!open(&plain(Length::FixedDate { month: 1, day: 31 }, "2015-12-21T10:00")));
    assert!(open(&backward(Length::Workdays(5), "2016-03-01T10:00")), "a latest day hangs on the days between");
    assert!(!open(&backward(Length::Days(5), "2016-03-01T10:00")));
    // Without the notice for 2010 alone: late December of 2009 is open, and 2010, but neither what is before nor after.
    let mut papers = common::notices();
    papers.notice.retain(|notice| notice.year != 2010);
    let known = Calendar::new(papers, common::statutory()).unwrap().known_all();
    let open = |question: &Question| due(&known, question).unwrap().provisional;
    assert!(!open(&plain(Length::Workdays(3), "2010-12-31T10:00")), "the day of the event is not counted");
    assert!(open(&plain(Length::Workdays(3), "2010-12-30T10:00")));
    assert!(!open(&backward(Length::Workdays(3), "2009-12-29T10:00")), "nor is the event's");
    assert!(open(&backward(Length::Workdays(3), "2009-12-30T10:00")));
    assert!(!open(&backward(Length::Workdays(0), "2011-01-01T10:00")), "no day lies between");
}

#[test]
fn an_end_past_the_calendar_is_an_error_and_no_panic() {
    let layer = layer("closings = [{ from = '2035-12-28', to = '2035-12-31', reason = '搬迁' }]");
    let known = calendar().with_layer(&layer).unwrap().known_all();
    let ends = |question: Question| due(&known, &question).map(|due| due.due_date).map_err(|error| error.to_string());
    let past = |result: Result<_, String>| result.is_err_and(|error| error.contains("lies outside the calendar"));
    assert_eq!(ends(plain(Length::Days(2), "2035-12-25T10:00")), Ok(day("2035-12-27")));
    assert!(past(ends(plain(Length::Days(3), "2035-12-25T10:00"))), "it rolls on for ever");
    assert!(past(ends(plain(Length::Workdays(3), "2035-12-25T10:00"))));
    assert!(past(ends(backward(Length::Days(3), "2004-01-04T10:00"))));
    assert_eq!(ends(backward(Length::Days(2), "2004-01-04T10:00")), Ok(day("2004-01-01")));
    assert!(past(ends(backward(Length::Workdays(9), "2004-01-04T10:00"))));
    assert!(past(ends(backward(Length::Years(1), "2004-12-30T10:00"))));
}

#[test]
fn months_before_an_event_go_back_to_the_corresponding_day_and_say_so() {
    let known = calendar().known_all();
    let told = |length, event| {
        let answer = count(&known, &backward(length, event)).unwrap();
        (answer.due_date, answer.why[0].reason.clone())
    };
    assert_eq!(told(Length::Months(1), "2015-05-31T10:00"), (day("2015-04-29"), "1个月：无对应日，至月末".into()));
    assert_eq!(told(Length::Months(1), "2015-05-30T10:00"), (day("2015-04-29"), "1个月：至对应日".into()));
    assert_eq!(told(Length::Years(2), "2016-02-29T10:00"), (day("2014-02-27"), "2年：无对应日，至月末".into()));
    assert_eq!(told(Length::Years(2), "2016-03-01T10:00"), (day("2014-02-28"), "2年：至对应日".into()));
}

#[test]
fn the_first_day_is_the_first_that_counts() {
    let known = calendar().known_all();
    let first = |question: Question| due(&known, &question).unwrap().first_day;
    let friday = "2015-08-21T10:00";
    assert_eq!(first(plain(Length::Workdays(2), friday)), day("2015-08-24"));
    assert_eq!(first(plain(Length::Days(2), friday)), day("2015-08-22"));
    assert_eq!(first(plain(Length::Months(2), friday)), day("2015-08-22"));
    assert_eq!(first(plain(Length::Workdays(0), friday)), day("2015-08-21"));
    assert_eq!(first(plain(Length::Days(0), friday)), day("2015-08-21"));
    assert_eq!(first(plain(Length::Hours(48), friday)), day("2015-08-21"));
    assert_eq!(first(plain(Length::SameDay, friday)), day("2015-08-21"));
    assert_eq!(first(plain(Length::FixedDate { month: 6, day: 30 }, friday)), day("2015-08-22"));
    assert_eq!(first(plain(Length::UntilDate(day("2015-08-30")), friday)), day("2015-08-22"));
    assert_eq!(first(plain(Length::UntilDate(day("2015-08-21")), friday)), day("2015-08-21"));
    assert_eq!(first(backward(Length::Days(2), friday)), day("2015-08-19"), "the first of those between");
    assert_eq!(first(backward(Length::Hours(30), friday)), day("2015-08-20"));
    let paused = vec![stood("2015-08-21T11:00", "2015-08-25T11:00")];
    assert_eq!(first(Question { pauses: paused.clone(), ..plain(Length::Workdays(2), friday) }), day("2015-08-26"));
    assert_eq!(first(Question { pauses: paused, ..plain(Length::Days(2), friday) }), day("2015-08-26"));
}

#[test]
fn what_begins_after_closing_and_ends_the_same_day_has_the_rest_of_it() {
    let known = calendar().known_all();
    let ends = |length, start| {
        let closing = Some("17:30:00".parse().unwrap());
        due(&known, &Question { closing, ..plain(length, start) }).unwrap().due_at
    };
    assert_eq!(ends(Length::SameDay, "2015-08-20T17:29:59"), at("2015-08-20T17:30"));
    assert_eq!(ends(Length::SameDay, "2015-08-20T17:30"), at("2015-08-20T17:30"));
    assert_eq!(ends(Length::SameDay, "2015-08-20T17:30:01"), at("2015-08-20T23:59:59"));
    assert_eq!(ends(Length::Workdays(1), "2015-08-20T18:00"), at("2015-08-21T17:30"));
}

#[test]
fn only_a_forward_limit_with_a_number_is_extended_and_promised() {
    let known = calendar().known_all();
    let refused = |question: &Question| due(&known, question).err();
    let asked = |question: Question, promise, extension| refused(&Question { promise, extension, ..question });
    let (forward, back) =
        (plain(Length::Workdays(5), "2015-08-20T10:00"), backward(Length::Workdays(5), "2015-08-20T10:00"));
    assert_eq!(asked(forward.clone(), Some(5), Some(2)), None, "a promise may be as long as the statute");
    let statute = Some(CalendarError::PromiseTooLong { promise: 6, statute: 5, unit: "个工作日" });
    assert_eq!(asked(forward, Some(6), Some(2)), statute);
    let fixed = plain(Length::FixedDate { month: 6, day: 30 }, "2015-08-20T10:00");
    for question in [back.clone(), fixed, plain(Length::SameDay, "2015-08-20T10:00")] {
        let what = |error| match error {
            Some(CalendarError::Unsupported { what, .. }) => what.split(':').next().unwrap(),
            _ => "",
        };
        assert_eq!(what(asked(question.clone(), Some(1), None)), "a promise");
        assert_eq!(what(asked(question, None, Some(1))), "an extension");
    }
    let paused = Question { pauses: vec![stood("2015-08-01T09:00", "2015-08-02T09:00")], ..back };
    assert!(matches!(refused(&paused), Some(CalendarError::Unsupported { .. })));
    let same_day = Question { direction: Direction::Backward, ..plain(Length::SameDay, "2015-08-20T10:00") };
    assert!(matches!(refused(&same_day), Some(CalendarError::Unsupported { .. })));
}

/// The signs of a strip, and its first day.
fn signs(known: &Known, question: &Question, today: &str) -> (String, String) {
    let cells = strip(known, question, day(today)).unwrap();
    (cells.iter().map(DayCell::glyph).collect(), cells[0].date.to_string())
}

#[test]
fn a_strip_counted_backward_runs_from_the_latest_day_or_today_to_the_event() {
    let known = calendar().known_all();
    let question = backward(Length::Workdays(3), "2015-10-10T10:00");
    // Between lie 30 September, the holiday, the 8th and the 9th; the 10th is worked.
    let expected = ("·■░░░░░░░■■○".to_owned(), "2015-09-29".to_owned());
    assert_eq!(signs(&known, &question, "2015-10-01"), expected);
    assert_eq!(signs(&known, &question, "2015-09-29"), expected);
    assert_eq!(signs(&known, &question, "2015-09-27"), (format!("··{}", expected.0), "2015-09-27".into()));
    let days = backward(Length::Days(2), "2015-10-04T10:00");
    assert_eq!(signs(&known, &days, "2015-10-02").0, "·■■○");
}

#[test]
fn a_strip_shows_where_the_last_day_rolled_or_was_moved_back() {
    let known = calendar().known_all();
    // The 30th is a Wednesday; ten days on from the 22nd is 2 October.
    let rolled = plain(Length::Days(10), "2015-09-22T10:00");
    assert_eq!(signs(&known, &rolled, "2015-09-30").0, "○■■■■■■■■■■░░░░░→");
    assert_eq!(signs(&known, &rolled, "2015-10-10").0, "○■■■■■■■■■■░░░░░→!!");
    let paid = Question { direction: Direction::ShiftBack, ..plain(Length::SameDay, "2015-10-03T10:00") };
    assert_eq!(signs(&known, &paid, "2015-10-04"), ("■░░○!".into(), "2015-09-30".into()));
    let layer = layer(
        "closings = [{ from = '2015-08-21', to = '2015-08-21', reason = '搬迁' }]\n\
         exempt = [{ from = '2015-08-24', to = '2015-08-24', reason = '停电' }]",
    );
    let known = calendar().with_layer(&layer).unwrap().known_all();
    assert_eq!(signs(&known, &plain(Length::Workdays(2), "2015-08-20T10:00"), "2015-08-20").0, "○×░░×■■");
    assert_eq!(signs(&known, &plain(Length::Days(5), "2015-08-20T10:00"), "2015-08-20").0, "○■■■×■■");
}

#[test]
fn two_feasts_on_one_day_are_both_named_and_their_notice_goes_before() {
    let on = |known: &str, asked: &str| calendar().known_on(day(known)).day(day(asked)).unwrap();
    let both = on("2019-06-01", "2020-10-01");
    assert_eq!((&*both.name, &*both.source), ("中秋节、国庆节", "国务院令第644号"));
    assert_eq!(on("2019-06-01", "2020-10-02").name, "国庆节");
    let said = on("2019-12-01", "2020-10-01");
    assert!(said.source.contains('〔') && !said.provisional, "{said:?}");
}

#[test]
fn standstills_that_lie_apart_are_each_taken_out_and_no_day_between_them() {
    let layer = layer(
        "exempt = [{ from = '2015-08-24', to = '2015-08-25', reason = '停电' },\n\
                   { from = '2015-08-27', to = '2015-08-27', reason = '停电' }]",
    );
    let known = calendar().with_layer(&layer).unwrap().known_all();
    let ends = |length| due(&known, &plain(length, "2015-08-21T10:00")).unwrap().due_at;
    // Counted: the 22nd, 23rd, 26th, 28th.
    assert_eq!(ends(Length::Days(3)), at("2015-08-26T23:59:59"));
    assert_eq!(ends(Length::Days(4)), at("2015-08-28T23:59:59"));
    assert_eq!(ends(Length::Hours(96)), at("2015-08-28T10:00"));
    assert_eq!(ends(Length::Workdays(2)), at("2015-08-28T23:59:59"));
}

#[test]
fn full_hours_are_used_and_begun_hours_are_left_or_late() {
    let known = calendar().known_all();
    let question = plain(Length::Hours(48), "2015-08-20T10:00");
    let told = |now| {
        let told = usage(&known, &question, at(now)).unwrap();
        (told.used, told.left)
    };
    assert_eq!(told("2015-08-20T10:00"), (0, 48));
    assert_eq!(told("2015-08-20T20:00"), (10, 38));
    assert_eq!(told("2015-08-20T20:30"), (10, 38));
    assert_eq!(told("2015-08-22T10:00"), (48, 0));
    assert_eq!(told("2015-08-22T12:30"), (50, -3));
}

#[test]
fn an_explanation_names_the_extension_the_pause_in_hours_and_the_days_given_up() {
    let layer = layer("exempt = [{ from = '2015-08-19', to = '2015-08-19', reason = '停电' }]");
    let known = calendar().with_layer(&layer).unwrap().known_all();
    let why = |question: &Question| {
        let why = count(&known, question).unwrap().why;
        let told =
            |s: &Stretch| format!("{}..{} {}{} {}", s.from, s.to, if s.counts { '+' } else { '-' }, s.days, s.reason);
        why.iter().map(told).collect::<Vec<_>>()
    };
    let months = |extension| Question { extension, ..plain(Length::Months(1), "2015-08-20T10:00") };
    assert_eq!(why(&months(Some(1))), ["2015-08-21..2015-10-20 +61 2个月：至对应日，含延长1个月"]);
    assert_eq!(why(&months(Some(0)))[0], "2015-08-21..2015-09-20 +31 1个月：至对应日");
    assert_eq!(why(&plain(Length::SameDay, "2015-08-20T10:00")), ["2015-08-20..2015-08-20 +1 当日"]);
    let paused = vec![stood("2015-08-20T11:00", "2015-08-20T14:30")];
    let hours = Question { pauses: paused, ..plain(Length::Hours(10), "2015-08-20T10:00") };
    assert_eq!(why(&hours), ["2015-08-20..2015-08-20 +1 10小时：自该时刻计算，扣除暂停3小时30分"]);
    let before = why(&backward(Length::Hours(12), "2015-08-20T06:00"));
    assert_eq!(before.first().unwrap(), "2015-08-18..2015-08-18 +1 12小时：自该时刻计算，扣除暂停24小时0分");
    let paid = Question { direction: Direction::ShiftBack, ..plain(Length::Days(3), "2015-09-30T10:00") };
    let moved = "提前：末日逢国庆节放假（国办发明电〔2014〕28号），提前至前一工作日";
    assert_eq!(why(&paid).last().unwrap(), &format!("2015-10-01..2015-10-03 -3 {moved}"));
}
