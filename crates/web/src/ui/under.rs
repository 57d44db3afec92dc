//! The words under the day strip's cells, and how far each may run.

use jiff::civil::Weekday;
use xiaoneng_calendar::{CellKind, DayCell};

use super::{say, strip::Captions, twin::pause_word};

/// A caption and over how many cells it may run.
pub(crate) type Under = Option<(String, usize)>;

/// How many characters of a caption a cell holds.
pub(crate) const CHARS_A_CELL: usize = 3;

/// What stands under each cell: today, the event, and over a run of days off or paused its reason.
pub(crate) fn under(cells: &[DayCell], captions: &Captions) -> Vec<Under> {
    let fixed = |cell: &DayCell| match cell.kind {
        _ if cell.is_today => Some(captions.today.to_owned()),
        CellKind::Start => Some(captions.start.to_owned()),
        CellKind::Rolled => Some("顺延".to_owned()),
        _ => None,
    };
    let mut words: Vec<Under> = cells.iter().map(|c| fixed(c).map(|w| (w, 1))).collect();
    let (mut at, mut last) = (0, None);
    while at < cells.len() {
        let reason = run_reason(&cells[at].kind);
        let mut end = at + 1;
        while end < cells.len() && cells[end].kind == cells[at].kind && cells[end].date.weekday() != Weekday::Monday {
            end += 1;
        }
        if let (Some(reason), Some(first)) = (reason, (at..end).find(|n| words[*n].is_none())) {
            let free = (first..end).take_while(|n| words[*n].is_none()).count();
            // A run that goes on in the next week is named again only where its name fits.
            if last.as_ref() != Some(&reason) || reason.chars().count() <= free * CHARS_A_CELL {
                words[first] = Some((reason.clone(), free));
            }
            last = Some(reason);
        } else if !matches!(cells[at].kind, CellKind::Weekend) {
            last = None;
        }
        at = end;
    }
    widen(cells, &mut words);
    words
}

/// Lets a caption that is too long run on under the cells after it that have none, to the week's end.
fn widen(cells: &[DayCell], words: &mut [Under]) {
    for n in 0..words.len() {
        let Some((text, span)) = words[n].as_ref().map(|(t, s)| (t.chars().count(), *s)) else { continue };
        if text <= span * CHARS_A_CELL || cells[n].is_today {
            continue;
        }
        let need = text.div_ceil(CHARS_A_CELL);
        let week = cells[n..].iter().skip(1).take_while(|c| c.date.weekday() != Weekday::Monday).count() + 1;
        let free = words[n + 1..].iter().take_while(|w| w.is_none()).count() + 1;
        if let Some(word) = &mut words[n] {
            word.1 = need.min(free).min(week).max(span);
        }
    }
}

fn run_reason(kind: &CellKind) -> Option<String> {
    match kind {
        CellKind::Paused(reason) => Some(pause_word(reason).to_owned()),
        CellKind::Holiday(name) | CellKind::Closed(name) => Some(say::feast(name).to_owned()),
        _ => None,
    }
}
