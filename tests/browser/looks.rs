//! Every page in both languages, light and dark, wide and narrow: nothing for axe to find, nothing wider than the window,
//! nothing in the console; and how assistive technology is told the pages that most people see.

use tests::{
    browser::{Browser, present},
    demo::demo,
    program::root,
};

const PAGES: [(&str, &[&str]); 4] = [
    (
        "fermin",
        &[
            "/",
            "/dashboards",
            "/dashboards/finance",
            "/data",
            "/data/baskets",
            "/data/baskets/ask",
            "/catalog",
            "/catalog/mart.baskets",
            "/questions",
            "/sql",
            "/reports",
            "/access",
            "/account",
            "/nowhere",
        ],
    ),
    ("ana", &["/dashboards/sales"]),
    ("olga", &["/dashboards/operations", "/search", "/search/web", "/search/web?q=status:404"]),
    (
        "adela",
        &[
            "/",
            "/account",
            "/catalog",
            "/catalog/lake.transactions",
            "/catalog/warehouse.sales_line",
            "/admin/people",
            "/admin/policies",
            "/admin/sign-on",
            "/admin/policies/history",
            "/admin/policies/tests",
            "/admin/permissions",
            "/admin/audit",
            "/admin/audit?person=adela@atalaya.example&action=identity.&outcome=refused&from=2026-01-01",
            "/admin/jobs",
            "/admin/jobs/warehouse",
            "/admin/sources",
            "/admin/agents",
            "/admin/streams",
            "/admin/streams/web",
            "/admin/dead-letters",
            "/admin/keywords",
            "/admin/kibana",
            "/admin/marts/new",
        ],
    ),
];

/// For who is not signed in.
const OUTSIDE: &[&str] = &["/sign-in", "/sign-in/code", "/forgot", "/invite/no-such-link"];

/// Theme, language and size.
type Look = (&'static str, &'static str, u32, u32);

const LOOKS: [Look; 4] = [("light", "en", 1440, 900), ("dark", "es", 1440, 900), ("dark", "en", 375, 812), ("light", "es", 375, 812)];

/// Waits until everything that was asked for is there and drawn.
pub async fn drawn(browser: &Browser) {
    browser.alive().await;
    browser.until("document.querySelector('.skeleton, .pending') === null").await;
    browser.until("[...document.querySelectorAll('atalaya-chart')].every(chart => chart.querySelector('svg') !== null || chart.getBoundingClientRect().top > innerHeight)").await;
}

async fn put_on(browser: &Browser, theme: &str, language: &str) {
    browser.run(&format!("document.cookie = 'theme={theme}; path=/'; document.cookie = 'lang={language}; path=/'")).await;
}

/// Looks at pages in every look and keeps pictures of them, whose names begin with `name`; gives what is wrong.
pub async fn looked_at(browser: &Browser, name: &str, pages: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for look in LOOKS {
        for page in pages {
            wrong.extend(looked_at_once(browser, name, page, look).await);
        }
    }
    wrong
}

/// The same of one page in the dark, in Spanish and on a telephone. Afterwards the window is as wide as a desk's, light and in English.
pub async fn on_a_phone(browser: &Browser, name: &str, page: &str) -> Vec<String> {
    let wrong = looked_at_once(browser, name, page, ("dark", "es", 375, 812)).await;
    browser.size(1440, 900).await;
    put_on(browser, "light", "en").await;
    wrong
}

async fn looked_at_once(browser: &Browser, name: &str, page: &str, (theme, language, width, height): Look) -> Vec<String> {
    browser.size(width, height).await;
    put_on(browser, theme, language).await;
    browser.go(page).await;
    drawn(browser).await;
    browser.picture(&format!("{name}-{}-{width}-{theme}-{language}", place(page))).await;
    let faults = browser.accessibility_faults().await;
    let mut wrong: Vec<String> = faults.into_iter().map(|fault| format!("{page} {theme} {language} {width}: {fault}")).collect();
    if browser.read(&format!("document.documentElement.scrollWidth > {width} || innerWidth > {width}")).await == true {
        wrong.push(format!("{page} {language} {width}: wider than the window"));
    }
    if browser.read("document.documentElement.lang").await != language {
        wrong.push(format!("{page}: not in {language}"));
    }
    wrong
}

/// A page in the name of a picture, without ids, which are others each time.
fn place(page: &str) -> String {
    let is_id = |part: &str| part.len() >= 32 && part.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    let parts: Vec<&str> = page.split('/').filter(|part| !part.is_empty() && !is_id(part)).collect();
    if parts.is_empty() { "start".to_owned() } else { parts.join("-") }
}

/// The page that says why somebody of the list of people sees what they see.
async fn why_page(browser: &Browser, email: &str) -> String {
    browser.go("/admin/people").await;
    drawn(browser).await;
    let row = format!("[...document.querySelectorAll('main tbody tr')].find(row => row.textContent.includes({email:?}))");
    let page = browser.read(&format!("{row}.querySelector(\"a[href$='/why']\").getAttribute('href')")).await;
    page.as_str().expect("an address").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_looks_right_to_axe_at_every_size() {
    let (Some(demo), true) = (demo().await, present()) else { return };
    let mut wrong = Vec::new();
    for (person, pages) in PAGES {
        let browser = Browser::open(demo.program.url(""), 1440, 900).await;
        let email = format!("{person}@atalaya.example");
        browser.sign_in(&email, &demo.passwords[&email]).await;
        wrong.extend(looked_at(&browser, person, pages).await);
        if pages.contains(&"/admin/people") {
            let why = why_page(&browser, "ana@atalaya.example").await;
            wrong.extend(looked_at(&browser, person, &[why.as_str()]).await);
        }
    }
    let nobody = Browser::open(demo.program.url(""), 1440, 900).await;
    // Somewhere on the portal, which the cookies of a look belong to.
    nobody.go("/sign-in").await;
    wrong.extend(looked_at(&nobody, "nobody", OUTSIDE).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `ATALAYA_TEST_UPDATE=1` writes what is there now.
#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told_to_assistive_technology_as_written_down() {
    let (Some(demo), true) = (demo().await, present()) else { return };
    let browser = Browser::open(demo.program.url(""), 1440, 900).await;
    let mut wrong = Vec::new();
    let mut compare = |name: &str, outline: String| {
        let file = root().join(format!("tests/browser/outlines/{name}.txt"));
        if std::env::var_os("ATALAYA_TEST_UPDATE").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &outline).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        if written != outline {
            wrong.push(format!("{} differs:\n{outline}", file.display()));
        }
    };
    browser.go("/sign-in").await;
    browser.alive().await;
    compare("sign-in", browser.outline().await);
    browser.sign_in("sergio@atalaya.example", &demo.passwords["sergio@atalaya.example"]).await;
    for (name, page) in [("dashboard", "/dashboards/sales"), ("mart", "/data/sales_by_day"), ("ask", "/data/sales_by_day/ask")] {
        browser.go(page).await;
        drawn(&browser).await;
        compare(name, browser.outline().await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
