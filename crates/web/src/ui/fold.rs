//! A long strip folded: the weeks that matter stay, a cell a day; what lies between becomes a cell a month, or a year.

use std::ops::Range;

use jiff::civil::Date;
use maud::{Markup, html};
use xiaoneng_calendar::{CellKind, DayCell};

use super::strip::Look;

/// Weeks up to which a strip is drawn whole: a quarter.
const WEEKS_WHOLE: usize = 13;
/// Fewer weeks in a row are not worth folding.
const WEEKS_FOLDED_MIN: usize = 3;
/// Months up to which a cell is a month; beyond that a year.
const MONTHS_MAX: usize = 30;

/// A part of a strip: a week, or the cells of a stretch that is folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Week(Range<usize>),
    Fold(Range<usize>),
}

/// The parts of a strip, given where each week lies among the cells.
pub(crate) fn parts(cells: &[DayCell], weeks: &[Range<usize>]) -> Vec<Part> {
    if weeks.len() <= WEEKS_WHOLE {
        return weeks.iter().cloned().map(Part::Week).collect();
    }
    let kept: Vec<bool> = (0..weeks.len()).map(|w| is_kept(cells, weeks, w)).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < weeks.len() {
        let end = (at..weeks.len()).find(|w| kept[*w] != kept[at]).unwrap_or(weeks.len());
        if !kept[at] && end - at >= WEEKS_FOLDED_MIN {
            out.push(Part::Fold(weeks[at].start..weeks[end - 1].end));
        } else {
            out.extend(weeks[at..end].iter().cloned().map(Part::Week));
        }
        at = end;
    }
    out
}

/// The first and the last week, those of today and of the due days, and the one on either side of them.
fn is_kept(cells: &[DayCell], weeks: &[Range<usize>], week: usize) -> bool {
    let matters = |w: usize| cells[weeks[w].clone()].iter().any(|c| c.is_today || c.is_due || c.is_statutory_due);
    let near = week.saturating_sub(1)..(week + 2).min(weeks.len());
    week <= 1 || week + 1 == weeks.len() || near.into_iter().any(matters)
}

/// A folded stretch: a cell a month (a year, where there are too many), with how many of its days count.
pub(crate) fn folded(cells: &[DayCell], due: Option<Date>, today: Option<Date>) -> Markup {
    let month = |c: &DayCell| (c.date.year(), c.date.month());
    let months: Vec<&[DayCell]> = cells.chunk_by(|a, b| month(a) == month(b)).collect();
    let years = months.len() > MONTHS_MAX;
    let groups: Vec<&[DayCell]> = match years {
        true => cells.chunk_by(|a, b| a.date.year() == b.date.year()).collect(),
        false => months,
    };
    html! {
        div class="wk fold" {
            @for (n, group) in groups.iter().enumerate() {
                @let (first, counts) = (group[0].date, group.iter().filter(|c| is_counted(c)).count());
                span class={ "d mo " (look(group, due, today).class()) } title=(told(group, counts)) {
                    b {
                        @if years { span { (first.year()) "年" } }
                        @else { span { @if n == 0 || first.month() == 1 { small { (first.year()) "年" } } (first.month()) "月" } }
                    }
                    i { @if counts > 0 { "计" (counts) "天" } @else { "不计" } }
                }
            }
        }
    }
}

fn is_counted(cell: &DayCell) -> bool {
    matches!(cell.kind, CellKind::Counted | CellKind::MakeUp(_) | CellKind::Rolled | CellKind::Before)
}

/// What most of its days look like, those that never count apart.
pub(crate) fn look(group: &[DayCell], due: Option<Date>, today: Option<Date>) -> Look {
    let mut tally: Vec<(Look, usize)> = Vec::new();
    for look in group.iter().map(|c| Look::of(c, due, today)) {
        match tally.iter_mut().find(|(l, _)| *l == look) {
            Some((_, n)) => *n += 1,
            None => tally.push((look, 1)),
        }
    }
    let most = |rest: bool| {
        let fits = |l: &Look| rest == matches!(l, Look::Off | Look::Holiday | Look::Shut);
        tally.iter().filter(|(l, _)| fits(l)).max_by_key(|(_, n)| *n).map(|(l, _)| *l)
    };
    most(false).or_else(|| most(true)).unwrap_or(Look::Off)
}

