//! What the reader sees of each mart and stream and by which rules.

use super::emptiness::leaves_nothing;
use crate::{access::Permit, fault::Result, portal::Portal};
use app::{
    governance::asks::{MartAccess, WhyAccess},
    text::Text,
};

pub async fn why(_portal: Portal, permit: Permit, _ask: WhyAccess) -> Result<Vec<MartAccess>> {
    let marts = permit.scope().marts().map(|mart| (mart.name().to_owned(), mart));
    let streams = permit.scope().streams().map(|stream| (format!("stream.{}", stream.name()), stream));
    let seen = marts.chain(streams).map(|(name, mart)| {
        let title = &mart.definition().title;
        let (access, veiled) = (permit.access(&name), permit.veils(&name));
        // Of two people's rules together nothing is said: it is the one's own that are explained.
        let leaves_nothing = permit.viewer().is_none() && leaves_nothing(mart.rows());
        MartAccess { mart: name, title: Text::of(&title.en, &title.es), access, leaves_nothing, veiled }
    });
    Ok(seen.collect())
}
