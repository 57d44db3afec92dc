//! The library of limits: series, each a list of dated versions with their article.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xiaoneng_calendar::{Direction, Length};

use crate::{IndexMap, Name};

mod find;
mod law;
mod silence;

pub use law::{Law, Rank};
pub use silence::{AsOf, Outcome, Silence};

/// Series by id, and versions by their own id; the laws that they stand in.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LimitLibrary {
    /// Laws by id, in the order of the packs' files.
    pub laws: IndexMap<Name, Law>,
    /// Versions of each series, oldest first, without gaps that overlap.
    pub series: IndexMap<Name, Vec<LimitVersion>>,
    /// Where each version stands in `series`; see [`LimitLibrary::index`].
    #[serde(skip)]
    pub(crate) of_id: IndexMap<Name, (usize, usize)>,
}

/// One limit as one law says it, for the time it is in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LimitVersion {
    /// `XK-42-1`
    pub id: Name,
    /// The series it belongs to (often the same word).
    pub series: Name,
    /// The law that it stands in, by its id: `XK`; empty for a local rule that is named only by its title.
    pub law_id: Name,
    /// 中华人民共和国行政许可法
    pub law: String,
    /// 第四十二条第一款
    pub article: String,
    /// In force from this day.
    pub from: Date,
    /// In force up to and including this day; `None`: still in force.
    pub to: Option<Date>,
    /// Why nothing was in force between the version before and this one; empty where nothing lies between.
    pub gap: String,
    /// Who is bound.
    pub bound: String,
    /// What starts it, in the law's sense.
    pub starts: String,
    /// What stops it.
    pub stops: String,
    /// How long and in what kind of day; `None` where the law gives no length that is a number.
    pub length: Option<Length>,
    /// Which way it is counted: forward, back from an event, as a minimum wait, or with a roll to earlier.
    pub direction: Direction,
    /// Why there is no length (当场; the law sets none); empty where there is one.
    pub open: String,
    /// Extension in the same kind of day.
    pub extension: Option<Extension>,
    /// What else the law says of an extension: that it has no number, or on what condition.
    pub extension_note: String,
    /// What is not counted.
    pub excluded: String,
    /// What silence does, for programs: what becomes of the matter, and as of when.
    pub silence: Silence,
    /// What silence does, in a sentence.
    pub on_lapse: String,
    /// By what authority a day is that kind of day.
    pub count_authority: String,
    /// How the text was seen.
    pub evidence: Evidence,
    /// File and line.
    pub file: String,
    /// Line in the file.
    pub line: u32,
}

/// 延长.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extension {
    /// How many more, in the limit's own kind.
    pub by: u32,
    /// Who approves.
    pub approver: String,
    /// How often.
    pub times: u32,
}

/// How a limit is evidenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The text was read.
    Seen,
    /// Read in another text that cites it.
    Indirect,
    /// The kind of day (of a limit without a length: the length) is open: every answer says so.
    Doubtful,
}

impl Evidence {
    /// The word for users.
    ///
    /// ```
    /// use xiaoneng_pack::limits::Evidence;
    /// assert_eq!(Evidence::Indirect.title(), "转引");
    /// ```
    pub fn title(self) -> &'static str {
        match self {
            Self::Seen => "原文",
            Self::Indirect => "转引",
            Self::Doubtful => "存疑",
        }
    }
}

/// Why a limit cannot be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LimitError {
    /// No such id.
    #[error("没有“{asked}”这个时限；可用 xiaoneng limits 查找{}", alike(.near))]
    Unknown {
        /// What was asked.
        asked: String,
        /// Ids that look alike.
        near: Vec<Name>,
    },
    /// Known, but not in force on that day.
    #[error("{id} 在 {on} 不在施行期内（{from} 起{}）{}", ended(.to), other(.instead))]
    OutOfForce {
        /// The version asked for.
        id: Name,
        /// The day.
        on: Date,
        /// In force from.
        from: Date,
        /// In force to.
        to: Option<Date>,
        /// The version of its series that is in force that day.
        instead: Option<Name>,
    },
}

fn alike(near: &[Name]) -> String {
    if near.is_empty() { String::new() } else { format!("。相近的有：{}", near.join("、")) }
}
fn ended(to: &Option<Date>) -> String {
    to.map_or(String::new(), |d| format!("，至 {d} 止"))
}
fn other(instead: &Option<Name>) -> String {
    instead.as_ref().map_or("，本库没有当日施行的同类时限".into(), |n| format!("，当日施行的是 {n}"))
}

impl LimitLibrary {
    /// The version that governs a clock of `series` (or of a version's id) that starts on `on`.
    ///
    /// # Errors
    /// [`LimitError::Unknown`], with ids that are near. Asked by the id of a version that is out of force:
    /// [`LimitError::OutOfForce`], which names the one in force.
    ///
    /// ```
    /// use jiff::civil::date;
    /// let world = xiaoneng_packbox::world();
    /// let petition = world.limits.in_force("XF-33", date(2015, 8, 20)).unwrap();
    /// assert_eq!((&*petition.id, petition.in_words()), ("XF05-33", "60日".to_owned()));
    /// let refused = world.limits.in_force("XF22-34", date(2015, 8, 20)).unwrap_err();
    /// assert!(refused.to_string().ends_with("当日施行的是 XF05-33"));
    /// ```
    pub fn in_force(&self, id: &str, on: Date) -> Result<&LimitVersion, LimitError> {
        if let Some(versions) = self.series.get(id)
            && let Some(v) = versions.iter().find(|v| v.in_force_on(on))
        {
            return Ok(v);
        }
        let Some(version) = self.series.values().flatten().find(|v| &*v.id == id || &*v.series == id) else {
            return Err(LimitError::Unknown { asked: id.chars().take(40).collect(), near: self.near(id) });
        };
        if &*version.id == id && version.in_force_on(on) {
            return Ok(version);
        }
        let instead = self.series[&version.series].iter().find(|v| v.in_force_on(on)).map(|v| v.id.clone());
        Err(LimitError::OutOfForce { id: version.id.clone(), on, from: version.from, to: version.to, instead })
    }

