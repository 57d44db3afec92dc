//! `/admin/packs`: the rules in force, those that wait, what they would do, and the act of putting them into effect.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_office::{InForce, RulesError, TakeEffect};
use xiaoneng_pack::{Fault as PackFault, Field, FieldKind, Severity};

use super::{place, seen_by};
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::query::Query;
use crate::routes::desk::check_token;
use crate::routes::set_press;
use crate::rulebook::{Effect, Known, Loaded, MOVED_MAX, Waiting};
use crate::session::{Officer, encode};
use crate::ui::{self, Button, FieldInput, Flash, Lists, Tone, say};

/// Faults shown, at most.
const FAULTS_MAX: usize = 50;
/// Versions of the history shown.
const HISTORY_MAX: usize = 20;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

/// What was typed into the form that puts rules into effect, and what was wrong with it.
#[derive(Default)]
struct Typed {
    reason: String,
    document: String,
    fault: Option<String>,
}

/// `GET /admin/packs`
pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let flash = (!asked.done.is_empty()).then_some(Flash { tone: Tone::Good, text: asked.done });
    let page = page(&app, &officer, flash, &Typed::default(), StatusCode::OK).await;
    answer(&app, Some(&officer), page)
}

/// `POST /admin/packs/read`: 重新读取.
pub async fn read(State(app): State<App>, officer: Officer, form: Form) -> Response {
    let done = read_anew(&app, &officer, &form).await;
    answer(&app, Some(&officer), done)
}

async fn read_anew(app: &App, officer: &Officer, form: &Form) -> Answer {
    check_token(form, officer)?;
    seen_by(app, officer)?;
    let rulebook = app.rulebook.clone();
    let read = tokio::task::spawn_blocking(move || rulebook.read_anew()).await;
    match read {
        Ok(Ok(waiting)) => {
            app.rulebook.count_effect(&waiting);
            Ok(Redirect::to("/admin/packs").into_response())
        }
        Ok(Err(why)) => Err(Fault::Bad(why)),
        Err(_) => Err(Fault::Bad("规则包读不出来，施行中的规则没有变。请运行 xiaoneng check 查看".to_owned())),
    }
}

/// `POST /admin/packs/take-effect`: 施行.
pub async fn take_effect(State(app): State<App>, officer: Officer, form: Form) -> Response {
    let done = put_into_effect(&app, &officer, &form).await;
    answer(&app, Some(&officer), done)
}

async fn put_into_effect(app: &App, officer: &Officer, form: &Form) -> Answer {
    check_token(form, officer)?;
    seen_by(app, officer)?;
    let ask = TakeEffect {
        officer: officer.id.clone(),
        reason: form.get("reason").to_owned(),
        document: form.get("document").to_owned(),
        seen: form.get("seen").to_owned(),
        difference: form.get("difference").to_owned(),
    };
    match app.rulebook.put_into_effect(&ask).await {
        Ok(office) => {
            set_press(&App { office: office.clone(), ..app.clone() });
            let words = format!("规则 {} 已经施行", office.world.version);
            Ok(Redirect::to(&format!("/admin/packs?done={}", encode(&words))).into_response())
        }
        Err(RulesError::Office(error)) => Err(error.into()),
        Err(RulesError::NotKeeper(city)) => Err(Fault::Forbidden(RulesError::NotKeeper(city).to_string())),
        Err(error) => {
            let status = match error {
                RulesError::Form(_) => StatusCode::BAD_REQUEST,
                _ => StatusCode::CONFLICT,
            };
            let typed = Typed { reason: ask.reason, document: ask.document, fault: Some(error.to_string()) };
            // The rules that are in force may be others by now: the page is of those.
            let now = App { office: app.rulebook.office(), ..app.clone() };
            page(&now, officer, None, &typed, status).await
        }
    }
}

