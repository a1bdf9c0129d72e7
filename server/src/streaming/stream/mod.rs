//! Streams as the line has them: written as code, tried on samples, kept as long as they say.

pub mod apply;
pub mod keep;
pub mod refill;
pub mod try_on;
