//! What the law does by time alone: lights, lapses, and the actions that follow from a lapse.

use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_pack::{Binds, Clock, Duty, Name, Procedure, Strategy};

use crate::{
    Breach, Case, Facts, Happening, Recorded, Refusal, Why,
    clock::{
        stretch::is_owed,
        turn::{Look, Turn, pending},
    },
    draft::Draft,
    perform::act_by_law,
};

/// What the law does may make another clock lapse at the same instant; more often than this it goes round in a ring.
const AT_ONCE_MAX: usize = 100;
/// Turns at one go: thirty years of a daily clock, twice over. A procedure that comes here starts its own clock
/// again by the hour.
const TURNS_MAX: usize = 50_000;

/// Events by the law itself that are due on a case at or before an instant, oldest first.
///
/// The watch may be late, the law may not: each event counts from the instant it fell due. At one
/// instant, the clock that started first goes first. Answers nothing when nothing is due, and when the procedure's
/// clocks set each other off without end: [`crate::decide`] then says so.
pub fn due_by_law(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<Arc<Recorded>> {
    let id = Name::from("");
    let mut draft = Draft::new(procedure, Some(case), &id, facts, at);
    match catch_up(procedure, &mut draft, facts, Look::Open) {
        Ok(()) => draft.into_case_events(),
        Err(_) => Vec::new(),
    }
}

/// Bring a draft up to its instant.
///
/// # Errors
/// The lapses go round in a ring: a fault of the procedure.
pub(crate) fn catch_up(procedure: &Procedure, draft: &mut Draft, facts: &Facts, look: Look) -> Result<(), Refusal> {
    let (mut reached, mut at_once, mut turns) = (Timestamp::MIN, 0, 0);
    loop {
        let Some(case) = draft.case() else { return Ok(()) };
        if case.closed_at.is_some() && case.opening.standing {
            return Ok(());
        }
        if look == Look::Open && draft.is_quiet() {
            return Ok(());
        }
        let (due, next) = pending(procedure, case, facts, draft.at(), look);
        let mut acted = false;
        for turn in due {
            turns += 1;
            at_once = if turn.at > reached { 0 } else { at_once + 1 };
            reached = reached.max(turn.at);
            if at_once > AT_ONCE_MAX || turns > TURNS_MAX {
                return Err(ring(procedure, &turn.run.clock));
            }
            acted = emit(procedure, draft, turn, facts);
            if acted {
                break; // What comes after is to be looked at anew.
            }
        }
        if !acted {
            draft.looked(next);
            return Ok(());
        }
    }
}

fn ring(procedure: &Procedure, clock: &Name) -> Refusal {
    let title = procedure.clocks.get(clock).map_or(&**clock, |c| &c.title);
    let rule = format!("“{title}”届满以后依法做的动作又使它立即届满，没有尽头");
    Refusal::new(Why::Rules, "到期处理", rule, "请规则管理员检查这只时限的 starts 和 on-lapse")
}

/// Record a turn; answers whether the law has acted upon it.
fn emit(procedure: &Procedure, draft: &mut Draft, turn: Turn, facts: &Facts) -> bool {
    let Turn { run, at, light, lapse, promise, started } = turn;
    let (clock, period) = (run.clock.clone(), run.period);
    let run = run.run();
    if !lapse {
        let broken = procedure.clocks.get(&clock).filter(|_| promise);
        let breach = broken.and_then(|rules| broken_promise(procedure, draft.case()?, rules, facts));
        let turned = draft.by_law(at, None, Happening::Turned { clock, run, light });
        if let Some(breach) = breach {
            draft.by_law(at, Some(turned), Happening::Breached(breach));
        }
        return false;
    }
    let Some(rules) = procedure.clocks.get(&clock) else { return false };
    let action = rules.on_lapse.as_ref().map(|o| o.action.clone());
    let breach = draft.case().and_then(|case| breach(procedure, case, rules, period, facts));
    let lapse = draft.by_law(at, None, Happening::Lapsed { clock, run, action });
    if let Some(breach) = breach {
        draft.by_law(at, Some(lapse.clone()), Happening::Breached(breach));
    }
    let Some(on_lapse) = &rules.on_lapse else { return false };
    let effective = if on_lapse.as_of.is_some() { started } else { at };
    act_by_law(procedure, &on_lapse.action, draft, effective, lapse, facts);
    true
}

/// 服务承诺制: the promise is what is supervised. A step's limit is the house's own, and no promise to anybody.
fn broken_promise(procedure: &Procedure, case: &Case, clock: &Clock, facts: &Facts) -> Option<Breach> {
    let promise = clock.duty.is_none_or(|duty| duty == Duty::Promise);
    if clock.step.is_some()
        || clock.binds != Binds::Agency
        || !promise
        || !facts.world.duties.runs(Strategy::WithinLimit)
    {
        return None;
    }
    let state = procedure.states.get(&case.state).map_or("", |s| &s.title);
    Some(Breach {
        duty: Duty::Promise,
        rule: format!("“{}”应当在承诺的时限内完成", clock.title),
        facts: format!("承诺的期限已过，“{}”仍未完成，当时在“{state}”；法定期限还没有到", clock.title),
        officer: None,
        post: case.holder.clone(),
    })
}

/// An agency's lapse is a breach of what was promised, an officer's of his leave notice. A party's is not, nor is the
/// end of a right or of a wait (a leave that is to begin).
fn breach(procedure: &Procedure, case: &Case, clock: &Clock, period: u32, facts: &Facts) -> Option<Breach> {
    if !is_owed(clock) {
        return None;
    }
    let (usual, officer) = match clock.binds {
        Binds::Officer => (Duty::LeaveNotice, case.text(&clock.officer).map(Name::from)),
        Binds::Agency | Binds::Applicant => (Duty::Promise, None),
    };
    let duty = clock.duty.unwrap_or(usual);
    let strategy = match duty {
        Duty::Promise => Some(Strategy::WithinLimit),
        Duty::Immediate => Some(Strategy::SameDay),
        Duty::LeaveNotice => Some(Strategy::BackInTime),
        _ => None,
    };
    if strategy.is_some_and(|s| !facts.world.duties.runs(s)) {
        return None;
    }
    let which = if period == 0 { String::new() } else { format!("第 {period} 期") };
    Some(Breach {
        duty,
        rule: format!("“{}”应当在时限内完成", clock.title),
        facts: format!(
            "“{}”{which}到期仍未完成，当时在“{}”",
            clock.title,
            procedure.states.get(&case.state).map_or("", |s| &s.title)
        ),
        officer,
        post: case.holder.clone(),
    })
}
