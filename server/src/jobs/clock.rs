//! Things done every so often while the portal runs (schedules, tidying), by the monotonic clock.

use super::store;
use crate::{database::now_ms, fault::Result, portal::Portal};
use futures::future::BoxFuture;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Something idempotent that each process of the portal does every so often. Listed once, in `routes.rs`.
#[derive(Clone, Copy)]
pub struct Tick {
    pub name: &'static str,
    pub every: Duration,
    pub run: fn(Portal) -> BoxFuture<'static, Result<()>>,
}

/// Days that finished jobs stay in the queue's table, for whoever looks for a cause.
const KEPT_DAYS: i64 = 7;

/// Runs the ticks until `stop`. A tick that fails is logged and comes again; a slow one delays only itself.
pub async fn tick(portal: Portal, ticks: Vec<Tick>, stop: CancellationToken) {
    let tidy = Tick { name: "jobs.tidy", every: Duration::from_secs(3_600), run: |portal| Box::pin(tidy(portal)) };
    let running = ticks.into_iter().chain([tidy]).map(|tick| one(portal.clone(), tick, stop.clone()));
    futures::future::join_all(running).await;
}

async fn one(portal: Portal, tick: Tick, stop: CancellationToken) {
    let mut every = tokio::time::interval(tick.every);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        if let Err(fault) = (tick.run)(portal.clone()).await {
            tracing::error!(tick = tick.name, %fault, cause = ?fault.cause, "a recurring task failed");
        }
    }
}

async fn tidy(portal: Portal) -> Result<()> {
    store::forget_finished(&portal.database, now_ms() - KEPT_DAYS * 86_400_000).await
}
