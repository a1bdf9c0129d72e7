//! The first day of a new administrator and of the person whom they invite: everything is governed, seen, explained and recorded by the pages alone.

mod administrator;
mod invited;
mod stand;

use super::passkey::with_authenticator;
use stand::Stand;
use tests::browser::{Browser, present};

const ADELA: &str = "adela@atalaya.example";
const NORA: &str = "nora@atalaya.example";
/// The policy test, the reason to go over it, and why the policy is changed, as they are found again in the audit log.
const CASE: &str = "Nora keeps to the North";
const REASON: &str = "Nora takes the South over from May";
const WHY: &str = "The regions are dealt anew";
/// Whether the page offers a file.
const DOWNLOAD: &str = "[...document.querySelectorAll('main button')].some(button => button.innerText.includes('Download'))";

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_governs_and_who_is_invited_sees_their_share() {
    if !present() {
        return;
    }
    let stand = Stand::start().await;
    let adela = Browser::open(stand.program.url(""), 1440, 900).await;
    adela.sign_in(ADELA, &stand.password).await;
    administrator::adds_a_department(&adela).await;
    administrator::adds_a_role(&adela).await;
    administrator::grants(&adela).await;
    let link = administrator::invites(&adela, &stand.program.url("")).await;

    let nora = Browser::open(stand.program.url(""), 1440, 900).await;
    with_authenticator(&nora).await;
    invited::accepts(&nora, &link).await;
    invited::reads_the_north(&nora).await;

    administrator::writes_a_policy_test(&adela).await;
    let mut wrong = administrator::looks_as_nora(&adela).await;
    wrong.extend(administrator::reads_why(&adela).await);
    administrator::breaks_the_policy_test(&adela).await;
    wrong.extend(administrator::finds_it_in_the_audit_log(&adela).await);

    invited::reads_the_south(&nora, "nora").await;
    wrong.extend(invited::comes_in_with_a_passkey(&nora).await);
    drop(nora);
    if let Some(service) = &stand.service {
        invited::come_by_single_sign_on(&stand, service, &adela).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Keeps a picture of where the walk is; there is nothing for axe to find.
async fn seen(browser: &Browser, step: &str) {
    // What fades in is of another colour until it is there.
    browser.until("document.getAnimations().every(one => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity)").await;
    browser.picture(&format!("governing-{step}")).await;
    assert_eq!(browser.accessibility_faults().await, Vec::<String>::new(), "{step}");
}

/// Waits until the page says this, in a dialog or beside it.
async fn says(browser: &Browser, words: &str) {
    browser.until(&format!("document.querySelector('main')?.innerText.includes({words:?}) ?? false")).await;
}

/// Waits until a line of a table holds all these words.
async fn lists(browser: &Browser, words: &[&str]) {
    let all = format!("{words:?}.every(word => row.textContent.includes(word))");
    browser.until(&format!("[...document.querySelectorAll('main tbody tr')].some(row => {all})")).await;
}

/// Presses the button of the open dialog that says this, and waits until there is no dialog any more.
async fn done(browser: &Browser, verb: &str) {
    browser.press_words("dialog[open] button", verb).await;
    browser.until("document.querySelector('dialog[open]') === null").await;
}

/// Opens the menu of a line of a table and presses an item of it.
async fn from_menu(browser: &Browser, line: &str, item: &str) {
    browser.press_words(&format!("summary[aria-label='More actions: {line}']"), "").await;
    browser.press_words(".menu-item", item).await;
}
