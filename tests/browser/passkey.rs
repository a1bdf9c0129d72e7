//! Second factors in a real browser: codes of an app, and a passkey of Chromium's virtual authenticator.

use serde_json::json;
use tests::{
    authenticator::{code, steady},
    browser::{Browser, present},
    followed_log::FollowedLog,
};

const OLGA: &str = "olga@atalaya.example";

/// A device that holds passkeys and has just seen its owner's finger.
pub async fn with_authenticator(browser: &Browser) {
    browser.tell("WebAuthn.enable", json!({ "enableUI": false })).await;
    let options = json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
        "automaticPresenceSimulation": true,
    });
    browser.tell("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await;
}

pub async fn sign_out(browser: &Browser) {
    browser.run("document.querySelector('.rail .menu summary').click()").await;
    browser.press("form[action='/sign-out'] button").await;
    browser.until("location.pathname === '/sign-in'").await;
}

/// Presses the button of the sign-in page.
pub async fn enter_by_passkey(browser: &Browser) {
    browser.go("/sign-in?next=%2Faccount").await;
    browser.alive().await;
    browser.press_words(".alone-other button", "Sign in with a passkey").await;
}

/// Proves in the open dialog who one is.
pub async fn prove(browser: &Browser, password: &str, verb: &str) {
    browser.fill("dialog[open] input[name=proof]", password).await;
    browser.press_words("dialog[open] button", verb).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_signs_in_and_is_removed() {
    if !present() {
        return;
    }
    let line = FollowedLog::start(&[]).await;
    let browser = Browser::open(line.program.url(""), 1440, 900).await;
    with_authenticator(&browser).await;
    browser.sign_in(OLGA, &line.password).await;

    browser.go("/account").await;
    browser.alive().await;
    browser.press_words(".panel button", "Add passkey").await;
    browser.fill("dialog[open] input[name=passkey-name]", "Work laptop").await;
    prove(&browser, "not my password", "Add passkey").await;
    browser.until("document.querySelector('dialog[open] #proof-error')?.innerText.includes('neither') ?? false").await;
    assert_eq!(browser.accessibility_faults().await, Vec::<String>::new());
    prove(&browser, &line.password, "Add passkey").await;
    browser.until("document.querySelector('dialog[open]') === null").await;
    browser.until("document.querySelector('main').innerText.includes('Work laptop')").await;
    assert_eq!(browser.read("document.querySelector('main').innerText.includes('never used')").await, true);
    browser.picture("account-passkey").await;

    sign_out(&browser).await;
    enter_by_passkey(&browser).await;
    browser.until("location.pathname === '/account'").await;
    browser.alive().await;
    browser.until("document.querySelector('main').innerText.includes('Work laptop')").await;
    assert_eq!(browser.read("document.querySelector('main').innerText.includes('never used')").await, false);

    browser.press("button[aria-label='Remove: Work laptop']").await;
    prove(&browser, &line.password, "Remove").await;
    browser.until("!document.querySelector('main').innerText.includes('Work laptop')").await;
    sign_out(&browser).await;
    enter_by_passkey(&browser).await;
    browser.until("document.querySelector('.alone-other')?.innerText.includes('does not open') ?? false").await;
    assert_eq!(browser.read("location.pathname").await, "/sign-in");
    browser.picture("sign-in-passkey-refused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_an_app_are_turned_on_and_asked_for() {
    if !present() {
        return;
    }
    let line = FollowedLog::start(&[]).await;
    let browser = Browser::open(line.program.url(""), 1440, 900).await;
    browser.sign_in(OLGA, &line.password).await;
    browser.go("/account").await;
    browser.alive().await;
    browser.press_words(".panel button", "Turn on").await;
    prove(&browser, &line.password, "Continue").await;
    browser.until("document.querySelector('dialog[open] img.qr')?.complete ?? false").await;
    assert_eq!(browser.accessibility_faults().await, Vec::<String>::new());
    browser.picture("account-app").await;
    let secret = browser.read("document.querySelector('dialog[open] code').textContent").await;
    let secret = secret.as_str().expect("the key").to_owned();
    steady().await;
    browser.fill("dialog[open] input[name=code]", &code(&secret, -1)).await;
    browser.press_words("dialog[open] button", "Turn on").await;
    browser.until("document.querySelector('dialog[open] code')?.textContent.split('\\n').length === 10").await;
    browser.picture("account-recovery-codes").await;
    let codes = browser.read("document.querySelector('dialog[open] code').textContent.split('\\n')").await;
    browser.press_words("dialog[open] button", "I have kept them").await;
    browser.until("document.querySelector('main').innerText.includes('Recovery codes left: 10')").await;

    sign_out(&browser).await;
    // Without script, as from an old browser.
    browser.tell("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    browser.go("/sign-in?next=%2Faccess").await;
    browser.fill("input[name=email]", OLGA).await;
    browser.fill("input[name=password]", &line.password).await;
    browser.press("form[action='/sign-in'] .button").await;
    browser.until("location.pathname === '/sign-in/code'").await;
    browser.fill("input[name=code]", "000 000").await;
    browser.press("form[action='/sign-in/code'] .button").await;
    browser.until("document.body.innerText.includes('The code is wrong')").await;
    browser.picture("sign-in-code").await;
    let recovery = codes[0].as_str().expect("a recovery code").to_owned();
    browser.fill("input[name=code]", &recovery).await;
    browser.press("form[action='/sign-in/code'] .button").await;
    browser.until("location.pathname === '/access'").await;
}
