//! Invitations by link: good once, for a time, for nobody else; by mail too, where the mail server has the last word.

use super::{furnished, status};
use app::{
    governance::asks::ListAudit,
    identity::{asks::*, invites::asks::*},
};
use axum::{body::Body, extract::ConnectInfo};
use http::{Request, StatusCode};
use server::{
    jobs::{self, Pace},
    routes, web,
};
use sqlx::{AssertSqlSafe, Row};
use std::{net::SocketAddr, time::Duration};
use tests::{
    house::{House, Visitor},
    services::smtp::{Arrived, smtp},
};
use tokio_util::sync::CancellationToken;

/// Does all background work that waits, tries that come later included.
pub async fn until_idle(house: &House) {
    let pace = Pace { until_idle: true, poll: Duration::from_millis(20), ..Pace::with_slots(1) };
    jobs::work(house.portal.clone(), routes::jobs(), pace, CancellationToken::new()).await.unwrap();
}

pub async fn execute(house: &House, sql: &str) {
    let mut changes = house.portal.database.begin().await.unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *changes).await.unwrap();
    changes.commit().await.unwrap();
}

pub fn invitation(email: &str, mail: bool) -> InvitePerson {
    InvitePerson {
        name: "Luis Prado".into(),
        email: email.into(),
        department: "sales".into(),
        role: "employee".into(),
        attributes: vec![("regions".into(), vec!["North".into()])],
        days: 7,
        mail,
    }
}

fn token(link: &InviteLink) -> String {
    link.link.rsplit('/').next().unwrap().to_owned()
}

const GOOD: &str = "three quiet rivers";

/// A24 too.
#[tokio::test]
async fn a20_an_invitation_makes_one_person_once() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let link = adela.ask(&invitation("Luis@Atalaya.example", false)).await.ok().unwrap();
        assert!(link.link.starts_with("http://localhost:8420/invite/") && !link.mailed, "{}", link.link);
        let token = token(&link);
        assert!(token.len() >= 32);
        let listed = adela.ask(&ListInvites {}).await.unwrap();
        let [invite] = listed.invites.as_slice() else { panic!("{listed:?}") };
        assert_eq!(
            (invite.email.as_str(), invite.invited_by.as_str(), invite.department.es.as_str()),
            ("luis@atalaya.example", "adela@atalaya.example", "Ventas")
        );
        assert!(!listed.mail && !invite.expired);
        let rows = sqlx::query("select token_hash from invite_token").fetch_all(house.portal.database.read()).await.unwrap();
        assert!(rows.len() == 1 && rows[0].get::<String, _>(0) != token, "the table holds no token");
        assert!(house.portal.identity.person_by_email("luis@atalaya.example").await.unwrap().is_none(), "nobody yet");

        let opened = house.visitor().ask(&OpenInvite { token: token.clone() }).await.unwrap();
        assert_eq!((opened.organisation.as_str(), opened.email.as_str()), ("Cedar Street Markets", "luis@atalaya.example"));
        for weak in ["short", "luis@atalaya.example", "LuisPradoLuis", "abcdefghijklm"] {
            let refused = house.visitor().ask(&AcceptInvite { token: token.clone(), password: weak.into() }).await.unwrap_err();
            assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("password")), "{weak}");
        }
        let mut luis = house.visitor();
        let (answer, to) = luis.form("/invite", &[("token", &token), ("password", GOOD), ("again", "another one")]).await;
        assert_eq!((answer, to), (StatusCode::SEE_OTHER, format!("/invite/{token}?problem=invalid&field=again")));
        let (answer, to) = luis.form("/invite", &[("token", &token), ("password", GOOD), ("again", GOOD)]).await;
        assert_eq!((answer, to.as_str()), (StatusCode::SEE_OTHER, "/"));
        let me = luis.ask(&WhoAmI {}).await.unwrap();
        assert_eq!((me.name.as_str(), me.department.en.as_str(), me.must_change_password), ("Luis Prado", "Sales", false));
        let people = adela.ask(&ListPeople {}).await.unwrap().people;
        let card = people.iter().find(|person| person.email == "luis@atalaya.example").unwrap();
        assert_eq!(card.attributes, [("regions".to_owned(), vec!["North".to_owned()])]);

        assert_eq!(status(&mut house.visitor(), AcceptInvite { token: token.clone(), password: GOOD.into() }).await, StatusCode::NOT_FOUND);
        let (_, to) = house.visitor().form("/invite", &[("token", &token), ("password", GOOD), ("again", GOOD)]).await;
        assert_eq!(to, format!("/invite/{token}?problem=expired"));
        assert!(adela.ask(&ListInvites {}).await.unwrap().invites.is_empty());
        house.visitor().ask(&SignIn { email: "luis@atalaya.example".into(), password: GOOD.into() }).await.unwrap();
        house.portal.audit.flush().await.unwrap();
        let records = adela.ask(&ListAudit { action: "identity.".into(), ..Default::default() }).await.unwrap().records;
        for action in ["identity.invite_person", "identity.accept_invite"] {
            assert!(records.iter().any(|record| record.action == action && record.outcome == "allowed"), "{action}");
        }
        assert!(!format!("{records:?}").contains(&token), "the audit log holds no token");
    }
}

