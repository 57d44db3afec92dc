//! `/desk/new`: a matter that begins inside the office: a task, an inspection, a penalty, a finding.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::{Away, FieldFault, Name, Refusal, Why, standing_in};
use xiaoneng_office::{ActError, Intake, Who};
use xiaoneng_pack::{Action, By, Duty, Post, Procedure};

use super::{check_token, key_of, new_key, papers_refused};
use crate::app::{App, Frame};
use crate::choices::{Choices, On};
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, Button, FieldInput};

/// Longest title of a case.
const TITLE_MAX: usize = 60;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    way: String,
}

/// One way in which this officer may begin a case.
struct Way<'a> {
    name: &'a Name,
    action: &'a Action,
    post: &'a Post,
}

/// The procedures that this officer may open now, and which are no item's, register's or leave.
fn procedures<'a>(app: &'a App, officer: &Officer, away: &[Away]) -> Vec<(&'a Arc<Procedure>, Vec<Way<'a>>)> {
    let world = &app.office.world;
    let applied_for = |id: &Name| world.items.values().any(|i| i.procedure == *id);
    let inside = world.procedures.values().filter(|p| p.register.is_none() && !applied_for(&p.id));
    inside.map(|p| (p, ways(app, officer, p, away))).filter(|(_, ways)| !ways.is_empty()).collect()
}

/// Opening actions for which the officer stands in a post: as A while he is there, as B while A is not.
fn ways<'a>(app: &'a App, officer: &Officer, procedure: &'a Procedure, away: &[Away]) -> Vec<Way<'a>> {
    let facts = app.office.facts(away, 0);
    let stands = |p: &&Post| standing_in(p, &officer.id, &facts).is_ok();
    let posts: Vec<&Post> = app.office.world.org.posts_of_officer(&officer.id).filter(stands).collect();
    let post_for = |action: &Action| {
        let may = |p: &&&Post| action.by.iter().any(|b| matches!(b, By::Role(role, _) if p.has_role(role)));
        posts.iter().find(|p| p.is_a(&officer.id) && may(p)).or_else(|| posts.iter().find(may)).copied()
    };
    procedure.ways_in().filter_map(|(name, action)| Some(Way { name, action, post: post_for(action)? })).collect()
}

/// `GET /desk/new`: what may be begun.
pub async fn choose(State(app): State<App>, officer: Officer) -> Response {
    let page = choices(&app, &officer).await;
    answer(&app, Some(&officer), page)
}

async fn choices(app: &App, officer: &Officer) -> Answer {
    let away = app.office.away(&officer.tenant).await?;
    let all = procedures(app, officer, &away);
    let content = html! {
        (ui::head("新建办件", "机关内部发起的事：任务、检查、处罚、督查问题等。群众申请的事，到“收件”里办。", html! {}))
        @if all.is_empty() { (ui::empty_state("您的岗位没有可以新建的办件", "群众申请的事到“收件”里办；确需新建的，请承担这项职责的岗位办理", Some(("去收件", "/desk/intake")))) }
        ul class="rows" {
            @for (procedure, ways) in &all {
                li {
                    a href={ "/desk/new/" (procedure.id) } { (procedure.title) }
                    span class="sub" { "　" (ways.iter().map(|w| w.action.title.as_str()).collect::<Vec<_>>().join("、")) }
                    p class="sub" { (procedure.about) }
                }
            }
        }
    };
    Ok(app.page(&Frame::desk("新建办件", "/desk/new"), Some(officer), content).into_response())
}

/// `GET /desk/new/{procedure}`: the form.
pub async fn get(
    State(app): State<App>,
    officer: Officer,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = show(&app, &officer, &id, &asked.way).await;
    answer(&app, Some(&officer), page)
}

async fn show(app: &App, officer: &Officer, id: &str, way: &str) -> Answer {
    let away = app.office.away(&officer.tenant).await?;
    let (procedure, ways) = found(app, officer, id, &away)?;
    let content = content(app, officer, procedure, &ways, way, &Form::default(), None);
    Ok(app.page(&Frame::desk(&procedure.title, "/desk/new"), Some(officer), content).into_response())
}

fn found<'a>(
    app: &'a App,
    officer: &Officer,
    id: &str,
    away: &[Away],
) -> Result<(&'a Arc<Procedure>, Vec<Way<'a>>), Fault> {
    let world = &app.office.world;
    if !world.procedures.contains_key(id) {
        return Err(Fault::NotFound(format!("没有“{id}”这个程序。请从“新建办件”里选")));
    }
    let open = procedures(app, officer, away).into_iter().find(|(p, _)| &*p.id == id);
    let words =
        "这个程序现在不由您开立：不是您的岗位，或者您是B岗而A岗在岗，或者您正在离岗。请从“新建办件”或者“收件”里选";
    open.ok_or_else(|| Fault::Forbidden(words.to_owned()))
}

/// The way asked for, else the first.
fn chosen<'w, 'a>(ways: &'w [Way<'a>], way: &str) -> &'w Way<'a> {
    ways.iter().find(|w| &**w.name == way).unwrap_or(&ways[0])
}

