//! Which files a source means, that they stay the listed ones, and that none is the portal's own.

use futures::StreamExt;
use std::os::unix::fs::symlink;
use tests::reading::{Files, read};
use warehouse::reading::{Format, ReadFault, Source, list, look, open, open_files, refuse_inside, with_load_metadata};

#[tokio::test(flavor = "multi_thread")]
async fn patterns_and_folders_in_order() {
    let files = Files::new();
    std::fs::create_dir_all(files.folder.path().join("2024/deep")).unwrap();
    for name in ["b.csv", "a.csv", "2024/c.csv", "2024/deep/d.csv", "2024/_SUCCESS", ".hidden.csv", "notes.md"] {
        files.put(name, "id\n1\n");
    }
    let names = async |pattern: &str| {
        let found = list(&files.source(pattern)).await.unwrap();
        let folder = format!("file://{}/", files.folder.path().display());
        found.into_iter().map(|file| file.url.strip_prefix(&folder).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("*.csv").await, ["a.csv", "b.csv"]);
    assert_eq!(names("2024/").await, ["2024/c.csv", "2024/deep/d.csv"]);
    assert_eq!(names("*/*.csv").await, ["2024/c.csv"]);
    assert_eq!(names("a.csv").await, ["a.csv"]);
    assert!(matches!(list(&files.source("z*.csv")).await, Err(ReadFault::NoFile { .. })));
    assert!(matches!(list(&files.source("z.csv")).await, Err(ReadFault::NoFile { .. })));
    assert_eq!(read(&files.source("*.csv")).await.unwrap().good.num_rows(), 2);
    files.put("odd # name 100%.csv", "id\n1\n2\n");
    assert_eq!(read(&files.source("odd*.csv")).await.unwrap().good.num_rows(), 2);
    let declared = Source { format: Some(Format::Csv), ..files.source("notes.md") };
    assert_eq!(read(&declared).await.unwrap().good.num_rows(), 1);
    assert!(matches!(read(&files.source("notes.md")).await, Err(ReadFault::Address { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a13_addresses_that_cannot_be_read_say_why() {
    for url in [
        "ftp://host/a.csv",
        "memory:///a.csv",
        "https://host/a.csv?token=x",
        "https://me:secret@host/a.csv",
        "a.csv",
        "file://host/a.csv",
        "file:///dev/zero",
        " file:///a.csv",
    ] {
        let refused = list(&Source { url: url.into(), format: Some(Format::Csv), ..Source::default() }).await;
        assert!(matches!(refused, Err(ReadFault::Address { .. })), "{url}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b06_a_file_that_changes_is_not_read_on() {
    let files = Files::new();
    let big = format!("id\n{}", "12345678\n".repeat(2_000_000));
    let source = files.put("a.csv", &big);
    let listed = list(&source).await.unwrap();
    let mut reading = open(&source).await.unwrap();
    reading.batches.next().await.unwrap().unwrap();
    files.put("a.csv", "id\n1\n");
    let mut last = None;
    while let Some(batch) = reading.batches.next().await {
        last = Some(batch.map(|_| ()));
    }
    match last {
        Some(Err(fault @ ReadFault::Changed { .. })) => assert!(fault.retry()),
        other => panic!("{other:?}"),
    }
    // Listed before, changed before it was opened.
    assert!(matches!(look(&source, &listed[0]).await, Err(ReadFault::Changed { .. })));
    let declared = Source { expected: Some(look(&source, &list(&source).await.unwrap()[0]).await.unwrap()), ..source };
    let mut reading = open_files(&declared, listed).await.unwrap();
    assert!(matches!(reading.batches.next().await, Some(Err(ReadFault::Changed { .. }))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a42_no_source_leads_into_the_portals_own_folders() {
    let files = Files::new();
    let own = files.folder.path().join("data");
    std::fs::create_dir_all(own.join("lake/lake/sales")).unwrap();
    std::fs::create_dir_all(files.folder.path().join("exports")).unwrap();
    files.put("data/lake/lake/sales/part.csv", "id\n1\n");
    files.put("exports/a.csv", "id\n1\n");
    symlink(own.join("lake"), files.folder.path().join("exports/link")).unwrap();
    symlink(own.join("lake/lake/sales/part.csv"), files.folder.path().join("exports/b.csv")).unwrap();
    let base = files.folder.path().display();
    let roots = vec![own.clone()];
    for url in [
        format!("file://{base}/data/lake/lake/sales/part.csv"),
        format!("file://localhost{base}/data/"),
        format!("file:{base}/data/*.csv"),
        format!("{base}/data/lake/"),
        format!("file://{base}/exports/../data/x"),
        format!("file://{base}/exports/%2e%2e/data/x"),
        format!("file://{base}/exports/link/lake/sales/part.csv"),
        format!("file://{base}/exports/b.csv"),
        format!("file://{base}/d%61ta/not-there-yet.csv"),
        format!("FILE://{base}/data/"),
    ] {
        assert!(matches!(refuse_inside(&url, &roots), Err(ReadFault::Inside { .. })), "{url}");
        let listed = list(&Source { url: url.clone(), format: Some(Format::Csv), forbidden: roots.clone(), ..Source::default() }).await;
        assert!(matches!(listed, Err(ReadFault::Inside { .. } | ReadFault::NoFile { .. })), "{url}: {listed:?}");
    }
    refuse_inside(&format!("file://{base}/exports/a.csv"), &roots).unwrap();
    refuse_inside("s3://bucket/data/", &roots).unwrap();
    // Each file is asked again: the folder is permitted, the link in it is not.
    for pattern in ["exports/*.csv", "exports/"] {
        let listed = list(&Source { forbidden: roots.clone(), ..files.source(pattern) }).await;
        assert!(matches!(listed, Err(ReadFault::Inside { .. })), "{pattern}: {listed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a34_compressed_files_are_read_and_bombs_are_not() {
    use std::process::Command;
    let files = Files::new();
    files.put("a.csv", "id,name\n1,a\n2,b\n");
    assert!(Command::new("gzip").arg("-k").arg(files.folder.path().join("a.csv")).status().unwrap().success());
    let found = read(&files.source("a.csv.gz")).await.unwrap();
    assert_eq!(found.column("name"), ["a", "b"]);
    files.put("bomb.csv", format!("id\n{}", "0\n".repeat(40 << 20)));
    assert!(Command::new("gzip").arg("-9").arg(files.folder.path().join("bomb.csv")).status().unwrap().success());
    let refused = read(&files.source("bomb.csv.gz")).await.unwrap_err();
    assert!(refused.to_string().contains("times its size"), "{refused}");
    let broken = read(&files.put("c.csv.gz", b"no gzip at all")).await.unwrap_err();
    assert!(matches!(broken, ReadFault::Malformed { .. }), "{broken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn load_metadata_is_on_every_row() {
    let files = Files::new();
    let found = read(&files.put("a.csv", "id\n1\n2\n")).await.unwrap();
    let batch = with_load_metadata(&found.good, "run-1", 1_700_000_000_000_000, "a.csv").unwrap();
    assert_eq!(batch.schema(), warehouse::reading::load_schema(&found.good.schema()));
    let shown = arrow::util::pretty::pretty_format_batches(&[batch]).unwrap().to_string();
    assert_eq!(shown.matches("run-1").count(), 2);
    assert_eq!(shown.matches("2023-11-14T22:13:20Z").count(), 2);
}