#[tokio::test]
async fn a06_links_that_expired_were_revoked_used_or_invented_are_answered_alike() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let mut tokens = vec![];
        for name in ["expired", "revoked", "used"] {
            tokens.push(token(&adela.ask(&invitation(&format!("{name}@atalaya.example"), false)).await.ok().unwrap()));
        }
        execute(&house, "update invite set expires_ms = 1 where email = 'expired@atalaya.example'").await;
        let listed = adela.ask(&ListInvites {}).await.unwrap().invites;
        assert!(listed.iter().any(|invite| invite.expired && invite.email == "expired@atalaya.example"));
        let revoked = listed.iter().find(|invite| invite.email == "revoked@atalaya.example").unwrap();
        adela.ask(&RevokeInvite { id: revoked.id.clone() }).await.unwrap();
        assert_eq!(status(&mut adela, RevokeInvite { id: revoked.id.clone() }).await, StatusCode::NOT_FOUND);
        house.visitor().ask(&AcceptInvite { token: tokens[2].clone(), password: GOOD.into() }).await.unwrap();
        tokens.push("invented-invented-invented-inven".into());
        let mut refusals = Vec::new();
        for token in &tokens {
            refusals.push(house.visitor().ask(&OpenInvite { token: token.clone() }).await.err().unwrap());
        }
        refusals.push(house.visitor().ask(&AcceptInvite { token: tokens[0].clone(), password: GOOD.into() }).await.err().unwrap());
        assert_eq!(refusals[0].0, StatusCode::NOT_FOUND);
        assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
        assert!(house.portal.identity.person_by_email("expired@atalaya.example").await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_new_link_ends_the_earlier_one_and_an_address_is_invited_once() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let first = token(&adela.ask(&invitation("luis@atalaya.example", false)).await.ok().unwrap());
        for email in ["luis@atalaya.example", "ana@atalaya.example", "luis"] {
            let refused = adela.ask(&invitation(email, false)).await.err().unwrap();
            assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("email")), "{email}");
        }
        let wrong = InvitePerson { days: 365, ..invitation("eva@atalaya.example", false) };
        assert_eq!(adela.ask(&wrong).await.err().unwrap().1.field.as_deref(), Some("days"));
        assert_eq!(adela.ask(&invitation("eva@atalaya.example", true)).await.err().unwrap().0, StatusCode::SERVICE_UNAVAILABLE, "no mail is configured");
        execute(&house, "update invite set expires_ms = 1").await;
        let id = adela.ask(&ListInvites {}).await.unwrap().invites[0].id.clone();
        let second = token(&adela.ask(&RenewInvite { id, mail: false }).await.ok().unwrap());
        assert_eq!(status(&mut house.visitor(), OpenInvite { token: first }).await, StatusCode::NOT_FOUND);
        house.visitor().ask(&OpenInvite { token: second.clone() }).await.unwrap();
        // Whom somebody added meanwhile keeps the password that they have.
        let added = AddPerson {
            name: "Luis".into(),
            email: "luis@atalaya.example".into(),
            department: "sales".into(),
            role: "employee".into(),
            attributes: Vec::new(),
        };
        adela.ask(&added).await.ok().unwrap();
        assert_eq!(status(&mut house.visitor(), AcceptInvite { token: second, password: GOOD.into() }).await, StatusCode::NOT_FOUND);
    }
}

