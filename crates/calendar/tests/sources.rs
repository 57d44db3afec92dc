//! What a calendar is not built from: every fault of notices, rules and layers is refused and named.

mod common;

use common::{calendar, day, notices, statutory};
use jiff::civil::date;
use xiaoneng_calendar::{
    Anchor, Calendar, CalendarError, DayKind, FIRST_DAY, LAST_DAY, LOCAL_DAYS_MAX, Layer, LocalDays, Notice, NoticeDay,
    Notices, Statutory,
};

/// The place and the fault that a change of the sources leads to.
fn fault(change: impl FnOnce(&mut Notices, &mut Statutory)) -> Option<(String, String)> {
    let (mut notices, mut statutory) = (notices(), statutory());
    change(&mut notices, &mut statutory);
    told(Calendar::new(notices, statutory))
}

fn told(built: Result<Calendar, CalendarError>) -> Option<(String, String)> {
    match built {
        Ok(_) => None,
        Err(CalendarError::Data { place, fault }) => Some((place, fault)),
        Err(other) => panic!("{other}"),
    }
}

/// The change is refused, and the message names the place and the fault.
#[track_caller]
fn refused(place: &str, part: &str, change: impl FnOnce(&mut Notices, &mut Statutory)) {
    let (named, fault) = fault(change).expect("refused");
    assert!(named == place && fault.contains(part), "{named}: {fault}");
}

#[track_caller]
fn taken(change: impl FnOnce(&mut Notices, &mut Statutory)) {
    assert_eq!(fault(change), None);
}

#[test]
fn late_december_is_a_day_of_december() {
    refused("late_december_from", "1 to 31", |_, s| s.late_december_from = 0);
    refused("late_december_from", "1 to 31", |_, s| s.late_december_from = 32);
    taken(|_, s| s.late_december_from = 1);
    taken(|n, s| {
        n.notice.clear();
        s.late_december_from = 31;
    });
}

#[test]
fn every_year_has_its_moving_feasts_in_their_order() {
    refused("anchors", "2004 to 2035", |_, s| s.anchor.truncate(31));
    refused("anchors", "2004 to 2035", |_, s| s.anchor.push(s.anchor[0].clone()));
    taken(|_, s| s.anchor.reverse());
    let place = "anchors of 2010";
    refused(place, "four days of that year", |_, s| s.anchor[6].mid_autumn = date(2011, 9, 12));
    refused(place, "in order", |_, s| s.anchor[6].duanwu = date(2010, 4, 1));
    let days = &statutory().anchor[6];
    let feasts = [Anchor::Spring, Anchor::Qingming, Anchor::Duanwu, Anchor::MidAutumn].map(|feast| days.on(feast));
    assert_eq!(feasts, ["2010-02-14", "2010-04-05", "2010-06-16", "2010-09-22"].map(day));
}

#[test]
fn a_feast_is_on_a_date_or_at_a_moving_feast_and_lasts_one_to_ten_days() {
    let new_year = "国务院令第270号 元旦";
    let spring = "国务院令第270号 春节";
    let part = "either month and day or an anchor";
    refused(new_year, part, |_, s| s.regime[0].feasts[0].month = None);
    refused(new_year, part, |_, s| s.regime[0].feasts[0].day = None);
    refused(new_year, part, |_, s| s.regime[0].feasts[0].day = Some(32));
    refused(new_year, part, |_, s| s.regime[0].feasts[0].anchor = Some(Anchor::Spring));
    refused(spring, part, |_, s| s.regime[0].feasts[1].anchor = None);
    refused(spring, part, |_, s| s.regime[0].feasts[1].days = 0);
    refused(spring, part, |_, s| s.regime[0].feasts[1].days = 11);
    refused(spring, part, |_, s| s.regime[0].feasts[1].offset = 11);
    refused(spring, part, |_, s| s.regime[0].feasts[1].offset = -11);
    taken(|_, s| (s.regime[0].feasts[1].days, s.regime[0].feasts[1].offset) = (10, -10));
    taken(|_, s| (s.regime[0].feasts[1].days, s.regime[0].feasts[1].offset) = (1, 10));
}

