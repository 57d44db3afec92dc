//! `/desk/intake`: a matter is taken in, with its checklist, within a minute.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::{Name, Refusal};
use xiaoneng_office::{ActError, Intake, Who};
use xiaoneng_pack::{Action, FieldKind, Item, Procedure};

use super::{check_token, key_of, new_key, papers_refused};
use crate::app::{App, Frame};
use crate::choices::{Choices, On};
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, Button, FieldInput, say};

/// Items listed for choosing.
const ITEMS_MAX: usize = 60;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    draft: String,
    #[serde(default)]
    way: String,
}

/// `GET /desk/intake`: choose the item, or go on with a draft.
pub async fn choose(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = choose_page(&app, &officer, &asked.q).await;
    answer(&app, Some(&officer), page)
}

async fn choose_page(app: &App, officer: &Officer, q: &str) -> Answer {
    let items = items_of(app, officer, q);
    let drafts = app.office.drafts(&officer.tenant, &officer.id).await?;
    let content = html! {
        (ui::head("收件", "选事项，按清单核对材料。没有收完可以先存草稿。", html! {}))
        (ui::search_box("/desk/intake", "找事项", "事项名称，或者群众的说法，如“盖房”", q))
        @if !drafts.is_empty() {
            section {
                h2 { "草稿" }
                ul class="rows" {
                    @for draft in &drafts {
                        li {
                            a href={ "/desk/intake/" (draft.item) "?draft=" (draft.id) } { (app.office.world.items.get(draft.item.as_str()).map_or(draft.item.as_str(), |i| &i.title)) }
                            span class="sub num" { "　" (Form::from_values(draft.values.clone()).get("applicant")) "　存于 " (say::short_instant(draft.updated_at)) }
                            form class="inline" method="post" action={ "/desk/drafts/" (draft.id) "/remove" } { (ui::csrf_field(&officer.csrf)) (ui::button(Button::Plain, "删除草稿", None)) }
                        }
                    }
                }
            }
        }
        section {
            h2 { @if q.is_empty() { "本窗口可以收的事项" } @else { "找到的事项" } }
            @if items.is_empty() { (ui::empty_state("没有本窗口可以收的事项", "换个说法再找；不归本窗口收的，请告诉群众到哪个窗口（首问负责）", Some(("看全部事项", "/items")))) }
            ul class="rows" {
                @for item in items.iter().take(ITEMS_MAX) {
                    li { a href={ "/desk/intake/" (item.code) } { (item.title) } span class="sub" { "　" (app.unit(&item.unit)) "　材料 " (item.materials.len()) " 项" } }
                }
            }
        }
    };
    Ok(app.page(&Frame::desk("收件", "/desk/intake"), Some(officer), content).into_response())
}

/// Items that a post of this officer may take in; searched, if words are given.
fn items_of(app: &App, officer: &Officer, q: &str) -> Vec<Arc<Item>> {
    let world = &app.office.world;
    let units: Vec<&Name> = window_units(app, officer);
    let ours = |i: &Item| {
        if i.intake.is_empty() { units.contains(&&i.unit) } else { i.intake.iter().any(|u| units.contains(&u)) }
    };
    if q.trim().is_empty() {
        return world.items.values().filter(|i| ours(i)).cloned().collect();
    }
    let found = world.search_items(q, 400).into_iter().filter(|(i, _)| ours(i));
    found.filter_map(|(i, _)| world.items.get(&i.code).cloned()).collect()
}

fn window_units<'a>(app: &'a App, officer: &Officer) -> Vec<&'a Name> {
    let mut units: Vec<&Name> = Vec::new();
    // Two posts at one window (A of one, B of the other) are one place.
    for post in app.office.world.org.posts_of_officer(&officer.id).filter(|p| p.has_role("window")) {
        if !units.contains(&&post.unit) {
            units.push(&post.unit);
        }
    }
    units
}

/// `GET /desk/intake/{item}`: the form with its checklist.
pub async fn get(
    State(app): State<App>,
    officer: Officer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = form_page(&app, &officer, &code, &asked).await;
    answer(&app, Some(&officer), page)
}

