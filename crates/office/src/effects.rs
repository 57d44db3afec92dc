//! 效果: what is to be delivered after an act, queued in its transaction, delivered at least once.

use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_casework::{Case, Happening, Name, Recorded, Stream};
use xiaoneng_store::{Effect, NewEffect};

use xiaoneng_pack::Procedure;

use crate::{Office, OfficeError, messages::messages_of, office::tenant_id};

/// Letters and messages that follow from events.
pub(crate) fn effects_of(
    procedure: &Procedure,
    tenant: &Name,
    id: &Name,
    case: &Case,
    events: &[(Stream, Arc<Recorded>)],
) -> Vec<NewEffect> {
    let mut effects = Vec::new();
    for (_, event) in events {
        for (word, message) in messages_of(procedure, id, case, event) {
            let payload = serde_json::to_value(&message).unwrap_or_default();
            let id = format!("{}/{}/{word}", message.kind(), event.id);
            let kind = message.kind().to_owned();
            effects.push(NewEffect { id, kind, payload, not_before: event.recorded_at });
        }
        if let Happening::Acted(acted) = &event.what
            && let Some(letter) = &acted.letter
        {
            let payload = serde_json::json!({
                "tenant": &**tenant, "case": &**id, "number": &*case.opening.number,
                "event": &*event.id, "letter": &**letter,
            });
            effects.push(effect(event, "letter", payload));
        }
    }
    effects
}

fn effect(event: &Recorded, kind: &str, payload: serde_json::Value) -> NewEffect {
    NewEffect { id: format!("{kind}/{}", event.id), kind: kind.to_owned(), payload, not_before: event.recorded_at }
}

impl Office {
    /// Take effects that are due, to deliver them.
    pub(crate) async fn effects_due(&self, tenant: &Name, limit: usize) -> Result<Vec<Effect>, OfficeError> {
        Ok(self.store.effects_take(&tenant_id(tenant), self.now(), limit).await?)
    }

    /// Say how the delivery of one went; a failed one is tried again after a while.
    pub(crate) async fn effect_delivered(
        &self,
        tenant: &Name,
        id: &str,
        outcome: Result<(), String>,
    ) -> Result<(), OfficeError> {
        let store_tenant = tenant_id(tenant);
        match outcome {
            Ok(()) => self.store.effects_done(&store_tenant, id).await?,
            Err(error) => {
                let retry: Timestamp = self.now() + jiff::SignedDuration::from_mins(5);
                self.store.effects_failed(&store_tenant, id, retry, &error).await?;
            }
        }
        Ok(())
    }
}
