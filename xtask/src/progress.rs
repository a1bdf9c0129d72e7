//! Progress lines on standard error: what is being done, and how long it took.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Runs one step, with a line when it starts and one when it ends.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("→ {name}");
    let start = Instant::now();
    let result = work().with_context(|| name.to_owned())?;
    eprintln!("✓ {name}: {}", seconds(start.elapsed()));
    Ok(result)
}

/// A step with nothing to do.
pub fn unchanged(name: &str) {
    eprintln!("✓ {name}: up to date");
}

/// A line of explanation under the current step.
pub fn note(text: &str) {
    eprintln!("  {text}");
}

/// `4.2 s` or `12 min 03 s`.
pub fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 120 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {:02} s", whole / 60, whole % 60) }
}
