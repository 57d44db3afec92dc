//! The suite that every store runs. A sentence names each check; a failure says which was broken.
//!
//! `make` must give a fresh, empty store each time it is called.

mod append;
mod desk;
mod effects;
mod keys;
mod lists;
mod rebuild;
mod rows;
mod sample;

pub use keys::all as keys;
pub use sample::{act, at, case_row, clock, new_event, tenant};

use crate::Store;
use std::sync::Arc;

/// Runs every check against fresh stores.
///
/// # Panics
/// Where the store breaks the contract.
pub async fn all(make: impl Fn() -> Arc<dyn Store>) {
    append::all(&make).await;
    rows::all(&make).await;
    lists::all(&make).await;
    effects::all(&make).await;
    rebuild::all(&make).await;
    desk::all(&make).await;
}

/// Runs the checks named, each on a store of its own, and prints each name: a panic's last line
/// before it is the sentence that does not hold.
macro_rules! checks {
    ($make:expr, $($name:ident),+ $(,)?) => {
        $(
            println!("conformance: {}", stringify!($name).replace('_', " "));
            $name($make().as_ref()).await;
        )+
    };
}
pub(crate) use checks;
