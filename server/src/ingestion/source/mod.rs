//! A source: one place that a connector reads tables from, owned by a department.

pub mod store;

use app::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// As it is saved. Secrets are not in it: they stand in the secret store under `source <name> <field>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    pub title: Text,
    /// Name of a connector.
    pub connector: String,
    /// Owns the tables.
    pub department: String,
    /// Fields of the connector's form that hold for all tables.
    pub fields: BTreeMap<String, String>,
    pub tables: Vec<Table>,
    pub origin: Origin,
}

/// One table of a source: becomes the dataset `lake.<name>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    /// Fields of the connector's form for this table, e.g. `url`, `format`.
    pub fields: BTreeMap<String, String>,
    /// Declared columns, name and type, in their order; empty: as the source has them.
    #[serde(default)]
    pub columns: Vec<(String, String)>,
}

/// Where a definition came from: an apply removes what its folder no longer holds and leaves alone what was made in the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Apply,
    Portal,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Portal => "portal",
        }
    }

    pub fn parse(text: &str) -> Self {
        if text == "apply" { Self::Apply } else { Self::Portal }
    }
}

impl Table {
    pub fn dataset(&self) -> String {
        format!("lake.{}", self.name)
    }
}

impl Source {
    /// The value of a field: the table's own, else the source's.
    pub fn field<'a>(&'a self, table: &'a Table, name: &str) -> Option<&'a str> {
        table.fields.get(name).or_else(|| self.fields.get(name)).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Name of one of its secrets in the secret store.
    pub fn secret(&self, field: &str) -> String {
        format!("source {} {field}", self.name)
    }
}
