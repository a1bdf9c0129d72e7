//! Dead letters as administrators meet them: reasons for all of them, bytes for those with rows, replay and discard.

use super::line_house::{BEGIN_MS, Line, STREAM, STREAM_FILE, event, event_at, id, ids_in_archive, ids_in_index, raw, same, until};
use ::streaming::Record;
use app::{
    streaming::asks::{DiscardDeadLetters, LineState, ListDeadLetters, ListLines, MissedCard, OpenLine, OriginKind, ReplayDeadLetters, TriedLine, TryOn},
    text::Language,
};
use http::StatusCode;
use server::{
    access::{Action, Caller, Kind, Need, Permit, principal::Via},
    fault::Fault,
    portal::Portal,
    search::stream::store as streams,
    streaming::{dead_letters::answers, meters, stream::try_on},
};
use std::time::Duration;
use tests::services::elasticsearch;

pub async fn permit(line: &Line, name: &str) -> Result<Permit, Fault> {
    let person = line.portal.identity.person_by_email(&format!("{name}@test.example")).await.unwrap().unwrap();
    line.portal.governance.permit(&Caller::new(&person.id, None, Via::Session), Need(Kind::Stream, Action::Administer)).await
}

fn until_now() -> i64 {
    chrono::Utc::now().timestamp_millis() + 1
}

/// A parser that knows nothing of these lines.
const STRICT: &str = r#"
[pipeline.parser]
format = "pattern"
pattern = '^(?P<number>[0-9]+)$'
fields = [{ name = "number", kind = "integer", required = true }]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn reasons_are_shown_to_administrators_and_bytes_to_those_with_rows() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    line.send((0..20).map(|number| if number % 4 == 0 { raw(number, format!("broken {number}")) } else { event(number) }).collect()).await;
    line.indexed(15).await;
    assert_eq!(permit(&line, "olga").await.unwrap_err().status(), StatusCode::FORBIDDEN);
    let adela = permit(&line, "adela").await.unwrap();
    let ask = ListDeadLetters::default();
    let page = answers::list(line.portal.clone(), adela.clone(), ask.clone()).await.unwrap();
    assert_eq!((page.stream.as_str(), page.letters.len(), page.may_see), (STREAM, 5, false));
    for letter in &page.letters {
        assert_eq!((letter.stage.as_str(), letter.content.as_deref(), letter.origin_kind), ("parse", None, OriginKind::File));
        assert!(letter.reason.en.contains("expected") && letter.reason.es.contains("esperaba"), "{:?}", letter.reason);
        assert!(!letter.reason.en.contains("broken"), "a reason holds a value: {:?}", letter.reason);
        assert!(letter.position.starts_with("web/"), "{}", letter.position);
    }
    line.portal.governance.grant_dataset("stream.web", "administration", "administrator", "rows").await.unwrap();
    let adela = permit(&line, "adela").await.unwrap();
    let page = answers::list(line.portal.clone(), adela, ask).await.unwrap();
    assert!(page.may_see);
    assert!(page.letters.iter().any(|letter| letter.content.as_deref() == Some("broken 8")));
    line.stop().await;
}

