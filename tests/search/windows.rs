//! Windows of a stream: figures that nobody may read beyond their rules.

use app::{
    dashboards::asks::{ListWindows, ReadWindow, WindowCourse, WindowTile},
    search::asks::{Live, Watched},
    warehouse::asks::ChartKind,
};
use http::StatusCode;
use serde_json::json;
use std::time::Duration;
use tests::{
    house::{House, houses},
    streams::{Event, Watching, furnished, lately, live_path_of, save, web, write},
};

/// Rows as a processor leaves them: each partition its share.
async fn count(house: &House, window: &str, start_ms: i64, keys: serde_json::Value, other: bool, partition: i64, amounts: serde_json::Value) {
    let mut changes = house.portal.database.begin().await.unwrap();
    sqlx::query("insert into stream_window (stream, name, start_ms, keys, other, topic, partition, amounts) values ('web', $1, $2, $3, $4, 'web', $5, $6)")
        .bind(window)
        .bind(start_ms)
        .bind(keys.to_string())
        .bind(i64::from(other))
        .bind(partition)
        .bind(amounts.to_string())
        .execute(&mut *changes)
        .await
        .unwrap();
    changes.commit().await.unwrap();
}

async fn counted(house: &House) {
    let window = |name: &str, keys: &[&str]| json!({ "name": name, "width_seconds": 60, "keys": keys, "measures": [{ "name": "requests" }, { "name": "volume", "sum": "bytes" }] });
    let mut stream = web();
    let windows =
        [window("by_host", &["host"]), window("by_status", &["status"]), window("by_both", &["host", "status"]), window("by_client", &["client", "host"])];
    stream.pipeline = json!({ "parser": { "format": "combined" }, "windows": windows });
    save(house, &stream).await;
    let at = lately() / 60_000 * 60_000;
    count(house, "by_host", at, json!(["shop"]), false, 0, json!([3, 300])).await;
    count(house, "by_host", at, json!(["shop"]), false, 1, json!([2, 50])).await;
    count(house, "by_host", at, json!(["blog"]), false, 0, json!([7, 700])).await;
    count(house, "by_host", at, json!([null]), false, 0, json!([1, 1])).await;
    count(house, "by_host", at, json!([null]), true, 0, json!([9, 9])).await;
    count(house, "by_both", at, json!(["shop", 404]), false, 0, json!([1, 10])).await;
    count(house, "by_both", at, json!(["blog", 200]), false, 0, json!([4, 40])).await;
    count(house, "by_client", at, json!(["203.0.113.7", "shop"]), false, 0, json!([1, 10])).await;
}

fn read(window: &str, measure: &str, by: Option<&str>) -> ReadWindow {
    let tile = WindowTile { stream: "web".into(), window: window.into(), measure: measure.into(), by: by.map(str::to_owned), minutes: 60 };
    ReadWindow { tile, chart: ChartKind::StackedBar, ..ReadWindow::default() }
}

/// Each line's name and its sum over the whole time.
fn sums(course: &WindowCourse) -> Vec<(&str, f64)> {
    course.lines.iter().map(|line| (line.name.as_str(), line.points.iter().sum())).collect()
}

