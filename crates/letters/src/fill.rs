//! A procedure's own letter, filled with the values of its case.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xiaoneng_casework::Fields;
use xiaoneng_pack::letter::{Block, Piece, Slot, To, Word};
use xiaoneng_pack::{FieldKind, Name, Procedure};

use crate::data::house_title;
use crate::{Count, Laws, Names, plain_date, remedies, say};

/// What a letter is filled from: the case as it was when the letter was issued.
pub struct Given<'a> {
    /// The case's procedure.
    pub procedure: &'a Procedure,
    /// Its fields, opened.
    pub fields: &'a Fields,
    /// What ids stand for.
    pub names: &'a dyn Names,
    /// By which articles are written out.
    pub laws: &'a Laws,
    /// The law itself acted.
    pub by_law: bool,
    /// What every case has.
    pub own: Own,
    /// Clocks that have begun, and those of which at least the length is known.
    pub clocks: BTreeMap<Name, ClockSaid>,
    /// The last day on which each action was done.
    pub days: BTreeMap<Name, Date>,
    /// The cases that it opened, in their order.
    pub children: Vec<ChildSaid>,
}

/// What every case has to say of itself; what is empty is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The reason of the act.
    pub reason: String,
    /// The deciding unit.
    pub unit: String,
    /// The unit that decided before the act.
    pub unit_before: String,
    /// 办件编号.
    pub number: String,
    /// The case's title.
    pub title: String,
    /// The day the act counts.
    pub date: Date,
    /// The day the case was opened.
    pub opened: Date,
    /// The act's basis, as the pack writes it.
    pub basis: String,
    /// Who did it.
    pub officer: String,
    /// The issuing unit's telephone.
    pub phone: String,
    /// Its address.
    pub address: String,
    /// The result.
    pub result: String,
    /// What the item gives: 农村宅基地批准书.
    pub certificate: String,
    /// The unit whose case opened this one.
    pub parent: String,
    /// That case's number.
    pub parent_number: String,
}

/// A case that this one opened, as a letter lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChildSaid {
    /// Its kind in the procedure.
    pub kind: Name,
    /// 食品经营许可, 征求意见.
    pub title: String,
    /// The unit that has it.
    pub unit: String,
    /// Its result, or where it is; empty before anything is known of it.
    pub said: String,
}

/// A clock as a letter tells it; what is empty is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockSaid {
    /// 2015年8月27日.
    pub due: String,
    /// The same before the act.
    pub due_before: String,
    /// 20个工作日.
    pub limit: String,
    /// By how much the act extended it.
    pub extension: String,
    /// How it was counted.
    pub count: Count,
}

/// A letter that the procedure itself writes, filled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// Its id in the procedure.
    pub id: Name,
    /// Its title.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Said>,
    /// What one can do against it.
    pub remedy: Vec<Run>,
}

/// To whom a letter goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// 马进才; several units in one salutation: 县水务局、县林业局.
    pub name: String,
    /// It is his own matter: his sheet tells him with which code he follows it.
    pub own: bool,
}

/// A block, filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// An entry of a list.
    Entry(Vec<Run>),
    /// How a date was counted.
    Count(Count),
}

/// A stretch of a line, filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Run {
    /// As the pack words it.
    Text(String),
    /// A value of the case.
    Value(String),
    /// A last day: it stands out.
    Due(String),
    /// A value that is missing, and what it is: left blank to be written by hand.
    Gap(String),
}

impl Written {
    /// What is missing on the paper, each thing once.
    pub fn gaps(&self) -> Vec<&str> {
        let mut gaps: Vec<&str> = Vec::new();
        let runs = self.blocks.iter().flat_map(|block| match block {
            Said::Paragraph(runs) | Said::Entry(runs) => runs.as_slice(),
            Said::Count(_) => &[],
        });
        for run in runs.chain(&self.remedy) {
            if let Run::Gap(what) = run
                && !gaps.contains(&&**what)
            {
                gaps.push(what);
            }
        }
        gaps
    }
}

/// Fills a letter of the procedure, and says to whom it goes (each on a sheet of his own; nobody: to all); `None` if
/// the procedure has none of that id.
pub fn fill(id: &str, given: &Given) -> Option<(Written, Vec<Addressee>)> {
    let (id, letter) = given.procedure.letters.get_key_value(id)?;
    let text = if given.by_law && !letter.by_law.is_empty() { &letter.by_law } else { &letter.text };
    let mut blocks = Vec::new();
    for block in text {
        match block {
            Block::Paragraph(pieces) => blocks.extend(paragraphs(given.sentence(pieces))),
            Block::Entry(pieces) => blocks.push(Said::Entry(given.sentence(pieces))),
            Block::Strip(clock) => blocks.extend(given.clocks.get(clock).map(|said| Said::Count(said.count.clone()))),
            Block::Children(kind) => blocks.extend(given.children(kind.as_ref())),
        }
    }
    blocks.retain(|block| !matches!(block, Said::Paragraph(runs) | Said::Entry(runs) if runs.is_empty()));
    let to = letter.to.iter().filter_map(|to| given.addressee(to)).collect();
    let written = Written {
        id: id.clone(),
        title: title_of(given.procedure, id, given.fields, &given.own.result),
        blocks,
        remedy: given.sentence(&letter.remedy),
    };
    Some((written, to))
}