async fn page(app: &App, officer: &Officer, flash: Option<Flash>, typed: &Typed, status: StatusCode) -> Answer {
    seen_by(app, officer)?;
    let history = app.office.rules_history().await?;
    let keeps = app.office.keeper(&officer.id).await?.is_some();
    let waiting = app.rulebook.waiting();
    let effect = waiting.as_ref().map(|w| w.effect());
    let counting = matches!(effect, Some(Effect::Counting(_)));
    let read = html! {
        form method="post" action="/admin/packs/read" { (ui::csrf_field(&officer.csrf)) (ui::button(Button::Primary, "重新读取", None)) }
    };
    let content = html! {
        (ui::head("规则", "改规则的人先看见它会怎样，再施行。施行由规则管理岗具名办理，记入存证账。", read))
        @if let Some(fault) = &typed.fault { div class="flash bad" role="alert" { (fault) } }
        (in_force(app, &history))
        @match (&waiting, effect) {
            (Some(waiting), Some(effect)) => (self::waiting(officer, waiting, &effect, typed, app, keeps)),
            _ => section { h2 { "等待施行的规则" }
                (ui::empty_state("还没有读取新的规则", "改好规则包里的文字，再点“重新读取”：先看错误、差别和对在办件的影响，然后决定施不施行", None)) },
        }
        (history_table(app, &history))
    };
    let frame = Frame { flash, ..Frame::desk("规则", "/admin/packs") };
    let mut response = (status, app.page(&frame, Some(officer), content)).into_response();
    if counting {
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2; url=/admin/packs"));
    }
    Ok(response)
}

fn in_force(app: &App, history: &[InForce]) -> Markup {
    let world = &app.office.world;
    let layers: Vec<&str> = world.layers.iter().map(|l| l.title.as_str()).collect();
    let since = match history.last() {
        Some(last) => html! { (say::instant(last.at)) "，" (who(app, last)) "：" (last.rules.reason) },
        None => html! { "还没有施行的记录" },
    };
    let facts = [
        ("版本", html! { span class="code" { (world.version) } }),
        ("取自", html! { (app.rulebook.place) "：" (layers.join("、")) }),
        ("施行", since),
        (
            "内容",
            html! {
                (world.limits.all().count()) " 条时限，" (world.procedures.len()) " 个程序，" (world.items.len()) " 个事项，"
                (world.org.units.len()) " 个单位，" (world.org.posts.len()) " 个岗位；" a href="/admin/packs/text?of=old" { "看文字" }
            },
        ),
    ];
    html! { section { h2 { "施行中的规则" } (ui::definition_list(&facts, true)) } }
}

fn who(app: &App, version: &InForce) -> String {
    let Some(officer) = &version.officer else { return "系统记下".to_owned() };
    let org = &app.office.world.org;
    let name = org.officers.get(officer).map_or(officer.to_string(), |o| o.name.clone());
    let post = version.post.as_ref().and_then(|p| org.posts.get(p));
    post.map_or(name.clone(), |p| format!("{}{}{name}", app.unit(&p.unit), p.title))
}

fn waiting(
    officer: &Officer,
    waiting: &Arc<Waiting>,
    effect: &Effect,
    typed: &Typed,
    app: &App,
    keeps: bool,
) -> Markup {
    let errors = waiting.faults.errors().count();
    let version = waiting.rules.as_ref().map_or("有错误，不成规则".to_owned(), |r| r.world.version.clone());
    html! {
        section {
            h2 { "等待施行的规则" }
            (ui::definition_list(&[
                ("版本", html! { span class="code" { (version) } }),
                ("读取", html! { (say::instant(waiting.read_at)) "，" a href="/admin/packs/text?of=new" { "看文字" } }),
                ("检查", html! { (errors) " 个错误，" (waiting.faults.warnings().count()) " 个提醒" }),
            ], true))
            @if errors > 0 { div class="say near" { "有错误，不能施行。改好以后重新读取。" } }
            (faults(waiting))
        }
        @if let Some(rules) = &waiting.rules {
            (difference(rules))
            @if !rules.difference.changes.is_empty() { (effect_of(app, effect)) }
            @if rules.hash.is_empty() || rules.against == rules.world.version { p { "新读的规则与施行中的一样，没有什么要施行。" } }
            @else { (act(officer, rules, effect, typed, keeps)) }
        }
    }
}

