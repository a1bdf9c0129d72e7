//! Processes kept to one core each, by `taskset` of util-linux: what one needs is then not taken from the other.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context, Result};

use crate::command::{command, on_path, quiet};

/// Whether there are two cores to tell apart, and the program that does it.
pub fn can_be_kept() -> bool {
    on_path("taskset") && available_parallelism().is_ok_and(|cores| cores.get() > 1)
}

/// The same command on one core: it finds no other, so it also starts no more threads than for one.
pub fn on(core: usize, program: &Command) -> Command {
    let mut taskset = command("taskset");
    taskset.arg("-c").arg(core.to_string()).arg(program.get_program()).args(program.get_args());
    taskset
}

/// This process with all its threads on one core; back where it was when dropped.
pub struct Kept {
    before: String,
}

impl Kept {
    pub fn on(core: usize) -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status").context("cores are read from /proc, which only Linux has")?;
        let before = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).context("no Cpus_allowed_list")?;
        keep(&core.to_string())?;
        Ok(Self { before: before.trim().to_owned() })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(keep(&self.before));
    }
}

fn keep(cores: &str) -> Result<()> {
    quiet(command("taskset").args(["-a", "-c", "-p", cores]).arg(std::process::id().to_string()))
}
