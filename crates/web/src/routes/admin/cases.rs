//! `/admin/packs/cases`: the open cases that waiting rules would move; every count of the effect opens here.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_office::impact::{Moved, Stand};

use super::seen_by;
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::rulebook::Effect;
use crate::session::{Officer, encode};
use crate::ui;

/// Cases on a page.
const PAGE: usize = 40;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    page: usize,
}

impl Asked {
    fn wants(&self, moved: &Moved) -> bool {
        let both = || moved.clocks.iter().filter_map(|c| Some((c.before.as_ref()?, c.after.as_ref()?)));
        let is = |asked: &str, is: &str| asked.is_empty() || asked == is;
        let kind = match self.kind.as_str() {
            "dates" => moved.dates_move(),
            "lights" => both().any(|(b, a)| b.light != a.light),
            "reddened" => both().any(|(b, a)| a.light == "red" && b.light != "red"),
            "holders" => moved.holder.is_some(),
            "blocked" => !moved.blocks.is_empty(),
            _ => true,
        };
        kind && is(&self.procedure, &moved.procedure) && is(&self.unit, &moved.unit) && is(&self.number, &moved.number)
    }

    fn title(&self) -> &'static str {
        match self.kind.as_str() {
            "dates" => "到期日会动的办件",
            "lights" => "灯会变的办件",
            "reddened" => "会变红的办件",
            "holders" => "会换人的办件",
            "blocked" => "挡着施行的办件",
            _ => "会动的办件",
        }
    }
}

pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = page(&app, &officer, &asked);
    answer(&app, Some(&officer), page)
}

fn page(app: &App, officer: &Officer, asked: &Asked) -> Answer {
    seen_by(app, officer)?;
    let effect = app.rulebook.waiting().map(|w| w.effect());
    let Some(Effect::Known(known)) = effect else {
        return Err(Fault::NotFound("影响还没有算出来，或者没有等待施行的规则。请回到“规则”页".to_owned()));
    };
    let cases: Vec<&Moved> = known.moved.iter().filter(|m| asked.wants(m)).collect();
    let from = asked.page.saturating_mul(PAGE).min(cases.len());
    let shown = &cases[from..(from + PAGE).min(cases.len())];
    let href = |page: usize| {
        let Asked { procedure, unit, kind, number, .. } = asked;
        format!(
            "/admin/packs/cases?procedure={}&unit={}&kind={}&number={}&page={page}",
            encode(procedure),
            encode(unit),
            encode(kind),
            encode(number)
        )
    };
    let next = (from + PAGE < cases.len()).then(|| href(asked.page + 1));
    let first = (asked.page > 0).then(|| href(0));
    let content = html! {
        (ui::breadcrumbs(&[("规则", "/admin/packs"), ("影响", "")]))
        (ui::head(asked.title(), &format!("等待施行的规则一旦施行，这 {} 件会这样。", cases.len()), html! {}))
        table class="t stackable" {
            caption class="vh" { (asked.title()) }
            thead { tr { @for word in ["办件编号", "标题", "单位", "原来", "施行以后", "因为"] { th scope="col" { (word) } } } }
            tbody { @for moved in shown { (row(app, moved)) } }
        }
        @if shown.is_empty() { (ui::empty_state("没有这样的办件", "", Some(("看全部", "/admin/packs/cases")))) }
        (ui::pager(shown.len(), Some(cases.len()), first.as_deref(), next.as_deref()))
    };
    Ok(app.page(&Frame::desk(asked.title(), "/admin/packs"), Some(officer), content).into_response())
}

fn row(app: &App, moved: &Moved) -> Markup {
    let stand = |stand: &Option<Stand>| match stand {
        Some(s) => html! {
            span class="num" { (s.due_date) } " " (s.light_title)
            @if s.statutory_due_date != s.due_date { span class="quiet" { "，法定 " (s.statutory_due_date) } }
        },
        None => html! { "不计" },
    };
    let side = |before: bool| {
        html! {
            @for clock in &moved.clocks { div { (clock.title) "：" (stand(if before { &clock.before } else { &clock.after })) } }
            @if let Some(holder) = &moved.holder {
                @let words = if before { &holder.before } else { &holder.after };
                div { "承办：" (if words.is_empty() { "没有这个岗位了" } else { words.as_str() }) }
            }
        }
    };
    html! {
        tr {
            td data-l="办件编号" { a class="num" href={ "/desk/cases/" (moved.number) } { (moved.number) } }
            th scope="row" { (moved.title) span class="sub" { (moved.state) } }
            td data-l="单位" { (app.unit(&moved.unit)) }
            td data-l="原来" { (side(true)) }
            td data-l="施行以后" { (side(false)) @for block in &moved.blocks { div class="bad" { "不能施行：" (block) } } }
            td data-l="因为" { @for why in &moved.why { div class="soft" { (why) } } }
        }
    }
}
