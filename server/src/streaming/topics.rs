//! Streams as those who write to them need to know them: whose they are, and which topic of the event bus takes their records.

use super::Line;
use crate::{
    fault::Result,
    portal::Portal,
    search::stream::{Stream, store},
};
use ::streaming::bus::Topic;

/// All streams, by name.
pub async fn streams(portal: &Portal) -> Result<Vec<Stream>> {
    store::all(&portal.database).await
}

/// The topic of a department's stream; `None` when the department has no such stream (A42).
pub async fn topic_for(portal: &Portal, stream: &str, department: &str) -> Result<Option<Topic>> {
    let streams = streams(portal).await?;
    let known = streams.iter().find(|known| known.name == stream && known.department == department);
    known.map(|known| Ok(Line::of(known)?.topic(&known.name))).transpose()
}
