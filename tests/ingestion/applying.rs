//! Sources, jobs, models and marts as code: a plan, an application, and nothing the second time.

use super::house::{House, text};
use app::ingestion::asks::RunState;

async fn shop() -> House {
    let house = House::new().await;
    let file = house.file("sales.csv", "id,amount\n1,10\n2,20\n");
    house.load("sales", &file, "");
    house.code("marts/shop.sql", &text("Shop", "sales", "", "select id, amount from lake.sales"));
    house.job("sales", "sources = [\"sales\"]\nmarts = [\"shop\"]\nschedule = \"0 2 * * *\"\ntime_zone = \"Europe/Madrid\"");
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn applying_again_changes_nothing() {
    let house = shop().await;
    let plan = house.planned().await;
    for line in ["+ source sales", "+ mart shop", "+ job sales"] {
        assert!(plan.iter().any(|planned| planned == line), "{plan:?}");
    }
    assert!(house.pin("lake.sales").await.is_none());
    house.apply().await;
    assert_eq!(house.planned().await, Vec::<String>::new());
    house.work().await;
    house.apply().await;
    house.work().await;
    assert_eq!(house.runs("sales").await.len(), 1, "the first application asks for the run, the second for none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_mart_is_built_again_and_a_removed_one_is_gone() {
    let house = shop().await;
    house.apply().await;
    house.work().await;
    house.code("marts/shop.sql", &text("Shop", "sales", "", "select id, amount, amount + 1 as more from lake.sales"));
    assert_eq!(house.planned().await, ["~ mart shop"]);
    house.apply().await;
    house.work().await;
    assert_eq!(house.pin("mart.shop").await.unwrap().columns.len(), 3);
    house.forget("marts/shop.sql");
    house.job("sales", "sources = [\"sales\"]");
    house.apply().await;
    assert!(house.pin("mart.shop").await.is_none());
    house.work().await;
    assert_eq!(house.last("sales").await.card.state, RunState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_its_file() {
    let house = shop().await;
    let plan = house.planned().await;
    for (file, content, said) in [
        ("sources/bad.toml", "name = \"bad\"\ntitle = { en = \"a\", es = \"a\" }\nconnector = \"files\"\ndepartment = \"sales\"\nurll = \"/x\"", "urll"),
        ("sources/bad.toml", "name = \"bad\"\ntitle = { en = \"a\", es = \"a\" }\nconnector = \"ftp\"\ndepartment = \"sales\"", "ftp"),
        (
            "sources/bad.toml",
            "name = \"bad\"\ntitle = { en = \"a\", es = \"a\" }\nconnector = \"files\"\ndepartment = \"sales\"\n[[tables]]\nname = \"t\"\nurl = \"${nowhere}/x.csv\"",
            "nowhere",
        ),
        (
            "sources/bad.toml",
            "name = \"bad\"\ntitle = { en = \"a\", es = \"a\" }\nconnector = \"files\"\ndepartment = \"sales\"\n[[tables]]\nname = \"sales\"\nurl = \"/x.csv\"",
            "twice",
        ),
        ("jobs/bad.toml", "name = \"bad\"\ntitle = { en = \"a\", es = \"a\" }\ndepartment = \"sales\"\nschedule = \"99 * * * *\"", "99 * * * *"),
        ("jobs/bad.toml", "name = \"bad\"\ntitle = { en = \"a\", es = \"a\" }\ndepartment = \"sales\"\nmarts = [\"nothing\"]", "nothing"),
        ("jobs/bad.toml", "name = \"bad\"\ntitle = { en = \"a\", es = \"a\" }\ndepartment = \"sales\"\nspeed = 3", "speed"),
        ("marts/bad.sql", "select 1", "bad"),
    ] {
        house.code(file, content);
        let fault = house.try_apply().await.unwrap_err();
        assert!(fault.message.en.contains(said), "{}", fault.message.en);
        house.forget(file);
    }
    let now: Vec<String> = house.planned().await;
    assert!(
        ["+ source sales", "+ mart shop", "+ job sales"].iter().all(|line| plan.contains(&(*line).to_owned()) && now.contains(&(*line).to_owned())),
        "{now:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a42_a_text_reads_only_what_its_department_owns_or_was_granted() {
    let house = shop().await;
    house.code("marts/peek.sql", &text("Peek", "finance", "", "select id, amount from lake.sales"));
    house.job("peek", "marts = [\"peek\"]");
    let fault = house.try_apply().await.unwrap_err();
    assert!(fault.message.en.contains("lake.sales") && fault.message.en.contains("finance"), "{}", fault.message.en);
    house.code("policies/builds.toml", "[[builds]]\ndepartment = \"finance\"\ndatasets = [\"lake.sales\"]\n");
    house.apply().await;
    house.work().await;
    super::files::run_now(&house, "peek").await;
    house.work().await;
    assert_eq!(house.last("peek").await.card.state, RunState::Succeeded, "{:?}", house.last("peek").await.card.message);
    // The grant goes: the next run is refused, whatever was saved.
    let mut changes = house.portal.database.begin().await.unwrap();
    sqlx::query("delete from build_grant").execute(&mut *changes).await.unwrap();
    changes.commit().await.unwrap();
    super::files::run_now(&house, "peek").await;
    house.work().await;
    let run = house.last("peek").await;
    assert_eq!(run.card.state, RunState::Failed);
    assert!(run.card.message.unwrap().en.contains("lake.sales"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a42_a_source_inside_the_portals_own_data_is_refused_however_it_is_spelt() {
    let house = shop().await;
    house.apply().await;
    house.work().await;
    let data = house.portal.config.data.clone();
    let link = house.folder.path().join("files/link");
    std::os::unix::fs::symlink(&data, &link).unwrap();
    let dotted = house.folder.path().join("files/../data/control.sqlite");
    let spellings = [
        data.join("control.sqlite"),
        data.join("key"),
        data.join("lake/lake/sales/*.parquet"),
        link.join("control.sqlite"),
        dotted,
        "/proc/self/environ".into(),
    ];
    for path in spellings {
        house.load("thief", &path, "format = \"csv\"");
        let fault = house.try_apply().await.unwrap_err();
        assert!(fault.message.en.contains("inside the portal's own data"), "{}: {}", path.display(), fault.message.en);
        house.load("thief", std::path::Path::new(&format!("file://{}", path.display())), "format = \"csv\"");
        assert!(house.try_apply().await.is_err(), "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a42_a_link_laid_after_saving_is_refused_when_it_is_read() {
    let house = House::new().await;
    let file = house.file("innocent.csv", "id\n1\n");
    house.load("innocent", &file, "");
    house.apply().await;
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(house.portal.config.data.join("key"), &file).unwrap();
    house.work().await;
    let run = house.last("innocent").await;
    assert_eq!((run.card.state, run.card.attempt), (RunState::Failed, 1));
    assert!(run.card.message.unwrap().en.contains("inside the portal's own data"));
}
