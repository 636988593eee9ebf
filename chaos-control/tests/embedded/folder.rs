//! The folder that an engine keeps its tables in.

use std::{fs, path::Path};

use chaos_control::embedded::EngineError;

use super::*;

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("deep/er");
    {
        let client = Engine::open(&dir).unwrap().client();
        create_table(&client).await;
        client.put_item().table_name("items").set_item(Some(item("a", 1))).send().await.unwrap();
    }
    let client = Engine::open(&dir).unwrap().client();
    let got = client.get_item().table_name("items").set_key(Some(key("a"))).send().await.unwrap();
    assert_eq!(got.item, Some(item("a", 1)));
    assert!(dir.join("table.db").is_file());
}

#[test]
fn a_second_owner_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let first = Engine::open(folder.path()).unwrap();
    let handle = first.clone();
    for _ in 0..2 {
        let refused = Engine::open(folder.path()).unwrap_err();
        let message = refused.to_string();
        assert!(matches!(refused, EngineError::InUse { .. }), "{message}");
        assert!(message.contains(folder.path().to_str().unwrap()), "{message}");
        assert!(message.contains("another `monkeyless serve`"), "{message}");
    }
    drop(first);
    Engine::open(folder.path()).expect_err("a handle is left");
    drop(handle);
    Engine::open(folder.path()).expect("the folder is free");
}

#[test]
fn a_file_that_is_no_table_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.db");
    fs::write(&file, "not a database, but long enough to be mistaken for one ".repeat(40)).unwrap();
    let error = Engine::open(folder.path()).unwrap_err();
    assert!(matches!(error, EngineError::Database { .. }));
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let dir: &Path = &file.path().join("data");
    let error = Engine::open(dir).unwrap_err();
    assert!(matches!(error, EngineError::Folder { .. }));
    assert!(error.to_string().contains(dir.to_str().unwrap()), "{error}");
}

#[cfg(unix)]
#[test]
fn a_new_folder_is_for_its_user_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let _engine = Engine::open(&dir).unwrap();
    assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
}
