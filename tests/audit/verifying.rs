//! `atalaya audit verify`, run as the real program after each kind of damage done directly in the database or among the checkpoints.

use server::access::audit::{Record, Verified, verify};
use sqlx::{AssertSqlSafe, SqlitePool};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tests::{
    house::{House, ORGANISATION},
    program::Program,
};

/// Six records, each of a process of its own and therefore with a checkpoint of its own.
const RECORDS: i64 = 6;

/// A data folder as the program leaves it.
pub(super) fn written() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(folder.path(), "metrics_address = \"\"\n");
    std::fs::create_dir(folder.path().join("organisation")).unwrap();
    std::fs::write(folder.path().join("organisation/organisation.toml"), ORGANISATION).unwrap();
    program.read(&["apply", "organisation", "--yes"]);
    for _ in 1..RECORDS {
        program.read(&["password", "ana@atalaya.example"]);
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The same data in a folder of its own, to be damaged.
pub(super) fn copied(original: &TempDir) -> (TempDir, Program) {
    let folder = tempfile::tempdir().unwrap();
    copy(&original.path().join("data"), &folder.path().join("data"));
    let program = Program::new(folder.path(), "metrics_address = \"\"\n");
    (folder, program)
}

/// Past the portal, as somebody would who has the file.
pub(super) async fn execute(folder: &TempDir, statements: &[&str]) {
    let pool = SqlitePool::connect(&format!("sqlite://{}", folder.path().join("data/control.sqlite").display())).await.unwrap();
    for statement in statements {
        let done = sqlx::query(AssertSqlSafe((*statement).to_owned())).execute(&pool).await.unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
    }
    pool.close().await;
}

/// The files of the checkpoints, in the order of their records.
fn checkpoints(folder: &TempDir) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.path().join("data/audit")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// What the verification says of a log that is not sound.
pub(super) fn found(program: &Program) -> String {
    let output = program.run(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a33_verify_names_the_first_record_that_was_edited_deleted_swapped_or_cut_off() {
    let original = written();
    let (folder, program) = copied(&original);
    assert_eq!(program.read(&["audit", "verify"]), format!("{RECORDS} records, {RECORDS} checkpoints, all sound\n"));
    assert_eq!(checkpoints(&folder).len() as i64, RECORDS, "verifying writes nothing");

    let damages: [(&[&str], &[&str]); 8] = [
        (&["update audit set object = 'person eva@atalaya.example' where sequence = 3"], &["record 3 (", "not as the portal wrote it"]),
        (&["update audit set place = '192.0.2.1' where sequence = 4"], &["record 4 (", "not as the portal wrote it"]),
        (&["update audit set at_ms = 'long ago' where sequence = 2"], &["record 2 ", "not as the portal wrote it"]),
        (&["delete from audit where sequence = 4"], &["record 4 is missing (the one before it is of 2"]),
        (&["delete from audit where sequence = 1"], &["record 1 is missing"]),
        (
            &[
                "update audit set sequence = 100 where sequence = 2",
                "update audit set sequence = 2 where sequence = 5",
                "update audit set sequence = 5 where sequence = 100",
            ],
            &["record 2 (", "out of order: it was written as number 5"],
        ),
        (
            &[
                "update audit set sequence = 100 where sequence = 3",
                "update audit set sequence = 3 where sequence = 4",
                "update audit set sequence = 4 where sequence = 100",
            ],
            &["record 3 (", "out of order: it was written as number 4"],
        ),
        (&["delete from audit where sequence > 4"], &["record 5 is missing: the log was cut off at the end", "checkpoint 6 of 2"]),
    ];
    for (damage, words) in damages {
        let (folder, program) = copied(&original);
        execute(&folder, damage).await;
        let said = found(&program);
        assert!(words.iter().all(|word| said.contains(word)), "{damage:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a33_a_log_that_was_cut_and_went_on_is_not_the_one_that_was_sealed() {
    let original = written();
    let (folder, program) = copied(&original);
    execute(&folder, &["delete from audit where sequence > 4"]).await;
    // The portal, which has the key, writes records 5 and 6 anew: the chain holds again.
    for _ in 0..2 {
        program.read(&["password", "ana@atalaya.example"]);
    }
    let said = found(&program);
    assert!(said.contains("records 5 to 5 are not those that checkpoint 5 of"), "{said}");
    assert_eq!(checkpoints(&folder).len() as i64, RECORDS, "no checkpoint is written over another one, nor beside it");

    // Without checkpoints the head file still knows how far the log had come.
    let (folder, program) = copied(&original);
    execute(&folder, &["delete from audit where sequence > 4"]).await;
    checkpoints(&folder).iter().for_each(|file| std::fs::remove_file(file).unwrap());
    let said = found(&program);
    assert!(said.contains("record 5 is missing") && said.contains("the head file knows of records up to 6"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a33_checkpoints_that_were_changed_or_taken_away_are_named() {
    let original = written();
    let (folder, program) = copied(&original);
    let third = &checkpoints(&folder)[2];
    let text = std::fs::read_to_string(third).unwrap();
    let changed = text.replacen("\"at_ms\":1", "\"at_ms\":2", 1);
    assert_ne!(text, changed);
    std::fs::write(third, changed).unwrap();
    let said = found(&program);
    assert!(said.contains("checkpoint 3 was not signed by this portal"), "{said}");

    let (folder, program) = copied(&original);
    std::fs::remove_file(&checkpoints(&folder)[2]).unwrap();
    let said = found(&program);
    assert!(said.contains("the checkpoints over records 3 to 3 are missing"), "{said}");

    // Damage to a record comes first, whatever the checkpoints are.
    execute(&folder, &["update audit set outcome = 'refused' where sequence = 5"]).await;
    assert!(found(&program).contains("record 5 ("));
}

#[tokio::test]
async fn a_busy_portal_seals_every_thousand_records_and_when_it_ends() {
    let house = House::empty(None).await;
    let portal = &house.portal;
    let count = 2_100;
    for number in 0..count {
        portal.audit.note(Record::by("robot", "warehouse.ask", format!("mart {number}"), "allowed")).await.unwrap();
    }
    portal.audit.close().await.unwrap();
    let verified = verify(&portal.database, &portal.chain, Verified::default()).await.unwrap();
    assert_eq!((verified.to, verified.broken), (count, None));
    assert!(verified.checkpoints >= 3, "{}", verified.checkpoints);
    let files = checkpoints(&house.folder);
    assert_eq!(files.len() as u64, verified.checkpoints);
    assert!(files.last().unwrap().file_name().unwrap().to_str().unwrap().starts_with(&format!("{count:020}-")), "the last record is sealed");
    portal.audit.close().await.unwrap();
    assert_eq!(checkpoints(&house.folder), files, "nothing new, nothing to seal");
}
