//! Who may do what and sees what: the route matrix, policies, pins, builds, applying an organisation.

mod cases;
mod formats;
mod matrix;
mod refusals;
mod revisions;

use app::{
    governance::asks::*,
    identity::asks::{ChangePerson, WhoAmI},
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use server::{
    access::{Action, Caller, Kind, Need, Permit, principal::Via},
    apply,
    governance::Staged,
    routes,
};
use std::collections::BTreeSet;
use tests::house::{House, ORGANISATION, POLICIES, Visitor, baskets, houses};
use warehouse::{ColumnType, PinnedColumn};

const EVERYBODY: [&str; 5] = ["ana", "sergio", "marta", "fermin", "adela"];
/// Employees and managers; the administrator would be one of them if a policy granted her a mart.
const READERS: [&str; 4] = ["ana", "sergio", "marta", "fermin"];
const MANAGERS: [&str; 3] = ["sergio", "marta", "fermin"];
const ADMINISTRATORS: [&str; 1] = ["adela"];
const MANAGERS_AND_ADMINISTRATORS: [&str; 4] = ["sergio", "marta", "fermin", "adela"];

/// Who may do what, written by hand: a need that is not here fails the matrix.
fn expected(need: Need) -> &'static [&'static str] {
    use Action::*;
    use Kind::*;
    match need {
        Need(Account, View | Edit) => &EVERYBODY,
        Need(Dashboard, View | Edit) | Need(Mart, View | Explore) | Need(Question, View | Edit) | Need(Report, View) => &READERS,
        Need(Dashboard | Mart | Question | Report, Export) | Need(Report, Edit) | Need(Mart, Sql) => &MANAGERS,
        Need(Person | Policy | Audit | Quarantine, View | Administer) => &ADMINISTRATORS,
        Need(Audit, Export) | Need(Person, ViewAs) => &ADMINISTRATORS,
        Need(Job | Source, View | Edit | Administer) => &ADMINISTRATORS,
        Need(Mart | Dashboard, Administer) => &ADMINISTRATORS,
        Need(Dashboard, Share | Publish) => &MANAGERS_AND_ADMINISTRATORS,
        Need(Csv | Json | Pdf, Export) => &MANAGERS,
        Need(Report, Schedule) => &MANAGERS_AND_ADMINISTRATORS,
        Need(Stream, View | Edit) => &READERS,
        Need(Stream, Export) => &MANAGERS,
        Need(Stream | Keyword | Agent, Administer) => &ADMINISTRATORS,
        other => panic!("no expectation for {other:?}: say in this table who may"),
    }
}

/// The doors that are open by name.
const OPEN: &[&str] = &[
    "/api/identity/sign-in",
    "/api/identity/sign-in-code",
    "/api/identity/begin-sign-in-passkey",
    "/api/identity/sign-in-passkey",
    "/api/identity/sign-out",
    "/api/identity/set-up",
    "/api/identity/sign-in-ways",
    "/sign-in",
    "/sign-in/code",
    "/sign-out",
    "/set-up",
    "/sign-in/oidc",
    "/sign-in/oidc/back",
    // With the token of a link that was handed over or mailed, or to ask for one.
    "/api/identity/accept-invite",
    "/api/identity/check-reset",
    "/api/identity/forgot",
    "/api/identity/open-invite",
    "/api/identity/reset",
    "/forgot",
    "/invite",
    "/reset",
    // With a token of an agent instead of a session.
    "/api/streaming/ingest",
    "/api/streaming/heartbeat",
];

fn request(method: &str, path: &str) -> Request<Body> {
    let path: String = path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part }).collect::<Vec<_>>().join("/");
    Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).expect("a request")
}

