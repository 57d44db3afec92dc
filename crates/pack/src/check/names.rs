//! Every name that a procedure uses exists.

use xiaoneng_calendar::Direction;

use crate::Name;
use crate::condition::{Condition, Type};
use crate::load::log::{Log, Word};
use crate::load::{Draft, DraftProcedure};
use crate::procedure::{
    Action, Binds, By, Children, Clock, Each, Field, FieldKind, LimitRef, Procedure, Whose, Within,
};
use crate::text::help_for_name;

use super::{LETTERS, ROLES};

struct Check<'a> {
    draft: &'a Draft,
    source: &'a DraftProcedure,
    procedure: &'a Procedure,
    log: &'a Log<'a>,
}

pub(super) fn check(draft: &Draft, source: &DraftProcedure, log: &Log) {
    let check = Check { draft, source, procedure: &source.procedure, log };
    let before = log.count();
    for (name, field) in &check.procedure.fields {
        check.within(name, field);
    }
    for (name, action) in &check.procedure.actions {
        check.action(name, action);
    }
    for (name, clock) in &check.procedure.clocks {
        check.clock(name, clock);
    }
    for (name, children) in &check.procedure.children {
        check.children(name, children);
    }
    check.register();
    if log.count() == before {
        check.notices();
    }
}

impl Check<'_> {
    fn unknown<'n>(
        &self,
        path: &str,
        code: &'static str,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n Name>,
    ) {
        let help = help_for_name(name, what, known.into_iter().map(|k| &**k));
        self.log.error(&self.source.place(path), code, format!("没有“{name}”这个{what}"), help);
    }

    fn states(&self, path: &str, names: &[Name]) {
        for (i, name) in names.iter().enumerate().filter(|(_, n)| !self.procedure.states.contains_key(*n)) {
            self.unknown(&format!("{path}.{i}"), "unknown-state", "状态", name, self.procedure.states.keys());
        }
    }

    fn fields(&self, path: &str, names: &[Name]) {
        for (i, name) in names.iter().enumerate().filter(|(_, n)| !self.procedure.fields.contains_key(*n)) {
            self.unknown(&format!("{path}.{i}"), "unknown-field", "字段", name, self.procedure.fields.keys());
        }
    }

    fn actions(&self, path: &str, names: &[Name]) {
        for (i, name) in names.iter().enumerate().filter(|(_, n)| !self.procedure.actions.contains_key(*n)) {
            self.unknown(&format!("{path}.{i}"), "unknown-action", "动作", name, self.procedure.actions.keys());
        }
    }

    fn action(&self, name: &str, action: &Action) {
        let path = |key: &str| format!("actions.{name}.{key}");
        self.states(&path("from"), &action.from);
        self.states(&path("to"), action.to.as_slice());
        self.fields(&path("needs"), &action.needs);
        self.fields(&path("takes"), &action.takes);
        self.fields_of(&path("recuse"), &action.recuse, &[FieldKind::Officer, FieldKind::Unit]);
        self.fields_of(&path("dated"), action.dated.as_slice(), &[FieldKind::Date, FieldKind::Instant]);
        self.actions(&path("apart-from"), &action.apart_from);
        for (i, field) in action.takes.iter().enumerate().filter(|(_, f)| action.needs.contains(f)) {
            let message = format!("“{field}”已经在 needs 里，takes 不必再写");
            self.log.error(&self.source.place(&path(&format!("takes.{i}"))), "twice", message, "从 takes 里删去");
        }
        for (i, by) in action.by.iter().enumerate() {
            self.role(&path(&format!("by.{i}")), by);
        }
        if let Some(by) = &action.hands_to {
            self.role(&path("hands-to"), by);
        }
        let known = |l: &&Name| LETTERS.contains(&&***l) || self.procedure.letters.contains_key(*l);
        if let Some(letter) = action.letter.as_ref().filter(|l| !known(l)) {
            let own = self.procedure.letters.keys().map(|name| &**name);
            let help = help_for_name(letter, "文书", own.chain(LETTERS));
            self.log.error(
                &self.source.place(&path("letter")),
                "unknown-letter",
                format!("没有“{letter}”这种文书"),
                help,
            );
        }
        if let Some(clock) = action.extends.as_ref() {
            self.extends(&path("extends"), clock);
        }
        self.condition(&path("when"), action);
    }

    /// Fields that must be there and of one of these kinds.
    fn fields_of(&self, path: &str, names: &[Name], kinds: &[FieldKind]) {
        self.fields(path, names);
        for (i, name) in names.iter().enumerate() {
            let Some(field) = self.procedure.fields.get(name).filter(|f| !kinds.contains(&f.kind)) else { continue };
            let message = format!("字段“{name}”（{}）的类型不对", field.title);
            let wanted: Vec<String> =
                kinds.iter().map(|k| serde_json::to_value(k).map_or(String::new(), |v| v.to_string())).collect();
            let help = format!("这里要 type = {} 的字段", wanted.join(" 或者 "));
            self.log.error(&self.source.place(&format!("{path}.{i}")), "wrong-field", message, help);
        }
    }

    fn role(&self, path: &str, by: &By) {
        match by {
            By::Named(field) => self.fields_of(path, std::slice::from_ref(field), &[FieldKind::Officer]),
            By::Role(role, Whose::Field(field)) if !self.procedure.fields.contains_key(field) => {
                let units = self.procedure.fields.iter().filter(|(_, f)| f.kind == FieldKind::Unit);
                let known = ["intake", "unit", "above", "back"].into_iter().chain(units.map(|(name, _)| &**name));
                let message = format!("“@{field}”不是单位");
                let help = format!("{}；例如 {role}@intake", help_for_name(field, "单位", known));
                self.log.error(&self.source.place(path), "unknown-word", message, help);
            }
            By::Role(_, Whose::Field(field)) => {
                self.fields_of(path, std::slice::from_ref(field), &[FieldKind::Unit]);
            }
            _ => {}
        }
        let By::Role(role, _) = by else { return };
        let posts = &self.draft.org.posts;
        if posts.values().any(|p| p.has_role(role)) || !self.log.is_read("org") {
            return;
        }
        // A pack of the nation has no posts: there only the house's own roles can be told from slips.
        if posts.is_empty() && ROLES.contains(&&**role) {
            return;
        }
        let mut known: Vec<&str> = if posts.is_empty() { ROLES.to_vec() } else { Vec::new() };
        for role in posts.values().flat_map(|p| &p.roles) {
            if !known.contains(&&**role) {
                known.push(role);
            }
        }
        let persons = crate::load::PERSONS.iter().map(|(name, _)| *name);
        let help = help_for_name(role, "角色", known.iter().copied().chain(persons));
        let message = format!("没有岗位有“{role}”这个角色");
        self.log.error(&self.source.place(path), "unknown-role", message, help);
    }

    /// Units lie below, officers stand in posts.
    fn within(&self, name: &str, field: &Field) {
        self.never(name, field);
        self.hidden_if(name, field);
        let path = format!("fields.{name}.within");
        let help = match (&field.within, &field.kind) {
            (None, _) | (Some(Within::Below), FieldKind::Unit | FieldKind::Units) => return,
            (Some(Within::Posts(role, whose)), FieldKind::Officer) => {
                return match (role, whose) {
                    (Some(role), whose) => self.role(&path, &By::Role(role.clone(), whose.clone())),
                    (None, Whose::Field(of)) => {
                        self.fields_of(&path, std::slice::from_ref(of), &[FieldKind::Unit, FieldKind::Units]);
                    }
                    (None, _) => {}
                };
            }
            (_, FieldKind::Unit | FieldKind::Units) => "单位字段只能写 within = \"below\"（直接下级）",
            _ => "人员字段写岗位，例如 within = \"leader\"、within = \"@unit\"（本单位的人）；别的字段删去 within",
        };
        let message = format!("字段“{name}”（{}）的 within 写得不对", field.title);
        self.log.error(&self.source.place(&path), "wrong-field", message, help);
    }

    fn hidden_if(&self, name: &str, field: &Field) {
        let Some(flag) = &field.hidden_if else { return };
        let path = format!("fields.{name}.hidden-if");
        self.fields_of(&path, std::slice::from_ref(flag), &[FieldKind::Flag]);
        if !field.personal {
            let message = format!("字段“{name}”（{}）不是个人信息，没有什么可以保密", field.title);
            self.log.error(
                &self.source.place(&path),
                "contradiction",
                message,
                "写上 personal = true，或者删去 hidden-if",
            );
        }
    }

    fn never(&self, name: &str, field: &Field) {
        for (i, whose) in field.never.iter().enumerate() {
            let path = format!("fields.{name}.never.{i}");
            let fine = matches!(field.kind, FieldKind::Unit | FieldKind::Units);
            if !fine || matches!(whose, Whose::Field(_)) {
                let message = format!("字段“{name}”（{}）的 never 写得不对", field.title);
                let help = "never 写在单位字段上，值是 @unit（本单位）、@above（上级）、@intake、@back";
                self.log.error(&self.source.place(&path), "wrong-field", message, help);
            }
        }
    }

    fn extends(&self, path: &str, clock: &Name) {
        let Some(found) = self.procedure.clocks.get(clock) else {
            self.unknown(path, "unknown-clock", "时限", clock, self.procedure.clocks.keys());
            return;
        };
        let refused = match &found.limit {
            LimitRef::Item => false,
            LimitRef::Series(series) => {
                let versions = self.draft.limits.series.get(series);
                versions.is_some_and(|versions| versions.iter().all(|v| v.extension.is_none()))
            }
            LimitRef::Step(_) | LimitRef::Until(_) | LimitRef::Period => true,
        };
        // A lower layer that tightens a clock may take its extension away; the action stays and is
        // refused by the engine. Here only what one file says is held against itself.
        let limit = self.source.place(&format!("clocks.{clock}.limit"));
        if refused && limit.file == self.source.place(path).file {
            let message = format!("时限“{clock}”不能延长：它的规定里没有延长");
            let help = "在时限库给它写 extension（要有法律依据），或者删去 extends";
            self.log.error(&self.source.place(path), "no-extension", message, help);
        }
    }

    /// What decides whether a clock starts is read when it would: it must lie open, and hold of fields alone.
    fn only_if(&self, path: &str, clock: &Clock) {
        let Some(condition) = clock.only_if.as_ref() else { return };
        self.holds(path, Some(condition));
        let personal = |f: &&str| self.procedure.fields.get(*f).is_some_and(|f| f.personal);
        if let Some(field) = condition.fields().into_iter().find(personal) {
            let message = format!("only-if 不能看个人信息“{field}”：它是加密存放的");
            let help = "另设一个不是个人信息的字段，例如 type = \"choice\"、of = [\"实名\", \"匿名\"]";
            self.log.error(&self.source.place(path), "personal", message, help);
        }
    }

    fn condition(&self, path: &str, action: &Action) {
        self.holds(path, action.when.as_ref());
    }

    fn holds(&self, path: &str, condition: Option<&Condition>) {
        let Some(condition) = condition.filter(|_| self.source.sound) else { return };
        let children = !self.procedure.children.is_empty();
        let type_of = |name: &str| match name {
            "children" | "children-open" if children => Some(Type::Number),
            "child-results" if children => Some(Type::List),
            name => self.procedure.fields.get(name).map(|f| f.kind.type_in_conditions()),
        };
        if let Err(error) = condition.check(&type_of) {
            let word = Word { text: Name::from(condition.text()), place: self.source.place(path) };
            let fields: Vec<&str> = self.procedure.fields.keys().map(|k| &**k).collect();
            crate::load::condition_fault(self.log, &word, &error, &fields);
        }
    }

    fn clock(&self, name: &str, clock: &Clock) {
        let path = |key: &str| format!("clocks.{name}.{key}");
        self.actions(&path("starts"), &clock.starts);
        self.actions(&path("stops"), &clock.stops);
        self.actions(&path("pauses"), &clock.pauses);
        self.actions(&path("resumes"), &clock.resumes);
        self.actions(&path("ends"), &clock.ends);
        self.actions(&path("bars"), &clock.bars);
        self.actions(&path("promise-ends"), &clock.promise_ends);
        self.only_if(&path("only-if"), clock);
        if clock.binds == Binds::Officer {
            self.fields_of(&path("binds"), std::slice::from_ref(&clock.officer), &[FieldKind::Officer]);
        }
        if let Some(field) = &clock.before {
            self.fields_of(&path("before"), std::slice::from_ref(field), &[FieldKind::Date, FieldKind::Instant]);
        }
        if let Some(lapse) = &clock.on_lapse {
            self.actions(&path("on-lapse.action"), std::slice::from_ref(&lapse.action));
            self.actions(&path("on-lapse.as-of"), lapse.as_of.as_slice());
        }
        let steps: Vec<&Name> = self.procedure.states.values().filter_map(|s| s.step.as_ref()).collect();
        for (key, step) in [("step", clock.step.as_ref()), ("limit", step_of(clock))] {
            if let Some(step) = step.filter(|step| !steps.contains(step)) {
                let mut known = steps.clone();
                known.dedup();
                self.unknown(&path(key), "unknown-step", "环节", step, known);
            }
        }
        match &clock.limit {
            LimitRef::Series(series) => self.series(&path("limit"), series),
            LimitRef::Until(field) => match self.procedure.fields.get(field) {
                None => self.fields(&path("limit"), std::slice::from_ref(field)),
                Some(found) if !matches!(found.kind, FieldKind::Date | FieldKind::Instant) => {
                    let message = format!("字段“{field}”不是日期，时限不能到它为止");
                    let help = "换一个 date 或 instant 类型的字段";
                    self.log.error(&self.source.place(&path("limit")), "wrong-field", message, help);
                }
                Some(_) => {}
            },
            LimitRef::Item | LimitRef::Step(_) | LimitRef::Period => {}
        }
        self.direction(name, clock);
    }

    /// A limit counted back needs the date it is counted from; a minimum wait needs what it bars.
    fn direction(&self, name: &str, clock: &Clock) {
        let LimitRef::Series(series) = &clock.limit else { return };
        let limits = &self.draft.limits;
        let own = || limits.all().find(|v| v.id == *series);
        let Some(version) = limits.series.get(series).and_then(|v| v.last()).or_else(own) else { return };
        let place = |key: &str| self.source.place(&format!("clocks.{name}.{key}"));
        let backward = version.direction == Direction::Backward;
        if backward != clock.before.is_some() {
            let (key, message, help) = match backward {
                true => ("limit", "是倒数的时限，没有写从哪一天倒数", "补上 before = \"字段\"（那一天的日期）"),
                false => ("before", "不是倒数的时限，不能写 before", "删去 before，或者换一条 backward 的时限"),
            };
            self.log.error(&place(key), "wrong-direction", format!("“{series}”{message}"), help);
        }
        if (version.direction == Direction::NotBefore) != clock.waits() {
            let (key, message, help) = match clock.waits() {
                false => ("limit", "是最短等待，没有写等到期满才能做什么", "补上 bars = [\"动作\"]"),
                true => ("bars", "不是最短等待，不能拦住动作", "删去 bars，或者换一条 not-before 的时限"),
            };
            self.log.error(&place(key), "wrong-direction", format!("“{series}”{message}"), help);
        }
    }

    fn children(&self, name: &str, children: &Children) {
        let path = |key: &str| format!("children.{name}.{key}");
        self.actions(&path("opened-by"), &children.opened_by);
        self.actions(&path("called-off-by"), &children.called_off_by);
        self.actions(&path("then"), children.then.as_slice());
        self.fields(&path("passes"), &children.passes);
        let kinds = [FieldKind::Items, FieldKind::Units, FieldKind::Unit];
        let each = match &children.each {
            Each::Above | Each::Unit => Some(&FieldKind::Unit),
            Each::Field(field) => {
                self.fields_of(&path("each"), std::slice::from_ref(field), &kinds);
                self.procedure.fields.get(field).map(|f| &f.kind)
            }
        };
        if children.procedure.is_none() && each.is_some_and(|k| *k != FieldKind::Items) {
            let message = format!("子件“{name}”按各事项的程序办，each 却不是事项字段");
            let help = "each 换成 items 类型的字段，或者写明 procedure";
            self.log.error(&self.source.place(&path("each")), "wrong-field", message, help);
        }
        if children.called_off_by.is_empty() == children.call_off.is_some() {
            let help = "called-off-by 写本程序的动作，call-off 写子件由法律做的动作，两个一起写";
            let place = self.source.place(&format!("children.{name}"));
            self.log.error(&place, "half-called-off", format!("子件“{name}”只写了一半怎样叫停"), help);
        }
        let Some(id) = &children.procedure else { return };
        let Some(child) = self.draft.procedures.get(id) else {
            self.unknown(&path("procedure"), "unknown-procedure", "程序", id, self.draft.procedures.keys());
            return;
        };
        let child = &child.procedure;
        if child.opened_by_law().is_none() {
            let message = format!("程序“{id}”没有由法律做的开办动作，不能作为子件开立");
            let help = format!("在程序 {id} 里给一个开办动作的 by 加上 \"law\"");
            self.log.error(&self.source.place(&path("procedure")), "no-opening", message, help);
        }
        for (i, field) in children.passes.iter().enumerate().filter(|(_, f)| !child.fields.contains_key(*f)) {
            let here = path(&format!("passes.{i}"));
            self.unknown(&here, "unknown-field", &format!("“{id}”的字段"), field, child.fields.keys());
        }
        if let Some(action) = &children.call_off {
            let by_law = child.actions.get(action).map(|a| a.by.contains(&By::Law));
            if by_law != Some(true) {
                let message = format!("程序“{id}”里没有由法律做的动作“{action}”");
                let help = "call-off 写子件的一个动作，它的 by 里要有 \"law\"";
                self.log.error(&self.source.place(&path("call-off")), "unknown-action", message, help);
            }
        }
    }

    fn series(&self, path: &str, series: &Name) {
        let limits = &self.draft.limits;
        if limits.series.contains_key(series) || !self.log.is_read("limits") {
            return;
        }
        // One version by its own id: the clock runs only where that text is in force.
        if limits.all().any(|v| v.id == *series) {
            return;
        }
        self.unknown(path, "unknown-limit", "时限", series, limits.series.keys());
    }

    fn register(&self) {
        let Some(register) = &self.procedure.register else { return };
        self.fields("register.columns", &register.columns);
        self.fields("register.order", &register.order);
        match self.procedure.fields.get(&register.code) {
            None => self.fields("register.code", std::slice::from_ref(&register.code)),
            Some(field) if !field.unique => {
                let message = format!("清单的编码字段“{}”没有写 unique = true", register.code);
                let help = format!("在字段 {} 里加上 unique = true：编码不能重复", register.code);
                self.log.error(&self.source.place("register.code"), "not-unique", message, help);
            }
            Some(_) => {}
        }
    }

    /// What is taken down was put up.
    fn notices(&self) {
        let up: Vec<&Name> = self.procedure.actions.values().filter_map(|a| a.notice.as_ref()).collect();
        for (name, action) in &self.procedure.actions {
            if let Some(kind) = action.clears.as_ref().filter(|kind| !up.contains(kind)) {
                let path = format!("actions.{name}.clears");
                self.unknown(&path, "unknown-notice", "公告", kind, up.iter().copied());
            }
        }
    }
}

fn step_of(clock: &Clock) -> Option<&Name> {
    match &clock.limit {
        LimitRef::Step(step) => Some(step),
        _ => None,
    }
}
