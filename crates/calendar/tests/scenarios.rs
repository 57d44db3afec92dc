//! Special cases, one sentence each.

mod common;

use common::{at, calendar, day};
use xiaoneng_calendar::{
    Answer, CalendarError, CellKind, Direction, Known, Layer, Length, Pause, Question, StretchKind, Unit, count, due,
    strip, usage,
};

fn all() -> Known {
    calendar().known_all()
}

fn ask(length: Length, start: &str) -> Question {
    Question::new(length, at(start))
}

fn pause(from: &str, to: &str, reason: &str) -> Pause {
    Pause { from: at(from), to: (!to.is_empty()).then(|| at(to)), reason: reason.to_owned() }
}

fn told(answer: &Answer) -> Vec<String> {
    answer
        .why
        .iter()
        .map(|s| {
            let sign = if s.counts { '+' } else { '-' };
            format!("{sign}{} {}", s.days, s.reason)
        })
        .collect()
}

#[test]
fn a_licence_of_twenty_days_promised_in_five() {
    let question = Question {
        promise: Some(5),
        closing: Some("17:30:00".parse().unwrap()),
        ..ask(Length::Workdays(20), "2015-08-20T10:00")
    };
    // What may bear on it was published in May.
    let answer = count(&calendar().known_on(day("2015-08-20")), &question).unwrap();
    assert_eq!(answer.first_day, day("2015-08-21"));
    assert_eq!(answer.due_at, at("2015-08-27T17:30"));
    assert_eq!(answer.statutory_due_date, day("2015-09-18"));
    assert!(!answer.provisional);
    assert_eq!(told(&answer), ["+1 工作日", "-2 周末", "+4 工作日"]);
    let long: Vec<_> = answer.why_statutory.iter().map(|s| s.reason.as_str()).collect();
    assert!(long.contains(&"调休上班（中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日，国发明电〔2015〕1号）"));
    let counted: u32 = answer.why_statutory.iter().filter(|s| s.counts).map(|s| s.days).sum();
    assert_eq!(counted, 20);
}

#[test]
fn twenty_working_days_over_the_parade_of_2015_depend_on_when_one_asks() {
    let end = |on: &str| {
        let known = calendar().known_on(day(on));
        known.add_workdays(day("2015-08-31"), 20).unwrap()
    };
    assert_eq!(end("2015-05-01"), day("2015-09-28"));
    assert_eq!(end("2015-05-12"), day("2015-09-28"));
    assert_eq!(end("2015-05-13"), day("2015-09-29"));
    assert_eq!(end("2015-06-01"), day("2015-09-29"));
}

#[test]
fn the_spring_festival_of_2020_was_lengthened_while_it_was_on() {
    let calendar = calendar();
    let (before, after) = (day("2020-01-26"), day("2020-01-27"));
    let works = |on, date| calendar.known_on(on).is_workday(day(date)).unwrap();
    assert!(works(before, "2020-01-31") && !works(after, "2020-01-31"));
    assert!(works(before, "2020-02-01") && !works(after, "2020-02-01"));
    assert!(!works(before, "2020-02-02") && !works(after, "2020-02-02"));
    assert!(works(after, "2020-02-03"));
}

#[test]
fn may_2019_was_two_more_days_off_since_22_march() {
    let calendar = calendar();
    let (before, after) = (day("2019-03-21"), day("2019-03-22"));
    for (date, was, is) in [
        ("2019-04-28", false, true),
        ("2019-05-01", false, false),
        ("2019-05-02", true, false),
        ("2019-05-03", true, false),
        ("2019-05-05", false, true),
    ] {
        let works = |on| calendar.known_on(on).is_workday(day(date)).unwrap();
        assert_eq!((works(before), works(after)), (was, is), "{date}");
    }
}

#[test]
fn in_june_2024_the_year_2025_has_the_eleven_day_rule() {
    let known = calendar().known_on(day("2024-06-15"));
    // 2025-05-02 is a feast day only by the order of November 2024; so is the eve.
    assert!(known.is_workday(day("2025-05-02")).unwrap());
    assert!(known.is_workday(day("2025-01-28")).unwrap());
    assert!(!known.is_workday(day("2025-01-31")).unwrap());
    assert!(known.is_provisional(day("2025-01-28")).unwrap());
    assert!(known.is_provisional(day("2024-12-29")).unwrap());
    assert!(!known.is_provisional(day("2024-12-28")).unwrap());
    assert_eq!(known.published_to(), Some(day("2024-12-28")));
    let known = calendar().known_on(day("2024-11-12"));
    assert!(!known.is_workday(day("2025-05-02")).unwrap());
    assert!(!known.is_provisional(day("2025-01-28")).unwrap());
}

