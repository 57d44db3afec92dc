//! What decides whether a clock starts: a condition over the fields, read once, when it would.
//!
//! What was found is written in the event: a field that changes later starts nothing and stops nothing.

use jiff::Timestamp;
use xiaoneng_pack::{Clock, Name, Procedure};

use crate::{Case, children, decide::operand, facts::civil, fields::Sheet};

/// Clocks that an action would start, but for their condition.
pub(crate) fn spared(
    procedure: &Procedure,
    action: &Name,
    case: Option<&Case>,
    sheet: &Sheet,
    at: Timestamp,
) -> Vec<Name> {
    let would = procedure.clocks.iter().filter(|(_, c)| c.starts.contains(action));
    would.filter(|(_, c)| !starts(procedure, c, case, sheet, at)).map(|(id, _)| id.clone()).collect()
}

/// Does the clock's condition hold? Where it cannot be told (a field is empty), the limit runs: it is the law's, and
/// only what is known takes a case out of it.
pub(crate) fn starts(procedure: &Procedure, clock: &Clock, case: Option<&Case>, sheet: &Sheet, at: Timestamp) -> bool {
    let Some(condition) = &clock.only_if else { return true };
    let now = civil(at);
    let lookup = |name: &str| operand(name, sheet, procedure, now).or_else(|| children::operand(name, case));
    condition.eval(&lookup).unwrap_or(true)
}
