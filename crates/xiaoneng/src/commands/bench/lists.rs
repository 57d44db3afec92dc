//! Lists: how long a clerk, a supervisor or a citizen waits for a page when the store is full.
//!
//! The seeded city of a year is made in the ordinary way and then copied case by case until there are as many as asked
//! for, so that lights, posts, units and results are spread as the city's work spreads them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use xiaoneng_casework::{Name, PLACE};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{DemoTime, Office, Parts, Tab};
use xiaoneng_pack::World;
use xiaoneng_sim::{Plan, make_city};
use xiaoneng_store::{CaseFilter, CaseRow, Cursor};
use xiaoneng_store_sqlite::multiply;

use super::{median, ms, quantile, round, scratch};
use crate::cli::{BenchArgs, Cli};
use crate::output::{Bar, Stop};
use crate::{data, demo, packs};

const CASES: u64 = 1_000_000;
/// Rows of a page.
const PAGE: usize = 40;
/// Times that each list is asked for, at most.
const ASKED: usize = 400;
/// Pages turned from the first on.
const TURNED: usize = 5;

pub fn run(cli: &Cli, args: &BenchArgs) -> Result<Value, Stop> {
    let world = Arc::new(packs::world(cli.pack.as_deref())?);
    let cases = args.n.unwrap_or(CASES);
    let mut dir = scratch(args.dir.as_deref())?;
    dir.disable_cleanup(args.keep);
    let kept = args.keep.then(|| dir.path().to_owned());
    data::block_on(async {
        let started = Instant::now();
        let now = PLACE.to_timestamp(date(2015, 12, 31).at(10, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
        let some = make(&world, dir.path(), cases, now).await?;
        let mut bar = Bar::new("复制");
        let there = multiply(dir.path(), cases, |done| bar.set(done as usize, cases as usize))?;
        let filled = started.elapsed().as_secs_f64();
        let opened = data::open(dir.path())?;
        let time = Arc::new(DemoTime::at(now));
        let bytes: u64 =
            std::fs::read_dir(dir.path())?.flatten().filter_map(|f| f.metadata().ok()).map(|f| f.len()).sum();
        let office = Office::new(Parts { world, store: opened.store, keys: opened.keys, time });
        let figures = Asker::new(office, some).await?.all().await?;
        Ok(json!({
            "cases": there,
            "page": PAGE,
            "fill_seconds": round(filled),
            "bytes": bytes,
            "figures": figures,
            "kept": kept,
        }))
    })
}

/// The city of a year, as `demo` makes it; answers some of its cases.
pub async fn make(world: &Arc<World>, dir: &Path, cases: u64, to: Timestamp) -> Result<Vec<CaseRow>, Stop> {
    let opened = data::open_in_the_making(dir)?;
    let time = Arc::new(DemoTime::at(to));
    let office =
        Office::new(Parts { world: world.clone(), store: opened.store, keys: opened.keys, time: time.clone() });
    let from = to - SignedDuration::from_hours(24 * 365);
    let plan = Plan { seed: 42, cases: demo::CASES.min(cases as usize), from, to };
    let mut bar = Bar::new("造城");
    let made = make_city(&office, &time, &plan, |p| bar.set(p.done, p.of)).await;
    made.map_err(|e| Stop::refused(format!("演示城市没有做成（{e}）：请检查磁盘空间")))?;
    let mut some = Vec::new();
    for tenant in office.tenants() {
        let mut filter = CaseFilter::new(TenantId::from(&*tenant));
        filter.standing = Some(false);
        some.extend(office.store.cases(&filter).await?.rows.into_iter().filter(|row| !row.track_code.is_empty()));
    }
    Ok(some)
}

/// One list, asked for many times.
struct Asked {
    name: String,
    taken: Vec<f64>,
    rows: usize,
}

impl Asked {
    fn new(name: impl Into<String>) -> Self {
        Asked { name: name.into(), taken: Vec::new(), rows: 0 }
    }

    fn took(&mut self, started: Instant, rows: usize) {
        self.taken.push(ms(started));
        self.rows += rows;
    }

    fn figure(mut self) -> Value {
        let asked = self.taken.len();
        json!({
            "name": self.name,
            "asked": asked,
            "rows_each": round(self.rows as f64 / asked.max(1) as f64),
            "p50_ms": round(median(&mut self.taken)),
            "p99_ms": round(quantile(&mut self.taken, 0.99)),
            "max_ms": round(quantile(&mut self.taken, 1.0)),
        })
    }
}

/// Who asks, and of what.
struct Asker {
    office: Office,
    tenants: Vec<Name>,
    /// Officers of units that have cases, with their tenants.
    officers: Vec<(Name, Name)>,
    units: Vec<(Name, Name)>,
    /// Some cases that were not copied but worked, to be looked for.
    some: Vec<CaseRow>,
}

impl Asker {
    async fn new(office: Office, some: Vec<CaseRow>) -> Result<Self, Stop> {
        let tenants = data::tenants(&*office.store).await?;
        let units: BTreeSet<Name> = office.lights(&tenants).await?.into_iter().map(|u| u.unit).collect();
        let posts = office.world.org.posts.values().filter(|p| units.contains(&p.unit));
        let officers: BTreeSet<(Name, Name)> =
            posts.filter_map(|p| Some((office.tenant_of(&p.unit), p.a.clone()?))).collect();
        let units = units.into_iter().map(|u| (office.tenant_of(&u), u)).collect();
        Ok(Asker { office, tenants, officers: officers.into_iter().collect(), units, some })
    }

    async fn all(&self) -> Result<Vec<Value>, Stop> {
        let mut figures = Vec::new();
        for tab in Tab::ALL {
            figures.push(self.desk(&format!("desk {}", tab.id()), tab, None).await?);
        }
        figures.push(self.tab_counts().await?);
        for open in [true, false] {
            figures.extend(self.oversight(open).await?);
        }
        figures.push(self.lights().await?);
        figures.extend(self.search().await?);
        figures.push(self.track().await?);
        figures.extend(self.results().await?);
        figures.push(self.watch().await?);
        Ok(figures)
    }

    /// Pages of a tab, turned from the first on.
    async fn desk(&self, name: &str, tab: Tab, text: Option<&str>) -> Result<Value, Stop> {
        let mut asked = Asked::new(name);
        for (tenant, officer) in self.officers.iter().cycle().take(ASKED / 2) {
            let mut after: Option<Cursor> = None;
            for _ in 0..TURNED {
                let started = Instant::now();
                let page = self.office.desk(tenant, officer, tab, text.map(str::to_owned), after, PAGE).await?;
                asked.took(started, page.rows.len());
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(asked.figure())
    }

    async fn tab_counts(&self) -> Result<Value, Stop> {
        let mut asked = Asked::new("desk, the count of one tab");
        for ((tenant, officer), tab) in self.officers.iter().cycle().zip(Tab::ALL.iter().cycle()).take(ASKED) {
            let started = Instant::now();
            self.office.desk_count(tenant, officer, *tab).await?;
            asked.took(started, 1);
        }
        Ok(asked.figure())
    }

    /// The list behind a number of the map, with its length.
    async fn oversight(&self, open: bool) -> Result<Vec<Value>, Stop> {
        let word = if open { "open" } else { "closed" };
        let (mut of_units, mut of_all) =
            (Asked::new(format!("oversight, {word} of a unit")), Asked::new(format!("oversight, {word} of a place")));
        let mut counted = Asked::new(format!("oversight, how many {word}"));
        let lights: &[&str] = if open { &["", "red", "yellow", "paused"] } else { &["met", "missed"] };
        let units = self.units.iter().map(|(tenant, unit)| (tenant, Some(unit)));
        let places: Vec<_> = self.tenants.iter().map(|tenant| (tenant, None)).chain(units).collect();
        for ((tenant, unit), light) in places.into_iter().flat_map(|p| lights.iter().map(move |l| (p, l))).take(ASKED) {
            let mut filter = CaseFilter::new(TenantId::from(&**tenant));
            filter.unit = unit.map(ToString::to_string);
            filter.standing = Some(false);
            filter.not_procedures = self.office.unlit();
            filter.open = Some(open);
            filter.lights = Some((*light).to_owned()).filter(|l| !l.is_empty()).into_iter().collect();
            filter.limit = PAGE;
            let started = Instant::now();
            self.office.count(&filter, u64::MAX).await?;
            counted.took(started, 1);
            for _ in 0..TURNED {
                let started = Instant::now();
                let page = self.office.list(&filter).await?;
                let asked = if unit.is_some() { &mut of_units } else { &mut of_all };
                asked.took(started, page.rows.len());
                filter.after = page.next;
                if filter.after.is_none() {
                    break;
                }
            }
        }
        Ok(vec![of_all.figure(), of_units.figure(), counted.figure()])
    }

    /// The supervision's first page: the lights of every unit.
    async fn lights(&self) -> Result<Value, Stop> {
        let mut asked = Asked::new("lights of all units");
        for _ in 0..ASKED / 4 {
            let started = Instant::now();
            let units = self.office.lights(&self.tenants).await?;
            asked.took(started, units.len());
        }
        Ok(asked.figure())
    }

    async fn search(&self) -> Result<Vec<Value>, Stop> {
        let mut asked = Asked::new("search by number");
        for row in self.some.iter().cycle().take(ASKED) {
            let started = Instant::now();
            let found = self.office.store.case_by_number(&row.tenant, &row.number).await?;
            asked.took(started, usize::from(found.is_some()));
        }
        let tenant_day = self.some.first().map(|r| r.number.chars().take(10).collect::<String>());
        let by_text = self.desk("desk unit, with the start of a number", Tab::Unit, tenant_day.as_deref()).await?;
        let by_name = self.desk("desk unit, with a name", Tab::Unit, Some("马")).await?;
        Ok(vec![asked.figure(), by_text, by_name])
    }

    /// A citizen follows his case by number and code.
    async fn track(&self) -> Result<Value, Stop> {
        let mut asked = Asked::new("track by number and code");
        for row in self.some.iter().cycle().take(ASKED) {
            let code = self.office.track_code(&row.tenant.as_str().into(), &row.number).await?;
            let started = Instant::now();
            let found = self.office.track(&row.number, &code).await?;
            asked.took(started, usize::from(found.is_some()));
        }
        Ok(asked.figure())
    }

    async fn results(&self) -> Result<Vec<Value>, Stop> {
        let (mut all, mut of_units) = (Asked::new("results of a place"), Asked::new("results of a unit"));
        let units = self.units.iter().map(|(tenant, unit)| (tenant, Some(unit)));
        for (tenant, unit) in self.tenants.iter().map(|tenant| (tenant, None)).chain(units) {
            let mut after: Option<Cursor> = None;
            for _ in 0..TURNED {
                let started = Instant::now();
                let (rows, next) = self.office.results(tenant, unit, after, PAGE).await?;
                let asked = if unit.is_some() { &mut of_units } else { &mut all };
                asked.took(started, rows.len());
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(vec![all.figure(), of_units.figure()])
    }

    /// The watch's question, asked every minute.
    async fn watch(&self) -> Result<Value, Stop> {
        let mut asked = Asked::new("clocks that are due");
        for tenant in self.tenants.iter().cycle().take(ASKED / 4) {
            let started = Instant::now();
            let due = self.office.store.clocks_due(&TenantId::from(&**tenant), self.office.now(), 100).await?;
            asked.took(started, due.len());
        }
        Ok(asked.figure())
    }
}
