//! The way of a letter to the mail server: encrypted, to the server that is meant, or not at all.

use super::invites::until_idle;
use app::{
    governance::asks::{AuditCard, ListAudit},
    identity::forgot::asks::ForgotPassword,
};
use sqlx::Row;
use tests::{
    house::House,
    services::{
        certificate::certificate,
        smtp::{Speech, speaking},
    },
};

const ANA: &str = "ana@atalaya.example";

/// Asks for a new password of hers, and does all that follows.
async fn ask(house: &House) {
    house.visitor().ask(&ForgotPassword { email: ANA.into() }).await.unwrap();
    until_idle(house).await;
}

/// Why her letter was given up, as the queue and the audit log have it.
async fn failure(house: &House) -> String {
    let row = sqlx::query("select attempt, failure from job where kind = 'identity.reset' and state = 'failed'");
    let row = row.fetch_one(house.portal.database.read()).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1, "what a setting must change is not tried again");
    let failure: String = row.get(1);
    house.portal.audit.flush().await.unwrap();
    let mut adela = house.signed_in("adela").await;
    let records = adela.ask(&ListAudit { action: "identity.mail".into(), ..Default::default() }).await.unwrap().records;
    let told = |record: &AuditCard| record.outcome == "failed" && record.object.contains(ANA);
    assert!(records.len() == 1 && told(&records[0]), "{records:?}");
    failure
}

#[tokio::test]
async fn a_letter_and_the_portals_password_leave_encrypted_for_the_server_of_the_named_authority() {
    let ways: [(Speech, &[&str]); 2] = [(Speech::StartTls, &["EHLO", "STARTTLS"]), (Speech::Tls, &[])];
    for (speech, unencrypted) in ways {
        let Some(smtp) = speaking(speech).await else { return };
        ask(&smtp.house().await).await;
        let letters = smtp.letters(ANA);
        assert!(letters.len() == 1 && letters[0].token("/reset/").len() >= 32, "{speech:?}: it takes letters of who signed in alone: {letters:?}");
        assert_eq!(smtp.heard_unencrypted(), unencrypted, "{speech:?}");
    }
}

#[tokio::test]
async fn nothing_is_told_to_a_server_whose_certificate_is_not_trusted() {
    for speech in [Speech::StartTls, Speech::Tls] {
        let Some(smtp) = speaking(speech).await else { return };
        let elsewhere = tempfile::tempdir().unwrap();
        let other = certificate(elsewhere.path()).unwrap();
        for authority in [Some(other.as_path()), None] {
            let house = smtp.house_trusting(authority).await;
            ask(&house).await;
            let failure = failure(&house).await;
            assert!(failure.contains("the certificate of the mail server is not trusted") && failure.contains("ATALAYA_SMTP_CA"), "{speech:?}: {failure}");
        }
        assert!(smtp.letters(ANA).is_empty(), "{speech:?}");
        let heard = smtp.heard_unencrypted();
        assert!(heard.iter().all(|word| ["EHLO", "STARTTLS"].contains(&word.as_str())), "{speech:?}: {heard:?}");
    }
}

/// Else who sits on the way would strike out the offer to encrypt, and read the password and links that open accounts.
#[tokio::test]
async fn a_server_that_offers_no_encryption_gets_no_password_and_no_letter() {
    let Some(smtp) = speaking(Speech::Stripped).await else { return };
    let house = smtp.house().await;
    ask(&house).await;
    let failure = failure(&house).await;
    assert!(failure.contains("STARTTLS"), "{failure}");
    assert!(smtp.letters(ANA).is_empty());
    let heard = smtp.heard_unencrypted();
    assert!(heard.contains(&"EHLO".to_owned()) && heard.iter().all(|word| ["EHLO", "QUIT"].contains(&word.as_str())), "{heard:?}");
}
