//! Helpers of the test binary.

pub mod lake;
pub mod reading;
pub mod services;
