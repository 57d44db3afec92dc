//! Two worlds beside each other: what a new version of the rules adds, changes and drops, entry by entry.
//!
//! The comparison is of what was *compiled*: a comment moved or a table written in another order is no change.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Name, Spot, World};

mod entries;
mod say;

/// What kind of entry; the order is that of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 法
    Law,
    /// 时限库里的一条
    Limit,
    /// 放假安排
    Notice,
    /// 日历的其他规定
    Calendar,
    /// 程序
    Procedure,
    /// 状态
    State,
    /// 动作
    Action,
    /// 程序里的时限
    Clock,
    /// 字段
    Field,
    /// 子件
    Children,
    /// 文书
    Letter,
    /// 事项
    Item,
    /// 区划
    Division,
    /// 单位
    Unit,
    /// 岗位
    Post,
    /// 人员
    Officer,
    /// 词表
    Words,
    /// 数值
    Value,
}

impl Kind {
    /// The word for users.
    ///
    /// ```
    /// use xiaoneng_pack::compare::Kind;
    /// assert_eq!(Kind::Clock.title(), "计时");
    /// ```
    pub fn title(self) -> &'static str {
        match self {
            Kind::Law => "法",
            Kind::Limit => "时限",
            Kind::Notice => "放假安排",
            Kind::Calendar => "日历",
            Kind::Procedure => "程序",
            Kind::State => "状态",
            Kind::Action => "动作",
            Kind::Clock => "计时",
            Kind::Field => "字段",
            Kind::Children => "子件",
            Kind::Letter => "文书",
            Kind::Item => "事项",
            Kind::Division => "区划",
            Kind::Unit => "单位",
            Kind::Post => "岗位",
            Kind::Officer => "人员",
            Kind::Words => "词表",
            Kind::Value => "数值",
        }
    }
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// 新增
    Added,
    /// 修改
    Changed,
    /// 删去
    Dropped,
}

impl What {
    /// The word for users.
    pub fn title(self) -> &'static str {
        match self {
            What::Added => "新增",
            What::Changed => "修改",
            What::Dropped => "删去",
        }
    }
}

/// Which cases a change can touch. The terms of a case are frozen when it is opened; the calendar, the form of its
/// procedure and the posts are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Touches {
    /// Cases that are open now, too.
    Open,
    /// Only cases opened afterwards.
    New,
    /// No case: what is shown.
    Shown,
}

impl Touches {
    /// The words for users.
    pub fn title(self) -> &'static str {
        match self {
            Touches::Open => "涉及在办件",
            Touches::New => "只管以后开办的",
            Touches::Shown => "只改显示",
        }
    }
}

/// One key of an entry, on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The key as packs write it: `limit`, `to`.
    pub key: String,
    /// In Chinese.
    pub title: String,
    /// What stood there; empty: nothing.
    pub before: String,
    /// What stands there now.
    pub after: String,
}

/// One entry that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind of entry.
    pub kind: Kind,
    /// What became of it.
    pub what: What,
    /// The procedure it is a part of; empty for entries of their own.
    pub of: String,
    /// Its id.
    pub id: String,
    /// Its title, the new one where it has two.
    pub title: String,
    /// The keys that differ; empty for what was added or dropped.
    pub parts: Vec<Part>,
    /// Where it stood.
    pub before: Option<Spot>,
    /// Where it stands.
    pub after: Option<Spot>,
    /// Which cases it can touch.
    pub touches: Touches,
}

/// All changes from one world to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The version before.
    pub before: String,
    /// The version after.
    pub after: String,
    /// Entry by entry, in the order of kinds and ids.
    pub changes: Vec<Change>,
}

/// Compares two worlds.
///
/// ```
/// let world = xiaoneng_packbox::world();
/// assert!(xiaoneng_pack::compare::compare(&world, &world).changes.is_empty());
/// ```
pub fn compare(before: &World, after: &World) -> Difference {
    let mut changes = Vec::new();
    if before.version != after.version {
        let (old, new) = (entries::all(before), entries::all(after));
        let keys: BTreeSet<&entries::Key> = old.keys().chain(new.keys()).collect();
        for key in keys {
            changes.extend(entries::change(key, old.get(key), new.get(key)));
        }
    }
    Difference { before: before.version.clone(), after: after.version.clone(), changes }
}

impl Difference {
    /// SHA-256 over all changes, hex: what a person has seen who puts the new version into effect.
    pub fn hash(&self) -> String {
        // OK because a difference holds nothing but texts and lists.
        let text = serde_json::to_string(&self.changes).unwrap_or_default();
        hex::encode(Sha256::digest(format!("{}\n{}\n{text}", self.before, self.after)))
    }

