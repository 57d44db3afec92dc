//! Texts to a [`World`]: read, laid over each other, checked; every fault is told, not the first only.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::fault::{Faults, Sources};
use crate::schema::grammar::Grammar;
use crate::{IndexMap, Item, LimitLibrary, Name, Org, Procedure, World, WrittenAt, check};
use layers::Pack;
use log::{Log, Place, Word};
use read::Places;
use words::Words;

pub(crate) use action::{PERSONS, condition_fault};
pub(crate) use files::Kind;
pub(crate) use powers::DraftPower;
pub(crate) use procedures::EXTENDING;

mod action;
mod calendar;
mod children;
mod clock;
mod duties;
mod files;
mod items;
mod laws;
mod layers;
mod letters;
mod limits;
pub(crate) mod log;
mod org;
mod people;
mod powers;
mod procedures;
pub(crate) mod read;
mod tighten;
mod words;

/// Reads, lays and checks all packs.
///
/// # Errors
/// Everything that is wrong, with file, line, column and the way out. Warnings alone are no error
/// (see [`load_with_warnings`]).
///
/// ```
/// use xiaoneng_pack::{Sources, load};
/// let faults = load(&Sources::from_iter([("cn/pack.toml", "id = \"cn\"\ntitel = \"国家\"\n")])).unwrap_err();
/// let fault = faults.iter().find(|f| f.code == "unknown-key").unwrap();
/// assert_eq!((fault.line, fault.column), (2, 1));
/// assert_eq!(fault.help, "是不是“title”？");
/// ```
pub fn load(sources: &Sources) -> Result<World, Faults> {
    match load_with_warnings(sources) {
        (Some(world), _) => Ok(world),
        (None, faults) => Err(faults),
    }
}

/// As [`load`], with the warnings also when all is well. Without a world, one of the faults is an error.
pub fn load_with_warnings(sources: &Sources) -> (Option<World>, Faults) {
    let log = Log::new(sources);
    let draft = Draft::read(sources, &log);
    if let Some(draft) = &draft {
        check::check(draft, &log);
    }
    let written_at = draft.as_ref().map(|draft| draft.written_at(sources, &log)).unwrap_or_default();
    let faults = log.into_faults();
    let world = draft.filter(|_| !faults.has_errors()).and_then(|draft| draft.into_world(sources, written_at));
    assert!(world.is_some() || faults.has_errors(), "a pack without errors makes a world");
    (world, faults)
}

/// What the readers ask for, learnt from texts that make them ask for everything.
pub(crate) fn grammar(sources: &Sources) -> Grammar {
    let log = Log::learning(sources);
    Draft::read(sources, &log);
    log.grammar.map(std::cell::RefCell::into_inner).unwrap_or_default()
}

/// All that was read, with the places it was read from.
pub(crate) struct Draft {
    pub packs: Vec<Pack>,
    pub words: Words,
    pub duties: duties::DraftDuties,
    pub limits: LimitLibrary,
    pub calendar: calendar::Calendars,
    pub org: Org,
    pub org_places: OrgPlaces,
    pub procedures: IndexMap<Name, DraftProcedure>,
    pub items: IndexMap<Name, DraftItem>,
    pub powers: Vec<DraftPower>,
}

/// Where units and people are written.
#[derive(Default)]
pub(crate) struct OrgPlaces {
    pub divisions: IndexMap<Name, Place>,
    pub units: IndexMap<Name, Place>,
    pub calendars: IndexMap<Name, Place>,
    pub posts: IndexMap<Name, Place>,
    pub officers: IndexMap<Name, Place>,
}

/// A procedure with its places (`actions.accept.to`).
#[derive(Clone)]
pub(crate) struct DraftProcedure {
    pub procedure: Procedure,
    pub places: Places,
    pub place: Place,
    /// Index into [`Draft::packs`] of the lowest layer that wrote on it.
    pub layer: usize,
    /// Read without a fault: what follows from one key (a misspelt `to` makes a state unreachable)
    /// is told only when the keys themselves are right.
    pub sound: bool,
}

/// An item of one unit, with the places of the entry it was expanded from.
pub(crate) struct DraftItem {
    pub item: Item,
    pub source: Arc<items::ItemSource>,
}

impl DraftProcedure {
    /// The place of a path, or of the nearest thing around it.
    pub fn place(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(path) {
                return place.clone();
            }
            let Some((outer, _)) = path.rsplit_once('.') else { return self.place.clone() };
            path = outer;
        }
    }
}

