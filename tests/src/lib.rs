//! Helpers of the test binary.

pub mod house;
pub mod lake;
pub mod reading;
pub mod services;
