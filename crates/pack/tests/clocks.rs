//! Each kind of clock, and what it cannot be at once.

mod common;

use common::*;

const TASK: &str = "cn/procedures/task.toml";

/// A recurring clock, a wait, a count backward, and a date.
const TEXT: &str = r#"
id = "task"
title = "任务"

[states]
open   = { title = "办理中", step = "交办" }
closed = { title = "办结", end = true }

[fields]
due = { type = "date", title = "期限" }
meets-at = { type = "instant", title = "开会时间" }
never = { type = "date", title = "没有人填" }

[actions.assign]
title = "交办"
to = "open"
by = "handler"
needs = ["due"]

[actions.report]
title = "报告"
from = ["open"]
by = "handler"

[actions.stop-reports]
title = "不再报告"
from = ["open"]
by = "handler"

[actions.publish]
title = "公示"
from = ["open"]
by = "handler"

[actions.call]
title = "定会议"
from = ["open"]
by = "handler"
needs = ["meets-at"]

[actions.invite]
title = "通知开会"
from = ["open"]
by = "handler"
while-paused = true

[actions.urge]
title = "催办"
from = ["open"]
by = "law"

[actions.finish]
title = "完成"
from = ["open"]
to = "closed"
by = "handler"

[clocks.report]
title = "月报"
starts = "assign"
stops = "report"
ends = "stop-reports"
every = "month"
on-lapse = { action = "urge" }

[clocks.publish]
title = "公示"
starts = "publish"
bars = ["finish"]
limit = "WAIT"

[clocks.invite]
title = "会议通知"
starts = "call"
stops = "invite"
limit = "NOTICE"
before = "meets-at"

[clocks.finish]
title = "完成"
starts = "assign"
stops = "finish"
limit = "until:due"
"#;

const MORE_LIMITS: &str = r#"
[[limit]]
id = "WAIT"
law = "某条例"
article = "第一条"
from = "2004-07-01"
days = 30
not-before = true
evidence = "seen"

[[limit]]
id = "NOTICE"
law = "某条例"
article = "第二条"
from = "2004-07-01"
workdays = 7
backward = true
evidence = "seen"
"#;

fn task() -> Pack {
    good().and(LIMITS, MORE_LIMITS).and(TASK, TEXT)
}

#[track_caller]
fn fault(find: &str, replacement: &str, code: &str, message: &str, help: &str) {
    println!("{replacement}");
    task().with(TASK, find, replacement).one_fault(code, message, help);
}

/// Among the faults is one that says so.
#[track_caller]
fn told(find: &str, replacement: &str, message: &str) {
    let (_, faults) = task().with(TASK, find, replacement).load();
    assert!(faults.errors().any(|f| f.message.contains(message)), "{faults}");
}

#[test]
fn every_kind_of_clock_is_read() {
    let world = task().world();
    let clocks = &world.procedures["task"].clocks;
    assert_eq!(clocks["report"].every, Some(xiaoneng_pack::Every::Months(1)));
    assert!(clocks["publish"].waits() && !clocks["invite"].waits());
    assert_eq!(clocks["invite"].before.as_deref(), Some("meets-at"));
}

#[test]
fn a_recurring_clock_promises_nothing_and_is_moved_by_nothing() {
    let every = "every = \"month\"\n";
    fault(every, "every = \"month\"\npromise = «true\n", "contradiction", "没有可以承诺的天数", "删去 promise");
    fault(every, "every = \"month\"\nbefore = «\"due\"\n", "contradiction", "不能倒数", "删去 before");
    fault(every, "every = \"month\"\nbars = «[\"finish\"]\n", "contradiction", "不是最短等待", "删去 bars");
    fault(every, "every = \"month\"\nstep = «\"交办\"\n", "contradiction", "不是一个环节的时限", "删去 step");
    told(every, "every = \"month\"\npauses = \"publish\"\nresumes = \"invite\"\n", "各期的日子不因暂停移动");
    fault(every, "every = «\"moon\"\n", "unknown-word", "没有“moon”这种周期", "half-year");
    fault(every, "every = \"month\"\nlimit = «\"WAIT\"\n", "contradiction", "不能另写 limit", "删去 limit");
    fault(every, "every = \"month\"\nbinds = «\"applicant\"\n", "contradiction", "迟报的仍然要收", "right = false");
    fault(
        "on-lapse = { action = \"urge\" }",
        "on-lapse = { action = \"urge\", as-of = «\"assign\" }",
        "contradiction",
        "漏一期的后果从那一期届满起",
        "删去 on-lapse.as-of",
    );
}

#[test]
fn a_wait_only_runs_out() {
    let bars = "bars = [\"finish\"]\n";
    fault(bars, "bars = [\"finish\"]\nstops = «\"urge\"\n", "contradiction", "只会期满，不会停", "删去 stops");
    fault(bars, "bars = [\"finish\"]\npromise = «true\n", "contradiction", "提前动手", "删去 promise");
    fault(bars, "bars = [\"finish\"]\nyellow = «2\n", "contradiction", "没有灯", "删去 yellow");
    fault(bars, "bars = [\"finish\", «\"publish\"]\n", "clock-never-starts", "永远不会开始", "从 bars 里删去");
    fault("limit = \"WAIT\"", "limit = «\"item\"", "wrong-direction", "由法律或者登记的日期说", "not-before");
    fault("limit = \"WAIT\"", "limit = \"XK-32\"", "wrong-direction", "不是最短等待", "删去 bars");
    fault(bars, "", "wrong-direction", "没有写等到期满才能做什么", "补上 bars");
    task().with(TASK, "limit = \"WAIT\"", "limit = \"until:due\"").world();
}

#[test]
fn a_count_backward_hangs_on_a_date_and_does_not_stand_still() {
    let before = "before = \"meets-at\"\n";
    fault(before, "", "wrong-direction", "没有写从哪一天倒数", "补上 before");
    fault(before, "before = «\"meet-at\"\n", "unknown-field", "没有“meet-at”", "meets-at");
    fault("limit = \"NOTICE\"", "limit = \"item\"", "wrong-direction", "不是时限库里倒数的一条", "删去 before");
    fault("limit = \"NOTICE\"", "limit = \"XK-32\"", "wrong-direction", "不是倒数的时限", "删去 before");
    fault(before, "before = \"meets-at\"\npromise = «true\n", "contradiction", "没有可以承诺的天数", "删去 promise");
    told(before, "before = \"meets-at\"\npauses = \"publish\"\nresumes = \"invite\"\n", "暂停不移动它");
}

#[test]
fn a_date_that_nobody_writes_and_a_lapse_that_sets_itself_off() {
    fault("limit = \"until:due\"", "limit = «\"until:never\"", "never-written", "没有动作填写它", "needs");
    let lapse = |action: &str| format!("limit = \"until:due\"\non-lapse = {{ action = «\"{action}\" }}\n");
    task().with(TASK, "limit = \"until:due\"", &lapse("urge").replace('«', "")).world();
    let ring = task().with(
        TASK,
        "starts = \"assign\"\nstops = \"finish\"",
        "starts = [\"assign\", \"urge\"]\nstops = \"finish\"",
    );
    ring.with(TASK, "limit = \"until:due\"", &lapse("urge")).one_fault("ring", "没有尽头", "不让它起算");
    let barred =
        task().with(TASK, "by = \"handler\"\n\n[clocks.report]", "by = [\"handler\", \"law\"]\n\n[clocks.report]");
    let barred = barred.with(TASK, "limit = \"until:due\"", &lapse("finish"));
    barred.one_fault("contradiction", "“publish”期满以前不能做它", "没有被拦住的动作");
}
