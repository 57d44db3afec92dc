//! `/desk/leave`: one tap for a short while, approval for longer; A and B never both.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::{Fields, Name, Refusal, Value, Verb};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{ActError, Done, Request, Tab, Who};
use xiaoneng_store::CaseFilter;

use super::{check_token, key_of, new_key};
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, Button, FieldInput, Flash, Lists, Tone, say};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = page(&app, &officer, None, &Form::default(), &asked.done).await;
    answer(&app, Some(&officer), page.map(IntoResponse::into_response))
}

async fn page(
    app: &App,
    officer: &Officer,
    refusal: Option<&Refusal>,
    form: &Form,
    done: &str,
) -> Result<Markup, Fault> {
    let out = app.office.is_out(&officer.tenant, &officer.id).await?;
    let posts = app.office.posts_of(&officer.tenant, &officer.id).await?;
    let mine = mine(app, officer).await?;
    let handing = handing(app, officer, &mine).await?;
    let todo = if out.is_none() { todo(app, officer).await? } else { String::new() };
    let handed = handed_to_me(app, officer, &posts).await?;
    let content = html! {
        (ui::head("离岗", "谁离岗、几点回、谁顶岗，离岗那一刻就公开；A岗B岗不能同时离岗。", html! {}))
        @if let Some(refusal) = refusal { (ui::refusal(refusal)) }
        section {
            h2 { "我的岗位" }
            table class="t stackable" {
                caption class="vh" { "我的岗位" }
                thead { tr { th scope="col" { "岗位" } th scope="col" { "我是" } th scope="col" { "另一岗" } th scope="col" { "现在" } } }
                tbody {
                    @for post in &posts {
                        tr {
                            td data-l="岗位" { (app.unit(&post.unit)) (post.title) }
                            td data-l="我是" { @if post.is_a { "A岗" } @else if post.named { "临时顶岗" } @else { "B岗" } }
                            td data-l="另一岗" { (post.other.as_ref().map_or(String::from("未指定"), |o| name(app, o))) @if post.other_out { span class="tag" { "离岗中" } } }
                            td data-l="现在" { @if post.acting { "由我办理" } @else if post.is_a { "我已离岗" } @else if post.named && post.other_out { "B岗在岗" } @else { "A岗在岗" } }
                        }
                    }
                }
            }
        }
        @for (who, text) in &handed {
            section { h2 { (who) "交接给您的事" } ul class="rows" { @for line in text.lines() { li { (line) } } } }
        }
        @if let Some(away) = &out {
            section {
                h2 { "您正在离岗告示中" }
                form class="form" method="post" action="/desk/leave" {
                    (ui::csrf_field(&officer.csrf)) (ui::idempotency_field(&new_key()))
                    input type="hidden" name="case" value=(away.case);
                    div class="fld wide" { label for="f-handed-back" { "交接说明" span class="sub" { "　顶岗的人办了什么、还有什么要接着办，一件一行" } } textarea class="in" id="f-handed-back" name="handed-back" maxlength="4000" rows="3" {} }
                    (ui::button(Button::Primary, "返岗", Some(("verb", "return"))))
                }
            }
        } @else { (tap(app, officer)) }
        @for (id, title) in &handing {
            section {
                h2 { "离岗以前：交接" }
                p class="sub" { (title) "。没有交接就走的，离岗一开始就记录在案。" }
                form class="form" method="post" action="/desk/leave" {
                    (ui::csrf_field(&officer.csrf)) (ui::idempotency_field(&new_key()))
                    input type="hidden" name="case" value=(id);
                    div class="fld wide" { label for={ "f-handed-" (id) } { "交接清单" } textarea class="in" id={ "f-handed-" (id) } name="handed" required maxlength="4000" rows="5" { (todo) } }
                    (ui::button(Button::Primary, "交接", Some(("verb", "hand-over"))))
                }
            }
        }
        (ask(app, officer, refusal, form, &todo))
        (heads(app, officer))
        @if !mine.is_empty() {
            section { h2 { "没有办完的离岗" }
                ul class="rows" { @for row in &mine { li { a href={ "/desk/cases/" (row.row.number) } { (row.row.title) } span class="sub" { "　" (row.state) } } } }
            }
        }
    };
    let mut frame = Frame::desk("离岗", "/desk/leave");
    if !done.is_empty() {
        frame.flash = Some(Flash { tone: Tone::Good, text: done.chars().take(200).collect() });
    }
    Ok(app.page(&frame, Some(officer), content))
}

fn name(app: &App, id: &Name) -> String {
    app.office.world.org.officers.get(id).map_or(id.to_string(), |o| o.name.clone())
}

