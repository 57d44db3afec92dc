//! 办理经过: what happened, who, when recorded and when it counts, why, what was written.

use maud::{Markup, html};
use xiaoneng_casework::Light;

use super::light::light;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// An officer in a post.
    Officer {
        /// 马文秀
        name: String,
        /// 审核岗
        post: String,
        /// Whose place he took: 李建国.
        acting_for: Option<String>,
    },
    /// The citizen or firm (masked by the caller where it must be).
    Applicant(String),
    /// The law itself, by time alone.
    Law,
}

/// One row, formatted by the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRow {
    /// The event's id: the row's anchor.
    pub id: String,
    /// 受理
    pub what: String,
    /// Who.
    pub who: Who,
    /// When it was written: 8月20日 10:12.
    pub recorded: String,
    /// When it counts in law, if that is another instant.
    pub effective: Option<String>,
    /// The reason typed in.
    pub reason: Option<String>,
    /// What was written: label and value.
    pub fields: Vec<(String, String)>,
    /// Articles: 行政许可法 32.
    pub basis: String,
    /// Set where a clock's light changed.
    pub light: Option<Light>,
    /// Letters and papers: title and address.
    pub papers: Vec<(String, String)>,
    /// A later correction has voided it.
    pub voided: bool,
}

/// The rows, in the order given (the newest first on the case page).
pub fn timeline(rows: &[TimelineRow]) -> Markup {
    html! { ol class="tl" { @for row in rows { (entry(row)) } } }
}

fn entry(row: &TimelineRow) -> Markup {
    let by_law = row.who == Who::Law;
    html! {
        li id={ "e-" (row.id) } class=[row.light.map(|_| "light").or(by_law.then_some("law"))] {
            span class="when num" { (row.recorded) }
            span class="dot" { @if let Some(kind) = row.light { (light(kind)) } }
            div class="what" {
                b class=[row.voided.then_some("voided")] { (row.what) }
                span class="who" { (who(&row.who)) }
                @if row.voided { " " span class="tag" { "已因更正作废" } }
                @if let Some(effective) = &row.effective { p class="meta" { "法律上自 " (effective) " 起算" } }
                @if let Some(reason) = &row.reason { p class="why-t" { (reason) } }
                @if !row.fields.is_empty() {
                    dl class="dl" { @for (label, value) in &row.fields { dt { (label) } dd { (value) } } }
                }
                @if !row.papers.is_empty() || !row.basis.is_empty() {
                    p class="meta" {
                        @for (title, href) in &row.papers { a href=(href) { (title) } " " }
                        @if !row.basis.is_empty() { "依据：" (row.basis) }
                    }
                }
            }
        }
    }
}

fn who(who: &Who) -> Markup {
    html! {
        @match who {
            Who::Officer { name, post, acting_for } => {
                (name) @if !post.is_empty() { "（" (post) "）" }
                @if let Some(other) = acting_for { " 代 " (other) }
            }
            Who::Applicant(name) if name.is_empty() => "申请人",
            Who::Applicant(name) => { "申请人 " (name) }
            Who::Law => "依法自动发生",
        }
    }
}
