//! `tests/faults/*.toml`: each kind of fault as a small change to a pack without one, and what is said of it.

use serde::Deserialize;
use xiaoneng_pack::Severity;

use super::Pack;

/// A pack with exactly one fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// The code of the fault.
    pub kind: String,
    /// A part of what is said.
    pub says: String,
    /// A part of the way out.
    pub help: String,
    /// `file:line`, where no `«` marks the place.
    at: Option<String>,
    /// `file:line` of the other side of a contradiction.
    other: Option<String>,
    /// It does not keep the pack from being used.
    #[serde(default)]
    pub warning: bool,
    /// The folder of `tests/packs` that it is put into.
    #[serde(default = "good")]
    base: String,
    /// Folders of `tests/packs` laid over it.
    #[serde(default)]
    over: Vec<String>,
    #[serde(default)]
    edit: Vec<Edit>,
}

fn good() -> String {
    "good".to_owned()
}

/// One change of one file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    /// What stands there exactly once ...
    find: Option<String>,
    /// ... and what is put in its place.
    put: Option<String>,
    /// Put at the end of the file, which may be new.
    add: Option<String>,
    #[serde(default)]
    remove: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fault: Vec<Case>,
}

/// Every fault of every table, with the table's name.
pub fn cases() -> Vec<(String, Case)> {
    let mut tables: Vec<_> = std::fs::read_dir(super::tests().join("faults"))
        .expect("tests/faults")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    tables.sort();
    let mut cases = Vec::new();
    for path in tables {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a text");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        cases.extend(file.fault.into_iter().map(|case| (name.clone(), case)));
    }
    cases
}

impl Case {
    /// The pack with its fault.
    pub fn pack(&self) -> Pack {
        let mut pack = Pack::default().over(&self.base);
        for over in &self.over {
            pack = pack.over(over);
        }
        for edit in &self.edit {
            pack = match (&edit.find, &edit.put, &edit.add, edit.remove) {
                (Some(find), Some(put), None, false) => pack.with(&edit.file, find, put),
                (None, None, Some(add), false) => pack.and(&edit.file, add),
                (None, None, None, true) => pack.without(&edit.file),
                _ => panic!("an edit has find and put, or add, or remove = true: {edit:?}"),
            };
        }
        pack
    }

    /// File and line at which the fault is told.
    pub fn at(&self) -> String {
        match (&self.at, self.pack().mark()) {
            (Some(at), None) => at.clone(),
            (None, Some((file, line, _))) => format!("{file}:{line}"),
            _ => panic!("either `at` or a mark «, not both: {self:?}"),
        }
    }

    /// What is not as the table says, if anything.
    pub fn wrong(&self) -> Option<String> {
        let pack = self.pack();
        let (world, faults) = pack.load();
        let [fault] = &faults.iter().collect::<Vec<_>>()[..] else {
            return Some(format!("not exactly one fault:\n{faults}"));
        };
        let place = |file: &str, line: u32| format!("{file}:{line}");
        let column = pack.mark().is_none_or(|(_, _, column)| column == fault.column);
        let other = fault.other.as_ref().map(|o| place(&o.file, o.line));
        let wrong = [
            ("the kind", fault.code != self.kind),
            ("the words", !fault.message.contains(&self.says)),
            ("the way out", !fault.help.contains(&self.help)),
            ("the place", place(&fault.file, fault.line) != self.at() || !column),
            ("the other place", self.other.is_some() && other != self.other),
            ("the other place is not said", other.is_some_and(|other| !fault.message.contains(&other))),
            ("how bad it is", (fault.severity == Severity::Warning) != self.warning || world.is_some() != self.warning),
        ];
        let wrong: Vec<_> = wrong.iter().filter(|(_, wrong)| *wrong).map(|(what, _)| *what).collect();
        (!wrong.is_empty()).then(|| format!("{}:\n{fault}", wrong.join(", ")))
    }
}