/// Own cases in hand, a line each: what is handed over before leaving.
async fn todo(app: &App, officer: &Officer) -> Result<String, Fault> {
    let page = app.office.desk(&officer.tenant, &officer.id, Tab::Todo, None, None, 50).await?;
    let leave = |r: &&xiaoneng_office::ListRow| r.row.procedure != "leave";
    let line = |r: &xiaoneng_office::ListRow| format!("{}　{}：{}，", r.row.number, r.row.title, r.state);
    let lines: Vec<String> = page.rows.iter().filter(leave).map(line).collect();
    Ok(if lines.is_empty() { "无在办件".to_owned() } else { lines.join("\n") })
}

/// Own leaves that have not begun and are not handed over: id and title.
async fn handing(
    app: &App,
    officer: &Officer,
    mine: &[xiaoneng_office::ListRow],
) -> Result<Vec<(String, String)>, Fault> {
    let mut out = Vec::new();
    for row in mine.iter().filter(|r| ["asked", "approved"].contains(&r.row.state.as_str())) {
        let id = Name::from(row.row.case.as_str());
        let Some(case) = app.office.case(&officer.tenant, &id).await? else { continue };
        if case.text("officer") == Some(&officer.id) && case.text("handed").is_none_or(|t| t.trim().is_empty()) {
            out.push((id.to_string(), format!("{}　{}", row.row.title, row.state)));
        }
    }
    Ok(out)
}

/// What those handed over in whose posts he stands in now: name and list.
async fn handed_to_me(
    app: &App,
    officer: &Officer,
    posts: &[xiaoneng_office::PostView],
) -> Result<Vec<(String, String)>, Fault> {
    let away = app.office.away(&officer.tenant).await?;
    let mut out = Vec::new();
    for post in posts.iter().filter(|p| p.acting && !p.is_a) {
        let Some(leave) = away.iter().find(|a| a.out && Some(&a.officer) == post.other.as_ref()) else { continue };
        let Some(case) = app.office.case(&officer.tenant, &leave.case).await? else { continue };
        let (who, text) = (name(app, &leave.officer), case.text("handed").unwrap_or_default().to_owned());
        if !text.is_empty() && !out.contains(&(who.clone(), text.clone())) {
            out.push((who, text));
        }
    }
    Ok(out)
}

/// What a head does when somebody falls ill or is not there.
fn heads(app: &App, officer: &Officer) -> Markup {
    html! {
        @if app.office.has_role(&officer.id, "head") {
            section {
                h2 { "负责人" }
                ul class="rows" {
                    li { a href="/desk/new/leave?way=report" { "代为登记离岗" } span class="sub" { "　本人急病、急事来不及登记的" } }
                    li { a href="/desk/new/stand-in" { "指定临时顶岗" } span class="sub" { "　A岗B岗都不在的时候，指定第三个人" } }
                    li { a href="/desk/new/finding?way=empty-desk" { "发现空岗" } span class="sub" { "　没有告示就不在岗的，登记为督查问题" } }
                }
            }
        }
    }
}

async fn mine(app: &App, officer: &Officer) -> Result<Vec<xiaoneng_office::ListRow>, Fault> {
    let unit = app.office.world.org.officers.get(&officer.id).map(|o| o.unit.to_string());
    let filter = CaseFilter {
        procedure: Some("leave".to_owned()),
        unit,
        open: Some(true),
        limit: 50,
        ..CaseFilter::new(TenantId::from(&*officer.tenant))
    };
    Ok(app.office.list(&filter).await?.rows)
}

/// One tap: where, and for how long.
fn tap(app: &App, officer: &Officer) -> Markup {
    let places = app.office.world.words.get("whereabouts");
    html! {
        section {
            h2 { "短时离岗（一小时以内）" }
            form class="form" method="post" action="/desk/leave" {
                (ui::csrf_field(&officer.csrf)) (ui::idempotency_field(&new_key()))
                div class="fld" {
                    label for="f-tap-where" { "去向" }
                    select class="in" id="f-tap-where" name="where" { @for place in places.into_iter().flatten() { option { (place) } } }
                }
                input type="hidden" name="verb" value="step-out";
                div class="btns" {
                    @for minutes in [15, 30, 45, 60].into_iter().filter(|m| *m <= tap_max(app)) { (ui::button(if minutes == 30 { Button::Primary } else { Button::Secondary }, &format!("{minutes} 分钟后回"), Some(("minutes", &minutes.to_string())))) }
                }
            }
        }
    }
}

