//! A case: the fold of its events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{Timestamp, civil};
use xiaoneng_pack::Name;

use crate::{Actor, Attachment, Breach, Fields, Happening, Light, Opening, Recorded, Value, clock::quiet::Quiet};

/// Events that usually come at once, at most.
const ROOM: usize = 4;

/// One instance of a procedure, as its events make it.
///
/// Everything but `history` is derived: [`replay`] of the history gives the same case.
#[derive(Debug, PartialEq)]
pub struct Case {
    /// How it began.
    pub opening: Arc<Opening>,
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
    pub fields: Arc<Fields>,
    /// Actions done, in the order recorded, with corrected instants; voided ones are left out.
    pub acts: Vec<Arc<Act>>,
    /// Materials that the first one-time notice named.
    pub first_notice: Option<BTreeSet<Name>>,
    /// Breaches on record.
    pub breaches: Vec<(Name, Breach)>,
    /// What the law has recorded of its clocks.
    pub marks: BTreeMap<RunId, Mark>,
    /// The cases it opened, by key.
    pub children: BTreeMap<Name, Child>,
    /// Papers, in the order they came.
    pub attachments: Vec<Attachment>,
    /// The result where it is nobody's but the parties', and since when.
    pub outcome: Option<(String, Timestamp)>,
    /// The public result, and when it was decided.
    pub result: Option<(String, Timestamp)>,
    /// All that was ever recorded on it; shared, so that a case is cheap to copy.
    pub history: Vec<Arc<Recorded>>,
    /// Until when nothing happens to it by time alone, as far as somebody looked.
    pub(crate) quiet: Quiet,
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
    /// Clocks that it would have started, but for their condition.
    pub spares: Vec<Name>,
    /// It closed the case.
    pub closes: bool,
    /// A word for the explanation: the pause's reason.
    pub note: String,
    /// Dates and instants that it wrote: clocks run until them, or are counted back from them.
    pub dates: Vec<(Name, Written)>,
}

impl Act {
    /// An act that nobody has done: to ask what would be true if it had been.
    pub(crate) fn supposed(action: &Name, at: Timestamp) -> Act {
        Act {
            event: "".into(),
            action: action.clone(),
            at,
            recorded_at: at,
            actor: Actor::Law,
            pauses: None,
            extends: None,
            spares: Vec::new(),
            closes: false,
            note: String::new(),
            dates: Vec::new(),
        }
    }

    /// Does it start this clock?
    pub(crate) fn starts(&self, id: &Name, clock: &xiaoneng_pack::Clock) -> bool {
        clock.starts.contains(&self.action) && !self.spares.contains(id)
    }

    /// The date that it wrote in a field.
    pub fn wrote(&self, field: &str) -> Option<Written> {
        self.dates.iter().find(|(id, _)| &**id == field).map(|(_, date)| *date)
    }
}

/// A date or an instant as it stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The instant; of a date, its beginning.
    pub at: civil::DateTime,
    /// It is a date: the whole day is meant.
    pub whole_day: bool,
}

impl Written {
    pub(crate) fn read(value: &Value) -> Option<Written> {
        let text = value.text().filter(|t| (10..=19).contains(&t.len()) && t.as_bytes()[0].is_ascii_digit())?;
        match text.len() {
            10 => Some(Written { at: text.parse::<civil::Date>().ok()?.at(0, 0, 0, 0), whole_day: true }),
            _ => Some(Written { at: text.parse().ok()?, whole_day: false }),
        }
    }

    /// The last instant that it means.
    pub fn end(self) -> civil::DateTime {
        if self.whole_day { self.at.date().at(23, 59, 59, 0) } else { self.at }
    }
}

/// One run of a clock; of a recurring clock one period of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId {
    /// The clock.
    pub clock: Name,
    /// The event that started it, or last gave it another date (an extension).
    pub event: Name,
    /// The period, from 1; 0 for a clock that does not recur.
    pub period: u32,
}

impl RunId {
    /// As events write it: the event's id, with `#3` behind it for a third period.
    pub fn run(&self) -> Name {
        match self.period {
            0 => self.event.clone(),
            n => format!("{}#{n}", self.event).into(),
        }
    }

    /// From what an event wrote.
    pub fn read(clock: &Name, run: &Name) -> RunId {
        let numbered = run.split_once('#').and_then(|(event, n)| Some((event.into(), n.parse().ok()?)));
        let (event, period) = numbered.unwrap_or_else(|| (run.clone(), 0));
        RunId { clock: clock.clone(), event, period }
    }
}

