//! Signing in by OpenID Connect, against a real provider.

use app::{
    ask::{Ask, FaultKind},
    governance::{
        asks::{AuditCard, ListAudit},
        matrix::asks::*,
    },
    identity::{asks::*, sign_on::asks::*, viewing::asks::BeginViewing},
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::json;
use server::{
    config::Config,
    governance::store as holdings,
    identity::oidc::{accept_passwords, store as identities},
    portal::Portal,
};
use std::collections::BTreeMap;
use tests::{
    house::{House, Visitor, config},
    services::sign_in_service::{CLIENT, SECRET, SignInService},
};

/// A furnished house and the service that it signs people in by.
struct Stand {
    house: House,
    service: SignInService,
}

const BACK: &str = "http://localhost:8420/sign-in/oidc/back";

impl Stand {
    async fn set_up() -> Option<Self> {
        let service = SignInService::start(BACK).await?;
        let folder = tempfile::tempdir().unwrap();
        let portal = Portal::open(Config { fetch_allow: vec![service.address()], ..config(&folder, None) }).await.unwrap();
        let stand = Self { house: House { portal, folder, passwords: BTreeMap::new() }.furnished().await, service };
        let mut adela = stand.house.signed_in("adela").await;
        adela.ask(&SaveSignOn { settings: stand.settings(), client_secret: SECRET.into() }).await.unwrap();
        Some(stand)
    }

    fn settings(&self) -> SignOn {
        let group = |group: &str, department: &str, role: &str| GroupRule { group: group.into(), department: department.into(), role: role.into() };
        SignOn {
            enabled: true,
            name: "Corp ID".into(),
            issuer: self.service.issuer(),
            client_id: CLIENT.into(),
            scopes: "email profile groups".into(),
            groups_claim: "groups".into(),
            groups: vec![group("managers", "sales", "manager"), group("finance", "finance", "employee"), group("admins", "administration", "administrator")],
            claims: vec![ClaimRule { claim: "region".into(), attribute: "regions".into() }],
            create_accounts: true,
            refuse_passwords: false,
            contact: "access@corp.example".into(),
            version: 0,
        }
    }

    /// Saves over what is there.
    async fn save(&self, adela: &mut Visitor, change: impl FnOnce(&mut SignOn)) -> Result<(), (StatusCode, app::ask::Fault)> {
        let mut settings = adela.ask(&ReadSignOn {}).await.unwrap().settings;
        change(&mut settings);
        adela.ask(&SaveSignOn { settings, client_secret: String::new() }).await
    }

    /// Presses the button and signs in at the service; gives where the portal sends the browser then.
    async fn through(&self, visitor: &mut Visitor, login: &str) -> String {
        let back = self.back(visitor, login).await;
        sent(visitor, &back).await
    }

    /// The same up to the way back, which is not taken.
    async fn back(&self, visitor: &mut Visitor, login: &str) -> String {
        let begin = sent(visitor, "/sign-in/oidc?next=%2Fdashboards").await;
        assert!(begin.starts_with(&self.service.issuer()), "{begin}");
        let back = self.service.sign_in(&begin, login).await;
        assert!(back.starts_with(BACK), "{back}");
        back.strip_prefix("http://localhost:8420").unwrap().to_owned()
    }

    async fn holdings(&self, email: &str) -> Vec<(String, String)> {
        let person = self.house.portal.identity.person_by_email(email).await.unwrap().expect("a person");
        let held = holdings::memberships_of(&self.house.portal.database, &person.id).await.unwrap();
        held.into_iter().map(|held| (held.department, held.role)).collect()
    }

    async fn records(&self, action: &str) -> Vec<AuditCard> {
        self.house.portal.audit.flush().await.unwrap();
        let mut adela = self.house.signed_in("adela").await;
        adela.ask(&ListAudit { action: action.into(), ..ListAudit::default() }).await.unwrap().records
    }
}

/// Where a page sends the browser.
async fn sent(visitor: &mut Visitor, path: &str) -> String {
    let (status, headers, _) = visitor.send(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{path}");
    headers[header::LOCATION].to_str().unwrap().to_owned()
}

fn person(login: &str, groups: &[&str]) -> serde_json::Value {
    json!({ "email": format!("{login}@corp.example"), "email_verified": true, "name": "Eva Ruiz", "groups": groups, "region": ["North", "South"] })
}

const EXPIRED: &str = "/sign-in?problem=oidc_expired&next=%2Fdashboards";

#[tokio::test]
async fn a_first_sign_in_makes_the_account_and_groups_say_where_it_belongs() {
    let Some(stand) = Stand::set_up().await else { return };
    let version = async || holdings::version(&stand.house.portal.database).await.unwrap();
    stand.service.knows("eva", person("eva", &["finance", "managers", "others"]));
    let mut eva = stand.house.visitor();
    assert_eq!(stand.through(&mut eva, "eva").await, "/dashboards");
    let me = eva.ask(&WhoAmI {}).await.unwrap();
    assert_eq!((me.name.as_str(), me.email.as_str(), me.department.en.as_str()), ("Eva Ruiz", "eva@corp.example", "Sales"));
    assert!(me.may.export && !me.must_change_password && !me.may.administer_people);
    let pair = |department: &str, role: &str| (department.to_owned(), role.to_owned());
    assert_eq!(stand.holdings("eva@corp.example").await, [pair("sales", "manager"), pair("finance", "employee")]);
    let attributes = holdings::attributes_of(&stand.house.portal.database, &me.id).await.unwrap();
    assert_eq!(attributes["regions"], ["North", "South"]);
    let password = SignIn { email: "eva@corp.example".into(), password: String::new() };
    assert_eq!(stand.house.visitor().ask(&password).await.unwrap_err().0, StatusCode::UNAUTHORIZED, "nobody has its password");

    // The same again changes nothing, so that nothing is decided anew.
    let before = version().await;
    assert_eq!(stand.through(&mut stand.house.visitor(), "eva").await, "/dashboards");
    assert_eq!(version().await, before);

    // Other groups and a claim that is gone: the session that is open is re-scoped, too.
    stand.service.knows("eva", json!({ "email": "eva@corp.example", "email_verified": true, "groups": ["finance"] }));
    assert_eq!(stand.through(&mut stand.house.visitor(), "eva").await, "/dashboards");
    assert!(version().await > before);
    let me = eva.ask(&WhoAmI {}).await.unwrap();
    assert!(me.department.en == "Finance" && !me.may.export);
    assert!(!holdings::attributes_of(&stand.house.portal.database, &me.id).await.unwrap().contains_key("regions"));

    let records = stand.records("identity.sign_in").await;
    let hers: Vec<&AuditCard> = records.iter().filter(|record| record.actor == "eva@corp.example" && record.outcome == "allowed").collect();
    assert_eq!(hers.len(), 3);
    assert!(hers.iter().all(|record| format!("{record:?}").contains("oidc")), "{hers:?}");
}

#[tokio::test]
async fn a30_an_attempt_is_good_once_and_for_its_own_session_alone() {
    let Some(stand) = Stand::set_up().await else { return };
    stand.service.knows("eva", person("eva", &["managers"]));
    let mut eva = stand.house.visitor();
    let planted = sent(&mut eva, "/sign-in/oidc?next=//evil.example").await;
    assert!(planted.contains("code_challenge_method=S256") && planted.contains("nonce="), "{planted}");
    let before = eva.cookie.clone().unwrap();
    let back = stand.back(&mut eva, "eva").await;

    // Somebody else's browser: theirs is not the session that asked. Nor is one without any.
    let mut other = stand.house.visitor();
    sent(&mut other, "/sign-in/oidc").await;
    assert_eq!(sent(&mut other, &back).await, "/sign-in?problem=oidc_expired&next=%2F");
    assert_eq!(sent(&mut stand.house.visitor(), &back).await, "/sign-in?problem=oidc_expired&next=%2F");
    assert_eq!(other.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED);

    // It is good once, and the session that was there before is worth nothing.
    assert_eq!(sent(&mut eva, &back).await, "/dashboards");
    assert_ne!(eva.cookie.as_deref(), Some(before.as_str()));
    assert_eq!(sent(&mut eva.clone(), &back).await, "/sign-in?problem=oidc_expired&next=%2F");
    let mut old = Visitor { cookie: Some(before), ..stand.house.visitor() };
    assert_eq!(sent(&mut old, &back).await, "/sign-in?problem=oidc_expired&next=%2F");
    assert!(eva.ask(&WhoAmI {}).await.is_ok());

    // A changed state ends the attempt; a code of another attempt is refused by PKCE and would be by the nonce.
    let mut again = stand.house.visitor();
    let back = stand.back(&mut again, "eva").await;
    assert_eq!(sent(&mut again, &back.replace("state=", "state=x")).await, EXPIRED);
    assert_eq!(sent(&mut again, &back).await, "/sign-in?problem=oidc_expired&next=%2F");
    let (mut first, mut second) = (stand.house.visitor(), stand.house.visitor());
    let (stolen, own) = (stand.back(&mut first, "eva").await, stand.back(&mut second, "eva").await);
    let code = |back: &str| field(back, "code");
    let mixed = own.replace(&code(&own), &code(&stolen));
    assert_eq!(sent(&mut second, &mixed).await, "/sign-in?problem=oidc_wrong&next=%2Fdashboards");
    // What the provider refuses is told in our own words.
    let mut refused = stand.house.visitor();
    let begin = sent(&mut refused, "/sign-in/oidc").await;
    let error = format!("/sign-in/oidc/back?error=access_denied&error_description=%3Cb%3Eread+this&state={}", field(&begin, "state"));
    assert_eq!(sent(&mut refused, &error).await, "/sign-in?problem=oidc_refused&next=%2F");
}

/// A field of an address's query as it is written there.
fn field(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap().to_owned()
}

#[tokio::test]
async fn whom_no_group_lets_in_who_is_disabled_and_who_is_not_verified_are_refused() {
    let Some(stand) = Stand::set_up().await else { return };
    let refused = |problem: &str| format!("/sign-in?problem={problem}&next=%2Fdashboards");
    stand.service.knows("noa", person("noa", &["others", "Managers"]));
    assert_eq!(stand.through(&mut stand.house.visitor(), "noa").await, refused("oidc_group"));
    assert_eq!(stand.house.portal.identity.person_by_email("noa@corp.example").await.unwrap(), None);

    // Who loses every group loses what they gave, in windows that are open, too.
    stand.service.knows("eva", person("eva", &["managers"]));
    let mut eva = stand.house.visitor();
    stand.through(&mut eva, "eva").await;
    stand.service.knows("eva", person("eva", &[]));
    assert_eq!(stand.through(&mut stand.house.visitor(), "eva").await, refused("oidc_group"));
    assert!(stand.holdings("eva@corp.example").await.is_empty());
    assert_eq!(eva.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
    // A token that does not say the groups takes nothing away.
    stand.service.knows("eva", person("eva", &["managers"]));
    stand.through(&mut eva, "eva").await;
    stand.service.knows("eva", json!({ "email": "eva@corp.example", "email_verified": true }));
    assert_eq!(stand.through(&mut stand.house.visitor(), "eva").await, refused("oidc_group"));
    assert_eq!(stand.holdings("eva@corp.example").await.len(), 1);

    stand.service.knows("eva", person("eva", &["managers"]));
    let mut adela = stand.house.signed_in("adela").await;
    let id = stand.house.portal.identity.person_by_email("eva@corp.example").await.unwrap().unwrap().id;
    adela.ask(&DisablePerson { id, disabled: true }).await.unwrap();
    assert_eq!(stand.through(&mut stand.house.visitor(), "eva").await, refused("oidc_disabled"));
    assert_eq!(eva.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED);

    // An address that is only claimed is the same whether somebody has it here or not.
    for email in ["ana@atalaya.example", "nobody@atalaya.example"] {
        for claimed in [json!({ "email": email, "email_verified": false, "groups": ["managers"] }), json!({ "email": email, "groups": ["managers"] })] {
            stand.service.knows("mallory", claimed);
            assert_eq!(stand.through(&mut stand.house.visitor(), "mallory").await, refused("oidc_email"), "{email}");
        }
    }
    let ana = stand.house.person("ana").await;
    assert!(!identities::is_linked(&stand.house.portal.database, &stand.service.issuer(), &ana).await.unwrap());

    stand.save(&mut adela, |settings| settings.create_accounts = false).await.unwrap();
    stand.service.knows("new", person("new", &["managers"]));
    assert_eq!(stand.through(&mut stand.house.visitor(), "new").await, refused("oidc_none"));
    stand.save(&mut adela, |settings| settings.enabled = false).await.unwrap();
    assert_eq!(sent(&mut stand.house.visitor(), "/sign-in/oidc").await, "/sign-in?problem=oidc_off&next=%2F");

    let records = stand.records("identity.sign_in").await;
    let reasons = format!("{:?}", records.iter().filter(|record| record.outcome == "refused").collect::<Vec<_>>());
    for reason in ["no group of theirs", "does not say the groups", "is disabled", "no verified address", "none is made", "switched off"] {
        assert!(reasons.contains(reason), "{reason}: {reasons}");
    }
}

/// A26 too: the last administrator stays one.
#[tokio::test]
async fn a08_an_account_that_is_there_is_joined_by_its_own_person_alone() {
    let Some(stand) = Stand::set_up().await else { return };
    let refused = |problem: &str| format!("/sign-in?problem={problem}&next=%2Fdashboards");
    let at_home = |name: &str, groups: &[&str]| json!({ "email": format!("{name}@atalaya.example"), "email_verified": true, "name": "X", "groups": groups });
    stand.service.knows("ana", at_home("Ana", &["finance"]));
    let mut ana = stand.house.visitor();
    assert_eq!(stand.through(&mut ana, "ana").await, "/dashboards");
    let me = ana.ask(&WhoAmI {}).await.unwrap();
    assert_eq!((me.id, me.name.as_str(), me.department.en.as_str()), (stand.house.person("ana").await, "Ana Robles", "Finance"));
    // The account has its subject: another one with the same address is somebody else.
    stand.service.knows("twin", at_home("ana", &["finance"]));
    assert_eq!(stand.through(&mut stand.house.visitor(), "twin").await, refused("oidc_account"));

    // Whoever administers joins the account from inside: an address, even a verified one, does not open it.
    stand.service.knows("adela", at_home("adela", &["admins"]));
    assert_eq!(stand.through(&mut stand.house.visitor(), "adela").await, refused("oidc_account"));
    assert_eq!(stand.through(&mut stand.house.signed_in("sergio").await, "adela").await, refused("oidc_account"));
    let mut inside = stand.house.signed_in("adela").await;
    // By whatever role they do.
    let place = Place { role: "manager".into(), department: "marketing".into(), permission: Permission { kind: "person".into(), action: "administer".into() } };
    let version = inside.ask(&ShowMatrix {}).await.unwrap().version;
    inside.ask(&SaveMatrix { cells: vec![MatrixCell { place, state: CellState::Allow }], version }).await.unwrap();
    stand.service.knows("marta", at_home("marta", &["finance"]));
    assert_eq!(stand.through(&mut stand.house.visitor(), "marta").await, refused("oidc_account"));
    // Who looks as somebody is not they.
    let as_marta = BeginViewing { person: stand.house.person("marta").await, department: None };
    let mut looking = stand.house.signed_in("adela").await;
    looking.ask(&as_marta).await.unwrap();
    assert_eq!(stand.through(&mut looking, "marta").await, refused("oidc_account"));

    assert_eq!(stand.through(&mut inside, "adela").await, "/dashboards");
    let mut adela = stand.house.visitor();
    assert_eq!(stand.through(&mut adela, "adela").await, "/dashboards", "from now on by the service alone");
    assert!(adela.ask(&WhoAmI {}).await.unwrap().may.administer_people);

    // Groups that would leave nobody to administer leave her as she is; with somebody else there they count.
    stand.service.knows("adela", at_home("adela", &["finance"]));
    stand.through(&mut adela, "adela").await;
    assert_eq!(stand.holdings("adela@atalaya.example").await[0].1, "administrator");
    stand.service.knows("root", person("root", &["admins"]));
    let mut root = stand.house.visitor();
    assert_eq!(stand.through(&mut root, "root").await, "/dashboards");
    assert!(root.ask(&WhoAmI {}).await.unwrap().may.administer_people);
    stand.through(&mut adela, "adela").await;
    assert_eq!(stand.holdings("adela@atalaya.example").await, [("finance".to_owned(), "employee".to_owned())]);
}

#[tokio::test]
async fn a20_where_single_sign_on_alone_is_accepted_no_password_is() {
    let Some(stand) = Stand::set_up().await else { return };
    let mut adela = stand.house.signed_in("adela").await;
    let early = stand.save(&mut adela, |settings| settings.refuse_passwords = true).await.unwrap_err();
    assert_eq!((early.0, early.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("refuse_passwords")), "nobody could come back");
    stand.service.knows("root", person("root", &["admins"]));
    stand.through(&mut stand.house.visitor(), "root").await;
    stand.save(&mut adela, |settings| settings.refuse_passwords = true).await.unwrap();

    let right = stand.house.passwords["ana@atalaya.example"].clone();
    let mut answers = Vec::new();
    for (email, password) in [("ana@atalaya.example", right.as_str()), ("ana@atalaya.example", "wrong"), ("nobody@atalaya.example", "wrong")] {
        answers.push(stand.house.visitor().ask(&SignIn { email: email.into(), password: password.into() }).await.unwrap_err());
    }
    assert_eq!((answers[0].0, answers[0].1.kind), (StatusCode::FORBIDDEN, FaultKind::Forbidden));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let form = [("email", "ana@atalaya.example"), ("password", right.as_str()), ("next", "/x")];
    let (_, to) = stand.house.visitor().form("/sign-in", &form).await;
    assert_eq!(to, "/sign-in?problem=no_passwords&next=%2Fx");
    let change = ChangePassword { old: stand.house.passwords["adela@atalaya.example"].clone(), new: "three quiet rivers".into() };
    assert_eq!(adela.ask(&change).await.unwrap_err().0, StatusCode::FORBIDDEN);
    assert_eq!(adela.ask(&ResetPassword { id: stand.house.person("ana").await }).await.err().unwrap().0, StatusCode::FORBIDDEN);
    let ways = stand.house.visitor().ask(&SignInWays {}).await.unwrap();
    assert_eq!((ways.sign_on.as_deref(), ways.passwords), (Some("Corp ID"), false));
    assert_eq!(stand.through(&mut stand.house.visitor(), "root").await, "/dashboards");

    // The operator's way out.
    assert!(accept_passwords(&stand.house.portal).await.unwrap());
    stand.house.visitor().ask(&SignIn { email: "ana@atalaya.example".into(), password: right }).await.unwrap();
    assert!(!accept_passwords(&stand.house.portal).await.unwrap());
    let records = stand.records("identity.accept_passwords").await;
    assert!(records.len() == 2 && records.iter().all(|record| record.actor.starts_with("operator ")), "{records:?}");
}

/// A13 and A16 too.
#[tokio::test]
async fn a24_the_client_secret_is_written_and_never_shown_nor_given_to_another_provider() {
    let Some(stand) = Stand::set_up().await else { return };
    let mut adela = stand.house.signed_in("adela").await;
    let (_, bytes) = adela.post(ReadSignOn::PATH, "application/json", b"{}".to_vec()).await;
    assert!(!String::from_utf8_lossy(&bytes).contains(SECRET));
    let state: SignOnState = serde_json::from_slice(&bytes).unwrap();
    assert!(state.secret_set && state.back == BACK);
    assert_eq!(SignOn { version: 0, ..state.settings.clone() }, stand.settings());
    stand.save(&mut adela, |settings| settings.name = "Corp".into()).await.unwrap();
    let stale = adela.ask(&SaveSignOn { settings: state.settings, client_secret: String::new() }).await.unwrap_err();
    assert_eq!(stale.0, StatusCode::CONFLICT);
    let moved = stand.save(&mut adela, |settings| settings.issuer = "https://id.example".into()).await.unwrap_err();
    assert_eq!(moved.1.field.as_deref(), Some("client_secret"));
    for issuer in ["http://id.example", "https://ana@id.example", "file:///etc/passwd", "id.example", "https://id.example/?a=b", ""] {
        let wrong = stand.save(&mut adela, |settings| settings.issuer = issuer.into()).await.unwrap_err();
        assert_eq!((wrong.0, wrong.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("issuer")), "{issuer}");
    }

    let tried = async |adela: &mut Visitor, issuer: &str| {
        let question = TrySignOn { issuer: issuer.into(), groups_claim: "groups".into() };
        adela.ask(&question).await.unwrap()
    };
    let found = tried(&mut adela, &stand.service.issuer()).await;
    assert!(found.wrong.is_none() && found.found.iter().any(|(_, value)| *value == stand.service.issuer()), "{found:?}");
    for inner in ["http://127.0.0.1:1", "https://localhost", "https://169.254.169.254", "http://id.example"] {
        let found = tried(&mut adela, inner).await;
        assert!(found.wrong.is_some() && found.found.is_empty(), "{inner}");
    }
    // Another writing of the same address is another issuer.
    let other = tried(&mut adela, &format!("{}/", stand.service.issuer())).await;
    assert!(other.wrong.unwrap().en.contains("letter by letter"));
    let records = format!("{:?}", stand.records("identity.").await);
    assert!(records.contains("identity.save_sign_on") && !records.contains(SECRET));
}
