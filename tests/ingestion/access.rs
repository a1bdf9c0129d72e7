//! Who may see what of runs and quarantine (A41): figures for those who administer jobs, contents for those with rows.

use super::house::{House, each};
use app::ingestion::asks::{ListQuarantine, OpenRun, PauseJob, RunNow};
use server::{
    access::{Action, Kind},
    fault::Fault,
    ingestion::{answers, history, quarantine},
};

async fn broken(house: &House) {
    let file = house.file("sales.csv", "id,secret\n1,10\n2,hidden-value\n");
    house.load("sales", &file, "columns = { id = \"integer\", secret = \"integer\" }");
    house.apply().await;
    house.work().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a41_no_outlet_of_a_run_holds_a_value() {
    let house = House::new().await;
    broken(&house).await;
    let run = house.last("sales").await;
    assert_eq!(run.card.rows_quarantined, 1);
    assert!(!serde_json::to_string(&run).unwrap().contains("hidden-value"));
    let mut printed = Vec::new();
    history::print(&house.portal, None, true, &mut printed).await.unwrap();
    history::print(&house.portal, None, false, &mut printed).await.unwrap();
    assert!(!String::from_utf8(printed).unwrap().contains("hidden-value"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a41_quarantine_shows_contents_only_with_rows_on_the_dataset() {
    each(async |house| {
        broken(&house).await;
        let run = house.last("sales").await.card.id;
        let look = async || {
            let permit = house.permit("adela", Kind::Quarantine, Action::View).await.unwrap();
            quarantine::list(house.portal.clone(), permit, ListQuarantine { run: Some(run.clone()) }).await.unwrap()
        };
        assert_eq!(look().await[0].content, None);
        let mut changes = house.portal.database.begin().await.unwrap();
        let grant = server::governance::store::DatasetGrant {
            dataset: "lake.sales".into(),
            department: "administration".into(),
            role: String::new(),
            grade: "rows".into(),
        };
        server::governance::store::set_dataset_grant(&mut changes, &grant).await.unwrap();
        server::governance::store::bump(&mut changes).await.unwrap();
        changes.commit().await.unwrap();
        assert_eq!(look().await[0].content.as_deref(), Some("2,hidden-value"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a06_who_administers_no_jobs_is_refused_and_another_departments_run_is_not_found() {
    let house = House::new().await;
    broken(&house).await;
    assert!(house.permit("sergio", Kind::Job, Action::Administer).await.is_err());
    assert!(house.permit("sergio", Kind::Source, Action::Administer).await.is_err());
    house.code("jobs/sales.toml", "name = \"sales\"\ntitle = { en = \"s\", es = \"s\" }\ndepartment = \"finance\"\nsources = [\"sales\"]\n");
    house.apply().await;
    let not_found = |fault: Fault| assert_eq!(fault.status().as_u16(), 404);
    not_found(answers::run_now(house.portal.clone(), house.admin().await, RunNow { job: "sales".into() }).await.unwrap_err());
    not_found(answers::pause_job(house.portal.clone(), house.admin().await, PauseJob { job: "sales".into(), paused: true }).await.unwrap_err());
    not_found(answers::open_run(house.portal.clone(), house.admin().await, OpenRun { id: "none".into() }).await.unwrap_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_in_json_have_one_line_per_table_with_plain_numbers() {
    let house = House::new().await;
    broken(&house).await;
    let mut printed = Vec::new();
    history::print(&house.portal, Some("sales"), true, &mut printed).await.unwrap();
    let lines: Vec<serde_json::Value> = String::from_utf8(printed).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1);
    let line = lines[0].as_object().unwrap();
    let keys: Vec<&str> = line.keys().map(String::as_str).collect();
    for key in ["job", "table", "rows_in", "rows_out", "rows_quarantined", "started", "seconds", "state"] {
        assert!(keys.contains(&key), "{keys:?}");
    }
    assert_eq!(
        (&line["job"], &line["table"], &line["rows_in"], &line["rows_out"], &line["rows_quarantined"], &line["state"]),
        (&"sales".into(), &"lake.sales".into(), &2.into(), &1.into(), &1.into(), &"partial".into())
    );
}
