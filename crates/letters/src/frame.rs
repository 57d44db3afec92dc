//! The sheet: issuer in red, number, rule, title, addressee, body, signature, foot.

use maud::{DOCTYPE, Markup, html};

use crate::{Due, Letter, LetterData, Missing, body::body, cite::plain_date, qr::qr};

/// A letter as one sheet: an `article` for a page that links to [`crate::CSS`].
pub fn render(letter: &LetterData) -> Markup {
    html! {
        article class={ "letter l-" (letter.letter.id()) (density(letter)) } lang="zh-CN" {
            @if letter.demo { p class="demo-mark" { "演示数据，非真实文书" } }
            header {
                p class="issuer" { (letter.unit) }
                @if let Some(number) = &letter.number { p class="number" { (number) } }
                div class="rule" {}
            }
            h1 { (letter.letter.title()) }
            @if !letter.addressee.is_empty() && !letter.letter.is_form() { p class="to" { (letter.addressee) "：" } }
            div class="body" { (body(letter)) }
            (signature(letter))
            (foot(letter))
        }
    }
}

/// A whole page that holds one letter and prints as it is.
pub fn document(letter: &LetterData, css_href: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (letter.letter.title()) " " (letter.case_number) }
                link rel="stylesheet" href=(css_href);
            }
            body { main { (render(letter)) } }
        }
    }
}

/// How close the lines stand, so that it stays one sheet: by what the letter has to hold.
fn density(letter: &LetterData) -> &'static str {
    // In lines of the ordinary grid, roughly: 25 characters a line, a row of a table one and a half.
    let lines = |texts: &[&str]| texts.iter().map(|t| t.chars().count().div_ceil(25)).sum::<usize>();
    let strip = |due: &Due| lines(&[&due.text, &due.statute, &due.basis]) + due.strip.len().div_ceil(21) * 2;
    let held = match &letter.letter {
        Letter::Acceptance { due, .. } => 7 + strip(due),
        Letter::Correction { missing, note, .. } => {
            let row = |m: &Missing| {
                [&m.name, &m.fault, &m.mend].iter().map(|t| t.chars().count().div_ceil(11)).max().unwrap_or(1)
            };
            9 + missing.iter().map(row).sum::<usize>() + lines(&[note])
        }
        Letter::Rejection { reason, remedies, .. } => {
            5 + lines(&[reason]) + remedies.iter().map(|r| lines(&[&r.text])).sum::<usize>()
        }
        Letter::Grant { findings, decision, .. } => 6 + lines(&[findings, decision]),
        Letter::Refuse { reasons, remedies, .. } => {
            4 + reasons.iter().chain(remedies.iter().map(|r| &r.text)).map(|r| lines(&[r])).sum::<usize>()
        }
        Letter::Pause { due, .. } => 7 + strip(due),
        Letter::Extension { due, reason, .. } => 6 + lines(&[reason]) + strip(due),
        Letter::Delivery { .. } | Letter::Leave { .. } | Letter::HandOver { .. } => 0,
    };
    match held {
        0..=14 => "",
        15..=20 => " dense",
        21..=27 => " denser",
        _ => " densest",
    }
}

fn signature(letter: &LetterData) -> Markup {
    html! {
        div class="sign" {
            p { (letter.unit) }
            p class="on" { (plain_date(letter.date)) }
            @if !letter.letter.unsealed() {
                p class="seal-place" {
                    @match &letter.sealed {
                        Some(sealed) => { "用印登记：" (sealed) }
                        None => "印章处：以用印登记为准（尚未登记用印，本件尚未发出）",
                    }
                }
            }
        }
    }
}

fn foot(letter: &LetterData) -> Markup {
    let officer = &letter.officer;
    html! {
        footer {
            @if let Some(track) = &letter.track { (qr(&track.url)) }
            dl {
                dt { "办件编号" } dd { (letter.case_number) @if let Some(track) = &letter.track { @if !track.code.is_empty() { "　查询码 " (track.code) } } }
                @if let Some(track) = &letter.track { dt { "查询进度" } dd class="url" { (track.url) } }
                dt { "经办" } dd { (officer.name) @if !officer.post.is_empty() { "（" (officer.post) "）" } @if !officer.phone.is_empty() { "　电话 " (officer.phone) } }
                @if !officer.address.is_empty() { dt { "地点" } dd { (officer.address) @if !officer.hours.is_empty() { "　" (officer.hours) } } }
                dt { "辖区" } dd { (letter.tenant) @if letter.track.is_some() { "　二维码只用于查询，不是印章" } }
            }
        }
    }
}
