//! Bytes of a text file as a parser on its own thread takes them: a bounded window that knows its place in the file.

use super::{Batch, ReadFault, store::Pinned};
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use tokio::sync::mpsc;

/// Blocks and batches under way between the tasks.
const UNDER_WAY: usize = 4;
/// The window grows by at least this much at a time.
const STEP_BYTES: usize = 256 << 10;

/// A window on the file: what was read and not yet taken.
pub(super) struct Feed {
    blocks: mpsc::Receiver<Result<Bytes, ReadFault>>,
    buffer: Vec<u8>,
    start: usize,
    /// Bytes before the window's start.
    taken: u64,
    read: u64,
    ended: bool,
}

impl Feed {
    /// A feed of these bytes alone.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (_, blocks) = mpsc::channel(1);
        Self { blocks, buffer: bytes.to_vec(), start: 0, taken: 0, read: 0, ended: true }
    }

    /// What is in the window.
    pub(super) fn window(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Byte offset of the window's start within the file.
    pub(super) fn offset(&self) -> u64 {
        self.taken
    }

    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Bytes that came from the source since this was last asked.
    pub(super) fn bytes_read(&mut self) -> u64 {
        std::mem::take(&mut self.read)
    }

    /// Moves the window's start.
    pub(super) fn take(&mut self, bytes: usize) {
        self.start += bytes;
        self.taken += bytes as u64;
    }

    /// Makes the window longer, or notes that the file has ended.
    pub(super) fn more(&mut self) -> Result<(), ReadFault> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let wanted = self.buffer.len() + STEP_BYTES;
        while self.buffer.len() < wanted && !self.ended {
            match self.blocks.blocking_recv() {
                Some(block) => {
                    let block = block?;
                    self.read += block.len() as u64;
                    self.buffer.extend_from_slice(&block);
                }
                None => self.ended = true,
            }
        }
        Ok(())
    }
}

/// Where a parser puts its batches; `false` when nobody reads them any more.
pub(super) struct Sink {
    batches: mpsc::Sender<Result<Batch, ReadFault>>,
}

impl Sink {
    pub(super) fn send(&self, batch: Batch) -> bool {
        self.batches.blocking_send(Ok(batch)).is_ok()
    }
}

/// Runs a parser over the file on a thread of its own; the stream ends with the fault that it ends with. A panic of the
/// parser is a fault of the file.
pub(super) fn parse(
    pinned: Pinned,
    parser: impl FnOnce(Feed, &Sink) -> Result<(), ReadFault> + Send + 'static,
) -> BoxStream<'static, Result<Batch, ReadFault>> {
    let (sender, receiver) = mpsc::channel(UNDER_WAY);
    let driver = async move {
        let feed = feed(&pinned);
        let sink = Sink { batches: sender.clone() };
        let outcome = tokio::task::spawn_blocking(move || parser(feed, &sink)).await;
        let outcome = match outcome {
            Ok(Ok(())) => pinned.still().await,
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(ReadFault::Malformed { file: pinned.file.url.clone(), reason: "it cannot be read".into() }),
        };
        if let Err(fault) = outcome {
            let _ = sender.send(Err(fault)).await;
        }
    };
    // It stops by itself when the stream is dropped: nobody takes its batches then.
    tokio::spawn(driver);
    futures::stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|batch| (batch, receiver)) }).boxed()
}

/// Looks at the beginning of a file and nothing more.
pub(super) async fn peek<T: Send + 'static>(pinned: &Pinned, look: impl FnOnce(Feed) -> Result<T, ReadFault> + Send + 'static) -> Result<T, ReadFault> {
    let feed = feed(pinned);
    match tokio::task::spawn_blocking(move || look(feed)).await {
        Ok(seen) => seen,
        Err(_) => Err(ReadFault::Malformed { file: pinned.file.url.clone(), reason: "it cannot be read".into() }),
    }
}

fn feed(pinned: &Pinned) -> Feed {
    let (sender, blocks) = mpsc::channel(UNDER_WAY);
    let mut stream = pinned.stream();
    tokio::spawn(async move {
        while let Some(block) = stream.next().await {
            let failed = block.is_err();
            if sender.send(block).await.is_err() || failed {
                break;
            }
        }
    });
    Feed { blocks, buffer: Vec::new(), start: 0, taken: 0, read: 0, ended: false }
}
