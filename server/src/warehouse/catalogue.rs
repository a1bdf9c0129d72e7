//! What is published, read again only when another generation of pins was published: what governance binds permits to.

use super::pins::{self, Pin};
use crate::{database::Database, fault::Result};
use std::sync::Arc;
use warehouse::MartDefinition;

/// One published dataset with its text parsed, when it is a mart.
pub struct Published {
    pub pin: Pin,
    pub mart: Option<Arc<MartDefinition>>,
}

/// Everything published, with its generation, unless that is the `known` one.
pub async fn published(database: &Database, known: i64) -> Result<Option<(i64, Vec<Published>)>> {
    // Read before the pins: a publish in between is seen at the next read.
    let generation = pins::generation(database).await?;
    if generation == known {
        return Ok(None);
    }
    let published = pins::all(database).await?.into_iter().map(|pin| Published { mart: mart(&pin), pin }).collect();
    Ok(Some((generation, published)))
}

/// The mart of a pin; one whose text does not parse is not served, and said in the log.
fn mart(pin: &Pin) -> Option<Arc<MartDefinition>> {
    let name = pin.dataset.strip_prefix("mart.")?;
    let parsed = MartDefinition::parse(name, pin.definition.as_deref()?);
    parsed.inspect_err(|cause| tracing::error!(mart = name, %cause, "the published text of a mart does not parse")).ok().map(Arc::new)
}
