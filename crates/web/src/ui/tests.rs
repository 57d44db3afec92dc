//! What the components say, and that nothing typed in becomes a tag.

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use maud::html;
use xiaoneng_calendar::{Answer, CellKind, DayCell, Length, Question, Stretch, StretchKind, Unit};
use xiaoneng_casework::{ClockView, Light, PLACE, Refusal, Status, Why};
use xiaoneng_pack::{Field, FieldKind, procedure::Binds};

use super::*;

fn at(month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    PLACE.to_timestamp(date(2015, month, day).at(hour, minute, 0, 0)).unwrap()
}

/// Five working days promised of twenty, from Thursday 20 August: due on Thursday the 27th at 17:30.
fn view() -> ClockView {
    let start = date(2015, 8, 20).at(10, 0, 0, 0);
    let due = date(2015, 8, 27).at(17, 30, 0, 0);
    let statutory = date(2015, 9, 18).at(17, 30, 0, 0);
    let stretch = |from, to, counts, days, reason: &str, kind| Stretch {
        from,
        to,
        counts,
        days,
        reason: reason.to_owned(),
        kind,
    };
    let day = |d| date(2015, 8, d);
    ClockView {
        clock: "decide".into(),
        title: "作出决定".to_owned(),
        step: None,
        binds: Binds::Agency,
        owed: true,
        waits: false,
        period: None,
        notes: Vec::new(),
        run: "e1".into(),
        start: PLACE.to_timestamp(start).unwrap(),
        status: Status::Running,
        light: Light::Green,
        answer: Answer {
            start,
            first_day: day(21),
            due_date: day(27),
            due_at: due,
            statutory_due_date: date(2015, 9, 18),
            statutory_due_at: statutory,
            provisional: false,
            statutory_provisional: false,
            paused: None,
            why: vec![
                stretch(day(21), day(21), true, 1, "工作日", StretchKind::Workday),
                stretch(day(22), day(23), false, 2, "周末", StretchKind::Weekend),
                stretch(day(24), day(27), true, 4, "工作日", StretchKind::Workday),
            ],
            why_statutory: vec![],
        },
        due_at: PLACE.to_timestamp(due).unwrap(),
        statutory_due_at: PLACE.to_timestamp(statutory).unwrap(),
        used: 3,
        left: 2,
        unit: Unit::Workdays,
        length: Length::Workdays(20),
        promise: Some(5),
        extended: 0,
        basis: "中华人民共和国行政许可法第四十二条第一款".to_owned(),
        doubtful: false,
        next_change_at: None,
        question: Question::new(Length::Workdays(20), start),
    }
}

/// The strip of [`view`] up to the promise's day, as of a day (or of none).
fn cells(today: Option<Date>) -> Vec<DayCell> {
    (20..=27)
        .map(|d| DayCell {
            date: date(2015, 8, d),
            kind: match d {
                20 => CellKind::Start,
                22 | 23 => CellKind::Weekend,
                _ => CellKind::Counted,
            },
            provisional: false,
            is_due: d == 27,
            is_statutory_due: false,
            is_today: Some(date(2015, 8, d)) == today,
        })
        .collect()
}

#[test]
fn a_running_limit_says_what_is_left_the_last_day_and_how_late() {
    assert_eq!(limit_words(&ClockView { left: 3, ..view() }, at(8, 24, 10, 0)), "剩余 3 个工作日");
    assert_eq!(limit_words(&ClockView { left: 0, ..view() }, at(8, 27, 10, 0)), "今日到期");
    assert_eq!(limit_words(&ClockView { left: -2, light: Light::Red, ..view() }, at(8, 31, 10, 0)), "超期 2 个工作日");
    assert_eq!(
        limit_words(&ClockView { left: 0, light: Light::Red, ..view() }, at(8, 27, 18, 0)),
        "超期不足 1 个工作日"
    );
    let hours = ClockView { left: 5, unit: Unit::Hours, length: Length::Hours(24), ..view() };
    assert_eq!(limit_words(&hours, at(8, 27, 10, 0)), "剩余 5 小时");
}

