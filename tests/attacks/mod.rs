//! Known attacks that no domain's own tests make, by their ids. `README.md` beside this says where each id is covered.

mod limits;
mod pages;
mod people;
mod reports;
mod shares;
mod strangers;
mod table;
mod viewing;

use arrow::{
    array::{ArrayRef, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use axum::{Router, body::Body, extract::ConnectInfo};
use futures::{StreamExt, stream};
use http::{HeaderMap, Request, StatusCode};
use server::{
    jobs::{self, Pace},
    routes,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tests::house::{House, Visitor, baskets};
use tokio_util::sync::CancellationToken;

/// Publishes another version of the mart `baskets`: lines of these regions and values, numbered from 1.
async fn publish(house: &House, regions: &[&str], values: &[f64]) {
    let columns: [(&str, ArrayRef); 3] = [
        ("region", Arc::new(StringArray::from(regions.to_vec()))),
        ("household_id", Arc::new(Int64Array::from_iter_values(1..=regions.len() as i64))),
        ("sales_value", Arc::new(Float64Array::from(values.to_vec()))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap();
    let schema = batch.schema();
    let written = house.portal.warehouse.write("mart.baskets", "another", schema, stream::iter([Ok(batch)]).boxed()).await.unwrap();
    house.publish(&[baskets(written.version)]).await;
}

/// Does all background work that waits.
async fn until_idle(house: &House) {
    let pace = Pace { until_idle: true, poll: Duration::from_millis(20), ..Pace::with_slots(1) };
    jobs::work(house.portal.clone(), routes::jobs(), pace, CancellationToken::new()).await.unwrap();
}

/// The same visitor before everything that is served (`web::router`), from a place of their own.
fn at(visitor: &Visitor, router: &Router) -> Visitor {
    Visitor { api: router.clone(), ..visitor.clone() }
}

/// Sends a request as if it came over the network.
async fn send(visitor: &mut Visitor, mut request: Request<Body>, place: [u8; 4]) -> (StatusCode, HeaderMap, String) {
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((place, 50_000))));
    let (status, headers, body) = visitor.send(request).await;
    (status, headers, String::from_utf8_lossy(&body).into_owned())
}

async fn get(visitor: &mut Visitor, path: &str) -> (StatusCode, HeaderMap, String) {
    send(visitor, Request::get(path).body(Body::empty()).unwrap(), [192, 0, 2, 7]).await
}
