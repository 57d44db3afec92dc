//! `POST /desk/cases/{number}/hand-over`: offer, take over, give back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use xiaoneng_casework::Verb;

use super::{act::after, case::again, case_file, check_token, request};
use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::Officer;

pub async fn post(State(app): State<App>, officer: Officer, Path(number): Path<String>, form: Form) -> Response {
    let done = hand_over(&app, &officer, &number, form).await;
    answer(&app, Some(&officer), done)
}

async fn hand_over(app: &App, officer: &Officer, number: &str, form: Form) -> Answer {
    check_token(&form, officer)?;
    let file = case_file(app, officer, number).await?;
    let (verb, title) = match form.get("verb") {
        "offer" => (Verb::HandOver { to: form.get("to").into() }, "交办，等待对方接收"),
        "take" => (Verb::TakeOver, "接收"),
        "decline" => (Verb::DeclineHandOver, "退回交办"),
        _ => return Err(Fault::Bad("请从页面上的按钮提交".to_owned())),
    };
    let request = request(&file, officer, &form, verb)?;
    match app.office.act(request).await {
        Ok(done) => Ok(Redirect::to(&after(app, number, title, done.case.holder.as_ref())).into_response()),
        Err(error) => again(app, officer, number, "hand-over", &form, error).await,
    }
}
