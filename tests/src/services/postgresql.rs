//! A real PostgreSQL: started once for a test run on a free port, one database for each test.

use crate::program::free_port;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::sync::OnceCell;

/// The server of this test run; `None` where PostgreSQL is not installed.
static SERVER: OnceCell<Option<Server>> = OnceCell::const_new();

struct Server {
    port: u16,
    /// Its standard input stays open while this process lives: when it closes, the keeper stops the server and its files go.
    _keeper: Child,
}

/// Address of a new empty database whose owner is no superuser; `None`, with the reason said, where there is no PostgreSQL.
pub async fn database() -> Option<String> {
    let server = SERVER.get_or_init(start).await.as_ref()?;
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    sqlx::any::install_default_drivers();
    let admin = sqlx::AnyPool::connect(&format!("postgres://postgres@127.0.0.1:{}/postgres", server.port)).await.expect("the server answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name} owner portal"))).execute(&admin).await.expect("a new database");
    admin.close().await;
    Some(format!("postgres://portal@127.0.0.1:{}/{name}", server.port))
}

async fn start() -> Option<Server> {
    let Some(programs) = programs() else {
        eprintln!("skipped on PostgreSQL: it is not installed (Debian: apt-get install postgresql)");
        return None;
    };
    let folder = std::env::temp_dir().join(format!("atalaya-postgresql-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let root = as_postgres("true").is_some();
    if root {
        assert!(Command::new("chown").arg("postgres").arg(&folder).status().expect("chown").success());
    }
    let data = folder.join("data");
    let run = |program: &str| {
        let mut command = as_postgres(&programs.join(program).to_string_lossy()).unwrap_or_else(|| Command::new(programs.join(program)));
        command.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let made = run("initdb").args(["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C", "-D"]).arg(&data).status();
    assert!(made.expect("initdb").success(), "initdb failed");
    let port = free_port();
    let options = format!("-p {port} -c fsync=off -c max_connections=400 -c listen_addresses=127.0.0.1 -c unix_socket_directories={}", folder.display());
    let started = run("pg_ctl").args(["start", "-w", "-o", &options, "-l"]).arg(folder.join("log")).arg("-D").arg(&data).status();
    assert!(started.expect("pg_ctl").success(), "postgres did not start: see {}", folder.join("log").display());
    let keeper = keep(root, &programs, &data, &folder);
    role(port).await;
    Some(Server { port, _keeper: keeper })
}

/// A shell that waits for this process to end (even by a kill), then stops the server and removes its files.
fn keep(root: bool, programs: &Path, data: &Path, folder: &Path) -> Child {
    let user = if root { "runuser -u postgres -- " } else { "" };
    let script = format!(
        "trap '' INT TERM; cat >/dev/null; cd /; {user}{}/pg_ctl stop -m immediate -D {} >/dev/null 2>&1; rm -rf {}",
        programs.display(),
        data.display(),
        folder.display()
    );
    Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell")
}

async fn role(port: u16) {
    sqlx::any::install_default_drivers();
    let until = Instant::now() + Duration::from_secs(20);
    let admin = loop {
        match sqlx::AnyPool::connect(&format!("postgres://postgres@127.0.0.1:{port}/postgres")).await {
            Ok(admin) => break admin,
            Err(_) if Instant::now() < until => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(cause) => panic!("postgres does not answer: {cause}"),
        }
    };
    sqlx::raw_sql("create role portal login nosuperuser").execute(&admin).await.expect("a role");
    admin.close().await;
}

/// PostgreSQL refuses to run as root: then as the user that Debian makes for it.
fn as_postgres(program: &str) -> Option<Command> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    root.then(|| {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        command
    })
}

/// The newest version that is installed.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin")).collect();
    versions.retain(|bin| bin.join("initdb").exists());
    versions.sort_by_key(|bin| bin.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok()));
    versions.pop()
}