    /// [`LimitLibrary::in_force`] where nobody asks why not: the version that governs, if one does.
    pub fn governing(&self, id: &str, on: Date) -> Option<&LimitVersion> {
        let version = match self.series.get(id) {
            Some(versions) => return versions.iter().find(|v| v.in_force_on(on)),
            None => self.of_id.get(id).and_then(|(series, n)| self.series.get_index(*series)?.1.get(*n)),
        };
        version.filter(|v| v.in_force_on(on))
    }

    /// Remember where each version stands: every clock asks. The loader calls it once, whoever changes `series` calls
    /// it again.
    pub fn index(&mut self) {
        self.of_id.clear();
        for (place, versions) in self.series.values().enumerate() {
            for (n, version) in versions.iter().enumerate() {
                self.of_id.insert(version.id.clone(), (place, n));
            }
        }
    }

    /// Every version of every series.
    pub fn all(&self) -> impl Iterator<Item = &LimitVersion> {
        self.series.values().flatten()
    }
}

impl LimitVersion {
    /// In force on that day?
    pub fn in_force_on(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }

    /// Is there a day on which both are in force?
    pub fn overlaps(&self, other: &Self) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }

    /// How long and which way it is counted: 20个工作日; 至少提前7个工作日; 满30日以后; 当日，遇休息日提前.
    pub fn in_words(&self) -> String {
        let Some(length) = self.length else { return "没有天数".to_owned() };
        let yearly = |length: Length| match length {
            Length::FixedDate { .. } => format!("每年{length}以前"),
            _ => length.to_string(),
        };
        match self.direction {
            Direction::Forward => yearly(length),
            Direction::Backward => format!("至少提前{length}"),
            Direction::NotBefore => format!("满{length}以后"),
            Direction::ShiftBack => format!("{}，遇休息日提前", yearly(length)),
        }
    }

    /// Does this limit bind at least as tightly as another? `None`: the two are of different kinds,
    /// and no one can say (10 working days may be longer or shorter than 14 days).
    ///
    /// A shorter limit is tighter; of a minimum wait or a notice in advance the longer is.
    pub fn is_as_tight_as(&self, other: &Self) -> Option<bool> {
        if self.direction != other.direction {
            return None;
        }
        let (mine, theirs) = match (self.length?, other.length?) {
            (Length::Workdays(a), Length::Workdays(b))
            | (Length::Days(a), Length::Days(b))
            | (Length::Months(a), Length::Months(b))
            | (Length::Years(a), Length::Years(b))
            | (Length::Hours(a), Length::Hours(b)) => (a, b),
            (a, b) => return (a == b).then_some(true),
        };
        let more = |e: &Option<Extension>| e.as_ref().map_or(0, |e| e.by.saturating_mul(e.times));
        Some(match self.direction {
            Direction::Backward | Direction::NotBefore => mine >= theirs,
            Direction::Forward | Direction::ShiftBack => {
                mine <= theirs && more(&self.extension) <= more(&other.extension)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(length: Length, direction: Direction, more: u32) -> LimitVersion {
        LimitVersion {
            id: "x".into(),
            series: "x".into(),
            law_id: "".into(),
            law: String::new(),
            article: String::new(),
            from: jiff::civil::date(2004, 7, 1),
            to: None,
            gap: String::new(),
            bound: String::new(),
            starts: String::new(),
            stops: String::new(),
            length: Some(length),
            direction,
            open: String::new(),
            extension: (more > 0).then(|| Extension { by: more, approver: "负责人".into(), times: 1 }),
            extension_note: String::new(),
            excluded: String::new(),
            silence: Silence::default(),
            on_lapse: String::new(),
            count_authority: String::new(),
            evidence: Evidence::Seen,
            file: String::new(),
            line: 0,
        }
    }

    #[test]
    fn tighter_is_shorter_within_one_kind_of_day_and_longer_for_a_wait() {
        let tight = |a: Length, b: Length, way: Direction| limit(a, way, 0).is_as_tight_as(&limit(b, way, 0));
        assert_eq!(tight(Length::Workdays(10), Length::Workdays(20), Direction::Forward), Some(true));
        assert_eq!(tight(Length::Workdays(21), Length::Workdays(20), Direction::Forward), Some(false));
        assert_eq!(tight(Length::Workdays(10), Length::Days(60), Direction::Forward), None);
        assert_eq!(tight(Length::Days(20), Length::Days(30), Direction::NotBefore), Some(false));
        assert_eq!(tight(Length::Days(30), Length::Days(20), Direction::Backward), Some(true));
        let (plain, way) = (Length::Workdays(20), Direction::Forward);
        assert_eq!(limit(plain, way, 10).is_as_tight_as(&limit(plain, way, 5)), Some(false));
    }
}
