//! The list of powers against the items: 越位 错位 缺位 占位, as far as packs alone can tell.

use std::collections::BTreeSet;

use crate::load::log::{Log, Place};
use crate::load::{Draft, DraftItem};
use crate::powers::{Done, Held, Misfit, Misplaced, misfits};

pub(super) fn check(draft: &Draft, log: &Log) {
    // After a slip elsewhere half a list would be missed.
    if !["powers", "items", "org"].iter().all(|kind| log.is_read(kind)) {
        return;
    }
    let listed: BTreeSet<&str> =
        draft.powers.iter().filter(|p| p.power.unit.is_some()).map(|p| division(&p.power.code)).collect();
    // A bundle only joins the powers of its parts.
    let items: Vec<&DraftItem> = draft.items.values().filter(|item| item.item.holds.is_empty()).collect();
    let held: Vec<Held> = draft.powers.iter().map(|p| p.power.held()).collect();
    let done: Vec<Done> = items.iter().map(|item| Done { power: &item.item.power, unit: &item.item.unit }).collect();
    let check = Check { draft, items, log };
    let mut seen: BTreeSet<(String, u32, Misplaced)> = BTreeSet::new();
    // Where no list was drawn up, none can be overstepped.
    let oversteps = |misfit: &Misfit| misfit.fault != Misplaced::Beyond || listed.contains(division(&misfit.power));
    for misfit in misfits(&held, &done).into_iter().filter(oversteps) {
        check.tell(&misfit, &mut seen);
    }
}

/// The division of a code: `630222` of `630222-qsxk`.
fn division(code: &str) -> &str {
    code.split('-').next().unwrap_or(code)
}

struct Check<'a> {
    draft: &'a Draft,
    items: Vec<&'a DraftItem>,
    log: &'a Log<'a>,
}

impl Check<'_> {
    /// Each at the line that brought it about; what was expanded over divisions is told once.
    fn tell(&self, misfit: &Misfit, seen: &mut BTreeSet<(String, u32, Misplaced)>) {
        let held: Vec<_> = misfit.held.iter().map(|&i| &self.draft.powers[i]).collect();
        let item = misfit.done.first().map(|&i| self.items[i]);
        let place = match (misfit.fault, item) {
            (Misplaced::Beyond, Some(item)) => item.source.place("power"),
            (_, Some(item)) => item.source.place("unit"),
            (Misplaced::Twice, None) => held[1].place.clone(),
            _ => held[0].place.clone(),
        };
        if !seen.insert((place.file.to_string(), place.start, misfit.fault)) {
            return;
        }
        let what = misfit.fault.title();
        let power = &misfit.power;
        let title = held.first().map_or_else(|| item.map_or("", |i| &i.item.title), |p| &p.power.title);
        let doer = misfit.by.as_deref().map_or(String::new(), |unit| self.unit(unit));
        match misfit.fault {
            Misplaced::Beyond => {
                let message = format!("{what}：{doer}办的“{title}”（{power}），哪个单位的清单上都没有");
                let help = format!(
                    "在 powers.toml 里写上 [[power]]，code = \"{}\"，并写明 unit；不该办的，删去这个事项",
                    short(power)
                );
                self.log.error(&place, "beyond-powers", message, help);
            }
            Misplaced::Others => {
                let (holder, other) = (self.holder(held[0]), &held[0].place);
                let message =
                    format!("{what}：{doer}办的“{title}”（{power}），清单上是{holder}的（{}）", self.log.spot(other));
                let help = "由清单上的单位办；两个单位一起办的，在清单那一条写上 with；清单错了，改清单";
                self.log.error_with(&place, other, "others-powers", message, help);
            }
            Misplaced::Nobodys => {
                let message = format!("{what}：“{title}”（{power}）要有人承担，没有单位的清单上有它，也没有单位办它");
                let help = format!("在那个区划的 powers.toml 里写上 code = \"{}\"、unit = \"…\"", short(power));
                self.log.error(&place, "nobodys-powers", message, help);
            }
            Misplaced::Idle => {
                let message =
                    format!("{what}：“{title}”（{power}）列在{}的清单上，却没有办它的事项", self.holder(held[0]));
                let help = format!(
                    "写上 code = \"{}\" 的事项，或者在办它的事项里写 power；不靠申请行使的，写 ex-officio = true",
                    short(power)
                );
                self.log.error(&place, "idle-powers", message, help);
            }
            Misplaced::Twice => self.twice(misfit, &place, &held[0].place),
        }
    }

    fn twice(&self, misfit: &Misfit, place: &Place, other: &Place) {
        let held: Vec<_> = misfit.held.iter().map(|&i| &self.draft.powers[i]).collect();
        let message = format!(
            "{}：“{}”（{}）列在{}的清单上，也列在{}的清单上（{}），没有说谁牵头",
            misfit.fault.title(),
            held[0].power.title,
            misfit.power,
            self.holder(held[1]),
            self.holder(held[0]),
            self.log.spot(other)
        );
        let help = "删去一处；两个单位共同行使的，只留牵头的一条，另一个单位写进 with";
        self.log.error_with(place, other, "shared-powers", message, help);
    }

    fn holder(&self, power: &crate::load::DraftPower) -> String {
        power.power.unit.as_deref().map_or(String::new(), |unit| self.unit(unit))
    }

    fn unit(&self, id: &str) -> String {
        let title = self.draft.org.units.get(id).map_or("", |u| &u.title);
        format!("{title}（{id}）")
    }
}

/// The code as it is written: `qsxk` of `630222-qsxk`.
fn short(code: &str) -> &str {
    code.split_once('-').map_or(code, |(_, short)| short)
}
