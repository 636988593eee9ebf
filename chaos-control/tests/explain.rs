//! `explain` on the command line and over the API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_control::embedded::Engine;
use chaos_control::embedded::listener::{self, Access};
use chaos_control::serve::{Options, Running, Table, start};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::path::Path;
use tokio::process::Command;

const ORDERS: &str = r#"
id = "orders"
enabled = true
[[spec]]
id = "throttled"
target = { service = "kinesis", operation = "PutRecords", input = { StreamName = "orders" } }
fault = { error = "ProvisionedThroughputExceededException" }
when = { rate = "60%", ramp = "10m" }
[[spec]]
id = "payments"
target = { host = "api.payments.example", path = "/v1/*", header = { X-Tier = "gold" } }
fault = { status = 503 }
when = { rate = "100%" }
"#;
const CHECKOUT: &str = r#"
id = "checkout"
target = { function = "checkout", service = "sqs", label = { tenant = "7" }, attempt = "2.." }
fault = { latency = "2s" }
when = { rate = "100%" }
"#;
const PUT: [&str; 4] = ["--service", "kinesis", "--operation", "PutRecords"];

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    #[track_caller]
    fn ok(self, start: &str) -> String {
        assert!(self.code == 0 && self.out.starts_with(start), "{} {}{}", self.code, self.out, self.err);
        self.out
    }

    #[track_caller]
    fn no(&self, code: i32, text: &str) {
        assert!(self.code == code && self.err.contains(text), "{} {}{}", self.code, self.out, self.err);
    }
}

fn specs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("orders.toml"), ORDERS).unwrap();
    std::fs::write(folder.path().join("checkout.toml"), CHECKOUT).unwrap();
    folder
}

async fn say(folder: &Path, reach: &[&str], words: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.args(reach).args(words).current_dir(folder).kill_on_drop(true).env_clear();
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
    command.env("AWS_REGION", "eu-west-1").env("AWS_EC2_METADATA_DISABLED", "true");
    let output = command.output().await.unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

async fn offline(words: &[&str]) -> Said {
    let folder = specs();
    say(folder.path(), &["explain", "--file", "."], words).await
}

#[tokio::test]
async fn files_are_asked_without_anyone_else() {
    let put = |stream: &'static str| async move { offline(&[&PUT[..], &["--input", stream]].concat()).await };
    let out = put("StreamName=orders").await.ok(
        "would be hit by orders/throttled (ProvisionedThroughputExceededException): hits 60% of such calls once its ramp of 10m is over\n",
    );
    assert!(out.contains(" 60%   3 of 3  orders/throttled: hits 60%"), "{out}");
    assert!(out.contains("and 2 specs about other calls"), "{out}");
    assert!(out.contains("note: checkout is not `enabled` and so not armed; --as-armed asks"), "{out}");
    let out = put("StreamName=payments").await.ok("would pass: no spec fires\n");
    let miss =
        "2 of 3  orders/throttled: the target's input StreamName wants `orders`, the call has `payments`\n";
    assert!(out.contains(miss), "{out}");
    offline(&PUT).await.ok("would pass: no spec fires; orders/throttled hangs on what the call does not show: input StreamName\n");
    let far = ["--service", "s3", "--operation", "getobject"];
    let out = offline(&far).await.ok("would pass: no spec fires\nnone of 3 specs is about such calls");
    assert!(!out.contains("HITS"), "{out}");
}

#[tokio::test]
async fn every_part_of_a_call_can_be_said() {
    let send = ["--service", "SQS", "--operation", "sendmessage", "--label", "tenant=7", "--attempt", "3"];
    let mut words = [&send[..], &["--function", "checkout"]].concat();
    offline(&words).await.ok("would pass: checkout/checkout matches, but the scenario is not armed\n");
    words.push("--as-armed");
    let out = offline(&words).await.ok("would be hit by checkout/checkout (+2s): hits 100% of such calls\n");
    assert!(!out.contains("note:"), "{out}");
    words[7] = "1";
    let out = offline(&words).await.ok("would pass: no spec fires\n");
    assert!(
        out.contains("3 of 4  checkout/checkout: the target's attempt wants `2..`, the call has `1`"),
        "{out}"
    );

    let hit = "would be hit by orders/payments (503)";
    offline(&["--url", "https://api.payments.example:8443/v1/charge?id=7", "--header", "x-tier=gold"])
        .await
        .ok(hit);
    let parts =
        ["--method", "post", "--host", "api.payments.example", "--path", "/v1/a", "--header", "X-Tier=gold"];
    offline(&parts).await.ok(hit);
    offline(&parts[..6])
        .await
        .ok("would pass: no spec fires; orders/payments hangs on what the call does not show: header x-tier");
}

#[tokio::test]
async fn programs_read_all_of_it() {
    let out = offline(&[&PUT[..], &["-o", "json", "--region", "eu-west-1"]].concat()).await.ok("{");
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&told["hit"], told["specs"].as_array().unwrap().len()), (&json!(false), 3));
    let miss =
        &told["specs"].as_array().unwrap().iter().find(|spec| spec["spec"] == "orders/throttled").unwrap();
    let mismatch = json!([{"field": "input", "name": "StreamName", "wanted": ["orders"], "given": null}]);
    assert_eq!((&miss["constraints"], &miss["mismatches"]), (&json!(3), &mismatch));
    assert!(told["verdict"].as_str().unwrap().starts_with("would pass"));
}

