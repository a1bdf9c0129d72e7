//! API keys: what they open, what they never open, and what ends them.

use app::{
    ask::Ask,
    governance::asks::{AuditCard, ListAudit, ListPolicies, WhyAccess},
    identity::{asks::*, keys::asks::*},
    warehouse::{
        asks::{AskQuestion, ChartKind, ListMarts, Question},
        sql::asks::RunSql,
    },
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use tests::house::{House, Visitor, houses};

/// Asks with a key alone.
async fn with_key<A: Ask>(house: &House, key: &str, ask: &A) -> (StatusCode, Vec<u8>) {
    let request = Request::post(A::PATH)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .body(Body::from(serde_json::to_vec(ask).unwrap()))
        .unwrap();
    let (status, headers, body) = house.visitor().send(request).await;
    assert!(headers.get(header::SET_COOKIE).is_none(), "a key begins no session");
    (status, body)
}

fn lines() -> AskQuestion {
    let question = Question { mart: "baskets".into(), measures: vec!["rows".into()], ..Question::default() };
    AskQuestion { question, chart: ChartKind::Number, language: Default::default() }
}

async fn key(visitor: &mut Visitor, name: &str, powers: &[KeyPower]) -> String {
    visitor.ask(&MakeKey { name: name.into(), powers: powers.to_vec(), days: 30 }).await.unwrap().key
}

#[tokio::test]
async fn a_key_asks_in_its_persons_name_within_its_powers() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut sergio = house.signed_in("sergio").await;
        let read = key(&mut sergio, "dashboard wall", &[KeyPower::Read]).await;
        let rows = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).unwrap()["rows"].clone();
        let (status, body) = with_key(&house, &read, &lines()).await;
        assert_eq!(
            (status, rows(&body)),
            (StatusCode::OK, rows(&sergio.post(AskQuestion::PATH, "application/json", serde_json::to_vec(&lines()).unwrap()).await.1))
        );
        // A power that it was not given, though its person has it; and what no key is given.
        let statement = RunSql { statement: "select count(*) from baskets".into(), limit: 10 };
        assert_eq!(with_key(&house, &read, &statement).await.0, StatusCode::FORBIDDEN);
        assert_eq!(with_key(&house, &key(&mut sergio, "sql", &[KeyPower::Sql]).await, &statement).await.0, StatusCode::OK);
        let mut adela = house.signed_in("adela").await;
        let all = key(&mut adela, "everything", &KeyPower::ALL).await;
        assert_eq!(with_key(&house, &all, &ListPeople {}).await.0, StatusCode::FORBIDDEN);
        assert_eq!(with_key(&house, &all, &ListPolicies {}).await.0, StatusCode::FORBIDDEN);
        assert_eq!(with_key(&house, &all, &ListAudit::default()).await.0, StatusCode::FORBIDDEN);
        assert_eq!(with_key(&house, &all, &WhyAccess {}).await.0, StatusCode::FORBIDDEN);
        assert_eq!(with_key(&house, &all, &MakeKey { name: "more".into(), powers: vec![KeyPower::Read], days: 1 }).await.0, StatusCode::FORBIDDEN);
        // A power that its person has not.
        let mut ana = house.signed_in("ana").await;
        assert_eq!(with_key(&house, &key(&mut ana, "all", &KeyPower::ALL).await, &statement).await.0, StatusCode::FORBIDDEN);
        house.portal.audit.flush().await.unwrap();
        let asked = ListAudit { search: "dashboard wall".into(), ..ListAudit::default() };
        let records: Vec<AuditCard> = adela.ask(&asked).await.unwrap().records;
        assert!(records.iter().any(|record| record.action == "warehouse.ask" && record.actor == "key dashboard wall as sergio@atalaya.example"), "{records:?}");
    }
}

