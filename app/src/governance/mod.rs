//! Access: why, policies, audit.
pub mod actions;
pub mod asks;
pub mod audit;
pub mod audit_filter;
pub mod effects;
pub mod policies;
pub mod policy;
pub mod why;
pub mod why_asks;
pub mod why_person;
pub mod why_words;
pub mod words;
