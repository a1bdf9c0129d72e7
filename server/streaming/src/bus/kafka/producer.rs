//! Sending to Kafka: whole batches at once, and an answer when every record of the batch has its own.

use super::{client::Complaints, headers};
use crate::{
    Record,
    bus::{BusFault, Position, Sent},
};
use rdkafka::{
    ClientConfig, Message,
    client::ClientContext,
    config::RDKafkaLogLevel,
    error::KafkaError,
    message::DeliveryResult,
    producer::{BaseRecord, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer},
    types::RDKafkaErrorCode,
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// Largest batch; a topic must take one.
pub(super) const BATCH_BYTES: usize = 512 << 10;

/// A send that makes no progress for this long is given up.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long to wait for room in a full queue.
const FULL: Duration = Duration::from_millis(5);

type Native = ThreadedProducer<Context>;

/// One idempotent producer for all topics.
///
/// A send that is given up takes the producer with it: its successor begins a sequence of its own, so what the caller sends again
/// keeps its order whatever the brokers still had of the first try.
pub(super) struct Producer {
    config: ClientConfig,
    complaints: Complaints,
    native: Mutex<Arc<Native>>,
}

impl Producer {
    pub(super) fn new(common: &ClientConfig, complaints: &Complaints) -> Result<Self, BusFault> {
        let mut config = common.clone();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // The queue is bounded; whoever sends more waits.
            .set("queue.buffering.max.messages", "200000")
            .set("queue.buffering.max.kbytes", "65536")
            // Its caller gives up, not the library: see above.
            .set("message.timeout.ms", "0")
            .set("batch.size", BATCH_BYTES.to_string())
            .set("message.max.bytes", "100000000")
            .set("partitioner", "murmur2_random")
            .set("compression.type", "lz4")
            .set("linger.ms", "5");
        let native = Mutex::new(Arc::new(create(&config, complaints)?));
        Ok(Self { config, complaints: complaints.clone(), native })
    }

    /// Sends all records; one answer for each, in order.
    pub(super) async fn send(&self, topic: &str, records: Vec<Record>) -> Result<Vec<Sent>, BusFault> {
        let native = self.native.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let batch = Arc::new(Batch::of(records.len()));
        // While the queue is full others' records must go; afterwards it is our own that count.
        let delivered = || native.context().delivered.load(Ordering::Relaxed);
        let mut progress = Progress::new();
        for (at, record) in records.iter().enumerate() {
            let mut message = BaseRecord::with_opaque_to(topic, Box::new(Ticket { batch: batch.clone(), at }));
            message = message.key(&record.key).payload(&record.value[..]).timestamp(record.taken_ms).headers(headers::of(record));
            while let Err((error, back)) = native.send(message) {
                if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                    self.replace(&native);
                    return Err(self.complaints.fault(&error));
                }
                message = back;
                self.patient(&native, progress.moves(delivered()))?;
                tokio::time::sleep(FULL).await;
            }
            if at % 1000 == 999 {
                tokio::task::yield_now().await;
            }
        }
        drop(records);
        let mut progress = Progress::new();
        loop {
            let left = batch.left.load(Ordering::Acquire);
            if left == 0 {
                break;
            }
            self.patient(&native, progress.moves(left))?;
            drop(tokio::time::timeout(Duration::from_millis(500), batch.done.notified()).await);
        }
        let answers = std::mem::take(&mut *batch.answers.lock().unwrap_or_else(PoisonError::into_inner));
        let mut sent = Vec::with_capacity(answers.len());
        for answer in answers {
            sent.push(match answer {
                Some(Ok((partition, offset))) => Sent::At(Position { topic: topic.to_owned(), partition, offset }),
                Some(Err(error)) => {
                    self.replace(&native);
                    return Err(self.complaints.fault(&error));
                }
                None => return Err(BusFault::Unavailable("Kafka: no answer came for a record".into())),
            });
        }
        Ok(sent)
    }

    /// Fails, and begins anew, where nothing has moved for too long.
    fn patient(&self, native: &Arc<Native>, moves: bool) -> Result<(), BusFault> {
        if moves {
            return Ok(());
        }
        self.replace(native);
        Err(self.complaints.fault(&KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut)))
    }

    /// Puts a new producer in the place of one that failed; what that one still had is given up, and its senders are told.
    fn replace(&self, failed: &Arc<Native>) {
        let mut native = self.native.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&native, failed) {
            return;
        }
        let Ok(new) = create(&self.config, &self.complaints) else { return };
        let old = std::mem::replace(&mut *native, Arc::new(new));
        // Its last words may take a moment.
        std::thread::spawn(move || {
            old.purge(PurgeConfig::default().queue().inflight());
            drop(old);
        });
    }
}

fn create(config: &ClientConfig, complaints: &Complaints) -> Result<Native, BusFault> {
    let context = Context { complaints: complaints.clone(), delivered: AtomicUsize::new(0) };
    config.create_with_context(context).map_err(|error| BusFault::Refused(format!("Kafka's producer cannot be made: check its settings ({error})")))
}

/// When a count last changed.
struct Progress {
    count: Option<usize>,
    since: Instant,
}

impl Progress {
    fn new() -> Self {
        Self { count: None, since: Instant::now() }
    }

    /// Whether it changed, or still may.
    fn moves(&mut self, count: usize) -> bool {
        if self.count != Some(count) {
            *self = Self { count: Some(count), since: Instant::now() };
        }
        self.since.elapsed() < PATIENCE
    }
}

/// Partition and offset of a record, or why it has none; absent until the broker said so.
type Told = Option<Result<(u32, i64), KafkaError>>;

/// The answers of one send.
struct Batch {
    answers: Mutex<Vec<Told>>,
    left: AtomicUsize,
    done: Notify,
}

impl Batch {
    fn of(records: usize) -> Self {
        Self { answers: Mutex::new(vec![None; records]), left: AtomicUsize::new(records), done: Notify::new() }
    }
}

/// Whose answer it is.
struct Ticket {
    batch: Arc<Batch>,
    at: usize,
}

struct Context {
    complaints: Complaints,
    /// Answers that came, of all sends.
    delivered: AtomicUsize,
}

impl ClientContext for Context {
    fn error(&self, error: KafkaError, reason: &str) {
        self.complaints.error(error, reason);
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.complaints.log(level, facility, message);
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Box<Ticket>) {
        self.delivered.fetch_add(1, Ordering::Relaxed);
        let answer = match result {
            Ok(message) => Ok((message.partition().unsigned_abs(), message.offset())),
            Err((error, _)) => Err(error.clone()),
        };
        if let Some(place) = ticket.batch.answers.lock().unwrap_or_else(PoisonError::into_inner).get_mut(ticket.at) {
            *place = Some(answer);
        }
        if ticket.batch.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            ticket.batch.done.notify_one();
        }
    }
}
