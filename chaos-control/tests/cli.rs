//! The command line as people and scripts use it: the real binary.

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
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

const SPECS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs");

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/orders-throttled.toml");

/// A way to reach a table: through a service, or directly.
struct Reach {
    words: Vec<String>,
    folder: tempfile::TempDir,
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    #[track_caller]
    fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }

    #[track_caller]
    fn ok(&self, text: &str) {
        assert!(self.code == 0 && self.out.contains(text), "{} {}{}", self.code, self.out, self.err);
    }

    #[track_caller]
    fn no(&self, code: i32, text: &str) {
        assert!(self.code == code && self.err.contains(text), "{} {}{}", self.code, self.out, self.err);
    }
}

impl Reach {
    fn new(words: &[&str]) -> Self {
        Self { words: words.iter().map(ToString::to_string).collect(), folder: tempfile::tempdir().unwrap() }
    }

    async fn say(&self, words: &[&str]) -> Said {
        let all = self.words.iter().map(String::as_str).chain(words.iter().copied());
        say(&all.collect::<Vec<_>>(), self.folder.path()).await
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

async fn say(words: &[&str], folder: &Path) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.args(words).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true).env_clear();
    command.env("USER", "alice").env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
    if words.contains(&"--server") {
        // A service on this machine is never asked through a proxy.
        command.env("HTTP_PROXY", "http://127.0.0.1:9").env("http_proxy", "http://127.0.0.1:9");
    }
    command.env("AWS_REGION", "eu-west-1").env("AWS_EC2_METADATA_DISABLED", "true");
    let output = command.output().await.unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn any() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

async fn service() -> (Running, Reach) {
    let table = Table::Embedded { folder: None, listen: any() };
    let running = start(Options { listen: any(), table }).await.unwrap();
    let reach = Reach::new(&["--server", &format!("http://{}", running.api), "-e", "test"]);
    (running, reach)
}

/// A table in a DynamoDB of its own, with no service anywhere.
async fn table() -> Reach {
    let listener = tokio::net::TcpListener::bind(any()).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(listener::serve(listener, Engine::memory().unwrap(), Access::Full, std::future::pending()));
    let reach = Reach::new(&["--table", "faults", "--endpoint", &endpoint, "-e", "test"]);
    reach.say(&["status"]).await.no(3, "there is no table `faults`");
    reach.say(&["table", "create", "--bare"]).await.ok("faults: made");
    reach.say(&["table", "create", "--bare"]).await.ok("faults: is there already");
    reach.say(&["table", "describe"]).await.ok("faults: ACTIVE");
    let copies = ["table", "copies", "2", "--reason", "more"];
    reach.say(&copies).await.no(1, "there is no environment `test`");
    reach.say(&["table", "copies", "33", "--reason", "more"]).await.no(2, "33 is not in 1..=32");
    reach
}

/// A whole outage, word by word.
async fn outage(reach: &Reach) {
    let file = format!("{SPECS}/dynamodb-checkout-throttled.toml");
    let id = "dynamodb-checkout-throttled";
    reach.say(&["get"]).await.ok("no scenario is stored");
    reach.say(&["apply", &file]).await.ok("stored; nothing is armed by storing it (1 spec)");
    reach.say(&["apply", &file]).await.ok("replaced, now version");
    reach.say(&["get", id]).await.ok("not armed");
    reach.say(&["status"]).await.ok("test: nothing is armed");
    reach.say(&["arm", id, "--for", "10m", "--reason", "game day 12"]).await.ok("armed until");
    let status = reach.say(&["-o", "json", "status"]).await.json();
    assert_eq!(status["armed"][0]["scenario"], id);
    let left = status["armed"][0]["left_s"].as_u64().unwrap();
    assert!((1..=600).contains(&left), "{left}");
    reach.say(&["status"]).await.ok("1 scenario armed");
    reach.say(&["get"]).await.ok("left");
    reach.say(&["apply", &file]).await.no(1, "is armed");
    reach.say(&["apply", &file, "--rearm", "narrower"]).await.ok("armed anew until");
    reach.say(&["delete", id]).await.no(1, "armed");
    reach.say(&["disarm", id]).await.ok("disarmed");
    reach.say(&["disarm", id]).await.ok("was not armed");
    reach.say(&["disarm", "typing-error"]).await.no(1, "there is no");
    reach.say(&["arm", id, "--for", "10m", "--reason", "again"]).await.ok("armed");
    reach.say(&["halt", "--reason", "customers notice"]).await.ok("test: halted");
    reach.say(&["status"]).await.ok("HALTED by alice");
    reach.say(&["arm", id, "--for", "10m", "--reason", "no"]).await.no(1, "halted");
    reach.say(&["resume", "--reason", "all clear"]).await.ok("test: no longer halted");
    reach.say(&["status"]).await.ok("nothing is armed");
    let everywhere = reach.say(&["-o", "json", "halt", "--reason", "x", "--everywhere"]).await.json();
    assert_eq!(everywhere["complete"], true);
    reach.say(&["resume", "--reason", "x", "--everywhere"]).await.ok("no longer halted");
    reach.say(&["delete", id]).await.ok("removed");
    reach.say(&["get", id]).await.no(1, "there is no");
}

#[tokio::test]
async fn an_outage_through_a_service() {
    let (running, reach) = service().await;
    outage(&reach).await;
    running.stop().await;
}

#[tokio::test]
async fn an_outage_on_the_table_itself() {
    let reach = table().await;
    outage(&reach).await;
    let copies = reach.say(&["-o", "json", "table", "copies", "3", "--reason", "a large fleet"]).await.json();
    assert_eq!((&copies["copies"], &copies["before"]), (&3.into(), &1.into()));
    reach.say(&["table", "copies", "1", "--reason", "over"]).await.ok("itself among them: 1; before: 3");
}

#[tokio::test]
async fn check_names_every_mistake_with_its_line() {
    let reach = Reach::new(&["check"]);
    let text = "id = \"Bad Id\"\n[target]\nservcie = \"kinesis\"\n[fault]\nlatency = \"200\"\n[when]\nrate = 1\nevery = 0\n";
    let file = reach.file("bad.toml", text);
    let said = reach.say(&[&file]).await;
    said.no(1, "5 mistakes in 1 file");
    let lines: Vec<_> = said.out.lines().collect();
    for (line, start) in lines.iter().zip([
        ":1: id",
        ":3: target.servcie",
        ":5: fault.latency",
        ":7: when.rate",
        ":8: when.every",
    ]) {
        assert!(line.starts_with(&format!("{file}{start}: ")), "{line}");
    }
    assert_eq!(lines.len(), 5);
    let json: Value = serde_json::from_str(&reach.say(&["-o", "json", &file]).await.out).unwrap();
    assert_eq!((json["problems"].as_array().unwrap().len(), &json["problems"][4]["line"]), (5, &8.into()));
    let good = reach.file(
        "good.json",
        r#"{"id": "a", "target": {"service": "s3"}, "fault": {"status": 503}, "when": {"rate": 0.5}}"#,
    );
    reach.say(&[&good]).await.ok("good.json: ok, scenario a with 1 spec");
    reach.say(&["missing.toml"]).await.no(1, "missing.toml cannot be read");
    reach.say(&[SPECS]).await.ok("dynamodb-checkout-throttled.toml: ok");
}

#[tokio::test]
async fn check_warns_of_what_can_hardly_have_an_effect() {
    let reach = Reach::new(&["check"]);
    let text = "id = \"a\"\ntarget = { service = \"dynamodb\", operation = \"GetItem\" }\n\
                fault.corrupt = { drop = [\"Itme\"] }\nwhen.rate = \"0%\"\n";
    let file = reach.file("never.toml", text);
    let said = reach.say(&[&file]).await;
    said.ok("never.toml: ok, scenario a with 1 spec");
    let lines: Vec<_> = said.err.lines().collect();
    let never = format!("monkeyless: warning: {file}:4: when.rate: \"0%\" hits no call ever; ");
    assert!(lines[1].starts_with(&never), "{lines:?}");
    assert!(lines[0].contains("never.toml:3: fault.corrupt.drop[0]: `Itme` is in no answer of"), "{lines:?}");
    assert!(lines[0].contains("; did you mean `Item`"), "{lines:?}");
    assert_eq!(lines.len(), 2);
    let json = reach.say(&["-o", "json", &file]).await.json();
    assert_eq!(
        (&json["problems"], &json["warnings"][1]["pointer"]),
        (&serde_json::json!([]), &"/when/rate".into())
    );
    let host =
        "id = \"a\"\ntarget.host = \"https://api.example:443\"\nfault.status = 503\nwhen.rate = \"9%\"\n";
    let refused = reach.say(&[&reach.file("host.toml", host)]).await;
    refused.no(1, "1 mistake in 1 file");
    assert!(refused.out.contains(
        "host.toml:2: target.host: \"https://api.example:443\" holds a scheme; write \"api.example\""
    ));
    let shipped = Reach::new(&["check"]).say(&[SPECS, EXAMPLE]).await;
    assert_eq!((shipped.code, shipped.err.as_str()), (0, ""));
}

#[tokio::test]
async fn the_schema_is_the_committed_one() {
    let committed: Value = serde_json::from_str(
        &std::fs::read_to_string(format!("{SPECS}/schema/scenario.schema.json")).unwrap(),
    )
    .unwrap();
    assert_eq!(Reach::new(&["check", "--schema"]).say(&[]).await.json(), committed);
}

#[tokio::test]
async fn exit_codes_tell_usage_from_refusal_from_silence() {
    let reach = Reach::new(&["--server", "http://127.0.0.1:9"]);
    reach.say(&["status"]).await.no(2, "which environment?");
    reach.say(&["status", "-e", "Prod"]).await.no(2, "is no environment's name");
    reach.say(&["status", "-e", "prod"]).await.no(3, "no control service was reached at http://127.0.0.1:9");
    reach
        .say(&["arm", "a", "-e", "prod", "--for", "3", "--reason", ""])
        .await
        .no(2, "--for: \"3\" is not a duration");
    reach
        .say(&["arm", "A", "-e", "prod", "--for", "3m", "--reason", "x"])
        .await
        .no(2, "is no scenario's name");
    reach.say(&["halt"]).await.no(2, "--reason");
    reach.say(&["table", "create"]).await.no(2, "which table?");
    Reach::new(&["--server", "localhost"]).say(&["status", "-e", "prod"]).await.no(1, "is not a URL");
    Reach::new(&["--table", "faults", "--endpoint", "http://127.0.0.1:9"])
        .say(&["status", "-e", "prod"])
        .await
        .no(3, "was not reached");
}

#[tokio::test]
async fn nothing_of_a_batch_is_stored_where_one_file_is_wrong() {
    let (running, reach) = service().await;
    let good = reach.file(
        "a.json",
        r#"{"id": "a", "target": {"service": "s3"}, "fault": {"status": 503}, "when": {"rate": 0.5}}"#,
    );
    let bad = reach.file("b.json", "{}");
    reach.say(&["apply", &good, &bad]).await.no(1, "nothing was stored");
    reach.say(&["get"]).await.ok("no scenario is stored");
    running.stop().await;
}

#[tokio::test]
async fn verify_is_a_deploy_gate() {
    let reach = Reach::new(&["verify"]);
    let own = PathBuf::from(env!("CARGO_BIN_EXE_monkeyless")).display().to_string();
    reach.say(&[&own]).await.ok("clean");
    reach.say(&["missing"]).await.no(1, "missing: ");
}

#[tokio::test]
async fn serve_says_how_to_follow_the_table_and_ends_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.args(["-o", "json", "serve", "--listen", "127.0.0.1:0", "--table-listen", "127.0.0.1:0"]);
    command.current_dir(folder.path()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut out = tokio::io::BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains('}') {
        assert!(tokio::io::AsyncBufReadExt::read_line(&mut out, &mut text).await.unwrap() > 0, "{text}");
    }
    let said: Value = serde_json::from_str(&text).unwrap();
    let server = format!("http://{}", said["api"].as_str().unwrap());
    say(&["--server", &server, "-e", "test", "get"], folder.path()).await.ok("no scenario is stored");
    say(&["serve", "--listen", "127.0.0.1:0", "--table-listen", "127.0.0.1:0"], folder.path())
        .await
        .no(1, ".chaos");
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    assert!(child.wait().await.unwrap().success());
}