/// What the law has recorded of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// The last light, and from when.
    pub light: Option<(Light, Timestamp)>,
    /// The event of its lapse.
    pub lapsed: Option<Name>,
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

impl Clone for Case {
    /// With room for what comes next: a case is copied to be carried on.
    fn clone(&self) -> Case {
        Case {
            opening: self.opening.clone(),
            state: self.state.clone(),
            unit: self.unit.clone(),
            route: self.route.clone(),
            closed_at: self.closed_at,
            holder: self.holder.clone(),
            offer: self.offer.clone(),
            pause: self.pause.clone(),
            fields: self.fields.clone(),
            acts: with_room(&self.acts),
            first_notice: self.first_notice.clone(),
            breaches: self.breaches.clone(),
            marks: self.marks.clone(),
            children: self.children.clone(),
            attachments: self.attachments.clone(),
            outcome: self.outcome.clone(),
            result: self.result.clone(),
            history: with_room(&self.history),
            quiet: self.quiet,
        }
    }
}

fn with_room<T: Clone>(list: &[T]) -> Vec<T> {
    let mut copy = Vec::with_capacity(list.len() + ROOM);
    copy.extend_from_slice(list);
    copy
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

    fn begun(opening: Arc<Opening>) -> Case {
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
            fields: Arc::default(),
            acts: Vec::new(),
            first_notice: None,
            breaches: Vec::new(),
            marks: BTreeMap::new(),
            attachments: Vec::new(),
            outcome: None,
            result: None,
            history: Vec::new(),
            quiet: Quiet::default(),
        }
    }
}

/// Fold one event into a case. Total: what was recorded has happened, whatever it is.
///
/// `None` stays `None` until an event that opens a case.
pub fn evolve(case: Option<Case>, event: impl Into<Arc<Recorded>>) -> Option<Case> {
    let mut case = case;
    fold(&mut case, event.into());
    case
}

/// [`evolve`] in place: a case is large, and need not move.
pub(crate) fn fold(case: &mut Option<Case>, event: Arc<Recorded>) {
    if let Some(case) = case {
        if matches!(event.what, Happening::Corrected { .. } | Happening::Voided { .. }) {
            // A correction reaches back: fold the whole history again, as it counts now.
            let mut history = std::mem::take(&mut case.history);
            history.push(event);
            if let Some(again) = replay(history) {
                *case = again;
            }
            return;
        }
    } else if let Happening::Acted(acted) = &event.what {
        *case = acted.opening.clone().map(Case::begun);
    }
    if let Some(case) = case {
        apply(case, &event, event.effective_at);
        case.history.push(event);
    }
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
                    Arc::make_mut(&mut acted.fields).extend(fields.clone());
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
            case.marks.entry(RunId::read(clock, run)).or_default().light = Some((*light, at));
        }
        Happening::Lapsed { clock, run, .. } => {
            case.marks.entry(RunId::read(clock, run)).or_default().lapsed = Some(event.id.clone());
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
        | Happening::Moved { .. }
        | Happening::LetterKept { .. }
        | Happening::NoticeTaken { .. }
        | Happening::RulesInForce(_)
        | Happening::DeputyNamed { .. }
        | Happening::DeputyReleased { .. }
        | Happening::PostLeft { .. }
        | Happening::PostBack { .. } => {}
    }
}

fn apply_act(case: &mut Case, event: &Recorded, acted: &crate::Acted, at: Timestamp) {
    case.quiet = Quiet::default();
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
    match (case.fields.is_empty(), acted.fields.is_empty()) {
        (_, true) => {}
        (true, false) => case.fields = acted.fields.clone(),
        (false, false) => Arc::make_mut(&mut case.fields).extend(Fields::clone(&acted.fields)),
    }
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
    if let Some(outcome) = &acted.outcome {
        case.outcome = Some((outcome.clone(), at));
    }
    if let Some(result) = &acted.result {
        case.result = Some((result.clone(), at));
    }
    case.closed_at = acted.closes.then_some(at);
    if acted.closes {
        case.pause = None;
    }
    let dates = acted.fields.iter().filter_map(|(id, value)| Some((id.clone(), Written::read(value)?)));
    case.acts.push(Arc::new(Act {
        event: event.id.clone(),
        action: acted.action.clone(),
        at,
        recorded_at: event.recorded_at,
        actor: event.actor.clone(),
        pauses: acted.pauses,
        extends: acted.extends.clone(),
        spares: acted.spares.clone(),
        closes: acted.closes,
        note: note.to_owned(),
        dates: dates.collect(),
    }));
}
