//! `GET /items`: all items, searched in the resident's own words.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use xiaoneng_pack::Item;

use crate::app::{App, Frame};
use crate::query::Query;
use crate::session::{Maybe, encode};
use crate::ui::{self, Filter};

/// Items on a page.
const PAGE: usize = 40;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    page: usize,
}

pub async fn get(State(app): State<App>, Maybe(officer): Maybe, Query(asked): Query<Asked>) -> Response {
    let world = &app.office.world;
    let place = |t: &xiaoneng_casework::Name| {
        (t.to_string(), world.org.divisions.get(t).map_or(t.to_string(), |d| d.short.clone()))
    };
    let places: Vec<(String, String)> = app.office.tenants().iter().map(place).collect();
    let q: String = asked.q.trim().chars().take(100).collect();
    let all: Vec<&Item> = if q.is_empty() {
        world.items.values().map(|i| &**i).collect()
    } else {
        world.search_items(&q, 500).into_iter().map(|(i, _)| i).collect()
    };
    let found: Vec<&Item> = all.into_iter().filter(|i| asked.place.is_empty() || *i.tenant == *asked.place).collect();
    let from = asked.page.min(found.len() / PAGE) * PAGE;
    let shown = &found[from..found.len().min(from + PAGE)];
    let next = (from + PAGE < found.len())
        .then(|| format!("/items?q={}&place={}&page={}", encode(&q), encode(&asked.place), from / PAGE + 1));
    let first = (from > 0).then(|| format!("/items?q={}&place={}", encode(&q), encode(&asked.place)));
    let content = html! {
        (ui::head("办事事项", "说您要办的事就行，不用知道它的正式名称。", html! {}))
        (ui::filters("/items", &[
            Filter::Text { name: "q", label: "要办的事", value: &q },
            Filter::Choice { name: "place", label: "在哪里办", options: &places, value: &asked.place },
        ], None))
        @if shown.is_empty() {
            (ui::empty_state("没有找到", "换个说法，比如“盖房”“开店”“上户口”；也可以打电话问政务服务中心", Some(("看全部事项", "/items"))))
        } @else {
            ul class="rows items" {
                @for item in shown {
                    li {
                        a href={ "/items/" (item.code) } aria-label={ (item.title) "，" (app.unit(&item.unit)) } { (item.title) }
                        span class="sub" { "　" (app.unit(&item.unit)) "　" (limit(item)) "　" (if item.fee_fen == 0 { "不收费".to_owned() } else { ui::say::money(item.fee_fen) }) }
                    }
                }
            }
            (ui::pager(shown.len(), Some(found.len()), first.as_deref(), next.as_deref()))
        }
    };
    app.page(&Frame::public("办事事项", "/"), officer.as_ref(), content).into_response()
}

/// The promise in a few words.
pub fn limit(item: &Item) -> String {
    match (&item.limit.promised, item.immediate) {
        (_, true) => "当场办结".to_owned(),
        (Some((n, _)), _) => format!("承诺 {n} 个工作日"),
        (None, _) => "时限待核实".to_owned(),
    }
}
