//! People from a list: what it would change is told first; then all of it happens, or nothing.

use super::{furnished, status};
use app::identity::{asks::*, import::asks::*, invites::asks::*};
use http::StatusCode;
use server::governance::store;
use tests::{
    house::House,
    services::smtp::{Arrived, smtp},
};

/// Ana moves, Sergio stays as he is, Luis and somebody with a dangerous name are new.
const LIST: &str = "\
name,email,department,role,attribute.regions
Ana Robles,ana@atalaya.example,finance,employee,North;South
Sergio Vidal,Sergio@Atalaya.example,Ventas,Responsable,South
Luis Prado,luis@atalaya.example,sales,employee,East
\"=HYPERLINK(\"\"http://evil.example\"\")\",eva@atalaya.example,marketing,manager,
";

async fn version(house: &House) -> i64 {
    store::version(&house.portal.database).await.unwrap()
}

#[tokio::test]
async fn a18_a_list_is_looked_at_and_then_taken_as_a_whole() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let mut ana = house.signed_in("ana").await;
        ana.ask(&WhoAmI {}).await.unwrap();
        let before = version(&house).await;
        let preview = adela.ask(&PreviewImport { text: LIST.into() }).await.unwrap();
        let states: Vec<(u64, RowState)> = preview.rows.iter().map(|row| (row.line, row.state)).collect();
        assert_eq!(states, [(2, RowState::Changed), (3, RowState::Same), (4, RowState::New), (5, RowState::New)]);
        assert_eq!(preview.rows[0].note.en, "sales → finance, regions: North → North; South");
        assert!(preview.problem.is_none() && !preview.mail && preview.version == before);
        assert_eq!(version(&house).await, before, "a look changes nothing");
        assert!(adela.ask(&ListInvites {}).await.unwrap().invites.is_empty());
        assert_eq!(ana.ask(&WhoAmI {}).await.unwrap().department.en, "Sales");

        let stale = ApplyImport { text: LIST.into(), version: before - 1, mail: false, reason: String::new() };
        assert_eq!(adela.ask(&stale).await.err().unwrap().0, StatusCode::CONFLICT);
        let taken = adela.ask(&ApplyImport { text: LIST.into(), version: before, mail: false, reason: String::new() }).await.ok().unwrap();
        assert_eq!((taken.invited, taken.changed), (2, 1));
        assert_eq!(version(&house).await, before + 1, "one new version");
        assert_eq!(ana.ask(&WhoAmI {}).await.unwrap().department.en, "Finance");
        let text = taken.links.unwrap();
        let links: Vec<csv::StringRecord> = csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
        assert_eq!(links.len(), 2);
        assert_eq!(&links[1][0], "'=HYPERLINK(\"http://evil.example\")", "a spreadsheet runs no name");
        let token = links[0][2].rsplit('/').next().unwrap().to_owned();
        house.visitor().ask(&AcceptInvite { token, password: "three quiet rivers".into() }).await.unwrap();
        // Taken again it finds Luis there and Eva invited.
        let again = adela.ask(&PreviewImport { text: LIST.into() }).await.unwrap();
        assert!(again.rows.iter().all(|row| row.state == RowState::Same), "{again:?}");
        let moved = adela.ask(&PreviewImport { text: LIST.replace("marketing,manager", "finance,manager") }).await.unwrap();
        assert_eq!(moved.rows[3].state, RowState::Changed);
        let text = LIST.replace("marketing,manager", "finance,manager");
        adela.ask(&ApplyImport { text, version: moved.version, mail: false, reason: String::new() }).await.ok().unwrap();
        assert_eq!(adela.ask(&ListInvites {}).await.unwrap().invites[0].department.en, "Finance");
    }
}

#[tokio::test]
async fn one_line_that_is_refused_leaves_nothing() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        // The first decision accepts the columns of what is published, under a new version.
        let people = adela.ask(&ListPeople {}).await.unwrap();
        let before = (version(&house).await, people);
        for (line, word) in [
            ("Eva,eva,sales,employee,", "e-mail"),
            ("Eva,eva@x.example,nowhere,employee,", "nowhere"),
            ("Eva,eva@x.example,sales,root,", "root"),
            (",eva@x.example,sales,employee,", "name"),
            ("Eva,ANA@atalaya.example,sales,employee,", "line 2"),
            ("Eva,eva@x.example,sales,employee", "cells"),
        ] {
            let text = format!("{LIST}{line}\n");
            let preview = adela.ask(&PreviewImport { text: text.clone() }).await.unwrap();
            let row = preview.rows.last().unwrap();
            assert_eq!((row.line, row.state), (6, RowState::Refused), "{line}");
            assert!(row.note.en.contains(word) && !row.note.es.is_empty() && row.note.es != row.note.en, "{line}: {:?}", row.note);
            let refused = adela.ask(&ApplyImport { text, version: preview.version, mail: false, reason: String::new() }).await.err().unwrap();
            assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("text")), "{line}");
        }
        assert_eq!((version(&house).await, adela.ask(&ListPeople {}).await.unwrap()), before);
        assert!(adela.ask(&ListInvites {}).await.unwrap().invites.is_empty());
    }
}

#[tokio::test]
async fn a26_a_list_leaves_an_administrator() {
    for house in furnished().await {
        let mut adela = house.signed_in("adela").await;
        let text = "name,email,department,role\nAdela Campos,adela@atalaya.example,sales,employee\n".to_owned();
        let preview = adela.ask(&PreviewImport { text: text.clone() }).await.unwrap();
        assert!(preview.problem.is_some_and(|problem| problem.en.contains("last administrator")));
        let refused = adela.ask(&ApplyImport { text, version: preview.version, mail: false, reason: String::new() }).await.err().unwrap();
        assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(adela.ask(&WhoAmI {}).await.unwrap().may.administer_people);
    }
}

#[tokio::test]
async fn a34_a_list_has_a_largest_size() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    let long = format!("name,email,department,role\n{}", "x".repeat(1 << 20));
    assert_eq!(status(&mut adela, PreviewImport { text: long }).await, StatusCode::UNPROCESSABLE_ENTITY);
    let vast = vec![b'x'; 5 << 20];
    assert_eq!(adela.post("/api/identity/preview-import", "application/json", vast).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let mut ana = house.signed_in("ana").await;
    assert_eq!(status(&mut ana, PreviewImport { text: LIST.into() }).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn new_people_of_a_list_get_their_links_by_mail() {
    let Some(smtp) = smtp().await else { return };
    let house = smtp.house().await;
    let mut adela = house.signed_in("adela").await;
    let preview = adela.ask(&PreviewImport { text: LIST.into() }).await.unwrap();
    assert!(preview.mail);
    let taken = adela.ask(&ApplyImport { text: LIST.into(), version: preview.version, mail: true, reason: String::new() }).await.ok().unwrap();
    assert!(taken.invited == 2 && taken.links.is_none());
    super::invites::until_idle(&house).await;
    for email in ["luis@atalaya.example", "eva@atalaya.example"] {
        let [letter]: [Arrived; 1] = smtp.letters(email).try_into().unwrap();
        house.visitor().ask(&OpenInvite { token: letter.token("/invite/") }).await.unwrap();
    }
}
