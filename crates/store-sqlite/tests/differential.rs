//! Two databases, one meaning: the same acts, drawn from a seed, to SQLite and to the reference.
//! Every answer, every row and every event must be equal.

use serde_json::json;
use xiaoneng_ledger::StreamId;
use xiaoneng_store::conformance::{act, at, case_row, clock, tenant};
use xiaoneng_store::{Append, MemoryStore, NewEffect, RowChange, Store, UniqueClaim};
use xiaoneng_store_sqlite::SqliteStore;

/// A small generator of its own (SplitMix64): a seed gives the same acts for ever.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn name(&mut self, kind: &str, bound: u64) -> String {
        format!("{kind}{}", self.below(bound))
    }

    /// An act that is often good and sometimes anything but.
    fn act(&mut self, step: i64, version_of: impl Fn(&str) -> u64) -> Append {
        let case = self.name("c", 6);
        let wrong = u64::from(self.below(10) == 0);
        let seconds = step - i64::from(self.below(12) == 0) * 5;
        let key = if self.below(3) == 0 { self.name("k", 30) } else { String::new() };
        let mut act = act(&case, version_of(&case) + wrong, seconds, &key);
        if let Some(key) = &mut act.idempotency {
            key.body_hash = [self.below(8) as u8 / 7; 32];
        }
        let number = if self.below(15) == 0 { self.below(9) } else { case[1..].parse().unwrap() };
        let mut row = case_row(&case, number as u32, step);
        row.light = self.name("light", 3);
        row.unit = self.name("unit", 2);
        row.open = self.below(3) > 0;
        row.holder = row.open.then(|| self.name("post", 3));
        row.due_at = (self.below(4) > 0).then(|| at(self.below(50) as i64));
        row.row_json = json!({"n": self.below(5)});
        act.rows.push(RowChange::Case(row));
        let mut rows = Vec::new();
        for name in ["decide", "hearing", "notice"] {
            if self.below(2) == 0 {
                rows.push(clock(name, (self.below(3) > 0).then(|| self.below(90) as i64)));
            }
        }
        act.rows.push(RowChange::Clocks { case: case.clone(), rows });
        if self.below(3) == 0 {
            let release = self.below(2) == 0;
            let (space, value) = ("seat".to_owned(), self.name("s", 3));
            act.claims.push(UniqueClaim { space, value, owner: case, release });
        }
        if self.below(4) == 0 {
            act.effects.push(NewEffect {
                id: self.name("e", 40),
                kind: "letter".to_owned(),
                payload: json!(step),
                not_before: at(step),
            });
        }
        act
    }
}

async fn same_for_seed(seed: u64) {
    let dir = tempfile::tempdir().unwrap();
    let (ours, reference) = (SqliteStore::open(dir.path()).unwrap(), MemoryStore::new());
    let mut draw = Draw(seed);
    for step in 0..30_i64 {
        let mut versions = std::collections::BTreeMap::new();
        for n in 0..6 {
            let stream = StreamId::case(&format!("c{n}"));
            let version = reference.stream_version(&tenant(), &stream).await.unwrap();
            versions.insert(format!("c{n}"), version);
        }
        let acts: Vec<_> = (0..=draw.below(6)).map(|_| draw.act(step * 10, |case| versions[case])).collect();
        let theirs = reference.append_many(acts.clone()).await;
        assert_eq!(ours.append_many(acts).await, theirs, "seed {seed}, step {step}");
        let now = at(step * 10);
        let taken = reference.effects_take(&tenant(), now, 2).await.unwrap();
        assert_eq!(ours.effects_take(&tenant(), now, 2).await.unwrap(), taken, "seed {seed}");
        for effect in taken.iter().take(1) {
            reference.effects_done(&tenant(), &effect.id).await.unwrap();
            ours.effects_done(&tenant(), &effect.id).await.unwrap();
        }
    }
    let ledger = reference.ledger(&tenant(), 0, 999).await.unwrap();
    assert_eq!(ours.ledger(&tenant(), 0, 999).await.unwrap(), ledger, "seed {seed}");
    let rows = reference.dump_rows(&tenant()).await.unwrap();
    assert_eq!(ours.dump_rows(&tenant()).await.unwrap(), rows, "seed {seed}");
    assert!(ledger.len() > 20, "seed {seed} does something");
}

#[tokio::test]
async fn the_same_acts_give_the_same_answers_rows_and_events() {
    for seed in 1..=12 {
        same_for_seed(seed).await;
    }
}
