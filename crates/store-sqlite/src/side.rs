//! A file beside the main one: one connection behind a lock, used off the async threads.

use crate::fault::Answer;
use crate::open::connect_to_write;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use xiaoneng_store::{Result, StoreError};

#[derive(Clone)]
pub struct Side(Arc<Mutex<Connection>>);

impl Side {
    pub fn open(dir: &Path, file: &str, steps: &[&str], synchronous: &str) -> Result<Self> {
        let conn = connect_to_write(&dir.join(file), steps, synchronous)?;
        Ok(Self(Arc::new(Mutex::new(conn))))
    }

    pub async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Connection) -> Answer<T> + Send + 'static,
    ) -> Result<T> {
        let side = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || act(&mut side.lock().unwrap_or_else(PoisonError::into_inner)))
            .await
            .map_err(|fault| StoreError::Unavailable { detail: format!("the store failed: {fault}") })?
            .map_err(StoreError::from)
    }
}
