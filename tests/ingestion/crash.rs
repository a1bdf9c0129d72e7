//! kill -9 of the real program at any moment of a run: after a restart the tables equal those of an undisturbed run, and
//! nobody ever saw two publishes mixed (FT-B01, FT-B02).

use super::house::{config, settle, text, write_code, write_organisation};
use server::{
    ingestion::{
        job,
        run::{self, Asked, Work},
    },
    portal::Portal,
    warehouse::pins,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tests::program::program;

fn atalaya(folder: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .current_dir(folder)
        .env("ATALAYA_CONFIG", folder.join("atalaya.toml"))
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .stderr(fs::File::options().append(true).create(true).open(folder.join("log")).unwrap());
    command
}

fn done(folder: &Path, words: &[&str]) {
    let status = atalaya(folder).args(words).status().unwrap();
    assert!(status.success(), "{words:?}: {}", fs::read_to_string(folder.join("log")).unwrap());
}

/// Asks for the next run.
async fn ask(folder: &Path) {
    let portal = Portal::open(config(folder, None)).await.unwrap();
    let mut changes = portal.database.begin().await.unwrap();
    let job = job::store::one(&mut *changes, "line").await.unwrap().unwrap().job;
    let work = Work { again: true, ..Work::of(&mut changes, &job).await.unwrap() };
    run::ask_for(&mut changes, &job, &work, &Asked { interval: None, by: "test".into() }).await.unwrap();
    changes.commit().await.unwrap();
}

/// What the jobs load and build.
struct Line {
    files: Vec<(PathBuf, &'static str)>,
    model: String,
    mart: String,
}

fn organise(folder: &Path, line: &Line) {
    write_organisation(folder);
    fs::write(folder.join("atalaya.toml"), "data = \"data\"\nmemory_bytes = 4294967296\n").unwrap();
    let tables: String = line.files.iter().map(|(path, name)| format!("[[tables]]\nname = \"{name}\"\nurl = \"{}\"\n", path.display())).collect();
    write_code(
        folder,
        "sources/line.toml",
        &format!("name = \"line\"\ntitle = {{ en = \"Line\", es = \"Línea\" }}\nconnector = \"files\"\ndepartment = \"sales\"\n{tables}"),
    );
    write_code(folder, "models/step.sql", &text("Step", "sales", "", &line.model));
    write_code(folder, "marts/end.sql", &text("End", "sales", "", &line.mart));
    write_code(
        folder,
        "jobs/line.toml",
        "name = \"line\"\ntitle = { en = \"Line\", es = \"Línea\" }\ndepartment = \"administration\"\nsources = [\"line\"]\nmodels = [\"step\"]\nmarts = [\"end\"]\n",
    );
}

/// Row hash of each published dataset, and the runs that published them.
async fn published(folder: &Path) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let portal = Portal::open(config(folder, None)).await.unwrap();
    let (mut hashes, mut runs) = (BTreeMap::new(), BTreeSet::new());
    for pin in pins::all(&portal.database).await.unwrap() {
        hashes.insert(pin.dataset.clone(), portal.warehouse.row_hash(&pin.dataset, pin.version).await.unwrap());
        runs.insert(pin.run);
    }
    (hashes, runs)
}

/// Looks at the pins as readers do, until it is told to stop: all tables always come from one run.
fn watch(folder: &Path, stop: Arc<AtomicBool>) -> tokio::task::JoinHandle<usize> {
    let folder = folder.to_owned();
    tokio::spawn(async move {
        let portal = Portal::open(config(&folder, None)).await.unwrap();
        let mut looks = 0;
        while !stop.load(Ordering::Relaxed) {
            let runs: BTreeSet<String> = pins::all(&portal.database).await.unwrap().into_iter().map(|pin| pin.run).collect();
            assert!(runs.len() <= 1, "two publishes mixed: {runs:?}");
            looks += 1;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        looks
    })
}

/// Waits until the running run says that it publishes.
async fn publishing(folder: &Path, longest: Duration) {
    let portal = Portal::open(config(folder, None)).await.unwrap();
    let until = Instant::now() + longest;
    while Instant::now() < until {
        let said: Option<(String,)> =
            sqlx::query_as("select run.id from run join run_log on run_log.run = run.id where state = 'running' and line like '%Publishing%'")
                .fetch_optional(portal.database.read())
                .await
                .unwrap();
        if said.is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Numbers that look random and are the same each time.
fn chance(seed: u64) -> f64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    for _ in 0..3 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    (state >> 11) as f64 / (1u64 << 53) as f64
}

fn kill(mut child: Child) {
    // SIGKILL on Unix.
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn survive(line: &Line, moments: u64) {
    let calm = tempfile::tempdir().unwrap();
    organise(calm.path(), line);
    done(calm.path(), &["apply", "--yes", "code"]);
    let began = Instant::now();
    done(calm.path(), &["work", "--until-idle"]);
    let whole = began.elapsed();
    let (wanted, _) = published(calm.path()).await;
    assert_eq!(wanted.len(), line.files.len() + 2, "{}", fs::read_to_string(calm.path().join("log")).unwrap());

    let folder = tempfile::tempdir().unwrap();
    organise(folder.path(), line);
    done(folder.path(), &["apply", "--yes", "code"]);
    let stop = Arc::new(AtomicBool::new(false));
    let watching = watch(folder.path(), stop.clone());
    let mut cut = 0;
    for moment in 0..moments {
        let mut worker = atalaya(folder.path()).args(["work", "--until-idle"]).spawn().unwrap();
        match moment % 4 {
            // Around the publish: just when it is announced, and a little later each time.
            0 => {
                publishing(folder.path(), whole * 4).await;
                tokio::time::sleep(Duration::from_millis(moment / 2)).await;
            }
            _ => tokio::time::sleep(whole.mul_f64(chance(moment))).await,
        }
        if worker.try_wait().unwrap().is_none() {
            cut += 1;
        }
        kill(worker);
        done(folder.path(), &["work", "--until-idle"]);
        let (found, runs) = published(folder.path()).await;
        assert_eq!(found, wanted, "after moment {moment}: {}", fs::read_to_string(folder.path().join("log")).unwrap());
        assert_eq!(runs.len(), 1);
        assert!(leftovers(folder.path(), &runs).is_empty(), "after moment {moment}: {:?}", leftovers(folder.path(), &runs));
        ask(folder.path()).await;
    }
    stop.store(true, Ordering::Relaxed);
    assert!(watching.await.unwrap() > 10);
    assert!(cut * 2 >= moments, "only {cut} of {moments} moments fell into a run");
}

/// Data files of runs that were killed: none may stay once the run was done again. Files of the version before may.
fn leftovers(folder: &Path, _runs: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for layer in fs::read_dir(folder.join("data/lake")).unwrap().flatten() {
        for dataset in fs::read_dir(layer.path()).unwrap().flatten() {
            let mut tries: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for file in fs::read_dir(dataset.path()).unwrap().flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                let mut parts = name.split('.');
                if let (true, Some(run), Some(attempt)) = (name.ends_with(".parquet"), parts.next(), parts.next()) {
                    tries.entry(run.to_owned()).or_default().insert(attempt.split('-').next().unwrap_or(attempt).to_owned());
                }
            }
            // One try of each run that published lately.
            found.extend(tries.into_iter().filter(|(_, tries)| tries.len() > 1).map(|(run, tries)| format!("{run}: {tries:?}")));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b01_b02_kill_at_twenty_moments_of_a_small_line() {
    let files = tempfile::tempdir().unwrap();
    let mut written = Vec::new();
    for (name, rows) in [("orders", 200_000), ("items", 400_000)] {
        let path = files.path().join(format!("{name}.csv"));
        let lines = (0..rows).map(|id| format!("{id},{},{}\n", id % 1_000, (id * 7) % 911));
        fs::write(&path, std::iter::once("id,store,amount\n".to_owned()).chain(lines).collect::<String>()).unwrap();
        settle(&path);
        written.push((path, name));
    }
    let line = Line {
        files: written,
        model: "select i.id, i.store, i.amount, o.amount as order_amount from lake.items i left join lake.orders o on o.id = i.id".into(),
        mart: "select store, count(*) as lines, sum(amount) as amount, sum(order_amount) as order_amount from warehouse.step group by store".into(),
    };
    survive(&line, 20).await;
}

/// The same with the 20.9 million promotions; needs the demo's files (`ATALAYA_TEST_DEMO_FILES` names their folder).
#[tokio::test(flavor = "multi_thread")]
async fn ft_b01_b02_kill_at_twenty_moments_of_the_promotions() {
    let Some(files) = std::env::var_os("ATALAYA_TEST_DEMO_FILES").map(PathBuf::from) else {
        eprintln!("skipped: ATALAYA_TEST_DEMO_FILES names no folder with the demo's files");
        return;
    };
    let line = Line {
        files: vec![(files.join("promotions.parquet"), "promotions"), (files.join("products.parquet"), "products")],
        model: "select store_id, week, count(*) as rows, count(distinct product_id) as products from lake.promotions group by store_id, week".into(),
        mart: "select week, sum(rows) as rows, max(products) as products from warehouse.step group by week".into(),
    };
    survive(&line, 20).await;
}
