//! `[letters.…]`: what a procedure writes to people.
//!
//! Paragraphs are parted by an empty line, a line that begins with `- ` is an entry of a list, `{…}` is a value of
//! the case, `[…]` is left out where a value in it is missing. `{strip.…}` and `{children}` stand alone.

use super::log::{Log, Place, Word};
use super::read::Table;
use crate::letter::{Block, Letter, Piece, Slot, To, Word as Own};
use crate::procedure::{FieldKind, Procedure};
use crate::text::help_for_name;
use crate::{LETTERS, Name};

/// Reads a letter; over one of a layer above, what is not written stays as it was.
pub(crate) fn read(table: &Table, name: &Word, procedure: &Procedure) -> Letter {
    let log = table.log;
    let base = procedure.letters.get(&name.text);
    if LETTERS.contains(&&*name.text) {
        let message = format!("“{}”是系统自带的文书", name.text);
        log.error(&name.place, "bad-name", message, "换一个名字：自带的文书有自己的格式，不能在程序里另写");
    }
    let scan = |word: Option<Word>| word.map(|word| Reader { log, procedure, word });
    let title = match base {
        Some(base) => scan(filled(table, "title")).map_or_else(|| base.title.clone(), |reader| reader.title()),
        None => scan(table.required("title", "title = \"受理告知书\"")).map_or(Vec::new(), |reader| reader.title()),
    };
    let text = match base {
        Some(base) => scan(filled(table, "text")).map_or_else(|| base.text.clone(), |reader| reader.blocks()),
        None => scan(table.required("text", "text = \"\"\"正文\"\"\"")).map_or(Vec::new(), |reader| reader.blocks()),
    };
    let by_law = scan(filled(table, "by-law")).map(|reader| reader.blocks());
    let remedy = scan(filled(table, "remedy")).map(|reader| reader.line());
    let to = table.words("to").map(|words| to(log, procedure, &words));
    let letter = Letter {
        title,
        to: to.or_else(|| base.map(|b| b.to.clone())).unwrap_or_else(|| nobody_named(procedure)),
        text,
        by_law: by_law.or_else(|| base.map(|b| b.by_law.clone())).unwrap_or_default(),
        remedy: remedy.or_else(|| base.map(|b| b.remedy.clone())).unwrap_or_default(),
        line: base.map_or_else(|| log.line(&name.place), |b| b.line),
    };
    table.finish();
    letter
}

/// A text that may be left out, but says something where it is there.
fn filled(table: &Table, key: &'static str) -> Option<Word> {
    if table.has(key) {
        return table.required(key, "");
    }
    // Asked for all the same: a misspelt key is then told with the right one.
    table.word(key)
}

/// Without `to`, a letter is the applicant's, where there is one.
fn nobody_named(procedure: &Procedure) -> Vec<To> {
    match procedure.fields.get_key_value("applicant") {
        Some((name, field)) if field.kind == FieldKind::Person => vec![To::Field(name.clone())],
        _ => Vec::new(),
    }
}

/// One, or several: each gets a sheet of his own.
fn to(log: &Log, procedure: &Procedure, words: &[Word]) -> Vec<To> {
    let mut all = Vec::with_capacity(words.len());
    for word in words {
        if &*word.text == "public" && !procedure.fields.contains_key("public") {
            if words.len() > 1 {
                let help = "公开的文书不写收件人：只写 to = \"public\"，或者只写收件人";
                log.error(&word.place, "wrong-field", "“public”不能和别的收件人写在一起", help);
            }
            continue;
        }
        all.extend(one_of_them(log, procedure, word));
    }
    all
}

