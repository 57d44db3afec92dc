//! `POST /desk/cases/{number}/act/{action}`: an action of the procedure.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use xiaoneng_casework::{Name, Verb};
use xiaoneng_office::{ActError, Request};

use super::{case::again, case_file, check_token, papers_refused, request};
use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::{Officer, encode};

pub async fn post(
    State(app): State<App>,
    officer: Officer,
    Path((number, action)): Path<(String, String)>,
    form: Form,
) -> Response {
    let done = act(&app, &officer, &number, &action, form).await;
    answer(&app, Some(&officer), done)
}

async fn act(app: &App, officer: &Officer, number: &str, action: &str, mut form: Form) -> Answer {
    check_token(&form, officer)?;
    let file = case_file(app, officer, number).await?;
    let Some((name, rule)) = file.procedure.actions.get_key_value(action) else {
        return Err(Fault::NotFound(format!("“{}”没有“{action}”这个动作", file.procedure.title)));
    };
    let attachments = match form.keep_papers(app, &file.tenant).await {
        Ok(kept) => kept,
        Err(fault) => {
            let refusal = papers_refused(&rule.title, &format!("papers-{name}"), fault)?;
            return again(app, officer, number, action, &form, ActError::Refused(refusal.into())).await;
        }
    };
    let request = Request {
        fields: form.fields(&file.procedure, rule),
        attachments,
        ..request(&file, officer, &form, Verb::Do(name.clone()))?
    };
    let title = rule.title.clone();
    match app.office.act(request).await {
        Ok(done) => Ok(Redirect::to(&after(app, number, &title, done.case.holder.as_ref())).into_response()),
        Err(error) => again(app, officer, number, action, &form, error).await,
    }
}

/// Where an officer goes after an act: the case's page, told what was done and who has it now.
pub fn after(app: &App, number: &str, title: &str, holder: Option<&Name>) -> String {
    let now = match holder.and_then(|h| app.office.world.org.posts.get(h)) {
        Some(post) => format!("，现在由{}{}承办", app.unit(&post.unit), post.title),
        None => String::new(),
    };
    format!("/desk/cases/{number}?done={}", encode(&format!("已办理：{title}{now}")))
}
