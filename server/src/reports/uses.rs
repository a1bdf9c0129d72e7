//! What everybody's reports read, for the catalog. Whoever asks must look who may know of each.

use super::{order::Content, store};
use crate::{database::now_ms, fault::Result, portal::Portal};

/// A report that stands in somebody's store.
#[derive(Clone, Debug)]
pub struct Ordered {
    pub id: String,
    pub title: String,
    pub owner: String,
    pub department: String,
    pub contents: Vec<Content>,
}

/// All reports that have not failed and not expired.
pub async fn orders(portal: &Portal) -> Result<Vec<Ordered>> {
    let ordered = |kept: store::Kept| Ordered {
        id: kept.id,
        title: kept.order.title,
        owner: kept.owner,
        department: kept.department,
        contents: kept.order.parts.into_iter().map(|part| part.content).collect(),
    };
    Ok(store::standing(&portal.database, now_ms()).await?.into_iter().map(ordered).collect())
}
