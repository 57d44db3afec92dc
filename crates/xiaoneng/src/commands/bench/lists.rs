//! Lists: how long a clerk waits for a page of his desk when the store is full.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use jiff::SignedDuration;
use serde_json::{Value, json};
use xiaoneng_casework::Name;
use xiaoneng_office::{Office, Tab};

use super::city::{City, GROUP, STEPS};
use super::{median, ms, quantile, round, scratch};
use crate::cli::{BenchArgs, Cli};
use crate::output::{Bar, Stop};
use crate::{data, packs};

const CASES: u64 = 20_000;
/// Rows of a page.
const PAGE: usize = 20;
/// Pages asked for, of each tab.
const ASKED: usize = 400;

pub fn run(cli: &Cli, args: &BenchArgs) -> Result<Value, Stop> {
    let world = Arc::new(packs::world(cli.pack.as_deref())?);
    let cases = args.n.unwrap_or(CASES) as usize;
    let mut dir = scratch(args.dir.as_deref())?;
    dir.disable_cleanup(args.keep);
    let kept = args.keep.then(|| dir.path().to_owned());
    data::block_on(async {
        let mut city = City::new(world, dir.path(), cases)?;
        let started = Instant::now();
        fill(&mut city, cases).await?;
        let filled = started.elapsed().as_secs_f64();
        let officers = officers(&city.office).await?;
        let mut figures = Vec::new();
        for tab in Tab::ALL {
            figures.push(tab_figure(&city.office, &officers, tab, None).await?);
        }
        figures.push(tab_figure(&city.office, &officers, Tab::Unit, Some("测试0001")).await?);
        figures.push(lights(&city.office).await?);
        let cold = city.cold_office();
        figures
            .push(tab_figure(&cold, &officers, Tab::Todo, None).await.map(|f| named(f, "desk todo, nothing cached"))?);
        Ok(json!({
            "cases": cases,
            "officers": officers.len(),
            "page": PAGE,
            "fill_seconds": round(filled),
            "figures": figures,
            "kept": kept,
        }))
    })
}

fn named(mut figure: Value, name: &str) -> Value {
    figure["name"] = json!(name);
    figure
}

/// Cases at every stage: of seven groups one stops at each step.
async fn fill(city: &mut City, cases: usize) -> Result<(), Stop> {
    let mut bar = Bar::new("填库");
    let (mut made, mut group) = (0, 0);
    while made < cases {
        let count = GROUP.min(cases - made);
        let mut going = city.receive(count).await?;
        for action in STEPS.iter().take(group % (STEPS.len() + 1)) {
            city.pass(SignedDuration::from_secs(30));
            going = city.step(&going, action).await?;
        }
        made += count;
        group += 1;
        bar.set(made, cases);
    }
    Ok(())
}

/// Who has posts at units that have cases.
async fn officers(office: &Office) -> Result<Vec<(Name, Name)>, Stop> {
    let tenants = data::tenants(&*office.store).await?;
    let units: BTreeSet<Name> = office.lights(&tenants).await?.into_iter().map(|u| u.unit).collect();
    let posts = office.world.org.posts.values().filter(|p| units.contains(&p.unit));
    let officers: BTreeSet<(Name, Name)> =
        posts.filter_map(|p| Some((office.tenant_of(&p.unit), p.a.clone()?))).collect();
    Ok(officers.into_iter().collect())
}

async fn tab_figure(office: &Office, officers: &[(Name, Name)], tab: Tab, text: Option<&str>) -> Result<Value, Stop> {
    let (mut taken, mut rows) = (Vec::with_capacity(ASKED), 0);
    for i in 0..ASKED {
        let Some((tenant, officer)) = officers.get(i % officers.len().max(1)) else { break };
        let started = Instant::now();
        let page = office.desk(tenant, officer, tab, text.map(str::to_owned), None, PAGE).await?;
        taken.push(ms(started));
        rows += page.rows.len();
    }
    let name = if text.is_some() { format!("desk {} with a text", tab.id()) } else { format!("desk {}", tab.id()) };
    Ok(figure(&name, &mut taken, rows))
}

/// The supervision's first page: the lights of every unit.
async fn lights(office: &Office) -> Result<Value, Stop> {
    let tenants = data::tenants(&*office.store).await?;
    let (mut taken, mut rows) = (Vec::new(), 0);
    for _ in 0..100 {
        let started = Instant::now();
        rows += office.lights(&tenants).await?.len();
        taken.push(ms(started));
    }
    Ok(figure("lights of all units", &mut taken, rows))
}

fn figure(name: &str, taken: &mut [f64], rows: usize) -> Value {
    let asked = taken.len();
    json!({
        "name": name,
        "asked": asked,
        "rows_each": round(rows as f64 / asked.max(1) as f64),
        "p50_ms": round(median(taken)),
        "p99_ms": round(quantile(taken, 0.99)),
        "max_ms": round(quantile(taken, 1.0)),
    })
}
