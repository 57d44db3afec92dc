//! `xiaoneng demo`: the Haidong city at work: made by the seeded generator, then served.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil};
use xiaoneng_casework::PLACE;
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{DemoTime, Office, Parts};
use xiaoneng_pack::World;
use xiaoneng_sim::{Mixed, PASSWORD, Plan, Progress, Report, logins, make_city};
use xiaoneng_web::{App, Demo};

use crate::cli::{Cli, DemoArgs};
use crate::data::{self, DEMO_CLOCK, Opened};
use crate::output::{End, Ended, Stop};
use crate::{packs, rules, serve, when};

/// Cases of the demonstration's year.
pub const CASES: usize = 5_000;

/// Makes the city if need be, then serves it.
pub fn run(cli: &Cli, args: &DemoArgs) -> Ended {
    let as_of = args.as_of.as_deref().map(when::instant).transpose().map_err(Stop::usage)?;
    // A city that is there stands under its own rules, whatever lies in the folder by now.
    if let Some(dir) = args.data.as_deref().filter(|dir| !args.prepare && dir.join(data::MAIN_FILE).is_file()) {
        if !cli.json {
            eprintln!("用已有的演示数据：{}", dir.display());
        }
        return data::block_on(open_doors(cli, args, dir));
    }
    let world = Arc::new(packs::world(cli.pack.as_deref())?);
    let to = match as_of {
        Some(civil) => instant(civil)?,
        None => last_working_morning(&world)?,
    };
    let dir = args.data.clone().unwrap_or_else(|| default_dir(args, &world, as_of));
    data::block_on(async move {
        let mut made = None;
        if !dir.join(data::MAIN_FILE).is_file() {
            made = Some(make(&world, &dir, args, to, cli.json).await?);
        } else if !cli.json {
            eprintln!("用已有的演示数据：{}", dir.display());
        }
        if args.prepare {
            let mix = made.map(|report| report.mix);
            let told = serde_json::json!({ "data": dir, "password": PASSWORD, "logins": logins(&world), "mix": mix });
            tell(cli.json, told);
            return Ok(End::Done);
        }
        open_doors(cli, args, &dir).await
    })
}

/// Serve the city that lies in a folder.
async fn open_doors(cli: &Cli, args: &DemoArgs, dir: &Path) -> Ended {
    let opened = data::open(dir)?;
    let rules = rules::of(&*opened.store, cli.pack.clone()).await?;
    let world = rules.world.clone();
    let store = opened.store.clone();
    let time = Arc::new(resumed(&opened).await?);
    let office = Arc::new(office(world.clone(), opened, time.clone()));
    let rulebook = rules.rulebook(&office).await?;
    let address = SocketAddr::from(([127, 0, 0, 1], args.port));
    let listener = serve::listen(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let names =
        logins(&world).into_iter().map(|l| (l.officer.to_string(), format!("{}：{}", l.post, l.shows))).collect();
    let runtime = tokio::runtime::Handle::current();
    let tenants = office.tenants();
    let demo = Demo {
        time,
        moved: Box::new(move |ms| {
            let (store, tenants) = (store.clone(), tenants.clone());
            runtime.spawn(async move { keep_offset(&*store, &tenants, ms).await });
        }),
        logins: names,
        password: PASSWORD.to_owned(),
    };
    if cli.json {
        tell(true, serde_json::json!({ "url": url, "data": dir, "password": PASSWORD, "logins": logins(&world) }));
    } else {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "\n效能演示已经开门：{url}\n工作台登录：{url}/sign-in  口令都是 {PASSWORD}");
        for login in logins(&world) {
            let _ = writeln!(out, "  {:<22} {}（{}）", login.officer, login.post, login.shows);
        }
        let _ = writeln!(out, "人名、办件都是程序生成的演示数据。按 Ctrl-C 结束，数据留在 {}", dir.display());
    }
    serve::serve(listener, App { office, rulebook, demo: Some(Arc::new(demo)), base_url: url.into() }).await
}

