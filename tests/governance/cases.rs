//! Policy tests: a change of policies or people that breaks one is refused, a reason goes over it and stands in the audit log, what they say tells no value.

use super::{
    fingerprint,
    matrix::{cell, set},
    policies,
};
use app::{
    governance::{asks::*, cases::asks::*, matrix::asks::CellState},
    identity::{
        asks::{ChangePerson, DisablePerson},
        import::asks::{ApplyImport, PreviewImport},
        memberships::asks::{DeletePerson, Membership, SetMemberships},
    },
};
use http::StatusCode;
use tests::house::{House, ORGANISATION, POLICIES, Visitor, houses};

fn only(regions: &[&str]) -> Expectation {
    Expectation::OnlyRows { column: "region".into(), values: regions.iter().map(|region| (*region).to_owned()).collect() }
}

fn hashed() -> Expectation {
    Expectation::Masked { column: "household_id".into(), mask: "hash".into() }
}

async fn add(house: &House, adela: &mut Visitor, name: &str, person: &str, expectation: Expectation) {
    add_in(house, adela, name, (person, None), expectation).await;
}

/// Of a person in one of their departments.
async fn add_in(house: &House, adela: &mut Visitor, name: &str, (person, department): (&str, Option<&str>), expectation: Expectation) {
    let (person, department) = (house.person(person).await, department.map(str::to_owned));
    let case = Case { id: String::new(), name: name.into(), person, department, mart: "baskets".into(), expectation };
    adela.ask(&SaveCase { case }).await.unwrap();
}

async fn said(adela: &mut Visitor, name: &str) -> Verdict {
    adela.ask(&ListCases {}).await.unwrap().cases.into_iter().find(|card| card.case.name == name).unwrap().verdict
}

/// The policy of a department as it is, and the version.
async fn policy_of(adela: &mut Visitor, department: &str) -> (PolicyCard, i64) {
    let listed = policies(adela).await;
    (listed.policies.into_iter().find(|policy| policy.department == department).unwrap(), listed.version)
}

#[tokio::test]
async fn a_change_that_breaks_a_test_needs_a_reason_and_the_reason_is_audited() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        add(&house, &mut adela, "Ana keeps to her region", "ana", only(&["North"])).await;
        add(&house, &mut adela, "Households stay hashed", "ana", hashed()).await;
        add(&house, &mut adela, "Marketing has no baskets", "marta", Expectation::SeesNothing).await;
        assert!(adela.ask(&ListCases {}).await.unwrap().cases.iter().all(|card| card.verdict.outcome == Outcome::Holds));

        let ana = fingerprint(&house, "ana").await;
        let (mut policy, version) = policy_of(&mut adela, "sales").await;
        policy.rows.clear();
        let save = SavePolicy { policy, why: "Reports of all regions".into() };
        let (status, fault) = adela.ask(&save).await.unwrap_err();
        assert_eq!((status, fault.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some(BROKEN_CASES)));
        assert!(fault.message.en.contains("“Ana keeps to her region”") && !fault.message.en.contains("Households"), "{}", fault.message.en);
        assert_eq!((fingerprint(&house, "ana").await, policies(&mut adela).await.version), (ana.clone(), version), "what is refused changes nothing");

        let anyway = |change: HeldBack, reason: &str| ChangeAnyway { change, reason: reason.into() };
        let without = adela.ask(&anyway(HeldBack::Save(Box::new(save.clone())), " ")).await.unwrap_err();
        assert_eq!((without.0, without.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("reason")));
        adela.ask(&anyway(HeldBack::Save(Box::new(save.clone())), "Sales reports on the whole chain from May")).await.unwrap();
        assert_ne!(fingerprint(&house, "ana").await, ana);
        assert_eq!(said(&mut adela, "Ana keeps to her region").await.outcome, Outcome::Broken);
        let stale = adela.ask(&anyway(HeldBack::Save(Box::new(save)), "Once more, please")).await.unwrap_err();
        assert_eq!(stale.0, StatusCode::CONFLICT, "a reason goes over tests, not over what somebody else saved");

        // A test that is broken already holds nothing back; the one that would break now does, also when the policy is deleted.
        let (policy, _) = policy_of(&mut adela, "sales").await;
        let delete = DeletePolicy { id: policy.id, revision: policy.revision, why: "It moves".into() };
        let refused = adela.ask(&delete).await.unwrap_err().1;
        assert!(refused.message.en.contains("“Households stay hashed”") && !refused.message.en.contains("Ana keeps"), "{}", refused.message.en);
        adela.ask(&anyway(HeldBack::Delete(delete), "Sales moves to another mart")).await.unwrap();
        let grant = PolicyCard { mart: "baskets".into(), department: "marketing".into(), enabled: true, ..PolicyCard::default() };
        let refused = adela.ask(&SavePolicy { policy: grant, why: String::new() }).await.unwrap_err().1;
        assert!(refused.message.es.contains("“Marketing has no baskets”"), "{}", refused.message.es);
        assert_eq!(fingerprint(&house, "marta").await, None);

        house.portal.audit.flush().await.unwrap();
        let page = adela.ask(&ListAudit { action: "governance.change_policy_anyway".into(), ..ListAudit::default() }).await.unwrap();
        let kept = page.records.iter().find(|record| record.details.contains("whole chain")).unwrap();
        assert_eq!((kept.object.as_str(), kept.outcome.as_str()), ("policy on mart baskets", "allowed"));
        assert!(kept.details.contains("Ana keeps to her region"), "{}", kept.details);
        let page = adela.ask(&ListAudit { action: "governance.save_policy".into(), outcome: "refused".into(), ..ListAudit::default() }).await.unwrap();
        assert!(page.records.iter().any(|record| record.details.contains("Ana keeps to her region")), "a change that was held back names its tests");
    }
}

