//! What can go wrong, told to the one who acts.

use xiaoneng_casework::{Recorded, Refusal};
use xiaoneng_store::StoreError;

/// Why an act did not happen. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The rules do not allow it.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// Someone else acted since this page was loaded.
    #[error("这个办件刚刚有了变化，您看到的已经不是最新的。请看清楚新的情况再办")]
    Changed {
        /// What happened since.
        since: Vec<Recorded>,
    },
    /// No such case, item or unit.
    #[error("没有{0}。请核对编号")]
    NotFound(String),
    /// The store, or the office, cannot.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

/// Why the office cannot.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// An event that this program cannot read.
    #[error("办件 {case} 的第 {version} 条记录读不出来（{why}）：请运行 xiaoneng doctor，不要再改动数据")]
    Unreadable {
        /// The case.
        case: String,
        /// Its version.
        version: u64,
        /// Why.
        why: String,
    },
    /// The packs lack something that a stored case needs.
    #[error("规则包里没有“{0}”这个程序，办件却是按它办理的：请把原来的规则包放回去")]
    NoProcedure(String),
    /// Another version of the rules took effect since this was decided: nothing was written.
    #[error("规则刚刚换了版本（现在施行 {0}），这一步是按原来的规则定的，没有写入。请刷新页面，看清楚以后再办")]
    Superseded(String),
    /// The machine has no chance to give.
    #[error("系统随机数不可用：{0}")]
    Chance(String),
    /// The password hash.
    #[error("口令处理失败：{0}")]
    Password(String),
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        ActError::Office(error.into())
    }
}

impl From<Refusal> for ActError {
    fn from(refusal: Refusal) -> Self {
        ActError::Refused(Box::new(refusal))
    }
}
