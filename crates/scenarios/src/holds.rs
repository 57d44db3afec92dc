//! What must be true after the steps.

use std::sync::Arc;

use xiaoneng_casework::{Case, Facts, Happening, PLACE, Recorded, Status, Value, clock_views, passes};

use crate::fields::named;
use crate::stage::Stage;

impl Stage<'_> {
    /// `状态 初审中`, `作出决定 应于 2015-08-27`, `作出决定 灯 红`, `承办 window`, `违规 1`, `不存在 deliver` ...
    pub fn holds(&self, line: &str) -> Result<(), String> {
        let (name, line) = named(line);
        let (id, case) = self.cases.get(name).ok_or("没有这个办件")?;
        let procedure = self.world.procedures.get(&case.opening.procedure).ok_or("没有程序")?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let facts = Facts { world: self.world, away: &self.away, ids: 0 };
        let equal =
            |found: String, wanted: &str| if found == wanted { Ok(()) } else { Err(format!("是“{found}”")) };
        match words[..] {
            ["状态", state] => equal(procedure.states[&case.state].title.clone(), state),
            ["承办", post] => equal(case.holder.as_deref().unwrap_or("无").to_owned(), post),
            ["违规", n] => equal(case.breaches.len().to_string(), n),
            ["经手", n] => equal(passes(case, &self.world.org).len().to_string(), n),
            ["记录", words] => {
                match case.breaches.iter().any(|(_, b)| format!("{}；{}", b.rule, b.facts).contains(words)) {
                    true => Ok(()),
                    false => {
                        Err(format!("记录是{:?}", case.breaches.iter().map(|(_, b)| &b.facts).collect::<Vec<_>>()))
                    }
                }
            }
            ["违规人", who] => {
                let officer = case.breaches.last().and_then(|(_, b)| b.officer.as_deref());
                equal(officer.unwrap_or("无").to_owned(), who)
            }
            ["违反", duty] => {
                let last = case.breaches.last().map(|(_, b)| self.world.duties.title(b.duty));
                equal(last.unwrap_or("无").to_owned(), duty)
            }
            ["问题", n] => {
                let about = |c: &&Case| c.opening.parent.as_ref().is_some_and(|p| p.case == *id && !p.waits());
                equal(self.cases.values().map(|(_, c)| c).filter(about).count().to_string(), n)
            }
            ["写着", field, ..] => {
                let written = case.fields.get(field).and_then(Value::text).unwrap_or_default();
                let wanted = words[2..].join(" ");
                if written.contains(&wanted) { Ok(()) } else { Err(format!("是“{written}”")) }
            }
            ["代行", who] => {
                equal(case.history.iter().rev().find_map(|e| e.acting_for.as_deref()).unwrap_or("无").to_owned(), who)
            }
            ["作废", n] => {
                let voided = case.history.iter().filter(|e| matches!(e.what, Happening::Voided { .. })).count();
                equal(voided.to_string(), n)
            }
            ["届满", n] => {
                let voided = case.voided();
                let lapsed = |e: &&Arc<Recorded>| matches!(e.what, Happening::Lapsed { .. }) && !voided.contains(&e.id);
                equal(case.history.iter().filter(lapsed).count().to_string(), n)
            }
            ["做过", action, n] => equal(case.acts.iter().filter(|a| &*a.action == action).count().to_string(), n),
            ["对内结果", outcome] => equal(case.outcome.as_ref().map_or("无", |o| &o.0).to_owned(), outcome),
            ["单位", unit] => equal(case.unit.to_string(), unit),
            ["没有", field] => equal(case.fields.get(field).map_or("", |_| field).to_owned(), ""),
            ["没有计", clock] => {
                procedure.clocks.values().find(|c| c.title == clock).ok_or(format!("程序里没有时限“{clock}”"))?;
                let views = clock_views(procedure, case, &facts, self.now);
                equal(views.iter().find(|v| v.title == clock).map_or("", |_| clock).to_owned(), "")
            }
            ["结果", result] => equal(case.result.as_ref().map_or("无", |r| &r.0).to_owned(), result),
            ["违规", "说明", ..] => {
                let wanted = words[2..].join(" ");
                let facts: Vec<&str> = case.breaches.iter().map(|(_, b)| b.facts.as_str()).collect();
                match facts.iter().any(|f| f.contains(&wanted)) {
                    true => Ok(()),
                    false => Err(format!("是{facts:?}")),
                }
            }
            [clock, say @ ("说明" | "没有说明"), ..] => {
                let wanted = words[2..].join(" ");
                let views = clock_views(procedure, case, &facts, self.now);
                let view = views.iter().find(|v| v.title == clock).ok_or(format!("没有在计“{clock}”"))?;
                match view.notes.iter().any(|n| n.contains(&wanted)) == (say == "说明") {
                    true => Ok(()),
                    false => Err(format!("是{:?}", view.notes)),
                }
            }
            [clock, check, wanted] => {
                let views = clock_views(procedure, case, &facts, self.now);
                let view = views
                    .iter()
                    .find(|v| v.title == clock)
                    .ok_or(format!("没有在计“{clock}”：{:?}", views.iter().map(|v| &v.title).collect::<Vec<_>>()))?;
                let counted: u32 = view.answer.why.iter().filter(|s| s.counts).map(|s| s.days).sum();
                match check {
                    "应于" => equal(view.answer.due_date.to_string(), wanted),
                    "法定" => equal(view.answer.statutory_due_date.to_string(), wanted),
                    "期" => equal(view.period.map_or("无".to_owned(), |n| n.to_string()), wanted),
                    "是" => equal(status(&view.status).to_owned(), wanted),
                    "变灯" => {
                        let next = view.next_change_at.map(|at| PLACE.to_datetime(at).date().to_string());
                        equal(next.unwrap_or("无".to_owned()), wanted)
                    }
                    "起于" => equal(PLACE.to_datetime(view.start).date().to_string(), wanted),
                    "灯" => equal(view.light.title().to_owned(), wanted),
                    "已用" => equal(view.used.to_string(), wanted),
                    "剩余" => equal(view.left.to_string(), wanted),
                    "计入" => equal(counted.to_string(), wanted),
                    other => Err(format!("不认识“{other}”")),
                }
            }
            _ => Err("看不懂".to_owned()),
        }
    }
}

fn status(status: &Status) -> &'static str {
    match status {
        Status::Running => "在计",
        Status::Paused { .. } => "暂停",
        Status::Stopped { .. } => "停止",
        Status::Ended { .. } => "终止",
        Status::Lapsed { .. } => "失权",
    }
}
