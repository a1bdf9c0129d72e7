//! Streams on dashboards: put there, seen by whom the stream is, downloaded as each sees it.

use app::{
    dashboards::asks::*,
    reports::asks::{Format, MakeReport, Options, Subject},
};
use http::StatusCode;
use tests::{
    house::{House, houses},
    streams::{Event, furnished_with, lately, write},
};

const BOARD: &str = r#"
name = "web"
department = "operations"
title = { en = "Web servers", es = "Servidores web" }
[[tiles]]
id = "failures"
title = { en = "Failures", es = "Fallos" }
width = 3
height = 2
stream = { stream = "web", query = "status>=400", minutes = 60, shows = "count" }
[[tiles]]
id = "latest"
title = { en = "Latest", es = "Últimas" }
width = 12
height = 4
stream = { stream = "web", minutes = 60, shows = "rows", columns = ["path", "client"] }
[[tiles]]
id = "sales"
title = { en = "Sales", es = "Ventas" }
chart = "number"
width = 3
height = 2
question = { mart = "baskets", measures = ["rows"] }
"#;

fn tile(query: &str) -> StreamTile {
    StreamTile { stream: "web".into(), query: query.into(), minutes: 60, shows: Shows::Histogram, columns: Vec::new() }
}

#[tokio::test]
async fn a53_a_tile_is_there_for_whom_the_stream_is() {
    for house in houses().await {
        let house = furnished_with(house, &[("dashboards/web.toml", BOARD)]).await;
        let names = |dashboard: Dashboard| dashboard.tiles.into_iter().map(|tile| tile.id).collect::<Vec<_>>();
        let open = OpenDashboard { id: "web".into() };
        let (mut olga, mut oscar) = (house.signed_in("olga").await, house.signed_in("oscar").await);
        assert_eq!(names(olga.ask(&open).await.unwrap()), ["failures", "latest"], "the mart is not hers");
        // Without the attribute of his rule the stream is not Óscar's.
        let id = house.person("oscar").await;
        let bare = app::identity::asks::ChangePerson {
            id,
            name: "Óscar Gil".into(),
            department: "operations".into(),
            role: "employee".into(),
            attributes: Vec::new(),
        };
        house.signed_in("adela").await.ask(&bare).await.unwrap();
        assert_eq!(olga.ask(&open).await.unwrap().tiles.len(), 2);
        match oscar.ask(&open).await {
            Ok(dashboard) => assert!(dashboard.tiles.is_empty()),
            Err((status, _)) => assert_eq!(status, StatusCode::FORBIDDEN),
        }
    }
}

/// A39 too: a tile asks for no masked field.
#[tokio::test]
async fn a02_a_search_is_put_on_ones_own_dashboard() {
    let house = furnished_with(House::empty(None).await, &[("dashboards/web.toml", BOARD)]).await;
    let (mut olga, mut sara, mut sergio) = (house.signed_in("olga").await, house.signed_in("sara").await, house.signed_in("sergio").await);
    let pin = PinSearch { title: "Icons".into(), tile: tile("path:/apple*"), dashboard: String::new(), new_dashboard: "Mine".into() };
    let id = olga.ask(&pin).await.unwrap();
    assert_eq!(olga.ask(&PinSearch { dashboard: id.clone(), title: "Again".into(), ..pin.clone() }).await.unwrap(), id);
    let dashboard = olga.ask(&OpenDashboard { id: id.clone() }).await.unwrap();
    let titles: Vec<&str> = dashboard.tiles.iter().map(|tile| tile.title.en.as_str()).collect();
    assert_eq!((titles, dashboard.tiles[0].stream.clone()), (vec!["Icons", "Again"], Some(tile("path:/apple*"))));
    for (wrong, status) in [
        (PinSearch { tile: tile("path:["), ..pin.clone() }, StatusCode::UNPROCESSABLE_ENTITY),
        (PinSearch { tile: StreamTile { minutes: 0, ..tile("") }, ..pin.clone() }, StatusCode::UNPROCESSABLE_ENTITY),
        (PinSearch { tile: StreamTile { columns: vec!["nothing".into()], ..tile("") }, ..pin.clone() }, StatusCode::UNPROCESSABLE_ENTITY),
        (PinSearch { title: " ".into(), ..pin.clone() }, StatusCode::UNPROCESSABLE_ENTITY),
        (PinSearch { tile: StreamTile { stream: "wib".into(), ..tile("") }, ..pin.clone() }, StatusCode::NOT_FOUND),
        (PinSearch { dashboard: "web".into(), ..pin.clone() }, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(olga.ask(&wrong).await.unwrap_err().0, status, "{wrong:?}");
    }
    // A masked field cannot be asked for here either, and a foreign stream or dashboard is not there.
    assert_eq!(sara.ask(&PinSearch { tile: tile("client:1*"), ..pin.clone() }).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sara.ask(&PinSearch { dashboard: id, ..pin.clone() }).await.unwrap_err().0, StatusCode::NOT_FOUND);
    assert_eq!(sergio.ask(&pin).await.unwrap_err().0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_download_holds_what_each_sees_on_the_tiles() {
    let house = furnished_with(House::empty(None).await, &[("dashboards/web.toml", BOARD)]).await;
    let at = lately();
    write(&house, &[Event::new("a", at, "shop", "/a", 404), Event::new("b", at + 1, "shop", "/b", 200), Event::new("c", at + 2, "blog", "/c", 500)]).await;
    let mut olga = house.signed_in("olga").await;
    let wanted = |format| MakeReport { subject: Subject::Dashboard { id: "web".into(), filters: Vec::new() }, format, options: Options::default() };
    let (status, body) = olga.post("/api/reports/stream", "application/json", serde_json::to_vec(&wanted(Format::Json)).unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
    let dashboard: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(dashboard["tiles"][0]["rows"], serde_json::json!([{ "events": 2 }]));
    let latest = dashboard["tiles"][1]["rows"].as_array().unwrap();
    assert_eq!(latest.iter().map(|row| row["path"].as_str().unwrap()).collect::<Vec<_>>(), ["/c", "/b", "/a"]);
    assert_eq!(latest[0], serde_json::json!({ "path": "/c", "client": "203.0.113.77" }));
    let (status, body) = olga.post("/api/reports/stream", "application/json", serde_json::to_vec(&wanted(Format::Pdf)).unwrap()).await;
    assert_eq!((status, &body[..5]), (StatusCode::OK, b"%PDF-".as_slice()));
}
