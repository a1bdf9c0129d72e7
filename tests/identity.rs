//! Signing in and out, sessions, set-up, people: on SQLite and on PostgreSQL.

mod import;
mod invites;
mod keys;
mod mailing;
mod memberships;
mod oidc;
mod reset;
mod sign_on_file;

use app::{
    ask::Ask,
    governance::asks::{AuditCard, ListAudit},
    identity::asks::*,
};
use axum::{body::Body, extract::ConnectInfo};
use http::{Request, StatusCode, header};
use server::identity::{self, account};
use sqlx::Row;
use std::net::SocketAddr;
use tests::house::{House, Visitor, houses};

mod factors;

async fn furnished() -> Vec<House> {
    let mut furnished = Vec::new();
    for house in houses().await {
        furnished.push(house.furnished().await);
    }
    furnished
}

async fn status<A: Ask>(visitor: &mut Visitor, ask: A) -> StatusCode {
    visitor.ask(&ask).await.map_or_else(|(status, _)| status, |_| StatusCode::OK)
}

#[tokio::test]
async fn signs_in_and_out_and_an_old_cookie_is_worth_nothing() {
    for house in furnished().await {
        let mut visitor = house.visitor();
        assert_eq!(status(&mut visitor, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        let mut ana = house.signed_in("ana").await;
        let me = ana.ask(&WhoAmI {}).await.unwrap();
        assert_eq!((me.name.as_str(), me.department.es.as_str()), ("Ana Robles", "Ventas"));
        assert!(me.may.browse && me.may.explore && !me.may.export && !me.may.administer_people);
        let old = ana.clone();
        ana.ask(&SignOut {}).await.unwrap();
        assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&mut old.clone(), WhoAmI {}).await, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn the_session_id_changes_at_sign_in_and_is_hashed_at_rest() {
    for house in furnished().await {
        let mut ana = house.signed_in("ana").await;
        let first = ana.cookie.clone().unwrap();
        let email = "sergio@atalaya.example".to_owned();
        ana.ask(&SignIn { password: house.passwords[&email].clone(), email }).await.unwrap();
        let second = ana.cookie.clone().unwrap();
        assert_ne!(first, second);
        assert_eq!(ana.ask(&WhoAmI {}).await.unwrap().name, "Sergio Vidal");
        let mut planted = Visitor { cookie: Some(first), ..house.visitor() };
        assert_eq!(status(&mut planted, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        let rows = sqlx::query("select id_hash, data from session").fetch_all(house.portal.database.read()).await.unwrap();
        assert_eq!(rows.len(), 1);
        let id = second.split_once('=').unwrap().1;
        assert!(rows.iter().all(|row| !row.get::<String, _>(0).contains(id) && !row.get::<String, _>(1).contains(id)));
    }
}

#[tokio::test]
async fn a_wrong_password_an_unknown_and_a_disabled_person_get_the_same_answer() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        adela.ask(&DisablePerson { id: house.person("marta").await, disabled: true }).await.unwrap();
        let marta = house.passwords["marta@atalaya.example"].clone();
        let tries = [("ana@atalaya.example", "wrong password"), ("nobody@atalaya.example", "wrong password"), ("marta@atalaya.example", marta.as_str())];
        let mut answers = Vec::new();
        for (email, password) in tries {
            let fault = house.visitor().ask(&SignIn { email: email.into(), password: password.into() }).await.unwrap_err();
            answers.push(fault);
        }
        assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}

#[tokio::test]
async fn a10_questions_of_another_shape_are_refused() {
    let house = House::empty(None).await.furnished().await;
    let mut ana = house.signed_in("ana").await;
    for body in [
        r#"{"email":{"$ne":null},"password":["x"]}"#,
        r#"{"email":["ana@atalaya.example"],"password":"x"}"#,
        "[]",
        "null",
        r#"{"email":1,"password":true}"#,
        "{",
    ] {
        for path in [SignIn::PATH, ChangePassword::PATH, SetUp::PATH] {
            let (status, bytes) = ana.post(path, "application/json", body.as_bytes().to_vec()).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}");
            assert!(!String::from_utf8_lossy(&bytes).contains("expected"), "no internals: {}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[tokio::test]
async fn a30_the_form_signs_in_and_goes_only_to_this_portal() {
    let house = House::empty(None).await.furnished().await;
    let password = house.passwords["ana@atalaya.example"].clone();
    for (next, expected) in
        [("/marts/baskets?region=North", "/marts/baskets?region=North"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/")]
    {
        let mut ana = house.visitor();
        let (status, to) = ana.form("/sign-in", &[("email", "Ana@Atalaya.example"), ("password", &password), ("next", next)]).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, expected));
        assert!(ana.ask(&WhoAmI {}).await.is_ok());
        let (status, to) = ana.form("/sign-out", &[]).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sign-in"));
        assert!(ana.ask(&WhoAmI {}).await.is_err());
    }
    let (status, to) = house.visitor().form("/sign-in", &[("email", "ana@atalaya.example"), ("password", "not this one"), ("next", "/x")]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sign-in?problem=wrong&next=%2Fx"));
}

#[tokio::test]
async fn a29_guessing_is_limited_for_the_guesser_alone() {
    let house = House::empty(None).await.furnished().await;
    let mut last = StatusCode::OK;
    for _ in 0..10 {
        last = status(&mut house.visitor(), SignIn { email: "ana@atalaya.example".into(), password: "guess".into() }).await;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // Another person from the same place is not kept out.
    house.signed_in("sergio").await;
}

#[tokio::test]
async fn a19_disabling_and_a_new_password_end_sessions_at_once() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let mut ana = house.signed_in("ana").await;
        adela.ask(&DisablePerson { id: house.person("ana").await, disabled: true }).await.unwrap();
        assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        adela.ask(&DisablePerson { id: house.person("ana").await, disabled: false }).await.unwrap();
        assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED);

        let mut sergio = house.signed_in("sergio").await;
        let mut elsewhere = house.signed_in("sergio").await;
        let old = house.passwords["sergio@atalaya.example"].clone();
        let wrong = sergio.ask(&ChangePassword { old: "not this".into(), new: "three quiet rivers".into() }).await.unwrap_err();
        assert_eq!((wrong.0, wrong.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("old")));
        let weak = sergio.ask(&ChangePassword { old: old.clone(), new: "short".into() }).await.unwrap_err();
        assert_eq!(weak.1.field.as_deref(), Some("new"));
        assert!(sergio.ask(&WhoAmI {}).await.unwrap().must_change_password);
        sergio.ask(&ChangePassword { old: old.clone(), new: "three quiet rivers".into() }).await.unwrap();
        assert!(!sergio.ask(&WhoAmI {}).await.unwrap().must_change_password);
        assert_eq!(status(&mut elsewhere, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&mut house.visitor(), SignIn { email: "sergio@atalaya.example".into(), password: old }).await, StatusCode::UNAUTHORIZED);

        let new = adela.ask(&ResetPassword { id: house.person("sergio").await }).await.unwrap();
        assert_eq!(status(&mut sergio, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        house.visitor().ask(&SignIn { email: "sergio@atalaya.example".into(), password: new.password }).await.unwrap();
        let printed = account::set_random_password(&house.portal, "Sergio@atalaya.example").await.unwrap();
        house.visitor().ask(&SignIn { email: "sergio@atalaya.example".into(), password: printed }).await.unwrap();
    }
}

/// Signs in from an address as a browser does that calls itself `agent`.
async fn signed_in_at(house: &House, name: &str, address: [u8; 4], agent: &str) -> Visitor {
    let email = format!("{name}@atalaya.example");
    let question = SignIn { password: house.passwords[&email].clone(), email };
    let body = Body::from(serde_json::to_vec(&question).unwrap());
    let mut request =
        Request::post(SignIn::PATH).header(header::CONTENT_TYPE, "application/json").header(header::USER_AGENT, agent).body(body).expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 50_000))));
    let mut visitor = house.visitor();
    let (status, ..) = visitor.send(request).await;
    assert_eq!(status, StatusCode::OK);
    visitor
}

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// A08 and A24 too.
#[tokio::test]
async fn a06_ones_sessions_are_listed_and_ended_without_their_ids() {
    for house in furnished().await {
        let mut ana = signed_in_at(&house, "ana", [192, 0, 2, 7], FIREFOX).await;
        assert_eq!(ana.ask(&ListSessions {}).await.unwrap().len(), 1);
        let mut elsewhere = signed_in_at(&house, "ana", [192, 0, 2, 8], "<b>our till</b>").await;
        let mut third = house.signed_in("ana").await;
        let mut sergio = house.signed_in("sergio").await;
        let (_, bytes) = ana.post(ListSessions::PATH, "application/json", b"{}".to_vec()).await;
        let text = String::from_utf8(bytes).unwrap();
        for visitor in [&ana, &elsewhere, &third] {
            assert!(!text.contains(visitor.cookie.as_deref().unwrap().split_once('=').unwrap().1), "{text}");
        }
        let rows = sqlx::query("select id_hash from session").fetch_all(house.portal.database.read()).await.unwrap();
        assert!(rows.iter().all(|row| !text.contains(&row.get::<String, _>(0))), "nor what is in the table: {text}");
        assert!(!text.contains("till"), "nothing of what a program says of itself: {text}");
        let listed: Vec<SessionCard> = serde_json::from_str(&text).unwrap();
        assert_eq!(listed.iter().map(|session| session.this_one).collect::<Vec<_>>(), [true, false, false]);
        let this = &listed[0];
        assert_eq!((this.browser.as_deref(), this.system.as_deref(), this.address.as_deref()), (Some("Firefox"), Some("Windows"), Some("192.0.2.7")));
        assert!(this.begun_ms > 0 && this.seen_ms >= this.begun_ms);
        let other = listed.iter().find(|session| session.address.as_deref() == Some("192.0.2.8")).unwrap();
        assert_eq!((&other.browser, &other.system), (&None, &None));

        // Somebody else's, one that never was, and an id that is none: the same.
        let mut refusals = Vec::new();
        for id in [other.id.as_str(), "0123456789abcdef01234567", "*", ""] {
            refusals.push(sergio.ask(&EndSession { id: id.into() }).await.unwrap_err());
        }
        assert_eq!(refusals[0].0, StatusCode::NOT_FOUND);
        assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
        assert_eq!(elsewhere.ask(&ListSessions {}).await.unwrap().len(), 3, "nobody else ends it");

        ana.ask(&EndSession { id: other.id.clone() }).await.unwrap();
        assert_eq!(status(&mut elsewhere, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&mut ana, EndSession { id: other.id.clone() }).await, StatusCode::NOT_FOUND, "it is gone");
        assert_eq!(status(&mut third, WhoAmI {}).await, StatusCode::OK);
        ana.ask(&EndOtherSessions {}).await.unwrap();
        assert_eq!(status(&mut third, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        let left = ana.ask(&ListSessions {}).await.unwrap();
        assert!(left.len() == 1 && left[0].this_one, "{left:?}");
        assert_eq!(status(&mut sergio, WhoAmI {}).await, StatusCode::OK);
        // This one is known after a change of password as it was before.
        ana.ask(&ChangePassword { old: house.passwords["ana@atalaya.example"].clone(), new: "three quiet rivers".into() }).await.unwrap();
        let after = ana.ask(&ListSessions {}).await.unwrap();
        assert!(after.len() == 1 && after[0].this_one && after[0].id != left[0].id, "{after:?}");
        assert_eq!((&after[0].browser, &after[0].address), (&left[0].browser, &left[0].address));
    }
}

#[tokio::test]
async fn a07_administrators_list_and_end_the_sessions_of_others() {
    for house in furnished().await {
        let (mut adela, mut again) = (house.signed_in("adela").await, house.signed_in("adela").await);
        let (mut ana, mut elsewhere) = (house.signed_in("ana").await, house.signed_in("ana").await);
        let (person, administrator) = (house.person("ana").await, house.person("adela").await);
        for refused in [
            status(&mut ana, ListPersonSessions { person: administrator.clone() }).await,
            status(&mut ana, EndPersonSession { person: administrator.clone(), id: String::new() }).await,
            status(&mut ana, EndPersonSessions { person: person.clone() }).await,
        ] {
            assert_eq!(refused, StatusCode::FORBIDDEN);
        }
        let listed = adela.ask(&ListPersonSessions { person: person.clone() }).await.unwrap();
        assert!(listed.len() == 2 && listed.iter().all(|session| !session.this_one));
        let own = ana.ask(&ListSessions {}).await.unwrap();
        let of_elsewhere = own.iter().find(|session| !session.this_one).unwrap().id.clone();
        // The person and the session must belong together.
        assert_eq!(status(&mut adela, EndPersonSession { person: administrator.clone(), id: of_elsewhere.clone() }).await, StatusCode::NOT_FOUND);
        assert_eq!(status(&mut adela, EndPersonSession { person: "nobody".into(), id: of_elsewhere.clone() }).await, StatusCode::NOT_FOUND);
        assert_eq!(status(&mut adela, ListPersonSessions { person: "nobody".into() }).await, StatusCode::NOT_FOUND);
        adela.ask(&EndPersonSession { person: person.clone(), id: of_elsewhere }).await.unwrap();
        assert_eq!(status(&mut elsewhere, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::OK);
        adela.ask(&EndPersonSessions { person: person.clone() }).await.unwrap();
        assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        assert!(adela.ask(&ListPersonSessions { person }).await.unwrap().is_empty());
        // Of her own she keeps the one with which she asks.
        adela.ask(&EndPersonSessions { person: administrator }).await.unwrap();
        assert_eq!(status(&mut again, WhoAmI {}).await, StatusCode::UNAUTHORIZED);

        house.portal.audit.flush().await.unwrap();
        let records = adela.ask(&ListAudit { search: "end_person_session".into(), ..Default::default() }).await.unwrap().records;
        let about_ana = |record: &&AuditCard| record.object == "person ana@atalaya.example" && record.outcome == "allowed";
        assert_eq!(records.iter().filter(about_ana).count(), 2, "each end is in the audit log: {records:?}");
    }
}

#[tokio::test]
async fn sessions_end_after_twelve_idle_hours_and_seven_days() {
    for house in furnished().await {
        for (column, hours) in [("seen_ms", 13), ("expires_ms", 1)] {
            let mut ana = house.signed_in("ana").await;
            let query = match column {
                "seen_ms" => "update session set seen_ms = $1",
                _ => "update session set expires_ms = $1",
            };
            let mut changes = house.portal.database.begin().await.unwrap();
            sqlx::query(query).bind(server::database::now_ms() - hours * 3_600_000).execute(&mut *changes).await.unwrap();
            changes.commit().await.unwrap();
            assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED, "{column}");
        }
    }
}

#[tokio::test]
async fn a20_the_set_up_link_makes_the_first_administrator_once() {
    for house in houses().await {
        let first = identity::set_up::link(&house.portal).await.unwrap().unwrap();
        let link = identity::set_up::link(&house.portal).await.unwrap().unwrap();
        assert!(link.starts_with("http://localhost:8420/set-up?token="), "{link}");
        let token = |link: &str| link.split_once("token=").unwrap().1.to_owned();
        let set_up = |token: String, password: &str| SetUp {
            token,
            organisation: "Cedar".into(),
            time_zone: "Europe/Madrid".into(),
            name: "Eva".into(),
            email: "eva@atalaya.example".into(),
            password: password.into(),
        };
        assert_eq!(status(&mut house.visitor(), set_up("guess".into(), "three quiet rivers")).await, StatusCode::NOT_FOUND);
        assert_eq!(status(&mut house.visitor(), set_up(token(&first), "three quiet rivers")).await, StatusCode::NOT_FOUND);
        let weak = house.visitor().ask(&set_up(token(&link), "short")).await.unwrap_err();
        assert_eq!(weak.1.field.as_deref(), Some("password"));
        let mut eva = house.visitor();
        eva.ask(&set_up(token(&link), "three quiet rivers")).await.unwrap();
        let me = eva.ask(&WhoAmI {}).await.unwrap();
        assert!(me.empty_house && me.may.administer_people && me.may.administer_policies && !me.may.explore && !me.must_change_password);
        assert_eq!(status(&mut house.visitor(), set_up(token(&link), "three quiet rivers")).await, StatusCode::NOT_FOUND);
        assert_eq!(identity::set_up::link(&house.portal).await.unwrap(), None);
        assert_eq!(house.portal.identity.organisation().await.unwrap().unwrap().time_zone, "Europe/Madrid");
    }
}

/// A11 and A24 too.
#[tokio::test]
async fn a26_administrators_add_and_change_people_and_the_last_one_stays() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let person = AddPerson {
            name: "Luis".into(),
            email: "Luis@Atalaya.example".into(),
            department: "sales".into(),
            role: "employee".into(),
            attributes: vec![("regions".into(), vec!["North".into(), " ".into()])],
        };
        let first = adela.ask(&person).await.unwrap();
        let again = adela.ask(&person).await.err().unwrap();
        assert_eq!((again.0, again.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("email")));
        let mut luis = house.visitor();
        luis.ask(&SignIn { email: "luis@atalaya.example".into(), password: first.password }).await.unwrap();
        assert!(!luis.ask(&WhoAmI {}).await.unwrap().may.export);
        adela
            .ask(&ChangePerson { id: first.person.clone(), name: "Luis".into(), department: "finance".into(), role: "manager".into(), attributes: Vec::new() })
            .await
            .unwrap();
        let me = luis.ask(&WhoAmI {}).await.unwrap();
        assert!(me.may.export && me.department.en == "Finance");
        for wrong in [
            AddPerson { email: "luis".into(), ..person.clone() },
            AddPerson { email: "new@x.example".into(), department: "nowhere".into(), ..person.clone() },
            AddPerson { email: "new@x.example".into(), role: "root".into(), ..person.clone() },
            AddPerson { email: "new@x.example".into(), name: "a\nb".into(), ..person.clone() },
        ] {
            assert_eq!(status(&mut adela, wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let id = house.person("adela").await;
        assert_eq!(status(&mut adela, DisablePerson { id: id.clone(), disabled: true }).await, StatusCode::UNPROCESSABLE_ENTITY);
        let demote = ChangePerson { id, name: "Adela".into(), department: "sales".into(), role: "employee".into(), attributes: Vec::new() };
        assert_eq!(status(&mut adela, demote).await, StatusCode::UNPROCESSABLE_ENTITY);
        let people = adela.ask(&ListPeople {}).await.unwrap();
        assert_eq!(people.people.len(), 6);
        assert_eq!(people.attributes, ["regions"]);
        // A24: nothing of a password in any answer.
        let (_, bytes) = adela.post(ListPeople::PATH, "application/json", b"{}".to_vec()).await;
        assert!(!String::from_utf8_lossy(&bytes).contains("argon2"));
    }
}
