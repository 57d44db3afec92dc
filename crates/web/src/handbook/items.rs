//! The clerks' handbook: each item on a page, and an answer in one breath (一口清).

use maud::{Markup, html};
use xiaoneng_pack::{Item, Material, Tier, Unit, World};

use super::{DocFile, page, words};
use crate::ui::say;

pub fn pages(world: &World, files: &mut Vec<DocFile>) {
    let units: Vec<&Unit> = world.org.units.values().filter(|u| world.items.values().any(|i| i.unit == u.id)).collect();
    let list = html! {
        p { "先把“一口清”背熟：问的人一次听明白，不用跑第二趟。" }
        @for unit in units {
            section { h2 { (unit.title) }
                ul class="plain files" { @for item in world.items.values().filter(|i| i.unit == unit.id) {
                    li { a href={ "items/" (item.code) ".html" } { (item.title) } }
                } }
            }
        }
    };
    let path = [("规则说明", "index.html"), ("办事手册", "")];
    files.push(DocFile { path: "items.html".to_owned(), text: page(world, "办事手册", "", &path, list) });
    for item in world.items.values() {
        let path = [("规则说明", "../index.html"), ("办事手册", "../items.html"), (item.title.as_str(), "")];
        let text = page(world, &item.title, "../", &path, content(world, item));
        files.push(DocFile { path: format!("items/{}.html", item.code), text });
    }
}

fn content(world: &World, item: &Item) -> Markup {
    let unit = world.org.units.get(&item.unit);
    let procedure = world.procedures.get(&item.procedure);
    html! {
        section { h2 { "一口清" } p class="say" { (in_one_breath(world, item)) } }
        (crate::ui::definition_list(&[
            ("谁来办", html! { (unit.map_or("", |u| &u.title)) @if !item.intake.is_empty() { "；在" (window(world, item)) "交" } }),
            ("谁可以办", html! { @if item.conditions.is_empty() { "待核实" } @else { @for line in &item.conditions { p { (line) } } } }),
            ("时限", limit(world, item)),
            ("收费", html! { (fee(item)) @if !item.fee_note.is_empty() { "（" (item.fee_note) "）" } }),
            ("办好拿到", html! { (item.result) }),
            ("依据", html! { @if item.basis.is_empty() { "待核实" } @else { @for line in &item.basis { p { (line) } } } }),
            ("程序", html! { @if let Some(p) = procedure { a href={ "../procedures/" (p.id) ".html" } { (p.title) } } }),
        ], true))
        section { h2 { "材料" }
            @if item.materials.is_empty() { p { "不用交材料，或者材料待核实。" } }
            @else {
                table class="t stackable" {
                    caption class="vh" { "材料" }
                    thead { tr { th scope="col" { "材料" } th scope="col" { "份数" } th scope="col" { "必需" } th scope="col" { "说明" } } }
                    tbody { @for m in &item.materials { tr {
                        th scope="row" { (m.name) }
                        td data-l="份数" { (copies(m)) }
                        td data-l="必需" { @if m.required { "是" } @else { "不一定" } }
                        td data-l="说明" { (m.help) }
                    } } }
                }
            }
        }
        @if !item.steps.is_empty() {
            section { h2 { "怎么走" }
                ol { @for (name, days) in &item.steps { li { (name) "：" (days) " 个工作日" } } }
            }
        }
        @if !item.holds.is_empty() {
            section { h2 { "一件事里有" }
                ul class="plain" { @for code in &item.holds { @if let Some(held) = world.items.get(code) { li { a href={ (held.code) ".html" } { (held.title) } } } } }
            }
        }
        @if !item.questions.is_empty() {
            section { h2 { "常有人问" } @for (asked, answer) in &item.questions { p { b { (asked) } } p { (answer) } } }
        }
        @if !item.to_confirm.is_empty() { section { h2 { "待核实" } p { (item.to_confirm.join("、")) } } }
    }
}

/// All that one asks at a window, in one paragraph; what is not known is left out, never made up.
fn in_one_breath(world: &World, item: &Item) -> String {
    let mut said = Vec::new();
    let needed: Vec<String> = item.materials.iter().filter(|m| m.required).map(brought).collect();
    if !needed.is_empty() {
        said.push(format!("办“{}”，请带：{}", item.title, needed.join("；")));
    } else {
        said.push(format!("办“{}”", item.title));
    }
    said.push(format!("到{}交", window(world, item)));
    said.push(if item.immediate {
        "材料齐全的当场办结".to_owned()
    } else if let Some((n, _)) = &item.limit.promised {
        format!("受理以后承诺 {n} 个工作日办结")
    } else if let Some((n, _)) = &item.limit.stated {
        format!("受理以后 {n} 个工作日办结")
    } else {
        "办理天数以受理通知书写明的为准".to_owned()
    });
    said.push(fee(item));
    if !item.result.is_empty() {
        said.push(format!("办好领取《{}》", item.result.trim_matches(|c| c == '《' || c == '》')));
    }
    if let Some(unit) = world.org.units.get(&item.unit).filter(|u| !u.phone.is_empty()) {
        said.push(format!("有事打 {}", unit.phone));
    }
    said.join("。") + "。"
}

fn brought(m: &Material) -> String {
    let copies = copies(m);
    if copies.is_empty() { m.name.clone() } else { format!("{}（{copies}）", m.name) }
}

fn copies(m: &Material) -> String {
    let parts = [("原件", m.originals), ("复印件", m.copies)];
    let parts: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{word} {n} 份")).collect();
    parts.join("、")
}

fn fee(item: &Item) -> String {
    let open = item.to_confirm.iter().any(|part| part.starts_with("收费"));
    if item.fee_fen == 0 && open {
        "现在不收费（依据待核实）".to_owned()
    } else if item.fee_fen == 0 {
        "不收费".to_owned()
    } else {
        format!("收费 {}", say::money(item.fee_fen))
    }
}

/// Where it is handed in.
fn window(world: &World, item: &Item) -> String {
    let unit = |id: &xiaoneng_pack::Name| world.org.units.get(id).map_or(id.to_string(), |u| u.title.clone());
    let township = |id: &xiaoneng_pack::Name| world.org.units.get(id).is_some_and(|u| u.tier == Tier::Township);
    match &item.intake[..] {
        [] => format!("{}的窗口", unit(&item.unit)),
        all if all.iter().all(township) => "户口所在乡镇（街道）的窗口".to_owned(),
        some => format!("{}的窗口", some.iter().map(unit).collect::<Vec<_>>().join("、")),
    }
}

fn limit(world: &World, item: &Item) -> Markup {
    let law = item.limit.law.as_ref().and_then(|series| world.limits.series.get(series)).into_iter().flatten();
    html! {
        @if item.immediate { p { "当场办结" } }
        @if let Some((n, source)) = &item.limit.promised { p { "承诺 " (n) " 个工作日（" (source) "）" } }
        @if let Some((n, source)) = &item.limit.stated { p { "公布 " (n) " 个工作日（" (source) "）" } }
        @if item.limit.law.is_none() { p class="quiet" { "法律没有规定天数，或者待核实" } }
        @for v in law { p { "法定 " (v.in_words()) "　" (words::article(world, v, "../")) "　" span class="quiet num" { (v.in_force_words()) } } }
    }
}
