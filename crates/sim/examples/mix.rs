//! A city in memory, and what came of it: `cargo run --release -p xiaoneng-sim --example mix -- [CASES] [SEED]`;
//! with a procedure and a state, the histories of some cases there. `SIM_DIR=folder` makes it in files.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_office::{DemoTime, Office, Parts};
use xiaoneng_sim::{Plan, SeededChance, checkers, make_city};
use xiaoneng_store::{CaseFilter, KeyStore, MemoryKeys, MemoryStore, Store};
use xiaoneng_store_sqlite::{Options, SqliteKeys, SqliteStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let cases = args.next().map_or(Ok(1_500), |n| n.parse())?;
    let seed = args.next().map_or(Ok(42), |n| n.parse())?;
    let instant = |text: &str| text.parse::<Timestamp>();
    let plan = Plan { seed, cases, from: instant("2025-05-18T09:30+08:00")?, to: instant("2026-05-18T09:30+08:00")? };
    let time = Arc::new(DemoTime::at(plan.to));
    let (store, keys): (Arc<dyn Store>, Arc<dyn KeyStore>) = match std::env::var("SIM_DIR") {
        Ok(dir) => {
            let dir = std::path::Path::new(&dir);
            std::fs::create_dir_all(dir)?;
            let options = Options { durable: false, ..Options::default() };
            (Arc::new(SqliteStore::open_with(dir, &options)?), Arc::new(SqliteKeys::open_with(dir, false)?))
        }
        Err(_) => (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new())),
    };
    let parts = Parts { world: xiaoneng_packbox::world(), store, keys, time: time.clone() };
    let office = Office::new(parts).with_chance(Arc::new(SeededChance::new(seed)));
    let report = make_city(&office, &time, &plan, |_| {}).await?;
    println!("{:>6} {:>6} {:>5} {:>5} {:>6} {:>6}  procedure", "cases", "open", "yel", "red", "closed", "missed");
    for m in &report.mix {
        println!(
            "{:>6} {:>6} {:>5} {:>5} {:>6} {:>6}  {} {}",
            m.cases, m.open, m.yellow, m.red, m.closed, m.missed, m.procedure, m.title
        );
    }
    for (what, count) in &report.refused {
        println!("refused {count:>5} {what}");
    }
    for stuck in &report.stuck {
        println!("stuck {:>4} {} {} {} {}", stuck.cases, stuck.procedure, stuck.state, stuck.number, stuck.refusal);
    }
    for what in &report.unexpected {
        println!("unexpected {what}");
    }
    let mut late: BTreeMap<String, usize> = BTreeMap::new();
    let mut open: BTreeMap<(String, String), BTreeMap<String, usize>> = BTreeMap::new();
    for tenant in office.store.tenants().await? {
        let mut filter = CaseFilter::new(tenant);
        loop {
            let page = office.store.cases(&filter).await?;
            for row in page.rows.into_iter().filter(|r| r.procedure != "leave" && !r.standing) {
                for clock in office.store.clocks(&row.tenant, &row.case).await? {
                    if ["missed", "red"].contains(&clock.light.as_str()) {
                        *late.entry(format!("{} {}", row.procedure, clock.clock)).or_default() += 1;
                    }
                }
                let word = if row.open { row.light } else { "closed".to_owned() };
                *open.entry((row.procedure, row.state)).or_default().entry(word).or_default() += 1;
            }
            filter.after = page.next;
            if filter.after.is_none() {
                break;
            }
        }
    }
    for ((procedure, state), lights) in open {
        println!("  {procedure} {state} {lights:?}");
    }
    println!("late: {late:?}");
    if let (Some(procedure), Some(state)) = (args.next(), args.next()) {
        tell(&office, &procedure, &state).await?;
    }
    println!("{:?} children {} acts {} events {}", report.spent, report.children, report.acts, report.events);
    let (looked, faults) = checkers::check(&*office.store, &office.world).await?;
    println!("{looked:?}");
    for fault in faults.iter().take(40) {
        println!("{fault:?}");
    }
    Ok(())
}

/// The histories of some cases in a state.
async fn tell(office: &Office, procedure: &str, state: &str) -> Result<(), Box<dyn std::error::Error>> {
    for tenant in office.store.tenants().await? {
        let mut filter = CaseFilter::new(tenant.clone());
        filter.procedure = Some(procedure.to_owned());
        filter.state = Some(state.to_owned());
        for row in office.store.cases(&filter).await?.rows.into_iter().take(3) {
            println!("== {} {} {}", row.number, row.title, row.unit);
            let case = office.case(&tenant.as_str().into(), &row.case.as_str().into()).await?;
            for act in case.iter().flat_map(|c| &c.acts) {
                println!("   {} {} {:?}", act.recorded_at, act.action, act.actor);
            }
        }
    }
    Ok(())
}
