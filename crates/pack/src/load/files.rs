//! Which file is what: told by its path alone.

use std::collections::BTreeMap;

use super::log::{Log, Place};
use super::read::{Table, parse};
use crate::Name;
use crate::fault::Sources;
use crate::text::did_you_mean;

/// What a file of a pack may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Pack,
    Calendar,
    Limits,
    Procedures,
    Items,
    Divisions,
    Org,
    Officers,
    Powers,
    Words,
    Duties,
}

impl Kind {
    pub const NAMES: [(&'static str, Kind); 11] = [
        ("pack", Kind::Pack),
        ("calendar", Kind::Calendar),
        ("limits", Kind::Limits),
        ("procedures", Kind::Procedures),
        ("items", Kind::Items),
        ("divisions", Kind::Divisions),
        ("org", Kind::Org),
        ("officers", Kind::Officers),
        ("powers", Kind::Powers),
        ("words", Kind::Words),
        ("duties", Kind::Duties),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// `licence.toml` in the folder `procedures`, `org.toml` in the pack's own folder.
    fn of(path: &[&str]) -> Option<Self> {
        let named = |name: &str| Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind);
        match path {
            [file] => {
                named(file.strip_suffix(".toml")?).filter(|kind| !matches!(kind, Kind::Calendar | Kind::Procedures))
            }
            [folder, _] => named(folder)
                .filter(|kind| matches!(kind, Kind::Calendar | Kind::Limits | Kind::Procedures | Kind::Items)),
            _ => None,
        }
    }
}

/// The files of all packs by folder and kind.
pub(crate) struct Files<'s> {
    /// By pack folder.
    folders: BTreeMap<Name, Vec<(Kind, Name, &'s str)>>,
}

impl<'s> Files<'s> {
    /// Sorts the texts by pack and kind; names those that are nothing.
    pub fn sort(sources: &'s Sources, log: &Log) -> Self {
        let mut folders: BTreeMap<Name, Vec<(Kind, Name, &'s str)>> = BTreeMap::new();
        for (path, text) in sources.iter().filter(|(path, _)| path.ends_with(".toml")) {
            let parts: Vec<&str> = path.split('/').collect();
            let file = Name::from(path);
            match parts.split_first() {
                Some((folder, rest)) if !rest.is_empty() => {
                    let files = folders.entry(Name::from(*folder)).or_default();
                    match Kind::of(rest) {
                        Some(kind) => files.push((kind, file, text)),
                        None => unknown_file(log, path, rest),
                    }
                }
                _ => log.error_of_file(
                    path,
                    "unknown-file",
                    "文件不在规则包的文件夹里".into(),
                    "放进一个文件夹，例如 cn/pack.toml",
                ),
            }
        }
        Self { folders }
    }

    /// The packs' folders.
    pub fn folders(&self) -> impl Iterator<Item = &Name> {
        self.folders.keys()
    }

    /// Shows every file of one kind in one folder. After a syntax error the names of that kind
    /// are not missed elsewhere: one fault is told, not a hundred that follow from it.
    pub fn each(&self, folder: &str, kind: Kind, log: &Log, mut show: impl FnMut(&Name, &'s str, &Table<'_>)) {
        let files = self.folders.get(folder).into_iter().flatten();
        for (_, file, text) in files.filter(|(k, _, _)| *k == kind) {
            match parse(log, file, text) {
                Some(root) => show(file, text, &Table::root(log, file, kind.name(), &root)),
                None => log.mark_unread(kind.name()),
            }
        }
    }
}

fn unknown_file(log: &Log, path: &str, rest: &[&str]) {
    let names = Kind::NAMES.iter().map(|(name, _)| *name);
    let first = rest[0].strip_suffix(".toml").unwrap_or(rest[0]);
    let place = Place { file: Name::from(path), start: 0, end: 0 };
    let help = match did_you_mean(first, names) {
        Some(meant) if meant != first => format!("是不是“{meant}”？"),
        _ => "规则包里有 pack.toml、words.toml、duties.toml、divisions.toml、org.toml、officers.toml、items.toml、powers.toml，\
              和 calendar、limits、procedures、items 四个文件夹（只有一层）"
            .to_owned(),
    };
    log.error(&place, "unknown-file", format!("规则包里没有“{}”这种文件", rest.join("/")), help);
}
