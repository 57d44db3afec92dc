//! The day strip's text twin: the same in words, for a screen reader, a letter, a message.

use jiff::civil::Date;
use xiaoneng_calendar::{CellKind, DayCell, Unit};

use super::{
    say,
    strip::{Captions, due_of, today_of},
};

/// The strip in words: 8月21日起，共5个工作日，其中周末2天不计，8月27日到期.
pub fn text_twin(cells: &[DayCell], captions: &Captions) -> String {
    let (Some(due), Some(start)) = (due_of(cells), cells.first()) else { return String::new() };
    let year = start.date.year();
    let day = |d: Date| if d.year() == year { say::short_date(d) } else { say::plain_date(d) };
    let within: Vec<&DayCell> = cells.iter().filter(|c| c.date <= due).collect();
    let counts = |c: &&&DayCell| matches!(c.kind, CellKind::Counted | CellKind::MakeUp(_));
    let mut parts = Vec::new();
    if cells.iter().any(|c| c.kind == CellKind::Before) {
        parts.push(format!("最迟{}办理", day(due)));
    } else if let Some(first) = within.iter().find(counts) {
        let n = within.iter().filter(counts).count();
        match captions.unit {
            Unit::Hours => parts.push(format!("{}起", day(start.date))),
            Unit::Days => parts.push(format!("{}起，共{n}日", day(first.date))),
            Unit::Workdays => parts.push(format!("{}起，共{n}个工作日", day(first.date))),
        }
        parts.extend(left_out(&within));
        if within.iter().any(|c| c.kind == CellKind::Rolled) {
            parts.push("末日逢休息日顺延".to_owned());
        }
        parts.push(format!("{}到期", day(due)));
    } else {
        parts.push(format!("{}当日到期", day(due)));
    }
    if let Some(law) = cells.iter().find(|c| c.is_statutory_due && !c.is_due) {
        parts.push(format!("{}{}到期", captions.law, day(law.date)));
    }
    if let Some(today) = today_of(cells) {
        parts.push(format!("{}是{}", captions.today, day(today)));
        if today > due {
            parts.push(format!("已过期{}天", (today - due).get_days()));
        }
    }
    if cells.iter().any(|c| c.provisional && c.date <= due) {
        parts.push("日历未公布，日期可能变化".to_owned());
    }
    parts.join("，")
}

/// 其中周末2天、国庆节7天不计; 含调休上班1天.
fn left_out(within: &[&DayCell]) -> Vec<String> {
    let mut groups: Vec<(String, u32)> = Vec::new();
    let mut extra = 0;
    for cell in within {
        let name = match &cell.kind {
            CellKind::Weekend => "周末".to_owned(),
            CellKind::Holiday(name) | CellKind::Closed(name) => say::feast(name).to_owned(),
            CellKind::Paused(reason) => match pause_word(reason) {
                "暂停" => "暂停计时".to_owned(),
                reason => format!("暂停计时（{reason}）"),
            },
            CellKind::MakeUp(_) => {
                extra += 1;
                continue;
            }
            _ => continue,
        };
        match groups.iter_mut().find(|g| g.0 == name) {
            Some(group) => group.1 += 1,
            None => groups.push((name, 1)),
        }
    }
    let mut out = Vec::new();
    if extra > 0 {
        out.push(format!("含调休上班{extra}天"));
    }
    if !groups.is_empty() {
        let names: Vec<String> = groups.iter().map(|(name, n)| format!("{name}{n}天")).collect();
        out.push(format!("其中{}不计", names.join("、")));
    }
    out
}

/// 专家评审, of what the calendar says of a paused day; 暂停 where it gives no reason.
pub(crate) fn pause_word(reason: &str) -> &str {
    reason.strip_prefix("暂停计时：").filter(|r| !r.is_empty()).unwrap_or("暂停")
}
