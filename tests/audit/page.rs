//! The page of the audit log through the real router: filters, pages, the file, what a record says, and refusal while it cannot be written.

use app::{
    ask::Ask,
    governance::asks::{AUDIT_FILE, AuditCard, AuditPage, ListAudit, WhyAccess},
    identity::asks::{AddPerson, ListPeople},
};
use axum::{body::Body, extract::ConnectInfo};
use http::{Request, StatusCode, header};
use server::access::audit::{Record, found, lines};
use sqlx::AssertSqlSafe;
use std::{collections::BTreeSet, net::SocketAddr};
use tests::{
    demo::Person,
    house::{House, ORGANISATION, Visitor, houses},
    program::Program,
};

/// Records of `robot@atalaya.example`: a few pages of them.
const ROBOTS: usize = 230;

/// A log with something to find.
async fn logged(house: House) -> House {
    let house = house.furnished().await;
    for number in 0..ROBOTS {
        let outcome = if number % 10 == 0 { "refused" } else { "allowed" };
        let details = serde_json::json!({ "mart": "baskets", "filters": [{ "column": "region", "is": "Secret Valley" }] });
        let record = Record::by("robot@atalaya.example", "warehouse.ask", format!("mart {number}"), outcome).with(details);
        house.portal.audit.note(Record { at_ms: 1_000_000 + number as i64, ..record }).await.unwrap();
    }
    house.portal.audit.note(Record::by("microrobot@atalaya.example", "warehouse.ask", "=cmd()", "allowed")).await.unwrap();
    house.portal.audit.flush().await.unwrap();
    house
}

/// Every page of what is asked.
async fn all(visitor: &mut Visitor, ask: ListAudit) -> Vec<AuditCard> {
    let mut records = Vec::new();
    let mut before = None;
    loop {
        let page: AuditPage = visitor.ask(&ListAudit { before, ..ask.clone() }).await.unwrap();
        assert!(page.records.len() <= 100);
        before = page.records.last().map(|record| record.sequence);
        records.extend(page.records);
        if !page.more {
            return records;
        }
    }
}

fn of(person: &str) -> ListAudit {
    ListAudit { person: person.into(), ..ListAudit::default() }
}

async fn file(visitor: &mut Visitor, query: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(format!("{AUDIT_FILE}?{query}")).body(Body::empty()).unwrap();
    let (status, _, body) = visitor.send(request).await;
    (status, body)
}

#[tokio::test]
async fn filters_find_what_they_say_and_pages_follow_each_other() {
    for house in houses().await {
        let house = logged(house).await;
        let mut adela = house.signed_in("adela").await;
        house.signed_in("ana").await;
        let robot = all(&mut adela, of("robot@atalaya.example")).await;
        assert_eq!(robot.len(), ROBOTS, "and not those of who is named alike");
        assert!(robot.is_sorted_by(|one, next| one.sequence > next.sequence), "newest first, none twice");
        assert_eq!(all(&mut adela, of("ROBOT")).await.len(), ROBOTS + 1, "a part of a name is a part");
        let refused = ListAudit { outcome: "refused".into(), ..of("robot@atalaya.example") };
        assert_eq!(all(&mut adela, refused).await.len(), ROBOTS / 10);
        let time = ListAudit { from_ms: Some(1_000_010), until_ms: Some(1_000_020), ..ListAudit::default() };
        let objects: BTreeSet<String> = all(&mut adela, time).await.into_iter().map(|record| record.object).collect();
        assert_eq!(objects, (10..20).map(|number| format!("mart {number}")).collect());
        let signed_in = ListAudit { action: "identity.sign_in".into(), ..of("ana@atalaya.example") };
        assert_eq!(all(&mut adela, signed_in).await.len(), 1);
        let identity = all(&mut adela, ListAudit { action: "identity.".into(), ..ListAudit::default() }).await;
        assert!(identity.len() >= 2 && identity.iter().all(|record| record.action.starts_with("identity.")));
        let none = ListAudit { action: "identity_".into(), ..ListAudit::default() };
        assert!(all(&mut adela, none).await.is_empty(), "wildcards are text");
        let search = ListAudit { search: "MART 229".into(), ..ListAudit::default() };
        assert_eq!(all(&mut adela, search).await.len(), 1);
    }
}

