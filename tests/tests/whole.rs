//! A process that runs, and an engineer with the command line: what is changed
//! there is felt here, over real sockets, without a restart.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, retry::RetryConfig,
};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use chaos_control::cli::{Args, run};
use chaos_control::embedded::Engine;
use chaos_control::serve::{Options, Running, Table, start};
use chaos_core::Chaos;
use chaos_core::clock::{Clock, SystemClock, TestClock};
use chaos_core::context::CallContext;
use chaos_core::decide::{Decision, Limits, Rules, SkipReason, SpecSet, decide};
use chaos_core::settings::Settings;
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::{Reader, ReaderOptions, Store};
use chaos_sdk_interceptor::ChaosExt;
use clap::Parser;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

const ANY: &str = "127.0.0.1:0";

async fn service() -> Running {
    let table = Table::Embedded { folder: None, listen: ANY.parse().unwrap() };
    start(Options { listen: ANY.parse().unwrap(), table }).await.unwrap()
}

/// One `monkeyless` command, as a person gives it.
async fn monkeyless(running: &Running, words: &[&str]) {
    let server = format!("http://{}", running.api);
    let all = ["monkeyless", "--server", &server, "--environment", "test", "--by", "alice"]
        .into_iter()
        .chain(words.iter().copied());
    let code = run(Args::try_parse_from(all).unwrap()).await;
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS), "{words:?}");
}

fn spec_file(folder: &tempfile::TempDir, error: &str) -> String {
    let path = folder.path().join("outage.toml");
    let text = format!(
        "id = \"outage\"\ntarget = {{ function = \"checkout\", service = \"dynamodb\", operation = \"GetItem\" }}\n\
         fault.error = \"{error}\"\nwhen.rate = \"100%\"\n"
    );
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn settings(running: &Running, lease: &str) -> Settings {
    let endpoint = format!("http://{}", running.table.unwrap());
    let variables = [
        ("CHAOS_TABLE", "chaos"),
        ("CHAOS_ENVIRONMENT", "test"),
        ("CHAOS_ENDPOINT", endpoint.as_str()),
        ("CHAOS_FUNCTION", "checkout"),
        ("CHAOS_POLL", "100ms"),
        ("CHAOS_LEASE", lease),
    ];
    let lookup =
        |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    Settings::read(&lookup, "test").unwrap()
}

/// The application's own configuration, with an HTTP client for plain sockets.
fn config() -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
        .region(Region::from_static("us-east-1"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
            aws_smithy_async::rt::sleep::TokioSleep::new(),
        ))
        .build()
}

/// The application: its own database, and a client under the handle.
async fn application(chaos: &Chaos) -> Client {
    let engine = Engine::memory().unwrap();
    let listener = tokio::net::TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    let full = chaos_control::embedded::listener::Access::Full;
    tokio::spawn(chaos_control::embedded::listener::serve(
        listener,
        engine.clone(),
        full,
        std::future::pending(),
    ));
    Store::new(engine.client(), "orders")
        .create_table(chaos_core::table::TableOptions::embedded())
        .await
        .unwrap();
    let config = config().into_builder().endpoint_url(format!("http://{address}")).build();
    Client::new(&config.chaos(chaos))
}

/// What one call comes to: `ok`, or the error's code.
async fn call(client: &Client) -> String {
    let key = |name: &str| (name.to_owned(), AttributeValue::S("x".to_owned()));
    let call = client.get_item().table_name("orders").set_key(Some([key("pk"), key("sk")].into()));
    match call.send().await {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.code().unwrap_or("?").to_owned(),
    }
}

