//! `/oversight`: lights by tier and unit; every number opens into its list.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use xiaoneng_casework::{Light, Name};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{Lights, UnitLights};
use xiaoneng_pack::Tier;
use xiaoneng_store::{BreachFilter, CaseFilter};

use super::desk::list::row;
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, CaseListRow, Filter, HeatCell, HeatRow, Section, say};

/// Cases on a page.
const PAGE: usize = 40;

/// The columns of the map: word in addresses, title, light.
const COLUMNS: [(&str, &str, Option<Light>); 7] = [
    ("red", "超期", Some(Light::Red)),
    ("yellow", "临期", Some(Light::Yellow)),
    ("green", "正常", Some(Light::Green)),
    ("paused", "暂停", Some(Light::Paused)),
    ("none", "未计时", None),
    ("missed", "超期办结", Some(Light::Missed)),
    ("met", "按期办结", Some(Light::Met)),
];

/// Breaches on the page of oversight: the latest.
const RECENT: usize = 20;

/// `GET /oversight`
pub async fn get(State(app): State<App>, officer: Officer) -> Response {
    let page = map(&app, &officer).await;
    answer(&app, Some(&officer), page)
}

pub(super) fn supervised(app: &App, officer: &Officer) -> Result<Vec<Name>, Fault> {
    let tenants = app.office.supervised(&officer.id);
    if tenants.is_empty() {
        return Err(Fault::Forbidden("督查页面由效能办和领导岗位查看。您的办件在“待办”里".to_owned()));
    }
    Ok(tenants)
}

async fn map(app: &App, officer: &Officer) -> Answer {
    let tenants = supervised(app, officer)?;
    let units = app.office.lights(&tenants).await?;
    let mut breaches = Vec::new();
    for tenant in &tenants {
        let filter = BreachFilter { limit: RECENT, ..BreachFilter::new(TenantId::from(&**tenant)) };
        breaches.extend(app.office.store.breaches(&filter).await?.rows.into_iter().map(|b| (tenant.clone(), b)));
    }
    breaches.sort_by_key(|(_, b)| std::cmp::Reverse(b.at));
    breaches.truncate(RECENT);
    let passed = super::passed::section(app, &tenants).await?;
    let recorded = match breaches.is_empty() {
        true => ui::empty_state(
            "没有违规记录",
            "法定时限届满、第二次告知、逾时不归会自动记在这里；由人核实以后才定性",
            None,
        ),
        false => super::breaches::table(app, &breaches).await?,
    };
    let total = |count: fn(&Lights) -> u64| units.iter().map(|u| count(&u.all)).sum::<u64>();
    let columns: Vec<(String, Option<Light>)> =
        COLUMNS.iter().map(|(_, title, light)| (title.to_string(), *light)).collect();
    let content = html! {
        (ui::head("效能督查", "灯由时限自己亮；每个数点开就是它的办件。", html! { a class="btn" href="/oversight/functions" { "界定职能" } }))
        div class="stats" {
            // A list is one jurisdiction's: a number over several of them has no list to open.
            @let one = tenants.len() == 1;
            (ui::stat(&say::thousands(total(Lights::open)), "件", html! { "在办" }, one.then_some("/oversight/cases")))
            (ui::stat(&say::thousands(total(|l| l.red)), "件", html! { "超期" }, one.then_some("/oversight/cases?light=red")))
            (ui::stat(&say::thousands(total(|l| l.yellow)), "件", html! { "临期" }, one.then_some("/oversight/cases?light=yellow")))
            (ui::stat(&say::thousands(total(|l| l.missed)), "件", html! { "超期办结" }, one.then_some("/oversight/cases?light=missed")))
        }
        @for (tier, title) in [(Tier::City, "市级"), (Tier::County, "县区"), (Tier::Township, "乡镇街道")] {
            @let (busy, quiet): (Vec<&UnitLights>, Vec<&UnitLights>) = units.iter().filter(|u| u.tier == tier).partition(|u| u.all.open() > 0);
            @if busy.len() + quiet.len() > 0 {
                section {
                    h2 { (title) }
                    @if !busy.is_empty() { (ui::heat(title, &columns, &heat_rows(&busy))) }
                    @if !quiet.is_empty() {
                        details class="more" {
                            summary { "现在没有在办件的 " (quiet.len()) " 个单位" }
                            (ui::heat(&format!("{title}，没有在办件"), &columns, &heat_rows(&quiet)))
                        }
                    }
                }
            }
        }
        (passed)
        section {
            h2 { "记录在案的违规" }
            (recorded)
            @if breaches.len() == RECENT { p { a href="/oversight/breaches" { "全部违规记录" } } }
        }
    };
    let frame = Frame { section: Section::Oversight, ..Frame::desk("效能督查", "/oversight") };
    Ok(app.page(&frame, Some(officer), content).into_response())
}

/// What a post holds now: cases that somebody must act on, of every procedure.
pub(super) fn held_by(tenant: &str, post: &str) -> CaseFilter {
    let mut filter = CaseFilter::new(TenantId::from(tenant));
    filter.holder = Some(vec![post.to_owned()]);
    filter.open = Some(true);
    filter.standing = Some(false);
    filter
}

fn heat_rows(units: &[&UnitLights]) -> Vec<HeatRow> {
    units.iter().map(|u| heat_row(u)).collect()
}