#[tokio::test]
async fn a03_every_route_answers_every_person_as_the_table_says() {
    let house = House::empty(None).await.furnished().await;
    let (_, entries) = routes::api(&house.portal);
    let open: BTreeSet<&str> = entries.iter().filter(|entry| entry.need.is_none()).map(|entry| entry.path).collect();
    assert_eq!(open, OPEN.iter().copied().collect::<BTreeSet<_>>());
    let mut people = Vec::new();
    for name in EVERYBODY {
        people.push((name, house.signed_in(name).await));
    }
    for entry in entries.iter() {
        let Some(need) = entry.need else { continue };
        let (status, _, body) = house.visitor().send(request(entry.method, entry.path)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{} without a session", entry.path);
        assert!(String::from_utf8_lossy(&body).contains("sign_in"), "{}", entry.path);
        for (name, visitor) in &mut people {
            let (status, _, body) = visitor.send(request(entry.method, entry.path)).await;
            let body = String::from_utf8_lossy(&body);
            if expected(need).contains(name) {
                assert!(!matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{} for {name}: {status} {body}", entry.path);
                assert!(!status.is_server_error(), "{} for {name}: {status} {body}", entry.path);
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{} for {name}: {body}", entry.path);
            }
        }
    }
    // No route hides from the table: what is not in it is not there.
    let (status, ..) = people[0].1.send(request("POST", "/api/nothing/here")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn permit(house: &House, name: &str, need: Need) -> Permit {
    house.portal.governance.permit(&Caller::new(house.person(name).await, None, Via::Session), need).await.expect("a permit")
}

/// The fingerprint of a person on the mart; `None` when it is not there for them.
async fn fingerprint(house: &House, name: &str) -> Option<String> {
    let permit = permit(house, name, Need(Kind::Account, Action::View)).await;
    permit.scope().mart("baskets").map(|mart| mart.fingerprint().to_owned())
}

async fn columns(house: &House, name: &str) -> Vec<String> {
    let permit = permit(house, name, Need(Kind::Account, Action::View)).await;
    permit.scope().mart("baskets").map(|mart| mart.columns().map(|(column, _)| column.name.clone()).collect()).unwrap_or_default()
}

async fn policies(adela: &mut Visitor) -> Policies {
    adela.ask(&ListPolicies {}).await.unwrap()
}

#[tokio::test]
async fn a43_each_sees_their_share_and_nobody_else_sees_anything() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut ana = house.signed_in("ana").await;
        let why = ana.ask(&WhyAccess {}).await.unwrap();
        assert_eq!(why.len(), 1);
        assert_eq!(why[0].access.filters[0].en, "region North");
        assert_eq!(why[0].access.masks[0].es, "household id con máscara");
        assert!(!why[0].leaves_nothing);
        assert_eq!(fingerprint(&house, "adela").await, None);
        assert_eq!(fingerprint(&house, "marta").await, None);
        // A43: same role and department, other region, other fingerprint.
        assert_ne!(fingerprint(&house, "ana").await, fingerprint(&house, "sergio").await);
        assert_ne!(fingerprint(&house, "fermin").await, fingerprint(&house, "sergio").await);
        let fermin = permit(&house, "fermin", Need(Kind::Mart, Action::Export)).await;
        assert!(fermin.scope().mart("baskets").unwrap().columns().all(|(_, mask)| mask.is_none()));
        let refused =
            house.portal.governance.permit(&Caller::new(house.person("ana").await, None, Via::Operator("root".into())), Need(Kind::Mart, Action::Export)).await;
        assert_eq!(refused.unwrap_err().status(), StatusCode::FORBIDDEN);
    }
}

/// Traps 5 and 10 too: a policy that is off grants nothing, and a stale edit is a conflict.
#[tokio::test]
async fn a19_a_change_of_attributes_or_policies_is_seen_at_the_next_read() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let (ana, sergio) = (fingerprint(&house, "ana").await, fingerprint(&house, "sergio").await);
        let change = |regions: &[&str], id: String| ChangePerson {
            id,
            name: "Ana Robles".into(),
            department: "sales".into(),
            role: "employee".into(),
            attributes: vec![("regions".into(), regions.iter().map(|region| (*region).to_owned()).collect())],
        };
        let id = house.person("ana").await;
        adela.ask(&change(&["South"], id.clone())).await.unwrap();
        assert_eq!(fingerprint(&house, "ana").await, sergio);
        adela.ask(&change(&["North"], id.clone())).await.unwrap();
        assert_eq!(fingerprint(&house, "ana").await, ana);
        // Another process sees it too.
        let other = house.opened_again().await;
        adela.ask(&change(&[], id.clone())).await.unwrap();
        for portal in [&house.portal, &other] {
            let permit = portal.governance.permit(&Caller::new(&id, None, Via::Session), Need(Kind::Account, Action::View)).await.unwrap();
            assert!(permit.scope().mart("baskets").is_none(), "a missing attribute closes the mart");
        }
        let mut policy = policies(&mut adela).await.policies.into_iter().find(|policy| policy.department == "sales").unwrap();
        policy.enabled = false;
        let revision = adela.ask(&SavePolicy { policy: policy.clone(), why: "off".into() }).await.unwrap();
        assert_eq!(fingerprint(&house, "sergio").await, None, "a disabled policy grants nothing");
        let stale = adela.ask(&SavePolicy { policy: policy.clone(), why: "off".into() }).await.unwrap_err();
        assert_eq!(stale.0, StatusCode::CONFLICT);
        policy = PolicyCard { enabled: true, revision, ..policy };
        let revision = adela.ask(&SavePolicy { policy: policy.clone(), why: "on again".into() }).await.unwrap();
        assert_eq!(fingerprint(&house, "sergio").await, sergio);
        adela.ask(&DeletePolicy { id: policy.id.clone(), revision, why: "no longer".into() }).await.unwrap();
        assert_eq!(fingerprint(&house, "sergio").await, None);
    }
}

