//! The explanation: every day on the way to the last one, and why it counts or does not.
//! It walks day by day and shares nothing with the arithmetic that found the last day, so
//! that each can be held against the other.

use crate::limit::{Direction, Length, Stretch, StretchKind};
use crate::plan::{End, Plan};
use crate::range::date_of;
use crate::table::DayClass;

/// What one day is to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub counts: bool,
    pub kind: StretchKind,
}

impl Mark {
    fn of(counts: bool, kind: StretchKind) -> Self {
        Self { counts, kind }
    }
}

/// What a day on the way to an end is to the limit. The day lies after the start (backward:
/// before it), and not past the end.
pub(crate) fn mark(plan: &Plan<'_>, end: &End, day: i64) -> Mark {
    if plan.question.direction != Direction::Backward && day > end.last {
        return match plan.pause_on(day) {
            Some(_) => Mark::of(false, StretchKind::Paused),
            None => Mark::of(false, StretchKind::Roll),
        };
    }
    let fixed = match end.length {
        Length::SameDay => Some(StretchKind::SameDay),
        Length::FixedDate { .. } | Length::UntilDate(_) => Some(StretchKind::Fixed),
        _ => None,
    };
    if let Some(kind) = fixed {
        return Mark::of(true, kind);
    }
    if plan.pause_on(day).is_some() {
        return Mark::of(false, StretchKind::Paused);
    }
    let class = plan.known.state(day as u16).class;
    if class == DayClass::Exempt {
        return Mark::of(false, StretchKind::Exempt);
    }
    match end.length {
        Length::Workdays(_) => Mark::of(class.works(), kind_of(class)),
        Length::Hours(_) => Mark::of(true, StretchKind::Hours),
        Length::Months(_) | Length::Years(_) if end.month_end => Mark::of(true, StretchKind::MonthEnd),
        Length::Months(_) | Length::Years(_) => Mark::of(true, StretchKind::CorrespondingDay),
        _ => Mark::of(true, StretchKind::Calendar),
    }
}

/// What a day is in itself.
pub(crate) fn kind_of(class: DayClass) -> StretchKind {
    match class {
        DayClass::Workday => StretchKind::Workday,
        DayClass::Weekend => StretchKind::Weekend,
        DayClass::Holiday => StretchKind::Holiday,
        DayClass::MakeUp => StretchKind::MakeUp,
        DayClass::Opened => StretchKind::Opened,
        DayClass::Closed => StretchKind::Closed,
        DayClass::Exempt => StretchKind::Exempt,
    }
}

/// The stretches up to an end.
pub(crate) fn explain(plan: &Plan<'_>, end: &End) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let (first, last) = match (plan.question.direction, end.length) {
        (Direction::Backward, Length::Hours(_)) => (end.due, plan.start),
        (Direction::Backward, _) => (end.due + 1, plan.start - 1),
        (_, Length::Hours(_) | Length::SameDay) => (plan.start, end.due),
        _ => (plan.start + 1, end.due.max(end.last)),
    };
    let mut counted = 0;
    for day in first..=last {
        let mark = mark(plan, end, day);
        counted += u32::from(mark.counts);
        let mut reason = words(plan, end, day, mark);
        let daily = matches!(end.length, Length::Workdays(_) | Length::Days(_));
        let forward = plan.question.direction != Direction::Backward;
        if mark.counts && daily && forward && counted > end.plain {
            reason.push_str("（延长期）");
        }
        push(&mut stretches, day, mark, reason);
    }
    if end.due < end.last {
        let reason = format!("提前：末日逢{}，提前至前一工作日", plan.known.reason(end.last as u16));
        stretches.push(Stretch {
            // The due day itself may lie before the calendar's walk; the days given up do not.
            from: date_of((end.due + 1) as u16),
            to: date_of(end.last as u16),
            counts: false,
            days: (end.last - end.due) as u32,
            reason,
            kind: StretchKind::ShiftBack,
        });
    }
    stretches
}

/// Lengthens the last stretch by a day, or begins another where kind or reason changes.
fn push(stretches: &mut Vec<Stretch>, day: i64, mark: Mark, reason: String) {
    let date = date_of(day as u16);
    let same = |s: &&mut Stretch| s.counts == mark.counts && s.kind == mark.kind && s.reason == reason;
    if let Some(last) = stretches.last_mut().filter(same) {
        last.to = date;
        last.days += 1;
        return;
    }
    stretches.push(Stretch { from: date, to: date, counts: mark.counts, days: 1, reason, kind: mark.kind });
}

/// Why a day counts or does not, in Chinese.
pub(crate) fn words(plan: &Plan<'_>, end: &End, day: i64, mark: Mark) -> String {
    let extended = match plan.question.extension {
        Some(n) if n > 0 => match end.length.with_number(n) {
            Length::Workdays(_) | Length::Days(_) => String::new(),
            extension => format!("，含延长{extension}"),
        },
        _ => String::new(),
    };
    match mark.kind {
        StretchKind::Paused => paused_words(plan, day),
        StretchKind::Calendar => "自然日".to_owned(),
        StretchKind::CorrespondingDay => format!("{}：至对应日{extended}", end.length),
        StretchKind::MonthEnd => format!("{}：无对应日，至月末{extended}", end.length),
        StretchKind::Roll => format!("顺延：末日逢{}", plan.known.reason(end.last as u16)),
        StretchKind::Hours => hours_words(plan, end, &extended),
        StretchKind::SameDay => "当日".to_owned(),
        StretchKind::Fixed => match end.length {
            Length::FixedDate { .. } => format!("固定日期：{}", end.length),
            _ => format!("指定日期：{}", end.length),
        },
        _ => plan.known.reason(day as u16),
    }
}

fn paused_words(plan: &Plan<'_>, day: i64) -> String {
    let reason = plan.pause_on(day).map_or("", |index| plan.question.pauses[index].reason.as_str());
    if reason.is_empty() {
        return "暂停计时".to_owned();
    }
    format!("暂停计时：{reason}")
}

fn hours_words(plan: &Plan<'_>, end: &End, extended: &str) -> String {
    let (from, to) = match plan.question.direction {
        Direction::Backward => (end.due_at, plan.question.start),
        _ => (plan.question.start, end.due_at),
    };
    let stood = to.duration_since(from).as_secs() - plan.counted_seconds(from, to);
    let length = end.length;
    if stood == 0 {
        return format!("{length}：自该时刻连续计算{extended}");
    }
    let (hours, minutes) = (stood / 3600, stood % 3600 / 60);
    format!("{length}：自该时刻计算，扣除暂停{hours}小时{minutes}分{extended}")
}
