//! Backup and restore of the control plane as JSON lines: one form for SQLite and PostgreSQL, readable in twenty years.
//!
//! The key file is not in it (who holds both can read every secret), nor are sessions, nor the lake.

mod store;

use crate::{
    access::audit::Record,
    database::now_ms,
    fault::{Fault, Result},
    governance,
    identity::account::operator,
    portal::Portal,
    warehouse::pins,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// What the lines say, in order: a header, then each table with its rows, then the end.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Backup {
        format: u32,
        made_ms: i64,
        /// Versions of the migrations that made the tables.
        migrations: Vec<i64>,
    },
    Table {
        name: String,
        columns: Vec<String>,
    },
    Row(Vec<Value>),
    End {
        rows: u64,
        /// Of all lines before this one.
        sha256: String,
    },
}

/// Tables whose rows belong to the running portal and not to its state.
const LEFT_OUT: [&str; 2] = ["session", "set_up_token"];

/// Rows of one table on their way into the control plane.
struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// Writes a consistent snapshot while the portal may be running. Never overwrites a file. Gives the number of rows.
pub async fn backup(portal: &Portal, file: &Path) -> Result<u64> {
    if file.exists() {
        return Err(unusable(file, "it exists already: name another file", "ya existe: indique otro fichero"));
    }
    let part = file.with_extension("part");
    let open = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
    let mut sink = Sink { file: BufWriter::new(open.map_err(|cause| unusable(file, &cause.to_string(), &cause.to_string()))?), hash: Sha256::new(), rows: 0 };
    let mut snapshot = store::snapshot(&portal.database).await?;
    sink.write(&Line::Backup { format: 1, made_ms: now_ms(), migrations: store::migrations(&mut snapshot).await? })?;
    for name in store::tables(&portal.database, &mut snapshot).await? {
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let columns = store::columns(&mut snapshot, &name).await?;
        sink.write(&Line::Table { name: name.clone(), columns })?;
        store::each_row(&mut snapshot, &name, |row| sink.write(&Line::Row(row))).await?;
    }
    snapshot.rollback().await?;
    let rows = sink.finish()?;
    std::fs::rename(&part, file)?;
    portal.audit.record(Record::by(operator(), "portal.backup", file.to_string_lossy(), "allowed")).await?;
    Ok(rows)
}

/// Puts a backup into a control plane in which nobody is yet. The folder must hold the key of the house that was backed up.
pub async fn restore(portal: &Portal, file: &Path) -> Result<u64> {
    let (migrations, tables) = read(file)?;
    let mut changes = portal.database.begin().await?;
    if store::migrations(&mut changes).await? != migrations {
        return Err(unusable(
            file,
            "it was made by another version of the program: restore it with that version, then start this one",
            "lo hizo otra versión del programa: restáurelo con esa versión y después arranque esta",
        ));
    }
    if !crate::identity::store::is_empty(&portal.database).await? {
        return Err(unusable(
            file,
            "this control plane has people already: restore into an empty data folder",
            "esta base de control ya tiene personas: restaure en una carpeta vacía",
        ));
    }
    if !key_fits(portal, &tables) {
        let key = portal.config.data.join("key");
        return Err(unusable(
            file,
            &format!("{} is not the key of the portal that was backed up: put that key file there first", key.display()),
            &format!("{} no es la clave del portal de la copia: ponga allí antes ese fichero", key.display()),
        ));
    }
    let rows = tables.iter().map(|table| table.rows.len() as u64).sum();
    let known = store::tables(&portal.database, &mut changes).await?;
    if let Some(unknown) = tables.iter().find(|table| !known.contains(&table.name)) {
        return Err(unusable(file, &format!("there is no table {}", unknown.name), &format!("no existe la tabla {}", unknown.name)));
    }
    store::replace_all(&mut changes, &known, &tables).await?;
    // Whatever was read of the counters before says nothing of these rows.
    governance::store::bump(&mut changes).await?;
    pins::lock(&mut changes).await?;
    changes.commit().await?;
    portal.audit.record(Record::by(operator(), "portal.restore", file.to_string_lossy(), "allowed")).await?;
    Ok(rows)
}

/// Whether the backup's key check opens with the present key.
fn key_fits(portal: &Portal, tables: &[Table]) -> bool {
    let Some(table) = tables.iter().find(|table| table.name == "secret") else { return false };
    let position = |column: &str| table.columns.iter().position(|name| name == column);
    let (Some(name), Some(sealed)) = (position("name"), position("sealed")) else { return false };
    let check = table.rows.iter().find(|row| row.get(name).and_then(Value::as_str) == Some(crate::access::secrets::CHECK));
    check.and_then(|row| row.get(sealed)).and_then(Value::as_str).is_some_and(|sealed| portal.secrets.fits(sealed))
}

/// Reads a whole backup and checks that it is whole.
fn read(file: &Path) -> Result<(Vec<i64>, Vec<Table>)> {
    let broken = || unusable(file, "it is not a whole backup: it was cut or changed", "no es una copia completa: está cortada o cambiada");
    let open = File::open(file).map_err(|cause| unusable(file, &cause.to_string(), &cause.to_string()))?;
    let (mut hash, mut rows) = (Sha256::new(), 0u64);
    let (mut migrations, mut tables, mut ended) = (None, Vec::<Table>::new(), false);
    for line in BufReader::new(open).lines() {
        let line = line.map_err(|_| broken())?;
        if ended {
            return Err(broken());
        }
        match serde_json::from_str::<Line>(&line).map_err(|_| broken())? {
            Line::Backup { format: 1, migrations: versions, .. } if migrations.is_none() => migrations = Some(versions),
            Line::Backup { .. } => return Err(broken()),
            Line::Table { name, columns } => tables.push(Table { name, columns, rows: Vec::new() }),
            Line::Row(values) => {
                let table = tables.last_mut().filter(|table| table.columns.len() == values.len()).ok_or_else(broken)?;
                table.rows.push(values);
                rows += 1;
            }
            Line::End { rows: counted, sha256 } => {
                ended = counted == rows && sha256 == hex::encode(hash.clone().finalize());
                if !ended {
                    return Err(broken());
                }
            }
        }
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    match migrations {
        Some(migrations) if ended => Ok((migrations, tables)),
        _ => Err(broken()),
    }
}

/// The file being written, with the hash over its lines.
struct Sink {
    file: BufWriter<File>,
    hash: Sha256,
    rows: u64,
}

impl Sink {
    fn write(&mut self, line: &Line) -> Result<()> {
        self.rows += u64::from(matches!(line, Line::Row(_)));
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.hash.update(&text);
        Ok(self.file.write_all(&text)?)
    }

    fn finish(mut self) -> Result<u64> {
        let sha256 = hex::encode(self.hash.clone().finalize());
        let rows = self.rows;
        self.write(&Line::End { rows, sha256 })?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(rows)
    }
}

fn unusable(file: &Path, en: &str, es: &str) -> Fault {
    Fault::operator(format!("{}: {en}", file.display()), format!("{}: {es}", file.display()))
}
