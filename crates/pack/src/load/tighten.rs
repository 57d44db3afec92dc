//! A lower layer adds and tightens. Whatever it loosens is a fault that names both lines.

use super::DraftProcedure;
use super::log::{Log, Place};
use crate::procedure::{Action, By, Children, Clock, Every, Field, FieldKind, LimitRef, Retention, State};
use crate::{LimitLibrary, Name};

struct Pair<'a> {
    above: &'a DraftProcedure,
    below: &'a DraftProcedure,
    limits: &'a LimitLibrary,
    log: &'a Log<'a>,
}

/// Compares a lower layer's form of a procedure (with all it left as it was) with the higher one.
pub(crate) fn procedure(above: &DraftProcedure, below: &DraftProcedure, limits: &LimitLibrary, log: &Log) {
    let pair = Pair { above, below, limits, log };
    let (old, new) = (&above.procedure, &below.procedure);
    if old.standing != new.standing {
        pair.fault("standing", "standing", "下级包改变了程序是不是清单（standing）", "删去这一行");
    }
    for (name, old) in &old.states {
        pair.state(name, old, &new.states[name]);
    }
    for (name, old) in &old.fields {
        pair.field(name, old, &new.fields[name]);
    }
    for (name, old) in &old.actions {
        pair.action(name, old, &new.actions[name]);
    }
    for (name, old) in &old.clocks {
        pair.clock(name, old, &new.clocks[name]);
    }
    for (name, old) in &old.children {
        pair.children(name, old, &new.children[name]);
    }
    if let (Some(old), Some(new)) = (&old.register, &new.register) {
        for column in old.columns.iter().filter(|column| !new.columns.contains(column)) {
            let (what, help) = (format!("下级包在清单上少公开了“{column}”"), format!("在 columns 里加上“{column}”"));
            pair.fault("register.columns", "register.columns", &what, &help);
        }
        if old.code != new.code {
            pair.fault("register.code", "register.code", "下级包换了清单的编码", "删去 register.code 的改变");
        }
    }
    if let (Some(old), Some(new)) = (&old.retention, &new.retention) {
        pair.retention(old, new);
    }
}