#[tokio::test]
async fn a19_a_key_ends_with_its_time_its_person_and_its_department() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut sergio = house.signed_in("sergio").await;
        let mut adela = house.signed_in("adela").await;
        let first = key(&mut sergio, "first", &[KeyPower::Read]).await;
        let listed = sergio.ask(&ListKeys {}).await.unwrap();
        assert!(listed.len() == 1 && !listed[0].ended && listed[0].used_ms.is_none());
        assert_eq!(with_key(&house, &first, &ListMarts {}).await.0, StatusCode::OK);
        assert!(sergio.ask(&ListKeys {}).await.unwrap()[0].used_ms.is_some());
        // At rest there is no key, and what is nearly one is none.
        let kept: String = sqlx::query_scalar("select hash from api_key").fetch_one(house.portal.database.read()).await.unwrap();
        assert!(!first.contains(&kept) && !kept.contains(&first));
        for wrong in [format!("{first}x"), first[..first.len() - 1].to_owned(), "atk_".to_owned(), "atk_none_none".to_owned()] {
            assert_eq!(with_key(&house, &wrong, &ListMarts {}).await.0, StatusCode::UNAUTHORIZED, "{wrong}");
        }
        // Nobody else ends it.
        let id = listed[0].id.clone();
        assert_eq!(house.signed_in("ana").await.ask(&EndKey { id: id.clone() }).await.unwrap_err().0, StatusCode::NOT_FOUND);
        // Its time.
        let mut changes = house.portal.database.begin().await.unwrap();
        sqlx::query("update api_key set expires_ms = 1").execute(&mut *changes).await.unwrap();
        changes.commit().await.unwrap();
        assert_eq!(with_key(&house, &first, &ListMarts {}).await.0, StatusCode::UNAUTHORIZED);
        sergio.ask(&EndKey { id }).await.unwrap();
        assert!(sergio.ask(&ListKeys {}).await.unwrap().is_empty());
        // Its person's place: who leaves the department leaves the key without one.
        let moved = key(&mut sergio, "moved", &[KeyPower::Read]).await;
        let person = house.person("sergio").await;
        let change = |department: &str| ChangePerson {
            id: person.clone(),
            name: "Sergio Vidal".into(),
            department: department.into(),
            role: "manager".into(),
            attributes: vec![("regions".into(), vec!["South".into()])],
        };
        adela.ask(&change("finance")).await.unwrap();
        assert_eq!(with_key(&house, &moved, &ListMarts {}).await.0, StatusCode::FORBIDDEN);
        adela.ask(&change("sales")).await.unwrap();
        assert_eq!(with_key(&house, &moved, &ListMarts {}).await.0, StatusCode::OK);
        // A new password, and being disabled.
        let first = adela.ask(&ResetPassword { id: person.clone() }).await.unwrap();
        assert_eq!(with_key(&house, &moved, &ListMarts {}).await.0, StatusCode::UNAUTHORIZED);
        let mut sergio = house.visitor();
        sergio.ask(&SignIn { email: "sergio@atalaya.example".into(), password: first.password }).await.unwrap();
        assert!(sergio.ask(&ListKeys {}).await.unwrap()[0].ended);
        let last = key(&mut sergio, "last", &[KeyPower::Read]).await;
        adela.ask(&DisablePerson { id: person, disabled: true }).await.unwrap();
        assert_eq!(with_key(&house, &last, &ListMarts {}).await.0, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_is_refused_with_the_field() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut sergio = house.signed_in("sergio").await;
        let wanted = MakeKey { name: "nightly".into(), powers: vec![KeyPower::Read], days: 30 };
        sergio.ask(&wanted).await.unwrap();
        for (ask, field) in [
            (wanted.clone(), "name"),
            (MakeKey { name: "a\nb".into(), ..wanted.clone() }, "name"),
            (MakeKey { name: "two".into(), powers: Vec::new(), ..wanted.clone() }, "powers"),
            (MakeKey { name: "two".into(), days: 0, ..wanted.clone() }, "days"),
            (MakeKey { name: "two".into(), days: 5000, ..wanted.clone() }, "days"),
        ] {
            assert_eq!(sergio.ask(&ask).await.err().unwrap().1.field.as_deref(), Some(field), "{ask:?}");
        }
    }
}
