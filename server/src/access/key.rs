//! The key of a data folder, in its file or given by the environment: one random key, from which every other key is derived.

use crate::fault::{Fault, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Name of the file in the data folder: 64 hexadecimal digits.
const FILE: &str = "key";
/// Beside it while it is being changed: the one that follows.
const NEXT: &str = "key.new";

/// The master key. Never printed, never leaves but derived.
#[derive(PartialEq, Eq)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Reads the key of `data`, or makes one when the folder holds nothing of ours yet. Refuses a folder with data and no key,
    /// a key that others may read, and one that was not made at random. The flag says whether it was made now.
    pub fn open(data: &Path) -> Result<(Self, bool)> {
        let file = data.join(FILE);
        match std::fs::read_to_string(&file) {
            Ok(text) => Ok((Self::of_file(&text, &file)?, false)),
            Err(cause) if cause.kind() == ErrorKind::NotFound && !holds_data(data) => Self::create(&file),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Err(Fault::operator(
                format!(
                    "{} is missing, but the folder holds data that it protects: put the key file back from where you keep it \
                     (it is not in backups of the control plane), or start with an empty data folder",
                    file.display()
                ),
                format!(
                    "falta {}, pero la carpeta contiene datos que protege: devuelva el fichero de clave desde donde lo guarde \
                     (no está en las copias de la base de control) o empiece con una carpeta vacía",
                    file.display()
                ),
            )),
            Err(cause) => Err(unusable(&file, &cause.to_string(), &cause.to_string())),
        }
    }

    /// A key as text, from where `place` says: a file, or a variable of the environment.
    pub fn given(text: &str, place: impl std::fmt::Display) -> Result<Self> {
        let key: [u8; 32] = hex::decode(text.trim())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| unusable_at(&place, "it must hold 64 hexadecimal digits", "debe contener 64 cifras hexadecimales"))?;
        if is_guessable(&key) {
            return Err(unusable_at(
                &place,
                "this key was not made at random: for an empty folder delete it and start again",
                "esta clave no es aleatoria: si la carpeta está vacía, bórrela y empiece de nuevo",
            ));
        }
        Ok(Self(key))
    }

    /// The key of any file that others cannot read.
    pub fn read(file: &Path) -> Result<Self> {
        Self::of_file(&std::fs::read_to_string(file).map_err(|cause| unusable(file, &cause.to_string(), &cause.to_string()))?, file)
    }

    pub fn random() -> Self {
        Self(rand::random())
    }

    /// A key for one purpose (HKDF with SHA-256). Different purposes give unrelated keys.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let extracted = authenticate(b"atalaya key 1", &[&self.0]);
        authenticate(&extracted, &[purpose.as_bytes(), &[1]])
    }

    /// Writes it beside the house's key, as the one that follows. On the disk when this returns.
    pub fn write_next(&self, data: &Path) -> Result<()> {
        self.write(OpenOptions::new().create(true).truncate(true), &data.join(NEXT))?;
        Ok(File::open(data)?.sync_all()?)
    }

    /// The one that follows, where a change was begun.
    pub fn next(data: &Path) -> Result<Option<Self>> {
        let file = data.join(NEXT);
        if file.exists() { Self::read(&file).map(Some) } else { Ok(None) }
    }

    /// Puts the one that follows in the place of the house's key, in one step. That one is kept beside it, for backups of before; gives where.
    pub fn follow(data: &Path) -> Result<PathBuf> {
        let (file, before) = (data.join(FILE), data.join(format!("{FILE}.until-{}", chrono::Utc::now().format("%Y%m%dT%H%M%S%3fZ"))));
        Self::read(&file)?.write(OpenOptions::new().create_new(true), &before)?;
        std::fs::rename(data.join(NEXT), file)?;
        File::open(data)?.sync_all()?;
        Ok(before)
    }

    fn create(file: &Path) -> Result<(Self, bool)> {
        let key = Self::random();
        match key.write(OpenOptions::new().create_new(true), file) {
            Ok(()) => Ok((key, true)),
            // Another process of the same house was faster.
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok((Self::read(file)?, false)),
            Err(cause) => Err(unusable(file, &cause.to_string(), &cause.to_string())),
        }
    }

    fn write(&self, how: &mut OpenOptions, file: &Path) -> std::io::Result<()> {
        let mut open = how.write(true).mode(0o600).open(file)?;
        writeln!(open, "{}", hex::encode(self.0))?;
        open.sync_all()
    }

    fn of_file(text: &str, file: &Path) -> Result<Self> {
        let mode = std::fs::metadata(file)?.permissions().mode();
        if mode & 0o007 != 0 {
            return Err(unusable(file, "everybody on this machine may read it: chmod 600", "cualquiera en esta máquina puede leerlo: chmod 600"));
        }
        Self::given(text, file.display())
    }
}

