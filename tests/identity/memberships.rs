//! Several departments and roles of one person, and what stays when somebody is deleted.

use app::{
    dashboards::asks::{CreateDashboard, ListDashboards},
    governance::asks::{ListAudit, PolicyCard, SavePolicy},
    identity::{asks::*, keys::asks::*, memberships::asks::*},
    warehouse::{
        asks::ListMarts,
        sql::asks::{ListStatements, SaveStatement},
    },
};
use http::StatusCode;
use tests::house::{House, houses};

fn held(department: &str, role: &str) -> Membership {
    Membership { department: department.into(), role: role.into() }
}

/// Ana of Sales, in Marketing too, as a manager; Marketing sees nothing.
async fn in_two(house: &House) {
    let memberships = vec![held("sales", "employee"), held("marketing", "manager")];
    house.signed_in("adela").await.ask(&SetMemberships { person: house.person("ana").await, memberships }).await.unwrap();
}

#[tokio::test]
async fn acts_in_one_department_at_a_time_with_the_roles_and_the_share_of_it() {
    for house in houses().await {
        let house = house.furnished().await;
        in_two(&house).await;
        let mut ana = house.signed_in("ana").await;
        let me = ana.ask(&WhoAmI {}).await.unwrap();
        assert_eq!((me.department.es.as_str(), me.may.export), ("Ventas", false));
        assert_eq!(me.elsewhere.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["marketing"]);
        assert_eq!(ana.ask(&ListMarts {}).await.unwrap().len(), 1);
        let other = house.signed_in("ana").await;
        ana.ask(&ActIn { department: "marketing".into() }).await.unwrap();
        let me = ana.ask(&WhoAmI {}).await.unwrap();
        assert!(me.may.export && me.elsewhere[0].0 == "sales", "{me:?}");
        assert!(ana.ask(&ListMarts {}).await.unwrap().is_empty(), "the share of Sales stays in Sales");
        // Her other session goes on where it was; a department that is not hers is not there.
        assert_eq!(other.clone().ask(&ListMarts {}).await.unwrap().len(), 1);
        for foreign in ["operations", "none", ""] {
            assert_eq!(ana.ask(&ActIn { department: foreign.into() }).await.unwrap_err().0, StatusCode::NOT_FOUND, "{foreign}");
        }
        // A19: what is taken away is gone at the next read; the session goes on in what is left.
        let mut adela = house.signed_in("adela").await;
        adela.ask(&SetMemberships { person: house.person("ana").await, memberships: vec![held("sales", "employee")] }).await.unwrap();
        let me = ana.ask(&WhoAmI {}).await.unwrap();
        assert!(me.department.es == "Ventas" && !me.may.export && me.elsewhere.is_empty());
        house.portal.audit.flush().await.unwrap();
        let asked = ListAudit { search: "set_memberships".into(), ..ListAudit::default() };
        assert_eq!(adela.ask(&asked).await.unwrap().records.len(), 2);
    }
}

#[tokio::test]
async fn memberships_that_cannot_be_are_refused_and_a_changed_first_place_leaves_the_others() {
    for house in houses().await {
        let house = house.furnished().await;
        in_two(&house).await;
        let mut adela = house.signed_in("adela").await;
        let person = house.person("ana").await;
        for memberships in [vec![], vec![held("none", "employee")], vec![held("sales", "none")], vec![held("sales", "employee"); 51]] {
            let refused = adela.ask(&SetMemberships { person: person.clone(), memberships }).await.unwrap_err();
            assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let change = ChangePerson { id: person.clone(), name: "Ana Robles".into(), department: "sales".into(), role: "manager".into(), attributes: vec![] };
        adela.ask(&change).await.unwrap();
        let people = adela.ask(&ListPeople {}).await.unwrap().people;
        let ana = people.iter().find(|known| known.id == person).unwrap();
        assert_eq!(ana.memberships, [held("sales", "manager"), held("marketing", "manager")]);
        // A26: the last administrator stays one, in whichever department.
        let own = house.person("adela").await;
        let gone = SetMemberships { person: own.clone(), memberships: vec![held("sales", "employee")] };
        assert_eq!(adela.ask(&gone).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
        let moved = SetMemberships { person: own, memberships: vec![held("sales", "employee"), held("marketing", "administrator")] };
        adela.ask(&moved).await.unwrap();
    }
}

#[tokio::test]
async fn a_grant_to_one_department_is_previewed_for_who_is_in_two() {
    for house in houses().await {
        let house = house.furnished().await;
        in_two(&house).await;
        let mut adela = house.signed_in("adela").await;
        let policy = PolicyCard { mart: "baskets".into(), department: "marketing".into(), enabled: true, ..PolicyCard::default() };
        let effects = adela.ask(&app::governance::asks::PreviewPolicy { policy: policy.clone(), delete: false }).await.unwrap();
        assert!(effects.iter().any(|effect| effect.name == "Ana Robles (marketing)" && effect.before.is_none()), "{effects:?}");
        adela.ask(&SavePolicy { policy, why: String::new() }).await.unwrap();
        let mut ana = house.signed_in("ana").await;
        ana.ask(&ActIn { department: "marketing".into() }).await.unwrap();
        assert_eq!(ana.ask(&ListMarts {}).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn who_is_deleted_leaves_their_things_to_an_heir_and_never_comes_back() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut adela) = (house.signed_in("sergio").await, house.signed_in("adela").await);
        let dashboard = sergio.ask(&CreateDashboard { title: "South".into() }).await.unwrap();
        let statement = SaveStatement { id: String::new(), title: "All".into(), statement: "select count(*) from baskets".into() };
        sergio.ask(&statement).await.unwrap();
        let key = sergio.ask(&MakeKey { name: "k".into(), powers: vec![KeyPower::Read], days: 1 }).await.unwrap();
        let (gone, heir) = (house.person("sergio").await, house.person("ana").await);
        let delete = DeletePerson { id: gone.clone(), heir: Some(heir.clone()) };
        assert_eq!(house.signed_in("ana").await.ask(&delete).await.unwrap_err().0, StatusCode::FORBIDDEN);
        let own = DeletePerson { id: house.person("adela").await, heir: Some(heir.clone()) };
        assert_eq!(adela.ask(&own).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
        for wrong in [gone.clone(), "none".into()] {
            let refused = adela.ask(&DeletePerson { id: gone.clone(), heir: Some(wrong) }).await.unwrap_err();
            assert_eq!(refused.1.field.as_deref(), Some("heir"));
        }
        let handed = adela.ask(&delete).await.unwrap();
        assert_eq!((handed.dashboards, handed.statements), (1, 1));
        assert_eq!(sergio.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED);
        let email = "sergio@atalaya.example".to_owned();
        let again = house.visitor().ask(&SignIn { password: house.passwords[&email].clone(), email }).await;
        assert_eq!(again.err().unwrap().0, StatusCode::UNAUTHORIZED);
        assert!(house.portal.identity.person(&gone).await.unwrap().is_none() && !key.key.is_empty());
        let mut ana = house.signed_in("ana").await;
        assert!(ana.ask(&ListDashboards {}).await.unwrap().iter().any(|card| card.id == dashboard));
        // She may write no SQL: the statement is hers, and waits for that.
        assert_eq!(ana.ask(&ListStatements {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
        assert_eq!(adela.ask(&delete).await.unwrap_err().0, StatusCode::NOT_FOUND);
        // Without an heir, they go too.
        let alone = adela.ask(&DeletePerson { id: heir, heir: None }).await.unwrap();
        assert_eq!((alone.dashboards, alone.statements), (1, 1));
    }
}
