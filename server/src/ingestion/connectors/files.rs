//! Files of any object store: Parquet, CSV and JSON lines, from a folder, a bucket or a web address.

use super::{Connector, declared};
use crate::{
    access::hosts,
    fault::{Fault, Result},
    ingestion::{
        failing,
        source::{Source, Table},
        words,
    },
    jobs::Failure,
    portal::Portal,
};
use app::{
    ask::FaultKind,
    ingestion::asks::{ConnectorCard, Field, FieldKind},
    text::Text,
};
use async_trait::async_trait;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};
use url::Url;
use warehouse::reading::{self, Format, Limits, Reading, SourceFile, refuse_inside};

pub const CONNECTOR: &dyn Connector = &Files;

struct Files;

/// A file changed within this time before it was listed may still be growing.
const FRESH_MS: i64 = 5_000;
const LOOKS: u32 = 30;

#[async_trait]
impl Connector for Files {
    fn describe(&self) -> ConnectorCard {
        let field = |name: &str, label: Text, help: Text, kind: FieldKind, required: bool| Field { name: name.into(), label, help, kind, required };
        let formats = [
            ("", Text::of("By the file's name", "Según el nombre del fichero")),
            ("parquet", Text::same("Parquet")),
            ("csv", Text::same("CSV")),
            ("json_lines", Text::of("JSON lines", "Líneas JSON")),
        ];
        ConnectorCard {
            name: "files".into(),
            title: Text::of("Files", "Ficheros"),
            icon: "files".into(),
            fields: vec![
                field("table", Text::of("Table", "Tabla"), Text::of("Its name in the lake: lower-case letters, digits and _", "Su nombre en el lago: minúsculas, cifras y _"), FieldKind::Text, true),
                field(
                    "url",
                    Text::of("Address", "Dirección"),
                    Text::of(
                        "A path on the portal's machine, s3://…, gs://… or https://…; * matches within a name, a final / means every file below",
                        "Una ruta en la máquina del portal, s3://…, gs://… o https://…; * vale dentro de un nombre, una / final significa todos los ficheros de dentro",
                    ),
                    FieldKind::Text,
                    true,
                ),
                field(
                    "format",
                    Text::of("Format", "Formato"),
                    Text::default(),
                    FieldKind::Choice(formats.into_iter().map(|(value, label)| (value.to_owned(), label)).collect()),
                    false,
                ),
                field(
                    "credentials",
                    Text::of("Credentials", "Credenciales"),
                    Text::of("One name = value per line, e.g. aws_access_key_id = …", "Un nombre = valor por línea, p. ej. aws_access_key_id = …"),
                    FieldKind::Secret,
                    false,
                ),
            ],
        }
    }

    fn tables(&self, fields: &BTreeMap<String, String>) -> Result<Vec<Table>> {
        let required = |name: &str| {
            fields.get(name).filter(|value| !value.trim().is_empty()).ok_or_else(|| Fault::invalid("Fill this in.", "Rellene este campo.").on(name))
        };
        let mut table = Table { name: required("table")?.trim().to_owned(), ..Table::default() };
        table.fields.insert("url".into(), address(required("url")?.trim())?);
        if let Some(format) = fields.get("format").filter(|format| !format.is_empty()) {
            format_named(format)?;
            table.fields.insert("format".into(), format.clone());
        }
        Ok(vec![table])
    }

    fn refuse(&self, portal: &Portal, source: &Source, table: &Table) -> Result<()> {
        let url = source.field(table, "url").unwrap_or_default();
        refuse_inside(url, &forbidden(portal)).map_err(|fault| failing::reading(fault).fault.on("url"))
    }

    async fn read(&self, portal: &Portal, source: &Source, table: &Table) -> Result<Reading, Failure> {
        let url = source.field(table, "url").ok_or_else(|| Fault::invalid("The table has no address.", "La tabla no tiene dirección.").on("url"))?;
        let wanted = reading::Source {
            url: url.to_owned(),
            options: credentials(portal, source).await?,
            format: source.field(table, "format").map(format_named).transpose()?,
            expected: declared(table)?,
            limits: Limits::default(),
            forbidden: forbidden(portal),
        };
        open(&wanted).await
    }
}

