//! Helpers of the test binary.

pub mod lake;
pub mod reading;
