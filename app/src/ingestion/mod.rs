//! Sources, jobs, runs and quarantine.
pub mod asks;