#[test]
fn four_days_in_december_2007_knew_the_new_rule_but_not_the_notice() {
    let calendar = calendar();
    let works = |on, date| calendar.known_on(day(on)).is_workday(day(date)).unwrap();
    // 5 May 2008 is a Monday; 1 to 3 May were feast days by the old rule, 1 May alone by the new.
    assert!(!works("2007-12-13", "2008-05-02"));
    assert!(works("2007-12-14", "2008-05-02"));
    assert!(!works("2007-12-18", "2008-05-02"));
    assert!(works("2007-12-13", "2008-02-06") && !works("2007-12-14", "2008-02-06"));
    // Saturday 29 December 2007 was worked, by the notice for 2008.
    assert!(!works("2007-12-17", "2007-12-29") && works("2007-12-18", "2007-12-29"));
}

#[test]
fn before_the_notice_for_2004_only_the_ten_statutory_days_are_known() {
    let known = calendar().known_on(day("2003-06-01"));
    assert!(!known.is_workday(day("2004-01-01")).unwrap());
    assert!(known.is_workday(day("2004-01-26")).unwrap());
    assert_eq!(known.published_to(), None);
    let known = calendar().known_on(day("2003-12-18"));
    assert!(!known.is_workday(day("2004-01-26")).unwrap());
    assert_eq!(known.published_to(), Some(day("2004-12-28")));
}

#[test]
fn six_months_from_31_august_end_on_the_last_day_of_february() {
    let answer = count(&all(), &ask(Length::Months(6), "2011-08-31T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2012-02-29"));
    assert_eq!(told(&answer), ["+182 6个月：无对应日，至月末"]);
    // 28 February 2015 is a Saturday, but a make-up working day: it does not roll.
    let answer = count(&all(), &ask(Length::Months(6), "2014-08-31T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2015-02-28"));
    // 28 February 2016 would be a Sunday; 2016 is a leap year, the 29th a Monday.
    let answer = count(&all(), &ask(Length::Years(1), "2012-02-29T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2013-02-28"));
    assert_eq!(answer.why[0].kind, StretchKind::MonthEnd);
}

#[test]
fn only_the_last_day_of_a_limit_in_calendar_days_rolls() {
    // 15 days from 16 September 2015: 1 October, rolled over the national holiday.
    let answer = count(&all(), &ask(Length::Days(15), "2015-09-16T09:00")).unwrap();
    assert_eq!(answer.first_day, day("2015-09-17"));
    assert_eq!(answer.due_date, day("2015-10-08"));
    assert_eq!(told(&answer), ["+15 自然日", "-7 顺延：末日逢国庆节放假（国办发明电〔2014〕28号）"]);
    // 15 days from Saturday 12 September 2015: Sunday 27 September, rolled by one day.
    let answer = count(&all(), &ask(Length::Days(15), "2015-09-12T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2015-09-28"));
}

#[test]
fn a_pause_takes_out_the_days_after_its_start_up_to_its_end() {
    let question = Question {
        pauses: vec![pause("2015-06-03T09:00", "2015-06-08T16:00", "专家评审")],
        ..ask(Length::Workdays(5), "2015-06-01T10:00")
    };
    let answer = count(&all(), &question).unwrap();
    // Tue 2, Wed 3 count; Thu 4 to Mon 8 do not; Tue 9, Wed 10, Thu 11 do.
    assert_eq!(answer.due_date, day("2015-06-11"));
    assert_eq!(told(&answer), ["+2 工作日", "-5 暂停计时：专家评审", "+3 工作日"]);
}

#[test]
fn overlapping_pauses_count_once_and_a_pause_within_a_day_costs_nothing() {
    let question = Question {
        pauses: vec![
            pause("2015-06-03T09:00", "2015-06-08T16:00", "检验"),
            pause("2015-06-04T09:00", "2015-06-05T16:00", "听证"),
            pause("2015-06-02T09:00", "2015-06-02T16:00", "勘验"),
        ],
        ..ask(Length::Workdays(5), "2015-06-01T10:00")
    };
    assert_eq!(due(&all(), &question).unwrap().due_date, day("2015-06-11"));
}

