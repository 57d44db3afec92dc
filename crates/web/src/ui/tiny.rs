//! The day strip for lists: one small picture, a path for each kind of day, so that fifty of them are light.

use std::fmt::Write as _;

use maud::{Markup, html};
use xiaoneng_calendar::DayCell;

use super::fold;
use super::strip::{Look, due_of, today_of};

/// Pixels from cell to cell while they fit.
const PITCH: usize = 6;
/// And at least.
const PITCH_MIN: usize = 3;
/// The strip is no wider than this.
const WIDTH_MAX: usize = 186;
/// Where the cells begin below the flags, and their height.
const TOP: usize = 5;
const HIGH: usize = 10;

#[derive(Default)]
struct Paths {
    start: String,
    used: String,
    left: String,
    law: String,
    off: String,
    paused: String,
    over: String,
    due: String,
    law_due: String,
    today: String,
}

pub(crate) fn tiny(cells: &[DayCell], twin: &str) -> Markup {
    let (due, today) = (due_of(cells), today_of(cells));
    // So many days a column that all columns fit.
    let days = cells.len().div_ceil(WIDTH_MAX / PITCH_MIN).max(1);
    let columns: Vec<&[DayCell]> = cells.chunks(days).collect();
    let pitch = (WIDTH_MAX / columns.len().max(1)).clamp(PITCH_MIN, PITCH);
    let (wide, width) = (pitch - 1, columns.len() * pitch + 4);
    let mut p = Paths::default();
    for (n, column) in columns.iter().enumerate() {
        let x = n * pitch;
        cell_path(&mut p, fold::look(column, due, today), x, wide);
        if column.iter().any(|c| c.is_due) {
            flag(&mut p.due, x + wide);
        } else if column.iter().any(|c| c.is_statutory_due) {
            flag(&mut p.law_due, x + wide);
        }
        if column.iter().any(|c| c.is_today) {
            let _ = write!(p.today, "M{}.5 {}.5h{}v{}h-{}z", x as isize - 1, TOP - 2, wide + 1, HIGH + 3, wide + 1);
        }
    }
    html! {
        svg class="dt" width=(width) height="17" viewBox={ "0 0 " (width) " 17" } role="img" aria-label={ "时限日历：" (twin) } {
            title { (twin) }
            (path("s", &p.start)) (path("w", &p.off)) (path("o", &p.law)) (path("l", &p.left)) (path("u", &p.used))
            (path("p", &p.paused)) (path("x", &p.over)) (path("g", &p.law_due)) (path("f", &p.due)) (path("n", &p.today))
        }
    }
}

fn path(class: &str, d: &str) -> Markup {
    html! { @if !d.is_empty() { path class=(class) d=(d) {} } }
}

// Writing to a String does not fail.
fn cell_path(p: &mut Paths, look: Look, x: usize, wide: usize) {
    let solid = |out: &mut String| {
        let _ = write!(out, "M{x} {TOP}h{wide}v{HIGH}h-{wide}z");
    };
    match look {
        Look::Used => solid(&mut p.used),
        Look::Left => solid(&mut p.left),
        Look::Paused => solid(&mut p.paused),
        Look::Over => solid(&mut p.over),
        Look::Law | Look::Before => {
            let _ = write!(p.law, "M{x}.5 {TOP}.5h{}v{}h-{}z", wide - 1, HIGH - 1, wide - 1);
        }
        Look::Start => {
            let (r, middle) = (wide as f32 / 2.0 - 0.5, TOP as f32 + HIGH as f32 / 2.0);
            let _ = write!(p.start, "M{}.5 {middle}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0-{d} 0", x, d = r * 2.0);
        }
        // Two strokes: the hatch of a day that does not count.
        Look::Off | Look::Holiday | Look::Shut => {
            let (middle, low) = (TOP + HIGH / 2, TOP + HIGH);
            let _ = write!(p.off, "M{x} {middle}l{wide}-{wide}M{x} {low}l{wide}-{wide}");
        }
    }
}

fn flag(out: &mut String, x: usize) {
    let _ = write!(out, "M{x} 0h5l-2 2 2 2h-4v{}h-1z", TOP + HIGH - 4);
}
