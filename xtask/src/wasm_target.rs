//! The WebAssembly standard library: by rustup, or built from the compiler's sources as Debian packages them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command::{command, on_path, quiet, read, within};
use crate::progress::{note, step, unchanged};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Makes `cargo build --target wasm32-unknown-unknown` work.
pub fn ensure() -> Result<()> {
    let toolchain = Toolchain::of_this_machine()?;
    if toolchain.has_target() {
        unchanged("WebAssembly target");
        return Ok(());
    }
    step("WebAssembly target", || {
        if on_path("rustup") {
            // Behind some proxies the download neither works nor fails.
            let limit = Duration::from_secs(180);
            if within(limit, command("rustup").args(["target", "add", TARGET])) && toolchain.has_target() {
                return Ok(());
            }
            note("rustup could not fetch it: building the standard library from its sources");
        }
        toolchain.build_standard_library()
    })
}

struct Toolchain {
    sysroot: PathBuf,
    /// `1.95.0`
    version: String,
}

impl Toolchain {
    fn of_this_machine() -> Result<Self> {
        let sysroot = read(command("rustc").args(["--print", "sysroot"]))?.into();
        let line = read(command("rustc").arg("--version"))?;
        let version = line.split(' ').nth(1).context("rustc told no version")?.to_owned();
        Ok(Self { sysroot, version })
    }

    fn libraries(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(TARGET).join("lib")
    }

    fn has_target(&self) -> bool {
        fs::read_dir(self.libraries()).into_iter().flatten().flatten().any(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    }

    fn build_standard_library(&self) -> Result<()> {
        let work = std::env::temp_dir().join(format!("atalaya-wasm-{}", std::process::id()));
        fs::create_dir_all(&work)?;
        let result = self.build_in(&work);
        drop(fs::remove_dir_all(&work));
        result
    }

    fn build_in(&self, work: &Path) -> Result<()> {
        let link = self.sysroot.join("lib/rustlib/src/rust");
        let linked = !link.join("library/std").is_dir();
        if linked {
            let sources = debian_sources(work, &self.version)?;
            fs::create_dir_all(self.sysroot.join("lib/rustlib/src"))?;
            std::os::unix::fs::symlink(sources, &link).with_context(|| format!("linking {}", link.display()))?;
        }
        let built = compile(work);
        if linked {
            fs::remove_file(&link)?;
        }
        let built = built?;
        fs::create_dir_all(self.libraries())?;
        for entry in fs::read_dir(built)? {
            let file = entry?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with(".rlib") && !name.starts_with("libempty") {
                fs::copy(file.path(), self.libraries().join(name))?;
            }
        }
        if self.has_target() { Ok(()) } else { bail!("the standard library was built, but holds no std") }
    }
}

/// Builds an empty crate together with the standard library; gives the folder of the `.rlib` files.
fn compile(work: &Path) -> Result<PathBuf> {
    let folder = work.join("empty");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n")?;
    quiet(
        command("cargo")
            .current_dir(&folder)
            .args(["build", "--release", "-Zbuild-std=std,panic_abort,proc_macro", "--target", TARGET])
            .env("CARGO_TARGET_DIR", folder.join("target"))
            // The stable compiler refuses -Z flags, and a library meant for link-time optimisation needs its bitcode.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-C embed-bitcode=yes"),
    )?;
    Ok(folder.join("target").join(TARGET).join("release/deps"))
}

/// Debian's package of this compiler's sources, unpacked. Nothing of the system's own lists is changed.
fn debian_sources(work: &Path, version: &str) -> Result<PathBuf> {
    const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
    if !on_path("apt-get") {
        bail!("run `rustup target add {TARGET}`, or install the sources of Rust {version} where rustc looks for them (rust-src)");
    }
    let archive = read(command("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]))?
        .lines()
        .find(|address| address.ends_with("/debian/"))
        .context("apt knows no Debian archive: run `apt-get update` once")?
        .to_owned();
    let sources = work.join("atalaya.sources");
    fs::create_dir_all(work.join("lists/partial"))?;
    let suites = "sid testing trixie-backports trixie bookworm-backports".split(' ');
    let mut version_found = None;
    for suite in suites {
        fs::write(&sources, format!("Types: deb\nURIs: {archive}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n"))?;
        if quiet(apt(work, &sources, "apt-get").arg("update")).is_err() {
            continue;
        }
        let listed = read(apt(work, &sources, "apt-cache").args(["madison", "rust-src"])).unwrap_or_default();
        let versions = listed.lines().filter_map(|line| Some(line.split('|').nth(1)?.trim().to_owned()));
        version_found = versions.into_iter().find(|found| found.starts_with(&format!("{version}+")));
        if version_found.is_some() {
            break;
        }
    }
    let Some(found) = version_found else {
        bail!("Debian has no package `rust-src` of Rust {version}: run `rustup target add {TARGET}` where it can download");
    };
    note(&format!("sources: Debian's rust-src {found}"));
    quiet(apt(work, &sources, "apt-get").current_dir(work).args(["download", &format!("rust-src={found}")]))?;
    let package = fs::read_dir(work)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt downloaded no package")?;
    quiet(command("dpkg").arg("-x").arg(package).arg(work.join("unpacked")))?;
    Ok(work.join("unpacked/usr/src").join(format!("rustc-{version}")))
}

fn apt(work: &Path, sources: &Path, program: &str) -> std::process::Command {
    let mut apt = command(program);
    for option in [
        format!("Dir::Etc::sourcelist={}", sources.display()),
        "Dir::Etc::sourceparts=/dev/null".to_owned(),
        format!("Dir::State::lists={}", work.join("lists").display()),
        "Dir::Cache::pkgcache=".to_owned(),
        "Dir::Cache::srcpkgcache=".to_owned(),
        // The download lands in a folder of ours, which the unprivileged user that apt prefers cannot enter.
        "APT::Sandbox::User=root".to_owned(),
    ] {
        apt.args(["-o", &option]);
    }
    apt
}
