//! Control-plane SQL of what was found wrong in the published versions.

use super::Checked;
use crate::{
    database::Database,
    fault::{Fault, Result},
};
use sqlx::{Row, any::AnyRow};

/// The checks of every published version, in their order.
pub(super) async fn checked(database: &Database) -> Result<Vec<(String, Checked)>> {
    let rows = sqlx::query(
        "select run_finding.dataset, run_finding.check_text, run_finding.rows, run_finding.severity from run_finding
         join dataset_pin on dataset_pin.run = run_finding.run and dataset_pin.dataset = run_finding.dataset
         order by run_finding.dataset, run_finding.position",
    )
    .fetch_all(database.read())
    .await?;
    rows.iter()
        .map(|row| {
            let checked = Checked { text: serde_json::from_str(&row.try_get::<String, _>(1)?)?, rows: unsigned(row, 2)?, severity: row.try_get(3)? };
            Ok((row.try_get(0)?, checked))
        })
        .collect()
}

/// Rows that were set aside when each published version was made.
pub(super) async fn quarantined(database: &Database) -> Result<Vec<(String, u64)>> {
    let rows = sqlx::query(
        "select run_table.dataset, run_table.rows_quarantined from run_table
         join dataset_pin on dataset_pin.run = run_table.run and dataset_pin.dataset = run_table.dataset",
    )
    .fetch_all(database.read())
    .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, unsigned(row, 1)?))).collect()
}

fn unsigned(row: &AnyRow, column: usize) -> Result<u64> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(Fault::internal)
}
