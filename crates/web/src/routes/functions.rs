//! `/oversight/functions`: 界定职能: the four faults of function of a jurisdiction, what was done in the past year held
//! against the list of powers.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::Name;
use xiaoneng_office::MisplacedActs;
use xiaoneng_pack::powers::Misplaced;

use super::oversight::supervised;
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, Section, say};

/// How far back acts are looked at.
const DAYS: i64 = 365;
/// Numbers of cases shown on a line.
const SHOWN: usize = 5;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    place: String,
}

/// `GET /oversight/functions?place=…`
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
    let now = app.office.now();
    let from = now - SignedDuration::from_hours(24 * DAYS);
    let found = app.office.misplaced(&place, from, now).await?;
    let listed = app.office.world.powers.iter().filter(|p| p.tenant == place).count();
    let title = |tenant: &str| app.office.world.org.divisions.get(tenant).map_or(tenant.to_owned(), |d| d.name.clone());
    let about = format!("{}：近一年办的件，对照权力清单 {listed} 条。", title(&place));
    let content = html! {
        (ui::breadcrumbs(&[("督查", "/oversight"), ("界定职能", "")]))
        (ui::head("不越位、不错位、不缺位、不占位", &about, html! {}))
        @if tenants.len() > 1 {
            nav class="tabs" aria-label="辖区" {
                @for tenant in &tenants {
                    a href={ "/oversight/functions?place=" (encode(tenant)) } aria-current=[(*tenant == place).then_some("page")] { (title(tenant)) }
                }
            }
        }
        @if listed == 0 { (ui::empty_state("这个辖区还没有权力清单", "在规则包的 powers.toml 里列出各单位的职权，再来对照", None)) }
        @else if found.is_empty() { (ui::empty_state("没有发现", "近一年办的件都在承办单位的清单上，清单上的都有人办", None)) }
        @for fault in Misplaced::ALL {
            @let these: Vec<&MisplacedActs> = found.iter().filter(|m| m.fault == fault).collect();
            @if !these.is_empty() { (section(app, fault, &these)) }
        }
    };
    let frame = Frame { section: Section::Oversight, ..Frame::desk("界定职能", "/oversight") };
    Ok(app.page(&frame, Some(officer), content).into_response())
}

fn section(app: &App, fault: Misplaced, these: &[&MisplacedActs]) -> Markup {
    let acted = these.iter().any(|m| m.by.is_some() || m.count > 0);
    html! { section {
        h2 { (fault.title()) " " span class="sub" { (these.len()) " 项" } }
        p class="sub" { (fault.says()) }
        table class="t stackable" {
            caption class="vh" { (fault.title()) "：" (fault.says()) }
            thead { tr {
                th scope="col" { "职权" } th scope="col" { "清单上的单位" }
                @if acted { th scope="col" { "谁办的" } th scope="col" { "件数" } th scope="col" { "办件" } }
            } }
            tbody { @for one in these { (row(app, one, acted)) } }
        }
    } }
}

fn row(app: &App, one: &MisplacedActs, acted: bool) -> Markup {
    let unit = |id: &Name| app.unit(id);
    html! { tr {
        th scope="row" data-l="职权" { (one.title) " " span class="sub num" { (one.power) } }
        td data-l="清单上的单位" {
            @if one.listed.is_empty() { "没有单位" }
            ul class="plain" { @for (holder, at) in &one.listed { li { (unit(holder)) " " span class="sub" { (at) } } } }
        }
        @if acted {
            td data-l="谁办的" { (one.by.as_ref().map(unit).unwrap_or_default()) }
            td data-l="件数" class="num" { (say::thousands(one.count)) }
            td data-l="办件" {
                @for number in one.cases.iter().take(SHOWN) { a class="num" href={ "/desk/cases/" (number) } { (number) } " " }
                @if one.count as usize > SHOWN { "等" }
            }
        }
    } }
}