/// HMAC-SHA-256 over the parts, one after the other.
pub fn authenticate(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether the folder holds something that a key protects.
fn holds_data(data: &Path) -> bool {
    let filled = |name: &str| std::fs::read_dir(data.join(name)).is_ok_and(|mut entries| entries.next().is_some());
    data.join("control.sqlite").exists() || filled("lake") || filled("reports") || filled("audit")
}

/// Repeated or counted bytes, plain text, and hashes of words that people put into examples.
fn is_guessable(key: &[u8; 32]) -> bool {
    let distinct = key.iter().collect::<std::collections::BTreeSet<_>>().len();
    let step = key[1].wrapping_sub(key[0]);
    let counted = key.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    let text = key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let known = ["", "admin", "atalaya", "changeme", "change-me", "default", "demo", "key", "password", "secret", "test"]
        .iter()
        .any(|word| Sha256::digest(word).as_slice() == key);
    distinct < 16 || counted || text || known
}

fn unusable(file: &Path, en: &str, es: &str) -> Fault {
    unusable_at(&file.display(), en, es)
}

fn unusable_at(place: &impl std::fmt::Display, en: &str, es: &str) -> Fault {
    Fault::operator(format!("{place} cannot be used: {en}"), format!("no se puede usar {place}: {es}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("atalaya-key-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn ft_p09_an_empty_folder_gets_a_random_key_that_only_its_owner_reads() {
        let folder = folder();
        let (first, made) = Key::open(&folder).unwrap();
        assert!(made);
        assert_eq!(std::fs::metadata(folder.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        let (again, made) = Key::open(&folder).unwrap();
        assert!(!made);
        assert_eq!(first.derive("session"), again.derive("session"));
        assert_ne!(first.derive("session"), first.derive("audit"));
    }

    /// A09 too.
    #[test]
    fn ft_p09_data_without_its_key_is_refused() {
        let folder = folder();
        std::fs::write(folder.join("control.sqlite"), "x").unwrap();
        let fault = Key::open(&folder).unwrap_err();
        assert!(fault.message.en.contains("put the key file back"), "{}", fault.message.en);
    }

    #[test]
    fn a_key_is_followed_in_one_step_and_kept() {
        let folder = folder();
        let (first, _) = Key::open(&folder).unwrap();
        let second = Key::random();
        assert_eq!(Key::next(&folder).unwrap(), None);
        Key::random().write_next(&folder).unwrap();
        second.write_next(&folder).unwrap();
        assert_eq!(Key::open(&folder).unwrap().0, first, "until it is followed");
        let kept = Key::follow(&folder).unwrap();
        assert_eq!((Key::open(&folder).unwrap().0, Key::next(&folder).unwrap()), (second, None));
        assert_eq!(Key::read(&kept).unwrap(), first);
        assert_eq!(std::fs::metadata(folder.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a09_short_known_and_readable_keys_are_refused() {
        let folder = folder();
        let file = folder.join(FILE);
        let write = |text: &str, mode: u32| {
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let counted: Vec<u8> = (0..32).collect();
        let mut weak = vec![String::new(), "abcd".into(), "00".repeat(32), hex::encode(counted), hex::encode(b"correct horse battery staple 123")];
        weak.push(hex::encode(Sha256::digest("changeme")));
        for text in weak {
            write(&text, 0o600);
            assert!(Key::open(&folder).is_err(), "{text}");
            assert!(Key::given(&text, "ATALAYA_KEY").unwrap_err().message.en.starts_with("ATALAYA_KEY cannot be used"), "{text}");
        }
        write(&hex::encode(rand::random::<[u8; 32]>()), 0o604);
        assert!(Key::open(&folder).is_err());
        write(&hex::encode(rand::random::<[u8; 32]>()), 0o600);
        assert!(Key::open(&folder).is_ok());
    }
}