fn faults(waiting: &Waiting) -> Markup {
    let line = |f: &PackFault| {
        html! { li { (place("new", &f.spot())) " " (f.message) @if !f.help.is_empty() { br; span class="quiet" { "出路：" (f.help) } } } }
    };
    let list = |severity: Severity| waiting.faults.iter().filter(move |f| f.severity == severity);
    html! {
        @for (severity, title, open) in [(Severity::Error, "错误", true), (Severity::Warning, "提醒", false)] {
            @let count = list(severity).count();
            @if count > 0 {
                details class="more" open[open] {
                    summary { (title) " " (count) " 个" }
                    ul class="plain faults" { @for fault in list(severity).take(FAULTS_MAX) { (line(fault)) } }
                    @if count > FAULTS_MAX { p class="quiet" { "只列前 " (FAULTS_MAX) " 个；xiaoneng check 列出全部" } }
                }
            }
        }
    }
}

fn difference(rules: &Loaded) -> Markup {
    html! {
        section {
            h2 { "与施行中的差别" }
            @if rules.difference.changes.is_empty() { p { "没有一条不同（注释、空行不算）。" } }
            @else {
                p { a href="/admin/packs/changes" { "共 " (rules.difference.changes.len()) " 处，逐条看" } "；摘要 " span class="code" { (&rules.hash[..16]) } }
                table class="t" {
                    caption class="vh" { "差别，按种类" }
                    thead { tr { th scope="col" { "种类" } th scope="col" class="r" { "新增" } th scope="col" class="r" { "修改" } th scope="col" class="r" { "删去" } } }
                    tbody { @for (kind, counts) in rules.difference.counts() { tr {
                        th scope="row" { a href={ "/admin/packs/changes?kind=" (super::changes::kind_id(kind)) } { (kind.title()) } }
                        @for n in counts { td class="r num" { @if n > 0 { (n) } @else { "—" } } }
                    } } }
                }
            }
        }
    }
}

fn effect_of(app: &App, effect: &Effect) -> Markup {
    html! {
        section {
            h2 { "对在办件的影响" }
            @match effect {
                Effect::Unknown => p { "还没有算。请重新读取。" },
                Effect::Counting(done) => p role="status" { "正在算，已经看了 " (say::thousands(*done)) " 件……本页会自己刷新。" },
                Effect::Failed(why) => div class="say near" { (why) },
                Effect::Known(known) => (counted(app, known)),
            }
            p class="sub" { "期限的天数、承诺在开办时已经定下，不随事项改；日历、程序的形式、时限库、岗位的改动，对在办件也算数。" }
        }
    }
}

fn counted(app: &App, known: &Known) -> Markup {
    let all = known.impact.all;
    let link = |n: u64, query: String, words: &str| {
        ui::stat(
            &say::thousands(n),
            "件",
            html! { (words) },
            (n > 0).then_some(format!("/admin/packs/cases?{query}")).as_deref(),
        )
    };
    let table = |title: &str, key: &str, rows: Vec<(&String, String, &xiaoneng_office::impact::Tally)>| {
        html! {
            table class="t stackable counts" {
                caption class="vh" { "受影响的办件，按" (title) }
                thead { tr { th scope="col" { (title) } @for word in ["件", "日期动", "灯变", "换人", "不能施行"] { th scope="col" class="r" { (word) } } } }
                tbody { @for (id, name, t) in rows { tr {
                    th scope="row" { (name) }
                    @for (n, word, kind) in [(t.cases, "件", ""), (t.dates, "日期动", "dates"), (t.lights, "灯变", "lights"), (t.holders, "换人", "holders"), (t.blocked, "不能施行", "blocked")] {
                        td class="r num" data-l=(word) {
                            @if n == 0 { "—" } @else { a href={ "/admin/packs/cases?" (key) "=" (encode(id)) "&kind=" (kind) } { (say::thousands(n)) } }
                        }
                    }
                } } }
            }
        }
    };
    let world = &app.office.world;
    let procedures = known.impact.procedures.iter();
    let procedures =
        procedures.map(|(id, t)| (id, world.procedures.get(id.as_str()).map_or(id.clone(), |p| p.title.clone()), t));
    let units = known.impact.units.iter().map(|(id, t)| (id, app.unit(id), t));
    html! {
        div class="stats" {
            (link(all.cases, String::new(), "会动"))
            (link(all.dates, "kind=dates".into(), "到期日动"))
            (link(all.lights, "kind=lights".into(), "灯变"))
            (link(all.reddened, "kind=reddened".into(), "变红"))
            (link(all.holders, "kind=holders".into(), "换人"))
            (link(all.blocked, "kind=blocked".into(), "挡着施行"))
        }
        p class="quiet" { "看了 " (say::thousands(known.impact.cases)) " 件在办件和清单条目。"
            @if all.cases as usize > MOVED_MAX { "清单只留前 " (MOVED_MAX) " 件；全部用 xiaoneng check --json 列出。" } }
        @for block in &known.blocks {
            div class="say near" {
                div { b { "不能施行：" } (block.why) "，" (say::thousands(block.cases)) " 件："
                    @for number in &block.numbers { a class="num" href={ "/admin/packs/cases?number=" (number) } { (number) } " " }
                    br; "出路：" (block.way_out) }
            }
        }
        @if all.cases > 0 {
            (table("程序", "procedure", procedures.collect()))
            details class="more" { summary { "按单位" } (table("单位", "unit", units.collect())) }
        }
    }
}

