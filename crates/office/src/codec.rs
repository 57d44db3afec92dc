//! Events of the kernel as events of the ledger, and back.

use serde_json::Value as Json;
use xiaoneng_casework::{Actor, Happening, Name, Recorded, Stream};
use xiaoneng_ledger::{Actor as Signer, Envelope, EventId, Party, StreamId};
use xiaoneng_store::NewEvent;

use crate::OfficeError;

/// The stream an event belongs to.
pub(crate) fn stream_id(stream: &Stream, case: &str) -> StreamId {
    match stream {
        Stream::Case => StreamId::case(case),
        Stream::Post(post) => StreamId::post(post),
    }
}

/// As the ledger keeps it: what happened is the payload, its type the kind.
pub(crate) fn to_ledger(stream: StreamId, event: &Recorded) -> NewEvent {
    let mut payload = serde_json::to_value(&event.what).unwrap_or(Json::Null);
    let kind = payload.as_object_mut().and_then(|o| o.remove("type"));
    NewEvent {
        stream,
        id: EventId::from(event.id.to_string()),
        kind: kind.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned(),
        actor: signer(&event.actor),
        acting_for: event.acting_for.as_ref().map(ToString::to_string),
        recorded_at: event.recorded_at,
        effective_at: event.effective_at,
        cause: event.cause.as_ref().map(|c| EventId::from(c.to_string())),
        payload,
    }
}

/// Back from the ledger.
pub(crate) fn from_ledger(envelope: Envelope) -> Result<Recorded, OfficeError> {
    let Envelope {
        stream, version, id, kind, actor, acting_for, recorded_at, effective_at, cause, mut payload, ..
    } = envelope;
    if let Some(object) = payload.as_object_mut() {
        object.insert("type".to_owned(), Json::String(kind));
    }
    let what: Happening = serde_json::from_value(payload).map_err(|fault| OfficeError::Unreadable {
        case: stream.to_string(),
        version,
        why: fault.to_string(),
    })?;
    Ok(Recorded {
        id: id.0.into(),
        actor: reader(actor),
        acting_for: acting_for.map(Name::from),
        recorded_at,
        effective_at,
        cause: cause.map(|c| c.0.into()),
        what,
    })
}

fn signer(actor: &Actor) -> Signer {
    match actor {
        Actor::Officer { id, post } => Signer {
            officer: Some(id.to_string()),
            post: post.as_ref().map(ToString::to_string),
            party: Party::Officer,
        },
        Actor::Applicant => Signer::citizen(),
        Actor::Law => Signer::law(),
    }
}

fn reader(signer: Signer) -> Actor {
    match (signer.party, signer.officer) {
        (Party::Officer, Some(id)) => Actor::Officer { id: id.into(), post: signer.post.map(Name::from) },
        (Party::Citizen, _) => Actor::Applicant,
        _ => Actor::Law,
    }
}
