//! Taking an uploaded file: streamed into the data folder, then a source, its job and a run in one transaction.

use super::{
    connectors::upload::{Stored, folder},
    job::{self, IngestionJob},
    ledger::{self, Files},
    rules,
    run::{self, Asked, Work},
    source::{self, Origin, Source, Table},
    time_zone,
};
use crate::{
    access::Permit,
    database::{Changes, new_id},
    fault::{Fault, Result},
    portal::Portal,
    routing::Answer,
};
use app::{ask::FaultKind, ingestion::asks::Uploaded, text::Text};
use axum::{
    Json,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    response::{IntoResponse, Redirect},
};
use http::header::ACCEPT;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, path::PathBuf};
use tokio::io::AsyncWriteExt;
use warehouse::reading::Format;

/// A file that has come in whole. Deleted again when it is dropped before a source names it.
#[derive(Debug)]
pub struct Received {
    pub stored: Stored,
    pub sha256: String,
    pub bytes: u64,
    /// What its sender called it, for people to read.
    pub original: String,
    path: PathBuf,
    taken: bool,
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.taken {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The multipart form: `table`, `department`, `file`, in any order.
pub async fn post(portal: Portal, permit: Permit, request: Request) -> Answer {
    let wants_page = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    let mut form = Multipart::from_request(request, &()).await.map_err(|cause| not_a_form().because(cause))?;
    let (mut table, mut department, mut file) = (None, None, None);
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        match field.name() {
            Some("table") => table = Some(short(field).await?),
            Some("department") => department = Some(short(field).await?),
            Some("file") if file.is_none() => file = Some(receive(&portal, field).await?),
            _ => return Err(not_a_form()),
        }
    }
    let missing = |field: &str| Fault::invalid("Fill this in.", "Rellene este campo.").on(field);
    let table = table.filter(|table| !table.is_empty()).ok_or_else(|| missing("table"))?;
    let department = department.filter(|department| !department.is_empty()).ok_or_else(|| missing("department"))?;
    let uploaded = take(&portal, &permit, &table, &department, file.ok_or_else(|| missing("file"))?).await?;
    Ok(if wants_page { Redirect::to(&format!("/admin/runs/{}", uploaded.run)).into_response() } else { Json(uploaded).into_response() })
}

/// Makes a received file the contents of a table: the same file again gives the run that has it already (FT-B04).
pub async fn take(portal: &Portal, permit: &Permit, table: &str, department: &str, mut file: Received) -> Result<Uploaded> {
    rules::name(table, "table")?;
    known_department(portal, department).await?;
    let fields = [("file", file.stored.name()), ("sha256", file.sha256.clone()), ("original", file.original.clone()), ("bytes", file.bytes.to_string())];
    let table = Table { name: table.to_owned(), fields: fields.map(|(name, value)| (name.to_owned(), value)).into(), columns: Vec::new() };
    permit.about(format!("dataset {}", table.dataset()), serde_json::json!({ "bytes": file.bytes, "sha256": file.sha256 }));
    let zone = time_zone(portal).await?;
    let mut changes = portal.database.begin().await?;
    let source = source_for(&mut changes, &table, department).await?;
    let job = job_for(&mut changes, &source, permit, zone).await?;
    source::store::save(&mut changes, &source).await?;
    job::store::save(&mut changes, &job).await?;
    let work = Work { sources: vec![source.clone()], definitions: Vec::new(), again: true };
    let asked = Asked { interval: None, by: permit.principal().audit_name() };
    let run = run::ask_for(&mut changes, &job, &work, &asked).await?.ok_or_else(Fault::conflict)?;
    let files = Files::of(&table.dataset(), &source, &table, &[]);
    if let Some(run) = ledger::store::claim(&mut changes, &run, &files).await? {
        changes.rollback().await?;
        return Ok(Uploaded { source: source.name, table: table.dataset(), run });
    }
    changes.commit().await?;
    file.taken = true;
    Ok(Uploaded { source: source.name, table: table.dataset(), run })
}

/// The upload's own source: the one that has the table already, or a new one of its name.
async fn source_for(changes: &mut Changes, table: &Table, department: &str) -> Result<Source> {
    let taken = || {
        Fault::invalid(
            format!("The table {} comes from another source: choose another name.", table.name),
            format!("La tabla {} viene de otra fuente: elija otro nombre.", table.name),
        )
        .on("table")
    };
    let owner = source::store::of_dataset(&mut **changes, &table.dataset()).await?;
    let name = owner.unwrap_or_else(|| table.name.clone());
    let title = Text::of(format!("Upload {}", table.name), format!("Subida {}", table.name));
    let source = Source {
        name: name.clone(),
        title,
        connector: "upload".into(),
        department: department.to_owned(),
        fields: BTreeMap::new(),
        tables: vec![table.clone()],
        origin: Origin::Portal,
    };
    match source::store::one(&mut **changes, &name).await? {
        None => Ok(source),
        Some(before) if before.connector == "upload" && before.department == department && before.tables.iter().all(|other| other.name == table.name) => {
            Ok(source)
        }
        Some(_) => Err(taken()),
    }
}

async fn job_for(changes: &mut Changes, source: &Source, permit: &Permit, time_zone: String) -> Result<IngestionJob> {
    match job::store::one(&mut **changes, &source.name).await? {
        Some(standing) if standing.job.sources == [source.name.clone()] => Ok(standing.job),
        Some(_) => Err(Fault::invalid(
            format!("There is a job named {} already: choose another name.", source.name),
            format!("Ya hay un trabajo llamado {}: elija otro nombre.", source.name),
        )
        .on("table")),
        None => Ok(IngestionJob::loading(source, &permit.principal().department, None, time_zone)),
    }
}

/// Streams a file into the uploads' folder.
pub async fn receive(portal: &Portal, mut field: Field<'_>) -> Result<Received> {
    let original = readable(field.file_name().unwrap_or_default());
    let format = format_of(&original)?;
    let stored = Stored { id: new_id(), format };
    let path = folder(portal)?.join(stored.name());
    let mut received = Received { stored, sha256: String::new(), bytes: 0, original, path, taken: false };
    let mut file = tokio::fs::File::create(&received.path).await?;
    let mut hash = Sha256::new();
    while let Some(part) = field.chunk().await.map_err(cut_off)? {
        received.bytes += part.len() as u64;
        if received.bytes > portal.config.upload_bytes {
            let most = portal.config.upload_bytes;
            return Err(Fault::invalid(format!("The file is larger than {most} bytes."), format!("El fichero ocupa más de {most} bytes.")).on("file"));
        }
        hash.update(&part);
        file.write_all(&part).await?;
    }
    file.flush().await?;
    file.sync_all().await?;
    if received.bytes == 0 {
        return Err(Fault::invalid("The file is empty.", "El fichero está vacío.").on("file"));
    }
    received.sha256 = hex::encode(hash.finalize());
    Ok(received)
}

/// The name as people may see it: no folders, no control characters, not long (A15).
fn readable(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|character| !character.is_control()).take(100).collect()
}

