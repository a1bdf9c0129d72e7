//! Connectors: each file describes itself and reads its kind of source. Adding one is one file and one word in the list.

use super::{
    listening::Listener,
    rules,
    source::{Source, Table},
};
use crate::{
    fault::{Fault, Result},
    jobs::Failure,
    portal::Portal,
};
use app::ingestion::asks::ConnectorCard;
use async_trait::async_trait;
use std::collections::BTreeMap;
use warehouse::{PinnedColumn, reading::Reading};

/// One kind of source.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Its name in texts, its words, its icon and the fields of its form.
    fn describe(&self) -> ConnectorCard;

    /// The tables that a filled-in form stands for.
    fn tables(&self, fields: &BTreeMap<String, String>) -> Result<Vec<Table>>;

    /// Refuses a table that must not be read whatever it holds (A42): asked when a source is saved and again when it is read.
    fn refuse(&self, _portal: &Portal, _source: &Source, _table: &Table) -> Result<()> {
        Ok(())
    }

    /// Whether a table can be read now: refuses what must not be read, and tries.
    async fn check(&self, portal: &Portal, source: &Source, table: &Table) -> Result<(), Failure> {
        self.read(portal, source, table).await.map(drop)
    }

    /// Opens a table: its columns, and its rows as a stream, those that do not fit aside.
    async fn read(&self, portal: &Portal, source: &Source, table: &Table) -> Result<Reading, Failure>;
}

macro_rules! connectors {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*

        /// All connectors there are, in the order in which the form offers them.
        pub fn all() -> &'static [&'static dyn Connector] {
            &[$($name::CONNECTOR),*]
        }
    };
}

connectors! { files, upload }

macro_rules! listeners {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*

        /// All kinds of listeners there are, in the order in which the form offers them.
        pub fn listeners() -> &'static [&'static dyn Listener] {
            &[$($name::LISTENER),*]
        }
    };
}

listeners! { feeds, mastodon }

/// The kind of listener of this name.
pub fn listener(name: &str) -> Result<&'static dyn Listener> {
    let found = listeners().iter().copied().find(|listener| listener.describe().name == name);
    found.ok_or_else(|| Fault::invalid(format!("There is no listener {name}."), format!("No hay ningún tipo de escucha {name}.")).on("connector"))
}

/// The connector of this name.
pub fn named(name: &str) -> Result<&'static dyn Connector> {
    all()
        .iter()
        .copied()
        .find(|connector| connector.describe().name == name)
        .ok_or_else(|| Fault::invalid(format!("There is no connector {name}."), format!("No hay ningún conector {name}.")).on("connector"))
}

/// The declared columns of a table, `None` when it declares none.
fn declared(table: &Table) -> Result<Option<Vec<PinnedColumn>>> {
    if table.columns.is_empty() {
        return Ok(None);
    }
    let columns = table.columns.iter().map(|(name, word)| Ok(PinnedColumn { name: name.clone(), kind: rules::column_type(word)? }));
    columns.collect::<Result<_>>().map(Some)
}
