//! Sources and marts made in the portal: the form's fields, the first grant, the first run.

use super::{
    files::run_now,
    house::{House, each, text},
};
use app::{
    ingestion::asks::{FieldKind, ListConnectors, ListJobs, ListSources, RunState, SaveSource},
    warehouse::asks::SaveMart,
};
use server::{
    access::{Action, Kind, Permit},
    fault::Result,
    ingestion::answers,
};

async fn sources(house: &House) -> Permit {
    house.permit("adela", Kind::Source, Action::Administer).await.unwrap()
}

async fn save(house: &House, name: &str, fields: &[(&str, &str)], schedule: Option<&str>) -> Result<String> {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let ask = SaveSource { name: name.into(), connector: "files".into(), department: "sales".into(), fields, schedule: schedule.map(str::to_owned) };
    answers::save_source(house.portal.clone(), sources(house).await, ask).await
}

async fn mart(house: &House, name: &str, owner: &str, sql: &str, reader: &str) -> Result<String> {
    let ask = SaveMart { name: name.into(), text: text(name, owner, "", sql), department: reader.into() };
    answers::save_mart(house.portal.clone(), house.permit("adela", Kind::Policy, Action::Administer).await?, ask).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a24_a_source_from_the_form_is_loaded_and_its_secret_is_never_seen_again() {
    each(async |house| {
        house.apply().await;
        let file = house.file("sales.csv", "id,amount\n1,10\n2,20\n");
        let url = file.display().to_string();
        let fields = [("table", "sales"), ("url", url.as_str()), ("format", ""), ("credentials", "aws_secret_access_key = very-secret")];
        assert_eq!(save(&house, "shop", &fields, Some("0 3 * * *")).await.unwrap(), "shop");
        house.work().await;
        assert_eq!(house.last("shop").await.card.state, RunState::Succeeded, "{:?}", house.last("shop").await.card.message);
        assert_eq!(house.pin("lake.sales").await.unwrap().rows, 2);
        let job = answers::list_jobs(house.portal.clone(), house.admin().await, ListJobs {}).await.unwrap().remove(0);
        assert_eq!((job.schedule.as_deref(), job.time_zone.as_str()), (Some("0 3 * * *"), "Europe/Madrid"));
        let listed = answers::list_sources(house.portal.clone(), sources(&house).await, ListSources {}).await.unwrap();
        assert_eq!((listed[0].name.as_str(), listed[0].tables.clone(), listed[0].job.as_str()), ("shop", vec!["lake.sales".to_owned()], "shop"));
        for table in ["source", "run", "job", "run_log", "secret"] {
            let rows: Vec<sqlx::any::AnyRow> =
                sqlx::query(sqlx::AssertSqlSafe(format!("select * from {table}"))).fetch_all(house.portal.database.read()).await.unwrap();
            for row in rows {
                use sqlx::Row;
                let texts = (0..row.len()).filter_map(|column| row.try_get::<Option<String>, _>(column).ok().flatten());
                assert!(texts.into_iter().all(|text| !text.contains("very-secret")), "{table} holds the secret");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_says_what_is_wrong_and_where() {
    let house = House::new().await;
    house.apply().await;
    let data = house.portal.config.data.join("control.sqlite").display().to_string();
    let good = [("table", "sales"), ("url", "/tmp/x.csv")];
    for (name, fields, schedule, field) in [
        ("Shop", good.to_vec(), None, "name"),
        ("shop", vec![("table", "sales")], None, "url"),
        ("shop", vec![("table", "Sales!"), ("url", "/tmp/x.csv")], None, "table"),
        ("shop", vec![("table", "sales"), ("url", data.as_str())], None, "url"),
        ("shop", [good.to_vec(), vec![("format", "xlsx")]].concat(), None, "format"),
        ("shop", [good.to_vec(), vec![("speed", "3")]].concat(), None, "speed"),
        ("shop", good.to_vec(), Some("every day"), "schedule"),
    ] {
        let fault = save(&house, name, &fields, schedule).await.unwrap_err();
        assert_eq!(fault.field.as_deref(), Some(field), "{}", fault.message.en);
    }
    let listed = answers::list_sources(house.portal.clone(), sources(&house).await, ListSources {}).await.unwrap();
    assert!(listed.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connector_describes_itself() {
    let house = House::new().await;
    house.apply().await;
    let cards = answers::list_connectors(house.portal.clone(), sources(&house).await, ListConnectors {}).await.unwrap();
    assert_eq!(cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["files", "upload"]);
    for card in cards {
        assert!(!card.title.en.is_empty() && !card.title.es.is_empty() && !card.icon.is_empty());
        assert!(card.fields.iter().any(|field| field.required));
        assert!(card.fields.iter().all(|field| !field.label.en.is_empty() && !field.label.es.is_empty()));
    }
    let upload = server::ingestion::connectors::named("upload").unwrap().describe();
    assert!(upload.fields.iter().any(|field| field.kind == FieldKind::File));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mart_from_the_form_is_granted_built_and_kept_up_with_its_data() {
    each(async |house| {
        let file = house.file("sales.csv", "id,amount\n1,10\n2,20\n");
        house.load("sales", &file, "");
        house.apply().await;
        house.work().await;
        assert_eq!(mart(&house, "shop", "sales", "select id, amount from lake.sales", "sales").await.unwrap(), "shop");
        house.work().await;
        assert_eq!(house.pin("mart.shop").await.unwrap().rows, 2);
        let reader = house.permit("sergio", Kind::Mart, Action::View).await.unwrap();
        assert_eq!(reader.scope().marts().map(|mart| mart.name().to_owned()).collect::<Vec<_>>(), ["shop"]);
        // New data reach it without anybody asking.
        house.file("sales.csv", "id,amount\n1,10\n2,20\n3,30\n");
        run_now(&house, "sales").await;
        house.work().await;
        assert_eq!(house.pin("mart.shop").await.unwrap().rows, 3);
        // A changed text is built again and changes no grant.
        mart(&house, "shop", "sales", "select id from lake.sales", "finance").await.unwrap();
        house.work().await;
        assert_eq!(house.pin("mart.shop").await.unwrap().columns.len(), 1);
        assert_eq!(house.runs("mart_shop").await.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a42_a_mart_from_the_form_reads_only_what_its_department_may() {
    let house = House::new().await;
    let file = house.file("sales.csv", "id,amount\n1,10\n");
    house.load("sales", &file, "");
    house.code("marts/coded.sql", &text("Coded", "sales", "", "select id from lake.sales"));
    house.apply().await;
    house.work().await;
    let refused = async |name: &str, owner: &str, sql: &str, field: &str, said: &str| {
        let fault = mart(&house, name, owner, sql, "sales").await.unwrap_err();
        assert_eq!(fault.field.as_deref(), Some(field), "{}", fault.message.en);
        assert!(fault.message.en.contains(said), "{}", fault.message.en);
    };
    refused("peek", "finance", "select id from lake.sales", "text", "lake.sales").await;
    refused("peek", "sales", "select id from lake.nothing", "text", "lake.nothing").await;
    refused("peek", "sales", "drop table lake.sales", "text", "peek").await;
    refused("peek", "nobody", "select id from lake.sales", "text", "nobody").await;
    refused("coded", "sales", "select id from lake.sales", "name", "folder").await;
    assert!(house.pin("mart.peek").await.is_none());
}
