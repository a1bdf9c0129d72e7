//! SQL of one's own over the governed marts.

pub mod asks;
