//! `POST /desk/batch`: a head signs several, or sends them back with one reason.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use xiaoneng_casework::{Fields, Verb};
use xiaoneng_office::{Request, Who};

use super::{case_file, check_token, key_of};
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::{Officer, encode};
use crate::ui;

/// Most cases in one go.
const BATCH_MAX: usize = 100;

pub async fn post(State(app): State<App>, officer: Officer, form: Form) -> Response {
    let done = batch(&app, &officer, form).await;
    answer(&app, Some(&officer), done)
}

async fn batch(app: &App, officer: &Officer, form: Form) -> Answer {
    check_token(&form, officer)?;
    let key = key_of(&form)?;
    let mut numbers: Vec<&str> = form.all("number").collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return Err(Fault::Bad("没有勾选办件。请返回勾选后再提交".to_owned()));
    }
    if numbers.len() > BATCH_MAX {
        return Err(Fault::TooLarge(format!("一次最多 {BATCH_MAX} 件。请分几次办理")));
    }
    let action = form.get("action");
    let mut refused = Vec::new();
    for number in &numbers {
        if let Err(words) = one(app, officer, number, action, &form, &key).await {
            refused.push((*number, words));
        }
    }
    let done = numbers.len() - refused.len();
    if refused.is_empty() {
        return Ok(Redirect::to(&format!("/desk?done={}", encode(&format!("已办理 {done} 件")))).into_response());
    }
    let content = html! {
        (ui::head("有几件没有办成", &format!("办成 {done} 件，没有办成 {} 件。没有办成的保持原样。", refused.len()), html! {}))
        ul { @for (number, words) in &refused { li { a href={ "/desk/cases/" (number) } { (number) } "：" (words) } } }
        p { a href="/desk" { "返回待办" } }
    };
    Ok(app.page(&Frame::desk("批量办理", "/desk"), Some(officer), content).into_response())
}

/// One of them; each stands or falls for itself.
async fn one(app: &App, officer: &Officer, number: &str, action: &str, form: &Form, key: &str) -> Result<(), String> {
    let file = case_file(app, officer, number).await.map_err(|_| "没有这个办件，或者不在您的范围".to_owned())?;
    let Some((name, _)) = file.procedure.actions.get_key_value(action).filter(|(_, a)| a.batch) else {
        return Err("这一步不能批量办理".to_owned());
    };
    let request = Request {
        tenant: file.tenant.clone(),
        case: file.id.clone(),
        verb: Verb::Do(name.clone()),
        fields: Fields::new(),
        reason: form.reason(),
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Officer(officer.id.clone()),
        key: format!("{key}.{number}"),
        seen: None,
    };
    app.office.act(request).await.map(drop).map_err(|e| e.to_string())
}
