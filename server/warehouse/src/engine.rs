//! The threads that readers' queries run on: their own, and more than there are cores, so that queries which reckon for long
//! without a pause keep neither pages nor other queries waiting.

use crate::fault::QueryFault;
use std::future::Future;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// Threads for each core: the operating system shares the cores among them.
const THREADS: usize = 4;

pub(crate) struct Engine {
    /// Taken only when it ends.
    runtime: Option<Runtime>,
}

impl Engine {
    pub(crate) fn start(cores: usize) -> Result<Self, QueryFault> {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS * cores).thread_name("query").enable_all().build();
        Ok(Self { runtime: Some(runtime.map_err(QueryFault::engine)?) })
    }

    /// `None` while it ends.
    pub(crate) fn spawn<F>(&self, work: F) -> Option<JoinHandle<F::Output>>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.runtime.as_ref().map(|runtime| runtime.spawn(work))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // A runtime must not be waited for within another.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
