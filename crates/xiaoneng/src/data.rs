//! Where the cases are: `--data DIR` or `--store URL`, opened to work on or to look at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_casework::Name;
use xiaoneng_office::{DemoTime, Office, OfficeTime, Parts, SystemTime};
use xiaoneng_pack::World;
use xiaoneng_store::{KeyStore, Store};
use xiaoneng_store_sqlite::{Options, SqliteKeys, SqliteStore};

use crate::cli::DataArgs;
use crate::output::Stop;

/// The file with events and rows.
pub const MAIN_FILE: &str = "xiaoneng.db";
/// The file with the keys of sealed fields.
pub const KEYS_FILE: &str = "keys.db";
/// The setting that marks every tenant of a demonstration (how far its clock was from the machine's when last
/// moved, in milliseconds). A store without it runs on the machine's clock.
pub const DEMO_CLOCK: &str = "demo-clock-ms";

/// The folder that was named.
pub fn dir(args: &DataArgs) -> Result<PathBuf, Stop> {
    let Some(url) = &args.store else {
        return args.data.clone().ok_or_else(|| Stop::usage("还缺哪里的数据：请写 --data 文件夹"));
    };
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return Err(Stop::refused(
            "postgres:// 属于后面的阶段，现在还没有做；请用 --data 文件夹（内嵌数据库，够一个市用）",
        ));
    }
    let Some(path) = url.strip_prefix("sqlite:") else {
        return Err(Stop::usage(format!("“{url}”不是数据库地址，请写 sqlite:文件夹，或者直接用 --data 文件夹")));
    };
    let path = Path::new(path.strip_prefix("//").unwrap_or(path));
    // The file itself may be named; it lies in its folder with desk, attachments and keys.
    Ok(match path.file_name() {
        Some(name) if name == MAIN_FILE => match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        },
        _ => path.to_owned(),
    })
}

/// A folder that has a store; nothing is made.
pub fn existing(args: &DataArgs) -> Result<PathBuf, Stop> {
    let dir = dir(args)?;
    if !dir.join(MAIN_FILE).is_file() {
        return Err(Stop::refused(format!(
            "{} 里没有数据（没有 {MAIN_FILE}）：请核对 --data；新的演示数据用 xiaoneng demo --prepare 生成",
            dir.display()
        )));
    }
    Ok(dir)
}

/// A store and its keys, open.
pub struct Opened {
    /// Events, rows, desk, attachments.
    pub store: Arc<dyn Store>,
    /// Keys.
    pub keys: Arc<dyn KeyStore>,
}

/// Opens a store to work on, making what is missing. Keys that are missing beside events are an error: new ones
/// would open nothing that was sealed.
pub fn open(dir: &Path) -> Result<Opened, Stop> {
    if dir.join(MAIN_FILE).is_file() && !dir.join(KEYS_FILE).is_file() {
        return Err(Stop::refused(format!(
            "{} 里有办件，却没有 {KEYS_FILE}：没有密钥，申请人信息打不开。请从密钥的备份把它放回来，再运行一次",
            dir.display()
        )));
    }
    let store = SqliteStore::open(dir)?;
    let keys = SqliteKeys::open(dir)?;
    Ok(Opened { store: Arc::new(store), keys: Arc::new(keys) })
}

/// A store that nobody has been told of yet: not synced act by act, but as a whole by [`settle`].
pub fn open_in_the_making(dir: &Path) -> Result<Opened, Stop> {
    let options = Options { durable: false, ..Options::default() };
    let store = SqliteStore::open_with(dir, &options)?;
    let keys = SqliteKeys::open_with(dir, false)?;
    Ok(Opened { store: Arc::new(store), keys: Arc::new(keys) })
}

/// Every file of a folder is on the medium before the folder takes its name.
pub fn settle(dir: &Path) -> Result<(), Stop> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_file() {
            std::fs::File::open(&path)?.sync_all()?;
        }
    }
    Ok(())
}

/// An office over an open store: on the demonstration's clock if it is a demonstration's.
pub async fn office(world: Arc<World>, opened: Opened) -> Result<Office, Stop> {
    let time: Arc<dyn OfficeTime> = match demo_now(&*opened.store).await? {
        Some(now) => Arc::new(DemoTime::at(now)),
        None => Arc::new(SystemTime),
    };
    Ok(Office::new(Parts { world, store: opened.store, keys: opened.keys, time }))
}

/// The instant at which a demonstration's clock goes on: that of its last event (a demonstration that lay idle for
/// a week has not grown late). `None`: no demonstration.
pub async fn demo_now(store: &dyn Store) -> Result<Option<Timestamp>, Stop> {
    let (mut last, mut demo) = (None, false);
    for tenant in store.tenants().await? {
        demo = demo || store.setting(&tenant, DEMO_CLOCK).await?.is_some();
        last = last.max(store.last_recorded_at(&tenant).await?);
    }
    Ok(last.filter(|_| demo))
}

/// Tenants that have events.
pub async fn tenants(store: &dyn Store) -> Result<Vec<Name>, Stop> {
    Ok(store.tenants().await?.iter().map(|t| t.as_str().into()).collect())
}

/// The machine's clock.
pub fn wall_clock() -> Timestamp {
    SystemTime.now()
}

/// Runs what must wait for the store.
pub fn block_on<T>(work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Stop::refused(format!("程序的工作线程起不来（{e}）：请看内存和进程数上限")))?;
    runtime.block_on(work)
}
