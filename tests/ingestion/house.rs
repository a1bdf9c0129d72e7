//! A portal on an empty data folder with a small organisation as code, for the tests of ingestion.

use app::ingestion::asks::{ListRuns, OpenRun, RunCard, RunView};
use server::{
    access::{Action, Caller, Kind, Need, Permit, principal::Via},
    apply::{self, Folder},
    config::Config,
    ingestion::answers,
    jobs::{self, Pace},
    portal::Portal,
    routes,
    warehouse::pins::{self, Pin},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const ORGANISATION: &str = r#"
name = "Test"
time_zone = "Europe/Madrid"
[[departments]]
name = "sales"
title = { en = "Sales", es = "Ventas" }
[[departments]]
name = "finance"
title = { en = "Finance", es = "Finanzas" }
[[departments]]
name = "administration"
title = { en = "Administration", es = "Administración" }
[[people]]
email = "adela@test.example"
name = "Adela"
department = "administration"
role = "administrator"
[[people]]
email = "sergio@test.example"
name = "Sergio"
department = "sales"
role = "manager"
"#;

pub struct House {
    pub folder: TempDir,
    pub portal: Portal,
}

/// Runs a test on both kinds of control plane, or on one where PostgreSQL is not installed.
pub async fn each(test: impl AsyncFn(House)) {
    test(House::on(None).await).await;
    if let Some(url) = tests::services::postgresql::database().await {
        test(House::on(Some(url)).await).await;
    }
}

impl House {
    pub async fn new() -> Self {
        Self::on(None).await
    }

    pub async fn on(database_url: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_organisation(folder.path());
        let portal = Portal::open(config(folder.path(), database_url)).await.unwrap();
        Self { folder, portal }
    }

    /// A source file, last changed a minute ago.
    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("files").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        settle(&path);
        path
    }

    /// A file of the organisation's code.
    pub fn code(&self, name: &str, text: &str) {
        write_code(self.folder.path(), name, text);
    }

    pub fn forget(&self, name: &str) {
        fs::remove_file(self.folder.path().join("code").join(name)).unwrap();
    }

    pub async fn try_apply(&self) -> server::fault::Result<Vec<String>> {
        let folder = Folder::open(&self.folder.path().join("code"), &self.portal.config.variables)?;
        apply::applied(&self.portal, &folder).await
    }

    pub async fn apply(&self) {
        self.try_apply().await.unwrap();
    }

    pub async fn planned(&self) -> Vec<String> {
        let folder = Folder::open(&self.folder.path().join("code"), &self.portal.config.variables).unwrap();
        apply::planned(&self.portal, &folder).await.unwrap().iter().map(ToString::to_string).collect()
    }

    /// Runs everything that waits, and what follows from it.
    pub async fn work(&self) {
        let pace = Pace { until_idle: true, poll: Duration::from_millis(20), ..Pace::with_slots(2) };
        tokio::time::timeout(Duration::from_secs(180), jobs::work(self.portal.clone(), routes::jobs(), pace, CancellationToken::new())).await.unwrap().unwrap();
    }

    pub async fn permit(&self, name: &str, kind: Kind, action: Action) -> server::fault::Result<Permit> {
        let person = self.portal.identity.person_by_email(&format!("{name}@test.example")).await?.unwrap();
        self.portal.governance.permit(&Caller::new(&person.id, None, Via::Session), Need(kind, action)).await
    }

    pub async fn admin(&self) -> Permit {
        self.permit("adela", Kind::Job, Action::Administer).await.unwrap()
    }

    pub async fn runs(&self, job: &str) -> Vec<RunCard> {
        answers::list_runs(self.portal.clone(), self.admin().await, ListRuns { job: Some(job.into()) }).await.unwrap()
    }

    /// The newest run of a job.
    pub async fn last(&self, job: &str) -> RunView {
        let id = self.runs(job).await.first().unwrap_or_else(|| panic!("{job} never ran")).id.clone();
        answers::open_run(self.portal.clone(), self.admin().await, OpenRun { id }).await.unwrap()
    }

    pub async fn pin(&self, dataset: &str) -> Option<Pin> {
        pins::one(&self.portal.database, dataset).await.unwrap()
    }

    /// The rows that readers see, as a hash.
    pub async fn contents(&self, dataset: &str) -> String {
        let pin = self.pin(dataset).await.unwrap_or_else(|| panic!("{dataset} is not published"));
        self.portal.warehouse.row_hash(dataset, pin.version).await.unwrap()
    }

    /// A source of one file with a job of its own, both called `name`.
    pub fn load(&self, name: &str, file: &Path, more: &str) {
        let url = file.display();
        self.code(
            &format!("sources/{name}.toml"),
            &format!("name = \"{name}\"\ntitle = {{ en = \"{name}\", es = \"{name}\" }}\nconnector = \"files\"\ndepartment = \"sales\"\n[[tables]]\nname = \"{name}\"\nurl = \"{url}\"\n{more}\n"),
        );
        self.job(name, &format!("sources = [\"{name}\"]"));
    }

    pub fn job(&self, name: &str, more: &str) {
        self.code(
            &format!("jobs/{name}.toml"),
            &format!("name = \"{name}\"\ntitle = {{ en = \"{name}\", es = \"{name}\" }}\ndepartment = \"administration\"\n{more}\n"),
        );
    }
}

pub fn config(folder: &Path, database_url: Option<String>) -> Config {
    Config { data: folder.join("data"), database_url, memory_bytes: 512 << 20, ..Config::default() }
}

pub fn write_organisation(folder: &Path) {
    write_code(folder, "organisation.toml", ORGANISATION);
}

pub fn write_code(folder: &Path, name: &str, text: &str) {
    let path = folder.join("code").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Makes a file look finished, so that nobody waits for it to settle.
pub fn settle(path: &Path) {
    File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

/// The text of a model or mart over one select.
pub fn text(title: &str, department: &str, header: &str, sql: &str) -> String {
    format!(
        "/*\ntitle = {{ en = \"{title}\", es = \"{title}\" }}\ndescription = {{ en = \"{title}\", es = \"{title}\" }}\ndepartment = \"{department}\"\n{header}\n*/\n{sql}\n"
    )
}
