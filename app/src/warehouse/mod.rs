//! Marts: the list, a mart's page, and "Ask".
pub mod asks;
