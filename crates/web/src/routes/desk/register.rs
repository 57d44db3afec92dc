//! `/desk/registers/{register}`: an entry is put on a register (权力清单 列入).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use xiaoneng_casework::{Name, Refusal};
use xiaoneng_office::{ActError, Intake, Who};
use xiaoneng_pack::{Action, By, Procedure};

use super::{check_token, key_of, new_key};
use crate::app::{App, Frame};
use crate::choices::{Choices, On};
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::{Officer, encode};
use crate::ui::{self, Button, FieldInput};

/// Has this officer a post that opens entries of this register?
pub fn may_open(app: &App, officer: &Officer, procedure: &Procedure) -> bool {
    let opens = |by: &By| matches!(by, By::Role(role, _) if app.office.has_role(&officer.id, role));
    procedure.ways_in().any(|(_, a)| a.by.iter().any(opens))
}

pub async fn get(State(app): State<App>, officer: Officer, Path(register): Path<String>) -> Response {
    let page = show(&app, &officer, &register);
    answer(&app, Some(&officer), page)
}

fn show(app: &App, officer: &Officer, register: &str) -> Answer {
    let (procedure, _, action) = opening(app, officer, register)?;
    let content = content(app, officer, &procedure, &action, &Form::default(), None);
    Ok(app.page(&Frame::desk(&action.title, "/lists/power"), Some(officer), content).into_response())
}

fn opening(app: &App, officer: &Officer, register: &str) -> Result<(Arc<Procedure>, Name, Action), Fault> {
    let procedure = app.office.world.procedures.get(register).filter(|p| p.register.is_some());
    let procedure = procedure.ok_or_else(|| Fault::NotFound(format!("没有“{register}”这份清单")))?;
    if !may_open(app, officer, procedure) {
        return Err(Fault::Forbidden("这份清单由清单管理岗位列入。有变动依据的，请送清单管理岗位".to_owned()));
    }
    let (name, action) =
        procedure.ways_in().next().ok_or_else(|| Fault::NotFound("这份清单没有列入动作".to_owned()))?;
    Ok((procedure.clone(), name.clone(), action.clone()))
}

fn content(
    app: &App,
    officer: &Officer,
    procedure: &Procedure,
    action: &Action,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Markup {
    let error = |id: &str| refusal.and_then(|r| r.fields.iter().find(|f| &*f.field == id)).map(|f| f.message.as_str());
    let home = app.office.world.org.officers.get(&officer.id).map_or("", |o| &o.unit);
    let choices = Choices::of(app, &officer.tenant, procedure, action, On::Begins(home));
    let typed = |id: &str| form.all(id).collect::<Vec<_>>().join("\n");
    html! {
        (ui::breadcrumbs(&[(&procedure.title, &format!("/lists/{}?place={}", procedure.id, officer.tenant)), (&action.title, "")]))
        (ui::head(&format!("{}：{}", procedure.title, action.title), &procedure.about, html! {}))
        @if let Some(refusal) = refusal { (ui::refusal(refusal)) }
        form class="form intake" method="post" action={ "/desk/registers/" (procedure.id) } {
            (ui::csrf_field(&officer.csrf)) (ui::idempotency_field(&new_key()))
            @for (id, field) in procedure.fields.iter().filter(|(id, _)| action.needs.contains(*id) || action.takes.contains(*id)) {
                (ui::field_input(&FieldInput { id, field, required: action.needs.contains(id), value: &typed(id), error: error(id), stock: &[] }, &choices.lists(id)))
            }
            div class="btns" { (ui::button(Button::Primary, &action.title, None)) }
        }
    }
}

pub async fn post(State(app): State<App>, officer: Officer, Path(register): Path<String>, form: Form) -> Response {
    let done = put_on(&app, &officer, &register, form).await;
    answer(&app, Some(&officer), done)
}

async fn put_on(app: &App, officer: &Officer, register: &str, form: Form) -> Answer {
    check_token(&form, officer)?;
    let (procedure, name, action) = opening(app, officer, register)?;
    let title = Some(form.get("name")).filter(|t| !t.is_empty()).unwrap_or(&procedure.title).to_owned();
    let unit = Some(Name::from(form.get("unit"))).filter(|u| app.office.world.org.units.contains_key(u));
    let home = app.office.world.org.officers.get(&officer.id).map(|o| o.unit.clone());
    let intake = Intake {
        action: name,
        item: None,
        procedure: Some(procedure.id.clone()),
        unit: unit.or(home),
        intake: None,
        title: Some(title),
        fields: form.fields(&procedure, &action),
        reason: form.reason(),
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Officer(officer.id.clone()),
        key: key_of(&form)?,
    };
    match app.office.open(intake).await {
        Ok(done) => {
            let words = encode("已经列入清单");
            Ok(Redirect::to(&format!("/desk/cases/{}?done={words}", done.case.opening.number)).into_response())
        }
        Err(ActError::Refused(refusal)) => {
            let content = content(app, officer, &procedure, &action, &form, Some(&refusal));
            let page = app.page(&Frame::desk(&action.title, "/lists/power"), Some(officer), content);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(ActError::Office(xiaoneng_office::OfficeError::Store(xiaoneng_store::StoreError::Taken {
            value, ..
        }))) => Err(Fault::Bad(format!("编码“{value}”已经在清单里。请核对编码，或者到原来的条目上调整"))),
        Err(other) => Err(other.into()),
    }
}
