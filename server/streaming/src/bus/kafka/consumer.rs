//! A member of a group of Kafka: the library is used by a thread of its own, one question at a time.

use super::reading::{Question, Reading};
use crate::bus::{BusFault, Consumer, Partition, Polled, Position};
use async_trait::async_trait;
use rdkafka::ClientConfig;
use std::{collections::VecDeque, sync::mpsc, time::Duration};
use tokio::sync::oneshot;

type Answer<T> = oneshot::Receiver<Result<T, BusFault>>;

pub(super) struct Member {
    questions: mpsc::Sender<Question>,
    /// A poll whose caller went away: its answer is given to the next one.
    polling: Option<Answer<Polled>>,
    /// Answers that came while something else was asked.
    kept: VecDeque<Polled>,
}

impl Member {
    pub(super) fn join(common: &ClientConfig, group: &str, topics: &[String]) -> Result<Self, BusFault> {
        let reading = Reading::new(common, group, topics)?;
        let (questions, asked) = mpsc::channel();
        // It ends, and leaves the group, when the sender is dropped.
        let thread = std::thread::Builder::new().name("kafka-consumer".into());
        thread.spawn(move || reading.answer(&asked)).map_err(|cause| BusFault::Unavailable(format!("no thread for a consumer: {cause}")))?;
        Ok(Self { questions, polling: None, kept: VecDeque::new() })
    }

    fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<Result<T, BusFault>>) -> Question) -> Result<Answer<T>, BusFault> {
        let (answer, answered) = oneshot::channel();
        self.questions.send(question(answer)).map_err(|_| ended())?;
        Ok(answered)
    }

    /// Takes the answer of a poll that is still under way, and keeps it.
    async fn settle(&mut self) {
        if let Some(polling) = &mut self.polling {
            let answer = polling.await;
            self.polling = None;
            if let Ok(Ok(polled)) = answer {
                self.kept.push_back(polled);
            }
        }
    }

    /// Takes a partition's kept records back; the offset of the first.
    fn take_back(&mut self, partition: &Partition) -> Option<i64> {
        let mut first = None;
        for polled in &mut self.kept {
            let Polled::Records(records) = polled else { continue };
            records.retain(|record| {
                let its = record.position.topic == partition.topic && record.position.partition == partition.partition;
                if its && first.is_none() {
                    first = Some(record.position.offset);
                }
                !its
            });
        }
        self.kept.retain(|polled| !matches!(polled, Polled::Records(records) if records.is_empty()));
        first
    }
}

#[async_trait]
impl Consumer for Member {
    async fn poll(&mut self, most: usize, wait: Duration) -> Result<Polled, BusFault> {
        if let Some(polled) = self.kept.pop_front() {
            return Ok(polled);
        }
        if self.polling.is_none() {
            self.polling = Some(self.ask(|answer| Question::Poll { most, wait, answer })?);
        }
        let Some(polling) = &mut self.polling else { return Err(ended()) };
        let answer = polling.await;
        self.polling = None;
        answer.map_err(|_| ended())?
    }

    async fn commit(&mut self, next: &[Position]) -> Result<(), BusFault> {
        self.settle().await;
        self.ask(|answer| Question::Commit { next: next.to_vec(), answer })?.await.map_err(|_| ended())?
    }

    async fn seek(&mut self, next: &Position) -> Result<(), BusFault> {
        self.settle().await;
        self.take_back(&Partition { topic: next.topic.clone(), partition: next.partition });
        self.ask(|answer| Question::Seek { next: next.clone(), answer })?.await.map_err(|_| ended())?
    }

    async fn pause(&mut self, partition: &Partition) -> Result<(), BusFault> {
        self.settle().await;
        if let Some(offset) = self.take_back(partition) {
            self.seek(&Position { topic: partition.topic.clone(), partition: partition.partition, offset }).await?;
        }
        self.ask(|answer| Question::Pause { partition: partition.clone(), answer })?.await.map_err(|_| ended())?
    }

    async fn resume(&mut self, partition: &Partition) -> Result<(), BusFault> {
        self.settle().await;
        self.ask(|answer| Question::Resume { partition: partition.clone(), answer })?.await.map_err(|_| ended())?
    }
}

fn ended() -> BusFault {
    BusFault::Unavailable("Kafka's consumer has ended: subscribe again".into())
}
