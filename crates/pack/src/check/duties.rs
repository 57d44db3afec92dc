//! The table of duties against the procedures: what opens a finding must be able to.

use crate::duties::FindingRule;
use crate::load::Draft;
use crate::load::log::Log;
use crate::procedure::By;

/// The procedure of findings exists, the law may open and withdraw one, and nothing is asked that no machine knows.
pub(super) fn check(draft: &Draft, log: &Log) {
    for role in draft.duties.roles.iter().filter(|_| log.is_read("org")) {
        let known = super::ROLES.contains(&&*role.text) || draft.org.posts.values().any(|p| p.has_role(&role.text));
        if !known {
            let help = crate::text::help_for_name(&role.text, "岗位角色", super::ROLES);
            log.error(&role.place, "unknown-role", format!("没有“{}”这个岗位角色", role.text), help);
        }
    }
    let Some(rule) = &draft.duties.duties.finding else { return };
    let place = |key: &str| &draft.duties.places[key];
    if !log.is_read("procedures") {
        return;
    }
    let Some(procedure) = draft.procedures.get(&rule.procedure).map(|d| &d.procedure) else {
        let help = crate::text::help_for_name(&rule.procedure, "程序", draft.procedures.keys().map(|k| &**k));
        let message = format!("没有“{}”这个程序", rule.procedure);
        log.error(place("procedure"), "unknown-procedure", message, help);
        return;
    };
    let names = [("opens", &rule.opens), ("opens-above", &rule.opens_above), ("opens-top", &rule.opens_top)];
    for (key, name) in names.into_iter().chain([("withdraws", &rule.withdraws)]) {
        let Some(action) = procedure.actions.get(name) else {
            let help = crate::text::help_for_name(name, "动作", procedure.actions.keys().map(|k| &**k));
            let message = format!("程序“{}”没有“{name}”这个动作", procedure.title);
            log.error(place(key), "unknown-action", message, help);
            continue;
        };
        let wanted = if key == "withdraws" { "撤销问题" } else { "开立问题" };
        if !action.by.contains(&By::Law) || action.opens() == (key == "withdraws") {
            let message = format!("“{}”不能由法律{wanted}", action.title);
            let help = if key == "withdraws" {
                "by 里要有 \"law\"，from 写上它可能所在的状态"
            } else {
                "by 里要有 \"law\"，不写 from"
            };
            log.error(place(key), "not-by-law", message, help);
        }
        let unknown = action.needs.iter().find(|f| !FindingRule::FIELDS.contains(&&***f));
        if let Some(field) = unknown {
            let message = format!("“{}”要填“{field}”，机器不知道填什么", action.title);
            let help = format!("只能要求：{}；其他的由人以后填", FindingRule::FIELDS.join("、"));
            log.error(place(key), "finding-needs", message, help);
        }
    }
}
