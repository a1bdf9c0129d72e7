//! A key and a certificate for 127.0.0.1 that is its own authority, for servers of tests that speak TLS.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Makes `key.pem` and `certificate.pem` in a folder; gives the certificate. `None` where there is no `openssl` to make one.
pub fn certificate(folder: &Path) -> Option<PathBuf> {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "key.pem", "-out", "certificate.pem"]);
    // An authority in its own right would not be taken for a server's certificate by every client.
    openssl.args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    openssl.status().ok().filter(|status| status.success())?;
    Some(folder.join("certificate.pem"))
}
