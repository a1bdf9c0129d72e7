//! Second factors over the API: codes of an app, recovery codes, what a half session may, an administrator's removal.

use app::{
    ask::Ask,
    governance::asks::ListAudit,
    identity::{asks::*, factors::asks::*},
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use server::{config::Config, database::now_ms, portal::Portal, routes};
use sqlx::Row;
use std::collections::BTreeMap;
use tests::{
    authenticator::{code, steady},
    house::{House, Visitor, config, houses},
};

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

fn credentials(house: &House, name: &str) -> SignIn {
    let email = format!("{name}@atalaya.example");
    SignIn { password: house.passwords[&email].clone(), email }
}

/// Turns codes on; gives the secret and the recovery codes. The code of one step ago is used up by it.
async fn turn_on(house: &House, visitor: &mut Visitor, name: &str) -> (String, Vec<String>) {
    steady().await;
    let made = visitor.ask(&BeginApp { proof: credentials(house, name).password }).await.expect("a secret");
    let codes = visitor.ask(&ConfirmApp { code: code(&made.secret, -1) }).await.expect("recovery codes").codes;
    (made.secret, codes)
}

/// Somebody whose password was right, and who is asked for a code.
async fn half(house: &House, name: &str) -> Visitor {
    let mut visitor = house.visitor();
    assert_eq!(visitor.ask(&credentials(house, name)).await.unwrap(), SignedIn::CodeNeeded);
    visitor
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_and_taken_once() {
    for house in furnished().await {
        let (mut ana, mut elsewhere) = (house.signed_in("ana").await, house.signed_in("ana").await);
        let refused = ana.ask(&BeginApp { proof: "not my password".into() }).await.err().unwrap();
        assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("proof")));
        steady().await;
        let made = ana.ask(&BeginApp { proof: credentials(&house, "ana").password }).await.ok().unwrap();
        assert!(made.picture.starts_with("data:image/svg+xml;base64,"));
        // Shown is not yet on.
        assert_eq!(house.visitor().ask(&credentials(&house, "ana")).await.unwrap(), SignedIn::Whole);
        let refused = ana.ask(&ConfirmApp { code: code(&made.secret, 40) }).await.err().unwrap();
        assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("code")));
        let codes = ana.ask(&ConfirmApp { code: code(&made.secret, -1) }).await.ok().unwrap().codes;
        assert_eq!(codes.len(), 10);
        assert_eq!(status(&mut elsewhere, WhoAmI {}).await, StatusCode::UNAUTHORIZED, "other sessions end");
        let factors = ana.ask(&ListFactors {}).await.unwrap();
        assert!(factors.app_since_ms.is_some() && factors.recovery_codes == 10 && factors.passkeys_offered && factors.passkeys.is_empty());
        assert_eq!(status(&mut ana, BeginApp { proof: credentials(&house, "ana").password }).await, StatusCode::UNPROCESSABLE_ENTITY, "it is on already");

        let mut entering = half(&house, "ana").await;
        let used = entering.ask(&SignInCode { code: code(&made.secret, -1) }).await.unwrap_err();
        assert_eq!(used.0, StatusCode::UNAUTHORIZED);
        for wrong in [code(&made.secret, 40), String::new(), "abcd-efgh-jkmn".to_owned()] {
            assert_eq!(entering.ask(&SignInCode { code: wrong }).await.unwrap_err(), used, "a used and a wrong code are told alike");
        }
        let before = entering.cookie.clone();
        let now = code(&made.secret, 0);
        entering.ask(&SignInCode { code: format!("{} {}", &now[..3], &now[3..]) }).await.unwrap();
        assert_ne!(entering.cookie, before, "a new session id");
        assert_eq!(entering.ask(&WhoAmI {}).await.unwrap().name, "Ana Robles");

        let mut replaying = half(&house, "ana").await;
        assert_eq!(status(&mut replaying, SignInCode { code: now }).await, StatusCode::UNAUTHORIZED);
        let mut planted = Visitor { cookie: before, ..house.visitor() };
        assert_eq!(status(&mut planted, SignInCode { code: code(&made.secret, 1) }).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&mut planted, WhoAmI {}).await, StatusCode::UNAUTHORIZED);

        ana.ask(&EndApp { proof: credentials(&house, "ana").password }).await.unwrap();
        assert_eq!(ana.ask(&ListFactors {}).await.unwrap().recovery_codes, 0);
        assert_eq!(status(&mut entering, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&mut replaying, SignInCode { code: codes[0].clone() }).await, StatusCode::UNAUTHORIZED);
        assert_eq!(house.visitor().ask(&credentials(&house, "ana")).await.unwrap(), SignedIn::Whole);
    }
}

