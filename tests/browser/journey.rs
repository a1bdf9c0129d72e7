//! What somebody does on a first morning: sign in, narrow, click, drill, ask, save, download, leave.

use serde_json::json;
use tests::{
    browser::{Browser, present},
    demo::{Demo, demo},
};

async fn open(demo: &Demo, person: &str) -> Browser {
    let browser = Browser::open(demo.program.url(""), 1440, 900).await;
    let email = format!("{person}@atalaya.example");
    browser.sign_in(&email, &demo.passwords[&email]).await;
    browser
}

/// The text of a tile's figure.
async fn figure(browser: &Browser, tile: &str) -> String {
    browser.until(&format!("document.querySelector('[aria-labelledby=tile-{tile}] .pending, [aria-labelledby=tile-{tile}].pending') === null")).await;
    browser.text(&format!("[aria-labelledby=tile-{tile}] .tile-body")).await
}

/// Presses a mark of a chart with the mouse, as nobody can do by a script alone: the one in the middle of those drawn.
async fn press_mark(browser: &Browser, tile: &str) {
    let chart = format!("[aria-labelledby=tile-{tile}] atalaya-chart");
    browser.run(&format!("document.querySelector({chart:?}).scrollIntoView({{ block: 'center' }})")).await;
    browser.until(&format!("document.querySelectorAll({:?}).length > 0", format!("{chart} svg path"))).await;
    let script = format!(
        "const marks = [...document.querySelectorAll({:?})].filter(path => {{ const box = path.getBoundingClientRect(); const fill = path.getAttribute('fill'); \
         return fill && fill !== 'none' && fill !== 'transparent' && box.width > 8 && box.height > 8 && box.width < 200; }}); \
         const box = marks[Math.floor(marks.length / 2)].getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2];",
        format!("{chart} svg path")
    );
    // The marks grow for a moment when they are first drawn.
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    let place = browser.run(&script).await;
    for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
        let event = json!({ "type": kind, "x": place[0], "y": place[1], "button": if kind == "mouseMoved" { "none" } else { "left" }, "clickCount": 1 });
        browser.tell("Input.dispatchMouseEvent", event).await;
    }
}

/// Presses an item of the one menu with this name.
async fn from_menu(browser: &Browser, menu: &str, item: &str) {
    browser.press_words(&format!("summary[aria-label={menu:?}]"), "").await;
    browser.press_words(".menu-item", item).await;
}

/// Keeps a picture of the open dialog; there is nothing for axe to find.
async fn dialog_seen(browser: &Browser, name: &str) {
    browser.until("document.querySelector('dialog[open] form, dialog[open] .form-actions') !== null").await;
    browser.until("document.getAnimations().every(one => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity)").await;
    browser.picture(name).await;
    assert_eq!(browser.accessibility_faults().await, Vec::<String>::new(), "{name}");
}

/// The dashboard that is open is shown to the department for a while.
async fn gives_and_takes_back(browser: &Browser) {
    browser.alive().await;
    from_menu(browser, "Share and publish", "Share…").await;
    browser.until("document.querySelector('dialog[open]')?.innerText.includes('Nobody else acts in this department.') ?? false").await;
    browser.picture("dashboard-share").await;
    browser.press("dialog[open] .dialog-head button").await;
    from_menu(browser, "Share and publish", "Publish to the department…").await;
    dialog_seen(browser, "dashboard-publish").await;
    browser.press_words("dialog[open] button", "Publish").await;
    // The page is asked for anew: a menu that was opened before would close.
    browser.until("[...document.querySelectorAll('.menu-item')].some(item => item.textContent.includes('Make it mine again'))").await;
    from_menu(browser, "Share and publish", "Make it mine again…").await;
    dialog_seen(browser, "dashboard-take-back").await;
    browser.press_words("dialog[open] button", "Make it mine").await;
    browser.until("document.body.innerText.includes('It is yours now.')").await;
}

