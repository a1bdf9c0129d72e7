//! Decisions: never older than the last change of any process, and what they cost with many rules, grants and people.

use server::{
    access::{Action, Caller, Kind, Need, audit::Record, principal::Via},
    governance::store,
    portal::Portal,
    warehouse::pins::Pin,
};
use sqlx::AnyConnection;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tests::{
    house::{House, baskets, houses},
    services::postgresql,
};
use warehouse::{ColumnType, PinnedColumn};

const LOOK: Need = Need(Kind::Account, Action::View);

async fn regions(portal: &Portal, person: &str) -> Option<String> {
    let permit = portal.governance.permit(&Caller::new(person, None, Via::Session), LOOK).await.expect("a permit");
    permit.scope().mart("baskets").map(|mart| format!("{:?}", mart.rows()))
}

/// Two processes on one house: what one changes the other decides by at once, also after changes that were taken back.
#[tokio::test]
async fn a19_no_decision_is_older_than_the_last_change_of_any_process() {
    for house in houses().await {
        let house = house.furnished().await;
        let other = house.opened_again().await;
        let ana = house.person("ana").await;
        let portals = [&house.portal, &other];
        // The first decision of all accepts the columns of the mart, which is a change of its own.
        for portal in portals {
            assert!(regions(portal, &ana).await.is_some());
        }
        for number in 0..40 {
            let (changing, region) = (portals[number % 2], format!("region {number}"));
            // Somebody looks while a change is on its way, and another change is never made.
            if number % 3 == 0 {
                let mut changes = changing.database.begin().await.unwrap();
                store::bump(&mut changes).await.unwrap();
                regions(portals[(number + 1) % 2], &ana).await;
                changes.rollback().await.unwrap();
            }
            let mut changes = changing.database.begin().await.unwrap();
            store::set_attributes(&mut changes, &ana, &[("regions".to_owned(), vec![region.clone()])].into()).await.unwrap();
            store::bump(&mut changes).await.unwrap();
            for portal in portals {
                let seen = regions(portal, &ana).await.expect("the mart");
                assert!(!seen.contains(&region), "what is not committed is not seen");
            }
            changes.commit().await.unwrap();
            for portal in [portals[(number + 1) % 2], changing] {
                let seen = regions(portal, &ana).await.expect("the mart");
                assert!(seen.contains(&format!("\"{region}\"")), "{number}: {seen}");
            }
            // A publish of either is seen as well.
            if number % 5 == 0 {
                let renamed = PinnedColumn { name: format!("region{number}"), kind: ColumnType::Text };
                let mut pin = baskets(1);
                let known = std::mem::replace(&mut pin.columns[0], renamed);
                house.publish(&[pin.clone()]).await;
                assert_eq!((regions(&house.portal, &ana).await, regions(&other, &ana).await), (None, None), "its rule lost its column");
                pin.columns[0] = known;
                house.publish(&[pin]).await;
                assert!(regions(&house.portal, &ana).await.is_some() && regions(&other, &ana).await.is_some());
            }
        }
    }
}

const DEPARTMENTS: usize = 500;
const MARTS: usize = 200;
const PEOPLE: usize = 10_000;
/// Those of the migrations among them.
const RULES: usize = 1_000;
/// People whose decisions are timed, and decisions.
const ASKING: usize = 200;
const ASKED: usize = 20_000;

const ROLES: [&str; 3] = ["employee", "manager", "administrator"];

fn tell(name: &str, value: f64, unit: &str) {
    println!("{}", serde_json::json!({ "name": name, "value": (value * 100.0).round() / 100.0, "unit": unit }));
}

/// In microseconds.
fn tell_quantiles(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    for (quantile, share) in [("p50", 0.5), ("p99", 0.99)] {
        tell(&format!("{name}, {quantile}"), times[(times.len() as f64 * share) as usize], "µs");
    }
}

async fn insert(changes: &mut AnyConnection, statement: &'static str, values: &[&str]) {
    let mut query = sqlx::query(statement);
    for value in values {
        query = query.bind((*value).to_owned());
    }
    query.execute(changes).await.expect("inserted");
}

fn person(number: usize) -> String {
    format!("person{number:05}")
}

fn mart(number: usize) -> Pin {
    let name = format!("mart{number:03}");
    let definition = format!(
        "/*\ntitle = {{ en = \"{name}\", es = \"{name}\" }}\ndepartment = \"department000\"\n*/\n\
         select region, household_id, sales_value from warehouse.sales\n"
    );
    Pin { dataset: format!("mart.{name}"), department: "department000".into(), definition: Some(definition), ..baskets(1) }
}

