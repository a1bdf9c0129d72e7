//! Attacks by what stands in data: names, titles, values and log lines on pages as the server renders them (A17).

use super::{at, get, publish};
use app::{
    dashboards::asks::CreateDashboard,
    identity::asks::{AddPerson, ChangePerson},
    reports::asks::{Format, MakeReport, Options, Subject},
    warehouse::{
        asks::{ChartKind, Question},
        sql::asks::SaveStatement,
    },
};
use axum::Router;
use http::{StatusCode, header};
use server::{access::audit::lines, config::Config, portal::Portal, web};
use tests::{
    house::{House, Visitor, config},
    streams::{Event, furnished, lately, write},
};

const SCRIPT: &str = "<script>alert(1)</script>";
const PICTURE: &str = "\"><img src=x onerror=alert(1)>";

/// A page on which everything is text.
async fn harmless(visitor: &Visitor, router: &Router, path: &str) -> String {
    let (status, headers, html) = get(&mut at(visitor, router), path).await;
    assert!(!status.is_server_error(), "{path}: {status} {html}");
    for acting in ["<script>alert", "<img src=x", "<svg onload", "href=\"javascript:"] {
        assert!(!html.contains(acting), "{path} holds {acting}");
    }
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'self' 'nonce-") && !policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    html
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_names_titles_and_values_are_text_on_every_page() {
    let house = House::empty(None).await.furnished().await;
    publish(&house, &[SCRIPT, PICTURE], &[1.0, 2.0]).await;
    let (mut adela, mut fermin) = (house.signed_in("adela").await, house.signed_in("fermin").await);
    let person = AddPerson {
        name: SCRIPT.into(),
        email: "script@atalaya.example".into(),
        department: "sales".into(),
        role: "manager".into(),
        attributes: vec![("regions".into(), vec![PICTURE.into()])],
    };
    adela.ask(&person).await.unwrap();
    let board = fermin.ask(&CreateDashboard { title: PICTURE.into() }).await.unwrap();
    let question = Question { mart: "baskets".into(), ..Question::default() };
    let subject = Subject::Question { title: SCRIPT.into(), question, chart: ChartKind::Table };
    fermin.ask(&MakeReport { subject, format: Format::Csv, options: Options::default() }).await.unwrap();
    let renamed = ChangePerson {
        id: house.person("fermin").await,
        name: format!("{SCRIPT} {PICTURE}"),
        department: "finance".into(),
        role: "manager".into(),
        attributes: Vec::new(),
    };
    adela.ask(&renamed).await.unwrap();
    house.portal.audit.flush().await.unwrap();
    let router = web::router(&house.portal).unwrap();
    for (visitor, path) in [
        (&adela, "/admin/people".to_owned()),
        (&fermin, "/dashboards".to_owned()),
        (&fermin, format!("/dashboards/{board}")),
        (&fermin, "/data/baskets".to_owned()),
        (&fermin, "/reports".to_owned()),
        (&fermin, "/".to_owned()),
    ] {
        assert!(harmless(visitor, &router, &path).await.contains("alert(1)"), "{path} does not show it");
    }
    for path in ["/admin/audit", "/admin/policies"] {
        harmless(&adela, &router, path).await;
    }
}

/// What an address says is shown by pages, too.
#[tokio::test(flavor = "multi_thread")]
async fn a17_nothing_of_an_address_acts_on_a_page() {
    let house = House::empty(None).await.furnished().await;
    let (adela, fermin, visitor) = (house.signed_in("adela").await, house.signed_in("fermin").await, house.visitor());
    let router = web::router(&house.portal).unwrap();
    let script = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for (visitor, path) in [
        (&visitor, format!("/sign-in?next={script}&problem={script}")),
        (&visitor, "/sign-in?next=javascript:alert(1)".to_owned()),
        (&adela, format!("/admin/audit?person={script}&action={script}&search={script}&from={script}")),
        (&fermin, format!("/data/baskets/ask?m={script}&f.region={script}&d={script}")),
        (&fermin, format!("/questions?open={script}")),
    ] {
        harmless(visitor, &router, &path).await;
    }
}

/// It stands among the questions and opens by its address, for nobody but its owner.
#[tokio::test(flavor = "multi_thread")]
async fn a17_saved_sql_is_text_in_the_list_and_in_the_editor() {
    let house = House::empty(None).await.furnished().await;
    let (mut sergio, fermin, ana) = (house.signed_in("sergio").await, house.signed_in("fermin").await, house.signed_in("ana").await);
    let statement = format!("select '</textarea>{SCRIPT}' as \"a & b\" from baskets");
    let saved = sergio.ask(&SaveStatement { id: String::new(), title: PICTURE.into(), statement }).await.unwrap();
    let router = web::router(&house.portal).unwrap();
    let address = format!("/sql?statement={}", saved.id);
    let list = harmless(&sergio, &router, "/questions").await;
    assert!(list.contains(&format!("href=\"{address}\"")) && list.contains("alert(1)"), "{list}");
    let page = harmless(&sergio, &router, &address).await;
    let written = "select '&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;' as \"a &amp; b\" from baskets</textarea>";
    assert!(page.contains(written) && !page.contains("is not here: it was deleted"), "{page}");
    let page = harmless(&fermin, &router, &address).await;
    assert!(page.contains("is not here: it was deleted") && !page.contains("alert(1)"), "{page}");
    for other in [&fermin, &ana] {
        assert!(!harmless(other, &router, "/questions").await.contains(&saved.id));
    }
    // Whoever may not write SQL is not asked for theirs.
    house.portal.audit.flush().await.unwrap();
    let asked = lines(&house.portal.database, None, "warehouse.statements", 20).await.unwrap();
    assert!(!asked.is_empty() && asked.iter().all(|line| line.record.outcome == "allowed"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_log_line_is_text_in_the_search() {
    let house = furnished(House::empty(None).await).await;
    let lines = [
        Event { agent: "<script>alert(1)</script> <svg onload=alert(1)>", ..Event::new("e1", lately(), "shop", format!("/{PICTURE}"), 404) },
        Event { client: SCRIPT.into(), user: "\"><img src=x onerror=alert(1)>", ..Event::new("e2", lately(), "shop", "/", 200) },
    ];
    write(&house, &lines).await;
    let olga = house.signed_in("olga").await;
    let router = web::router(&house.portal).unwrap();
    for path in ["/search/web", "/search/web?q=alert", "/search/web?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E"] {
        harmless(&olga, &router, path).await;
    }
}

/// Files of the browser half are served from their two folders alone.
#[tokio::test]
async fn a15_no_address_leads_out_of_the_folders_that_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("pkg/app.js"), "ours").unwrap();
    for place in [site.join("beside.txt"), folder.path().join("beside.txt")] {
        std::fs::write(place, "kept-out-of-reach").unwrap();
    }
    let portal = Portal::open(Config { site, ..config(&folder, None) }).await.unwrap();
    let mut visitor = Visitor { api: web::router(&portal).unwrap(), cookie: None };
    let (status, _, body) = get(&mut visitor, "/pkg/app.js").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ours"));
    for path in [
        "/pkg/../beside.txt",
        "/pkg/..%2fbeside.txt",
        "/pkg/%2e%2e/beside.txt",
        "/pkg/%2e%2e%2f%2e%2e%2fbeside.txt",
        "/pkg/..%5cbeside.txt",
        "/pkg//etc/passwd",
        "/pkg/%2fetc%2fpasswd",
        "/fonts/..%2fbeside.txt",
        "/beside.txt",
    ] {
        let (_, _, body) = get(&mut visitor, path).await;
        assert!(!body.contains("kept-out-of-reach") && !body.contains("root:"), "{path}");
    }
}
