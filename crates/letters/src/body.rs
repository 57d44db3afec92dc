//! What each letter says.

use maud::{Markup, html};

use crate::{
    Contact, Due, Letter, LetterData, Missing, Remedy,
    cite::{according, cite, plain_date},
    forms, strip,
};

/// The body of a letter.
pub(crate) fn body(letter: &LetterData) -> Markup {
    match &letter.letter {
        Letter::Acceptance { received, accepted, deemed, due } => {
            let began = plain_date(*accepted);
            html! {
                @if *deemed {
                    p { (matter(letter)) "的申请材料，本机关于" (plain_date(*received)) "收到。本机关没有在法定期限内告知是否受理，" (according(&letter.basis)) "自" (began) "起即为受理。" }
                } @else {
                    p { (matter(letter)) "的申请材料，本机关于" (plain_date(*received)) "收到。经核对，材料齐全、符合法定形式，" (according(&letter.basis)) "自" (began) "起受理。" }
                }
                (limit(due, "办结"))
                p { "依法不计入期限的时间如果发生，另行书面告知。本机关不再要求提交受理时已经齐全的材料。到期没有办结的，可以凭本通知书查询、投诉。" }
            }
        }
        Letter::Correction { received, missing, note, helper } => {
            correction(letter, &plain_date(*received), missing, note, helper)
        }
        Letter::Rejection { received, reason, go_to, remedies } => html! {
            p { (matter(letter)) "的申请，本机关于" (plain_date(*received)) "收到。经审查，" (sentence(reason)) (according(&letter.basis)) "决定不予受理。" }
            @if let Some(go_to) = go_to { p { "这件事可以向" (go_to) "申请。" } }
            (ways(remedies))
        },
        Letter::Grant { result, accepted, findings, decision, document, deliver_by } => html! {
            p { (matter(letter)) "的申请，本机关于" (plain_date(*accepted)) "受理。经审查，" (sentence(findings)) (according(&letter.basis)) "决定" (result) "：" }
            p { (decision) }
            @if !document.is_empty() {
                p { "凭本决定书领取《" (document) "》" @if let Some(by) = deliver_by { "，本机关最迟于" (plain_date(*by)) "颁发、送达" } "。" }
            }
        },
        Letter::Refuse { result, accepted, reasons, remedies } => html! {
            p { (matter(letter)) "的申请，本机关于" (plain_date(*accepted)) "受理。经审查，" (according(&letter.basis)) "决定" (result) "。理由是：" }
            @for (n, reason) in reasons.iter().enumerate() { p { (n + 1) "．" (sentence(reason)) } }
            (ways(remedies))
        },
        Letter::Pause { reason, since, days, due } => html! {
            p { (matter(letter)) "一事，需要进行" (reason) "。" (according(&letter.basis)) "所需时间不计算在办理期限内：自" (plain_date(*since)) "起暂停计时（当日仍计入），预计需要" (days) "个工作日。" }
            p { (reason) "结束以后恢复计时，到期日按实际暂停的天数顺延，可以随时查询。" }
            (limit(due, "到期（按预计推算）"))
        },
        Letter::Extension { reason, by, approver, before, due } => html! {
            p { (matter(letter)) "一事，因" (reason) "，不能在原期限内办结。" (according(&letter.basis)) "经" (approver) "批准，办理期限延长" (by) "，由" (plain_date(*before)) "延长至" (due.date.map(plain_date).unwrap_or_default()) "。" }
            (limit(due, "办结"))
        },
        Letter::Delivery { documents, channel, place, by } => forms::delivery(letter, documents, channel, place, by),
        Letter::Leave { reason, whereabouts, from, until, stand_in } => {
            leave(letter, [reason, whereabouts, from, until], stand_in)
        }
        Letter::HandOver { .. } => forms::hand_over(letter),
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

fn limit(due: &Due, end: &str) -> Markup {
    html! {
        p {
            "办理期限为" (due.length)
            @if let Some(date) = due.date { "，最迟" strong { (plain_date(date)) } (end) }
            @if !due.statute.is_empty() { "；" (due.statute) }
            @if !due.basis.is_empty() { "（依据：" (cite(&due.basis)) "）" }
            "。"
            @if due.provisional { "期限内有日子的放假安排尚未公布，公布后如有变化另行告知。" }
        }
        @if !due.text.is_empty() { p class="count" { "这样计算：" (sentence(&due.text)) } }
        (strip::strip(&due.strip, &due.text))
    }
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

fn ways(remedies: &[Remedy]) -> Markup {
    html! {
        @if !remedies.is_empty() {
            p { "对本决定不服的，" (remedies.iter().map(|r| r.text.trim_end_matches(['。', '；'])).collect::<Vec<_>>().join("；")) "。" }
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
