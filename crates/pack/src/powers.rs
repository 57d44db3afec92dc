//! 权力和责任清单: which unit holds which power, and the four faults of function (越位 错位 缺位 占位) computed from
//! two lists: what is held, and what is done.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Name;

/// 职权: one power or duty at one place, with the unit that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Power {
    /// Division and short code, as an item's: `630222-qsxk`.
    pub code: Name,
    /// 取水许可
    pub title: String,
    /// 行政许可, 行政处罚 ...
    pub kind: String,
    /// The unit that holds it; `None`: a higher layer says that somebody must, a lower one says who.
    pub unit: Option<Name>,
    /// Units that share it by arrangement, the holder being the lead.
    pub with: Vec<Name>,
    /// Exercised without an application: that no item stands for it says nothing.
    pub ex_officio: bool,
    /// Articles, as far as the facts give them.
    pub basis: Vec<String>,
    /// The tenant (division code) it belongs to.
    pub tenant: Name,
    /// Pack file.
    pub file: String,
    /// Line in the file.
    pub line: u32,
}

/// An entry of a list of powers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<'a> {
    /// The power, unique to its place.
    pub power: &'a str,
    /// Who holds it; `None`: the entry only says that somebody must.
    pub unit: Option<&'a str>,
    /// Who shares it by arrangement.
    pub with: Vec<&'a str>,
    /// That nobody did it is a fault: it is asked for, and so somebody would have.
    pub expected: bool,
}

impl Power {
    /// As an entry of a list.
    pub fn held(&self) -> Held<'_> {
        Held {
            power: &self.code,
            unit: self.unit.as_deref(),
            with: self.with.iter().map(|unit| &**unit).collect(),
            expected: !self.ex_officio,
        }
    }
}

/// An act: a unit did what a power is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done<'a> {
    /// The power that the act takes.
    pub power: &'a str,
    /// Who did it.
    pub unit: &'a str,
}

/// 职能错误: one of the four, with the fourth in its two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Misplaced {
    /// 越位: done by a unit, held by nobody.
    Beyond,
    /// 错位: done by a unit, held by another.
    Others,
    /// 缺位: somebody must, nobody holds it and nobody does it.
    Nobodys,
    /// 占位: held, and done by nobody.
    Idle,
    /// 占位: held by two that have not arranged to share it (职责交叉).
    Twice,
}

impl Misplaced {
    /// All, in the order in which they are told.
    pub const ALL: [Misplaced; 5] =
        [Misplaced::Beyond, Misplaced::Others, Misplaced::Nobodys, Misplaced::Idle, Misplaced::Twice];

    /// The word for it: 越位.
    pub fn title(self) -> &'static str {
        match self {
            Misplaced::Beyond => "越位",
            Misplaced::Others => "错位",
            Misplaced::Nobodys => "缺位",
            Misplaced::Idle | Misplaced::Twice => "占位",
        }
    }

    /// What it means.
    pub fn says(self) -> &'static str {
        match self {
            Misplaced::Beyond => "做了哪个单位的清单上都没有的事",
            Misplaced::Others => "做了列在别的单位清单上的事",
            Misplaced::Nobodys => "要有人承担，却没有单位承担",
            Misplaced::Idle => "列在清单上，却没有人办",
            Misplaced::Twice => "两个单位的清单上都有，没有说谁牵头",
        }
    }
}

/// A fault of function, with the entries that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// Which.
    pub fault: Misplaced,
    /// The power.
    pub power: Name,
    /// Who acted, of 越位 and 错位.
    pub by: Option<Name>,
    /// The entries of the list of powers, by their place in it.
    pub held: Vec<usize>,
    /// The acts, by their place in the list of acts.
    pub done: Vec<usize>,
}

/// What is said of one power.
#[derive(Default)]
struct Matter<'a> {
    held: Vec<usize>,
    done: BTreeMap<&'a str, Vec<usize>>,
}

/// The four faults of function between a list of powers and a list of acts, by power.
///
/// ```
/// use xiaoneng_pack::powers::{Done, Held, Misplaced, misfits};
/// let water = Held { power: "water", unit: Some("water-bureau"), with: vec![], expected: true };
/// let found = misfits(&[water], &[Done { power: "water", unit: "town" }]);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].fault, found[0].fault.title()), (Misplaced::Others, "错位"));
/// assert_eq!((found[0].held.as_slice(), found[0].done.as_slice()), (&[0][..], &[0][..]));
/// ```
pub fn misfits(held: &[Held], done: &[Done]) -> Vec<Misfit> {
    let mut matters: BTreeMap<&str, Matter> = BTreeMap::new();
    for (i, entry) in held.iter().enumerate() {
        matters.entry(entry.power).or_default().held.push(i);
    }
    for (i, act) in done.iter().enumerate() {
        matters.entry(act.power).or_default().done.entry(act.unit).or_default().push(i);
    }
    matters.into_iter().flat_map(|(power, matter)| matter.misfits(power, held)).collect()
}

