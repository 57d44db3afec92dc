//! `xiaoneng doctor`: what is wrong with this installation, and what to do.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use xiaoneng_casework::PLACE;
use xiaoneng_pack::{World, load_with_warnings};
use xiaoneng_store::Store;
use xiaoneng_store_sqlite::SqliteStore;

use crate::cli::{Cli, DataArgs};
use crate::data::{self, KEYS_FILE};
use crate::output::{self, End, Ended, Paint, Stop};
use crate::packs;

/// Clocks of one tenant counted as waiting, at most.
const BACKLOG_MAX: usize = 10_000;
/// More than so many waiting clocks: no watch is running.
const BACKLOG_WARN: usize = 200;
/// Effects waiting that someone should look at.
const EFFECTS_WARN: u64 = 1_000;
const GB: u64 = 1 << 30;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    way_out: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Well,
    Look,
    Fault,
}

impl Finding {
    fn well(what: &'static str, found: impl Into<String>) -> Self {
        Finding { what, state: State::Well, found: found.into(), way_out: String::new() }
    }

    fn look(what: &'static str, found: impl Into<String>, way_out: impl Into<String>) -> Self {
        Finding { what, state: State::Look, found: found.into(), way_out: way_out.into() }
    }

    fn fault(what: &'static str, found: impl Into<String>, way_out: impl Into<String>) -> Self {
        Finding { what, state: State::Fault, found: found.into(), way_out: way_out.into() }
    }
}

pub fn run(cli: &Cli, args: &DataArgs) -> Ended {
    let mut findings = vec![Finding::well("版本", format!("xiaoneng {}", env!("CARGO_PKG_VERSION")))];
    let world = rules(cli, &mut findings)?;
    if args.data.is_some() || args.store.is_some() {
        let dir = data::dir(args)?;
        files(&dir, &mut findings);
        if dir.join(data::MAIN_FILE).is_file() {
            data::block_on(async {
                store(&dir, world.as_ref(), &mut findings).await;
                Ok(())
            })?;
        }
    } else {
        findings.push(Finding::look(
            "数据",
            "没有指定数据文件夹，只查了程序和规则",
            "写 --data 文件夹 可以连数据一起查",
        ));
    }
    let faulty = findings.iter().any(|f| f.state == State::Fault);
    if cli.json {
        output::json(&json!({"well": !faulty, "findings": findings}))?;
    } else {
        output::text(&shown(&findings, Paint::of_stdout()))?;
    }
    Ok(End::found(faulty))
}

fn shown(findings: &[Finding], paint: Paint) -> String {
    let mut text = String::new();
    for f in findings {
        let mark = match f.state {
            State::Well => paint.light("green", "好  "),
            State::Look => paint.light("yellow", "留意"),
            State::Fault => paint.light("red", "有错"),
        };
        text += &format!("{mark}  {}{}\n", output::pad(f.what, 12), f.found);
        if !f.way_out.is_empty() {
            text += &format!("      {}怎么办：{}\n", output::pad("", 12), f.way_out);
        }
    }
    let count = |state| findings.iter().filter(|f| f.state == state).count();
    text += &match (count(State::Fault), count(State::Look)) {
        (0, 0) => "一切正常".to_owned(),
        (0, look) => format!("没有错误，{look} 处请留意"),
        (fault, look) => format!("{fault} 处有错，{look} 处请留意"),
    };
    text
}

fn rules(cli: &Cli, findings: &mut Vec<Finding>) -> Result<Option<World>, Stop> {
    let from = cli.pack.as_ref().map_or("程序自带".to_owned(), |p| p.display().to_string());
    let packs = match packs::read(cli.pack.as_deref()) {
        Ok(packs) => packs,
        Err(Stop::Refused(why)) => {
            findings.push(Finding::fault("规则包", why, "核对 --pack 的路径和权限"));
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let (world, faults) = load_with_warnings(&packs.sources);
    let (errors, warnings) = (faults.errors().count(), faults.warnings().count());
    let Some(world) = world else {
        findings.push(Finding::fault(
            "规则包",
            format!("{from}：{errors} 个错误，不能使用"),
            "运行 xiaoneng check 看每个错误的位置和改法",
        ));
        return Ok(None);
    };
    findings.push(Finding::well("规则包", format!("{from}，版本 {}，没有错误，{warnings} 个提醒", world.version)));
    findings.push(calendar(&world));
    Ok(Some(world))
}

/// The calendar must reach as far as dates are counted: about a quarter ahead.
fn calendar(world: &World) -> Finding {
    let today = PLACE.to_datetime(data::wall_clock()).date();
    match world.calendar.known_all().published_to() {
        Some(to) if to < today => Finding::fault(
            "工作日历",
            format!("放假安排只到 {to}，今天是 {today}：以后的日期都是暂计"),
            "国务院办公厅的新通知发布后，写进规则包 cn/calendar/notices.toml，或者升级程序",
        ),
        Some(to) => Finding::well("工作日历", format!("放假安排到 {to}，其后为暂计")),
        None => Finding::fault("工作日历", "规则包里没有任何放假安排", "检查规则包 cn/calendar/notices.toml"),
    }
}

/// Folder, keys and disk.
fn files(dir: &Path, findings: &mut Vec<Finding>) {
    let shown = dir.display();
    if !dir.join(data::MAIN_FILE).is_file() {
        let way_out = "核对 --data 的路径；新的演示数据用 xiaoneng demo --prepare 生成；正式数据请从备份恢复";
        findings.push(Finding::fault("数据文件夹", format!("{shown} 里没有 {}", data::MAIN_FILE), way_out));
        return;
    }
    findings.push(Finding::well("数据文件夹", shown.to_string()));
    findings.push(keys_file(dir));
    findings.push(disk(dir));
}

fn keys_file(dir: &Path) -> Finding {
    let path = dir.join(KEYS_FILE);
    let Ok(meta) = std::fs::metadata(&path) else {
        let way_out = format!("没有密钥，申请人信息再也打不开：请立即停用，从密钥的备份把 {KEYS_FILE} 放回来");
        return Finding::fault("密钥文件", format!("{} 不在", path.display()), way_out);
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = meta.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let way_out = format!("chmod 600 {}；并且只让服务的用户进这个文件夹", path.display());
            return Finding::look("密钥文件", format!("本机其他用户也能读（权限 {mode:o}）"), way_out);
        }
    }
    Finding::well("密钥文件", format!("在，{} KB；请与数据分开备份", meta.len().div_ceil(1024)))
}

fn disk(dir: &Path) -> Finding {
    let free = match rustix::fs::statvfs(dir) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Finding::look("磁盘", format!("查不到剩余空间（{error}）"), "用 df -h 看一看"),
    };
    let gb = free as f64 / GB as f64;
    let found = format!("剩余 {gb:.1} GB");
    match free {
        f if f < GB => Finding::fault("磁盘", found, "马上腾出空间：写满以后不能办件"),
        f if f < 10 * GB => Finding::look("磁盘", found, "少于 10 GB，请安排腾出空间"),
        _ => Finding::well("磁盘", found),
    }
}

