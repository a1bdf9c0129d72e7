//! Invented lines of a web server's log, in combined format with latency and host or without: the same seed, the same lines.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;

/// What the lines are like.
pub struct Lines {
    pub seed: u64,
    pub count: u64,
    /// Unix seconds of the first line; the log goes on with some twenty lines a second.
    pub start: u64,
    /// Whether lines end with `rt=<seconds> host=<name>`.
    pub latency_and_host: bool,
}

impl Lines {
    /// Writes them to a file, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let unfinished = path.with_extension("unfinished");
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&unfinished)?);
        let mut line = Vec::with_capacity(512);
        let mut chance = Chance(self.seed);
        for number in 0..self.count {
            line.clear();
            self.line(number, &mut chance, &mut line)?;
            file.write_all(&line)?;
        }
        file.flush()?;
        Ok(fs::rename(unfinished, path)?)
    }

    /// Appends them to a file that grows.
    pub fn append(&self, path: &Path) -> Result<()> {
        let mut lines = Vec::new();
        let mut chance = Chance(self.seed);
        for number in 0..self.count {
            self.line(number, &mut chance, &mut lines)?;
        }
        Ok(File::options().create(true).append(true).open(path)?.write_all(&lines)?)
    }

    fn line(&self, number: u64, chance: &mut Chance, line: &mut Vec<u8>) -> Result<()> {
        // Few clients ask often and many seldom: the square of an even chance.
        let client = chance.below(200) * chance.below(200);
        write!(line, "10.{}.{}.{} - ", client % 4, client / 256 % 256, client % 256)?;
        line.extend_from_slice(if chance.below(20) == 0 { USERS[chance.place(USERS.len())] } else { b"-" });
        write_time(self.start + number / 20, line)?;
        let (method, status) = (METHODS[chance.place(METHODS.len())], STATUSES[chance.place(STATUSES.len())]);
        write!(line, "\"{method} /{}/{}", SECTIONS[chance.place(SECTIONS.len())], chance.below(3_000))?;
        if chance.below(4) == 0 {
            write!(line, "?page={}&sort={}", chance.below(40), SECTIONS[chance.place(SECTIONS.len())])?;
        }
        let bytes = if status == 304 { 0 } else { 200 + chance.below(60_000) };
        write!(line, " HTTP/1.1\" {status} {bytes} \"{}\" \"{}\"", REFERRERS[chance.place(REFERRERS.len())], AGENTS[chance.place(AGENTS.len())])?;
        if self.latency_and_host {
            // Most answers take milliseconds, a few take seconds.
            let slow = if chance.below(100) == 0 { chance.below(4_000) } else { 0 };
            write!(line, " rt={}.{:03} host=web{}", slow / 1_000, slow % 1_000 + chance.below(1_000 - slow % 1_000).min(90), 1 + chance.below(3))?;
        }
        line.push(b'\n');
        Ok(())
    }
}

const USERS: [&[u8]; 4] = [b"ana", b"luis", b"marta", b"olga"];
const METHODS: [&str; 8] = ["GET", "GET", "GET", "GET", "GET", "GET", "POST", "HEAD"];
const STATUSES: [u32; 20] = [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 304, 304, 301, 404, 404, 500];
const SECTIONS: [&str; 8] = ["shop", "cart", "search", "static/images", "static/scripts", "article", "account", "offers"];
const REFERRERS: [&str; 5] = ["-", "-", "https://www.example.org/", "https://shop.example.org/offers?from=mail", "https://search.example.net/?q=watchtower"];
const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (compatible; examplebot/2.1; +https://bot.example.org/)",
    "curl/8.10.1",
];

/// ` [24/Nov/2026:10:00:00 +0000] `.
pub fn write_time(seconds: u64, line: &mut Vec<u8>) -> Result<()> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's civil_from_days: years begin in March.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let name = MONTHS[((month + 2) % 12) as usize];
    let year = year_of_era + era * 400 + u64::from(month >= 10);
    write!(line, " [{day:02}/{name}/{year}:{:02}:{:02}:{:02} +0000] ", second / 3_600, second / 60 % 60, second % 60)?;
    Ok(())
}

/// SplitMix64: small, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    fn place(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &Lines) -> String {
        let (mut chance, mut line) = (Chance(lines.seed), Vec::new());
        (0..lines.count).for_each(|number| lines.line(number, &mut chance, &mut line).unwrap());
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn a_seed_gives_the_same_lines_again() {
        let lines = |seed| text(&Lines { seed, count: 50, start: 1_795_514_400, latency_and_host: true });
        assert_eq!(lines(1), lines(1));
        assert_ne!(lines(1), lines(2));
        assert_eq!(lines(1).lines().count(), 50);
        assert!(lines(1).lines().all(|line| line.contains(" [24/Nov/2026:10:00:0") && line.contains(" rt=") && line.contains(" host=web")));
        let plain = text(&Lines { seed: 1, count: 50, start: 951_782_400, latency_and_host: false });
        assert!(plain.lines().all(|line| line.contains(" [29/Feb/2000:00:00:0") && line.ends_with('"')), "{plain}");
    }
}