#[test]
fn a_pause_after_the_lapse_and_a_reversed_pause_are_refused_with_both_instants() {
    let late = Question {
        pauses: vec![pause("2015-06-09T09:00", "2015-06-10T16:00", "听证")],
        ..ask(Length::Workdays(5), "2015-06-01T10:00")
    };
    let text = count(&all(), &late).unwrap_err().to_string();
    assert!(text.contains("2015-06-09T09:00:00") && text.contains("2015-06-08T23:59:59"), "{text}");
    let reversed = Question {
        pauses: vec![pause("2015-06-05T09:00", "2015-06-04T16:00", "听证")],
        ..ask(Length::Workdays(5), "2015-06-01T10:00")
    };
    let text = count(&all(), &reversed).unwrap_err().to_string();
    assert!(text.contains("2015-06-05T09:00:00") && text.contains("2015-06-04T16:00:00"), "{text}");
}

#[test]
fn while_a_pause_lasts_the_due_date_moves_with_the_day_on_which_one_asks() {
    let mut question = Question {
        pauses: vec![pause("2015-06-03T09:00", "", "专家评审")],
        ..ask(Length::Workdays(5), "2015-06-01T10:00")
    };
    let error = count(&all(), &question).unwrap_err();
    assert_eq!(error, CalendarError::AtNeeded { from: at("2015-06-03T09:00") });
    question.at = Some(at("2015-06-08T12:00"));
    let answer = count(&all(), &question).unwrap();
    assert_eq!(answer.due_date, day("2015-06-11"));
    assert_eq!(answer.paused.unwrap().reason, "专家评审");
    let used = usage(&all(), &question, at("2015-06-12T12:00")).unwrap();
    assert_eq!((used.used, used.left), (2, 3));
}

#[test]
fn an_extension_lengthens_promise_and_statute_alike() {
    let question = Question { promise: Some(5), extension: Some(10), ..ask(Length::Workdays(20), "2015-06-01T10:00") };
    let answer = count(&all(), &question).unwrap();
    assert_eq!(answer.due_date, all().add_workdays(day("2015-06-01"), 15).unwrap());
    let statute = all().add_workdays(day("2015-06-01"), 30).unwrap();
    assert_eq!(answer.statutory_due_date, statute);
    let last = answer.why.last().unwrap();
    assert_eq!(last.reason, "工作日（延长期）");
}

#[test]
fn a_promise_longer_than_the_statute_is_refused() {
    let question = Question { promise: Some(21), ..ask(Length::Workdays(20), "2015-06-01T10:00") };
    let error = count(&all(), &question).unwrap_err();
    assert!(matches!(error, CalendarError::PromiseTooLong { promise: 21, statute: 20, .. }));
}

#[test]
fn seven_working_days_before_a_hearing_lie_in_full_between() {
    let backward = |length, start| Question { direction: Direction::Backward, ..ask(length, start) };
    // 行政许可法 48: hearing on Monday 20 July 2015; 9 to 17 July are seven working days.
    let answer = count(&all(), &backward(Length::Workdays(7), "2015-07-20T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2015-07-08"));
    let counted: u32 = answer.why.iter().filter(|s| s.counts).map(|s| s.days).sum();
    assert_eq!(counted, 7);
    // Five of them reach back to Monday 13: the latest day is Sunday 12, and stays there.
    let answer = count(&all(), &backward(Length::Workdays(5), "2015-07-20T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2015-07-12"));
    // Calendar days: 10 full days between Sunday 5 and Thursday 16 July.
    let answer = count(&all(), &backward(Length::Days(10), "2015-07-16T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2015-07-05"));
}

#[test]
fn a_pay_day_on_a_day_of_rest_moves_to_the_working_day_before() {
    let question =
        Question { direction: Direction::ShiftBack, ..ask(Length::UntilDate(day("2015-10-05")), "2015-09-05T09:00") };
    let answer = count(&all(), &question).unwrap();
    assert_eq!(answer.due_date, day("2015-09-30"));
    let shift = answer.why.last().unwrap();
    assert_eq!((shift.kind, shift.days), (StretchKind::ShiftBack, 5));
}

