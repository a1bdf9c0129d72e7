//! The built-in index through kills, restarts and other processes.

use crate::search::conformance::stand::{DAY_MS, HOUR_MS, Stand, delete, put, text, version};
use search::{
    Value,
    index::{IndexFault, Outcome, Settings},
};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

async fn stand(folder: &Path) -> Stand {
    Stand::new(Settings::Folder(folder.to_owned()), None).await
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_process_that_never_committed() {
    let (live, began) = (tempfile::tempdir().unwrap(), Instant::now());
    let writer = stand(live.path()).await;
    writer.write(&[put("committed", DAY_MS, &[("note", text("one"))]), version("post", 2, DAY_MS, &[("note", text("second"))])]).await;
    let late = [
        put("logged", DAY_MS + 1, &[("note", text("two"))]),
        version("post", 1, DAY_MS, &[("note", text("first"))]),
        put("committed", DAY_MS, &[]),
        delete("gone", 1, DAY_MS),
    ];
    // As the disk is at one moment before the next commit: all that a power cut leaves. The index commits and clears up on its own threads; a copy
    // that one of them came between is no such moment, and what it wrote is acknowledged once more.
    let (killed, log, whole) = loop {
        let outcomes = writer.index.write(&writer.shape, &late).await.unwrap();
        assert_eq!(outcomes, vec![Outcome::Done; 4]);
        let killed = tempfile::tempdir().unwrap();
        let before = stamps(live.path());
        let copied = copy(live.path(), killed.path());
        let log = killed.path().join("operations").join(&writer.shape.stream).join("log");
        match fs::read(&log) {
            Ok(whole) if copied.is_ok() && stamps(live.path()) == before && !whole.is_empty() => break (killed, log, whole),
            _ => assert!(began.elapsed().as_secs() < 60, "nothing is acknowledged without being committed"),
        }
    };
    // The torn half of a write behind it.
    fs::write(&log, [&whole[..], &whole[..whole.len() / 2]].concat()).unwrap();
    let mut again = stand(killed.path()).await;
    again.shape = writer.shape.clone();
    // The processor prepares its streams when it starts.
    again.index.prepare(&again.shape).await.unwrap();
    assert_eq!(again.ids("").await, ["committed", "logged", "post"]);
    assert_eq!(again.ids("note:second").await, ["post"]);
    assert_eq!(again.ids("note:one").await, ["committed"]);
    again.write(&[put("gone", DAY_MS, &[]), put("logged", DAY_MS + 1, &[])]).await;
    assert_eq!(again.ids("").await, ["committed", "logged", "post"], "a deletion is remembered");
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Every file below `folder` with its length and time of change; a file that went meanwhile is left out.
fn stamps(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut stamps = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(found) if found.is_dir() => stamps.extend(self::stamps(&entry.path())),
            Ok(found) => _ = stamps.insert(entry.path(), (found.len(), found.modified().unwrap())),
            Err(_) => {}
        }
    }
    stamps
}

#[tokio::test]
async fn one_process_writes_and_others_read_what_it_commits() {
    let folder = tempfile::tempdir().unwrap();
    let writer = stand(folder.path()).await;
    // Opened apart, as another process does; it holds no lock.
    let mut reader = stand(folder.path()).await;
    reader.shape = writer.shape.clone();
    assert_eq!(reader.ids("").await, Vec::<String>::new());
    for n in 0..5 {
        writer.write(&[put(&format!("e{n}"), DAY_MS + n * 24 * HOUR_MS - 48 * HOUR_MS, &[("status", Value::Integer(n))])]).await;
        assert_eq!(reader.ids("").await.len() as i64, n + 1);
    }
    assert!(matches!(reader.index.write(&reader.shape, &[put("x", DAY_MS, &[])]).await, Err(IndexFault::Unavailable(_))));
    writer.index.expire(&writer.shape, DAY_MS - 24 * HOUR_MS).await.unwrap();
    assert_eq!(reader.ids("").await, ["e1", "e2", "e3", "e4"]);
    // Without being asked to, it is found within a second.
    assert_eq!(writer.index.write(&writer.shape, &[put("soon", DAY_MS, &[])]).await.unwrap(), [Outcome::Done]);
    let written = Instant::now();
    while !reader.ids("").await.contains(&"soon".to_owned()) {
        assert!(written.elapsed().as_secs() < 5, "not found");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(writer);
    assert_eq!(reader.index.write(&reader.shape, &[put("mine", DAY_MS, &[])]).await.unwrap(), [Outcome::Done], "the lock goes with its process");
}
