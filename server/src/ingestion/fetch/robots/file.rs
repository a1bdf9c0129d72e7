//! One robots.txt as its rules for us: the only code that knows `texting_robots`.

use std::time::Duration;
use texting_robots::Robot;
use url::Url;

/// Each rule with an end mark becomes a program of its own; a file with more of them is meant to hurt.
const MOST_ENDS: usize = 2_000;

pub struct File(Robot);

impl File {
    /// `None` when its rules cannot be followed as they are meant.
    pub fn parse(product: &str, text: &[u8]) -> Option<Self> {
        let text = named(text);
        if text.iter().filter(|byte| **byte == b'$').count() > MOST_ENDS {
            return None;
        }
        Robot::new(product, &text).ok().map(Self)
    }

    pub fn allows(&self, url: &Url) -> bool {
        self.0.allowed(url.as_str())
    }

    /// `Crawl-delay`, which is no part of the RFC and obeyed all the same.
    pub fn delay(&self) -> Option<Duration> {
        // Seconds beyond all measure are bounded by the pace.
        self.0.delay.map(|seconds| Duration::try_from_secs_f32(seconds).unwrap_or(Duration::MAX))
    }
}

/// Whether this is a page that a server shows for every address.
pub fn is_page(text: &[u8]) -> bool {
    let start = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let begins = |word: &[u8]| start.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    begins(b"<!doctype") || begins(b"<html") || begins(b"<head") || begins(b"<body")
}

/// The library compares whole values; a product is named by its first letters alone (`Atalaya/2.0` is `Atalaya`, RFC 9309, 2.2.1).
fn named(text: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(text.len());
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let value = line.iter().position(|byte| *byte == b':').filter(|at| line[..*at].trim_ascii().eq_ignore_ascii_case(b"user-agent"));
        match value {
            Some(at) => {
                let value = line[at + 1..].trim_ascii_start();
                let end = value.iter().position(|byte| !(byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'*'))).unwrap_or(value.len());
                lines.extend_from_slice(b"user-agent: ");
                lines.extend_from_slice(&value[..end]);
            }
            None => lines.extend_from_slice(line),
        }
        lines.push(b'\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(text: &str, path: &str) -> bool {
        File::parse("Atalaya", text.as_bytes()).unwrap().allows(&Url::parse(&format!("https://example.org{path}")).unwrap())
    }

    #[test]
    fn ft_c01_the_longest_rule_wins_and_allow_wins_a_tie() {
        let text = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c$\nDisallow: /*.gif$\n";
        assert!(allows(text, "/"));
        assert!(!allows(text, "/a/x"));
        assert!(allows(text, "/a/b/x"));
        assert!(!allows(text, "/a/b/c"));
        assert!(allows(text, "/a/b/cd"));
        assert!(!allows(text, "/x/y.gif"));
        assert!(allows(text, "/x/y.gif?z"));
        assert!(allows("User-agent: *\nDisallow: /page\nAllow: /page\n", "/page"));
        assert!(allows("User-agent: *\nDisallow:\n", "/page"));
    }

    #[test]
    fn ft_c01_our_groups_are_merged_and_others_left_alone() {
        let text = "User-agent: other\nDisallow: /\n\nUSER-AGENT: atalaya/2.0\nDisallow: /one\n\nUser-agent: *\nDisallow: /all\n\nuser-agent: Atalaya\nDisallow: /two\n";
        for (path, open) in [("/", true), ("/one", false), ("/two", false), ("/all", true)] {
            assert_eq!(allows(text, path), open, "{path}");
        }
        assert!(!allows("\u{feff}User-agent: *\nDisallow: /\n", "/x"));
        assert!(!allows("User-agent: a\nUser-agent: Atalaya\nDisallow: /\n", "/x"));
        assert!(allows("", "/x"));
    }

    #[test]
    fn a_delay_is_read_and_a_hostile_one_is_no_panic() {
        let delay = |text: &str| File::parse("Atalaya", format!("User-agent: *\nCrawl-delay: {text}\n").as_bytes()).unwrap().delay();
        assert_eq!(delay("30"), Some(Duration::from_secs(30)));
        assert_eq!(delay("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(delay("inf"), Some(Duration::MAX));
        assert_eq!(delay("-1"), None);
        assert!(File::parse("Atalaya", "Disallow: /a$\n".repeat(3_000).as_bytes()).is_none());
    }

    #[test]
    fn pages_are_told_from_rules() {
        assert!(is_page(b"\xef\xbb\xbf \n<!DOCTYPE html><html>"));
        assert!(is_page(b"<HTML lang=en>"));
        assert!(!is_page(b"User-agent: *"));
        assert!(!is_page(b""));
    }
}