async fn form_page(app: &App, officer: &Officer, code: &str, asked: &Asked) -> Answer {
    let (item, procedure) = item_of(app, code)?;
    let draft = match asked.draft.as_str() {
        "" => None,
        id => app.office.draft(&officer.tenant, &officer.id, id).await?,
    };
    let form = Form::from_values(draft.as_ref().map(|d| d.values.clone()).unwrap_or_default());
    let way = if asked.way.is_empty() { form.get("way").to_owned() } else { asked.way.clone() };
    let content = content(app, officer, &item, &procedure, &way, draft.as_ref().map(|d| d.id.as_str()), &form, None);
    Ok(app.page(&Frame::desk(&item.title, "/desk/intake"), Some(officer), content).into_response())
}

fn item_of(app: &App, code: &str) -> Result<(Arc<Item>, Arc<Procedure>), Fault> {
    let world = &app.office.world;
    let item = world.items.get(code).ok_or_else(|| Fault::NotFound(format!("没有“{code}”这个事项。请从收件页面选")))?;
    let procedure = world.procedures.get(&item.procedure);
    let procedure = procedure.ok_or_else(|| Fault::NotFound(format!("“{}”没有办理程序", item.title)))?;
    Ok((item.clone(), procedure.clone()))
}

/// The opening action chosen: the one named, else `receive`, else the first.
fn opening<'a>(procedure: &'a Procedure, way: &str) -> Option<(&'a Name, &'a Action)> {
    let opens = |name: &str| {
        procedure
            .actions
            .get_key_value(name)
            .filter(|(_, a)| a.opens() && a.by.iter().any(|b| *b != xiaoneng_pack::By::Law))
    };
    opens(way).or_else(|| opens("receive")).or_else(|| procedure.ways_in().next())
}

