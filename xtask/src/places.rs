//! Where things lie: the checkout, the cache outside it, the folder of compiled artefacts.

use std::path::{Path, PathBuf};

/// The root of the checkout that cargo was called in: checkouts that share a target folder share this program too.
pub fn root() -> PathBuf {
    let own = folder_in("CARGO_MANIFEST_DIR").unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    own.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Downloads and tools that outlive a checkout: `$ATALAYA_CACHE`, else `atalaya` in the user's cache folder.
pub fn cache() -> PathBuf {
    if let Some(folder) = folder_in("ATALAYA_CACHE") {
        return folder;
    }
    let home = folder_in("HOME").or_else(|| folder_in("USERPROFILE")).unwrap_or_else(std::env::temp_dir);
    let user_cache = match std::env::consts::OS {
        "macos" => home.join("Library/Caches"),
        "windows" => folder_in("LOCALAPPDATA").unwrap_or(home),
        _ => folder_in("XDG_CACHE_HOME").unwrap_or_else(|| home.join(".cache")),
    };
    user_cache.join("atalaya")
}

/// Cargo's target folder of the product's workspace.
pub fn target() -> PathBuf {
    match folder_in("CARGO_TARGET_DIR") {
        Some(folder) if folder.is_absolute() => folder,
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The server's program as `cargo build` leaves it.
pub fn atalaya() -> PathBuf {
    target().join("debug").join(format!("atalaya{}", std::env::consts::EXE_SUFFIX))
}

/// The folder that the server serves as the site: `pkg/` in it is made here.
pub fn site() -> PathBuf {
    root().join("public")
}

/// The built browser half.
pub fn package() -> PathBuf {
    site().join("pkg")
}

/// Sources of charts, fonts and the npm lock file.
pub fn browser() -> PathBuf {
    root().join("app/browser")
}

fn folder_in(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}