impl Draft {
    fn read(sources: &Sources, log: &Log) -> Option<Self> {
        for (path, why) in sources.refused() {
            log.error_of_file(path, "too-large", why.clone(), "把大文件移出规则包；规则包里只放文字规则");
        }
        if !sources.refused().is_empty() {
            return None;
        }
        let files = files::Files::sort(sources, log);
        let packs = layers::read(&files, log);
        if packs.is_empty() {
            if log.count() == 0 {
                log.error_of_file(
                    "pack.toml",
                    "no-pack",
                    "这里没有规则包".into(),
                    "规则包是一个文件夹，里面要有 pack.toml",
                );
            }
            return None;
        }
        let words = words::read(&files, &packs, log);
        let limits = limits::read(&files, &packs, log);
        let calendar = calendar::read(&files, &packs, log);
        let (mut org, mut org_places) = org::read(&files, &packs, log);
        people::read(&files, &packs, &mut org, &mut org_places, log);
        org.index();
        let duties = duties::read(&files, &packs, &org, log);
        let procedures = procedures::read(&files, &packs, &words, &limits, log);
        let items = items::read(&files, &packs, &org, &limits, log);
        let powers = powers::read(&files, &packs, &org, log);
        Some(Self { packs, words, duties, limits, calendar, org, org_places, procedures, items, powers })
    }

    /// Lines of the entries that do not carry their own.
    fn written_at(&self, sources: &Sources, log: &Log) -> WrittenAt {
        let mut written = WrittenAt::default();
        for (id, draft) in &self.procedures {
            written.put("procedure", id, log.spot(&draft.place));
            for (path, place) in &draft.places {
                let mut parts = path.split('.');
                if let (Some(table), Some(name)) = (parts.next(), parts.next()) {
                    let part = format!("{id} {table}.{name}");
                    if written
                        .of("procedure", &part)
                        .is_none_or(|spot| *spot.file == *place.file && spot.line > log.line(place))
                    {
                        written.put("procedure", &part, log.spot(place));
                    }
                }
            }
        }
        let places = &self.org_places;
        for (kind, all) in [
            ("unit", &places.units),
            ("post", &places.posts),
            ("officer", &places.officers),
            ("division", &places.divisions),
        ] {
            for (id, place) in all {
                written.put(kind, id, log.spot(place));
            }
        }
        for notice in self.calendar.national.iter().flat_map(|c| c.notices()) {
            let quoted = format!("\"{}\"", notice.number);
            let line =
                |text: &str| text.lines().position(|l| l.trim_start().starts_with("number") && l.contains(&quoted));
            let found = sources.iter().find_map(|(path, text)| Some((path, line(text)? as u32 + 1)));
            if let Some((file, line)) = found {
                written.put("notice", &notice.number, crate::Spot { file: file.to_owned(), line, column: 1 });
            }
        }
        written
    }

    fn into_world(self, sources: &Sources, written_at: WrittenAt) -> Option<World> {
        Some(World {
            version: version(sources),
            layers: self.packs.into_iter().map(|p| p.layer).collect(),
            calendar: self.calendar.national?,
            calendars: self.calendar.local,
            limits: self.limits,
            procedures: self.procedures.into_iter().map(|(id, d)| (id, Arc::new(d.procedure))).collect(),
            items: self.items.into_iter().map(|(code, d)| (code, Arc::new(d.item))).collect(),
            powers: self.powers.into_iter().map(|d| d.power).collect(),
            org: self.org,
            duties: self.duties.duties,
            words: self.words.lists.into_iter().map(|(name, list)| (name, list.words)).collect(),
            values: self.words.values.into_iter().map(|(name, (value, _))| (name, value)).collect(),
            written_at,
        })
    }
}

/// SHA-256 over all paths and texts, each with its length before it; the first 16 hex digits.
fn version(sources: &Sources) -> String {
    let mut hash = Sha256::new();
    for (path, text) in sources.iter() {
        for part in [path, text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hex::encode(&hash.finalize()[..8])
}

/// Letters of a name in a pack: small letters, digits, `-`; begins with a letter or digit.
fn check_name(log: &Log, word: &Word, what: &str) {
    let fine = !word.text.is_empty()
        && word.text.len() <= 60
        && word.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !word.text.starts_with('-')
        && !word.text.ends_with('-');
    if !fine {
        let message = format!("“{}”不能作{what}的名字", word.text);
        log.error(&word.place, "bad-name", message, "名字只用小写英文字母、数字和中间的“-”，最多 60 个");
    }
}
