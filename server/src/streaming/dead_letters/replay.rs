//! Replay: what died goes through the line again, by the same id. A letter is taken out only when the bus or the index has it.

use super::{
    Stage,
    store::{self, Kept},
};
use crate::{
    fault::{Fault, Result},
    portal::Portal,
    search::stream::Stream,
    streaming::processor::{events, work::Work},
};
use ::search::{IndexFault, index::Outcome};
use ::streaming::bus::Sent;
use app::streaming::asks::Replayed;

/// Letters at once.
const AT_ONCE: i64 = 500;

/// Replays the letters that died up to `until_ms`. Killed at any moment, it is done again and doubles nothing.
pub(super) async fn replay(portal: &Portal, stream: Stream, until_ms: i64) -> Result<Replayed> {
    let work = Work::of(portal, stream)?;
    let mut replayed = Replayed::default();
    loop {
        let kept = store::oldest(&portal.database, &work.stream.name, until_ms, AT_ONCE + i64::try_from(replayed.refused).unwrap_or(0)).await?;
        let letters: Vec<Kept> = kept.into_iter().skip(usize::try_from(replayed.refused).unwrap_or(0)).collect();
        if letters.is_empty() {
            return Ok(replayed);
        }
        let (index, bus): (Vec<Kept>, Vec<Kept>) = letters.into_iter().partition(|kept| kept.letter.stage == Stage::Index);
        for (letters, taken) in [(&bus, over_the_bus(portal, &work, &bus).await?), (&index, into_the_index(portal, &work, &index).await?)] {
            let mut changes = portal.database.begin().await?;
            for (kept, taken) in letters.iter().zip(taken) {
                if taken {
                    store::remove(&mut changes, &work.stream.name, kept).await?;
                    replayed.sent += 1;
                } else {
                    replayed.refused += 1;
                }
            }
            changes.commit().await?;
        }
    }
}

/// Whether the bus has each.
async fn over_the_bus(portal: &Portal, work: &Work, letters: &[Kept]) -> Result<Vec<bool>> {
    if letters.is_empty() {
        return Ok(Vec::new());
    }
    let records = letters.iter().map(|kept| kept.letter.record.clone()).collect();
    let sent = portal.bus.send(work.topic_name(), records).await.map_err(|fault| down(&fault))?;
    Ok(sent.into_iter().map(|sent| matches!(sent, Sent::At(_))).collect())
}

/// Whether the index has each. Windows and lake have had them already.
async fn into_the_index(portal: &Portal, work: &Work, letters: &[Kept]) -> Result<Vec<bool>> {
    let mut taken = Vec::with_capacity(letters.len());
    for kept in letters {
        let Some(change) = events::change(work, &kept.letter.record) else {
            taken.push(false);
            continue;
        };
        let outcomes = portal.index.write(&work.shape, &[change]).await.map_err(|fault: IndexFault| down(&fault))?;
        match outcomes.into_iter().next() {
            Some(Outcome::Done) => taken.push(true),
            Some(Outcome::Unfit(_)) => taken.push(false),
            Some(Outcome::Retry(reason)) => return Err(down(&IndexFault::Unavailable(reason))),
            None => return Err(down(&IndexFault::Unavailable("no answer".into()))),
        }
    }
    Ok(taken)
}

fn down(fault: &dyn std::error::Error) -> Fault {
    Fault::operator(
        format!("{fault}; what was not replayed is still here: try again"),
        format!("{fault}; lo que no se ha reenviado sigue aquí: inténtelo de nuevo"),
    )
}
