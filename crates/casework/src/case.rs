//! A case: the fold of its events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_pack::Name;

use crate::{Actor, Attachment, Breach, Fields, Happening, Light, Opening, Recorded, Value};

/// One instance of a procedure, as its events make it.
///
/// Everything but `history` is derived: [`replay`] of the history gives the same case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// How it began.
    pub opening: Opening,
    /// Where it is now.
    pub state: Name,
    /// The unit that decides it now: the opening's, until it was moved.
    pub unit: Name,
    /// Units that had it before, oldest first.
    pub route: Vec<Name>,
    /// Closed: nobody must act.
    pub closed_at: Option<Timestamp>,
    /// The one post that holds it (none when closed or standing).
    pub holder: Option<Name>,
    /// Offered to another post, which has not taken over yet.
    pub offer: Option<Offer>,
    /// Paused since.
    pub pause: Option<Pause>,
    /// What is written now.
    pub fields: Fields,
    /// Actions done, in the order recorded, with corrected instants; voided ones are left out.
    pub acts: Vec<Act>,
    /// Materials that the first one-time notice named.
    pub first_notice: Option<BTreeSet<Name>>,
    /// Breaches on record.
    pub breaches: Vec<(Name, Breach)>,
    /// Lights recorded: clock and run to light and instant.
    pub turned: BTreeMap<(Name, Name), (Light, Timestamp)>,
    /// Lapses recorded: clock and run to the event.
    pub lapsed: BTreeMap<(Name, Name), Name>,
    /// The cases it opened, by key.
    pub children: BTreeMap<Name, Child>,
    /// Papers, in the order they came.
    pub attachments: Vec<Attachment>,
    /// The public result, and when it was decided.
    pub result: Option<(String, Timestamp)>,
    /// All that was ever recorded on it; shared, so that a case is cheap to copy.
    pub history: Vec<Arc<Recorded>>,
}

/// An action as it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// The event.
    pub event: Name,
    /// The action.
    pub action: Name,
    /// When it counts in law.
    pub at: Timestamp,
    /// When it was written.
    pub recorded_at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Why it paused, if it did.
    pub pauses: Option<bool>,
    /// The clock it extends.
    pub extends: Option<Name>,
    /// A word for the explanation: the pause's reason.
    pub note: String,
}

/// 交办.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// To this post.
    pub to: Name,
    /// Why.
    pub reason: String,
    /// Since.
    pub at: Timestamp,
}

/// 子件: a case opened by this one, as its messages tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// What was planned.
    pub planned: crate::Planned,
    /// Its id and number, once it has them.
    pub opened: Option<(Name, Name)>,
    /// Where it is now, in the words of its procedure; empty before the first message.
    pub state: String,
    /// It is closed, since.
    pub closed_at: Option<Timestamp>,
    /// Its result.
    pub result: Option<String>,
}

/// 暂停计时.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since.
    pub since: Timestamp,
    /// Why.
    pub reason: String,
}

impl Case {
    /// Someone must act: not closed, and not a register's entry.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none() && !self.opening.standing
    }

    /// How many events it has: the version its stream is at.
    pub fn version(&self) -> u64 {
        self.history.len() as u64
    }

    /// Events that a later one voided.
    pub fn voided(&self) -> BTreeSet<&Name> {
        voided(&self.history)
    }

    /// The text in a field.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::text)
    }

    /// The instant of the last event.
    pub fn last_at(&self) -> Timestamp {
        self.history.last().map_or(Timestamp::MIN, |e| e.recorded_at)
    }

    fn begun(opening: Opening) -> Case {
        Case {
            unit: opening.unit.clone(),
            route: Vec::new(),
            children: BTreeMap::new(),
            opening,
            state: "".into(),
            closed_at: None,
            holder: None,
            offer: None,
            pause: None,
            fields: Fields::new(),
            acts: Vec::new(),
            first_notice: None,
            breaches: Vec::new(),
            turned: BTreeMap::new(),
            lapsed: BTreeMap::new(),
            attachments: Vec::new(),
            result: None,
            history: Vec::new(),
        }
    }
}

/// Fold one event into a case. Total: what was recorded has happened, whatever it is.
///
/// `None` stays `None` until an event that opens a case.
pub fn evolve(case: Option<Case>, event: impl Into<Arc<Recorded>>) -> Option<Case> {
    let event: Arc<Recorded> = event.into();
    if let Some(case) = &case
        && matches!(event.what, Happening::Corrected { .. } | Happening::Voided { .. })
    {
        // A correction reaches back: fold the whole history again, as it counts now.
        let mut history = case.history.clone();
        history.push(event);
        return replay(history);
    }
    let mut case = match (case, &event.what) {
        (Some(case), _) => case,
        (None, Happening::Acted(acted)) => Case::begun(acted.opening.clone()?),
        (None, _) => return None,
    };
    apply(&mut case, &event, event.effective_at);
    case.history.push(event);
    Some(case)
}

