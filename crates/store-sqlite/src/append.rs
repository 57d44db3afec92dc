//! One act: checks first, then writes.

use crate::fault::{Answer, Fault, is_constraint};
use crate::put_rows;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use xiaoneng_ledger::{Envelope, StreamId, TenantId, leaf_hash};
use xiaoneng_store::{Append, Appended, Idempotency, NewEffect, StoreError, UniqueClaim, instant, micros};

/// An act that was checked and whose payloads were made canonical: work that needs no place in the
/// ledger, done on the caller's thread.
pub struct Prepared {
    pub append: Append,
    payloads: Vec<Vec<u8>>,
}

impl Prepared {
    pub fn of(append: Append) -> Result<Self, StoreError> {
        let append = append.checked()?;
        let payloads =
            append.events.iter().map(|event| Envelope::canonical_payload(&event.payload)).collect::<Result<_, _>>()?;
        Ok(Self { append, payloads })
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
pub fn check(conn: &Connection, heads: &mut Heads, append: &Append) -> Answer<Option<Appended>> {
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
    if let Some(first) = append.events.first()
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
pub fn write(conn: &Connection, heads: &mut Heads, act: &Prepared) -> Answer<Appended> {
    let append = &act.append;
    let tenant = &append.tenant;
    let mut head = heads.of(conn, tenant)?;
    let first_index = head.size;
    let envelopes = write_events(conn, &mut head, act)?;
    if !envelopes.is_empty() {
        heads.advance(tenant, head);
    }
    for change in &append.rows {
        put_rows::put(conn, tenant, change)?;
    }
    write_claims(conn, append)?;
    for effect in &append.effects {
        write_effect(conn, tenant, effect)?;
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
            envelopes.len() as i64,
            append.answer.to_string(),
        ])?;
    }
    Ok(Appended { first_index, envelopes, replayed: false, answer: append.answer.clone() })
}

fn write_events(conn: &Connection, head: &mut Head, act: &Prepared) -> Answer<Vec<Envelope>> {
    let append = &act.append;
    let mut versions: BTreeMap<&StreamId, u64> =
        append.expects.iter().map(|(stream, version)| (stream, *version)).collect();
    let mut envelopes = Vec::with_capacity(append.events.len());
    for (event, payload) in append.events.iter().zip(&act.payloads) {
        let version = match versions.get(&event.stream) {
            Some(version) => *version,
            None => version_of(conn, &append.tenant, &event.stream)?,
        } + 1;
        versions.insert(&event.stream, version);
        let placed = event.clone().placed(append.tenant.clone(), head.size, version);
        let bytes = placed.canonical_bytes_around(payload)?;
        conn.prepare_cached(
            "INSERT INTO events (tenant, idx, stream, version, leaf, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            append.tenant.as_str(),
            head.size as i64,
            placed.stream.as_str(),
            version as i64,
            leaf_hash(&bytes).0,
            bytes,
        ])?;
        head.size += 1;
        head.last_recorded_at = micros(placed.recorded_at);
        envelopes.push(placed);
    }
    Ok(envelopes)
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

fn write_effect(conn: &Connection, tenant: &TenantId, effect: &NewEffect) -> Answer<()> {
    let put = conn
        .prepare_cached(
            "INSERT INTO effects (tenant, id, kind, payload, not_before, attempts)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        )?
        .execute(params![
            tenant.as_str(),
            effect.id,
            effect.kind,
            effect.payload.to_string(),
            micros(effect.not_before),
        ])
        .map_err(Fault::from);
    match put {
        Err(fault) if is_constraint(&fault) => {
            let what = format!("the effect {} is there already", effect.id);
            Err(StoreError::Invalid { what }.into())
        }
        other => other.map(|_| ()),
    }
}