#[tokio::test]
async fn a26_policies_are_the_administrators_and_a_preview_says_who_gains() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    let mut sergio = house.signed_in("sergio").await;
    let wide = PolicyCard { mart: "baskets".into(), department: "marketing".into(), role: "manager".into(), enabled: true, ..PolicyCard::default() };
    let new = |policy: &PolicyCard| SavePolicy { policy: policy.clone(), why: String::new() };
    let refused = sergio.ask(&new(&wide)).await.unwrap_err();
    assert_eq!(refused.0, StatusCode::FORBIDDEN);
    let effects = adela.ask(&PreviewPolicy { policy: wide.clone(), delete: false }).await.unwrap();
    assert_eq!(effects.len(), 1);
    assert_eq!((effects[0].name.as_str(), effects[0].before.is_none(), effects[0].gained.len()), ("Marta Soler", true, 3));
    assert_eq!(fingerprint(&house, "marta").await, None, "a preview changes nothing");
    adela.ask(&new(&wide)).await.unwrap();
    assert!(fingerprint(&house, "marta").await.is_some());
    let version = policies(&mut adela).await.version;
    let rule = |column: &str, operator: &str, value: &str| RowRule { column: column.into(), operator: operator.into(), values: vec![value.into()] };
    for (wrong, field) in [
        (PolicyCard { mart: "nothing".into(), ..wide.clone() }, "mart"),
        (PolicyCard { department: "nowhere".into(), ..wide.clone() }, "department"),
        (PolicyCard { role: "root".into(), ..wide.clone() }, "role"),
        (PolicyCard { rows: vec![rule("region", "like", "%")], ..wide.clone() }, "rows"),
        (PolicyCard { rows: vec![rule("town", "=", "x")], ..wide.clone() }, "rows"),
        (PolicyCard { rows: vec![rule("household_id", "=", "x' or 1=1")], ..wide.clone() }, "rows"),
        (PolicyCard { masks: vec![MaskRule { column: "region".into(), mask: "bucket:5".into() }], ..wide.clone() }, "rows"),
        (PolicyCard { columns: vec!["secret".into()], ..wide.clone() }, "columns"),
    ] {
        let refused = adela.ask(&new(&wrong)).await.unwrap_err();
        assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some(field)), "{wrong:?}");
    }
    assert_eq!(policies(&mut adela).await.version, version, "what is refused changes nothing");
    // A mart granted to the administrator is read as by an employee: no download.
    let own = PolicyCard { department: "administration".into(), role: String::new(), ..wide };
    adela.ask(&new(&own)).await.unwrap();
    let me = adela.ask(&WhoAmI {}).await.unwrap();
    assert!(me.may.explore && !me.may.export);
}

