//! `/admin/packs/text`: the packs' files with line numbers, and a search over all of them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use xiaoneng_pack::Sources;

use super::{seen_by, text_href};
use crate::app::{App, Frame};
use crate::fault::{Answer, Fault, answer};
use crate::query::Query;
use crate::rulebook::by_pack;
use crate::session::Officer;
use crate::ui;

/// Lines of a file on a page.
const LINES: usize = 200;
/// Hits of a search, at most.
const HITS_MAX: usize = 100;
/// A line longer than this is cut in the list of hits.
const LINE_MAX: usize = 160;

#[derive(Deserialize)]
pub struct Asked {
    /// `new`: those that wait; else those in force.
    #[serde(default)]
    of: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    line: usize,
    #[serde(default)]
    q: String,
}

pub async fn get(State(app): State<App>, officer: Officer, Query(asked): Query<Asked>) -> Response {
    let page = page(&app, &officer, &asked);
    answer(&app, Some(&officer), page)
}

fn page(app: &App, officer: &Officer, asked: &Asked) -> Answer {
    seen_by(app, officer)?;
    let waiting = app.rulebook.waiting();
    let in_force = app.rulebook.texts();
    let new = asked.of == "new";
    let texts: &Sources = match (&waiting, new) {
        (Some(waiting), true) => &waiting.texts,
        (None, true) => {
            return Err(Fault::NotFound("没有等待施行的规则。请在“规则”页重新读取".to_owned()));
        }
        _ => &in_force,
    };
    let (of, name) = if new { ("new", "等待施行的规则") } else { ("old", "施行中的规则") };
    let here = format!("/admin/packs/text?of={of}");
    let (title, content) = if !asked.file.is_empty() {
        let Some(text) = texts.text(&asked.file) else {
            return Err(Fault::NotFound(format!("{name}里没有文件“{}”", asked.file)));
        };
        (asked.file.clone(), file(of, &asked.file, text, asked.line))
    } else {
        (
            format!("{name}的文字"),
            if asked.q.trim().is_empty() { files(of, texts) } else { hits(of, texts, asked.q.trim()) },
        )
    };
    let content = html! {
        (ui::breadcrumbs(&[("规则", "/admin/packs"), (name, &here), (if asked.file.is_empty() { "文件" } else { &asked.file }, "")]))
        (ui::head(&title, "", html! {}))
        form class="search" method="get" action="/admin/packs/text" role="search" {
            input type="hidden" name="of" value=(of);
            label class="vh" for="search" { "在规则文字里找" }
            input class="in" type="search" id="search" name="q" value=(asked.q) placeholder="法条、时限编号、词" autocomplete="off" maxlength="100";
            button class="btn" type="submit" { "查找" }
        }
        (content)
    };
    Ok(app.page(&Frame::desk(&title, "/admin/packs"), Some(officer), content).into_response())
}

fn files(of: &str, texts: &Sources) -> Markup {
    html! {
        @for (pack, files) in by_pack(texts) {
            section {
                h2 { (pack) " " span class="num quiet" { (files.len()) " 个文件" } }
                ul class="plain files" { @for (path, text) in files {
                    li { a href=(text_href(of, path, 1)) { (path.split_once('/').map_or(path, |p| p.1)) } " " span class="num quiet" { (text.lines().count()) " 行" } }
                } }
            }
        }
    }
}

fn hits(of: &str, texts: &Sources, word: &str) -> Markup {
    let lower = word.to_lowercase();
    let all = texts.iter().flat_map(|(path, text)| text.lines().enumerate().map(move |(n, line)| (path, n + 1, line)));
    let found: Vec<(&str, usize, &str)> =
        all.filter(|(_, _, line)| line.to_lowercase().contains(&lower)).take(HITS_MAX + 1).collect();
    html! {
        p role="status" { @if found.is_empty() { "没有找到“" (word) "”。" } @else if found.len() > HITS_MAX { "太多了，只列前 " (HITS_MAX) " 行。" } @else { "找到 " (found.len()) " 行。" } }
        ul class="plain hits" { @for (path, line, text) in found.iter().take(HITS_MAX) {
            li { a class="code" href=(text_href(of, path, *line as u32)) { (path) ":" (line) } br; span class="code" { (text.trim().chars().take(LINE_MAX).collect::<String>()) } }
        } }
    }
}

fn file(of: &str, path: &str, text: &str, line: usize) -> Markup {
    let lines: Vec<&str> = text.lines().collect();
    let asked = line.clamp(1, lines.len().max(1));
    let part = (asked - 1) / LINES;
    let parts = lines.len().div_ceil(LINES);
    let shown = lines.iter().enumerate().skip(part * LINES).take(LINES);
    html! {
        @if parts > 1 { (turning(of, path, part, parts)) }
        div class="source" tabindex="0" role="region" aria-label={ "文件 " (path) } {
            ol start=(part * LINES + 1) { @for (n, text) in shown {
                li id={ "L" (n + 1) } class=[(n + 1 == asked && line > 1).then_some("here")] {
                    a class="no" href={ "#L" (n + 1) } aria-label={ "第 " (n + 1) " 行" } { (n + 1) } code { (text) }
                }
            } }
        }
        @if parts > 1 { (turning(of, path, part, parts)) }
    }
}

fn turning(of: &str, path: &str, part: usize, parts: usize) -> Markup {
    let href = |part: usize| text_href(of, path, (part * LINES + 1) as u32);
    html! {
        p class="turning" {
            @if part > 0 { a href=(href(part - 1)) { "上 " (LINES) " 行" } " " }
            span class="num quiet" { "第 " (part + 1) " / " (parts) " 段" }
            @if part + 1 < parts { " " a href=(href(part + 1)) { "下 " (LINES) " 行" } }
        }
    }
}
