//! Single sign-on as people meet it: an administrator sets it up, somebody else presses the button and is there.

use super::looks::drawn;
use std::fs;
use tests::{
    browser::{Browser, present},
    house::ADELA_ALONE,
    program::Program,
    services::sign_in_service::{CLIENT, SECRET, SignInService},
};

/// Fills the administrators' page in: who is in the group `managers` gets this role of this department.
pub async fn set_up(adela: &Browser, issuer: &str, department: &str, role: &str) {
    adela.go("/admin/sign-on").await;
    drawn(adela).await;
    for (field, text) in [("name", "Corp ID"), ("issuer", issuer), ("client_id", CLIENT), ("client_secret", SECRET), ("scopes", "email profile groups")] {
        adela.fill(&format!("input[name={field}]"), text).await;
    }
    adela.press_words(".button", "Try it").await;
    adela.until("document.body.innerText.includes('It answers and can be used.')").await;
    adela.press_words(".button", "Add group").await;
    adela.fill("input[name=group-0]", "managers").await;
    for (list, value) in [("department-0", department), ("role-0", role)] {
        adela.run(&format!("document.querySelector('select[name={list}]').value = {value:?}")).await;
    }
    adela.press_words(".button", "Save").await;
    adela.until("document.body.innerText.includes('It holds from the next sign-in.')").await;
    adela.until("document.body.innerText.includes('It is set and never shown.')").await;
    assert_eq!(adela.accessibility_faults().await, Vec::<String>::new());
}

/// From the portal's sign-in page through the service's own pages: signing in, then consenting.
pub async fn through_the_service(browser: &Browser, login: &str) {
    browser.press_words("a.button", "Sign in with Corp ID").await;
    browser.fill("input[name=login]", login).await;
    browser.fill("input[name=password]", "any").await;
    browser.press("button[type=submit]").await;
    browser.until("document.querySelector('input[name=prompt][value=consent]') !== null").await;
    browser.press("button[type=submit]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_leads_to_the_service_and_back_into_the_portal() {
    if !present() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut program = Program::new(folder.path(), "metrics_address = \"\"\n");
    let Some(service) = SignInService::start(&program.url("/sign-in/oidc/back")).await else { return };
    service.knows("eva", serde_json::json!({ "email": "eva@corp.example", "email_verified": true, "name": "Eva Ruiz", "groups": ["managers"] }));
    program.environment.push(("ATALAYA_FETCH_ALLOW".to_owned(), service.address().to_string()));
    let code = folder.path().join("code");
    fs::create_dir_all(&code).expect("a folder");
    fs::write(code.join("organisation.toml"), ADELA_ALONE).expect("the organisation");
    let said = program.read(&["apply", &code.to_string_lossy(), "--yes"]);
    let password = said.lines().find_map(|line| line.trim().strip_prefix("adela@atalaya.example  ")).expect("a password").trim().to_owned();
    let _keeper = program.serve().await;

    let adela = Browser::open(program.url(""), 1440, 900).await;
    adela.sign_in("adela@atalaya.example", &password).await;
    set_up(&adela, &service.issuer(), "sales", "manager").await;
    adela.picture("sign-on-set-up").await;
    drop(adela);

    let eva = Browser::open(program.url(""), 375, 812).await;
    eva.go("/account").await;
    eva.until("location.pathname === '/sign-in'").await;
    assert_eq!(eva.accessibility_faults().await, Vec::<String>::new());
    eva.picture("sign-on-button").await;
    through_the_service(&eva, "eva").await;
    eva.until(&format!("location.port === '{}' && location.pathname === '/account'", program.port)).await;
    drawn(&eva).await;
    let page = eva.text("main").await;
    assert!(page.contains("Eva Ruiz") && page.contains("eva@corp.example") && page.contains("Sales"), "{page}");
}