#[tokio::test]
async fn a46_a_window_is_served_only_as_far_as_its_keys_let_the_rules_be_laid_on() {
    for house in houses().await {
        let house = furnished(house).await;
        counted(&house).await;
        let (mut olga, mut oscar, mut sara) = (house.signed_in("olga").await, house.signed_in("oscar").await, house.signed_in("sara").await);
        let all = olga.ask(&read("by_host", "requests", Some("host"))).await.unwrap();
        assert_eq!(sums(&all), [("others", 9.0), ("blog", 7.0), ("shop", 5.0), ("(none)", 1.0)], "partitions add up");
        assert!((60..=62).contains(&all.times_ms.len()) && all.option.is_some());
        assert_eq!(sums(&olga.ask(&read("by_host", "volume", None)).await.unwrap()), [("volume", 1_060.0)]);
        // Óscar: his host alone, neither what has no host nor what stands for many.
        let own = oscar.ask(&read("by_host", "requests", Some("host"))).await.unwrap();
        assert_eq!(sums(&own), [("shop", 5.0)]);
        // Sara's rule is over the status, which is no key here; and she sees volumes in steps alone.
        assert_eq!(sara.ask(&read("by_host", "requests", None)).await.unwrap_err().0, StatusCode::NOT_FOUND);
        assert_eq!(sums(&sara.ask(&read("by_both", "requests", Some("host"))).await.unwrap()), [("shop", 1.0)]);
        assert_eq!(sara.ask(&read("by_both", "volume", None)).await.unwrap_err().0, StatusCode::NOT_FOUND);
        let offered = sara.ask(&ListWindows { stream: "web".into() }).await.unwrap();
        let offered: Vec<_> = offered.iter().map(|card| (card.name.as_str(), card.measures.as_slice())).collect();
        assert_eq!(offered, [("by_status", ["requests".to_owned()].as_slice()), ("by_both", ["requests".to_owned()].as_slice())]);
        // A masked field cannot be a key, a foreign stream has no window, and what is not there looks the same.
        assert_eq!(sums(&olga.ask(&read("by_client", "requests", None)).await.unwrap()), [("requests", 1.0)]);
        assert_eq!(oscar.ask(&read("by_status", "requests", None)).await.unwrap_err().0, StatusCode::NOT_FOUND);
        let mut sergio = house.signed_in("sergio").await;
        let (closed, absent) =
            (oscar.ask(&read("by_client", "requests", None)).await.unwrap_err(), oscar.ask(&read("by_nothing", "requests", None)).await.unwrap_err());
        assert_eq!(closed, absent);
        for other in [read("by_host", "nothing", None), read("by_host", "requests", Some("status"))] {
            assert_eq!(oscar.ask(&other).await.unwrap_err(), absent);
        }
        assert_eq!(sergio.ask(&read("by_host", "requests", None)).await.unwrap_err(), absent);
        assert_eq!(sergio.ask(&ListWindows { stream: "web".into() }).await.unwrap_err(), absent);
        // More hidden events change no byte.
        let before = serde_json::to_vec(&oscar.ask(&read("by_host", "requests", None)).await.unwrap().lines).unwrap();
        count(&house, "by_host", lately() / 60_000 * 60_000, json!(["blog"]), false, 2, json!([1_000, 1_000])).await;
        count(&house, "by_host", lately() / 60_000 * 60_000 + 60_000, json!(["news"]), false, 0, json!([5, 5])).await;
        assert_eq!(before, serde_json::to_vec(&oscar.ask(&read("by_host", "requests", None)).await.unwrap().lines).unwrap());
        let mut none = read("by_host", "requests", None);
        none.tile.minutes = 0;
        assert_eq!(olga.ask(&none).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// One connection for a window, a query and what is not the reader's: each goes its own way.
#[tokio::test]
async fn a_page_watches_windows_and_events_over_one_connection() {
    let soon = Duration::from_secs(3);
    let house = furnished(House::empty(None).await).await;
    counted(&house).await;
    let events = Watched::Events { stream: "web".into(), query: String::new(), most: None };
    let foreign = Watched::Events { stream: "wib".into(), query: String::new(), most: None };
    let path = live_path_of(&[Watched::Window(read("by_host", "requests", None)), foreign, events]);
    let oscar = house.signed_in("oscar").await;
    let mut view = Watching::open_at(&oscar, &path, None).await.unwrap();
    let mut first = [view.next(soon).await.expect("two at once"), view.next(soon).await.expect("two at once")];
    first.sort_by_key(|told| told.of);
    let Live::Course(course) = &first[0].live else { panic!("{first:?}") };
    assert_eq!((first[0].of, sums(course)), (0, vec![("requests", 5.0)]));
    assert_eq!((first[1].of, &first[1].live), (1, &Live::Ended));
    // Nothing changed for him: nothing comes.
    count(&house, "by_host", lately() / 60_000 * 60_000, json!(["blog"]), false, 3, json!([50, 50])).await;
    count(&house, "by_host", lately() / 60_000 * 60_000, json!(["shop"]), false, 2, json!([4, 40])).await;
    // A new minute is news too, with the same sum.
    let mut told = view.next(soon).await.expect("a newer course");
    while matches!(&told.live, Live::Course(course) if sums(course) == [("requests", 5.0)]) {
        told = view.next(soon).await.expect("a newer course");
    }
    assert!(told.of == 0 && matches!(&told.live, Live::Course(course) if sums(course) == [("requests", 9.0)]), "{told:?}");
    write(&house, &[Event::new("n1", lately(), "shop", "/n1", 200)]).await;
    while told.of == 0 {
        told = view.next(soon).await.expect("the event");
    }
    assert!(told.of == 2 && matches!(&told.live, Live::Hits { hits, .. } if hits.len() == 1), "{told:?}");
    drop(view);
    // What was lost goes on where each stood.
    write(&house, &[Event::new("n2", lately() + 1, "shop", "/n2", 200)]).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let mut again = Watching::open_at(&oscar, &path, Some(&told.id)).await.unwrap();
    let mut missed = false;
    for _ in 0..3 {
        let told = again.next(soon).await.expect("three at once");
        missed |= told.of == 2 && matches!(&told.live, Live::Hits { hits, .. } if hits.len() == 1);
    }
    assert!(missed);
    assert!(Watching::open_at(&oscar, "/api/live", None).await.is_err_and(|(status, _)| status == StatusCode::UNPROCESSABLE_ENTITY));
    assert!(Watching::open_at(&oscar, "/api/live?watch=%7B", None).await.is_err_and(|(status, _)| status == StatusCode::UNPROCESSABLE_ENTITY));
}
