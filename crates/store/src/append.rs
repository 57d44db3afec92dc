//! What goes in: one act, one transaction.

use crate::rows::trim;
use crate::{Result, RowChange, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use xiaoneng_ledger::{Actor, Envelope, EventId, StreamId, TenantId, check_numbers};

/// The most bytes of one event's or effect's payload, as JSON.
pub const PAYLOAD_SIZE_MAX: u64 = 1 << 20;
/// The most bytes of a remembered answer, as JSON.
pub const ANSWER_SIZE_MAX: u64 = 256 << 10;
/// The most events, rows, effects, claims or expectations in one act.
pub const APPEND_ITEMS_MAX: u64 = 10_000;

/// Everything one act changes, in one transaction: all of it or none.
#[derive(Clone, PartialEq, Debug)]
pub struct Append {
    /// Whose ledger.
    pub tenant: TenantId,
    /// Sent twice, it happens once. `None` only for what cannot be sent twice (the watch, imports
    /// in a chunk protected by a stream's version).
    pub idempotency: Option<Idempotency>,
    /// The version each stream must stand at; 0 for a stream that must not exist yet.
    pub expects: Vec<(StreamId, u64)>,
    /// What happened, in order. A stream named here but not in `expects` goes on unchecked.
    pub events: Vec<NewEvent>,
    /// The rows that change with it, in order.
    pub rows: Vec<RowChange>,
    /// What is to be delivered afterwards, at least once.
    pub effects: Vec<NewEffect>,
    /// What only one may have, taken or released in order.
    pub claims: Vec<UniqueClaim>,
    /// What the caller is told, remembered under the key.
    pub answer: Value,
    /// Events of acts before it in the same call upon which it was decided: where one of them was not
    /// written by that call (refused, or done before under its key), this act falls with it.
    pub upon: Vec<EventId>,
}

/// The events that a call has written so far: what was decided upon others falls. Every store keeps one a call.
#[derive(Debug, Default)]
pub struct Written(BTreeSet<EventId>);

impl Written {
    /// Whether an act stands on what was written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] on its first stream.
    pub fn carries(&self, append: &Append) -> Result<()> {
        if append.upon.iter().all(|event| self.0.contains(event)) {
            return Ok(());
        }
        let (stream, expected) = match append.expects.first() {
            Some((stream, expected)) => (stream.clone(), *expected),
            None => (StreamId::case(""), 0),
        };
        Err(StoreError::Conflict { stream, expected, actual: expected.saturating_sub(1) })
    }

    /// Note the events of an act that was written now.
    pub fn note<'a>(&mut self, events: impl IntoIterator<Item = &'a Envelope>) {
        self.0.extend(events.into_iter().map(|event| event.id.clone()));
    }
}

impl Append {
    /// An act that does nothing yet.
    #[must_use]
    pub const fn new(tenant: TenantId) -> Self {
        Self {
            tenant,
            idempotency: None,
            expects: Vec::new(),
            events: Vec::new(),
            rows: Vec::new(),
            effects: Vec::new(),
            claims: Vec::new(),
            answer: Value::Null,
            upon: Vec::new(),
        }
    }

    /// Checks what every store checks alike and cuts instants to the microsecond. Every store calls
    /// this first.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`], [`StoreError::Invalid`].
    pub fn checked(mut self) -> Result<Self> {
        for (what, size) in [
            ("events of one act", self.events.len()),
            ("rows of one act", self.rows.len()),
            ("effects of one act", self.effects.len()),
            ("claims of one act", self.claims.len()),
            ("expectations of one act", self.expects.len()),
        ] {
            within(what, size as u64, APPEND_ITEMS_MAX)?;
        }
        within("the answer", json_size(&self.answer), ANSWER_SIZE_MAX)?;
        let mut last: Option<Timestamp> = None;
        for event in &mut self.events {
            within("an event's payload", json_size(&event.payload), PAYLOAD_SIZE_MAX)?;
            check_numbers(&event.payload)?;
            trim(&mut event.recorded_at);
            trim(&mut event.effective_at);
            if let Some(last) = last.filter(|last| *last > event.recorded_at) {
                return Err(StoreError::TimeWentBack { recorded: event.recorded_at, last });
            }
            last = Some(event.recorded_at);
        }
        for effect in &mut self.effects {
            within("an effect's payload", json_size(&effect.payload), PAYLOAD_SIZE_MAX)?;
            trim(&mut effect.not_before);
        }
        for row in &mut self.rows {
            row.check(&self.tenant)?;
            row.trim();
        }
        for (position, (stream, _)) in self.expects.iter().enumerate() {
            if self.expects[..position].iter().any(|(other, _)| other == stream) {
                let what = format!("{stream} is expected at two versions");
                return Err(StoreError::Invalid { what });
            }
        }
        Ok(self)
    }
}

