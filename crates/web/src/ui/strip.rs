//! 时限日历: the day strip, our sign. One cell a calendar day, from the day of the event to the due day.
//!
//! Days used are solid, days left are pale, days only the law still gives are outlined, days that do not
//! count are hatched, paused days grey, days past the limit red; today is outlined, flags stand on the
//! promise's and the law's last day. The text twin says the same to a screen reader.

use std::ops::Range;

use jiff::civil::{Date, Weekday};
use maud::{Markup, html};
use xiaoneng_calendar::{CellKind, DayCell, Unit};
use xiaoneng_casework::{ClockView, Status};

use super::{
    fold::{self, Part},
    say,
    tiny::tiny,
    twin::text_twin,
    under::{CHARS_A_CELL, under},
};

/// How large a strip is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// In lists: a few pixels a day.
    Tiny,
    /// On the case page, the track page: days with their numbers, captions and a legend.
    Large,
}

/// The words on a strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captions<'a> {
    /// Under the day of the event: 受理, 收件.
    pub start: &'a str,
    /// On the flag of the due day: 承诺, 法定, 到期.
    pub due: &'a str,
    /// On the flag of the statute's day, where that is another.
    pub law: &'a str,
    /// Under the day asked: 今天; 办结 for a clock that has stopped.
    pub today: &'a str,
    /// The kind of day the limit counts.
    pub unit: Unit,
}

impl Default for Captions<'_> {
    fn default() -> Self {
        Captions { start: "起算", due: "到期", law: "法定", today: "今天", unit: Unit::Workdays }
    }
}

impl Captions<'static> {
    /// The words that fit a clock. (For a clock that has stopped draw the strip as of that day.)
    pub fn of(view: &ClockView) -> Self {
        let due = match (view.promise, &view.step) {
            (Some(_), _) => "承诺",
            (None, Some(_)) => "到期",
            (None, None) => say::source(view),
        };
        let today = match view.status {
            Status::Stopped { .. } => "办结",
            Status::Ended { .. } => "终止",
            Status::Lapsed { .. } => "届满",
            Status::Running | Status::Paused { .. } => "今天",
        };
        Captions { due, law: say::source(view), today, unit: view.unit, ..Captions::default() }
    }
}

/// The strip. Nothing is drawn for no cells (a clock whose dates cannot be told).
pub fn day_strip(cells: &[DayCell], size: Size, captions: &Captions) -> Markup {
    if cells.is_empty() {
        return html! {};
    }
    match size {
        Size::Tiny => tiny(cells, &text_twin(cells, captions)),
        Size::Large => large(cells, captions),
    }
}

/// What a day looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Look {
    Start,
    Used,
    Left,
    Law,
    Off,
    Holiday,
    Shut,
    Paused,
    Over,
    Before,
}

impl Look {
    /// `due` and `today` of the strip the cell is in.
    pub(crate) fn of(cell: &DayCell, due: Option<Date>, today: Option<Date>) -> Look {
        let past = today.is_some_and(|t| cell.date <= t);
        match cell.kind {
            CellKind::Start => Look::Start,
            CellKind::Weekend => Look::Off,
            CellKind::Holiday(_) => Look::Holiday,
            CellKind::Closed(_) => Look::Shut,
            CellKind::Paused(_) => Look::Paused,
            CellKind::Over => Look::Over,
            CellKind::Before => Look::Before,
            CellKind::Counted | CellKind::MakeUp(_) | CellKind::Rolled => match due.is_some_and(|d| cell.date > d) {
                true if past => Look::Over,
                true => Look::Law,
                false if past => Look::Used,
                false => Look::Left,
            },
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Look::Start => "k-start",
            Look::Used => "k-used",
            Look::Left => "k-left",
            Look::Law => "k-law",
            Look::Off => "k-off",
            Look::Holiday => "k-hol",
            Look::Shut => "k-shut",
            Look::Paused => "k-pause",
            Look::Over => "k-over",
            Look::Before => "k-before",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Look::Start => "当日不计",
            Look::Used => "已用",
            Look::Left => "剩余",
            Look::Law => "法定余期",
            Look::Off => "周末",
            Look::Holiday => "节假日",
            Look::Shut => "停止办公",
            Look::Paused => "暂停计时",
            Look::Over => "超期",
            Look::Before => "可以办理",
        }
    }
}

pub(crate) fn due_of(cells: &[DayCell]) -> Option<Date> {
    cells.iter().find(|c| c.is_due).map(|c| c.date)
}

pub(crate) fn today_of(cells: &[DayCell]) -> Option<Date> {
    cells.iter().find(|c| c.is_today).map(|c| c.date)
}

