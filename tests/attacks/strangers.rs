//! Attacks by who has no session, or one of somebody else's making: cookies, shapes, other origins, secrets that leak.

use super::{at, get, send};
use app::{
    ask::Ask,
    governance::asks::{AUDIT_FILE, ListAudit},
    identity::{asks::*, factors::asks::*},
    search::asks::Watched,
    warehouse::asks::{AskQuestion, ListMarts},
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use server::{identity, routes, web};
use sqlx::Row;
use tests::{
    house::{House, Visitor, houses},
    streams::live_path_of,
};

/// Doors that give data, as method, path and body.
fn doors() -> Vec<(&'static str, String, &'static str)> {
    let live = live_path_of(&[Watched::Events { stream: "web".into(), query: String::new(), most: None }]);
    vec![
        ("POST", AskQuestion::PATH.into(), r#"{"question":{"mart":"baskets"},"chart":"table"}"#),
        ("POST", ListMarts::PATH.into(), "{}"),
        ("POST", "/api/reports/stream".into(), r#"{"subject":{"statement":{"title":"x","statement":"select * from baskets"}},"format":"csv","options":{}}"#),
        ("GET", "/reports/none/file".into(), ""),
        ("GET", AUDIT_FILE.into(), ""),
        ("GET", live, ""),
    ]
}

#[tokio::test]
async fn a04_a_cookie_that_was_changed_invented_or_ended_opens_nothing() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    let good = sergio.cookie.clone().unwrap();
    let (name, id) = good.split_once('=').unwrap();
    let other = if id.starts_with('A') { "B" } else { "A" };
    let mut ended = house.signed_in("sergio").await;
    let old = ended.cookie.clone();
    ended.ask(&SignOut {}).await.unwrap();
    let cookies = [
        format!("{name}={other}{}", &id[1..]),
        format!("{name}="),
        format!("{name}=*"),
        format!("{name}={id}.{id}"),
        // The head of a token whose algorithm is "none".
        format!("{name}=eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZXJnaW8ifQ."),
        format!("other{name}={id}"),
        old.unwrap(),
    ];
    for cookie in cookies {
        for (method, path, body) in doors() {
            let mut visitor = Visitor { cookie: Some(cookie.clone()), ..house.visitor() };
            let request = Request::builder().method(method).uri(path.as_str()).header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap();
            let (status, _, body) = visitor.send(request).await;
            let body = String::from_utf8_lossy(&body);
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path} with {cookie}: {body}");
            for word in ["South", "region", "baskets", "sales", "sequence"] {
                assert!(!body.contains(word), "{path} with {cookie}: {body}");
            }
        }
    }
    assert!(sergio.ask(&WhoAmI {}).await.is_ok(), "the right one is as it was");
}

#[tokio::test]
async fn a10_an_object_or_a_list_in_place_of_a_text_is_refused_at_each_door_of_identity() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    let paths = [
        SignIn::PATH,
        SetUp::PATH,
        ChangePassword::PATH,
        EndSession::PATH,
        ListPersonSessions::PATH,
        EndPersonSession::PATH,
        EndPersonSessions::PATH,
        AddPerson::PATH,
        ChangePerson::PATH,
        DisablePerson::PATH,
        ResetPassword::PATH,
        SignInCode::PATH,
        BeginApp::PATH,
        ConfirmApp::PATH,
        EndApp::PATH,
        RenewRecoveryCodes::PATH,
        BeginPasskey::PATH,
        AddPasskey::PATH,
        RemovePasskey::PATH,
        RemoveFactors::PATH,
    ];
    for wrong in [r#"{"$ne":null}"#, r#"["x"]"#, "[]", "1", "true", "null"] {
        let fields = ["id", "person", "email", "password", "name", "department", "role", "old", "new", "token", "organisation", "time_zone"];
        let codes = ["code", "proof"];
        let fields: Vec<String> = fields.iter().chain(&codes).map(|field| format!("\"{field}\":{wrong}")).collect();
        let body = format!("{{{},\"disabled\":\"yes\"}}", fields.join(","));
        for path in paths {
            let (status, answer) = adela.post(path, "application/json", body.clone().into()).await;
            let answer = String::from_utf8_lossy(&answer);
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {wrong}: {answer}");
            assert!(!answer.contains("expected") && !answer.contains("$ne"), "{path}: {answer}");
        }
    }
    // What stands twice is not chosen from.
    let id = house.person("ana").await;
    let twice = format!(r#"{{"id":"{id}","id":"{}","disabled":true}}"#, house.person("sergio").await);
    assert_eq!(adela.post(DisablePerson::PATH, "application/json", twice.into()).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let people = adela.ask(&ListPeople {}).await.unwrap().people;
    assert!(people.len() == 5 && people.iter().all(|person| !person.disabled));
}

#[tokio::test]
async fn a10_a_form_of_another_shape_signs_nobody_in() {
    let house = House::empty(None).await.furnished().await;
    let password = house.passwords["ana@atalaya.example"].clone();
    let named = format!("email=ana@atalaya.example&password[]={password}");
    for body in ["email[$ne]=&password[$ne]=", "email[]=ana@atalaya.example&password[]=x", named.as_str(), "", "%00", "email=%ff&password=%ff"] {
        let mut visitor = house.visitor();
        let (status, _) = visitor.post("/sign-in", "application/x-www-form-urlencoded", body.into()).await;
        assert!(matches!(status, StatusCode::SEE_OTHER | StatusCode::TOO_MANY_REQUESTS), "{body}: {status}");
        assert_eq!(visitor.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED, "{body}");
    }
    for (path, kind) in [("/sign-in", "application/json"), ("/sign-in", "text/plain"), ("/set-up", "application/json"), ("/set-up", "multipart/form-data")] {
        let (status, _) = house.visitor().post(path, kind, br#"{"email":{"$ne":null},"password":{"$ne":null}}"#.to_vec()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {kind}");
    }
}

#[tokio::test]
async fn a08_a_twin_of_an_address_is_the_same_person_or_nobody() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let person =
            |email: &str| AddPerson { name: "Twin".into(), email: email.into(), department: "sales".into(), role: "manager".into(), attributes: Vec::new() };
        // Full-width, upper case, padded; then letters of other alphabets that look the same, and one that is not seen.
        for twin in [
            "ａｎａ@atalaya.example",
            "ANA@ATALAYA.EXAMPLE",
            "ana@atalaya.example ",
            "аna@atalaya.example",
            "ana@atalауa.example",
            "ana@atalaya.example\u{200b}",
        ] {
            let (status, fault) = adela.ask(&person(twin)).await.err().unwrap();
            assert_eq!((status, fault.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("email")), "{twin}");
        }
        assert_eq!(adela.ask(&ListPeople {}).await.unwrap().people.len(), 5);
        let password = house.passwords["ana@atalaya.example"].clone();
        let other = house.visitor().ask(&SignIn { email: "аna@atalaya.example".into(), password: password.clone() }).await.unwrap_err();
        assert_eq!(other.0, StatusCode::UNAUTHORIZED);
        let mut same = house.visitor();
        same.ask(&SignIn { email: "ａna@atalaya.example".into(), password }).await.unwrap();
        assert_eq!(same.ask(&WhoAmI {}).await.unwrap().email, "ana@atalaya.example");
    }
}

/// Everything that each route gives to an empty question, and the whole audit log.
#[tokio::test]
async fn a24_no_answer_of_any_route_holds_a_hash_or_a_secret() {
    let house = House::empty(None).await.furnished().await;
    let mut changes = house.portal.database.begin().await.unwrap();
    house.portal.secrets.write(&mut changes, "source tills credentials", "hunter2-never-shown").await.unwrap();
    changes.commit().await.unwrap();
    let typed = SignIn { email: "ana@atalaya.example".into(), password: "typed-and-wrong-9".into() };
    house.visitor().ask(&typed).await.unwrap_err();
    house.visitor().ask(&SignIn { email: "typed-into-the-wrong-field".into(), ..typed }).await.unwrap_err();
    let mut people = [house.signed_in("adela").await, house.signed_in("sergio").await];
    house.portal.audit.flush().await.unwrap();
    let mut hidden: Vec<String> = ["argon2", "hunter2-never-shown", "typed-and-wrong-9", "typed-into-the-wrong-field"].map(str::to_owned).to_vec();
    hidden.push(std::fs::read_to_string(house.portal.config.data.join("key")).unwrap().trim().to_owned());
    hidden.extend(house.passwords.values().cloned());
    for query in ["select id_hash from session", "select password_hash from person"] {
        let rows = sqlx::query(query).fetch_all(house.portal.database.read()).await.unwrap();
        hidden.extend(rows.iter().map(|row| row.get::<String, _>(0)));
    }
    hidden.extend(people.iter().map(|person| person.cookie.as_deref().unwrap().split_once('=').unwrap().1.to_owned()));
    let (_, entries) = routes::api(&house.portal);
    for visitor in &mut people {
        for entry in entries.iter().filter(|entry| entry.need.is_some()) {
            let path: String = entry.path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part }).collect::<Vec<_>>().join("/");
            let request = Request::builder().method(entry.method).uri(path).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap();
            let (_, _, body) = visitor.send(request).await;
            let told = String::from_utf8_lossy(&body);
            assert!(!hidden.iter().any(|secret| told.contains(secret.as_str())), "{} tells a secret: {told}", entry.path);
        }
    }
    let known = people[0].ask(&ListAudit { action: "identity.sign_in".into(), ..ListAudit::default() }).await.unwrap();
    assert!(known.records.iter().any(|record| record.outcome == "refused"), "the tries are in the log");
}

