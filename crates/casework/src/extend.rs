//! 延长: once, in law, before the lapse.

use jiff::Timestamp;
use xiaoneng_pack::{Name, Procedure};

use crate::{
    Case, Facts, Refusal, Why,
    clock::{
        known,
        run::{Change, last_run},
        stretch::standing,
        terms::basis,
    },
    facts::civil,
};

/// May the clock be extended now: in law, not more often than it says, and before the lapse (行政许可法 42).
pub(crate) fn may_extend(
    procedure: &Procedure,
    case: &Case,
    clock_id: &Name,
    title: &str,
    facts: &Facts,
    at: Timestamp,
) -> Result<(), Refusal> {
    let no =
        |rule: String, instead: &str, article: &str| Err(Refusal::new(Why::Time, title, rule, instead).by(article));
    let Some(clock) = procedure.clocks.get(clock_id) else {
        return no(format!("没有“{clock_id}”这只时限"), "请规则管理员检查程序", "");
    };
    let Some(run) = last_run(clock_id, clock, case).filter(|r| r.is_open()) else {
        return no(format!("“{}”现在没有计时", clock.title), "不需要延长", "");
    };
    let Some(stretch) = standing(clock, case, &run, facts, &known(&case.unit, facts, at), at) else {
        return no("这个事项没有可以延长的时限".to_owned(), "请按原时限办理", "");
    };
    let Some((law, extension)) = stretch.terms.law().and_then(|l| Some((l, l.extension.as_ref()?))) else {
        return no("法律没有规定这个时限可以延长".to_owned(), "请按原时限办理", &stretch.terms.basis());
    };
    let done = run.changes.iter().filter(|c| matches!(c, Change::Extended(_))).count();
    if done >= extension.times as usize {
        return no(format!("只能延长 {} 次，已经延长过", extension.times), "请在延长后的时限内办结", &basis(law));
    }
    let statutory = stretch.due().1;
    if at > statutory {
        let due = civil(statutory).date();
        return no(format!("法定时限已于 {due} 届满，届满以后不能再延长"), "请尽快办结；超期将记录在案", &basis(law));
    }
    Ok(())
}