#[test]
fn a_limit_that_does_not_run_says_why() {
    let paused = |reason: &str| ClockView {
        status: Status::Paused { since: at(8, 24, 9, 0), reason: reason.to_owned() },
        light: Light::Paused,
        ..view()
    };
    assert_eq!(limit_words(&paused("专家评审"), at(8, 25, 9, 0)), "暂停计时（专家评审）");
    assert_eq!(limit_words(&paused(" "), at(8, 25, 9, 0)), "暂停计时");
    let stopped = |light| ClockView { status: Status::Stopped { at: at(8, 26, 9, 0) }, light, ..view() };
    assert_eq!(limit_words(&stopped(Light::Met), at(9, 25, 9, 0)), "按期办结");
    assert_eq!(limit_words(&stopped(Light::Missed), at(9, 25, 9, 0)), "超期办结");
}

#[test]
fn an_item_done_on_the_spot_and_a_calendar_not_published_have_words_of_their_own() {
    let spot = ClockView { length: Length::SameDay, unit: Unit::Days, ..view() };
    assert_eq!(limit_words(&spot, at(8, 20, 11, 0)), "即办件");
    let mut open = view();
    open.answer.provisional = true;
    assert_eq!(limit_words(&open, at(8, 24, 10, 0)), "暂计（日历未公布）");
}

#[test]
fn a_rolled_last_day_leaves_calendar_days() {
    let rolled = ClockView { left: 0, unit: Unit::Days, length: Length::Days(15), ..view() };
    assert_eq!(limit_words(&rolled, at(8, 25, 10, 0)), "剩余 2 日");
}

#[test]
fn the_strips_twin_says_what_the_strip_shows() {
    assert_eq!(text_twin(&cells(None), &Captions::default()), "8月21日起，共5个工作日，其中周末2天不计，8月27日到期");
    let today = text_twin(&cells(Some(date(2015, 8, 25))), &Captions::default());
    assert_eq!(today, "8月21日起，共5个工作日，其中周末2天不计，8月27日到期，今天是8月25日");
}

#[test]
fn the_twin_names_pauses_feasts_and_days_worked_instead() {
    let mut days = cells(None);
    days[1].kind = CellKind::Paused("暂停计时：专家评审".to_owned());
    days[4].kind = CellKind::Holiday("国庆节".to_owned());
    days[3].kind = CellKind::MakeUp("国庆节".to_owned());
    let twin = text_twin(&days, &Captions::default());
    assert_eq!(
        twin,
        "8月23日起，共4个工作日，含调休上班1天，其中暂停计时（专家评审）1天、周末1天、国庆节1天不计，8月27日到期"
    );
}

#[test]
fn both_sizes_carry_the_twin_for_screen_readers() {
    for size in [Size::Tiny, Size::Large] {
        let html = day_strip(&cells(None), size, &Captions::default()).into_string();
        assert!(html.contains("role=\"img\"") && html.contains("共5个工作日，其中周末2天不计"), "{size:?}");
    }
    assert_eq!(day_strip(&[], Size::Large, &Captions::default()).into_string(), "");
}

#[test]
fn fifty_tiny_strips_are_light() {
    let one = day_strip(&cells(None), Size::Tiny, &Captions::default()).into_string().len();
    assert!(one < 1_000, "{one} bytes");
}

#[test]
fn the_explanation_adds_up_before_the_readers_eyes() {
    let html = clock_card(&view(), &cells(None), "受理", at(8, 25, 10, 0)).into_string();
    assert!(html.contains("= 承诺 5 个工作日"), "{html}");
    assert!(html.contains("为什么是 8月27日") && html.contains("剩余 2 个工作日") && html.contains("第四十二条第一款"));
}

#[test]
fn doubt_is_said() {
    let html = clock_card(&ClockView { doubtful: true, ..view() }, &[], "受理", at(8, 25, 10, 0)).into_string();
    assert!(html.contains("法律没有写明"));
}

const BAD: &str = "\"><script>alert(1)</script>";

fn bad() -> String {
    BAD.to_owned()
}

