//! Rows that did not fit: positions and reasons for those with figures, contents only for those with rows on the dataset.

pub mod store;

use super::words;
use crate::{access::Permit, fault::Result, portal::Portal};
use app::ingestion::asks::{ListQuarantine, QuarantineCard};

/// Most rows of one answer.
const SHOWN: i64 = 500;

/// The newest quarantined rows, of one run or of all, as far as this reader's permit goes.
pub async fn list(portal: Portal, permit: Permit, ask: ListQuarantine) -> Result<Vec<QuarantineCard>> {
    let rows = store::list(&portal.database, ask.run.as_deref(), SHOWN).await?;
    let mut contents = Vec::new();
    let cards = rows
        .into_iter()
        .filter(|row| permit.figures_on(&row.dataset) && (permit.rows_on(&row.dataset) || row.department == permit.principal().department))
        .map(|row| {
            let open = permit.rows_on(&row.dataset);
            if open && !contents.contains(&row.dataset) {
                contents.push(row.dataset.clone());
            }
            QuarantineCard {
                position: format!("{}:{} (byte {})", row.file, row.line, row.byte),
                run: row.run,
                table: row.dataset,
                reason: words::reason(&row.reason),
                content: open.then_some(row.content),
            }
        })
        .collect();
    permit.about(format!("quarantine {}", ask.run.as_deref().unwrap_or("of all runs")), serde_json::json!({ "contents_of": contents }));
    Ok(cards)
}
