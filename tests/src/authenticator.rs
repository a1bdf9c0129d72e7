//! An authenticator app on somebody's telephone.

use server::database::now_ms;
use std::time::Duration;
use totp_rs::{Builder, Secret};

/// What the app shows that many steps of thirty seconds from now.
pub fn code(secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap_or_else(|_| panic!("{secret} is no base32"));
    let totp = Builder::new().with_secret(secret).build().unwrap_or_else(|fault| panic!("{fault:?}"));
    totp.generate(u64::try_from(now_ms() / 1000 + steps * 30).expect("after 1970")).to_string()
}

/// Waits until the step of now lasts for another fifteen seconds, so that a test ends within it.
pub async fn steady() {
    let into_ms = now_ms() % 30_000;
    if into_ms > 15_000 {
        tokio::time::sleep(Duration::from_millis((30_100 - into_ms).unsigned_abs())).await;
    }
}
