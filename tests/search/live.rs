//! The live view: within two seconds, under the reader's share, goes on after a lost connection, and ends with the permit.

use app::{
    governance::asks::{ListPolicies, MaskRule, SavePolicy},
    identity::asks::{ChangePerson, DisablePerson, EndOtherSessions, EndPersonSessions, SignOut},
    search::asks::*,
    warehouse::asks::Value,
};
use http::StatusCode;
use std::time::{Duration, Instant};
use tests::{
    house::{House, Visitor},
    streams::{Event, Told, Watching, furnished, lately, write},
};

const SOON: Duration = Duration::from_secs(2);
/// A second more than is promised, for a machine that does much else.
const ENDED: Duration = Duration::from_secs(3);

async fn watch(visitor: &Visitor, search: &str) -> Watching {
    Watching::open(visitor, search, None).await.unwrap_or_else(|refused| panic!("{refused:?}"))
}

fn path(hit: &Hit) -> &str {
    match &hit.values[4] {
        Value::Text(path) => path,
        other => panic!("{other:?}"),
    }
}

/// Paths of the hits, and how many were skipped.
fn hits(told: &Told) -> (Vec<&str>, u64) {
    match &told.live {
        Live::Hits { hits, skipped } => (hits.iter().map(path).collect(), *skipped),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn events_come_within_two_seconds_under_each_readers_share() {
    let house = furnished(House::empty(None).await).await;
    let at = lately();
    write(&house, &[Event::new("old", at, "shop", "/", 200)]).await;
    let (oscar, sara) = (house.signed_in("oscar").await, house.signed_in("sara").await);
    let mut shop = watch(&oscar, "stream=web").await;
    let mut icons = watch(&oscar, "stream=web&query=path%3A%2Fapple*").await;
    let mut failures = watch(&sara, "stream=web").await;
    let before = Instant::now();
    write(
        &house,
        &[
            Event::new("n1", at + 10, "shop", "/apple1", 404),
            Event::new("n2", at + 20, "blog", "/apple2", 500),
            Event::new("n3", at + 30, "shop", "/cart", 200),
        ],
    )
    .await;
    let told = shop.next(SOON).await.expect("within two seconds");
    assert!(before.elapsed() < SOON);
    assert_eq!(hits(&told), (vec!["/apple1", "/cart"], 0));
    assert_eq!(hits(&icons.next(SOON).await.expect("within two seconds")), (vec!["/apple1"], 0));
    let told = failures.next(SOON).await.expect("within two seconds");
    assert_eq!(hits(&told), (vec!["/apple1", "/apple2"], 0));
    let Live::Hits { hits: shown, .. } = &told.live else { panic!() };
    assert_eq!(shown[0].values.len(), 7, "hidden fields are absent here too");
    assert!(!serde_json::to_string(&told.live).unwrap().contains("203.0.113"), "and masked ones masked");
    // What came late is told too.
    write(&house, &[Event::new("late", at - 3_000_000, "shop", "/late", 200)]).await;
    assert_eq!(hits(&shop.next(SOON).await.expect("within two seconds")), (vec!["/late"], 0));
    // Only hidden ones: nothing at all is sent.
    write(&house, &[Event::new("h1", at + 40, "blog", "/", 200)]).await;
    assert!(shop.next(SOON).await.is_none() && failures.next(Duration::from_millis(10)).await.is_none());
}

#[tokio::test]
async fn a46_what_comes_too_fast_is_counted_and_hidden_events_are_not() {
    let house = furnished(House::empty(None).await).await;
    let oscar = house.signed_in("oscar").await;
    let mut view = watch(&oscar, "stream=web&most=10").await;
    let at = lately();
    let both: Vec<Event> = (0..700).map(|n| Event::new(format!("e{n}"), at + n, if n % 2 == 0 { "shop" } else { "blog" }, "/", 200)).collect();
    write(&house, &both).await;
    let (mut shown, mut skipped) = (0, 0);
    while shown + skipped < 350 {
        let told = view.next(SOON).await.expect("within two seconds");
        let (ids, more) = hits(&told);
        assert!(ids.len() <= 10);
        shown += ids.len() as u64;
        skipped += more;
    }
    assert_eq!(shown + skipped, 350, "those of the blog are not counted");
    assert!(view.next(SOON).await.is_none());
}

#[tokio::test]
async fn a46_a_lost_connection_goes_on_where_it_stood() {
    let house = furnished(House::empty(None).await).await;
    let at = lately();
    let oscar = house.signed_in("oscar").await;
    let mut view = watch(&oscar, "stream=web").await;
    write(&house, &[Event::new("n1", at, "shop", "/n1", 200)]).await;
    let first = view.next(SOON).await.expect("within two seconds");
    drop(view);
    write(&house, &[Event::new("n2", at + 10, "shop", "/n2", 200), Event::new("h2", at + 11, "blog", "/h2", 200)]).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let mut again = Watching::open(&oscar, "stream=web", Some(&first.id)).await.unwrap();
    let missed = again.next(SOON).await.expect("what was missed");
    assert_eq!(hits(&missed), (vec!["/n2"], 0));
    // Where the follower is no more, as in another process, the index is asked for what is newer.
    let unknown = format!("0{}", &first.id[1..]).replacen("0", "zz", 1);
    let mut elsewhere = Watching::open(&oscar, "stream=web", Some(&unknown)).await.unwrap();
    assert_eq!(hits(&elsewhere.next(SOON).await.expect("what was missed")), (vec!["/n2"], 0));
    // The same place under another share tells nothing of what it was made from.
    let nora = house.signed_in("nora").await;
    let mut foreign = Watching::open(&nora, "stream=web", Some(&first.id)).await.unwrap();
    assert_eq!(hits(&foreign.next(SOON).await.expect("her own")), (vec!["/h2"], 0));
    for nonsense in ["", "x", "1.2.3.4", "a.0.99999999999999", "a.18446744073709551615.-1"] {
        let mut view = Watching::open(&oscar, "stream=web", Some(nonsense)).await.unwrap();
        assert!(view.next(Duration::from_millis(100)).await.is_none(), "{nonsense}");
    }
}

/// A19 and trap 9 too.
#[tokio::test]
async fn ft_p05_a_view_ends_when_the_permit_is_withdrawn_or_opens_less() {
    let house = furnished(House::empty(None).await).await;
    let mut adela = house.signed_in("adela").await;
    let (mut olga, oscar, mut nora) = (house.signed_in("olga").await, house.signed_in("oscar").await, house.signed_in("nora").await);
    let sara = house.signed_in("sara").await;
    let mut views = [watch(&olga, "stream=web").await, watch(&oscar, "stream=web").await, watch(&nora, "stream=web").await, watch(&sara, "stream=web").await];
    let ended = async |view: &mut Watching, why: &str| {
        let told = view.next(ENDED).await.unwrap_or_else(|| panic!("not ended: {why}"));
        assert_eq!(told.live, Live::Ended, "{why}");
        assert!(view.is_over(ENDED).await, "{why}");
    };
    // A narrower policy.
    let listed = adela.ask(&ListPolicies {}).await.unwrap();
    let mut policy = listed.policies.into_iter().find(|policy| policy.department == "security").unwrap();
    policy.masks.push(MaskRule { column: "path".into(), mask: "null".into() });
    adela.ask(&SavePolicy { policy, why: "fewer values".into() }).await.unwrap();
    ended(&mut views[3], "a mask more").await;
    // Another department.
    let id = house.person("oscar").await;
    let moved = ChangePerson { id, name: "Óscar Gil".into(), department: "sales".into(), role: "employee".into(), attributes: Vec::new() };
    adela.ask(&moved).await.unwrap();
    ended(&mut views[1], "another department").await;
    // The session ends.
    nora.ask(&SignOut {}).await.unwrap();
    ended(&mut views[2], "signed out").await;
    // All this was nothing to Olga.
    let at = lately();
    write(&house, &[Event::new("n1", at, "shop", "/n1", 200)]).await;
    assert_eq!(hits(&views[0].next(SOON).await.expect("her view goes on")), (vec!["/n1"], 0));
    adela.ask(&DisablePerson { id: house.person("olga").await, disabled: true }).await.unwrap();
    write(&house, &[Event::new("n2", at + 1, "shop", "/n2", 200)]).await;
    ended(&mut views[0], "disabled").await;
    assert_eq!(olga.ask(&ListStreams {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED);
    house.portal.audit.flush().await.unwrap();
    let lines = server::access::audit::lines(&house.portal.database, None, "search.live", 50).await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.record.outcome == "refused").count(), 4, "each end is in the audit log");
}

#[tokio::test]
async fn a19_a_view_ends_with_its_session_and_goes_on_in_another() {
    let house = furnished(House::empty(None).await).await;
    let mut adela = house.signed_in("adela").await;
    let (mut here, there) = (house.signed_in("oscar").await, house.signed_in("oscar").await);
    let (mut kept, mut ended) = (watch(&here, "stream=web").await, watch(&there, "stream=web").await);
    here.ask(&EndOtherSessions {}).await.unwrap();
    assert_eq!(ended.next(ENDED).await.expect("told within two seconds").live, Live::Ended);
    assert!(ended.is_over(ENDED).await);
    write(&house, &[Event::new("n1", lately(), "shop", "/n1", 200)]).await;
    assert_eq!(hits(&kept.next(SOON).await.expect("this one goes on")), (vec!["/n1"], 0));
    adela.ask(&EndPersonSessions { person: house.person("oscar").await }).await.unwrap();
    assert_eq!(kept.next(ENDED).await.expect("told within two seconds").live, Live::Ended);
}

#[tokio::test]
async fn a29_a_wrong_query_is_said_and_views_are_bounded() {
    let house = furnished(House::empty(None).await).await;
    let olga = house.signed_in("olga").await;
    let mut wrong = watch(&olga, "stream=web&query=status%3A%5B").await;
    assert!(matches!(wrong.next(SOON).await.map(|told| told.live), Some(Live::Wrong(_))));
    assert!(wrong.is_over(SOON).await);
    let mut open = Vec::new();
    let refused = loop {
        match Watching::open(&olga, "stream=web", None).await {
            Ok(view) => open.push(view),
            Err((status, _)) => break status,
        }
        assert!(open.len() < 100, "there is a bound");
    };
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(house.portal.watches.counts().1, 1, "all of them are fed by one follower");
    assert!(Watching::open(&house.signed_in("oscar").await, "stream=web", None).await.is_ok(), "others are not stopped");
    drop(open);
    assert_eq!(house.portal.watches.counts().0, 0);
    // The portal stops: nothing holds it up.
    let mut last = watch(&olga, "stream=web").await;
    house.portal.closing.cancel();
    assert!(last.is_over(SOON).await);
}
