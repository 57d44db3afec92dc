//! One act: checks first, then writes.

use crate::fault::{Answer, Fault, is_constraint};
use crate::put_rows::{self, Counts};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use xiaoneng_ledger::{Envelope, StreamId, TenantId, Unplaced, leaf_hash};
use xiaoneng_store::{Append, Appended, Idempotency, NewEffect, StoreError, UniqueClaim, instant, micros};

/// An act that was checked and whose bytes and texts are made: all the work that needs no place in the
/// ledger, done on the caller's thread. The writer's thread reads it and gives it back; the caller takes
/// it apart.
pub struct Prepared {
    /// Its events are taken out.
    pub append: Append,
    /// The events; their places are not known yet.
    pub events: Vec<Envelope>,
    unplaced: Vec<Unplaced>,
    /// The JSON of each row, empty for those that have none.
    rows: Vec<String>,
    effects: Vec<String>,
    answer: String,
}

/// What became of an act that was not refused.
pub enum Outcome {
    /// Written now: the first index, and each event's version in its stream.
    Written(u64, Vec<u64>),
    /// Done before under its key.
    Before(Appended),
}

impl Prepared {
    pub fn of(append: Append) -> Result<Self, StoreError> {
        let mut append = append.checked()?;
        let events = std::mem::take(&mut append.events);
        let events: Vec<Envelope> = events.into_iter().map(|event| event.placed(append.tenant.clone(), 0, 0)).collect();
        Ok(Self {
            unplaced: events.iter().map(Unplaced::of).collect::<Result<_, _>>()?,
            rows: append.rows.iter().map(put_rows::json_of).collect(),
            effects: append.effects.iter().map(|effect| effect.payload.to_string()).collect(),
            answer: append.answer.to_string(),
            events,
            append,
        })
    }

    /// What its caller is told.
    pub fn told(self, outcome: Outcome) -> Appended {
        let (first_index, versions) = match outcome {
            Outcome::Written(first_index, versions) => (first_index, versions),
            Outcome::Before(appended) => return appended,
        };
        let mut envelopes = self.events;
        for ((event, version), index) in envelopes.iter_mut().zip(versions).zip(first_index..) {
            (event.index, event.version) = (index, version);
        }
        Appended { first_index, envelopes, replayed: false, answer: self.append.answer }
    }
}

/// Where a tenant's ledger stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    size: u64,
    /// Microseconds; the smallest number before the first event.
    last_recorded_at: i64,
}

/// The heads of the tenants seen since the last fault. OK to keep because this process holds the
/// lock and this thread is the only one that writes; a rollback forgets them.
#[derive(Default)]
pub struct Heads(BTreeMap<TenantId, (Head, bool)>);

impl Heads {
    pub fn of(&mut self, conn: &Connection, tenant: &TenantId) -> Answer<Head> {
        if let Some((head, _)) = self.0.get(tenant) {
            return Ok(*head);
        }
        let head = conn
            .prepare_cached("SELECT size, last_recorded_at FROM ledgers WHERE tenant = ?1")?
            .query_row([tenant.as_str()], |row| {
                Ok(Head { size: row.get::<_, i64>(0)? as u64, last_recorded_at: row.get(1)? })
            })
            .optional()?
            .unwrap_or(Head { size: 0, last_recorded_at: i64::MIN });
        self.0.insert(tenant.clone(), (head, false));
        Ok(head)
    }

    fn advance(&mut self, tenant: &TenantId, head: Head) {
        self.0.insert(tenant.clone(), (head, true));
    }

    /// After a savepoint was rolled back. Still marked for writing: an earlier act may have moved it.
    pub fn put_back(&mut self, tenant: &TenantId, head: Head) {
        self.0.insert(tenant.clone(), (head, head.size > 0));
    }