/// Who administers a stream knows that its records come by syslog, not from whose machine.
#[tokio::test(flavor = "multi_thread")]
async fn a41_the_address_of_a_sender_is_shown_to_those_with_rows_alone() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    let origins = ["syslog:198.51.100.7", "http", "https://feed.example/198.51.100.7", "C:\\logs\\198.51.100.7.log", "198.51.100.7", "kafka"];
    let broken = origins.iter().zip(1_u64..).map(|(origin, number)| ::streaming::Record { origin: (*origin).into(), ..raw(number, "broken".into()) });
    line.send(broken.chain([event(0)]).collect()).await;
    line.indexed(1).await;
    let ask = ListDeadLetters::default();
    let mut page = answers::list(line.portal.clone(), permit(&line, "adela").await.unwrap(), ask.clone()).await.unwrap();
    for _ in 0..100 {
        if page.letters.len() == origins.len() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        page = answers::list(line.portal.clone(), permit(&line, "adela").await.unwrap(), ask.clone()).await.unwrap();
    }
    let told = serde_json::to_string(&page).unwrap();
    assert!(!told.contains("198.51.100.7"), "{told}");
    let count = |kind: OriginKind| page.letters.iter().filter(|letter| letter.origin_kind == kind).count();
    let kinds = [OriginKind::Syslog, OriginKind::Http, OriginKind::File, OriginKind::Kafka, OriginKind::Other];
    assert_eq!(kinds.map(count), [1, 1, 1, 1, 2]);
    line.portal.governance.grant_dataset("stream.web", "administration", "administrator", "rows").await.unwrap();
    let page = answers::list(line.portal.clone(), permit(&line, "adela").await.unwrap(), ask).await.unwrap();
    let seen: std::collections::BTreeSet<&str> = page.letters.iter().filter_map(|letter| letter.origin.as_deref()).collect();
    assert_eq!(seen, std::collections::BTreeSet::from(origins));
    line.stop().await;
}