#[tokio::test]
async fn a49_new_renamed_and_retyped_columns_stay_hidden_until_accepted() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        assert_eq!(columns(&house, "fermin").await, ["region", "household_id", "sales_value"]);
        let mut next = baskets(2);
        next.columns.push(PinnedColumn { name: "loyalty_card".into(), kind: ColumnType::Text });
        next.columns[2].kind = ColumnType::Text;
        house.publish(&[next.clone()]).await;
        assert_eq!(columns(&house, "fermin").await, ["region", "household_id"]);
        let listed = policies(&mut adela).await;
        let mut policy = listed.policies.into_iter().find(|policy| policy.department == "finance").unwrap();
        assert_eq!(policy.waiting, ["sales_value", "loyalty_card"]);
        policy.columns = vec!["region".into(), "household_id".into(), "sales_value".into()];
        adela.ask(&SavePolicy { policy, why: "the new type is right".into() }).await.unwrap();
        assert_eq!(columns(&house, "fermin").await, ["region", "household_id", "sales_value"]);
        // A rule whose column is gone closes the mart, and administrators are told why.
        next.columns[0].name = "area".into();
        house.publish(&[next]).await;
        assert_eq!(fingerprint(&house, "ana").await, None);
        let listed = policies(&mut adela).await;
        let policy = listed.policies.into_iter().find(|policy| policy.department == "sales").unwrap();
        assert!(policy.problem.unwrap().en.contains("region"));
        let why = house.signed_in("ana").await.ask(&WhyAccess {}).await.unwrap();
        assert!(why.is_empty(), "for its reader a closed mart is not there");
    }
}

#[tokio::test]
async fn a42_a_build_reads_what_its_department_owns_or_was_granted() {
    for house in houses().await {
        let house = house.furnished().await;
        let governance = &house.portal.governance;
        let sales = governance.build_scope("sales", &[]).await.unwrap();
        assert_eq!((sales.version_of("lake.transactions"), sales.version_of("mart.baskets")), (Some(1), Some(0)));
        let finance = governance.build_scope("finance", &[]).await.unwrap();
        assert_eq!((finance.version_of("lake.transactions"), finance.version_of("mart.baskets")), (Some(1), None));
        let marketing = governance.build_scope("marketing", &[]).await.unwrap();
        assert!(marketing.readable().is_empty());
        let staged = [
            Staged { dataset: "lake.transactions".into(), department: "sales".into(), version: 7 },
            Staged { dataset: "lake.people".into(), department: "sales".into(), version: 1 },
        ];
        let finance = governance.build_scope("finance", &staged).await.unwrap();
        assert_eq!((finance.version_of("lake.transactions"), finance.version_of("lake.people")), (Some(7), None));
    }
}

