//! `GET /laws/{id}`: one instrument with each of its limits, its predecessor and successor.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use xiaoneng_calendar::Direction;
use xiaoneng_pack::limits::{AsOf, Evidence, Law};
use xiaoneng_pack::{LimitLibrary, LimitVersion};

use super::laws::{doubt, href, standing};
use crate::app::{App, Frame};
use crate::fault::Fault;
use crate::session::Maybe;
use crate::ui::{self, say};

pub async fn get(State(app): State<App>, Maybe(officer): Maybe, Path(id): Path<String>) -> Response {
    let library = &app.office.world.limits;
    let Some(law) = library.laws.get(id.as_str()) else {
        let why = format!("没有编号为“{id}”的法。请从“法定时限”里查找");
        return Fault::NotFound(why).page(&app, officer.as_ref());
    };
    let today = say::local(app.office.now()).date();
    let limits: Vec<&LimitVersion> = library.of_law(&law.id).collect();
    let name = law.name();
    let content = html! {
        (ui::breadcrumbs(&[("法定时限", "/laws"), (&name, "")]))
        (ui::head(&name, law.rank.title(), html! {}))
        @if !law.place.is_empty() { div class="say near" { "这是" (law.place) "的，不约束本地，只供对照。" } }
        (ui::definition_list(&facts(library, law, today), true))
        section class="law-limits" {
            h2 { "时限 " span class="num quiet" { (limits.len()) " 条" } }
            @for v in &limits { (card(library, v)) }
        }
        p class="sub" { "文字是概括，不是法条原文；以正式公布的文本为准。" }
    };
    app.page(&Frame::public(&name, "/laws"), officer.as_ref(), content).into_response()
}

fn facts<'a>(library: &LimitLibrary, law: &'a Law, today: Date) -> Vec<(&'a str, Markup)> {
    let link = |law: &Law| html! { a href={ "/laws/" (law.id) } { (law.name()) } "（" (law.in_force_words()) "）" };
    let mut facts = vec![
        ("施行", html! { span class="num" { (law.in_force_words()) } " " (standing(law.from, law.to, today)) }),
        ("“日”怎么算", html! { (law.days) }),
    ];
    let before = law.replaces.as_ref().and_then(|id| library.laws.get(id));
    facts.extend(before.map(|before| ("代替", link(before))));
    facts.extend(library.replaced_by(&law.id).map(|after| ("后来由", html! { (link(after)) "代替" })));
    if !law.note.is_empty() {
        facts.push(("说明", html! { (law.note) }));
    }
    facts
}

/// One limit: what is to be done and how long, then everything else.
fn card(library: &LimitLibrary, v: &LimitVersion) -> Markup {
    html! {
        article class="clock" id=(v.id) {
            div class="clock-h" { h3 { (v.stops) } span class="limit" { (v.in_words()) } }
            p class="soft" { (v.bound) "，" (start(v)) }
            (ui::definition_list(&rows(library, v), false))
        }
    }
}

fn rows<'a>(library: &LimitLibrary, v: &'a LimitVersion) -> Vec<(&'a str, Markup)> {
    let mut rows = vec![(
        "条款",
        html! {
            (v.article) " " (doubt(v))
            span class="sub num" { "　" (v.id) @if v.series != v.id { "，系列 " (v.series) } }
        },
    )];
    let mut text = |label, text: &str| {
        if !text.is_empty() {
            rows.push((label, html! { (text) }));
        }
    };
    text("没有天数", &v.open);
    text("哪一种日", &v.count_authority);
    text("延长", &extension(v));
    text("不算", &v.excluded);
    if !v.on_lapse.is_empty() {
        rows.push((
            "逾期",
            html! { (v.on_lapse) " " @if let Some(anchor) = anchor(v) { span class="tag" { (anchor) } } },
        ));
    }
    let others: Vec<&LimitVersion> =
        library.series.get(&v.series).into_iter().flatten().filter(|o| o.id != v.id).collect();
    if !others.is_empty() {
        rows.push(("前后规定", html! { @for other in others { p { (version(library, other)) } } }));
    }
    if v.evidence == Evidence::Indirect {
        rows.push(("查证", html! { "没有读到原文，取自别处的引用" }));
    }
    rows
}

/// From when it is counted, as half a sentence.
fn start(v: &LimitVersion) -> String {
    let starts = v.starts.strip_suffix("（往前数）").unwrap_or(&v.starts);
    match v.direction {
        _ if starts.starts_with("条文没有写") => format!("起点{starts}"),
        Direction::Backward => format!("从{starts}往前数"),
        _ => format!("从{starts}起"),
    }
}

/// As of when something counts as done that nobody did: the laws differ.
fn anchor(v: &LimitVersion) -> Option<&'static str> {
    v.silence.as_of.filter(|_| v.silence.becomes.is_deemed()).map(|as_of| match as_of {
        AsOf::Start => "从起算那天算起",
        AsOf::End => "从期满那天算起",
    })
}

/// Another version of the same limit.
fn version(library: &LimitLibrary, v: &LimitVersion) -> Markup {
    let law = library.laws.get(&v.law_id).map_or(v.law.clone(), Law::name);
    html! {
        @if let Some(href) = href(v) { a href=(href) { (law) (v.article) } } @else { (law) (v.article) }
        "：" (v.in_words()) "，" span class="num" { (v.in_force_words()) }
    }
}

/// 10个工作日，1 次；本行政机关负责人批准；…
fn extension(v: &LimitVersion) -> String {
    let by = v.extension.as_ref().map(|e| {
        let length = v.length.map_or_else(String::new, |length| length.with_number(e.by).to_string());
        // Where the law does not say who approves, the pack says so in place of a name.
        let approves = if e.approver.starts_with("条文") { "" } else { "批准" };
        format!("{length}，{} 次；{}{approves}", e.times, e.approver)
    });
    by.into_iter()
        .chain((!v.extension_note.is_empty()).then(|| v.extension_note.clone()))
        .collect::<Vec<_>>()
        .join("；")
}
