//! A run builds beside the published versions, checks, and publishes all its tables at once or none.

use super::{
    files::run_now,
    house::{House, each, text},
};
use app::ingestion::asks::{CancelRun, DismissNotice, ListNotices, RunState};
use server::{ingestion::answers, warehouse::pins};

/// Sales with a model and a mart over it; the mart's check finds negative amounts.
async fn shop(house: &House, severity: &str) {
    let file = house.file("sales.csv", "id,amount\n1,10\n2,20\n3,30\n");
    house.load("sales", &file, "columns = { id = \"integer\", amount = \"number\" }");
    house.code("models/line.sql", &text("Line", "sales", "", "select id, amount, amount * 2 as twice from lake.sales"));
    let check = format!(
        "[[checks]]\ntext = {{ en = \"Negative amounts\", es = \"Importes negativos\" }}\nseverity = \"{severity}\"\nsql = \"select count(*) from this where amount < 0\""
    );
    let measures = "[measures.amount_sum]\nsql = \"sum(amount)\"\nlabel = { en = \"Amount\", es = \"Importe\" }\n";
    house.code("marts/shop.sql", &text("Shop", "sales", &format!("{measures}{check}"), "select id, amount, twice from warehouse.line"));
    house.job("sales", "sources = [\"sales\"]\nmodels = [\"line\"]\nmarts = [\"shop\"]");
    house.apply().await;
    house.work().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_tables_of_a_run_are_published_at_once() {
    each(async |house| {
        shop(&house, "warn").await;
        let run = house.last("sales").await;
        assert_eq!(run.card.state, RunState::Succeeded, "{:?} {:?}", run.card.message, run.log);
        let tables: Vec<&str> = run.tables.iter().map(|table| table.table.as_str()).collect();
        assert_eq!(tables, ["lake.sales", "warehouse.line", "mart.shop"]);
        assert!(run.tables.iter().all(|table| table.rows_out == 3 && table.bytes > 0));
        for dataset in tables {
            let pin = house.pin(dataset).await.unwrap();
            assert_eq!((pin.run.as_str(), pin.rows), (run.card.id.as_str(), 3));
        }
        assert!(house.pin("mart.shop").await.unwrap().definition.unwrap().contains("amount_sum"));
        assert_eq!(run.findings.iter().map(|finding| finding.rows).collect::<Vec<_>>(), [0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_of_level_warn_are_counted_and_published() {
    each(async |house| {
        shop(&house, "warn").await;
        house.file("sales.csv", "id,amount\n1,-10\n2,-20\n3,30\n4,40\n");
        run_now(&house, "sales").await;
        house.work().await;
        let run = house.last("sales").await;
        assert_eq!(run.card.state, RunState::Partial);
        assert_eq!((run.findings[0].rows, run.findings[0].severity.as_str()), (2, "warn"));
        assert_eq!(house.pin("mart.shop").await.unwrap().rows, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b19_a_check_of_level_error_publishes_nothing_and_gives_notice() {
    each(async |house| {
        shop(&house, "error").await;
        let (lake, mart) = (house.contents("lake.sales").await, house.contents("mart.shop").await);
        house.file("sales.csv", "id,amount\n1,-10\n2,20\n3,30\n");
        run_now(&house, "sales").await;
        house.work().await;
        let run = house.last("sales").await;
        assert_eq!((run.card.state, run.card.attempt), (RunState::Failed, 1));
        assert_eq!((run.findings[0].rows, run.findings[0].severity.as_str()), (1, "error"));
        assert!(run.tables.iter().all(|table| matches!(table.state, RunState::Cancelled | RunState::Failed)), "{:?}", run.tables);
        assert_eq!((house.contents("lake.sales").await, house.contents("mart.shop").await), (lake, mart), "the old data are still served");
        assert!(house.pin("mart.shop").await.unwrap().stale);
        let notices = || async { answers::list_notices(house.portal.clone(), house.admin().await, ListNotices {}).await.unwrap() };
        let notice = notices().await.pop().unwrap();
        assert!(notice.text.en.contains("Negative amounts") && notice.text.es.contains("Importes negativos"), "{:?}", notice.text);
        assert_eq!(notice.href, format!("/admin/runs/{}", run.card.id));
        answers::dismiss_notice(house.portal.clone(), house.admin().await, DismissNotice { id: notice.id.clone() }).await.unwrap();
        assert!(notices().await.is_empty());
        assert!(answers::dismiss_notice(house.portal.clone(), house.admin().await, DismissNotice { id: notice.id }).await.is_err());
        // Mended: published, and no longer behind.
        house.file("sales.csv", "id,amount\n1,10\n2,20\n");
        run_now(&house, "sales").await;
        house.work().await;
        let pin = house.pin("mart.shop").await.unwrap();
        assert_eq!((pin.rows, pin.stale), (2, false));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_after_the_ones_it_waits_for_and_not_before() {
    each(async |house| {
        for name in ["left", "right"] {
            let file = house.file(&format!("{name}.csv"), "id\n1\n2\n");
            house.load(name, &file, "");
        }
        house.code("models/both.sql", &text("Both", "sales", "", "select l.id from lake.left l join lake.right r on l.id = r.id"));
        house.job("both", "after = [\"left\", \"right\"]\nmodels = [\"both\"]");
        house.apply().await;
        assert!(house.runs("both").await.is_empty());
        house.work().await;
        assert_eq!(house.runs("both").await.len(), 1);
        assert_eq!(house.pin("warehouse.both").await.unwrap().rows, 2);
        run_now(&house, "left").await;
        house.work().await;
        assert_eq!(house.runs("both").await.len(), 1, "right has not published since");
        run_now(&house, "right").await;
        house.work().await;
        assert_eq!(house.runs("both").await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_versions_are_cleaned_and_readers_in_flight_keep_theirs() {
    let house = House::new().await;
    shop(&house, "warn").await;
    let first = house.pin("lake.sales").await.unwrap();
    let files = |house: &House| {
        let folder = house.portal.config.data.join("lake/lake/sales");
        std::fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "parquet")).count()
    };
    run_now(&house, "sales").await;
    house.work().await;
    assert_eq!(house.portal.warehouse.rows_of("lake.sales", first.version).await.unwrap(), 3, "a reader of the version before goes on");
    // An hour later nobody reads what was retired before the last publish.
    let mut changes = house.portal.database.begin().await.unwrap();
    sqlx::query("update dataset_past set retired_ms = retired_ms - 7200000").execute(&mut *changes).await.unwrap();
    changes.commit().await.unwrap();
    for _ in 0..2 {
        run_now(&house, "sales").await;
        house.work().await;
    }
    let kept = pins::kept(&house.portal.database, "lake.sales", i64::MAX).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert!(files(&house) <= 3, "{} files stay", files(&house));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_is_cancelled_at_once_and_one_that_ended_cannot_be() {
    let house = House::new().await;
    shop(&house, "warn").await;
    let id = run_now(&house, "sales").await;
    answers::cancel_run(house.portal.clone(), house.admin().await, CancelRun { id: id.clone() }).await.unwrap();
    house.work().await;
    let run = house.last("sales").await;
    assert_eq!((run.card.id.as_str(), run.card.state, run.card.attempt), (id.as_str(), RunState::Cancelled, 0));
    assert!(!run.may_cancel);
    assert!(answers::cancel_run(house.portal.clone(), house.admin().await, CancelRun { id }).await.is_err());
}
