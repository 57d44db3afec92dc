//! Where faults are gathered while the packs are read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::Name;
use crate::fault::{FAULTS_MAX, Fault, Faults, Severity, Sources, Spot};
use crate::schema::grammar::Grammar;

/// A stretch of a file, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: Name,
    pub start: u32,
    pub end: u32,
}

/// A text of a pack with its place.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub text: Name,
    pub place: Place,
}

/// Longest excerpt of a line, in characters.
const EXCERPT_MAX: usize = 200;

/// Gathers faults; knows the texts, so that a place becomes a line and a column.
pub(crate) struct Log<'s> {
    sources: &'s Sources,
    faults: RefCell<Vec<Fault>>,
    dropped: RefCell<usize>,
    lines: RefCell<BTreeMap<Name, Vec<u32>>>,
    unread: RefCell<BTreeSet<&'static str>>,
    /// What is asked for where, while the grammar is being learnt for the schemas.
    pub grammar: Option<RefCell<Grammar>>,
}

impl<'s> Log<'s> {
    pub fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            faults: RefCell::default(),
            dropped: RefCell::default(),
            lines: RefCell::default(),
            unread: RefCell::default(),
            grammar: None,
        }
    }

    /// One that also notes what the readers ask for.
    pub fn learning(sources: &'s Sources) -> Self {
        Self { grammar: Some(RefCell::default()), ..Self::new(sources) }
    }

    /// An error at a place.
    pub fn error(&self, place: &Place, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.push(place, Severity::Error, code, message.into(), help.into(), None);
    }

    /// A contradiction between two places; the message must name the other one itself.
    pub fn error_with(
        &self,
        place: &Place,
        other: &Place,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let spot = self.spot(other);
        self.push(place, Severity::Error, code, message.into(), help.into(), Some(spot));
    }

    /// A warning at a place.
    pub fn warn(&self, place: &Place, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.push(place, Severity::Warning, code, message.into(), help.into(), None);
    }

    /// An error of a file as a whole.
    pub fn error_of_file(&self, file: &str, code: &'static str, message: String, help: &str) {
        self.keep(Fault {
            file: file.to_owned(),
            line: 0,
            column: 0,
            severity: Severity::Error,
            code,
            message,
            help: help.to_owned(),
            other: None,
            excerpt: String::new(),
            marked: 0,
        });
    }

    fn push(
        &self,
        place: &Place,
        severity: Severity,
        code: &'static str,
        message: String,
        help: String,
        other: Option<Spot>,
    ) {
        let spot = self.spot(place);
        let text = self.sources.text(&place.file).unwrap_or("");
        let line = self.line_start(&place.file, spot.line).and_then(|start| text.get(start..)?.lines().next());
        let marked = text
            .get(place.start as usize..place.end as usize)
            .map_or(1, |s| s.lines().next().unwrap_or("").chars().count().clamp(1, EXCERPT_MAX));
        self.keep(Fault {
            file: spot.file,
            line: spot.line,
            column: spot.column,
            severity,
            code,
            message,
            help,
            other,
            excerpt: line.unwrap_or("").chars().take(EXCERPT_MAX).collect(),
            marked: marked as u32,
        });
    }

    fn keep(&self, fault: Fault) {
        debug_assert!(crate::KINDS.iter().any(|(kind, _)| *kind == fault.code), "{} is a kind of fault", fault.code);
        let mut faults = self.faults.borrow_mut();
        if faults.len() < FAULTS_MAX { faults.push(fault) } else { *self.dropped.borrow_mut() += 1 }
    }

    /// Line and column of a place.
    pub fn spot(&self, place: &Place) -> Spot {
        let Some(text) = self.sources.text(&place.file) else {
            return Spot { file: place.file.to_string(), line: 0, column: 0 };
        };
        let mut lines = self.lines.borrow_mut();
        let starts = lines.entry(place.file.clone()).or_insert_with(|| line_starts(text));
        let line = starts.partition_point(|&start| start <= place.start).max(1);
        let start = starts[line - 1] as usize;
        let before = text.get(start..place.start as usize).unwrap_or("");
        let column = before.chars().filter(|&c| c != '\u{feff}').count() + 1;
        Spot { file: place.file.to_string(), line: line as u32, column: column as u32 }
    }

    /// What stands at a place, as it was typed.
    pub fn typed(&self, place: &Place) -> &'s str {
        let text = self.sources.text(&place.file).unwrap_or("");
        text.get(place.start as usize..place.end as usize).unwrap_or("")
    }

    fn line_start(&self, file: &Name, line: u32) -> Option<usize> {
        let lines = self.lines.borrow();
        lines.get(file)?.get(line.checked_sub(1)? as usize).map(|&start| start as usize)
    }

    /// The line of a place.
    pub fn line(&self, place: &Place) -> u32 {
        self.spot(place).line
    }

    /// A file of this kind (folder or name) could not be read: names it defines are not missed.
    pub fn mark_unread(&self, kind: &'static str) {
        self.unread.borrow_mut().insert(kind);
    }

    /// Was every file of this kind read, and what it is expanded from?
    pub fn is_read(&self, kind: &'static str) -> bool {
        let unread = self.unread.borrow();
        // Units are expanded over divisions.
        !unread.contains(kind) && (kind != "org" || !unread.contains("divisions"))
    }

    /// How many faults so far.
    pub fn count(&self) -> usize {
        self.faults.borrow().len() + *self.dropped.borrow()
    }

    /// All faults, sorted.
    pub fn into_faults(self) -> Faults {
        let dropped = self.dropped.into_inner();
        let mut faults = self.faults.into_inner();
        if dropped > 0 {
            faults.push(Fault {
                file: "~".into(),
                line: 0,
                column: 0,
                severity: Severity::Error,
                code: "too-many-faults",
                message: format!("另有 {dropped} 个问题没有列出"),
                help: "先改掉上面的，再查一次".into(),
                other: None,
                excerpt: String::new(),
                marked: 0,
            });
        }
        Faults::new(faults)
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
    std::iter::once(0).chain(breaks).collect()
}
