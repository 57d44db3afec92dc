//! `duties.toml`: the nine duties, laid over each other; a lower layer adds and tightens.

use indexmap::IndexMap;

use super::files::{Files, Kind};
use super::layers::Pack;
use super::log::{Log, Place, Word};
use super::read::Table;
use crate::duties::{Duties, DutyRule, FindingRule, Group, LeadsTo, Strategy};
use crate::text::help_for_name;
use crate::{Duty, Name, Org, Tier, Unit};

const GROUPS: [(&str, Group); 3] = [("power", Group::Power), ("matters", Group::Matters), ("people", Group::People)];
const LEADS: [(&str, LeadsTo); 2] = [("record", LeadsTo::Record), ("finding", LeadsTo::Finding)];
/// More working days than this for an answer is no answer.
const ANSWER_MAX: i64 = 60;

/// The table, with the places of what can be wrong beside others.
#[derive(Default)]
pub(crate) struct DraftDuties {
    pub duties: Duties,
    /// Where `[finding]` names what, for the check against procedures.
    pub places: IndexMap<&'static str, Place>,
    /// Where each duty was first written.
    first: Vec<(Duty, Place)>,
    /// Roles whose duties are written, for the check against posts.
    pub roles: Vec<Word>,
    charges: IndexMap<Name, (Name, Place)>,
}

/// Duties of all layers.
pub(crate) fn read(files: &Files, packs: &[Pack], org: &Org, log: &Log) -> DraftDuties {
    let mut all = DraftDuties::default();
    for (layer, pack) in packs.iter().enumerate() {
        files.each(&pack.folder, Kind::Duties, log, |_, _, table| {
            for (name, entry) in table.named_tables("duty") {
                let words = Duty::ALL.map(|(word, duty, _)| (word, duty));
                let duty = table.choose(&name, "duty", "制度", &words);
                all.duty(&entry, &name, duty, log);
                entry.finish();
            }
            if let Some(entry) = table.table("finding") {
                all.finding(&entry, log);
                entry.finish();
            }
            for (role, texts) in table.named_words("posts") {
                all.post(role, texts);
            }
            for entry in table.tables("charge") {
                all.charge(&entry, org, packs, layer, log);
                entry.finish();
            }
            table.finish();
        });
    }
    all
}

impl DraftDuties {
    /// A lower layer adds to what a role has to do.
    fn post(&mut self, role: Word, texts: Vec<Word>) {
        self.roles.push(role.clone());
        let own = self.duties.posts.entry(role.text).or_default();
        for word in texts {
            if !own.iter().any(|text| **text == *word.text) {
                own.push(word.text.to_string());
            }
        }
    }

    /// 班子分工: a leader's post and the agencies that it has charge of, in each division. One unit, one leader.
    fn charge(&mut self, entry: &Table, org: &Org, packs: &[Pack], layer: usize, log: &Log) {
        let post = entry.required("post", "post = \"zfb.leader\"（单位简称.岗位）");
        let units = entry.words("units").unwrap_or_default();
        let townships = entry.flag("townships");
        if units.is_empty() && !townships {
            entry.missing("units", "units = [\"zrzy\", \"scjg\"]，或者 townships = true");
        }
        let divisions = super::org::spread(entry, org, packs, layer);
        let Some(post) = post else { return };
        if !log.is_read("org") {
            return;
        }
        for division in divisions {
            let id = format!("{division}-{}", post.text);
            let Some((leader, _)) = org.posts.get_key_value(id.as_str()) else {
                let help = help_for_name(&id, "岗位", org.posts.keys().map(|k| &**k));
                log.error(&post.place, "unknown-post", format!("没有“{id}”这个岗位"), help);
                return;
            };
            for word in &units {
                let id = format!("{division}-{}", word.text);
                match org.units.get_key_value(id.as_str()) {
                    Some((unit, _)) => self.in_charge(unit, leader, word, log),
                    None => {
                        let help = help_for_name(&id, "单位", org.units.keys().map(|k| &**k));
                        log.error(&word.place, "unknown-unit", format!("没有“{id}”这个单位"), help);
                        return;
                    }
                }
            }
            let own = |u: &&Unit| townships && u.tier == Tier::Township && u.tenant == division;
            for unit in org.units.values().filter(own) {
                self.in_charge(&unit.id, leader, &post, log);
            }
        }
    }

    fn in_charge(&mut self, unit: &Name, leader: &Name, word: &Word, log: &Log) {
        if let Some((other, place)) = self.charges.get(unit) {
            let message = format!("“{unit}”已经由“{other}”分管，写在 {}", log.spot(place));
            log.error_with(&word.place, place, "twice", message, "一个单位只由一位领导分管，删去一处");
            return;
        }
        self.charges.insert(unit.clone(), (leader.clone(), word.place.clone()));
        self.duties.charge.insert(unit.clone(), leader.clone());
    }

