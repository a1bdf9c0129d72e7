//! The secret store: envelope encryption, write-only through the portal. A secret leaves only to the connector that uses it.

use super::{key::Key, store};
use crate::{
    database::Database,
    fault::{Fault, Result},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use sqlx::AnyConnection;
use std::{path::Path, sync::Arc};

/// Sealed with the house's key when the house was new: tells a wrong key from a right one.
pub(crate) const CHECK: &str = "key-check";

/// Writes and opens secrets. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Secrets {
    database: Database,
    key: Arc<Key>,
}

impl Secrets {
    /// Checks that `key` is the one this control plane was sealed with. A key `made_now` that does not fit is taken away again.
    pub async fn open(database: Database, key: Arc<Key>, data: &Path, made_now: bool) -> Result<Self> {
        let secrets = Self { database, key };
        match store::secret(&secrets.database, CHECK).await? {
            None => {
                let mut transaction = secrets.database.begin().await?;
                secrets.write(&mut transaction, CHECK, "atalaya").await?;
                transaction.commit().await?;
            }
            Some(sealed) if unseal(&secrets.key, CHECK, &sealed).is_ok() => {}
            Some(_) => {
                if made_now {
                    std::fs::remove_file(data.join("key"))?;
                }
                let file = data.join("key");
                return Err(Fault::operator(
                    format!("{} is not the key of this control plane: put the right key file there, or the right key into ATALAYA_KEY", file.display()),
                    format!("{} no es la clave de esta base de control: ponga allí el fichero correcto o la clave correcta en ATALAYA_KEY", file.display()),
                ));
            }
        }
        Ok(secrets)
    }

    /// Sets or replaces a secret, inside the transaction that makes it necessary. Names are like `source tills password`.
    pub async fn write(&self, transaction: &mut AnyConnection, name: &str, value: &str) -> Result<()> {
        store::write_secret(transaction, name, &seal(&self.key, name, value)?).await
    }

    /// Opens a secret for the connector that uses it. Never for an answer of the API.
    pub async fn reveal(&self, name: &str) -> Result<Option<String>> {
        match store::secret(&self.database, name).await? {
            Some(sealed) => unseal(&self.key, name, &sealed).map(Some),
            None => Ok(None),
        }
    }

    /// Whether a secret is set: all that a form may show of it.
    pub async fn is_set(&self, name: &str) -> Result<bool> {
        Ok(store::secret(&self.database, name).await?.is_some())
    }

    pub async fn forget(&self, transaction: &mut AnyConnection, name: &str) -> Result<()> {
        store::forget_secret(transaction, name).await
    }

    /// Seals every secret anew under another key, inside the transaction that changes the house's. Gives the store under that key, for the
    /// same transaction, and how many there are. One that cannot be opened ends it.
    pub(crate) async fn reseal(&self, transaction: &mut AnyConnection, key: Arc<Key>) -> Result<(Self, usize)> {
        let new = Self { database: self.database.clone(), key };
        let all = store::secrets(transaction).await?;
        for (name, sealed) in &all {
            new.write(transaction, name, &unseal(&self.key, name, sealed)?).await?;
        }
        Ok((new, all.len()))
    }

    /// The key that the control plane is sealed with: this one, or the one that follows it, where a change of keys ended between the database and
    /// the file. That one is then put in its place.
    pub async fn settled(database: &Database, key: Arc<Key>, data: &Path) -> Result<Arc<Key>> {
        let Some(sealed) = store::secret(database, CHECK).await? else { return Ok(key) };
        if unseal(&key, CHECK, &sealed).is_ok() {
            return Ok(key);
        }
        match Key::next(data)? {
            Some(next) if unseal(&next, CHECK, &sealed).is_ok() => {
                let followed = Key::follow(data);
                // Another process that starts may have been faster.
                if Key::open(data)?.0 != next {
                    followed?;
                }
                Ok(Arc::new(next))
            }
            _ => Ok(key),
        }
    }

    /// Whether a sealed key check from elsewhere (a backup) opens with this key.
    pub(crate) fn fits(&self, sealed: &str) -> bool {
        unseal(&self.key, CHECK, sealed).is_ok()
    }
}

/// Each secret has a data key of its own, sealed by the house's key; both are bound to the secret's name.
fn seal(key: &Key, name: &str, value: &str) -> Result<String> {
    let data_key: [u8; 32] = rand::random();
    let envelope = encrypt(&key.derive("secrets"), name, &data_key)?;
    Ok(format!("1.{}.{}", BASE64.encode(envelope), BASE64.encode(encrypt(&data_key, name, value.as_bytes())?)))
}

fn unseal(key: &Key, name: &str, sealed: &str) -> Result<String> {
    let broken = || {
        Fault::operator(
            format!("the secret {name} cannot be opened: the key file is another one, or the record was changed; set it again"),
            format!("el secreto {name} no se puede abrir: el fichero de clave es otro o el registro ha cambiado; escríbalo de nuevo"),
        )
    };
    let mut parts = sealed.split('.');
    let (Some("1"), Some(envelope), Some(body), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return Err(broken()) };
    let envelope = BASE64.decode(envelope).map_err(|_| broken())?;
    let body = BASE64.decode(body).map_err(|_| broken())?;
    let data_key = decrypt(&key.derive("secrets"), name, &envelope).ok_or_else(broken)?;
    let value = decrypt(&data_key, name, &body).ok_or_else(broken)?;
    String::from_utf8(value).map_err(|_| broken())
}

fn encrypt(key: &[u8], name: &str, value: &[u8]) -> Result<Vec<u8>> {
    let failed = || Fault::internal("encryption failed");
    let cipher = XChaCha20Poly1305::new_from_slice(key).map_err(|_| failed())?;
    let nonce: [u8; 24] = rand::random();
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: value, aad: name.as_bytes() }).map_err(|_| failed())?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &[u8], name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<24>()?;
    XChaCha20Poly1305::new_from_slice(key).ok()?.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: name.as_bytes() }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        let folder = std::env::temp_dir().join(format!("atalaya-secrets-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        Key::open(&folder).unwrap().0
    }

    #[test]
    fn a24_a_secret_opens_only_with_its_key_and_under_its_name() {
        let (key, other) = (key(), key());
        let sealed = seal(&key, "source tills password", "hunter2").unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_eq!(unseal(&key, "source tills password", &sealed).unwrap(), "hunter2");
        assert!(unseal(&other, "source tills password", &sealed).is_err());
        assert!(unseal(&key, "source other password", &sealed).is_err());
        let mut changed = sealed.into_bytes();
        if let Some(last) = changed.last_mut() {
            *last = if *last == b'A' { b'B' } else { b'A' };
        }
        assert!(unseal(&key, "source tills password", &String::from_utf8(changed).unwrap()).is_err());
    }
}