fn large(cells: &[DayCell], captions: &Captions) -> Markup {
    let (due, today) = (due_of(cells), today_of(cells));
    let words = under(cells, captions);
    let weeks = weeks(cells);
    let twin = text_twin(cells, captions);
    let parts = fold::parts(cells, &weeks);
    let is_folded = parts.len() < weeks.len();
    html! {
        div class={ "ds" @if weeks.len() <= 3 { " flat" } @if words.iter().any(Option::is_some) { " cap" } } role="img" aria-label={ "时限日历：" (twin) } data-strip {
            @for part in &parts {
                @match part {
                    Part::Fold(range) => { (fold::folded(&cells[range.clone()], due, today)) }
                    Part::Week(range) => div class="wk" {
                        @if range.start == 0 {
                            @for _ in 0..cells[0].date.weekday().to_monday_zero_offset() { span class="d pad" {} }
                        }
                        @for at in range.clone() {
                            // After a fold one must see again in which month one is.
                            @let first = at == 0 || (is_folded && at == range.start);
                            (day(&cells[at], Look::of(&cells[at], due, today), words[at].as_ref(), first, captions))
                        }
                    },
                }
            }
        }
        p class="ds-say" aria-hidden="true" { (twin) }
        (legend(cells, due, today, is_folded, captions))
    }
}

/// Where each week lies among the cells.
pub(crate) fn weeks(cells: &[DayCell]) -> Vec<Range<usize>> {
    let weeks = cells.chunk_by(|a, _| a.date.weekday() != Weekday::Sunday);
    weeks.scan(0, |at, week| Some(std::mem::replace(at, *at + week.len())..*at)).collect()
}

fn day(cell: &DayCell, look: Look, caption: Option<&(String, usize)>, first: bool, captions: &Captions) -> Markup {
    let span = caption.map_or(1, |c| c.1.min(7));
    let cut = caption.is_some_and(|c| c.0.chars().count() > span * CHARS_A_CELL);
    let corner = match cell.kind {
        CellKind::MakeUp(_) => Some("班"),
        CellKind::Holiday(_) => Some("休"),
        CellKind::Closed(_) => Some("停"),
        _ => None,
    };
    html! {
        span class={ "d " (look.class()) @if cell.is_today { " today" } @if cell.provisional { " prov" } @if span > 1 { " w" (span) } @if cut { " cut" } } title=(told(cell, look)) {
            @if cell.is_due {
                span class="fl" { span { (captions.due) } }
            } @else if cell.is_statutory_due {
                span class="fl law" { span { (captions.law) } }
            }
            b {
                span { @if first || cell.date.day() == 1 { small { (cell.date.month()) "月" } } (cell.date.day()) }
                @if let Some(corner) = corner { sup class=[(first || cell.date.day() == 1).then_some("lo")] { (corner) } }
            }
            i { (&say::weekday(cell.date)["周".len()..]) }
            @if let Some((text, _)) = caption { em { (text) } }
        }
    }
}

/// A day in words, for its title: 8月22日 周六：周末，不计.
fn told(cell: &DayCell, look: Look) -> String {
    let what = match &cell.kind {
        CellKind::Start => "事件当日，不计入".to_owned(),
        CellKind::Counted if look == Look::Over => "超过承诺期限".to_owned(),
        CellKind::Counted if look == Look::Law => "法定期限内".to_owned(),
        CellKind::Counted => "计入".to_owned(),
        CellKind::Weekend => "周末，不计".to_owned(),
        CellKind::Holiday(name) => format!("{name}，不计"),
        CellKind::MakeUp(name) => format!("{name}调休上班，计入"),
        CellKind::Paused(reason) if reason.starts_with("暂停") => format!("{reason}，不计"),
        CellKind::Paused(reason) => format!("暂停计时：{reason}，不计"),
        CellKind::Closed(reason) => format!("{reason}，不计"),
        CellKind::Rolled => "末日逢休息日，顺延至此".to_owned(),
        CellKind::Over => "超过法定期限".to_owned(),
        CellKind::Before => "在此日以前办理".to_owned(),
    };
    let mut text = format!("{}：{what}", say::short_day(cell.date));
    if cell.provisional {
        text.push_str("（日历未公布，暂计）");
    }
    text
}

fn legend(cells: &[DayCell], due: Option<Date>, today: Option<Date>, is_folded: bool, captions: &Captions) -> Markup {
    const ALL: [Look; 10] = [
        Look::Start,
        Look::Used,
        Look::Left,
        Look::Law,
        Look::Before,
        Look::Off,
        Look::Holiday,
        Look::Shut,
        Look::Paused,
        Look::Over,
    ];
    let shown = |look: &&Look| cells.iter().any(|c| Look::of(c, due, today) == **look);
    html! {
        ul class="ds-key" aria-hidden="true" {
            @for look in ALL.iter().filter(shown) {
                li { span class={ "d " (look.class()) } { b {} } (look.key()) }
            }
            @if today.is_some() { li { span class="d today" { b {} } (captions.today) } }
            @if is_folded { li { "宽格：一格一个月或者一年，下面是其中计入的天数" } }
        }
    }
}
