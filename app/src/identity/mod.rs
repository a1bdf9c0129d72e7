//! People, signing in and out.
pub mod asks;
