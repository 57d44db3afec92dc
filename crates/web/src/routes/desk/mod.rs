//! The desk: where clerks and officers work.

pub mod act;
pub mod batch;
pub mod case;
pub mod correct;
pub mod drafts;
mod family;
pub mod hand_over;
pub mod intake;
pub mod leave;
pub mod letter;
pub mod list;
pub mod open;
pub mod paper;
pub mod passes;
pub mod register;
mod view;

use xiaoneng_casework::{FieldFault, Fields, Name, Refusal, Verb, Why};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{CaseFile, Request, Who};

use crate::app::App;
use crate::fault::Fault;
use crate::form::Form;
use crate::session::{Officer, same};

/// The tenant that a case number belongs to: its first part.
pub fn tenant_of(app: &App, number: &str) -> Option<Name> {
    let tenant = number.split('-').next()?;
    app.office.world.org.divisions.get_key_value(tenant).map(|(t, _)| t.clone())
}

/// The case of a number, as this officer may see it.
pub async fn case_file(app: &App, officer: &Officer, number: &str) -> Result<CaseFile, Fault> {
    let missing =
        || Fault::NotFound(format!("没有编号为“{number}”的办件，或者它不在您的岗位可以查看的范围。请核对编号"));
    let tenant = tenant_of(app, number).ok_or_else(missing)?;
    let row = app.office.store.case_by_number(&TenantId::from(&*tenant), number).await?.ok_or_else(missing)?;
    app.office.case_file(&tenant, &row.case.as_str().into(), &officer.id).await?.ok_or_else(missing)
}

/// A form must carry the token of the session it was shown in.
pub fn check_token(form: &Form, officer: &Officer) -> Result<(), Fault> {
    if same(form.get("csrf"), &officer.csrf) {
        return Ok(());
    }
    Err(Fault::Forbidden("登录已经更换或者页面过期，这一次没有办理。请返回上一页刷新后重新提交".to_owned()))
}

/// A paper that cannot be kept, as a refusal beside its field: what was typed stays on the page.
pub fn papers_refused(action: &str, field: &str, fault: Fault) -> Result<Refusal, Fault> {
    let (Fault::Bad(message) | Fault::TooLarge(message)) = fault else { return Err(fault) };
    Ok(Refusal {
        why: Why::Fields,
        action: action.to_owned(),
        state: None,
        rule: "附件收 PDF、图片、Word、Excel，单个不超过规定的大小".to_owned(),
        article: None,
        instead: "填好的内容都还在；请换好附件，重新选择全部附件再提交".to_owned(),
        fields: vec![FieldFault { field: Name::from(field), message }],
    })
}

/// What a form on a case's page asks of the office; an action adds its fields and papers.
pub fn request(file: &CaseFile, officer: &Officer, form: &Form, verb: Verb) -> Result<Request, Fault> {
    Ok(Request {
        tenant: file.tenant.clone(),
        case: file.id.clone(),
        verb,
        fields: Fields::new(),
        reason: form.reason(),
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Officer(officer.id.clone()),
        key: key_of(form)?,
        seen: form.get("seen").parse().ok(),
    })
}

/// The idempotency key that came with a form.
pub fn key_of(form: &Form) -> Result<String, Fault> {
    let key = form.get("idempotency-key");
    if (8..=80).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(key.to_owned())
    } else {
        Err(Fault::Bad("表单缺少防重复编号，请刷新页面重新提交".to_owned()))
    }
}

/// A fresh idempotency key.
pub fn new_key() -> String {
    uuid::Uuid::now_v7().to_string()
}
