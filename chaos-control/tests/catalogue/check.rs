//! `monkeyless check` of names.

use super::{say_in, write};
use serde_json::json;

fn spec(service: &str, operation: &str, error: &str) -> String {
    format!(
        "id = \"x\"\n[target]\nservice = \"{service}\"\noperation = \"{operation}\"\n\
         [fault]\nerror = \"{error}\"\n[when]\nrate = 0.5\n"
    )
}

#[tokio::test]
async fn a_misspelt_name_is_told_with_its_line_and_the_nearest_names() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (
            spec("kinesys", "PutRecords", "ThrottlingException"),
            "x.toml:3: target.service: \"kinesys\" is no service that is known here; did you mean `kinesis`,",
        ),
        (
            spec("kinesis", "PutRecordz", "AccessDeniedException"),
            "x.toml:4: target.operation: \"PutRecordz\" is no operation of kinesis; did you mean `PutRecord",
        ),
        (
            spec("kinesis", "PutRecords", "ProvisionedThroughputExceded"),
            "x.toml:6: fault.error: \"ProvisionedThroughputExceded\" is no error of kinesis; did you mean \
             `ProvisionedThroughputExceededException`",
        ),
    ];
    for (text, told) in cases {
        write(folder.path(), "x.toml", &text);
        let said = say_in(folder.path(), &["check", "x.toml"]).await;
        said.no("monkeyless: 1 mistake in 1 file");
        assert!(said.out.starts_with(told), "{}", said.out);
        assert_eq!(said.out.lines().count(), 1, "{}", said.out);
    }
    write(folder.path(), "x.toml", &spec("kinesis", "PutRecords", "KMSDisabledException"));
    say_in(folder.path(), &["check", "x.toml"]).await.ok("x.toml: ok, scenario x with 1 spec");
}

#[tokio::test]
async fn programs_get_the_field_and_the_line() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "x.toml", &spec("kinesis", "PutRecordz", "Throtling"));
    let said = say_in(folder.path(), &["-o", "json", "check", "x.toml"]).await;
    assert_eq!(said.code, 1);
    let problems = said.json()["problems"].clone();
    let places: Vec<_> = problems
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].clone(), one["pointer"].clone()))
        .collect();
    assert_eq!(places, [(json!(4), json!("/target/operation")), (json!(6), json!("/fault/error"))]);
}
