//! 灯: what a clock shows.

use serde::{Deserialize, Serialize};

/// 灯: a clock's state to the eye. Ordered: a light that is on only goes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Light {
    /// 正常
    Green,
    /// 临期
    Yellow,
    /// 超期
    Red,
    /// 暂停计时
    Paused,
    /// 按期办结
    Met,
    /// 超期办结
    Missed,
}

impl Light {
    /// The word used in rows and addresses.
    pub fn id(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
            Light::Paused => "paused",
            Light::Met => "met",
            Light::Missed => "missed",
        }
    }

    /// What users see.
    pub fn title(self) -> &'static str {
        match self {
            Light::Green => "正常",
            Light::Yellow => "临期",
            Light::Red => "超期",
            Light::Paused => "暂停计时",
            Light::Met => "按期办结",
            Light::Missed => "超期办结",
        }
    }
}
