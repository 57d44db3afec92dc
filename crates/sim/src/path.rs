//! What a procedure's actions are to a case, read off its data: no action is known here by its name.

use xiaoneng_pack::{Action, By, Duty, Name, Procedure};

/// What an action is to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Takes the case on.
    Forward,
    /// Takes it on if all papers are in: 受理.
    Accept,
    /// Asks for what is missing, all at once.
    Ask,
    /// Sends it back a step.
    Back,
    /// Stops the clocks.
    Pause,
    /// Lets them run.
    Resume,
    /// Lengthens a limit.
    Extend,
    /// Decides in favour.
    Grant,
    /// Decides against.
    Refuse,
    /// Does not take it in.
    Reject,
    /// The applicant takes it back.
    Withdraw,
    /// Happens by time alone, or begins a case.
    Other,
}

/// What an action is to a case.
pub fn part_of(procedure: &Procedure, name: &str, action: &Action) -> Part {
    let named = |of: fn(&xiaoneng_pack::Clock) -> &Vec<Name>| {
        procedure.clocks.values().any(|c| of(c).iter().any(|n| &**n == name))
    };
    let ends = action.to.as_ref().is_some_and(|t| procedure.states.get(t).is_some_and(|s| s.end));
    if action.from.is_empty() || action.by.iter().all(|b| *b == By::Law) {
        Part::Other
    } else if named(|c| &c.pauses) {
        Part::Pause
    } else if named(|c| &c.resumes) {
        Part::Resume
    } else if action.extends.is_some() {
        Part::Extend
    } else if action.duties.contains(&Duty::OneNotice) {
        Part::Ask
    } else if ends && action.by.contains(&By::Applicant) {
        Part::Withdraw
    } else if ends && action.reason {
        Part::Reject
    } else if action.complete {
        Part::Accept
    } else if action.result.is_some() {
        if action.reason { Part::Refuse } else { Part::Grant }
    } else if action.reason && goes_back(procedure, action) {
        Part::Back
    } else {
        Part::Forward
    }
}

fn goes_back(procedure: &Procedure, action: &Action) -> bool {
    let place = |state: &Name| procedure.states.get_index_of(state);
    let to = action.to.as_ref().and_then(place);
    action.from.iter().all(|from| to < place(from))
}

/// The actions of a part that are possible in a state.
pub fn find<'a>(procedure: &'a Procedure, state: &str, part: Part) -> Option<(&'a Name, &'a Action)> {
    let fits = |(name, action): &(&Name, &Action)| {
        action.from.iter().any(|s| &**s == state) && part_of(procedure, name, action) == part
    };
    procedure.actions.iter().find(fits)
}

/// The actions with which somebody opens a case, in order; what the law alone opens is another case's child.
pub fn openings(procedure: &Procedure) -> Vec<&Name> {
    procedure.ways_in().map(|(n, _)| n).collect()
}

/// The clock that the agency's promise is about.
pub fn promise_clock(procedure: &Procedure) -> Option<&Name> {
    procedure.clocks.iter().find(|(_, c)| c.promise).map(|(n, _)| n)
}

/// Does silence after an opening count as an act by law?
pub fn silence_acts(procedure: &Procedure) -> bool {
    let accepts = |c: &xiaoneng_pack::Clock| {
        c.on_lapse.as_ref().is_some_and(|l| procedure.actions.get(&l.action).is_some_and(|a| a.complete))
    };
    procedure.clocks.values().any(accepts)
}
