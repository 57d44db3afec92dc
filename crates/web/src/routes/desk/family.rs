//! 上下件: the case that opened this one, and those it opened and waits for.

use maud::{Markup, html};
use xiaoneng_casework::Child;
use xiaoneng_office::CaseFile;
use xiaoneng_pack::Name;

use crate::app::App;
use crate::ui::say;

/// Where the case came from, where it has been, and what it waits for.
pub fn family(app: &App, file: &CaseFile) -> Markup {
    let case = &file.case;
    html! {
        @if let Some(parent) = &case.opening.parent {
            @if parent.waits() {
                section { h2 { "来自" } p { (link(&parent.number)) span class="sub" { "　办完后结果自动报回" } } }
            } @else {
                section { h2 { "说的是哪一件" } p { (link(&parent.number)) span class="sub" { "　那一件照常办理，不等这里的结论" } } }
            }
        }
        @if !case.route.is_empty() {
            section {
                h2 { "移送" }
                p { @for unit in case.route.iter().chain([&case.unit]).enumerate() { @if unit.0 > 0 { " → " } (app.unit(unit.1)) } }
            }
        }
        @for (kind, children) in &file.procedure.children {
            @let of_kind: Vec<(&Name, &Child)> = case.children.iter().filter(|(_, c)| c.planned.kind == *kind).collect();
            @if !of_kind.is_empty() {
                section {
                    h2 { (children.title) span class="sub num" { "　" (done(&of_kind)) "/" (of_kind.len()) " 已办结" } }
                    ul class="files" { @for (_, child) in &of_kind { li { (one(app, child)) } } }
                }
            }
        }
    }
}

fn done(children: &[(&Name, &Child)]) -> usize {
    children.iter().filter(|(_, c)| c.closed_at.is_some()).count()
}

fn one(app: &App, child: &Child) -> Markup {
    let planned = &child.planned;
    let title = planned.item.as_ref().and_then(|i| app.office.world.items.get(i)).map(|i| i.title.clone());
    let state = match (&child.opened, planned.waits) {
        _ if !child.state.is_empty() => child.state.as_str(),
        (None, true) => "等前一件办结",
        (None, false) => "正在转交",
        (Some(_), _) => "已开立",
    };
    html! {
        @if let Some(title) = title { (title) "　" }
        (app.unit(&planned.unit))
        span class="sub" {
            "　" (state)
            @if let Some(result) = child.result.as_ref().filter(|r| r.as_str() != state) { "，" (result) }
            @if let Some(at) = child.closed_at { "　" (say::short_instant(at)) }
        }
        @if let Some((_, number)) = &child.opened { br; (link(number)) }
    }
}

fn link(number: &Name) -> Markup {
    html! { a class="num" href={ "/desk/cases/" (number) } { (number) } }
}