/// 10,000 people in 500 departments, 100,000 grants of 200 marts with a row rule and a mask each, 1,000 rules of Casbin.
async fn fill(house: &House) {
    let mut changes = house.portal.database.begin().await.unwrap();
    let column = |name: &str, kind: &str| serde_json::json!({ "name": name, "kind": kind, "shown": true });
    let accepted = serde_json::json!([column("region", "text"), column("household_id", "integer"), column("sales_value", "number")]).to_string();
    for department in 0..DEPARTMENTS {
        let name = format!("department{department:03}");
        let statement = "insert into department (name, title_en, title_es, origin, created_ms) values ($1, $1, $1, 'portal', 0)";
        insert(&mut changes, statement, &[&name]).await;
        for mart in 0..MARTS {
            let (id, mart, role) = (format!("{department}-{mart}"), format!("mart{mart:03}"), ["", ROLES[0], ROLES[1]][(department + mart) % 3]);
            let statement = "insert into policy (id, mart, department, role, row_rules, mask_rules, accepted, enabled, origin, changed_ms) values \
                 ($1, $2, $3, $4, '[{\"column\":\"region\",\"operator\":\"in\",\"values\":[\"person.regions\"]}]', \
                 '[{\"column\":\"household_id\",\"mask\":\"hash\"}]', $5, 1, 'portal', 0)";
            insert(&mut changes, statement, &[&id, &mart, &name, role, &accepted]).await;
        }
    }
    for number in 0..PEOPLE {
        let (id, department) = (person(number), format!("department{:03}", number % DEPARTMENTS));
        let statement = "insert into person (id, email, name, password_hash, must_change_password, disabled, security_version, origin, created_ms) values \
             ($1, $2, $1, 'none', 0, 0, 1, 'portal', 0)";
        insert(&mut changes, statement, &[&id, &format!("{id}@atalaya.example")]).await;
        let statement = "insert into membership (person, department, role, since_ms) values ($1, $2, $3, 0)";
        insert(&mut changes, statement, &[&id, &department, ROLES[number / DEPARTMENTS % 3]]).await;
        for region in ["North", "South"] {
            insert(&mut changes, "insert into person_attribute (person, attribute, value) values ($1, 'regions', $2)", &[&id, region]).await;
        }
    }
    let (known,): (i64,) = sqlx::query_as("select count(*) from casbin_rule").fetch_one(&mut *changes).await.unwrap();
    for number in 0..RULES - usize::try_from(known).unwrap() {
        let (role, department) = (ROLES[number % 3], format!("department{:03}", number % DEPARTMENTS));
        let (kind, effect) = (["mart", "dashboard", "report"][number / 3 % 3], if number % 7 == 0 { "deny" } else { "allow" });
        let statement = "insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values ('p', $1, $2, $3, $4, $5)";
        insert(&mut changes, statement, &[role, &department, kind, ["export", "sql"][number / DEPARTMENTS % 2], effect]).await;
    }
    store::bump(&mut changes).await.unwrap();
    changes.commit().await.unwrap();
    house.publish(&(0..MARTS).map(mart).collect::<Vec<_>>()).await;
}

/// Microseconds of one permit.
async fn timed(portal: &Portal, number: usize) -> f64 {
    let caller = Caller::new(person(number), None, Via::Session);
    let begun = Instant::now();
    let permit = portal.governance.permit(&caller, LOOK).await;
    let taken = begun.elapsed().as_secs_f64() * 1e6;
    assert!(permit.expect("a permit").scope().marts().next().is_some());
    taken
}

async fn decided_again(portal: &Portal) -> Vec<f64> {
    let mut times = Vec::new();
    for number in 0..ASKED {
        times.push(timed(portal, number % ASKING).await);
    }
    times
}

async fn measure(database: &str, house: House) {
    fill(&house).await;
    let portal = &house.portal;
    tell(&format!("{database}: first decision of all under a policy version, its rules loaded"), timed(portal, ASKING).await / 1e3, "ms");
    let mut first = Vec::new();
    for number in 0..ASKING {
        first.push(timed(portal, number).await);
    }
    tell_quantiles(&format!("{database}: first decision of a person"), first);
    tell_quantiles(&format!("{database}: decision after the first"), decided_again(portal).await);
    // The audit log of a busy portal, in the same database.
    let over = Arc::new(AtomicBool::new(false));
    let beside = tokio::spawn({
        let (over, portal) = (over.clone(), portal.clone());
        async move {
            while !over.load(Ordering::Relaxed) {
                portal.audit.note(Record::by("bench", "bench.note", "nothing", "allowed")).await.expect("the queue");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    });
    tell_quantiles(&format!("{database}: decision after the first, 500 audit records a second beside"), decided_again(portal).await);
    over.store(true, Ordering::Relaxed);
    beside.await.expect("the records beside");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute: `cargo xtask bench decisions` runs it"]
async fn figures_of_decisions() {
    measure("SQLite", House::empty(None).await).await;
    if let Some(url) = postgresql::database().await {
        measure("PostgreSQL", House::empty(Some(url)).await).await;
    }
}
