//! Packs: the institutions of one jurisdiction as text files, parsed, layered and checked.
//!
//! A pack is a folder of TOML. Packs lie in layers (nation, province, city, county): a lower layer
//! adds and tightens, never loosens. Whatever is wrong is a [`Fault`] with its file, line, column and
//! a way out. The crate does no I/O: it is handed the texts ([`Sources`]) and answers a [`World`].

pub mod compare;
pub mod condition;
pub mod duties;
pub mod fault;
pub mod item;
pub mod letter;
pub mod limits;
pub mod org;
pub mod powers;
pub mod procedure;
pub mod world;

mod check;
mod graph;
mod kinds;
mod load;
mod map;
pub mod schema;
mod search;
mod table;
mod text;
mod written_at;

pub use check::{LETTERS, ROLES};
pub use condition::Condition;
pub use duties::{Duties, DutyRule, FindingRule, Group, LeadsTo, Strategy};
pub use fault::{Fault, Faults, Severity, Sources, Spot};
pub use item::{Item, ItemLimit, Material};
pub use kinds::KINDS;
pub use letter::Letter;
pub use limits::{LimitLibrary, LimitVersion};
pub use load::{load, load_with_warnings};
pub use map::IndexMap;
pub use org::{Division, Officer, Org, Post, Tier, Unit};
pub use powers::Power;
pub use procedure::{
    Action, Binds, By, Children, Clock, Duty, Each, Every, Field, FieldKind, LimitRef, Procedure, Retention, Whose,
    Within,
};
pub use table::{role_title, transition_table};
pub use world::World;
pub use written_at::WrittenAt;

/// A name written in a pack: cheap to clone, compared as text.
pub type Name = std::sync::Arc<str>;
