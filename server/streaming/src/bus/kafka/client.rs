//! How Kafka is spoken to: settings of every client, and what its errors mean.

use crate::bus::{Brokers, BusFault};
use rdkafka::{ClientConfig, ClientContext, config::RDKafkaLogLevel, consumer::ConsumerContext, error::KafkaError, types::RDKafkaErrorCode};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A call to the brokers fails after this time.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How long a client's last complaint explains the failure of a call.
const EXPLAINS: Duration = Duration::from_secs(30);

/// What every client of these brokers has in common.
pub(super) fn configuration(brokers: &Brokers) -> Result<ClientConfig, BusFault> {
    let refused = |reason: String| Err(BusFault::Refused(reason));
    let security = if brokers.security.is_empty() { "plaintext" } else { &brokers.security };
    if brokers.addresses.trim().is_empty() {
        return refused("no Kafka broker is named: host:port,host:port".into());
    }
    let mut configuration = ClientConfig::new();
    configuration
        .set("bootstrap.servers", &brokers.addresses)
        .set("client.id", "atalaya")
        .set("security.protocol", security)
        .set("allow.auto.create.topics", "false")
        .set("socket.keepalive.enable", "true")
        // Kafka's own ten seconds would be most of the time that a broker needs to come back.
        .set("reconnect.backoff.max.ms", "1000");
    match security {
        "plaintext" | "ssl" => {}
        "sasl_plaintext" | "sasl_ssl" => {
            let (Some(user), Some(password)) = (&brokers.user, &brokers.password) else {
                return refused(format!("Kafka's security {security} needs a user and a password"));
            };
            if !["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"].contains(&brokers.mechanism.as_str()) {
                return refused(format!("Kafka's mechanism is PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, not {:?}", brokers.mechanism));
            }
            configuration.set("sasl.mechanism", &brokers.mechanism).set("sasl.username", user).set("sasl.password", password);
        }
        other => return refused(format!("Kafka's security is plaintext, ssl, sasl_plaintext or sasl_ssl, not {other:?}")),
    }
    if let Some(ca) = brokers.ca.as_ref().filter(|_| security.ends_with("ssl")) {
        if !ca.is_file() {
            return refused(format!("the file of Kafka's authorities {} is not there", ca.display()));
        }
        configuration.set("ssl.ca.location", ca.to_string_lossy());
    }
    Ok(configuration)
}

/// Keeps a client's last complaint: calls that fail say only that they took too long.
#[derive(Clone, Default)]
pub(super) struct Complaints(Arc<Mutex<Option<(Instant, KafkaError, String)>>>);

impl Complaints {
    /// What a failed call means for who made it.
    pub(super) fn fault(&self, error: &KafkaError) -> BusFault {
        use RDKafkaErrorCode as Code;
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|(since, ..)| since.elapsed() < EXPLAINS);
        if refuses(error) || last.as_ref().is_some_and(|(_, error, _)| refuses(error)) {
            let reason = last.map_or_else(|| error.to_string(), |(_, _, reason)| reason);
            return BusFault::Refused(format!("Kafka does not accept this program's user: check the user, password and mechanism ({reason})"));
        }
        match error.rdkafka_error_code() {
            Some(Code::TopicAuthorizationFailed | Code::GroupAuthorizationFailed | Code::ClusterAuthorizationFailed) => {
                BusFault::Refused(format!("Kafka does not let this program's user do this: give it the right ({error})"))
            }
            Some(Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::InvalidTopic) => {
                BusFault::Refused(format!("Kafka has no such topic: it must be made first ({error})"))
            }
            _ => BusFault::Unavailable(match last {
                Some((_, _, reason)) => format!("Kafka: {error} ({reason})"),
                None => format!("Kafka: {error}"),
            }),
        }
    }
}

impl ConsumerContext for Complaints {}

impl ClientContext for Complaints {
    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(%error, reason, "Kafka");
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // That all brokers are down follows from it, and explains less.
        if !last.as_ref().is_some_and(|(since, error, _)| refuses(error) && since.elapsed() < EXPLAINS) {
            *last = Some((Instant::now(), error, reason.to_owned()));
        }
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical | RDKafkaLogLevel::Error => tracing::warn!(facility, message, "Kafka"),
            _ => tracing::debug!(facility, message, "Kafka"),
        }
    }
}

/// The brokers do not accept the user.
fn refuses(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(error.rdkafka_error_code(), Some(Code::Authentication | Code::SaslAuthenticationFailed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brokers(security: &str) -> Brokers {
        Brokers { addresses: "127.0.0.1:9092".into(), security: security.into(), ..Brokers::default() }
    }

    fn reason(brokers: &Brokers) -> String {
        configuration(brokers).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn settings_that_cannot_work_are_refused_with_the_reason() {
        assert!(reason(&Brokers::default()).contains("no Kafka broker is named"));
        assert!(reason(&brokers("tls")).contains("not \"tls\""));
        assert!(reason(&brokers("sasl_ssl")).contains("needs a user and a password"));
        let user = Brokers { user: Some("u".into()), password: Some("secret".into()), ..brokers("sasl_plaintext") };
        assert!(reason(&Brokers { mechanism: "GSSAPI".into(), ..user.clone() }).contains("SCRAM-SHA-512"));
        assert!(reason(&Brokers { ca: Some("/nowhere/ca.pem".into()), ..brokers("ssl") }).contains("/nowhere/ca.pem"));
        let whole = configuration(&Brokers { mechanism: "SCRAM-SHA-256".into(), ..user.clone() }).unwrap();
        assert_eq!(whole.get("sasl.password"), Some("secret"));
        assert!(!format!("{user:?}").contains("secret"));
    }

    #[test]
    fn a_complaint_explains_a_time_out() {
        let complaints = Complaints::default();
        let late = KafkaError::MetadataFetch(RDKafkaErrorCode::OperationTimedOut);
        assert!(matches!(complaints.fault(&late), BusFault::Unavailable(_)));
        complaints.error(KafkaError::Global(RDKafkaErrorCode::Authentication), "SASL PLAIN: invalid credentials");
        complaints.error(KafkaError::Global(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers are down");
        let BusFault::Refused(reason) = complaints.fault(&late) else { panic!("not refused") };
        assert!(reason.contains("invalid credentials"));
    }
}
