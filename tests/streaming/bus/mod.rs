//! One suite over every implementation of the event bus; what only Kafka has; what happens when brokers go.

mod faults;
mod gaps;
mod groups;
mod house;
mod kafka;
mod order;
mod several;

/// Runs a case of the suite over the built-in log and over Kafka.
macro_rules! on_each_bus {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            use crate::streaming::bus::house::On;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_the_log() {
                super::$name(On::Log).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_kafka() {
                super::$name(On::Kafka).await;
            }
        }
    )+ };
}
use on_each_bus;
