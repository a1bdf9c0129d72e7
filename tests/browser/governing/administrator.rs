//! What Adela does, in the order in which she does it.

use super::{ADELA, CASE, DOWNLOAD, NORA, REASON, WHY, done, from_menu, lists, says, seen};
use crate::browser::looks::{drawn, on_a_phone};
use tests::browser::Browser;

async fn open(adela: &Browser, page: &str) {
    adela.go(page).await;
    drawn(adela).await;
}

pub async fn adds_a_department(adela: &Browser) {
    open(adela, "/admin/people").await;
    adela.press_words("button", "Add department").await;
    adela.write("Short name", "field_service").await;
    adela.write("Title in English", "Field service").await;
    adela.write("Title in Spanish", "Servicio de campo").await;
    seen(adela, "01-department").await;
    done(adela, "Add").await;
}

/// What an employee may, and downloads: the one thing that is not there for who only looks.
pub async fn adds_a_role(adela: &Browser) {
    open(adela, "/admin/permissions").await;
    adela.press_words("button", "Add role").await;
    adela.write("Short name", "field_reader").await;
    adela.write("Title in English", "Field reader").await;
    adela.write("Title in Spanish", "Lector de campo").await;
    adela.choose("Begins with the permissions of", "Employee").await;
    seen(adela, "02-role").await;
    done(adela, "Add role").await;
    lists(adela, &["Field reader", "field_reader", "your own"]).await;
    let value = |permission: &str| format!("document.querySelector('select[aria-label=\"Field reader: {permission}\"]')?.value");
    assert_eq!(adela.read(&value("ask questions of their own")).await, "allow", "as an employee");
    adela.choose("Field reader: download tables of data", "allowed").await;
    says(adela, "1 change not saved yet").await;
    seen(adela, "03-permissions").await;
    adela.press_words("button", "Review and save").await;
    says(adela, "Nobody may do more or less than before.").await;
    seen(adela, "04-permissions-reviewed").await;
    done(adela, "Save").await;
    open(adela, "/admin/permissions").await;
    assert_eq!(adela.read(&value("download tables of data")).await, "allow");
}

pub async fn grants(adela: &Browser) {
    open(adela, "/admin/policies").await;
    adela.press_words("button", "Add policy").await;
    adela.choose("Data mart or stream", "baskets").await;
    adela.choose("Department", "Field service").await;
    adela.choose("Role", "Field reader").await;
    columns_known(adela).await;
    says(adela, "Sees all rows.").await;
    adela.press_words("dialog[open] button", "Add rule").await;
    adela.choose("Column", "region · text").await;
    adela.write("Value", "North").await;
    adela.choose("How they see household_id", "replace by a code").await;
    adela.write("Why", "Field service opens").await;
    says(adela, "Sees rows where region is North; household_id replaced by a code.").await;
    seen(adela, "05-policy").await;
    done(adela, "Save").await;
    lists(adela, &["baskets", "Field service", "Field reader", "is North", "replaced by a code", "in force"]).await;
    seen(adela, "06-policies").await;
}

/// The form has the mart's columns with their types, and draws no field anew any more.
async fn columns_known(adela: &Browser) {
    says(adela, "whole number").await;
}

/// Gives the path behind the link that is shown once.
pub async fn invites(adela: &Browser, origin: &str) -> String {
    open(adela, "/admin/people").await;
    adela.press_words("button", "Invite a person").await;
    adela.write("Name", "Nora Vidal").await;
    adela.write("E-mail", NORA).await;
    adela.choose("Department", "Field service").await;
    adela.choose("Role", "Field reader").await;
    seen(adela, "07-invitation").await;
    adela.press_words("dialog[open] button", "Invite").await;
    let link = adela.text("dialog[open] code").await;
    seen(adela, "08-link").await;
    done(adela, "Done").await;
    lists(adela, &["Nora Vidal", NORA, "Field service", "Field reader", ADELA]).await;
    link.trim().strip_prefix(origin).unwrap_or_else(|| panic!("a link to another place: {link}")).to_owned()
}

pub async fn writes_a_policy_test(adela: &Browser) {
    open(adela, "/admin/policies/tests").await;
    adela.press_words("button", "Add test").await;
    adela.write("Name", CASE).await;
    adela.choose("Person", "Nora Vidal").await;
    adela.choose("Data mart or stream", "baskets").await;
    adela.choose("Expected", "only rows where the column is among").await;
    adela.write("Column", "region").await;
    adela.write("Values", "North").await;
    seen(adela, "11-policy-test").await;
    done(adela, "Save").await;
    // By which rule it holds is told without its value, which is not Adela's to know.
    lists(adela, &[CASE, "Nora Vidal", "only rows where region is among North", "holds", "region in •••"]).await;
    seen(adela, "12-policy-tests").await;
}