    /// How many of each kind were added, changed, dropped.
    pub fn counts(&self) -> BTreeMap<Kind, [usize; 3]> {
        let mut counts: BTreeMap<Kind, [usize; 3]> = BTreeMap::new();
        for change in &self.changes {
            counts.entry(change.kind).or_default()[change.what as usize] += 1;
        }
        counts
    }

    /// Changes of one kind that dropped their entry.
    pub fn dropped(&self, kind: Kind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |c| c.kind == kind && c.what == What::Dropped)
    }
}

impl Change {
    /// 修改 计时 licence decide（作出决定）
    pub fn headline(&self) -> String {
        let of = if self.of.is_empty() { String::new() } else { format!("{} ", self.of) };
        let title = if self.title.is_empty() || self.title == self.id {
            String::new()
        } else {
            format!("（{}）", self.title)
        };
        format!("{} {} {of}{}{title}", self.what.title(), self.kind.title(), self.id)
    }

    /// The same in a sentence, for the reason of a moved date: 计时“作出决定”的时限由 … 改为 ….
    pub fn in_words(&self) -> String {
        let name = if self.title.is_empty() { &self.id } else { &self.title };
        let head = format!("{}“{name}”", self.kind.title());
        if self.parts.is_empty() {
            return format!("{}{head}", self.what.title());
        }
        let part = |p: &Part| {
            let word = |w: &str| if w.is_empty() { "（无）".to_owned() } else { w.to_owned() };
            format!("{}由 {} 改为 {}", p.title, word(&p.before), word(&p.after))
        };
        format!("{head}的{}", self.parts.iter().map(part).collect::<Vec<_>>().join("，"))
    }

    /// The file and line to look at: the new one, else the old.
    pub fn place(&self) -> Option<&Spot> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// What of a case a difference can move: cases outside it need not be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Every case: the calendar.
    pub all: bool,
    /// Cases of these procedures.
    pub procedures: BTreeSet<Name>,
    /// Cases held by these posts.
    pub posts: BTreeSet<Name>,
    /// Cases that these units decide.
    pub units: BTreeSet<Name>,
}

impl Reach {
    /// Of a difference between two worlds.
    pub fn of(difference: &Difference, before: &World, after: &World) -> Reach {
        let mut reach = Reach::default();
        for change in &difference.changes {
            let id = Name::from(&*change.id);
            match change.kind {
                Kind::Notice | Kind::Calendar => reach.all = true,
                Kind::Procedure => drop(reach.procedures.insert(id)),
                Kind::State | Kind::Action | Kind::Clock | Kind::Field | Kind::Children => {
                    reach.procedures.insert(Name::from(&*change.of));
                }
                Kind::Limit => [before, after].into_iter().for_each(|world| reach.limit(world, &id)),
                Kind::Unit => drop(reach.units.insert(id)),
                Kind::Post => drop(reach.posts.insert(id)),
                Kind::Officer => {
                    let held = [before, after].into_iter().flat_map(|w| w.org.posts_of_officer(&id));
                    reach.posts.extend(held.map(|p| p.id.clone()));
                }
                Kind::Law | Kind::Letter | Kind::Item | Kind::Division | Kind::Words | Kind::Value => {}
            }
        }
        reach
    }

    /// Procedures with a clock on this limit, by its series or by its own id; and those whose items name the law's.
    fn limit(&mut self, world: &World, id: &str) {
        use crate::LimitRef;
        let series = world.limits.all().find(|v| &*v.id == id).map_or(id, |v| &v.series);
        let on = |limit: &LimitRef| match limit {
            LimitRef::Series(name) => &**name == id || &**name == series,
            // What an item's law was is frozen in the case; it may be any series.
            LimitRef::Item => true,
            LimitRef::Step(_) | LimitRef::Until(_) | LimitRef::Period => false,
        };
        let hit = world.procedures.iter().filter(|(_, p)| p.clocks.values().any(|c| on(&c.limit)));
        self.procedures.extend(hit.map(|(name, _)| name.clone()));
    }

    /// Can it move nothing at all?
    pub fn is_empty(&self) -> bool {
        !self.all && self.procedures.is_empty() && self.posts.is_empty() && self.units.is_empty()
    }

    /// Can it move this case?
    pub fn holds(&self, procedure: &str, unit: &str, posts: &[Option<&str>]) -> bool {
        self.all
            || self.procedures.contains(procedure)
            || self.units.contains(unit)
            || posts.iter().flatten().any(|p| self.posts.contains(*p))
    }
}
