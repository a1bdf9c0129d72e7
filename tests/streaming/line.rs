//! The line on the built-in engines, from the bus to index, windows and lake: what it must survive.

use super::line_house::{
    BEGIN_MS, Line, STREAM, STREAM_FILE, archived, count, event, event_at, id, ids_in_archive, ids_in_index, indexed, raw, same, whole, windows_have,
};
use server::streaming::{
    dead_letters::{self, Stage},
    processor::store::{self, Begun},
};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn events_come_to_index_windows_and_lake_and_a_model_may_read_them() {
    let mut line = Line::new(STREAM_FILE).await;
    let scope = line.portal.governance.build_scope("operations", &[]).await.unwrap();
    assert!(scope.version_of("lake.web_events").is_some(), "a model must find the archive before the first event");
    line.start();
    line.send((0..500).map(event).collect()).await;
    whole(&line, 0..500).await;
    line.stop().await;
    let scope = line.portal.governance.build_scope("operations", &[]).await.unwrap();
    let sql = "select status, count(*) as requests from lake.web_events group by status";
    let built = line.portal.warehouse.build(&scope, "warehouse.requests", "run", sql).await.unwrap();
    assert_eq!(built.rows, 2);
}

/// FT-S01: the process dies after it wrote and before it committed; all is read again.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s01_a_crash_between_write_and_commit_doubles_nothing() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    line.send((0..2_000).map(event).collect()).await;
    line.indexed(2_000).await;
    line.crash().await;
    // As if no position had ever come back from the index.
    for number in 0..2 {
        let partition = ::streaming::bus::Partition { topic: STREAM.into(), partition: number };
        let mut changes = line.portal.database.begin().await.unwrap();
        store::set_position(&mut changes, STREAM, &partition, store::Sink::Index, 0).await.unwrap();
        changes.commit().await.unwrap();
    }
    line.start();
    line.send((2_000..2_500).map(event).collect()).await;
    whole(&line, 0..2_500).await;
    line.stop().await;
}

/// FT-S09: an agent sends again what it had sent, in another order.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s09_a_shuffled_second_delivery_changes_nothing() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    line.send((0..10_000).map(event).collect()).await;
    let mut again: Vec<u64> = (0..10_000).collect();
    // A fixed shuffle: 7,919 has no common divisor with 10,000.
    again.sort_by_key(|number| number * 7_919 % 10_000);
    for part in again.chunks(1_000) {
        line.send(part.iter().copied().map(event).collect()).await;
    }
    line.send(vec![event(10_000)]).await;
    whole(&line, 0..10_001).await;
    line.stop().await;
}

/// FT-S08: a record that ended the process twice goes unparsed to the dead letters, and its partition goes on.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s08_a_record_that_ended_the_process_twice_is_buried_unparsed() {
    let mut line = Line::new(STREAM_FILE).await;
    // One key, so one partition.
    let records: Vec<_> = (0..10).map(|number| ::streaming::Record { key: "one".into(), ..event(number) }).collect();
    line.send(records).await;
    let bounds = line.portal.bus.bounds(STREAM).await.unwrap();
    let bound = bounds.iter().find(|bound| bound.next > bound.oldest).unwrap();
    let taken = store::take_over(&line.portal.database, STREAM, &bound.partition, "dead process", &line.portal.bus.identity().await.unwrap(), bound.oldest)
        .await
        .unwrap();
    let mut changes = line.portal.database.begin().await.unwrap();
    let begun = Begun { from: bound.oldest + 4, until: bound.oldest + 5, attempts: 2 };
    assert!(store::begin(&mut changes, STREAM, &bound.partition, taken.fence, Some(begun)).await.unwrap());
    changes.commit().await.unwrap();
    line.start();
    line.indexed(9).await;
    same(ids_in_index(&line.portal).await, (0..10).filter(|number| *number != 4).map(id), "index");
    let letters = dead_letters::store::list(&line.portal.database, STREAM, i64::MAX, 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].letter.stage, letters[0].letter.record.clone()),
        (Stage::Poison, ::streaming::Record { key: "one".into(), ..event_of(&letters[0]) })
    );
    line.stop().await;
}

fn event_of(kept: &dead_letters::store::Kept) -> ::streaming::Record {
    ::streaming::Record { taken_ms: kept.letter.record.taken_ms, ..event(4) }
}

