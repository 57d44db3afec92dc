//! The rows of one tenant.

use crate::{AwayRow, BreachRow, CaseRow, ClockRow, DumpWriter, NoticeRow, Result, RowChange, StoreError, SummaryRow};
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Rows {
    pub cases: BTreeMap<String, CaseRow>,
    pub clocks: BTreeMap<String, Vec<ClockRow>>,
    pub notices: BTreeMap<String, NoticeRow>,
    pub away: BTreeMap<(String, String), AwayRow>,
    pub breaches: BTreeMap<String, BreachRow>,
    /// Number to case.
    numbers: BTreeMap<String, String>,
}

pub(super) fn taken(number: &str, by: &str) -> StoreError {
    let (space, value, by) = ("number".to_owned(), number.to_owned(), by.to_owned());
    StoreError::Taken { space, value, by }
}

impl Rows {
    /// A number belongs to one case, and a case keeps its number.
    pub fn check_number(&self, change: &RowChange) -> Result<()> {
        let RowChange::Case(row) = change else {
            return Ok(());
        };
        if let Some(old) = self.cases.get(&row.case)
            && old.number != row.number
        {
            let what = format!("case {} keeps its number, it cannot become {}", row.case, row.number);
            return Err(StoreError::Invalid { what });
        }
        match self.numbers.get(&row.number) {
            Some(by) if *by != row.case => Err(taken(&row.number, by)),
            _ => Ok(()),
        }
    }

    pub fn put(&mut self, change: RowChange) {
        match change {
            RowChange::Case(row) => {
                self.numbers.insert(row.number.clone(), row.case.clone());
                self.cases.insert(row.case.clone(), row);
            }
            RowChange::Clocks { case, mut rows } => {
                rows.sort_by(|a, b| a.clock.cmp(&b.clock));
                if rows.is_empty() {
                    self.clocks.remove(&case);
                } else {
                    self.clocks.insert(case, rows);
                }
            }
            RowChange::Notice(row) => {
                self.notices.insert(row.id.clone(), row);
            }
            RowChange::Away(row) => {
                self.away.insert((row.case.clone(), row.post.clone()), row);
            }
            RowChange::AwayGone { case } => self.away.retain(|(of, _), _| *of != case),
            RowChange::Breach(row) => {
                self.breaches.insert(row.id.clone(), row);
            }
            RowChange::BreachGone { id } => {
                self.breaches.remove(&id);
            }
        }
    }

    /// Counted afresh each time: what stores that keep a table must equal.
    pub fn summary(&self) -> Vec<SummaryRow> {
        let mut counts = BTreeMap::new();
        for row in self.cases.values() {
            let key = (&row.tenant, &row.unit, &row.procedure, &row.light, row.open);
            *counts.entry(key).or_insert(0_u64) += 1;
        }
        counts
            .into_iter()
            .map(|((tenant, unit, procedure, light, open), count)| SummaryRow {
                tenant: tenant.clone(),
                unit: unit.clone(),
                procedure: procedure.clone(),
                light: light.clone(),
                open,
                count,
            })
            .collect()
    }

    pub fn dump(&self) -> Result<String> {
        let mut dump = DumpWriter::default();
        self.cases.values().try_for_each(|row| dump.row("case", row))?;
        for (case, rows) in &self.clocks {
            rows.iter().try_for_each(|row| dump.row("clock", &json!({"case": case, "row": row})))?;
        }
        self.notices.values().try_for_each(|row| dump.row("notice", row))?;
        self.away.values().try_for_each(|row| dump.row("away", row))?;
        self.breaches.values().try_for_each(|row| dump.row("breach", row))?;
        self.summary().iter().try_for_each(|row| dump.row("summary", row))?;
        Ok(dump.finish())
    }
}
