//! The bus is another one, or has lost what was read, or is read again: nothing is passed over and nothing is doubled.

use super::{
    letters::permit,
    line_house::{Line, STREAM, STREAM_FILE, event, send, topic, until, whole},
};
use ::streaming::Record;
use app::streaming::asks::RefillIndex;
use server::{
    portal::Portal,
    search::stream as streams,
    streaming::{processor::store, stream::refill},
};
use std::{path::Path, time::Duration};

const LONG: Duration = Duration::from_secs(60);

/// All on one partition, so that its offsets are known.
fn one(number: u64) -> Record {
    Record { key: "one".into(), ..event(number) }
}

async fn gaps(portal: &Portal) -> Vec<(i64, i64)> {
    store::gaps(&portal.database, STREAM, 10).await.unwrap().into_iter().map(|gap| (gap.from, gap.until)).collect()
}

/// Whether the new bus has fewer or more records than were read from the old one, it is read from its beginning.
#[tokio::test(flavor = "multi_thread")]
async fn another_bus_is_read_from_its_beginning_without_a_gap() {
    for more in [100, 900] {
        let mut line = Line::new(STREAM_FILE).await;
        line.start();
        line.send((0..500).map(one).collect()).await;
        whole(&line, 0..500).await;
        line.stop().await;
        let folder = line.portal.config.data.clone();
        // An agent that had no answer from the old bus sends its last events again, and wrote to the new one before anybody read it.
        let mut line = line.opened_again(|| forget(&folder.join("bus"))).await;
        line.portal.bus.ensure(&topic()).await.unwrap();
        send(line.portal.bus.as_ref(), (450..500 + more).map(one).collect()).await;
        line.start();
        whole(&line, 0..500 + more).await;
        // And it stays so after a restart.
        line.stop().await;
        line.start();
        line.send((500 + more..520 + more).map(one).collect()).await;
        whole(&line, 0..520 + more).await;
        assert_eq!(gaps(&line.portal).await, []);
        line.stop().await;
    }
}

/// FT-S03, for the sinks: the bus loses records that were read, and others come in their place.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s03_records_in_the_place_of_lost_ones_come_to_every_sink() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    for number in 0..100 {
        // A frame each.
        line.send(vec![one(number)]).await;
    }
    whole(&line, 0..100).await;
    cut(&line.portal.config.data.join("bus"), 60).await;
    assert!(until(LONG, async || gaps(&line.portal).await == [(60, 100)]).await, "the loss is told");
    line.send((100..130).map(one).collect()).await;
    whole(&line, 0..130).await;
    assert_eq!(gaps(&line.portal).await, [(60, 100)]);
    // And a restart changes nothing.
    line.stop().await;
    line.start();
    line.send((130..200).map(one).collect()).await;
    whole(&line, 0..200).await;
    assert_eq!(gaps(&line.portal).await.len(), 1);
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_index_is_filled_again_and_nothing_else_moves() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    line.send((0..300).map(event).collect()).await;
    whole(&line, 0..300).await;
    // As a new search server would be.
    let shape = streams::store::all(&line.portal.database).await.unwrap().remove(0).shape();
    line.portal.index.expire(&shape, i64::MAX).await.unwrap();
    line.indexed(0).await;
    let adela = permit(&line, "adela").await.unwrap();
    let ask = RefillIndex { stream: STREAM.into() };
    assert_eq!(refill::answer(line.portal.clone(), adela.clone(), ask).await.unwrap(), 300);
    whole(&line, 0..300).await;
    line.send((300..350).map(event).collect()).await;
    whole(&line, 0..350).await;
    let other = RefillIndex { stream: "other".into() };
    assert_eq!(refill::answer(line.portal.clone(), adela, other).await.unwrap_err().status(), axum::http::StatusCode::NOT_FOUND);
    line.stop().await;
}

fn forget(bus: &Path) {
    std::fs::remove_dir_all(bus).unwrap();
}

/// As an older copy of the bus's files would be: records from this offset on were never there.
async fn cut(bus: &Path, next: i64) {
    use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
    let options = SqliteConnectOptions::new().filename(bus.join("bus.sqlite")).busy_timeout(Duration::from_secs(10));
    let mut file = options.connect().await.unwrap();
    sqlx::query("update partition set next = $1 where next > $1").bind(next).execute(&mut file).await.unwrap();
    sqlx::query("delete from frame where first >= $1").bind(next).execute(&mut file).await.unwrap();
}
