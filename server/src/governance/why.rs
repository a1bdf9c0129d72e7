//! What the reader sees of each mart and by which rules.

use super::emptiness::leaves_nothing;
use crate::{
    access::{Permit, access_words},
    fault::Result,
    portal::Portal,
};
use app::{
    governance::asks::{MartAccess, WhyAccess},
    text::Text,
};

pub async fn why(_portal: Portal, permit: Permit, _ask: WhyAccess) -> Result<Vec<MartAccess>> {
    let marts = permit.scope().marts().map(|mart| {
        let title = &mart.definition().title;
        MartAccess {
            mart: mart.name().to_owned(),
            title: Text::of(&title.en, &title.es),
            access: access_words(mart),
            leaves_nothing: leaves_nothing(mart.rows()),
        }
    });
    Ok(marts.collect())
}
