//! 文书: official letters as HTML that prints on A4 in the manner of GB/T 9704-2012, one sheet where one holds it.
//!
//! A letter needs only values ([`LetterData`]): it queries nothing and computes no date. What it says stands in its
//! procedure ([`fill`]), but for a few with forms of their own ([`Letter`]). Their sentences are
//! our own; the articles it cites are those it is given, and where the facts have seen none it says 依法.
//! No seal is drawn: a letter counts as issued when its sealing is recorded, and a QR code is no seal.

mod body;
mod cite;
mod data;
mod fill;
mod forms;
mod frame;
mod qr;
mod say;
mod strip;

pub use cite::{LawTitle, Laws, cite, plain_date};
pub use data::{Contact, Count, Letter, LetterData, Missing, Track, remedies};
pub use fill::{Addressee, ChildSaid, ClockSaid, Given, Own, Run, Said, Written, fill, title_of};
pub use frame::{document, render};
pub use say::{Names, plain_moment};

/// The print stylesheet of all letters. The page that shows a letter links to it.
pub const CSS: &str = include_str!("../assets/letters.css");
