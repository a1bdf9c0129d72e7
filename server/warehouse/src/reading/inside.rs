//! Refuses sources that point into the portal's own folders, by whatever spelling (A42).

use super::ReadFault;
use std::path::{Component, Path, PathBuf};
use url::Url;

/// Refuses a `file:` address (or a plain path) that is, or leads by symlinks or `..` into, one of `roots`. Addresses of other
/// schemes pass: the lake's own bucket is refused where it is configured. `list` and `open` ask the same of every single
/// file (`Source::forbidden`), so a link within a permitted folder leads nowhere either.
pub fn refuse_inside(url: &str, roots: &[PathBuf]) -> Result<(), ReadFault> {
    match local_path(url)? {
        Some(path) => refuse_path(url, &real(&fixed_part(&path)), roots),
        None => Ok(()),
    }
}

/// The same of a path that is already free of links.
pub(super) fn refuse_path(url: &str, path: &Path, roots: &[PathBuf]) -> Result<(), ReadFault> {
    match roots.iter().any(|root| path.starts_with(real(root))) {
        true => Err(ReadFault::Inside { url: url.to_owned() }),
        false => Ok(()),
    }
}

/// The path of a `file:` address in any of its forms, or of a plain path; `None` for other schemes.
pub(super) fn local_path(url: &str) -> Result<Option<PathBuf>, ReadFault> {
    let wrong = |reason: &str| ReadFault::Address { url: url.to_owned(), reason: reason.to_owned() };
    if url.trim() != url || url.contains('\0') {
        return Err(wrong("the address holds blanks at its ends or a zero byte"));
    }
    let Ok(parsed) = Url::parse(url) else {
        return if Path::new(url).is_absolute() { Ok(Some(PathBuf::from(url))) } else { Err(wrong("neither an address nor an absolute path")) };
    };
    match parsed.scheme() {
        "file" => match parsed.host_str() {
            None | Some("" | "localhost") => parsed.to_file_path().map(Some).map_err(|()| wrong("not a path of this machine")),
            Some(_) => Err(wrong("a file address must name no host")),
        },
        _ => Ok(None),
    }
}

/// The part before the first segment that holds a pattern.
fn fixed_part(path: &Path) -> PathBuf {
    path.components().take_while(|component| !matches!(component, Component::Normal(name) if name.to_string_lossy().contains('*'))).collect()
}

/// The path with every symlink and `..` resolved; what does not exist yet is kept below its nearest existing parent.
fn real(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => real(parent).join(name),
        (Some(parent), None) => real(parent).parent().map(Path::to_path_buf).unwrap_or_default(),
        _ => path.to_path_buf(),
    }
}
