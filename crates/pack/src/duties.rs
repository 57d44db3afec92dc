//! 九项制度: the nine duties as a table. What needs logic is a [`Strategy`] of the engine, named here and switched on
//! by the pack; what is a value, a source or a consequence is the pack's.

use indexmap::IndexMap;
use serde::Serialize;

use crate::{Duty, Name, Post};

/// The duties of a pack, and what a breach of one leads to. Empty where no layer has written the table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Duties {
    /// In the order of the file.
    pub rules: Vec<DutyRule>,
    /// How a breach becomes a finding; `None`: breaches stay on record only.
    pub finding: Option<FindingRule>,
    /// 岗位职责: what a post of each role has to do, in the order of the file.
    pub posts: IndexMap<Name, Vec<String>>,
    /// 班子分工: the leader's post that has charge of each unit.
    pub charge: IndexMap<Name, Name>,
}

/// One of the nine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DutyRule {
    /// Which.
    pub duty: Duty,
    /// 一次性告知制.
    pub title: String,
    /// The account's grouping.
    pub group: Group,
    /// What it demands, in a sentence.
    pub rule: String,
    /// Article, or what is still to be confirmed.
    pub basis: String,
    /// The published rule that it follows, and where it was read.
    pub source: String,
    /// What the engine does for it.
    pub strategies: Vec<Strategy>,
    /// What a breach leads to.
    pub leads_to: LeadsTo,
}

/// The account groups the nine as two, four and three, without naming them; which is which is our reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// 管权
    Power,
    /// 管事
    Matters,
    /// 管人
    People,
}

impl Group {
    /// What users call it.
    pub fn title(self) -> &'static str {
        match self {
            Group::Power => "管权",
            Group::Matters => "管事",
            Group::People => "管人",
        }
    }
}

/// What a breach leads to. A lower layer may only add to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeadsTo {
    /// It stands on the record.
    Record,
    /// The supervision office gets a finding; the unit answers, a named person decides.
    Finding,
}

/// What the engine does for a duty. Some hold by the form itself and cannot be breached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// An open case has one holder, whose post has someone: by the form.
    OneHolder,
    /// The first post that took it in is on record, and stays until another has taken over: by the form.
    FirstOnRecord,
    /// An agency's clock that lapses is a breach of what was promised.
    WithinLimit,
    /// What is done on the spot is finished on the day it came in.
    SameDay,
    /// A second notice names nothing that the first did not.
    AllAtOnce,
    /// Nothing is turned down after a supplement for what the first notice could have named.
    FirstGround,
    /// The lead holds the whole; the others' opinions are cases of their own: by the form.
    LeadAnswers,
    /// A and B are never both away.
    NeverBoth,
    /// Back by the time announced.
    BackInTime,
    /// A correction that puts out a red light is looked at by others.
    SecondLook,
}

impl Strategy {
    /// Its word in packs, and the duty that it belongs to.
    pub const ALL: [(&'static str, Strategy, Duty); 10] = [
        ("one-holder", Strategy::OneHolder, Duty::PostResponsibility),
        ("first-on-record", Strategy::FirstOnRecord, Duty::FirstAsked),
        ("within-limit", Strategy::WithinLimit, Duty::Promise),
        ("same-day", Strategy::SameDay, Duty::Immediate),
        ("all-at-once", Strategy::AllAtOnce, Duty::OneNotice),
        ("first-ground", Strategy::FirstGround, Duty::OneNotice),
        ("lead-answers", Strategy::LeadAnswers, Duty::OneStop),
        ("never-both", Strategy::NeverBoth, Duty::AbPost),
        ("back-in-time", Strategy::BackInTime, Duty::LeaveNotice),
        ("second-look", Strategy::SecondLook, Duty::Accountability),
    ];

    /// Its word in packs.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, s, _)| *s == self).map_or("", |(word, ..)| word)
    }

    /// The duty that it belongs to.
    pub fn duty(self) -> Duty {
        // OK because the table above has every strategy; a test says so.
        Self::ALL.iter().find(|(_, s, _)| *s == self).map_or(Duty::PostResponsibility, |(_, _, duty)| *duty)
    }
}

