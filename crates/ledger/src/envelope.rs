//! One event with who, when and why.

use crate::{
    EventId, INTEGER_MAX, LeafHash, LedgerError, StreamId, TenantId,
    canonical::{push_string, push_value},
    check_numbers, leaf_hash,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write as _;

const VECTOR: &str = "OK because a vector takes all";

/// A key as it stands (with its comma and colon), then the text.
fn text(out: &mut Vec<u8>, key: &str, text: &str) {
    out.extend_from_slice(key.as_bytes());
    push_string(out, text);
}

/// The form of envelope that this code writes; stands in the canonical bytes as `"v"`, so that a
/// reader in ten years knows which rules made them.
pub const ENVELOPE_FORM: u8 = 1;

/// On whose side the one who acts stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The applicant, petitioner, caller.
    Citizen,
    /// Someone of the administration, in a post.
    Officer,
    /// The law itself: a clock lapsed.
    Law,
    /// The installation: an import, a set-up.
    System,
}

impl Party {
    /// As it stands in the bytes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Officer => "officer",
            Self::Law => "law",
            Self::System => "system",
        }
    }
}

/// Who did it.
///
/// ```
/// # use xiaoneng_ledger::{Actor, Party};
/// let actor = Actor::officer("ma.xiulan", "mh-hr-window-a");
/// assert_eq!(actor.party, Party::Officer);
/// assert_eq!(Actor::law().officer, None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The officer's id, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// The post he acted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// On whose side he stands.
    pub party: Party,
}

impl Actor {
    /// An officer in his post.
    pub fn officer(officer: impl Into<String>, post: impl Into<String>) -> Self {
        Self { officer: Some(officer.into()), post: Some(post.into()), party: Party::Officer }
    }

    /// The citizen.
    #[must_use]
    pub const fn citizen() -> Self {
        Self { officer: None, post: None, party: Party::Citizen }
    }

    /// The law itself.
    #[must_use]
    pub const fn law() -> Self {
        Self { officer: None, post: None, party: Party::Law }
    }

    /// The installation.
    #[must_use]
    pub const fn system() -> Self {
        Self { officer: None, post: None, party: Party::System }
    }
}

/// One event as it stands in its tenant's ledger.
///
/// ```
/// # use xiaoneng_ledger::*;
/// # use serde_json::json;
/// let event = Envelope {
///     tenant: "630222".into(),
///     index: 0,
///     stream: StreamId::case("c1"),
///     version: 1,
///     id: "e1".into(),
///     kind: "received".into(),
///     actor: Actor::citizen(),
///     acting_for: None,
///     recorded_at: "2015-06-01T01:00:00Z".parse().unwrap(),
///     effective_at: "2015-06-01T01:00:00Z".parse().unwrap(),
///     cause: None,
///     payload: json!({"fee": 1000, "item": "XK-1"}),
/// };
/// let bytes = event.canonical_bytes()?;
/// assert_eq!(std::str::from_utf8(&bytes).unwrap(), concat!(
///     r#"{"actor":{"party":"citizen"},"effective_at":"2015-06-01T01:00:00Z","id":"e1","index":0,"#,
///     r#""kind":"received","payload":{"fee":1000,"item":"XK-1"},"#,
///     r#""recorded_at":"2015-06-01T01:00:00Z","stream":"case/c1","tenant":"630222","v":1,"version":1}"#,
/// ));
/// assert_eq!(Envelope::decode(&bytes)?, event);
/// assert_eq!(event.leaf_hash()?, leaf_hash(&bytes));
/// # Ok::<(), LedgerError>(())
/// ```
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub struct Envelope {
    /// Whose ledger.
    pub tenant: TenantId,
    /// The place in that ledger: 0, 1, 2... without a gap. The order of leaves.
    pub index: u64,
    /// The history it belongs to.
    pub stream: StreamId,
    /// The place in that history: 1, 2, 3...
    pub version: u64,
    /// Its own name.
    pub id: EventId,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: Actor,
    /// The post or officer in whose stead.
    pub acting_for: Option<String>,
    /// When it was written; never goes back within a tenant. Evidence runs on this.
    pub recorded_at: Timestamp,
    /// When it counts in law. Clocks run on this.
    pub effective_at: Timestamp,
    /// The event that brought it about.
    pub cause: Option<EventId>,
    /// The rest; personal fields sealed.
    pub payload: Value,
}

impl Envelope {
    /// The bytes that are stored, hashed and proved (RFC 8785). Fields that are `None` are left out.
    ///
    /// # Errors
    /// [`LedgerError::NumberTooLarge`] for a number outside ±(2^53-1).
    pub fn canonical_bytes(&self) -> Result<Vec<u8>, LedgerError> {
        Unplaced::of(self)?.at(self.index, self.version)
    }

    /// The hash of its leaf (RFC 6962).
    ///
    /// # Errors
    /// As [`canonical_bytes`](Self::canonical_bytes).
    pub fn leaf_hash(&self) -> Result<LeafHash, LedgerError> {
        Ok(leaf_hash(&self.canonical_bytes()?))
    }

    /// Reads the bytes that [`canonical_bytes`](Self::canonical_bytes) wrote; trusts that they are canonical.
    ///
    /// # Errors
    /// [`LedgerError::NotAnEnvelope`] with what the reader stumbled over.
    pub fn decode(bytes: &[u8]) -> Result<Self, LedgerError> {
        serde_json::from_slice(bytes).map_err(|fault| LedgerError::NotAnEnvelope { why: fault.to_string() })
    }

