//! A new password by mail: for who owns the mailbox, once, and telling nobody who is here.

use super::{
    invites::{execute, until_idle},
    status,
};
use app::{
    governance::asks::ListAudit,
    identity::{asks::*, forgot::asks::*, sign_on::asks::SignInWays},
};
use http::StatusCode;
use tests::{
    house::{House, Visitor},
    services::smtp::{Arrived, smtp},
};

const ANA: &str = "ana@atalaya.example";
const NEW: &str = "four patient tortoises";

async fn forgot(visitor: &mut Visitor, email: &str) -> StatusCode {
    status(visitor, ForgotPassword { email: email.into() }).await
}

/// A19 too.
#[tokio::test]
async fn a20_a_mailed_link_sets_a_password_once_and_ends_every_session() {
    let Some(smtp) = smtp().await else { return };
    let house = smtp.house().await;
    let mut ana = house.signed_in("ana").await;
    assert!(house.visitor().ask(&SignInWays {}).await.unwrap().mail);
    let (answer, to) = house.visitor().form("/forgot", &[("email", " Ana@Atalaya.example ")]).await;
    assert_eq!((answer, to.as_str()), (StatusCode::SEE_OTHER, "/forgot?sent=yes"));
    assert_eq!(forgot(&mut house.visitor(), ANA).await, StatusCode::OK);
    until_idle(&house).await;
    let [first, second]: [Arrived; 2] = smtp.letters(ANA).try_into().unwrap();
    let (first, second) = (first.token("/reset/"), second.token("/reset/"));
    assert!(ana.ask(&WhoAmI {}).await.is_ok(), "asking alone changes nothing");
    house.visitor().ask(&CheckReset { token: first.clone() }).await.unwrap();
    let weak = house.visitor().ask(&ChooseReset { token: first.clone(), password: "ana robles ana".into() }).await.unwrap_err();
    assert_eq!((weak.0, weak.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("password")));
    let (_, to) = house.visitor().form("/reset", &[("token", &second), ("password", NEW), ("again", "other")]).await;
    assert_eq!(to, format!("/reset/{second}?problem=invalid&field=again"));
    let (_, to) = house.visitor().form("/reset", &[("token", &second), ("password", NEW), ("again", NEW)]).await;
    assert_eq!(to, "/sign-in?done=reset");
    assert_eq!(status(&mut ana, WhoAmI {}).await, StatusCode::UNAUTHORIZED);
    for token in [&first, &second] {
        let used = ChooseReset { token: token.clone(), password: "yet another long one".into() };
        assert_eq!(status(&mut house.visitor(), used).await, StatusCode::NOT_FOUND, "both links are worth nothing now");
    }
    let sign_in = |password: &str| SignIn { email: ANA.into(), password: password.into() };
    assert_eq!(status(&mut house.visitor(), sign_in(&house.passwords[ANA])).await, StatusCode::UNAUTHORIZED);
    let mut again = house.visitor();
    again.ask(&sign_in(NEW)).await.unwrap();
    assert!(!again.ask(&WhoAmI {}).await.unwrap().must_change_password);
    house.portal.audit.flush().await.unwrap();
    let mut adela = house.signed_in("adela").await;
    let records = adela.ask(&ListAudit { action: "identity.".into(), ..Default::default() }).await.unwrap().records;
    for action in ["identity.forgot", "identity.mail", "identity.reset"] {
        assert!(records.iter().any(|record| record.action == action && record.object == format!("person {ANA}")), "{action}");
    }
}

#[tokio::test]
async fn a06_asking_tells_nobody_whose_address_it_is() {
    let Some(smtp) = smtp().await else { return };
    let house = smtp.house().await;
    let mut adela = house.signed_in("adela").await;
    adela.ask(&DisablePerson { id: house.person("marta").await, disabled: true }).await.unwrap();
    let mut answers = Vec::new();
    for email in [ANA, "nobody@atalaya.example", "marta@atalaya.example", "no address", ""] {
        let body = serde_json::to_vec(&ForgotPassword { email: email.into() }).unwrap();
        answers.push(house.visitor().post("/api/identity/forgot", "application/json", body).await);
    }
    assert_eq!(answers[0].0, StatusCode::OK);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    until_idle(&house).await;
    assert_eq!(smtp.letters(ANA).len(), 1);
    for nobody in ["nobody@atalaya.example", "marta@atalaya.example"] {
        assert!(smtp.letters(nobody).is_empty(), "{nobody}");
    }
    house.portal.audit.flush().await.unwrap();
    let records = adela.ask(&ListAudit { action: "identity.forgot".into(), ..Default::default() }).await.unwrap().records;
    assert!(!format!("{records:?}").contains("nobody@"), "what strangers type is not written down");
}

#[tokio::test]
async fn a20_a_link_runs_out_and_opens_nothing_for_who_is_disabled() {
    let Some(smtp) = smtp().await else { return };
    let house = smtp.house().await;
    forgot(&mut house.visitor(), ANA).await;
    forgot(&mut house.visitor(), "sergio@atalaya.example").await;
    until_idle(&house).await;
    let token = |email: &str| smtp.letters(email)[0].token("/reset/");
    execute(&house, "update password_reset set expires_ms = 1 where person = (select id from person where email = 'ana@atalaya.example')").await;
    let mut adela = house.signed_in("adela").await;
    adela.ask(&DisablePerson { id: house.person("sergio").await, disabled: true }).await.unwrap();
    let mut refusals = Vec::new();
    for token in [token(ANA), token("sergio@atalaya.example"), "invented-invented-invented-inven".to_owned()] {
        refusals.push(house.visitor().ask(&ChooseReset { token, password: NEW.into() }).await.unwrap_err());
    }
    assert_eq!(refusals[0].0, StatusCode::NOT_FOUND);
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
}

#[tokio::test]
async fn a29_nobodys_mailbox_is_flooded() {
    let Some(smtp) = smtp().await else { return };
    let house = smtp.house().await;
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(forgot(&mut house.visitor(), ANA).await);
    }
    until_idle(&house).await;
    assert_eq!(smtp.letters(ANA).len(), 3);
    assert!(answers[..6].iter().all(|answer| *answer == StatusCode::OK), "the address is limited without a word: {answers:?}");
    assert_eq!(answers[7], StatusCode::TOO_MANY_REQUESTS, "the place is told");
}

#[tokio::test]
async fn without_mail_there_is_no_way_but_an_administrator() {
    let house = House::empty(None).await.furnished().await;
    assert!(!house.visitor().ask(&SignInWays {}).await.unwrap().mail);
    for email in [ANA, "nobody@atalaya.example"] {
        assert_eq!(forgot(&mut house.visitor(), email).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
