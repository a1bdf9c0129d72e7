//! What every domain stands on: the audit log, the key, the secret store, backup and restore.

use app::{
    ask::Ask,
    governance::asks::{ListAudit, WhyAccess},
    identity::asks::{AddPerson, ListPeople},
};
use axum::{body::Body, extract::ConnectInfo};
use http::{Request, StatusCode, header};
use server::{
    access::audit::{Record, Verified, verify},
    backup,
    portal::Portal,
    web,
};
use sqlx::AssertSqlSafe;
use std::net::SocketAddr;
use tests::house::{House, config, houses};

#[tokio::test]
async fn a33_one_record_for_each_request_and_the_log_is_the_administrators() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let mut ana = house.signed_in("ana").await;
        assert_eq!(ana.ask(&ListAudit::default()).await.unwrap_err().0, StatusCode::FORBIDDEN);
        let person = AddPerson {
            name: "Luis".into(),
            email: "luis@atalaya.example".into(),
            department: "sales".into(),
            role: "employee".into(),
            attributes: Vec::new(),
        };
        adela.ask(&person).await.unwrap();
        adela.ask(&ListPeople {}).await.unwrap();
        house.portal.audit.flush().await.unwrap();
        let page = adela.ask(&ListAudit { search: "PEOPLE".into(), ..ListAudit::default() }).await.unwrap();
        assert_eq!(page.records.iter().filter(|record| record.action == "identity.people").count(), 1);
        let page = adela.ask(&ListAudit::default()).await.unwrap();
        assert!(page.broken_at.is_none() && page.verified_to > 4);
        let added = page.records.iter().find(|record| record.action == "identity.add_person").unwrap();
        assert_eq!((added.actor.as_str(), added.object.as_str(), added.outcome.as_str()), ("adela@atalaya.example", "person luis@atalaya.example", "allowed"));
        let refused = page.records.iter().find(|record| record.action == "governance.audit" && record.outcome == "refused").unwrap();
        assert_eq!(refused.actor, "ana@atalaya.example");
        // Wildcards are text.
        assert!(adela.ask(&ListAudit { search: "%_%".into(), ..ListAudit::default() }).await.unwrap().records.is_empty());
    }
}

/// Kibana's origin is another port of the same host, so its requests carry the portal's cookie; they may not write with it.
#[tokio::test]
async fn a30_writes_from_another_origin_of_the_same_site_are_refused() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    adela.api = web::router(&house.portal).unwrap();
    let person =
        AddPerson { name: "Luis".into(), email: "luis@atalaya.example".into(), department: "sales".into(), role: "employee".into(), attributes: Vec::new() };
    let sent = async |site: Option<&str>, origin: Option<&str>| {
        let mut request = Request::post(AddPerson::PATH).header(header::CONTENT_TYPE, "application/json");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let mut request = request.body(Body::from(serde_json::to_vec(&person).unwrap())).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
        adela.clone().send(request).await.0
    };
    let kibana = "http://localhost:8421";
    for (site, origin) in
        [(Some("same-site"), Some(kibana)), (Some("same-site"), None), (Some("same-site"), Some("null")), (Some("cross-site"), None), (None, Some(kibana))]
    {
        assert_eq!(sent(site, origin).await, StatusCode::FORBIDDEN, "{site:?} {origin:?}");
        assert!(house.portal.identity.person_by_email(&person.email).await.unwrap().is_none(), "{site:?} {origin:?}");
    }
    assert_eq!(sent(Some("same-origin"), Some("http://localhost:8420")).await, StatusCode::OK);
    assert!(house.portal.identity.person_by_email(&person.email).await.unwrap().is_some());
}

async fn execute(portal: &Portal, sql: &str) {
    let mut changes = portal.database.begin().await.unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *changes).await.unwrap();
    changes.commit().await.unwrap();
}

/// A33 too.
#[tokio::test]
async fn ft_p07_edited_deleted_swapped_and_cut_records_are_found() {
    let damages: [(&[&str], i64); 5] = [
        (&["update audit set object = 'mart other' where sequence = 3"], 3),
        (&["update audit set details = '{\"a\":2}' where sequence = 5"], 5),
        (&["delete from audit where sequence = 4"], 4),
        (
            &[
                "update audit set sequence = 100 where sequence = 2",
                "update audit set sequence = 2 where sequence = 6",
                "update audit set sequence = 6 where sequence = 100",
            ],
            2,
        ),
        (&["delete from audit where sequence > 7"], 8),
    ];
    for (damage, broken) in damages {
        for house in houses().await {
            let portal = &house.portal;
            for number in 1..=9 {
                let record = Record::by("ana", "warehouse.ask", format!("mart {number}"), "allowed").with(serde_json::json!({ "a": 1, "number": 0.1 }));
                portal.audit.record(record).await.unwrap();
            }
            let whole = verify(&portal.database, &portal.chain, Verified::default()).await.unwrap();
            assert_eq!((whole.to, whole.broken), (9, None));
            for sql in damage {
                execute(portal, sql).await;
            }
            let found = verify(&portal.database, &portal.chain, Verified::default()).await.unwrap();
            assert_eq!(found.broken.map(|found| found.at), Some(broken), "{damage:?}");
        }
    }
}

