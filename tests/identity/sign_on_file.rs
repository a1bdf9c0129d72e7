//! Single sign-on from a file: `atalaya apply` sets what the administrators' page sets, by the same checks, and never holds the secret.

use super::furnished;
use app::{governance::asks::ListAudit, identity::sign_on::asks::*};
use server::apply::{self, Folder};
use std::{collections::BTreeMap, fs};
use tempfile::TempDir;
use tests::house::{House, ORGANISATION, POLICIES};

const SIGN_ON: &str = r#"
name = "Corp ID"
issuer = "https://id.corp.example"
client_id = "atalaya"
client_secret = "${sign_on_secret}"
scopes = "email groups"
contact = "access@corp.example"
create_accounts = false
[[groups]]
group = "managers"
department = "sales"
role = "manager"
[[groups]]
group = "lawyers"
department = "legal"
role = "employee"
[[claims]]
claim = "region"
attribute = "regions"
"#;

const SECRET: &str = "oidc-secret-never-shown";

/// The folder that is applied, with the settings' variables.
struct Code {
    files: TempDir,
    variables: BTreeMap<String, String>,
}

impl Code {
    /// With a department that the house does not have yet.
    fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        let legal = "[[departments]]\nname = \"legal\"\ntitle = { en = \"Legal\", es = \"Legal\" }\n[[departments]]";
        fs::create_dir(files.path().join("policies")).unwrap();
        fs::write(files.path().join("policies/all.toml"), POLICIES).unwrap();
        fs::write(files.path().join("organisation.toml"), ORGANISATION.replacen("[[departments]]", legal, 1)).unwrap();
        let code = Self { files, variables: BTreeMap::from([("sign_on_secret".to_owned(), SECRET.to_owned())]) };
        code.says(SIGN_ON);
        code
    }

    fn says(&self, sign_on: &str) {
        fs::write(self.files.path().join("sign-on.toml"), sign_on).unwrap();
    }

    fn open(&self) -> Folder {
        Folder::open(self.files.path(), &self.variables).unwrap()
    }

    async fn plan(&self, house: &House) -> Vec<String> {
        apply::planned(&house.portal, &self.open()).await.unwrap().iter().map(ToString::to_string).collect()
    }
}

#[tokio::test]
async fn a_file_sets_what_the_page_sets_and_again_changes_nothing() {
    for house in furnished().await {
        let mut code = Code::new();
        let first = ["+ department legal", "+ single sign-on Corp ID (https://id.corp.example)", "~ secret of single sign-on"];
        assert_eq!(code.plan(&house).await, first);
        assert_eq!(house.visitor().ask(&SignInWays {}).await.unwrap().sign_on, None, "a plan changes nothing");
        apply::applied(&house.portal, &code.open()).await.unwrap();
        assert!(code.plan(&house).await.is_empty());

        let mut adela = house.signed_in("adela").await;
        let state = adela.ask(&ReadSignOn {}).await.unwrap();
        assert!(state.secret_set);
        let group = |group: &str, department: &str, role: &str| GroupRule { group: group.into(), department: department.into(), role: role.into() };
        let expected = SignOn {
            enabled: true,
            name: "Corp ID".into(),
            issuer: "https://id.corp.example".into(),
            client_id: "atalaya".into(),
            scopes: "email groups".into(),
            groups_claim: "groups".into(),
            groups: vec![group("managers", "sales", "manager"), group("lawyers", "legal", "employee")],
            claims: vec![ClaimRule { claim: "region".into(), attribute: "regions".into() }],
            create_accounts: false,
            refuse_passwords: false,
            contact: "access@corp.example".into(),
            version: state.settings.version,
        };
        assert_eq!(state.settings, expected);
        assert_eq!(house.visitor().ask(&SignInWays {}).await.unwrap().sign_on.as_deref(), Some("Corp ID"));
        let secret = server::identity::oidc::SECRET;
        assert_eq!(house.portal.secrets.reveal(secret).await.unwrap().as_deref(), Some(SECRET));

        // What was changed on the page is put back, the secret is kept unless another one is named.
        adela.ask(&SaveSignOn { settings: SignOn { enabled: false, ..expected }, client_secret: String::new() }).await.unwrap();
        code.variables.insert("sign_on_secret".into(), "another-one".into());
        let again = ["~ single sign-on Corp ID (https://id.corp.example)", "~ secret of single sign-on"];
        assert_eq!(code.plan(&house).await, again);
        apply::applied(&house.portal, &code.open()).await.unwrap();
        assert!(adela.ask(&ReadSignOn {}).await.unwrap().settings.enabled);
        assert_eq!(house.portal.secrets.reveal(secret).await.unwrap().as_deref(), Some("another-one"));
        // A file that says nothing of it, and a folder without the file, leave it as it is.
        code.says(&SIGN_ON.replace("client_secret = \"${sign_on_secret}\"\n", ""));
        assert!(code.plan(&house).await.is_empty());
        fs::remove_file(code.files.path().join("sign-on.toml")).unwrap();
        assert!(code.plan(&house).await.is_empty());

        house.portal.audit.flush().await.unwrap();
        let records = adela.ask(&ListAudit { action: "identity.save_sign_on".into(), ..Default::default() }).await.unwrap().records;
        assert_eq!(records.iter().filter(|record| record.actor.starts_with("operator ")).count(), 2, "{records:?}");
        let told = format!("{records:?}");
        assert!(!told.contains(SECRET) && !told.contains("another-one"), "{told}");
    }
}

