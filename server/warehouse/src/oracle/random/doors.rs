//! In what form a result leaves: as rows, or written as the CSV or the JSON of a download.

use super::{Dice, lines};
use crate::{CsvDialect, QueryFault, Rows, json_objects};
use futures::StreamExt;

#[derive(Clone, Copy, Debug)]
pub(super) enum Door {
    Rows,
    Csv,
    Json,
}

impl Door {
    pub(super) fn any(dice: &mut Dice) -> Self {
        *dice.pick(&[Self::Rows, Self::Rows, Self::Csv, Self::Json])
    }

    /// Each row as a line, its cells parted as those of rows are.
    pub(super) async fn lines(self, rows: Result<Rows, QueryFault>) -> Result<Vec<String>, QueryFault> {
        if let Self::Rows = self {
            return lines(rows).await;
        }
        let mut rows = rows?;
        let mut written = Vec::new();
        while let Some(batch) = rows.batches.next().await {
            let batch = batch?;
            written.extend(match self {
                Self::Csv => CsvDialect::Plain.rows(&batch)?,
                _ => json_objects(&batch, "", "\n", "\n")?,
            });
        }
        Ok(match self {
            Self::Csv => {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
                // An absent value, too: a line of nothing would be lost where it comes last.
                let cell = |text: &str| if text.is_empty() { "\"\"".to_owned() } else { text.to_owned() };
                reader.records().map(|record| record.unwrap().iter().map(cell).collect::<Vec<_>>().join("|")).collect()
            }
            _ => String::from_utf8(written).unwrap().lines().filter(|object| !object.is_empty()).map(cells).collect(),
        })
    }
}

fn cells(object: &str) -> String {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(object).unwrap();
    object.into_iter().map(|(name, value)| format!("{name}|{value}")).collect::<Vec<_>>().join("|")
}
