//! Crate `streaming`: the event bus, the agent, and the pure rules that every event passes. The only code that knows Kafka.
//!
//! A crate of its own, as `warehouse` is: every event passes it, so it is compiled with optimisation also in development.

pub mod agent;
pub mod bus;
pub mod keywords;
pub mod parse;
pub mod pipeline;
pub mod record;
pub mod window;
pub mod words;

pub use record::Record;
pub use words::{Refusal, Words};
