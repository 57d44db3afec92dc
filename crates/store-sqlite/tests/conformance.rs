//! SQLite keeps the contract.

use std::sync::Arc;
use xiaoneng_store::{Store, conformance};
use xiaoneng_store_sqlite::{SqliteKeys, SqliteStore};

#[tokio::test(flavor = "multi_thread")]
async fn the_sqlite_store_keeps_the_contract() {
    let root = tempfile::tempdir().unwrap();
    let made = std::sync::atomic::AtomicU32::new(0);
    conformance::all(|| {
        let n = made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Arc::new(SqliteStore::open(root.path().join(n.to_string())).unwrap()) as Arc<dyn Store>
    })
    .await;
}

#[tokio::test]
async fn the_sqlite_keys_keep_the_contract() {
    let root = tempfile::tempdir().unwrap();
    conformance::keys(|| Arc::new(SqliteKeys::open(root.path()).unwrap())).await;
}
