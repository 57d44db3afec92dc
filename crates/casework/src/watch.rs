//! What the law does by time alone: lights, lapses, and the actions that follow from a lapse.

use jiff::Timestamp;
use xiaoneng_pack::{Binds, Duty, LimitRef, Name, Procedure};

use crate::{
    Breach, Case, Facts, Happening, Recorded,
    clock::{Due, runs_and_turns},
    draft::Draft,
    perform::act_by_law,
};

/// A case cannot lapse more often than this at one go; a procedure that does is a ring.
const LAPSES_MAX: usize = 200;

/// Events by the law itself that are due on a case at or before an instant, oldest first.
///
/// The watch may be late, the law may not: each event counts from the instant it fell due. At one
/// instant, the clock that started first goes first. Answers nothing when nothing is due.
pub fn due_by_law(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<Recorded> {
    let mut draft = Draft::new(Some(case.clone()), "".into(), facts, at);
    catch_up(procedure, &mut draft, facts);
    draft.into_case_events()
}

/// Bring a draft up to its instant.
pub(crate) fn catch_up(procedure: &Procedure, draft: &mut Draft, facts: &Facts) {
    for _ in 0..LAPSES_MAX {
        let Some(case) = draft.case() else { return };
        if case.closed_at.is_some() && case.opening.standing {
            return;
        }
        let turns = runs_and_turns(procedure, case, facts, draft.at());
        let Some(next) = turns.into_iter().find(|t| !recorded(case, t)) else { return };
        emit(procedure, draft, next, facts);
    }
}

fn recorded(case: &Case, due: &Due) -> bool {
    let key: (Name, Name) = (due.clock.clone(), due.run.clone());
    if due.lapse {
        return case.lapsed.contains_key(&key);
    }
    // Lights only go up: a recorded red stands for the yellow before it.
    case.turned.get(&key).is_some_and(|(light, _)| *light >= due.light)
}

fn emit(procedure: &Procedure, draft: &mut Draft, due: Due, facts: &Facts) {
    let Due { clock, run, at, light, lapse, .. } = due;
    if !lapse {
        draft.by_law(at, None, Happening::Turned { clock, run, light });
        return;
    }
    let on_lapse = procedure.clocks.get(&clock).and_then(|c| c.on_lapse.clone());
    let action = on_lapse.as_ref().map(|o| o.action.clone());
    let started = draft.case().and_then(|c| c.acts.iter().find(|a| a.event == run)).map(|a| a.at);
    let breach = breach(procedure, draft, &clock);
    let lapse = draft.by_law(at, None, Happening::Lapsed { clock, run, action });
    if let Some(breach) = breach {
        draft.by_law(at, Some(lapse.clone()), Happening::Breached(breach));
    }
    let Some(on_lapse) = on_lapse else { return };
    let effective = if on_lapse.as_of.is_some() { started.unwrap_or(at) } else { at };
    act_by_law(procedure, &on_lapse.action, draft, effective, lapse, facts);
}

/// An agency's lapse is a breach of what was promised, an officer's of his leave notice; a citizen's ends a right.
///
/// A date until which something merely waits (a leave that is to begin) is no one's breach.
fn breach(procedure: &Procedure, draft: &Draft, clock: &Name) -> Option<Breach> {
    let (clock, case) = (procedure.clocks.get(clock)?, draft.case()?);
    let holder = case.holder.clone();
    let waits = matches!(clock.limit, LimitRef::Until(_)) && clock.on_lapse.is_some();
    let (duty, officer) = match clock.binds {
        Binds::Applicant => return None,
        _ if waits => return None,
        Binds::Officer => (Duty::LeaveNotice, case.text("officer").map(Name::from)),
        Binds::Agency => (Duty::Promise, None),
    };
    Some(Breach {
        duty,
        rule: format!("“{}”应当在时限内完成", clock.title),
        facts: format!(
            "“{}”到期仍未完成，当时在“{}”",
            clock.title,
            procedure.states.get(&case.state).map_or("", |s| &s.title)
        ),
        officer,
        post: holder,
    })
}