/// Mended, the letters go through the line again: everything is there once, whatever is replayed twice.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s07_a_replay_after_the_pipeline_was_mended_completes_index_and_lake() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    line.send((0..50).map(event).collect()).await;
    line.indexed(50).await;
    line.stop().await;
    // Somebody writes a wrong parser into the stream.
    let head = STREAM_FILE.split("[pipeline.parser]").next().unwrap().replace("columns = [\"time\", \"status\", \"path\"]", "columns = []");
    let mut changes = line.portal.database.begin().await.unwrap();
    let right = streams::all(&line.portal.database).await.unwrap().remove(0);
    let mut wrong = right.clone();
    let parser: toml::Value = toml::from_str(&format!("{head}{STRICT}")).unwrap();
    wrong.pipeline["parser"] = serde_json::to_value(&parser["pipeline"]["parser"]).unwrap();
    wrong.pipeline["windows"] = serde_json::json!([]);
    streams::save(&mut changes, &wrong).await.unwrap();
    changes.commit().await.unwrap();
    line.start();
    line.send((50..100).map(event).collect()).await;
    let adela = permit(&line, "adela").await.unwrap();
    let portal = line.portal.clone();
    let letters = async || answers::list(portal.clone(), adela.clone(), ListDeadLetters::default()).await.unwrap().letters.len();
    for _ in 0..100 {
        if letters().await == 50 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(letters().await, 50);
    // Replayed before anything was mended, they are back.
    let replay = ReplayDeadLetters { stream: STREAM.into(), until_ms: until_now() };
    let replayed = answers::replay(line.portal.clone(), adela.clone(), replay.clone()).await.unwrap();
    assert_eq!((replayed.sent, replayed.refused), (50, 0));
    for _ in 0..100 {
        let page = answers::list(line.portal.clone(), adela.clone(), ListDeadLetters::default()).await.unwrap();
        if page.letters.len() == 50 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let mut changes = line.portal.database.begin().await.unwrap();
    streams::save(&mut changes, &right).await.unwrap();
    changes.commit().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    answers::replay(line.portal.clone(), adela.clone(), ReplayDeadLetters { until_ms: until_now(), ..replay }).await.unwrap();
    line.indexed(100).await;
    super::line_house::archived(&line.portal, 100, std::time::Duration::from_secs(30)).await;
    line.stop().await;
    same(ids_in_index(&line.portal).await, (0..100).map(id), "index");
    same(ids_in_archive(&line.portal).await, (0..100).map(id), "archive");
    assert_eq!(letters().await, 0);
}

/// Tells Elasticsearch something about its indices.
async fn put(url: &url::Url, path: &str, body: serde_json::Value) {
    let answer = reqwest::Client::new().put(url.join(path).unwrap()).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
}

/// FT-S07: an index of somebody else's making holds sizes as a byte. What does not fit, and nothing else, becomes letters that name the
/// field; when the index was mended, a replay completes it.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s07_what_the_index_refused_is_found_once_after_it_was_mended_and_replayed() {
    let Some(url) = elasticsearch::url().await else { return };
    // A name of its own: other tests use the same server.
    let stream = STREAM_FILE.replace("name = \"web\"", "name = \"narrow\"").replace("[pipeline]\n", "[pipeline]\ntopic = \"web\"\n");
    let mut line = Line::with(&stream, |config| config.elasticsearch_url = Some(url.clone())).await;
    line.start();
    line.send((0..5).map(event).collect()).await;
    line.indexed(5).await;
    // The index of the day after is there before its first event.
    let index = "/atalaya-operations-narrow-2026.11.25";
    put(&url, index, serde_json::json!({ "mappings": { "properties": { "bytes": { "type": "byte" } } } })).await;
    let tomorrow = |number: u64| {
        let event = event_at(number, BEGIN_MS + 86_400_000 + i64::try_from(number).unwrap());
        if number.is_multiple_of(2) {
            return event;
        }
        let small = String::from_utf8(event.value.to_vec()).unwrap().replace(" 512 ", " 100 ");
        Record { value: small.into(), ..event }
    };
    line.send((5..15).map(tomorrow).collect()).await;
    line.indexed(10).await;
    let adela = permit(&line, "adela").await.unwrap();
    let letters = async || answers::list(line.portal.clone(), adela.clone(), ListDeadLetters::default()).await.unwrap().letters;
    assert!(until(Duration::from_secs(30), async || letters().await.len() == 5).await, "{:?}", letters().await);
    for letter in letters().await {
        assert_eq!((letter.stage.as_str(), letter.attempts), ("index", 1));
        assert!(letter.reason.en.contains("“bytes”") && !letter.reason.en.contains("512"), "{:?}", letter.reason);
    }
    let replay = async || {
        let ask = ReplayDeadLetters { stream: "narrow".into(), until_ms: until_now() };
        let replayed = answers::replay(line.portal.clone(), adela.clone(), ask).await.unwrap();
        (replayed.sent, replayed.refused)
    };
    assert_eq!(replay().await, (0, 5), "nothing was mended");
    assert_eq!(letters().await.len(), 5);
    // What Elasticsearch lets somebody mend without making the index anew.
    let lenient = serde_json::json!({ "properties": { "bytes": { "type": "byte", "ignore_malformed": true } } });
    put(&url, &format!("{index}/_mapping"), lenient).await;
    assert_eq!(replay().await, (5, 0));
    assert_eq!((replay().await, letters().await.len()), ((0, 0), 0));
    line.indexed(15).await;
    line.stop().await;
    same(ids_in_index(&line.portal).await, (0..15).map(id), "index");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_discarded_for_good_and_strangers_find_no_stream() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    line.send(vec![raw(1, "broken".into()), event(2)]).await;
    line.indexed(1).await;
    let adela = permit(&line, "adela").await.unwrap();
    let other = DiscardDeadLetters { stream: "other".into(), until_ms: until_now() };
    assert_eq!(answers::discard(line.portal.clone(), adela.clone(), other).await.unwrap_err().status(), StatusCode::NOT_FOUND);
    let ours = DiscardDeadLetters { stream: STREAM.into(), until_ms: until_now() };
    assert_eq!(answers::discard(line.portal.clone(), adela, ours).await.unwrap(), 1);
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_are_tried_on_and_the_page_of_streams_has_figures() {
    let mut line = Line::new(STREAM_FILE).await;
    let adela = permit(&line, "adela").await.unwrap();
    let ask = |parser: &str, lines: &str| TryOn { stream: STREAM.into(), parser: parser.into(), lines: lines.into() };
    let good = String::from_utf8(event(1).value.to_vec()).unwrap();
    let tried = try_on::answer(line.portal.clone(), adela.clone(), ask("", &format!("{good}\nnot a line\n"))).await.unwrap();
    let TriedLine::Event(fields) = &tried[0] else { panic!("{tried:?}") };
    assert!(fields.contains(&("status".into(), "200".into())), "{fields:?}");
    assert!(matches!(&tried[1], TriedLine::Unfit { .. }));
    let pattern = "format = \"pattern\"\npattern = '^(?P<word>[a-z]+)$'\nfields = [{ name = \"word\", kind = \"keyword\" }]";
    let tried = try_on::answer(line.portal.clone(), adela.clone(), ask(pattern, "hello")).await.unwrap();
    assert!(matches!(&tried[0], TriedLine::Event(fields) if fields.contains(&("word".into(), "hello".into()))), "{tried:?}");
    let wrong = try_on::answer(line.portal.clone(), adela.clone(), ask("format = \"nothing\"", "hello")).await.unwrap_err();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let cards = meters::answers::list(line.portal.clone(), adela.clone(), ListLines {}).await.unwrap();
    assert_eq!((cards.len(), cards[0].state), (1, LineState::Stopped));
    line.start();
    line.send((0..100).map(event).collect()).await;
    line.indexed(100).await;
    let figures = line.portal.meters.figures();
    meters::store::keep(&line.portal.database, "process", chrono::Utc::now().timestamp_millis() - 10_000, &[(STREAM.into(), meters::Figures::default())])
        .await
        .unwrap();
    meters::store::keep(&line.portal.database, "process", chrono::Utc::now().timestamp_millis(), &figures).await.unwrap();
    let view = meters::answers::open(line.portal.clone(), adela, OpenLine { name: STREAM.into(), minutes: 60, language: Language::Es }).await.unwrap();
    let stage = |name: &str| view.stages.iter().find(|stage| stage.stage == name).unwrap().events;
    assert_eq!((stage("read"), stage("indexed"), stage("gap")), (100, 100, 0));
    assert!(view.speed_chart.contains("Indexados") && view.history.iter().any(|point| point.read_per_second > 0.0));
    let text = line.portal.meters.text().unwrap();
    assert!(text.contains("atalaya_stream_events_total{stream=\"web\",stage=\"indexed\"} 100"), "{text}");
    line.stop().await;
}

/// Windows count nothing away silently: what is late, and what has no room since its times are scattered as no clock scatters
/// them, stands on the page of the stream, also when another process shows it.
#[tokio::test(flavor = "multi_thread")]
async fn what_windows_miss_is_counted_for_good() {
    let mut line = Line::new(STREAM_FILE).await;
    line.start();
    let from_ms = BEGIN_MS + 2 * 3_600_000;
    let taken = |number: u64, at_ms: i64| ::streaming::Record { key: "one".into(), taken_ms: BEGIN_MS, ..event_at(number, at_ms) };
    let mut records: Vec<_> = (0..4_100).map(|number| taken(number, from_ms + i64::try_from(number).unwrap() * 60_000)).collect();
    records.push(taken(4_100, BEGIN_MS));
    line.send(records).await;
    line.indexed(4_101).await;
    let adela = permit(&line, "adela").await.unwrap();
    let open = OpenLine { name: STREAM.into(), minutes: 60, language: Language::En };
    let wanted = [MissedCard { window: "by_minute".into(), late: 1, beyond: 4 }];
    for _ in 0..100 {
        if meters::answers::open(line.portal.clone(), adela.clone(), open.clone()).await.unwrap().missed == wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    line.stop().await;
    let text = line.portal.meters.text().unwrap();
    assert!(text.contains("atalaya_stream_events_total{stream=\"web\",stage=\"beyond\"} 4"), "{text}");
    let other = Portal::open(line.portal.config.clone()).await.unwrap();
    assert_eq!(meters::answers::open(other, adela, open).await.unwrap().missed, wanted);
}
