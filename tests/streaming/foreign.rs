//! A41: whoever looks after some streams learns nothing of the others: asked for, they answer as streams that are not there.

use super::line_house::raw;
use app::{
    ask::Ask,
    streaming::asks::{DiscardDeadLetters, ListDeadLetters, ListLines, OpenLine, ReplayDeadLetters, TryOn},
    text::{Language, Text},
};
use http::StatusCode;
use server::{
    search::stream::Stream,
    streaming::dead_letters::{DeadLetter, Room, Stage, bury},
};
use streaming::bus::Position;
use tests::{
    house::{House, Visitor, houses},
    streams::{furnished, save, web},
};

/// A stream of another department with a dead letter. Managers look after streams in this house, each after those of which they see
/// figures; administrators, who keep the jobs, see figures of all.
async fn with_a_foreign_stream(house: &House) {
    save(house, &Stream { name: "ledger".into(), department: "finance".into(), ..web() }).await;
    let letter = DeadLetter {
        stage: Stage::Parse,
        position: Position { topic: "ledger".into(), partition: 0, offset: 7 },
        record: raw(7, "broken".into()),
        reason: Text::same("byte 0: expected something else"),
        attempts: 1,
    };
    let mut changes = house.portal.database.begin().await.unwrap();
    assert!(bury(&mut changes, "ledger", &[letter], Room { letters: 10, bytes: 1 << 20 }).await.unwrap());
    sqlx::query("insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values ('p', 'manager', '*', 'stream', 'administer', 'allow')")
        .execute(&mut *changes)
        .await
        .unwrap();
    changes.commit().await.unwrap();
    house.portal.governance.grant_dataset("stream.web", "operations", "manager", "figures").await.unwrap();
}

/// Status and bytes of an answer.
async fn answer<A: Ask>(visitor: &mut Visitor, ask: &A) -> (StatusCode, String) {
    let (status, body) = visitor.post(A::PATH, "application/json", serde_json::to_vec(ask).unwrap()).await;
    (status, String::from_utf8(body).unwrap())
}

/// The same question about a foreign stream and about none is answered by the same bytes.
async fn alike<A: Ask>(visitor: &mut Visitor, ask: impl Fn(&str) -> A) {
    let (foreign, absent) = (answer(visitor, &ask("ledger")).await, answer(visitor, &ask("nothing")).await);
    assert_eq!((foreign.0, &foreign), (StatusCode::NOT_FOUND, &absent), "{}", A::PATH);
}

/// A06 too.
#[tokio::test]
async fn a41_a_foreign_stream_and_none_at_all_are_told_alike() {
    for house in houses().await {
        let house = furnished(house).await;
        with_a_foreign_stream(&house).await;
        let mut olga = house.signed_in("olga").await;
        let cards = olga.ask(&ListLines {}).await.unwrap();
        assert_eq!(cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["web"]);
        let letters = olga.ask(&ListDeadLetters::default()).await.unwrap();
        assert_eq!(letters.streams.iter().map(|count| count.stream.as_str()).collect::<Vec<_>>(), ["web"]);
        assert!(letters.letters.is_empty());

        let open = |name: &str| OpenLine { name: name.into(), minutes: 60, language: Language::En };
        let try_on = |parser: &'static str| move |stream: &str| TryOn { stream: stream.into(), parser: parser.into(), lines: "a line".into() };
        assert_eq!(answer(&mut olga, &open("web")).await.0, StatusCode::OK);
        assert_eq!(answer(&mut olga, &try_on("format = \"combined\"")("web")).await.0, StatusCode::OK);
        alike(&mut olga, open).await;
        // Whether the parser is right must not tell either.
        for parser in ["", "format = \"combined\"", "format = \"nothing\"", "no parser"] {
            alike(&mut olga, try_on(parser)).await;
        }
        alike(&mut olga, |stream| ListDeadLetters { stream: stream.into(), before_ms: None }).await;
        alike(&mut olga, |stream| ReplayDeadLetters { stream: stream.into(), until_ms: i64::MAX }).await;
        alike(&mut olga, |stream| DiscardDeadLetters { stream: stream.into(), until_ms: i64::MAX }).await;
        // Her own stream is as little there for another department's manager, and none is for who looks after none.
        let mut sergio = house.signed_in("sergio").await;
        assert!(sergio.ask(&ListLines {}).await.unwrap().is_empty());
        assert_eq!(answer(&mut sergio, &open("web")).await, answer(&mut sergio, &open("nothing")).await);
        assert_eq!(answer(&mut sergio, &try_on("")("web")).await, answer(&mut olga, &open("nothing")).await);
        // The administrators' figures hold the letter that was kept from her.
        let mut adela = house.signed_in("adela").await;
        assert_eq!(adela.ask(&ListDeadLetters { stream: "ledger".into(), before_ms: None }).await.unwrap().letters.len(), 1);
    }
}
