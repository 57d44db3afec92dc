//! `GET /track`: where a case is, until when and why, what comes next, who answers for it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::{Acted, ClockView, Happening, Status};
use xiaoneng_office::Tracked;

use super::desk::list::cells;
use crate::app::{App, Frame};
use crate::fault::{Answer, answer};
use crate::query::Query;
use crate::session::Maybe;
use crate::ui::{self, say};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    number: String,
    #[serde(default)]
    code: String,
}

pub async fn get(State(app): State<App>, Maybe(officer): Maybe, Query(asked): Query<Asked>) -> Response {
    let page = show(&app, officer.as_ref(), &asked).await;
    answer(&app, officer.as_ref(), page)
}

async fn show(app: &App, officer: Option<&crate::session::Officer>, asked: &Asked) -> Answer {
    let (number, code) = (asked.number.trim(), asked.code.trim());
    if number.is_empty() && code.is_empty() {
        let page = app.page(&Frame::public("查进度", "/track"), officer, form(asked, None));
        return Ok(page.into_response());
    }
    let found = if number.len() > 60 || code.len() > 20 { None } else { app.office.track(number, code).await? };
    let Some(tracked) = found else {
        let words = "没有查到。请核对办件编号和查询码，它们印在通知书上；也可以扫通知书上的二维码";
        let page = app.page(&Frame::public("查进度", "/track"), officer, form(asked, Some(words)));
        return Ok((StatusCode::NOT_FOUND, page).into_response());
    };
    Ok(app.page(&Frame::public("查进度", "/track"), officer, progress(app, &tracked)).into_response())
}

fn form(asked: &Asked, error: Option<&str>) -> Markup {
    html! {
        (ui::head("查进度", "编号和查询码印在受理通知书、一次性告知书上。", html! {}))
        form class="form narrow" method="get" action="/track" {
            @if let Some(error) = error { p class="err" role="alert" { (error) } }
            div class="fld" { label for="f-number" { "办件编号" } input class="in" id="f-number" name="number" value=(asked.number) autocomplete="off" required maxlength="40"; }
            div class="fld" { label for="f-code" { "查询码" } input class="in" id="f-code" name="code" value=(asked.code) autocomplete="off" required maxlength="12"; }
            (ui::button(ui::Button::Primary, "查询", None))
        }
    }
}

fn progress(app: &App, tracked: &Tracked) -> Markup {
    let now = app.office.now();
    let case = &tracked.case;
    let state = tracked.procedure.states.get(&case.state);
    let words = state.map_or("", |s| if s.public.is_empty() { &s.title } else { &s.public });
    let live = |c: &&ClockView| c.step.is_none() && matches!(c.status, Status::Running | Status::Paused { .. });
    html! {
        (ui::head(&case.opening.title, &format!("办件编号 {}", case.opening.number), html! {}))
        p class="now" { (words) }
        @if let Some((result, at)) = &case.result { p class="now" { "结果：" b { (result) } "　" (say::date(say::local(*at).date())) } }
        (ui::state_line(&tracked.procedure, case))
        @for clock in tracked.clocks.iter().filter(live) { (ui::clock_card(clock, &cells(app, &case.unit, clock, now), "起算", now)) }
        @if case.is_open() && !tracked.clocks.iter().any(|c| live(&c)) { p class="sub" { "现在等您补齐材料，或者等下一步开始计时。" } }
        @if let Some((unit, post, officer, phone)) = &tracked.answers {
            section { h2 { "现在由谁负责" } p { (unit) (post) "　" b { (officer) } "　电话 " (phone) } }
        }
        section { h2 { "办理经过" } ol class="steps-done" { @for (what, when, note) in happened(tracked) { li { b { (what) } span class="sub num" { "　" (when) } @if !note.is_empty() { p { (note) } } } } } }
    }
}

/// What a citizen is told: actions and lapses, no names of applicants, no opinions.
fn happened(tracked: &Tracked) -> Vec<(String, String, String)> {
    let mut rows = Vec::new();
    for event in tracked.case.history.iter().rev() {
        let when = say::instant(event.effective_at);
        match &event.what {
            Happening::Acted(acted) => {
                let title =
                    tracked.procedure.actions.get(&acted.action).map_or(acted.action.to_string(), |a| a.title.clone());
                rows.push((title, when, note(tracked, acted)));
            }
            Happening::Lapsed { clock, .. } => {
                let title = tracked.procedure.clocks.get(clock).map_or("", |c| &c.title);
                rows.push((format!("“{title}”期限届满"), when, String::new()));
            }
            Happening::Corrected { .. } => {
                rows.push(("更正了登记的时间或内容，期限已经重新计算".to_owned(), when, String::new()))
            }
            _ => {}
        }
    }
    rows
}

/// What the applicant himself must know of a step: what is missing, why it stands still.
fn note(tracked: &Tracked, acted: &Acted) -> String {
    if let (Some(missing), Some(item)) = (acted.fields.get("missing"), &tracked.item) {
        let names: Vec<String> =
            missing.list().iter().filter_map(|m| item.material(m)).map(|m| m.name.clone()).collect();
        return format!("请补正：{}", names.join("、"));
    }
    let public = |id: &str| acted.fields.get(id).and_then(|v| v.text());
    public("pause-reason").map_or(String::new(), |r| format!("暂停计时：{r}"))
}