/// Made in a folder of its own beside, which takes its name only when it is whole: half a city is never shown.
async fn make(world: &Arc<World>, dir: &Path, args: &DemoArgs, to: Timestamp, quiet: bool) -> Result<Report, Stop> {
    let making = with_suffix(dir, ".making");
    if making.exists() {
        std::fs::remove_dir_all(&making)?; // OK because only an interrupted demo leaves this folder behind.
    }
    std::fs::create_dir_all(&making)?;
    let from = to - SignedDuration::from_hours(24 * 365);
    let plan = Plan { seed: args.seed, cases: args.cases, from, to };
    let started = std::time::Instant::now();
    let report = {
        let opened = data::open_in_the_making(&making)?;
        let store = opened.store.clone();
        let time = Arc::new(DemoTime::at(to));
        let office = office(world.clone(), opened, time.clone());
        let report = make_city(&office, &time, &plan, |p| {
            if !quiet {
                show(p)
            }
        })
        .await;
        let report =
            report.map_err(|e| Stop::refused(format!("演示城市没有做成（{e}）：请换一个 --seed，或者检查磁盘空间")))?;
        keep_offset(&*store, &office.tenants(), time.offset().as_millis() as i64).await;
        if !quiet {
            eprintln!(
                "\r{:<60}\r做好了：{} 件办件（另有它们开出的子件 {} 件）、{} 条权力清单、{} 次离岗，{} 条事件，用时 {:.1} 秒",
                "",
                report.cases,
                report.children,
                report.entries,
                report.leaves,
                report.events,
                started.elapsed().as_secs_f64()
            );
            show_mix(&report.mix);
        }
        report
    };
    data::settle(&making)?;
    if let Some(parent) = dir.parent() {
        std::fs::create_dir_all(parent)?;
    }
    if dir.exists() {
        std::fs::remove_dir(dir)
            .map_err(|e| Stop::refused(format!("{} 里已经有别的东西（{e}）：请换一个 --data", dir.display())))?;
    }
    std::fs::rename(&making, dir)?;
    Ok(report)
}

/// What the city has, by procedure.
fn show_mix(mix: &[Mixed]) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{:>6}{:>5}{:>4}{:>4}{:>5}{:>4}  程序", "件", "在办", "黄", "红", "办结", "超期");
    for m in mix {
        let Mixed { title, cases, open, yellow, red, closed, missed, .. } = m;
        let _ = writeln!(err, "{cases:>7}{open:>7}{yellow:>5}{red:>5}{closed:>7}{missed:>6}  {title}");
    }
}

fn with_suffix(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    dir.with_file_name(name)
}

fn office(world: Arc<World>, opened: Opened, time: Arc<DemoTime>) -> Office {
    Office::new(Parts { world, store: opened.store, keys: opened.keys, time })
}

/// The clock goes on from the last thing that happened: a demo that lay idle for a week has not grown late.
async fn resumed(opened: &Opened) -> Result<DemoTime, Stop> {
    let mut last: Option<Timestamp> = None;
    for tenant in opened.store.tenants().await? {
        last = last.max(opened.store.last_recorded_at(&tenant).await?);
    }
    Ok(last.map_or_else(|| DemoTime::new(SignedDuration::ZERO), DemoTime::at))
}

async fn keep_offset(store: &dyn xiaoneng_store::Store, tenants: &[xiaoneng_casework::Name], ms: i64) {
    for tenant in tenants {
        if let Err(error) = store.setting_put(&TenantId::from(&**tenant), DEMO_CLOCK, ms.into()).await {
            tracing::warn!(%error, "the demonstration's clock could not be kept");
        }
    }
}

/// `data/demo-42-1a2b3c4d`: by seed and rules, so that new rules never meet an old city.
fn default_dir(args: &DemoArgs, world: &World, as_of: Option<civil::DateTime>) -> PathBuf {
    let rules: String = world.version.chars().take(8).collect();
    let when = as_of.map_or(String::new(), |t| format!("-{}", t.strftime("%Y%m%dT%H%M")));
    PathBuf::from("data").join(format!("demo-{}{when}-{rules}", args.seed))
}

fn instant(civil: civil::DateTime) -> Result<Timestamp, Stop> {
    if !(2005..=2034).contains(&civil.year()) {
        return Err(Stop::usage("演示的时间应当在 2005 到 2034 年之间（日历从 2004 年到 2035 年）"));
    }
    PLACE.to_timestamp(civil).map_err(|e| Stop::usage(e.to_string()))
}

/// Ten o'clock of today or, on a day off, of the working day before.
fn last_working_morning(world: &World) -> Result<Timestamp, Stop> {
    let today = PLACE.to_datetime(data::wall_clock()).date();
    let day = world.calendar.known_on(today).on_or_before(today);
    instant(day.map_err(|e| Stop::refused(e.to_string()))?.at(10, 0, 0, 0))
}

fn show(progress: Progress) {
    let mut err = std::io::stderr().lock();
    let day = PLACE.to_datetime(progress.at).date();
    if err.is_terminal() {
        let filled = (progress.done * 30).checked_div(progress.of).unwrap_or(0).min(30);
        let bar: String = (0..30).map(|n| if n < filled { '█' } else { '░' }).collect();
        let _ = write!(err, "\r{bar} {day} {:>5}/{} {}      ", progress.done, progress.of, progress.phase);
    } else if progress.done == 0 {
        let _ = writeln!(err, "正在生成演示城市（{} 件办件）……", progress.of);
    }
    let _ = err.flush();
}

fn tell(json: bool, value: serde_json::Value) {
    let mut out = std::io::stdout().lock();
    // OK to go on when nobody reads: the city is served all the same.
    let _ = if json {
        writeln!(out, "{value}")
    } else {
        writeln!(out, "演示数据已经准备好：{}", value["data"].as_str().unwrap_or_default())
    };
    let _ = out.flush();
}
