//! A clock as a person reads it: the date, its light, the strip, and why this day.

use jiff::Timestamp;
use maud::{Markup, html};
use xiaoneng_calendar::{DayCell, Stretch, Unit};
use xiaoneng_casework::{ClockView, Light, Status};
use xiaoneng_pack::procedure::Binds;

use super::{
    light::limit,
    say,
    strip::{Captions, Size, day_strip},
};

/// One clock with all there is to say of it. `start` is the word under the day of the event (受理).
///
/// ```no_run
/// # fn show(view: &xiaoneng_casework::ClockView, cells: &[xiaoneng_calendar::DayCell], now: jiff::Timestamp) {
/// use xiaoneng_web::ui::clock_card;
/// let html = clock_card(view, cells, "受理", now);
/// # }
/// ```
pub fn clock_card(view: &ClockView, cells: &[DayCell], start: &str, now: Timestamp) -> Markup {
    let captions = Captions { start, ..Captions::of(view) };
    html! {
        section class="clock" id={ "clock-" (view.clock) } {
            div class="clock-h" {
                h3 { (view.title) @if let Some(n) = view.period { " " span class="tag" { "第 " (n) " 期" } } @if let Some(step) = &view.step { " " span class="tag" { "环节：" (step) } } }
                (limit(view, now))
            }
            p class="big" { (due_line(view)) }
            (facts(view, start))
            (warnings(view))
            (day_strip(cells, Size::Large, &captions))
            (why(view))
        }
    }
}

fn due_line(view: &ClockView) -> Markup {
    let at = say::local(view.due_at);
    let closed = matches!(view.status, Status::Stopped { .. } | Status::Ended { .. });
    let what = match (&view.status, view.promise) {
        _ if view.waits => "期满，期满以前不能往下办",
        (Status::Lapsed { .. }, _) => "届满，逾期失权",
        (Status::Paused { .. }, _) => "前到期（按现在恢复计时推算）",
        (_, Some(_)) if closed => "前应当办结（承诺）",
        (_, None) if closed => "前应当办结",
        (_, Some(_)) => "前办结（承诺）",
        (_, None) => "前办结",
    };
    html! { span { (say::date(at.date())) } " " span { (say::closing(at)) } " " small { (what) } }
}

fn facts(view: &ClockView, start: &str) -> Markup {
    let began = say::local(view.start);
    let law = say::local(view.statutory_due_at);
    html! {
        dl class="dl" {
            dt { "起算" }
            dd { (say::moment(began)) " " (start)
                @if view.unit == Unit::Hours { "，自该时刻起算" } @else { "，当日不计，" (say::short_date(view.answer.first_day)) "起为第 1 日" }
            }
            @if let Some(promise) = view.promise {
                dt { "承诺" }
                dd { (promise) " " (say::unit(view.unit)) "，至 " (say::date(say::local(view.due_at).date())) }
            }
            dt { @if view.promise.is_some() { (say::source(view)) } @else { "期限" } }
            dd { (say::length(view.length)) "，至 " (say::date(law.date())) }
            @if view.extended > 0 { dt { "延长" } dd { (view.extended) " " (say::unit(view.unit)) "（已经批准）" } }
            dt { "已用" }
            dd { (view.used) " " (say::unit(view.unit)) (rest(view)) }
            dt { "依据" }
            dd { (view.basis) }
            @match view.binds {
                Binds::Agency => {},
                Binds::Applicant => { dt { "约束" } dd { "申请人的期限，不是机关的期限" } }
                Binds::Officer => { dt { "约束" } dd { "工作人员本人" } }
            }
        }
    }
}

fn rest(view: &ClockView) -> Markup {
    let live = matches!(view.status, Status::Running | Status::Paused { .. });
    html! {
        @if let Status::Stopped { at } = view.status { "，" (say::instant(at)) "办结" }
        @else if let Status::Ended { at } = view.status { "，" (say::instant(at)) "终止" }
        @else if live && view.left >= 0 { "，剩余 " (view.left) " " (say::unit(view.unit)) }
    }
}

