//! `GET /items/{code}/card`: 问清、发清. One card answers what, how long, how much and by which article; one press
//! hands out the guide, the form and a sample of it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use xiaoneng_pack::{Action, Field, FieldKind, Item, Name, Procedure};

use crate::app::{App, Frame};
use crate::fault::Fault;
use crate::session::Maybe;
use crate::ui;

pub async fn get(State(app): State<App>, Maybe(officer): Maybe, Path(code): Path<String>) -> Response {
    let world = &app.office.world;
    let Some(item) = world.items.get(code.as_str()) else {
        return Fault::NotFound(format!("没有编号为“{code}”的事项。请从“办事”里查找")).page(&app, officer.as_ref());
    };
    let Some(procedure) = world.procedures.get(&item.procedure) else {
        return Fault::NotFound("这个事项没有办理程序".to_owned()).page(&app, officer.as_ref());
    };
    let opening = procedure.ways_in().next().map(|(_, action)| action);
    let content = html! {
        (ui::breadcrumbs(&[("办事", "/items"), (&item.title, &format!("/items/{code}")), ("一张卡", "")]))
        (ui::head(&format!("{}：一张卡", item.title), &app.unit(&item.unit), html! { button type="button" class="btn primary js-only" data-print { "打印全套" } }))
        p class="sub no-print" { "一次打印就是全套：告知卡、空白表、填写样例。" }
        section { h2 { "要带什么、多久、多少钱、凭什么" } (card(&app, item)) }
        @if let Some(action) = opening {
            section class="sheet" { h2 { "空白申请表" } (form(procedure, action, false)) }
            section class="sheet" { h2 { "填写样例" } p class="sub" { "样例里的人和号码是虚构的，请照自己的情况填。" } (form(procedure, action, true)) }
        }
    };
    app.page(&Frame::public(&item.title, "/"), officer.as_ref(), content).into_response()
}

/// The card: limit, fee, article, where, and each material with its copies.
fn card(app: &App, item: &Item) -> Markup {
    html! {
        (ui::definition_list(&super::item::facts(app, item), true))
        (ui::materials_list(item))
        @if !item.conditions.is_empty() { h3 { "谁可以办" } ul { @for line in &item.conditions { li { (line) } } } }
    }
}

/// What the applicant writes, as lines to fill in or as an example.
fn form(procedure: &Procedure, action: &Action, sample: bool) -> Markup {
    let asked = |id: &&Name| action.needs.contains(*id) || action.takes.contains(*id);
    let written = |field: &&Field| !matches!(field.kind, FieldKind::Materials | FieldKind::Flag | FieldKind::Officer);
    let fields = procedure.fields.iter().filter(|(id, field)| asked(id) && written(field));
    html! {
        table class="t" {
            caption class="vh" { @if sample { "填写样例" } @else { "空白申请表" } }
            thead { tr { th scope="col" { "栏目" } th scope="col" { "内容" } } }
            tbody { @for (id, field) in fields { tr {
                th scope="row" { (field.title) @if !action.needs.contains(id) { span class="sub" { "（可不填）" } } }
                td { @if sample { (example(field)) } @else { (ruled(field)) } }
            } } }
        }
    }
}

/// A blank to write in, or the words to tick.
fn ruled(field: &Field) -> Markup {
    match &field.kind {
        FieldKind::Choice(words) => html! { @for word in words { "□ " (word) "　" } },
        _ => html! { span class="vh" { "空白" } "　" },
    }
}

fn example(field: &Field) -> String {
    match &field.kind {
        FieldKind::Choice(words) => words.first().cloned().unwrap_or_default(),
        FieldKind::Person => "张某某".to_owned(),
        FieldKind::Identity => "630222********0000".to_owned(),
        FieldKind::Phone => "0972-0000000".to_owned(),
        FieldKind::Date => "2015-08-20".to_owned(),
        FieldKind::Instant => "2015-08-20 10:00".to_owned(),
        FieldKind::Money => "100.00 元".to_owned(),
        FieldKind::Count | FieldKind::Percent => format!("1{}", field.measure),
        _ if !field.help.is_empty() => format!("（{}）", field.help),
        _ => format!("（写{}）", field.title),
    }
}
