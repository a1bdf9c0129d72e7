//! What one run is to do: a copy of the definitions as they were when it was asked for, so that a run is self-contained.

use crate::{
    database::Changes,
    fault::{Fault, Result},
    ingestion::{
        job::IngestionJob,
        source::{self, Source},
    },
    warehouse::pins::{self, Definition, Layer},
};
use serde::{Deserialize, Serialize};

/// Tables to load, then texts to build.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    pub sources: Vec<Source>,
    /// Models and marts, in the order in which they are built.
    pub definitions: Vec<Definition>,
    /// Loads a table even when its files are the ones it was loaded from last.
    pub again: bool,
}

impl Work {
    /// Everything that a job does, as its parts are saved now.
    pub async fn of(changes: &mut Changes, job: &IngestionJob) -> Result<Self> {
        let mut work = Self::default();
        for name in &job.sources {
            work.sources.push(source::store::one(&mut **changes, name).await?.ok_or_else(|| missing(job, "source", "la fuente", name))?);
        }
        let named = job.models.iter().map(|name| (Layer::Model, name)).chain(job.marts.iter().map(|name| (Layer::Mart, name)));
        for (layer, name) in named {
            work.definitions.push(pins::definition(&mut **changes, layer, name).await?.ok_or_else(|| missing(job, layer.name(), layer.name(), name))?);
        }
        work.definitions = super::order::by_dependency(work.definitions)?;
        Ok(work)
    }

    /// Every dataset that the run writes: held for as long as it runs.
    pub fn datasets(&self) -> Vec<String> {
        let tables = self.sources.iter().flat_map(|source| &source.tables).map(source::Table::dataset);
        tables.chain(self.definitions.iter().map(Definition::dataset)).collect()
    }
}

fn missing(job: &IngestionJob, en: &str, es: &str, name: &str) -> Fault {
    let job = &job.name;
    Fault::invalid(
        format!("The job {job} names the {en} {name}, which is not there: change the job or add it."),
        format!("El trabajo {job} nombra {es} {name}, que no existe: cambie el trabajo o añádala."),
    )
}
