//! Recorded answers in spec files.

use super::{Said, say_in, service, write};
use serde_json::{Value, json};
use std::path::Path;

const SPEC: &str = "id = \"played\"\n[target]\nservice = \"dynamodb\"\noperation = \"ListTables\"\n\
                    [fault]\npill = \"rec\"\n[when]\nrate = 0.5\n";

fn answer(tables: &Value) -> String {
    json!({"status_code": 200, "data": {"TableNames": tables}}).to_string()
}

/// A folder with a spec in `specs/played.toml`, and two pills beside it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "specs/played.toml", SPEC);
    write(folder.path(), "specs/rec/dynamodb.ListTables_1.json", &answer(&json!(["first"])));
    write(folder.path(), "specs/rec/dynamodb.ListTables_2.json", &answer(&json!(["second"])));
    folder
}

#[tokio::test]
async fn a_folder_of_pills_is_relative_to_its_spec_file() {
    let folder = folder();
    for (base, file) in
        [(".", "specs/played.toml"), ("specs", "played.toml"), ("specs/rec", "../played.toml")]
    {
        let said = say_in(&folder.path().join(base), &["check", file]).await;
        said.ok("ok, scenario played with 1 spec");
    }
}

#[tokio::test]
async fn applying_stores_the_pills_themselves() {
    let folder = folder();
    let running = service().await;
    let server = format!("http://{}", running.api);
    let words = ["--server", &server, "-e", "test", "--by", "alice", "apply", "specs/played.toml"];
    say_in(folder.path(), &words).await.ok("stored; nothing is armed by storing it (1 spec)");
    let path = format!("{server}/v1/environments/test/scenarios/played");
    let stored: Value = reqwest::get(path).await.unwrap().json().await.unwrap();
    let pills = stored["scenario"]["spec"][0]["fault"]["pill"].as_array().unwrap();
    let tables: Vec<_> = pills.iter().map(|pill| pill["data"]["TableNames"][0].clone()).collect();
    assert_eq!(tables, ["first", "second"]);
    let names = |pill: &Value| pill["service"] == "dynamodb" && pill["operation"] == "ListTables";
    assert!(pills.iter().all(names), "{stored}");
    running.stop().await;
}

#[track_caller]
fn refused(said: &Said, told: &str) {
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("specs/played.toml:6: fault.pill: \"rec\" ") && said.out.contains(told),
        "{}",
        said.out
    );
}

async fn check(folder: &Path) -> Said {
    say_in(folder, &["check", "specs/played.toml"]).await
}

#[tokio::test]
async fn a_pill_that_does_not_fit_is_refused_with_its_file_and_member() {
    let folder = folder();
    write(folder.path(), "specs/rec/dynamodb.ListTables_2.json", &answer(&json!([7])));
    let told = "rec/dynamodb.ListTables_2.json: TableNames[0] is the number 7, should be a text";
    refused(&check(folder.path()).await, told);

    let running = service().await;
    let server = format!("http://{}", running.api);
    let reach = ["--server", &server, "-e", "test"];
    let said = say_in(folder.path(), &[&reach[..], &["apply", "specs/played.toml"]].concat()).await;
    refused(&said, told);
    said.no("nothing was stored; mend the files first");
    say_in(folder.path(), &[&reach[..], &["get"]].concat()).await.ok("no scenario is stored");
    running.stop().await;
}

#[tokio::test]
async fn several_recordings_of_one_operation_are_refused() {
    let folder = folder();
    write(folder.path(), "specs/rec/other.dynamodb.ListTables_1.json", &answer(&json!([])));
    let told = "holds several recordings of dynamodb.ListTables, with no prefix and the prefix `other`";
    refused(&check(folder.path()).await, told);
}

#[tokio::test]
async fn over_http_a_path_names_nothing() {
    let running = service().await;
    let spec = json!({"id": "played", "target": {"service": "dynamodb", "operation": "ListTables"},
        "fault": {"pill": "rec"}, "when": {"rate": 0.5}});
    let validate = format!("http://{}/v1/environments/test/validate", running.api);
    let client = reqwest::Client::new();
    let refused = client.post(&validate).header("chaos-actor", "alice").json(&spec).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["violations"][0]["pointer"], "/fault/pill", "{body}");
    assert_eq!(body["violations"].as_array().unwrap().len(), 1, "{body}");

    let mut inline = spec;
    inline["fault"]["pill"] = serde_json::from_str(&answer(&json!(["a"]))).unwrap();
    let taken = client.post(&validate).header("chaos-actor", "alice").json(&inline).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    running.stop().await;
}
