//! Supervision as a heat map: units by lights (or by procedures), every number a way into its list.

use maud::{Markup, html};
use xiaoneng_casework::Light;

use super::light::light;

/// One number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatCell {
    /// How many.
    pub count: usize,
    /// The list it opens.
    pub href: String,
    /// What colour it warms in; `None`: plain blue.
    pub light: Option<Light>,
}

/// A unit's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow {
    /// 民和县自然资源局
    pub title: String,
    /// Its page.
    pub href: String,
    /// One for each column.
    pub cells: Vec<HeatCell>,
}

/// The map. A column with a light shows it; the strongest tint is the largest number of its column.
pub fn heat(caption: &str, columns: &[(String, Option<Light>)], rows: &[HeatRow]) -> Markup {
    let largest = |n: usize| rows.iter().filter_map(|r| r.cells.get(n)).map(|c| c.count).max().unwrap_or(0);
    let most: Vec<usize> = (0..columns.len()).map(largest).collect();
    html! {
        div class="wrap-t" {
            table class="heat" {
                caption class="vh" { (caption) }
                thead {
                    tr {
                        th scope="col" { "单位" }
                        @for (title, kind) in columns { th scope="col" { @if let Some(kind) = kind { (light(*kind)) " " } (title) } }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { a href=(row.href) { (row.title) } }
                            @for (n, cell) in row.cells.iter().enumerate() {
                                @let column = columns.get(n).map_or("", |c| &c.0);
                                td class=(warmth(cell, most.get(n).copied().unwrap_or(0))) {
                                    @if cell.count == 0 { span { "0" } }
                                    @else { a class="num" href=(cell.href) aria-label={ (row.title) " " (column) " " (cell.count) " 件" } { (cell.count) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn warmth(cell: &HeatCell, most: usize) -> String {
    if cell.count == 0 {
        return "z".to_owned();
    }
    let tone = match cell.light {
        Some(Light::Green | Light::Met) => "green",
        Some(Light::Yellow) => "yellow",
        Some(Light::Red) => "red",
        Some(Light::Missed) => "missed",
        Some(Light::Paused) => "paused",
        None => "blue",
    };
    let level = match cell.count {
        1 => 1, // OK: a single case is never the deepest tint, however few the others have.
        count => (count * 3).div_ceil(most.max(1)).clamp(1, 3),
    };
    format!("{tone}{level}")
}
