//! Asking a source: one job a listener and poll, under a lease; first the bus has the records, then the listener moves on.

use super::{
    Asking, Listening, Polled, Setback, rules,
    store::{self, Done, Standing},
};
use crate::{
    database::now_ms,
    fault::{Fault, Result},
    ingestion::connectors,
    jobs::{self, Failure, Job, Lane, Lease},
    portal::Portal,
    streaming::topics,
};
use app::{ask::FaultKind, ingestion::asks::FieldKind, text::Text};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use streaming::bus::{BusFault, Sent, Topic};

/// Longest time of one poll.
const LONGEST: Duration = Duration::from_secs(600);

/// A listener whose job was lost is asked again after this time.
const LOST_MS: i64 = 20 * 60_000;

/// Records handed to the bus at once.
const BATCH: usize = 500;

/// For the clock: puts those that are due into the queue.
pub fn tick(portal: Portal) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { tick_at(&portal, now_ms()).await.map(drop) })
}

/// The same at this time; how many. Any number of processes may call it.
pub async fn tick_at(portal: &Portal, now_ms: i64) -> Result<usize> {
    let mut queued = 0;
    for (name, due_ms) in store::due(&portal.database, now_ms).await? {
        let mut changes = portal.database.begin().await?;
        if store::take_turn(&mut changes, &name, due_ms, now_ms + LOST_MS).await? {
            jobs::enqueue(&mut changes, &PollListener { name }).await?;
            queued += 1;
        }
        changes.commit().await?;
    }
    Ok(queued)
}

/// One poll of one listener.
#[derive(Debug, Serialize, Deserialize)]
pub struct PollListener {
    pub name: String,
}

impl Job for PollListener {
    const KIND: &'static str = "ingestion.listen";
    const LANE: Lane = Lane::Listening;

    fn holds(&self) -> Vec<String> {
        vec![format!("listener {}", self.name)]
    }

    /// A failed poll is written with the listener, which is asked again in its time.
    fn attempts(&self) -> u32 {
        1
    }

    async fn run(&self, portal: &Portal, lease: &Lease) -> Result<(), Failure> {
        let Some(standing) = store::one(portal.database.read(), &self.name).await?.filter(|standing| !standing.paused) else { return Ok(()) };
        let asked = tokio::time::timeout(LONGEST, ask_and_publish(portal, &standing)).await;
        let outcome = asked.unwrap_or_else(|_| {
            Err(Fault::operator("the source took too long; it is asked again", "la fuente ha tardado demasiado; se le preguntará de nuevo").into())
        });
        let mut changes = portal.database.begin().await?;
        lease.guard(&mut changes).await?;
        match &outcome {
            Ok((polled, sent)) => {
                let done =
                    Done { state: &polled.state, next_ms: polled.next_ms, notes: &polled.notes, records: sent.taken, refused: sent.refused, gap: polled.gap };
                store::polled(&mut changes, &self.name, &done).await?;
            }
            Err(setback) => {
                let fault = &setback.failure.fault;
                tracing::warn!(listener = self.name, %fault, cause = ?fault.cause, "a listener could not ask its source");
                let failures = standing.failures + 1;
                store::failed(&mut changes, &self.name, &told(fault), failures, rules::after_failure(failures, setback.wait, now_ms())).await?;
            }
        }
        Ok(changes.commit().await?)
    }
}

/// What became of the records of a poll.
#[derive(Default)]
struct Taken {
    taken: i64,
    refused: i64,
}

async fn ask_and_publish(portal: &Portal, standing: &Standing) -> Result<(Polled, Taken), Setback> {
    let listening = &standing.listening;
    let listener = connectors::listener(&listening.connector)?;
    listener.check(&listening.fields)?;
    let topic = topic(portal, listening).await?;
    let asking = Asking { fetcher: &portal.fetcher, listening, secrets: secrets(portal, listening).await?, state: standing.state.clone(), now_ms: now_ms() };
    let mut polled = listener.poll(&asking).await?;
    let mut taken = Taken::default();
    if !polled.records.is_empty() {
        // The processor may not have made it yet.
        portal.bus.ensure(&topic).await.map_err(bus)?;
    }
    for records in polled.records.chunks(BATCH) {
        for sent in portal.bus.send(&topic.name, records.to_vec()).await.map_err(bus)? {
            match sent {
                Sent::At(_) => taken.taken += 1,
                Sent::Refused(reason) => {
                    tracing::warn!(listener = listening.name, reason, "the event bus refused a post");
                    taken.refused += 1;
                }
            }
        }
    }
    if taken.refused > 0 {
        let refused = taken.refused;
        polled.notes.push(Text::of(
            format!("{refused} posts were too large for the event bus and are lost."),
            format!("{refused} publicaciones eran demasiado grandes para el bus de eventos y se han perdido."),
        ));
    }
    Ok((polled, taken))
}

/// The topic of the listener's stream, which must be its department's own (A42).
async fn topic(portal: &Portal, listening: &Listening) -> Result<Topic> {
    topics::topic_for(portal, &listening.stream, &listening.department).await?.ok_or_else(|| {
        let (stream, department) = (&listening.stream, &listening.department);
        Fault::invalid(
            format!("The department {department} has no stream {stream}: make it first, or choose another."),
            format!("El departamento {department} no tiene ningún flujo {stream}: créelo antes o elija otro."),
        )
        .on("stream")
    })
}

async fn secrets(portal: &Portal, listening: &Listening) -> Result<BTreeMap<String, String>> {
    let mut secrets = BTreeMap::new();
    for field in connectors::listener(&listening.connector)?.describe().fields.into_iter().filter(|field| field.kind == FieldKind::Secret) {
        if let Some(value) = portal.secrets.reveal(&listening.secret(&field.name)).await?.filter(|value| !value.trim().is_empty()) {
            secrets.insert(field.name, value);
        }
    }
    Ok(secrets)
}

fn bus(fault: BusFault) -> Failure {
    match fault {
        BusFault::Unavailable(_) => Failure::transient(
            Fault::operator(
                "the event bus is not available: look at its server; nothing is lost",
                "el bus de eventos no está disponible: mire su servidor; no se pierde nada",
            )
            .because(fault),
        ),
        BusFault::Refused(_) => Failure::config(
            Fault::operator(
                "the event bus refuses the stream's topic: look at its settings",
                "el bus de eventos rechaza el tema del flujo: mire su configuración",
            )
            .because(fault),
        ),
    }
}

/// Faults of ours say no more than that.
fn told(fault: &Fault) -> Text {
    match fault.kind {
        FaultKind::Internal => Fault::internal("").message,
        _ => fault.message.clone(),
    }
}