fn content(
    app: &App,
    officer: &Officer,
    procedure: &Procedure,
    ways: &[Way],
    way: &str,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Markup {
    let way = chosen(ways, way);
    let action = way.action;
    let error = |id: &str| refusal.and_then(|r| r.fields.iter().find(|f| &*f.field == id)).map(|f| f.message.as_str());
    let choices = Choices::of(app, &officer.tenant, procedure, action, On::Begins(&way.post.unit));
    // Who is away and who stands in is a matter of one's own unit.
    let own = action.duties.contains(&Duty::AbPost);
    let choices = if own { choices.of_unit(app, &way.post.unit) } else { choices };
    let typed = |id: &str| form.all(id).collect::<Vec<_>>().join("\n");
    html! {
        (ui::breadcrumbs(&[("新建办件", "/desk/new"), (&procedure.title, "")]))
        (ui::head(&procedure.title, &format!("{}　{}", app.unit(&way.post.unit), way.post.title), html! {}))
        @if let Some(refusal) = refusal { (ui::refusal(refusal)) }
        p class="sub" { (procedure.about) }
        @if ways.len() > 1 {
            (ui::tabs("从哪一步开始", &ways.iter().map(|w| ui::Tab {
                title: w.action.title.clone(), href: format!("/desk/new/{}?way={}", procedure.id, w.name), count: None, alarm: false, current: w.name == way.name,
            }).collect::<Vec<_>>()))
        }
        form class="form intake" method="post" enctype="multipart/form-data" action={ "/desk/new/" (procedure.id) } {
            (ui::csrf_field(&officer.csrf))
            (ui::idempotency_field(&new_key()))
            input type="hidden" name="way" value=(way.name);
            div class={ "fld wide" @if error("title").is_some() { " bad" } } {
                label for="f-title" { "标题" span class="req" { "必填" } }
                p class="hint" id="h-title" { "列表里怎样叫这件事，不写个人信息" }
                @if let Some(error) = error("title") { p class="err" id="e-title" { (error) } }
                input class="in" id="f-title" name="case-title" aria-describedby="h-title" required maxlength=(TITLE_MAX) value=(if own && form.get("case-title").is_empty() { &action.title } else { form.get("case-title") });
            }
            @for (id, field) in procedure.fields.iter().filter(|(id, _)| action.needs.contains(*id) || action.takes.contains(*id)) {
                (ui::field_input(&FieldInput { id, field, required: action.needs.contains(id), value: &typed(id), error: error(id), stock: &[] }, &choices.lists(id)))
            }
            @if action.reason { (ui::reason_input("理由", form.get("reason"), None, &[])) }
            (ui::papers_input("papers", error("papers")))
            div class="btns" { (ui::button(Button::Primary, &action.title, None)) }
        }
    }
}

/// `POST /desk/new/{procedure}`: begin it.
pub async fn post(State(app): State<App>, officer: Officer, Path(id): Path<String>, form: Form) -> Response {
    let done = begin(&app, &officer, &id, form).await;
    answer(&app, Some(&officer), done)
}

async fn begin(app: &App, officer: &Officer, id: &str, mut form: Form) -> Answer {
    check_token(&form, officer)?;
    let away = app.office.away(&officer.tenant).await?;
    let (procedure, ways) = found(app, officer, id, &away)?;
    let way = chosen(&ways, form.get("way"));
    let again = |form: &Form, refusal: &Refusal| {
        let content = content(app, officer, procedure, &ways, way.name, form, Some(refusal));
        let page = app.page(&Frame::desk(&procedure.title, "/desk/new"), Some(officer), content);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let title = form.get("case-title").to_owned();
    let controlled = title.chars().any(char::is_control);
    if title.is_empty() || title.chars().count() > TITLE_MAX || controlled {
        return again(&form, &untitled(&way.action.title));
    }
    let attachments = match form.keep_papers(app, &officer.tenant).await {
        Ok(kept) => kept,
        Err(fault) => return again(&form, &papers_refused(&way.action.title, "papers", fault)?),
    };
    let title = if title == way.action.title { with_name(app, &title, &form) } else { title };
    let intake = Intake {
        action: way.name.clone(),
        item: None,
        procedure: Some(procedure.id.clone()),
        unit: Some(way.post.unit.clone()),
        intake: None,
        title: Some(title),
        fields: form.fields(procedure, way.action),
        reason: form.reason(),
        attachments,
        effective_at: None,
        who: Who::Officer(officer.id.clone()),
        key: key_of(&form)?,
    };
    match app.office.open(intake).await {
        Ok(done) => {
            let number = &done.case.opening.number;
            let words = format!("已开立，办件编号 {number}");
            Ok(Redirect::to(&format!("/desk/cases/{number}?done={}", encode(&words))).into_response())
        }
        Err(ActError::Refused(refusal)) => again(&form, &refusal),
        Err(other) => Err(other.into()),
    }
}

/// 代为登记：马文秀. A list of leaves says whose they are.
fn with_name(app: &App, title: &str, form: &Form) -> String {
    let who = ["officer", "deputy"].iter().find_map(|id| app.office.world.org.officers.get(form.get(id)));
    match who {
        Some(officer) => format!("{}：{}", title.split('（').next().unwrap_or(title), officer.name),
        None => title.to_owned(),
    }
}

/// No title, or one that no list can show: what was typed stays.
fn untitled(action: &str) -> Refusal {
    let message = format!("请写标题：一行，最多 {TITLE_MAX} 个字");
    Refusal {
        why: Why::Fields,
        action: action.to_owned(),
        state: None,
        rule: "标题没有写好".to_owned(),
        article: None,
        instead: "填好的内容都还在；请补上标题再提交".to_owned(),
        fields: vec![FieldFault { field: "title".into(), message }],
    }
}
