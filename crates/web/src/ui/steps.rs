//! A case's states as a line with the present one lit, and its hand-overs as a chain of names.

use maud::{Markup, html};
use xiaoneng_casework::Case;
use xiaoneng_pack::{Name, Procedure};

/// How a step on the line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Passed.
    Done,
    /// The case is here.
    Now,
    /// To come.
    Next,
    /// The case went round it.
    Skipped,
    /// Ended well.
    EndGood,
    /// Ended otherwise (不予受理, 已撤回).
    EndBad,
}

/// One step on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// 初审
    pub title: String,
    /// How it stands.
    pub state: StepState,
    /// A word under it: who has it, since when, its limit.
    pub note: String,
}

/// The line of a case, from its procedure's steps in the order written.
///
/// The states of the case tell which steps it has passed; a step it never stood in is struck through.
pub fn state_line(procedure: &Procedure, case: &Case) -> Markup {
    step_line(&steps(procedure, case))
}

/// The steps of a case: those of its procedure, and how it ended.
pub fn steps(procedure: &Procedure, case: &Case) -> Vec<Step> {
    let mut names: Vec<&Name> = Vec::new();
    for step in procedure.states.values().filter_map(|s| s.step.as_ref()) {
        if !names.contains(&step) {
            names.push(step);
        }
    }
    let visited: Vec<&Name> = visited(procedure, case);
    let here = procedure.states.get(&case.state);
    let now = here.and_then(|s| s.step.as_ref());
    let at = now.and_then(|n| names.iter().position(|s| *s == n));
    let ended = here.is_some_and(|s| s.end);
    let state = |n: usize, name: &Name| match at {
        Some(at) if n == at => StepState::Now,
        Some(at) if n > at => StepState::Next,
        _ if visited.contains(&name) => StepState::Done,
        _ => StepState::Skipped,
    };
    let mut line: Vec<Step> = names
        .iter()
        .enumerate()
        .map(|(n, name)| Step { title: name.to_string(), state: state(n, name), note: String::new() })
        .collect();
    if let (Some(here), Some(at)) = (here, at) {
        line[at].note = here.title.clone();
    }
    line.push(end_step(procedure, case, ended));
    line
}

/// The steps of the states this case has stood in.
fn visited<'a>(procedure: &'a Procedure, case: &Case) -> Vec<&'a Name> {
    let to = case.acts.iter().filter_map(|a| procedure.actions.get(&a.action)?.to.as_ref());
    to.filter_map(|state| procedure.states.get(state)?.step.as_ref()).collect()
}

fn end_step(procedure: &Procedure, case: &Case, ended: bool) -> Step {
    // The end that is reached by way of a step is the ordinary one: the first written.
    let ordinary = procedure.states.iter().find(|(_, s)| s.end);
    let title = |s: Option<&str>| s.unwrap_or("办结").to_owned();
    match (ended, ordinary) {
        (true, Some((id, state))) if *id == case.state => {
            Step { title: state.title.clone(), state: StepState::EndGood, note: String::new() }
        }
        (true, _) => Step {
            title: title(procedure.states.get(&case.state).map(|s| s.title.as_str())),
            state: StepState::EndBad,
            note: String::new(),
        },
        (false, state) => {
            Step { title: title(state.map(|(_, s)| s.title.as_str())), state: StepState::Next, note: String::new() }
        }
    }
}

/// Any line of steps: of an item's page (the steps as a picture), of a bundle, of a form.
pub fn step_line(steps: &[Step]) -> Markup {
    html! {
        ol class="line" {
            @for step in steps {
                @let (class, said) = look(step.state);
                li class=(class) aria-current=[(step.state == StepState::Now).then_some("step")] {
                    (step.title)
                    @if !said.is_empty() { span class="vh" { "（" (said) "）" } }
                    @if !step.note.is_empty() { small { (step.note) } }
                }
            }
        }
    }
}

fn look(state: StepState) -> (&'static str, &'static str) {
    match state {
        StepState::Done => ("done", "已完成"),
        StepState::Now => ("here", "现在"),
        StepState::Next => ("next", ""),
        StepState::Skipped => ("skip-step", "未经过"),
        StepState::EndGood => ("end-ok", "已办结"),
        StepState::EndBad => ("bad-end", "已终止"),
    }
}

/// What a name on the chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Held it.
    Held,
    /// Holds it now.
    Holds,
    /// Was offered it and has not taken over.
    Offered,
}

/// One name on the chain of hand-overs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// 马文秀
    pub name: String,
    /// 民和县自然资源局审核岗（代 李建国）
    pub post: String,
    /// 8月24日 09:12
    pub since: String,
    /// What it is.
    pub kind: LinkKind,
}

/// 谁经手: the hand-overs as a chain of names, the first on the left.
pub fn handover_chain(links: &[Link]) -> Markup {
    html! {
        ol class="chain" {
            @for link in links {
                @let (class, word) = match link.kind {
                    LinkKind::Held => ("held", ""),
                    LinkKind::Holds => ("holds", "现承办"),
                    LinkKind::Offered => ("offered", "待接收"),
                };
                li class=(class) {
                    span {
                        b { (link.name) @if !word.is_empty() { " " span class={ "tag" @if link.kind == LinkKind::Holds { " blue" } @else { " amber" } } { (word) } } }
                        small { (link.post) @if !link.since.is_empty() { " · " (link.since) } }
                    }
                }
            }
        }
    }
}
