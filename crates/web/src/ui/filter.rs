//! Filters, tabs and search: ordinary GET forms and links, so that what is shown has an address.

use maud::{Markup, html};

/// One field of the filter bar.
#[derive(Clone, Copy, Debug)]
pub enum Filter<'a> {
    /// One of several: value and title; the empty value means all.
    Choice {
        /// In the address.
        name: &'a str,
        /// 环节
        label: &'a str,
        /// Value and title.
        options: &'a [(String, String)],
        /// Chosen.
        value: &'a str,
    },
    /// Words to look for.
    Text {
        /// In the address.
        name: &'a str,
        /// 编号、标题、申请人
        label: &'a str,
        /// Typed.
        value: &'a str,
    },
    /// A day.
    Date {
        /// In the address.
        name: &'a str,
        /// 起
        label: &'a str,
        /// As the browser writes it.
        value: &'a str,
    },
    /// Kept as it is (the tab).
    Hidden {
        /// In the address.
        name: &'a str,
        /// Value.
        value: &'a str,
    },
}

/// The bar. With the script it sends itself when something is chosen; without, there is a button.
/// `export` is the address of the XLSX of what is shown.
pub fn filters(action: &str, fields: &[Filter], export: Option<&str>) -> Markup {
    html! {
        form class="filters" method="get" action=(action) role="search" data-autosubmit {
            @for field in fields { (filter(field)) }
            div class="end" {
                button class="btn no-js" type="submit" { "筛选" }
                @if let Some(href) = export { a class="btn" href=(href) download { "导出 XLSX" } }
            }
        }
    }
}

fn filter(field: &Filter) -> Markup {
    html! {
        @match *field {
            Filter::Choice { name, label, options, value } => div {
                label for={ "q-" (name) } { (label) }
                select class="in" id={ "q-" (name) } name=(name) {
                    option value="" { "全部" }
                    @for (id, title) in options { option value=(id) selected[id == value] { (title) } }
                }
            },
            Filter::Text { name, label, value } => div class="grow" {
                label for={ "q-" (name) } { (label) }
                input class="in" type="search" id={ "q-" (name) } name=(name) value=(value) data-search;
            },
            Filter::Date { name, label, value } => div {
                label for={ "q-" (name) } { (label) }
                input class="in" type="date" id={ "q-" (name) } name=(name) value=(value);
            },
            Filter::Hidden { name, value } => input type="hidden" name=(name) value=(value);,
        }
    }
}

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// 待办
    pub title: String,
    /// Where it leads.
    pub href: String,
    /// How many stand behind it.
    pub count: Option<usize>,
    /// The count is of what is late.
    pub alarm: bool,
    /// It is the one shown.
    pub current: bool,
}

/// 待办 待审签 已办 特别程序 预警
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav class="tabs" aria-label=(label) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                    (tab.title)
                    @if let Some(n) = tab.count { span class={ "n num" @if tab.alarm && n > 0 { " red" } } { (n) } }
                }
            }
        }
    }
}

/// One field and one button: `/items?q=盖房`.
pub fn search_box(action: &str, label: &str, hint: &str, value: &str) -> Markup {
    html! {
        form class="search" method="get" action=(action) role="search" {
            label class="vh" for="search" { (label) }
            input class="in" type="search" id="search" name="q" value=(value) placeholder=(hint) data-search autocomplete="off";
            button class="btn primary" type="submit" { "搜索" }
        }
    }
}
