//! A portal of the real program with one small mart, an administrator who has done nothing yet, and a sign-in service where there is one.

use super::ADELA;
use std::{fs, path::Path, process::Child};
use tests::{house::ADELA_ALONE, program::Program, services::sign_in_service::SignInService};

/// The owners of the mart see all of it; administrators see nothing.
const POLICIES: &str = r#"
[[policies]]
mart = "baskets"
department = "sales"
"#;

const SOURCE: &str = r#"
name = "tills"
title = { en = "Tills", es = "Cajas" }
connector = "files"
department = "sales"
[[tables]]
name = "baskets"
url = "${here}/files/baskets.csv"
columns = { region = "text", household_id = "integer", sales_value = "number" }
"#;

const JOB: &str = r#"
name = "tills"
title = { en = "Load the tills", es = "Cargar las cajas" }
department = "administration"
sources = ["tills"]
marts = ["baskets"]
"#;

const MART: &str = r#"/*
title = { en = "Baskets", es = "Cestas" }
description = { en = "What households bought.", es = "Lo que compraron los hogares." }
department = "sales"
[measures.sales]
sql = "sum(sales_value)"
label = { en = "Sales", es = "Ventas" }
description = { en = "What customers paid.", es = "Lo que pagaron los clientes." }
unit = "money:USD"
[columns.region]
label = { en = "Region", es = "Región" }
description = { en = "Where the store is.", es = "Dónde está la tienda." }
dimension = true
[columns.household_id]
label = { en = "Household", es = "Hogar" }
description = { en = "Who bought.", es = "Quién compró." }
[columns.sales_value]
label = { en = "Sales value", es = "Importe" }
description = { en = "What was paid.", es = "Lo que se pagó." }
*/
select region, household_id, sales_value from lake.baskets
"#;

const BASKETS: &str = "region,household_id,sales_value\nNorth,51001,13.5\nNorth,51002,27\nSouth,52001,13.5\nSouth,52002,8\nEast,53001,9.5\nWest,54001,27\n";

pub struct Stand {
    pub program: Program,
    /// Adela's first one.
    pub password: String,
    /// `None`, with the reason said, where the provider is not installed.
    pub service: Option<SignInService>,
    _keeper: Child,
    _folder: tempfile::TempDir,
}

impl Stand {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut program = Program::new(folder.path(), "metrics_address = \"\"\n");
        let service = SignInService::start(&program.url("/sign-in/oidc/back")).await;
        if let Some(service) = &service {
            program.environment.push(("ATALAYA_FETCH_ALLOW".to_owned(), service.address().to_string()));
        }
        let code = folder.path().join("code");
        write(&code, "organisation.toml", ADELA_ALONE);
        write(&code, "policies/all.toml", POLICIES);
        write(&code, "sources/tills.toml", SOURCE);
        write(&code, "jobs/tills.toml", JOB);
        write(&code, "marts/baskets.sql", MART);
        write(&code, "files/baskets.csv", BASKETS);
        let said = program.read(&["apply", &code.to_string_lossy(), "--yes"]);
        let password = said.lines().find_map(|line| line.trim().strip_prefix(ADELA)?.strip_prefix("  ")).expect("a password").trim().to_owned();
        program.read(&["work", "--until-idle"]);
        let keeper = program.serve().await;
        Self { program, password, service, _keeper: keeper, _folder: folder }
    }
}

fn write(code: &Path, name: &str, text: &str) {
    let file = code.join(name);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, text).expect("a file of the code");
}
