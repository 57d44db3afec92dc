//! Rows as text, the same from every store.

use crate::Result;
use serde::Serialize;
use xiaoneng_ledger::canonical_bytes;

/// One row as one line: its table and its canonical JSON.
///
/// # Errors
/// [`Invalid`](crate::StoreError::Invalid) if it does not serialise.
pub fn dump_line<T: Serialize>(table: &str, row: &T) -> Result<String> {
    let json = canonical_bytes(row)?;
    Ok(format!("{table} {}\n", String::from_utf8_lossy(&json)))
}

/// Collects lines; sorted within a table, so that no store's order shows.
#[derive(Default, Debug)]
pub struct DumpWriter {
    lines: Vec<String>,
}

impl DumpWriter {
    /// Adds one row.
    ///
    /// # Errors
    /// As [`dump_line`].
    pub fn row<T: Serialize>(&mut self, table: &str, row: &T) -> Result<()> {
        self.lines.push(dump_line(table, row)?);
        Ok(())
    }

    /// The text.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.lines.sort();
        self.lines.concat()
    }
}
