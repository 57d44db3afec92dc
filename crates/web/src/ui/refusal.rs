//! 不能这样做: which state, which action, which rule with its article, and the way out.

use maud::{Markup, html};
use xiaoneng_casework::Refusal;

/// A refusal, whole. What is wrong with single fields stands beside them too: give them to
/// [`super::error_summary`] and [`super::field_input`].
pub fn refusal(refusal: &Refusal) -> Markup {
    html! {
        section class="refusal" role="alert" tabindex="-1" data-focus {
            h2 { "现在不能“" (refusal.action) "”" }
            dl {
                @if let Some(state) = &refusal.state { dt { "当前" } dd { (state) } }
                dt { "规则" }
                dd { (refusal.rule) @if let Some(article) = &refusal.article { "（" (article) "）" } }
                @for fault in &refusal.fields { dt { "需要改" } dd { a href={ "#f-" (fault.field) } { (fault.message) } } }
                dt { "怎么办" }
                dd class="out" { (refusal.instead) }
            }
        }
    }
}
