//! Tables, and how they came to be: steps forward only, counted in `user_version`.
//!
//! Every table carries its tenant, every key starts with it (scale.md). No triggers, no serial
//! numbers, no `now()`. Instants are microseconds since 1970.

use crate::fault::Answer;
use rusqlite::Connection;
use xiaoneng_store::StoreError;

/// Evidence and rows. Each entry is one step; entries are never changed once released.
pub const MAIN: &[&str] = &[
    "
CREATE TABLE ledgers (
  tenant TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  last_recorded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  tenant TEXT NOT NULL,
  idx INTEGER NOT NULL,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (tenant, idx)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_stream ON events (tenant, stream, version);

CREATE TABLE remembered (
  tenant TEXT NOT NULL,
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  first_index INTEGER NOT NULL,
  events INTEGER NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant, actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
  tenant TEXT NOT NULL,
  space TEXT NOT NULL,
  value TEXT NOT NULL,
  owner TEXT NOT NULL,
  PRIMARY KEY (tenant, space, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE effects (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX effects_due ON effects (tenant, not_before, id);

-- due_key and closed_key hold the instant, or the largest and the smallest number where there is
-- none: so that one index gives the order of lists, what is never due coming last.
CREATE TABLE cases (
  tenant TEXT NOT NULL,
  case_id TEXT NOT NULL,
  number TEXT NOT NULL,
  procedure TEXT NOT NULL,
  item TEXT NOT NULL,
  title TEXT NOT NULL,
  unit TEXT NOT NULL,
  intake_unit TEXT NOT NULL,
  tier TEXT NOT NULL,
  state TEXT NOT NULL,
  standing INTEGER NOT NULL,
  open INTEGER NOT NULL,
  holder TEXT,
  offered_to TEXT,
  applicant_masked TEXT NOT NULL,
  lookup TEXT,
  track_code TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  due_key INTEGER NOT NULL,
  due_date TEXT,
  light TEXT NOT NULL,
  provisional INTEGER NOT NULL,
  started_at INTEGER,
  closed_key INTEGER NOT NULL,
  result TEXT,
  result_public_at INTEGER,
  version INTEGER NOT NULL,
  step TEXT NOT NULL,
  row_json TEXT NOT NULL,
  PRIMARY KEY (tenant, case_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX cases_number ON cases (tenant, number);
-- Lists of work show open cases, lists of results closed ones: each index holds only its own, and
-- an act moves few entries. A statement must say `open = 1`, not `open = ?`, for them to be used.
CREATE INDEX cases_due ON cases (tenant, due_key, case_id) WHERE open = 1;
CREATE INDEX cases_unit ON cases (tenant, unit, due_key, case_id) WHERE open = 1;
CREATE INDEX cases_holder ON cases (tenant, holder, due_key, case_id) WHERE holder IS NOT NULL;
CREATE INDEX cases_closed ON cases (tenant, closed_key, case_id) WHERE open = 0;
CREATE INDEX cases_procedure ON cases (tenant, procedure, received_at, case_id);
CREATE INDEX cases_item ON cases (tenant, item, received_at, case_id);
CREATE INDEX cases_received ON cases (tenant, received_at, case_id);
CREATE INDEX cases_offered ON cases (tenant, offered_to) WHERE offered_to IS NOT NULL;
CREATE INDEX cases_lookup ON cases (tenant, lookup) WHERE lookup IS NOT NULL;

CREATE TABLE clocks (
  tenant TEXT NOT NULL,
  case_id TEXT NOT NULL,
  clock TEXT NOT NULL,
  light TEXT NOT NULL,
  due_at INTEGER,
  next_change_at INTEGER,
  provisional INTEGER NOT NULL,
  running INTEGER NOT NULL,
  PRIMARY KEY (tenant, case_id, clock)
) STRICT, WITHOUT ROWID;
CREATE INDEX clocks_next ON clocks (tenant, next_change_at, case_id, clock)
  WHERE next_change_at IS NOT NULL;

CREATE TABLE notices (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  title TEXT NOT NULL,
  body_json TEXT NOT NULL,
  shown_from INTEGER NOT NULL,
  shown_until INTEGER,
  cleared_at INTEGER,
  case_id TEXT,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_kind ON notices (tenant, kind, shown_from, id);
CREATE INDEX notices_shown ON notices (tenant, shown_from, id);
CREATE INDEX notices_case ON notices (tenant, case_id) WHERE case_id IS NOT NULL;

CREATE TABLE away (
  tenant TEXT NOT NULL,
  case_id TEXT NOT NULL,
  post TEXT NOT NULL,
  officer TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  stand_in TEXT,
  state TEXT NOT NULL,
  PRIMARY KEY (tenant, case_id, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX away_from ON away (tenant, from_at);
CREATE INDEX away_until ON away (tenant, until_at);

CREATE TABLE breaches (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  case_id TEXT,
  unit TEXT NOT NULL,
  post TEXT,
  officer TEXT,
  duty TEXT NOT NULL,
  rule TEXT NOT NULL,
  at INTEGER NOT NULL,
  facts_json TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX breaches_at ON breaches (tenant, at, id);
CREATE INDEX breaches_unit ON breaches (tenant, unit, at, id);
CREATE INDEX breaches_case ON breaches (tenant, case_id) WHERE case_id IS NOT NULL;

CREATE TABLE summary (
  tenant TEXT NOT NULL,
  unit TEXT NOT NULL,
  procedure TEXT NOT NULL,
  light TEXT NOT NULL,
  open INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tenant, unit, procedure, light, open)
) STRICT, WITHOUT ROWID;

-- How many rows a city has, in all and for each value of a key's first columns, written down once
-- instead of measured: so that plans are the same on every installation and from the first day.
-- Without them SQLite takes a tenant for ten rows, and reads it whole.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('events', 'events', '8000000 1000000 1'),
  ('events', 'events_stream', '8000000 1000000 8 1'),
  ('cases', 'cases', '1000000 100000 1'),
  ('cases', 'cases_number', '1000000 100000 1'),
  ('cases', 'cases_due', '300000 40000 3 1'),
  ('cases', 'cases_unit', '300000 40000 1000 2 1'),
  ('cases', 'cases_holder', '300000 40000 200 2 1'),
  ('cases', 'cases_closed', '700000 90000 2 1'),
  ('cases', 'cases_procedure', '1000000 100000 5000 2 1'),
  ('cases', 'cases_item', '1000000 100000 500 2 1'),
  ('cases', 'cases_received', '1000000 100000 3 1'),
  ('cases', 'cases_offered', '1000 200 5'),
  ('cases', 'cases_lookup', '1000000 100000 3'),
  ('clocks', 'clocks', '2000000 250000 2 1'),
  ('clocks', 'clocks_next', '300000 40000 2 1 1'),
  ('notices', 'notices', '500000 60000 1'),
  ('notices', 'notices_kind', '500000 60000 20000 2 1'),
  ('notices', 'notices_shown', '500000 60000 2 1'),
  ('notices', 'notices_case', '500000 60000 1'),
  ('breaches', 'breaches', '50000 6000 1'),
  ('breaches', 'breaches_at', '50000 6000 1 1'),
  ('breaches', 'breaches_unit', '50000 6000 200 1 1'),
  ('breaches', 'breaches_case', '50000 6000 2');
ANALYZE sqlite_schema;
",
    "
-- Measured at a million cases: a unit's closed cases and a unit's results were found by reading those of
-- the whole place. What a list of closed cases is narrowed by stands behind its order, so that few rows
-- are fetched for the one late case among thousands.
DROP INDEX cases_closed;
CREATE INDEX cases_closed ON cases (tenant, closed_key, case_id, light, procedure, standing) WHERE open = 0;
CREATE INDEX cases_unit_closed ON cases (tenant, unit, closed_key, case_id, light, procedure, standing)
  WHERE open = 0;
CREATE INDEX notices_unit ON notices (tenant, unit, kind, shown_from, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('cases', 'cases_closed', '700000 90000 2 1 1 1 1'),
  ('cases', 'cases_unit_closed', '700000 90000 2000 2 1 1 1 1'),
  ('notices', 'notices_unit', '500000 60000 1000 1000 2 1');
ANALYZE sqlite_schema;
",
    "
-- A holiday notice moves dates: what the calendar was asked stands beside each running clock.
ALTER TABLE clocks ADD COLUMN asked TEXT;
",
];

/// What lies on the desk.
pub const DESK: &[&str] = &["
CREATE TABLE sessions (
  tenant TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  officer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  csrf TEXT NOT NULL,
  PRIMARY KEY (tenant, token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_officer ON sessions (tenant, officer);
CREATE INDEX sessions_expire ON sessions (tenant, expires_at);

CREATE TABLE credentials (
  tenant TEXT NOT NULL,
  officer TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  failed INTEGER NOT NULL,
  locked_until INTEGER,
  PRIMARY KEY (tenant, officer)
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  officer TEXT NOT NULL,
  post TEXT,
  item TEXT NOT NULL,
  form TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_officer ON drafts (tenant, officer, updated_at, id);

-- A heap in order of arrival: notes have no name of their own.
CREATE TABLE access (
  tenant TEXT NOT NULL,
  case_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  officer TEXT NOT NULL,
  what TEXT NOT NULL
) STRICT;
CREATE INDEX access_case ON access (tenant, case_id, at);

CREATE TABLE settings (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
"];

/// Attachments. With a rowid: long rows are kept out of the tree of keys.
pub const FILES: &[&str] = &["
CREATE TABLE files (
  tenant TEXT NOT NULL,
  hash BLOB NOT NULL,
  media_type TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (tenant, hash)
) STRICT;
"];

/// Keys. A destroyed one leaves its id, so that it cannot come back.
pub const KEYS: &[&str] = &["
CREATE TABLE keys (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  key BLOB,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
"];

/// The schema the file is in.
pub fn version(conn: &Connection) -> Answer<u32> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Takes the steps that are missing, each in a transaction of its own.
pub fn migrate(conn: &mut Connection, name: &str, steps: &[&str]) -> Answer<()> {
    let known = u32::try_from(steps.len()).expect("OK because steps are few");
    let found = version(conn)?;
    if found > known {
        return Err(StoreError::NewerSchema { what: name.to_owned(), found, known }.into());
    }
    for (done, step) in steps.iter().enumerate().skip(found as usize) {
        let tx = conn.transaction()?;
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", done as i64 + 1)?;
        tx.commit()?;
    }
    Ok(())
}
