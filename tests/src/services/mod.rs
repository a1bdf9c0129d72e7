//! Real servers for tests: one of each for a test run, started when first needed, stopped when the run ends however it ends.
pub mod postgresql;
