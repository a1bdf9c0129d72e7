//! Bounds of time, memory and size: a query that breaks one ends alone (A29, A51).

use super::house::{House, everything, lines, query, visits};
use futures::StreamExt;
use std::time::{Duration, Instant};
use warehouse::{Predicate, Query, QueryFault};

#[tokio::test(flavor = "multi_thread")]
async fn a51_time_ends_one_query_and_leaves_the_others() {
    let house = House::with(64 << 20, Duration::from_millis(700)).await;
    let version = house.write("visits", (0..40).map(|part| visits((part * 1000..part * 1000 + 1000).collect())).collect()).await;
    let scope = house.reader(version, everything(), &[]);
    let endless = "select count(*) from visits a, visits b, visits c where a.id * b.id % 7 = c.id % 11";
    let started = Instant::now();
    let (long, short) = tokio::join!(house.sql(&scope, endless), house.sql(&scope, "select count(*) from visits"));
    assert!(matches!(long, Err(QueryFault::TooMuch("time"))), "{long:?}");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(short.unwrap(), ["40000"]);
    assert_eq!(house.sql(&scope, "select count(*) from visits").await.unwrap(), ["40000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a51_memory_ends_one_query_and_leaves_the_others() {
    let house = House::with(8 << 20, Duration::from_secs(60)).await;
    let version = house.write("visits", (0..100).map(|part| visits((part * 1000..part * 1000 + 1000).collect())).collect()).await;
    let scope = house.reader(version, everything(), &[]);
    let vast = "select count(*) from (select array.id from (select id, note, region, at, lpad(note, 200, 'x') as wide from visits) array join (select id, lpad(note, 200, 'y') as wide from visits) other on array.wide || array.id = other.wide || other.id or array.id = other.id)";
    let outcome = house.sql(&scope, vast).await;
    assert!(matches!(outcome, Err(QueryFault::TooMuch(_))), "{outcome:?}");
    assert_eq!(house.sql(&scope, "select count(*) from visits").await.unwrap(), ["100000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a51_text_does_not_multiply() {
    let house = House::new().await;
    let version = house.visits().await;
    let scope = house.north(version);
    let doubled = |step: &str, times: usize| {
        (0..times).fold("select cast(note as varchar) as x from visits".to_owned(), |inner, _| format!("select {} as x from ({inner}) t", step))
    };
    for statement in [
        doubled("x || x", 16),
        doubled("concat(x, x)", 16),
        doubled("replace(x, '1', '11111111111111111111')", 12),
        "select lpad(note, 100000000, 'x') from visits".to_owned(),
        "select rpad('x', 2000000000, 'x')".to_owned(),
        "select concat_ws(rpad('y', 500000, 'x'), note, note, note, note) from visits".to_owned(),
        "select replace(rpad('y', 1000000, 'a'), 'a', 'aaaaaaaaaaaaaaaaaaaaaaaa')".to_owned(),
        "select replace(rpad('y', 1000000, 'a'), '', 'aaaaaaaaaaaaaaaaaaaaaaaa')".to_owned(),
    ] {
        let outcome = house.sql(&scope, &statement).await;
        assert!(matches!(outcome, Err(QueryFault::TooMuch(_))), "{statement}: {:?}", outcome.map(|lines| lines.len()));
    }
    assert_eq!(house.sql(&scope, &format!("select count(*) from ({}) t", doubled("x || x", 6))).await.unwrap(), ["50"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a51_statements_that_are_vast_when_unfolded_are_refused_at_once() {
    let house = House::new().await;
    let version = house.visits().await;
    let scope = house.north(version);
    let twice = (1..40).fold("with w0 as (select id from visits)".to_owned(), |with, step| {
        format!("{with}, w{step} as (select a.id from w{0} a join w{0} b on a.id = b.id)", step - 1)
    }) + " select count(*) from w39";
    let copied = (0..40).fold("select id as x from visits".to_owned(), |inner, _| format!("select x + x as x from ({inner}) t")) + "";
    let chain = |operator: &str, times: usize| format!("select {} from visits", vec!["id"; times].join(operator));
    let statements = [
        twice,
        format!("select * from ({copied}) t where x > 0"),
        chain(" + ", 15_000),
        chain(" + ", 300),
        format!("select id{} from visits", "::int".repeat(3_000)),
        format!("select {}1{}", "(".repeat(3_000), ")".repeat(3_000)),
        format!("select 1 where {} true", "not ".repeat(3_000)),
        format!("select 1 where true {}", "is true ".repeat(3_000)),
        vec!["select 1"; 2_000].join(" union all "),
        format!("select * from {}", vec!["visits"; 200].iter().enumerate().map(|(at, name)| format!("{name} v{at}")).collect::<Vec<_>>().join(", ")),
        format!("select '{}'", "x".repeat(100_000)),
    ];
    for statement in statements {
        let started = Instant::now();
        let outcome = house.sql(&scope, &statement).await;
        assert!(matches!(outcome, Err(QueryFault::TooMuch(_) | QueryFault::Refused(_))), "{}: {:?}", &statement[..60], outcome.map(|lines| lines.len()));
        assert!(started.elapsed() < Duration::from_secs(2), "{}: {:?}", &statement[..60], started.elapsed());
    }
    // At the limits it still works.
    assert_eq!(house.sql(&scope, &format!("{} order by 1 limit 1", chain(" + ", 90))).await.unwrap(), ["0"]);
    let deep = Predicate::Any(
        (0..200)
            .map(|id| Predicate::Compare { column: "id".into(), comparison: warehouse::Comparison::Equal, value: warehouse::Literal::Integer(id) })
            .collect(),
    );
    assert_eq!(house.ask(&scope, Query { filters: vec![deep.clone()], ..query() }).await.unwrap().len(), 50);
    assert!(matches!(house.ask(&scope, Query { filters: vec![deep.clone(), deep.clone()], ..query() }).await, Err(QueryFault::TooMuch(_))));
    let nested = (0..100).fold(deep, |inner, _| Predicate::All(vec![inner]));
    assert!(matches!(house.ask(&scope, Query { filters: vec![nested], ..query() }).await, Err(QueryFault::TooMuch(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_is_no_slow_query_and_dropping_rows_ends_it() {
    let house = House::with(64 << 20, Duration::from_millis(500)).await;
    let version = house.write("visits", (0..100).map(|part| visits((part * 1000..part * 1000 + 1000).collect())).collect()).await;
    let scope = house.reader(version, everything(), &[]);
    let mut rows = house.warehouse.run(&scope, &query()).await.unwrap();
    let mut count = 0;
    while let Some(batch) = rows.batches.next().await {
        count += batch.unwrap().num_rows();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(count, 100_000);
    // Dropped half-way: what it held is free again, however often.
    for _ in 0..50 {
        let mut rows = house.warehouse.sql(&scope, "select * from visits order by note").await.unwrap();
        rows.batches.next().await.unwrap().unwrap();
    }
    assert_eq!(lines(house.warehouse.sql(&scope, "select count(*) from visits").await.unwrap()).await.unwrap(), ["100000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a29_many_at_once_wait_in_line_and_unread_lists_keep_nobody_waiting() {
    let house = House::with(64 << 20, Duration::from_secs(20)).await;
    let version = house.write("visits", (0..40).map(|part| visits((part * 1000..part * 1000 + 1000).collect())).collect()).await;
    let scope = house.reader(version, everything(), &[]);
    let mut unread = Vec::new();
    for _ in 0..40 {
        unread.push(house.warehouse.run(&scope, &query()).await.unwrap());
    }
    let grouped = Query { measures: vec!["rows".into()], ..query() };
    let all = futures::future::join_all((0..100).map(|_| house.ask(&scope, grouped.clone()))).await;
    assert!(all.iter().all(|outcome| outcome.as_ref().is_ok_and(|lines| lines == &["40000"])), "{:?}", all.iter().find(|outcome| outcome.is_err()));
    drop(unread);
}