#[tokio::test]
async fn a03_a_half_session_opens_no_route() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    turn_on(&house, &mut adela, "adela").await;
    let mut entering = half(&house, "adela").await;
    let (_, entries) = routes::api(&house.portal);
    for entry in entries.iter().filter(|entry| entry.need.is_some()) {
        let path: String = entry.path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part }).collect::<Vec<_>>().join("/");
        let request = Request::builder().method(entry.method).uri(path).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap();
        let (status, _, body) = entering.send(request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{}: {}", entry.path, String::from_utf8_lossy(&body));
    }
    // It does not go over into a session of before, either.
    let mut sergio = house.signed_in("sergio").await;
    assert_eq!(sergio.ask(&credentials(&house, "adela")).await.unwrap(), SignedIn::CodeNeeded);
    assert_eq!(status(&mut sergio, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a19_a_half_session_ends_by_itself_and_with_a_new_password() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let mut ana = house.signed_in("ana").await;
        let (secret, _) = turn_on(&house, &mut ana, "ana").await;
        let mut late = half(&house, "ana").await;
        let row = sqlx::query("select id_hash, data from session where person is null").fetch_one(house.portal.database.read()).await.unwrap();
        let mut data: Value = serde_json::from_str(&row.get::<String, _>("data")).unwrap();
        data["half_signed_in"]["until_ms"] = json!(now_ms() - 1);
        let mut changes = house.portal.database.begin().await.unwrap();
        sqlx::query("update session set data = $2 where id_hash = $1")
            .bind(row.get::<String, _>("id_hash"))
            .bind(data.to_string())
            .execute(&mut *changes)
            .await
            .unwrap();
        changes.commit().await.unwrap();
        assert_eq!(status(&mut late, SignInCode { code: code(&secret, 0) }).await, StatusCode::UNAUTHORIZED);

        let mut entering = half(&house, "ana").await;
        adela.ask(&ResetPassword { id: house.person("ana").await }).await.ok().unwrap();
        assert_eq!(status(&mut entering, SignInCode { code: code(&secret, 0) }).await, StatusCode::UNAUTHORIZED);
    }
}

/// A24 too.
#[tokio::test]
async fn a20_a_recovery_code_lets_in_once() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let mut ana = house.signed_in("ana").await;
        let (secret, codes) = turn_on(&house, &mut ana, "ana").await;
        let mut entering = half(&house, "ana").await;
        entering.ask(&SignInCode { code: format!(" {} ", codes[0].to_uppercase()) }).await.unwrap();
        assert_eq!(entering.ask(&ListFactors {}).await.unwrap().recovery_codes, 9);
        assert_eq!(status(&mut half(&house, "ana").await, SignInCode { code: codes[0].clone() }).await, StatusCode::UNAUTHORIZED);

        let fresh = entering.ask(&RenewRecoveryCodes { proof: credentials(&house, "ana").password }).await.ok().unwrap().codes;
        assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED, "other sessions end");
        assert_eq!(status(&mut half(&house, "ana").await, SignInCode { code: codes[1].clone() }).await, StatusCode::UNAUTHORIZED);
        half(&house, "ana").await.ask(&SignInCode { code: fresh[9].clone() }).await.unwrap();

        house.portal.audit.flush().await.unwrap();
        let signed_in = adela.ask(&ListAudit { action: "identity.sign_in".into(), ..ListAudit::default() }).await.unwrap().records;
        for door in ["password", "recovery code"] {
            assert!(signed_in.iter().any(|record| record.details.contains(&format!("\"door\":\"{door}\""))), "{door}: {signed_in:?}");
        }
        let refused = adela.ask(&ListAudit { action: "identity.sign_in_code".into(), ..ListAudit::default() }).await.unwrap().records;
        assert!(refused.len() == 2 && refused.iter().all(|record| record.outcome == "refused" && record.object == "person ana@atalaya.example"));

        // Neither stands anywhere as it is.
        let mut kept = Vec::new();
        for query in ["select code_hash from recovery_code", "select sealed from secret", "select details from audit", "select data from session"] {
            let rows = sqlx::query(query).fetch_all(house.portal.database.read()).await.unwrap();
            kept.extend(rows.iter().map(|row| row.get::<String, _>(0)));
        }
        assert!(!kept.iter().any(|text| text.contains(&secret) || codes.iter().chain(&fresh).any(|code| text.contains(code.as_str()))));
    }
}