/// What failed inside is told to the log alone.
#[tokio::test]
async fn a23_a_failure_inside_names_no_table_and_no_statement() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut sergio = house.signed_in("sergio").await;
        let mut changes = house.portal.database.begin().await.unwrap();
        sqlx::query("alter table question rename to question_away").execute(&mut *changes).await.unwrap();
        changes.commit().await.unwrap();
        let (status, body) = sergio.post(app::dashboards::asks::ListQuestions::PATH, "application/json", b"{}".to_vec()).await;
        let body = String::from_utf8(body).unwrap().to_lowercase();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{body}");
        for word in ["question_away", "table", "relation", "select", "sql", "sqlite", "postgres", "column", "cause", ".rs"] {
            assert!(!body.contains(word), "{word} in {body}");
        }
    }
}

#[tokio::test]
async fn a30_no_form_of_another_site_is_taken_and_no_way_leads_off_this_one() {
    let house = House::empty(None).await.furnished().await;
    let router = web::router(&house.portal).unwrap();
    let mut adela = at(&house.signed_in("adela").await, &router);
    let own = [EndOtherSessions::PATH, "/api/reports/stream", "/api/ingestion/upload"];
    for path in ["/sign-in", "/sign-in/code", "/sign-out", "/set-up", "/forgot", "/reset", "/invite"].into_iter().chain(own) {
        for (site, origin) in [(Some("cross-site"), "https://evil.example"), (None, "https://evil.example"), (Some("same-site"), "http://localhost:8421")] {
            let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").header(header::ORIGIN, origin);
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            let (status, ..) = send(&mut adela, request.body(Body::from("email=a&password=b")).unwrap(), [192, 0, 2, 7]).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} from {origin}");
        }
    }
    assert!(adela.cookie.is_some(), "she was not signed out by it");
    for back in ["//evil.example", "https://evil.example", "/%5Cevil.example", "javascript:alert(1)", "%2F%2Fevil.example", "/a%0D%0Ax:%20y"] {
        for page in ["/language/es", "/theme/dark", "/language/xx"] {
            let (_, headers, _) = get(&mut adela, &format!("{page}?back={back}")).await;
            assert_eq!(headers[header::LOCATION], "/", "{page} {back}");
            assert!(headers.get_all(header::SET_COOKIE).iter().all(|cookie| !cookie.to_str().unwrap().starts_with(identity::COOKIE)), "{page} {back}");
        }
    }
}
