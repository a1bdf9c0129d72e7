//! New events of a reader's share as they are indexed, while the permit lasts. `streaming::live` carries them to the page.

mod follow;
mod place;
mod standing;
mod view;
mod watches;

pub use standing::{Standing, Turn};
pub use watches::{Seat, Watches};

use super::{find, share};
use crate::{access::Permit, fault::Result, portal::Portal, routing::Renewal};
use app::search::asks::Live;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use place::Place;
use std::sync::Arc;
use view::View;

/// What goes out to one view.
#[derive(Clone)]
pub struct News {
    /// A `Live` as JSON: made once for all who get the same.
    pub json: Arc<str>,
    /// By which a lost connection goes on.
    pub place: Option<String>,
    /// Nothing follows.
    pub is_last: bool,
}

impl News {
    pub fn made(live: &Live) -> Self {
        Self { json: serde_json::to_string(live).unwrap_or_default().into(), place: None, is_last: live.is_last() }
    }
}

/// Follows what a query finds. `since`: the place of the last message that came. A stream that ends without a last message is to be
/// opened again.
pub async fn watch(
    portal: &Portal,
    permit: &Permit,
    renewal: Renewal,
    stream: &str,
    query: &str,
    most: Option<usize>,
    since: Option<&str>,
) -> Result<BoxStream<'static, News>> {
    let seen = share::of(portal, permit, stream).await?;
    let parsed = match find::parse(query, &seen)? {
        Ok(query) => query,
        Err(wrong) => return Ok(stream::iter([News::made(&Live::Wrong(wrong))]).boxed()),
    };
    let view = View::open(portal.clone(), permit.clone(), renewal, seen, parsed, query, most).await?;
    Ok(view.messages(since.and_then(Place::read)).await?.boxed())
}
