//! A procedure as a graph: every state can be reached and left, every clock starts and stops.

use std::collections::BTreeSet;

use crate::Name;
use crate::load::DraftProcedure;
use crate::load::log::Log;
use crate::procedure::{Action, By, Clock, LimitRef, Procedure};

struct Check<'a> {
    source: &'a DraftProcedure,
    procedure: &'a Procedure,
    log: &'a Log<'a>,
}

/// `called` are the actions that a parent's case makes the law do in this one.
pub(super) fn check(id: &str, source: &DraftProcedure, called: &BTreeSet<&Name>, log: &Log) {
    let check = Check { source, procedure: &source.procedure, log };
    if !check.opens(id) {
        return;
    }
    let before = log.count();
    check.states();
    if log.count() == before {
        check.left_to_the_law(called);
    }
    for (name, clock) in &check.procedure.clocks {
        check.clock(name, clock);
    }
}

impl Check<'_> {
    fn error(&self, path: &str, code: &'static str, message: String, help: impl Into<String>) {
        self.log.error(&self.source.place(path), code, message, help);
    }

    /// There is an opening action, and each leads somewhere.
    fn opens(&self, id: &str) -> bool {
        let mut fine = true;
        for (name, _) in self.procedure.opening_actions().filter(|(_, a)| a.to.is_none()) {
            let message = format!("动作“{name}”开办一件，却没有写到哪个状态");
            self.error(&format!("actions.{name}"), "no-target", message, "补上 to = \"…\"；不是开办动作的，补上 from");
            fine = false;
        }
        if self.procedure.opening_actions().next().is_none() {
            let message = format!("程序“{id}”没有开办动作：每个动作都写了 from");
            self.log.error(&self.source.place, "no-opening", message, "给收件一类的动作删去 from，写上 to");
            fine = false;
        }
        fine
    }

    fn states(&self) {
        let openings = self.procedure.opening_actions().filter_map(|(_, a)| a.to.as_ref());
        let reached = self.procedure.reach(openings, &[]);
        let ends: Vec<&Name> = self.procedure.states.iter().filter(|(_, s)| s.end).map(|(name, _)| name).collect();
        for (name, state) in &self.procedure.states {
            let path = format!("states.{name}");
            let leaves = |a: &Action| {
                a.from.contains(name) && (self.procedure.standing || a.to.as_ref().is_some_and(|to| to != name))
            };
            if !reached.contains(name) {
                let message = format!("没有动作能到状态“{name}”（{}）", state.title);
                self.error(&path, "unreachable", message, format!("给某个动作写 to = \"{name}\"，或者删去这个状态"));
            } else if state.end {
                continue;
            } else if !self.procedure.actions.values().any(leaves) {
                let message = format!("状态“{name}”（{}）是死路：没有动作能离开它", state.title);
                let help = format!("写一个 from = [\"{name}\"] 的动作，或者给状态加上 end = true");
                self.error(&path, "dead-end", message, help);
            } else if !self.procedure.standing && !self.procedure.reach([name], &[]).iter().any(|s| ends.contains(s)) {
                let message = format!("从状态“{name}”（{}）到不了任何办结的状态", state.title);
                self.error(&path, "dead-end", message, "给办结的状态写 end = true，并写出到它的动作");
            }
        }
    }

    /// What the law alone does happens only where something sets it off.
    fn left_to_the_law(&self, called: &BTreeSet<&Name>) {
        for (name, action) in &self.procedure.actions {
            let by_law_alone = !action.by.is_empty() && action.by.iter().all(|by| *by == By::Law);
            let lapses = self.procedure.clocks.values().filter_map(|c| c.on_lapse.as_ref());
            let set_off = lapses
                .map(|lapse| &lapse.action)
                .chain(self.procedure.children.values().filter_map(|c| c.then.as_ref()));
            if by_law_alone && !action.opens() && !called.contains(name) && !set_off.into_iter().any(|a| a == name) {
                let message = format!("动作“{name}”（{}）只由法律做，却没有什么让它发生", action.title);
                let help = format!(
                    "让一个时限届满时做它（on-lapse = {{ action = \"{name}\" }}）、让子件办完时做它（then），或者在 by 里写上人"
                );
                self.error(&format!("actions.{name}.by"), "nobody-does", message, help);
            }
        }
    }

    /// What would stop a clock must be possible somewhere after it started.
    fn stops_in_vain(&self, name: &str, clock: &Clock) {
        let running = self.procedure.reach(self.procedure.after(&clock.starts), &[]);
        // One that starts it anew in the same breath stops nothing, but the end of the case does.
        let ends = running.iter().any(|state| self.procedure.is_end(state)) && clock.on_lapse.is_some();
        if clock.starts.is_empty()
            || clock.stops.is_empty()
            || ends
            || clock.stops.iter().any(|stop| self.procedure.possible_in(stop, &running))
        {
            return;
        }
        let message = format!("时限“{name}”起算以后，哪个能让它停的动作都做不到了：{}", clock.stops.join("、"));
        let help = "在 stops 里加上起算以后还能做的动作，或者改正这些动作的 from";
        self.error(&format!("clocks.{name}.stops"), "clock-never-stops", message, help);
    }

    fn clock(&self, name: &str, clock: &Clock) {
        let path = |key: &str| format!("clocks.{name}.{key}");
        self.stops_in_vain(name, clock);
        if clock.starts.is_empty() {
            self.error(
                &path("starts"),
                "clock-never-starts",
                format!("时限“{name}”没有动作能让它起算"),
                "补上 starts = \"…\"",
            );
        }
        if clock.stops.is_empty() && clock.on_lapse.is_none() && !clock.waits() {
            let help = "补上 stops = [\"…\"]；由法律自己了结的，写 on-lapse";
            self.error(&path("stops"), "clock-never-stops", format!("时限“{name}”没有动作能让它停"), help);
        }
        match (clock.pauses.is_empty(), clock.resumes.is_empty()) {
            (false, true) => {
                let message = format!("时限“{name}”能暂停，却没有动作让它恢复");
                self.error(&path("pauses"), "clock-never-resumes", message, "补上 resumes = \"…\"");
            }
            (true, false) => {
                let message = format!("时限“{name}”有恢复，却没有暂停");
                self.error(&path("resumes"), "clock-never-pauses", message, "补上 pauses = \"…\"，或者删去 resumes");
            }
            _ => {}
        }
        for (i, resume) in clock.resumes.iter().enumerate() {
            if !self.procedure.actions[resume].while_paused {
                let message = format!("动作“{resume}”让时限恢复，但暂停期间不能做它");
                let help = format!("在动作 {resume} 里加上 while-paused = true");
                self.error(&path(&format!("resumes.{i}")), "clock-never-resumes", message, help);
            }
        }
        self.lapse(name, clock);
        if clock.every.is_none() && !clock.right && !clock.ends.is_empty() {
            let message = format!("时限“{name}”不是周期性的，也不关乎权利，ends 没有意义");
            self.error(&path("ends"), "contradiction", message, "把动作写进 stops，或者写上 every");
        }
        if matches!(clock.limit, LimitRef::Until(_)) && clock.promise {
            let message = format!("时限“{name}”到某日为止，不能承诺更短");
            self.error(&path("promise"), "contradiction", message, "删去 promise");
        }
    }

    /// What the law does at the lapse must be possible in some state in which the clock runs,
    /// and must not need what only a person can give.
    fn lapse(&self, name: &str, clock: &Clock) {
        let Some(lapse) = &clock.on_lapse else { return };
        let path = format!("clocks.{name}.on-lapse.action");
        let action = &self.procedure.actions[&lapse.action];
        if let Some(need) = action.needs.first() {
            let message = format!("届满时由法律做“{}”，但它要填写“{need}”，没有人来填", lapse.action);
            self.error(&path, "lapse-impossible", message, "届满另设一个不用填写的动作");
            return;
        }
        let starting = self.procedure.after(&clock.starts);
        if starting.is_empty() {
            return; // It never starts, which is told already.
        }
        let running: Vec<&Name> =
            self.procedure.reach(starting, &clock.stops).into_iter().filter(|s| !self.procedure.is_end(s)).collect();
        if !running.iter().any(|state| action.from.contains(*state)) {
            let states = running.iter().map(|s| s.to_string()).collect::<Vec<_>>().join("、");
            let message = format!("届满时做不了“{}”：时限走着的时候办件在 {states}", lapse.action);
            let help = format!("在动作 {} 的 from 里加上其中的状态，或者换一个动作", lapse.action);
            self.error(&path, "lapse-impossible", message, help);
        }
    }
}
