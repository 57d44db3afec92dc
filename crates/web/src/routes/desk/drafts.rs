//! `POST /desk/drafts`: a form set aside; `POST /desk/drafts/{id}/remove`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use xiaoneng_ledger::TenantId;
use xiaoneng_store::Draft;

use super::check_token;
use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::Officer;

/// Most drafts of one officer.
const DRAFTS_MAX: usize = 100;

pub async fn post(State(app): State<App>, officer: Officer, form: Form) -> Response {
    let kept = keep(&app, &officer, form).await;
    answer(&app, Some(&officer), kept)
}

async fn keep(app: &App, officer: &Officer, form: Form) -> Answer {
    check_token(&form, officer)?;
    let tenant = TenantId::from(&*officer.tenant);
    let (id, item) = (form.get("draft"), form.get("item"));
    if !(8..=80).contains(&id.len()) || !app.office.world.items.contains_key(item) {
        return Err(Fault::Bad("草稿没有对应的事项，请从收件页面重新开始".to_owned()));
    }
    if let Some(other) = app.office.store.draft(&tenant, id).await?
        && other.officer != *officer.id
    {
        return Err(Fault::Forbidden("这份草稿是别人的".to_owned()));
    }
    if app.office.store.drafts(&tenant, &officer.id).await?.len() >= DRAFTS_MAX {
        return Err(Fault::TooLarge(format!("每人最多存 {DRAFTS_MAX} 份草稿，请先删掉不用的")));
    }
    let typed: Vec<&(String, String)> =
        form.values().iter().filter(|(n, _)| !matches!(n.as_str(), "csrf" | "idempotency-key" | "draft" | "item")).collect();
    let draft = Draft {
        id: id.to_owned(),
        officer: officer.id.to_string(),
        post: None,
        item: item.to_owned(),
        form: serde_json::to_value(typed).unwrap_or_default(),
        updated_at: app.office.now(),
    };
    app.office.store.draft_put(&tenant, draft).await?;
    Ok(Redirect::to("/desk/intake").into_response())
}

/// `POST /desk/drafts/{id}/remove`
pub async fn remove(State(app): State<App>, officer: Officer, Path(id): Path<String>, form: Form) -> Response {
    let gone = discard(&app, &officer, &id, &form).await;
    answer(&app, Some(&officer), gone)
}

async fn discard(app: &App, officer: &Officer, id: &str, form: &Form) -> Answer {
    check_token(form, officer)?;
    let tenant = TenantId::from(&*officer.tenant);
    let mine = app.office.store.draft(&tenant, id).await?.is_some_and(|d| d.officer == *officer.id);
    if mine {
        app.office.store.draft_remove(&tenant, id).await?;
    }
    Ok(Redirect::to("/desk/intake").into_response())
}
