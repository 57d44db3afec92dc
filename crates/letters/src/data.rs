//! What a letter needs to be written: values, no more.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use xiaoneng_calendar::DayCell;

use crate::{Addressee, Written};

/// One letter, ready to be written; as it was issued it is kept in this form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LetterData {
    /// The jurisdiction: 民和回族土族自治县.
    pub tenant: String,
    /// Who issues it, in red: 民和县自然资源局.
    pub unit: String,
    /// 文书号: 民自然资受〔2015〕137号; none before it is given.
    pub number: Option<String>,
    /// 办件编号.
    pub case_number: String,
    /// To whom, each on a sheet of his own; nobody: a notice to everyone.
    pub to: Vec<Addressee>,
    /// 农村宅基地审批.
    pub item: String,
    /// Articles as the pack writes them: `行政许可法 32`. Empty: 依法.
    pub basis: Vec<String>,
    /// Who answers for it.
    pub officer: Contact,
    /// The day on it.
    pub date: Date,
    /// Where the matter can be followed; told to whom it belongs, and to nobody else.
    pub track: Option<Track>,
    /// The sealing as recorded (2015年8月20日 用印登记第 88 号); none: not issued yet.
    pub sealed: Option<String>,
    /// Made by the demo: said on the paper.
    pub demo: bool,
    /// Which letter, with its own values.
    pub letter: Letter,
}

/// Who one can ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// 马文秀
    pub name: String,
    /// 窗口岗
    pub post: String,
    /// 0972-0000101
    pub phone: String,
    /// Where.
    pub address: String,
    /// When.
    pub hours: String,
}

/// Where the matter can be followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// The address in the QR code.
    pub url: String,
    /// 查询码, to type in by hand.
    pub code: String,
}

/// How a limit's date was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// What lies behind the promise: 法定的期限为20个工作日，至…; empty if nothing was promised.
    pub statute: String,
    /// Its basis in words.
    pub basis: String,
    /// The strip's text twin.
    pub text: String,
    /// The strip; empty for none.
    pub strip: Vec<DayCell>,
    /// Hangs on days not yet published.
    pub provisional: bool,
}

/// One thing that is missing or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// 建房承诺书
    pub name: String,
    /// 未提交; 复印件看不清.
    pub fault: String,
    /// 原件 1 份，窗口有样表.
    pub mend: String,
}

/// The letters, by what they alone say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Letter {
    /// One that the procedure itself writes.
    Own(Written),
    /// 一次性告知书
    Correction {
        /// When the papers came in.
        received: Date,
        /// All that is missing.
        missing: Vec<Missing>,
        /// A word on all of it.
        note: String,
        /// Who helps.
        helper: Contact,
    },
    /// 送达回证
    Delivery {
        /// What is handed over, with its number.
        documents: Vec<String>,
        /// 窗口领取
        channel: String,
        /// Where.
        place: String,
        /// Who hands it over.
        by: String,
    },
    /// 离岗告示
    Leave {
        /// 现场勘查: a neutral word.
        reason: String,
        /// 项目现场
        whereabouts: String,
        /// From, in words.
        from: String,
        /// Until, in words.
        until: String,
        /// Who stands in.
        stand_in: Contact,
    },
    /// 办件交接单
    HandOver {
        /// From.
        from: Contact,
        /// To.
        to: Contact,
        /// Why.
        reason: String,
        /// When, in words.
        at: String,
        /// How the limit stands, in words: 剩余 2 个工作日，8月27日到期.
        limit: String,
        /// What was done.
        done: Vec<String>,
        /// What is to be done.
        to_do: Vec<String>,
        /// Papers handed over.
        papers: Vec<String>,
    },
}

impl LetterData {
    /// Whom it names, in their order.
    pub fn names(&self) -> Vec<&str> {
        self.to.iter().map(|to| &*to.name).filter(|name| !name.is_empty()).collect()
    }
}

impl Letter {
    /// The id by which a procedure names it.
    pub fn id(&self) -> &str {
        match self {
            Letter::Own(written) => &written.id,
            Letter::Correction { .. } => "correction",
            Letter::Delivery { .. } => "delivery",
            Letter::Leave { .. } => "leave",
            Letter::HandOver { .. } => "hand-over",
        }
    }

    /// The title on the paper.
    pub fn title(&self) -> &str {
        match self {
            Letter::Own(written) => &written.title,
            other => house_title(other.id()),
        }
    }

    /// A form to fill and sign, or a notice to everyone: nobody is addressed.
    pub(crate) fn is_form(&self) -> bool {
        matches!(self, Letter::Delivery { .. }) || self.unsealed()
    }

    /// It is for inside the office or for the board, and is not sealed.
    pub(crate) fn unsealed(&self) -> bool {
        matches!(self, Letter::Leave { .. } | Letter::HandOver { .. })
    }
}

/// The title of a letter with a form of the house's own; empty for any other.
pub(crate) fn house_title(id: &str) -> &'static str {
    match id {
        "correction" => "一次性告知书",
        "delivery" => "送达回证",
        "leave" => "离岗告示",
        "hand-over" => "办件交接单",
        _ => "",
    }
}

/// What one can do against a decision of that day, by the law in force on it: reconsideration within sixty
/// days (行政复议法, 第九条第一款 until 2023, 第二十条第一款 since), suit within six months (行政诉讼法 第四十六条
/// 第一款, since 2015-05-01; before, only 依法: the old article has not been seen).
///
/// `review` is the body that reconsiders; empty if the facts do not name it.
pub fn remedies(on: Date, review: &str) -> String {
    let body = if review.is_empty() { "有权的行政复议机关" } else { review };
    let (article, act) = match on < date(2024, 1, 1) {
        true => ("第九条第一款", "知道本决定"),
        false => ("第二十条第一款", "知道或者应当知道本决定"),
    };
    let review = format!("可以自{act}之日起六十日内，依照《中华人民共和国行政复议法》{article}向{body}申请行政复议");
    let suit = match on >= date(2015, 5, 1) {
        true => {
            "也可以自知道或者应当知道本决定之日起六个月内，依照《中华人民共和国行政诉讼法》第四十六条第一款向有管辖权的人民法院提起行政诉讼"
        }
        false => "也可以依法向有管辖权的人民法院提起行政诉讼",
    };
    format!("{review}；{suit}")
}
