//! `GET /`: residents and firms find what they came for.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::app::{App, Frame};
use crate::fault::{Answer, answer};
use crate::session::Maybe;
use crate::ui;

pub async fn get(State(app): State<App>, Maybe(officer): Maybe) -> Response {
    let page = show(&app, officer.as_ref()).await;
    answer(&app, officer.as_ref(), page)
}

async fn show(app: &App, officer: Option<&crate::session::Officer>) -> Answer {
    let world = &app.office.world;
    let mut seen = std::collections::BTreeSet::new();
    let popular: Vec<_> = world.items.values().filter(|i| i.popular && seen.insert(i.title.clone())).take(12).collect();
    let (mut open, mut met, mut missed) = (0, 0, 0);
    for unit in app.office.lights(&app.office.tenants()).await? {
        open += unit.all.open();
        met += unit.all.met;
        missed += unit.all.missed;
    }
    let content = html! {
        section class="hero" {
            h1 { "要办什么事？" }
            (ui::search_box("/items", "找事项", "说您要办的事，如：盖房、开饭馆、上户口", ""))
            p class="sub" { "不用登录就能查事项、要带的材料、要几天、找谁办。" }
        }
        section {
            h2 { "常办的事" }
            ul class="tiles" {
                @for item in popular { li { a href={ "/items?q=" (crate::session::encode(&item.title)) } { b { (item.title) } span class="sub" { (words(&item.words)) } } } }
            }
        }
        section {
            h2 { "查进度" }
            form class="track" method="get" action="/track" {
                div class="fld" { label for="f-number" { "办件编号" } input class="in" id="f-number" name="number" placeholder="630222-20150820-XXXXX" autocomplete="off" maxlength="40"; }
                div class="fld" { label for="f-code" { "查询码" } input class="in" id="f-code" name="code" placeholder="通知书上的 8 位" autocomplete="off" maxlength="12"; }
                (ui::button(ui::Button::Primary, "查询", None))
            }
        }
        section {
            h2 { "全市办件" }
            div class="stats" {
                (ui::stat(&ui::say::thousands(open), "件", html! { "正在办理" }, None))
                (ui::stat(&ui::say::thousands(met), "件", html! { "按期办结" }, None))
                (ui::stat(&ui::say::thousands(missed), "件", html! { "超期办结" }, None))
            }
        }
    };
    Ok(app.page(&Frame::public("办事", "/"), officer, content).into_response())
}

fn words(words: &[String]) -> String {
    words.iter().take(3).cloned().collect::<Vec<_>>().join("、")
}