fn one_of_them(log: &Log, procedure: &Procedure, word: &Word) -> Option<To> {
    let houses = [("unit", To::Unit), ("unit-before", To::UnitBefore), ("parent", To::Parent)];
    let Some(field) = procedure.fields.get(&word.text) else {
        let Some((_, to)) = houses.iter().find(|(name, _)| *name == &*word.text) else {
            let fields = procedure.fields.keys().map(|name| &**name);
            let known = fields.chain(houses.iter().map(|(name, _)| *name)).chain(["public"]);
            let help = help_for_name(&word.text, "收件人", known);
            log.error(&word.place, "unknown-field", format!("没有“{}”这个字段，文书不知道写给谁", word.text), help);
            return None;
        };
        if *to == To::Parent {
            asked_by_another(log, procedure, &word.place);
        }
        return Some(to.clone());
    };
    let names = matches!(
        field.kind,
        FieldKind::Person
            | FieldKind::Officer
            | FieldKind::Posts
            | FieldKind::Unit
            | FieldKind::Units
            | FieldKind::Items
            | FieldKind::Text(_)
            | FieldKind::Choice(_)
    );
    if !names {
        let message = format!("字段“{}”（{}）不是人也不是单位，文书不能写给它", word.text, field.title);
        log.error(
            &word.place,
            "wrong-field",
            message,
            "写 person、officer、unit、units、items 类型的字段，或者 \"public\"",
        );
    }
    Some(To::Field(word.text.clone()))
}

/// Only a case that another one can open has someone who asked for it.
fn asked_by_another(log: &Log, procedure: &Procedure, place: &Place) {
    if procedure.opened_by_law().is_none() {
        let help = "别的办件要能开立它，得有一个 by = \"law\" 的开立动作；没有的，写另外的收件人";
        log.error(place, "no-parent", "这个程序不会由别的办件开立，没有请求办理的单位", help);
    }
}

/// Reads one text of a letter.
struct Reader<'a> {
    log: &'a Log<'a>,
    procedure: &'a Procedure,
    word: Word,
}

/// A line of the text with the byte at which it begins.
type Line<'t> = (usize, &'t str);

