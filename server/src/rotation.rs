//! Changing the key of a data folder: every secret is sealed anew, what is known by keyed hashes alone is forgotten, the audit log holds on.
//!
//! What hangs on the key and what its change does to each stands in `docs/keys.md`; a test keeps that page whole.

use crate::{
    access::{
        Folder, Key,
        audit::{Record, past},
    },
    config::Config,
    fault::{Fault, Result},
    identity::{self, account::operator},
    portal::{Unlocked, chain},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// What was done.
#[derive(Debug)]
pub struct Rotated {
    /// Secrets that are sealed anew.
    pub secrets: usize,
    /// The file of the key of before; none where the key comes from the environment.
    pub before: Option<PathBuf>,
}

/// Changes the key to the one in the file `to`, or to a new random one. Refused while a process has the folder open.
///
/// Killed at any moment the house opens with the key in its place: before the commit that is the old one; after it the new one lies beside it, on
/// the disk since before the commit, and whoever opens the house next puts it there.
pub async fn run(config: &Config, to: Option<&Path>) -> Result<Rotated> {
    std::fs::create_dir_all(&config.data)?;
    let _alone = Folder::alone(&config.data)?;
    let Unlocked { key, database, secrets } = Unlocked::open(config).await?;
    let new = Arc::new(wanted(config, to)?);
    if new == key {
        return Err(Fault::operator("this is the key of the house already: name another one", "esta ya es la clave de la casa: indique otra"));
    }
    let known = past::all(&secrets).await?;
    if config.key.is_none() {
        new.write_next(&config.data)?;
    }
    let mut changes = database.begin_durable().await?;
    let (secrets, sealed) = secrets.reseal(&mut changes, new.clone()).await?;
    identity::store::forget_keyed(&mut changes).await?;
    let record = Record::by(operator(), "portal.rotate_key", "key", "allowed").with(serde_json::json!({ "secrets": sealed }));
    let changed = past::change(&mut changes, &secrets, known, &key, |past| chain(config, &new, past), &record).await?;
    changes.commit().await?;
    let before = if config.key.is_none() { Some(Key::follow(&config.data)?) } else { None };
    changed.remember()?;
    Ok(Rotated { secrets: sealed, before })
}

/// The key that follows.
fn wanted(config: &Config, to: Option<&Path>) -> Result<Key> {
    match to {
        Some(file) => Key::read(file),
        None if config.key.is_some() => Err(Fault::operator(
            "the key comes from ATALAYA_KEY, which this program cannot change: write the new one into a file, name it by --to, \
             and put it into ATALAYA_KEY afterwards",
            "la clave viene de ATALAYA_KEY, que este programa no puede cambiar: escriba la nueva en un fichero, indíquelo con --to \
             y póngala después en ATALAYA_KEY",
        )),
        None => Ok(Key::random()),
    }
}