async fn store(dir: &Path, world: Option<&World>, findings: &mut Vec<Finding>) {
    let store: Arc<dyn Store> = match SqliteStore::open_read_only(dir) {
        Ok(store) => Arc::new(store),
        Err(error) => {
            findings.push(Finding::fault(
                "数据库",
                crate::words::store(&error),
                "按上面说的办；拿不准就先原样备份整个文件夹",
            ));
            return;
        }
    };
    let told = async {
        health(&*store, findings).await?;
        tenants(&*store, world, findings).await
    };
    if let Err(Stop::Refused(why)) = told.await {
        findings.push(Finding::fault("数据库", why, "先原样备份整个文件夹，再从最近的备份恢复"));
    }
}

async fn health(store: &dyn Store, findings: &mut Vec<Finding>) -> Result<(), Stop> {
    let health = store.health().await?;
    let bytes: u64 = health.files.iter().map(|(_, bytes)| bytes).sum();
    let found = format!(
        "{}，格式第 {} 版，{}，{} 个辖区，{} 条事件，{:.1} MB",
        health.backend,
        health.schema_version,
        health.journal_mode,
        health.tenants,
        health.events,
        bytes as f64 / f64::from(1 << 20)
    );
    if health.faults.is_empty() {
        findings.push(Finding::well("数据库", found));
    } else {
        let way_out = "停用，原样保留这些文件，从最近的备份恢复；恢复后运行 xiaoneng rebuild";
        findings.push(Finding::fault("数据库", format!("{found}；完整性检查：{}", health.faults.join("；")), way_out));
    }
    if health.effects_waiting > EFFECTS_WARN {
        let found = format!("{} 件文书、公示、通知还没有发出", health.effects_waiting);
        findings.push(Finding::look("待发", found, "服务开着就会陆续发出；一直不减，请看服务的日志"));
    } else {
        findings.push(Finding::well("待发", format!("{} 件", health.effects_waiting)));
    }
    Ok(())
}

/// The clock, the tenants' rules, and clocks whose change is due but not yet recorded.
async fn tenants(store: &dyn Store, world: Option<&World>, findings: &mut Vec<Finding>) -> Result<(), Stop> {
    let demo = data::demo_now(store).await?;
    let now = demo.unwrap_or_else(data::wall_clock);
    let shown = crate::when::readable(PLACE.to_datetime(now).round(jiff::Unit::Second).unwrap_or_default());
    findings.push(match demo {
        Some(_) => Finding::look("时钟", format!("演示时钟，现在是 {shown}"), "这是演示数据，不要用来正式办件"),
        None => Finding::well("时钟", format!("本机时钟，现在是 {shown}")),
    });
    let (mut waiting, mut ahead) = (0, Vec::new());
    for tenant in store.tenants().await? {
        waiting += store.clocks_due(&tenant, now, BACKLOG_MAX).await?.len();
        if let Some(last) = store.last_recorded_at(&tenant).await?.filter(|last| *last > now) {
            ahead.push(format!("{tenant}（{}）", crate::when::readable(PLACE.to_datetime(last))));
        }
        if world.is_some_and(|w| !w.org.divisions.contains_key(tenant.as_str())) {
            let found = format!("数据里有辖区 {tenant}，规则包里没有");
            findings.push(Finding::fault("规则包", found, "多半是规则包换错了：请用 --pack 指定与数据相配的规则包"));
        }
    }
    if !ahead.is_empty() {
        let found = format!("最后一条记录比现在晚的辖区：{}", ahead.join("、"));
        findings.push(Finding::fault(
            "时钟",
            found,
            "本机时间走慢或被调回：请校准时间；校准之前，新记录记的是最后那条的时间",
        ));
    }
    findings.push(if waiting > BACKLOG_WARN {
        let way_out = "没有服务在看钟：启动 xiaoneng serve（或 demo），它会补记；补记按法定的时刻，不会记错";
        Finding::look("时限巡查", format!("{waiting} 只钟已到点，还没有记录"), way_out)
    } else {
        Finding::well("时限巡查", format!("{waiting} 只钟等待记录"))
    });
    Ok(())
}
