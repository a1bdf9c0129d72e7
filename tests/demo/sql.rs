//! SQL of one's own over the real data: the same figures as the questions, under the same rules, on a page and in a file.

use super::{
    counts::figures,
    downloads::{made, words},
};
use app::{
    reports::asks::{Format, Subject},
    warehouse::{
        asks::{Question, Value},
        sql::asks::{ROWS, RunSql},
    },
};
use tests::demo::{Person, demo};

async fn first_row(person: &Person, statement: &str) -> Vec<f64> {
    let selected = person.ask(&RunSql { statement: statement.into(), limit: ROWS }).await.expect("an answer");
    let figure = |value: &Value| match value {
        Value::Integer(number) => *number as f64,
        Value::Number(number) => *number,
        other => panic!("{other:?} is no figure"),
    };
    selected.rows[0].iter().map(figure).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_counts_what_the_question_counts() {
    let Some(demo) = demo().await else { return };
    for (name, lines) in [("sergio", 394_733.0), ("fermin", 1_469_307.0)] {
        let person = demo.person(name).await;
        let question = Question { mart: "baskets".into(), measures: vec!["lines".into(), "sales".into()], ..Question::default() };
        let (asked, written) = (figures(&person, question).await, first_row(&person, "select count(*), sum(sales_value) from baskets").await);
        assert_eq!((asked[0], written[0]), (lines, lines), "{name}");
        assert!((asked[1] - written[1]).abs() < 0.005, "{name}: {asked:?} {written:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_statement_holds_every_row_of_it() {
    let Some(demo) = demo().await else { return };
    let sergio = demo.person("sergio").await;
    let statement = "select region, household_id, count(*) as lines from baskets group by region, household_id order by lines desc, household_id";
    let page = sergio.ask(&RunSql { statement: statement.into(), limit: 10 }).await.unwrap();
    assert!(page.truncated && page.rows.len() == 10);
    let households = first_row(&sergio, &format!("select count(*) from ({statement}) t")).await[0];
    let subject = || Subject::Statement { title: "Households".into(), statement: statement.into() };
    let card = made(&sergio, subject(), Format::Csv).await;
    assert_eq!(card.rows as f64, households);
    let file = sergio.get(&format!("/reports/{}/file", card.id)).await.bytes().await.unwrap();
    let mut reader = csv::Reader::from_reader(&file[..]);
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
    assert!(records.iter().all(|record| &record[0] == "South"));
    for (record, row) in records.iter().zip(&page.rows) {
        assert_eq!(Value::Text(record[1].to_owned()), row[1]);
    }
    let card = made(&sergio, subject(), Format::Pdf).await;
    let text = words(&sergio.get(&format!("/reports/{}/file", card.id)).await.bytes().await.unwrap());
    assert!(text.contains("Households") && text.contains("South"), "{}", &text[..text.len().min(2000)]);
}
