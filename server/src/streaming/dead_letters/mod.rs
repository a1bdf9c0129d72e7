//! Records that could not be made events, or that the index will never take: kept with their bytes until somebody replays
//! or discards them. Bounded, and never silently full: a stream whose dead letters are full waits, and says so.

pub mod answers;
mod replay;
pub mod store;

use crate::{
    database::{Changes, now_ms},
    fault::Result,
};
use ::streaming::{Record, bus::Position};
use app::text::Text;
use serde::{Deserialize, Serialize};

/// Where it went wrong, which decides how it is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The parser did not know it: replayed over the bus.
    Parse,
    /// It ended the processor twice and is not touched again before somebody says so: replayed over the bus.
    Poison,
    /// The index refused it, windows and lake have it: replayed into the index alone.
    Index,
}

impl Stage {
    pub const ALL: [Self; 3] = [Self::Parse, Self::Poison, Self::Index];

    pub fn name(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Poison => "poison",
            Self::Index => "index",
        }
    }
}

/// One record that is dead for now.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    pub stage: Stage,
    pub position: Position,
    pub record: Record,
    /// Names places and what was expected, never values.
    pub reason: Text,
    pub attempts: u32,
}

/// Most of one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub letters: u64,
    pub bytes: u64,
}

/// What a stream's dead letters take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub letters: u64,
    pub bytes: u64,
}

/// Keeps letters in the caller's transaction; false, with nothing kept, when there is no room for them. A letter of the same
/// record is replaced and counts its attempts on.
pub async fn bury(changes: &mut Changes, stream: &str, letters: &[DeadLetter], room: Room) -> Result<bool> {
    let taken = store::taken(&mut **changes, stream).await?;
    let more = letters.iter().map(|letter| letter.record.value.len() as u64).sum::<u64>();
    if taken.letters + letters.len() as u64 > room.letters || taken.bytes + more > room.bytes {
        return Ok(false);
    }
    for letter in letters {
        store::keep(changes, stream, letter, now_ms()).await?;
    }
    Ok(true)
}
