//! Sentences of the law and of the office's life, tried on the engine.
//!
//! Each file in `scenarios/` holds scenarios that a lawyer can read: lines of time, who, what; then what must be
//! true. A line that starts with ✗ must be refused, with the words after ⇒ in the refusal.
//!
//! ```
//! let world = xiaoneng_packbox::world();
//! let all = xiaoneng_scenarios::all();
//! let first = all.iter().find(|s| s.text.procedure_of(&world).as_deref() == Some("petition")).unwrap();
//! assert_eq!(first.text.play(&world), Ok(()));
//! ```

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use xiaoneng_casework::Name;
use xiaoneng_pack::World;

mod family;
mod fields;
mod holds;
mod stage;

static TEXTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../scenarios");

/// A file of scenarios.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scenario: Vec<Scenario>,
}

/// One sentence, how it comes about, and what is true then.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The sentence.
    pub title: String,
    /// Its article, or the institution it belongs to.
    #[serde(default)]
    pub basis: String,
    /// A pack of the tests, in place of the city's.
    #[serde(default)]
    pub pack: Option<String>,
    /// The item applied for.
    #[serde(default)]
    pub item: Option<String>,
    /// The procedure, where there is no item.
    #[serde(default)]
    pub procedure: Option<String>,
    /// The unit that decides, where there is no item.
    #[serde(default)]
    pub unit: Option<String>,
    /// The unit at whose window it comes in.
    #[serde(default)]
    pub intake: Option<String>,
    /// What happens: `2015-08-20 10:00 窗口 收件 …`.
    pub steps: Vec<String>,
    /// What is true then: `状态 已办结`.
    #[serde(default)]
    pub then: Vec<String>,
}

/// A scenario of the box, and the file that it stands in.
#[derive(Clone, Debug)]
pub struct Told {
    /// `petition`
    pub file: String,
    /// The scenario.
    pub text: Scenario,
}

/// Every scenario of the box, file by file.
///
/// # Panics
/// If a file of the box cannot be read: then the program should not have been built.
pub fn all() -> Vec<Told> {
    let mut files: Vec<_> = TEXTS.files().collect();
    files.sort_by_key(|f| f.path());
    let mut out = Vec::new();
    for file in files {
        let name = file.path().file_stem().map_or(String::new(), |s| s.to_string_lossy().into_owned());
        let text = file.contents_utf8().unwrap_or_default();
        let scenarios = parse(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        out.extend(scenarios.into_iter().map(|text| Told { file: name.clone(), text }));
    }
    out
}

/// The scenarios of one file.
///
/// # Errors
/// What is wrong with the file, and where.
pub fn parse(text: &str) -> Result<Vec<Scenario>, String> {
    toml::from_str::<File>(text).map(|file| file.scenario).map_err(|e| e.to_string())
}

impl Scenario {
    /// The procedure that it is about.
    pub fn procedure_of(&self, world: &World) -> Option<Name> {
        let of_item = |item: &String| world.items.get(item.as_str()).map(|i| i.procedure.clone());
        self.item.as_ref().and_then(of_item).or_else(|| self.procedure.as_deref().map(Name::from))
    }

    /// Plays it on the engine.
    ///
    /// # Errors
    /// The step or the sentence that does not hold, in words.
    pub fn play(&self, world: &World) -> Result<(), String> {
        stage::play(self, world)
    }
}
