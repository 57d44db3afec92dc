//! `GET /laws`: every instrument with its limits of law, searched by a word of either.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_pack::limits::{Evidence, Law, Rank};
use xiaoneng_pack::{LimitLibrary, LimitVersion};

use crate::app::{App, Frame};
use crate::query::Query;
use crate::session::Maybe;
use crate::ui::{self, say};

/// Limits shown of what was found: the page stays light.
const FOUND_MAX: usize = 80;
/// Characters of a question that are looked at.
const ASKED_MAX: usize = 100;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

pub async fn get(State(app): State<App>, Maybe(officer): Maybe, Query(asked): Query<Asked>) -> Response {
    let library = &app.office.world.limits;
    let today = say::local(app.office.now()).date();
    let q: String = asked.q.trim().chars().take(ASKED_MAX).collect();
    let (laws, limits) = (library.laws.len(), library.all().count());
    let lead =
        format!("{laws} 部法律、法规和规章里的 {limits} 条时限：约束谁，从什么时候起，到什么时候，按哪一种日子算。");
    let content = html! {
        (ui::head("法定时限", &lead, html! {}))
        (ui::search_box("/laws", "找时限", "如：信访、复议、听证、工伤", &q))
        @if q.is_empty() {
            @for rank in Rank::ALL { (group(library, rank, today)) }
        } @else { (found(library, &q, today)) }
    };
    app.page(&Frame::public("法定时限", "/laws"), officer.as_ref(), content).into_response()
}

/// The instruments of one rank.
fn group(library: &LimitLibrary, rank: Rank, today: Date) -> Markup {
    let laws: Vec<&Law> = library.laws.values().filter(|law| law.rank == rank).collect();
    html! {
        @if !laws.is_empty() { section { h2 { (rank.title()) } (table(library, rank.title(), &laws, today)) } }
    }
}

fn table(library: &LimitLibrary, caption: &str, laws: &[&Law], today: Date) -> Markup {
    html! {
        table class="t stackable laws" {
            caption class="vh" { (caption) }
            thead { tr { th scope="col" { "名称" } th scope="col" { "施行" } th scope="col" { "时限" } } }
            tbody { @for law in laws { tr {
                th scope="row" { a href={ "/laws/" (law.id) } { (law.name()) } @if !law.place.is_empty() { " " span class="tag" { "外地 " (law.place) } } }
                td data-l="施行" { (law.in_force_words()) " " (standing(law.from, law.to, today)) }
                td data-l="时限" class="num" { (library.of_law(&law.id).count()) " 条" }
            } } }
        }
    }
}

/// Is it law on that day? Says nothing of what is.
pub fn standing(from: Date, to: Option<Date>, today: Date) -> Markup {
    html! {
        @if today < from { span class="tag" { "尚未施行" } }
        @else if to.is_some_and(|to| to < today) { span class="tag" { "已失效" } }
    }
}

/// What fits the words: instruments by their title, limits by anything that stands in them.
fn found(library: &LimitLibrary, q: &str, today: Date) -> Markup {
    let words: Vec<String> = q.split_whitespace().map(str::to_owned).collect();
    let laws: Vec<&Law> = library.laws_named(q);
    let limits = library.search(&words);
    let near = if limits.is_empty() { library.words_near(q) } else { Vec::new() };
    html! {
        @if laws.is_empty() && limits.is_empty() {
            (ui::empty_state("没有找到", "换个说法，比如“信访”“复议”“听证”；也可以写条文的编号，比如 XK-42-1", Some(("看全部", "/laws"))))
            @if !near.is_empty() { p { "是不是" @for word in &near { " " a href={ "/laws?q=" (crate::session::encode(word)) } { (word) } } "？" } }
        }
        @if !laws.is_empty() { section { h2 { "法" } (table(library, "找到的法", &laws, today)) } }
        @if !limits.is_empty() {
            section {
                h2 { "时限" }
                table class="t stackable" {
                    caption class="vh" { "找到的时限" }
                    thead { tr { th scope="col" { "做什么" } th scope="col" { "约束谁" } th scope="col" { "多长" } th scope="col" { "依据" } } }
                    tbody { @for v in limits.iter().take(FOUND_MAX) { (row(library, v, today)) } }
                }
                @if limits.len() > FOUND_MAX { p class="sub" { "共 " (limits.len()) " 条，这里是前 " (FOUND_MAX) " 条；多写一个词可以缩小范围。" } }
            }
        }
    }
}

fn row(library: &LimitLibrary, v: &LimitVersion, today: Date) -> Markup {
    let law = library.laws.get(&v.law_id);
    html! {
        tr {
            th scope="row" { @if let Some(href) = href(v) { a href=(href) { (v.stops) } } @else { (v.stops) } }
            td data-l="约束谁" { (v.bound) }
            td data-l="多长" { (v.in_words()) " " (doubt(v)) }
            td data-l="依据" { (law.map_or(v.law.clone(), Law::name)) (v.article) " " (standing(v.from, v.to, today)) }
        }
    }
}

/// Where a limit stands; a local rule without `[[law]]` has no page.
pub fn href(v: &LimitVersion) -> Option<String> {
    (!v.law_id.is_empty()).then(|| format!("/laws/{}#{}", v.law_id, v.id))
}

/// Whether the text was read, where it was not.
pub fn doubt(v: &LimitVersion) -> Markup {
    html! {
        @match v.evidence {
            Evidence::Seen => {}
            Evidence::Indirect => span class="tag" { "转引" },
            Evidence::Doubtful => span class="tag amber" { "存疑" },
        }
    }
}
