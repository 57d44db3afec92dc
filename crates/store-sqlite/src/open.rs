//! Opening: files, pragmas, the lock, the writer's thread and the readers.

use crate::fault::{Answer, Fault};
use crate::read::Readers;
use crate::schema;
use crate::side::Side;
use crate::writer::Writer;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;
use xiaoneng_store::{Result, StoreError};

pub(crate) const MAIN_FILE: &str = "xiaoneng.db";
pub(crate) const DESK_FILE: &str = "desk.db";
pub(crate) const FILES_FILE: &str = "files.db";
pub(crate) const KEYS_FILE: &str = "keys.db";
const LOCK_FILE: &str = "lock";

/// How the store works; the defaults serve a city.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most acts that share one commit.
    pub group_max: usize,
    /// The most requests that wait for the writer; whoever comes then waits before the door.
    pub queue_max: usize,
    /// How many connections read.
    pub readers: usize,
    /// What was acknowledged survives a power cut. `false` only for a store that nobody has been told of yet and
    /// that is synced as a whole before it takes its name (a demonstration in the making).
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { group_max: 64, queue_max: 1024, readers: 4, durable: true }
    }
}

/// The embedded store.
pub struct SqliteStore {
    pub(crate) dir: PathBuf,
    /// `None` when opened for reading only.
    pub(crate) writer: Option<Writer>,
    pub(crate) readers: Readers,
    pub(crate) desk: Side,
    pub(crate) files: Side,
}

impl SqliteStore {
    /// Opens the store in this folder, making what is missing. Only one process may.
    ///
    /// # Errors
    /// [`StoreError::Locked`] where another process has it; [`StoreError::NewerSchema`],
    /// [`StoreError::Corrupt`], [`StoreError::Unavailable`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(dir, &Options::default())
    }

    /// As [`open`](Self::open), with options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(dir: impl AsRef<Path>, options: &Options) -> Result<Self> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(|fault| StoreError::Unavailable {
            detail: format!("the folder {} cannot be made: {fault}", dir.display()),
        })?;
        let lock = take_lock(dir)?;
        let main = open_main(&dir.join(MAIN_FILE), options.durable)?;
        let writer = Writer::start(main, lock, options)?;
        Self::around(dir, Some(writer), options)
    }

    /// Opens an existing store for reading beside the process that serves it (`doctor`, `verify`,
    /// `report`, `export`). Writes to evidence answer [`StoreError::Locked`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none; else as [`open`](Self::open).
    pub fn open_read_only(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref();
        let main = dir.join(MAIN_FILE);
        if !main.is_file() {
            return Err(StoreError::NotFound { what: format!("store at {}", dir.display()) });
        }
        let found = schema::version(&connect(&main)?)?;
        let known = u32::try_from(schema::MAIN.len()).expect("OK because steps are few");
        if found > known {
            return Err(StoreError::NewerSchema { what: MAIN_FILE.to_owned(), found, known });
        }
        if found < known {
            let detail = format!(
                "{MAIN_FILE} is of an older program (form {found}, this one reads form {known}): \
                 open it once to write (serve), which brings it up"
            );
            return Err(StoreError::Unavailable { detail });
        }
        Self::around(dir, None, &Options::default())
    }

    fn around(dir: &Path, writer: Option<Writer>, options: &Options) -> Result<Self> {
        Ok(Self {
            dir: dir.to_owned(),
            writer,
            readers: Readers::open(&dir.join(MAIN_FILE), options.readers)?,
            desk: Side::open(dir, DESK_FILE, schema::DESK, "NORMAL")?,
            files: Side::open(dir, FILES_FILE, schema::FILES, "FULL")?,
        })
    }

    pub(crate) fn writer(&self) -> Result<&Writer> {
        self.writer.as_ref().ok_or_else(|| StoreError::Locked {
            what: format!("{} (opened here for reading only)", self.dir.display()),
        })
    }
}

/// A lock on a file of its own: it goes with the process, however that ends.
fn take_lock(dir: &Path) -> Result<File> {
    let path = dir.join(LOCK_FILE);
    let unavailable = |fault: std::io::Error| StoreError::Unavailable {
        detail: format!("{} cannot be locked: {fault}", path.display()),
    };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { what: dir.display().to_string() }),
        Err(TryLockError::Error(fault)) => Err(unavailable(fault)),
    }
}

/// A connection with what every connection needs.
pub(crate) fn connect(path: &Path) -> Result<Connection> {
    let connect = || -> Answer<Connection> {
        let conn = Connection::open(path)?;
        conn.busy_timeout(Duration::from_secs(10))?;
        conn.pragma_update(None, "foreign_keys", "ON")?;
        conn.pragma_update(None, "trusted_schema", "OFF")?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        // Without it, SQLite with STAT4 parses a statement anew whenever another value is bound:
        // a fifth of all work when measured.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.set_prepared_statement_cache_capacity(256);
        Ok(conn)
    };
    connect().map_err(|fault| match fault {
        Fault::Sql(sql) if sql.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen) => {
            StoreError::Unavailable { detail: format!("{} cannot be opened: {sql}", path.display()) }
        }
        other => other.into(),
    })
}

/// A connection that writes: WAL, synced at each commit when `synchronous` is FULL.
pub(crate) fn connect_to_write(path: &Path, steps: &[&str], synchronous: &str) -> Result<Connection> {
    let mut conn = connect(path)?;
    let prepare = |conn: &mut Connection| -> Answer<()> {
        conn.pragma_update(None, "page_size", 8192)?;
        conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        conn.pragma_update(None, "synchronous", synchronous)?;
        conn.pragma_update(None, "cache_size", -64 * 1024)?;
        conn.pragma_update(None, "wal_autocheckpoint", 4000)?;
        conn.pragma_update_and_check(None, "journal_size_limit", 256 << 20, |_| Ok(()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        schema::migrate(conn, &name.unwrap_or_default(), steps)
    };
    prepare(&mut conn)?;
    Ok(conn)
}

pub(crate) fn open_main(path: &Path, durable: bool) -> Result<Connection> {
    connect_to_write(path, schema::MAIN, synchronous(durable))
}

pub(crate) fn synchronous(durable: bool) -> &'static str {
    if durable { "FULL" } else { "OFF" }
}
