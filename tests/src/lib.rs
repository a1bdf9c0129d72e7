//! Helpers of the test binary.

pub mod authenticator;
pub mod browser;
pub mod demo;
pub mod followed_log;
pub mod house;
pub mod lake;
pub mod program;
pub mod reading;
pub mod services;
pub mod skips;
pub mod streams;