#[tokio::test]
async fn a40_what_a_test_says_tells_no_value_beyond_its_readers_share() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    add(&house, &mut adela, "Ana", "ana", only(&["East"])).await;
    add(&house, &mut adela, "Sergio", "sergio", only(&["East"])).await;
    for name in ["Ana", "Sergio"] {
        let verdict = said(&mut adela, name).await;
        let told = serde_json::to_string(&verdict).unwrap();
        assert!(verdict.outcome == Outcome::Broken && told.contains("region in •••"), "{told}");
        assert!(!told.contains("North") && !told.contains("South"), "{told}");
    }
    let rows = vec![RowRule { column: "region".into(), operator: "=".into(), values: vec!["North".into()] }];
    let own = PolicyCard { mart: "baskets".into(), department: "administration".into(), rows, enabled: true, ..PolicyCard::default() };
    adela.ask(&SavePolicy { policy: own, why: String::new() }).await.unwrap();
    assert_eq!(said(&mut adela, "Ana").await.why.en, "Rows: region in North.", "of her own share she may be told");
    assert_eq!(said(&mut adela, "Sergio").await.why.en, "Rows: region in •••.");
    let mut sergio = house.signed_in("sergio").await;
    assert_eq!(sergio.ask(&ListCases {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn tests_name_what_is_there_and_people_who_are_gone_hold_nothing_back() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let ana = house.person("ana").await;
        let plain = Case { name: "Ana".into(), person: ana.clone(), mart: "baskets".into(), ..Case::default() };
        let case = |expectation: Expectation| Case { expectation, ..plain.clone() };
        for (wrong, field) in [
            (Case { person: "nobody".into(), ..case(hashed()) }, "person"),
            (Case { mart: "nothing".into(), ..case(hashed()) }, "mart"),
            (Case { department: Some("finance".into()), ..case(hashed()) }, "department"),
            (Case { name: " ".into(), ..case(hashed()) }, "name"),
            (case(Expectation::SeesColumn("town".into())), "column"),
            (case(Expectation::Masked { column: "region".into(), mask: "bucket:10".into() }), "mask"),
            (case(only(&[])), "values"),
            (case(Expectation::OnlyRows { column: "household_id".into(), values: vec!["one".into()] }), "values"),
        ] {
            let refused = adela.ask(&SaveCase { case: wrong.clone() }).await.unwrap_err();
            assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some(field)), "{wrong:?}");
        }
        adela.ask(&SaveCase { case: case(hashed()) }).await.unwrap();
        let twice = adela.ask(&SaveCase { case: case(only(&["North"])) }).await.unwrap_err();
        assert_eq!(twice.1.field.as_deref(), Some("name"));
        adela.ask(&DisablePerson { id: ana.clone(), disabled: true }).await.unwrap();
        assert_eq!(said(&mut adela, "Ana").await.outcome, Outcome::CannotTell, "shutting somebody out does not wait for a test");
        let (policy, _) = policy_of(&mut adela, "sales").await;
        adela.ask(&DeletePolicy { id: policy.id, revision: policy.revision, why: "It moves".into() }).await.unwrap();
        let id = adela.ask(&ListCases {}).await.unwrap().cases[0].case.id.clone();
        adela.ask(&DeleteCase { id: id.clone() }).await.unwrap();
        assert_eq!(adela.ask(&DeleteCase { id }).await.unwrap_err().0, StatusCode::NOT_FOUND);
        // Who is deleted takes the tests about them along.
        add(&house, &mut adela, "Marketing has no baskets", "marta", Expectation::SeesNothing).await;
        adela.ask(&DeletePerson { id: house.person("marta").await, heir: None }).await.unwrap();
        assert_eq!(adela.ask(&ListCases {}).await.unwrap().cases, []);
    }
}

