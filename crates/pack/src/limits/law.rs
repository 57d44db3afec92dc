//! The instruments that limits stand in.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Name;

/// One instrument (信访工作条例): what its limits have in common.
///
/// A law that was replaced is another instrument, with a name of its own: `XF05`, `XF22`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Law {
    /// `XF22`: short, stable, stands in addresses.
    pub id: Name,
    /// 信访工作条例
    pub title: String,
    /// Which text of it: 2023 年修订; empty where there is only one here.
    pub edition: String,
    /// Its rank.
    pub rank: Rank,
    /// In force from this day.
    pub from: Date,
    /// In force up to and including this day; `None`: still in force.
    pub to: Option<Date>,
    /// What its "day" is, and by what article.
    pub days: String,
    /// The instrument that it replaced: `XF05`.
    pub replaces: Option<Name>,
    /// Whose it is, where it is another place's: 河南省安阳市. Such a law binds nobody here; it is kept to compare.
    pub place: String,
    /// What one should know besides.
    pub note: String,
    /// File in the packs.
    pub file: String,
    /// Line in the file.
    pub line: u32,
}

/// What kind of instrument it is; the order is that of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// 法律
    Law,
    /// 行政法规
    Regulation,
    /// 党内法规
    Party,
    /// 司法解释
    Interpretation,
    /// 部门规章
    Rules,
    /// 规范性文件: a document of the administration that is no law.
    Document,
    /// 地方性法规
    Local,
    /// 地方做法: no law, a published practice.
    Practice,
}

impl Rank {
    /// Every rank, in the order of the lists.
    pub const ALL: [Self; 8] = [
        Self::Law,
        Self::Regulation,
        Self::Party,
        Self::Interpretation,
        Self::Rules,
        Self::Document,
        Self::Local,
        Self::Practice,
    ];

    /// The word for programs and packs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Regulation => "regulation",
            Self::Party => "party",
            Self::Interpretation => "interpretation",
            Self::Rules => "rules",
            Self::Document => "document",
            Self::Local => "local",
            Self::Practice => "practice",
        }
    }

    /// The word for users.
    ///
    /// ```
    /// use xiaoneng_pack::limits::Rank;
    /// assert_eq!(Rank::Regulation.title(), "行政法规");
    /// ```
    pub fn title(self) -> &'static str {
        match self {
            Self::Law => "法律",
            Self::Regulation => "行政法规",
            Self::Party => "党内法规",
            Self::Interpretation => "司法解释",
            Self::Rules => "部门规章",
            Self::Document => "规范性文件",
            Self::Local => "地方性法规",
            Self::Practice => "地方做法",
        }
    }
}

impl Law {
    /// Its title as lists show it, without 中华人民共和国 before it and with its edition after it.
    pub fn name(&self) -> String {
        let title = self.title.strip_prefix("中华人民共和国").unwrap_or(&self.title);
        if self.edition.is_empty() { title.to_owned() } else { format!("{title}（{}）", self.edition) }
    }

    /// In force on that day?
    pub fn in_force_on(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}
