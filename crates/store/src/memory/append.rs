//! One act: every check first, then every change; so nothing is ever half done.

use super::{MemoryStore, Remembered, Tenant, Waiting};
use crate::{Append, Appended, EFFECT_LEASE_SECONDS, Effect, Idempotency, Result, StoreError, Written};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use xiaoneng_ledger::{StreamId, TenantId};

impl MemoryStore {
    pub(super) fn append_now(&self, append: Append, written: &mut Written) -> Result<Appended> {
        let done = self.append_upon(append, written);
        if let Ok(appended) = &done
            && !appended.replayed
        {
            written.note(&appended.envelopes);
        }
        done
    }

    fn append_upon(&self, append: Append, written: &Written) -> Result<Appended> {
        let append = append.checked()?;
        let mut all = self.evidence();
        let tenant = all.entry(append.tenant.clone()).or_default();
        if let Some(key) = &append.idempotency
            && let Some(remembered) = tenant.remembered(key)?
        {
            return Ok(remembered);
        }
        tenant.check(&append)?;
        written.carries(&append)?;
        Ok(tenant.write(append))
    }
}

impl Tenant {
    pub(super) fn version(&self, stream: &StreamId) -> u64 {
        self.streams.get(stream).map_or(0, |places| places.len() as u64)
    }

    pub(super) fn remembered(&self, key: &Idempotency) -> Result<Option<Appended>> {
        let Some(found) = self.remembered.get(&(key.actor.clone(), key.key.clone())) else {
            return Ok(None);
        };
        if found.body_hash != key.body_hash {
            return Err(StoreError::KeyReused { actor: key.actor.clone(), key: key.key.clone() });
        }
        let first = found.first_index as usize;
        Ok(Some(Appended {
            first_index: found.first_index,
            envelopes: self.events[first..first + found.count].to_vec(),
            replayed: true,
            answer: found.answer.clone(),
        }))
    }

    fn check(&self, append: &Append) -> Result<()> {
        for (stream, expected) in &append.expects {
            let actual = self.version(stream);
            if actual != *expected {
                let (stream, expected) = (stream.clone(), *expected);
                return Err(StoreError::Conflict { stream, expected, actual });
            }
        }
        if let (Some(last), Some(first)) = (self.events.last(), append.events.first())
            && first.recorded_at < last.recorded_at
        {
            let (recorded, last) = (first.recorded_at, last.recorded_at);
            return Err(StoreError::TimeWentBack { recorded, last });
        }
        self.check_claims(append)?;
        self.check_numbers(append)?;
        for (position, effect) in append.effects.iter().enumerate() {
            let twice = append.effects[..position].iter().any(|other| other.id == effect.id);
            if twice || self.effects.contains_key(&effect.id) {
                let what = format!("the effect {} is there already", effect.id);
                return Err(StoreError::Invalid { what });
            }
        }
        Ok(())
    }

    fn check_claims(&self, append: &Append) -> Result<()> {
        let mut claims = self.claims.clone();
        for claim in &append.claims {
            let place = (claim.space.clone(), claim.value.clone());
            match claims.get(&place) {
                Some(owner) if *owner == claim.owner && claim.release => {
                    claims.remove(&place);
                }
                Some(owner) if *owner != claim.owner && !claim.release => {
                    let (space, value) = place;
                    return Err(StoreError::Taken { space, value, by: owner.clone() });
                }
                None if !claim.release => {
                    claims.insert(place, claim.owner.clone());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_numbers(&self, append: &Append) -> Result<()> {
        let mut new: BTreeMap<&str, &str> = BTreeMap::new();
        for change in &append.rows {
            self.rows.check_number(change)?;
            let crate::RowChange::Case(row) = change else {
                continue;
            };
            let by = new.insert(&row.number, &row.case);
            if let Some(by) = by.filter(|by| *by != row.case) {
                return Err(super::rows::taken(&row.number, by));
            }
        }
        Ok(())
    }

    fn write(&mut self, append: Append) -> Appended {
        let first_index = self.events.len() as u64;
        let tenant = append.tenant;
        for event in append.events {
            let index = self.events.len();
            let places = self.streams.entry(event.stream.clone()).or_default();
            places.push(index);
            let version = places.len() as u64;
            self.events.push(event.placed(tenant.clone(), index as u64, version));
        }
        for claim in append.claims {
            let place = (claim.space, claim.value);
            if !claim.release {
                self.claims.insert(place, claim.owner);
            } else if self.claims.get(&place) == Some(&claim.owner) {
                self.claims.remove(&place);
            }
        }
        for change in append.rows {
            self.rows.put(change);
        }
        for effect in append.effects {
            self.put_effect(&tenant, effect);
        }
        let envelopes = self.events[first_index as usize..].to_vec();
        if let Some(key) = append.idempotency {
            let (body_hash, answer) = (key.body_hash, append.answer.clone());
            let remembered = Remembered { body_hash, first_index, count: envelopes.len(), answer };
            self.remembered.insert((key.actor, key.key), remembered);
        }
        Appended { first_index, envelopes, replayed: false, answer: append.answer }
    }

    fn put_effect(&mut self, tenant: &TenantId, new: crate::NewEffect) {
        let effect = Effect {
            tenant: tenant.clone(),
            id: new.id.clone(),
            kind: new.kind,
            payload: new.payload,
            attempts: 0,
            last_error: None,
        };
        self.effects.insert(new.id, Waiting { effect, not_before: new.not_before });
    }

    pub(super) fn effects_take(&mut self, now: Timestamp, limit: usize) -> Vec<Effect> {
        let mut due: Vec<_> = self.effects.values_mut().filter(|w| w.not_before <= now).collect();
        due.sort_by(|a, b| (a.not_before, &a.effect.id).cmp(&(b.not_before, &b.effect.id)));
        due.truncate(limit);
        due.into_iter()
            .map(|waiting| {
                waiting.not_before = now + SignedDuration::from_secs(EFFECT_LEASE_SECONDS);
                waiting.effect.attempts += 1;
                waiting.effect.clone()
            })
            .collect()
    }
}
