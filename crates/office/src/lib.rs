//! The shell around the kernel: load, decide, append, effects; people; the watch; queries.
//!
//! There is one way through ([`Office::act`]): the case is loaded, `casework::decide` answers events or a
//! refusal, personal fields are sealed, and events, rows and effects are appended in one transaction.

mod act;
mod asked;
mod batch;
mod chance;
mod codec;
mod desk;
mod drafts;
mod effects;
mod error;
mod findings;
mod follow;
mod holidays;
pub mod impact;
mod intake;
mod leave;
mod letters;
mod messages;
mod number;
mod office;
mod oversight;
mod people;
mod powers;
mod public;
mod rebuild;
mod rows;
mod rules;
mod sealing;
mod time;
mod watch;

pub use act::{Done, Request, Who};
pub use batch::{Batch, Part};
pub use chance::{Chance, SystemChance};
pub use desk::{CaseFile, ListRow, Tab};
pub use drafts::{DRAFTS_MAX, DraftForm};
pub use error::{ActError, OfficeError};
pub use holidays::Moved;
pub use intake::Intake;
pub use leave::{LeaveNotice, PostView};
pub use letters::{Issued, Press};
pub use number::{new_number, track_code};
pub use office::{Office, Parts};
pub use oversight::{Lights, UnitLights};
pub use people::{SignIn, SignInError, hash_password};
pub use powers::MisplacedActs;
pub use public::{PublicResult, Tracked};
pub use rows::rows_of;
pub use rules::{InForce, KEEPER, RulesError, TakeEffect, kept_texts, rules_in_force};
pub use sealing::{KEPT_SECRET, mask_name};
pub use time::{DemoTime, OfficeTime, SystemTime};

pub use xiaoneng_pack::Name;