#[test]
fn fixed_dates_stand_still_even_on_a_sunday() {
    let report = Length::FixedDate { month: 1, day: 31 };
    // 31 January 2016 is a Sunday.
    let end = due(&all(), &ask(report, "2015-06-01T09:00")).unwrap();
    assert_eq!(end.due_date, day("2016-01-31"));
    let end = due(&all(), &ask(report, "2016-01-31T00:00")).unwrap();
    assert_eq!(end.due_date, day("2017-01-31"));
    assert!(Length::FixedDate { month: 2, day: 30 }.check().is_err());
}

#[test]
fn hours_run_from_the_moment_itself_through_holidays() {
    let mut question = ask(Length::Hours(24), "2015-09-30T17:20");
    let answer = count(&all(), &question).unwrap();
    assert_eq!(answer.due_at, at("2015-10-01T17:20"));
    question.pauses = vec![pause("2015-09-30T18:00", "2015-09-30T20:00", "检测")];
    let answer = count(&all(), &question).unwrap();
    assert_eq!(answer.due_at, at("2015-10-01T19:20"));
    assert_eq!(answer.why[0].reason, "24小时：自该时刻计算，扣除暂停2小时0分");
    let used = usage(&all(), &question, at("2015-10-01T19:21")).unwrap();
    assert_eq!((used.used, used.left, used.unit), (24, -1, Unit::Hours));
}

#[test]
fn what_is_due_the_same_day_is_due_at_closing() {
    let question = Question { closing: Some("17:30:00".parse().unwrap()), ..ask(Length::SameDay, "2015-09-30T09:00") };
    assert_eq!(due(&all(), &question).unwrap().due_at, at("2015-09-30T17:30"));
}

#[test]
fn a_due_date_past_the_published_calendar_is_provisional() {
    let known = calendar().known_on(day("2015-12-01"));
    let answer = count(&known, &ask(Length::Workdays(20), "2015-12-10T09:00")).unwrap();
    assert!(answer.provisional);
    assert_eq!(answer.due_date, day("2016-01-08"));
    assert_eq!(told(&answer)[7], "+3 工作日（暂计：尚未公布）");
    assert_eq!(told(&answer)[8], "-1 元旦放假（国务院令第644号，暂计：尚未公布）");
    let answer = count(&known, &ask(Length::Workdays(5), "2015-12-10T09:00")).unwrap();
    assert!(!answer.provisional);
    // A date that no notice can move is never provisional.
    let answer = due(&known, &ask(Length::UntilDate(day("2016-01-31")), "2015-12-10T09:00"));
    assert!(!answer.unwrap().provisional);
}

#[test]
fn used_and_left_add_up_and_lateness_is_negative() {
    let question = ask(Length::Workdays(5), "2015-06-01T10:00");
    let told = |now: &str| {
        let used = usage(&all(), &question, at(now)).unwrap();
        (used.used, used.left)
    };
    assert_eq!(told("2015-05-20T10:00"), (0, 5));
    assert_eq!(told("2015-06-01T12:00"), (0, 5));
    assert_eq!(told("2015-06-03T08:00"), (2, 3));
    assert_eq!(told("2015-06-07T08:00"), (4, 1));
    assert_eq!(told("2015-06-08T08:00"), (5, 0));
    assert_eq!(told("2015-06-10T08:00"), (7, -2));
}

#[test]
fn the_strip_shows_every_day_from_the_start_to_today() {
    let question = Question {
        promise: Some(3),
        pauses: vec![pause("2015-09-29T09:00", "2015-09-30T09:00", "检验")],
        ..ask(Length::Workdays(5), "2015-09-28T10:00")
    };
    let cells = strip(&all(), &question, day("2015-10-14")).unwrap();
    let signs: String = cells.iter().map(|cell| cell.glyph()).collect();
    assert_eq!(signs, "○■‖░░░░░░░■■▣░■!!");
    assert_eq!(cells[3].kind, CellKind::Holiday("国庆节".into()));
    let due: Vec<_> = cells.iter().filter(|c| c.is_due || c.is_statutory_due).collect();
    assert_eq!((due[0].date, due[1].date), (day("2015-10-09"), day("2015-10-12")));
    assert!(cells.last().unwrap().is_today);
}

