//! `GET /items/{code}`: what to bring, how long, how much, where and who; the five public elements.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use xiaoneng_pack::{Item, Procedure};

use crate::app::{App, Frame};
use crate::fault::Fault;
use crate::session::Maybe;
use crate::ui::{self, Step, StepState};

pub async fn get(State(app): State<App>, Maybe(officer): Maybe, Path(code): Path<String>) -> Response {
    let world = &app.office.world;
    let Some(item) = world.items.get(code.as_str()) else {
        return Fault::NotFound(format!("没有编号为“{code}”的事项。请从“办事”里查找")).page(&app, officer.as_ref());
    };
    let Some(procedure) = world.procedures.get(&item.procedure) else {
        return Fault::NotFound("这个事项没有办理程序".to_owned()).page(&app, officer.as_ref());
    };
    let content = html! {
        (ui::breadcrumbs(&[("办事", "/items"), (&item.title, "")]))
        (ui::head(&item.title, &app.unit(&item.unit), html! { a class="btn" href={ "/items/" (item.code) "/card" } { "一张卡：告知、空白表、样例" } }))
        div class="cols" {
            div {
                section { h2 { "要带什么" } (ui::materials_list(item)) }
                @if !item.holds.is_empty() {
                    section {
                        h2 { "一次办这几件" }
                        ul class="rows" { @for code in &item.holds { @if let Some(part) = world.items.get(code) {
                            li { a href={ "/items/" (code) } { (part.title) } span class="sub" { "　" (app.unit(&part.unit)) "　办好拿到：" (part.result) } }
                        } } }
                    }
                }
                section { h2 { "怎么办" } p { (procedure.about) } (ui::step_line(&steps(item, procedure))) }
                @if !item.conditions.is_empty() { section { h2 { "谁可以办" } ul { @for line in &item.conditions { li { (line) } } } } }
                @if !item.questions.is_empty() {
                    section { h2 { "常见问题" } @for (ask, reply) in &item.questions { details class="why" { summary { (ask) } p { (reply) } } } }
                }
            }
            aside class="side" {
                section { h2 { "一看就明白" } (ui::definition_list(&facts(&app, item), true)) }
                section { h2 { "查进度" } p { "收件以后拿编号和查询码在" a href="/track" { "查进度" } "里看每一步。" @if shows_results(procedure) { "结果在" a href={ "/notices?unit=" (item.unit) } { "公告" } "里当天公开。" } } }
                @if !item.to_confirm.is_empty() {
                    section { h2 { "待核实" } ul class="sub" { @for line in &item.to_confirm { li { (line) } } } }
                }
            }
        }
    };
    app.page(&Frame::public(&item.title, "/"), officer.as_ref(), content).into_response()
}

pub(super) fn facts<'a>(app: &App, item: &'a Item) -> Vec<(&'a str, Markup)> {
    let org = &app.office.world.org;
    let unit = org.units.get(&item.unit);
    let tier = |id: &xiaoneng_pack::Name| org.units.get(id).map(|u| u.tier);
    let townships =
        !item.intake.is_empty() && item.intake.iter().all(|id| tier(id) == Some(xiaoneng_pack::Tier::Township));
    let windows = if item.intake.is_empty() { std::slice::from_ref(&item.unit) } else { &item.intake[..] };
    let window = if townships {
        "户口所在乡镇（街道）的窗口".to_owned()
    } else {
        windows.iter().map(|id| app.unit(id)).collect::<Vec<_>>().join("、")
    };
    let head = org.posts_with(&item.unit, "head").next().map(|p| app.office.holder_name(&p.id)).unwrap_or_default();
    let clerk = org.posts_with(&item.unit, "window").next().map(|p| app.office.holder_name(&p.id)).unwrap_or_default();
    vec![
        ("办理时限", limit(app, item)),
        (
            "收费",
            html! { @if item.fee_fen == 0 { b { "不收费" } } @else { b { (ui::say::money(item.fee_fen)) } } p class="sub" { (item.fee_note) } },
        ),
        ("在哪里交", html! { (window.clone()) }),
        ("办公时间", html! { (unit.map_or("", |u| &u.hours)) }),
        ("电话", html! { (unit.map_or("", |u| &u.phone)) }),
        (
            "谁来办",
            html! { @if townships { "乡镇（街道）窗口岗收件，" } @else if item.intake.is_empty() { "窗口 " (clerk) "，" } @else { (window) "窗口收件，" } "负责人 " (head) },
        ),
        ("办好拿到", html! { (item.result) }),
        ("依据", html! { @if item.basis.is_empty() { "待核实" } @else { @for line in &item.basis { p { (line) } } } }),
    ]
}

/// The three values: what is promised, what the agency stated, what the law says.
fn limit(app: &App, item: &Item) -> Markup {
    let law = item.limit.law.as_ref().map(|series| {
        let today = ui::say::local(app.office.now()).date();
        let version = app.office.world.limits.in_force(series, today).ok();
        (version.and_then(|v| v.length).map(ui::say::length), version)
    });
    html! {
        @if item.immediate { b { "当场办结" } }
        @else if let Some((n, source)) = &item.limit.promised { b { "承诺 " (n) " 个工作日" } p class="sub" { (source) } }
        @if let Some((n, source)) = &item.limit.stated { p { "公布 " (n) " 个工作日" } p class="sub" { (source) } }
        @match law {
            Some((Some(length), Some(v))) => p { "法定 " (length) span class="sub" {
                "　" @if let Some(href) = super::laws::href(v) { a href=(href) { (v.law) (v.article) } } @else { (v.law) (v.article) }
            } },
            Some(_) => p class="sub" { "法定时限待核实" },
            None => p class="sub" { "法律没有规定天数" },
        }
    }
}

fn steps(item: &Item, procedure: &Procedure) -> Vec<Step> {
    let mut names: Vec<&xiaoneng_pack::Name> = Vec::new();
    for step in procedure.states.values().filter_map(|s| s.step.as_ref()) {
        if !names.contains(&step) {
            names.push(step);
        }
    }
    let note = |name: &xiaoneng_pack::Name| item.steps.get(name).map_or(String::new(), |n| format!("{n} 个工作日"));
    names.into_iter().map(|n| Step { title: n.to_string(), state: StepState::Next, note: note(n) }).collect()
}

/// Does any of its actions put a result up for everybody?
fn shows_results(procedure: &Procedure) -> bool {
    procedure.actions.values().any(|a| a.result.is_some())
}
