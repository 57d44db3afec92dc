//! `POST /desk/drafts`: a form set aside; `POST /desk/drafts/{id}/remove`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use xiaoneng_office::DRAFTS_MAX;

use super::check_token;
use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::Officer;

/// What a form carries beside what was typed.
const NOT_TYPED: [&str; 5] = ["csrf", "idempotency-key", "draft", "item", "papers"];
/// Most bytes of a draft: an officer's drafts are opened all together.
const DRAFT_SIZE_MAX: usize = 256 * 1024;

pub async fn post(State(app): State<App>, officer: Officer, form: Form) -> Response {
    let kept = keep(&app, &officer, form).await;
    answer(&app, Some(&officer), kept)
}

async fn keep(app: &App, officer: &Officer, form: Form) -> Answer {
    check_token(&form, officer)?;
    let (id, item) = (form.get("draft"), form.get("item"));
    if !(8..=80).contains(&id.len()) || !app.office.world.items.contains_key(item) {
        return Err(Fault::Bad("草稿没有对应的事项，请从收件页面重新开始".to_owned()));
    }
    let typed: Vec<(String, String)> =
        form.values().iter().filter(|(n, v)| !NOT_TYPED.contains(&n.as_str()) && !v.is_empty()).cloned().collect();
    if typed.iter().map(|(n, v)| n.len() + v.len()).sum::<usize>() > DRAFT_SIZE_MAX {
        return Err(Fault::TooLarge(format!("草稿最多 {} KB 文字", DRAFT_SIZE_MAX / 1024)));
    }
    if !app.office.keep_draft(&officer.tenant, &officer.id, id, item, &typed).await? {
        return Err(Fault::TooLarge(format!("草稿没有存上：每人最多 {DRAFTS_MAX} 份，请先删掉不用的")));
    }
    Ok(Redirect::to("/desk/intake").into_response())
}

/// `POST /desk/drafts/{id}/remove`
pub async fn remove(State(app): State<App>, officer: Officer, Path(id): Path<String>, form: Form) -> Response {
    let gone = discard(&app, &officer, &id, &form).await;
    answer(&app, Some(&officer), gone)
}

async fn discard(app: &App, officer: &Officer, id: &str, form: &Form) -> Answer {
    check_token(form, officer)?;
    app.office.remove_draft(&officer.tenant, &officer.id, id).await?;
    Ok(Redirect::to("/desk/intake").into_response())
}
