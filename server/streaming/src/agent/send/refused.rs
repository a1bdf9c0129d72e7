//! Events that no bus can take: kept in a file beside the buffer, with the reason, for somebody to look at.

use crate::{Record, agent::AgentFault};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fs::OpenOptions, io::Write, path::PathBuf};

/// Bytes after which nothing is delivered any more until somebody has looked.
const MOST_BYTES: u64 = 64 << 20;

#[derive(Clone, Debug)]
pub struct RefusedFile(pub PathBuf);

impl RefusedFile {
    /// Appends and flushes.
    pub fn keep(&self, refused: &[(&str, &Record, String)]) -> Result<(), AgentFault> {
        let write = || {
            let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
            let mut lines = Vec::new();
            for (topic, record, reason) in refused {
                let line = serde_json::json!({
                    "topic": topic, "id": record.id, "origin": record.origin, "taken_ms": record.taken_ms, "reason": reason,
                    "base64": STANDARD.encode(&record.value),
                });
                lines.extend_from_slice(line.to_string().as_bytes());
                lines.push(b'\n');
            }
            if file.metadata()?.len() + lines.len() as u64 > MOST_BYTES {
                return Ok(false);
            }
            file.write_all(&lines)?;
            file.sync_data()?;
            Ok(true)
        };
        match write() {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.full()),
            Err(cause) => Err(AgentFault::file(&self.0, &cause)),
        }
    }

    fn full(&self) -> AgentFault {
        let path = self.0.display();
        AgentFault::new(
            format!("{path} is full of events that were refused: look at their reasons, then move the file away; nothing is delivered until then"),
            format!("{path} está lleno de eventos rechazados: vea los motivos y retire el archivo; hasta entonces no se entrega nada"),
        )
    }
}
