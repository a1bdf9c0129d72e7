//! What the demo's Operations and Marketing listen to, written on while the portal runs: the public log re-timed, invented lines with
//! latency and host, invented posts.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::thread::{scope, sleep};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::access_log::Lines;
use crate::web_log::{self, now};

/// Seconds between portions of invented lines, and lines in each.
const PORTION_SECONDS: i64 = 5;
const PORTION_LINES: u64 = 10;
/// How far back a new file begins.
const BACK_SECONDS: i64 = 40 * 60;
/// Seconds between posts, and between those of the day before.
const POST_SECONDS: i64 = 45;
const PAST_POST_SECONDS: i64 = 30 * 60;

/// Writes into `folder` for as long as the process lives that started this one (the portal takes its place).
pub fn run(log: &Path, posts: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join("posts"))?;
    let parent = std::os::unix::process::parent_id();
    let alive = move || std::os::unix::process::parent_id() == parent;
    scope(|scope| {
        let log = scope.spawn(move || web_log::replay(log, folder, &alive));
        let lines = scope.spawn(move || invent_lines(&folder.join("invented.log"), &alive));
        let posts = scope.spawn(move || play_posts(posts, &folder.join("posts/invented.jsonl"), &alive));
        for player in [log, lines, posts] {
            player.join().map_err(|_| anyhow::anyhow!("a replay ended"))??;
        }
        Ok(())
    })
}

fn invent_lines(path: &Path, alive: &dyn Fn() -> bool) -> Result<()> {
    let mut at = if path.exists() { now() } else { now() - BACK_SECONDS };
    while alive() {
        while at <= now() {
            let portion = Lines { seed: at.unsigned_abs(), count: PORTION_LINES, start: at.unsigned_abs(), latency_and_host: true };
            portion.append(path)?;
            at += PORTION_SECONDS;
        }
        sleep(Duration::from_millis(500));
    }
    Ok(())
}

/// The posts of the day before at once where the file is new, then one after the other, over and over, each time as a new post.
fn play_posts(folder: &Path, path: &Path, alive: &dyn Fn() -> bool) -> Result<()> {
    let mut posts = Vec::new();
    for name in ["en.json", "es.json"] {
        let text = fs::read_to_string(folder.join(name)).with_context(|| format!("reading {name} of {}", folder.display()))?;
        posts.extend(serde_json::from_str::<Vec<Value>>(&text)?);
    }
    if !path.exists() {
        let first = now() - posts.len() as i64 * PAST_POST_SECONDS;
        for (number, post) in posts.iter().enumerate() {
            say(path, post, first + number as i64 * PAST_POST_SECONDS)?;
        }
    }
    for post in posts.iter().cycle() {
        let at = now() + POST_SECONDS;
        while now() < at {
            sleep(Duration::from_millis(500));
            if !alive() {
                return Ok(());
            }
        }
        say(path, post, at)?;
    }
    Ok(())
}

fn say(path: &Path, post: &Value, at: i64) -> Result<()> {
    let mut post = post.clone();
    let id = post["id"].as_str().unwrap_or_default();
    post["id"] = json!(format!("{id}-{at}"));
    post["published_ms"] = json!(at * 1_000);
    let mut file = File::options().create(true).append(true).open(path)?;
    Ok(writeln!(file, "{post}")?)
}
