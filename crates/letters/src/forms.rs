//! The letters that are forms to fill and sign: 送达回证, 办件交接单.

use maud::{Markup, html};

use crate::{Contact, Letter, LetterData, body::unbroken};

pub(crate) fn delivery(letter: &LetterData, documents: &[String], channel: &str, place: &str, by: &str) -> Markup {
    html! {
        table class="form" {
            tbody {
                tr { th { "办件" } td colspan="3" { (letter.item) "（办件编号 " (unbroken(&letter.case_number)) "）" } }
                tr { th { "受送达人" } td colspan="3" { (letter.names().join("、")) } }
                tr { th { "送达文书" } td colspan="3" { @for (n, document) in documents.iter().enumerate() { @if n > 0 { br; } (document) } } }
                tr { th { "送达方式" } td { (channel) } th { "送达地点" } td { (place) } }
                tr class="tall" { th { "收件人签名" } td {} th { "收到时间" } td class="blank" { "　　年　月　日　时　分" } }
                tr class="tall" { th { "代收人签名" } td {} th { "代收理由" } td {} }
                tr class="tall" { th { "送达人签名" } td { (by) } th { "送达时间" } td class="blank" { "　　年　月　日　时　分" } }
                tr class="tall" { th { "备注" } td colspan="3" {} }
            }
        }
    }
}

pub(crate) fn hand_over(letter: &LetterData) -> Markup {
    let Letter::HandOver { from, to, reason, at, limit, done, to_do, papers } = &letter.letter else { return html! {} };
    html! {
        table class="form" {
            tbody {
                tr { th { "办件" } td colspan="3" { (letter.item) "（办件编号 " (unbroken(&letter.case_number)) "）" } }
                tr { th { "交出" } td { (person(from)) } th { "接收" } td { (person(to)) } }
                tr { th { "时间" } td { (at) } th { "时限" } td { (limit) } }
                tr { th { "事由" } td colspan="3" { (reason) } }
                tr { th { "已经办的" } td colspan="3" { (lines(done)) } }
                tr { th { "还要办的" } td colspan="3" { (lines(to_do)) } }
                tr { th { "移交材料" } td colspan="3" { (lines(papers)) } }
                tr class="tall" { th { "交出人签名" } td {} th { "接收人签名" } td {} }
            }
        }
        p class="note" { "接收以前，办件仍由交出人负责；接收以后，期限不因交接而重新计算。" }
    }
}

fn person(contact: &Contact) -> Markup {
    html! { (contact.name) @if !contact.post.is_empty() { "（" (contact.post) "）" } }
}

fn lines(rows: &[String]) -> Markup {
    html! {
        @if rows.is_empty() { "无" }
        @for (n, row) in rows.iter().enumerate() { @if n > 0 { br; } (n + 1) "．" (row) }
    }
}
