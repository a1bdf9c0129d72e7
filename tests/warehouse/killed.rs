//! FT-B01 for the lake alone: a process that writes is killed at random moments; nothing is doubled and nothing read is lost.

use std::{path::Path, process::Command, time::Duration};
use tests::lake::{data_files, open, sales, settings, stream};
use warehouse::Warehouse;

const FOLDER: &str = "ATALAYA_TEST_KILLED_FOLDER";
const PARTS: i64 = 60;

async fn write(warehouse: &Warehouse, run: &str) -> u64 {
    let parts = (0..PARTS).map(|part| sales(part * 10_000, (part + 1) * 10_000)).collect();
    warehouse.write("lake.sales", run, sales(0, 1).schema(), stream(parts)).await.unwrap().version
}

/// The process to be killed: it writes version after version until then. Without the folder there is nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn writes_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let (warehouse, _) = Warehouse::open(settings(Path::new(&folder), 64 << 20)).await.unwrap();
    for n in 0.. {
        write(&warehouse, &format!("killed-{n}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b01_killed_at_twenty_random_moments() {
    let lake = open().await;
    let pinned = lake.put("lake.sales", "pinned", vec![sales(0, 1000)]).await.version;
    let pinned_hash = lake.warehouse.row_hash("lake.sales", pinned).await.unwrap();
    let undisturbed = lake.put("lake.undisturbed", "run", (0..PARTS).map(|part| sales(part * 10_000, (part + 1) * 10_000)).collect()).await.version;
    let expected = lake.warehouse.row_hash("lake.undisturbed", undisturbed).await.unwrap();
    let mut moment = 7u64;
    for attempt in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "warehouse::killed::writes_until_it_is_killed", "--nocapture"])
            .env(FOLDER, lake.folder.path())
            .spawn()
            .unwrap();
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(50 + (moment >> 33) % 900)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(lake.warehouse.row_hash("lake.sales", pinned).await.unwrap(), pinned_hash, "attempt {attempt}");
        let version = write(&lake.warehouse, &format!("rerun-{attempt}")).await;
        assert_eq!(lake.warehouse.row_hash("lake.sales", version).await.unwrap(), expected, "attempt {attempt}");
        lake.warehouse.clean("lake.sales", &[pinned, version], &[]).await.unwrap();
        let strangers: Vec<String> = data_files(&lake, "lake.sales")
            .into_iter()
            .filter(|name| !name.starts_with("pinned.") && !name.starts_with(&format!("rerun-{attempt}.")))
            .collect();
        assert_eq!(strangers, Vec::<String>::new(), "attempt {attempt}");
        assert_eq!(lake.warehouse.row_hash("lake.sales", version).await.unwrap(), expected, "attempt {attempt}");
    }
}
