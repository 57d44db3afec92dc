//! Events in the making.

use jiff::Timestamp;
use xiaoneng_pack::Name;

use crate::{Actor, Case, Facts, Happening, Recorded, Stream, authority::Standing, evolve, facts::event_id};

/// Events in the making, and the case as they make it.
pub(crate) struct Draft {
    case: Option<Case>,
    id: Name,
    events: Vec<(Stream, Recorded)>,
    ids: u128,
    at: Timestamp,
}

impl Draft {
    pub fn new(case: Option<Case>, id: Name, facts: &Facts, at: Timestamp) -> Draft {
        // recorded_at never goes back, whatever the office's clock says.
        let at = case.as_ref().map_or(at, |c| at.max(c.last_at()));
        Draft { case, id, events: Vec::new(), ids: facts.ids, at }
    }

    pub fn case(&self) -> Option<&Case> {
        self.case.as_ref()
    }

    pub fn id(&self) -> &Name {
        &self.id
    }

    /// The case and the events that made it what it is.
    pub fn finish(self) -> (Option<Case>, Vec<(Stream, Recorded)>) {
        (self.case, self.events)
    }

    pub fn at(&self) -> Timestamp {
        self.at
    }

    pub fn by_law(&mut self, effective: Timestamp, cause: Option<Name>, what: Happening) -> Name {
        let law = Standing { actor: Actor::Law, acting_for: None };
        self.push(Stream::Case, law, effective, cause, what)
    }

    pub fn push(
        &mut self,
        stream: Stream,
        who: Standing,
        effective_at: Timestamp,
        cause: Option<Name>,
        what: Happening,
    ) -> Name {
        let id = event_id(self.ids, self.events.len());
        let event = Recorded {
            id: id.clone(),
            actor: who.actor,
            acting_for: who.acting_for,
            recorded_at: self.at,
            effective_at,
            cause,
            what,
        };
        if stream == Stream::Case {
            self.case = evolve(self.case.take(), event.clone());
        }
        self.events.push((stream, event));
        id
    }

    pub fn into_case_events(self) -> Vec<Recorded> {
        self.events.into_iter().filter(|(s, _)| *s == Stream::Case).map(|(_, e)| e).collect()
    }
}