    /// Reads bytes from elsewhere: they must be the canonical form itself, or their hash proves nothing.
    ///
    /// # Errors
    /// [`LedgerError::NotAnEnvelope`], or [`LedgerError::NotCanonical`] where the bytes differ from
    /// what this event's canonical bytes are.
    pub fn decode_strict(bytes: &[u8]) -> Result<Self, LedgerError> {
        let event = Self::decode(bytes)?;
        if event.canonical_bytes()? == bytes { Ok(event) } else { Err(LedgerError::NotCanonical { id: event.id.0 }) }
    }
}

/// An event's canonical bytes but for its place in ledger and stream: what can be made before the place
/// is known, so that the one thread that knows it has two numbers to write and no more.
///
/// Keys are written in their sorted order by hand; a property holds it to the general way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unplaced {
    before_index: Vec<u8>,
    before_version: Vec<u8>,
}

impl Unplaced {
    /// From an event whose index and version count for nothing yet.
    ///
    /// # Errors
    /// [`LedgerError::NumberTooLarge`] for a number outside ±(2^53-1) in the payload.
    pub fn of(event: &Envelope) -> Result<Self, LedgerError> {
        check_numbers(&event.payload)?;
        let mut out = Vec::with_capacity(256);
        out.push(b'{');
        if let Some(acting_for) = &event.acting_for {
            text(&mut out, "\"acting_for\":", acting_for);
            out.push(b',');
        }
        out.extend_from_slice(b"\"actor\":{");
        if let Some(officer) = &event.actor.officer {
            text(&mut out, "\"officer\":", officer);
            out.push(b',');
        }
        text(&mut out, "\"party\":", event.actor.party.as_str());
        if let Some(post) = &event.actor.post {
            text(&mut out, ",\"post\":", post);
        }
        out.push(b'}');
        if let Some(cause) = &event.cause {
            text(&mut out, ",\"cause\":", cause.as_str());
        }
        // An instant is digits, letters and signs: nothing in it is ever escaped.
        write!(out, ",\"effective_at\":\"{}\"", event.effective_at).expect(VECTOR);
        text(&mut out, ",\"id\":", event.id.as_str());
        out.extend_from_slice(b",\"index\":");
        let before_index = out;
        let mut out = Vec::with_capacity(1024);
        text(&mut out, ",\"kind\":", &event.kind);
        out.extend_from_slice(b",\"payload\":");
        push_value(&mut out, &event.payload)?;
        write!(out, ",\"recorded_at\":\"{}\"", event.recorded_at).expect(VECTOR);
        text(&mut out, ",\"stream\":", event.stream.as_str());
        text(&mut out, ",\"tenant\":", event.tenant.as_str());
        write!(out, ",\"v\":{ENVELOPE_FORM},\"version\":").expect(VECTOR);
        Ok(Self { before_index, before_version: out })
    }

    /// The bytes of the event at this place.
    ///
    /// # Errors
    /// [`LedgerError::NumberTooLarge`] for an index or version beyond 2^53-1.
    pub fn at(&self, index: u64, version: u64) -> Result<Vec<u8>, LedgerError> {
        for (name, number) in [("index", index), ("version", version)] {
            if number > INTEGER_MAX {
                let at = format!("/{name}");
                return Err(LedgerError::NumberTooLarge { number: number.to_string(), at });
            }
        }
        let mut out = Vec::with_capacity(self.before_index.len() + self.before_version.len() + 40);
        out.extend_from_slice(&self.before_index);
        write!(out, "{index}").expect(VECTOR);
        out.extend_from_slice(&self.before_version);
        write!(out, "{version}}}").expect(VECTOR);
        Ok(out)
    }
}

/// The form on the wire, in serde's words; the canonical bytes are held to it by a property.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    tenant: TenantId,
    index: u64,
    stream: StreamId,
    version: u64,
    id: EventId,
    kind: String,
    actor: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acting_for: Option<String>,
    recorded_at: Timestamp,
    effective_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<EventId>,
    payload: Value,
}

impl From<Envelope> for Wire {
    fn from(e: Envelope) -> Self {
        Self {
            v: ENVELOPE_FORM,
            tenant: e.tenant,
            index: e.index,
            stream: e.stream,
            version: e.version,
            id: e.id,
            kind: e.kind,
            actor: e.actor,
            acting_for: e.acting_for,
            recorded_at: e.recorded_at,
            effective_at: e.effective_at,
            cause: e.cause,
            payload: e.payload,
        }
    }
}

impl TryFrom<Wire> for Envelope {
    type Error = String;

    fn try_from(w: Wire) -> Result<Self, String> {
        if w.v != ENVELOPE_FORM {
            return Err(format!("it is of form {}, this program reads form {ENVELOPE_FORM}: use a newer program", w.v));
        }
        Ok(Self {
            tenant: w.tenant,
            index: w.index,
            stream: w.stream,
            version: w.version,
            id: w.id,
            kind: w.kind,
            actor: w.actor,
            acting_for: w.acting_for,
            recorded_at: w.recorded_at,
            effective_at: w.effective_at,
            cause: w.cause,
            payload: w.payload,
        })
    }
}
