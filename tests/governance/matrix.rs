//! The matrix of permissions and roles of one's own: what is set holds at the next read, a deny wins, somebody always governs.

use super::{fingerprint, permit, policies};
use app::{
    governance::{asks::*, matrix::asks::*},
    identity::asks::{ChangePerson, ListPeople, May, WhoAmI},
    text::Text,
};
use http::StatusCode;
use server::{
    access::{Action, Caller, Kind, Need, principal::Via},
    governance::matrix::rules::KNOWN,
    routes,
};
use std::collections::HashSet;
use tests::house::{House, Visitor, houses};

/// Asked by pages, by files of a format and by the command line, beside what routes need.
const ASKED: [Need; 6] = [
    Need(Kind::Mart, Action::Explore),
    Need(Kind::Mart, Action::Export),
    Need(Kind::Dashboard, Action::Export),
    Need(Kind::Csv, Action::Export),
    Need(Kind::Json, Action::Export),
    Need(Kind::Pdf, Action::Export),
];

pub(super) fn cell(role: &str, department: &str, kind: &str, action: &str, state: CellState) -> MatrixCell {
    let permission = Permission { kind: kind.into(), action: action.into() };
    MatrixCell { place: Place { role: role.into(), department: department.into(), permission }, state }
}

pub(super) async fn set(adela: &mut Visitor, cells: &[MatrixCell]) -> Result<i64, (StatusCode, app::ask::Fault)> {
    let version = adela.ask(&ShowMatrix {}).await.unwrap().version;
    adela.ask(&SaveMatrix { cells: cells.to_vec(), version }).await
}

async fn may(visitor: &mut Visitor) -> May {
    visitor.ask(&WhoAmI {}).await.unwrap().may
}

fn moved(id: String, name: &str, department: &str, role: &str) -> ChangePerson {
    ChangePerson { id, name: name.into(), department: department.into(), role: role.into(), attributes: Vec::new() }
}

#[tokio::test]
async fn the_matrix_holds_what_is_asked_for_and_nothing_else() {
    let house = House::empty(None).await;
    let (_, entries) = routes::api(&house.portal);
    let asked: HashSet<Need> = entries.iter().filter_map(|entry| entry.need).chain(ASKED).filter(|need| need.0 != Kind::Account).collect();
    let known: HashSet<Need> = KNOWN.iter().copied().collect();
    let missing: Vec<&Need> = asked.difference(&known).collect();
    let invented: Vec<&Need> = known.difference(&asked).collect();
    assert!(missing.is_empty() && invented.is_empty(), "add to `matrix::rules::KNOWN`: {missing:?}; nothing asks for: {invented:?}");
}

#[tokio::test]
async fn what_is_withdrawn_is_gone_at_the_next_read_and_the_preview_said_so() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut sergio, mut ana) = (house.signed_in("adela").await, house.signed_in("sergio").await, house.signed_in("ana").await);
        let matrix = adela.ask(&ShowMatrix {}).await.unwrap();
        assert!(matrix.may_change && matrix.cells.contains(&cell("manager", "", "mart", "sql", CellState::Allow)));
        assert!(may(&mut sergio).await.sql && !may(&mut ana).await.sql);
        let withdraw = vec![cell("manager", "", "mart", "sql", CellState::Unset)];
        let effects = adela.ask(&PreviewMatrix { cells: withdraw.clone() }).await.unwrap();
        let lost: Vec<(&str, &str, usize)> = effects.iter().map(|effect| (effect.name.as_str(), effect.lost[0].action.as_str(), effect.gained.len())).collect();
        assert_eq!(lost, [("Fermín Otero", "sql", 0), ("Marta Soler", "sql", 0), ("Sergio Vidal", "sql", 0)]);
        assert!(may(&mut sergio).await.sql, "a preview changes nothing");
        let version = adela.ask(&SaveMatrix { cells: withdraw.clone(), version: matrix.version }).await.unwrap();
        assert!(version > matrix.version && !may(&mut sergio).await.sql);
        let refused = house.portal.governance.permit(&Caller::new(house.person("sergio").await, None, Via::Session), Need(Kind::Mart, Action::Sql)).await;
        assert_eq!(refused.unwrap_err().status(), StatusCode::FORBIDDEN);
        let stale = adela.ask(&SaveMatrix { cells: withdraw, version: matrix.version }).await.unwrap_err();
        assert_eq!(stale.0, StatusCode::CONFLICT);
        // An exception of one department.
        let exceptions = [cell("manager", "finance", "mart", "sql", CellState::Allow)];
        set(&mut adela, &exceptions).await.unwrap();
        let mut fermin = house.signed_in("fermin").await;
        assert!(may(&mut fermin).await.sql && !may(&mut ana).await.sql && !may(&mut sergio).await.sql);
        house.portal.audit.flush().await.unwrap();
        let page = adela.ask(&ListAudit { action: "governance.save_matrix".into(), outcome: "allowed".into(), ..ListAudit::default() }).await.unwrap();
        assert!(page.records.iter().any(|record| record.details.contains("manager *: mart sql")), "{:?}", page.records);
    }
}

#[tokio::test]
async fn a_deny_wins_also_over_what_comes_with_data() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut sergio, mut ana) = (house.signed_in("adela").await, house.signed_in("sergio").await, house.signed_in("ana").await);
        assert!(may(&mut sergio).await.explore);
        // Whoever sees data may what an employee may with it; not what is denied to their own role.
        set(&mut adela, &[cell("manager", "sales", "mart", "explore", CellState::Deny)]).await.unwrap();
        assert!(!may(&mut sergio).await.explore && may(&mut ana).await.explore);
        set(&mut adela, &[cell("manager", "sales", "mart", "explore", CellState::Unset)]).await.unwrap();
        assert!(may(&mut sergio).await.explore);
        set(&mut adela, &[cell("employee", "", "dashboard", "view", CellState::Deny)]).await.unwrap();
        assert!(!may(&mut ana).await.browse && may(&mut sergio).await.browse);
    }
}

