//! Access: why, policies, audit.
pub mod asks;
