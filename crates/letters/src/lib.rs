//! 文书: official letters of one page, as HTML that prints on A4 in the manner of GB/T 9704-2012.
//!
//! A letter needs only values ([`LetterData`]): it queries nothing and computes no date. Its sentences are
//! our own; the articles it cites are those it is given, and where the facts have seen none it says 依法.
//! No seal is drawn: a letter counts as issued when its sealing is recorded, and a QR code is no seal.

mod body;
mod cite;
mod data;
mod forms;
mod frame;
mod qr;
mod strip;

pub use cite::{cite, plain_date};
pub use data::{Contact, Due, Letter, LetterData, Missing, Remedy, Track, remedies};
pub use frame::{document, render};

/// The print stylesheet of all letters. The page that shows a letter links to it.
pub const CSS: &str = include_str!("../assets/letters.css");