/// 2016年1月1日至31日：计入 20 天，不计 11 天.
fn told(group: &[DayCell], counts: usize) -> String {
    let (first, last) = (group[0].date, group[group.len() - 1].date);
    let to = match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => format!("{}日", last.day()),
        (true, false) => format!("{}月{}日", last.month(), last.day()),
        _ => format!("{}年{}月{}日", last.year(), last.month(), last.day()),
    };
    let rest = group.len() - counts;
    let mut text =
        format!("{}年{}月{}日至{to}：计入 {counts} 天，不计 {rest} 天", first.year(), first.month(), first.day());
    if group.iter().any(|c| c.provisional) {
        text.push_str("（日历未公布，暂计）");
    }
    text
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};

    use super::*;
    use crate::ui::strip::{Captions, Size, day_strip};

    /// So many days from Thursday 20 August 2015, the last of them due, asked some days in.
    fn cells(days: i64, today: i64) -> Vec<DayCell> {
        (0..days)
            .map(|n| {
                let date = date(2015, 8, 20) + n.days();
                let weekend = date.weekday().to_monday_one_offset() > 5;
                DayCell {
                    date,
                    kind: match n {
                        0 => CellKind::Start,
                        _ if weekend => CellKind::Weekend,
                        _ => CellKind::Counted,
                    },
                    provisional: false,
                    is_due: n + 1 == days,
                    is_statutory_due: false,
                    is_today: n == today,
                }
            })
            .collect()
    }

    #[track_caller]
    fn drawn(days: i64, today: i64) -> String {
        day_strip(&cells(days, today), Size::Large, &Captions::default()).into_string()
    }

    #[test]
    fn a_strip_of_a_quarter_is_drawn_day_by_day() {
        let html = drawn(85, 10);
        assert!(!html.contains("class=\"wk fold\""));
        assert_eq!(html.matches("8月20日").count(), 1, "the first day has its own cell");
    }

    #[test]
    fn a_strip_of_five_years_keeps_the_days_that_matter_and_is_light() {
        let html = drawn(1_826, 400);
        assert!(html.len() < 25_000, "{} bytes", html.len());
        assert!(html.contains("class=\"wk fold\"") && html.contains("一格一个月或者一年"));
        // Today, the day before it, and the last day stand by themselves.
        for day in [date(2015, 8, 20) + 400.days(), date(2015, 8, 20) + 399.days(), date(2015, 8, 20) + 1_825.days()] {
            let title = format!("title=\"{}月{}日", day.month(), day.day());
            assert!(html.contains(&title), "{title}");
        }
    }

    #[test]
    fn folded_or_not_every_day_is_counted_once() {
        for (days, today) in [(92, 3), (200, 100), (365, 364), (1_000, 2), (3_650, 1_800)] {
            let cells = cells(days, today);
            let weeks: Vec<_> = crate::ui::strip::weeks(&cells);
            let mut next = 0;
            for part in parts(&cells, &weeks) {
                let (Part::Week(range) | Part::Fold(range)) = part;
                assert_eq!(range.start, next, "{days} days");
                next = range.end;
            }
            assert_eq!(next, cells.len(), "{days} days");
        }
    }

    #[test]
    fn a_month_says_how_many_of_its_days_count() {
        let html = folded(&cells(400, 0)[12..43], None, Some(date(2015, 8, 20))).into_string();
        assert!(html.contains("2015年9月1日至30日：计入 22 天，不计 8 天"), "{html}");
        assert!(html.contains("计22天") && html.contains("k-left"), "{html}");
    }

    #[test]
    fn a_tiny_strip_of_five_years_is_as_wide_as_one_of_a_month_and_as_light() {
        let html = day_strip(&cells(1_826, 400), Size::Tiny, &Captions::default()).into_string();
        assert!(html.len() < 3_000, "{} bytes", html.len());
        let width = html.split("width=\"").nth(1).and_then(|rest| rest.split('"').next());
        let width: usize = width.and_then(|w| w.parse().ok()).expect("a width");
        assert!((100..=190).contains(&width), "{width} pixels");
    }
}
