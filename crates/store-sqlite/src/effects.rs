//! The queue of effects: taken with a lease, delivered at least once.

use crate::fault::Answer;
use rusqlite::{Connection, params};
use xiaoneng_ledger::TenantId;
use xiaoneng_store::{EFFECT_LEASE_SECONDS, Effect};

/// What is to be done with the queue. Instants in microseconds.
pub enum EffectOp {
    Take { tenant: TenantId, now: i64, limit: usize },
    Done { tenant: TenantId, id: String },
    Failed { tenant: TenantId, id: String, retry_at: i64, error: String },
}

/// Whether anything waits; asked by a reader, so that an idle queue costs no write.
pub fn any_due(conn: &Connection, tenant: &TenantId, now: i64) -> Answer<bool> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM effects WHERE tenant = ?1 AND not_before <= ?2 LIMIT 1")?
        .exists(params![tenant.as_str(), now])?)
}

pub fn run(conn: &Connection, op: &EffectOp) -> Answer<Vec<Effect>> {
    match op {
        EffectOp::Take { tenant, now, limit } => take(conn, tenant, *now, *limit),
        EffectOp::Done { tenant, id } => {
            conn.prepare_cached("DELETE FROM effects WHERE tenant = ?1 AND id = ?2")?.execute([tenant.as_str(), id])?;
            Ok(Vec::new())
        }
        EffectOp::Failed { tenant, id, retry_at, error } => {
            conn.prepare_cached(
                "UPDATE effects SET not_before = ?3, last_error = ?4
                 WHERE tenant = ?1 AND id = ?2",
            )?
            .execute(params![tenant.as_str(), id, retry_at, error])?;
            Ok(Vec::new())
        }
    }
}

fn take(conn: &Connection, tenant: &TenantId, now: i64, limit: usize) -> Answer<Vec<Effect>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut taken = conn
        .prepare_cached(
            "SELECT id, kind, payload, attempts, last_error FROM effects
             WHERE tenant = ?1 AND not_before <= ?2 ORDER BY not_before, id LIMIT ?3",
        )?
        .query_and_then(params![tenant.as_str(), now, limit], |row| {
            Ok(Effect {
                tenant: tenant.clone(),
                id: row.get(0)?,
                kind: row.get(1)?,
                payload: serde_json::from_str(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)?,
                attempts: row.get(3)?,
                last_error: row.get(4)?,
            })
        })?
        .collect::<Answer<Vec<_>>>()?;
    for effect in &mut taken {
        effect.attempts += 1;
        conn.prepare_cached("UPDATE effects SET not_before = ?3, attempts = ?4 WHERE tenant = ?1 AND id = ?2")?
            .execute(params![tenant.as_str(), effect.id, now + EFFECT_LEASE_SECONDS * 1_000_000, effect.attempts,])?;
    }
    Ok(taken)
}
