//! What time alone does to a case's clocks: lights that turn and limits that lapse, each from its instant.

use jiff::Timestamp;
use xiaoneng_calendar::Known;
use xiaoneng_pack::{Clock, Every, Name, Procedure};

use super::{
    known,
    period::{Period, Periods},
    run::{Run, last_run, runs},
    stretch::{Point, closes, stretches},
};
use crate::{Case, Facts, Light, Mark, case::RunId};

/// A change of light, or a lapse, and the instant from which it counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Turn {
    pub run: RunId,
    /// From this instant.
    pub at: Timestamp,
    /// The new light.
    pub light: Light,
    /// The limit itself ran out, with its consequence.
    pub lapse: bool,
    /// When the run started.
    pub started: Timestamp,
}

impl Turn {
    /// It is on record already. Lights only go up: a recorded red stands for the yellow before it.
    fn is_recorded(&self, mark: Option<&Mark>) -> bool {
        match self.lapse {
            true => mark.is_some_and(|m| m.lapsed.is_some()),
            false => mark.and_then(|m| m.light).is_some_and(|(light, _)| light >= self.light),
        }
    }
}

/// How far back to look for what is not on record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// At runs that go on. What befell an earlier run was recorded before the act that ended it.
    Open,
    /// At every run: after a correction anything may have become true.
    All,
}

/// Every turn of every run up to an instant (or the run's stop), oldest first.
pub(crate) fn turns(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<Turn> {
    let known = known(&case.unit, facts, at);
    let mut out = Vec::new();
    for (id, clock) in &procedure.clocks {
        for run in runs(id, clock, case) {
            turns_of(id, clock, case, &run, &known, facts, at, 1, &mut out);
        }
    }
    in_order(out)
}

/// The turns up to an instant that are not on record yet, oldest first.
pub(crate) fn pending(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp, look: Look) -> Vec<Turn> {
    if look == Look::All {
        let mut all = turns(procedure, case, facts, at);
        all.retain(|t| !t.is_recorded(case.marks.get(&t.run)));
        return all;
    }
    let known = known(&case.unit, facts, at);
    let mut out = Vec::new();
    for (id, clock) in &procedure.clocks {
        let Some(run) = last_run(id, clock, case).filter(Run::is_open) else { continue };
        turns_of(id, clock, case, &run, &known, facts, at, last_marked(id, &run, case), &mut out);
    }
    out.retain(|t| !t.is_recorded(case.marks.get(&t.run)));
    in_order(out)
}

/// Oldest first; at one instant, the clock that started first.
fn in_order(mut turns: Vec<Turn>) -> Vec<Turn> {
    turns.sort_by_key(|t| (t.at, t.started, t.lapse));
    turns
}

/// The last period of a run of which anything is on record: those before it were looked at.
fn last_marked(id: &Name, run: &Run, case: &Case) -> u32 {
    let key = |period| RunId { clock: id.clone(), event: run.start.event.clone(), period };
    let mut marked = case.marks.range(key(1)..=key(u32::MAX));
    marked.next_back().map_or(1, |(run, _)| run.period)
}

#[expect(clippy::too_many_arguments, reason = "one clock's facts, each of another kind")]
fn turns_of(
    id: &Name,
    clock: &Clock,
    case: &Case,
    run: &Run,
    known: &Known,
    facts: &Facts,
    at: Timestamp,
    from_period: u32,
    out: &mut Vec<Turn>,
) {
    if let Some(every) = clock.every {
        return periodic(id, clock, case, run, every, facts, at, from_period, out);
    }
    let mut first = out.len();
    let mut key = &run.start.event;
    for stretch in stretches(clock, case, run, facts, known, at) {
        if key != stretch.key {
            (key, first) = (stretch.key, out.len());
        }
        if stretch.paused.is_some() {
            continue; // Still paused: nothing turns until it runs again.
        }
        for point in stretch.points(clock, known) {
            let turn_at = point.at.max(stretch.from);
            let again = out[first..].iter().any(|t| t.light == point.light && t.lapse == point.lapse);
            if turn_at <= stretch.until && !again {
                let run_id = RunId { clock: id.clone(), event: key.clone(), period: 0 };
                let (light, lapse) = (point.light, point.lapse);
                out.push(Turn { run: run_id, at: turn_at, light, lapse, started: run.start.at });
            }
        }
    }
}

/// Each period that was not discharged in time warns once and lapses once, however long nobody looked.
#[expect(clippy::too_many_arguments, reason = "one clock's facts, each of another kind")]
fn periodic(
    id: &Name,
    clock: &Clock,
    case: &Case,
    run: &Run,
    every: Every,
    facts: &Facts,
    at: Timestamp,
    from_period: u32,
    out: &mut Vec<Turn>,
) {
    let periods = Periods::of(every, run, closes(&case.unit, facts));
    let end = run.until(at);
    for n in from_period.. {
        let Some(period) = periods.get(n).filter(|p| p.n == 1 || p.begins < end) else { return };
        for Point { at, light, lapse } in period_points(clock, &period) {
            if at <= end && period.done.is_none_or(|done| at <= done) {
                let run_id = RunId { clock: id.clone(), event: run.start.event.clone(), period: n };
                out.push(Turn { run: run_id, at, light, lapse, started: run.start.at });
            }
        }
    }
}

/// A period's warning and its lapse; the lapse is its red light too, for nothing was promised but the period.
pub(crate) fn period_points(clock: &Clock, period: &Period) -> [Point; 2] {
    let warning = Point { at: period.warns_at(clock.yellow), light: Light::Yellow, lapse: false };
    [warning, Point { at: period.lapses_at(), light: Light::Red, lapse: true }]
}
