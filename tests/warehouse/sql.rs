//! SQL of one's own through the portal: who may write it, what it gives, how it is refused, what is kept of it.

use app::{
    ask::{Fault, FaultKind},
    reports::asks::{Format, MakeReport, Options, Subject},
    warehouse::{
        asks::{AskQuestion, ChartKind, ColumnKind, Question, Value},
        sql::asks::{DeleteStatement, DescribeSql, ListStatements, ROWS, RunSql, SaveStatement, Selected},
    },
};
use arrow::{
    array::{ArrayRef, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use futures::{StreamExt, stream};
use http::StatusCode;
use server::access::audit::lines;
use std::{sync::Arc, time::Duration};
use tests::house::{House, Visitor, baskets, houses};

async fn run(visitor: &mut Visitor, statement: &str) -> Result<Selected, (StatusCode, Fault)> {
    visitor.ask(&RunSql { statement: statement.into(), limit: ROWS }).await
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_the_right_writes_sql() {
    let house = House::empty(None).await.furnished().await;
    for name in ["ana", "adela"] {
        let mut person = house.signed_in(name).await;
        assert_eq!(run(&mut person, "select count(*) from baskets").await.unwrap_err().0, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(person.ask(&DescribeSql {}).await.unwrap_err().0, StatusCode::FORBIDDEN, "{name}");
        let subject = Subject::Statement { title: "SQL".into(), statement: "select region from baskets".into() };
        let order = MakeReport { subject, format: Format::Csv, options: Options::default() };
        assert_eq!(person.ask(&order).await.unwrap_err().0, StatusCode::FORBIDDEN, "{name}");
    }
    // The right alone gives no data.
    let mut marta = house.signed_in("marta").await;
    assert!(marta.ask(&DescribeSql {}).await.unwrap().tables.is_empty());
    assert_eq!(run(&mut marta, "select 1 as one").await.unwrap().rows, [[Value::Integer(1)]]);
    assert_eq!(run(&mut marta, "select * from baskets").await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_a_statement_gives_its_readers_share_and_no_more() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut fermin) = (house.signed_in("sergio").await, house.signed_in("fermin").await);
        let statement = "select region, count(*) as lines, sum(sales_value) as sales from baskets group by region";
        let own = run(&mut sergio, statement).await.unwrap();
        assert_eq!(own.rows, [[text("South"), Value::Integer(1), Value::Number(2.5)]]);
        assert_eq!(own.columns.iter().map(|column| column.kind).collect::<Vec<_>>(), [ColumnKind::Text, ColumnKind::Integer, ColumnKind::Number]);
        let question = Question { mart: "baskets".into(), measures: vec!["rows".into()], ..Question::default() };
        let asked = sergio.ask(&AskQuestion { question, chart: ChartKind::Number, language: Default::default() }).await.unwrap();
        assert_eq!(asked.rows, run(&mut sergio, "select count(*) from baskets").await.unwrap().rows);

        // A masked column is its mask in every place of a statement.
        let masked = run(&mut sergio, "select household_id from baskets").await.unwrap();
        assert!(masked.columns[0].masked && masked.columns[0].kind == ColumnKind::Text);
        assert_ne!(masked.rows[0][0], text("2"));
        let found = run(&mut sergio, "select count(*) from baskets where cast(household_id as varchar) = '2'").await.unwrap();
        assert_eq!(found.rows, [[Value::Integer(0)]]);
        let open = run(&mut fermin, "select household_id from baskets order by household_id").await.unwrap();
        assert_eq!(open.rows, [1, 2, 3, 4].map(|id| vec![Value::Integer(id)]));

        // What the editor offers is what may be read.
        let schema = sergio.ask(&DescribeSql {}).await.unwrap();
        assert_eq!(schema.tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["baskets"]);
        let columns: Vec<(&str, bool)> = schema.tables[0].columns.iter().map(|column| (column.name.as_str(), column.masked)).collect();
        assert_eq!(columns, [("region", false), ("household_id", true), ("sales_value", false)]);
        assert!(schema.functions.contains(&"sum".to_owned()) && !schema.functions.contains(&"version".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_holds_the_first_rows_and_says_that_there_are_more() {
    let house = House::empty(None).await.furnished().await;
    let mut fermin = house.signed_in("fermin").await;
    let ask = |limit| RunSql { statement: "select region from baskets order by region".into(), limit };
    let first = fermin.ask(&ask(2)).await.unwrap();
    assert_eq!((first.rows, first.truncated), (vec![vec![text("East")], vec![text("North")]], true));
    let all = fermin.ask(&ask(4)).await.unwrap();
    assert_eq!((all.rows.len(), all.truncated), (4, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_what_is_refused_is_said_with_what_to_change() {
    let house = House::empty(None).await.furnished().await;
    let (mut sergio, mut marta) = (house.signed_in("sergio").await, house.signed_in("marta").await);
    for (statement, said) in [
        ("explain select * from baskets", "One select can be run"),
        ("explain analyze select * from baskets", "One select can be run"),
        ("select 1; select 2", "no second statement"),
        ("insert into baskets select * from baskets", "One select can be run"),
        ("copy (select * from baskets) to '/tmp/leak.csv'", ""),
        ("selekt 1", "look at line 1"),
        ("select version()", "There is no function version"),
        ("select nowhere from baskets", "There is no column nowhere"),
        ("select * from generate_series(1, 5)", "no functions and no files"),
        ("select cast(region as bigint) from baskets", "try_cast"),
        ("select region, sum(sales_value) from baskets", "group by"),
    ] {
        let (status, fault) = run(&mut sergio, statement).await.expect_err(statement);
        assert_eq!((status, fault.kind), (StatusCode::UNPROCESSABLE_ENTITY, FaultKind::Invalid), "{statement}: {fault:?}");
        assert_eq!(fault.field.as_deref(), Some("statement"), "{statement}");
        assert!(fault.message.en.contains(said), "{statement}: {}", fault.message.en);
        assert!(!fault.message.es.is_empty() && fault.message.es != fault.message.en, "{statement}: {}", fault.message.es);
        for word in ["lake", "atalaya", "South", "DataFusion", "Utf8"] {
            assert!(!fault.message.en.contains(word), "{statement}: {}", fault.message.en);
        }
    }
    // A mart of somebody else and one that is not there are told alike.
    let told = |(status, fault): (StatusCode, Fault), name: &str| (status, fault.message.en.replace(name, "x"), fault.message.es.replace(name, "x"));
    let foreign = run(&mut marta, "select * from baskets").await.unwrap_err();
    let absent = run(&mut marta, "select * from no_such_mart").await.unwrap_err();
    assert_eq!(told(foreign, "baskets"), told(absent, "no_such_mart"));
    assert!(run(&mut sergio, "select * from lake.transactions").await.is_err(), "a table of the lake is no mart");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_is_the_page_in_full_and_needs_the_right_to_it() {
    let house = House::empty(None).await.furnished().await;
    let statement = "select region, sum(sales_value) as sales from baskets group by region order by region";
    let order = |format| MakeReport {
        subject: Subject::Statement { title: "Sales by region".into(), statement: statement.into() },
        format,
        options: Options::default(),
    };
    let body = |format| serde_json::to_vec(&order(format)).unwrap();
    for name in ["sergio", "fermin"] {
        let mut person = house.signed_in(name).await;
        let page = run(&mut person, statement).await.unwrap();
        let rows: Vec<(String, f64)> = page
            .rows
            .iter()
            .map(|row| match row.as_slice() {
                [Value::Text(region), Value::Number(sales)] => (region.clone(), *sales),
                other => panic!("{other:?}"),
            })
            .collect();
        let (status, file) = person.post("/api/reports/stream", "application/json", body(Format::Csv)).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&file));
        let mut reader = csv::Reader::from_reader(file.as_slice());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), ["region", "sales"]);
        let records = reader.records().map(|record| record.unwrap());
        let written: Vec<(String, f64)> = records.map(|record| (record[0].to_owned(), record[1].parse().unwrap())).collect();
        assert_eq!(written, rows, "{name}");
        let (_, file) = person.post("/api/reports/stream", "application/json", body(Format::Json)).await;
        let objects: Vec<serde_json::Value> = serde_json::from_slice(&file).unwrap();
        let written: Vec<(String, f64)> =
            objects.iter().map(|object| (object["region"].as_str().unwrap().to_owned(), object["sales"].as_f64().unwrap())).collect();
        assert_eq!(written, rows, "{name}");
    }
    house.portal.audit.flush().await.unwrap();
    let log = lines(&house.portal.database, None, "reports.stream", 10).await.unwrap();
    let told = log.iter().filter(|line| line.record.details["statements"][0] == statement && line.record.details["marts"][0] == "baskets").count();
    assert_eq!(told, 4, "{log:?}");
    let log = lines(&house.portal.database, None, "warehouse.sql", 10).await.unwrap();
    assert!(log.iter().any(|line| line.record.object == "mart baskets" && line.record.details["statement"] == statement), "{log:?}");
}

/// Another version of the mart, with 40,000 lines.
async fn many(house: &House) -> u64 {
    let batch = |part: i64| {
        let columns: [(&str, ArrayRef); 3] = [
            ("region", Arc::new(StringArray::from(vec!["North"; 1_000]))),
            ("household_id", Arc::new(Int64Array::from_iter_values(part * 1_000..(part + 1) * 1_000))),
            ("sales_value", Arc::new(Float64Array::from(vec![1.5; 1_000]))),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap()
    };
    let batches: Vec<_> = (0..40).map(|part| Ok(batch(part))).collect();
    let schema = batch(0).schema();
    house.portal.warehouse.write("mart.baskets", "many", schema, stream::iter(batches).boxed()).await.unwrap().version
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_ends_the_query_and_is_in_the_log() {
    let house = House::empty(None).await.furnished().await;
    house.publish(&[baskets(many(&house).await)]).await;
    let mut fermin = house.signed_in("fermin").await;
    let endless = "select count(*) from baskets a, baskets b \
                   where (a.household_id * 31 + b.household_id * 17) % 1009 = (a.household_id + b.household_id) % 7";
    // More than may be at work at once: were they not stopped, the last one would wait in line for a minute.
    let slots = 2 * std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 16));
    for _ in 0..slots + 2 {
        assert!(tokio::time::timeout(Duration::from_millis(200), run(&mut fermin, endless)).await.is_err(), "it is not endless");
    }
    let answered = tokio::time::timeout(Duration::from_secs(30), run(&mut fermin, "select count(*) from baskets")).await.expect("an answer");
    assert_eq!(answered.unwrap().rows, [[Value::Integer(40_000)]]);
    house.portal.audit.flush().await.unwrap();
    let log = lines(&house.portal.database, None, "warehouse.sql", 100).await.unwrap();
    assert!(log.iter().any(|line| line.record.details["cancelled"] == true && line.record.details["statement"] == endless), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a02_saved_statements_are_their_owners_alone() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut fermin) = (house.signed_in("sergio").await, house.signed_in("fermin").await);
        let wanted = SaveStatement { id: String::new(), title: " Sales ".into(), statement: "select 1".into() };
        let saved = sergio.ask(&wanted).await.unwrap();
        assert_eq!(saved.title, "Sales");
        let renamed = SaveStatement { id: saved.id.clone(), title: "Units".into(), ..wanted.clone() };
        sergio.ask(&renamed).await.unwrap();
        let own = sergio.ask(&ListStatements {}).await.unwrap();
        assert_eq!(own.iter().map(|one| (one.id.as_str(), one.title.as_str())).collect::<Vec<_>>(), [(saved.id.as_str(), "Units")]);
        // Another's, and none at all, are told alike.
        assert!(fermin.ask(&ListStatements {}).await.unwrap().is_empty());
        let absent = fermin.ask(&DeleteStatement { id: "none".into() }).await.unwrap_err();
        assert_eq!(fermin.ask(&DeleteStatement { id: saved.id.clone() }).await.unwrap_err(), absent);
        assert_eq!(fermin.ask(&renamed).await.unwrap_err().0, StatusCode::NOT_FOUND);
        assert_eq!(sergio.ask(&SaveStatement { title: " ".into(), ..wanted }).await.unwrap_err().1.field.as_deref(), Some("title"));
        sergio.ask(&DeleteStatement { id: saved.id }).await.unwrap();
        assert!(sergio.ask(&ListStatements {}).await.unwrap().is_empty());
    }
}
