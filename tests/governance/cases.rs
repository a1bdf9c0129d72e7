//! Policy tests: a change that breaks one is refused, a reason goes over it and stands in the audit log, what they say tells no value.

use super::{fingerprint, policies};
use app::{
    governance::{asks::*, cases::asks::*},
    identity::asks::DisablePerson,
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
    let case = Case { id: String::new(), name: name.into(), person: house.person(person).await, mart: "baskets".into(), expectation };
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
        let case = |expectation: Expectation| Case { id: String::new(), name: "Ana".into(), person: ana.clone(), mart: "baskets".into(), expectation };
        for (wrong, field) in [
            (Case { person: "nobody".into(), ..case(hashed()) }, "person"),
            (Case { mart: "nothing".into(), ..case(hashed()) }, "mart"),
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
        assert_eq!(said(&mut adela, "Ana").await.outcome, Outcome::CannotTell);
        let (policy, _) = policy_of(&mut adela, "sales").await;
        adela.ask(&DeletePolicy { id: policy.id, revision: policy.revision, why: "It moves".into() }).await.unwrap();
        let id = adela.ask(&ListCases {}).await.unwrap().cases[0].case.id.clone();
        adela.ask(&DeleteCase { id: id.clone() }).await.unwrap();
        assert_eq!(adela.ask(&DeleteCase { id }).await.unwrap_err().0, StatusCode::NOT_FOUND);
    }
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
    std::fs::write(files.path().join("cases/all.toml"), CASES.split("[[cases]]").take(2).collect::<Vec<_>>().join("[[cases]]")).unwrap();
    let plan: Vec<String> = server::apply::planned(&house.portal, &folder).await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(plan, ["- policy test Marketing has no baskets"]);
}
