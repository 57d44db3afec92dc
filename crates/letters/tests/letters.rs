//! Each letter's text against its snapshot, and nothing typed in comes out as a tag.
//!
//! After a change on purpose: `UPDATE=1 cargo test -p xiaoneng-letters`, then read the difference.

mod samples;

use jiff::civil::date;
use xiaoneng_calendar::{CellKind, DayCell};
use xiaoneng_letters::{
    Contact, Count, Letter, LetterData, Missing, Run, Said, Track, Written, document, remedies, render,
};

/// The text of HTML as a reader meets it: a line for each block.
fn text(html: &str) -> String {
    let (mut out, mut tag, mut in_tag) = (String::new(), String::new(), false);
    for c in html.chars() {
        match (in_tag, c) {
            (false, '<') => (in_tag, tag) = (true, String::new()),
            (true, '>') => {
                in_tag = false;
                if ["/p", "/h1", "/tr", "/dd", "br", "/thead"].contains(&tag.as_str()) {
                    out.push('\n');
                } else if ["/td", "/th", "/dt"].contains(&tag.as_str()) {
                    out.push_str(" | ");
                }
            }
            (true, c) => tag.push(c),
            (false, c) => out.push(c),
        }
    }
    let lines = out.lines().map(|l| l.trim_end_matches([' ', '|'])).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn every_letter_says_what_its_snapshot_says() {
    for letter in samples::all() {
        let got = text(&render(&letter).into_string());
        let path = format!("{}/tests/snapshots/{}.txt", env!("CARGO_MANIFEST_DIR"), letter.letter.id());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &got).unwrap();
        }
        let want = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(got, want, "{}", letter.letter.id());
    }
}

const BAD: &str = "<script>alert(\"1\")</script>'&";

fn bad() -> String {
    BAD.to_owned()
}

fn bad_contact() -> Contact {
    Contact { name: bad(), post: bad(), phone: bad(), address: bad(), hours: bad() }
}

fn bad_letters() -> Vec<Letter> {
    let day = date(2015, 8, 20);
    let cell = DayCell {
        date: day,
        kind: CellKind::Holiday(bad()),
        provisional: false,
        is_due: true,
        is_statutory_due: false,
        is_today: false,
    };
    let count = Count { statute: bad(), basis: bad(), text: bad(), strip: vec![cell], provisional: true };
    let runs = || vec![Run::Text(bad()), Run::Value(bad()), Run::Due(bad()), Run::Gap(bad())];
    let written = Written {
        id: BAD.into(),
        title: bad(),
        addressee: bad(),
        blocks: vec![Said::Paragraph(runs()), Said::Entry(runs()), Said::Entry(runs()), Said::Count(count)],
        remedy: runs(),
    };
    vec![
        Letter::Own(written),
        Letter::Correction {
            received: day,
            missing: vec![Missing { name: bad(), fault: bad(), mend: bad() }],
            note: bad(),
            helper: bad_contact(),
        },
        Letter::Delivery { documents: vec![bad()], channel: bad(), place: bad(), by: bad() },
        Letter::Leave { reason: bad(), whereabouts: bad(), from: bad(), until: bad(), stand_in: bad_contact() },
        Letter::HandOver {
            from: bad_contact(),
            to: bad_contact(),
            reason: bad(),
            at: bad(),
            limit: bad(),
            done: vec![bad()],
            to_do: vec![bad()],
            papers: vec![bad()],
        },
    ]
}

#[test]
fn nothing_typed_in_becomes_a_tag_or_leaves_an_attribute() {
    for letter in bad_letters() {
        let data = LetterData {
            tenant: bad(),
            unit: bad(),
            number: Some(bad()),
            case_number: bad(),
            addressee: bad(),
            item: bad(),
            basis: vec![bad()],
            officer: bad_contact(),
            track: Some(Track { url: bad(), code: bad() }),
            sealed: Some(bad()),
            ..samples::letter(date(2015, 8, 20), letter)
        };
        let html = document(&data, "/assets/letters.css\"><script>").into_string();
        assert!(!html.contains("<script"), "{}", data.letter.id());
        assert!(!html.contains("alert(\"1\")"), "{}", data.letter.id());
    }
}

#[test]
fn no_letter_draws_a_seal_and_each_says_where_it_stands() {
    for letter in samples::all() {
        let html = render(&letter).into_string();
        let unsealed = matches!(letter.letter, Letter::Leave { .. } | Letter::HandOver { .. });
        assert_eq!(html.contains("印章处：以用印登记为准"), letter.sealed.is_none() && !unsealed);
        assert!(!html.contains("style="));
    }
}

#[test]
fn remedies_follow_the_law_of_their_day() {
    let told = |y, m, d| remedies(date(y, m, d), "");
    assert!(told(2015, 8, 27).contains("行政复议法》第九条第一款") && told(2015, 8, 27).contains("第四十六条第一款"));
    assert!(told(2024, 1, 1).contains("第二十条第一款"));
    assert!(told(2015, 4, 30).ends_with("也可以依法向有管辖权的人民法院提起行政诉讼"));
}

#[test]
fn a_long_letter_takes_several_sheets_and_all_others_one() {
    let long = render(&samples::long()).into_string();
    assert!(long.contains("class=\"letter l-decision-refuse long demo\""));
    for short in samples::all() {
        assert!(!render(&short).into_string().contains(" long"), "{} is one sheet", short.letter.id());
    }
}

#[test]
fn what_is_missing_is_a_blank_on_the_paper_and_told_beside_it() {
    let page = document(&samples::unfilled(), "/letters.css").into_string();
    assert_eq!(page.matches("<span class=\"gap\">").count(), 2);
    let note = page.find("请补填后再发出：暂停事由。").expect("the gap is told");
    assert!(note < page.find("<main>").expect("the sheet"), "outside the sheet, so that it is not printed");
}
