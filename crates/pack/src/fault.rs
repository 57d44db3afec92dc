//! What is wrong with a pack, where, and the way out.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::text::{pad, width};

/// A single file may not be larger than this (4 MB).
pub const FILE_SIZE_MAX: usize = 4 * 1024 * 1024;
/// All files together may not be larger than this (64 MB).
pub const TOTAL_SIZE_MAX: usize = 64 * 1024 * 1024;
/// Not more files than this.
pub const FILES_MAX: usize = 10_000;
/// More faults than this are counted, not kept.
pub const FAULTS_MAX: usize = 1_000;

/// The texts of one or more packs by path; the first folder of a path is the pack's folder.
///
/// What is too large is dropped at once and named as a fault by [`load`](crate::load): nothing
/// larger than [`TOTAL_SIZE_MAX`] is ever kept.
///
/// ```
/// use xiaoneng_pack::Sources;
/// let sources = Sources::from_iter([("cn/pack.toml", "id = \"cn\"\ntitle = \"国家\"\n")]);
/// assert_eq!(sources.text("cn/pack.toml").unwrap().lines().count(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<String, String>,
    size: usize,
    refused: Vec<(String, String)>,
}

impl Sources {
    /// No texts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one text. A path given twice keeps the later text.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let (path, text) = (path.into(), text.into());
        if text.len() > FILE_SIZE_MAX {
            let megabytes = text.len() / (1024 * 1024);
            self.refuse(path, format!("文件有 {megabytes} MB，超过单个文件的上限 4 MB"));
        } else if self.size + text.len() > TOTAL_SIZE_MAX {
            self.refuse(path, "规则包合计超过上限 64 MB，从这个文件起没有读".to_owned());
        } else if self.files.len() >= FILES_MAX {
            self.refuse(path, format!("规则包的文件超过 {FILES_MAX} 个，从这个文件起没有读"));
        } else {
            self.size += text.len();
            if let Some(before) = self.files.insert(path, text) {
                self.size -= before.len();
            }
        }
    }

    fn refuse(&mut self, path: String, why: String) {
        if self.refused.len() < FAULTS_MAX {
            self.refused.push((path, why));
        }
    }

    /// Paths and texts, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (&**path, &**text))
    }

    /// The text of one path.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Nothing there?
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.refused.is_empty()
    }

    /// What was too large, with the reason.
    pub(crate) fn refused(&self) -> &[(String, String)] {
        &self.refused
    }
}

impl<P: Into<String>, T: Into<String>> FromIterator<(P, T)> for Sources {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(texts: I) -> Self {
        let mut sources = Self::new();
        for (path, text) in texts {
            sources.add(path, text);
        }
        sources
    }
}

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The pack cannot be used.
    Error,
    /// The pack can be used; someone should look.
    Warning,
}

/// A place in a file: line and column from 1, columns counted in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// Path as handed in.
    pub file: String,
    /// Line from 1; 0: the file as a whole.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}", self.file)
        } else {
            write!(f, "{}:{}:{}", self.file, self.line, self.column)
        }
    }
}

/// One thing that is wrong, with the way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Path as handed in.
    pub file: String,
    /// Line from 1; 0: the file (or the pack) as a whole.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
    /// How bad.
    pub severity: Severity,
    /// A stable word for the kind of fault: `unknown-state`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The other place of a contradiction.
    pub other: Option<Spot>,
    /// The line of the file, shortened.
    pub excerpt: String,
    /// How many characters are marked, from the column on.
    pub marked: u32,
}

impl Fault {
    /// Where it is.
    pub fn spot(&self) -> Spot {
        Spot { file: self.file.clone(), line: self.line, column: self.column }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "错误",
            Severity::Warning => "提醒",
        };
        writeln!(f, "{}: {severity}[{}] {}", self.spot(), self.code, self.message)?;
        if self.line > 0 && !self.excerpt.is_empty() {
            let number = self.line.to_string();
            let before: String = self.excerpt.chars().take(self.column as usize - 1).collect();
            let marked: String =
                self.excerpt.chars().skip(self.column as usize - 1).take(self.marked as usize).collect();
            writeln!(f, "  {number} | {}", self.excerpt.replace('\t', " "))?;
            let lead = pad("", width(&before) + before.matches('\t').count());
            writeln!(f, "  {} | {lead}{}", " ".repeat(number.len()), "^".repeat(width(&marked).max(1)))?;
        }
        if !self.help.is_empty() {
            writeln!(f, "  出路：{}", self.help)?;
        }
        Ok(())
    }
}

/// All that is wrong, in the order of files and lines.
///
/// [`Display`](fmt::Display) gives each with its line and a mark under it; serialised it is a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Sorted by file, line, column; the same fault once.
    pub(crate) fn new(mut faults: Vec<Fault>) -> Self {
        faults.sort_by(|a, b| {
            (&a.file, a.line, a.column, a.severity, a.code, &a.message)
                .cmp(&(&b.file, b.line, b.column, b.severity, b.code, &b.message))
        });
        faults.dedup();
        Self(faults)
    }

    /// Each in turn.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    /// How many, warnings included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that make the pack unusable.
    pub fn errors(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(|f| f.severity == Severity::Error)
    }

    /// Those that do not.
    pub fn warnings(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(|f| f.severity == Severity::Warning)
    }

    /// Is any of them an error?
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// As a JSON list.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap_or_else(|error| format!("[{:?}]", error.to_string()))
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.0 {
            writeln!(f, "{fault}")?;
        }
        let (errors, warnings) = (self.errors().count(), self.warnings().count());
        match (errors, warnings) {
            (0, 0) => write!(f, "没有发现问题"),
            (e, 0) => write!(f, "共 {e} 个错误"),
            (0, w) => write!(f, "没有错误，{w} 个提醒"),
            (e, w) => write!(f, "共 {e} 个错误，{w} 个提醒"),
        }
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: u32) -> Fault {
        Fault {
            file: "cn/procedures/licence.toml".into(),
            line,
            column: 6,
            severity: Severity::Error,
            code: "unknown-state",
            message: "没有“acepted”这个状态".into(),
            help: "是不是“accepted”？".into(),
            other: None,
            excerpt: "到哪 = \"acepted\"".into(),
            marked: 9,
        }
    }

    #[test]
    fn a_fault_shows_its_line_with_a_mark_under_it() {
        let shown = fault(12).to_string();
        let expected = "cn/procedures/licence.toml:12:6: 错误[unknown-state] 没有“acepted”这个状态\n\
                        \u{20} 12 | 到哪 = \"acepted\"\n\
                        \u{20}    |        ^^^^^^^^^\n\
                        \u{20} 出路：是不是“accepted”？\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn faults_are_sorted_and_said_once() {
        let faults = Faults::new(vec![fault(9), fault(2), fault(9)]);
        assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 9]);
        assert!(faults.to_string().ends_with("共 2 个错误"));
        assert!(faults.to_json().contains("\"code\": \"unknown-state\""));
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let sources = Sources::from_iter([("cn/big.toml", "x".repeat(FILE_SIZE_MAX + 1))]);
        assert_eq!(sources.iter().count(), 0);
        assert_eq!(sources.refused().len(), 1);
    }
}