impl Matter<'_> {
    fn misfits(&self, power: &str, held: &[Held]) -> Vec<Misfit> {
        let fault = |fault, by: Option<&str>, held: &[usize], done: &[usize]| Misfit {
            fault,
            power: power.into(),
            by: by.map(Name::from),
            held: held.to_vec(),
            done: done.to_vec(),
        };
        let of: Vec<usize> = self.held.iter().copied().filter(|&i| held[i].unit.is_some()).collect();
        let holds = |unit: &str| of.iter().any(|&i| held[i].unit == Some(unit) || held[i].with.contains(&unit));
        let mut found = Vec::new();
        for (unit, acts) in self.done.iter().filter(|(unit, _)| !holds(unit)) {
            let kind = if of.is_empty() { Misplaced::Beyond } else { Misplaced::Others };
            found.push(fault(kind, Some(unit), if of.is_empty() { &self.held } else { &of }, acts));
        }
        if self.done.is_empty() {
            match of.is_empty() {
                true => found.push(fault(Misplaced::Nobodys, None, &self.held, &[])),
                false if of.iter().any(|&i| held[i].expected) => found.push(fault(Misplaced::Idle, None, &of, &[])),
                false => {}
            }
        }
        let rivals: Vec<usize> =
            of.iter().copied().filter(|&i| of.iter().any(|&j| rivals(&held[i], &held[j]))).collect();
        if !rivals.is_empty() {
            found.push(fault(Misplaced::Twice, None, &rivals, &[]));
        }
        found
    }
}

/// Two that hold the same and of whom neither has let the other share.
fn rivals(one: &Held, other: &Held) -> bool {
    match (one.unit, other.unit) {
        (Some(a), Some(b)) => a != b && !one.with.contains(&b) && !other.with.contains(&a),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held<'a>(power: &'a str, unit: &'a str) -> Held<'a> {
        Held { power, unit: Some(unit), with: Vec::new(), expected: true }
    }

    fn done<'a>(power: &'a str, unit: &'a str) -> Done<'a> {
        Done { power, unit }
    }

    #[track_caller]
    fn one(lists: (&[Held], &[Done])) -> Misfit {
        let found = misfits(lists.0, lists.1);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().expect("one")
    }

    #[test]
    fn who_does_what_he_holds_is_in_his_place() {
        assert!(misfits(&[held("water", "a")], &[done("water", "a"), done("water", "a")]).is_empty());
        assert!(misfits(&[], &[]).is_empty());
    }

    #[test]
    fn to_do_what_nobody_holds_is_to_go_beyond() {
        let found = one((&[held("water", "a")], &[done("water", "a"), done("trees", "b"), done("trees", "b")]));
        assert_eq!((found.fault, &*found.power, found.by.as_deref()), (Misplaced::Beyond, "trees", Some("b")));
        assert_eq!(found.done, [1, 2], "the acts are named");
        let duty = Held { unit: None, ..held("trees", "") };
        let found = one((&[duty], &[done("trees", "b")]));
        assert_eq!((found.fault, found.held.as_slice()), (Misplaced::Beyond, &[0][..]), "a duty given to nobody");
    }

    #[test]
    fn to_do_what_another_holds_is_to_stand_in_his_place() {
        let found = one((&[held("water", "a")], &[done("water", "b")]));
        assert_eq!(
            (found.fault, found.held.as_slice(), found.done.as_slice()),
            (Misplaced::Others, &[0][..], &[0][..])
        );
    }

    #[test]
    fn who_shares_by_arrangement_is_in_his_place() {
        let shared = Held { with: vec!["b"], ..held("water", "a") };
        assert!(misfits(std::slice::from_ref(&shared), &[done("water", "a"), done("water", "b")]).is_empty());
        assert!(misfits(&[shared, held("water", "b")], &[done("water", "b")]).is_empty());
    }

    #[test]
    fn a_duty_that_nobody_holds_or_does_is_missing() {
        let found = one((&[Held { unit: None, ..held("trees", "") }], &[]));
        assert_eq!((found.fault, found.fault.title(), found.held.as_slice()), (Misplaced::Nobodys, "缺位", &[0][..]));
        // A lower layer says who: nothing is missing.
        let lists = [Held { unit: None, ..held("trees", "") }, held("trees", "a")];
        assert!(misfits(&lists, &[done("trees", "a")]).is_empty());
    }

    #[test]
    fn what_is_held_and_not_done_is_occupied_unless_nobody_asks_for_it() {
        assert_eq!(one((&[held("water", "a")], &[])).fault, Misplaced::Idle);
        assert!(misfits(&[Held { expected: false, ..held("fines", "a") }], &[]).is_empty());
    }

    #[test]
    fn what_two_hold_is_occupied_twice() {
        let found = one((&[held("water", "a"), held("water", "b"), held("water", "a")], &[done("water", "a")]));
        assert_eq!(
            (found.fault, found.fault.title(), found.held.as_slice()),
            (Misplaced::Twice, "占位", &[0, 1, 2][..])
        );
    }

    mod any_lists {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            /// Every act of one who does not hold it is told exactly once, and no act of one who does.
            #[test]
            fn prop_each_act_is_in_its_place_or_told(
                list in proptest::collection::vec((0usize..4, proptest::option::of(0usize..3)), 0..8),
                acts in proptest::collection::vec((0usize..4, 0usize..3), 0..12),
            ) {
                const POWERS: [&str; 4] = ["p", "q", "r", "s"];
                const UNITS: [&str; 3] = ["a", "b", "c"];
                let held: Vec<Held> = list.iter()
                    .map(|(p, u)| Held { power: POWERS[*p], unit: u.map(|u| UNITS[u]), with: vec![], expected: true })
                    .collect();
                let done: Vec<Done> = acts.iter().map(|(p, u)| Done { power: POWERS[*p], unit: UNITS[*u] }).collect();
                let found = misfits(&held, &done);
                for (i, act) in done.iter().enumerate() {
                    let holds = held.iter().any(|h| h.power == act.power && h.unit == Some(act.unit));
                    let told = found.iter().filter(|m| m.done.contains(&i)).count();
                    prop_assert_eq!(told, usize::from(!holds), "{:?}", act);
                }
            }
        }
    }
}
