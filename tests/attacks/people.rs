//! Attacks by what people are called and by what administrators do to each other.

use app::{
    ask::Ask,
    dashboards::asks::{CreateDashboard, FindAnything, ListDashboards, OpenDashboard},
    governance::asks::{ListAudit, PolicyCard, PreviewPolicy, SaveDepartment},
    identity::asks::*,
    reports::asks::{Format, MakeReport, Options, Subject},
    text::Text,
    warehouse::asks::{AskQuestion, ChartKind, ListValues, Question, Value},
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use tests::house::{House, Visitor, houses};

const HOSTILE: &str = r#"O'Hara"; drop table person; -- <b>{{7*7}}</b> ${x} %s"#;

fn ana(id: String, regions: &[&str]) -> ChangePerson {
    let regions = regions.iter().map(|region| (*region).to_owned()).collect();
    ChangePerson { id, name: "Ana Robles".into(), department: "sales".into(), role: "employee".into(), attributes: vec![("regions".into(), regions)] }
}

/// How many lines of the mart somebody sees.
async fn lines(visitor: &mut Visitor) -> Value {
    let question = Question { mart: "baskets".into(), measures: vec!["rows".into()], ..Question::default() };
    visitor.ask(&AskQuestion { question, chart: ChartKind::Number, language: Default::default() }).await.unwrap().rows[0][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a11_names_with_quotes_comments_and_line_ends_are_names_or_refused() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let person = AddPerson {
            name: HOSTILE.into(),
            email: "o.hara@atalaya.example".into(),
            department: "sales".into(),
            role: "manager".into(),
            attributes: Vec::new(),
        };
        let first = adela.ask(&person).await.unwrap();
        let people = adela.ask(&ListPeople {}).await.unwrap().people;
        assert!(people.len() == 6 && people.iter().any(|person| person.name == HOSTILE), "{people:?}");
        for name in ["a\nb", "a\r\nset-cookie: x=1", "a\0b", "a\u{1b}[31m"] {
            let refused = adela.ask(&AddPerson { name: name.into(), email: "b@x.example".into(), ..person.clone() }).await.err().unwrap();
            assert_eq!(refused.1.field.as_deref(), Some("name"), "{name:?}");
            let department = SaveDepartment { name: "new".into(), title: Text::same(name) };
            assert_eq!(adela.ask(&department).await.unwrap_err().1.field.as_deref(), Some("title"));
        }
        for name in ["x'; drop table person", "../x", "X", "", "x y", "x\n"] {
            let department = SaveDepartment { name: name.into(), title: Text::same("New") };
            assert_eq!(adela.ask(&department).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
        }
        // Searches take what is written as it is.
        house.portal.audit.flush().await.unwrap();
        for text in ["' or '1'='1", "%", "a%d", "\\", "\"; --", "*"] {
            let asked = ListAudit { search: text.into(), ..ListAudit::default() };
            assert!(adela.ask(&asked).await.unwrap().records.is_empty(), "audit {text}");
        }
        let mut hara = house.visitor();
        hara.ask(&SignIn { email: person.email, password: first.password }).await.unwrap();
        assert_eq!(hara.ask(&WhoAmI {}).await.unwrap().name, HOSTILE);
        let mut fermin = house.signed_in("fermin").await;
        for text in ["' or '1'='1", "%", "_", "\\", "\") union select 1 --"] {
            assert!(fermin.ask(&FindAnything { text: text.into() }).await.unwrap().is_empty(), "find {text}");
            let values = ListValues { mart: "baskets".into(), column: "region".into(), search: text.into(), limit: 10 };
            assert!(fermin.ask(&values).await.unwrap().is_empty(), "values {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a11_a_title_adds_no_header() {
    let house = House::empty(None).await.furnished().await;
    let mut fermin = house.signed_in("fermin").await;
    let question = Question { mart: "baskets".into(), columns: vec!["region".into()], ..Question::default() };
    let subject = Subject::Question { title: "a\r\nset-cookie: evil=1\r\n\r\n\"; x=\"".into(), question, chart: ChartKind::Table };
    let order = MakeReport { subject, format: Format::Csv, options: Options::default() };
    let body = Body::from(serde_json::to_vec(&order).unwrap());
    let request = Request::post("/api/reports/stream").header(header::CONTENT_TYPE, "application/json").body(body).unwrap();
    let (status, headers, _) = fermin.send(request).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!headers.contains_key("evil") && !format!("{:?}", headers.get(header::SET_COOKIE)).contains("evil"), "{headers:?}");
    let name = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    let plain = name.strip_prefix("attachment; filename=\"").and_then(|name| name.strip_suffix(".csv\"")).unwrap_or_else(|| panic!("{name}"));
    assert!(plain.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character)), "{name}");
}

/// Braces are letters: in titles, and in the values that rules compare with.
#[tokio::test(flavor = "multi_thread")]
async fn a12_braces_are_filled_in_nowhere() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut visitor, mut sergio) = (house.signed_in("adela").await, house.signed_in("ana").await, house.signed_in("sergio").await);
        let id = house.person("ana").await;
        assert_eq!(lines(&mut visitor).await, Value::Integer(1));
        for region in ["{{region}}", "person.regions", "${regions}", "%", "*", "North' or '1'='1", "North%", "{{person.regions}}", "region"] {
            adela.ask(&ana(id.clone(), &[region])).await.unwrap();
            assert_eq!(lines(&mut visitor).await, Value::Integer(0), "{region}");
        }
        adela.ask(&ana(id, &["North"])).await.unwrap();
        assert_eq!(lines(&mut visitor).await, Value::Integer(1));
        let title = "{{7*7}} {{person.regions}} ${x} #{y} {0} %s";
        let board = sergio.ask(&CreateDashboard { title: title.into() }).await.unwrap();
        assert_eq!(sergio.ask(&OpenDashboard { id: board }).await.unwrap().card.title, Text::same(title));
        assert!(sergio.ask(&ListDashboards {}).await.unwrap().iter().any(|card| card.title.en == title));
    }
}