/// How a breach becomes a finding: the procedure's own words for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingRule {
    /// The procedure of findings. A breach on one of its own cases opens none.
    pub procedure: Name,
    /// Opens one at the supervision office of the unit's jurisdiction.
    pub opens: Name,
    /// Opens one a tier up, where the unit concerned is that office itself.
    pub opens_above: Name,
    /// Opens one with the government's leaders, where there is no tier above.
    pub opens_top: Name,
    /// Closes one whose breach was no breach after all.
    pub withdraws: Name,
    /// Working days for the unit's answer.
    pub answer_workdays: u32,
    /// Where that number was read.
    pub source: String,
}

impl FindingRule {
    /// Fields that the machine can fill in of a finding's opening.
    pub const FIELDS: [&'static str; 10] =
        ["source", "duty", "rule", "fault", "target", "about", "case-number", "answer-by", "matter", "state-by"];
}

impl Duties {
    /// One duty's rule.
    pub fn of(&self, duty: Duty) -> Option<&DutyRule> {
        self.rules.iter().find(|r| r.duty == duty)
    }

    /// Is a strategy switched on? A pack without the table has them all.
    pub fn runs(&self, strategy: Strategy) -> bool {
        self.rules.is_empty() || self.of(strategy.duty()).is_some_and(|r| r.strategies.contains(&strategy))
    }

    /// How a breach of this duty becomes a finding; `None`: it stays on record only.
    pub fn finding_for(&self, duty: Duty) -> Option<&FindingRule> {
        let leads = self.of(duty).is_some_and(|r| r.leads_to == LeadsTo::Finding);
        self.finding.as_ref().filter(|_| leads)
    }

    /// What a post has to do: the duties of its roles.
    pub fn of_post<'a>(&'a self, post: &Post) -> Vec<&'a str> {
        let mut all: Vec<&str> = Vec::new();
        for text in post.roles.iter().filter_map(|role| self.posts.get(role)).flatten() {
            if !all.contains(&text.as_str()) {
                all.push(text);
            }
        }
        all
    }

    /// Units of which a leader's post has charge.
    pub fn in_charge_of<'a>(&'a self, post: &'a str) -> impl Iterator<Item = &'a Name> {
        self.charge.iter().filter(move |(_, leader)| &***leader == post).map(|(unit, _)| unit)
    }

    /// What users call a duty.
    pub fn title(&self, duty: Duty) -> &str {
        self.of(duty).map_or(duty.title(), |r| &r.title)
    }
}

impl Duty {
    /// All nine, with their names in packs and for users.
    pub const ALL: [(&'static str, Duty, &'static str); 9] = [
        ("post-responsibility", Duty::PostResponsibility, "岗位责任制"),
        ("first-asked", Duty::FirstAsked, "首问负责制"),
        ("promise", Duty::Promise, "服务承诺制"),
        ("immediate", Duty::Immediate, "即时办结制"),
        ("ab-post", Duty::AbPost, "AB岗制"),
        ("one-notice", Duty::OneNotice, "一次性告知制"),
        ("one-stop", Duty::OneStop, "一站式服务制"),
        ("leave-notice", Duty::LeaveNotice, "离岗告示制"),
        ("accountability", Duty::Accountability, "责任追究制"),
    ];

    /// Its name in packs.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, d, _)| *d == self).map_or("", |(word, ..)| word)
    }

    /// What users call it.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(_, d, _)| *d == self).map_or("", |(.., title)| title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_strategy_and_every_duty_has_its_word_once() {
        let mut words: Vec<&str> = Strategy::ALL.iter().map(|(word, ..)| *word).collect();
        words.extend(Duty::ALL.iter().map(|(word, ..)| *word));
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
        for (_, strategy, duty) in Strategy::ALL {
            assert_eq!(strategy.duty(), duty, "{strategy:?}");
        }
        for (_, duty, _) in Duty::ALL {
            assert!(Strategy::ALL.iter().any(|(_, _, d)| *d == duty), "{duty:?} has no strategy");
        }
    }

    #[test]
    fn a_pack_without_the_table_runs_every_strategy_and_opens_no_finding() {
        let none = Duties::default();
        assert!(Strategy::ALL.iter().all(|(_, s, _)| none.runs(*s)));
        assert!(Duty::ALL.iter().all(|(_, d, _)| none.finding_for(*d).is_none()));
    }
}