    /// Writes what moved, once for a group.
    pub fn flush(&mut self, conn: &Connection) -> Answer<()> {
        for (tenant, (head, moved)) in &mut self.0 {
            if std::mem::take(moved) {
                conn.prepare_cached(
                    "INSERT INTO ledgers (tenant, size, last_recorded_at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (tenant) DO UPDATE
                     SET size = excluded.size, last_recorded_at = excluded.last_recorded_at",
                )?
                .execute(params![tenant.as_str(), head.size as i64, head.last_recorded_at])?;
            }
        }
        Ok(())
    }

    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// What the acts of a group move in common, written once before its commit.
#[derive(Default)]
pub struct Moving {
    pub heads: Heads,
    pub counts: Counts,
}

impl Moving {
    pub fn flush(&mut self, conn: &Connection) -> Answer<()> {
        self.heads.flush(conn)?;
        self.counts.flush(conn)
    }

    pub fn forget(&mut self) {
        self.heads.forget();
        self.counts = Counts::default();
    }
}

/// The stream's version; 0 if there is none.
pub fn version_of(conn: &Connection, tenant: &TenantId, stream: &StreamId) -> Answer<u64> {
    let version: Option<i64> = conn
        .prepare_cached("SELECT max(version) FROM events WHERE tenant = ?1 AND stream = ?2")?
        .query_row([tenant.as_str(), stream.as_str()], |row| row.get(0))?;
    Ok(version.unwrap_or(0) as u64)
}

/// What was answered under the key, if it was used; another body is an error.
pub fn remembered(conn: &Connection, tenant: &TenantId, key: &Idempotency) -> Answer<Option<Appended>> {
    let found = conn
        .prepare_cached(
            "SELECT body_hash, first_index, events, answer FROM remembered
             WHERE tenant = ?1 AND actor = ?2 AND key = ?3",
        )?
        .query_row([tenant.as_str(), &key.actor, &key.key], |row| {
            let hash: [u8; 32] = row.get(0)?;
            Ok((hash, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, String>(3)?))
        })
        .optional()?;
    let Some((body_hash, first_index, events, answer)) = found else {
        return Ok(None);
    };
    if body_hash != key.body_hash {
        let (actor, key) = (key.actor.clone(), key.key.clone());
        return Err(StoreError::KeyReused { actor, key }.into());
    }
    let envelopes = conn
        .prepare_cached("SELECT bytes FROM events WHERE tenant = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx")?
        .query_and_then(params![tenant.as_str(), first_index, first_index + events], envelope)?
        .collect::<Answer<_>>()?;
    Ok(Some(Appended {
        first_index: first_index as u64,
        envelopes,
        replayed: true,
        answer: serde_json::from_str(&answer)?,
    }))
}

/// The event whose bytes stand in the first column.
pub fn envelope(row: &rusqlite::Row<'_>) -> Answer<Envelope> {
    Envelope::decode(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)
        .map_err(|fault| StoreError::Corrupt { detail: fault.to_string() }.into())
}

/// Everything that can refuse the act, before anything is written. `Some` is the remembered answer.
pub fn check(conn: &Connection, heads: &mut Heads, act: &Prepared) -> Answer<Option<Appended>> {
    let append = &act.append;
    if let Some(key) = &append.idempotency
        && let Some(found) = remembered(conn, &append.tenant, key)?
    {
        return Ok(Some(found));
    }
    for (stream, expected) in &append.expects {
        let actual = version_of(conn, &append.tenant, stream)?;
        if actual != *expected {
            let (stream, expected) = (stream.clone(), *expected);
            return Err(StoreError::Conflict { stream, expected, actual }.into());
        }
    }
    let head = heads.of(conn, &append.tenant)?;
    if let Some(first) = act.events.first()
        && micros(first.recorded_at) < head.last_recorded_at
    {
        let (recorded, last) = (first.recorded_at, instant(head.last_recorded_at)?);
        return Err(StoreError::TimeWentBack { recorded, last }.into());
    }
    check_claims(conn, append)?;
    Ok(None)
}

fn owner_of(conn: &Connection, tenant: &TenantId, claim: &UniqueClaim) -> Answer<Option<String>> {
    Ok(conn
        .prepare_cached("SELECT owner FROM claims WHERE tenant = ?1 AND space = ?2 AND value = ?3")?
        .query_row([tenant.as_str(), &claim.space, &claim.value], |row| row.get(0))
        .optional()?)
}

/// Plays the claims through in order, so that one act may release and take.
fn check_claims(conn: &Connection, append: &Append) -> Answer<()> {
    let mut played: BTreeMap<(&str, &str), Option<String>> = BTreeMap::new();
    for claim in &append.claims {
        let place = (claim.space.as_str(), claim.value.as_str());
        let owner = match played.get(&place) {
            Some(owner) => owner.clone(),
            None => owner_of(conn, &append.tenant, claim)?,
        };
        let after = match owner {
            Some(by) if by != claim.owner && !claim.release => {
                let (space, value) = (claim.space.clone(), claim.value.clone());
                return Err(StoreError::Taken { space, value, by }.into());
            }
            Some(by) if by == claim.owner && claim.release => None,
            None if !claim.release => Some(claim.owner.clone()),
            unchanged => unchanged,
        };
        played.insert(place, after);
    }
    Ok(())
}

/// Writes the act. A fault here means that the transaction must be rolled back.
pub fn write(conn: &Connection, moving: &mut Moving, act: &Prepared) -> Answer<Outcome> {
    let append = &act.append;
    let tenant = &append.tenant;
    let mut head = moving.heads.of(conn, tenant)?;
    let first_index = head.size;
    let versions = write_events(conn, &mut head, act)?;
    if !versions.is_empty() {
        moving.heads.advance(tenant, head);
    }
    for (change, json) in append.rows.iter().zip(&act.rows) {
        put_rows::put(conn, &mut moving.counts, tenant, change, json)?;
    }
    write_claims(conn, append)?;
    for (effect, payload) in append.effects.iter().zip(&act.effects) {
        write_effect(conn, tenant, effect, payload)?;
    }
    if let Some(key) = &append.idempotency {
        conn.prepare_cached(
            "INSERT INTO remembered (tenant, actor, key, body_hash, first_index, events, answer)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            tenant.as_str(),
            key.actor,
            key.key,
            key.body_hash,
            first_index as i64,
            versions.len() as i64,
            act.answer,
        ])?;
    }
    Ok(Outcome::Written(first_index, versions))
}

