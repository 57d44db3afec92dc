//! The embedded store: SQLite for a county or a city.
//!
//! One writer thread takes what waits (up to [`Options::group_max`] acts), writes it in one
//! transaction and makes it durable with one sync (WAL, `synchronous=FULL`); only then does any of
//! them get its answer. Readers have connections of their own and never wait for the writer.
//!
//! In the data folder: `xiaoneng.db` (evidence and rows), `desk.db` (what may be lost), `files.db`
//! (attachments), `keys.db` (keys of sealed fields, see [`SqliteKeys`]: back it up apart), `lock`.

mod append;
mod bench;
mod cases;
mod desk;
mod effects;
mod fault;
mod files;
mod health;
mod keys;
mod lists;
mod open;
mod put_rows;
mod read;
mod rebuild;
mod schema;
mod side;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use bench::{BenchFigure, BenchGroup, multiply, raw_sqlite, same_content, through_store};
pub use keys::SqliteKeys;
pub use open::{Options, SqliteStore};
