//! 申请材料: as a checklist at the window, as a list for who is to bring them.

use maud::{Markup, html};
use xiaoneng_pack::{Item, Material};

/// Big rows to tick, one a material; what is ticked is sent as `name` (`materials`, or `missing` for the
/// one-time notice) once for each.
pub fn materials_checklist(item: &Item, name: &str, checked: &dyn Fn(&str) -> bool, error: Option<&str>) -> Markup {
    html! {
        fieldset class={ "fld" @if error.is_some() { " bad" } } id={ "f-" (name) } tabindex="-1" aria-describedby=[error.map(|_| format!("e-{name}"))] {
            legend class="vh" { (item.title) "申请材料" }
            @if let Some(error) = error { p class="err" id={ "e-" (name) } { (error) } }
            div class="mats" {
                @for material in &item.materials {
                    label class="mat" {
                        input type="checkbox" name=(name) value=(material.id) checked[checked(&material.id)];
                        (row(material))
                    }
                }
            }
        }
    }
}

/// The same rows to read: what to bring.
pub fn materials_list(item: &Item) -> Markup {
    html! {
        ol class="mats show" {
            @for (n, material) in item.materials.iter().enumerate() {
                li class="mat" { span class="no num" { (n + 1) } (row(material)) }
            }
        }
    }
}

fn row(material: &Material) -> Markup {
    html! {
        span {
            b { (material.name) @if !material.required { span class="tag" { "可选" } } }
            @if !material.help.is_empty() { span class="help" { (material.help) } }
        }
        span class="cnt num" { (count("原件", material.originals)) (count("复印件", material.copies)) }
    }
}

fn count(what: &str, copies: u32) -> Markup {
    html! {
        i class=[(copies == 0).then_some("none")] { (what) " " @if copies == 0 { "—" } @else { (copies) " 份" } }
    }
}
