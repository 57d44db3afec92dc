//! `/oversight/breaches`: what is on record as a breach, with the finding that each led to: the latest on the page of
//! oversight, all of them here.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::Name;
use xiaoneng_ledger::TenantId;
use xiaoneng_store::{BreachFilter, BreachRow};

use super::oversight::supervised;
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, Filter, Section, say};

/// Rows of a page.
const PAGE: usize = 40;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    place: String,
    #[serde(default)]
    duty: String,
    #[serde(default)]
    after: String,
}

/// `GET /oversight/breaches?place=…&duty=…&after=…`
pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = page(&app, &officer, &asked).await;
    answer(&app, Some(&officer), page)
}

async fn page(app: &App, officer: &Officer, asked: &Asked) -> Answer {
    let tenants = supervised(app, officer)?;
    let place = match asked.place.as_str() {
        "" => tenants.first().cloned(),
        place => tenants.iter().find(|t| ***t == *place).cloned(),
    };
    let place = place.ok_or_else(|| Fault::Forbidden("这个辖区不在您督查的范围".to_owned()))?;
    let mut filter = BreachFilter { limit: PAGE, ..BreachFilter::new(TenantId::from(&*place)) };
    filter.duty = (!asked.duty.is_empty()).then(|| asked.duty.clone());
    if !asked.after.is_empty() {
        filter.after = Some(asked.after.parse().map_err(|_| Fault::Bad("翻页标记不对，请回到第一页".to_owned()))?);
    }
    let page = app.office.store.breaches(&filter).await?;
    let rows: Vec<(Name, BreachRow)> = page.rows.into_iter().map(|row| (place.clone(), row)).collect();
    let address =
        |after: &str| format!("/oversight/breaches?place={place}&duty={}&after={}", encode(&asked.duty), encode(after));
    let next = page.next.map(|c| address(&c.to_string()));
    let first = (!asked.after.is_empty()).then(|| address(""));
    let world = &app.office.world;
    let title = |tenant: &Name| world.org.divisions.get(tenant).map_or(tenant.to_string(), |d| d.short.clone());
    let places: Vec<(String, String)> = tenants.iter().map(|t| (t.to_string(), title(t))).collect();
    let duties: Vec<(String, String)> = xiaoneng_pack::Duty::ALL
        .map(|(id, duty, _)| (id.to_owned(), world.duties.title(duty).to_owned()))
        .into_iter()
        .collect();
    let content = html! {
        (ui::breadcrumbs(&[("督查", "/oversight"), ("记录在案的违规", "")]))
        (ui::head("记录在案的违规", "新的在前；由人核实以后才定性。", html! {}))
        (ui::filters("/oversight/breaches", &[
            Filter::Choice { name: "place", label: "地方", options: &places, value: &place },
            Filter::Choice { name: "duty", label: "制度", options: &duties, value: &asked.duty },
        ], None))
        @if rows.is_empty() { (ui::empty_state("没有这样的违规记录", "换一个地方或者制度看看", Some(("回到督查", "/oversight")))) }
        @else { (table(app, &rows).await?) (ui::pager(rows.len(), None, first.as_deref(), next.as_deref())) }
    };
    let frame = Frame { section: Section::Oversight, ..Frame::desk("记录在案的违规", "/oversight") };
    Ok(app.page(&frame, Some(officer), content).into_response())
}

/// Breaches, each with its case and its finding.
pub async fn table(app: &App, breaches: &[(Name, BreachRow)]) -> Result<Markup, Fault> {
    let mut findings = Vec::with_capacity(breaches.len());
    for (tenant, breach) in breaches {
        findings.push(finding(app, tenant, &breach.id).await?);
    }
    Ok(html! {
        table class="t stackable" {
            caption class="vh" { "记录在案的违规" }
            thead { tr { th scope="col" { "时间" } th scope="col" { "单位" } th scope="col" { "规则" } th scope="col" { "事实" } th scope="col" { "办件" } th scope="col" { "问题" } } }
            tbody { @for ((_, b), finding) in breaches.iter().zip(&findings) { tr {
                td data-l="时间" class="num" { (say::short_instant(b.at)) }
                td data-l="单位" { (app.unit(&b.unit)) }
                td data-l="规则" { (b.rule) }
                td data-l="事实" { (b.facts_json["facts"].as_str().unwrap_or_default()) }
                td data-l="办件" { a class="num" href={ "/desk/cases/" (b.facts_json["number"].as_str().unwrap_or_default()) } { (b.facts_json["number"].as_str().unwrap_or_default()) } }
                td data-l="问题" { @match finding {
                    Some((number, state)) => a class="num" href={ "/desk/cases/" (number) } { (state) },
                    None => "只记录",
                } }
            } } }
        }
    })
}

/// What a breach has led to: its finding's number, and where that is now.
async fn finding(app: &App, tenant: &Name, breach: &str) -> Result<Option<(Name, String)>, Fault> {
    let Some((_, case)) = app.office.finding_of(tenant, breach).await? else { return Ok(None) };
    let procedure = app.office.procedure_of(&case)?;
    Ok(Some((case.opening.number.clone(), procedure.state_title(&case.state).to_owned())))
}
