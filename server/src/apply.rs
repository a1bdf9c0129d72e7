//! `atalaya apply <folder>`: makes the portal equal to an organisation written as files. Shows a plan first; applying again changes nothing.

use crate::{
    access::audit::Record,
    dashboards,
    fault::{Fault, Result},
    governance, identity, ingestion,
    portal::Portal,
    streaming,
};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    io::{BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
};

/// One line of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub verb: Verb,
    /// e.g. `person ana@atalaya.example`.
    pub what: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Add,
    Alter,
    Remove,
}

impl Change {
    pub fn add(what: impl Into<String>) -> Self {
        Self { verb: Verb::Add, what: what.into() }
    }

    pub fn alter(what: impl Into<String>) -> Self {
        Self { verb: Verb::Alter, what: what.into() }
    }

    pub fn remove(what: impl Into<String>) -> Self {
        Self { verb: Verb::Remove, what: what.into() }
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.verb {
            Verb::Add => '+',
            Verb::Alter => '~',
            Verb::Remove => '-',
        };
        write!(f, "{sign} {}", self.what)
    }
}

/// What one domain changes, or changed; notes are said once (first passwords).
#[derive(Clone, Debug, Default)]
pub struct Applied {
    pub changes: Vec<Change>,
    pub notes: Vec<String>,
}

/// The files of an organisation.
pub struct Folder {
    root: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Folder {
    pub fn open(root: &Path, variables: &BTreeMap<String, String>) -> Result<Self> {
        let root = root.canonicalize().map_err(|cause| wrong(root, &cause.to_string()))?;
        let mut variables = variables.clone();
        variables.insert("here".to_owned(), root.to_string_lossy().into_owned());
        Ok(Self { root, variables })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// One TOML file; `None` when it is not there. Faults name file and line.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let file = self.root.join(name);
        if file.exists() { parse(&file).map(Some) } else { Ok(None) }
    }

    /// All TOML files of a folder, by name.
    pub fn all<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<(PathBuf, T)>> {
        self.files(name, "toml")?.into_iter().map(|file| parse(&file).map(|read| (file.clone(), read))).collect()
    }

    /// The files of a folder with this extension, in order; none when there is no such folder.
    pub fn files(&self, name: &str, extension: &str) -> Result<Vec<PathBuf>> {
        let folder = self.root.join(name);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&folder)? {
            let file = entry?.path();
            if file.extension().is_some_and(|found| found == extension) {
                files.push(file);
            }
        }
        files.sort();
        Ok(files)
    }

    /// Puts in `${name}`: variables of the settings, and `${here}`. An unknown one is refused.
    pub fn expand(&self, text: &str) -> Result<String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or_else(|| wrong(&self.root, &format!("{text}: a ${{ without }}")))?;
            let value = self.variables.get(name).ok_or_else(|| wrong(&self.root, &format!("{text}: set {name} under [variables] in atalaya.toml")))?;
            expanded.push_str(before);
            expanded.push_str(value);
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

fn parse<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text = std::fs::read_to_string(file).map_err(|cause| wrong(file, &cause.to_string()))?;
    toml::from_str(&text).map_err(|cause| wrong(file, &cause.to_string()))
}

/// For files that say something that cannot be.
pub fn wrong(file: &Path, reason: &str) -> Fault {
    let text = format!("{}: {}", file.display(), reason.trim_end());
    Fault::operator(text.clone(), text)
}

/// The command: plan, question, work. Without a terminal, or with `yes`, it does not ask.
pub async fn run(portal: &Portal, root: &Path, yes: bool) -> Result<()> {
    let folder = Folder::open(root, &portal.config.variables)?;
    let plan = planned(portal, &folder).await?;
    if plan.is_empty() {
        println!("nothing to change: the portal is as {} says", folder.root().display());
        return Ok(());
    }
    for change in &plan {
        println!("{change}");
    }
    if !yes && std::io::stdin().is_terminal() && !agreed()? {
        println!("nothing was changed");
        return Ok(());
    }
    for note in applied(portal, &folder).await? {
        println!("{note}");
    }
    Ok(())
}

/// What `applied` would change.
pub async fn planned(portal: &Portal, folder: &Folder) -> Result<Vec<Change>> {
    let mut plan = identity::apply::apply(portal, folder, false).await?.changes;
    plan.extend(governance::apply::apply(portal, folder, false).await?.changes);
    plan.extend(streaming::stream::apply::apply(portal, folder, false).await?.changes);
    plan.extend(ingestion::apply::apply(portal, folder, false).await?.changes);
    plan.extend(streaming::keywords::apply::apply(portal, folder, false).await?.changes);
    plan.extend(ingestion::listening::apply::apply(portal, folder, false).await?.changes);
    plan.extend(dashboards::apply::apply(portal, folder, false).await?.changes);
    Ok(plan)
}

/// Changes what differs, domain after domain; gives what is to be said once.
pub async fn applied(portal: &Portal, folder: &Folder) -> Result<Vec<String>> {
    planned(portal, folder).await?;
    // What cannot be audited is not done.
    portal.audit.ready().await?;
    let mut notes = Vec::new();
    let people = identity::apply::apply(portal, folder, true).await?;
    if !people.changes.is_empty() {
        portal.governance.renew().await?;
    }
    // A password that was made must be seen, whatever fails after it.
    let rest = async {
        let mut rest = governance::apply::apply(portal, folder, true).await?;
        for more in [
            // After departments and grants, which these check; models may read what streams archive.
            streaming::stream::apply::apply(portal, folder, true).await?,
            ingestion::apply::apply(portal, folder, true).await?,
            // After the streams that they name.
            streaming::keywords::apply::apply(portal, folder, true).await?,
            ingestion::listening::apply::apply(portal, folder, true).await?,
            dashboards::apply::apply(portal, folder, true).await?,
        ] {
            rest.changes.extend(more.changes);
            rest.notes.extend(more.notes);
        }
        Ok(rest)
    };
    let rest: Result<Applied> = rest.await;
    notes.extend(people.notes);
    let changes = people.changes.len();
    match rest {
        Ok(rest) => {
            notes.extend(rest.notes);
            let changes = changes + rest.changes.len();
            let record = Record::by(identity::account::operator(), "portal.apply", folder.root().to_string_lossy(), "allowed");
            portal.audit.record(record.with(serde_json::json!({ "changes": changes }))).await?;
            Ok(notes)
        }
        Err(fault) => {
            for note in notes {
                println!("{note}");
            }
            Err(fault)
        }
    }
}

fn agreed() -> Result<bool> {
    print!("apply this? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "yes" | "s" | "sí"))
}