#[tokio::test]
async fn a26_the_matrix_is_the_administrators_and_never_leaves_nobody_who_governs() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut ana) = (house.signed_in("adela").await, house.signed_in("ana").await);
        let version = adela.ask(&ShowMatrix {}).await.unwrap().version;
        let own = vec![cell("employee", "", "policy", "administer", CellState::Allow)];
        assert_eq!(ana.ask(&ShowMatrix {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
        assert_eq!(ana.ask(&PreviewMatrix { cells: own.clone() }).await.unwrap_err().0, StatusCode::FORBIDDEN);
        assert_eq!(ana.ask(&SaveMatrix { cells: own, version }).await.unwrap_err().0, StatusCode::FORBIDDEN);
        for wrong in [
            cell("administrator", "", "person", "administer", CellState::Unset),
            cell("administrator", "administration", "policy", "administer", CellState::Deny),
            cell("manager", "", "moon", "view", CellState::Allow),
            cell("manager", "", "question", "export", CellState::Allow),
            cell("manager", "", "account", "view", CellState::Deny),
            cell("nobody", "", "mart", "view", CellState::Allow),
            cell("manager", "nowhere", "mart", "view", CellState::Allow),
        ] {
            assert_eq!(set(&mut adela, std::slice::from_ref(&wrong)).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        }
        assert_eq!(adela.ask(&ShowMatrix {}).await.unwrap().version, version, "what is refused changes nothing");
        // Once somebody else governs, the built-in role may lose it.
        let title = Text::of("Steward", "Custodio");
        adela.ask(&AddRole { name: "steward".into(), title, like: "administrator".into() }).await.unwrap();
        adela.ask(&moved(house.person("marta").await, "Marta Soler", "marketing", "steward")).await.unwrap();
        set(&mut adela, &[cell("administrator", "", "policy", "administer", CellState::Unset)]).await.unwrap();
        assert_eq!(set(&mut adela, &[cell("manager", "", "mart", "sql", CellState::Unset)]).await.unwrap_err().0, StatusCode::FORBIDDEN);
        let mut marta = house.signed_in("marta").await;
        set(&mut marta, &[cell("manager", "", "mart", "sql", CellState::Unset)]).await.unwrap();
        // And now she is the last one.
        let demoted = marta.ask(&moved(house.person("marta").await, "Marta Soler", "marketing", "manager")).await.unwrap_err();
        assert_eq!(demoted.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_role_of_ones_own_works_from_its_making_to_its_end() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let role = AddRole { name: "analyst".into(), title: Text::of("Analyst", "Analista"), like: String::new() };
        adela.ask(&role).await.unwrap();
        assert_eq!(adela.ask(&role).await.unwrap_err().1.field.as_deref(), Some("name"));
        assert_eq!(adela.ask(&AddRole { name: "A b".into(), ..role.clone() }).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(adela.ask(&AddRole { name: "other".into(), like: "nobody".into(), ..role }).await.unwrap_err().1.field.as_deref(), Some("like"));
        let people = adela.ask(&ListPeople {}).await.unwrap();
        assert!(people.roles.contains(&("analyst".into(), Text::of("Analyst", "Analista"))));

        adela.ask(&moved(house.person("marta").await, "Marta Soler", "marketing", "analyst")).await.unwrap();
        let mut marta = house.signed_in("marta").await;
        assert_eq!(may(&mut marta).await, May::default(), "nothing but her own account");
        let policy = PolicyCard { mart: "baskets".into(), department: "marketing".into(), role: "analyst".into(), enabled: true, ..PolicyCard::default() };
        adela.ask(&SavePolicy { policy, why: String::new() }).await.unwrap();
        assert!(fingerprint(&house, "marta").await.is_some());
        let now = may(&mut marta).await;
        assert!(now.browse && now.explore && !now.export && !now.sql);
        set(&mut adela, &[cell("analyst", "", "mart", "sql", CellState::Allow)]).await.unwrap();
        assert!(may(&mut marta).await.sql);
        permit(&house, "marta", Need(Kind::Mart, Action::Sql)).await;

        let delete = DeleteRole { name: "analyst".into() };
        assert_eq!(adela.ask(&delete).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY, "somebody holds it");
        assert_eq!(adela.ask(&DeleteRole { name: "employee".into() }).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY, "it is built in");
        assert_eq!(adela.ask(&DeleteRole { name: "nobody".into() }).await.unwrap_err().0, StatusCode::NOT_FOUND);
        adela.ask(&moved(house.person("marta").await, "Marta Soler", "marketing", "manager")).await.unwrap();
        assert_eq!(fingerprint(&house, "marta").await, None, "the grant is the role's");
        assert_eq!(adela.ask(&delete).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY, "a policy names it");
        let listed = policies(&mut adela).await;
        let policy = listed.policies.into_iter().find(|policy| policy.role == "analyst").unwrap();
        adela.ask(&DeletePolicy { id: policy.id, revision: policy.revision, why: "No analysts any more".into() }).await.unwrap();
        adela.ask(&delete).await.unwrap();
        let matrix = adela.ask(&ShowMatrix {}).await.unwrap();
        assert!(matrix.roles.iter().all(|role| role.name != "analyst") && matrix.cells.iter().all(|cell| cell.place.role != "analyst"));
    }
}
