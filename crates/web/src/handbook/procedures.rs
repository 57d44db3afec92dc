//! A page for each procedure: its drawing, its states, who may do what, its clocks with their articles, its letters.

use std::collections::BTreeSet;

use maud::{Markup, html};
use xiaoneng_pack::{Children, Procedure, World};

use super::{DocFile, page, words};
use crate::ui::state_map;

pub fn pages(world: &World, files: &mut Vec<DocFile>) {
    for procedure in world.procedures.values() {
        let path = [("规则说明", "../index.html"), (procedure.title.as_str(), "")];
        let text = page(world, &procedure.title, "../", &path, content(world, procedure));
        files.push(DocFile { path: format!("procedures/{}.html", procedure.id), text });
    }
}

fn content(world: &World, procedure: &Procedure) -> Markup {
    let items: Vec<_> = world.items.values().filter(|i| i.procedure == procedure.id).collect();
    html! {
        p { (procedure.about) }
        section { h2 { "环节图" } (state_map(procedure, None)) (states(procedure)) }
        section { h2 { "动作：谁可以做什么" } (actions(procedure)) }
        @if !procedure.clocks.is_empty() { section { h2 { "时限" } (clocks(world, procedure)) } }
        (duties(procedure))
        @if !procedure.children.is_empty() { section { h2 { "它开出的子件" } @for c in procedure.children.values() { (children(world, procedure, c)) } } }
        @if !procedure.letters.is_empty() {
            section { h2 { "文书" }
                @for (id, letter) in &procedure.letters {
                    h3 id={ "letter-" (id) } { (words::pieces_text(procedure, &letter.title)) }
                    (words::letter(procedure, letter))
                }
            }
        }
        @if let Some(retention) = &procedure.retention {
            section { h2 { "保管期限" } p { @if let Some(years) = retention.years { (years) " 年" } @else { "永久" } "（" (retention.basis) "）" } }
        }
        @if !items.is_empty() {
            section { h2 { "按它办理的事项" }
                ul class="plain files" { @for item in items {
                    li { a href={ "../items/" (item.code) ".html" } { (item.title) } "　" span class="quiet" { (world.org.units.get(&item.unit).map_or("", |u| &u.title)) } }
                } }
            }
        }
    }
}

fn states(procedure: &Procedure) -> Markup {
    html! {
        table class="t stackable" {
            caption class="vh" { "状态" }
            thead { tr { th scope="col" { "状态" } th scope="col" { "环节" } th scope="col" { "对申请人说" } } }
            tbody { @for state in procedure.states.values() { tr {
                th scope="row" { (state.title) @if state.end { " " span class="tag" { "结束" } } }
                td data-l="环节" { (state.step.as_deref().unwrap_or("—")) }
                td data-l="对申请人说" { (state.public) }
            } } }
        }
    }
}

fn actions(procedure: &Procedure) -> Markup {
    html! {
        table class="t stackable" {
            caption class="vh" { "动作" }
            thead { tr { @for word in ["动作", "在什么状态", "到", "谁可以", "要求", "文书", "依据"] { th scope="col" { (word) } } } }
            tbody { @for action in procedure.actions.values() { tr {
                th scope="row" { (action.title) }
                td data-l="在什么状态" { @if action.opens() { "（开办）" } @else { (action.from.iter().map(|s| procedure.state_title(s)).collect::<Vec<_>>().join("、")) } }
                td data-l="到" { @if let Some(to) = &action.to { (procedure.state_title(to)) } @else { "不变" } }
                td data-l="谁可以" { (words::who(procedure, &action.by)) @if let Some(to) = &action.hands_to { span class="sub" { "办完交给" (words::one(procedure, to)) } } }
                td data-l="要求" { @for line in words::conditions(procedure, action) { p { (line) } } }
                td data-l="文书" { @if let Some(letter) = &action.letter { (letter_link(procedure, letter)) } }
                td data-l="依据" { (action.basis) }
            } } }
        }
    }
}

/// The house's own letters (one-time notice, delivery) have no text in the procedure's file.
fn letter_link(procedure: &Procedure, id: &str) -> Markup {
    let own = match id {
        "correction" => "一次性告知书",
        "delivery" => "送达回证",
        "leave" => "离岗告示",
        "hand-over" => "交接单",
        other => other,
    };
    html! {
        @if let Some(letter) = procedure.letters.get(id) { a href={ "#letter-" (id) } { (words::pieces_text(procedure, &letter.title)) } } @else { (own) }
    }
}

fn clocks(world: &World, procedure: &Procedure) -> Markup {
    html! {
        table class="t stackable" {
            caption class="vh" { "时限" }
            thead { tr { @for word in ["时限", "多长", "起", "止", "停走", "到期"] { th scope="col" { (word) } } } }
            tbody { @for (id, clock) in &procedure.clocks { tr id={ "clock-" (id) } {
                th scope="row" { (clock.title) }
                td data-l="多长" { (words::limit(world, procedure, clock)) }
                td data-l="起" { (words::actions(procedure, &clock.starts)) }
                td data-l="止" { (words::actions(procedure, &[&clock.stops[..], &clock.ends[..]].concat())) }
                td data-l="停走" { @if clock.pauses.is_empty() { "—" } @else { (words::actions(procedure, &clock.pauses)) "；" (words::actions(procedure, &clock.resumes)) "后续走" } }
                td data-l="到期" { (words::lapse(procedure, clock)) }
            } } }
        }
    }
}

fn duties(procedure: &Procedure) -> Markup {
    let all: BTreeSet<_> = procedure.actions.values().flat_map(|a| a.duties.iter().copied()).collect();
    html! {
        @if !all.is_empty() {
            section { h2 { "九项制度里用到的" }
                ul class="plain" { @for duty in all {
                    @let with: Vec<&str> = procedure.actions.values().filter(|a| a.duties.contains(&duty)).map(|a| a.title.as_str()).collect();
                    li { b { (words::duty(duty)) } "：" (with.join("、")) }
                } }
            }
        }
    }
}

fn children(world: &World, procedure: &Procedure, children: &Children) -> Markup {
    let of = children.procedure.as_ref().and_then(|id| world.procedures.get(id));
    html! {
        p { b { (children.title) } "：由“" (words::actions(procedure, &children.opened_by)) "”开出，"
            @if let Some(of) = of { "按" a href={ (of.id) ".html" } { (of.title) } "办理" } @else { "按各事项自己的程序办理" }
            @if children.in_turn { "，一件办完再开下一件" }
            @if let Some(then) = &children.then { "；全部办结后“" (words::actions(procedure, std::slice::from_ref(then))) "”" }
            "。"
        }
    }
}