/// What a letter is called, the procedure's own or one of the house's; the id itself if there is none of it.
pub fn title_of(procedure: &Procedure, id: &str, fields: &Fields, result: &str) -> String {
    let Some(letter) = procedure.letters.get(id) else {
        let title = house_title(id);
        return if title.is_empty() { id.to_owned() } else { title.to_owned() };
    };
    let said = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Slot(Slot::Field(field)) => fields.get(field).and_then(|v| v.text()).unwrap_or_default().to_owned(),
        Piece::Slot(_) => result.to_owned(),
        Piece::Optional(_) => String::new(),
    };
    letter.title.iter().map(said).collect()
}

/// A value of several lines that stands alone is several paragraphs.
fn paragraphs(mut runs: Vec<Run>) -> Vec<Said> {
    let Some(Run::Value(text)) = runs.first().filter(|_| runs.len() == 1 || runs[1..] == [full_stop()]) else {
        return vec![Said::Paragraph(runs)];
    };
    let lines: Vec<String> = text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let Some((last, others)) = lines.split_last() else { return vec![Said::Paragraph(runs)] };
    runs[0] = Run::Value(last.clone());
    let others = others.iter().map(|line| Said::Paragraph(vec![Run::Value(line.clone())]));
    others.chain([Said::Paragraph(runs)]).collect()
}

fn full_stop() -> Run {
    Run::Text("。".to_owned())
}

