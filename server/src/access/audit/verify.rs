//! Computing the chain again: the first record that is not as it was written, by the hashes, the head file and the checkpoints.

use super::{
    Chain,
    checkpoint::{self, Named},
};
use crate::{access::store, database::Database, fault::Result};
use std::time::{Duration, Instant};

/// How far the log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The last sequence number that is right.
    pub to: i64,
    /// Checkpoints that agree with it.
    pub checkpoints: u64,
    /// The first that is not right.
    pub broken: Option<Broken>,
    hash: String,
    /// When the record `to` was written.
    at_ms: Option<i64>,
    /// Up to here checkpoints were read.
    covered: i64,
    /// What is wrong with checkpoints alone: told when the records hold.
    doubtful: Option<Broken>,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The number of the first record that is not right.
    pub at: i64,
    /// The time that it says, or for one that is gone the time of the record before it. Unix milliseconds.
    pub at_ms: Option<i64>,
    pub what: Damage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It does not say what was written, or the portal never wrote it.
    Changed,
    /// In its place stands the record that was written as number `was`.
    OutOfOrder { was: i64 },
    /// It is gone, and others after it are there.
    Missing,
    /// It and all after it are gone; a checkpoint knows of records up to `to`.
    CutOff { to: i64, checkpoint_ms: i64 },
    /// The same, known by the head file in the data folder.
    CutOffHead { to: i64 },
    /// From here to `to` the records hold each other, but they are not those that a checkpoint sealed: the log was cut and went on.
    Replaced { to: i64, checkpoint_ms: i64 },
    /// The same by the head file.
    ReplacedHead { to: i64 },
    /// The records hold; the checkpoint over those up to `to` is not what this house signed.
    Checkpoint { to: i64 },
    /// The records hold; the checkpoints over those up to `to` are gone.
    CheckpointMissing { to: i64 },
}

/// Reads the log on from `from` (all of it by default), page by page, and computes the chain again.
pub async fn verify(database: &Database, chain: &Chain, from: Verified) -> Result<Verified> {
    let mut verified = Verified { broken: None, ..from };
    // Before the records: what is written meanwhile is then among them.
    let head = chain.remembered()?;
    let named = checkpoint::named(chain, verified.to).await?;
    let mut sealed = named.iter().peekable();
    // Records that somebody put before the first one are found too.
    let mut after = if verified.to == 0 { i64::MIN } else { verified.to };
    loop {
        let page = store::chained_lines(database, after).await?;
        if page.is_empty() {
            break;
        }
        for line in page {
            let expected = verified.to + 1;
            // A value of another type than the portal writes.
            let Ok(line) = line else { return Ok(verified.broken(expected, None, Damage::Changed)) };
            let at_ms = Some(line.record.at_ms);
            if line.sequence > expected {
                let before = verified.at_ms;
                return Ok(verified.broken(expected, before, Damage::Missing));
            }
            let hash = store::chained(chain, &verified.hash, expected, &line.record, &line.details);
            if line.sequence < expected || line.hash != hash {
                let was = if line.sequence < expected { None } else { written_as(database, chain, &line).await? };
                let what = was.map_or(Damage::Changed, |was| Damage::OutOfOrder { was });
                return Ok(verified.broken(line.sequence, at_ms, what));
            }
            if head.as_ref().is_some_and(|head| head.sequence == expected && head.hash != hash) {
                let (at, before) = (verified.covered + 1, verified.at_ms);
                return Ok(verified.broken(at, before, Damage::ReplacedHead { to: expected }));
            }
            (verified.to, verified.hash, verified.at_ms) = (expected, hash, at_ms);
            while let Some(named) = sealed.next_if(|named| named.last == expected) {
                if let Some(what) = compared(chain, named, &mut verified).await? {
                    let at = verified.covered + 1;
                    return Ok(verified.broken(at, at_ms, what));
                }
            }
            after = expected;
        }
    }
    end(chain, verified, sealed.collect(), head.map(|head| head.sequence)).await
}

