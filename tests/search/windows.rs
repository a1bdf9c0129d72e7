//! Windows of a stream: figures that nobody may read beyond their rules.

use app::{dashboards::asks::ReadWindow, warehouse::asks::Value};
use http::StatusCode;
use serde_json::json;
use tests::{
    house::{House, houses},
    streams::{furnished, lately, save, web},
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

fn read(window: &str) -> ReadWindow {
    ReadWindow { stream: "web".into(), window: window.into(), minutes: 60 }
}

#[tokio::test]
async fn a46_a_window_is_served_only_as_far_as_its_keys_let_the_rules_be_laid_on() {
    for house in houses().await {
        let house = furnished(house).await;
        counted(&house).await;
        let (mut olga, mut oscar, mut sara) = (house.signed_in("olga").await, house.signed_in("oscar").await, house.signed_in("sara").await);
        let all = olga.ask(&read("by_host")).await.unwrap();
        let keys: Vec<Vec<Value>> = all.rows.iter().map(|row| row.keys.clone()).collect();
        assert_eq!((all.measures.as_slice(), keys.len()), (["requests".to_owned(), "volume".to_owned()].as_slice(), 4));
        let shop = all.rows.iter().find(|row| row.keys == [Value::Text("shop".into())]).unwrap();
        assert_eq!(shop.amounts, [Value::Integer(5), Value::Integer(350)], "partitions add up");
        // Óscar: his host alone, neither what has no host nor what stands for many.
        let own = oscar.ask(&read("by_host")).await.unwrap();
        assert_eq!(own.rows.iter().map(|row| row.keys.clone()).collect::<Vec<_>>(), [[Value::Text("shop".into())]]);
        // Sara's rule is over the status, which is no key here; and she sees volumes in steps alone.
        assert_eq!(sara.ask(&read("by_host")).await.unwrap_err().0, StatusCode::NOT_FOUND);
        let failures = sara.ask(&read("by_both")).await.unwrap();
        assert_eq!((failures.measures.as_slice(), failures.rows.len()), (["requests".to_owned()].as_slice(), 1));
        assert_eq!(failures.rows[0].amounts, [Value::Integer(1)]);
        // A masked field cannot be a key, a foreign stream has no window, and what is not there looks the same.
        assert_eq!(olga.ask(&read("by_client")).await.unwrap().rows.len(), 1);
        assert_eq!(oscar.ask(&read("by_status")).await.unwrap_err().0, StatusCode::NOT_FOUND);
        let mut sergio = house.signed_in("sergio").await;
        let (closed, absent) = (oscar.ask(&read("by_client")).await.unwrap_err(), oscar.ask(&read("by_nothing")).await.unwrap_err());
        assert_eq!(closed, absent);
        assert_eq!(sergio.ask(&read("by_host")).await.unwrap_err(), absent);
        // More hidden events change no byte.
        let before = serde_json::to_vec(&oscar.ask(&read("by_host")).await.unwrap()).unwrap();
        count(&house, "by_host", lately() / 60_000 * 60_000, json!(["blog"]), false, 2, json!([1_000, 1_000])).await;
        count(&house, "by_host", lately() / 60_000 * 60_000 + 60_000, json!(["news"]), false, 0, json!([5, 5])).await;
        assert_eq!(before, serde_json::to_vec(&oscar.ask(&read("by_host")).await.unwrap()).unwrap());
        assert_eq!(olga.ask(&ReadWindow { minutes: 0, ..read("by_host") }).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