fn within(what: &str, size: u64, max: u64) -> Result<()> {
    if size <= max { Ok(()) } else { Err(StoreError::TooLarge { what: what.to_owned(), size, max }) }
}

/// About the size as JSON text, without writing the text: exact is not needed for a limit.
fn json_size(value: &Value) -> u64 {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 8,
        Value::String(text) => text.len() as u64 + 2,
        Value::Array(items) => 2 + items.iter().map(|item| json_size(item) + 1).sum::<u64>(),
        Value::Object(fields) => {
            2 + fields.iter().map(|(name, item)| name.len() as u64 + 4 + json_size(item)).sum::<u64>()
        }
    }
}

/// The key of one request: (tenant, actor, key, hash of the body).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Idempotency {
    /// Whose request.
    pub actor: String,
    /// The key that came with it.
    pub key: String,
    /// SHA-256 of the request's body.
    pub body_hash: [u8; 32],
}

/// An event that has no place in the ledger yet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NewEvent {
    /// The history it belongs to.
    pub stream: StreamId,
    /// Its own name, made by the office.
    pub id: EventId,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: Actor,
    /// In whose stead.
    pub acting_for: Option<String>,
    /// When it is written.
    pub recorded_at: Timestamp,
    /// When it counts in law.
    pub effective_at: Timestamp,
    /// What brought it about.
    pub cause: Option<EventId>,
    /// The rest.
    pub payload: Value,
}

impl NewEvent {
    /// Gives it its place.
    #[must_use]
    pub fn placed(self, tenant: TenantId, index: u64, version: u64) -> Envelope {
        Envelope {
            tenant,
            index,
            stream: self.stream,
            version,
            id: self.id,
            kind: self.kind,
            actor: self.actor,
            acting_for: self.acting_for,
            recorded_at: self.recorded_at,
            effective_at: self.effective_at,
            cause: self.cause,
            payload: self.payload,
        }
    }
}

/// Something to deliver after the transaction: a letter, a message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NewEffect {
    /// Its own name.
    pub id: String,
    /// What kind.
    pub kind: String,
    /// What it needs.
    pub payload: Value,
    /// Not before this instant.
    pub not_before: Timestamp,
}

/// An effect taken for delivery.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Effect {
    /// Whose.
    pub tenant: TenantId,
    /// Its own name.
    pub id: String,
    /// What kind.
    pub kind: String,
    /// What it needs.
    pub payload: Value,
    /// How often it was taken, this time included.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// Something that only one may have within a tenant: the seat of a post's holder, an item's name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UniqueClaim {
    /// What must be unique.
    pub space: String,
    /// The value.
    pub value: String,
    /// Who has it: a stream's id or a case's.
    pub owner: String,
    /// True gives it back; giving back what one does not have changes nothing.
    pub release: bool,
}

/// What was done.
#[derive(Clone, PartialEq, Debug)]
pub struct Appended {
    /// The ledger index of the first event (the next index, where there was none).
    pub first_index: u64,
    /// The events in their places.
    pub envelopes: Vec<Envelope>,
    /// True where the key had been used before: nothing was done now.
    pub replayed: bool,
    /// The answer: the one given, or the one remembered.
    pub answer: Value,
}
