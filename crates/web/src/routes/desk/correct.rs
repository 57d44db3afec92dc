//! `POST /desk/cases/{number}/correct`: a past step's effective instant is corrected.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use xiaoneng_casework::{PLACE, Verb};

use super::{act::after, case::again, case_file, check_token, request};
use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::Officer;

pub async fn post(State(app): State<App>, officer: Officer, Path(number): Path<String>, form: Form) -> Response {
    let done = correct(&app, &officer, &number, form).await;
    answer(&app, Some(&officer), done)
}

async fn correct(app: &App, officer: &Officer, number: &str, form: Form) -> Answer {
    check_token(&form, officer)?;
    let file = case_file(app, officer, number).await?;
    let civil: jiff::civil::DateTime =
        form.get("effective").parse().map_err(|_| Fault::Bad("生效时间请写成 2015-08-20T10:00 的样子".to_owned()))?;
    if !(2004..=2035).contains(&civil.year()) {
        return Err(Fault::Bad("生效时间的年份应当在 2004 到 2035 之间".to_owned()));
    }
    let at = PLACE.to_timestamp(civil).map_err(|e| Fault::Bad(e.to_string()))?;
    let request =
        request(&file, officer, &form, Verb::Correct { event: form.get("event").into(), effective_at: Some(at) })?;
    match app.office.act(request).await {
        Ok(done) => Ok(Redirect::to(&after(app, number, "更正", done.case.holder.as_ref())).into_response()),
        Err(error) => again(app, officer, number, "correct", &form, error).await,
    }
}
