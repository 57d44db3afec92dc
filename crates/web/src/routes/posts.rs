//! `/oversight/posts`: 岗位责任制: each post of a unit, what it has to do, who stands in it, what it holds now.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_casework::Name;
use xiaoneng_pack::{Post, Unit};

use super::oversight::{held_by, supervised};
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, Section, say};

/// More than a post ever holds: a count that stops there would not be the list's length.
const COUNTED_MAX: u64 = 100_000;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    unit: String,
}

/// `GET /oversight/posts?unit=…`
pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = page(&app, &officer, &asked).await;
    answer(&app, Some(&officer), page)
}

async fn page(app: &App, officer: &Officer, asked: &Asked) -> Answer {
    let tenants = supervised(app, officer)?;
    let org = &app.office.world.org;
    let unit = org.units.get(asked.unit.as_str()).ok_or_else(|| Fault::NotFound("这个单位".to_owned()))?;
    if !tenants.contains(&unit.tenant) {
        return Err(Fault::Forbidden("这个单位不在您督查的范围".to_owned()));
    }
    let mut posts: Vec<(&Post, u64)> = Vec::new();
    for post in org.posts_of(&unit.id) {
        let held = app.office.count(&held_by(&unit.tenant, &post.id), COUNTED_MAX).await?;
        posts.push((post, held));
    }
    let content = html! {
        (ui::breadcrumbs(&[("督查", "/oversight"), (&unit.title, "")]))
        (ui::head(&format!("{}：岗位和职责", unit.title), "每个在办件都有一个岗位承办；件数点开就是它的办件。", html! {}))
        (charge(app, unit))
        table class="t stackable" {
            caption class="vh" { "岗位" }
            thead { tr {
                th scope="col" { "岗位" } th scope="col" { "职责" } th scope="col" { "A岗" } th scope="col" { "B岗" }
                th scope="col" { "现在承办" }
            } }
            tbody { @for (post, held) in &posts { (row(app, post, *held)) } }
        }
    };
    let frame = Frame { section: Section::Oversight, ..Frame::desk(&unit.title, "/oversight") };
    Ok(app.page(&frame, Some(officer), content).into_response())
}

fn row(app: &App, post: &Post, held: u64) -> Markup {
    let world = &app.office.world;
    let name = |id: &Option<Name>| {
        let officer = id.as_ref().and_then(|id| world.org.officers.get(id));
        officer.map_or("未指定".to_owned(), |o| o.name.clone())
    };
    let units: Vec<String> = world.duties.in_charge_of(&post.id).map(|u| app.unit(u)).collect();
    html! { tr {
        th scope="row" data-l="岗位" { (post.title) }
        td data-l="职责" { ul class="plain" {
            @for duty in world.duties.of_post(post) { li { (duty) } }
            @if !units.is_empty() { li { "分管：" (units.join("、")) } }
        } }
        td data-l="A岗" { (name(&post.a)) }
        td data-l="B岗" { (name(&post.b)) }
        td data-l="现在承办" class="num" {
            @if held == 0 { "0" }
            @else { a href={ "/oversight/cases?post=" (encode(&post.id)) } { (say::thousands(held)) } }
        }
    } }
}

/// Who of the leaders has charge of the unit.
fn charge(app: &App, unit: &Unit) -> Markup {
    let world = &app.office.world;
    let leader = world.duties.charge.get(&unit.id).and_then(|post| world.org.posts.get(post));
    html! { @if let Some(post) = leader {
        @let name = post.a.as_ref().and_then(|a| world.org.officers.get(a)).map_or("", |o| &o.name);
        p { "分管领导：" (app.unit(&post.unit)) (post.title) " " (name) }
    } }
}