#[tokio::test]
async fn a41_figures_are_the_administrators_and_rows_nobodys_by_default() {
    for house in houses().await {
        let house = house.furnished().await;
        let adela = permit(&house, "adela", Need(Kind::Quarantine, Action::View)).await;
        assert!(adela.figures_on("lake.transactions") && !adela.rows_on("lake.transactions"));
        let ana = permit(&house, "ana", Need(Kind::Account, Action::View)).await;
        assert!(!ana.figures_on("lake.transactions") && !ana.rows_on("lake.transactions"));
        let operator = house.portal.governance.operator_permit("root", Need(Kind::Job, Action::View));
        assert!(operator.figures_on("lake.transactions") && !operator.rows_on("lake.transactions") && operator.scope().marts().next().is_none());
        house.portal.governance.grant_dataset("lake.transactions", "sales", "manager", "rows").await.unwrap();
        assert!(permit(&house, "sergio", Need(Kind::Account, Action::View)).await.rows_on("lake.transactions"));
        assert!(!permit(&house, "ana", Need(Kind::Account, Action::View)).await.rows_on("lake.transactions"));
    }
}

#[tokio::test]
async fn applying_again_changes_nothing_and_what_is_gone_goes() {
    for house in houses().await {
        let mut house = house.furnished().await;
        let passwords = house.passwords.clone();
        assert_eq!(passwords.len(), 5);
        let files = tempfile::tempdir().unwrap();
        std::fs::create_dir(files.path().join("policies")).unwrap();
        std::fs::write(files.path().join("organisation.toml"), ORGANISATION).unwrap();
        std::fs::write(files.path().join("policies/all.toml"), POLICIES).unwrap();
        let folder = apply::Folder::open(files.path(), &Default::default()).unwrap();
        assert_eq!(apply::planned(&house.portal, &folder).await.unwrap(), []);
        let sergio = house.signed_in("sergio").await;
        let moved = ORGANISATION.replace(r#"regions = ["South"]"#, r#"regions = ["East"]"#).replace("Marta Soler", "Marta Soler Gil");
        let fewer = moved.split("[[people]]\nemail = \"fermin").next().unwrap().to_owned()
            + "[[people]]\nemail = \"adela@atalaya.example\"\nname = \"Adela Campos\"\ndepartment = \"administration\"\nrole = \"administrator\"\n";
        let without = POLICIES.replace("[[builds]]\ndepartment = \"finance\"\ndatasets = [\"lake.transactions\"]\n", "");
        std::fs::write(files.path().join("organisation.toml"), &fewer).unwrap();
        std::fs::write(files.path().join("policies/all.toml"), &without).unwrap();
        let plan: Vec<String> = apply::planned(&house.portal, &folder).await.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            plan,
            [
                "~ person marta@atalaya.example (Marta Soler Gil)",
                "- person fermin@atalaya.example (disabled)",
                "~ person sergio@atalaya.example (attributes)",
                "- builds of finance read lake.transactions",
            ]
        );
        house.apply(&[("organisation.toml", &fewer), ("policies/all.toml", &without)]).await;
        assert_eq!(house.passwords, passwords, "nobody gets a new password");
        assert!(sergio.clone().ask(&WhoAmI {}).await.is_ok());
        assert!(house.portal.identity.person_by_email("fermin@atalaya.example").await.unwrap().unwrap().disabled);
        for (name, wrong) in [
            ("organisation.toml", ORGANISATION.replace("role = \"manager\"", "role = \"root\"")),
            ("organisation.toml", ORGANISATION.replace("time_zone", "zone")),
            ("organisation.toml", ORGANISATION.replace("America/New_York", "Moon/Sea")),
            ("policies/all.toml", POLICIES.replace("\"in\"", "\"like\"")),
            ("policies/all.toml", POLICIES.replace("\"hash\"", "\"blur\"")),
            ("policies/all.toml", POLICIES.replace("column = \"region\"", "column = \"town\"")),
        ] {
            std::fs::write(files.path().join("organisation.toml"), ORGANISATION).unwrap();
            std::fs::write(files.path().join("policies/all.toml"), POLICIES).unwrap();
            std::fs::write(files.path().join(name), wrong).unwrap();
            let fault = apply::planned(&house.portal, &folder).await.unwrap_err();
            assert!(fault.message.en.contains(name), "{}", fault.message.en);
        }
    }
}