#[test]
fn a_notice_has_its_own_number_and_days_of_its_year_and_says_what_it_amends() {
    let (first, second) = (notices().notice[0].number.clone(), notices().notice[1].number.clone());
    refused(&first, "twice", |n, _| n.notice[1].number = n.notice[0].number.clone());
    refused(&first, "before its date 2003-12-19", |n, _| n.notice[0].dated = date(2003, 12, 19));
    refused(&second, "amends x, which is not published before it", |n, _| n.notice[1].amends = Some("x".into()));
    refused(&first, "not published before it", |n, _| n.notice[0].amends = Some(n.notice[1].number.clone()));
    refused(&second, "2004 has a notice already", |n, _| {
        n.notice[1].year = 2004;
        n.notice[1].days = n.notice[0].days.clone();
    });
    refused(&second, "names no days", |n, _| n.notice[1].days.clear());
    refused(&second, "2005-02-09 is named twice", |n, _| {
        n.notice[1].days.retain(|named| named.date == date(2005, 2, 9));
        let again = n.notice[1].days[0].clone();
        n.notice[1].days.push(again);
    });
    let on = |date| NoticeDay { date, kind: DayKind::Off, name: "元旦".into() };
    let range = "outside 2004-12-29 to 2005-12-31";
    refused(&second, range, |n, _| n.notice[1].days.push(on(date(2004, 12, 28))));
    refused(&second, range, |n, _| n.notice[1].days.push(on(date(2006, 1, 1))));
    taken(|n, _| n.notice[1].days.extend([on(date(2004, 12, 29)), on(date(2005, 12, 31))]));
    let covered = "outside 2004-01-01 to 2035-12-31";
    refused(&first, covered, |n, _| n.notice[0].days.push(on(date(2003, 12, 30))));
    // The notice for 2036 may name the eve of its year, and nothing in it.
    let of_2036 = |n: &mut Notices, last| {
        n.notice[0] = Notice { year: 2036, days: vec![on(last)], ..n.notice[0].clone() };
    };
    taken(|n, _| of_2036(n, date(2035, 12, 31)));
    refused(&first, covered, |n, _| of_2036(n, date(2036, 1, 1)));
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let (mut turned, mut statutory) = (notices(), statutory());
    turned.notice.reverse();
    statutory.regime.reverse();
    let (straight, turned) = (calendar(), Calendar::new(turned, statutory).unwrap());
    assert_eq!(straight.notices(), turned.notices());
    assert!(straight.notices().is_sorted_by_key(|notice| notice.published));
    assert_eq!(straight.notices().len(), notices().notice.len());
    assert_eq!(straight.publications(), turned.publications());
    for on in ["2006-01-01", "2010-01-01", "2024-06-01", "2026-01-01"] {
        for n in 0..400 {
            let day = date(2025, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
            assert_eq!(straight.known_on(common::day(on)).day(day), turned.known_on(common::day(on)).day(day));
        }
    }
}

fn layer() -> Layer {
    toml::from_str("id = 'hall'\ntitle = '大厅'").unwrap()
}

fn run(from: &str, to: &str, reason: &str) -> LocalDays {
    LocalDays { from: day(from), to: day(to), reason: reason.to_owned() }
}

#[test]
fn a_layer_has_a_name_a_weekday_and_runs_within_the_calendar() {
    let fault = |change: &dyn Fn(&mut Layer)| {
        let mut layer = layer();
        change(&mut layer);
        told(calendar().with_layer(&layer)).map(|(_, fault)| fault).unwrap_or_default()
    };
    assert_eq!(fault(&|_| {}), "");
    assert!(fault(&|l| l.id.clear()).contains("an id and a title"));
    assert!(fault(&|l| l.title.clear()).contains("an id and a title"));
    assert!(fault(&|l| l.open_weekdays = Some(Vec::new())).contains("no limit would ever end"));
    let good = run("2015-07-01", "2015-07-01", "搬迁");
    assert_eq!(fault(&|l| l.closings.push(good.clone())), "");
    let bad = [
        (run("2015-07-02", "2015-07-01", "搬迁"), "ends before it begins"),
        (run("2003-12-31", "2004-01-01", "搬迁"), "outside 2004-01-01 to 2035-12-31"),
        (run("2035-12-31", "2036-01-01", "搬迁"), "outside 2004-01-01 to 2035-12-31"),
        (run("2015-07-01", "2015-07-01", ""), "gives no reason"),
    ];
    for (run, part) in bad {
        assert!(fault(&|l| l.closings.push(run.clone())).contains(part), "{part}");
        assert!(fault(&|l| l.openings.push(run.clone())).contains(part), "{part}");
        assert!(fault(&|l| l.exempt.push(run.clone())).contains(part), "{part}");
    }
    let whole = LocalDays { from: FIRST_DAY, to: LAST_DAY, reason: "开放".to_owned() };
    assert_eq!(fault(&|l| l.openings.push(whole.clone())), "");
    let many = |n| vec![good.clone(); n];
    let full = |more: usize| {
        fault(&|l| {
            l.closings = many(2_000);
            l.openings = many(1_500);
            l.exempt = many(500 + more);
        })
    };
    assert_eq!((full(0), LOCAL_DAYS_MAX), (String::new(), 4_000));
    assert!(full(1).contains("4001 entries are more than 4000"));
}

#[test]
fn a_layer_is_known_from_its_day_on_and_is_named_with_its_reason() {
    let layer = Layer {
        known_from: Some(day("2015-06-10")),
        closings: vec![run("2015-07-01", "2015-07-02", "搬迁")],
        ..layer()
    };
    let calendar = calendar().with_layer(&layer).unwrap();
    assert_eq!(calendar.layers(), [layer]);
    assert!(calendar.publications().contains(&day("2015-06-10")));
    assert!(calendar.known_on(day("2015-06-09")).is_workday(day("2015-07-01")).unwrap());
    let known = calendar.known_on(day("2015-06-10"));
    assert_eq!(known.since(), Some(day("2015-06-10")));
    for closed in ["2015-07-01", "2015-07-02"] {
        let closed = known.day(day(closed)).unwrap();
        assert_eq!((&*closed.name, &*closed.source), ("搬迁", "大厅"));
    }
    assert!(known.is_workday(day("2015-07-03")).unwrap());
}