/// The page as it is served, without any script.
async fn page(house: &House, path: &str) -> (StatusCode, String) {
    let mut visitor = Visitor { api: web::router(&house.portal).unwrap(), ..house.visitor() };
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 50_000))));
    let (status, headers, body) = visitor.send(request).await;
    assert!(headers["referrer-policy"] == "same-origin" && headers["cache-control"] == "no-store", "a token must not leave: {headers:?}");
    (status, String::from_utf8(body).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_invitation_is_a_plain_form_and_says_no_more_of_a_bad_one() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    let token = token(&adela.ask(&invitation("luis@atalaya.example", false)).await.ok().unwrap());
    let (status, html) = page(&house, &format!("/invite/{token}")).await;
    assert_eq!(status, StatusCode::OK);
    for word in ["Cedar Street Markets", "luis@atalaya.example", "action=\"/invite\"", "name=\"again\"", "method=\"post\""] {
        assert!(html.contains(word), "{word}: {html}");
    }
    execute(&house, "update invite set expires_ms = 1").await;
    for path in [format!("/invite/{token}"), "/invite/nothing".into(), "/invite".into(), "/reset/nothing".into()] {
        let (status, html) = page(&house, &path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(html.contains("no longer valid") && !html.contains("luis@") && !html.contains("name=\"password\""), "{path}: {html}");
    }
}

#[tokio::test]
async fn a_mail_that_is_put_off_is_tried_again_and_one_that_is_refused_is_given_up() {
    let Some(smtp) = smtp().await else { return };
    let house = smtp.house().await;
    let mut adela = house.signed_in("adela").await;
    for name in ["luis", "later", "refused"] {
        let link = adela.ask(&invitation(&format!("{name}@atalaya.example"), true)).await.ok().unwrap();
        assert!(link.mailed);
    }
    until_idle(&house).await;
    let listed = adela.ask(&ListInvites {}).await.unwrap();
    let state = |name: &str| listed.invites.iter().find(|invite| invite.email.starts_with(name)).unwrap().mail;
    assert_eq!((state("luis"), state("later"), state("refused")), (MailState::Sent, MailState::Sent, MailState::Failed));
    let [letter]: [Arrived; 1] = smtp.letters("luis@atalaya.example").try_into().unwrap();
    assert_eq!(letter.subject, "Cedar Street Markets: your invitation / Cedar Street Markets: su invitación");
    assert!(letter.text.contains("Good day, Luis Prado") && letter.text.contains("Buenos días, Luis Prado"), "{}", letter.text);
    let [put_off]: [Arrived; 1] = smtp.letters("later@atalaya.example").try_into().unwrap();
    house.visitor().ask(&AcceptInvite { token: put_off.token("/invite/"), password: GOOD.into() }).await.unwrap();
    assert!(smtp.letters("refused@atalaya.example").is_empty());
    house.portal.audit.flush().await.unwrap();
    let records = adela.ask(&ListAudit { action: "identity.mail".into(), ..Default::default() }).await.unwrap().records;
    let failed = records.iter().find(|record| record.outcome == "failed").unwrap();
    assert!(failed.object.contains("refused@atalaya.example") && format!("{failed:?}").contains("550"), "{failed:?}");
    let rows = sqlx::query("select payload, failure from job").fetch_all(house.portal.database.read()).await.unwrap();
    let told = rows.iter().map(|row| format!("{} {:?}", row.get::<String, _>(0), row.get::<Option<String>, _>(1))).collect::<String>();
    assert!(told.contains("550") && !told.contains(&put_off.token("/invite/")), "no token waits in the queue: {told}");
}

/// A12 too.
#[tokio::test]
async fn a11_what_things_are_called_adds_nothing_to_the_header_of_a_mail() {
    let Some(smtp) = smtp().await else { return };
    let house = smtp.house().await;
    let mut adela = house.signed_in("adela").await;
    for name in ["Luis\r\nBcc: eve@evil.example", "Luis\nX", "Luis\u{0}"] {
        let refused = adela.ask(&InvitePerson { name: name.into(), ..invitation("luis@atalaya.example", true) }).await.err().unwrap();
        assert_eq!(refused.1.field.as_deref(), Some("name"), "{name:?}");
    }
    // As one might stand in a house of before, or in a table that somebody wrote into.
    let mut changes = house.portal.database.begin().await.unwrap();
    let odd = "Cedar\r\nBcc: eve@evil.example\r\n\r\n{{token}} ${x}";
    sqlx::query("update organisation set name = $1").bind(odd).execute(&mut *changes).await.unwrap();
    changes.commit().await.unwrap();
    adela.ask(&InvitePerson { name: "Luis {{token}} =?utf-8?q?x?=".into(), ..invitation("luis@atalaya.example", true) }).await.ok().unwrap();
    until_idle(&house).await;
    let [letter]: [Arrived; 1] = smtp.letters("luis@atalaya.example").try_into().unwrap();
    assert_eq!(letter.to, ["luis@atalaya.example"]);
    assert!(!letter.head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{}", letter.head);
    assert!(letter.subject.contains("{{token}} ${x}") && letter.text.contains("Luis {{token}} =?utf-8?q?x?="), "{letter:?}");
    assert!(smtp.letters("eve@evil.example").is_empty());
}
