//! Whole marts as CSV, JSON and PDF, from the terminal and from the report store.

use app::{
    reports::asks::{Format, MakeReport, Options, ReportCard, ReportState, State, Subject},
    warehouse::asks::{ChartKind, Question},
};
use std::{
    collections::BTreeSet,
    process::Command,
    time::{Duration, Instant},
};
use tests::demo::{Demo, Person, demo};

/// Exports a mart as somebody; gives the file.
fn export(demo: &Demo, person: &str, format: &str) -> std::path::PathBuf {
    let file = demo.program.folder.join(format!("{person}.{format}"));
    let email = format!("{person}@atalaya.example");
    demo.program.read(&["export", "baskets", "--as", &email, "--format", format, "--output", &file.to_string_lossy()]);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_holds_every_basket_line_of_finance_and_only_the_south_of_sergio() {
    let Some(demo) = demo().await else { return };
    let (mut rows, mut cents) = (0_u64, 0_i64);
    let mut raw = BTreeSet::new();
    let mut reader = csv::Reader::from_path(export(demo, "fermin", "csv")).unwrap();
    let place =
        |headers: &csv::StringRecord, name: &str| headers.iter().position(|header| header == name).unwrap_or_else(|| panic!("no {name} in {headers:?}"));
    let headers = reader.headers().unwrap().clone();
    let (value, household) = (place(&headers, "sales_value"), place(&headers, "household_id"));
    for record in reader.records() {
        let record = record.unwrap();
        rows += 1;
        cents += (record[value].parse::<f64>().unwrap() * 100.0).round() as i64;
        raw.insert(record[household].to_owned());
    }
    assert_eq!((rows, cents), (1_469_307, 459_603_958));

    let mut reader = csv::Reader::from_path(export(demo, "sergio", "csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let (region, household) = (place(&headers, "region"), place(&headers, "household_id"));
    let mut count = 0;
    for record in reader.records() {
        let record = record.unwrap();
        count += 1;
        assert_eq!(&record[region], "South");
        assert!(!raw.contains(&record[household]), "a raw household id: {}", &record[household]);
    }
    assert_eq!(count, 394_733);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_lines_are_objects_of_the_same_rows() {
    let Some(demo) = demo().await else { return };
    let text = std::fs::read_to_string(export(demo, "sergio", "json")).unwrap();
    let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.len(), 394_733);
    assert!(rows.iter().all(|row| row["region"] == "South"));
}

/// Orders a report and waits for it.
pub async fn made(person: &Person, subject: Subject, format: Format) -> ReportCard {
    let order = MakeReport { subject, format, options: Options::default() };
    ready(person, person.ask(&order).await.unwrap()).await
}

/// Waits for a report that was ordered.
pub async fn ready(person: &Person, mut card: ReportCard) -> ReportCard {
    let until = Instant::now() + Duration::from_secs(60);
    while matches!(card.state, State::Waiting | State::Making) {
        assert!(Instant::now() < until, "{card:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
        card = person.ask(&ReportState { id: card.id }).await.unwrap();
    }
    assert_eq!(card.state, State::Ready, "{card:?}");
    card
}

/// What poppler reads in a PDF.
pub fn words(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().expect("poppler-utils is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_is_one_document_whose_charts_and_tables_can_be_searched() {
    let Some(demo) = demo().await else { return };
    let fermin = demo.person("fermin").await;
    let card = made(&fermin, Subject::Dashboard { id: "finance".into(), filters: Vec::new() }, Format::Pdf).await;
    let text = words(&fermin.get(&format!("/reports/{}/file", card.id)).await.bytes().await.unwrap());
    // Cover, a figure, and words that only a chart's axis or mark shows.
    for word in ["Revenue and discounts", "Fermín Otero", "GROCERY", "South"] {
        assert!(text.to_lowercase().contains(&word.to_lowercase()), "no {word:?} in\n{}", &text[..text.len().min(3000)]);
    }
    let last = format!("{0} of {0}", card.pages.unwrap());
    assert!(text.contains(&last), "no page {last}");

    // It is its maker's alone, and a missing one looks the same.
    let sergio = demo.person("sergio").await;
    let (foreign, absent) = (sergio.get(&format!("/reports/{}/file", card.id)).await, sergio.get("/reports/none/file").await);
    assert_eq!((foreign.status().as_u16(), absent.status().as_u16()), (404, 404));
    assert_eq!(foreign.text().await.unwrap(), absent.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_table_says_what_was_left_out_and_repeats_its_head() {
    let Some(demo) = demo().await else { return };
    let fermin = demo.person("fermin").await;
    let columns = ["day", "store_id", "region", "department", "brand", "quantity", "sales_value", "basket_id"];
    let question = Question { mart: "baskets".into(), columns: columns.iter().map(|name| (*name).to_owned()).collect(), ..Question::default() };
    let card = made(&fermin, Subject::Question { title: "Líneas de cesta".into(), question, chart: ChartKind::Table }, Format::Pdf).await;
    assert_eq!(card.rows, 10_000);
    assert!(card.left_out.is_some());
    let text = words(&fermin.get(&format!("/reports/{}/file", card.id)).await.bytes().await.unwrap());
    let pages = card.pages.unwrap();
    assert!(text.contains("1,469,307") && text.contains("Líneas de cesta"));
    assert!(text.matches("Region").count() >= pages as usize - 1, "{pages} pages, {} heads", text.matches("Region").count());
    assert!(pages < 260, "{pages} pages for 10,000 rows");
}
