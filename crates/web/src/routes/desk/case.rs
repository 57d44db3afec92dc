//! `GET /desk/cases/{number}`: a case's file.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::Recorded;
use xiaoneng_office::{ActError, CaseFile};

use super::view::{self, Attempt};
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::query::Query;
use crate::session::Officer;
use crate::ui::{self, Flash, Tone, say};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

pub async fn get(
    State(app): State<App>,
    officer: Officer,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = show(&app, &officer, &number, &asked.done).await;
    answer(&app, Some(&officer), page)
}

async fn show(app: &App, officer: &Officer, number: &str, done: &str) -> Answer {
    let file = super::case_file(app, officer, number).await?;
    let flash = (!done.is_empty()).then(|| Flash { tone: Tone::Good, text: done.chars().take(200).collect() });
    let followed = followed(app, officer, &file).await;
    Ok(page(app, officer, &file, None, followed, flash).into_response())
}

/// 跟踪办: the steps of the case that this one follows, the newest first, as far as who follows it may see them.
async fn followed(app: &App, officer: &Officer, file: &CaseFile) -> Option<Markup> {
    if &*file.procedure.id != "follow" {
        return None;
    }
    let number = file.case.text("number")?;
    let Ok(other) = super::case_file(app, officer, number).await else {
        return Some(html! { p class="sub" { "没有编号为“" (number) "”的办件，或者不归您看。请核对编号。" } });
    };
    let state = other.procedure.state_title(&other.case.state);
    Some(html! {
        section {
            h2 { "跟踪的一件：" a href={ "/desk/cases/" (number) } { (other.case.opening.title) } "　" (state) }
            (ui::timeline(&view::timeline(app, &other)))
        }
    })
}

fn page(
    app: &App,
    officer: &Officer,
    file: &CaseFile,
    attempt: Option<&Attempt>,
    changed: Option<Markup>,
    flash: Option<Flash>,
) -> Markup {
    let title = format!("{} {}", file.case.opening.title, file.case.opening.number);
    let frame = Frame { flash, ..Frame::desk(&title, "/desk") };
    app.page(&frame, Some(officer), view::content(app, officer, file, attempt, changed))
}

/// An act that did not happen: the page as it is now, with what was typed and why not.
pub async fn again(app: &App, officer: &Officer, number: &str, action: &str, form: &Form, error: ActError) -> Answer {
    let refusal = match error {
        ActError::Refused(refusal) => refusal,
        ActError::Changed { since } => {
            let file = super::case_file(app, officer, number).await?;
            let changed = changed(app, &file, &since);
            return Ok((StatusCode::CONFLICT, page(app, officer, &file, None, Some(changed), None)).into_response());
        }
        other => return Err(Fault::from(other)),
    };
    let file = super::case_file(app, officer, number).await?;
    let attempt = Attempt { action, form, refusal: &refusal };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, officer, &file, Some(&attempt), None, None)).into_response())
}

/// The second of two officers is told what changed.
fn changed(app: &App, file: &CaseFile, since: &[Recorded]) -> Markup {
    let rows = view::timeline(app, file);
    let new: Vec<_> = rows.into_iter().filter(|r| since.iter().any(|e| *e.id == *r.id)).collect();
    html! {
        section class="refusal" role="alert" tabindex="-1" data-focus {
            h2 { "刚才有人先办了，您的提交没有写入" }
            p { "打开页面以后发生了这些（" (say::thousands(new.len() as u64)) "条），请看清楚再办：" }
            (crate::ui::timeline(&new))
        }
    }
}
