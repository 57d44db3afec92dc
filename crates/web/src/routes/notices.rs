//! `GET /notices`: who is away and who stands in; results on the day they are decided.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use xiaoneng_casework::Name;
use xiaoneng_office::LeaveNotice;

use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::{Maybe, encode};
use crate::ui::{self, Filter, say};

/// Results on a page.
const PAGE: usize = 50;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    place: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    after: String,
}

pub async fn get(State(app): State<App>, Maybe(officer): Maybe, Query(asked): Query<Asked>) -> Response {
    let page = show(&app, officer.as_ref(), &asked).await;
    answer(&app, officer.as_ref(), page)
}

async fn show(app: &App, officer: Option<&crate::session::Officer>, asked: &Asked) -> Answer {
    let tenants = app.office.tenants();
    let unit = Some(Name::from(asked.unit.as_str())).filter(|u| app.office.world.org.units.contains_key(u));
    let own = unit.as_ref().map(|u| app.office.tenant_of(u));
    let tenant = own
        .or_else(|| tenants.iter().find(|t| ***t == *asked.place).cloned())
        .unwrap_or_else(|| default_tenant(&tenants));
    let after = match asked.after.as_str() {
        "" => None,
        mark => Some(mark.parse().map_err(|_| Fault::Bad("翻页标记不对，请回到第一页".to_owned()))?),
    };
    let leaves = app.office.leave_notices(&tenant, unit.as_ref()).await?;
    let (results, next) = app.office.results(&tenant, unit.as_ref(), after, PAGE).await?;
    let places: Vec<(String, String)> = tenants
        .iter()
        .map(|t| (t.to_string(), app.office.world.org.divisions.get(t).map_or(t.to_string(), |d| d.short.clone())))
        .collect();
    let next =
        next.map(|c| format!("/notices?place={tenant}&unit={}&after={}", encode(&asked.unit), encode(&c.to_string())));
    let content = html! {
        (ui::head("公告", "离岗告示随时更新；办理结果在作出决定的当天公开，申请人姓名隐去。", html! {}))
        (ui::filters("/notices", &[Filter::Choice { name: "place", label: "地方", options: &places, value: &tenant }], None))
        section {
            h2 { "离岗告示" }
            @if leaves.is_empty() { (ui::empty_state("现在没有人离岗", "窗口都有人", None)) }
            @else {
                table class="t stackable" {
                    caption class="vh" { "离岗告示" }
                    thead { tr { th scope="col" { "单位" } th scope="col" { "人员" } th scope="col" { "去向、事由" } th scope="col" { "离岗" } th scope="col" { "预计返岗" } th scope="col" { "谁顶岗" } th scope="col" { "办公电话" } } }
                    tbody { @for leave in &leaves { tr {
                        td data-l="单位" { a href={ "/notices?unit=" (leave.unit) } { (app.unit(&leave.unit)) } }
                        td data-l="人员" { (leave.officer) }
                        td data-l="去向、事由" { (leave.place) @if !leave.why.is_empty() { span class="sub" { "　" (leave.why) } } }
                        td data-l="离岗" class="num" { (say::short_instant(leave.since)) }
                        td data-l="预计返岗" class="num" { (until(&leave.until)) @if leave.late { span class="tag red" { "已过时间" } } }
                        td data-l="谁顶岗" { @for (post, who) in &leave.stand_in { span { (post) "：" (who.as_deref().unwrap_or("无人顶岗")) " " } } }
                        td data-l="办公电话" class="num" { (phone(app, leave)) }
                    } } }
                }
            }
        }
        section {
            h2 { "办理结果" }
            @if results.is_empty() { (ui::empty_state("还没有结果", "作出决定的当天会出现在这里", None)) }
            @else {
                table class="t stackable" {
                    caption class="vh" { "办理结果" }
                    thead { tr { th scope="col" { "日期" } th scope="col" { "事项" } th scope="col" { "单位" } th scope="col" { "申请人" } th scope="col" { "结果" } th scope="col" { "决定人" } } }
                    tbody { @for result in &results { tr {
                        td data-l="日期" class="num" { (say::short_date(say::local(result.at).date())) }
                        td data-l="事项" { (result.title) }
                        td data-l="单位" { (app.unit(&result.unit)) }
                        td data-l="申请人" { (result.applicant) }
                        td data-l="结果" { (result.result) }
                        td data-l="决定人" { (result.officer) }
                    } } }
                }
                (ui::pager(results.len(), None, (!asked.after.is_empty()).then_some("/notices"), next.as_deref()))
            }
        }
    };
    Ok(app.page(&Frame::public("公告", "/notices"), officer, content).into_response())
}

/// Where nobody said: the first county that is not the city itself would hide the city, so the city.
fn default_tenant(tenants: &[Name]) -> Name {
    tenants.first().cloned().unwrap_or_else(|| "".into())
}

/// The number he gave, else his unit's.
fn phone(app: &App, leave: &LeaveNotice) -> String {
    let unit = || app.office.world.org.units.get(&leave.unit).map_or(String::new(), |u| u.phone.clone());
    if leave.phone.is_empty() { unit() } else { leave.phone.clone() }
}

fn until(text: &str) -> String {
    text.parse().map_or(text.to_owned(), |d: jiff::civil::DateTime| d.strftime("%-m月%-d日 %H:%M").to_string())
}
