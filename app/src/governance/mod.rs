//! Access: why, policies, audit.
pub mod actions;
pub mod asks;
pub mod audit;
pub mod audit_filter;
pub mod cases;
pub mod effects;
pub mod matrix;
pub mod policies;
pub mod policy;
pub mod why;
pub mod words;
