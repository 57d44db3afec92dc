//! Each letter's text against its snapshot, and nothing typed in comes out as a tag.
//!
//! After a change on purpose: `UPDATE=1 cargo test -p xiaoneng-letters`, then read the difference.

mod samples;

use jiff::civil::date;
use xiaoneng_calendar::{CellKind, DayCell};
use xiaoneng_letters::{
    Addressee, Contact, Count, Letter, LetterData, Missing, Run, Said, Track, Written, document, remedies, render,
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
            to: vec![Addressee { name: bad(), own: true }, Addressee { name: bad(), own: false }],
            item: bad(),
            basis: vec![bad()],
            officer: bad_contact(),
            track: Some(Track { url: bad(), code: bad() }),
            sealed: Some(bad()),
            ..samples::letter(date(2015, 8, 20), letter)
        };
        let html = document(&data, "/assets/letters.css\"><script>", Some(BAD)).into_string();
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
fn each_of_several_gets_a_sheet_of_his_own_and_only_whose_matter_it_is_the_code() {
    let to = |name: &str, own| Addressee { name: name.to_owned(), own };
    let both = LetterData { to: vec![to("马进才", true), to("李建国", false)], ..samples::all().swap_remove(0) };
    let sheets = render(&both).into_string();
    let (his, other) = sheets.split_at(sheets.rfind("<article").expect("two sheets"));
    assert_eq!(sheets.matches("<article").count(), 2);
    assert!(his.contains("<p class=\"to\">马进才：</p>") && his.contains("7KQ4-M2XD") && his.contains("class=\"qr\""));
    assert!(other.contains("<p class=\"to\">李建国：</p>") && !other.contains("7KQ4") && !other.contains("二维码"));
    for sheet in [his, other] {
        assert!(sheet.contains("<dt>发送</dt><dd>马进才、李建国，各一份</dd>"));
    }
    // A notice to all, an agency: nobody's code.
    let notice = render(&LetterData { to: Vec::new(), ..both }).into_string();
    assert!(!notice.contains("7KQ4") && !notice.contains("class=\"to\"") && !notice.contains("发送"));
}

#[test]
fn a_letter_is_kept_and_read_again_whole() {
    for letter in samples::all() {
        let kept = serde_json::to_vec(&letter).expect("it can be kept");
        assert_eq!(serde_json::from_slice::<LetterData>(&kept).expect("it can be read"), letter);
    }
}

#[test]
fn a_number_stands_on_one_line() {
    let html = render(&samples::all()[0]).into_string();
    assert!(html.contains("<span class=\"nb\">HD630222-2015-000137</span>"));
    let value = |text: &str| {
        let written =
            Written { blocks: vec![Said::Paragraph(vec![Run::Value(text.to_owned())])], ..Written::default() };
        render(&samples::letter(date(2015, 8, 20), Letter::Own(written))).into_string()
    };
    assert!(value("630222-20150820-00001").contains("<p><span class=\"nb\">630222-20150820-00001</span></p>"));
    assert!(value("2015年8月20日").contains("<p>2015年8月20日</p>"));
}

#[test]
fn what_is_missing_is_a_blank_on_the_paper_and_told_beside_it() {
    let page = document(&samples::unfilled(), "/letters.css", None).into_string();
    assert_eq!(page.matches("<span class=\"gap\">").count(), 2);
    let note = page.find("请补填后再发出：暂停事由。").expect("the gap is told");
    assert!(note < page.find("<main>").expect("the sheet"), "outside the sheet, so that it is not printed");
}
