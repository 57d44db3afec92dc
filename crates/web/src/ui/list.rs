//! 办件列表: dense, one line to the eye, stacked on a telephone, walked with j and k.

use maud::{Markup, html};
use xiaoneng_calendar::DayCell;
use xiaoneng_casework::Light;

use super::{
    light::limit_text,
    strip::{Captions, Size, day_strip},
};

/// 办理时限 in a list: words, light, tiny strip.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitCell {
    /// From [`super::limit_words`].
    pub words: String,
    /// The light.
    pub light: Light,
    /// The strip; empty for none.
    pub cells: Vec<DayCell>,
    /// Which clock, where it is not the main one: 初审.
    pub clock: String,
    /// Where the explanation stands (`/desk/cases/…#clock-decide`); opened in a dialog with the script.
    pub why: Option<String>,
}

/// One case in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseListRow {
    /// 办件编号
    pub number: String,
    /// Its page.
    pub href: String,
    /// 标题
    pub title: String,
    /// 环节
    pub step: String,
    /// 申请人
    pub applicant: String,
    /// 经办人
    pub officer: String,
    /// 办理时限; none for a case without one.
    pub limit: Option<LimitCell>,
    /// 状态
    pub state: String,
    /// 8月27日
    pub due: String,
}

/// The list. With `pick`, each row has a box to tick, sent as that name (for signing several at once).
pub fn case_table(caption: &str, rows: &[CaseListRow], pick: Option<&str>) -> Markup {
    html! {
        table class="t cases stackable" data-list {
            caption class="vh" { (caption) }
            thead {
                tr {
                    th scope="col" { "办件编号" }
                    th scope="col" { "标题" }
                    th scope="col" { "环节" }
                    th scope="col" { "申请人" }
                    th scope="col" { "经办人" }
                    th scope="col" { "办理时限" }
                    th scope="col" { "状态" }
                }
            }
            tbody { @for row in rows { (case_row(row, pick)) } }
        }
    }
}

fn case_row(row: &CaseListRow, pick: Option<&str>) -> Markup {
    html! {
        tr {
            td class="no num" {
                @if let Some(name) = pick {
                    label class="pick" { input type="checkbox" name=(name) value=(row.number) aria-label={ "选中 " (row.number) }; span { (row.number) } }
                } @else { (row.number) }
            }
            th class="ti" scope="row" { a href=(row.href) { (row.title) } }
            td class="sp" data-l="环节" { (row.step) }
            td class="ap" data-l="申请人" { (row.applicant) }
            td class="of" data-l="经办人" { (row.officer) }
            td class="lim" { @if let Some(limit) = &row.limit { (limit_cell(limit, &row.due)) } @else { "—" } }
            td class="st" { (row.state) }
        }
    }
}

fn limit_cell(limit: &LimitCell, due: &str) -> Markup {
    let captions = Captions::default();
    html! {
        @if let Some(why) = &limit.why {
            a class="why-link" href=(why) data-why { (limit_text(limit.light, &limit.words)) }
        } @else { (limit_text(limit.light, &limit.words)) }
        @if !due.is_empty() { span class="due num" { (due) } }
        (day_strip(&limit.cells, Size::Tiny, &captions))
        @if !limit.clock.is_empty() { span class="sub" { (limit.clock) } }
    }
}

/// The foot of a list: how many are shown, and the way on. The list keeps its filter in the address.
pub fn pager(shown: usize, total: Option<usize>, first: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        nav class="pager" aria-label="翻页" {
            span class="num" { "本页 " (shown) " 件" @if let Some(total) = total { "，共 " (total) " 件" } }
            span class="btns" {
                @if let Some(first) = first { a class="btn" href=(first) { "回到首页" } }
                @if let Some(next) = next { a class="btn" href=(next) rel="next" { "下一页" } }
            }
        }
    }
}