impl Pair<'_> {
    /// The places of a path below and of its nearest counterpart above.
    fn places(&self, below: &str, above: &str) -> (Place, Place) {
        (self.below.place(below), self.above.place(above))
    }

    fn fault(&self, below: &str, above: &str, what: &str, help: &str) {
        let (mine, theirs) = self.places(below, above);
        let message = format!("{what}；上级的规定在 {}", self.log.spot(&theirs));
        self.log.error_with(&mine, &theirs, "loosened", message, help);
    }

    fn state(&self, name: &str, old: &State, new: &State) {
        if old.end != new.end || old.step != new.step {
            let key = if old.end != new.end { "end" } else { "step" };
            let path = format!("states.{name}.{key}");
            self.fault(&path, &path, &format!("下级包改变了状态“{name}”的 {key}"), "删去这一项，或者另设一个状态");
        }
    }

    fn field(&self, name: &str, old: &Field, new: &Field) {
        let narrower = match (&old.kind, &new.kind) {
            (FieldKind::Text(old), FieldKind::Text(new)) => new <= old,
            (FieldKind::Choice(old), FieldKind::Choice(new)) => new.iter().all(|w| old.contains(w)),
            (old, new) => old == new,
        } && old.range.0.is_none_or(|min| new.range.0.is_some_and(|n| n >= min))
            && old.range.1.is_none_or(|max| new.range.1.is_some_and(|n| n <= max));
        let dropped = |old: bool, new: bool| old && !new;
        let key = if !narrower {
            "type"
        } else if dropped(old.personal, new.personal) {
            "personal"
        } else if dropped(old.public, new.public) && !new.personal {
            "public"
        } else if dropped(old.unique, new.unique) {
            "unique"
        } else if old.within.is_some() && old.within != new.within {
            "within"
        } else if old.never.iter().any(|n| !new.never.contains(n)) {
            "never"
        } else if old.hidden_if.is_some() && old.hidden_if != new.hidden_if {
            "hidden-if"
        } else {
            return;
        };
        let path = format!("fields.{name}.{key}");
        self.fault(&path, &path, &format!("下级包放宽了字段“{name}”的 {key}"), "删去这一项，或者另设一个字段");
    }

    fn action(&self, name: &str, old: &Action, new: &Action) {
        let fault = |key: &str, what: String, help: &str| {
            let path = format!("actions.{name}.{key}");
            self.fault(&path, &path, &format!("下级包放宽了动作“{name}”：{what}"), help);
        };
        for duty in old.duties.iter().filter(|duty| !new.duties.contains(duty)) {
            let word = super::action::DUTIES.iter().find(|(_, d)| d == duty).map_or("", |(word, _)| word);
            fault("duty", format!("少了制度“{word}”"), &format!("在 duty 里加上“{word}”"));
        }
        for need in old.needs.iter().filter(|need| !new.needs.contains(need)) {
            fault("needs", format!("不再要求填写“{need}”"), &format!("在 needs 里加上“{need}”"));
        }
        let allowed =
            |from: &Name| old.from.contains(from) || self.is_new_state(from) || self.star_holds(&old.from, from);
        for from in new.from.iter().filter(|from| !allowed(from)) {
            fault("from", format!("在状态“{from}”也可以做"), "只保留上级写的状态；下级新设的状态可以加");
        }
        if new.from.is_empty() != old.from.is_empty() {
            fault("from", "改变了它是不是开办动作".into(), "删去 from");
        }
        for by in new.by.iter().filter(|by| !old.by.contains(by)) {
            fault("by", format!("{}也可以做", by_name(by)), "只保留上级写的人");
        }
        let changed = [
            ("to", old.to != new.to, "改变了去向"),
            ("reason", old.reason && !new.reason, "不再要求写明理由"),
            ("written", old.written && !new.written, "可以只用口头告知"),
            ("basis", !old.basis.trim().is_empty() && new.basis.trim().is_empty(), "不再写依据"),
            ("complete", old.complete && !new.complete, "材料不齐也可以做"),
            ("papers", old.papers && !new.papers, "不附材料也可以做"),
            ("recuse", old.recuse.iter().any(|f| !new.recuse.contains(f)), "少了要回避的人"),
            ("apart-from", old.apart_from.iter().any(|a| !new.apart_from.contains(a)), "少了应当由不同的人做的动作"),
            ("hands-to", old.moves_to().is_some() && old.hands_to != new.hands_to, "改变了移送的单位"),
            ("while-paused", !old.while_paused && new.while_paused, "暂停期间也可以做"),
            ("letter", old.letter.is_some() && new.letter.is_none(), "不再发文书"),
            ("when", old.when.is_some() && old.when != new.when, "改变了条件"),
            ("notice", old.notice.is_some() && old.notice != new.notice, "改变了公告"),
            ("clears", old.clears != new.clears, "改变了撤下的公告"),
            ("extends", old.extends != new.extends, "改变了可以延长的时限"),
            ("dated", old.dated != new.dated, "改变了从哪一天算起"),
            ("outcome", old.outcome.is_some() && old.outcome != new.outcome, "改变了办理结果"),
            ("result", old.result.is_some() && old.result != new.result, "改变了办理结果"),
        ];
        for (key, changed, what) in changed {
            if changed {
                fault(key, what.to_owned(), "删去这一项，或者另设一个动作");
            }
        }
    }

    fn children(&self, name: &str, old: &Children, new: &Children) {
        // How the cases below come about and end is the higher layer's; a lower one words it only.
        let bare = |c: &Children| Children { title: String::new(), line: 0, ..c.clone() };
        if bare(old) != bare(new) {
            let path = format!("children.{name}");
            self.fault(&path, &path, &format!("下级包改变了子件“{name}”"), "删去改变的项，或者另设一种子件");
        }
    }

    fn retention(&self, old: &Retention, new: &Retention) {
        let shorter = match (old.years, new.years) {
            (None, Some(_)) => true,
            (Some(old), Some(new)) => new < old,
            (_, None) => false,
        };
        if shorter {
            self.fault("retention", "retention", "下级包缩短了保管期限", "不短于上级的年数");
        }
    }

    /// `"*"` is every state that is not an end: to name some of them is to tighten.
    fn star_holds(&self, from: &[Name], state: &str) -> bool {
        let open = self.above.procedure.states.get(state).is_some_and(|s| !s.end);
        open && from.iter().any(|from| &**from == "*")
    }

    /// A state that only the lower layer has.
    fn is_new_state(&self, state: &str) -> bool {
        state != "*" && !self.above.procedure.states.contains_key(state)
    }

    /// An action that only the lower layer has.
    fn is_new_action(&self, action: &str) -> bool {
        !self.above.procedure.actions.contains_key(action)
    }

    fn clock(&self, name: &str, old: &Clock, new: &Clock) {
        let fault = |key: &str, what: String, help: &str| {
            let path = format!("clocks.{name}.{key}");
            self.fault(&path, &path, &format!("下级包放宽了时限“{name}”：{what}"), help);
        };
        if old.only_if != new.only_if {
            fault("only-if", "改变了在什么条件下起算".into(), "删去 only-if");
        }
        for action in new.promise_ends.iter().filter(|action| !old.promise_ends.contains(action) && old.promise) {
            fault("promise-ends", format!("“{action}”以后也不算承诺"), "承诺只能守得更紧");
        }
        let lists: [(&str, &[Name], &[Name]); 3] = [
            ("starts", &old.starts, &new.starts),
            ("stops", &old.stops, &new.stops),
            ("resumes", &old.resumes, &new.resumes),
        ];
        for (key, old, new) in lists {
            for action in old.iter().filter(|action| !new.contains(action)) {
                fault(key, format!("{key} 里少了“{action}”"), &format!("在 {key} 里加上“{action}”"));
            }
        }
        for action in new.pauses.iter().filter(|action| !old.pauses.contains(action)) {
            fault("pauses", format!("“{action}”也能让它暂停"), "法律没有写的暂停不能加");
        }
        for action in new.stops.iter().filter(|a| !old.stops.contains(a) && !self.is_new_action(a)) {
            fault("stops", format!("“{action}”也能让它停下"), "只有下级新设的动作可以加进 stops");
        }
        for (key, action, what) in self.evasions(old, new) {
            fault(key, what, &format!("从 {key} 里删去“{action}”；法律另有规定的，由上级包写"));
        }
        for action in old.bars.iter().filter(|action| !new.bars.contains(action)) {
            fault("bars", format!("不再拦住“{action}”"), &format!("在 bars 里加上“{action}”"));
        }
        for action in new.ends.iter().filter(|a| !old.ends.contains(a) && !self.is_new_action(a)) {
            fault("ends", format!("“{action}”也能让它终止"), "只有下级新设的动作可以加进 ends");
        }
        if old.before != new.before {
            fault("before", "改变了从哪一天倒数".into(), "删去 before");
        }
        if old.promise && !new.promise {
            fault("promise", "事项的承诺不再算数".into(), "删去 promise");
        }
        if old.every.is_some() && !self.as_often(old.every, new.every) {
            fault("every", "周期变长了".into(), "周期只能缩短");
        }
        if old.on_lapse.is_some() && old.on_lapse != new.on_lapse {
            fault("on-lapse", "改变了届满的后果".into(), "删去 on-lapse");
        }
        if old.binds != new.binds || old.right != new.right || old.officer != new.officer {
            fault("binds", "改变了约束谁".into(), "删去 binds");
        }
        if old.duty.is_some() && old.duty != new.duty {
            fault("duty", "改变了违反的是哪一项制度".into(), "删去 duty");
        }
        if old.step != new.step {
            fault("step", "改变了所属环节".into(), "删去 step");
        }
        if old.limit != new.limit
            && let Some((what, help)) = self.looser(&old.limit, &new.limit)
        {
            fault("limit", what, &help);
        }
    }

    /// Ways round a clock: an action of the lower layer that stops it while what it waits for is still to be done, and
    /// one that starts it anew while it runs. Both would give more time than the law does.
    fn evasions<'c>(&self, old: &Clock, new: &'c Clock) -> Vec<(&'static str, &'c Name, String)> {
        let mut found = Vec::new();
        if old.waits() || old.every.is_some() {
            return found;
        }
        let below = &self.below.procedure;
        for action in new.stops.iter().filter(|a| !old.stops.contains(a) && self.is_new_action(a)) {
            let after = below.reach(below.after(std::slice::from_ref(action)), &[]);
            if let Some(still) = old.stops.iter().find(|stop| below.possible_in(stop, &after)) {
                found.push(("stops", action, format!("“{action}”让它停下以后，“{still}”还没有做")));
            }
        }
        let running = below.reach(below.after(&old.starts), &old.stops);
        for action in new.starts.iter().filter(|a| !old.starts.contains(a)) {
            if below.possible_in(action, &running) {
                found.push(("starts", action, format!("走着的时候做“{action}”，又从头算起")));
            }
        }
        found
    }

    /// Does the new period come round at least as often?
    fn as_often(&self, old: Option<Every>, new: Option<Every>) -> bool {
        match (old, new) {
            (Some(Every::Days(old)), Some(Every::Days(new))) => new <= old,
            (Some(Every::Months(old)), Some(Every::Months(new))) => new <= old,
            // The shortest month has 28 days.
            (Some(Every::Months(old)), Some(Every::Days(new))) => new <= old * 28,
            (old, new) => old == new,
        }
    }

    /// Why the new limit is not a tighter one; `None`: it is.
    fn looser(&self, old: &LimitRef, new: &LimitRef) -> Option<(String, String)> {
        let (LimitRef::Series(above), LimitRef::Series(below)) = (old, new) else {
            let what = format!("时限从“{}”改成“{}”，两者不能比较长短", limit_name(old), limit_name(new));
            return Some((what, "只能换成时限库里同一种日、更短的一条".into()));
        };
        looser_series(self.limits, above, below)
    }
}

