//! Items fit their procedure, their unit and their law.

use std::collections::BTreeSet;

use xiaoneng_calendar::Length;

use crate::Name;
use crate::item::Item;
use crate::load::log::Log;
use crate::load::{Draft, DraftItem, DraftProcedure};
use crate::procedure::{By, LimitRef, Procedure, Whose};
use crate::text::help_for_name;

struct Check<'a> {
    draft: &'a Draft,
    log: &'a Log<'a>,
    /// Units with the roles of their posts.
    roles: BTreeSet<(&'a str, &'a str)>,
    /// Roles of any post.
    known: BTreeSet<&'a str>,
}

pub(super) fn check(draft: &Draft, log: &Log) {
    let posts = draft.org.posts.values();
    let roles = posts.flat_map(|post| post.roles.iter().map(|role| (&*post.unit, &**role))).collect();
    let known = draft.org.posts.values().flat_map(|post| &post.roles).map(|role| &**role).collect();
    let check = Check { draft, log, roles, known };
    // What is wrong with an entry is wrong wherever it was expanded to: told once.
    let mut seen: BTreeSet<(&str, u32)> = BTreeSet::new();
    let mut without_post: BTreeSet<(&str, u32)> = BTreeSet::new();
    for item in draft.items.values() {
        let entry = (&*item.item.file, item.item.line);
        let procedure = draft.procedures.get(&item.item.procedure);
        if seen.insert(entry) {
            check.entry(item, procedure);
            check.bundle(item);
        }
        if let Some(procedure) = procedure
            && log.is_read("org")
            && !without_post.contains(&entry)
            && check.lacks_post(item, &procedure.procedure)
        {
            without_post.insert(entry);
        }
    }
}

