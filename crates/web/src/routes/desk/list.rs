//! `GET /desk`: 待办 and the other lists of an officer.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use xiaoneng_casework::{ClockView, Status};
use xiaoneng_office::{ListRow, Tab};

use super::new_key;
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::session::{Officer, encode};
use crate::ui::{self, CaseListRow, Filter, Flash, LimitCell, Tone, say};

/// Cases on a page.
const PAGE: usize = 40;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    done: String,
}

pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = show(&app, &officer, &asked).await;
    answer(&app, Some(&officer), page)
}

async fn show(app: &App, officer: &Officer, asked: &Asked) -> Answer {
    let tab = Tab::parse(&asked.tab).unwrap_or(Tab::Todo);
    let after = match asked.after.as_str() {
        "" => None,
        mark => Some(mark.parse().map_err(|_| Fault::Bad("翻页标记不对，请回到第一页".to_owned()))?),
    };
    let text = Some(asked.q.trim().to_owned()).filter(|q| !q.is_empty());
    let page = app.office.desk(&officer.tenant, &officer.id, tab, text, after, PAGE).await?;
    let now = app.office.now();
    let rows: Vec<CaseListRow> = page.rows.iter().map(|r| row(app, r, now)).collect();
    let next = page.next.map(|c| address(tab, &asked.q, &c.to_string()));
    let first = (!asked.after.is_empty()).then(|| address(tab, &asked.q, ""));
    let batch = tab == Tab::Todo && page.rows.iter().any(|r| can_batch(app, r));
    let tabs = tab_bar(app, officer, tab).await?;
    let window = app.office.has_role(&officer.id, "window");
    let shown = rows.len();
    let content = html! {
        (ui::head(tab.title(), lead(tab), html! { @if window { (ui::link_button(ui::Button::Primary, "收件", "/desk/intake")) } }))
        (ui::tabs("办件分类", &tabs))
        (ui::filters("/desk", &[Filter::Hidden { name: "tab", value: tab.id() }, Filter::Text { name: "q", label: "编号、标题、申请人", value: &asked.q }], None))
        @if rows.is_empty() {
            @if asked.q.is_empty() { (empty(tab)) }
            @else { (ui::empty_state("没有符合的办件", "换个编号的前几位、事项名称或者申请人的姓再找", Some(("清除查找", &address(tab, "", ""))))) }
        } @else if batch {
            form method="post" action="/desk/batch" {
                (ui::csrf_field(&officer.csrf)) (ui::idempotency_field(&new_key()))
                (ui::case_table(tab.title(), &rows, Some("number")))
                (batch_bar())
            }
            (ui::pager(shown, None, first.as_deref(), next.as_deref()))
        } @else {
            (ui::case_table(tab.title(), &rows, None))
            (ui::pager(shown, None, first.as_deref(), next.as_deref()))
        }
    };
    let mut frame = Frame::desk(tab.title(), "/desk");
    if !asked.done.is_empty() {
        frame.flash = Some(Flash { tone: Tone::Good, text: asked.done.chars().take(200).collect() });
    }
    Ok(app.page(&frame, Some(officer), content).into_response())
}

async fn tab_bar(app: &App, officer: &Officer, current: Tab) -> Result<Vec<ui::Tab>, Fault> {
    let mut tabs = Vec::new();
    for tab in Tab::ALL {
        let count = match tab {
            Tab::Done => None,
            _ => Some(app.office.desk_count(&officer.tenant, &officer.id, tab).await? as usize),
        };
        tabs.push(ui::Tab {
            title: tab.title().to_owned(),
            href: address(tab, "", ""),
            count,
            alarm: tab == Tab::Warning,
            current: tab == current,
        });
    }
    Ok(tabs)
}

fn address(tab: Tab, q: &str, after: &str) -> String {
    let mut address = format!("/desk?tab={}", tab.id());
    if !q.is_empty() {
        address += &format!("&q={}", encode(q));
    }
    if !after.is_empty() {
        address += &format!("&after={}", encode(after));
    }
    address
}

fn lead(tab: Tab) -> &'static str {
    match tab {
        Tab::Todo => "在您岗位上等着办的，最急的在前。",
        Tab::Offered => "别的岗位交给您的；接收以前仍由原岗位负责。",
        Tab::Special => "暂停计时的：听证、检验、鉴定、专家评审等。",
        Tab::Warning => "临期和超期的。",
        Tab::Unit => "本单位所有没有办结的。",
        Tab::Done => "本单位已经办结的，最近的在前。",
    }
}

fn empty(tab: Tab) -> maud::Markup {
    match tab {
        Tab::Todo => {
            ui::empty_state("现在没有要办的", "新的收件、交办和退回会出现在这里", Some(("去收件", "/desk/intake")))
        }
        Tab::Warning => ui::empty_state("没有临期或超期的", "办件剩一个工作日时会出现在这里", None),
        _ => ui::empty_state("这里是空的", lead(tab), None),
    }
}

/// May this row be signed or sent back together with others?
fn can_batch(app: &App, row: &ListRow) -> bool {
    let procedure = app.office.world.procedures.get(row.row.procedure.as_str());
    procedure.is_some_and(|p| p.actions.values().any(|a| a.batch && a.from.iter().any(|s| **s == *row.row.state)))
}

fn batch_bar() -> maud::Markup {
    html! {
        div class="batch" {
            p { "勾选待签发的办件，一起签发；要退回的，先写理由。" }
            div class="fld" {
                label for="f-reason" { "理由（退回时必填）" }
                input class="in" id="f-reason" name="reason" maxlength="500" autocomplete="off";
            }
            div class="btns" {
                (ui::button(ui::Button::Primary, "签发所选：准予", Some(("action", "grant"))))
                (ui::button(ui::Button::Secondary, "退回所选", Some(("action", "send-back"))))
            }
        }
    }
}

/// A line of any list of cases.
pub fn row(app: &App, row: &ListRow, now: jiff::Timestamp) -> CaseListRow {
    let href = format!("/desk/cases/{}", row.row.number);
    let running = |v: &&ClockView| matches!(v.status, Status::Running | Status::Paused { .. });
    // An open case that waits for papers has a clock that stopped, and no limit.
    let lead = row.lead.as_ref().filter(|v| !row.row.open || running(v));
    let limit = lead.map(|view| LimitCell {
        words: ui::limit_words(view, now),
        light: view.light,
        cells: cells(app, &row.row.unit, view, now),
        clock: view.step.as_ref().map_or(String::new(), |s| format!("{s}环节")),
        why: Some(format!("{href}#clock-{}", view.clock)),
    });
    CaseListRow {
        number: row.row.number.clone(),
        title: row.row.title.clone(),
        step: row.row.step.clone(),
        applicant: row.row.applicant_masked.clone(),
        officer: row.officer.clone(),
        state: row.state.clone(),
        due: lead.map_or(String::new(), |v| say::short_date(v.answer.due_date)),
        limit,
        href,
    }
}

/// The day strip of a clock: up to now, or up to the day it stopped.
pub fn cells(app: &App, unit: &str, view: &ClockView, now: jiff::Timestamp) -> Vec<xiaoneng_calendar::DayCell> {
    let day = match view.status {
        Status::Stopped { at } | Status::Ended { at } => at,
        _ => now,
    };
    let known = app.office.world.calendar_of(unit).known_on(say::local(now).date());
    view.strip(&known, say::local(day).date())
}
