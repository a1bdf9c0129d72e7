//! Streams as the line has them: written as code, tried on samples, kept as long as they say.

pub mod apply;
pub mod keep;
pub mod refill;
pub mod try_on;

use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    search::stream::{self, Stream},
};

/// Streams of which the asker may know figures.
pub async fn administered(portal: &Portal, permit: &Permit) -> Result<Vec<Stream>> {
    let streams = stream::store::all(&portal.database).await?;
    Ok(streams.into_iter().filter(|stream| permit.figures_on(&stream.dataset())).collect())
}

/// One of them; "not found" for any other.
pub async fn administered_one(portal: &Portal, permit: &Permit, name: &str) -> Result<Stream> {
    administered(portal, permit).await?.into_iter().find(|stream| stream.name == name).ok_or_else(Fault::not_found)
}
