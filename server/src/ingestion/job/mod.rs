//! An ingestion job: which sources it loads, which models and marts it builds from them, and when.

pub mod store;

use super::source::{Origin, Source};
use app::text::Text;
use serde::{Deserialize, Serialize};

/// As it is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IngestionJob {
    pub name: String,
    pub title: Text,
    /// Whose administrators see and steer its runs.
    pub department: String,
    /// Cron text; `None` runs only by hand or after other jobs.
    pub schedule: Option<String>,
    /// IANA name.
    pub time_zone: String,
    /// Runs when each of these has published since its own last start.
    pub after: Vec<String>,
    pub sources: Vec<String>,
    pub models: Vec<String>,
    pub marts: Vec<String>,
    pub attempts: u32,
    pub origin: Origin,
}

impl IngestionJob {
    /// What it loads and builds.
    pub fn parts(&self) -> [&[String]; 3] {
        [&self.sources, &self.models, &self.marts]
    }

    /// The job that loads one source made in the portal; it has the source's name.
    pub fn loading(source: &Source, department: &str, schedule: Option<String>, time_zone: String) -> Self {
        Self {
            name: source.name.clone(),
            title: source.title.clone(),
            department: department.to_owned(),
            schedule,
            time_zone,
            after: Vec::new(),
            sources: vec![source.name.clone()],
            models: Vec::new(),
            marts: Vec::new(),
            attempts: ATTEMPTS,
            origin: Origin::Portal,
        }
    }
}

/// Tries of a job that names no number.
pub const ATTEMPTS: u32 = 3;

/// What the portal knows of a job beside its definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub job: IngestionJob,
    pub paused: bool,
    /// Every scheduled time up to here has had its run, Unix milliseconds.
    pub scheduled_to_ms: i64,
}
