//! A small pack without a fault, and ways to put one in.
#![allow(dead_code)]
#![allow(clippy::disallowed_methods, reason = "the tests read their packs from folders")]

pub mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use xiaoneng_pack::{Fault, Faults, Severity, Sources, World, load_with_warnings};

pub const LIMITS: &str = "cn/limits/licence.toml";
pub const LICENCE: &str = "cn/procedures/licence.toml";
pub const POWER: &str = "cn/procedures/power.toml";
pub const WORDS: &str = "cn/words.toml";
pub const CITY: &str = "city/pack.toml";
pub const DIVISIONS: &str = "city/divisions.toml";
pub const ORG: &str = "city/org.toml";
pub const OFFICERS: &str = "city/officers.toml";
pub const ITEMS: &str = "city/items.toml";
pub const LAYERS: &str = "city/calendar/layers.toml";

/// Texts by path; a `«` marks where a fault is expected and is taken out before loading.
#[derive(Clone, Default)]
pub struct Pack(pub BTreeMap<String, String>);

/// This folder of tests, also for the tests of another crate.
pub fn tests() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../pack/tests")).to_owned()
}

/// `tests/packs/good`: two layers, two counties, one item, and no fault.
pub fn good() -> Pack {
    Pack::default().over("good")
}

impl Pack {
    /// Lays the files of `tests/packs/NAME` over it.
    pub fn over(mut self, name: &str) -> Self {
        let root = tests().join("packs").join(name);
        assert!(root.is_dir(), "tests/packs/{name} is a folder");
        self.folder(&root, &root);
        self
    }

    fn folder(&mut self, root: &Path, folder: &Path) {
        for entry in fs::read_dir(folder).expect("a folder of the tests") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                self.folder(root, &path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                self.0.insert(name, fs::read_to_string(&path).expect("a text"));
            }
        }
    }

    /// Writes it as folders, without the marks.
    pub fn write(&self, root: &Path) {
        for (path, text) in &self.0 {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text.replace('«', "")).expect("written");
        }
    }

    /// Replaces a piece of text that must stand there exactly once.
    pub fn with(mut self, path: &str, find: &str, replacement: &str) -> Self {
        let text = self.0.get_mut(path).unwrap_or_else(|| panic!("no file {path}"));
        assert_eq!(text.matches(find).count(), 1, "{find:?} stands exactly once in {path}");
        *text = text.replace(find, replacement);
        self
    }

    /// Adds a text at the end of a file, which may be new.
    pub fn and(mut self, path: &str, more: &str) -> Self {
        self.0.entry(path.to_owned()).or_default().push_str(more);
        self
    }

    pub fn without(mut self, path: &str) -> Self {
        self.0.remove(path).unwrap_or_else(|| panic!("no file {path}"));
        self
    }

    /// A pack under the city's, for one county.
    pub fn county(self) -> Self {
        self.over("county")
    }

    pub fn sources(&self) -> Sources {
        self.0.iter().map(|(path, text)| (path.clone(), text.replace('«', ""))).collect()
    }

    pub fn load(&self) -> (Option<World>, Faults) {
        load_with_warnings(&self.sources())
    }

    #[track_caller]
    pub fn world(&self) -> World {
        let (world, faults) = self.load();
        assert!(faults.is_empty(), "{faults}");
        world.expect("a world")
    }

    /// Where the mark stands: file, line, column.
    pub fn mark(&self) -> Option<(String, u32, u32)> {
        let (path, text) = self.0.iter().find(|(_, text)| text.contains('«'))?;
        let before = &text[..text.find('«').expect("a mark «")];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Some((path.clone(), line as u32, column as u32))
    }

    /// There is exactly one fault, at the mark; answers it.
    #[track_caller]
    pub fn one_fault(&self, code: &str, message: &str, help: &str) -> Fault {
        let (world, faults) = self.load();
        assert_eq!(faults.len(), 1, "exactly one fault, {code}:\n{faults}");
        let fault = faults.iter().next().expect("one").clone();
        assert_eq!(fault.code, code, "{fault}");
        assert!(fault.message.contains(message), "the message says {message:?}:\n{fault}");
        assert!(fault.help.contains(help), "the way out says {help:?}:\n{fault}");
        if let Some(expected) = self.mark() {
            assert_eq!((fault.file.clone(), fault.line, fault.column), expected, "the place:\n{fault}");
        }
        assert_eq!(world.is_some(), fault.severity == Severity::Warning, "{fault}");
        fault
    }
}
