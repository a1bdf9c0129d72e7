//! The text of a mart or model: a TOML header in the first comment (titles, measures, dimensions, checks), then one select.
//!
//! ```sql
//! /*
//! title = { en = "Baskets", es = "Cestas" }
//! description = { en = "One row per transaction line.", es = "Una fila por línea de compra." }
//! department = "sales"            # who owns it
//! date_column = "day"             # what period filters and "data up to" use
//! [measures.sales]
//! sql = "sum(sales_value)"
//! label = { en = "Sales", es = "Ventas" }
//! unit = "money:USD"              # or "percent", or { en = "baskets", es = "cestas" }
//! [columns.store_id]
//! label = { en = "Store", es = "Tienda" }
//! description = { en = "…", es = "…" }
//! dimension = true
//! [[checks]]                      # count of rows that are wrong; `this` is the table just built
//! text = { en = "Lines whose product is unknown", es = "Líneas cuyo producto se desconoce" }
//! severity = "warn"               # or "error": nothing is published
//! sql = "select count(*) from this where product_known = false"
//! */
//! select … from warehouse.sales_line
//! ```

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Words in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub en: String,
    pub es: String,
}

/// A mart (or model) as its text declares it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MartDefinition {
    /// From the file name or the form, not from the header.
    #[serde(skip_deserializing)]
    pub name: String,
    pub title: Words,
    pub description: Words,
    pub department: String,
    pub date_column: Option<String>,
    pub measures: BTreeMap<String, Measure>,
    pub columns: BTreeMap<String, ColumnWords>,
    pub checks: Vec<Check>,
    /// The select after the header.
    #[serde(skip_deserializing)]
    pub sql: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Measure {
    /// One aggregate expression over the mart's columns.
    pub sql: String,
    pub label: Words,
    pub description: Words,
    pub unit: Option<UnitWords>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UnitWords {
    /// `money:USD` or `percent`.
    Known(String),
    Of(Words),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnWords {
    pub label: Words,
    pub description: Words,
    pub dimension: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Check {
    pub text: Words,
    /// `warn` or `error`.
    pub severity: String,
    /// One select of one count of wrong rows.
    pub sql: String,
}
