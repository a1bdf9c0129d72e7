//! Sources, jobs, runs and quarantine.
pub mod asks;
pub mod connect;
pub mod describe;
pub mod job;
pub mod jobs;
pub mod listen;
pub mod listeners;
pub mod new_mart;
pub mod run;
pub mod run_parts;
pub mod sources;
pub mod upload;
pub mod words;