#[tokio::test]
async fn mistakes_are_told_apart_by_exit_codes() {
    offline(&["--service", "kinesys"])
        .await
        .no(1, "--service: \"kinesys\" is no service that is known here; did you mean `kinesis`");
    offline(&["--service", "kinesis", "--operation", "PutRecordz"]).await.no(1, "did you mean `PutRecord");
    offline(&["--service", "kinesis", "--operation", "PutRecords", "--input", "StreamNam=orders"]).await.no(
        1,
        "--input.StreamNam: `StreamNam` is no member of the input of `PutRecords`; did you mean `StreamName`",
    );
    offline(&[]).await.no(2, "which call?");
    offline(&["--operation", "PutRecords"]).await.no(2, "--service");
    offline(&["--service", "s3", "--input", "Bucket"]).await.no(2, "write a name, `=` and a value");
    offline(&["--service", "s3", "--attempt", "0"]).await.no(2, "--attempt");
    let folder = specs();
    let ask = |words: &'static [&'static str]| say(folder.path(), &["explain", "--service", "s3"], words);
    ask(&["--as-armed"]).await.no(2, "--file");
    ask(&[]).await.no(2, "which environment?");
    ask(&["-e", "test", "--server", "http://127.0.0.1:9"]).await.no(3, "no control service was reached");
    ask(&["--file", "nowhere"]).await.no(1, "nowhere cannot be read");
    std::fs::write(folder.path().join("bad.toml"), "id = 1").unwrap();
    let bad = ask(&["--file", "."]).await;
    bad.no(1, "nothing was asked; mend the files first");
    assert!(bad.out.contains("bad.toml:1: id: 1 is a number"), "{}", bad.out);
}

async fn service() -> Running {
    let any = "127.0.0.1:0".parse().unwrap();
    start(Options { listen: any, table: Table::Embedded { folder: None, listen: any } }).await.unwrap()
}

/// What is stored, armed and halted, asked for in one way or the other.
async fn stored_armed_halted(reach: &[&str]) {
    let folder = specs();
    let say = |words: &'static [&'static str]| say(folder.path(), reach, words);
    let ask: &[&str] =
        &["explain", "--service", "kinesis", "--operation", "PutRecords", "--input", "StreamName=orders"];
    say(ask).await.ok("would pass: there is no spec");
    say(&["apply", "."]).await.ok("checkout: stored");
    let out = say(ask).await.ok("would pass: orders/throttled matches, but the scenario is not armed\n");
    assert!(!out.contains("note:"), "`enabled` arms nothing in a table: {out}");
    say(&["arm", "orders", "--for", "10m", "--reason", "x"]).await.ok("orders: armed");
    let armed = say(ask).await.out;
    assert!(armed.contains("growing to 60% 10m after arming"), "the ramp counts from the arming: {armed}");
    let send: &[&str] = &["explain", "--url", "http://api.payments.example/v1/x", "--header", "x-tier=gold"];
    say(send).await.ok("would be hit by orders/payments (503): hits 100% of such calls\n");
    say(&["halt", "--reason", "x"]).await.ok("test: halted");
    say(send).await.ok("would pass: orders/payments matches, but everything is halted\n");
}

#[tokio::test]
async fn what_is_armed_is_asked_of_a_service() {
    let running = service().await;
    stored_armed_halted(&["--server", &format!("http://{}", running.api), "-e", "test"]).await;
    running.stop().await;
}

#[tokio::test]
async fn what_is_armed_is_asked_of_the_table_itself() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(listener::serve(listener, Engine::memory().unwrap(), Access::Full, std::future::pending()));
    let reach = ["--table", "faults", "--endpoint", &endpoint, "-e", "test"];
    let folder = specs();
    say(folder.path(), &reach, &["table", "create", "--bare"]).await.ok("faults: made");
    stored_armed_halted(&reach).await;
}

async fn post(running: &Running, path: &str, body: &Value) -> Response {
    let url = format!("http://{}/v1/environments/test/{path}", running.api);
    Client::new().request(Method::POST, url).json(body).send().await.unwrap()
}

#[tokio::test]
async fn the_api_answers_and_names_every_mistake() {
    let running = service().await;
    let scenario =
        json!({"id": "a", "target": {"service": "sqs"}, "fault": {"status": 503}, "when": {"rate": 0.5}});
    assert_eq!(post(&running, "scenarios", &scenario).await.status(), 201);
    let send = json!({"service": "sqs", "operation": "SendMessage", "attempt": 2});
    let told: Value = post(&running, "explain", &send).await.json().await.unwrap();
    assert_eq!((&told["hit"], &told["specs"][0]["fires"]), (&json!(false), &json!(false)));
    assert_eq!(told["verdict"], "would pass: a/a matches, but the scenario is not armed");
    assert_eq!(post(&running, "scenarios/a/arm", &json!({"for": "1m", "reason": "x"})).await.status(), 200);
    let told: Value = post(&running, "explain", &send).await.json().await.unwrap();
    assert_eq!(
        (&told["hit"], &told["specs"][0]["rate"], &told["specs"][0]["does"]),
        (&json!(true), &json!(0.5), &json!("503"))
    );

    let bad = json!({"service": "sqz", "atempt": 1, "input": {"a": []}, "label": {"b": null}});
    let answer = post(&running, "explain", &bad).await;
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    let pointers: Vec<_> =
        problem["violations"].as_array().unwrap().iter().map(|one| &one["pointer"]).collect();
    assert_eq!(pointers, ["/atempt", "/service", "/label/b"]);
    let misspelt =
        json!({"service": "sqs", "operation": "SendMessage", "input": {"QueueUrl": "a", "Body": "b"}});
    let problem: Value = post(&running, "explain", &misspelt).await.json().await.unwrap();
    assert_eq!(problem["violations"][0]["pointer"], "/input/Body");
    assert_eq!(problem["violations"].as_array().unwrap().len(), 1);
    for bad in [json!({}), json!([]), json!({"operation": "SendMessage"})] {
        assert_eq!(post(&running, "explain", &bad).await.status(), 422, "{bad}");
    }
    running.stop().await;
}