/// The report that was made last comes every Friday, for a while.
async fn repeats_a_report(browser: &Browser) {
    browser.go("/reports").await;
    browser.alive().await;
    browser.press_words("main button", "Repeat…").await;
    browser.choose("How often", "Every week").await;
    browser.choose("Day of the week", "Friday").await;
    dialog_seen(browser, "report-repeat").await;
    browser.press_words("dialog[open] button", "Set").await;
    browser.until("document.querySelector('main').innerText.includes('every Friday at 06:00')").await;
    browser.picture("reports-repeated").await;
    assert_eq!(browser.accessibility_faults().await, Vec::<String>::new());
    browser.press_words(".menu summary[aria-label^='More actions']", "").await;
    browser.press_words(".menu-item", "Delete…").await;
    browser.press_words("dialog[open] button", "Delete").await;
    browser.until("!document.querySelector('main').innerText.includes('every Friday')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_morning_with_the_dashboard_and_a_question() {
    let (Some(demo), true) = (demo().await, present()) else { return };
    let browser = open(demo, "fermin").await;

    // The dashboard tells the whole chain.
    browser.go("/dashboards/finance").await;
    browser.alive().await;
    let whole = figure(&browser, "sales").await;
    assert!(whole.contains("4.60"), "{whole}");

    // Another date: the figures follow, the address holds it, back undoes it.
    browser.press_words(".filters .chip", "Date").await;
    browser.press_words("dialog[open] button", "last quarter").await;
    browser.until("location.search.includes('date=')").await;
    browser.until(&format!("document.querySelector('[aria-labelledby=tile-sales] .tile-body').innerText !== {whole:?}")).await;
    let quarter = figure(&browser, "sales").await;
    assert!(quarter.contains("vs. previous"), "{quarter}");
    browser.driver.back().await.unwrap();
    browser.until("document.querySelector('[aria-labelledby=tile-sales] .tile-body').innerText.includes('4.60')").await;

    // A click on a bar filters the other tiles; one button takes it all back.
    press_mark(&browser, "by-month").await;
    browser.until("document.querySelector('.chip.crossed') !== null").await;
    browser.until("!document.querySelector('[aria-labelledby=tile-sales] .tile-body').innerText.includes('4.60')").await;
    browser.picture("finance-clicked").await;
    // The same link shows the same view to whoever opens it.
    let (address, shown) = (browser.driver.current_url().await.unwrap(), figure(&browser, "sales").await);
    browser.driver.goto(address.as_str()).await.unwrap();
    browser.alive().await;
    assert_eq!(figure(&browser, "sales").await.lines().next(), shown.lines().next());

    // The rows behind a tile.
    browser.run("document.querySelector('[aria-labelledby=tile-sales] .menu summary').click()").await;
    browser.press_words("[aria-labelledby=tile-sales] .menu-item", "Rows behind it").await;
    browser.until("document.querySelectorAll('dialog[open] table tbody tr').length > 5").await;
    browser.picture("finance-rows").await;
    browser.press("dialog[open] .dialog-head button").await;
    browser.press_words("button.chip", "Reset").await;
    browser.until("!location.search.includes('=')").await;
    browser.until("document.querySelector('[aria-labelledby=tile-sales] .tile-body').innerText.includes('4.60')").await;

    // A question of one's own, saved on a dashboard of one's own.
    browser.go("/data/baskets/ask").await;
    browser.alive().await;
    browser.press_words(".ask label", "Own-brand share").await;
    browser.until("location.search.includes('private_share')").await;
    browser.press_words(".kinds button", "Table").await;
    browser.until("document.querySelectorAll('.ask-answer table tbody tr').length === 12").await;
    browser.press_words(".ask-actions button", "Save").await;
    browser.fill("dialog[open] input[name=question-name]", "Own brand by month").await;
    browser.run("const list = document.querySelector('dialog[open] select[name=dashboard]'); list.value = 'new'; list.dispatchEvent(new Event('change', { bubbles: true }))").await;
    browser.fill("dialog[open] input[name=new-dashboard]", "Mine").await;
    browser.press_words("dialog[open] button", "Save").await;
    browser.until("document.querySelector('dialog[open] .made') !== null").await;
    browser.press_words("dialog[open] a", "Open the dashboard").await;
    browser.until("document.body.innerText.includes('Own brand by month')").await;
    gives_and_takes_back(&browser).await;

    // The whole dashboard on paper.
    browser.go("/dashboards/finance").await;
    browser.alive().await;
    browser.press_words(".page-head button", "Download").await;
    browser.press_words("dialog[open] button", "Make the file").await;
    browser.until("document.querySelector('dialog[open] .made') !== null").await;
    browser.press_words("dialog[open] a", "Save the file").await;
    let saved = || {
        std::fs::read_dir(browser.downloads.path()).unwrap().flatten().map(|file| file.path()).find(|file| file.extension().is_some_and(|kind| kind == "pdf"))
    };
    for _ in 0..100 {
        if saved().is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let pdf = std::fs::read(saved().expect("a PDF was saved")).unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 20_000);

    browser.press("dialog[open] .dialog-head button").await;
    repeats_a_report(&browser).await;

    // And out: the old address asks to sign in.
    browser.until("document.querySelector('dialog[open]') === null").await;
    browser.run("document.querySelector('.rail .menu summary').click()").await;
    browser.press("form[action='/sign-out'] button").await;
    browser.until("location.pathname === '/sign-in'").await;
    browser.go("/dashboards/finance").await;
    browser.until("location.pathname === '/sign-in' && location.search.includes('next=')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_reading_work_without_script() {
    let (Some(demo), true) = (demo().await, present()) else { return };
    let browser = Browser::open(demo.program.url(""), 1440, 900).await;
    browser.tell("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    browser.go("/sign-in?next=%2Fdashboards%2Fsales").await;
    browser.fill("input[name=email]", "ana@atalaya.example").await;
    browser.fill("input[name=password]", "not this").await;
    browser.press("form[action='/sign-in'] .button").await;
    browser.until("document.body.innerText.includes('is wrong')").await;
    browser.fill("input[name=email]", "ana@atalaya.example").await;
    browser.fill("input[name=password]", &demo.passwords["ana@atalaya.example"]).await;
    browser.press("form[action='/sign-in'] .button").await;
    browser.until("location.pathname === '/dashboards/sales'").await;
    browser.until("document.body.innerText.includes('region North')").await;
    browser.picture("sales-without-script").await;
}
