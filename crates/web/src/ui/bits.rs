//! Small things that stand on many pages.

use maud::{Markup, html};

use super::form::{Button, link_button};

/// The head of a page: its title, a line of explanation, and what can be done at its right.
pub fn head(title: &str, lead: &str, actions: Markup) -> Markup {
    html! {
        div class="head" {
            div class="row between" { h1 { (title) } div class="btns" { (actions) } }
            @if !lead.is_empty() { p { (lead) } }
        }
    }
}

/// Where one is: title and address; the last has no address.
pub fn breadcrumbs(path: &[(&str, &str)]) -> Markup {
    html! {
        nav class="crumbs" aria-label="所在位置" {
            ol {
                @for (n, (title, href)) in path.iter().enumerate() {
                    @if n + 1 == path.len() { li aria-current="page" { (title) } }
                    @else { li { a href=(href) { (title) } } }
                }
            }
        }
    }
}

/// Nothing to show: says so, says why or what now.
pub fn empty_state(title: &str, hint: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div class="empty" {
            // An empty strip: five days, nothing on them.
            svg viewBox="0 0 108 20" aria-hidden="true" focusable="false" {
                @for n in 0..5 {
                    rect x={ (n * 22 + 1) } y="1" width="18" height="18" fill="none" stroke="currentColor" stroke-opacity=".3" {}
                }
            }
            b { (title) }
            @if !hint.is_empty() { p { (hint) } }
            @if let Some((words, href)) = action { p { (link_button(Button::Secondary, words, href)) } }
        }
    }
}

/// A number that opens into its list.
pub fn stat(number: &str, unit: &str, label: Markup, href: Option<&str>) -> Markup {
    let inner = html! { b class="num" { (number) @if !unit.is_empty() { small { (unit) } } } span { (label) } };
    html! {
        @if let Some(href) = href { a class="stat" href=(href) { (inner) } } @else { div class="stat" { (inner) } }
    }
}

/// Labels and values; with `lines`, a hairline under each.
pub fn definition_list(rows: &[(&str, Markup)], lines: bool) -> Markup {
    html! {
        dl class={ "dl" @if lines { " lines" } } { @for (label, value) in rows { dt { (label) } dd { (value) } } }
    }
}

/// A notice in a list: what kind, from whom, what it says, when.
pub fn notice_card(kind: &str, title: &str, href: &str, text: &str, date: &str) -> Markup {
    html! {
        article class="notice" {
            h3 { @if !kind.is_empty() { span class="tag" { (kind) } " " } a href=(href) { (title) } }
            time { (date) }
            @if !text.is_empty() { p { (text) } }
        }
    }
}

/// Work that takes its time: done of all, in words too.
pub fn progress(label: &str, done: usize, all: usize) -> Markup {
    html! {
        div {
            div class="row between small" { span { (label) } span class="num quiet" { (done) " / " (all) } }
            progress value=(done) max=(all.max(1)) aria-label=(label) { (done) " / " (all) }
        }
    }
}
