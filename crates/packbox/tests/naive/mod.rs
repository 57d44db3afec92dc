//! Due dates counted again by someone who has never seen the calendar crate: from `counting-rules.md` and the
//! packs' texts, day by day.
//!
//! Only plain values are shared with the engine: the question (`Question`, `Pause`, `Length`, `Direction`, a `Layer`)
//! and civil dates. How long a month is, on which weekday a day falls, what was published by when, which version of
//! a limit is in force: all of it is read and reckoned here once more, slowly and in the open.
#![allow(dead_code)]

pub mod count;
pub mod days;
pub mod dice;
pub mod known;
pub mod last;
pub mod library;
