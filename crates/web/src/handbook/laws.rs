//! Each law's limits.

use maud::{Markup, html};
use xiaoneng_pack::limits::{Law, Rank};
use xiaoneng_pack::{LimitVersion, World};

use super::{DocFile, page};

pub fn pages(world: &World, files: &mut Vec<DocFile>) {
    let library = &world.limits;
    let list = html! {
        @for rank in Rank::ALL {
            @let laws: Vec<&Law> = library.laws.values().filter(|l| l.rank == rank).collect();
            @if !laws.is_empty() {
                section { h2 { (rank.title()) }
                    table class="t stackable" {
                        caption class="vh" { (rank.title()) }
                        thead { tr { th scope="col" { "法" } th scope="col" { "施行" } th scope="col" class="r" { "时限" } } }
                        tbody { @for law in laws { tr {
                            th scope="row" { a href={ "laws/" (law.id) ".html" } { (law.name()) } @if !law.place.is_empty() { " " span class="tag" { (law.place) "，只供对照" } } }
                            td data-l="施行" class="num" { (law.in_force_words()) }
                            td data-l="时限" class="r num" { (library.of_law(&law.id).count()) }
                        } } }
                    }
                }
            }
        }
    };
    let path = [("规则说明", "index.html"), ("法定时限", "")];
    files.push(DocFile { path: "laws.html".to_owned(), text: page(world, "法定时限", "", &path, list) });
    for law in library.laws.values() {
        let name = law.name();
        let path = [("规则说明", "../index.html"), ("法定时限", "../laws.html"), (name.as_str(), "")];
        let text = page(world, &name, "../", &path, content(world, law));
        files.push(DocFile { path: format!("laws/{}.html", law.id), text });
    }
}

fn content(world: &World, law: &Law) -> Markup {
    let library = &world.limits;
    html! {
        p { (law.rank.title()) "，" (law.in_force_words()) "。" @if !law.days.is_empty() { "“日”：" (law.days) "。" } }
        @if let Some(before) = law.replaces.as_ref().and_then(|id| library.laws.get(id)) {
            p { "代替 " a href={ (before.id) ".html" } { (before.name()) } "。" }
        }
        @if !law.note.is_empty() { p { (law.note) } }
        @for v in library.of_law(&law.id) { (limit(v)) }
    }
}

fn limit(v: &LimitVersion) -> Markup {
    let mut rows: Vec<(&str, Markup)> = vec![
        ("条款", html! { (v.article) "　" span class="quiet num" { (v.id) } }),
        ("约束", html! { (v.bound) }),
        ("起算", html! { (v.starts) }),
    ];
    let texts = [
        ("没有天数", v.open.as_str()),
        ("不计入", &v.excluded),
        ("延长", &v.extension_note),
        ("逾期", &v.on_lapse),
        ("哪一种日", &v.count_authority),
    ];
    rows.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| (label, html! { (text) })));
    rows.push(("施行", html! { span class="num" { (v.in_force_words()) } }));
    rows.push(("查证", html! { (v.evidence.title()) }));
    html! {
        section id=(v.id) {
            h2 { (v.stops) "：" (v.in_words()) }
            (crate::ui::definition_list(&rows, true))
        }
    }
}