fn warnings(view: &ClockView) -> Markup {
    html! {
        @for note in &view.notes { p class="say" { (note) "。" } }
        @if let Status::Paused { since, reason } = &view.status {
            p class="say" { "自 " (say::instant(*since)) " 起暂停计时" @if !reason.is_empty() { "：" (reason) } "。恢复以后，到期日顺延暂停的天数。" }
        }
        @if view.answer.provisional || view.answer.statutory_provisional {
            p class="say near" { "暂计：期限内有日子的放假安排还没有公布，公布以后自动重新计算，变化会记录在案。" }
        }
        @if view.doubtful {
            p class="say near" { "法律没有写明这个期限的“日”是工作日还是自然日，这里按" (kind(view.unit)) "计算，以有权机关的解释为准。" }
        }
        @if view.light == Light::Red && view.promise.is_some() && view.answer.due_date < view.answer.statutory_due_date {
            p class="say" { "已超过承诺期限；" (say::source(view)) "期限至 " (say::date(view.answer.statutory_due_date)) "。" }
        }
    }
}

fn kind(unit: Unit) -> &'static str {
    match unit {
        Unit::Workdays => "工作日",
        Unit::Days => "自然日",
        Unit::Hours => "小时",
    }
}

/// 为什么是这一天: the stretches, which add up to the limit before the reader's eyes.
pub fn why(view: &ClockView) -> Markup {
    let answer = &view.answer;
    html! {
        @if !answer.why.is_empty() {
            details class="why" {
                summary { "为什么是 " (say::short_date(answer.due_date)) }
                (stretches(&answer.why, view, view.promise.is_some()))
                @if !answer.why_statutory.is_empty() {
                    h4 { (say::source(view)) "期限算到 " (say::date(answer.statutory_due_date)) }
                    (stretches(&answer.why_statutory, view, false))
                }
            }
        }
    }
}

fn stretches(rows: &[Stretch], view: &ClockView, promised: bool) -> Markup {
    let days = |r: &Stretch| if r.counts { r.days } else { 0 };
    let sums: Vec<u32> = (1..=rows.len()).map(|n| rows[..n].iter().map(days).sum()).collect();
    let counted = sums.last().copied().unwrap_or(0);
    html! {
        // Wider than a telephone: who scrolls by keyboard must be able to reach it.
        div class="wrap-t" role="region" tabindex="0" aria-label="逐段推算" {
            table class="t" {
                thead { tr { th { "日期" } th class="r" { "天数" } th { "计入" } th class="r" { "累计" } th { "原因" } } }
                tbody {
                    @for (row, sum) in rows.iter().zip(&sums) {
                        tr class=[(!row.counts).then_some("no-count")] {
                            td class="num" { (span(row)) }
                            td class="r num" { (row.days) }
                            td class="nowrap" { @if row.counts { "计入" } @else { "不计" } }
                            td class="r num" { @if row.counts { (sum) } @else { "—" } }
                            td { (row.reason) }
                        }
                    }
                }
                tfoot { tr { td { "合计" } td {} td {} td class="r num" { (counted) } td { (adds_up(view, counted, promised)) } } }
            }
        }
    }
}

fn span(row: &Stretch) -> String {
    match row.from == row.to {
        true => say::short_day(row.from),
        false => format!("{}—{}", say::short_day(row.from), say::short_day(row.to)),
    }
}

/// 计入 5 天 = 承诺 5 个工作日.
fn adds_up(view: &ClockView, counted: u32, promised: bool) -> String {
    let limit = match view.promise.filter(|_| promised) {
        Some(promise) => Some(promise),
        None => view.length.number().map(|(n, _)| n),
    };
    let name = if promised { "承诺" } else { "期限" };
    match limit {
        Some(n) if counted == n + view.extended && view.extended > 0 => {
            format!("= {name} {n} + 延长 {} {}", view.extended, say::unit(view.unit))
        }
        Some(n) if counted == n => format!("= {name} {n} {}", say::unit(view.unit)),
        // Months, years, hours and fixed dates are not added up from days: the rows name the rule.
        _ => format!("{name} {}，按所列规则推算", say::length(view.length)),
    }
}
