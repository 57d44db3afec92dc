//! Events in the making.

use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_pack::{Name, Procedure};

use crate::{
    Actor, Case, Facts, Happening, Recorded, Stream, authority::Standing, case::fold, clock::quiet::Quiet,
    facts::event_id, replay,
};

/// Events in the making, and the case as they make it: copied when the first of them comes.
pub(crate) struct Draft<'c> {
    procedure: &'c Procedure,
    facts: &'c Facts<'c>,
    before: Option<&'c Case>,
    after: Option<Case>,
    id: &'c Name,
    events: Vec<(Stream, Arc<Recorded>)>,
    at: Timestamp,
    /// Until when nothing happens by time alone.
    quiet: Quiet,
}

impl<'c> Draft<'c> {
    pub fn new(
        procedure: &'c Procedure,
        case: Option<&'c Case>,
        id: &'c Name,
        facts: &'c Facts<'c>,
        at: Timestamp,
    ) -> Draft<'c> {
        // recorded_at never goes back, whatever the office's clock says.
        let at = case.map_or(at, |c| at.max(c.last_at()));
        let quiet = case.map_or_else(|| Quiet::new(facts.world), |c| c.quiet);
        Draft { procedure, facts, before: case, after: None, id, events: Vec::new(), at, quiet }
    }

    pub fn case(&self) -> Option<&Case> {
        self.after.as_ref().or(self.before)
    }

    pub fn id(&self) -> &'c Name {
        self.id
    }

    /// The case and the events that made it what it is.
    pub fn finish(mut self) -> (Option<Case>, Vec<(Stream, Arc<Recorded>)>) {
        if self.after.is_none() {
            self.after = self.before.cloned();
        }
        if let Some(case) = &mut self.after {
            case.quiet = self.quiet;
        }
        (self.after, self.events)
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
        let event = self.make(who, effective_at, cause, what);
        let id = event.id.clone();
        if stream == Stream::Case {
            if self.after.is_none() {
                self.after = self.before.cloned();
            }
            fold(&mut self.after, event.clone());
            if let (Some(case), Happening::Acted(acted)) = (&self.after, &event.what) {
                // Another unit may have another calendar: look anew.
                let known = if acted.moved.is_some() { Quiet::default() } else { self.quiet };
                self.quiet = known.after(self.procedure, case, self.facts);
            }
        }
        self.events.push((stream, event));
        id
    }

    /// Does nothing happen by time alone up to now, as far as is known without looking?
    pub fn is_quiet(&self) -> bool {
        self.quiet.covers(self.facts.world, self.at)
    }

    /// All clocks were looked at: the next turn is then.
    pub fn looked(&mut self, next: Option<Timestamp>) {
        if let Some(case) = self.after.as_ref().or(self.before) {
            self.quiet = Quiet::until(case, self.facts, self.at, next);
        }
    }

    /// Void events of the case, all at once: each alone would fold the whole history again.
    pub fn void(&mut self, events: Vec<Name>) {
        let Some(mut history) = self.case().filter(|_| !events.is_empty()).map(|c| c.history.clone()) else { return };
        for event in events {
            let law = Standing { actor: Actor::Law, acting_for: None };
            let event = self.make(law, self.at, None, Happening::Voided { event });
            history.push(event.clone());
            self.events.push((Stream::Case, event));
        }
        self.after = replay(history);
        self.quiet = Quiet::default();
    }

    fn make(&self, who: Standing, effective_at: Timestamp, cause: Option<Name>, what: Happening) -> Arc<Recorded> {
        Arc::new(Recorded {
            id: event_id(self.facts.ids, self.events.len()),
            actor: who.actor,
            acting_for: who.acting_for,
            recorded_at: self.at,
            effective_at,
            cause,
            what,
        })
    }

    pub fn into_case_events(self) -> Vec<Arc<Recorded>> {
        self.events.into_iter().filter(|(s, _)| *s == Stream::Case).map(|(_, e)| e).collect()
    }
}
