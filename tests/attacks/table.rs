//! The table of `README.md` has a row for every id, and the tests that it names exist.

use tests::program::root;

#[test]
fn every_id_has_a_row_and_every_test_in_it_exists() {
    let text = std::fs::read_to_string(root().join("tests/attacks/README.md")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    let attacks = (1..=54).map(|number| format!("A{number:02}"));
    let traps = (1..=11).map(|number| format!("trap {number}"));
    let ids = attacks.chain(traps).chain((1..=6).map(|number| format!("SSRF {number}")));
    let mut wrong = Vec::new();
    for id in ids {
        match rows.iter().find(|row| row.starts_with(&format!("| {id} |"))) {
            Some(row) if row.contains(" :: ") || row.contains("waits for") => {}
            Some(_) => wrong.push(format!("{id} names neither a test nor what it waits for")),
            None => wrong.push(format!("{id} has no row")),
        }
    }
    for word in rows.iter().flat_map(|row| row.split('`').skip(1).step_by(2)) {
        let Some((file, test)) = word.split_once(" :: ") else { continue };
        let found = std::fs::read_to_string(root().join(file)).is_ok_and(|source| source.contains(&format!("fn {test}(")));
        if !found {
            wrong.push(format!("there is no {test} in {file}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