/// A18 and A41 too.
#[tokio::test]
async fn a33_the_file_holds_what_the_list_shows_and_is_audited_itself() {
    for house in houses().await {
        let house = logged(house).await;
        let mut adela = house.signed_in("adela").await;
        let listed = all(&mut adela, of("robot@atalaya.example")).await;
        let (status, body) = file(&mut adela, "format=jsonl&person=robot%40atalaya.example").await;
        assert_eq!(status, StatusCode::OK);
        let lines_of_it = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let written: Vec<AuditCard> = lines_of_it.map(|line| serde_json::from_slice(line).unwrap()).collect();
        assert_eq!(written, listed);
        let (_, csv) = file(&mut adela, "person=robot").await;
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        assert_eq!(&reader.headers().unwrap()[0], "number");
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), ROBOTS + 1);
        assert!(rows.iter().any(|row| &row[5] == "'=cmd()"), "A18: no spreadsheet runs it");
        assert!(rows.iter().zip(&rows[1..]).all(|(one, next)| one[0].parse::<i64>().unwrap() > next[0].parse::<i64>().unwrap()));
        // A41: neither shown, nor written, nor found.
        assert!(listed.iter().all(|record| record.details.contains("baskets") && !record.details.contains("Secret")));
        assert!(!String::from_utf8_lossy(&body).contains("Secret") && !String::from_utf8_lossy(&csv).contains("Secret"));
        assert!(all(&mut adela, ListAudit { search: "Secret".into(), ..ListAudit::default() }).await.is_empty());
        // The request before anything left, and its end with what did.
        house.portal.audit.flush().await.unwrap();
        let own = lines(&house.portal.database, None, "governance.audit_file", 10).await.unwrap();
        let actions: Vec<&str> = own.iter().map(|line| line.record.action.as_str()).collect();
        assert_eq!(actions, ["governance.audit_file.sent", "governance.audit_file", "governance.audit_file.sent", "governance.audit_file"]);
        let sent = &own[2].record;
        assert_eq!((sent.rows, sent.bytes), (Some(ROBOTS as i64), Some(body.len() as i64)));
        assert_eq!((sent.actor.as_str(), sent.outcome.as_str()), ("adela@atalaya.example", "allowed"));
        let (status, body) = file(&mut adela, "from_ms=soon").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{}", String::from_utf8_lossy(&body));
        // The log is the administrators'.
        let mut ana = house.signed_in("ana").await;
        let (status, body) = file(&mut ana, "format=jsonl").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(!String::from_utf8_lossy(&body).contains("robot"));
        assert!(adela.ask(&ListAudit::default()).await.unwrap().may_export);
    }
}

#[tokio::test]
async fn a_record_says_who_from_where_under_which_policy_and_how_much() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut ana = house.signed_in("ana").await;
        let mut request = Request::post(WhyAccess::PATH).header(header::CONTENT_TYPE, "application/json").body(Body::from("{")).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4_000))));
        // Who one is is asked by every page and is no news; what went wrong is.
        let (status, ..) = ana.send(request).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut adela = house.signed_in("adela").await;
        let mut request = Request::post(ListPeople::PATH).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 8], 4_000))));
        let (_, _, body) = adela.send(request).await;
        house.portal.audit.flush().await.unwrap();
        let records = all(&mut adela, ListAudit::default()).await;
        let why = records.iter().find(|record| record.action == "governance.why").unwrap();
        assert_eq!((why.actor.as_str(), why.place.as_str(), why.outcome.as_str()), ("ana@atalaya.example", "192.0.2.7", "refused"));
        let people = records.iter().find(|record| record.action == "identity.people").unwrap();
        assert_eq!((people.place.as_str(), people.department.as_str()), ("192.0.2.8", "administration"));
        assert_eq!(people.bytes, Some(body.len() as i64));
        assert!(people.policy_version > 1 && people.policy_version == why.policy_version);
    }
}

async fn execute(house: &House, sql: &str) {
    let mut changes = house.portal.database.begin().await.unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *changes).await.unwrap();
    changes.commit().await.unwrap();
}

#[tokio::test]
async fn ft_p08_what_cannot_be_audited_is_refused_before_it_is_done() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let person = AddPerson {
            name: "Luis".into(),
            email: "luis@atalaya.example".into(),
            department: "sales".into(),
            role: "employee".into(),
            attributes: Vec::new(),
        };
        // Nothing has failed yet: the first change is refused, not the second.
        execute(&house, "alter table audit rename to audit_away").await;
        let (status, fault) = adela.ask(&person).await.err().unwrap();
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(fault.message.en.contains("audit log cannot be written") && fault.message.es.contains("auditoría"), "{fault:?}");
        assert!(house.portal.identity.person_by_email("luis@atalaya.example").await.unwrap().is_none());
        let (status, body) = file(&mut adela, "format=jsonl").await;
        assert_eq!((status, String::from_utf8_lossy(&body).contains("sequence")), (StatusCode::SERVICE_UNAVAILABLE, false));
        execute(&house, "alter table audit_away rename to audit").await;
        adela.ask(&person).await.unwrap();
        let tried = found(&house.portal.database, &Default::default(), Some(0), 10).await.unwrap();
        assert!(tried.is_empty(), "looking whether a record would be taken leaves none");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_the_filter_of_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(folder.path(), "metrics_address = \"\"\n");
    std::fs::create_dir(folder.path().join("organisation")).unwrap();
    std::fs::write(folder.path().join("organisation/organisation.toml"), ORGANISATION).unwrap();
    let said = program.read(&["apply", "organisation", "--yes"]);
    let password = said.lines().find_map(|line| line.trim().strip_prefix("adela@atalaya.example  ")).unwrap_or_else(|| panic!("{said}")).trim().to_owned();
    let _keeper = program.serve().await;
    let adela = Person::sign_in(&program, "adela@atalaya.example", &password).await;
    let found = adela.get("/admin/audit?person=adela%40atalaya.example&action=identity.").await.text().await.unwrap();
    assert!(found.contains("signed in") && found.contains("127.0.0.1"), "{found}");
    assert!(found.contains("value=\"adela@atalaya.example\"") && found.contains("/api/governance/audit-file?format=csv"), "{found}");
    assert!(!found.contains(">operator "), "{found}");
    let none = adela.get("/admin/audit?search=nothing-like-this").await.text().await.unwrap();
    assert!(none.contains("No record matches"), "{none}");
}
