//! Real servers for tests: one of each for a test run, started when first needed, stopped when the run ends however it ends.
pub mod certificate;
pub mod elasticsearch;
pub mod jvm;
pub mod kafka;
pub mod opensearch;
pub mod postgresql;
pub mod process;
pub mod search_server;
pub mod sign_in_service;
pub mod smtp;