    fn duty(&mut self, entry: &Table, name: &Word, duty: Option<Duty>, log: &Log) {
        let above = duty.and_then(|d| self.duties.rules.iter().position(|r| r.duty == d));
        let first = duty.and_then(|d| self.first.iter().find(|(other, _)| *other == d)).map(|(_, place)| place.clone());
        let title = word(entry, "title", "title = \"一次性告知制\"", above);
        let group = entry.one_of("group", "一类制度", &GROUPS);
        if above.is_none() && !entry.has("group") {
            entry.missing("group", "group = \"matters\"");
        }
        let rule = word(entry, "rule", "rule = \"需要补正的全部内容一次告知\"", above);
        let basis = word(entry, "basis", "basis = \"行政许可法 32\"（没有查到的写待核实）", above);
        let source = word(entry, "source", "source = \"哪个地方公布的规定\"", above);
        let leads_to = entry.one_of("leads-to", "后果", &LEADS);
        let strategies = strategies(entry, duty, log);
        let Some(duty) = duty else { return };
        let Some(place) = above else {
            self.first.push((duty, name.place.clone()));
            self.duties.rules.push(DutyRule {
                duty,
                title: title.map_or(String::new(), |w| w.text.to_string()),
                group: group.unwrap_or(Group::Matters),
                rule: rule.map_or(String::new(), |w| w.text.to_string()),
                basis: basis.map_or(String::new(), |w| w.text.to_string()),
                source: source.map_or(String::new(), |w| w.text.to_string()),
                strategies,
                leads_to: leads_to.unwrap_or(LeadsTo::Record),
            });
            return;
        };
        let old = &mut self.duties.rules[place];
        let loosened = |key: &str, what: &str, help: &str| {
            let (mine, theirs) = (entry.place_of(key), first.clone().unwrap_or_else(|| name.place.clone()));
            let message = format!("{what}；上级的规定在 {}", log.spot(&theirs));
            log.error_with(&mine, &theirs, "loosened", message, help);
        };
        // What the duty is and why stays the higher layer's; a lower one says where its own rule was published.
        for (key, given) in [("title", &title), ("rule", &rule), ("basis", &basis)] {
            if given.is_some() {
                loosened(key, &format!("下级包改写了“{}”的 {key}", old.title), "删去这一行");
            }
        }
        if group.is_some_and(|g| g != old.group) {
            loosened("group", &format!("下级包改变了“{}”的归类", old.title), "删去 group");
        }
        if leads_to.is_some_and(|l| l < old.leads_to) {
            let what = format!("下级包放宽了“{}”：违规不再立为问题", old.title);
            loosened("leads-to", &what, "删去 leads-to，或者写 \"finding\"");
        }
        old.leads_to = old.leads_to.max(leads_to.unwrap_or(LeadsTo::Record));
        old.strategies.extend(strategies.iter().filter(|s| !old.strategies.contains(s)).copied().collect::<Vec<_>>());
        if let Some(source) = source {
            old.source = format!("{}；{}", old.source, source.text);
        }
    }

    fn finding(&mut self, entry: &Table, log: &Log) {
        let days = entry.whole("answer-workdays", 1, ANSWER_MAX);
        if let Some(old) = &mut self.duties.finding {
            for key in ["procedure", "opens", "opens-above", "opens-top", "withdraws"] {
                if entry.word(key).is_some() {
                    let theirs = self.places[key].clone();
                    let message = format!("下级包改写了 {key}；上级的规定在 {}", log.spot(&theirs));
                    log.error_with(&entry.place_of(key), &theirs, "loosened", message, "删去这一行");
                }
            }
            if let Some((days, place)) = days {
                if days > i64::from(old.answer_workdays) {
                    let theirs = self.places["answer-workdays"].clone();
                    let message = format!(
                        "下级包放宽了说明的期限（{days} 个工作日）；上级的 {} 个工作日在 {}",
                        old.answer_workdays,
                        log.spot(&theirs)
                    );
                    log.error_with(&place, &theirs, "loosened", message, "写成不多于上级的天数");
                } else {
                    old.answer_workdays = days as u32;
                    self.places.insert("answer-workdays", place);
                }
            }
            if let Some(source) = entry.text("source") {
                old.source = format!("{}；{source}", old.source);
            }
            return;
        }
        let mut named = |key: &'static str, example: &str| -> Option<Name> {
            let word = entry.required(key, example)?;
            self.places.insert(key, word.place);
            Some(word.text)
        };
        let procedure = named("procedure", "procedure = \"finding\"");
        let opens = named("opens", "opens = \"found\"");
        let opens_above = named("opens-above", "opens-above = \"found-above\"");
        let opens_top = named("opens-top", "opens-top = \"found-top\"");
        let withdraws = named("withdraws", "withdraws = \"withdraw\"");
        let source = entry.required("source", "source = \"天数出自哪里；没有规定的写演示采用值\"");
        if days.is_none() && !entry.has("answer-workdays") {
            entry.missing("answer-workdays", "answer-workdays = 5");
        }
        let (Some(procedure), Some(opens), Some(opens_above), Some(opens_top), Some(withdraws), Some((days, place))) =
            (procedure, opens, opens_above, opens_top, withdraws, days)
        else {
            return;
        };
        self.places.insert("answer-workdays", place);
        self.duties.finding = Some(FindingRule {
            procedure,
            opens,
            opens_above,
            opens_top,
            withdraws,
            answer_workdays: days as u32,
            source: source.map_or(String::new(), |w| w.text.to_string()),
        });
    }
}

/// A text that the first layer must write, and a lower one need not.
fn word(entry: &Table, key: &'static str, example: &str, above: Option<usize>) -> Option<Word> {
    match above {
        Some(_) => entry.word(key),
        None => entry.required(key, example),
    }
}

/// Strategies named under a duty: each belongs to one.
fn strategies(entry: &Table, duty: Option<Duty>, log: &Log) -> Vec<Strategy> {
    let own = |d: Duty| Strategy::ALL.into_iter().filter(move |(_, _, of)| *of == d);
    let mut found = Vec::new();
    for word in entry.words("strategies").unwrap_or_default() {
        let Some(duty) = duty else { continue };
        match own(duty).find(|(name, ..)| **name == *word.text) {
            Some((_, strategy, _)) => found.push(strategy),
            None => {
                let help = help_for_name(&word.text, "办法", own(duty).map(|(name, ..)| name));
                let message = format!("“{}”没有“{}”这个办法", duty.title(), word.text);
                log.error(&word.place, "unknown-word", message, help);
            }
        }
    }
    found
}
