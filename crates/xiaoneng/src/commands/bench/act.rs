//! Acts: our whole way through (decide, seal, append with rows, clocks and effects) beside plain statements that
//! leave the same rows in the same tables, alike in groups of one commit and alike durable.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use xiaoneng_store_sqlite::{raw_sqlite, same_content, through_store};

use super::city::{City, GROUP, STEPS};
use super::{median, round, scratch};
use crate::cli::{BenchArgs, Cli};
use crate::output::{Bar, Stop};
use crate::{data, packs};

const ACTS: u64 = 20_000;
const ROUNDS: usize = 3;

pub fn run(cli: &Cli, args: &BenchArgs) -> Result<Value, Stop> {
    let world = Arc::new(packs::world(cli.pack.as_deref())?);
    let acts = args.n.unwrap_or(ACTS);
    let dir = args.dir.as_deref();
    data::block_on(async {
        let mut bar = Bar::new("办理");
        let groups = {
            let d = scratch(dir)?;
            let mut city = City::new(world.clone(), d.path(), acts as usize)?.lane(0);
            city.record();
            one_lane(&mut city, acts).await?;
            city.recorded()
        };
        let written: usize = groups.iter().map(|g| g.appends.len()).sum();
        let (mut raw, mut store, mut office) = (Vec::new(), Vec::new(), Vec::new());
        let (mut done, mut bytes) = (0, 0);
        for turn in 0..ROUNDS {
            bar.set(turn, ROUNDS);
            let (a, b, c) = (scratch(dir)?, scratch(dir)?, scratch(dir)?);
            raw.push(raw_sqlite(a.path(), &groups)?.acts_per_second);
            store.push(through_store(b.path(), &groups).await?.acts_per_second);
            if let Some(table) = same_content(a.path(), b.path())? {
                return Err(Stop::refused(format!("两种写法写出的内容不一样（{table}）：比较不成立，请报给维护人员")));
            }
            let city = City::new(world.clone(), c.path(), acts as usize)?;
            let started = Instant::now();
            done = through_office(&city, acts).await?;
            office.push(done as f64 / started.elapsed().as_secs_f64());
            let health = city.office.store.health().await?;
            bytes = health.files.iter().map(|(_, bytes)| bytes).sum();
        }
        bar.set(ROUNDS, ROUNDS);
        let (raw, store, office) = (median(&mut raw), median(&mut store), median(&mut office));
        let figure =
            |name: &str, acts: u64, each: f64| json!({"name": name, "acts": acts, "acts_per_second": each.round()});
        Ok(json!({
            "rounds": ROUNDS,
            "group": GROUP,
            "lanes": LANES,
            "figures": [
                figure("raw SQLite", written as u64, raw),
                figure("store.append_many", written as u64, store),
                figure("office.act_many", done, office),
            ],
            "ratios": {"office_to_raw": round(office / raw), "store_to_raw": round(store / raw), "office_to_store": round(office / store)},
            "bytes_after": bytes,
            "note": "raw: the rows that an office wrote, written again by plain prepared statements into the same tables of the same files, in the same groups, nothing read or checked; store: the same acts appended; office: the whole way, with decisions, sealed fields, lights and public rows",
        }))
    })
}

/// Hands at work at once: while one group is written the next is decided.
const LANES: usize = 2;

/// Cases in groups from receipt to delivery, until so many acts are done.
async fn through_office(city: &City, acts: u64) -> Result<u64, Stop> {
    let mut lanes = Vec::with_capacity(LANES);
    for n in 0..LANES {
        let mut lane = city.lane(n);
        lanes.push(tokio::spawn(async move { one_lane(&mut lane, acts / LANES as u64).await }));
    }
    let mut done = 0;
    for lane in lanes {
        done += lane.await.map_err(|e| Stop::refused(format!("测量中断（{e}）")))??;
    }
    Ok(done)
}

async fn one_lane(city: &mut City, acts: u64) -> Result<u64, Stop> {
    let mut done = 0;
    while done < acts {
        let mut going = city.receive(GROUP).await?;
        done += going.len() as u64;
        for action in STEPS {
            if done >= acts {
                break;
            }
            going = city.step(&going, action).await?;
            done += going.len() as u64;
        }
    }
    Ok(done)
}
