//! What the calendar is built from: the State Council's yearly notices and the statutory
//! feast days, as they stand in the pack (`packs/cn/calendar/*.toml`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// `notices.toml`: the notices, in order of publication.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Notices {
    /// The notices. A later one supersedes an earlier one for the dates that it names.
    #[serde(default)]
    pub notice: Vec<Notice>,
}

/// One notice of the State Council (or its General Office) on holidays and make-up days.
///
/// ```
/// use xiaoneng_calendar::{DayKind, Notice};
/// let notice: Notice = toml::from_str(r#"
///     number = "国办发明电〔2014〕28号"
///     year = 2015
///     dated = "2014-12-16"
///     published = "2014-12-16"
///     url = "http://www.gov.cn/zhengce/content/2014-12/16/content_9302.htm"
///     days = [
///       { date = "2015-01-01", kind = "off", name = "元旦" },
///       { date = "2015-01-04", kind = "work", name = "元旦" },
///     ]
/// "#)?;
/// assert_eq!(notice.days[1].kind, DayKind::Work);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The number on the paper, e.g. 国办发明电〔2014〕28号.
    pub number: String,
    /// The year whose holidays it arranges.
    pub year: i16,
    /// For a notice that changes a year already arranged: the number of the notice it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<String>,
    /// The date on the paper.
    pub dated: Date,
    /// The day it was published: from this day on (inclusive) it is known.
    pub published: Date,
    /// Where it can be read.
    pub url: String,
    /// The days it names.
    pub days: Vec<NoticeDay>,
}

/// One day that a notice names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeDay {
    /// The day.
    pub date: Date,
    /// Off or at work.
    pub kind: DayKind,
    /// The feast for whose sake, e.g. 国庆节.
    pub name: String,
}

/// What a notice makes of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A day off: a feast day, or a weekday swapped for a weekend day.
    Off,
    /// A weekend day on which one works (调休上班).
    Work,
}

/// `statutory.toml`: which feast days the law knows, and on which days they fall.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Statutory {
    /// From which day of December on a year still hangs on the next year's notice
    /// (29: notices have touched 29 December of the year before, never an earlier day).
    pub late_december_from: i8,
    /// The regimes, in order of the day they became known.
    pub regime: Vec<Regime>,
    /// The moving feasts of each year.
    pub anchor: Vec<Anchors>,
}

/// One version of the rule on statutory holidays (全国年节及纪念日放假办法).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// The order, e.g. 国务院令第513号.
    pub order: String,
    /// The day from which (inclusive) it was known.
    pub known_from: Date,
    /// The first year that it governs.
    pub from_year: i16,
    /// The feasts, one entry for each unbroken run of days.
    pub feasts: Vec<Feast>,
}

/// A run of statutory days off: on a fixed date (`month`, `day`) or at an `anchor`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Feast {
    /// The feast's name, e.g. 国庆节.
    pub name: String,
    /// Where the run begins, for a fixed date: the month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<i8>,
    /// Where the run begins, for a fixed date: the day of the month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<i8>,
    /// Where the run begins, for a moving feast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// Days between the anchor and the first day of the run (-1 for the eve of 春节).
    #[serde(default)]
    pub offset: i8,
    /// How many days the run has.
    pub days: u8,
}

/// The moving feasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// 春节: the first day of the first lunar month.
    Spring,
    /// 清明: a solar term.
    Qingming,
    /// 端午: the fifth day of the fifth lunar month.
    Duanwu,
    /// 中秋: the fifteenth day of the eighth lunar month.
    MidAutumn,
}

/// The days on which the moving feasts of one year fall.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Anchors {
    /// The year.
    pub year: i16,
    /// 春节, the first day.
    pub spring: Date,
    /// 清明.
    pub qingming: Date,
    /// 端午.
    pub duanwu: Date,
    /// 中秋.
    pub mid_autumn: Date,
}

impl Anchors {
    /// The day of one moving feast.
    pub fn on(&self, anchor: Anchor) -> Date {
        match anchor {
            Anchor::Spring => self.spring,
            Anchor::Qingming => self.qingming,
            Anchor::Duanwu => self.duanwu,
            Anchor::MidAutumn => self.mid_autumn,
        }
    }
}
