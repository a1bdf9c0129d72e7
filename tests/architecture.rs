//! The invariants of ARCHITECTURE.md, read from the sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())).join("..")
}

/// Every Rust file below these folders: path relative to the root, and text.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                if !path.ends_with("target") && !path.ends_with("node_modules") {
                    walk(&path, found);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut found);
    }
    assert!(!found.is_empty(), "no sources below {folders:?}");
    let relative = |path: &Path| path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
    found.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

/// The text without comments and without unit tests, which may do more.
fn code(text: &str) -> String {
    let production = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    production.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// The rows of a table of ARCHITECTURE.md whose head starts with a word.
fn table(head: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let lines = text.lines().skip_while(|line| !line.starts_with(&format!("| {head} |"))).skip(2).take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn rooms_use_only_what_the_table_allows() {
    let allowed: BTreeMap<String, BTreeSet<String>> = table("room")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()))
        .collect();
    assert!(allowed.contains_key("governance"), "the table of rooms was not found");
    let mut wrong = Vec::new();
    for (path, text) in sources(&["server/src"]) {
        let Some(room) = path.split('/').nth(2).filter(|room| allowed.contains_key(*room)) else { continue };
        let code = code(&text);
        for other in allowed.keys().filter(|other| *other != room && *other != "access" && *other != "jobs") {
            let named = [format!("crate::{other}::"), format!("crate::{other};")];
            let used = named.iter().any(|name| code.contains(name.as_str())) || imported(&code, other);
            if used && !allowed[room].contains(other) {
                wrong.push(format!("{path} uses {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "not allowed by ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

/// Whether a `use crate::{…}` block names a room at its first level.
fn imported(code: &str, room: &str) -> bool {
    let Some(block) = code.split("use crate::{").nth(1) else { return false };
    let mut depth = 0;
    let mut word = String::new();
    for character in block.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && (character.is_alphanumeric() || character == '_') {
            word.push(character);
        } else {
            if word == room && (character == ':' || character == ',' || character == '\n' || character == ' ') {
                return true;
            }
            word.clear();
        }
    }
    word == room
}

#[test]
fn only_the_warehouse_crate_names_the_engine() {
    let names = ["datafusion", "deltalake"];
    let wrong: Vec<String> = sources(&["app/src", "server/src"])
        .into_iter()
        .filter(|(_, text)| names.iter().any(|name| code(text).contains(&format!("{name}::"))))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn only_their_crates_name_the_bus_and_the_index() {
    let wrong: Vec<String> = sources(&["app/src", "server/src", "server/warehouse/src"])
        .into_iter()
        .filter(|(_, text)| ["rdkafka::", "tantivy::", "elasticsearch::"].iter().any(|name| code(text).contains(name)))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn sql_stands_in_stores_alone() {
    let seams = ["server/src/database.rs", "server/src/governance/casbin.rs", "server/src/identity/sessions.rs", "server/src/backup/"];
    let wrong: Vec<String> = sources(&["app/src", "server/src"])
        .into_iter()
        .filter(|(path, _)| !path.ends_with("/store.rs") && !path.contains("/store/") && !seams.iter().any(|seam| path.starts_with(seam)))
        .filter(|(_, text)| ["sqlx::query", "query_as(", "query_scalar("].iter().any(|call| code(text).contains(call)))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn only_the_portal_claims_the_permit_maker() {
    let claims: Vec<String> =
        sources(&["server/src"]).into_iter().filter(|(_, text)| code(text).contains("PermitMaker::claim()")).map(|(path, _)| path).collect();
    assert_eq!(claims, ["server/src/portal.rs"]);
}

/// Whoever changes the key must know what that does to each thing that hangs on it.
#[test]
fn every_purpose_of_the_key_stands_in_its_page() {
    let page = fs::read_to_string(root().join("docs/keys.md")).unwrap();
    let mut missing = Vec::new();
    for (path, text) in sources(&["server/src"]) {
        let code = code(&text);
        let purposes = code.split(".derive(\"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned));
        missing.extend(purposes.filter(|purpose| !page.contains(&format!("| `{purpose}` |"))).map(|purpose| format!("{path}: {purpose}")));
    }
    assert!(missing.is_empty(), "say in docs/keys.md (and in server/src/rotation.rs) what a change of the key does to {missing:?}");
}

#[test]
fn only_the_search_room_makes_shares_and_only_of_permits() {
    for call in ["Share::new(", ".hash_key()"] {
        let calls: Vec<String> = sources(&["app/src", "server/src"]).into_iter().filter(|(_, text)| code(text).contains(call)).map(|(path, _)| path).collect();
        assert_eq!(calls, ["server/src/search/share.rs"], "{call}");
    }
}

/// So that every change of a policy is kept with who made it and why.
#[test]
fn only_revisions_write_policies() {
    let calls: Vec<String> = sources(&["server/src"])
        .into_iter()
        .filter(|(_, text)| ["::save_policy(", "::delete_policy("].iter().any(|call| code(text).contains(call)))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(calls, ["server/src/governance/revisions/mod.rs"]);
}

#[test]
fn rules_do_no_input_or_output() {
    let doors = ["std::fs", "tokio::fs", "reqwest", "sqlx", ".await", "std::net", "std::env", "SystemTime::now", "Utc::now"];
    let mut wrong = Vec::new();
    for (path, text) in sources(&["app/src", "server/src", "server/search/src", "server/streaming/src", "server/warehouse/src"]) {
        if path.ends_with("/rules.rs") {
            wrong.extend(doors.iter().filter(|door| code(&text).contains(*door)).map(|door| format!("{path}: {door}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn there_is_no_static_mutable_state() {
    let ways = ["static mut ", "OnceLock<", "LazyLock<", "lazy_static!", "thread_local!"];
    let mut wrong = Vec::new();
    for (path, text) in sources(&["app/src", "server/src", "server/search/src", "server/streaming/src", "server/warehouse/src"]) {
        let code = code(&text);
        let held = |way: &&&str| {
            code.lines().any(|line| {
                line.contains(**way) && (line.trim_start().starts_with("static") || line.trim_start().starts_with("pub static") || way.ends_with("!"))
            })
        };
        wrong.extend(ways.iter().filter(|way| held(way)).map(|way| format!("{path}: {way}")));
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for (path, text) in sources(&["app/src", "server/src", "server/search/src", "server/streaming/src", "server/warehouse/src", "tests", "xtask/src"]) {
        if !text.starts_with("//!") {
            wrong.push(format!("{path}: the first line is no `//!` sentence"));
        }
        if text.lines().count() > 400 {
            wrong.push(format!("{path}: {} lines", text.lines().count()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_read_data_through_ask_or_live_alone() {
    let doors = ["app/src/ask.rs", "app/src/live.rs"];
    let ways = ["gloo_net::", "reqwest", "#[server", "EventSource", "WebSocket"];
    let wrong: Vec<String> = sources(&["app/src"])
        .into_iter()
        .filter(|(path, _)| !doors.contains(&path.as_str()))
        .filter(|(_, text)| ways.iter().any(|way| code(text).contains(way)))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn forbidden_folder_names_do_not_appear() {
    let names = ["utils", "common", "helpers", "types", "service", "manager"];
    let wrong: Vec<String> = sources(&["app/src", "server/src", "server/search/src", "server/streaming/src", "server/warehouse/src", "xtask/src"])
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.split('/').any(|part| names.contains(&part.trim_end_matches(".rs"))))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
