//! Counts of all checks and suites, and the closing line that names them.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::progress::note;

/// Of a failed test's words, so many lines of so many letters stand beside the closing line.
const REASON_LINES: usize = 12;
const REASON_WIDTH: usize = 400;

#[derive(Default)]
pub struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
    failures: Vec<String>,
    skips: Vec<String>,
}

impl Tally {
    /// Counts one check that either holds or not.
    pub fn check(&mut self, name: &str, result: Result<()>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(fault) => {
                eprintln!("✗ {name}: {fault:#}");
                self.failed += 1;
                self.failures.push(name.to_owned());
            }
        }
    }

    pub fn skip(&mut self, name: &str, reason: &str) {
        note(&format!("{name}: skipped, {reason}"));
        self.skipped += 1;
        self.skips.push(format!("{name}: {reason}"));
    }

    /// Adds what one test binary reported, line by line as libtest writes it, and how it ended.
    pub fn libtest(&mut self, suite: &str, output: &str, ended_well: bool) {
        let mut failed_here = 0;
        let mut reported = false;
        for line in output.lines() {
            if let Some(counts) = line.strip_prefix("test result: ") {
                reported = true;
                self.passed += count(counts, "passed");
                failed_here += count(counts, "failed");
                self.skipped += count(counts, "ignored");
            } else if let Some(test) = line.strip_prefix("test ") {
                if let Some((name, _)) = test.split_once(" ... FAILED") {
                    self.failures.push(format!("{suite} {name}{}", reason(output, name)));
                } else if let Some((name, reason)) = test.split_once(" ... ignored") {
                    let reason = reason.trim_start_matches([',', ' ']);
                    self.skips.push(format!("{suite} {name}: {}", if reason.is_empty() { "no reason given" } else { reason }));
                }
            }
        }
        if !ended_well && failed_here == 0 {
            failed_here = 1;
            let how = if reported { "ended with an error" } else { "stopped before its end" };
            self.failures.push(format!("{suite} {how}"));
        }
        self.failed += failed_here;
    }

    /// Takes tests out of those that passed which said that they could not run: a name, a tab and the reason in each line.
    pub fn skipped_by_themselves(&mut self, suite: &str, said: &str) {
        let mut names = BTreeSet::new();
        for (name, reason) in said.lines().filter_map(|line| line.split_once('\t')) {
            if names.insert(name) {
                self.passed = self.passed.saturating_sub(1);
                self.skipped += 1;
                self.skips.push(format!("{suite} {name}: {reason}"));
            }
        }
    }

    /// Adds what `node --test` reported in TAP.
    pub fn tap(&mut self, suite: &str, output: &str, ended_well: bool) {
        let total = |word: &str| {
            let prefix = format!("# {word} ");
            output.lines().filter_map(|line| line.strip_prefix(&prefix)?.trim().parse::<usize>().ok()).next_back().unwrap_or(0)
        };
        self.passed += total("pass");
        self.skipped += total("skipped");
        let names = output.lines().filter_map(|line| Some(line.trim().strip_prefix("not ok ")?.split_once(" - ")?.1));
        self.failures.extend(names.map(|name| format!("{suite} {name}")));
        let failed = total("fail");
        if failed == 0 && !ended_well {
            self.failures.push(format!("{suite} stopped before its end"));
        }
        self.failed += if failed == 0 && !ended_well { 1 } else { failed };
    }

    pub fn failed(&self) -> bool {
        self.failed > 0
    }

    /// Says what was skipped and why, what failed, and the closing line alone on standard output.
    pub fn close(&self) {
        eprintln!();
        for skip in &self.skips {
            eprintln!("skipped  {skip}");
        }
        for failure in &self.failures {
            eprintln!("failed   {failure}");
        }
        println!("{}", self.line());
    }

    fn line(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// What a failed test said first, indented, for whoever sees only the end of a long run.
fn reason(output: &str, test: &str) -> String {
    let Some((_, said)) = output.split_once(&format!("---- {test} stdout ----\n")) else { return String::new() };
    let lines = said
        .lines()
        .skip_while(|line| !line.contains("panicked at"))
        .take_while(|line| !["----", "note: ", "stack backtrace"].iter().any(|end| line.starts_with(end)));
    lines.take(REASON_LINES).map(|line| format!("\n           {}", line.chars().take(REASON_WIDTH).collect::<String>())).collect()
}

/// The number before `word` in `ok. 3 passed; 0 failed; …`.
fn count(counts: &str, word: &str) -> usize {
    let Some(before) = counts.split([';', '.']).map(str::trim).find_map(|part| part.strip_suffix(word)) else {
        return 0;
    };
    before.trim().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_suites() {
        let mut tally = Tally::default();
        tally.libtest(
            "one",
            "test a ... ok\ntest b ... ignored, needs a network\ntest c ... FAILED\n\
             test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n",
            false,
        );
        tally.tap("two", "ok 1 - x\nnot ok 2 - y\n# pass 1\n# fail 1\n# skipped 0\n", false);
        assert_eq!(tally.line(), "2 passed, 2 failed, 1 skipped");
        assert_eq!(tally.failures, ["one c", "two y"]);
        assert_eq!(tally.skips, ["one b: needs a network"]);
    }

    #[test]
    fn a_failure_tells_its_reason_at_the_end() {
        let mut tally = Tally::default();
        let said = "test a::b ... FAILED\n\nfailures:\n\n---- a::b stdout ----\n\nthread 'a::b' (7) panicked at a.rs:1:2:\nleft: 1\nnote: run with\n\n\nfailures:\n    a::b\n\ntest result: FAILED. 0 passed; 1 failed\n";
        tally.libtest("one", said, false);
        assert_eq!(tally.failures, ["one a::b\n           thread 'a::b' (7) panicked at a.rs:1:2:\n           left: 1"]);
    }

    #[test]
    fn tests_that_could_not_run_have_not_passed() {
        let mut tally = Tally::default();
        tally.libtest("one", "test a ... ok\ntest b ... ok\ntest result: ok. 2 passed; 0 failed; 0 ignored\n", true);
        tally.skipped_by_themselves("one", "a\tKafka: no network\na\tagain\n");
        assert_eq!(tally.line(), "1 passed, 0 failed, 1 skipped");
        assert_eq!(tally.skips, ["one a: Kafka: no network"]);
    }

    #[test]
    fn a_suite_that_dies_has_failed() {
        let mut tally = Tally::default();
        tally.libtest("one", "test a ... ok\n", false);
        tally.libtest("two", "test result: ok. 4 passed; 0 failed; 0 ignored\n", false);
        tally.tap("three", "", false);
        assert_eq!(tally.line(), "4 passed, 3 failed, 0 skipped");
    }
}