/// Opens a source after everything that may not be read was refused, pinned to the files as they stand.
async fn open(wanted: &reading::Source) -> Result<Reading, Failure> {
    refuse_inside(&wanted.url, &wanted.forbidden).map_err(failing::reading)?;
    refuse_host(&wanted.url).await?;
    // An option may name a server too: the endpoint of a bucket, a proxy, who gives credentials.
    for value in wanted.options.values() {
        refuse_host(value).await?;
    }
    let files = settled(wanted).await?;
    reading::open_files(wanted, files).await.map_err(failing::reading)
}

/// The portal's own folders (lake, reports, control plane, key, uploads), and what the machine's kernel shows as files.
fn forbidden(portal: &Portal) -> Vec<PathBuf> {
    [portal.config.data.as_path(), Path::new("/proc"), Path::new("/sys"), Path::new("/dev")].map(Path::to_path_buf).to_vec()
}

/// Lists the files, and waits for those that are still being written (FT-B07).
async fn settled(wanted: &reading::Source) -> Result<Vec<SourceFile>, Failure> {
    let mut files = reading::list(wanted).await.map_err(failing::reading)?;
    for _ in 0..LOOKS {
        let now = crate::database::now_ms();
        // A time in the future (a wrong clock) counts as fresh, too.
        if files.iter().all(|file| now - file.modified_ms > FRESH_MS) {
            return Ok(files);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let later = reading::list(wanted).await.map_err(failing::reading)?;
        if later == files {
            return Ok(files);
        }
        files = later;
    }
    Err(Failure::transient(Fault::new(FaultKind::Unavailable, words::still_written(&wanted.url))))
}

/// Refuses web addresses of this machine and of the network's own devices: the portal must not be used to reach them (A16).
async fn refuse_host(url: &str) -> Result<(), Failure> {
    let Ok(url) = Url::parse(url) else { return Ok(()) };
    if !matches!(url.scheme(), "http" | "https") {
        return Ok(());
    }
    let refused = || Failure::config(Fault::invalid("This address is not open to sources.", "Esta dirección no está abierta a las fuentes.").on("url"));
    let host = url.host_str().ok_or_else(refused)?.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses = tokio::net::lookup_host((host.as_str(), port))
        .await
        .map_err(|cause| Failure::transient(Fault::operator(format!("{host} cannot be found"), format!("no se encuentra {host}")).because(cause)))?;
    for address in addresses {
        if hosts::is_inner(address.ip()) {
            return Err(refused());
        }
    }
    Ok(())
}

/// A plain path made an absolute one; addresses stay as they are.
pub fn address(text: &str) -> Result<String> {
    if Url::parse(text).is_ok() {
        return Ok(text.to_owned());
    }
    let path = std::path::absolute(text)?;
    Ok(path.to_string_lossy().into_owned())
}

fn format_named(word: &str) -> Result<Format> {
    Ok(match word {
        "parquet" => Format::Parquet,
        "csv" => Format::Csv,
        "json_lines" => Format::JsonLines,
        _ => {
            return Err(Fault::invalid(format!("{word:?} is not a format: parquet, csv or json_lines."), format!("{word:?} no es un formato: parquet, csv o json_lines."))
                .on("format"));
        }
    })
}

/// Option names and values, from the secret store.
async fn credentials(portal: &Portal, source: &Source) -> Result<BTreeMap<String, String>> {
    let text = portal.secrets.reveal(&source.secret("credentials")).await?.unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.split_once('=').ok_or_else(|| {
                Fault::invalid("The credentials are not lines of name = value.", "Las credenciales no son líneas de nombre = valor.").on("credentials")
            })?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}