impl Reader<'_> {
    /// The title stands in lists: nothing personal, nothing long.
    fn title(&self) -> Vec<Piece> {
        let pieces = self.line();
        let fits = |piece: &Piece| match piece {
            Piece::Text(_) | Piece::Slot(Slot::Word(Own::Result)) => true,
            Piece::Slot(Slot::Field(name)) => {
                self.procedure.fields.get(name).is_some_and(|f| matches!(f.kind, FieldKind::Choice(_)) && !f.personal)
            }
            Piece::Slot(_) | Piece::Optional(_) => false,
        };
        if !pieces.iter().all(fits) {
            let help = "标题会列在办件页上：只能用 {result}，或者 choice 类型、不涉及个人的字段";
            self.log.error(&self.word.place, "bad-title", "标题里用了不能用的内容", help);
        }
        pieces
    }

    /// A text of one paragraph.
    fn line(&self) -> Vec<Piece> {
        let lines: Vec<Line> = lines(&self.word.text);
        self.pieces(&lines)
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<(bool, Vec<Line>)> = Vec::new();
        let mut open = false;
        for (at, line) in lines(&self.word.text) {
            let bare = line.trim_start();
            let at = at + line.len() - bare.len();
            match bare.strip_prefix("- ") {
                _ if bare.is_empty() => open = false,
                Some(entry) => {
                    blocks.push((true, vec![(at + bare.len() - entry.len(), entry)]));
                    open = true;
                }
                None if open => blocks.last_mut().expect("one is open").1.push((at, bare)),
                None => {
                    blocks.push((false, vec![(at, bare)]));
                    open = true;
                }
            }
        }
        let block = |(entry, lines): (bool, Vec<Line>)| {
            if let Some((name, at)) = alone(&lines) {
                if let Some(clock) = name.strip_prefix("strip.") {
                    return self.clock(clock, at).map(Block::Strip);
                }
                if name == "children" || name.starts_with("children.") {
                    return self.children(name.strip_prefix("children."), at).map(Block::Children);
                }
            }
            let pieces = self.pieces(&lines);
            Some(if entry { Block::Entry(pieces) } else { Block::Paragraph(pieces) })
        };
        blocks.into_iter().filter_map(block).collect()
    }

    /// The lines of one paragraph as one: Chinese needs no blank between them.
    fn pieces(&self, lines: &[Line]) -> Vec<Piece> {
        let (mut out, mut optional): (Vec<Piece>, Option<(usize, Vec<Piece>)>) = (Vec::new(), None);
        for (n, (start, line)) in lines.iter().enumerate() {
            let line = line.trim_end();
            let here = optional.as_mut().map_or(&mut out, |(_, inner)| inner);
            if n > 0 && line.starts_with(|c: char| c.is_ascii_alphanumeric()) && ends_in_latin(here) {
                push_text(here, " ");
            }
            let mut rest = 0;
            while let Some(at) = line[rest..].find(['{', '}', '[', ']', '｛', '｝']).map(|at| rest + at) {
                let here = optional.as_mut().map_or(&mut out, |(_, inner)| inner);
                push_text(here, &line[rest..at]);
                let mark = line[at..].chars().next().expect("found");
                rest = at + mark.len_utf8();
                match mark {
                    '{' => {
                        let Some(end) = line[rest..].find('}') else {
                            self.fault(start + at, "bad-letter", "“{”没有写完", "在同一行补上“}”，例如 {number}");
                            return out;
                        };
                        let slot = self.slot(&line[rest..rest + end], start + at);
                        here.extend(slot.map(Piece::Slot));
                        rest += end + 1;
                    }
                    '[' if optional.is_none() => optional = Some((start + at, Vec::new())),
                    ']' if optional.is_some() => {
                        let (open, inner) = optional.take().expect("is some");
                        if !inner.iter().any(|p| matches!(p, Piece::Slot(_))) {
                            let help = "里面至少写一个 {…}；只是括号的，用〔〕或（）";
                            self.fault(open, "bad-letter", "“[…]”里没有要填的内容", help);
                        }
                        out.push(Piece::Optional(inner));
                    }
                    '[' => self.fault(start + at, "bad-letter", "“[”里不能再写“[”", "去掉里面的一层"),
                    ']' | '}' => {
                        let help = "删去它，或者补上前面的一半";
                        self.fault(start + at, "bad-letter", &format!("多出一个“{mark}”"), help);
                    }
                    _ => self.fault(start + at, "bad-letter", "这是中文花括号", "改成英文的 { 和 }"),
                }
            }
            push_text(optional.as_mut().map_or(&mut out, |(_, inner)| inner), &line[rest..]);
        }
        if let Some((open, _)) = optional {
            self.fault(open, "bad-letter", "“[”没有写完", "在同一段补上“]”");
        }
        out
    }

    fn slot(&self, text: &str, at: usize) -> Option<Slot> {
        let name = text.trim();
        let Some((kind, rest)) = name.split_once('.') else { return self.bare(name, at) };
        match kind {
            "field" => {
                let found = self.field(rest);
                if found.is_none() {
                    let known = self.procedure.fields.keys().map(|k| &**k).collect();
                    self.unknown(at, "unknown-field", "字段", rest, known);
                }
                found
            }
            "case" => {
                let found = own(rest).map(Slot::Word);
                if found.is_none() {
                    self.unknown(at, "unknown-placeholder", "填写项", rest, Own::ALL.map(|(own, _)| own).to_vec());
                }
                found
            }
            "due" => self.clock(rest, at).map(Slot::Due),
            "due-before" => self.clock(rest, at).map(Slot::DueBefore),
            "limit" => self.clock(rest, at).map(Slot::Limit),
            "extension" => self.clock(rest, at).map(Slot::Extension),
            "on" => match self.procedure.actions.get_key_value(rest) {
                Some((action, _)) => Some(Slot::On(action.clone())),
                None => {
                    let known = self.procedure.actions.keys().map(|k| &**k).collect();
                    self.unknown(at, "unknown-action", "动作", rest, known);
                    None
                }
            },
            "strip" | "children" => {
                let what = if kind == "strip" {
                    "{strip.…} 画的是时限日历"
                } else {
                    "{children.…} 列出各个子件"
                };
                self.not_alone(at, what);
                None
            }
            _ => {
                let known = vec!["due", "limit", "on", "strip", "field", "case", "due-before", "extension", "children"];
                let help = help_for_name(kind, "写法", known);
                self.fault(at, "unknown-placeholder", &format!("没有“{{{kind}.…}}”这种填写项"), &help);
                None
            }
        }
    }

    /// `{name}`: a field, or a word of the house.
    fn bare(&self, name: &str, at: usize) -> Option<Slot> {
        match (self.field(name), own(name)) {
            // What a case is called: a field of that name says it best.
            (Some(field), Some(Own::Title)) => Some(field),
            (Some(_), Some(_)) => {
                let message = format!("“{{{name}}}”有两个意思：字段“{name}”，和系统的同名内容");
                let help = format!("要字段，写 {{field.{name}}}；要系统的，写 {{case.{name}}}");
                self.fault(at, "two-meanings", &message, &help);
                None
            }
            (Some(field), None) => Some(field),
            (None, Some(word)) => {
                if matches!(word, Own::Parent | Own::ParentNumber) {
                    asked_by_another(self.log, self.procedure, &self.place(at));
                }
                Some(Slot::Word(word))
            }
            (None, None) if name == "children" => {
                self.not_alone(at, "{children} 列出各个子件");
                None
            }
            (None, None) => {
                let known = self.procedure.fields.keys().map(|k| &**k).chain(Own::ALL.map(|(own, _)| own));
                self.unknown(at, "unknown-placeholder", "填写项", name, known.collect());
                None
            }
        }
    }

    fn field(&self, name: &str) -> Option<Slot> {
        self.procedure.fields.get_key_value(name).map(|(name, _)| Slot::Field(name.clone()))
    }

    fn clock(&self, name: &str, at: usize) -> Option<Name> {
        let found = self.procedure.clocks.get_key_value(name).map(|(name, _)| name.clone());
        if found.is_none() {
            let known = self.procedure.clocks.keys().map(|k| &**k).collect();
            self.unknown(at, "unknown-clock", "时限", name, known);
        }
        found
    }

    /// Of one kind, or all.
    fn children(&self, kind: Option<&str>, at: usize) -> Option<Option<Name>> {
        let children = &self.procedure.children;
        if children.is_empty() {
            let help = "有 [children.…] 的程序才能列出子件；删去这一段，或者写上 [children.…]";
            self.fault(at, "no-children", "这个程序不开立子件", help);
            return None;
        }
        let Some(kind) = kind else { return Some(None) };
        let found = children.get_key_value(kind).map(|(name, _)| Some(name.clone()));
        if found.is_none() {
            self.unknown(at, "unknown-children", "子件", kind, children.keys().map(|k| &**k).collect());
        }
        found
    }

    fn not_alone(&self, at: usize, what: &str) {
        self.fault(at, "bad-letter", &format!("{what}，不能写在句子里"), "让它自成一段，前后各空一行");
    }

    fn unknown(&self, at: usize, code: &'static str, what: &str, name: &str, known: Vec<&str>) {
        let help = help_for_name(name, what, known);
        self.fault(at, code, &format!("文书里没有“{name}”这个{what}"), &help);
    }

    /// A fault at a mark of the text: the same mark, as often as it stood before, in what was typed.
    fn fault(&self, at: usize, code: &'static str, message: &str, help: &str) {
        self.log.error(&self.place(at), code, message, help);
    }

    fn place(&self, at: usize) -> Place {
        let word = &self.word;
        let mark = word.text[at..].chars().next().unwrap_or('{');
        let before = word.text[..at].matches(mark).count();
        let typed = self.log.typed(&word.place);
        let Some((found, _)) = typed.match_indices(mark).nth(before) else { return word.place.clone() };
        let length = match mark {
            '{' => typed[found..].find('}').map_or(1, |end| end + 1),
            mark => mark.len_utf8(),
        };
        let start = word.place.start + found as u32;
        Place { file: word.place.file.clone(), start, end: start + length as u32 }
    }
}

/// A word that every case has.
fn own(name: &str) -> Option<Own> {
    Own::ALL.iter().find(|(own, _)| *own == name).map(|(_, word)| *word)
}

/// `{…}` alone in its paragraph or entry: what stands in it, and where.
fn alone<'t>(lines: &[Line<'t>]) -> Option<(&'t str, usize)> {
    let [(at, line)] = lines else { return None };
    Some((line.trim().strip_prefix('{')?.strip_suffix('}')?.trim(), *at))
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    let begin = |line: &str| {
        at += line.len();
        at - line.len()
    };
    let starts: Vec<usize> = text.split_inclusive('\n').map(begin).collect();
    starts.into_iter().zip(text.split_inclusive('\n').map(str::trim_end)).collect()
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn ends_in_latin(pieces: &[Piece]) -> bool {
    matches!(pieces.last(), Some(Piece::Text(text)) if text.ends_with(|c: char| c.is_ascii_alphanumeric()))
}