/// Fold a history: corrections and voids applied to the events they name.
pub fn replay<E: Into<Arc<Recorded>>>(history: impl IntoIterator<Item = E>) -> Option<Case> {
    let history: Vec<Arc<Recorded>> = history.into_iter().map(Into::into).collect();
    let voided = voided(&history);
    let mut corrected: BTreeMap<Name, (Option<Timestamp>, Fields)> = BTreeMap::new();
    for event in &history {
        if let Happening::Corrected { event, effective_at, fields, .. } = &event.what {
            let entry = corrected.entry(event.clone()).or_default();
            entry.0 = effective_at.or(entry.0);
            entry.1.extend(fields.clone());
        }
    }
    let mut case: Option<Case> = None;
    for event in &history {
        let Happening::Acted(acted) = &event.what else {
            if let Some(case) = &mut case
                && !voided.contains(&event.id)
            {
                apply(case, event, event.effective_at);
            }
            continue;
        };
        if case.is_none() {
            case = Some(Case::begun(acted.opening.clone()?));
        }
        let Some(case) = &mut case else { continue };
        if voided.contains(&event.id) {
            continue;
        }
        match corrected.get(&event.id) {
            None => apply(case, event, event.effective_at),
            Some((at, fields)) => {
                let mut mended = Recorded::clone(event);
                if let Happening::Acted(acted) = &mut mended.what {
                    acted.fields.extend(fields.clone());
                }
                apply(case, &mended, at.unwrap_or(event.effective_at));
            }
        }
    }
    drop(voided);
    case.map(|mut case| {
        case.history = history;
        case
    })
}

fn voided(history: &[Arc<Recorded>]) -> BTreeSet<&Name> {
    let mut voided = BTreeSet::new();
    for recorded in history {
        if let Happening::Voided { event } = &recorded.what {
            voided.insert(event);
        }
    }
    voided
}

fn apply(case: &mut Case, event: &Recorded, at: Timestamp) {
    match &event.what {
        Happening::Acted(acted) => apply_act(case, event, acted, at),
        Happening::Turned { clock, run, light } => {
            case.turned.insert((clock.clone(), run.clone()), (*light, at));
        }
        Happening::Lapsed { clock, run, .. } => {
            case.lapsed.insert((clock.clone(), run.clone()), event.id.clone());
        }
        Happening::Offered { to, reason } => {
            case.offer = Some(Offer { to: to.clone(), reason: reason.clone(), at });
        }
        Happening::TakenOver { post } => {
            case.holder = Some(post.clone());
            case.offer = None;
        }
        Happening::OfferDeclined { .. } => case.offer = None,
        Happening::ChildOpened { key, case: id, number } => {
            if let Some(child) = case.children.get_mut(key) {
                child.opened = Some((id.clone(), number.clone()));
            }
        }
        Happening::ChildMoved { key, state, closed, result } => {
            if let Some(child) = case.children.get_mut(key) {
                child.state = state.clone();
                child.closed_at = closed.then_some(at);
                child.result = result.clone();
            }
        }
        Happening::ChildCalled { key } => {
            if let Some(child) = case.children.get_mut(key) {
                child.planned.waits = false;
            }
        }
        Happening::Breached(breach) => case.breaches.push((event.id.clone(), breach.clone())),
        Happening::Corrected { .. }
        | Happening::Voided { .. }
        | Happening::PostLeft { .. }
        | Happening::PostBack { .. } => {}
    }
}

fn apply_act(case: &mut Case, event: &Recorded, acted: &crate::Acted, at: Timestamp) {
    if let Some(to) = &acted.to {
        case.state = to.clone();
    }
    if acted.holder != case.holder || acted.to.is_some() {
        case.offer = None;
    }
    case.holder = acted.holder.clone();
    if let Some(moved) = &acted.moved {
        case.route.push(std::mem::replace(&mut case.unit, moved.clone()));
    }
    for planned in &acted.opens {
        let child =
            Child { planned: planned.clone(), opened: None, state: String::new(), closed_at: None, result: None };
        case.children.insert(planned.key.clone(), child);
    }
    case.fields.extend(acted.fields.clone());
    case.attachments.extend(acted.attachments.iter().cloned());
    let note = acted.fields.get("pause-reason").and_then(Value::text).or(acted.reason.as_deref()).unwrap_or_default();
    match acted.pauses {
        Some(true) => case.pause = Some(Pause { since: at, reason: note.to_owned() }),
        Some(false) => case.pause = None,
        None => {}
    }
    if case.first_notice.is_none()
        && let Some(missing) = acted.fields.get("missing")
    {
        case.first_notice = Some(missing.list().iter().cloned().collect());
    }
    if let Some(result) = &acted.result {
        case.result = Some((result.clone(), at));
    }
    case.closed_at = acted.closes.then_some(at);
    if acted.closes {
        case.pause = None;
    }
    case.acts.push(Act {
        event: event.id.clone(),
        action: acted.action.clone(),
        at,
        recorded_at: event.recorded_at,
        actor: event.actor.clone(),
        pauses: acted.pauses,
        extends: acted.extends.clone(),
        note: note.to_owned(),
    });
}