fn held(department: &str, role: &str) -> Membership {
    Membership { department: department.into(), role: role.into() }
}

fn ana(id: &str, role: &str, regions: &[&str]) -> ChangePerson {
    let regions = regions.iter().map(|region| (*region).to_owned()).collect();
    let attributes = vec![("regions".to_owned(), regions)];
    ChangePerson { id: id.into(), name: "Ana Robles".into(), department: "sales".into(), role: role.into(), attributes }
}

async fn anyway(adela: &mut Visitor, change: HeldBackPerson, reason: &str) -> Result<(), (StatusCode, app::ask::Fault)> {
    adela.ask(&ChangePersonAnyway { change, reason: reason.into() }).await
}

#[tokio::test]
async fn a_change_of_a_person_that_breaks_a_test_needs_a_reason_too() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let id = house.person("ana").await;
        add(&house, &mut adela, "Ana keeps to her region", "ana", only(&["North"])).await;
        add(&house, &mut adela, "Sergio keeps to his", "sergio", only(&["South"])).await;

        let before = fingerprint(&house, "ana").await;
        let change = ana(&id, "employee", &["East", "North"]);
        let (status, fault) = adela.ask(&change).await.unwrap_err();
        assert_eq!((status, fault.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some(BROKEN_CASES)));
        assert!(fault.message.en.contains("“Ana keeps to her region”") && !fault.message.en.contains("Sergio"), "{}", fault.message.en);
        assert_eq!(fingerprint(&house, "ana").await, before, "what is refused changes nothing");
        assert_eq!(anyway(&mut adela, HeldBackPerson::Change(change.clone()), " ").await.unwrap_err().1.field.as_deref(), Some("reason"));
        anyway(&mut adela, HeldBackPerson::Change(change), "Ana covers the East from May").await.unwrap();
        assert_ne!(fingerprint(&house, "ana").await, before);
        assert_eq!(said(&mut adela, "Ana keeps to her region").await.outcome, Outcome::Broken);
        // What breaks nothing, or nothing more, passes as ever.
        adela.ask(&ana(&id, "employee", &["East"])).await.unwrap();
        adela.ask(&ana(&id, "employee", &["North"])).await.unwrap();

        house.portal.audit.flush().await.unwrap();
        let page = adela.ask(&ListAudit { action: "identity.change_person_anyway".into(), ..ListAudit::default() }).await.unwrap();
        let kept = page.records.iter().find(|record| record.details.contains("covers the East")).unwrap();
        assert_eq!((kept.object.as_str(), kept.outcome.as_str()), ("person ana@atalaya.example", "allowed"));
        assert!(kept.details.contains("Ana keeps to her region"), "{}", kept.details);

        // A role that is granted what the test forbids.
        let whole = PolicyCard { mart: "baskets".into(), department: "marketing".into(), role: "manager".into(), enabled: true, ..PolicyCard::default() };
        adela.ask(&SavePolicy { policy: whole, why: String::new() }).await.unwrap();
        let marketing = SetMemberships { person: id.clone(), memberships: vec![held("sales", "employee"), held("marketing", "employee")] };
        adela.ask(&marketing).await.unwrap();
        add_in(&house, &mut adela, "Ana sees no baskets", ("ana", Some("marketing")), Expectation::SeesNothing).await;
        assert_eq!(said(&mut adela, "Ana sees no baskets").await.outcome, Outcome::Holds);
        let promoted = SetMemberships { memberships: vec![held("sales", "employee"), held("marketing", "manager")], ..marketing };
        let fault = adela.ask(&promoted).await.unwrap_err().1;
        assert!(fault.message.en.contains("“Ana sees no baskets” (Ana Robles in Marketing)"), "{}", fault.message.en);
        anyway(&mut adela, HeldBackPerson::Place(promoted), "She leads Marketing now").await.unwrap();
        assert_eq!(said(&mut adela, "Ana sees no baskets").await.outcome, Outcome::Broken);
        assert_eq!(said(&mut adela, "Ana keeps to her region").await.outcome, Outcome::Holds, "in the department where she begins nothing changed");
    }
}