/// Whether a checkpoint over the record that was just read tells of another history. What is wrong with the checkpoint alone is kept for the end.
async fn compared(chain: &Chain, named: &Named, verified: &mut Verified) -> Result<Option<Damage>> {
    let Some(checkpoint) = checkpoint::read(chain, named).await? else {
        verified.doubt(Damage::Checkpoint { to: named.last });
        return Ok(None);
    };
    if checkpoint.hash != verified.hash {
        return Ok(Some(Damage::Replaced { to: checkpoint.last, checkpoint_ms: checkpoint.at_ms }));
    }
    if checkpoint.first > verified.covered + 1 {
        verified.doubt(Damage::CheckpointMissing { to: checkpoint.first - 1 });
    }
    verified.covered = checkpoint.last;
    verified.checkpoints += 1;
    Ok(None)
}

/// Rows taken from the end leave a chain that holds: checkpoints and head file know that there were more.
async fn end(chain: &Chain, verified: Verified, left: Vec<&Named>, head: Option<i64>) -> Result<Verified> {
    let (at, before) = (verified.to + 1, verified.at_ms);
    for named in left.iter().rev() {
        if let Some(checkpoint) = checkpoint::read(chain, named).await? {
            return Ok(verified.broken(at, before, Damage::CutOff { to: checkpoint.last, checkpoint_ms: checkpoint.at_ms }));
        }
    }
    if let Some(to) = head.filter(|head| *head > verified.to) {
        return Ok(verified.broken(at, before, Damage::CutOffHead { to }));
    }
    if let Some(doubtful) = verified.doubtful.clone() {
        return Ok(verified.broken(doubtful.at, doubtful.at_ms, doubtful.what));
    }
    match left.first() {
        Some(named) => Ok(verified.broken(at, before, Damage::Checkpoint { to: named.last })),
        None => Ok(verified),
    }
}

/// The number under which a record was written that stands elsewhere now: swapped records keep their own hashes, and with them the
/// hash of the one that stood before each. That one stands where it stood, or (neighbours swapped) in the record's own place.
async fn written_as(database: &Database, chain: &Chain, moved: &store::Line) -> Result<Option<i64>> {
    let mut before = moved.hash.clone();
    let mut after = moved.sequence;
    loop {
        let page = store::chained_lines(database, after).await?;
        if page.is_empty() {
            return Ok(None);
        }
        for line in page {
            let Ok(line) = line else { return Ok(None) };
            let is = |before: &str| store::chained(chain, before, line.sequence, &moved.record, &moved.details) == moved.hash;
            if is(&before) || is(&line.hash) {
                return Ok(Some(line.sequence));
            }
            after = line.sequence;
            before = line.hash;
        }
    }
}

impl Verified {
    fn broken(self, at: i64, at_ms: Option<i64>, what: Damage) -> Self {
        Self { broken: Some(Broken { at, at_ms, what }), ..self }
    }

    /// The first doubt stays.
    fn doubt(&mut self, what: Damage) {
        if self.doubtful.is_none() {
            self.doubtful = Some(Broken { at: self.covered + 1, at_ms: self.at_ms, what });
        }
    }
}

/// What pages found when they looked last, and when the whole log was read for it.
pub(super) struct Looked {
    whole: Instant,
    verified: Verified,
}

/// Pages read the whole log this often, and between only what is new: `audit verify` always reads all of it.
const WHOLE: Duration = Duration::from_secs(3600);

/// How far the log holds, for a page. One reads at a time; who comes meanwhile waits and reads only what is new.
pub async fn standing(database: &Database, chain: &Chain) -> Result<Verified> {
    let mut looked = chain.looked.lock().await;
    let (whole, from) = match looked.take() {
        Some(known) if known.verified.broken.is_none() && known.whole.elapsed() < WHOLE => (known.whole, known.verified),
        _ => (Instant::now(), Verified::default()),
    };
    let verified = verify(database, chain, from).await?;
    *looked = Some(Looked { whole, verified: verified.clone() });
    Ok(verified)
}
