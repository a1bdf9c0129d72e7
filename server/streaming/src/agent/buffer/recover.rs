//! What stands on the disk when an agent starts: torn ends are cut off, damaged bytes are found and said, marks follow the frames.

use super::{
    frame::{self, Content},
    loss::{Loss, Losses},
    scanner::{Scanner, Step},
    segment,
    state::{Position, State},
};
use crate::agent::AgentFault;
use bytes::Bytes;
use std::{io, path::Path};

/// A buffer's folder as it was found.
#[derive(Debug)]
pub struct Recovered {
    pub state: State,
    /// The segment to go on with.
    pub segment: u64,
    /// Bytes in all segments.
    pub bytes: u64,
    /// Events that were not delivered.
    pub records: u64,
}

/// Reads everything that was not delivered.
pub fn recover(folder: &Path, agent: &str, losses: &Losses) -> Result<Recovered, AgentFault> {
    std::fs::create_dir_all(folder).and_then(|()| read(folder, agent, losses)).map_err(|cause| AgentFault::file(folder, &cause)).and_then(|recovered| {
        let waiting = recovered.state.next_sequence > recovered.state.delivered.sequence;
        if recovered.state.agent != agent && waiting {
            return Err(other_owner(folder, &recovered.state.agent, agent));
        }
        Ok(Recovered { state: State { agent: agent.to_owned(), ..recovered.state }, ..recovered })
    })
}

fn read(folder: &Path, agent: &str, losses: &Losses) -> io::Result<Recovered> {
    let mut segments = segment::list(folder)?;
    let mut state = match State::read(folder) {
        Ok(Some(state)) => state,
        Ok(None) => from_oldest(agent, &segments),
        Err(cause) if cause.kind() == io::ErrorKind::InvalidData => {
            losses.report(damaged_state(folder, &cause));
            from_oldest(agent, &segments)
        }
        Err(cause) => return Err(cause),
    };
    state.buffer = State::identity(folder)?;
    for (number, _) in segments.extract_if(.., |(number, _)| *number < state.delivered.segment) {
        std::fs::remove_file(segment::path(folder, number))?;
    }
    let mut expected = state.delivered.sequence;
    let (mut records, mut torn_bytes) = (0, 0);
    let last = segments.last().map(|(number, _)| *number);
    for (number, length) in &mut segments {
        let from = if *number == state.delivered.segment { state.delivered.offset } else { 0 };
        let (whole, found) = follow(folder, (*number, from, *length), &mut state, &mut expected, losses)?;
        records += found;
        if Some(*number) == last && whole < *length {
            torn_bytes = *length - whole;
            losses.report(torn(&segment::path(folder, *number), whole, torn_bytes));
            segment::truncate(folder, *number, whole)?;
            *length = whole;
        }
    }
    // Numbers that a torn frame may have had are not given out again, in case it was sent and damaged afterwards.
    state.next_sequence = state.next_sequence.max(expected).saturating_add(torn_bytes);
    let mut segment = last.unwrap_or(state.delivered.segment.max(1));
    let held = segments.last().map_or(0, |(_, length)| *length);
    if (segment, held) < (state.delivered.segment, state.delivered.offset) {
        // The files are older than the state: what is written now must not stand before what counts as delivered.
        segment = state.delivered.segment + 1;
        state.delivered = Position { segment, offset: 0, sequence: state.next_sequence };
    }
    Ok(Recovered { state, segment, bytes: segments.iter().map(|(_, length)| length).sum(), records })
}

fn from_oldest(agent: &str, segments: &[(u64, u64)]) -> State {
    let mut state = State::new(agent);
    if let Some((number, _)) = segments.first() {
        // 0: how many frames came before is not known.
        state.delivered = Position { segment: *number, offset: 0, sequence: 0 };
    }
    state
}

/// Reads one segment; where its last whole request ends, and how many events stand before that.
fn follow(folder: &Path, (number, from, length): (u64, u64, u64), state: &mut State, expected: &mut u64, losses: &Losses) -> io::Result<(u64, u64)> {
    let mut scanner = Scanner::open(&segment::path(folder, number), from)?;
    let mut whole = from.min(length);
    let mut damaged: Option<(u64, u64)> = None;
    let mut request = Vec::new();
    let mut records = 0;
    loop {
        match scanner.step(length)? {
            Step::Frame { payload, .. } => {
                let payload = Bytes::copy_from_slice(scanner.payload(payload));
                let Some((sequence, more)) = frame::head(&payload) else { continue };
                if let Some((from, until)) = damaged.take() {
                    losses.add(Loss { segment: number, from, until, frames: sequence.saturating_sub(*expected) });
                }
                *expected = sequence.saturating_add(1);
                request.extend(frame::read(&payload));
                if !more {
                    whole = scanner.offset();
                    records += request.iter().filter(|content| matches!(content, Content::Record(_))).count() as u64;
                    request.drain(..).for_each(|content| state.take(content));
                }
            }
            Step::Lost { from, until } => damaged = Some((from, until)),
            Step::End { .. } => return Ok((whole, records)),
        }
    }
}

fn damaged_state(folder: &Path, cause: &io::Error) -> AgentFault {
    let fault = AgentFault::new(
        format!("the state file is damaged ({cause}); everything kept is sent again, with the same ids"),
        format!("el archivo de estado está dañado ({cause}); todo lo guardado se envía de nuevo, con los mismos identificadores"),
    );
    fault.about(folder.display())
}

fn torn(path: &Path, from: u64, bytes: u64) -> AgentFault {
    let fault = AgentFault::new(
        format!("the last {bytes} bytes, from {from} on, were not written whole and were cut off"),
        format!("los últimos {bytes} bytes, desde el {from}, no se escribieron enteros y se han cortado"),
    );
    fault.about(path.display())
}

fn other_owner(folder: &Path, owner: &str, agent: &str) -> AgentFault {
    let folder = folder.display();
    AgentFault::new(
        format!("{folder} holds events of agent {owner}, not yet delivered: start it once more with that name, or give {agent} another folder"),
        format!("{folder} guarda eventos del agente {owner} aún sin entregar: inícielo de nuevo con ese nombre o dé a {agent} otra carpeta"),
    )
}
