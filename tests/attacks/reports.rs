//! Attacks on files: what they are called, what a spreadsheet would run, under which rules they are made and opened.

use super::{publish, until_idle};
use app::{
    governance::asks::{ListPolicies, MaskRule, SavePolicy},
    identity::asks::{ChangePerson, DisablePerson},
    reports::asks::*,
    warehouse::asks::{ChartKind, Dimension, Question, Sort},
};
use axum::body::Body;
use http::{Request, StatusCode};
use tests::house::{House, Visitor, houses};

fn by_region(format: Format) -> MakeReport {
    let dimensions = vec![Dimension { column: "region".into(), grain: None }];
    let question = Question { mart: "baskets".into(), measures: vec!["rows".into()], dimensions, ..Question::default() };
    MakeReport { subject: Subject::Question { title: "Regions".into(), question, chart: ChartKind::Table }, format, options: Options::default() }
}

async fn file(visitor: &mut Visitor, id: &str) -> (StatusCode, String) {
    let (status, _, body) = visitor.send(Request::get(format!("/reports/{id}/file")).body(Body::empty()).unwrap()).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn streamed(visitor: &mut Visitor, order: &MakeReport) -> (StatusCode, Vec<u8>) {
    visitor.post("/api/reports/stream", "application/json", serde_json::to_vec(order).unwrap()).await
}

async fn state(visitor: &mut Visitor, id: &str) -> State {
    visitor.ask(&ReportState { id: id.into() }).await.unwrap().state
}

/// Sergio's region, by an administrator.
async fn move_to(house: &House, adela: &mut Visitor, region: &str) {
    let id = house.person("sergio").await;
    let attributes = vec![("regions".into(), vec![region.into()])];
    adela.ask(&ChangePerson { id, name: "Sergio Vidal".into(), department: "sales".into(), role: "manager".into(), attributes }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a15_no_name_of_a_report_leads_out_of_its_folder() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    std::fs::write(house.portal.config.data.join("beside.csv"), "kept-out-of-reach").unwrap();
    for id in ["..%2fbeside", "%2e%2e%2fbeside", "..", "%2e%2e", "..%2f..%2fkey", "..%5cbeside", "*", "none%00", "beside.csv"] {
        let (status, body) = file(&mut sergio, id).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{id}");
        assert!(!body.contains("kept-out-of-reach"), "{id}");
    }
    let mut made = Vec::new();
    for title in ["../../beside", "/etc/passwd", "..\\..\\beside", "CON", "\u{202e}vsc.exe", ".", "beside.csv\0.exe"] {
        let MakeReport { subject: Subject::Question { question, chart, .. }, format, options } = by_region(Format::Csv) else { panic!() };
        let order = MakeReport { subject: Subject::Question { title: title.into(), question, chart }, format, options };
        made.push((title, sergio.ask(&order).await.unwrap().id));
    }
    until_idle(&house).await;
    for (title, id) in made {
        assert_eq!(state(&mut sergio, &id).await, State::Ready, "{title:?}");
        assert!(file(&mut sergio, &id).await.1.contains("South"), "{title:?}");
    }
    assert_eq!(std::fs::read_to_string(house.portal.config.data.join("beside.csv")).unwrap(), "kept-out-of-reach");
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_a_spreadsheet_runs_no_cell_and_numbers_stay_numbers() {
    let house = House::empty(None).await.furnished().await;
    let run = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@sum(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", "=1,\"2\"\n3"];
    let plain = ["-5", "+7.5", "1=1", "a@b.example", "'x", " =1"];
    let regions = [run.as_slice(), plain.as_slice()].concat();
    publish(&house, &regions, &vec![-1.5; regions.len()]).await;
    let mut fermin = house.signed_in("fermin").await;
    let columns = ["household_id", "region", "sales_value"].map(str::to_owned).to_vec();
    let sort = vec![Sort { by: "household_id".into(), descending: false }];
    let question = Question { mart: "baskets".into(), columns, sort, ..Question::default() };
    let subject = Subject::Question { title: "Cells".into(), question, chart: ChartKind::Table };
    let order = |format, options| MakeReport { subject: subject.clone(), format, options };
    for (spanish_excel, delimiter, number) in [(false, b',', "-1.5"), (true, b';', "-1,5")] {
        let (status, csv) = streamed(&mut fermin, &order(Format::Csv, Options { spanish_excel, ..Options::default() })).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&csv));
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(csv.as_slice());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), regions.len());
        for (record, region) in records.iter().zip(&regions) {
            let written = if run.contains(region) { format!("'{region}") } else { (*region).to_owned() };
            assert_eq!((&record[1], &record[2]), (written.as_str(), number), "{region:?}");
        }
    }
    // JSON is read by programs: there the text is as it is.
    let (_, json) = streamed(&mut fermin, &order(Format::Json, Options::default())).await;
    let objects: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    assert_eq!(objects.iter().map(|object| object["region"].as_str().unwrap()).collect::<Vec<_>>(), regions);
    // The head of a column may be anybody's words, too.
    let subject = Subject::Statement { title: "Head".into(), statement: "select sales_value as \"=1+1\" from baskets".into() };
    let (status, csv) = streamed(&mut fermin, &MakeReport { subject, format: Format::Csv, options: Options::default() }).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY || csv.starts_with(b"'=1+1"), "{status} {}", String::from_utf8_lossy(&csv));
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_a_report_is_made_under_the_rules_of_when_it_is_made_and_for_nobody_who_is_gone() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut sergio) = (house.signed_in("adela").await, house.signed_in("sergio").await);
        let card = sergio.ask(&by_region(Format::Csv)).await.unwrap();
        move_to(&house, &mut adela, "East").await;
        until_idle(&house).await;
        let (status, text) = file(&mut sergio, &card.id).await;
        assert!(status == StatusCode::OK && text.contains("East") && !text.contains("South"), "{status} {text}");

        let card = sergio.ask(&by_region(Format::Csv)).await.unwrap();
        let id = house.person("sergio").await;
        adela.ask(&DisablePerson { id: id.clone(), disabled: true }).await.unwrap();
        until_idle(&house).await;
        adela.ask(&DisablePerson { id, disabled: false }).await.unwrap();
        let mut sergio = house.signed_in("sergio").await;
        assert_eq!(state(&mut sergio, &card.id).await, State::Failed);
        assert_eq!(file(&mut sergio, &card.id).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a44_a_file_opens_only_under_the_share_that_it_was_made_under() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut sergio, mut fermin) = (house.signed_in("adela").await, house.signed_in("sergio").await, house.signed_in("fermin").await);
        let card = sergio.ask(&by_region(Format::Csv)).await.unwrap();
        until_idle(&house).await;
        assert!(file(&mut sergio, &card.id).await.1.contains("South"));
        assert_eq!(file(&mut fermin, &card.id).await, file(&mut fermin, "none").await, "however much he sees himself");
        move_to(&house, &mut adela, "North").await;
        let (status, text) = file(&mut sergio, &card.id).await;
        assert!(status == StatusCode::CONFLICT && !text.contains("South"), "{status} {text}");
        assert_eq!(sergio.ask(&ListReports {}).await.unwrap()[0].state, State::RunAgain);
        move_to(&house, &mut adela, "South").await;
        assert_eq!(file(&mut sergio, &card.id).await.0, StatusCode::OK);
        // A mask that the file does not hold closes it as well.
        let listed = adela.ask(&ListPolicies {}).await.unwrap();
        let mut policy = listed.policies.into_iter().find(|policy| policy.department == "sales").unwrap();
        policy.masks.push(MaskRule { column: "sales_value".into(), mask: "bucket:10".into() });
        adela.ask(&SavePolicy { policy, why: "rounded".into() }).await.unwrap();
        assert_eq!(file(&mut sergio, &card.id).await.0, StatusCode::CONFLICT);
        let again = sergio.ask(&RunAgain { id: card.id.clone() }).await.unwrap();
        until_idle(&house).await;
        assert_eq!((state(&mut sergio, &again.id).await, state(&mut sergio, &card.id).await), (State::Ready, State::RunAgain));
    }
}
