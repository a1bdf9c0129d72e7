//! Files of a web server: read through the same door, pinned to the tag that the server gave.

use arrow::{
    array::{ArrayRef, Int64Array},
    record_batch::RecordBatch,
};
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};
use parquet::arrow::ArrowWriter;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tests::reading::read;
use warehouse::reading::{Format, ReadFault, Source, list, open_files};

/// One file at every path, with a tag, ranges and conditions, as web servers serve them.
#[derive(Clone)]
struct Served {
    contents: Arc<Vec<u8>>,
    generation: Arc<AtomicU64>,
}

async fn serve(State(served): State<Served>, method: Method, headers: HeaderMap) -> Response {
    let tag = format!("\"{}\"", served.generation.load(Ordering::SeqCst));
    if headers.get(header::IF_MATCH).is_some_and(|wanted| wanted != tag.as_str()) {
        return Response::builder().status(StatusCode::PRECONDITION_FAILED).body(Body::empty()).unwrap();
    }
    let whole = served.contents.len();
    let range = headers.get(header::RANGE).and_then(|range| {
        let (start, end) = range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
        Some((start.parse::<usize>().ok()?, end.parse::<usize>().ok()?.min(whole - 1)))
    });
    let answer = Response::builder().header(header::ETAG, tag).header(header::ACCEPT_RANGES, "bytes");
    let (answer, body) = match range {
        Some((start, end)) => {
            (answer.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, format!("bytes {start}-{end}/{whole}")), &served.contents[start..=end])
        }
        None => (answer, &served.contents[..]),
    };
    let answer = answer.header(header::CONTENT_LENGTH, body.len());
    answer.body(if method == Method::HEAD { Body::empty() } else { Body::from(body.to_vec()) }).unwrap()
}

async fn site(contents: Vec<u8>) -> (String, Arc<AtomicU64>) {
    let served = Served { contents: Arc::new(contents), generation: Arc::new(AtomicU64::new(1)) };
    let generation = served.generation.clone();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(serve).with_state(served)).await });
    (format!("http://{address}"), generation)
}

fn source(url: String) -> Source {
    Source { url, ..Source::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_and_parquet_come_over_the_web() {
    let (site_url, _) = site(b"id,name\n1,a\n2,b\n".to_vec()).await;
    assert_eq!(read(&source(format!("{site_url}/folder/a.csv"))).await.unwrap().column("name"), ["a", "b"]);
    let batch = RecordBatch::try_from_iter([("id", Arc::new(Int64Array::from_iter_values(0..5000)) as ArrayRef)]).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let (site_url, _) = site(writer.into_inner().unwrap()).await;
    let found = read(&source(format!("{site_url}/a.parquet"))).await.unwrap();
    assert_eq!((found.good.num_rows(), found.column("id")[4999].as_str()), (5000, "4999"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b06_another_tag_is_another_file() {
    let (site_url, generation) = site(b"id\n1\n".to_vec()).await;
    let source = source(format!("{site_url}/a.csv"));
    let listed = list(&source).await.unwrap();
    assert_eq!((listed[0].url.as_str(), listed[0].size, listed[0].e_tag.as_deref()), (source.url.as_str(), 5, Some("\"1\"")));
    generation.store(2, Ordering::SeqCst);
    assert!(matches!(open_files(&source, listed).await.map(|_| ()), Err(ReadFault::Changed { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_option_that_is_misspelt_is_said() {
    let mut source = source("s3://bucket/a.csv".into());
    source.options.insert("aws_acess_key".into(), "x".into());
    let refused = list(&source).await.unwrap_err();
    assert!(matches!(&refused, ReadFault::Address { reason, .. } if reason.contains("aws_acess_key")), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_worth_another_attempt() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut source = source(format!("http://{address}/a.csv"));
    source.format = Some(Format::Csv);
    let fault = tokio::time::timeout(std::time::Duration::from_secs(60), list(&source)).await.unwrap().unwrap_err();
    assert!(matches!(fault, ReadFault::Unreachable { .. }) && fault.retry(), "{fault:?}");
}
