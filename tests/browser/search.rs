//! The search page over a living log: the agent inside the portal follows a file, and what is written there is searched and watched.

use serde_json::json;
use std::{fs, time::Instant};
use tests::{
    browser::{Browser, present},
    followed_log::FollowedLog,
};

async fn total(browser: &Browser, events: &str) {
    browser.until(&format!("document.querySelector('.course-head h2')?.innerText === {events:?}")).await;
    browser.until("document.querySelector('.skeleton, .pending') === null").await;
}

async fn search_for(browser: &Browser, query: &str) {
    browser.fill("#query", query).await;
    browser.run("document.querySelector('.query-form').requestSubmit()").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_searched_narrowed_and_watched() {
    if !present() {
        return;
    }
    let line = FollowedLog::start(&[]).await;
    for place in 0..40 {
        let (path, status) = if place % 5 == 0 { ("/apple-touch-icon.png", 404) } else { ("/index.html", 200) };
        line.log(60 + place * 30, path, status);
    }
    let browser = Browser::open(line.program.url(""), 1440, 900).await;
    browser.sign_in("olga@atalaya.example", &line.password).await;

    // Who has one stream alone goes straight to it. Its events come within seconds of being logged.
    let started = Instant::now();
    loop {
        browser.go("/search").await;
        browser.alive().await;
        browser.until("location.pathname === '/search/web' && document.querySelector('.skeleton') === null").await;
        if browser.read("document.querySelector('.course-head h2')?.innerText").await == "40 events" {
            break;
        }
        assert!(started.elapsed().as_secs() < 60, "{}", browser.text("main").await);
    }

    // Completion by keys, then the query; what matched is marked.
    browser.fill("#query", "statu").await;
    browser.until("document.querySelectorAll('#query-offers li').length > 0").await;
    browser.find("#query").await.send_keys("\u{e004}").await.expect("Tab");
    browser.until("document.querySelector('#query').value.startsWith('status:')").await;
    search_for(&browser, "status:404 AND path:/apple-touch-icon*").await;
    total(&browser, "8 events").await;
    browser.until("document.querySelectorAll('.event mark').length > 0").await;
    assert!(browser.read("location.search").await.as_str().is_some_and(|search| search.starts_with("?q=status:404")));

    // What is wrong is marked where it is; a masked field cannot be asked for.
    search_for(&browser, "status:200 AND client:192.0.2.7").await;
    browser.until("document.querySelector('.wrong-place span')?.innerText === 'client'").await;

    // A value is excluded by a press; back takes it away again.
    browser.go("/search/web").await;
    browser.alive().await;
    total(&browser, "40 events").await;
    browser.press_words(".field-pane .field-name", "path").await;
    browser.until("document.querySelectorAll('.field-pane .top-value').length === 2").await;
    browser.press(".field-pane .top-value .value-ways button:last-child").await;
    total(&browser, "8 events").await;
    assert_eq!(browser.read("document.querySelector('#query').value").await, "NOT path:/index.html");
    browser.driver.back().await.expect("back");
    total(&browser, "40 events").await;
    browser.press_words(".field-pane .field-name", "client").await;
    browser.until("document.querySelector('.field-pane .field-masked') !== null").await;

    // An event opens to its fields, and a link leads to it.
    browser.press(".event .opens button").await;
    browser.until("document.querySelector('.event-detail .detail-line') !== null && location.search.includes('event=')").await;
    let link = browser.read("location.pathname + location.search").await;
    browser.go(link.as_str().expect("an address")).await;
    browser.alive().await;
    browser.until("document.querySelector('.event-detail .detail-line') !== null").await;
    assert_eq!(browser.accessibility_faults().await, Vec::<String>::new());

    // Dragging over the bars looks closer.
    let place = browser.run("const box = document.querySelector('.brush').getBoundingClientRect(); return [box.x, box.y + box.height / 2, box.width]").await;
    let at = |part: f64| place[0].as_f64().unwrap_or_default() + place[2].as_f64().unwrap_or_default() * part;
    for (kind, part) in [("mousePressed", 0.5), ("mouseMoved", 0.75), ("mouseReleased", 0.999)] {
        let event = json!({ "type": kind, "x": at(part), "y": place[1], "button": "left", "buttons": 1, "clickCount": 1 });
        browser.tell("Input.dispatchMouseEvent", event).await;
    }
    browser.until("location.search.includes('from=') && location.search.includes('until=')").await;

    watched(&line, &browser).await;
}

/// Live: what is logged stands on the page while nobody asks; a withdrawn permit ends it.
async fn watched(line: &FollowedLog, browser: &Browser) {
    browser.go("/search/web?live=yes").await;
    browser.alive().await;
    browser.until("document.querySelector('.tail .tag.busy') !== null").await;
    let logged = Instant::now();
    line.log(0, "/just-now", 200);
    browser.until("document.querySelector('.results tbody.event')?.innerText.includes('/just-now') ?? false").await;
    eprintln!("from the log to the page: {:?}", logged.elapsed());
    total(browser, "41 events").await;

    browser.press_words(".tail .button", "Pause").await;
    line.log(0, "/while-paused", 200);
    browser.until("document.querySelector('.tail').innerText.includes('1 wait')").await;
    assert_eq!(browser.read("document.querySelector('.results').innerText.includes('/while-paused')").await, false);
    browser.press_words(".tail .button", "Go on").await;
    browser.until("document.querySelector('.results').innerText.includes('/while-paused')").await;

    fs::remove_file(line.code().join("policies/operations.toml")).expect("no policy any more");
    line.program.read(&["apply", &line.code().to_string_lossy(), "--yes"]);
    browser.until("document.querySelector('.tail .tag.bad') !== null && document.querySelector('.banner.bad') !== null").await;
    browser.go("/search/web").await;
    browser.until("document.querySelector('.state.not-found') !== null").await;
}