fn format_of(name: &str) -> Result<Format> {
    match name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).as_deref() {
        Some("csv" | "txt") => Ok(Format::Csv),
        Some("parquet") => Ok(Format::Parquet),
        Some("jsonl" | "ndjson" | "json") => Ok(Format::JsonLines),
        _ => Err(Fault::invalid(
            "The name of the file must end in .csv, .parquet, .jsonl or .ndjson.",
            "El nombre del fichero debe acabar en .csv, .parquet, .jsonl o .ndjson.",
        )
        .on("file")),
    }
}

async fn short(mut field: Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(cut_off)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > 1_000 {
            return Err(not_a_form());
        }
    }
    Ok(String::from_utf8(bytes).map_err(|_| not_a_form())?.trim().to_owned())
}

fn cut_off(cause: MultipartError) -> Fault {
    Fault::new(FaultKind::Invalid, Text::of("The upload was cut off. Try again.", "La subida se ha interrumpido. Inténtelo de nuevo.")).because(cause)
}

fn not_a_form() -> Fault {
    Fault::invalid("This is not an upload form: table, department and one file.", "No es un formulario de subida: tabla, departamento y un fichero.")
}

pub(super) async fn known_department(portal: &Portal, name: &str) -> Result<()> {
    if portal.governance.departments().await?.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(Fault::invalid(format!("There is no department {name}."), format!("No hay ningún departamento {name}.")).on("department"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a15_what_the_sender_called_a_file_names_no_folder() {
        for (sent, shown) in
            [("../../etc/passwd.csv", "passwd.csv"), ("C:\\data\\a.csv", "a.csv"), ("a\r\nb\0.csv", "ab.csv"), ("..%2f..%2fa.csv", "..%2f..%2fa.csv")]
        {
            assert_eq!(readable(sent), shown);
        }
        assert_eq!(readable(&"x".repeat(5_000)).len(), 100);
        assert!(Stored::parse("../a.csv").is_none() && Stored::parse("a/b.csv").is_none() && Stored::parse("").is_none() && Stored::parse("abc.exe").is_none());
        let stored = Stored { id: new_id(), format: Format::JsonLines };
        assert_eq!(Stored::parse(&stored.name()), Some(stored));
    }

    #[test]
    fn formats_go_by_the_end_of_the_name() {
        assert_eq!(format_of("A.CSV").unwrap(), Format::Csv);
        assert_eq!(format_of("a.ndjson").unwrap(), Format::JsonLines);
        assert!(format_of("a.xlsx").is_err() && format_of("csv").is_err());
    }
}
