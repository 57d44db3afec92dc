//! `GET /desk/cases/{number}/papers/{hash}`: a paper of the case.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use xiaoneng_ledger::{AttachmentHash, TenantId};

use super::case_file;
use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::session::{Officer, encode};

pub async fn get(State(app): State<App>, officer: Officer, Path((number, hash)): Path<(String, String)>) -> Response {
    let paper = show(&app, &officer, &number, &hash).await;
    answer(&app, Some(&officer), paper)
}

async fn show(app: &App, officer: &Officer, number: &str, hash: &str) -> Answer {
    let file = case_file(app, officer, number).await?;
    let gone = || Fault::NotFound("这个办件没有这份附件".to_owned());
    if !file.opened {
        return Err(Fault::Forbidden("附件只有经办这个办件的人可以看".to_owned()));
    }
    let named = file.case.attachments.iter().find(|a| a.hash == hash).ok_or_else(gone)?;
    let hash: AttachmentHash = hash.parse().map_err(|_| gone())?;
    let paper = app.office.store.attachment(&TenantId::from(&*file.tenant), &hash).await?.ok_or_else(gone)?;
    // Images and PDF may be looked at; everything else is only saved. Nothing runs: see the guard's headers.
    let shown = matches!(named.media.as_str(), "application/pdf" | "image/jpeg" | "image/png");
    let how = if shown { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename*=UTF-8''{}", encode(&named.name));
    let headers = [
        (header::CONTENT_TYPE, named.media.clone()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; style-src 'unsafe-inline'".to_owned()),
    ];
    Ok((headers, paper.bytes).into_response())
}