#[tokio::test]
async fn a24_a_file_is_checked_as_the_page_is_and_holds_no_secret() {
    let house = House::empty(None).await.furnished().await;
    let code = Code::new();
    let groups = SIGN_ON.split("[[groups]]").next().unwrap();
    for (wrong, field) in [
        (SIGN_ON.replace("${sign_on_secret}", SECRET), "client_secret"),
        (SIGN_ON.replace("${sign_on_secret}", &format!("{SECRET}${{sign_on_secret}}")), "client_secret"),
        (SIGN_ON.replace("${sign_on_secret}", "${nobody_set_it}"), "client_secret"),
        (SIGN_ON.replace("https://", "http://"), "issuer"),
        (SIGN_ON.replace("https://", "https://ana@"), "issuer"),
        (SIGN_ON.replace("\"legal\"", "\"nowhere\""), "groups"),
        (SIGN_ON.replace("\"employee\"", "\"root\""), "groups"),
        (groups.to_owned(), "groups"),
        (SIGN_ON.replace("\"regions\"", "\"Regions!\""), "claims"),
        (SIGN_ON.replace("create_accounts = false", "refuse_passwords = true"), "refuse_passwords"),
        (SIGN_ON.replace("name = \"Corp ID\"", ""), "name"),
        (SIGN_ON.replace("contact", "contacts"), "contacts"),
        (SIGN_ON.replace("claim = \"region\"", "claim = \"region\"\nvalues = []"), "values"),
    ] {
        code.says(&wrong);
        let message = apply::applied(&house.portal, &code.open()).await.unwrap_err().message.en;
        assert!(message.contains("sign-on.toml") && message.contains(field) && !message.contains(SECRET), "{field}: {message}");
    }
    assert_eq!(house.visitor().ask(&SignInWays {}).await.unwrap().sign_on, None);
    // The secret goes to the provider that it was written for, and to no other.
    code.says(SIGN_ON);
    apply::applied(&house.portal, &code.open()).await.unwrap();
    code.says(&SIGN_ON.replace("client_secret = \"${sign_on_secret}\"\n", "").replace("id.corp", "id.evil"));
    let moved = apply::applied(&house.portal, &code.open()).await.unwrap_err().message.en;
    assert!(moved.contains("client_secret"), "{moved}");
}
