//! For measurements alone: plain SQLite beside this store, and a store filled by the million.

mod multiply;
mod twin;

pub use multiply::multiply;
pub use twin::{BenchFigure, BenchGroup, raw_sqlite, same_content, through_store};
