//! What must be on the machine before anything is built: found, installed on Debian as root, or named.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{command, on_path, quiet, read};
use crate::progress::{note, step, unchanged};

/// What the machine is prepared for.
#[derive(Clone, Copy, PartialEq)]
pub enum For {
    Building,
    Testing,
}

/// Finds everything, or installs it where that is possible without asking, or says how to.
pub fn ensure(purpose: For) -> Result<()> {
    let needs = || NEEDS.iter().filter(move |need| purpose == For::Testing || !need.only_for_tests);
    let missing: Vec<_> = needs().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        unchanged("prerequisites");
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|need| need.name).collect();
    let Some(system) = System::of_this_machine() else {
        bail!("missing: {}; install them with your system's package manager and try again", names.join(", "));
    };
    let mut packages: Vec<&str> = missing.iter().flat_map(|need| need.packages[system.column].split(' ')).collect();
    packages.sort_unstable();
    packages.dedup();
    let install = format!("{} {}", system.install, packages.join(" "));
    if !(system.may_install_itself && is_root()) {
        bail!("missing: {}; install them with\n\n    {install}\n\nand try again", names.join(", "));
    }
    step(&format!("prerequisites: installing {}", names.join(", ")), || {
        note(&install);
        let apt = |arguments: &[&str]| quiet(command("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(arguments));
        apt(&["update", "-q"])?;
        apt(&[&["install", "-q", "-y", "--no-install-recommends"], packages.as_slice()].concat())
    })?;
    match needs().find(|need| !(need.found)()) {
        None => Ok(()),
        Some(need) => bail!("{} is still not found after installing {}", need.name, need.packages[system.column]),
    }
}

/// The folder that holds `initdb` and `pg_ctl`: Debian keeps them off the path.
pub fn postgresql_folder() -> Option<std::path::PathBuf> {
    if let Ok(folder) = read(Command::new("pg_config").arg("--bindir"))
        && Path::new(&folder).join("initdb").is_file()
    {
        return Some(folder.into());
    }
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop()
}

/// Chromium under any of its names.
pub fn chromium() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| on_path(name))
}

struct Need {
    name: &'static str,
    found: fn() -> bool,
    /// One entry for each column of `SYSTEMS`; several packages are separated by blanks.
    packages: [&'static str; 4],
    only_for_tests: bool,
}

const fn need(name: &'static str, found: fn() -> bool, packages: [&'static str; 4]) -> Need {
    Need { name, found, packages, only_for_tests: false }
}

const fn test_need(name: &'static str, found: fn() -> bool, packages: [&'static str; 4]) -> Need {
    Need { name, found, packages, only_for_tests: true }
}

const NEEDS: &[Need] = &[
    need("a C and C++ compiler", || on_path("cc") && on_path("c++"), ["build-essential", "gcc gcc-c++", "base-devel", "gcc"]),
    need("make", || on_path("make"), ["make", "make", "make", "make"]),
    need("cmake", || on_path("cmake"), ["cmake", "cmake", "cmake", "cmake"]),
    need("protoc", || on_path("protoc"), ["protobuf-compiler", "protobuf-compiler", "protobuf", "protobuf"]),
    need("pkg-config", || on_path("pkg-config"), ["pkg-config", "pkgconf-pkg-config", "pkgconf", "pkgconf"]),
    need("OpenSSL's headers", openssl_headers, ["libssl-dev", "openssl-devel", "openssl", "openssl@3"]),
    need("Node.js", || on_path("node"), ["nodejs", "nodejs", "nodejs", "node"]),
    need("npm", || on_path("npm"), ["npm", "nodejs-npm", "npm", "node"]),
    need("Python", || on_path("python3"), ["python3", "python3", "python", "python"]),
    need("pip", pip, ["python3-pip", "python3-pip", "python-pip", "python"]),
    test_need("Chromium", || chromium().is_some(), ["chromium", "chromium", "chromium", "--cask chromium"]),
    test_need("chromedriver", || on_path("chromedriver"), ["chromium-driver", "chromedriver", "chromium", "chromedriver"]),
    test_need("pdftotext", || on_path("pdftotext"), ["poppler-utils", "poppler-utils", "poppler", "poppler"]),
    // Kafka, Elasticsearch and OpenSearch of the tests: a newer Java than Debian's comes from a Python package.
    test_need("Java", java, ["openjdk-17-jdk-headless", "java-21-openjdk-devel", "jdk-openjdk", "openjdk"]),
    test_need("Maven", || on_path("mvn"), ["maven", "maven", "maven", "maven"]),
    test_need("OpenSSL", || on_path("openssl"), ["openssl", "openssl", "openssl", "openssl@3"]),
    test_need("PostgreSQL", || postgresql_folder().is_some(), ["postgresql", "postgresql-server", "postgresql", "postgresql"]),
];

struct System {
    /// The program by which the system is known.
    manager: &'static str,
    install: &'static str,
    column: usize,
    may_install_itself: bool,
}

const SYSTEMS: &[System] = &[
    System { manager: "apt-get", install: "sudo apt-get install --no-install-recommends", column: 0, may_install_itself: true },
    System { manager: "dnf", install: "sudo dnf install", column: 1, may_install_itself: false },
    System { manager: "pacman", install: "sudo pacman -S", column: 2, may_install_itself: false },
    System { manager: "brew", install: "brew install", column: 3, may_install_itself: false },
];

impl System {
    fn of_this_machine() -> Option<&'static Self> {
        SYSTEMS.iter().find(|system| on_path(system.manager))
    }
}

fn openssl_headers() -> bool {
    Path::new("/usr/include/openssl/ssl.h").is_file()
        || quiet(Command::new("pkg-config").args(["--exists", "openssl"])).is_ok()
        || std::env::var_os("OPENSSL_DIR").is_some()
}

fn pip() -> bool {
    quiet(Command::new("python3").args(["-m", "pip", "--version"])).is_ok()
}

/// Whether there is any Java at all: the tests look for one that is new enough.
fn java() -> bool {
    let folders = || std::fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten();
    on_path("java") || std::env::var_os("JAVA_HOME").is_some() || folders().any(|entry| entry.path().join("bin/java").is_file())
}

fn is_root() -> bool {
    read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}
