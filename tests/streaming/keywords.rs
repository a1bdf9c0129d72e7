//! Keyword lists: who keeps them, what is refused, and that a running processor reads them again as a whole.

use crate::ingestion::house::{self, House};
use ::streaming::keywords::{Keywords, Said, Set};
use app::streaming::keywords::asks::{DeleteKeywords, KeywordCard, KeywordPreview, KeywordRoom, ListKeywords, PreviewKeywords, SaveKeywords, SwitchKeywords};
use search::{Change, Document, Field, FieldKind, Period, Value};
use server::{
    access::{Action, Kind, Permit},
    fault::Result,
    search::stream::{Described, Stream, StreamField, store as streams},
    streaming::keywords::{answers, live, preview, store},
    warehouse::pins,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Another administrator, of another department.
const FINANCE: &str = "\n[[people]]\nemail = \"felix@test.example\"\nname = \"Felix\"\ndepartment = \"finance\"\nrole = \"administrator\"\n";

async fn with_streams(house: &House) {
    house::write_organisation(house.folder.path());
    let file = house.folder.path().join("code/organisation.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, text + FINANCE).unwrap();
    house.apply().await;
    let mut changes = house.portal.database.begin().await.unwrap();
    pins::lock(&mut changes).await.unwrap();
    for name in ["posts", "web"] {
        let described = Described {
            title: app::text::Text::same(name),
            description: Default::default(),
            fields: Vec::new(),
            columns: Vec::new(),
            period: Period::Month,
            keep_days: 30,
        };
        let stream =
            Stream { name: name.into(), department: "sales".into(), described, pipeline: serde_json::Value::Null, version: 1, origin: "portal".into() };
        streams::save(&mut changes, &stream).await.unwrap();
    }
    changes.commit().await.unwrap();
}

fn card(name: &str, terms: &[&str]) -> KeywordCard {
    KeywordCard {
        name: name.into(),
        terms: terms.iter().map(|term| (*term).to_owned()).collect(),
        streams: vec!["posts".into()],
        on: true,
        ..KeywordCard::default()
    }
}

async fn permit(house: &House, who: &str) -> Permit {
    house.permit(who, Kind::Keyword, Action::Administer).await.unwrap()
}

async fn save(house: &House, who: &str, list: KeywordCard) -> Result<String> {
    answers::save(house.portal.clone(), permit(house, who).await, SaveKeywords { list }).await
}

async fn room(house: &House, who: &str) -> KeywordRoom {
    answers::list(house.portal.clone(), permit(house, who).await, ListKeywords {}).await.unwrap()
}

fn matching(set: &Set, text: &str, language: Option<&str>) -> Vec<String> {
    set.matching(&Said { texts: &[text], language, sources: &["press"] }).into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_kept_changed_turned_off_deleted_and_brought_back() {
    house::each(async |house| {
        with_streams(&house).await;
        let id = save(&house, "adela", card("Recalls", &[" recall ", "lot 4471"])).await.unwrap();
        let listed = room(&house, "adela").await;
        assert_eq!(listed.streams.iter().map(|stream| stream.name.as_str()).collect::<Vec<_>>(), ["posts", "web"]);
        assert_eq!((listed.lists[0].id.as_str(), &listed.lists[0].terms[..]), (id.as_str(), &["recall".to_owned(), "lot 4471".to_owned()][..]));
        // A change of what somebody else has changed meanwhile is refused.
        let read = listed.lists[0].clone();
        save(&house, "adela", KeywordCard { language: Some("en".into()), ..read.clone() }).await.unwrap();
        let stale = save(&house, "adela", KeywordCard { terms: vec!["other".into()], ..read }).await.unwrap_err();
        assert_eq!(stale.status().as_u16(), 409);
        let set = live::set(&house.portal.database, "posts").await.unwrap();
        assert_eq!(matching(&set, "A RECALL of spinach", Some("en")), ["Recalls"]);
        assert!(matching(&set, "A recall of spinach", Some("es")).is_empty());
        assert_eq!(live::set(&house.portal.database, "web").await.unwrap().terms(), 0, "another stream has other lists");
        let switch = |on| SwitchKeywords { id: id.clone(), on };
        answers::switch(house.portal.clone(), permit(&house, "adela").await, switch(false)).await.unwrap();
        assert_eq!(live::set(&house.portal.database, "posts").await.unwrap().terms(), 0);
        answers::switch(house.portal.clone(), permit(&house, "adela").await, switch(true)).await.unwrap();
        let gone = answers::delete(house.portal.clone(), permit(&house, "adela").await, DeleteKeywords { id: id.clone() }).await.unwrap();
        assert!(room(&house, "adela").await.lists.is_empty());
        save(&house, "adela", KeywordCard { id: String::new(), ..gone }).await.unwrap();
        assert_eq!(room(&house, "adela").await.lists[0].name, "Recalls");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a41_an_administrator_sees_the_lists_of_their_own_department_alone() {
    let house = House::new().await;
    with_streams(&house).await;
    let id = save(&house, "adela", card("Recalls", &["recall"])).await.unwrap();
    assert!(room(&house, "felix").await.lists.is_empty());
    // What is not theirs is not found, exactly as what is not there.
    let theirs = answers::delete(house.portal.clone(), permit(&house, "felix").await, DeleteKeywords { id: id.clone() }).await.unwrap_err();
    let nothing = answers::delete(house.portal.clone(), permit(&house, "felix").await, DeleteKeywords { id: "none".into() }).await.unwrap_err();
    assert_eq!((theirs.status(), &theirs.message), (nothing.status(), &nothing.message));
    let stolen = save(&house, "felix", KeywordCard { id: id.clone(), ..card("Mine", &["recall"]) }).await.unwrap_err();
    assert_eq!(stolen.status().as_u16(), 404);
    // The same name in another department is another list.
    save(&house, "felix", card("Recalls", &["other"])).await.unwrap();
    assert_eq!(save(&house, "adela", card("Recalls", &["again"])).await.unwrap_err().field.as_deref(), Some("name"));
    // Each counts in the stream that it names, which is of a third department; what they find together is named once.
    let set = live::set(&house.portal.database, "posts").await.unwrap();
    assert_eq!(matching(&set, "a recall", None), ["Recalls"]);
    assert_eq!(matching(&set, "some other thing", None), ["Recalls"]);
    assert_eq!(matching(&set, "some other recall", None), ["Recalls"]);
    assert!(house.permit("sergio", Kind::Keyword, Action::Administer).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s19_what_cannot_be_matched_is_refused_under_its_term_and_a_hundred_thousand_terms_are_built_in_time() {
    let house = House::new().await;
    with_streams(&house).await;
    for (terms, field) in [(vec!["recall", ""], "terms.1"), (vec!["a"], "terms.0"), (vec!["one", "two", "ONE"], "terms.2"), (vec![], "terms")] {
        assert_eq!(save(&house, "adela", card("Bad", &terms)).await.unwrap_err().field.as_deref(), Some(field), "{terms:?}");
    }
    let missing = KeywordCard { streams: vec!["nothing".into()], ..card("Bad", &["recall"]) };
    assert_eq!(save(&house, "adela", missing).await.unwrap_err().field.as_deref(), Some("streams"));
    let many = |from: u32, count: u32| KeywordCard {
        terms: (from..from + count).map(|number| format!("word{number} tail")).collect(),
        ..card(&format!("Many {from}"), &[])
    };
    let began = Instant::now();
    save(&house, "adela", many(0, 100_000)).await.unwrap();
    let set = live::set(&house.portal.database, "posts").await.unwrap();
    println!("100,000 terms saved, read and compiled in {:?}", began.elapsed());
    // Stated: half a minute with every check on the way, without optimisation, on a machine that does other things too.
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_eq!((set.terms(), matching(&set, "word99999 tail", None).len()), (100_000, 1));
    let over = save(&house, "adela", many(200_000, 1)).await.unwrap_err();
    assert_eq!(over.field.as_deref(), Some("terms"));
    assert!(over.message.en.contains("100,000") || over.message.en.contains("100000"), "{}", over.message.en);
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s16_a_running_processor_reads_changed_lists_whole() {
    let house = House::new().await;
    with_streams(&house).await;
    // Two lists in one stream, always changed together: a set that mixes two states would match one and not the other.
    let first = save(&house, "adela", card("First", &["alpha 0"])).await.unwrap();
    let second = save(&house, "adela", card("Second", &["beta 0"])).await.unwrap();
    let (keywords, stop) = (Keywords::default(), CancellationToken::new());
    let following = tokio::spawn(live::follow(house.portal.database.clone(), "posts".into(), keywords.clone(), stop.clone()));
    let (ended, seen) = (Arc::new(AtomicBool::new(false)), keywords.clone());
    let until = ended.clone();
    let reader = std::thread::spawn(move || {
        let text: String = (0..5).map(|number| format!("alpha {number}. beta {number}. ")).collect();
        let mut states = BTreeSet::new();
        while !until.load(Ordering::Relaxed) {
            let set = seen.load();
            let said = Said { texts: &[&text], language: None, sources: &[] };
            states.insert(set.found(&said).into_iter().map(|(list, term)| format!("{list} {term}")).collect::<Vec<_>>());
            std::thread::yield_now();
        }
        states
    });
    for number in 1..4 {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let mut changes = house.portal.database.begin().await.unwrap();
        for (id, term) in [(&first, "alpha"), (&second, "beta")] {
            let list = store::one(&mut changes, id, "administration").await.unwrap().unwrap();
            store::save(&mut changes, &server::streaming::keywords::KeywordList { terms: vec![format!("{term} {number}")], ..list }).await.unwrap();
        }
        changes.commit().await.unwrap();
    }
    // Within about two seconds the newest counts.
    let began = Instant::now();
    while matching(&keywords.load(), "alpha 3", None).is_empty() {
        assert!(began.elapsed() < Duration::from_secs(3), "the change was not read");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ended.store(true, Ordering::Relaxed);
    let states = reader.join().unwrap();
    stop.cancel();
    following.await.unwrap();
    let whole: BTreeSet<Vec<String>> =
        (0..4).map(|number| vec![format!("First alpha {number}"), format!("Second beta {number}")]).chain([Vec::new()]).collect();
    assert!(states.is_subset(&whole), "a mixed set was seen: {:?}", states.difference(&whole).collect::<Vec<_>>());
    assert!(states.len() >= 4, "{states:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_from_files_and_go_with_them() {
    let house = House::new().await;
    with_streams(&house).await;
    let file = |more: &str| format!("name = \"Recalls\"\ndepartment = \"administration\"\nstreams = [\"posts\"]\n{more}\n");
    house.code("keywords/recalls.toml", &file("terms = [\"recall\", \"lot 4471\"]"));
    assert!(house.planned().await.contains(&"+ keywords Recalls".to_owned()));
    house.apply().await;
    assert!(house.planned().await.is_empty());
    house.code("keywords/recalls.toml", &file("terms = [\"recall\"]\nlanguage = \"en\"\non = false"));
    assert_eq!(house.planned().await, ["~ keywords Recalls"]);
    house.apply().await;
    assert!(!room(&house, "adela").await.lists[0].on);
    for (more, words) in [("terms = [\"recall\", \"x\"]", "terms.1"), ("terms = [\"recall\"]\ncolour = 1", "colour")] {
        house.code("keywords/recalls.toml", &file(more));
        assert!(house.try_apply().await.unwrap_err().message.en.contains(words));
    }
    house.code("keywords/recalls.toml", &file("terms = [\"recall\"]").replace("posts", "nothing"));
    assert!(house.try_apply().await.unwrap_err().message.en.contains("no stream nothing"));
    // A list made in the portal stays when files go.
    save(&house, "adela", card("By hand", &["hand made"])).await.unwrap();
    house.forget("keywords/recalls.toml");
    house.apply().await;
    assert_eq!(room(&house, "adela").await.lists.into_iter().map(|list| list.name).collect::<Vec<_>>(), ["By hand"]);
}

/// A post of the last day.
fn document(id: u32, language: &str, text: &str) -> Change {
    let at_ms = server::database::now_ms() - i64::from(id) * 1_000;
    let fields = vec![
        ("time".to_owned(), Value::Timestamp(at_ms)),
        ("language".to_owned(), Value::Text(language.to_owned())),
        ("text".to_owned(), Value::Text(text.to_owned())),
        ("secret".to_owned(), Value::Text(text.to_owned())),
    ];
    Change::Put(Document { id: id.to_string(), version: 0, at_ms, fields })
}

#[tokio::test(flavor = "multi_thread")]
async fn a41_a_preview_shows_what_the_asker_may_see_and_nothing_to_who_sees_no_rows() {
    let house = House::new().await;
    with_streams(&house).await;
    let field = |name: &str, kind| StreamField { field: Field { name: name.into(), kind, from: Vec::new() }, description: Default::default() };
    let mut stream = streams::one(&house.portal.database, "posts").await.unwrap().unwrap();
    stream.described.fields =
        vec![field("time", FieldKind::Timestamp), field("language", FieldKind::Keyword), field("text", FieldKind::Text), field("secret", FieldKind::Text)];
    let mut changes = house.portal.database.begin().await.unwrap();
    pins::lock(&mut changes).await.unwrap();
    streams::save(&mut changes, &stream).await.unwrap();
    changes.commit().await.unwrap();
    // The administrators' department sees English posts, and one text of each is hidden.
    house.code(
        "policies/posts.toml",
        "[[policies]]\nmart = \"stream.posts\"\ndepartment = \"administration\"\nrows = [{ column = \"language\", operator = \"in\", values = [\"en\"] }]\nmasks = [{ column = \"secret\", mask = \"hide\" }]\n",
    );
    house.apply().await;
    let index = &house.portal.index;
    index.prepare(&stream.shape()).await.unwrap();
    let preview = async |who: &str, terms: &[&str]| {
        let ask = PreviewKeywords { stream: "posts".into(), terms: terms.iter().map(|term| (*term).to_owned()).collect(), language: None };
        answers_preview(&house, who, ask).await
    };
    index
        .write(&stream.shape(), &[document(1, "en", "A recall of spinach"), document(2, "en", "Bread is back"), document(3, "en", "recalled, not a recall?")])
        .await
        .unwrap();
    index.refresh(&stream.shape()).await.unwrap();
    let before = preview("adela", &["RECALL", "nothing else"]).await.unwrap();
    assert_eq!((before.events, before.looked_at, before.found), (3, 3, 2));
    assert!(before.samples.iter().all(|sample| !sample.text.contains(" · ")), "a hidden text was shown: {:?}", before.samples);
    // What is hidden changes no byte of the answer.
    index.write(&stream.shape(), &[document(4, "es", "a recall, hidden"), document(5, "es", "recall")]).await.unwrap();
    index.refresh(&stream.shape()).await.unwrap();
    assert_eq!(preview("adela", &["RECALL", "nothing else"]).await.unwrap(), before);
    // Who administers keywords without a grant on the stream is told the same as of a stream that is not there.
    let none = preview("felix", &["recall"]).await.unwrap_err();
    let ask = PreviewKeywords { stream: "nothing".into(), terms: vec!["recall".into()], language: None };
    let nowhere = answers_preview(&house, "felix", ask).await.unwrap_err();
    assert_eq!((none.status().as_u16(), &none.message), (404, &nowhere.message));
    assert_eq!(preview("adela", &["x"]).await.unwrap_err().field.as_deref(), Some("terms.0"));
}

async fn answers_preview(house: &House, who: &str, ask: PreviewKeywords) -> Result<KeywordPreview> {
    preview::preview(house.portal.clone(), permit(house, who).await, ask).await
}
