//! A policy made by keyboard alone: a row rule on the person's own regions, a masked column; then taken away again, with reasons.

use tests::{
    browser::{Browser, present},
    demo::demo,
};
use thirtyfour::prelude::{Key, TypingData};

/// Into whatever has the focus.
async fn keys(browser: &Browser, keys: impl Into<TypingData>) {
    browser.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

const ROW: &str =
    "[...document.querySelectorAll('tbody tr')].some(row => ['baskets', 'Operations', 'regions', 'off'].every(word => row.innerText.includes(word)))";

#[tokio::test(flavor = "multi_thread")]
async fn a_row_rule_and_a_mask_are_built_with_the_keyboard() {
    let (Some(demo), true) = (demo().await, present()) else { return };
    let browser = Browser::open(demo.program.url(""), 1440, 900).await;
    browser.sign_in("adela@atalaya.example", &demo.passwords["adela@atalaya.example"]).await;
    browser.go("/admin/policies").await;
    browser.alive().await;
    browser.press_words(".page-head button", "Add policy").await;
    browser.until("document.activeElement.name === 'mart'").await;
    keys(&browser, "baskets").await;
    keys(&browser, Key::Tab).await;
    keys(&browser, "Operations").await;
    browser.until("document.querySelectorAll('dialog[open] .column-line').length > 5").await;
    keys(&browser, Key::Tab).await;
    keys(&browser, Key::Tab).await;
    browser.until("document.activeElement.id === 'add-row'").await;
    keys(&browser, Key::Enter).await;
    browser.until("document.activeElement.id === 'row-column-0'").await;
    // Nothing is chosen yet: that is said under the row, and nothing is saved.
    browser.find("dialog[open] .form-actions .button.solid").await.send_keys(Key::Enter).await.unwrap();
    browser.until("document.querySelector('#row-error-0').innerText !== ''").await;
    browser.find("#row-column-0").await.send_keys("region").await.unwrap();
    keys(&browser, Key::Tab).await;
    keys(&browser, Key::Tab).await;
    keys(&browser, Key::Down).await;
    browser.until("document.querySelector('.policy-words').innerText.includes('region is one of their regions')").await;
    browser.find("select[aria-label='How they see household_id']").await.send_keys("replace").await.unwrap();
    browser.until("document.querySelector('.policy-words').innerText.includes('household_id replaced by a code')").await;
    // Off, so that nobody who is tested meanwhile sees more.
    browser.find("dialog[open] input[name=enabled]").await.send_keys(Key::Space).await.unwrap();
    browser.until("document.querySelector('.policy-words').innerText.includes('not in force')").await;
    let faults = browser.accessibility_faults().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    browser.picture("policy-form").await;
    browser.find("dialog[open] .form-actions .button.solid").await.send_keys(Key::Enter).await.unwrap();
    browser.until(ROW).await;

    browser.press("summary[aria-label='More actions: baskets, operations']").await;
    browser.press_words(".menu-item", "Delete").await;
    browser.fill("dialog[open] input[name=why]", "made by a test").await;
    browser.press("dialog[open] .button.danger").await;
    browser.until(&format!("!{ROW}")).await;
    browser.go("/admin/policies/history").await;
    browser.alive().await;
    browser.until("document.querySelector('.policy-change').innerText.includes('made by a test')").await;
    browser.picture("policy-history").await;
}
