//! The sheet: issuer in red, number, rule, title, addressee, body, signature, foot.

use maud::{DOCTYPE, Markup, html};

use crate::{
    Addressee, Count, Letter, LetterData, Missing, Run, Said, Written,
    body::{body, unbroken},
    cite::plain_date,
    qr::qr,
};

/// The class of a letter that takes several sheets.
const LONG: &str = " long";

/// A letter as one sheet for each whom it names (several, where one cannot hold it): an `article` each, for a page
/// that links to [`crate::CSS`].
pub fn render(letter: &LetterData) -> Markup {
    html! {
        @if letter.to.is_empty() { (sheet(letter, None, 0)) }
        @for (n, to) in letter.to.iter().enumerate() { (sheet(letter, Some(to), n + 1)) }
    }
}

/// `copy` counts from 1: each copy numbers its own pages.
fn sheet(letter: &LetterData, to: Option<&Addressee>, copy: usize) -> Markup {
    let density = density(letter);
    let name = to.map_or("", |to| &to.name);
    let (body, last) = body(letter, density == LONG);
    html! {
        article class={ "letter l-" (letter.letter.id()) (density) @if letter.to.len() > 1 { " copy copy" (copy) } @if letter.demo { " demo" } } lang="zh-CN" {
            @if letter.demo { p class="demo-mark" { "演示数据，非真实文书" } }
            header {
                p class="issuer" { (letter.unit) }
                @if let Some(number) = &letter.number { p class="number" { (number) } }
                div class="rule" {}
            }
            h1 { (letter.letter.title()) }
            @if !name.is_empty() && !letter.letter.is_form() { p class="to" { (name) "：" } }
            div class="body" { (body) }
            div class="end" {
                @if let Some(last) = last { div class="body" { (last) } }
                (signature(letter))
                (foot(letter, to))
            }
        }
    }
}

/// A whole page that holds one letter and prints as it is.
///
/// `note` is told on the screen, over the sheet, and is not printed.
pub fn document(letter: &LetterData, css_href: &str, note: Option<&str>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (letter.letter.title()) " " (letter.case_number) }
                link rel="stylesheet" href=(css_href);
            }
            body {
                @if let Some(note) = note { p class="gaps" role="note" { (note) } }
                (gaps(letter))
                main { (render(letter)) }
            }
        }
    }
}

/// How close the lines stand, so that it stays one sheet where one sheet can hold it: by what the letter has to
/// hold. A procedure's own letter that has more to say takes several sheets in a legible size.
fn density(letter: &LetterData) -> &'static str {
    let held = match &letter.letter {
        Letter::Own(written) => return own_density(written),
        Letter::Correction { missing, note, .. } => {
            let row = |m: &Missing| {
                [&m.name, &m.fault, &m.mend].iter().map(|t| t.chars().count().div_ceil(11)).max().unwrap_or(1)
            };
            9 + missing.iter().map(row).sum::<usize>() + lines(note)
        }
        Letter::Delivery { .. } | Letter::Leave { .. } | Letter::HandOver { .. } => 0,
    };
    match held {
        0..=14 => "",
        15..=20 => " dense",
        21..=27 => " denser",
        _ => " densest",
    }
}

fn own_density(written: &Written) -> &'static str {
    let line = |runs: &[Run]| {
        let length = |run: &Run| match run {
            Run::Text(text) | Run::Value(text) | Run::Due(text) => text.chars().count(),
            Run::Gap(_) => 6,
        };
        (2 + runs.iter().map(length).sum::<usize>()).div_ceil(27)
    };
    let block = |block: &Said| match block {
        Said::Paragraph(runs) | Said::Entry(runs) => line(runs),
        // Its words are set smaller; a row of the strip stands two lines high.
        Said::Count(count) => {
            (lines(&count.text) + lines(&count.statute) + lines(&count.basis)) * 3 / 4 + 1 + strip_rows(count) * 2
        }
    };
    match written.blocks.iter().map(block).sum::<usize>() + line(&written.remedy) {
        0..=15 => "",
        16..=21 => " dense",
        22..=29 => " denser",
        _ => LONG,
    }
}

fn strip_rows(count: &Count) -> usize {
    count.strip.len().div_ceil(21)
}

/// Lines of the ordinary grid that a text takes, roughly.
fn lines(text: &str) -> usize {
    text.chars().count().div_ceil(25)
}

/// Told on the screen, not on the paper: what is left blank.
fn gaps(letter: &LetterData) -> Markup {
    let Letter::Own(written) = &letter.letter else { return html! {} };
    let gaps = written.gaps();
    html! {
        @if !gaps.is_empty() {
            p class="gaps" role="note" { "这件文书有空着的地方，请补填后再发出：" (gaps.join("、")) "。" }
        }
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

/// An address is broken before its question and its parts, not at the hyphens of the number in it.
fn address(url: &str) -> Markup {
    let ends = url.match_indices(['?', '&']).map(|(at, _)| at).chain([url.len()]);
    let parts = ends.scan(0, |from, at| Some(&url[std::mem::replace(from, at)..at]));
    html! { @for (n, part) in parts.enumerate() { @if n > 0 { wbr; } span class="nb" { (part) } } }
}

fn foot(letter: &LetterData, to: Option<&Addressee>) -> Markup {
    let officer = &letter.officer;
    let track = letter.track.as_ref().filter(|_| to.is_some_and(|to| to.own));
    html! {
        footer {
            @if let Some(track) = track { (qr(&track.url)) }
            dl {
                @if letter.to.len() > 1 { dt { "发送" } dd { (letter.names().join("、")) "，各一份" } }
                dt { "办件编号" } dd { (unbroken(&letter.case_number)) @if let Some(track) = track { @if !track.code.is_empty() { "　" span class="nb" { "查询码 " (track.code) } } } }
                @if let Some(track) = track { dt { "查询进度" } dd class="url" { (address(&track.url)) } }
                @if !officer.name.is_empty() || !officer.post.is_empty() { dt { "经办" } dd { (officer.name) @if !officer.post.is_empty() { "（" (officer.post) "）" } @if !officer.phone.is_empty() { "　电话 " (unbroken(&officer.phone)) } } }
                @else if !officer.phone.is_empty() { dt { "电话" } dd { (unbroken(&officer.phone)) } }
                @if !officer.address.is_empty() { dt { "地点" } dd { (officer.address) @if !officer.hours.is_empty() { "　" span class="hours" { (officer.hours) } } } }
                dt { "辖区" } dd { (letter.tenant) @if track.is_some() { "　二维码只用于查询，不是印章" } }
            }
        }
    }
}
