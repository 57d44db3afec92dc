//! Readers: a few connections, each used by one question at a time, off the async threads.

use crate::fault::Answer;
use crate::open::connect;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use xiaoneng_store::{Result, StoreError};

pub struct Readers {
    /// As many permits as connections: whoever has one finds a connection.
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub fn open(path: &Path, count: usize) -> Result<Self> {
        let count = count.max(1);
        let mut idle = Vec::with_capacity(count);
        for _ in 0..count {
            let conn = connect(path)?;
            conn.pragma_update(None, "query_only", "ON").map_err(crate::fault::Fault::from)?;
            conn.pragma_update(None, "mmap_size", 256 << 20).map_err(crate::fault::Fault::from)?;
            idle.push(conn);
        }
        let permits = Arc::new(Semaphore::new(count));
        Ok(Self { permits, idle: Arc::new(Mutex::new(idle)) })
    }

    /// Asks a question; everything it reads is of one moment if it reads in one statement.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Answer<T> + Send + 'static,
    ) -> Result<T> {
        let gone = |detail: String| StoreError::Unavailable { detail };
        let permit =
            Arc::clone(&self.permits).acquire_owned().await.map_err(|_| gone("the store is closing".to_owned()))?;
        let idle = Arc::clone(&self.idle);
        let asked = tokio::task::spawn_blocking(move || {
            let conn = idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop()
                .expect("OK because a permit stands for a connection");
            let lent = Lent { conn: Some(conn), idle, _permit: permit };
            question(lent.conn.as_ref().expect("OK because it is given back only on drop"))
        });
        match asked.await {
            Ok(answer) => answer.map_err(StoreError::from),
            Err(fault) => Err(gone(format!("a reader failed: {fault}"))),
        }
    }
}

/// Gives the connection back before the permit, also when the question panics.
struct Lent {
    conn: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _permit: tokio::sync::OwnedSemaphorePermit,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}