/// Calls again and again until a call comes to `wanted`.
async fn until(client: &Client, wanted: &str) {
    let calls = async {
        loop {
            let got = call(client).await;
            if got == wanted {
                return;
            }
            // The other task's turn: a busy caller must not keep the reader from its poll.
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), calls)
        .await
        .unwrap_or_else(|_| panic!("never saw {wanted}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_command_line_changes_a_running_process_feels() {
    let (running, folder) = (service().await, tempfile::tempdir().unwrap());
    let chaos = Chaos::from_settings_with_table(&settings(&running, "30s"), &config()).unwrap();
    let client = application(&chaos).await;
    assert_eq!(call(&client).await, "ok");

    monkeyless(&running, &["apply", &spec_file(&folder, "ProvisionedThroughputExceededException")]).await;
    monkeyless(&running, &["arm", "outage", "--for", "10m", "--reason", "game day"]).await;
    until(&client, "ProvisionedThroughputExceededException").await;
    monkeyless(&running, &["apply", &spec_file(&folder, "InternalServerError"), "--rearm", "worse"]).await;
    until(&client, "InternalServerError").await;
    monkeyless(&running, &["disarm", "outage"]).await;
    until(&client, "ok").await;
    monkeyless(&running, &["arm", "outage", "--for", "10m", "--reason", "again"]).await;
    until(&client, "InternalServerError").await;
    monkeyless(&running, &["halt", "--reason", "customers notice"]).await;
    until(&client, "ok").await;
    assert!(chaos.health().halted);
    monkeyless(&running, &["resume", "--reason", "all clear"]).await;
    monkeyless(&running, &["arm", "outage", "--for", "10m", "--reason", "once more"]).await;
    until(&client, "InternalServerError").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_own_client_is_never_injected_even_from_a_decorated_config() {
    let running = service().await;
    let breaker = Chaos::builder().build().unwrap();
    let outage = breaker.scope(Scenario::from_toml(EVERYTHING).unwrap());
    let decorated = config().chaos(&breaker);
    let chaos = Chaos::from_settings_with_table(&settings(&running, "30s"), &decorated).unwrap();
    let heard = async {
        while chaos.health().table.is_none_or(|table| table.heard.is_none()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), heard).await.expect("the table was heard");
    outage.assert_injected(0);
    let client = Client::new(&decorated.into_builder().endpoint_url("http://127.0.0.1:9").build());
    assert_eq!(call(&client).await, "?", "while every other client of that config is");
    outage.assert_injected(1);
}

const EVERYTHING: &str = "id = 'all'\ntarget.everything = true\nfault.status = 503\nwhen.rate = '100%'\n";

/// A reader by hand, so that time is the test's.
struct Process {
    clock: TestClock,
    reader: Reader,
}

impl Process {
    fn new(running: &Running) -> Self {
        let clock = TestClock::at(SystemClock::new().now().wall);
        let endpoint = format!("http://{}", running.table.unwrap());
        let builder = aws_sdk_dynamodb::config::Builder::from(&config());
        let client = Client::from_conf(builder.endpoint_url(endpoint).build());
        let options = ReaderOptions {
            environment: Id::new("test").unwrap(),
            function: "checkout".to_owned(),
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(30),
            instance: 1,
        };
        Self { clock, reader: Reader::new(Store::new(client, "chaos"), options) }
    }

    async fn poll(&mut self) -> bool {
        self.reader.poll(self.clock.now()).await.error.is_none()
    }

    fn decide(&self) -> Result<(), SkipReason> {
        let snapshot = self.reader.snapshot();
        let set = SpecSet::new(snapshot.generation, snapshot.halted, "checkout", snapshot.specs.clone());
        let rules =
            Rules { clock: &self.clock, seed: 7, limits: &Arc::new(Limits::default()), dry_run: false };
        let call =
            CallContext { service: Some("dynamodb"), operation: Some("GetItem"), ..CallContext::unknown() };
        match decide(&set, &call, rules, &mut ()) {
            Decision::Inject(_) => Ok(()),
            Decision::Skip(reason) => Err(reason),
        }
    }
}

#[tokio::test]
async fn when_the_service_dies_faults_run_until_the_lease_ends_and_not_a_moment_longer() {
    let (running, folder) = (service().await, tempfile::tempdir().unwrap());
    monkeyless(&running, &["apply", &spec_file(&folder, "InternalServerError")]).await;
    monkeyless(&running, &["arm", "outage", "--for", "10m", "--reason", "game day"]).await;
    let mut process = Process::new(&running);
    assert!(process.poll().await);
    assert_eq!(process.decide(), Ok(()));
    process.clock.advance(Duration::from_secs(5));
    assert!(process.poll().await, "heard from: the lease starts anew");
    running.stop().await;
    for _ in 0..29 {
        process.clock.advance(Duration::from_secs(1));
        assert!(!process.poll().await, "nobody answers");
        assert_eq!(process.decide(), Ok(()), "within the lease, what was armed goes on");
    }
    process.clock.advance(Duration::from_millis(999));
    assert_eq!(process.decide(), Ok(()));
    process.clock.advance(Duration::from_millis(1));
    assert_eq!(process.decide(), Err(SkipReason::LeaseOver));
}
