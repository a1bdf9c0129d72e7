//! The native half, always compiled with the same flags and features, so that dependencies compile once.

use anyhow::Result;

use crate::command::{cargo, show};
use crate::progress::step;

/// Compiles the program `atalaya` and everything that it needs.
pub fn build() -> Result<()> {
    step("server: compiling", || show(cargo().args(["build", "--locked", "--workspace"])))
}
