//! `monkeyless table`, as people use it: the real binary, over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_control::embedded::Engine;
use chaos_control::embedded::listener::{Access, serve};
use serde_json::Value;
use std::process::Output;
use tokio::net::TcpListener;
use tokio::process::Command;

/// An empty engine on a port of its own.
async fn engine(access: Access) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let engine = Engine::memory().unwrap();
    tokio::spawn(serve(listener, engine, access, std::future::pending()));
    endpoint
}

async fn say(endpoint: &str, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.args(["--table", "faults", "--endpoint", endpoint]).args(words).env_clear();
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
    command.env("AWS_REGION", "eu-west-1").env("AWS_EC2_METADATA_DISABLED", "true").output().await.unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_table_is_made_described_and_used() {
    let endpoint = engine(Access::Full).await;
    let missing = say(&endpoint, &["table", "describe"]).await;
    assert_eq!(missing.status.code(), Some(3));
    assert!(text(&missing.stderr).contains("make it with `monkeyless table create`"));

    // As for AWS: what the emulator has not is left out, and told.
    let made = say(&endpoint, &["table", "create"]).await;
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(text(&made.stdout).starts_with("faults: made\nnote: there are no backups here"));
    let again = say(&endpoint, &["table", "create", "--bare"]).await;
    assert_eq!(text(&again.stdout), "faults: is there already\n");

    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs/dynamodb-checkout-throttled.toml");
    assert!(say(&endpoint, &["-e", "staging", "apply", spec]).await.status.success());
    let words = ["-e", "staging", "arm", "dynamodb-checkout-throttled", "--for", "5m", "--reason", "x"];
    assert!(say(&endpoint, &words).await.status.success());

    let told = say(&endpoint, &["table", "describe"]).await;
    let told = text(&told.stdout);
    for part in ["faults: ACTIVE", "keys pk (S), sk (S); billed per request; items expire: yes", "staging"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("problem:"), "{told}");
    let json = say(&endpoint, &["-o", "json", "table", "describe"]).await;
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["environments"][0]["name"], "staging");
    assert_eq!(json["environments"][0]["armed"], 1);
    assert_eq!([&json["expires"], &json["recovery"]], [&Value::Bool(true), &Value::Null]);
}

#[tokio::test]
async fn where_applications_read_nothing_is_made() {
    let endpoint = engine(Access::Reader).await;
    let made = say(&endpoint, &["table", "create"]).await;
    assert!(!made.status.success());
    assert!(text(&made.stderr).contains("it does not allow this"), "{}", text(&made.stderr));
}
