//! What may happen to a case, and when it is due: the kernel, pure.
//!
//! [`decide`] takes a procedure, a case, what someone wants to do, the facts it needs and the instant,
//! and answers events or a refusal. [`evolve`] folds an event into a case and never fails.
//! [`clock_views`] is the one function behind every date, light and explanation shown anywhere.
//!
//! Nothing here reads a clock, draws chance, does I/O or awaits: the same values give the same answer.

mod authority;
mod case;
mod children;
mod clock;
mod correct;
mod decide;
mod draft;
mod duties;
mod event;
mod extend;
mod facts;
mod fields;
mod handover;
mod light;
mod named;
mod perform;
mod refusal;
mod timely;
mod value;
mod watch;

pub use authority::{Standing, acting_in, posts_for, standing_in};
pub use case::{Act, Case, Child, Mark, Offer, Pause, RunId, Written, evolve, replay};
pub use children::{News, passed_on, told};
pub use clock::{ClockView, Status, clock_lights, clock_views, leading};
pub use decide::{Command, Decision, Possible, Verb, decide, possible};
pub use duties::{Finding, Pass, concerned, finding_for, finding_id, give_back_until, is_gone, passes};
pub use event::{
    Acted, Actor, Attachment, Breach, Happening, Opening, Parent, Planned, Recorded, RulesInForce, Stream, Terms,
};
pub use facts::{Away, Facts, PLACE};
pub use fields::check_fields;
pub use light::Light;
pub use named::may_be_named;
pub use refusal::{FieldFault, Refusal, Why};
pub use value::{Fields, Value};
pub use watch::due_by_law;

pub use xiaoneng_pack::Name;