/// The form that puts the rules into effect, or why it is not there.
fn act(officer: &Officer, rules: &Loaded, effect: &Effect, typed: &Typed, keeps: bool) -> Markup {
    let known = match effect {
        Effect::Known(known) => known,
        _ => return html! {},
    };
    if !known.blocks.is_empty() {
        return html! { section { h2 { "施行" } p { "上面列的办件没有着落以前，不能施行。" } } };
    }
    if !keeps {
        return html! { section { h2 { "施行" } p { "施行由市级规则管理岗办理（A岗，A岗离岗时由B岗）；您可以看差别和影响。" } } };
    }
    let document = Field {
        title: "依据的文件号".to_owned(),
        kind: FieldKind::Text(80),
        personal: false,
        public: false,
        unique: false,
        measure: String::new(),
        range: (None, None),
        within: None,
        never: Vec::new(),
        hidden_if: None,
        help: "没有文件的可以不填。".to_owned(),
    };
    html! {
        section {
            h2 { "施行" }
            form class="form" method="post" action="/admin/packs/take-effect" {
                (ui::csrf_field(&officer.csrf))
                input type="hidden" name="seen" value=(rules.against);
                input type="hidden" name="difference" value=(rules.hash);
                (ui::reason_input("施行的理由", &typed.reason, None, &[]))
                (ui::form::field_input(&FieldInput { id: "document", field: &document, required: false, value: &typed.document, error: None, stock: &[] }, &Lists::default()))
                p class="sub" { "从提交的那一刻起，全市都按新规则办；正在办的一步，要么按旧规则办完，要么请经办人刷新再办，不会各算一半。" }
                (ui::button(Button::Primary, &format!("施行 {}", rules.world.version), None))
            }
        }
    }
}

fn history_table(app: &App, history: &[InForce]) -> Markup {
    html! {
        section {
            h2 { "施行的记录" }
            @if history.is_empty() { p class="quiet" { "还没有。" } }
            @else {
                table class="t stackable" {
                    caption class="vh" { "施行的记录，新的在前" }
                    thead { tr { @for word in ["时间", "版本", "谁", "理由", "文件号", "改动"] { th scope="col" { (word) } } } }
                    tbody { @for v in history.iter().rev().take(HISTORY_MAX) { tr {
                        td data-l="时间" class="num" { (say::short_instant(v.at)) }
                        td data-l="版本" class="code" { (v.rules.version) }
                        td data-l="谁" { (who(app, v)) }
                        td data-l="理由" { (v.rules.reason) }
                        td data-l="文件号" { @if v.rules.document.is_empty() { "—" } @else { (v.rules.document) } }
                        td data-l="改动" class="num" { (v.rules.changes) " 处" }
                    } } }
                }
            }
        }
    }
}
