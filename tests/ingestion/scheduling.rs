//! Schedules over the control plane: one run an interval, whoever asks and whatever the clock does.

use super::house::{House, each};
use app::ingestion::asks::{ListJobs, PauseJob, RunState};
use server::{
    database::now_ms,
    ingestion::{answers, schedule},
};

async fn hourly(house: &House) {
    let file = house.file("sales.csv", "id\n1\n");
    house.load("sales", &file, "");
    house.job("sales", "sources = [\"sales\"]\nschedule = \"0 * * * *\"");
    house.apply().await;
    house.work().await;
}

const HOUR: i64 = 3_600_000;

#[tokio::test(flavor = "multi_thread")]
async fn ft_b17_many_clocks_and_jumps_give_one_run_an_interval() {
    each(async |house| {
        hourly(&house).await;
        let now = now_ms();
        let clocks = (0..8).map(|_| schedule::tick_at(&house.portal, now + HOUR));
        let asked: usize = futures::future::join_all(clocks).await.into_iter().map(|runs| runs.unwrap().len()).sum();
        assert_eq!(asked, 1);
        house.work().await;
        // The clock goes back an hour, and forward again.
        assert!(schedule::tick_at(&house.portal, now).await.unwrap().is_empty());
        assert!(schedule::tick_at(&house.portal, now + HOUR).await.unwrap().is_empty());
        assert_eq!(schedule::tick_at(&house.portal, now + 2 * HOUR).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b18_three_days_off_give_one_run_and_a_slow_job_does_not_pile_up() {
    each(async |house| {
        hourly(&house).await;
        let later = now_ms() + 72 * HOUR;
        assert_eq!(schedule::tick_at(&house.portal, later).await.unwrap().len(), 1);
        assert!(schedule::tick_at(&house.portal, later + HOUR).await.unwrap().is_empty(), "the run that waits will do");
        house.work().await;
        assert_eq!(house.runs("sales").await.len(), 2);
        assert_eq!(schedule::tick_at(&house.portal, later + 2 * HOUR).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_is_not_loaded_again_by_schedule() {
    each(async |house| {
        hourly(&house).await;
        let first = house.pin("lake.sales").await.unwrap();
        schedule::tick_at(&house.portal, now_ms() + HOUR).await.unwrap();
        house.work().await;
        let run = house.last("sales").await;
        assert_eq!((run.card.state, run.tables.len()), (RunState::Succeeded, 0));
        assert!(run.log.iter().any(|line| line.text.en.contains("not loaded again")), "{:?}", run.log);
        assert_eq!(house.pin("lake.sales").await.unwrap(), first);
        house.file("sales.csv", "id\n1\n2\n");
        schedule::tick_at(&house.portal, now_ms() + 2 * HOUR).await.unwrap();
        house.work().await;
        assert_eq!(house.pin("lake.sales").await.unwrap().rows, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_job_does_not_run_and_catches_nothing_up() {
    let house = House::new().await;
    hourly(&house).await;
    let pause = |paused| {
        let portal = house.portal.clone();
        let house = &house;
        async move { answers::pause_job(portal, house.admin().await, PauseJob { job: "sales".into(), paused }).await.unwrap() }
    };
    pause(true).await;
    assert!(schedule::tick_at(&house.portal, now_ms() + 5 * HOUR).await.unwrap().is_empty());
    let card = || async { answers::list_jobs(house.portal.clone(), house.admin().await, ListJobs {}).await.unwrap().remove(0) };
    assert_eq!((card().await.paused, card().await.next_run_ms), (true, None));
    pause(false).await;
    assert!(schedule::tick_at(&house.portal, now_ms()).await.unwrap().is_empty());
    let next = card().await.next_run_ms.unwrap();
    assert!(next > now_ms() && next <= now_ms() + HOUR && next % HOUR == 0);
}