#[test]
fn a_hall_open_on_saturdays_counts_them_but_keeps_the_holidays() {
    let layer: Layer = toml::from_str(
        r#"
        id = "hall"
        title = "大厅周六开放"
        known_from = "2015-06-01"
        open_weekdays = ["mon", "tue", "wed", "thu", "fri", "sat"]
        closings = [{ from = "2015-07-02", to = "2015-07-03", reason = "搬迁" }]
        exempt = [{ from = "2015-07-06", to = "2015-07-06", reason = "停电" }]
        "#,
    )
    .unwrap();
    let calendar = calendar().with_layer(&layer).unwrap();
    let known = calendar.known_on(day("2015-06-01"));
    assert!(known.is_workday(day("2015-07-11")).unwrap());
    assert!(!known.is_workday(day("2015-10-03")).unwrap());
    assert!(!calendar.known_on(day("2015-05-31")).is_workday(day("2015-07-11")).unwrap());
    let answer = count(&known, &ask(Length::Workdays(3), "2015-07-01T09:00")).unwrap();
    assert_eq!(
        told(&answer),
        [
            "-2 停办：搬迁（大厅周六开放）",
            "+1 工作日（大厅周六开放）",
            "-1 周末",
            "-1 不计：停电（大厅周六开放）",
            "+2 工作日"
        ]
    );
    // A standstill counts for no limit; a closing is no matter to calendar days.
    let answer = count(&known, &ask(Length::Days(7), "2015-07-01T09:00")).unwrap();
    assert_eq!(answer.due_date, day("2015-07-09"));
}

#[test]
fn a_clinic_without_holidays_goes_by_weekdays_alone_and_is_never_provisional() {
    let layer: Layer = toml::from_str("id = \"clinic\"\ntitle = \"门诊\"\nignores_holidays = true").unwrap();
    let known = calendar().with_layer(&layer).unwrap().known_on(day("2015-01-01"));
    assert!(known.is_workday(day("2015-10-01")).unwrap());
    assert!(!known.is_workday(day("2015-10-10")).unwrap());
    assert!(!known.is_provisional(day("2030-01-01")).unwrap());
}

#[test]
fn faulty_sources_are_refused_with_their_place() {
    let layer: Layer = toml::from_str(
        "id = \"x\"\ntitle = \"x\"\nclosings = [{ from = \"2015-07-03\", to = \"2015-07-02\", reason = \"r\" }]",
    )
    .unwrap();
    let text = calendar().with_layer(&layer).unwrap_err().to_string();
    assert_eq!(text, "layer `x`: 2015-07-03 to 2015-07-02 ends before it begins");
    let mut notices = common::notices();
    let again = notices.notice[3].days[0].clone();
    notices.notice[3].days.push(again);
    let text = xiaoneng_calendar::Calendar::new(notices, common::statutory()).unwrap_err();
    assert_eq!(text.to_string(), "国办发明电〔2006〕49号: 2006-12-30 is named twice");
}

#[test]
fn outside_the_calendar_is_an_error_that_says_what_is_covered() {
    let known = all();
    let text = known.add_workdays(day("2003-12-31"), 1).unwrap_err().to_string();
    assert_eq!(text, "2003-12-31 lies outside the calendar, which covers 2004-01-01 to 2035-12-31");
    assert!(known.add_workdays(day("2035-12-31"), 1).is_err());
    assert!(known.add_workdays(day("2035-01-01"), i64::MAX).is_err());
    assert!(known.add_workdays(day("2035-12-31"), 0).is_ok());
    assert!(known.add_workdays(day("2015-01-01"), -1).is_err());
    assert!(known.sub_workdays(day("2004-01-02"), 1).is_err());
    assert!(known.workdays_between(day("2015-01-02"), day("2015-01-01")).is_err());
    assert!(Length::Workdays(8_001).check().is_err());
    assert!(count(&known, &ask(Length::Days(u32::MAX), "2015-01-01T00:00")).is_err());
    let text = due(&known, &ask(Length::Years(30), "2015-01-01T00:00")).unwrap_err().to_string();
    assert!(text.contains("30年 from 2015-01-01T00:00:00"), "{text}");
}
