//! What was found wrong in the published versions: findings of their checks, rows set aside when they were loaded. For the catalog;
//! whoever asks must look who may see counts (A41).

mod store;

use crate::{fault::Result, portal::Portal};
use app::text::Text;
use std::collections::BTreeMap;

/// What the run that published a dataset found in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// Every check that was run, those without findings too.
    pub checks: Vec<Checked>,
    /// Rows that did not fit and were set aside; `None` when the run is no longer known.
    pub quarantined: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub text: Text,
    /// `warn` or `error`.
    pub severity: String,
    /// Rows that it found wrong.
    pub rows: u64,
}

/// Of every published dataset whose run is still known, by name.
pub async fn of_published(portal: &Portal) -> Result<BTreeMap<String, Quality>> {
    let mut found: BTreeMap<String, Quality> = BTreeMap::new();
    for (dataset, rows) in store::quarantined(&portal.database).await? {
        found.entry(dataset).or_default().quarantined = Some(rows);
    }
    for (dataset, checked) in store::checked(&portal.database).await? {
        found.entry(dataset).or_default().checks.push(checked);
    }
    Ok(found)
}