/// Answers each event's version in its stream.
fn write_events(conn: &Connection, head: &mut Head, act: &Prepared) -> Answer<Vec<u64>> {
    let append = &act.append;
    let mut streams: BTreeMap<&StreamId, u64> =
        append.expects.iter().map(|(stream, version)| (stream, *version)).collect();
    let mut versions = Vec::with_capacity(act.events.len());
    for (event, unplaced) in act.events.iter().zip(&act.unplaced) {
        let version = match streams.get(&event.stream) {
            Some(version) => *version,
            None => version_of(conn, &append.tenant, &event.stream)?,
        } + 1;
        streams.insert(&event.stream, version);
        let bytes = unplaced.at(head.size, version)?;
        conn.prepare_cached(
            "INSERT INTO events (tenant, idx, stream, version, leaf, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            append.tenant.as_str(),
            head.size as i64,
            event.stream.as_str(),
            version as i64,
            leaf_hash(&bytes).0,
            bytes,
        ])?;
        head.size += 1;
        head.last_recorded_at = micros(event.recorded_at);
        versions.push(version);
    }
    Ok(versions)
}

fn write_claims(conn: &Connection, append: &Append) -> Answer<()> {
    for claim in &append.claims {
        let place = params![append.tenant.as_str(), claim.space, claim.value, claim.owner];
        let sql = if claim.release {
            "DELETE FROM claims WHERE tenant = ?1 AND space = ?2 AND value = ?3 AND owner = ?4"
        } else {
            // OK to keep the old row because the check found it free or its own.
            "INSERT INTO claims (tenant, space, value, owner) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, space, value) DO NOTHING"
        };
        conn.prepare_cached(sql)?.execute(place)?;
    }
    Ok(())
}

fn write_effect(conn: &Connection, tenant: &TenantId, effect: &NewEffect, payload: &str) -> Answer<()> {
    let put = conn
        .prepare_cached(
            "INSERT INTO effects (tenant, id, kind, payload, not_before, attempts)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        )?
        .execute(params![tenant.as_str(), effect.id, effect.kind, payload, micros(effect.not_before),])
        .map_err(Fault::from);
    match put {
        Err(fault) if is_constraint(&fault) => {
            let what = format!("the effect {} is there already", effect.id);
            Err(StoreError::Invalid { what }.into())
        }
        other => other.map(|_| ()),
    }
}
