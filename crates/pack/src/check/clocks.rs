//! What a clock says of itself does not contradict itself: a period promises nothing, a wait is not stopped, a count
//! backward does not stand still, and no lapse sets itself off again.

use crate::Name;
use crate::load::DraftProcedure;
use crate::load::log::Log;
use crate::procedure::{Clock, LimitRef, Procedure};

struct Check<'a> {
    source: &'a DraftProcedure,
    procedure: &'a Procedure,
    log: &'a Log<'a>,
}

pub(super) fn check(source: &DraftProcedure, log: &Log) {
    let check = Check { source, procedure: &source.procedure, log };
    for (name, clock) in &check.procedure.clocks {
        check.recurring(name, clock);
        check.wait(name, clock);
        check.promise(name, clock);
        check.backward(name, clock);
        check.date(name, clock);
        check.ring(name, clock);
        check.barred_lapse(name, clock);
    }
}

impl Check<'_> {
    fn fault(&self, name: &str, key: &str, code: &'static str, message: &str, help: &str) {
        let place = self.source.place(&format!("clocks.{name}.{key}"));
        self.log.error(&place, code, format!("时限“{name}”{message}"), help);
    }

    /// Each key that makes no sense with the clock's kind.
    fn without(&self, name: &str, what: &str, keys: &[(&str, bool, &str)]) {
        for (key, written, why) in keys {
            if *written {
                self.fault(name, key, "contradiction", &format!("{what}，{why}"), &format!("删去 {key}"));
            }
        }
    }

    fn recurring(&self, name: &str, clock: &Clock) {
        if clock.every.is_none() {
            return;
        }
        let as_of = clock.on_lapse.as_ref().is_some_and(|lapse| lapse.as_of.is_some());
        self.without(
            name,
            "是周期性的",
            &[
                ("promise", clock.promise, "每一期的日子是固定的，没有可以承诺的天数"),
                ("bars", clock.waits(), "不是最短等待"),
                ("before", clock.before.is_some(), "从起点往后编号，不能倒数"),
                ("pauses", !clock.pauses.is_empty(), "各期的日子不因暂停移动"),
                ("resumes", !clock.resumes.is_empty(), "各期的日子不因暂停移动"),
                ("step", clock.step.is_some(), "不是一个环节的时限"),
                ("on-lapse.as-of", as_of, "漏一期的后果从那一期届满起"),
            ],
        );
        if clock.right {
            let message = "是周期性的，漏一期不会失去什么权利，迟报的仍然要收";
            self.fault(name, "binds", "contradiction", message, "写上 right = false，或者不写 every");
        }
    }

    fn promise(&self, name: &str, clock: &Clock) {
        if !clock.promise && !clock.promise_ends.is_empty() {
            let message = "没有承诺，不能写承诺到哪里为止";
            self.fault(name, "promise-ends", "contradiction", message, "删去 promise-ends，或者写上 promise = true");
        }
    }

    fn wait(&self, name: &str, clock: &Clock) {
        if !clock.waits() || clock.every.is_some() {
            return;
        }
        self.without(
            name,
            "是最短等待",
            &[
                ("stops", !clock.stops.is_empty(), "只会期满，不会停；要重新等，让 starts 的动作再做一次"),
                ("promise", clock.promise, "承诺更短就是提前动手"),
                ("step", clock.step.is_some(), "没有人在办"),
                ("before", clock.before.is_some(), "不能倒数"),
                ("yellow", clock.yellow > 0, "没有灯"),
            ],
        );
        if let Some(i) = clock.bars.iter().position(|action| clock.starts.contains(action)) {
            let message = "拦住了让它起算的动作，永远不会开始";
            self.fault(name, &format!("bars.{i}"), "clock-never-starts", message, "从 bars 里删去这个动作");
        }
        if matches!(clock.limit, LimitRef::Item | LimitRef::Step(_)) {
            let message = "是最短等待，等多久要由法律或者登记的日期说";
            let help = "limit 写一条 not-before 的时限，或者 \"until:字段\"";
            self.fault(name, "limit", "wrong-direction", message, help);
        }
    }

    fn backward(&self, name: &str, clock: &Clock) {
        if clock.before.is_none() || clock.every.is_some() || clock.waits() {
            return;
        }
        self.without(
            name,
            "从登记的日期往前数",
            &[
                ("pauses", !clock.pauses.is_empty(), "暂停不移动它"),
                ("resumes", !clock.resumes.is_empty(), "暂停不移动它"),
                ("promise", clock.promise, "没有可以承诺的天数"),
            ],
        );
        if !matches!(clock.limit, LimitRef::Series(_)) {
            let message = "写了 before，limit 却不是时限库里倒数的一条";
            self.fault(name, "before", "wrong-direction", message, "删去 before，或者换一条 backward 的时限");
        }
    }

    /// A clock that hangs on a date runs only if somebody writes the date.
    fn date(&self, name: &str, clock: &Clock) {
        let (key, field) = match (&clock.limit, &clock.before) {
            (LimitRef::Until(field), _) => ("limit", field),
            (_, Some(field)) => ("before", field),
            _ => return,
        };
        let passed = self.procedure.opening_actions().any(|(_, a)| a.by.contains(&crate::By::Law));
        let written = |list: &[Name]| list.contains(field);
        if !passed && !self.procedure.actions.values().any(|a| written(&a.needs) || written(&a.takes)) {
            let message = format!("看的是“{field}”的日期，但没有动作填写它");
            let help = format!("在一个动作的 needs 里加上“{field}”");
            self.fault(name, key, "never-written", &message, &help);
        }
    }

    /// A lapse that starts its own clock from where it started before lapses again at once.
    fn ring(&self, name: &str, clock: &Clock) {
        let Some(lapse) = clock.on_lapse.as_ref().filter(|lapse| clock.starts.contains(&lapse.action)) else { return };
        if lapse.as_of.is_some() || matches!(clock.limit, LimitRef::Until(_)) {
            let message = format!("届满时由法律做“{}”，它又从同一天起算，没有尽头", lapse.action);
            self.fault(name, "on-lapse.action", "ring", &message, "届满另设一个不让它起算的动作");
        }
    }

    /// What the law does at a lapse is never refused: it must not stand behind another clock's wait.
    fn barred_lapse(&self, name: &str, clock: &Clock) {
        let Some(lapse) = &clock.on_lapse else { return };
        let bars = |(other, c): &(&Name, &Clock)| &***other != name && c.bars.contains(&lapse.action);
        if let Some((other, _)) = self.procedure.clocks.iter().find(bars) {
            let message = format!("届满时由法律做“{}”，但“{other}”期满以前不能做它", lapse.action);
            self.fault(name, "on-lapse.action", "contradiction", &message, "届满另设一个没有被拦住的动作");
        }
    }
}
