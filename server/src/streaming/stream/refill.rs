//! Filling a stream's index again from what the bus still holds: a new search server begins empty.

use super::administered_one;
use crate::{
    access::Permit,
    fault::Result,
    portal::Portal,
    streaming::{
        Line,
        processor::{store, unavailable},
    },
};
use app::streaming::asks::RefillIndex;

/// Puts the index's positions back to the oldest records; windows and lake keep theirs and pass over what they have. How many records come again.
pub async fn answer(portal: Portal, permit: Permit, ask: RefillIndex) -> Result<u64> {
    let stream = administered_one(&portal, &permit, &ask.stream).await?;
    let line = Line::of(&stream)?;
    let bounds = portal.bus.bounds(line.topic_name(&stream.name)).await.map_err(unavailable)?;
    let mut changes = portal.database.begin().await?;
    for bound in &bounds {
        store::set_back(&mut changes, &stream.name, &bound.partition, bound.oldest).await?;
    }
    changes.commit().await?;
    let records = bounds.iter().map(|bound| bound.next.abs_diff(bound.oldest)).sum();
    permit.about(format!("stream {}", stream.name), serde_json::json!({ "index filled again from": records }));
    Ok(records)
}
