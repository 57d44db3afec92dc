//! A small pack without a fault, and ways to put one in.
#![allow(dead_code)]

use std::collections::BTreeMap;

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
#[derive(Clone)]
pub struct Pack(pub BTreeMap<String, String>);

pub fn good() -> Pack {
    let files = [
        ("cn/pack.toml", "id = \"cn\"\ntitle = \"国家\"\n".to_owned()),
        ("cn/calendar/notices.toml", include_str!("notices.toml").to_owned()),
        ("cn/calendar/statutory.toml", statutory()),
        (WORDS, "[words]\nreasons = [\"听证\", \"鉴定\"]\n\n[values]\ntap-hours = 1\n".to_owned()),
        (LIMITS, include_str!("limits.toml").to_owned()),
        (LICENCE, include_str!("licence.toml").to_owned()),
        (POWER, include_str!("power.toml").to_owned()),
        (CITY, "id = \"city\"\ntitle = \"海东市\"\nunder = \"cn\"\ndivision = \"6302\"\n".to_owned()),
        (DIVISIONS, include_str!("divisions.toml").to_owned()),
        (ORG, include_str!("org.toml").to_owned()),
        (OFFICERS, officers()),
        (ITEMS, include_str!("items.toml").to_owned()),
        (LAYERS, "[[layer]]\nid = \"hall\"\ntitle = \"大厅\"\n".to_owned()),
    ];
    Pack(files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect())
}

fn statutory() -> String {
    let mut text = include_str!("statutory.toml").to_owned();
    for year in 2004..=2035 {
        text.push_str(&format!(
            "[[anchor]]\nyear = {year}\nspring = \"{year}-02-05\"\nqingming = \"{year}-04-05\"\n\
             duanwu = \"{year}-06-10\"\nmid_autumn = \"{year}-09-20\"\n"
        ));
    }
    text
}

/// Two officers for each unit, who stand in for each other.
fn officers() -> String {
    let units =
        [("6302-swj", "sz"), ("630222-swj", "mh"), ("630223-swj", "hz"), ("630222100", "t1"), ("630223100", "t2")];
    let mut text = String::new();
    for (unit, id) in units {
        for n in ["a", "b"] {
            text.push_str(&format!("[[officer]]\nid = \"{id}-{n}\"\nname = \"某{n}\"\nunit = \"{unit}\"\n\n"));
        }
        let posts: &[&str] = if unit.contains('-') { &["window", "handler"] } else { &["window"] };
        for post in posts {
            text.push_str(&format!("[[stands]]\npost = \"{unit}.{post}\"\na = \"{id}-a\"\nb = \"{id}-b\"\n\n"));
        }
    }
    text
}

impl Pack {
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
        self.and("county/pack.toml", "id = \"county\"\ntitle = \"民和县\"\nunder = \"city\"\ndivision = \"630222\"\n")
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
    fn mark(&self) -> (String, u32, u32) {
        let (path, text) = self.0.iter().find(|(_, text)| text.contains('«')).expect("a mark «");
        let before = &text[..text.find('«').expect("a mark «")];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (path.clone(), line as u32, column as u32)
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
        if self.0.values().any(|text| text.contains('«')) {
            let expected = self.mark();
            assert_eq!((fault.file.clone(), fault.line, fault.column), expected, "the place:\n{fault}");
        }
        assert_eq!(world.is_some(), fault.severity == Severity::Warning, "{fault}");
        fault
    }
}