/// Why one series is not as tight as another on every day on which the other is in force.
/// `None` also when one of them does not exist: that is a fault of its own.
pub(crate) fn looser_series(limits: &LimitLibrary, above: &str, below: &str) -> Option<(String, String)> {
    let (Some(old), Some(new)) = (limits.series.get(above), limits.series.get(below)) else { return None };
    for old in old {
        for new in new.iter().filter(|new| new.overlaps(old)) {
            match new.is_as_tight_as(old) {
                Some(true) => {}
                Some(false) => {
                    let what = format!("“{}”（{}）比“{}”（{}）松", new.id, length(new), old.id, length(old));
                    return Some((what, format!("不长于 {}（延长也算在内）", length(old))));
                }
                None => {
                    let what = format!("“{}”（{}）和“{}”（{}）不是同一种日", new.id, length(new), old.id, length(old));
                    return Some((what, "换成同一种日的时限：工作日和自然日不能比较长短".into()));
                }
            }
        }
        if let Some(day) = first_gap(old, new) {
            let what = format!("“{}”施行的 {day}，“{below}”没有施行", old.id);
            let help = format!("给“{below}”补上那段时间的一条（可以和“{}”一样长）", old.id);
            return Some((what, help));
        }
    }
    None
}

/// The first day on which a version is in force and none of the others (sorted by their first day) is.
fn first_gap(version: &crate::LimitVersion, others: &[crate::LimitVersion]) -> Option<jiff::civil::Date> {
    let mut day = version.from;
    for other in others {
        if other.in_force_on(day) {
            match other.to {
                None => return None,
                Some(to) => day = to.tomorrow().ok()?,
            }
        }
    }
    version.in_force_on(day).then_some(day)
}

fn length(version: &crate::LimitVersion) -> String {
    version.length.map_or_else(|| "没有定数".to_owned(), |length| length.to_string())
}

fn limit_name(limit: &LimitRef) -> String {
    match limit {
        LimitRef::Series(name) => name.to_string(),
        LimitRef::Item => "item".to_owned(),
        LimitRef::Step(step) => format!("step:{step}"),
        LimitRef::Until(field) => format!("until:{field}"),
        LimitRef::Period => "every".to_owned(),
    }
}

fn by_name(by: &By) -> String {
    match by {
        By::Role(role, _) => format!("“{role}”"),
        other => {
            let name = super::action::PERSONS.iter().find(|(_, by)| by == other).map_or("", |(name, _)| name);
            format!("“{name}”")
        }
    }
}
