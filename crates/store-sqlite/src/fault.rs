//! What SQLite says, in the contract's words.

use rusqlite::ErrorCode;
use xiaoneng_ledger::LedgerError;
use xiaoneng_store::StoreError;

/// Either kind of failure, so that `?` takes both.
#[derive(Debug)]
pub enum Fault {
    Store(StoreError),
    Sql(rusqlite::Error),
}

pub type Answer<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Sql(fault)
    }
}

impl From<StoreError> for Fault {
    fn from(fault: StoreError) -> Self {
        Self::Store(fault)
    }
}

/// A stored event that cannot be read, or text that is no JSON, is damage.
impl From<LedgerError> for Fault {
    fn from(fault: LedgerError) -> Self {
        Self::Store(fault.into())
    }
}

impl From<serde_json::Error> for Fault {
    fn from(fault: serde_json::Error) -> Self {
        Self::Store(StoreError::Corrupt { detail: fault.to_string() })
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(fault) => fault,
            Fault::Sql(fault) => from_sql(&fault),
        }
    }
}

fn from_sql(fault: &rusqlite::Error) -> StoreError {
    let detail = fault.to_string();
    match fault.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { detail },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Locked { what: format!("the database ({detail})") }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt { detail },
        _ => match fault {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => StoreError::Corrupt { detail },
            _ => StoreError::Unavailable { detail },
        },
    }
}

/// Whether a unique key or primary key refused it.
pub fn is_constraint(fault: &Fault) -> bool {
    matches!(fault, Fault::Sql(fault)
        if fault.sqlite_error_code() == Some(ErrorCode::ConstraintViolation))
}
