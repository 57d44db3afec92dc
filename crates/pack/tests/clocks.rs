//! Each kind of clock, and what it cannot be at once.

mod common;

use common::*;

const TASK: &str = "cn/procedures/task.toml";

fn task() -> Pack {
    good().over("tasks")
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

/// One key too many here makes two faults, each with its own way out.
#[test]
fn what_is_fixed_is_not_moved_by_a_pause() {
    let every = "every = \"month\"\n";
    told(every, "every = \"month\"\npauses = \"publish\"\nresumes = \"invite\"\n", "各期的日子不因暂停移动");
    let before = "before = \"meets-at\"\n";
    told(before, "before = \"meets-at\"\npauses = \"publish\"\nresumes = \"invite\"\n", "暂停不移动它");
}

#[test]
fn a_wait_may_run_to_a_date_and_a_date_may_have_a_consequence() {
    task().with(TASK, "limit = \"WAIT\"", "limit = \"until:due\"").world();
    let lapse = "limit = \"until:due\"\non-lapse = { action = \"urge\" }\n";
    task().with(TASK, "limit = \"until:due\"", lapse).world();
}
