//! Answers about dead letters: figures and reasons for whoever administers streams, contents only with rows on the stream.

use super::{Stage, replay, store};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    streaming::stream::{administered, administered_one},
};
use app::streaming::asks::{DeadLetterCard, DeadLetterCount, DeadLetters, DiscardDeadLetters, ListDeadLetters, OriginKind, ReplayDeadLetters, Replayed};

/// Letters of one page.
const PAGE: i64 = 100;
/// Most characters of a record that are shown.
const SHOWN: usize = 4_096;

pub async fn list(portal: Portal, permit: Permit, ask: ListDeadLetters) -> Result<DeadLetters> {
    let (mut counts, mut shown) = (Vec::new(), None);
    for stream in administered(&portal, &permit).await? {
        let taken = store::taken(portal.database.read(), &stream.name).await?;
        let wanted = if ask.stream.is_empty() { shown.is_none() && taken.letters > 0 } else { ask.stream == stream.name };
        counts.push(DeadLetterCount {
            stream: stream.name.clone(),
            title: stream.described.title.clone(),
            letters: taken.letters,
            bytes: taken.bytes,
            full: is_full(&portal, taken),
        });
        if wanted {
            shown = Some(stream);
        }
    }
    let Some(stream) = shown else {
        return if ask.stream.is_empty() { Ok(DeadLetters { streams: counts, ..DeadLetters::default() }) } else { Err(Fault::not_found()) };
    };
    let may_see = permit.rows_on(&stream.dataset());
    let kept = store::list(&portal.database, &stream.name, ask.before_ms.unwrap_or(i64::MAX), PAGE).await?;
    permit.about(format!("dead letters of stream {}", stream.name), serde_json::json!({ "contents": may_see }));
    Ok(DeadLetters {
        more: kept.len() as i64 == PAGE,
        letters: kept.into_iter().map(|kept| card(kept, may_see)).collect(),
        streams: counts,
        stream: stream.name,
        may_see,
    })
}

pub async fn replay(portal: Portal, permit: Permit, ask: ReplayDeadLetters) -> Result<Replayed> {
    let stream = administered_one(&portal, &permit, &ask.stream).await?;
    let replayed = replay::replay(&portal, stream, ask.until_ms).await?;
    permit.about(format!("dead letters of stream {}", ask.stream), serde_json::json!({ "replayed": replayed.sent }));
    Ok(replayed)
}

pub async fn discard(portal: Portal, permit: Permit, ask: DiscardDeadLetters) -> Result<u64> {
    let stream = administered_one(&portal, &permit, &ask.stream).await?;
    let mut changes = portal.database.begin().await?;
    let discarded = store::discard(&mut changes, &stream.name, ask.until_ms).await?;
    changes.commit().await?;
    permit.about(format!("dead letters of stream {}", stream.name), serde_json::json!({ "discarded": discarded }));
    Ok(discarded)
}

/// Nearly full counts as full: the next batch may have no room.
fn is_full(portal: &Portal, taken: super::Taken) -> bool {
    let nearly = |taken: u64, most: u64| taken >= most - most / 100;
    nearly(taken.letters, portal.config.dead_letters) || nearly(taken.bytes, portal.config.dead_letter_bytes)
}

fn card(kept: store::Kept, may_see: bool) -> DeadLetterCard {
    let letter = kept.letter;
    let content = may_see.then(|| String::from_utf8_lossy(&letter.record.value).chars().take(SHOWN).collect());
    DeadLetterCard {
        dead_ms: kept.dead_ms,
        stage: Stage::name(letter.stage).to_owned(),
        position: format!("{}/{}:{}", letter.position.topic, letter.position.partition, letter.position.offset),
        origin_kind: origin_kind(&letter.record.origin),
        origin: may_see.then_some(letter.record.origin),
        reason: letter.reason,
        attempts: letter.attempts,
        bytes: letter.record.value.len() as u64,
        content,
    }
}

/// By the form that agents and buses give it (`Record::origin`).
fn origin_kind(origin: &str) -> OriginKind {
    match origin {
        "http" => OriginKind::Http,
        "kafka" => OriginKind::Kafka,
        syslog if syslog == "syslog" || syslog.starts_with("syslog:") => OriginKind::Syslog,
        address if address.contains("://") => OriginKind::Other,
        path if path.contains(['/', '\\']) => OriginKind::File,
        _ => OriginKind::Other,
    }
}
