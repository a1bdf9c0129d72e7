//! Files with defects: what fits is in, what does not is in quarantine with position and reason, and nothing is lost.

use super::house::House;
use app::ingestion::asks::{ListQuarantine, QuarantineCard, RunState};
use server::{
    access::{Action, Kind},
    ingestion::quarantine,
};

async fn quarantined(house: &House, run: &str) -> Vec<QuarantineCard> {
    let permit = house.permit("adela", Kind::Quarantine, Action::View).await.unwrap();
    quarantine::list(house.portal.clone(), permit, ListQuarantine { run: Some(run.into()) }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_row_goes_to_quarantine_and_the_good_ones_are_in() {
    let house = House::new().await;
    let file = house.file("sales.csv", "id,amount,day\n1,10.5,2024-01-01\n2,ten,2024-01-02\n3,30.5,2024-01-03\n4,40.5\n5,50.5,2024-01-05\n");
    house.load("sales", &file, "columns = { id = \"integer\", amount = \"number\", day = \"date\" }");
    house.apply().await;
    house.work().await;
    let run = house.last("sales").await;
    assert_eq!(run.card.state, RunState::Partial, "{:?}", run.card.message);
    assert_eq!((run.card.rows_in, run.card.rows_out, run.card.rows_quarantined), (5, 3, 2));
    assert_eq!(house.pin("lake.sales").await.unwrap().rows, 3);
    let rows = quarantined(&house, &run.card.id).await;
    assert_eq!(rows.len(), 2);
    assert!(rows[0].position.contains("sales.csv:3 (byte 32)"), "{}", rows[0].position);
    assert!(rows[0].reason.en.contains("amount") && rows[0].reason.es.contains("amount"), "{:?}", rows[0].reason);
    assert!(rows[1].reason.en.contains("2 fields"), "{:?}", rows[1].reason);
    // Figures only: the administrator sees where and why, not what.
    assert!(rows.iter().all(|row| row.content.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_header_is_refused_and_the_published_version_stays() {
    let house = House::new().await;
    let columns = "columns = { id = \"integer\", amount = \"number\" }";
    let file = house.file("sales.csv", "id,amount\n1,1\n2,2\n");
    house.load("sales", &file, columns);
    house.apply().await;
    house.work().await;
    let before = house.contents("lake.sales").await;
    house.file("sales.csv", "id,value\n1,1\n2,2\n3,3\n");
    run_now(&house, "sales").await;
    house.work().await;
    let run = house.last("sales").await;
    assert_eq!(run.card.state, RunState::Failed);
    assert_eq!(run.card.attempt, 1, "a wrong header does not mend itself");
    let message = run.card.message.unwrap();
    assert!(message.en.contains("amount") && message.en.contains("sales.csv"), "{message:?}");
    assert_eq!(house.contents("lake.sales").await, before);
    assert!(house.pin("lake.sales").await.unwrap().stale);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_ten_megabytes_does_not_take_the_file_with_it() {
    let house = House::new().await;
    let mut contents = b"id,note\n1,short\n2,".to_vec();
    contents.extend(std::iter::repeat_n(b'x', 10 << 20));
    contents.extend_from_slice(b"\n3,short\n");
    let file = house.file("notes.csv", contents);
    house.load("notes", &file, "columns = { id = \"integer\", note = \"text\" }");
    house.apply().await;
    house.work().await;
    let run = house.last("notes").await;
    assert_eq!((run.card.state, run.card.rows_in, run.card.rows_out, run.card.rows_quarantined), (RunState::Partial, 3, 2, 1), "{:?}", run.card.message);
    let rows = quarantined(&house, &run.card.id).await;
    assert!(rows[0].position.contains("notes.csv:3 (byte 16)"), "{}", rows[0].position);
    assert!(rows[0].reason.en.contains("longer than"), "{:?}", rows[0].reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn utf_16_is_refused_by_name() {
    let house = House::new().await;
    let mut contents = vec![0xff, 0xfe];
    contents.extend("id,name\n1,Ana\n2,José\n".encode_utf16().flat_map(u16::to_le_bytes));
    let file = house.file("people.csv", contents);
    house.load("people", &file, "");
    house.apply().await;
    house.work().await;
    let run = house.last("people").await;
    // Read when the reader understands it, refused with its encoding named when not: never garbage.
    match run.card.state {
        RunState::Succeeded => assert_eq!(run.card.rows_out, 2),
        _ => assert!(run.card.message.as_ref().is_some_and(|message| message.en.contains("UTF-16")), "{:?}", run.card.message),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b13_unclosed_quotes_zero_bytes_and_mixed_line_ends_lose_no_row() {
    let house = House::new().await;
    let file = house.file("mixed.csv", b"\xef\xbb\xbfid,name\r\n1,\"a\nb\"\r\n2,b\n3,c\0d\n4,d\n5,\"never closed\n6,f\n");
    house.load("mixed", &file, "columns = { id = \"integer\", name = \"text\" }");
    house.apply().await;
    house.work().await;
    let run = house.last("mixed").await;
    assert_eq!(run.card.state, RunState::Partial, "{:?}", run.card.message);
    assert_eq!(run.card.rows_in, run.card.rows_out + run.card.rows_quarantined);
    let rows = quarantined(&house, &run.card.id).await;
    let reasons: Vec<&str> = rows.iter().map(|row| row.reason.en.as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("zero byte")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("quote")), "{reasons:?}");
    assert!(run.card.rows_out >= 3, "rows 1, 2 and 4 are good: {:?}", run.tables);
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b12_columns_that_come_go_and_change_are_said_and_no_row_is_lost() {
    let house = House::new().await;
    let file = house.file("drift.csv", "a,b\n1,x\n2,y\n");
    house.load("drift", &file, "");
    house.apply().await;
    house.work().await;
    house.file("drift.csv", "c,a\n2024-01-01,one\n2024-01-02,two\n2024-01-03,three\n");
    run_now(&house, "drift").await;
    house.work().await;
    let run = house.last("drift").await;
    assert_eq!((run.card.rows_in, run.card.rows_out), (3, 3));
    let said: Vec<&str> = run.log.iter().filter(|line| line.level == "warn").map(|line| line.text.en.as_str()).collect();
    assert!(said.iter().any(|line| line.contains("new: c") && line.contains("gone: b") && line.contains("of another type: a")), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_none_of_whose_rows_fits_publishes_nothing() {
    let house = House::new().await;
    let file = house.file("odd.csv", "id,amount\na,b\nc,d\n");
    house.load("odd", &file, "columns = { id = \"integer\", amount = \"number\" }");
    house.apply().await;
    house.work().await;
    let run = house.last("odd").await;
    assert_eq!((run.card.state, run.card.rows_in, run.card.rows_quarantined), (RunState::Failed, 2, 2), "{:?}", run.card.message);
    assert!(house.pin("lake.odd").await.is_none());
    assert_eq!(quarantined(&house, &run.card.id).await.len(), 2, "quarantine says why even though nothing was published");
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b06_a_file_that_changes_while_it_is_read_is_not_published_half_and_half() {
    let house = House::new().await;
    let rows = |mark: &str| std::iter::once("id,mark\n".to_owned()).chain((0..400_000).map(|id| format!("{id},{mark}\n"))).collect::<String>();
    let file = house.file("big.csv", rows("old"));
    house.load("big", &file, "columns = { id = \"integer\", mark = \"text\" }");
    house.apply().await;
    let changed = rows("new");
    let writer = async {
        // While the load reads.
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            let runs = house.runs("big").await;
            if runs.first().is_some_and(|run| run.rows_in > 0 || run.state == RunState::Running) {
                break;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        house.file("big.csv", &changed);
    };
    tokio::join!(house.work(), writer);
    let run = house.last("big").await;
    assert_eq!(run.card.state, RunState::Succeeded, "{:?}", run.card.message);
    let pin = house.pin("lake.big").await.unwrap();
    assert_eq!(pin.rows, 400_000);
    // Whatever moment it was: all old or all new.
    let other = House::new().await;
    let mut hashes = Vec::new();
    for mark in ["old", "new"] {
        let file = other.file(&format!("{mark}.csv"), rows(mark));
        other.load(mark, &file, "columns = { id = \"integer\", mark = \"text\" }");
        other.apply().await;
        other.work().await;
        hashes.push(other.contents(&format!("lake.{mark}")).await);
    }
    let loaded = house.contents("lake.big").await;
    assert!(hashes.contains(&loaded), "a mix of two files was published");
}

pub async fn run_now(house: &House, job: &str) -> String {
    server::ingestion::answers::run_now(house.portal.clone(), house.admin().await, app::ingestion::asks::RunNow { job: job.into() }).await.unwrap()
}
