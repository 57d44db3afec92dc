//! What each letter says.

use maud::{Markup, html};

use crate::{
    Contact, Count, Letter, LetterData, Missing, Run, Said, Written,
    cite::{according, cite, numeral, plain_date},
    forms, strip,
};

/// The body of a letter, and the paragraph that must stand on one sheet with the signature: none where all stands
/// on one sheet anyway.
pub(crate) fn body(letter: &LetterData, several_sheets: bool) -> (Markup, Option<Markup>) {
    let body = match &letter.letter {
        Letter::Own(written) => {
            let mut blocks = own(written);
            let last = if several_sheets && blocks.len() > 1 { blocks.pop() } else { None };
            return (html! { @for block in blocks { (block) } }, last);
        }
        Letter::Correction { received, missing, note, helper } => {
            correction(letter, &plain_date(*received), missing, note, helper)
        }
        Letter::Delivery { documents, channel, place, by } => forms::delivery(letter, documents, channel, place, by),
        Letter::Leave { reason, whereabouts, from, until, stand_in } => {
            leave(letter, [reason, whereabouts, from, until], stand_in)
        }
        Letter::HandOver { .. } => forms::hand_over(letter),
    };
    (body, None)
}

/// Paragraphs, lists and day strips as the procedure words them.
fn own(written: &Written) -> Vec<Markup> {
    let is_entry = |n: usize| matches!(written.blocks.get(n), Some(Said::Entry(_)));
    // Entries of one list are numbered 一、二、 …; a list of one is none.
    let mut number = 0;
    let mut blocks = Vec::with_capacity(written.blocks.len() + 1);
    for (n, block) in written.blocks.iter().enumerate() {
        number = if is_entry(n) { number + 1 } else { 0 };
        let alone = number == 1 && !is_entry(n + 1);
        blocks.push(match block {
            Said::Paragraph(line) | Said::Entry(line) => {
                html! { p { @if number > 0 && !alone { (numeral(number)) "、" } (runs(line)) } }
            }
            Said::Count(count) => counted(count),
        });
    }
    if !written.remedy.is_empty() {
        blocks.push(html! { p { (runs(&written.remedy)) } });
    }
    blocks
}

fn runs(line: &[Run]) -> Markup {
    html! {
        @for run in line {
            @match run {
                Run::Text(text) => (text),
                Run::Value(text) => @for (n, part) in text.lines().enumerate() { @if n > 0 { br; } (unbroken(part)) },
                Run::Due(text) => strong class="nb" { (text) },
                Run::Gap(_) => span class="gap" { "　　　　　　" },
            }
        }
    }
}

/// A number, of a case or a telephone, stands on one line: paper breaks at a hyphen otherwise.
pub(crate) fn unbroken(text: &str) -> Markup {
    let number = text.contains(|c: char| c.is_ascii_digit())
        && text.len() <= 40
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    html! { @if number { span class="nb" { (text) } } @else { (text) } }
}

/// The reckoning: what lies behind the promise, in words, and as the day strip.
fn counted(count: &Count) -> Markup {
    html! {
        @if !count.statute.is_empty() {
            p class="count" { (count.statute) @if !count.basis.is_empty() { "（依据：" (cite(&count.basis)) "）" } "。" }
        } @else if !count.basis.is_empty() {
            p class="count" { "期限的依据：" (cite(&count.basis)) "。" }
        }
        @if !count.text.is_empty() { p class="count" { "这样计算：" (sentence(&count.text)) } }
        @if count.provisional { p class="count" { "期限内有日子的放假安排尚未公布，公布后如有变化另行告知。" } }
        (strip::strip(&count.strip, &count.text))
    }
}

/// 你（单位）“农村宅基地审批”; the number of the case stands in the foot.
fn matter(letter: &LetterData) -> String {
    format!("你（单位）“{}”", letter.item)
}

/// A text that ends as a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches(['。', '；', '，', ';', ',', '.']);
    if text.is_empty() { String::new() } else { format!("{text}。") }
}

fn correction(letter: &LetterData, received: &str, missing: &[Missing], note: &str, helper: &Contact) -> Markup {
    html! {
        p { (matter(letter)) "的申请材料，本机关于" (received) "收到。经核对需要补正。" (according(&letter.basis)) "现将需要补正的全部内容一次告知如下：" }
        table {
            thead { tr { th { "序" } th { "材料" } th { "哪里不符" } th { "怎样补正" } } }
            tbody {
                @for (n, row) in missing.iter().enumerate() {
                    tr { td class="c" { (n + 1) } td { (row.name) } td { (row.fault) } td { (row.mend) } }
                }
            }
        }
        @if !note.trim().is_empty() { p { (sentence(note)) } }
        p { "以上共" (missing.len()) "项，是全部需要补正的内容。补齐后交回原窗口，本机关从收到之日起继续办理，不再要求以上没有列出的材料。" }
        p class="loose" {
            "补正有疑问，请找" (helper.name)
            @if !helper.post.is_empty() { "（" (helper.post) "）" }
            @if !helper.phone.is_empty() { "，电话" span class="nb" { (helper.phone) } }
            @if !helper.address.is_empty() { "，" (helper.address) }
            "。"
        }
    }
}

fn leave(letter: &LetterData, [reason, whereabouts, from, until]: [&String; 4], stand_in: &Contact) -> Markup {
    html! {
        p class="loose" { (letter.officer.post) " " (letter.officer.name) "因" (reason) "，于" (from) "至" (until) "离岗" @if !whereabouts.is_empty() { "，去向：" (whereabouts) } "。" }
        p class="big loose" {
            "其间由 " strong { (stand_in.name) } @if !stand_in.post.is_empty() { "（" (stand_in.post) "）" } " 代为办理"
            @if !stand_in.phone.is_empty() { "，电话 " span class="nb" { (stand_in.phone) } }
            "。"
        }
        p { "代办人办理的事项与本人办理同样有效。" }
    }
}
