//! Uploading a file makes a source, its job and a run; the same file arriving many times is loaded once.

use super::house::{House, each};
use app::ingestion::asks::{RunState, Uploaded};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::IntoResponse,
};
use server::{
    access::{Action, Kind},
    ingestion::{answers, upload},
};

fn form(table: &str, department: &str, name: &str, contents: &[u8]) -> Request {
    let mut body = Vec::new();
    for (field, value) in [("table", table), ("department", department)] {
        body.extend_from_slice(format!("--edge\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    body.extend_from_slice(
        format!("--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n").as_bytes(),
    );
    body.extend_from_slice(contents);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    http::Request::post("/api/ingestion/upload").header("content-type", "multipart/form-data; boundary=edge").body(Body::from(body)).unwrap()
}

pub async fn send(house: &House, table: &str, name: &str, contents: &str) -> Result<Uploaded, String> {
    let permit = house.permit("adela", Kind::Source, Action::Administer).await.unwrap();
    let answer = upload::post(house.portal.clone(), permit, form(table, "sales", name, contents.as_bytes())).await;
    let answer = answer.into_response();
    let (ok, bytes) = (answer.status().is_success(), to_bytes(answer.into_body(), 1 << 20).await.unwrap());
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    if ok { Ok(serde_json::from_str(&text).unwrap()) } else { Err(text) }
}

pub fn kept(house: &House) -> Vec<String> {
    let folder = house.portal.config.data.join("uploads");
    std::fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a15_an_uploaded_file_becomes_a_table() {
    each(async |house| {
        house.apply().await;
        let uploaded = send(&house, "visits", "../../Visits 2024.csv", "day,visits\n2024-01-01,10\n2024-01-02,20\n").await.unwrap();
        assert_eq!((uploaded.source.as_str(), uploaded.table.as_str()), ("visits", "lake.visits"));
        house.work().await;
        let run = house.last("visits").await;
        assert_eq!((run.card.id.as_str(), run.card.state, run.card.rows_out), (uploaded.run.as_str(), RunState::Succeeded, 2), "{:?}", run.card.message);
        let pin = house.pin("lake.visits").await.unwrap();
        assert_eq!((pin.rows, pin.department.as_str()), (2, "sales"));
        assert!(kept(&house).iter().all(|name| !name.contains("Visits") && !name.contains("..")), "{:?}", kept(&house));
        let datasets = answers::list_datasets(house.portal.clone(), house.admin().await, app::warehouse::asks::ListDatasets {}).await.unwrap();
        assert_eq!(datasets.iter().map(|dataset| (dataset.name.as_str(), dataset.rows)).collect::<Vec<_>>(), [("lake.visits", 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b04_the_same_file_five_times_at_once_is_one_run() {
    each(async |house| {
        house.apply().await;
        let sent = (0..5).map(|copy| {
            let house = &house;
            async move { send(house, "visits", &format!("copy{copy}.csv"), "day,visits\n2024-01-01,10\n").await.unwrap() }
        });
        let runs: std::collections::BTreeSet<String> = futures::future::join_all(sent).await.into_iter().map(|uploaded| uploaded.run).collect();
        assert_eq!(runs.len(), 1, "{runs:?}");
        assert_eq!(kept(&house).len(), 1, "copies are not kept: {:?}", kept(&house));
        house.work().await;
        assert_eq!(house.runs("visits").await.len(), 1);
        // Once it is loaded, too.
        let again = send(&house, "visits", "again.csv", "day,visits\n2024-01-01,10\n").await.unwrap();
        assert!(runs.contains(&again.run));
        // Another file takes its place; then the first one is news again.
        send(&house, "visits", "b.csv", "day,visits\n2024-01-02,20\n2024-01-03,30\n").await.unwrap();
        house.work().await;
        assert_eq!(house.pin("lake.visits").await.unwrap().rows, 2);
        let back = send(&house, "visits", "c.csv", "day,visits\n2024-01-01,10\n").await.unwrap();
        assert!(!runs.contains(&back.run));
        house.work().await;
        assert_eq!(house.pin("lake.visits").await.unwrap().rows, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_failed_may_come_again() {
    each(async |house| {
        house.apply().await;
        let bad = "no parquet at all";
        let first = send(&house, "visits", "a.parquet", bad).await.unwrap();
        house.work().await;
        assert_eq!(house.last("visits").await.card.state, RunState::Failed);
        let second = send(&house, "visits", "a.parquet", bad).await.unwrap();
        assert_ne!(first.run, second.run);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_upload_is_refused_and_leaves_nothing() {
    let house = House::new().await;
    house.apply().await;
    let file = house.file("sales.csv", "id\n1\n");
    house.load("sales", &file, "");
    house.apply().await;
    for (table, name, contents, said) in [
        ("visits", "a.exe", "x", "must end in"),
        ("visits", "a.csv", "", "empty"),
        ("../visits", "a.csv", "id\n1\n", "not a name"),
        ("sales", "a.csv", "id\n1\n", "another source"),
        ("", "a.csv", "id\n1\n", "Fill this in"),
    ] {
        let refused = send(&house, table, name, contents).await.unwrap_err();
        assert!(refused.contains(said), "{table} {name}: {refused}");
    }
    assert!(kept(&house).is_empty(), "{:?}", kept(&house));
}