#[expect(clippy::too_many_arguments, reason = "one form, each part of another kind")]
fn content(
    app: &App,
    officer: &Officer,
    item: &Item,
    procedure: &Procedure,
    way: &str,
    draft: Option<&str>,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Markup {
    let may = |a: &Action| {
        let has = |role: &str| app.office.has_role(&officer.id, role);
        a.by.iter().any(|by| matches!(by, xiaoneng_pack::By::Role(role, _) if has(role)))
    };
    let ways: Vec<_> = procedure.ways_in().filter(|(_, a)| may(a)).collect();
    // Of several ways in the one asked for, else the usual one, of those that this officer may take.
    let of_his = |way: &str| ways.iter().find(|(name, _)| ***name == *way);
    let Some(&(name, action)) = of_his(way).or_else(|| of_his("receive")).or_else(|| ways.first()) else {
        return html! { p { "这个事项不由您的岗位收件。请告诉群众到哪个窗口（首问负责）。" } };
    };
    let error = |id: &str| refusal.and_then(|r| r.fields.iter().find(|f| &*f.field == id)).map(|f| f.message.as_str());
    let choices = Choices::of(app, &item.tenant, procedure, action, On::Begins(&item.unit)).of_item(procedure, item);
    // What a bundle holds is ticked before anyone has to remember it.
    let typed = |id: &str| match procedure.fields.get(id).map(|f| &f.kind) {
        Some(FieldKind::Items) if refusal.is_none() && form.all(id).next().is_none() => item.holds.join("\n"),
        _ => form.all(id).collect::<Vec<_>>().join("\n"),
    };
    let draft_id = draft.map_or_else(new_key, str::to_owned);
    html! {
        (ui::breadcrumbs(&[("收件", "/desk/intake"), (&item.title, "")]))
        (ui::head(&item.title, &format!("{}　承诺 {}", app.unit(&item.unit), promise(item)), html! {}))
        @if let Some(refusal) = refusal { (ui::refusal(refusal)) }
        @if ways.len() > 1 {
            (ui::tabs("从哪一步开始", &ways.iter().map(|(w, a)| ui::Tab {
                title: a.title.clone(), href: format!("/desk/intake/{}?way={w}", item.code), count: None, alarm: false, current: *w == name,
            }).collect::<Vec<_>>()))
        }
        form class="form intake" method="post" enctype="multipart/form-data" action={ "/desk/intake/" (item.code) } data-draft-url="/desk/drafts" {
            (ui::csrf_field(&officer.csrf))
            (ui::idempotency_field(&new_key()))
            input type="hidden" name="way" value=(name);
            input type="hidden" name="draft" value=(draft_id);
            input type="hidden" name="item" value=(item.code);
            (intake_unit(app, officer, item, form))
            @let asked: Vec<_> = procedure.fields.iter().filter(|(id, _)| action.needs.contains(id) || action.takes.contains(id)).collect();
            @for (id, field) in asked.iter().filter(|(_, f)| f.kind != FieldKind::Materials) {
                (ui::field_input(&FieldInput { id, field, required: action.needs.contains(*id), value: &typed(id), error: error(id), stock: &[] }, &choices.lists(id)))
            }
            @for (id, _) in asked.iter().filter(|(_, f)| f.kind == FieldKind::Materials) {
                h2 { "核对材料" }
                (ui::materials_checklist(item, id, &|m| form.all(id).any(|v| v == m), error(id)))
            }
            (ui::papers_input("papers", error("papers")))
            div class="btns" {
                (ui::button(Button::Primary, &action.title, None))
                button class="btn" type="submit" formaction="/desk/drafts" formnovalidate { "存草稿" }
                span class="saved" data-draft-state {}
            }
        }
    }
}

fn promise(item: &Item) -> String {
    match (&item.limit.promised, item.immediate) {
        (_, true) => "当场办结".to_owned(),
        (Some((n, _)), _) => format!("{n} 个工作日"),
        (None, _) => "待核实".to_owned(),
    }
}

/// At which window it comes in, where an officer stands at several.
fn intake_unit(app: &App, officer: &Officer, item: &Item, form: &Form) -> Markup {
    let units: Vec<&Name> = window_units(app, officer).into_iter().filter(|u| item.intake.contains(u)).collect();
    html! {
        @match units.len() {
            0 => {}
            1 => { input type="hidden" name="intake" value=(units[0]); }
            _ => div class="fld" {
                label for="f-intake" { "收件单位" }
                select class="in" id="f-intake" name="intake" { @for unit in &units { option value=(unit) selected[form.get("intake") == &***unit] { (app.unit(unit)) } } }
            }
        }
    }
}

/// `POST /desk/intake/{item}`: take it in.
pub async fn post(State(app): State<App>, officer: Officer, Path(code): Path<String>, form: Form) -> Response {
    let done = take_in(&app, &officer, &code, form).await;
    answer(&app, Some(&officer), done)
}

async fn take_in(app: &App, officer: &Officer, code: &str, mut form: Form) -> Answer {
    check_token(&form, officer)?;
    let (item, procedure) = item_of(app, code)?;
    let way = form.get("way").to_owned();
    let Some((name, action)) = opening(&procedure, &way) else {
        return Err(Fault::NotFound("这个程序没有收件动作".to_owned()));
    };
    let attachments = match form.keep_papers(app, &item.tenant).await {
        Ok(kept) => kept,
        Err(fault) => {
            let refusal = papers_refused(&action.title, "papers", fault)?;
            return Ok(refused(app, officer, &item, &procedure, &form, &refusal));
        }
    };
    let intake = Intake {
        action: name.clone(),
        item: Some(item.code.clone()),
        procedure: None,
        unit: None,
        intake: Some(form.get("intake")).filter(|u| !u.is_empty()).map(Name::from),
        title: None,
        fields: form.fields(&procedure, action),
        reason: form.reason(),
        attachments,
        effective_at: None,
        who: Who::Officer(officer.id.clone()),
        key: key_of(&form)?,
    };
    match app.office.open(intake).await {
        Ok(done) => {
            let draft = form.get("draft");
            app.office.remove_draft(&officer.tenant, &officer.id, draft).await?;
            let number = &done.case.opening.number;
            let once = procedure.actions.values().any(|a| a.duties.contains(&xiaoneng_pack::Duty::OneNotice));
            let next = if once { "。材料齐全的请受理，缺材料的请一次性告知" } else { "" };
            let words = format!("已收件，办件编号 {number}{next}");
            Ok(Redirect::to(&format!("/desk/cases/{number}?done={}", encode(&words))).into_response())
        }
        Err(ActError::Refused(refusal)) => Ok(refused(app, officer, &item, &procedure, &form, &refusal)),
        Err(other) => Err(other.into()),
    }
}

/// The form again, with what was typed and why not.
fn refused(
    app: &App,
    officer: &Officer,
    item: &Item,
    procedure: &Procedure,
    form: &Form,
    refusal: &Refusal,
) -> Response {
    let (way, draft) = (form.get("way"), form.get("draft"));
    let content = content(app, officer, item, procedure, way, Some(draft), form, Some(refusal));
    let page = app.page(&Frame::desk(&item.title, "/desk/intake"), Some(officer), content);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