/// Longer: asked for, approved by the head.
fn ask(app: &App, officer: &Officer, refusal: Option<&Refusal>, form: &Form, todo: &str) -> Markup {
    let Some(procedure) = app.office.world.procedures.get("leave") else { return html! {} };
    let Some(action) = procedure.actions.get("ask") else { return html! {} };
    let error = |id: &str| refusal.and_then(|r| r.fields.iter().find(|f| &*f.field == id)).map(|f| f.message.as_str());
    html! {
        details class="act plain" open[!form.get("until").is_empty()] {
            summary { "申请更长的离岗（按时间长短由相应的负责人批准）" }
            form class="form" method="post" action="/desk/leave" {
                (ui::csrf_field(&officer.csrf)) (ui::idempotency_field(&new_key()))
                @for id in action.needs.iter().chain(&action.takes).filter(|id| &***id != "officer") {
                    @let field = &procedure.fields[id];
                    (ui::field_input(&FieldInput { id, field, required: action.needs.contains(id), value: if &**id == "handed" && form.get(id).is_empty() { todo } else { form.get(id) }, error: error(id), stock: &[] }, &Lists::default()))
                }
                (ui::button(Button::Primary, "申请", Some(("verb", "ask"))))
            }
        }
    }
}

/// `POST /desk/leave`
pub async fn post(State(app): State<App>, officer: Officer, form: Form) -> Response {
    let done = leave(&app, &officer, form).await;
    answer(&app, Some(&officer), done)
}

async fn leave(app: &App, officer: &Officer, form: Form) -> Answer {
    check_token(&form, officer)?;
    let key = key_of(&form)?;
    let verb = form.get("verb").to_owned();
    let (result, words) = match verb.as_str() {
        "step-out" => (
            app.office.leave("step-out", &officer.id, tap_fields(app, &form)?, key).await,
            "离岗告示已经挂出，回来请点返岗",
        ),
        "ask" => {
            let procedure =
                app.office.world.procedures.get("leave").ok_or_else(|| Fault::NotFound("没有离岗程序".to_owned()))?;
            let action =
                procedure.actions.get("ask").ok_or_else(|| Fault::NotFound("没有申请离岗这个动作".to_owned()))?;
            let fields = form.fields(procedure, action);
            (app.office.leave("ask", &officer.id, fields, key).await, "已经申请，等负责人批准")
        }
        "hand-over" => (hand_over(app, officer, &form, key).await, "已经交接，顶岗的人看得到"),
        "return" => (back(app, officer, &form, key).await, "已经返岗，告示已经撤下"),
        _ => return Err(Fault::Bad("请从页面上的按钮提交".to_owned())),
    };
    match result {
        Ok(_) => Ok(Redirect::to(&format!("/desk/leave?done={}", encode(words))).into_response()),
        Err(ActError::Refused(refusal)) => {
            let page = page(app, officer, Some(&refusal), &form, "").await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// The longest short while, in minutes, as the packs have it.
fn tap_max(app: &App) -> i64 {
    app.office.world.values.get("leave-tap-hours").map_or(60, |hours| hours.saturating_mul(60))
}

fn tap_fields(app: &App, form: &Form) -> Result<Fields, Fault> {
    let minutes: i64 = form.get("minutes").parse().map_err(|_| Fault::Bad("请选几分钟后回".to_owned()))?;
    let max = tap_max(app);
    if !(1..=max).contains(&minutes) {
        return Err(Fault::Bad(format!("短时离岗最多 {max} 分钟，更久的请申请")));
    }
    let now = app.office.now();
    let moment = |at| Value::Text(say::local(at).strftime("%Y-%m-%dT%H:%M:%S").to_string());
    let mut fields = Fields::new();
    fields.insert("where".into(), form.get("where").into());
    fields.insert("start".into(), moment(now));
    fields.insert("until".into(), moment(now + SignedDuration::from_mins(minutes)));
    Ok(fields)
}

async fn hand_over(app: &App, officer: &Officer, form: &Form, key: String) -> Result<Done, ActError> {
    own_act(app, officer, form, key, "hand-over", "handed").await
}

async fn back(app: &App, officer: &Officer, form: &Form, key: String) -> Result<Done, ActError> {
    own_act(app, officer, form, key, "return", "handed-back").await
}

/// An act on his own leave, with one text.
async fn own_act(
    app: &App,
    officer: &Officer,
    form: &Form,
    key: String,
    action: &str,
    field: &str,
) -> Result<Done, ActError> {
    let mut fields = Fields::new();
    if !form.get(field).is_empty() {
        fields.insert(field.into(), form.get(field).into());
    }
    let request = Request {
        tenant: officer.tenant.clone(),
        case: form.get("case").into(),
        verb: Verb::Do(action.into()),
        fields,
        reason: None,
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Officer(officer.id.clone()),
        key,
        seen: None,
    };
    app.office.act(request).await
}
