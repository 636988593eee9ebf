//! `monkeyless pill check` as people and scripts use it: the real binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

fn monkeyless(words: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.args(words).current_dir(folder).env_remove("CHAOS_ENVIRONMENT").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn folder(files: &[(&str, Value)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, pill) in files {
        std::fs::write(folder.path().join(name), pill.to_string()).unwrap();
    }
    folder
}

fn tables() -> Value {
    json!({"status_code": 200, "data": {"TableNames": ["orders"]}})
}

#[test]
fn pills_that_can_be_played_are_counted_by_protocol() {
    let folder = folder(&[
        ("dynamodb.ListTables_1.json", tables()),
        ("dynamodb.ListTables_2.json", tables()),
        ("s3.ListBuckets_1.json", json!({"status_code": 200, "data": {"Buckets": [{"Name": "b"}]}})),
        ("README.md", json!("hello")),
    ]);
    let told = monkeyless(&["-o", "json", "pill", "check", "."], folder.path());
    assert_eq!(told.status.code(), Some(0));
    assert_eq!(
        serde_json::from_str::<Value>(&out(&told)).unwrap(),
        json!({"total": 3, "playable": 3, "problems": [], "notes": [], "other_files": 1, "protocols": {
            "json": {"total": 2, "playable": 2}, "rest-xml": {"total": 1, "playable": 1}}})
    );
    let told = out(&monkeyless(&["pill", "check", "."], folder.path()));
    assert!(
        told.contains("3 of 3 pills can be played") && told.contains("1 other file left alone"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_played_is_told_with_its_file_and_member() {
    let folder = folder(&[
        ("dynamodb.ListTables_2.json", json!({"status_code": 200, "data": {"TableNames": [7]}})),
        ("dynamodb.ListTables_3.pickle", json!(1)),
        ("dynamodb.ListTables_4.json", tables()),
        ("answer.json", tables()),
    ]);
    let told = monkeyless(&["-o", "json", "pill", "check", "."], folder.path());
    assert_eq!(told.status.code(), Some(1));
    let told: Value = serde_json::from_str(&out(&told)).unwrap();
    assert_eq!((&told["total"], &told["playable"]), (&json!(4), &json!(1)));
    let problems = told["problems"].as_array().unwrap();
    let has = |file: &str, problem: &str| {
        let fits = |row: &&Value| row["file"].as_str().unwrap().ends_with(file);
        let row = problems.iter().find(fits).unwrap_or_else(|| panic!("{file}: {told}"));
        assert!(row["problem"].as_str().unwrap().contains(problem), "{row}");
    };
    has("dynamodb.ListTables_2.json", "TableNames[0] is the number 7, should be a text");
    has("dynamodb.ListTables_3.pickle", "is a pickle, which is never opened");
    has("answer.json", "its name has no number");
    assert_eq!(problems.len(), 3);
    let note = told["notes"][0]["note"].as_str().unwrap();
    assert!(note.contains("dynamodb.ListTables has no pill number 1"), "{note}");

    let told = out(&monkeyless(&["pill", "check", "dynamodb.ListTables_2.json"], folder.path()));
    assert!(told.contains("dynamodb.ListTables_2.json: TableNames[0] is the number 7"), "{told}");
}

#[test]
fn each_prefix_has_a_sequence_of_its_own() {
    let folder = folder(&[
        ("a.dynamodb.ListTables_1.json", tables()),
        ("b.dynamodb.ListTables_1.json", tables()),
        ("b.dynamodb.ListTables_2.json", tables()),
    ]);
    let told = monkeyless(&["-o", "json", "pill", "check", "."], folder.path());
    let told: Value = serde_json::from_str(&out(&told)).unwrap();
    assert_eq!((&told["playable"], &told["notes"]), (&json!(3), &json!([])));
    std::fs::remove_file(folder.path().join("b.dynamodb.ListTables_1.json")).unwrap();
    let told = monkeyless(&["-o", "json", "pill", "check", "."], folder.path());
    let told: Value = serde_json::from_str(&out(&told)).unwrap();
    let note = told["notes"][0]["note"].as_str().unwrap();
    assert_eq!(
        note,
        "as a folder: b.dynamodb.ListTables has no pill number 1, where playing starts; the lowest is 2"
    );
}

#[test]
fn what_is_not_there_is_no_success() {
    let folder = folder(&[]);
    for path in [".", "nowhere"] {
        let told = monkeyless(&["pill", "check", path], folder.path());
        assert_eq!(told.status.code(), Some(1), "{path}");
        assert!(!told.stderr.is_empty(), "{path}");
    }
    assert_eq!(monkeyless(&["pill", "check"], folder.path()).status.code(), Some(2));
}
