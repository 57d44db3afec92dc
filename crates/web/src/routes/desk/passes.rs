//! 经手: who passed a case to whom, when and why, counted; a ring said so that nobody overlooks it.

use maud::{Markup, html};
use xiaoneng_casework::{Actor, Name, give_back_until, passes};
use xiaoneng_office::CaseFile;
use xiaoneng_pack::Duty;

use crate::app::App;
use crate::ui::say;

/// The passing-on of a case, oldest first; nothing where it never left its first desk.
pub fn list(app: &App, file: &CaseFile) -> Markup {
    let org = &app.office.world.org;
    let all = passes(&file.case, org);
    let place = |post: &Option<Name>, unit: &Name| match post.as_ref().and_then(|p| org.posts.get(p)) {
        Some(post) if post.unit == *unit => {
            format!("{}{}（{}）", app.unit(unit), post.title, app.office.holder_name(&post.id))
        }
        _ => app.unit(unit),
    };
    let who = |by: &Actor| match by {
        Actor::Officer { id, .. } => org.officers.get(id).map_or(id.to_string(), |o| o.name.clone()),
        Actor::Applicant => "申请人".to_owned(),
        Actor::Law => "依法自动".to_owned(),
    };
    html! {
        @if !all.is_empty() {
            section {
                h2 { "转手 " (all.len()) " 次" }
                ol class="rows" {
                    @for pass in &all {
                        li {
                            (place(&pass.from, &pass.from_unit)) " → " b { (place(&pass.to, &pass.to_unit)) }
                            p class="sub" { (say::short_instant(pass.at)) "　" (who(&pass.by)) @if !pass.reason.is_empty() { "：" (pass.reason) } }
                        }
                    }
                }
            }
        }
    }
}

/// A case that went round in a ring: said above everything else, with what to do.
pub fn ring(file: &CaseFile) -> Markup {
    let ring = file.case.breaches.iter().rev().find(|(_, b)| b.duty == Duty::FirstAsked && b.rule.contains("转圈"));
    html! {
        @if let Some((_, breach)) = ring {
            div class="refusal" role="alert" {
                p { b { "这一件在转圈：" } (breach.facts) }
                p { "已经记录在案，督查看得到。请本单位负责人或者共同的上一级写明理由指定归谁办，不要再往外转。" }
            }
        }
    }
}

/// Until when what was offered can be given back in time.
pub fn until(app: &App, file: &CaseFile) -> Option<String> {
    let offer = file.case.offer.as_ref()?;
    give_back_until(&file.case, offer, &app.office.facts(&[], 0)).map(say::short_instant)
}
