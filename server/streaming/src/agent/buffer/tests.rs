//! The buffer under restarts, torn ends, damaged bytes and its limit.

use super::{reader::values, *};
use crate::agent::now_ms;
use bytes::Bytes;
use std::path::PathBuf;

struct House(PathBuf);

impl House {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("atalaya-buffer-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }

    async fn open(&self) -> Opened {
        self.with(&Limits { commit_ms: 1, ..Limits::default() }).await
    }

    async fn with(&self, limits: &Limits) -> Opened {
        Buffer::open(&self.0, "web-1", limits).await.unwrap()
    }

    fn segment(&self, number: u64) -> PathBuf {
        segment::path(&self.0, number)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn entries(values: &[&str]) -> Vec<Entry> {
    let entry = |value: &&str| Entry {
        topic: "web".into(),
        key: "".into(),
        origin: "http".into(),
        taken_ms: 1,
        place: Place::Numbered,
        value: Bytes::copy_from_slice(value.as_bytes()),
    };
    values.iter().map(entry).collect()
}

async fn put(buffer: &Buffer, values: &[&str]) {
    buffer.append(Vec::new(), entries(values)).await.unwrap().await.unwrap().unwrap();
}

async fn close(opened: Opened) {
    opened.closing.cancel();
    opened.writing.await.unwrap().unwrap();
}

async fn all(opened: &mut Opened) -> Vec<(String, String)> {
    let mut read = Vec::new();
    while let Ok(batch) = tokio::time::timeout(Duration::from_millis(100), opened.reader.next(3, 1 << 20)).await {
        read.extend(batch.unwrap().records().map(|(_, record)| (record.id, String::from_utf8_lossy(&record.value).into_owned())));
    }
    read
}

#[tokio::test]
async fn what_was_not_delivered_comes_again_with_the_same_ids() {
    let house = House::new("again");
    let mut opened = house.open().await;
    put(&opened.buffer, &["a", "b"]).await;
    put(&opened.buffer, &["c"]).await;
    let batch = opened.reader.next(2, 1 << 20).await.unwrap();
    assert_eq!(values(&batch), ["a", "b"]);
    opened.reader.receipts().delivered(&batch);
    let rest = opened.reader.next(10, 1 << 20).await.unwrap();
    let id = rest.records().next().unwrap().1.id;
    close(opened).await;

    let mut opened = house.open().await;
    assert_eq!(opened.buffer.records(), 1);
    assert_eq!(all(&mut opened).await, [(id.clone(), "c".to_owned())]);
    put(&opened.buffer, &["d"]).await;
    let later = all(&mut opened).await;
    assert!(later.len() == 1 && later[0].0 != id && later[0].0.starts_with("web-1:"));
}

#[tokio::test]
async fn a_request_that_was_torn_is_taken_back_as_a_whole_wherever_it_was_cut() {
    let house = House::new("torn");
    let opened = house.open().await;
    put(&opened.buffer, &["first"]).await;
    let kept = std::fs::metadata(house.segment(1)).unwrap().len();
    put(&opened.buffer, &["one", "two"]).await;
    close(opened).await;
    let whole = std::fs::read(house.segment(1)).unwrap();
    for cut in kept..whole.len() as u64 {
        std::fs::write(house.segment(1), &whole[..usize::try_from(cut).unwrap()]).unwrap();
        let mut opened = house.open().await;
        assert_eq!(all(&mut opened).await.len(), 1, "cut at {cut}");
        assert_eq!(std::fs::metadata(house.segment(1)).unwrap().len(), kept);
        assert_eq!(opened.buffer.losses().frames(), 0);
        close(opened).await;
    }
    let mut opened = house.open().await;
    put(&opened.buffer, &["after"]).await;
    let ids: Vec<String> = all(&mut opened).await.into_iter().map(|(id, _)| id).collect();
    assert!(!ids[1].ends_with(":2") && !ids[1].ends_with(":3"), "a number that may have been sent is not given out again: {ids:?}");
}

/// FT-S13: a damaged byte anywhere in the middle costs the frames it stands in, and is said with its place.
#[tokio::test]
async fn ft_s13_frames_before_and_after_a_damaged_byte_are_recovered_and_the_loss_is_reported() {
    let house = House::new("damaged");
    let opened = house.open().await;
    let lines: Vec<String> = (0..40).map(|number| format!("line {number:04} {}", "x".repeat(number * 3))).collect();
    for line in &lines {
        put(&opened.buffer, &[line]).await;
    }
    close(opened).await;
    let whole = std::fs::read(house.segment(1)).unwrap();
    let last = whole.len() - 200;
    for at in (0..last).step_by(37) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x20;
        std::fs::write(house.segment(1), &damaged).unwrap();
        let mut opened = house.open().await;
        let losses = opened.buffer.losses().losses();
        assert_eq!((losses.len(), opened.buffer.losses().frames()), (1, 1), "byte {at}");
        let place = usize::try_from(losses[0].from).unwrap()..usize::try_from(losses[0].until).unwrap();
        assert!(place.contains(&at) && losses[0].segment == 1, "byte {at} in {place:?}");
        assert!(opened.buffer.losses().take_reports()[0].en.contains(&format!("from byte {} to {}", place.start, place.end)));
        let read: Vec<String> = all(&mut opened).await.into_iter().map(|(_, value)| value).collect();
        assert_eq!(read.len(), lines.len() - 1, "byte {at}");
        assert!(read.iter().all(|value| lines.contains(value)), "byte {at}");
        assert_eq!(opened.buffer.losses().frames(), 1, "counted once, however often it is read");
        close(opened).await;
    }
}

/// FT-S12, at the limit: nothing is taken, nothing is lost, and it goes on when there is room.
#[tokio::test]
async fn ft_s12_at_its_limit_the_buffer_refuses_or_waits_and_goes_on_when_there_is_room() {
    let house = House::new("limit");
    let limits = Limits { buffer_bytes: 1 << 20, commit_ms: 1, ..Limits::default() };
    let mut opened = house.with(&limits).await;
    let line = "x".repeat(10_000);
    let mut taken: u64 = 0;
    while let Ok(ticket) = opened.buffer.try_append(entries(&[&line])).await {
        ticket.await.unwrap().unwrap();
        taken += 1;
    }
    assert!((100..105).contains(&taken), "{taken} of 10,000 bytes fit into 1 MiB");
    assert_eq!(opened.buffer.try_append(entries(&[&line])).await.unwrap_err(), Full::Limit);
    let waiting = tokio::spawn({
        let buffer = opened.buffer.clone();
        let line = line.clone();
        async move { buffer.append(Vec::new(), entries(&[&line])).await.unwrap().await.unwrap() }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    let mut read = 0;
    while read < taken + 1 {
        let batch = opened.reader.next(10, 1 << 20).await.unwrap();
        read += batch.len() as u64;
        opened.reader.receipts().delivered(&batch);
    }
    waiting.await.unwrap().unwrap();
    assert_eq!(read, taken + 1);
    let until = std::time::Instant::now() + Duration::from_secs(5);
    while opened.buffer.bytes() > 300_000 {
        assert!(std::time::Instant::now() < until, "delivered segments are deleted: {}", opened.buffer.bytes());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    close(opened).await;

    let stopping = House::new("limit-stop");
    let opened = stopping.with(&Limits { buffer_bytes: 1 << 20, when_full: WhenFull::Stop, ..limits }).await;
    let big: Vec<&str> = vec![&line; 90];
    put(&opened.buffer, &big).await;
    let fault = opened.buffer.append(Vec::new(), entries(&big)).await.unwrap_err();
    assert!(fault.en.contains("limit of 1048576 bytes"));
}

#[tokio::test]
async fn a_damaged_state_sends_again_what_is_kept_under_the_same_ids() {
    let house = House::new("state");
    let mut opened = house.open().await;
    put(&opened.buffer, &["a", "b", "c"]).await;
    let sent = all(&mut opened).await;
    close(opened).await;
    std::fs::write(house.0.join("state.json"), "{\"agent\": \"we").unwrap();
    let mut opened = house.open().await;
    assert_eq!(all(&mut opened).await, sent);
    assert!(opened.buffer.losses().take_reports()[0].en.contains("state file is damaged"));
}

#[tokio::test]
async fn positions_of_files_follow_the_events_and_a_torn_one_does_not_move_them() {
    let house = House::new("marks");
    let opened = house.open().await;
    let mark = Mark {
        generation: "ab.0".into(),
        origin: "/a.log".into(),
        path: "/a.log".into(),
        device: 1,
        inode: 2,
        first_bytes: 3,
        fingerprint: "ab".into(),
        offset: 0,
        check: 0,
        seen_ms: now_ms(),
        done: false,
    };
    let line = |start: u64, end: u64| {
        let place = Place::File { generation: "ab.0".into(), start, end, check: u32::try_from(end).unwrap() };
        Entry { place, origin: "/a.log".into(), taken_ms: now_ms(), ..entries(&["line"]).remove(0) }
    };
    opened.buffer.append(vec![mark], vec![line(0, 5), line(5, 10)]).await.unwrap().await.unwrap().unwrap();
    opened.buffer.append(Vec::new(), vec![line(10, 15), line(15, 20)]).await.unwrap().await.unwrap().unwrap();
    // As after a kill: no state was written since, and the last request is torn.
    tokio::time::sleep(Duration::from_millis(20)).await;
    opened.writing.abort();
    let length = std::fs::metadata(house.segment(1)).unwrap().len();
    segment::truncate(&house.0, 1, length - 1).unwrap();
    let mut opened = house.open().await;
    assert_eq!((opened.marks["ab.0"].offset, opened.marks["ab.0"].check), (10, 10));
    assert_eq!(opened.counters["ab"], 1);
    let read = all(&mut opened).await;
    assert_eq!(read.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["web-1:ab.0:0", "web-1:ab.0:5"]);
}
