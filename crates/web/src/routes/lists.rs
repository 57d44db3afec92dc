//! `GET /lists/{register}`: standing cases as a public list (权力清单).

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use xiaoneng_casework::{Name, Value};
use xiaoneng_ledger::TenantId;
use xiaoneng_store::CaseFilter;

use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::{Maybe, encode};
use crate::ui::{self, Filter};

/// Entries on a page.
const PAGE: usize = 100;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    place: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

pub async fn get(
    State(app): State<App>,
    Maybe(officer): Maybe,
    Path(register): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = show(&app, officer.as_ref(), &register, &asked).await;
    answer(&app, officer.as_ref(), page)
}

async fn show(app: &App, officer: Option<&crate::session::Officer>, id: &str, asked: &Asked) -> Answer {
    let world = &app.office.world;
    let procedure = world.procedures.get(id).filter(|p| p.register.is_some());
    let Some((procedure, register)) = procedure.and_then(|p| Some((p, p.register.as_ref()?))) else {
        return Err(Fault::NotFound(format!("没有“{id}”这份清单")));
    };
    let tenants = app.office.tenants();
    let tenant =
        tenants.iter().find(|t| ***t == *asked.place).or(tenants.first()).cloned().unwrap_or_else(|| "".into());
    let mut filter = CaseFilter::new(TenantId::from(&*tenant));
    filter.procedure = Some(procedure.id.to_string());
    filter.standing = Some(true);
    filter.text = Some(asked.q.trim().to_owned()).filter(|q| !q.is_empty());
    filter.limit = PAGE;
    if !asked.after.is_empty() {
        filter.after = Some(asked.after.parse().map_err(|_| Fault::Bad("翻页标记不对，请回到第一页".to_owned()))?);
    }
    let page = app.office.store.cases(&filter).await?;
    let total = app.office.store.count_cases(&filter, 100_000).await? as usize;
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        if let Some(case) = app.office.case(&tenant, &row.case.as_str().into()).await? {
            rows.push(case);
        }
    }
    let places: Vec<(String, String)> = tenants
        .iter()
        .map(|t| (t.to_string(), world.org.divisions.get(t).map_or(t.to_string(), |d| d.short.clone())))
        .collect();
    let next = page
        .next
        .map(|c| format!("/lists/{id}?place={tenant}&q={}&after={}", encode(&asked.q), encode(&c.to_string())));
    let lister = officer.is_some_and(|o| super::desk::register::may_open(app, o, procedure));
    let content = html! {
        (ui::head(&register.title, &procedure.about, html! { @if lister { (ui::link_button(ui::Button::Primary, "列入一条", &format!("/desk/registers/{id}"))) } }))
        (ui::filters(&format!("/lists/{id}"), &[
            Filter::Choice { name: "place", label: "地方", options: &places, value: &tenant },
            Filter::Text { name: "q", label: "名称", value: &asked.q },
        ], None))
        @if rows.is_empty() { (ui::empty_state("清单里还没有条目", "换一个地方看看，或者清除查找", None)) }
        @else {
            table class="t stackable" {
                caption class="vh" { (register.title) }
                thead { tr { @for column in &register.columns { th scope="col" { (title(procedure, column)) } } th scope="col" { "状态" } @if lister { th scope="col" { "办理" } } } }
                tbody { @for case in &rows { tr {
                    @for column in &register.columns { td data-l=(title(procedure, column)) { (text(app, case.fields.get(column))) } }
                    td data-l="状态" { (procedure.states.get(&case.state).map_or("", |s| &s.title)) }
                    @if lister { td data-l="办理" { a href={ "/desk/cases/" (case.opening.number) } { "调整、下放、取消" } } }
                } } }
            }
            (ui::pager(rows.len(), Some(total), (!asked.after.is_empty()).then_some(&*format!("/lists/{id}")), next.as_deref()))
        }
    };
    Ok(app.page(&Frame::public(&register.title, "/lists/power"), officer, content).into_response())
}

fn title<'a>(procedure: &'a xiaoneng_pack::Procedure, column: &Name) -> &'a str {
    procedure.fields.get(column).map_or("", |f| &f.title)
}

fn text(app: &App, value: Option<&Value>) -> String {
    match value {
        Some(Value::Text(text)) if app.office.world.org.units.contains_key(text.as_str()) => app.unit(text),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}