/// A33 too.
#[tokio::test]
async fn ft_p08_without_an_audit_log_nothing_is_changed() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    execute(&house.portal, "alter table audit rename to audit_away").await;
    assert!(house.portal.audit.record(Record::by("x", "y", "z", "allowed")).await.is_err());
    let person =
        AddPerson { name: "Luis".into(), email: "luis@atalaya.example".into(), department: "sales".into(), role: "employee".into(), attributes: Vec::new() };
    assert_eq!(adela.ask(&person).await.err().unwrap().0, StatusCode::SERVICE_UNAVAILABLE);
    assert!(house.portal.identity.person_by_email("luis@atalaya.example").await.unwrap().is_none());
    execute(&house.portal, "alter table audit_away rename to audit").await;
    adela.ask(&person).await.unwrap();
}

/// A09 too.
#[tokio::test]
async fn ft_p09_a_folder_with_data_opens_only_with_its_own_key() {
    for house in houses().await {
        let key = house.portal.config.data.join("key");
        let right = std::fs::read_to_string(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        let opened = Portal::open(house.portal.config.clone()).await;
        let text = opened.err().unwrap().message.en;
        assert!(text.contains("key"), "{text}");
        let other = tempfile::tempdir().unwrap();
        Portal::open(config(&other, None)).await.unwrap();
        std::fs::copy(other.path().join("data/key"), &key).unwrap();
        let text = Portal::open(house.portal.config.clone()).await.err().unwrap().message.en;
        assert!(text.contains("is not the key"), "{text}");
        std::fs::write(&key, right).unwrap();
        Portal::open(house.portal.config.clone()).await.unwrap();
    }
}

#[tokio::test]
async fn a24_secrets_are_written_and_used_and_never_shown() {
    for house in houses().await {
        let secrets = &house.portal.secrets;
        let mut changes = house.portal.database.begin().await.unwrap();
        secrets.write(&mut changes, "source tills password", "hunter2").await.unwrap();
        changes.commit().await.unwrap();
        assert!(secrets.is_set("source tills password").await.unwrap());
        assert_eq!(secrets.reveal("source tills password").await.unwrap().as_deref(), Some("hunter2"));
        assert_eq!(house.opened_again().await.secrets.reveal("source tills password").await.unwrap().as_deref(), Some("hunter2"));
        let mut changes = house.portal.database.begin().await.unwrap();
        secrets.forget(&mut changes, "source tills password").await.unwrap();
        changes.commit().await.unwrap();
        assert!(!secrets.is_set("source tills password").await.unwrap());
    }
}

#[tokio::test]
async fn ft_p12_a_backup_restores_elsewhere_on_either_database() {
    let furnished: Vec<House> = {
        let mut furnished = Vec::new();
        for house in houses().await {
            furnished.push(house.furnished().await);
        }
        furnished
    };
    for house in &furnished {
        house.signed_in("ana").await;
        let file = house.folder.path().join("house.backup");
        let rows = backup::backup(&house.portal, &file).await.unwrap();
        assert!(rows > 60, "{rows}");
        assert!(backup::backup(&house.portal, &file).await.is_err(), "never overwrites");
        assert!(!std::fs::read_to_string(&file).unwrap().contains(&house.passwords["ana@atalaya.example"]));
        for target in houses().await {
            let refused = backup::restore(&target.portal, &file).await.unwrap_err();
            assert!(refused.message.en.contains("is not the key"), "{}", refused.message.en);
        }
        for url in [None, tests::services::postgresql::database().await] {
            let elsewhere = tempfile::tempdir().unwrap();
            let settings = config(&elsewhere, url);
            std::fs::create_dir(&settings.data).unwrap();
            std::fs::copy(house.portal.config.data.join("key"), settings.data.join("key")).unwrap();
            let portal = Portal::open(settings).await.unwrap();
            let cut = elsewhere.path().join("cut.backup");
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&cut, text.trim_end().rsplit_once('\n').unwrap().0).unwrap();
            assert!(backup::restore(&portal, &cut).await.is_err());
            std::fs::write(&cut, text.replacen("Ana Robles", "Eva Robles", 1)).unwrap();
            assert!(backup::restore(&portal, &cut).await.is_err());
            assert_eq!(backup::restore(&portal, &file).await.unwrap(), rows);
            assert!(backup::restore(&portal, &file).await.is_err(), "not over people");
            let verified = verify(&portal.database, &portal.chain, Verified::default()).await.unwrap();
            assert_eq!(verified.broken, None);
            let restored = House { portal, folder: elsewhere, passwords: house.passwords.clone() };
            let mut ana = restored.signed_in("ana").await;
            assert_eq!(ana.ask(&WhyAccess {}).await.unwrap()[0].access.filters[0].en, "region North");
        }
    }
}