#[test]
fn nothing_typed_in_becomes_a_tag() {
    let mut clock = ClockView { title: bad(), basis: bad(), step: Some(BAD.into()), ..view() };
    clock.status = Status::Paused { since: at(8, 24, 9, 0), reason: bad() };
    clock.answer.why[0].reason = bad();
    let mut days = cells(None);
    days[1].kind = CellKind::Paused(bad());
    days[2].kind = CellKind::Holiday(bad());
    let field = Field {
        title: bad(),
        kind: FieldKind::Choice(vec![bad()]),
        personal: false,
        public: false,
        hidden_if: None,
        unique: false,
        measure: String::new(),
        range: (None, None),
        within: None,
        never: Vec::new(),
        help: bad(),
    };
    let stock = [bad()];
    let input = FieldInput { id: "x", field: &field, required: true, value: BAD, error: Some(BAD), stock: &stock };
    let text = Field { kind: FieldKind::Text(500), ..field.clone() };
    let told = Refusal {
        why: Why::Reason,
        action: bad(),
        state: Some(bad()),
        rule: bad(),
        article: Some(bad()),
        instead: bad(),
        fields: vec![],
    };
    let row = CaseListRow {
        number: bad(),
        href: bad(),
        title: bad(),
        step: bad(),
        applicant: bad(),
        officer: bad(),
        limit: Some(LimitCell { words: bad(), light: Light::Red, cells: days.clone(), clock: bad(), why: Some(bad()) }),
        state: bad(),
        due: bad(),
    };
    let happened = TimelineRow {
        id: bad(),
        what: bad(),
        who: Who::Officer { name: bad(), post: bad(), acting_for: Some(bad()) },
        recorded: bad(),
        effective: Some(bad()),
        reason: Some(bad()),
        fields: vec![(bad(), bad())],
        basis: bad(),
        light: None,
        papers: vec![(bad(), bad())],
        voided: true,
    };
    let user = UserBadge { name: bad(), posts: vec![bad()], csrf: bad() };
    let frame = PageFrame {
        title: BAD,
        section: Section::Desk,
        user: Some(user),
        current: BAD,
        badges: &[],
        hide: &[],
        demo: Some(DemoBar { now: bad(), csrf: bad() }),
        flash: Some(Flash { tone: Tone::Bad, text: bad() }),
    };
    let all = html! {
        (clock_card(&clock, &days, BAD, at(8, 25, 10, 0)))
        (day_strip(&days, Size::Tiny, &Captions::default()))
        (field_input(&input, &Lists::default()))
        (field_input(&FieldInput { field: &text, ..input }, &Lists::default()))
        (error_summary(&[(bad(), bad())]))
        (refusal(&told))
        (case_table(BAD, &[row], Some(BAD)))
        (timeline(&[happened]))
        (handover_chain(&[Link { name: bad(), post: bad(), since: bad(), kind: LinkKind::Holds }]))
        (heat(BAD, &[(bad(), None)], &[HeatRow { title: bad(), href: bad(), cells: vec![HeatCell { count: 1, href: bad(), light: None }] }]))
        (search_box(BAD, BAD, BAD, BAD))
        (danger(BAD, BAD, csrf_field(BAD), &stock))
    };
    let page = page(&frame, all).into_string();
    assert_eq!(page.matches("<script").count(), 1, "only the page's own");
    assert!(!page.contains("style=\"") && !page.contains("onclick"));
}

#[test]
fn a_textarea_gives_back_what_was_typed() {
    let field = Field {
        title: "意见".to_owned(),
        kind: FieldKind::Text(500),
        personal: false,
        public: false,
        hidden_if: None,
        unique: false,
        measure: String::new(),
        range: (None, None),
        within: None,
        never: Vec::new(),
        help: String::new(),
    };
    let input =
        FieldInput { id: "opinion", field: &field, required: false, value: "\n第一行", error: None, stock: &[] };
    let html = field_input(&input, &Lists::default()).into_string();
    // A browser drops one newline after the tag: the one we add, not the one that was typed.
    assert!(html.contains(">\n\n第一行</textarea>"), "{html}");
}

#[test]
fn every_error_in_the_summary_leads_to_a_field() {
    let html = error_summary(&[("phone".to_owned(), "少一位".to_owned())]).into_string();
    assert!(html.contains("href=\"#f-phone\""));
    assert_eq!(error_summary(&[]).into_string(), "");
}