fn heat_row(unit: &UnitLights) -> HeatRow {
    let count = |id: &str| match id {
        "red" => unit.all.red,
        "yellow" => unit.all.yellow,
        "green" => unit.all.green,
        "paused" => unit.all.paused,
        "none" => unit.all.none,
        "missed" => unit.all.missed,
        _ => unit.all.met,
    };
    let href = |light: &str| format!("/oversight/cases?unit={}&light={light}", encode(&unit.unit));
    let cell = |(id, _, light): &(&str, &str, Option<Light>)| HeatCell {
        count: count(id) as usize,
        href: href(id),
        light: *light,
    };
    HeatRow { title: unit.title.clone(), href: href(""), cells: COLUMNS.iter().map(cell).collect() }
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    place: String,
    /// Held by this post, whichever unit decides.
    #[serde(default)]
    post: String,
    #[serde(default)]
    light: String,
    #[serde(default)]
    after: String,
}

/// `GET /oversight/cases`: the list behind a number.
pub async fn cases(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = list(&app, &officer, &asked).await;
    answer(&app, Some(&officer), page)
}

async fn list(app: &App, officer: &Officer, asked: &Asked) -> Answer {
    let tenants = supervised(app, officer)?;
    let post = app.office.world.org.posts.get(asked.post.as_str());
    let known_unit = app.office.world.org.units.get(post.map_or(asked.unit.as_str(), |p| &p.unit));
    let own = known_unit.map(|u| u.tenant.clone());
    let tenant =
        own.or_else(|| tenants.iter().find(|t| ***t == *asked.place).cloned()).unwrap_or_else(|| tenants[0].clone());
    if !tenants.contains(&tenant) {
        return Err(Fault::Forbidden("这个单位不在您督查的范围".to_owned()));
    }
    let mut filter = CaseFilter::new(TenantId::from(&*tenant));
    filter.unit = known_unit.map(|u| u.id.to_string());
    filter.standing = Some(false);
    filter.not_procedures = app.office.unlit();
    filter.limit = PAGE;
    if let Some(post) = post {
        filter = held_by(&tenant, &post.id);
        filter.limit = PAGE;
    }
    match asked.light.as_str() {
        "" => filter.open = Some(true),
        light @ ("met" | "missed") => {
            filter.open = Some(false);
            filter.lights = vec![light.to_owned()];
        }
        // An open case whose last clock has stopped (待补正) keeps that clock's light: no clock runs for it either.
        "none" => {
            filter.open = Some(true);
            filter.lights = ["none", "met", "missed"].map(str::to_owned).into();
        }
        light => {
            filter.open = Some(true);
            filter.lights = vec![light.to_owned()];
        }
    }
    if !asked.after.is_empty() {
        filter.after = Some(asked.after.parse().map_err(|_| Fault::Bad("翻页标记不对，请回到第一页".to_owned()))?);
    }
    let page = app.office.list(&filter).await?;
    let total = app.office.count(&filter, 100_000).await? as usize;
    let now = app.office.now();
    let rows: Vec<CaseListRow> = page.rows.iter().map(|r| row(app, r, now)).collect();
    let address = |after: &str| {
        format!(
            "/oversight/cases?unit={}&post={}&place={tenant}&light={}&after={}",
            encode(&asked.unit),
            encode(&asked.post),
            encode(&asked.light),
            encode(after)
        )
    };
    let next = page.next.map(|c| address(&c.to_string()));
    let first = (!asked.after.is_empty()).then(|| address(""));
    let places: Vec<(String, String)> = tenants
        .iter()
        .map(|t| (t.to_string(), app.office.world.org.divisions.get(t).map_or(t.to_string(), |d| d.short.clone())))
        .collect();
    let lights: Vec<(String, String)> =
        COLUMNS.iter().map(|(id, title, _)| (id.to_string(), title.to_string())).collect();
    let title = match (known_unit, post) {
        (Some(unit), Some(post)) => format!("{}：{}承办", unit.title, post.title),
        (Some(unit), None) => unit.title.clone(),
        (None, _) => "全部单位".to_owned(),
    };
    let title = title.as_str();
    let posts = known_unit.map(|u| format!("/oversight/posts?unit={}", encode(&u.id)));
    let content = html! {
        (ui::breadcrumbs(&[("督查", "/oversight"), (title, "")]))
        (ui::head(title, &format!("共 {} 件", say::thousands(total as u64)), html! {
            @if let Some(href) = &posts { a class="btn" href=(href) { "岗位和职责" } }
        }))
        (ui::filters("/oversight/cases", &[
            Filter::Hidden { name: "unit", value: &asked.unit },
            Filter::Hidden { name: "post", value: &asked.post },
            Filter::Choice { name: "place", label: "地方", options: &places, value: &tenant },
            Filter::Choice { name: "light", label: "灯", options: &lights, value: &asked.light },
        ], None))
        @if rows.is_empty() { (ui::empty_state("没有这样的办件", "换一个灯或者单位看看", Some(("回到督查", "/oversight")))) }
        @else { (ui::case_table(title, &rows, None)) (ui::pager(rows.len(), Some(total), first.as_deref(), next.as_deref())) }
    };
    let frame = Frame { section: Section::Oversight, ..Frame::desk(title, "/oversight") };
    Ok(app.page(&frame, Some(officer), content).into_response())
}
