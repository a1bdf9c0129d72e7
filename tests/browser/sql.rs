//! SQL that is kept: saved on its page, found among the questions, opened, deleted and brought back.

use tests::{
    browser::{Browser, present},
    demo::demo,
};

/// A name that no other test gives.
const NAME: &str = "Lines by region";

const LISTED: &str = "[...document.querySelectorAll('main tbody tr')].some(row => row.innerText.includes('Lines by region') && row.innerText.includes('SQL'))";

/// Presses a button in the row of the statement.
async fn press_in_row(browser: &Browser, button: &str) {
    let row = format!("[...document.querySelectorAll('main tbody tr')].find(row => row.innerText.includes({NAME:?}))");
    browser.run(&format!("[...{row}.querySelectorAll('button')].find(e => e.innerText.includes({button:?})).click()")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_sql_is_found_among_the_questions() {
    let (Some(demo), true) = (demo().await, present()) else { return };
    let browser = Browser::open(demo.program.url(""), 1440, 900).await;
    browser.sign_in("sergio@atalaya.example", &demo.passwords["sergio@atalaya.example"]).await;
    browser.go("/sql").await;
    browser.alive().await;
    browser.fill("#statement", "select region, count(*) as lines from baskets group by region").await;
    browser.press_words(".sql-actions button", "Save").await;
    browser.fill("dialog[open] input[name=statement-title]", NAME).await;
    browser.press_words("dialog[open] button", "Save").await;
    browser.until(&format!("document.querySelector('.saved-list')?.innerText.includes({NAME:?}) === true")).await;

    // The page of statements says where else they stand.
    browser.press_words(".sql-side a", "Saved questions").await;
    browser.until(&format!("location.pathname === '/questions' && {LISTED}")).await;
    let faults = browser.accessibility_faults().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    browser.picture("questions-with-sql").await;
    browser.press_words("main tbody a", NAME).await;
    browser.until("location.pathname === '/sql' && document.querySelector('#statement')?.value.startsWith('select region') === true").await;
    browser.press_words(".sql-actions button", "Run").await;
    browser.until("document.querySelector('.sql-result table')?.innerText.includes('South') === true").await;

    // Loaded anew by its address, too: the server writes it into the page.
    let address = browser.driver.current_url().await.unwrap();
    browser.driver.goto(address.as_str()).await.unwrap();
    browser.alive().await;
    browser.until("document.querySelector('#statement').value.startsWith('select region')").await;

    // Deleted, brought back, deleted.
    browser.go("/questions").await;
    browser.alive().await;
    browser.until(LISTED).await;
    press_in_row(&browser, "Delete").await;
    browser.until(&format!("!{LISTED}")).await;
    browser.press_words(".banner button", "Undo").await;
    browser.until(LISTED).await;
    press_in_row(&browser, "Delete").await;
    browser.until(&format!("!{LISTED} && document.querySelector('main').innerText.includes('was deleted')")).await;
}