#[tokio::test]
async fn a_test_of_a_department_that_its_person_leaves_cannot_tell() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let both = SetMemberships { person: house.person("ana").await, memberships: vec![held("finance", "employee"), held("sales", "employee")] };
        adela.ask(&both).await.unwrap();
        add_in(&house, &mut adela, "Households stay hashed", ("ana", Some("sales")), hashed()).await;
        assert_eq!(said(&mut adela, "Households stay hashed").await.outcome, Outcome::Holds, "not judged in Finance, where she begins");
        // A change of a policy is held back by what it does there.
        let (mut policy, _) = policy_of(&mut adela, "sales").await;
        policy.masks.clear();
        let fault = adela.ask(&SavePolicy { policy, why: "No masks".into() }).await.unwrap_err().1;
        assert!(fault.message.es.contains("“Households stay hashed” (Ana Robles en Ventas)"), "{}", fault.message.es);

        let left = SetMemberships { memberships: vec![held("finance", "employee")], ..both };
        assert_eq!(adela.ask(&left).await.unwrap_err().1.field.as_deref(), Some(BROKEN_CASES));
        anyway(&mut adela, HeldBackPerson::Place(left), "She left Sales").await.unwrap();
        let verdict = said(&mut adela, "Households stay hashed").await;
        assert_eq!(verdict.outcome, Outcome::CannotTell);
        assert!(verdict.why.en.contains("does not belong to this department"), "{}", verdict.why.en);
    }
}