/// FT-S11: full dead letters make the stream wait; nothing is dropped, and it goes on when there is room.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s11_full_dead_letters_block_and_lose_nothing() {
    let mut line = Line::with(STREAM_FILE, |config| config.dead_letters = 5).await;
    line.start();
    let broken = |number: u64| raw(number, format!("not a line {number}"));
    line.send((0..5).map(broken).collect()).await;
    line.send(vec![event(100)]).await;
    line.indexed(1).await;
    line.send(vec![broken(5)]).await;
    line.send((101..110).map(|number| ::streaming::Record { key: broken(5).key, ..event(number) }).collect()).await;
    let meters = line.portal.meters.stream(STREAM);
    for _ in 0..100 {
        if meters.blocked.get() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(meters.blocked.get(), 1, "the alarm");
    assert_eq!(dead_letters::store::taken(line.portal.database.read(), STREAM).await.unwrap().letters, 5);
    let mut changes = line.portal.database.begin().await.unwrap();
    assert_eq!(dead_letters::store::discard(&mut changes, STREAM, i64::MAX).await.unwrap(), 5);
    changes.commit().await.unwrap();
    line.indexed(10).await;
    let left = dead_letters::store::list(&line.portal.database, STREAM, i64::MAX, 10).await.unwrap();
    assert_eq!(left.iter().map(|kept| kept.letter.record.id.clone()).collect::<Vec<_>>(), [id(5)]);
    assert_eq!(left[0].letter.record.value, broken(5).value);
    line.stop().await;
}

/// FT-S14: the clock of a source jumps back an hour. Windows are by event time, and ids do not know clocks.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s14_a_clock_that_jumps_back_changes_neither_windows_nor_ids() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    let hour = 3_600_000;
    let one = |number: u64, at_ms: i64| ::streaming::Record { key: "one".into(), ..event_at(number, at_ms) };
    line.send((0..100).map(|number| one(number, BEGIN_MS + hour)).collect()).await;
    line.indexed(100).await;
    // Within the lateness, and long before it.
    line.send((100..150).map(|number| one(number, BEGIN_MS + hour - 60_000)).collect()).await;
    line.send((150..200).map(|number| one(number, BEGIN_MS)).collect()).await;
    line.indexed(200).await;
    archived(&line.portal, 200, LONG).await;
    windows_have(&line, 150).await;
    let late = line.portal.meters.stream(STREAM).late.get();
    assert_eq!(late, 50, "late events are counted, never silently dropped");
    same(ids_in_archive(&line.portal).await, (0..200).map(id), "archive");
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_replayed_from_the_dead_letters_counts_once() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    let broken = raw(1, "not a line".into());
    line.send(vec![broken.clone(), event(0)]).await;
    line.indexed(1).await;
    // Mended at the source, with the id it had.
    line.send(vec![event(1)]).await;
    whole(&line, 0..2).await;
    line.stop().await;
    assert_eq!(count(&line.portal).await, 2);
    indexed(&line.portal, 2, LONG).await;
}

/// FT-S20: a worker that was cut off holds an old fence; whatever it still has in hand is refused, and its successor goes on.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s20_a_worker_that_was_taken_over_writes_nothing_more() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    line.send((0..300).map(event).collect()).await;
    line.indexed(300).await;
    archived(&line.portal, 300, LONG).await;
    // Another process takes both partitions; the worker of before learns it at its next write, and joins anew.
    let mut fences = Vec::new();
    for number in 0..2 {
        let partition = ::streaming::bus::Partition { topic: STREAM.into(), partition: number };
        let old = store::take_over(&line.portal.database, STREAM, &partition, "cut off", "log", 0).await.unwrap();
        let new = store::take_over(&line.portal.database, STREAM, &partition, "successor", "log", 0).await.unwrap();
        let mut changes = line.portal.database.begin().await.unwrap();
        assert!(!store::holds(&mut changes, STREAM, &partition, old.fence).await.unwrap());
        assert!(!store::begin(&mut changes, STREAM, &partition, old.fence, None).await.unwrap());
        assert!(store::holds(&mut changes, STREAM, &partition, new.fence).await.unwrap());
        changes.commit().await.unwrap();
        fences.push((partition, new.fence));
    }
    line.send((300..600).map(event).collect()).await;
    whole(&line, 0..600).await;
    for (partition, fence) in fences {
        let mut changes = line.portal.database.begin().await.unwrap();
        assert!(!store::holds(&mut changes, STREAM, &partition, fence).await.unwrap(), "nobody took {partition:?} back");
    }
    line.stop().await;
}
