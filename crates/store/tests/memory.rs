//! The reference keeps its own contract.

use std::sync::Arc;
use xiaoneng_store::{MemoryKeys, MemoryStore, conformance};

#[tokio::test]
async fn the_in_memory_store_keeps_the_contract() {
    conformance::all(|| Arc::new(MemoryStore::new())).await;
}

#[tokio::test]
async fn the_in_memory_keys_keep_the_contract() {
    conformance::keys(|| Arc::new(MemoryKeys::new())).await;
}
