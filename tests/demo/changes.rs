//! What a change of somebody's access does to everything that was kept for them.

use super::{counts::figures, downloads::made};
use app::{
    ask::FaultKind,
    identity::asks::{AddPerson, ChangePerson},
    reports::asks::{Format, ListReports, RunAgain, State, Subject},
    warehouse::asks::{AskQuestion, ChartKind, Dimension, ListValues, Question, Value},
};
use reqwest::StatusCode;
use tests::demo::{Demo, Person, demo};

/// A sales manager of one region, who exists for one test alone.
async fn manager(demo: &Demo, adela: &Person, name: &str, region: &str) -> (String, Person) {
    let email = format!("{name}@atalaya.example");
    let first = adela.ask(&about(name, region)).await.unwrap();
    (first.person, demo.signed_in(&email, &first.password).await)
}

fn about(name: &str, region: &str) -> AddPerson {
    let attributes = vec![("regions".to_owned(), vec![region.to_owned()])];
    AddPerson { name: name.into(), email: format!("{name}@atalaya.example"), department: "sales".into(), role: "manager".into(), attributes }
}

async fn move_to(adela: &Person, id: &str, name: &str, region: &str) {
    let AddPerson { name, department, role, attributes, .. } = about(name, region);
    adela.ask(&ChangePerson { id: id.to_owned(), name, department, role, attributes }).await.unwrap();
}

fn by_region() -> Question {
    Question {
        mart: "sales_by_day".into(),
        measures: vec!["sales".into()],
        dimensions: vec![Dimension { column: "region".into(), grain: None }],
        ..Question::default()
    }
}

/// The regions that somebody sees, by a question and by the list of a filter's values.
async fn regions(person: &Person) -> Vec<Value> {
    let answer = person.ask(&AskQuestion { question: by_region(), chart: ChartKind::Bar, language: app::text::Language::En }).await.unwrap();
    let asked: Vec<Value> = answer.rows.into_iter().map(|row| row[0].clone()).collect();
    let values = ListValues { mart: "sales_by_day".into(), column: "region".into(), search: String::new(), limit: 10 };
    let listed: Vec<Value> = person.ask(&values).await.unwrap().into_iter().map(|value| value.value).collect();
    assert_eq!(asked, listed);
    let drawn = answer.option.unwrap_or_default().to_string();
    for other in ["North", "South", "East", "West"] {
        assert_eq!(drawn.contains(other), asked.contains(&Value::Text(other.into())), "{drawn}");
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a43_two_managers_of_two_regions_share_no_cached_answer() {
    let Some(demo) = demo().await else { return };
    let adela = demo.person("adela").await;
    let (id, east) = manager(demo, &adela, "eva", "East").await;
    let (_, west) = manager(demo, &adela, "olmo", "West").await;
    for _ in 0..3 {
        let (one, other) = tokio::join!(regions(&east), regions(&west));
        assert_eq!((one, other), (vec![Value::Text("East".into())], vec![Value::Text("West".into())]));
    }
    let before = figures(&east, Question { dimensions: Vec::new(), ..by_region() }).await;
    move_to(&adela, &id, "eva", "West").await;
    assert_eq!(regions(&east).await, [Value::Text("West".into())]);
    let question = || Question { dimensions: Vec::new(), ..by_region() };
    let (after, theirs) = (figures(&east, question()).await, figures(&west, question()).await);
    assert!(after == theirs && after != before, "{before:?} {after:?} {theirs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a44_a_report_made_under_other_rules_is_only_run_again() {
    let Some(demo) = demo().await else { return };
    let adela = demo.person("adela").await;
    let (id, lena) = manager(demo, &adela, "lena", "South").await;
    let subject = Subject::Question { title: "Sales".into(), question: by_region(), chart: ChartKind::Table };
    let card = made(&lena, subject, Format::Csv).await;
    let path = format!("/reports/{}/file", card.id);
    assert!(lena.get(&path).await.text().await.unwrap().contains("South"));

    move_to(&adela, &id, "lena", "North").await;
    let refused = lena.get(&path).await;
    assert_ne!(refused.status(), StatusCode::OK);
    assert!(!refused.text().await.unwrap().contains("South"));
    let listed = lena.ask(&ListReports {}).await.unwrap();
    assert_eq!(listed.iter().find(|report| report.id == card.id).map(|report| report.state), Some(State::RunAgain));

    let again = lena.ask(&RunAgain { id: card.id.clone() }).await.unwrap();
    let again = super::downloads::ready(&lena, again).await;
    let file = lena.get(&format!("/reports/{}/file", again.id)).await.text().await.unwrap();
    assert!(file.contains("North") && !file.contains("South"), "{file}");

    // Back under the first rules the first file is theirs again; nobody else's at any time.
    move_to(&adela, &id, "lena", "South").await;
    assert_eq!(lena.get(&path).await.status(), StatusCode::OK);
    let sergio = demo.person("sergio").await;
    assert_eq!(sergio.get(&path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(sergio.ask(&RunAgain { id: card.id }).await.unwrap_err().1.kind, FaultKind::NotFound);
}