#[tokio::test]
async fn the_code_is_given_by_a_plain_form_too() {
    let house = House::empty(None).await.furnished().await;
    let mut ana = house.signed_in("ana").await;
    let (secret, _) = turn_on(&house, &mut ana, "ana").await;
    let SignIn { email, password } = credentials(&house, "ana");
    let mut visitor = house.visitor();
    let (status, to) = visitor.form("/sign-in/code", &[("code", &code(&secret, 0)), ("next", "/access")]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sign-in?problem=expired&next=%2Faccess"));
    let (status, to) = visitor.form("/sign-in", &[("email", &email), ("password", &password), ("next", "/access")]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sign-in/code?next=%2Faccess"));
    let (status, to) = visitor.form("/sign-in/code", &[("code", "123"), ("next", "/access")]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sign-in/code?problem=wrong&field=code&next=%2Faccess"));
    let (status, to) = visitor.form("/sign-in/code", &[("code", &code(&secret, 0)), ("next", "//evil.example")]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(visitor.ask(&WhoAmI {}).await.unwrap().email, email);
}

#[tokio::test]
async fn a29_codes_are_not_guessed() {
    let house = House::empty(None).await.furnished().await;
    let mut ana = house.signed_in("ana").await;
    turn_on(&house, &mut ana, "ana").await;
    let mut guessing = half(&house, "ana").await;
    let mut last = StatusCode::OK;
    for guess in 0..11 {
        last = status(&mut guessing, SignInCode { code: format!("guess {guess}") }).await;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // Who is in already, and anybody else, goes on.
    assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::OK);
    house.signed_in("sergio").await;
}

#[tokio::test]
async fn a26_administrators_remove_factors_of_who_lost_them() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let mut ana = house.signed_in("ana").await;
        let (secret, _) = turn_on(&house, &mut ana, "ana").await;
        let mut entering = half(&house, "ana").await;
        let person = house.person("ana").await;
        assert_eq!(status(&mut ana, RemoveFactors { person: person.clone() }).await, StatusCode::FORBIDDEN);
        assert_eq!(status(&mut adela, RemoveFactors { person: "nobody".into() }).await, StatusCode::NOT_FOUND);
        assert!(adela.ask(&RemoveFactors { person: person.clone() }).await.unwrap());
        assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED, "sessions end");
        assert_eq!(status(&mut entering, SignInCode { code: code(&secret, 0) }).await, StatusCode::UNAUTHORIZED);
        assert_eq!(house.visitor().ask(&credentials(&house, "ana")).await.unwrap(), SignedIn::Whole);
        assert!(!adela.ask(&RemoveFactors { person }).await.unwrap(), "there are none any more");
        assert!(!house.portal.secrets.is_set(&format!("authenticator app {}", house.person("ana").await)).await.unwrap());
        let records = adela.ask(&ListAudit { action: "identity.remove_factors".into(), ..ListAudit::default() }).await.unwrap().records;
        assert!(records.iter().any(|record| record.object == "person ana@atalaya.example" && record.outcome == "allowed"));
    }
}

#[tokio::test]
async fn a_passkey_is_added_by_who_proves_it_and_each_challenge_is_good_once() {
    for house in furnished().await {
        let mut ana = house.signed_in("ana").await;
        assert_eq!(status(&mut ana, BeginPasskey { proof: "not my password".into() }).await, StatusCode::UNPROCESSABLE_ENTITY);
        let begun = ana.ask(&BeginPasskey { proof: credentials(&house, "ana").password }).await.unwrap();
        let selection = &begun.options["authenticatorSelection"];
        assert_eq!((&selection["residentKey"], &selection["userVerification"]), (&json!("required"), &json!("required")), "{begun:?}");
        assert_eq!(begun.options["rp"]["id"], "localhost");
        let mut faults = Vec::new();
        for _ in 0..2 {
            faults.push(ana.ask(&AddPasskey { name: "Laptop".into(), credential: json!({ "id": "x" }) }).await.unwrap_err());
        }
        assert!(faults.iter().all(|(status, _)| *status == StatusCode::UNPROCESSABLE_ENTITY));
        assert_ne!(faults[0].1.message, faults[1].1.message, "the second has no challenge any more");
        assert!(ana.ask(&ListFactors {}).await.unwrap().passkeys.is_empty());
        let none = RemovePasskey { id: "none".into(), proof: credentials(&house, "ana").password };
        assert_eq!(status(&mut ana, none).await, StatusCode::NOT_FOUND);

        // Of a stranger nothing is asked, and nothing is told.
        let mut stranger = house.visitor();
        assert!(stranger.ask(&app::identity::sign_on::asks::SignInWays {}).await.unwrap().passkey);
        let without = stranger.ask(&SignInPasskey { credential: json!({}) }).await.unwrap_err();
        let begun = stranger.ask(&BeginSignInPasskey {}).await.unwrap();
        assert_eq!((&begun.options["allowCredentials"], &begun.options["userVerification"]), (&json!([]), &json!("required")));
        let invented = json!({
            "id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": {},
            "response": { "authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA", "userHandle": "AAAA" },
        });
        let refused = stranger.ask(&SignInPasskey { credential: invented }).await.unwrap_err();
        assert_eq!((refused.0, &refused), (StatusCode::UNAUTHORIZED, &without));
        assert_eq!(status(&mut stranger, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn passkeys_are_offered_nowhere_at_a_bare_network_address() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Config { public_url: url::Url::parse("http://192.0.2.7:8420").unwrap(), ..config(&folder, None) };
    let house = House { portal: Portal::open(settings).await.unwrap(), folder, passwords: BTreeMap::new() }.furnished().await;
    let mut ana = house.signed_in("ana").await;
    assert!(!house.visitor().ask(&app::identity::sign_on::asks::SignInWays {}).await.unwrap().passkey);
    assert!(!ana.ask(&ListFactors {}).await.unwrap().passkeys_offered);
    assert_eq!(status(&mut ana, BeginPasskey { proof: credentials(&house, "ana").password }).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status(&mut house.visitor(), BeginSignInPasskey {}).await, StatusCode::UNPROCESSABLE_ENTITY);
}