impl Check<'_> {
    fn error(&self, item: &DraftItem, path: &str, code: &'static str, message: String, help: impl Into<String>) {
        self.log.error(&item.source.place(path), code, message, help);
    }

    fn entry(&self, item: &DraftItem, procedure: Option<&DraftProcedure>) {
        match procedure {
            None if self.log.is_read("procedures") => {
                let name = &item.item.procedure;
                let help = help_for_name(name, "程序", self.draft.procedures.keys().map(|k| &**k));
                self.error(item, "procedure", "unknown-procedure", format!("没有“{name}”这个程序"), help);
            }
            None => {}
            Some(found) if found.procedure.standing => {
                let message = format!("程序“{}”是清单，不能用来办事项", item.item.procedure);
                self.error(item, "procedure", "standing", message, "换一个办件的程序");
            }
            Some(found) => {
                self.steps(item, &found.procedure);
                self.promise_in(item, &found.procedure);
            }
        }
        self.limit(item);
        if item.item.materials.is_empty() {
            let message = format!("事项“{}”没有写材料", item.item.title);
            self.error(item, "material", "no-materials", message, "写上 [[item.material]]，至少一份申请表");
        }
        if item.item.result.trim().is_empty() {
            let message = format!("事项“{}”没有写办成以后给什么", item.item.title);
            self.error(item, "result", "no-result", message, "写上 result = \"取水许可证\" 一类的结果");
        }
        if !item.item.to_confirm.is_empty() {
            let message = format!(
                "事项“{}”有 {} 处待核实：{}",
                item.item.title,
                item.item.to_confirm.len(),
                item.item.to_confirm.join("、")
            );
            self.log.warn(&item.source.place("to-confirm"), "to-confirm", message, "查到依据后从 to-confirm 里删去");
        }
    }

    /// Steps are the procedure's, and together not longer than what is promised.
    fn steps(&self, item: &DraftItem, procedure: &Procedure) {
        let mut known: Vec<&Name> = Vec::new();
        for clock in procedure.clocks.values() {
            if let LimitRef::Step(step) = &clock.limit
                && !known.contains(&step)
            {
                known.push(step);
            }
        }
        for step in item.item.steps.keys().filter(|step| !known.contains(step)) {
            let help = help_for_name(step, "环节", known.iter().map(|k| &***k));
            let message = format!("程序“{}”没有给环节“{step}”定时限", procedure.id);
            self.error(item, &format!("steps.{step}"), "unknown-step", message, help);
        }
        let limit = &item.item.limit;
        let law = self.law_workdays(item).map(|(days, _)| days);
        let whole = limit.promised.as_ref().or(limit.stated.as_ref()).map(|(days, _)| *days).or(law);
        let sum: u64 = item.item.steps.values().map(|days| u64::from(*days)).sum();
        if let Some(whole) = whole.filter(|whole| sum > u64::from(*whole)) {
            let message = format!("各环节合计 {sum} 个工作日，超过整件的 {whole} 个");
            self.error(item, "steps", "steps-too-long", message, format!("缩短环节，合计不超过 {whole}"));
        }
    }

    /// The working days of the law's version that is in force longest; `None` in the other kinds of day.
    fn law_workdays(&self, item: &DraftItem) -> Option<(u32, Name)> {
        self.workdays_of(item.item.limit.law.as_ref()?)
    }

    fn workdays_of(&self, series: &str) -> Option<(u32, Name)> {
        let versions = self.draft.limits.series.get(series)?;
        let version = versions.iter().rev().find(|v| v.to.is_none()).or(versions.last())?;
        match version.length {
            Some(Length::Workdays(days)) => Some((days, version.id.clone())),
            _ => None,
        }
    }

    /// What an item promises is counted on its procedure's clock: not longer than the law that clock runs by.
    fn promise_in(&self, item: &DraftItem, procedure: &Procedure) {
        let limit = &item.item.limit;
        let (key, days) = match (&limit.promised, &limit.stated) {
            (Some((days, _)), _) => ("limit.promised.workdays", *days),
            (None, Some((days, _))) => ("limit.stated.workdays", *days),
            (None, None) => return,
        };
        for clock in procedure.clocks.values().filter(|clock| clock.promise) {
            let LimitRef::Series(series) = &clock.limit else { continue };
            // What the item's own law says is told there.
            if limit.law.as_ref() == Some(series) {
                continue;
            }
            if let Some((most, id)) = self.workdays_of(series).filter(|(most, _)| days > *most) {
                let message = format!(
                    "承诺 {days} 个工作日，长于程序“{}”的时限“{}”：{most} 个（{id}）",
                    procedure.id, clock.title
                );
                self.error(item, key, "longer-than-law", message, format!("不长于 {most} 个工作日"));
            }
        }
    }

    fn limit(&self, item: &DraftItem) {
        let limit = &item.item.limit;
        if limit.law.is_none() && limit.stated.is_none() && limit.promised.is_none() {
            let message = format!("事项“{}”没有写时限", item.item.title);
            let help =
                "写上 limit = { law = \"XK-42-1\" }，或者 stated、promised = { workdays = 5, source = \"出处\" }";
            self.error(item, "limit", "no-limit", message, help);
        }
        if let Some(law) = limit.law.as_ref().filter(|law| !self.draft.limits.series.contains_key(*law)) {
            if self.log.is_read("limits") {
                let help = help_for_name(law, "时限", self.draft.limits.series.keys().map(|k| &**k));
                self.error(item, "limit.law", "unknown-limit", format!("没有“{law}”这个时限"), help);
            }
            return;
        }
        let law = self.law_workdays(item);
        for (key, name, days) in
            [("limit.stated", "公布的时限", &limit.stated), ("limit.promised", "承诺时限", &limit.promised)]
        {
            let Some((days, _)) = days else { continue };
            match (&law, &limit.law) {
                (Some((most, id)), _) if days > most => {
                    let message = format!("{name} {days} 个工作日，长于法定的 {most} 个（{id}）");
                    let help = format!("不长于 {most} 个工作日");
                    self.error(item, &format!("{key}.workdays"), "longer-than-law", message, help);
                }
                (None, Some(id)) => {
                    let message = format!("{name}是工作日，“{id}”不是按工作日定的，两者不能比较长短");
                    let help = "law 换成按工作日定的时限；法律按自然日定的，这里不写工作日的承诺";
                    self.error(item, &format!("{key}.workdays"), "other-kind", message, help);
                }
                _ => {}
            }
        }
        if let (Some((stated, _)), Some((promised, _))) = (&limit.stated, &limit.promised)
            && promised > stated
        {
            let message = format!("承诺时限 {promised} 个工作日，长于公布的 {stated} 个");
            self.error(
                item,
                "limit.promised.workdays",
                "longer-than-stated",
                message,
                format!("不长于 {stated} 个工作日"),
            );
        }
    }

    /// A bundle asks for all that its parts ask for, and promises no less time than the slowest of them.
    fn bundle(&self, item: &DraftItem) {
        for (i, code) in item.item.holds.iter().enumerate() {
            let path = format!("holds.{i}");
            let Some(part) = self.draft.items.get(code).map(|d| &d.item) else {
                let message = format!("没有“{code}”这个事项，不能放进“{}”", item.item.title);
                self.error(item, &path, "unknown-item", message, "写同一区划里事项的 code；核对有没有写错");
                continue;
            };
            let lacking: Vec<&str> = part
                .materials
                .iter()
                .filter(|m| m.required && item.item.material(&m.id).is_none())
                .map(|m| m.name.as_str())
                .collect();
            if !lacking.is_empty() {
                let message =
                    format!("“{}”没有列出“{}”必需的材料：{}", item.item.title, part.title, lacking.join("、"));
                let help = "一次收齐：把它们加进材料，id 和那个事项里的一样";
                self.error(item, &path, "missing-material", message, help);
            }
            let promised = |i: &Item| i.limit.promised.as_ref().map(|(n, _)| *n);
            if let (Some(whole), Some(own)) = (promised(&item.item), promised(part))
                && whole < own
            {
                let message =
                    format!("“{}”承诺 {whole} 个工作日，它里面的“{}”却要 {own} 个工作日", item.item.title, part.title);
                self.error(
                    item,
                    "limit.promised.workdays",
                    "shorter-than-part",
                    message,
                    format!("不短于 {own} 个工作日，或者先缩短那个事项的承诺"),
                );
            }
        }
    }

    /// Names the first action for which the unit has no post.
    fn lacks_post(&self, item: &DraftItem, procedure: &Procedure) -> bool {
        for (name, action) in &procedure.actions {
            let someone = action.by.iter().any(|by| *by != By::Law && self.without(&item.item, by).is_none());
            let doers = action.by.iter().filter(|_| !someone);
            for by in doers.chain(&action.hands_to) {
                let (By::Role(role, whose), Some(unit)) = (by, self.without(&item.item, by)) else { continue };
                let key = if *whose == Whose::Intake && !item.item.intake.is_empty() { "intake" } else { "unit" };
                let title = self.draft.org.units.get(unit).map_or("", |u| &u.title);
                let message = format!("{title}（{unit}）没有“{role}”岗，动作“{name}”（{}）没有人能做", action.title);
                let help = format!("给这个单位设一个 roles = [\"{role}\"] 的岗位，或者换一个程序");
                self.error(item, key, "no-post", message, help);
                return true;
            }
        }
        false
    }

    /// The first of the units concerned that has no post of the role.
    fn without<'i>(&'i self, item: &'i Item, by: &By) -> Option<&'i Name> {
        let By::Role(role, whose) = by else { return None };
        let units = match whose {
            // Where a case is moved to is known only when it is; what stands above is known, if it is ours.
            Whose::Back | Whose::Field(_) => return None,
            Whose::Above => std::slice::from_ref(&self.draft.org.above(&item.unit)?.id),
            Whose::Intake if !item.intake.is_empty() => &item.intake[..],
            _ => std::slice::from_ref(&item.unit),
        };
        // A role that no post has at all is the procedure's fault, told there.
        if !self.known.contains(&**role) {
            return None;
        }
        units.iter().find(|unit| !self.roles.contains(&(&***unit, &**role)))
    }
}
