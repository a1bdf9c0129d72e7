//! `atalaya rotate-key`: secrets stay readable, the old key opens nothing, the audit log verifies across the change, and a kill harms nothing.

use super::verifying::{copied, execute, found, written};
use app::identity::asks::{SignIn, WhoAmI};
use axum::Router;
use http::StatusCode;
use server::{
    access::{
        Key,
        audit::{Verified, lines, verify},
    },
    config::Config,
    identity,
    portal::Portal,
    rotation::{self, Rotated},
    routes,
};
use std::{
    path::Path,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tests::{
    house::{House, Visitor, houses},
    program::Program,
};

const SECRET: &str = "source tills password";
const SETTINGS: &str = "metrics_address = \"\"\n";

async fn open(folder: &TempDir) -> Portal {
    Portal::open(Config { data: folder.path().join("data"), ..Config::default() }).await.unwrap()
}

fn api(portal: &Portal) -> Router {
    routes::api(portal).0.layer(identity::session_layer(portal))
}

fn key(folder: &TempDir) -> String {
    std::fs::read_to_string(folder.path().join("data/key")).unwrap()
}

fn put_key(folder: &TempDir, key: &str) {
    // Written over, so that it stays its owner's alone.
    std::fs::write(folder.path().join("data/key"), key).unwrap();
}

async fn keep_secret(portal: &Portal) {
    let mut changes = portal.database.begin().await.unwrap();
    portal.secrets.write(&mut changes, SECRET, "hunter2").await.unwrap();
    changes.commit().await.unwrap();
}

async fn secret(portal: &Portal) -> Option<String> {
    portal.secrets.reveal(SECRET).await.unwrap()
}

/// In this process, once what was dropped here has let go of the folder.
async fn rotated(config: &Config, to: Option<&Path>) -> Rotated {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match rotation::run(config, to).await {
            Err(fault) if fault.message.en.contains("is in use") && Instant::now() < until => tokio::time::sleep(Duration::from_millis(50)).await,
            done => return done.unwrap(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a09_after_a_change_of_keys_the_new_one_opens_everything_and_the_old_one_nothing() {
    let folder = written();
    let program = Program::new(folder.path(), SETTINGS);
    let password = program.read(&["password", "ana@atalaya.example"]).trim().to_owned();
    let old = key(&folder);
    let cookie = {
        let portal = open(&folder).await;
        keep_secret(&portal).await;
        let mut ana = Visitor { api: api(&portal), cookie: None };
        ana.ask(&SignIn { email: "ana@atalaya.example".into(), password }).await.expect("signs in");
        assert!(ana.ask(&WhoAmI {}).await.is_ok());
        let refused = program.run(&["rotate-key"]);
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("is in use"));
        assert_eq!(key(&folder), old);
        portal.audit.close().await.unwrap();
        ana.cookie
    };
    let config = Config { data: folder.path().join("data"), ..Config::default() };
    assert_eq!(std::fs::read_to_string(rotated(&config, None).await.before.unwrap()).unwrap(), old);
    assert!(program.read(&["rotate-key"]).contains("sealed anew"));
    let new = key(&folder);
    assert_ne!(new, old);
    assert!(program.read(&["audit", "verify"]).contains("all sound"));
    program.read(&["password", "ana@atalaya.example"]);
    assert!(program.read(&["audit", "verify"]).contains("all sound"), "records under three keys");

    let change = {
        let portal = open(&folder).await;
        assert_eq!(secret(&portal).await.as_deref(), Some("hunter2"));
        let mut ana = Visitor { api: api(&portal), cookie };
        assert_eq!(ana.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED, "sessions end");
        let changes = lines(&portal.database, None, "portal.rotate_key", 10).await.unwrap();
        assert_eq!(changes.len(), 2);
        changes[0].sequence
    };
    for wrong in [&old, &format!("{}\n", "ab12".repeat(16))] {
        put_key(&folder, wrong);
        let refused = program.run(&["audit", "verify"]);
        assert!(!refused.status.success(), "{wrong}");
    }
    put_key(&folder, &new);

    // Who edits a record of any time, or takes away the keys of before, is found out as ever.
    for (statement, words) in [
        ("update audit set object = 'person eva@atalaya.example' where sequence = 3".to_owned(), "record 3 ("),
        (format!("update audit set outcome = 'refused' where sequence = {change}"), "not as the portal wrote it"),
        (format!("delete from audit where sequence = {}", change - 1), "is missing"),
        ("delete from secret where name = 'audit-keys'".to_owned(), "record 1 ("),
    ] {
        let (folder, program) = copied(&folder);
        execute(&folder, &[&statement]).await;
        let said = found(&program);
        assert!(said.contains(words), "{statement}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_keys_that_is_killed_leaves_a_house_that_opens() {
    let folder = written();
    let program = Program::new(folder.path(), SETTINGS);
    keep_secret(&open(&folder).await).await;
    let whole = |when: &str| assert!(program.read(&["audit", "verify"]).contains("all sound"), "{when}");
    for number in 0..12 {
        let mut child = program.command().arg("rotate-key").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(number * 25));
        let _ = child.kill();
        child.wait().unwrap();
        whole(&format!("killed after {} ms", number * 25));
        assert_eq!(secret(&open(&folder).await).await.as_deref(), Some("hunter2"));
    }

    // Before the commit: a key lies there that nothing is sealed with.
    let data = folder.path().join("data");
    let before = key(&folder);
    Key::random().write_next(&data).unwrap();
    whole("before the commit");
    assert_eq!(key(&folder), before);
    // After it: the key is still the one of before.
    let config = Config { data: data.clone(), ..Config::default() };
    rotated(&config, None).await;
    let after = key(&folder);
    std::fs::rename(data.join("key"), data.join("key.new")).unwrap();
    std::fs::copy(data.join("key.new"), data.join("key")).unwrap();
    put_key(&folder, &before);
    whole("after the commit");
    assert_eq!(key(&folder), after);
    assert!(!data.join("key.new").exists());
}

#[tokio::test]
async fn a_key_can_be_named_and_can_come_from_the_environment() {
    for house in houses().await {
        let House { portal, folder, .. } = house;
        let config = portal.config.clone();
        keep_secret(&portal).await;
        portal.audit.close().await.unwrap();
        drop(portal);
        let file = folder.path().join("new.key");
        Key::random().write_next(folder.path()).unwrap();
        std::fs::rename(folder.path().join("key.new"), &file).unwrap();
        rotated(&config, Some(&file)).await;
        let refused = rotation::run(&config, Some(&file)).await.unwrap_err();
        assert!(refused.message.en.contains("the key of the house already"), "{}", refused.message.en);

        std::fs::remove_file(config.data.join("key")).unwrap();
        assert!(Portal::open(config.clone()).await.is_err(), "data without its key");
        let given = Config { key: Some(Arc::new(Key::read(&file).unwrap())), ..config.clone() };
        assert_eq!(secret(&Portal::open(given.clone()).await.unwrap()).await.as_deref(), Some("hunter2"));
        let refused = rotation::run(&given, None).await.unwrap_err();
        assert!(refused.message.en.contains("ATALAYA_KEY") || refused.message.en.contains("is in use"), "{}", refused.message.en);
        let other = folder.path().join("other.key");
        Key::random().write_next(folder.path()).unwrap();
        std::fs::rename(folder.path().join("key.new"), &other).unwrap();
        assert!(rotated(&given, Some(&other)).await.before.is_none());
        assert!(Portal::open(given).await.is_err(), "the key of before");
        let portal = Portal::open(Config { key: Some(Arc::new(Key::read(&other).unwrap())), ..config }).await.unwrap();
        assert_eq!(secret(&portal).await.as_deref(), Some("hunter2"));
        let verified = verify(&portal.database, &portal.chain, Verified::default()).await.unwrap();
        assert_eq!(verified.broken, None);
        assert!(verified.to >= 2);
    }
}
