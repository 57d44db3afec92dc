//! `cargo run --release -p xiaoneng-sim --example city -- [CASES] [SEED] [memory|DIR]`: make a city, time it, tell what
//! is in it, check it.

use std::sync::Arc;

use xiaoneng_office::{DemoTime, Office, Parts};
use xiaoneng_sim::{Plan, SeededChance, make_city};
use xiaoneng_store::{KeyStore, MemoryKeys, MemoryStore, Store};
use xiaoneng_store_sqlite::{SqliteKeys, SqliteStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arg = |n: usize| std::env::args().nth(n);
    let cases = arg(1).map_or(Ok(5000), |a| a.parse())?;
    let seed = arg(2).map_or(Ok(1), |a| a.parse())?;
    let place = arg(3).unwrap_or_else(|| "memory".to_owned());
    let (store, keys): (Arc<dyn Store>, Arc<dyn KeyStore>) = if place == "memory" {
        (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new()))
    } else {
        (Arc::new(SqliteStore::open(&place)?), Arc::new(SqliteKeys::open(&place)?))
    };
    let (from, to) = ("2025-05-18T09:30+08:00", "2026-05-18T09:30+08:00");
    let plan = Plan { seed, cases, from: from.parse()?, to: to.parse()? };
    let time = Arc::new(DemoTime::at(plan.to));
    let parts = Parts { world: xiaoneng_packbox::world(), store, keys, time: time.clone() };
    let office = Office::new(parts).with_chance(Arc::new(SeededChance::new(seed)));
    let started = std::time::Instant::now();
    let report = make_city(&office, &time, &plan, |_| {}).await?;
    let seconds = started.elapsed().as_secs_f64();
    println!("{report:#?}");
    println!("{seconds:.1} s, {:.0} acts/s", report.acts as f64 / seconds);
    let (looked, faults) = xiaoneng_sim::checkers::check(&*office.store, &office.world).await?;
    println!("{looked:?}: {} faults {:?}", faults.len(), faults.iter().take(5).collect::<Vec<_>>());
    println!("rows changed by a rebuild: {:?}", xiaoneng_sim::checkers::unchanged_by_rebuild(&office).await?);
    if place != "memory" {
        for (file, bytes) in office.store.health().await?.files {
            println!("{file} {:.1} MB", bytes as f64 / 1e6);
        }
    }
    Ok(())
}
