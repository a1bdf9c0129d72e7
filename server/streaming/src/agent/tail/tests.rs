//! Files through every kind of rotation: each line once, whatever happens to names and inodes (FT-S15).

use super::*;
use std::time::SystemTime;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::PathBuf,
};

struct House {
    folder: PathBuf,
    pattern: String,
    marks: BTreeMap<String, Mark>,
    counters: BTreeMap<String, u64>,
    tail: Option<Tail>,
    now_ms: i64,
    /// Ids and values in the order in which they were taken.
    taken: Vec<(String, String)>,
    reports: Vec<AgentFault>,
}

impl House {
    fn new(name: &str, pattern: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("atalaya-tail-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (marks, counters) = Default::default();
        Self { folder, pattern: pattern.to_owned(), marks, counters, tail: None, now_ms: now_ms(), taken: Vec::new(), reports: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        OpenOptions::new().create(true).append(true).open(self.path(name)).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn lines(&self, name: &str, numbers: std::ops::Range<u32>) {
        numbers.for_each(|number| self.write(name, &format!("line {number:06} of a log that is long enough\n")));
    }

    fn start(&mut self, extra: &str) {
        let text = format!("topic = \"web\"\npaths = [\"{}/{}\"]\n{extra}", self.folder.display(), self.pattern);
        let input: FileInput = toml::from_str(&text).unwrap();
        self.tail = Some(Tail::new(&[input], 1000, self.marks.clone(), self.counters.clone()).unwrap());
    }

    /// As a kill does: what the buffer has is known at the next start.
    fn stop(&mut self) {
        (self.marks, self.counters) = self.tail.take().unwrap().state();
    }

    /// Looks until nothing more comes, some time later.
    fn read(&mut self) {
        self.now_ms += 5_000;
        let tail = self.tail.as_mut().unwrap();
        for _ in 0..50 {
            let pass = tail.pass(self.now_ms);
            for entry in pass.looked.entries {
                let crate::agent::buffer::Place::File { generation, start, .. } = &entry.place else { panic!("no file") };
                self.taken.push((format!("{generation}:{start}"), String::from_utf8_lossy(&entry.value).into_owned()));
            }
            self.reports.extend(pass.reports);
            self.now_ms += 1_500;
        }
    }

    fn numbers(&self) -> Vec<u32> {
        self.taken.iter().map(|(_, line)| line[5..11].parse().unwrap()).collect()
    }

    fn assert_each_once(&self, count: u32) {
        assert_eq!(self.numbers(), (0..count).collect::<Vec<_>>());
        let ids: std::collections::BTreeSet<&String> = self.taken.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), self.taken.len(), "an id was given twice");
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn ft_s15_rotation_by_rename_loses_and_doubles_nothing() {
    for pattern in ["a.log", "a.log*"] {
        let mut house = House::new("rename", pattern);
        house.start("");
        house.lines("a.log", 0..20);
        house.read();
        house.lines("a.log", 20..30);
        fs::rename(house.path("a.log"), house.path("a.log.1")).unwrap();
        // The writer has its old file open for a while.
        house.lines("a.log.1", 30..35);
        house.lines("a.log", 35..40);
        house.read();
        fs::rename(house.path("a.log.1"), house.path("a.log.2")).unwrap();
        fs::rename(house.path("a.log"), house.path("a.log.1")).unwrap();
        house.lines("a.log", 40..45);
        house.read();
        house.assert_each_once(45);
    }
}

#[test]
fn ft_s15_files_rotated_while_the_agent_was_away_are_read_to_their_ends_in_order() {
    for pattern in ["a.log", "a.log*"] {
        let mut house = House::new("away", pattern);
        house.lines("a.log.7", 900..905);
        let old = fs::File::options().write(true).open(house.path("a.log.7")).unwrap();
        old.set_modified(SystemTime::now() - Duration::from_secs(86_400)).unwrap();
        if pattern == "a.log*" {
            fs::remove_file(house.path("a.log.7")).unwrap();
        }
        house.start("");
        house.lines("a.log", 0..20);
        house.read();
        house.stop();
        // Two rotations: one file came and went whole.
        house.lines("a.log", 20..30);
        fs::rename(house.path("a.log"), house.path("a.log.1")).unwrap();
        house.lines("a.log", 30..40);
        fs::rename(house.path("a.log.1"), house.path("a.log.2")).unwrap();
        fs::rename(house.path("a.log"), house.path("a.log.1")).unwrap();
        house.lines("a.log", 40..50);
        // As two hours later.
        for (name, seconds) in [("a.log.2", 3_000), ("a.log.1", 5_000), ("a.log", 7_000)] {
            let file = fs::File::options().append(true).open(house.path(name)).unwrap();
            file.set_modified(SystemTime::now() + Duration::from_secs(seconds)).unwrap();
        }
        house.start("");
        house.read();
        house.assert_each_once(50);
    }
}

#[test]
fn ft_s15_copy_and_truncate_is_gone_on_with_in_the_copy() {
    for (pattern, restarted) in [("a.log", false), ("a.log*", false), ("a.log", true), ("a.log*", true)] {
        let mut house = House::new("copy", pattern);
        house.start("");
        house.lines("a.log", 0..40);
        house.read();
        if restarted {
            house.stop();
        }
        house.lines("a.log", 40..50);
        fs::copy(house.path("a.log"), house.path("a.log.1")).unwrap();
        if !restarted {
            // The copy is seen before its original is emptied, and is not read twice.
            house.read();
        }
        fs::File::options().write(true).open(house.path("a.log")).unwrap().set_len(0).unwrap();
        house.lines("a.log", 50..60);
        if restarted {
            house.start("");
        }
        house.read();
        house.assert_each_once(60);
    }
}

#[test]
fn ft_s15_a_file_emptied_without_a_copy_begins_anew_and_grows_beyond_its_old_size_unnoticed_by_none() {
    let mut house = House::new("emptied", "a.log");
    house.start("");
    house.lines("a.log", 0..30);
    house.read();
    fs::File::options().write(true).open(house.path("a.log")).unwrap().set_len(0).unwrap();
    // Longer than before between two looks.
    house.lines("a.log", 30..90);
    house.read();
    house.assert_each_once(90);
}

#[test]
fn ft_s15_an_inode_that_is_used_again_is_a_new_file() {
    let mut house = House::new("inode", "*.log");
    house.start("");
    house.lines("a.log", 0..30);
    house.read();
    house.stop();
    fs::remove_file(house.path("a.log")).unwrap();
    house.lines("b.log", 30..70);
    // The file system may or may not give the number again; as if it had.
    let inode = std::os::unix::fs::MetadataExt::ino(&fs::metadata(house.path("b.log")).unwrap());
    house.marks.values_mut().next().unwrap().inode = inode;
    house.start("");
    house.read();
    house.assert_each_once(70);
}

#[test]
fn ft_s15_a_deleted_file_is_read_to_its_end_with_its_last_line() {
    let mut house = House::new("deleted", "a.log");
    house.start("");
    house.lines("a.log", 0..5);
    house.read();
    house.lines("a.log", 5..9);
    house.write("a.log", "line 000009 was the last");
    fs::remove_file(house.path("a.log")).unwrap();
    house.read();
    house.assert_each_once(10);
}

#[test]
fn files_that_begin_alike_are_told_apart_and_the_same_name_may_come_again() {
    let mut house = House::new("alike", "*.log");
    let heading = "line 000000 heading\n";
    house.write("a.log", heading);
    house.write("b.log", heading);
    house.start("");
    house.read();
    assert_eq!(house.numbers(), [0], "the second looks like a copy until it goes on differently");
    house.write("a.log", "line 000001 of a\n");
    house.write("b.log", "line 000002 of b\n");
    house.read();
    // Between files that do not belong together there is no order.
    let mut numbers = house.numbers();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 0, 1, 2]);
    let ids: std::collections::BTreeSet<&String> = house.taken.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn a_partial_last_line_waits_also_over_a_restart_and_long_lines_are_cut_and_reported() {
    let mut house = House::new("partial", "a.log");
    house.start("");
    house.write("a.log", "line 000000 begins");
    house.read();
    assert!(house.taken.is_empty());
    house.stop();
    house.write("a.log", " and ends\n");
    house.start("");
    house.read();
    assert_eq!(house.taken[0].1, "line 000000 begins and ends");
    house.write("a.log", &format!("line 000001 {}\nline 000002\n", "x".repeat(700_000)));
    house.read();
    assert_eq!(house.numbers(), [0, 1, 2]);
    assert_eq!(house.taken[1].1.len(), 1000);
}

#[test]
fn a_stack_trace_is_one_event_and_its_last_one_comes_after_the_wait() {
    let mut house = House::new("trace", "a.log");
    house.start("[multiline]\nstart = '^line'\nwait_ms = 2000\n");
    house.write("a.log", "line 000000 boom\n  at one\n");
    let early = house.tail.as_mut().unwrap().pass(house.now_ms);
    assert!(early.looked.entries.is_empty());
    house.write("a.log", "  at two\nline 000001 fine\n");
    house.read();
    assert_eq!(house.taken.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["line 000000 boom\n  at one\n  at two", "line 000001 fine"]);
}

#[test]
fn from_the_end_leaves_old_lines_alone_and_reads_later_files_whole() {
    let mut house = House::new("end", "*.log");
    house.lines("a.log", 0..5);
    house.start("from = \"end\"\n");
    house.read();
    house.lines("a.log", 5..7);
    house.lines("b.log", 7..9);
    house.read();
    let mut numbers = house.numbers();
    numbers.sort_unstable();
    assert_eq!(numbers, [5, 6, 7, 8]);
}

#[test]
fn a_rotated_file_that_was_compressed_before_it_was_read_is_reported() {
    let mut house = House::new("compressed", "a.log");
    house.start("");
    house.lines("a.log", 0..5);
    house.read();
    house.stop();
    house.lines("a.log", 5..9);
    fs::remove_file(house.path("a.log")).unwrap();
    house.write("a.log.1.gz", "compressed");
    fs::File::options().append(true).open(house.path("a.log.1.gz")).unwrap().set_modified(SystemTime::now() + Duration::from_secs(600)).unwrap();
    house.start("");
    house.read();
    assert!(house.reports.iter().any(|report| report.en.contains("a.log.1.gz: was compressed before it was read to its end")), "{:?}", house.reports);
}
