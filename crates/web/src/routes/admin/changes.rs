//! `/admin/packs/changes`: what differs, entry by entry, each with its line on both sides.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_pack::compare::{Change, Kind};

use super::{place, seen_by};
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::Officer;
use crate::ui;

/// Changes on a page.
const PAGE: usize = 40;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    page: usize,
}

/// The word of a kind in addresses.
pub fn kind_id(kind: Kind) -> String {
    // OK because a kind is one word.
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = page(&app, &officer, &asked);
    answer(&app, Some(&officer), page)
}

fn page(app: &App, officer: &Officer, asked: &Asked) -> Answer {
    seen_by(app, officer)?;
    let waiting = app.rulebook.waiting();
    let Some(rules) = waiting.as_ref().and_then(|w| w.rules.as_ref()) else {
        return Err(Fault::NotFound("没有等待施行的规则。请在“规则”页重新读取".to_owned()));
    };
    let changes: Vec<&Change> =
        rules.difference.changes.iter().filter(|c| asked.kind.is_empty() || kind_id(c.kind) == asked.kind).collect();
    let from = asked.page.saturating_mul(PAGE).min(changes.len());
    let shown = &changes[from..(from + PAGE).min(changes.len())];
    let href = |page: usize| format!("/admin/packs/changes?kind={}&page={page}", asked.kind);
    let next = (from + PAGE < changes.len()).then(|| href(asked.page + 1));
    let first = (asked.page > 0).then(|| href(0));
    let content = html! {
        (ui::breadcrumbs(&[("规则", "/admin/packs"), ("差别", "")]))
        (ui::head("差别", &format!("施行中的 {} 与等待施行的 {}，共 {} 处。", rules.against, rules.world.version, changes.len()), html! {}))
        @for change in shown { (card(change)) }
        @if shown.is_empty() { (ui::empty_state("没有这一种改动", "", Some(("看全部", "/admin/packs/changes")))) }
        (ui::pager(shown.len(), Some(changes.len()), first.as_deref(), next.as_deref()))
    };
    Ok(app.page(&Frame::desk("差别", "/admin/packs"), Some(officer), content).into_response())
}

fn card(change: &Change) -> Markup {
    let or_none = |text: &str| if text.is_empty() { "（无）".to_owned() } else { text.to_owned() };
    html! {
        article class="change" {
            h2 { (change.what.title()) " " (change.kind.title()) " " (if change.title.is_empty() { &change.id } else { &change.title }) " "
                span class="tag" { (change.touches.title()) } }
            p class="quiet" {
                @if !change.of.is_empty() { (change.of) " " } (change.id)
                @if let Some(spot) = &change.before { "；原 " (place("old", spot)) }
                @if let Some(spot) = &change.after { "；新 " (place("new", spot)) }
            }
            @if !change.parts.is_empty() {
                table class="t stackable" {
                    caption class="vh" { "改了什么" }
                    thead { tr { th scope="col" { "哪一项" } th scope="col" { "原来" } th scope="col" { "新的" } } }
                    tbody { @for part in &change.parts { tr {
                        th scope="row" { (part.title) }
                        td data-l="原来" { del { (or_none(&part.before)) } }
                        td data-l="新的" { ins { (or_none(&part.after)) } }
                    } } }
                }
            }
        }
    }
}
