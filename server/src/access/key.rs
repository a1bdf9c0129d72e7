//! The key file of a data folder: one random key, from which every other key is derived.

use crate::fault::{Fault, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Name of the file in the data folder: 64 hexadecimal digits.
const FILE: &str = "key";

/// The master key. Never printed, never leaves but derived.
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
            Ok(text) => Ok((Self::parse(&text, &file)?, false)),
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

    /// A key for one purpose (HKDF with SHA-256). Different purposes give unrelated keys.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let extracted = authenticate(b"atalaya key 1", &[&self.0]);
        authenticate(&extracted, &[purpose.as_bytes(), &[1]])
    }

    fn create(file: &Path) -> Result<(Self, bool)> {
        let key: [u8; 32] = rand::random();
        let written = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).and_then(|mut open| {
            writeln!(open, "{}", hex::encode(key))?;
            open.sync_all()
        });
        match written {
            Ok(()) => Ok((Self(key), true)),
            // Another process of the same house was faster.
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok((Self::parse(&std::fs::read_to_string(file)?, file)?, false)),
            Err(cause) => Err(unusable(file, &cause.to_string(), &cause.to_string())),
        }
    }

    fn parse(text: &str, file: &Path) -> Result<Self> {
        let mode = std::fs::metadata(file)?.permissions().mode();
        if mode & 0o007 != 0 {
            return Err(unusable(file, "everybody on this machine may read it: chmod 600", "cualquiera en esta máquina puede leerlo: chmod 600"));
        }
        let key: [u8; 32] = hex::decode(text.trim())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| unusable(file, "it must hold 64 hexadecimal digits", "debe contener 64 cifras hexadecimales"))?;
        if is_guessable(&key) {
            return Err(unusable(
                file,
                "this key was not made at random: for an empty folder delete it and start again",
                "esta clave no es aleatoria: si la carpeta está vacía, bórrela y empiece de nuevo",
            ));
        }
        Ok(Self(key))
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
    Fault::operator(format!("{} cannot be used: {en}", file.display()), format!("no se puede usar {}: {es}", file.display()))
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
        }
        write(&hex::encode(rand::random::<[u8; 32]>()), 0o604);
        assert!(Key::open(&folder).is_err());
        write(&hex::encode(rand::random::<[u8; 32]>()), 0o600);
        assert!(Key::open(&folder).is_ok());
    }
}
