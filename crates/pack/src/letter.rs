//! 文书: what a procedure writes to people, as its own file words it.
//!
//! These are the *compiled* forms: every placeholder has been resolved by the loader, so that whoever writes the
//! letter never meets a field, clock or action that does not exist.

use serde::Serialize;

use crate::Name;

/// One letter of a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// 信访事项受理告知书; may name the result: `{result}决定书`.
    pub title: Vec<Piece>,
    /// Whom it addresses, each on a sheet of his own; nobody: a notice to all.
    pub to: Vec<To>,
    /// What it says.
    pub text: Vec<Block>,
    /// What it says instead where the law itself acted (受理 by silence); empty: the same.
    pub by_law: Vec<Block>,
    /// What one can do against it; empty: nothing said.
    pub remedy: Vec<Piece>,
    /// Line in the file.
    pub line: u32,
}

/// Whom a letter addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum To {
    /// Whom this field names; of items: the units that decide them.
    Field(Name),
    /// The unit that decides the case after the act.
    Unit,
    /// The unit that decided it before the act.
    UnitBefore,
    /// The unit whose case opened this one.
    Parent,
}

/// One block of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Piece>),
    /// An entry of a list.
    Entry(Vec<Piece>),
    /// How a clock's date was counted: its day strip and the words for it.
    Strip(Name),
    /// The cases that this one opened, an entry each, with what came of them; of one kind, or all.
    Children(Option<Name>),
}

/// A stretch of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// As written.
    Text(String),
    /// A value of the case.
    Slot(Slot),
    /// `[…]`: left out where a value in it is missing.
    Optional(Vec<Piece>),
}

/// A value that a letter asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// A field of the procedure.
    Field(Name),
    /// Something every case has.
    Word(Word),
    /// A clock's last day, as of the act.
    Due(Name),
    /// A clock's last day as it was before the act.
    DueBefore(Name),
    /// A clock's length: 20个工作日.
    Limit(Name),
    /// By how much the act extended a clock.
    Extension(Name),
    /// The day on which an action was last done.
    On(Name),
}

/// What every case has to say of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// The reason given for the act.
    Reason,
    /// The unit that decides.
    Unit,
    /// The unit that decided before the act moved the case.
    UnitBefore,
    /// 办件编号.
    Number,
    /// The case's title: its item's, or what it was given.
    Title,
    /// The day on which the act counts.
    Date,
    /// The day on which the case was opened.
    Opened,
    /// The act's basis written out.
    Article,
    /// Who did it.
    Officer,
    /// The telephone of the unit that issues the letter.
    Phone,
    /// Its address.
    Address,
    /// The public result.
    Result,
    /// What the item gives: 农村宅基地批准书.
    Certificate,
    /// What the law of the day gives against a decision: reconsideration and suit.
    Remedies,
    /// The unit whose case opened this one.
    Parent,
    /// The number of that case.
    ParentNumber,
}

impl Word {
    /// Every word by its name in packs.
    pub const ALL: [(&'static str, Word); 16] = [
        ("reason", Word::Reason),
        ("unit", Word::Unit),
        ("unit-before", Word::UnitBefore),
        ("number", Word::Number),
        ("title", Word::Title),
        ("date", Word::Date),
        ("opened", Word::Opened),
        ("article", Word::Article),
        ("officer", Word::Officer),
        ("phone", Word::Phone),
        ("address", Word::Address),
        ("result", Word::Result),
        ("certificate", Word::Certificate),
        ("remedies", Word::Remedies),
        ("parent", Word::Parent),
        ("parent-number", Word::ParentNumber),
    ];

    /// What an officer calls it.
    pub fn title(self) -> &'static str {
        match self {
            Word::Reason => "理由",
            Word::Unit => "承办机关",
            Word::UnitBefore => "原承办机关",
            Word::Number => "办件编号",
            Word::Title => "办件标题",
            Word::Date => "日期",
            Word::Opened => "登记日期",
            Word::Article => "依据",
            Word::Officer => "经办人",
            Word::Phone => "电话",
            Word::Address => "地点",
            Word::Result => "办理结果",
            Word::Certificate => "证件名称",
            Word::Remedies => "救济途径",
            Word::Parent => "请求办理的单位",
            Word::ParentNumber => "请求办理的单位的办件编号",
        }
    }
}

impl Letter {
    /// Every value it asks for; `true`: the letter can do without (it stands in brackets).
    pub fn slots(&self) -> Vec<(&Slot, bool)> {
        let mut slots = Vec::new();
        let blocks = self.text.iter().chain(&self.by_law).filter_map(|block| match block {
            Block::Paragraph(pieces) | Block::Entry(pieces) => Some(pieces),
            Block::Strip(_) | Block::Children(_) => None,
        });
        for pieces in std::iter::once(&self.title).chain(blocks).chain(std::iter::once(&self.remedy)) {
            gather(pieces, false, &mut slots);
        }
        slots
    }
}

fn gather<'a>(pieces: &'a [Piece], optional: bool, slots: &mut Vec<(&'a Slot, bool)>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Slot(slot) => slots.push((slot, optional)),
            Piece::Optional(inner) => gather(inner, true, slots),
        }
    }
}
