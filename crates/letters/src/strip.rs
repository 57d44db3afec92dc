//! The day strip on paper: shape and hatch carry it, so that a black printer tells it as well.

use jiff::civil::Weekday;
use maud::{Markup, html};
use xiaoneng_calendar::{CellKind, DayCell};

/// Cells in a row: three weeks.
const ROW: usize = 21;
/// Side of a cell and pitch, in units of the drawing.
const SIDE: usize = 22;
const PITCH: usize = 24;
/// Height of a row: flag, cell, weekday.
const HIGH: usize = 54;
/// A strip longer than this would push the letter onto a second page; its text says it alone.
const CELLS_MAX: usize = 63;

/// The strip, or nothing where it is too long for the page.
pub(crate) fn strip(cells: &[DayCell], text: &str) -> Markup {
    if cells.is_empty() || cells.len() > CELLS_MAX {
        return html! {};
    }
    let lead = cells[0].date.weekday().to_monday_zero_offset() as usize;
    let lead = if cells.len() + lead > ROW { lead } else { 0 };
    let due = cells.iter().find(|c| c.is_due).map(|c| c.date);
    let rows = (cells.len() + lead).div_ceil(ROW);
    let width = (cells.len() + lead).min(ROW) * PITCH;
    html! {
        svg class="strip" viewBox={ "0 0 " (width) " " (rows * HIGH) } width={ (width * 156 / (ROW * PITCH)) "mm" } role="img" aria-label={ "时限日历：" (text) } {
            @for (n, cell) in cells.iter().enumerate() {
                @let at = n + lead;
                (day(cell, at % ROW * PITCH, at / ROW * HIGH + 16, n == 0, due.is_some_and(|d| cell.date > d)))
            }
        }
    }
}

/// `first`: the strip's first day; `beyond`: after the due day, when only the statute still gives days.
fn day(cell: &DayCell, x: usize, y: usize, first: bool, beyond: bool) -> Markup {
    let (solid, hatched) = match cell.kind {
        CellKind::Counted | CellKind::MakeUp(_) | CellKind::Rolled => (!beyond, false),
        CellKind::Weekend | CellKind::Holiday(_) | CellKind::Closed(_) => (false, true),
        CellKind::Start | CellKind::Paused(_) | CellKind::Over | CellKind::Before => (false, false),
    };
    let paused = matches!(cell.kind, CellKind::Paused(_));
    let middle = x + SIDE / 2;
    let weekday = match cell.date.weekday() {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    };
    html! {
        @if cell.kind == CellKind::Start { circle cx=(middle) cy=(y + SIDE / 2) r=(SIDE / 2 - 1) class="o" {} }
        @else if solid { rect x=(x) y=(y) width=(SIDE) height=(SIDE) class="u" {} }
        @else if paused { rect x=(x) y=(y) width=(SIDE) height=(SIDE) class="p" {} }
        @else { rect x={ (x) ".5" } y={ (y) ".5" } width=(SIDE - 1) height=(SIDE - 1) class="o" {} }
        @if hatched { path class="h" d=(hatch(x, y)) {} }
        text x=(middle) y=(y + 15) class=[solid.then_some("w")] { (cell.date.day()) }
        text x=(middle) y=(y + SIDE + 11) class="s" { @if first || cell.date.day() == 1 { (cell.date.month()) "月" } @else { (weekday) } }
        @if cell.is_due { path class="f" d={ "M" (x) " " (y - 14) "h12l-4 4 4 4h-11v6h-1z" } {} }
        @else if cell.is_statutory_due { path class="g" d={ "M" (x) " " (y - 14) "h12l-4 4 4 4h-11v6h-1z" } {} }
    }
}

/// Five strokes from edge to edge.
fn hatch(x: usize, y: usize) -> String {
    let s = SIDE;
    let line = |a: usize, b: usize, c: usize, d: usize| format!("M{} {}L{} {}", x + a, y + b, x + c, y + d);
    [line(0, 6, 6, 0), line(0, 14, 14, 0), line(0, s, s, 0), line(8, s, s, 8), line(16, s, s, 16)].concat()
}