impl Given<'_> {
    /// Nobody where the field is empty; but whose matter it is gets his sheet unnamed too (an anonymous petition).
    fn addressee(&self, to: &To) -> Option<Addressee> {
        let (name, own) = match to {
            To::Field(field) => (self.named(field).unwrap_or_default(), self.is_own(field)),
            To::Unit => (self.own.unit.clone(), false),
            To::UnitBefore => (self.own.unit_before.clone(), false),
            To::Parent => (self.own.parent.clone(), false),
        };
        let name = name.trim().to_owned();
        (own || !name.is_empty()).then_some(Addressee { name, own })
    }

    /// Whom a field names; of items, the units that decide them, each once.
    fn named(&self, field: &str) -> Option<String> {
        let (kind, value) = (self.procedure.fields.get(field)?.kind.clone(), self.fields.get(field)?);
        if kind != FieldKind::Items {
            return self.field(field);
        }
        let mut units: Vec<String> = Vec::new();
        for unit in value.list().iter().map(|code| self.names.unit_of_item(code)) {
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        Some(units.join("、"))
    }

    /// The matter is the applicant's; where there is none, of the person whom the letter names.
    fn is_own(&self, field: &str) -> bool {
        let fields = &self.procedure.fields;
        let person = fields.get(field).is_some_and(|f| f.kind == FieldKind::Person);
        field == "applicant" || (person && !fields.contains_key("applicant"))
    }

    /// An entry for each case that this one opened: 食品经营许可（县市场监管局）：准予许可.
    fn children(&self, kind: Option<&Name>) -> Vec<Said> {
        let children: Vec<_> = self.children.iter().filter(|c| kind.is_none_or(|kind| c.kind == *kind)).collect();
        let entry = |(n, child): (usize, &&ChildSaid)| {
            let mut runs = vec![Run::Value(child.title.clone())];
            if !child.unit.is_empty() {
                runs.extend([Run::Text("（".to_owned()), Run::Value(child.unit.clone()), Run::Text("）".to_owned())]);
            }
            if !child.said.is_empty() {
                runs.extend([Run::Text("：".to_owned()), Run::Value(child.said.clone())]);
            }
            let end = if n + 1 == children.len() { "。" } else { "；" };
            runs.push(Run::Text(end.to_owned()));
            Said::Entry(runs)
        };
        children.iter().enumerate().map(entry).collect()
    }

    /// The runs of a paragraph. One that ends in an officer's own words ends in a full stop, typed or not.
    fn sentence(&self, pieces: &[Piece]) -> Vec<Run> {
        let mut runs = self.runs(pieces);
        let free = self.ends_free(pieces);
        if let Some(Run::Value(value)) = runs.last_mut()
            && free
            && !value.ends_with(['。', '！', '？', '…', '”', '）'])
        {
            value.truncate(value.trim_end_matches(['；', '，', '、', ';', ',', '.', ' ']).len());
            runs.push(full_stop());
        }
        runs
    }

    fn ends_free(&self, pieces: &[Piece]) -> bool {
        match pieces.last() {
            Some(Piece::Slot(Slot::Word(Word::Reason))) => true,
            Some(Piece::Slot(Slot::Field(name))) => {
                self.procedure.fields.get(name).is_some_and(|f| matches!(f.kind, FieldKind::Text(_)))
            }
            Some(Piece::Optional(inner)) => self.ends_free(inner),
            _ => false,
        }
    }

    fn runs(&self, pieces: &[Piece]) -> Vec<Run> {
        let mut runs = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => runs.push(Run::Text(text.clone())),
                Piece::Slot(slot) => runs.push(self.run(slot).unwrap_or_else(|| Run::Gap(self.called(slot)))),
                Piece::Optional(inner) => {
                    let inner = self.runs(inner);
                    if !inner.iter().any(|run| matches!(run, Run::Gap(_))) {
                        runs.extend(inner);
                    }
                }
            }
        }
        for at in 1..runs.len() {
            // Officers end their sentences, and so does the letter: one full stop is enough.
            if let [Run::Value(value), Run::Text(text)] = &mut runs[at - 1..=at]
                && text.starts_with(['。', '；', '，', '、', '：', '”', '）', '！', '？'])
            {
                value.truncate(value.trim_end_matches(['。', '；', '，', '、', ';', ',', '.', ' ']).len());
            }
        }
        runs
    }

    fn run(&self, slot: &Slot) -> Option<Run> {
        let clock = |name: &Name| self.clocks.get(name);
        let said = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        match slot {
            Slot::Field(name) => self.field(name).map(Run::Value),
            Slot::Due(name) => said(&clock(name)?.due).map(Run::Due),
            Slot::DueBefore(name) => said(&clock(name)?.due_before).map(Run::Value),
            Slot::Limit(name) => said(&clock(name)?.limit).map(Run::Value),
            Slot::Extension(name) => said(&clock(name)?.extension).map(Run::Value),
            Slot::On(action) => self.days.get(action).map(|day| Run::Value(plain_date(*day))),
            Slot::Word(word) => self.word(*word),
        }
    }

    fn word(&self, word: Word) -> Option<Run> {
        let own = &self.own;
        let text = match word {
            Word::Date => return Some(Run::Value(plain_date(own.date))),
            Word::Opened => return Some(Run::Value(plain_date(own.opened))),
            Word::Remedies => return Some(Run::Text(remedies(own.date, ""))),
            Word::Article => match self.laws.cite(&own.basis, own.date) {
                // Nothing of it was in force that day: no article is better than one of another time.
                cited if cited.is_empty() && !own.basis.trim().is_empty() => "有关规定".to_owned(),
                cited => cited,
            },
            Word::Number => return Some(Run::Value(own.number.clone())),
            Word::Reason => own.reason.clone(),
            Word::Unit => own.unit.clone(),
            Word::UnitBefore => own.unit_before.clone(),
            Word::Title => own.title.clone(),
            Word::Officer => own.officer.clone(),
            Word::Phone => own.phone.clone(),
            Word::Address => own.address.clone(),
            Word::Result => own.result.clone(),
            Word::Certificate => own.certificate.clone(),
            Word::Parent => own.parent.clone(),
            Word::ParentNumber => own.parent_number.clone(),
        };
        (!text.trim().is_empty()).then(|| Run::Value(text.trim().to_owned()))
    }

    fn field(&self, name: &str) -> Option<String> {
        let (field, value) = (self.procedure.fields.get(name)?, self.fields.get(name)?);
        say::value(field, value, self.own.date, self.names, self.laws)
    }

    /// What a value is called, to tell the officer that it is missing.
    fn called(&self, slot: &Slot) -> String {
        let clock = |name: &Name| self.procedure.clocks.get(name).map_or(name.to_string(), |c| c.title.clone());
        match slot {
            Slot::Field(name) => self.procedure.fields.get(name).map_or(name.to_string(), |f| f.title.clone()),
            Slot::Due(name) | Slot::DueBefore(name) => format!("“{}”的到期日", clock(name)),
            Slot::Limit(name) => format!("“{}”的期限", clock(name)),
            Slot::Extension(name) => format!("“{}”延长多久", clock(name)),
            Slot::On(action) => {
                let title = self.procedure.actions.get(action).map_or(&**action, |a| &a.title);
                format!("“{title}”的日期")
            }
            Slot::Word(word) => word.title().to_owned(),
        }
    }
}
