//! Attacks on what reads for the portal: addresses that lead elsewhere, and uploads that swell.

use super::{
    house::{House, config, write_organisation},
    uploading::{kept, send},
};
use app::ingestion::asks::{RunState, SaveSource};
use server::{
    access::{Action, Kind},
    config::Config,
    ingestion::answers,
    portal::Portal,
};
use std::path::Path;

/// Databases, devices and this machine, as a source's address may write them.
const ELSEWHERE: [&str; 13] = [
    "sqlite:///var/lib/control.sqlite",
    "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://169.254.169.254/x'",
    "mysql://localhost/x?local_infile=1",
    "postgres://localhost/x",
    "memory:///x.csv",
    "ftp://localhost/x.csv",
    "gopher://127.0.0.1:70/x.csv",
    "data:text/csv,id",
    "http://127.0.0.1:1/x.csv",
    "http://2130706433/x.csv",
    "http://[::1]/x.csv",
    "http://localhost:1/x.csv",
    "http://169.254.169.254/latest/meta-data/x.csv",
];

/// Refused when it is saved, or at its first run and never tried again.
#[tokio::test(flavor = "multi_thread")]
async fn a13_an_address_of_another_kind_or_of_this_machine_is_read_by_nobody() {
    let house = House::new().await;
    let mut saved = Vec::new();
    for (number, url) in ELSEWHERE.iter().enumerate() {
        let name = format!("thief{number}");
        house.load(&name, Path::new(url), "format = \"csv\"");
        match house.try_apply().await {
            Ok(_) => saved.push((name, *url)),
            Err(_) => [format!("sources/{name}.toml"), format!("jobs/{name}.toml")].iter().for_each(|file| house.forget(file)),
        }
    }
    house.work().await;
    for (name, url) in saved {
        let run = house.last(&name).await;
        assert_eq!((run.card.state, run.card.attempt), (RunState::Failed, 1), "{url}: {:?}", run.card.message);
        assert!(house.pin(&format!("lake.{name}")).await.is_none(), "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_an_option_leads_no_further_inside_than_an_address_does() {
    let house = House::new().await;
    house.apply().await;
    let options = [
        "aws_endpoint = http://127.0.0.1:1",
        "aws_endpoint = http://169.254.169.254",
        "aws_endpoint = http://[::ffff:169.254.169.254]",
        "proxy_url = http://localhost:1",
    ];
    for (number, option) in options.iter().enumerate() {
        let credentials = format!("{option}\naws_allow_http = true\naws_region = x\naws_access_key_id = a\naws_secret_access_key = b");
        let fields = [("table", format!("bucket{number}")), ("url", "s3://bucket/x.csv".to_owned()), ("credentials", credentials)];
        let ask = SaveSource {
            name: format!("bucket{number}"),
            connector: "files".into(),
            department: "sales".into(),
            fields: fields.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            schedule: None,
        };
        let permit = house.permit("adela", Kind::Source, Action::Administer).await.unwrap();
        answers::save_source(house.portal.clone(), permit, ask).await.unwrap();
    }
    house.work().await;
    for (number, option) in options.iter().enumerate() {
        let run = house.last(&format!("bucket{number}")).await;
        assert_eq!((run.card.state, run.card.attempt), (RunState::Failed, 1), "{option}: {:?}", run.card.message);
        assert!(run.card.message.unwrap().en.contains("not open to sources"), "{option}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a34_an_upload_that_is_too_large_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write_organisation(folder.path());
    let portal = Portal::open(Config { upload_bytes: 1_000, ..config(folder.path(), None) }).await.unwrap();
    let house = House { folder, portal };
    house.apply().await;
    let refused = send(&house, "visits", "a.csv", &format!("id\n{}", "1\n".repeat(1_000))).await.unwrap_err();
    assert!(refused.contains("larger than 1000 bytes"), "{refused}");
    assert!(kept(&house).is_empty(), "{:?}", kept(&house));
    send(&house, "visits", "a.csv", "id\n1\n").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a34_wide_and_deep_uploads_fail_by_themselves() {
    let house = House::new().await;
    house.apply().await;
    let wide = (0..20_000).map(|number| format!("c{number}")).collect::<Vec<_>>().join(",");
    send(&house, "wide", "wide.csv", &format!("{wide}\n")).await.unwrap();
    let deep = format!("{{\"a\": {}1{}}}\n{{\"a\": 1}}\n{{\"a\": 2}}\n", "[".repeat(100_000), "]".repeat(100_000));
    send(&house, "deep", "deep.jsonl", &deep).await.unwrap();
    send(&house, "visits", "a.csv", "id\n1\n").await.unwrap();
    house.work().await;
    assert_eq!(house.last("wide").await.card.state, RunState::Failed);
    let deep = house.last("deep").await.card;
    assert_eq!((deep.state, deep.rows_out, deep.rows_quarantined), (RunState::Partial, 2, 1), "{:?}", deep.message);
    assert_eq!(house.last("visits").await.card.state, RunState::Succeeded);
}
