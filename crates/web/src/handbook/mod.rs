//! 规则说明: the institutions as a folder of static pages: a page for each procedure, each law's limits, and the clerks'
//! handbook. Made from the packs alone: the same packs give the same bytes.

use maud::{DOCTYPE, Markup, html};
use xiaoneng_pack::World;

mod items;
mod laws;
mod procedures;
mod words;

use crate::ui::assets;

/// What such a folder is known by.
pub const MARK: &str = ".xiaoneng-docs";
/// What a page has besides the pages of the service.
const OWN_CSS: &str = "\n/* ---- the handbook ---- */\nmain { max-width: 1080px; } .say { display: block; } .letter { border: 1px solid var(--line); padding: 12px 16px; margin: 8px 0; } .letter p { margin: 6px 0; }\n@media print { .crumbs, .map { break-inside: avoid; } a { color: inherit; text-decoration: none; } }\n";

/// One file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocFile {
    /// Its path in the folder: `procedures/licence.html`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// All files of the folder, in the order of their paths.
///
/// ```
/// let files = xiaoneng_web::handbook::handbook(&xiaoneng_packbox::world());
/// let licence = files.iter().find(|f| f.path == "procedures/licence.html").unwrap();
/// assert!(licence.text.contains("<svg") && licence.text.contains("行政许可法"));
/// ```
pub fn handbook(world: &World) -> Vec<DocFile> {
    let mut files = vec![
        DocFile { path: "style.css".to_owned(), text: format!("{}{OWN_CSS}", assets::CSS) },
        DocFile { path: "index.html".to_owned(), text: index(world) },
    ];
    procedures::pages(world, &mut files);
    laws::pages(world, &mut files);
    items::pages(world, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    // By the mark one sees next time what was written here, and what somebody put beside it.
    let paths: String = files.iter().map(|f| format!("{}\n", f.path)).collect();
    let text = format!("xiaoneng docs {}\n{paths}", world.version);
    files.insert(0, DocFile { path: MARK.to_owned(), text });
    files
}

/// A page; `up` leads from its folder to the handbook's.
fn page(world: &World, title: &str, up: &str, path: &[(&str, &str)], content: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " - 效能规则说明" }
                link rel="stylesheet" href={ (up) "style.css" };
            }
            body class="work" {
                a class="skip" href="#main" { "跳到正文" }
                main id="main" tabindex="-1" {
                    @if !path.is_empty() { (crate::ui::breadcrumbs(path)) }
                    div class="head" { h1 { (title) } }
                    (content)
                    p class="sub" { "规则版本 " span class="code" { (world.version) } "。由规则包生成；文字是概括，不是法条原文，以正式公布的文本为准。" }
                }
            }
        }
    };
    page.into_string() + "\n"
}

fn index(world: &World) -> String {
    let layers: Vec<&str> = world.layers.iter().map(|l| l.title.as_str()).collect();
    let content = html! {
        p { (layers.join("、")) "：" (world.procedures.len()) " 个程序，" (world.limits.laws.len()) " 部法的 " (world.limits.all().count()) " 条时限，" (world.items.len()) " 个事项。" }
        section {
            h2 { "办事手册" }
            p { a href="items.html" { "每个事项：谁来办、带什么、收不收费、多少天、怎么走，一口说清" } }
        }
        section {
            h2 { "法定时限" }
            p { a href="laws.html" { "每部法的时限，带条款" } }
        }
        section {
            h2 { "程序" }
            table class="t stackable" {
                caption class="vh" { "程序" }
                thead { tr { th scope="col" { "程序" } th scope="col" { "说明" } th scope="col" class="r" { "状态" } th scope="col" class="r" { "动作" } th scope="col" class="r" { "时限" } } }
                tbody { @for p in world.procedures.values() { tr {
                    th scope="row" { a href={ "procedures/" (p.id) ".html" } { (p.title) } }
                    td data-l="说明" { (p.about) }
                    td data-l="状态" class="r num" { (p.states.len()) }
                    td data-l="动作" class="r num" { (p.actions.len()) }
                    td data-l="时限" class="r num" { (p.clocks.len()) }
                } } }
            }
        }
    };
    page(world, "规则说明", "", &[], content)
}