/// The shape of what Nora sees, and no value: Adela has no share of her own.
pub async fn looks_as_nora(adela: &Browser) -> Vec<String> {
    open(adela, "/admin/people").await;
    seen(adela, "13-people").await;
    from_menu(adela, "Nora Vidal", "View as").await;
    says(adela, "You are looking as Nora Vidal (Field service)").await;
    open(adela, "/data/baskets").await;
    says(adela, "You are looking as Nora Vidal (Field service)").await;
    says(adela, "You see: region North · household masked").await;
    says(adela, "Not yours to see: only the shape is shown.").await;
    let page = adela.text("main").await;
    // The rule that names the North is told, and no row.
    assert!(page.contains("•••") && page.matches("North").count() == 1 && !["South", "East", "West"].iter().any(|other| page.contains(other)), "{page}");
    assert_eq!(adela.read(DOWNLOAD).await, false);
    seen(adela, "14-looking-as").await;
    let wrong = on_a_phone(adela, "governing-looking-as", "/data/baskets").await;
    open(adela, "/data/baskets").await;
    adela.press_words("button", "Look as yourself").await;
    adela.until("location.pathname === '/' && !document.body.innerText.includes('You are looking as')").await;
    wrong
}

pub async fn reads_why(adela: &Browser) -> Vec<String> {
    open(adela, "/admin/people").await;
    from_menu(adela, "Nora Vidal", "Why").await;
    adela.until("location.pathname.endsWith('/why')").await;
    drawn(adela).await;
    says(adela, "What they may see and why: Nora Vidal").await;
    says(adela, "a policy for Field reader: Region is one of North · Household masked").await;
    says(adela, "Rows: all of these hold").await;
    seen(adela, "15-why").await;
    let page = adela.read("location.pathname").await;
    on_a_phone(adela, "governing-why", page.as_str().expect("an address")).await
}

/// A change is held back by the test, and made all the same with a reason.
pub async fn breaks_the_policy_test(adela: &Browser) {
    open(adela, "/admin/policies").await;
    from_menu(adela, "baskets, field_service", "Edit").await;
    columns_known(adela).await;
    adela.write("Value", "South").await;
    adela.write("Why", WHY).await;
    says(adela, "Sees rows where region is South; household_id replaced by a code.").await;
    adela.press_words("dialog[open] button", "Save").await;
    says(adela, &format!("1 policy test does not hold any more: “{CASE}”.")).await;
    adela.write("Why it is changed all the same", REASON).await;
    adela.named("Why it is changed all the same").await.scroll_into_view().await.expect("the reason");
    seen(adela, "16-refused").await;
    done(adela, "Save although tests break").await;
    lists(adela, &["baskets", "Field service", "Field reader", "is South"]).await;
    open(adela, "/admin/policies/tests").await;
    lists(adela, &[CASE, "broken"]).await;
    seen(adela, "17-broken").await;
}

pub async fn finds_it_in_the_audit_log(adela: &Browser) -> Vec<String> {
    open(adela, "/admin/audit").await;
    seen(adela, "18-audit").await;
    look_for(adela, "changed a policy although tests broke").await;
    lists(adela, &[ADELA, "policy on mart baskets", "allowed", CASE, REASON, WHY]).await;
    seen(adela, "19-audit-anyway").await;
    look_for(adela, "changed a policy").await;
    lists(adela, &[ADELA, "policy on mart baskets", "refused", CASE]).await;
    look_for(adela, "looks as somebody else").await;
    lists(adela, &[ADELA, "person nora@atalaya.example", "allowed"]).await;
    for action in ["changed a department", "added a role", "changed permissions", "invited a person", "changed a policy test", "accepted an invitation"] {
        look_for(adela, action).await;
        lists(adela, &[action, "allowed"]).await;
    }
    // What was read as Nora stands under both names.
    open(adela, "/admin/audit").await;
    adela.write("Who", NORA).await;
    adela.press_words("form button", "Find").await;
    adela.until("new URLSearchParams(location.search).get('person') !== null").await;
    drawn(adela).await;
    let both = format!("{ADELA} as {NORA}");
    lists(adela, &[both.as_str(), "opened a mart", "allowed"]).await;
    lists(adela, &[both.as_str(), "asked a question", "mart baskets", "allowed"]).await;
    seen(adela, "20-audit-as").await;
    on_a_phone(adela, "governing-audit", &format!("/admin/audit?person={NORA}")).await
}

/// Asks the audit page for one action, as it is said there.
async fn look_for(adela: &Browser, action: &str) {
    open(adela, "/admin/audit").await;
    adela.choose("What", &format!("– {action}")).await;
    adela.press_words("form button", "Find").await;
    adela.until("new URLSearchParams(location.search).get('action')?.includes('.') ?? false").await;
    drawn(adela).await;
}
