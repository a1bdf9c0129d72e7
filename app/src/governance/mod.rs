//! Access: why, policies, audit.
pub mod actions;
pub mod asks;
pub mod audit;
pub mod audit_filter;
pub mod effects;
pub mod policies;
pub mod policy_form;
pub mod why;
pub mod words;
