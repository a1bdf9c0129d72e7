//! What Nora does, whom Adela invited, and Eva, whom the sign-in service brings.

use super::{DOWNLOAD, NORA, lists, says, seen, stand::Stand};
use crate::browser::{
    looks::{drawn, on_a_phone},
    oidc::{set_up, through_the_service},
    passkey::{enter_by_passkey, prove, sign_out},
};
use serde_json::json;
use tests::{browser::Browser, services::sign_in_service::SignInService};

const PASSWORD: &str = "three quiet rivers below the mill";

/// Chooses a password behind the link, and is in.
pub async fn accepts(nora: &Browser, link: &str) {
    nora.go(link).await;
    drawn(nora).await;
    says(nora, "You are invited to the data portal of Cedar Street Markets").await;
    says(nora, NORA).await;
    nora.write("New password", PASSWORD).await;
    nora.write("Password again", PASSWORD).await;
    seen(nora, "09-welcome").await;
    nora.press_words("form button", "Begin").await;
    nora.until("location.pathname === '/'").await;
    nora.go(link).await;
    says(nora, "This link is no longer valid").await;
}

pub async fn reads_the_north(nora: &Browser) {
    reads(nora, "North", &["South", "East", "West"]).await;
    assert_eq!(nora.read(DOWNLOAD).await, true);
    seen(nora, "10-share").await;
}

pub async fn reads_the_south(browser: &Browser, name: &str) {
    reads(browser, "South", &["North", "East", "West"]).await;
    seen(browser, &format!("21-share-{name}")).await;
}

/// The mart says whose rows these are and shows them, none of another region, and of households a code.
async fn reads(browser: &Browser, own: &str, others: &[&str]) {
    browser.go("/data/baskets").await;
    drawn(browser).await;
    says(browser, &format!("You see: region {own} · household masked")).await;
    lists(browser, &[own]).await;
    let page = browser.text("main").await;
    assert!(!others.iter().chain(&["51001", "51,001", "52001", "52,001"]).any(|value| page.contains(value)), "{page}");
}

/// By the password first, then without one; the account says who looked.
pub async fn comes_in_with_a_passkey(nora: &Browser) -> Vec<String> {
    sign_out(nora).await;
    nora.sign_in(NORA, PASSWORD).await;
    nora.go("/account").await;
    drawn(nora).await;
    nora.press_words(".panel button", "Add passkey").await;
    nora.write("Name", "Work laptop").await;
    seen(nora, "22-passkey").await;
    prove(nora, PASSWORD, "Add passkey").await;
    nora.until("document.querySelector('dialog[open]') === null").await;
    says(nora, "Work laptop").await;

    sign_out(nora).await;
    enter_by_passkey(nora).await;
    nora.until("location.pathname === '/account'").await;
    drawn(nora).await;
    says(nora, "Work laptop").await;
    says(nora, "Field reader").await;
    let lookers = "[...document.querySelectorAll('main section')].find(panel => panel.querySelector('h2')?.innerText === 'Who looked as you')";
    nora.until(&format!("{lookers}?.innerText.includes('Adela Campos') ?? false")).await;
    nora.run(&format!("{lookers}.scrollIntoView({{ block: 'center' }})")).await;
    seen(nora, "23-who-looked").await;
    on_a_phone(nora, "governing-nora", "/account").await
}

/// Somebody of the group of field service, whom nobody added here, is where the group belongs and sees what that gives.
pub async fn come_by_single_sign_on(stand: &Stand, service: &SignInService, adela: &Browser) {
    service.knows("eva", json!({ "email": "eva@corp.example", "email_verified": true, "name": "Eva Ruiz", "groups": ["managers"] }));
    set_up(adela, &service.issuer(), "field_service", "field_reader").await;
    seen(adela, "24-single-sign-on").await;

    let eva = Browser::open(stand.program.url(""), 1440, 900).await;
    eva.go("/account").await;
    eva.until("location.pathname === '/sign-in'").await;
    seen(&eva, "25-sign-in").await;
    through_the_service(&eva, "eva").await;
    eva.until(&format!("location.port === '{}' && location.pathname === '/account'", stand.program.port)).await;
    drawn(&eva).await;
    for words in ["Eva Ruiz", "eva@corp.example", "Field service", "Field reader"] {
        says(&eva, words).await;
    }
    seen(&eva, "26-account-eva").await;
    reads_the_south(&eva, "eva").await;
}
