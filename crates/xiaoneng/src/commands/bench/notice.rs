//! A holiday notice over a full store: every running clock reckoned with anew, and an event on each case that it
//! moves.
//!
//! The seeded city of a year is made in the ordinary way up to two days before the notice; the clocks that run in it
//! are copied until there are as many as asked for.

use std::sync::Arc;
use std::time::Instant;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use xiaoneng_casework::{Name, PLACE};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{DemoTime, Office, Parts};
use xiaoneng_store::{ClockAsked, ClockRow, RowChange};

use super::{median, round, scratch};
use crate::cli::{BenchArgs, Cli};
use crate::output::{Bar, Stop};
use crate::{data, demo, packs};

const CLOCKS: u64 = 1_000_000;
const ROUNDS: usize = 5;
/// 国办发明电〔2015〕18号, on the holidays of 2016.
const PUBLISHED: Date = date(2015, 12, 10);
/// What was known then differs from today's before any of the clocks ends: each is asked anew.
const LONG_BEFORE: Date = date(2014, 11, 1);
/// Where the copies stand: a place of nobody.
const PLACE_OF_COPIES: &str = "999999";
/// Rows handed over at once.
const CHUNK: usize = 10_000;

pub fn run(cli: &Cli, args: &BenchArgs) -> Result<Value, Stop> {
    let world = Arc::new(packs::world(cli.pack.as_deref())?);
    let clocks = args.n.unwrap_or(CLOCKS) as usize;
    let dir = scratch(args.dir.as_deref())?;
    data::block_on(async {
        let before = morning(PUBLISHED) - SignedDuration::from_hours(48);
        super::lists::make(&world, dir.path(), demo::CASES as u64, before).await?;
        let opened = data::open(dir.path())?;
        let time = Arc::new(DemoTime::at(before));
        let office = Office::new(Parts { world, store: opened.store, keys: opened.keys, time: time.clone() });
        let mut running = Vec::new();
        for tenant in office.tenants() {
            office.take_notices(&tenant).await?;
            running.extend(office.store.clocks_asked(&TenantId::from(&*tenant), None, usize::MAX).await?);
        }
        if running.is_empty() {
            return Err(Stop::refused("演示城市里没有正在计时的时限，没有什么可以量：请用程序自带的规则包"));
        }
        copy(&office, &running, clocks).await?;
        time.fix(Some(morning(PUBLISHED)));
        let (copies, since) = (Name::from(PLACE_OF_COPIES), PUBLISHED.yesterday().unwrap_or(PUBLISHED));
        let (mut taken, mut everyone, mut moved) = (Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            for (since, taken) in [(since, &mut taken), (LONG_BEFORE, &mut everyone)] {
                let started = Instant::now();
                let found = office.moved_since(&copies, since).await?;
                taken.push(started.elapsed().as_secs_f64());
                moved = found.cases.len();
                if found.clocks != clocks {
                    return Err(Stop::refused(format!("应当有 {clocks} 只时限，只看到 {} 只", found.clocks)));
                }
            }
        }
        let (started, mut told) = (Instant::now(), 0);
        for tenant in office.tenants() {
            told += office.take_notices(&tenant).await?;
        }
        let seconds = started.elapsed().as_secs_f64();
        Ok(json!({
            "clocks": clocks,
            "rounds": ROUNDS,
            "seconds": round(median(&mut taken)),
            "seconds_if_it_reached_all": round(median(&mut everyone)),
            "moved": moved,
            "city": {"running": running.len(), "moved_cases": told, "seconds": round(seconds)},
            "measures": "every running clock of a place asked anew from its row; in the city itself also an event and new rows for each case moved",
        }))
    })
}

fn morning(day: Date) -> Timestamp {
    PLACE.to_timestamp(day.at(10, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// So many clocks, each a case's of its own.
async fn copy(office: &Office, running: &[ClockAsked], clocks: usize) -> Result<(), Stop> {
    let running = running.to_vec();
    let row = move |n: usize| {
        let of = &running[n % running.len()];
        let clock = ClockRow {
            clock: of.clock.clone(),
            light: "green".to_owned(),
            due_at: Some(of.due_at),
            next_change_at: None,
            provisional: false,
            running: true,
            asked: Some(of.asked.clone()),
        };
        RowChange::Clocks { case: format!("copy-{n:09}"), rows: vec![clock] }
    };
    let mut bar = Bar::new("复制");
    let chunks = (0..clocks).step_by(CHUNK).map(move |from| {
        bar.set(from, clocks);
        (from..clocks.min(from + CHUNK)).map(&row).collect()
    });
    Ok(office.store.rebuild_rows(&TenantId::from(PLACE_OF_COPIES), Box::new(chunks)).await?)
}
