//! Opens the stores of other machines: buckets and web servers, with little patience, for jobs have their own.

use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, ObjectStoreScheme, RetryConfig, aws::AmazonS3Builder, gcp::GoogleCloudStorageBuilder, http::HttpBuilder,
    path::Path,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;

/// The store of an address and the place in it; the words say what is wrong with the address or its options.
pub(super) fn open(url: &Url, options: &BTreeMap<String, String>) -> Result<(Arc<dyn ObjectStore>, Path), String> {
    let (scheme, path) = ObjectStoreScheme::parse(url).map_err(|error| error.to_string())?;
    let path = Path::parse(path).map_err(|error| error.to_string())?;
    let store: Result<Arc<dyn ObjectStore>, object_store::Error> = match scheme {
        ObjectStoreScheme::AmazonS3 => {
            let mut builder = AmazonS3Builder::new().with_url(url.as_str()).with_retry(patience());
            for (key, value) in options {
                builder = builder.with_config(key.to_lowercase().parse().map_err(|_| unknown(key))?, value);
            }
            builder.build().map(|store| Arc::new(store) as _)
        }
        ObjectStoreScheme::GoogleCloudStorage => {
            let mut builder = GoogleCloudStorageBuilder::new().with_url(url.as_str()).with_retry(patience());
            for (key, value) in options {
                builder = builder.with_config(key.to_lowercase().parse().map_err(|_| unknown(key))?, value);
            }
            builder.build().map(|store| Arc::new(store) as _)
        }
        ObjectStoreScheme::Http => {
            // The address itself says whether the way is encrypted.
            let plain = ClientOptions::new().with_allow_http(url.scheme() == "http");
            let mut builder = HttpBuilder::new().with_url(&url[..url::Position::BeforePath]).with_client_options(plain).with_retry(patience());
            for (key, value) in options {
                builder = builder.with_config(key.to_lowercase().parse().map_err(|_| unknown(key))?, value);
            }
            builder.build().map(|store| Arc::new(store) as _)
        }
        _ => return Err(format!("{} addresses cannot be read; file, s3, gs, http and https can", url.scheme())),
    };
    Ok((store.map_err(|error| error.to_string())?, path))
}

fn unknown(key: &str) -> String {
    format!("the option {key} is not known")
}

/// A job waits and tries again by itself, and a person who tries a source out waits for the answer.
fn patience() -> RetryConfig {
    let backoff = BackoffConfig { init_backoff: Duration::from_millis(200), max_backoff: Duration::from_secs(3), base: 2.0 };
    RetryConfig { backoff, max_retries: 3, retry_timeout: Duration::from_secs(20) }
}
