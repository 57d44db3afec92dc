//! What silence does: what the law makes of a limit that ran out.

use serde::{Deserialize, Serialize};

/// What becomes of the matter when the limit runs out and nothing was done, and as of when.
///
/// The anchors differ from law to law: a licence's application counts as accepted from the day it was
/// received (行政许可法 32), a reconsideration's since 2024 from the end of the five days (行政复议法 30).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Silence {
    /// What becomes of it.
    pub becomes: Outcome,
    /// As of when; `None` only where nothing becomes of it.
    pub as_of: Option<AsOf>,
}

/// Which end of the limit the consequence counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsOf {
    /// From what started the limit.
    Start,
    /// From the limit's end.
    End,
}

/// What the law makes of silence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 视为受理
    Accepted,
    /// 视为准予
    Granted,
    /// 视为同意
    Agreed,
    /// 视为已经订立
    Concluded,
    /// 视为放弃
    Withdrawn,
    /// 视为没有证据、依据
    Unproven,
    /// 发生效力: what was decided or agreed takes effect.
    InForce,
    /// 终止: a procedure, a measure or a sanction ends.
    Ended,
    /// 不能再主张: a right, or an authority's power, is gone.
    RightEnds,
    /// 可以另寻救济: nothing is deemed, another way opens.
    Remedy,
    /// 承担不利后果: a surcharge, an entry in a list, enforcement.
    Liable,
    /// 没有规定: the law deems nothing; the prose says what else there is.
    #[default]
    None,
}

impl AsOf {
    /// Both ends.
    pub const ALL: [Self; 2] = [Self::Start, Self::End];

    /// The word for programs and packs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 12] = [
        Self::Accepted,
        Self::Granted,
        Self::Agreed,
        Self::Concluded,
        Self::Withdrawn,
        Self::Unproven,
        Self::InForce,
        Self::Ended,
        Self::RightEnds,
        Self::Remedy,
        Self::Liable,
        Self::None,
    ];

    /// The word for programs and packs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Granted => "granted",
            Self::Agreed => "agreed",
            Self::Concluded => "concluded",
            Self::Withdrawn => "withdrawn",
            Self::Unproven => "unproven",
            Self::InForce => "in-force",
            Self::Ended => "ended",
            Self::RightEnds => "right-ends",
            Self::Remedy => "remedy",
            Self::Liable => "liable",
            Self::None => "none",
        }
    }

    /// The words for users.
    ///
    /// ```
    /// use xiaoneng_pack::limits::Outcome;
    /// assert_eq!(Outcome::Accepted.title(), "视为受理");
    /// ```
    pub fn title(self) -> &'static str {
        match self {
            Self::Accepted => "视为受理",
            Self::Granted => "视为准予",
            Self::Agreed => "视为同意",
            Self::Concluded => "视为已经订立",
            Self::Withdrawn => "视为放弃",
            Self::Unproven => "视为没有证据、依据",
            Self::InForce => "发生效力",
            Self::Ended => "终止",
            Self::RightEnds => "不能再主张",
            Self::Remedy => "可以另寻救济",
            Self::Liable => "承担不利后果",
            Self::None => "没有规定",
        }
    }
}

impl Outcome {
    /// Something counts as done though nobody did it (视为…): then the day that it counts from matters.
    pub fn is_deemed(self) -> bool {
        !matches!(self, Self::Ended | Self::RightEnds | Self::Remedy | Self::Liable | Self::None)
    }
}

impl Silence {
    /// In a few words: 视为受理，从起算那天算起.
    ///
    /// ```
    /// use xiaoneng_pack::limits::{AsOf, Outcome, Silence};
    /// let accepted = Silence { becomes: Outcome::Accepted, as_of: Some(AsOf::Start) };
    /// assert_eq!(accepted.in_words(), "视为受理，从起算那天算起");
    /// let ended = Silence { becomes: Outcome::RightEnds, as_of: Some(AsOf::End) };
    /// assert_eq!(ended.in_words(), "期满后不能再主张");
    /// assert_eq!(Silence::default().in_words(), "没有规定");
    /// ```
    pub fn in_words(self) -> String {
        let title = self.becomes.title();
        match self.as_of {
            Some(AsOf::Start) => format!("{title}，从起算那天算起"),
            Some(AsOf::End) if self.becomes.is_deemed() => format!("{title}，从期满那天算起"),
            Some(AsOf::End) => format!("期满后{title}"),
            None => title.to_owned(),
        }
    }

    /// The same with the day itself: 视为受理，从2015-08-20算起. The day is already in words.
    pub fn on(self, day: &str) -> String {
        let title = self.becomes.title();
        match self.as_of {
            Some(AsOf::End) if !self.becomes.is_deemed() => format!("{day}期满后{title}"),
            _ => format!("{title}，从{day}算起"),
        }
    }
}
