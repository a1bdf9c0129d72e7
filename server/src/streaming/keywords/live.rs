//! The lists of one stream as they are now, compiled, and kept so in a running processor.

use super::{KeywordList, rules, store};
use crate::{
    database::Database,
    fault::{Fault, Result},
};
use ::streaming::keywords::{Keywords, List, Set};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often a processor looks whether a list has changed.
const LOOK: Duration = Duration::from_secs(1);

/// The set of the lists that are on and name the stream.
pub async fn set(database: &Database, stream: &str) -> Result<Set> {
    compiled(of(store::all(database).await?, stream)).await
}

/// Looks each second whether any list has changed, and replaces the set as a whole: no event is matched by half of two sets.
/// While the lists cannot be read or compiled, those of before count. Ends with `stop`.
pub async fn follow(database: Database, stream: String, keywords: Keywords, stop: CancellationToken) {
    let mut known = None;
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        if let Err(fault) = look(&database, &stream, &keywords, &mut known).await {
            tracing::error!(stream, %fault, cause = ?fault.cause, "keyword lists cannot be read: those of before count");
        }
    }
}

async fn look(database: &Database, stream: &str, keywords: &Keywords, known: &mut Option<i64>) -> Result<()> {
    // Read before the lists: a change in between is seen at the next look.
    let version = store::version(database).await?;
    if *known != Some(version) {
        let set = set(database, stream).await?;
        tracing::info!(stream, version, terms = set.terms(), "keyword lists were read");
        keywords.replace(set);
        *known = Some(version);
    }
    Ok(())
}

/// Refuses a change of a list with which some stream's lists could not be compiled any more (too many terms together).
pub async fn try_change(database: &Database, changed: &KeywordList) -> Result<()> {
    let all = store::all(database).await?;
    for stream in &changed.streams {
        let others = all.iter().filter(|list| list.id != changed.id).cloned();
        compiled(of(others.chain([changed.clone()]).collect(), stream)).await?;
    }
    Ok(())
}

fn of(lists: Vec<KeywordList>, stream: &str) -> Vec<List> {
    lists.iter().filter(|list| list.on && list.streams.iter().any(|name| name == stream)).map(KeywordList::list).collect()
}

/// In a thread of its own: a hundred thousand terms take a while.
async fn compiled(lists: Vec<List>) -> Result<Set> {
    let built = tokio::task::spawn_blocking(move || Set::new(&lists)).await.map_err(Fault::internal)?;
    built.map_err(|(_, why)| rules::unusable(&why).on("terms"))
}
