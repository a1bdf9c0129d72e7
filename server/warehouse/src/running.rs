//! A query while it runs: in a task of its own, within its time and its share of memory, ended when its rows are dropped.

use crate::{fault::QueryFault, hygiene, plain, query::Rows, reader::Readers};
use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use datafusion::{
    common::{DataFusionError, Result as EngineResult},
    execution::{
        SendableRecordBatchStream, SessionState,
        memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation},
    },
    logical_expr::LogicalPlan,
    physical_plan::execute_stream,
};
use futures::{StreamExt, stream};
use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, oneshot},
    time::{Instant, timeout},
};
use tokio_util::task::AbortOnDropHandle;

/// Plans and runs. `time` is what the engine may take for planning and for giving batches; the time in which nobody asks
/// for the next batch does not count, so that a slow download is not a slow query.
///
/// A query waits for one of the readers' slots and gives it back with its first batch: by then a grouped query has done its work,
/// and whoever reads a long list slowly keeps nobody waiting.
pub(crate) async fn rows(
    readers: &Readers,
    state: SessionState,
    time: Duration,
    plan: impl Future<Output = Result<LogicalPlan, QueryFault>> + Send + 'static,
) -> Result<Rows, QueryFault> {
    let (tell_schema, schema) = oneshot::channel();
    let (give, batches) = mpsc::channel(1);
    let slot = match timeout(time, readers.slots.clone().acquire_owned()).await {
        Ok(Ok(slot)) => slot,
        _ => return Err(QueryFault::TooMuch("queries at once")),
    };
    let started = Instant::now();
    // A task of its own: however long the engine does not yield, whoever waits is told in time.
    let task = readers.engine.spawn(run(slot, state, plan, tell_schema, give)).ok_or_else(|| QueryFault::engine("the engine has ended"))?;
    let task = AbortOnDropHandle::new(task);
    let schema = match timeout(time, schema).await {
        Err(_) => return Err(QueryFault::TooMuch("time")),
        Ok(Err(_)) => return Err(ended(task).await),
        Ok(Ok(schema)) => schema?,
    };
    let left = time.saturating_sub(started.elapsed());
    let running = Running { task: Some(task), batches, left };
    Ok(Rows { schema, batches: stream::unfold(Some(running), next).boxed() })
}

struct Running {
    task: Option<AbortOnDropHandle<()>>,
    batches: mpsc::Receiver<Result<RecordBatch, QueryFault>>,
    left: Duration,
}

async fn next(running: Option<Running>) -> Option<(Result<RecordBatch, QueryFault>, Option<Running>)> {
    let mut running = running?;
    let asked = Instant::now();
    match timeout(running.left, running.batches.recv()).await {
        Err(_) => Some((Err(QueryFault::TooMuch("time")), None)),
        Ok(Some(Err(fault))) => Some((Err(fault), None)),
        Ok(Some(Ok(batch))) => {
            running.left = running.left.saturating_sub(asked.elapsed());
            Some((Ok(batch), Some(running)))
        }
        // The sender is gone: at the end of the rows, or because the task panicked.
        Ok(None) => match running.task.take()?.await {
            Ok(()) => None,
            Err(_) => Some((Err(QueryFault::engine("a query's task ended")), None)),
        },
    }
}

async fn run(
    slot: OwnedSemaphorePermit,
    state: SessionState,
    plan: impl Future<Output = Result<LogicalPlan, QueryFault>> + Send,
    tell_schema: oneshot::Sender<Result<SchemaRef, QueryFault>>,
    give: mpsc::Sender<Result<RecordBatch, QueryFault>>,
) {
    let (schema, mut stream) = match begin(&state, plan).await {
        Ok(begun) => begun,
        Err(fault) => {
            let _ = tell_schema.send(Err(fault));
            return;
        }
    };
    if tell_schema.send(Ok(schema.clone())).is_err() {
        return;
    }
    let mut slot = Some(slot);
    while let Some(batch) = stream.next().await {
        drop(slot.take());
        let batch =
            batch.map_err(|error| hygiene::while_running(&error)).and_then(|batch| plain::batch(&batch, &schema).map_err(|error| hygiene::arrow(&error)));
        let failed = batch.is_err();
        if give.send(batch).await.is_err() || failed {
            return;
        }
    }
}

async fn begin(
    state: &SessionState,
    plan: impl Future<Output = Result<LogicalPlan, QueryFault>>,
) -> Result<(SchemaRef, SendableRecordBatchStream), QueryFault> {
    let plan = plan.await?;
    let physical = state.create_physical_plan(&plan).await.map_err(|error| hygiene::while_planning(&error))?;
    let schema = plain::schema(&physical.schema())?;
    let stream = execute_stream(physical, state.task_ctx()).map_err(|error| hygiene::while_running(&error))?;
    Ok((schema, stream))
}

async fn ended(task: AbortOnDropHandle<()>) -> QueryFault {
    let _ = task.await;
    QueryFault::engine("a query's task ended")
}

/// What all readers' queries hold together.
#[derive(Debug)]
pub(crate) struct ReadersMemory {
    limit: usize,
    used: AtomicUsize,
}

impl ReadersMemory {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, used: AtomicUsize::new(0) })
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The share of one query: half of all, so that one that is too large ends and leaves the others running.
    pub(crate) fn share(self: &Arc<Self>) -> Arc<dyn MemoryPool> {
        Arc::new(QueryMemory { all: self.clone(), limit: self.limit / 2, used: AtomicUsize::new(0) })
    }
}

/// First come, first served: the engine's fair pool divides by the number of operators, which leaves each of many small
/// queries too little.
#[derive(Debug)]
struct QueryMemory {
    all: Arc<ReadersMemory>,
    limit: usize,
    used: AtomicUsize,
}

impl MemoryPool for QueryMemory {
    fn name(&self) -> &str {
        "query"
    }

    fn register(&self, _: &MemoryConsumer) {}

    fn grow(&self, _: &MemoryReservation, additional: usize) {
        self.used.fetch_add(additional, Ordering::Relaxed);
        self.all.used.fetch_add(additional, Ordering::Relaxed);
    }

    fn shrink(&self, _: &MemoryReservation, shrink: usize) {
        self.used.fetch_sub(shrink, Ordering::Relaxed);
        self.all.used.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, _: &MemoryReservation, additional: usize) -> EngineResult<()> {
        let take = |used: &AtomicUsize, limit: usize| {
            used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| used.checked_add(additional).filter(|used| *used <= limit)).is_ok()
        };
        if !take(&self.used, self.limit) {
            return Err(DataFusionError::ResourcesExhausted("a query's share of memory".into()));
        }
        if !take(&self.all.used, self.all.limit) {
            self.used.fetch_sub(additional, Ordering::Relaxed);
            return Err(DataFusionError::ResourcesExhausted("the memory of all queries".into()));
        }
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.limit)
    }
}

impl fmt::Display for QueryMemory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("query")
    }
}