/// Each is counted after the other, however close together they come.
#[tokio::test(flavor = "multi_thread")]
async fn a26_of_two_administrators_who_disable_each_other_at_once_one_stays() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let person = AddPerson {
            name: "Eva".into(),
            email: "eva@atalaya.example".into(),
            department: "administration".into(),
            role: "administrator".into(),
            attributes: Vec::new(),
        };
        let first = adela.ask(&person).await.unwrap();
        let adela_id = house.person("adela").await;
        let (own, other) = (DisablePerson { id: adela_id.clone(), disabled: true }, DisablePerson { id: first.person.clone(), disabled: true });
        let enter = |email: &str, password: &str| SignIn { email: email.into(), password: password.into() };
        let mut eva = house.visitor();
        eva.ask(&enter("eva@atalaya.example", &first.password)).await.unwrap();
        for _ in 0..3 {
            let (one, two) = tokio::join!(adela.ask(&other), eva.ask(&own));
            assert_ne!(one.is_ok(), two.is_ok(), "{one:?} {two:?}");
            let (stays, gone, id) = if one.is_ok() { (&mut adela, &mut eva, &first.person) } else { (&mut eva, &mut adela, &adela_id) };
            assert_eq!(gone.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED);
            stays.ask(&DisablePerson { id: id.clone(), disabled: false }).await.unwrap();
            let email = if *id == adela_id { "adela@atalaya.example" } else { "eva@atalaya.example" };
            gone.ask(&enter(email, house.passwords.get(email).unwrap_or(&first.password))).await.unwrap();
        }
    }
}

/// Governing is the administrators' alone, whatever is asked.
#[tokio::test]
async fn a26_who_governs_nothing_changes_nothing() {
    let house = House::empty(None).await.furnished().await;
    let id = house.person("sergio").await;
    let before = house.signed_in("adela").await.ask(&ListPeople {}).await.unwrap();
    for name in ["ana", "sergio", "marta", "fermin"] {
        let mut visitor = house.signed_in(name).await;
        let promoted = ChangePerson {
            id: id.clone(),
            name: "Sergio Vidal".into(),
            department: "administration".into(),
            role: "administrator".into(),
            attributes: Vec::new(),
        };
        assert_eq!(visitor.ask(&promoted).await.unwrap_err().0, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(visitor.ask(&DisablePerson { id: house.person("adela").await, disabled: true }).await.unwrap_err().0, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(visitor.ask(&ResetPassword { id: house.person("adela").await }).await.err().unwrap().0, StatusCode::FORBIDDEN, "{name}");
        let preview = PreviewPolicy { policy: PolicyCard { mart: "baskets".into(), department: "sales".into(), ..PolicyCard::default() }, delete: false };
        let (status, body) = visitor.post(PreviewPolicy::PATH, "application/json", serde_json::to_vec(&preview).unwrap()).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{name}");
        assert!(!String::from_utf8_lossy(&body).contains("region"), "a preview tells of rules");
    }
    let after = house.signed_in("adela").await.ask(&ListPeople {}).await.unwrap();
    let place = |person: &PersonCard| (person.id.clone(), person.department.clone(), person.role.clone(), person.disabled);
    assert_eq!(before.people.iter().map(place).collect::<Vec<_>>(), after.people.iter().map(place).collect::<Vec<_>>());
}