#[tokio::test]
async fn a_list_of_people_says_which_tests_it_breaks_and_is_taken_with_a_reason_alone() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        add(&house, &mut adela, "Ana keeps to her region", "ana", only(&["North"])).await;
        let text = "name,email,department,role,attribute.regions\nAna Robles,ana@atalaya.example,sales,employee,North;East\n".to_owned();
        let preview = adela.ask(&PreviewImport { text: text.clone() }).await.unwrap();
        assert!(preview.problem.is_none() && preview.held_back.unwrap().en.contains("“Ana keeps to her region”"));
        let list = ApplyImport { text, version: preview.version, mail: false, reason: String::new() };
        assert_eq!(adela.ask(&list).await.err().unwrap().1.field.as_deref(), Some(BROKEN_CASES));
        assert_eq!(said(&mut adela, "Ana keeps to her region").await.outcome, Outcome::Holds, "what is refused changes nothing");
        adela.ask(&ApplyImport { reason: "The regions of May".into(), ..list }).await.ok().unwrap();
        assert_eq!(said(&mut adela, "Ana keeps to her region").await.outcome, Outcome::Broken);
        house.portal.audit.flush().await.unwrap();
        let page = adela.ask(&ListAudit { action: "identity.apply_import".into(), ..ListAudit::default() }).await.unwrap();
        let kept = page.records.iter().find(|record| record.details.contains("The regions of May")).unwrap();
        assert!(kept.details.contains("Ana keeps to her region") && kept.details.contains("invited"), "{}", kept.details);
    }
}

/// Why the matrix runs no tests: what data somebody is granted is no matter of permissions.
#[tokio::test]
async fn no_permission_changes_what_a_test_says() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    add(&house, &mut adela, "Ana has her baskets", "ana", Expectation::IsGranted).await;
    add(&house, &mut adela, "Marketing has no baskets", "marta", Expectation::SeesNothing).await;
    let denied = ["view", "explore"].map(|action| cell("employee", "", "mart", action, CellState::Deny));
    let allowed = ["sql", "export"].map(|action| cell("manager", "marketing", "mart", action, CellState::Allow));
    set(&mut adela, &[denied, allowed].concat()).await.unwrap();
    assert!(adela.ask(&ListCases {}).await.unwrap().cases.iter().all(|card| card.verdict.outcome == Outcome::Holds));
}

const CASES: &str = r#"
[[cases]]
name = "Ana keeps to her region"
person = "ana@atalaya.example"
mart = "baskets"
expect = { only_rows = { column = "region", values = ["North"] } }
[[cases]]
name = "Marketing has no baskets"
person = "marta@atalaya.example"
department = "marketing"
mart = "baskets"
expect = "sees_nothing"
"#;

#[tokio::test]
async fn files_bring_tests_and_take_them_away() {
    let mut house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    house.apply(&[("organisation.toml", ORGANISATION), ("policies/all.toml", POLICIES), ("cases/all.toml", CASES)]).await;
    let cases = adela.ask(&ListCases {}).await.unwrap().cases;
    let outcomes: Vec<(&str, Outcome)> = cases.iter().map(|card| (card.case.name.as_str(), card.verdict.outcome)).collect();
    assert_eq!(outcomes, [("Ana keeps to her region", Outcome::Holds), ("Marketing has no baskets", Outcome::Holds)]);
    let files = tempfile::tempdir().unwrap();
    for (name, text) in [("organisation.toml", ORGANISATION), ("policies/all.toml", POLICIES), ("cases/all.toml", CASES)] {
        let file = files.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let folder = server::apply::Folder::open(files.path(), &Default::default()).unwrap();
    assert_eq!(server::apply::planned(&house.portal, &folder).await.unwrap(), []);
    std::fs::write(files.path().join("cases/all.toml"), CASES.replace("marta@", "nobody@")).unwrap();
    assert!(server::apply::planned(&house.portal, &folder).await.unwrap_err().message.en.contains("nobody has the address nobody@atalaya.example"));
    std::fs::write(files.path().join("cases/all.toml"), CASES.replace("department = \"marketing\"", "department = \"nowhere\"")).unwrap();
    assert!(server::apply::planned(&house.portal, &folder).await.unwrap_err().message.en.contains("no department nowhere"));
    std::fs::write(files.path().join("cases/all.toml"), CASES.split("[[cases]]").take(2).collect::<Vec<_>>().join("[[cases]]")).unwrap();
    let plan: Vec<String> = server::apply::planned(&house.portal, &folder).await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(plan, ["- policy test Marketing has no baskets"]);
}
