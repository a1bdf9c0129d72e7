//! The queue: leases, retries, holds, cancelling, fences, and processes that die.

use crate::ingestion::house::{House, each};
use serde::{Deserialize, Serialize};
use server::{
    database::Changes,
    fault::{Fault, Result},
    jobs::{self, Cancelled, Ending, Failure, Job, Kinds, Lane, Lease, Pace},
    portal::Portal,
};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Writes what happens to it into a file, one line each.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Trial {
    file: PathBuf,
    name: String,
    /// What the tries do, one after the other; the last word goes on.
    tries: Vec<String>,
    hold: Option<String>,
}

impl Trial {
    fn say(&self, what: &str) {
        use std::io::Write;
        writeln!(fs::File::options().create(true).append(true).open(&self.file).unwrap(), "{} {what}", self.name).unwrap();
    }
}

impl Job for Trial {
    const KIND: &'static str = "tests.trial";

    fn holds(&self) -> Vec<String> {
        self.hold.iter().cloned().collect()
    }

    async fn run(&self, portal: &Portal, lease: &Lease) -> Result<(), Failure> {
        self.say(&format!("try {}", lease.attempt));
        let word = self.tries.get(lease.attempt as usize - 1).or(self.tries.last()).map_or("well", String::as_str);
        match word {
            "down" => Err(Failure::transient(Fault::operator("it is down", "está caído"))),
            "wrong" => Err(Failure::config(Fault::invalid("it is wrong", "está mal"))),
            "panic" => panic!("as the test wants"),
            "long" => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                Ok(())
            }
            "short" => {
                tokio::time::sleep(Duration::from_millis(300)).await;
                self.say("end");
                Ok(())
            }
            "robbed" => {
                let mut changes = portal.database.begin().await?;
                sqlx::query("update job set fence = fence + 1 where id = $1").bind(&lease.job).execute(&mut *changes).await.map_err(Fault::from)?;
                changes.commit().await.map_err(Fault::from)?;
                let mut changes = portal.database.begin().await?;
                lease.complete(&mut changes).await?;
                self.say("published");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn ended(&self, _changes: &mut Changes, ending: &Ending<'_>) -> Result<()> {
        self.say(match ending {
            Ending::Retry { .. } => "retry",
            Ending::Released => "released",
            Ending::Cancelled => "cancelled",
            Ending::GivenUp { .. } => "given up",
        });
        Ok(())
    }
}

/// Somebody waits for it.
#[derive(Serialize, Deserialize)]
struct Quick(Trial);

impl Job for Quick {
    const KIND: &'static str = "tests.quick";
    const LANE: Lane = Lane::Interactive;

    async fn run(&self, _portal: &Portal, _lease: &Lease) -> Result<(), Failure> {
        self.0.say("quick");
        Ok(())
    }
}

fn trial(house: &House, name: &str, tries: &[&str]) -> Trial {
    Trial { file: house.folder.path().join("trials"), name: name.into(), tries: tries.iter().map(|word| (*word).to_owned()).collect(), hold: None }
}

fn said(house: &House) -> Vec<String> {
    fs::read_to_string(house.folder.path().join("trials")).unwrap_or_default().lines().map(str::to_owned).collect()
}

async fn enqueue<J: Job>(house: &House, job: &J) -> String {
    let mut changes = house.portal.database.begin().await.unwrap();
    let id = jobs::enqueue(&mut changes, job).await.unwrap();
    changes.commit().await.unwrap();
    id
}

async fn state(house: &House, id: &str) -> (String, i64) {
    sqlx::query_as("select state, attempt from job where id = $1").bind(id).fetch_one(house.portal.database.read()).await.unwrap()
}

fn kinds() -> Kinds {
    Kinds::new().add::<Trial>().add::<Quick>()
}

fn pace() -> Pace {
    Pace { poll: Duration::from_millis(20), lease: Duration::from_secs(2), ..Pace::with_slots(2) }
}

async fn until_idle(house: &House) {
    let pace = Pace { until_idle: true, ..pace() };
    tokio::time::timeout(Duration::from_secs(60), jobs::work(house.portal.clone(), kinds(), pace, CancellationToken::new())).await.unwrap().unwrap();
}

fn worker(house: &House) -> (CancellationToken, tokio::task::JoinHandle<Result<()>>) {
    let stop = CancellationToken::new();
    (stop.clone(), tokio::spawn(jobs::work(house.portal.clone(), kinds(), pace(), stop)))
}

async fn wait_for(what: &str, met: impl AsyncFn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !met().await {
        assert!(Instant::now() < until, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_go_away_is_tried_again_after_a_pause_and_given_up_in_the_end() {
    each(async |house| {
        let (fails, mends) = (trial(&house, "a", &["down"]), trial(&house, "b", &["down", "well"]));
        let (a, b) = (enqueue(&house, &fails).await, enqueue(&house, &mends).await);
        let began = Instant::now();
        until_idle(&house).await;
        assert!(began.elapsed() >= Duration::from_millis(3_000), "pauses of at least 1 and 2 s lie between three tries");
        let lines = said(&house);
        let of = |name: &str| lines.iter().filter(|line| line.starts_with(name)).map(|line| line[2..].to_owned()).collect::<Vec<_>>();
        assert_eq!(of("a"), ["try 1", "retry", "try 2", "retry", "try 3", "given up"]);
        assert_eq!(of("b"), ["try 1", "retry", "try 2"]);
        assert_eq!(state(&house, &a).await, ("failed".into(), 3));
        assert_eq!(state(&house, &b).await, ("done".into(), 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_must_change_and_what_is_our_mistake_is_not_tried_again() {
    each(async |house| {
        for word in ["wrong", "panic"] {
            let id = enqueue(&house, &trial(&house, "a", &[word])).await;
            until_idle(&house).await;
            assert_eq!(state(&house, &id).await, ("failed".into(), 1), "{word}");
        }
        assert_eq!(said(&house), ["a try 1", "a given up", "a try 1", "a given up"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_there_when_its_transaction_is_and_not_otherwise() {
    each(async |house| {
        let mut changes = house.portal.database.begin().await.unwrap();
        jobs::enqueue(&mut changes, &trial(&house, "a", &["well"])).await.unwrap();
        changes.rollback().await.unwrap();
        until_idle(&house).await;
        assert!(said(&house).is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_jobs_that_hold_the_same_name_never_run_at_once() {
    each(async |house| {
        for name in ["a", "b", "c"] {
            enqueue(&house, &Trial { hold: Some("lake.sales".into()), ..trial(&house, name, &["short"]) }).await;
        }
        until_idle(&house).await;
        assert_eq!(said(&house), ["a try 1", "a end", "b try 1", "b end", "c try 1", "c end"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_waits_for_does_not_wait_behind_loads() {
    each(async |house| {
        let (stop, work) = worker(&house);
        for name in ["a", "b", "c"] {
            enqueue(&house, &trial(&house, name, &["long"])).await;
        }
        wait_for("both slots to be taken", async || said(&house).len() == 2).await;
        enqueue(&house, &Quick(trial(&house, "d", &[]))).await;
        wait_for("the quick one", async || said(&house).contains(&"d quick".to_owned())).await;
        assert_eq!(said(&house).len(), 3, "parallelism is bounded");
        stop.cancel();
        work.await.unwrap().unwrap();
        assert_eq!(said(&house).iter().filter(|line| line.ends_with("released")).count(), 2, "let go of when the process stops");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_is_cancelled_within_moments() {
    each(async |house| {
        let (stop, work) = worker(&house);
        let id = enqueue(&house, &trial(&house, "a", &["long"])).await;
        wait_for("its start", async || said(&house).len() == 1).await;
        let mut changes = house.portal.database.begin().await.unwrap();
        assert_eq!(jobs::cancel(&mut changes, &id).await.unwrap(), Cancelled::Asked);
        changes.commit().await.unwrap();
        wait_for("its end", async || state(&house, &id).await.0 == "cancelled").await;
        assert_eq!(said(&house), ["a try 1", "a cancelled"]);
        let mut changes = house.portal.database.begin().await.unwrap();
        assert_eq!(jobs::cancel(&mut changes, &id).await.unwrap(), Cancelled::TooLate);
        drop(changes);
        stop.cancel();
        work.await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_of_a_process_that_died_is_taken_up_and_poison_is_given_up() {
    each(async |house| {
        let id = enqueue(&house, &trial(&house, "a", &["long"])).await;
        for death in 1..=5 {
            let (_stop, work) = worker(&house);
            wait_for("a try", async || state(&house, &id).await == ("running".into(), death)).await;
            // As dead as a task can be: nothing it would still do is done.
            work.abort();
            let _ = work.await;
        }
        let (stop, work) = worker(&house);
        wait_for("the end", async || state(&house, &id).await.0 == "failed").await;
        assert_eq!(said(&house).last().unwrap(), "a given up");
        stop.cancel();
        work.await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_fence_is_old_publishes_nothing() {
    each(async |house| {
        let (stop, work) = worker(&house);
        let id = enqueue(&house, &trial(&house, "a", &["robbed", "well"])).await;
        // Its lease is silent now, so that somebody takes it up after its length.
        wait_for("somebody else", async || state(&house, &id).await.0 == "done").await;
        assert_eq!(said(&house), ["a try 1", "a try 2"]);
        stop.cancel();
        work.await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_workers_run_each_job_once() {
    each(async |house| {
        for number in 0..30 {
            enqueue(&house, &trial(&house, &format!("{number:02}"), &["well"])).await;
        }
        let workers = (0..4).map(|_| until_idle(&house));
        futures::future::join_all(workers).await;
        let mut lines = said(&house);
        lines.sort();
        assert_eq!(lines, (0..30).map(|number| format!("{number:02} try 1")).collect::<Vec<_>>());
    })
    .await;
}
