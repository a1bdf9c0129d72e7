//! Files that people upload: kept in the data folder under names of our own, read from there alone.

use super::{Connector, declared};
use crate::{
    fault::{Fault, Result},
    ingestion::{
        failing, run,
        source::{self, Source, Table},
    },
    jobs::Failure,
    portal::Portal,
};
use app::{
    ingestion::asks::{ConnectorCard, Field, FieldKind},
    text::Text,
};
use async_trait::async_trait;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};
use warehouse::reading::{self, Format, Limits, Reading};

pub const CONNECTOR: &dyn Connector = &Upload;

struct Upload;

/// A file that no source names is deleted after this time: one that is just coming in is not.
const FORGOTTEN: Duration = Duration::from_secs(86_400);

#[async_trait]
impl Connector for Upload {
    fn describe(&self) -> ConnectorCard {
        let field = |name: &str, label: Text, help: Text, kind: FieldKind| Field { name: name.into(), label, help, kind, required: true };
        ConnectorCard {
            name: "upload".into(),
            title: Text::of("Upload a file", "Subir un fichero"),
            icon: "upload".into(),
            fields: vec![
                field("table", Text::of("Table", "Tabla"), Text::of("Its name in the lake: lower-case letters, digits and _", "Su nombre en el lago: minúsculas, cifras y _"), FieldKind::Text),
                field("file", Text::of("File", "Fichero"), Text::of("CSV, Parquet or JSON lines", "CSV, Parquet o líneas JSON"), FieldKind::File),
            ],
        }
    }

    fn tables(&self, _fields: &BTreeMap<String, String>) -> Result<Vec<Table>> {
        Err(Fault::invalid("Choose a file to upload.", "Elija un fichero que subir.").on("file"))
    }

    async fn read(&self, portal: &Portal, source: &Source, table: &Table) -> Result<Reading, Failure> {
        let stored = source.field(table, "file").and_then(Stored::parse).ok_or_else(|| Failure::bug(Fault::internal("an upload without its file")))?;
        let path = folder(portal)?.join(stored.name());
        let wanted = reading::Source {
            url: path.to_string_lossy().into_owned(),
            options: BTreeMap::new(),
            format: Some(stored.format),
            expected: declared(table)?,
            limits: Limits::default(),
            // Our own folder of uploads is where it stands.
            forbidden: Vec::new(),
        };
        reading::open(&wanted).await.map_err(failing::reading)
    }
}

/// Name of an uploaded file in our folder: an id and the extension of its format, never what its sender called it (A15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: String,
    pub format: Format,
}

impl Stored {
    pub fn name(&self) -> String {
        format!("{}.{}", self.id, extension(self.format))
    }

    pub fn parse(name: &str) -> Option<Self> {
        let (id, end) = name.split_once('.')?;
        let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let format = [Format::Csv, Format::Parquet, Format::JsonLines].into_iter().find(|format| extension(*format) == end)?;
        plain.then(|| Self { id: id.to_owned(), format })
    }
}

fn extension(format: Format) -> &'static str {
    match format {
        Format::Csv => "csv",
        Format::Parquet => "parquet",
        Format::JsonLines => "jsonl",
    }
}

/// Where uploads stand; made when it is not there.
pub fn folder(portal: &Portal) -> Result<PathBuf> {
    let folder = std::path::absolute(portal.config.data.join("uploads"))?;
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Deletes uploads that neither a source nor a run still to come names.
pub async fn tidy(portal: &Portal) -> Result<()> {
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut note = |source: &Source| named.extend(source.tables.iter().filter_map(|table| source.field(table, "file")).map(str::to_owned));
    source::store::all(&portal.database).await?.iter().for_each(&mut note);
    run::store::coming(&portal.database).await?.iter().flat_map(|work| &work.sources).for_each(&mut note);
    for entry in std::fs::read_dir(folder(portal)?)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let old = entry.metadata()?.modified()?.elapsed().is_ok_and(|age| age > FORGOTTEN);
        if old && !named.contains(&name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
