//! The kinds of jobs there are, by name: what a worker looks up to turn a row of the queue into work.

use super::{Ending, Failure, Job, Lease};
use crate::{
    database::Changes,
    fault::{Fault, Result},
    portal::Portal,
};
use futures::future::BoxFuture;
use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

/// Listed once, in `routes.rs`.
#[derive(Clone, Default)]
pub struct Kinds(BTreeMap<&'static str, Arc<dyn Kind>>);

impl Kinds {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add<J: Job>(mut self) -> Self {
        self.0.insert(J::KIND, Arc::new(Of::<J>(PhantomData)));
        self
    }

    pub(super) fn get(&self, kind: &str) -> Option<Arc<dyn Kind>> {
        self.0.get(kind).cloned()
    }
}

/// A job whose type is known by name only.
pub(super) trait Kind: Send + Sync {
    fn run<'a>(&'a self, payload: &'a str, portal: &'a Portal, lease: &'a Lease) -> BoxFuture<'a, Result<(), Failure>>;
    fn ended<'a>(&'a self, payload: &'a str, changes: &'a mut Changes, ending: &'a Ending<'a>) -> BoxFuture<'a, Result<()>>;
}

struct Of<J>(PhantomData<fn() -> J>);

impl<J: Job> Kind for Of<J> {
    fn run<'a>(&'a self, payload: &'a str, portal: &'a Portal, lease: &'a Lease) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move { parsed::<J>(payload).map_err(Failure::bug)?.run(portal, lease).await })
    }

    fn ended<'a>(&'a self, payload: &'a str, changes: &'a mut Changes, ending: &'a Ending<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { parsed::<J>(payload)?.ended(changes, ending).await })
    }
}

fn parsed<J: Job>(payload: &str) -> Result<J> {
    serde_json::from_str(payload).map_err(Fault::internal)
}
