//! How long is waited, and for what, in virtual time.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use chaos_control::embedded::Engine;
use chaos_core::Chaos;
use chaos_core::clock::{Clock, Now, Sleep, SystemClock};
use chaos_core::settings::Settings;
use chaos_core::table::{Store, TableOptions};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use tower::{Service, service_fn};

const MS: Duration = Duration::from_millis(1);

fn settings(on_lambda: bool) -> Settings {
    let variables = [
        ("CHAOS_TABLE", "chaos"),
        ("CHAOS_ENVIRONMENT", "staging"),
        ("AWS_LAMBDA_FUNCTION_NAME", if on_lambda { "checkout" } else { "" }),
    ];
    let lookup =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let settings = Settings::read(&lookup, "test").unwrap();
    assert_eq!(settings.lambda, on_lambda);
    settings
}

/// A peer that takes requests and never answers.
#[derive(Clone, Debug)]
struct Silent;

impl HttpConnector for Silent {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(std::future::pending())
    }
}

impl HttpClient for Silent {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn following_silence() -> Chaos {
    let config = Engine::memory().unwrap().sdk_config().into_builder().http_client(Silent).build();
    Chaos::from_settings_with_table(&settings(true), &config).unwrap()
}

async fn took(work: impl Future) -> Duration {
    let began = Instant::now();
    work.await;
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_silent_table_is_waited_for_once_for_each_poll() {
    let chaos = following_silence();
    let mut handler = chaos.lambda(service_fn(async |()| Ok::<_, Infallible>(())));
    assert_eq!(took(handler.call(())).await, 200 * MS);
    for _ in 0..3 {
        assert_eq!(took(handler.call(())).await, Duration::ZERO, "for the same poll");
    }
    while chaos.health().table.unwrap().error.is_none() {
        tokio::time::sleep(10 * MS).await;
    }
    assert_eq!(took(handler.call(())).await, Duration::ZERO, "no poll is under way");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(took(handler.call(())).await, 200 * MS, "for the next one");
}

#[tokio::test(start_paused = true)]
async fn ready_waits_for_no_longer_than_it_is_told_to() {
    let chaos = following_silence();
    assert_eq!(took(chaos.ready(70 * MS)).await, 70 * MS);
    // The poll fails, which is a result too.
    assert!(took(chaos.ready(Duration::from_secs(60))).await < Duration::from_secs(1));
    assert!(chaos.health().table.unwrap().error.is_some());
    for other in [Chaos::inert(), Chaos::builder().build().unwrap()] {
        assert_eq!(took(other.ready(Duration::from_secs(60))).await, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_has_ended_is_not_waited_for() {
    let elsewhere = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let chaos = {
        let _entered = elsewhere.enter();
        following_silence()
    };
    elsewhere.shutdown_background();
    assert_eq!(took(chaos.ready(Duration::from_secs(60))).await, Duration::ZERO);
}

/// The monotonic clock is tokio's; the wall clock goes on in freezes too.
#[derive(Debug)]
struct Frozen {
    start: Now,
    began: Instant,
    frozen_s: AtomicU64,
}

impl Frozen {
    fn new() -> Self {
        Self { start: SystemClock::new().now(), began: Instant::now(), frozen_s: AtomicU64::new(0) }
    }

    fn freeze(&self, seconds: u64) {
        self.frozen_s.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Frozen {
    fn now(&self) -> Now {
        let steady = self.began.elapsed();
        let frozen = Duration::from_secs(self.frozen_s.load(Ordering::Relaxed));
        Now { wall: self.start.wall + steady + frozen, steady }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// How old a handle's knowledge is after a freeze of ten seconds, in which the
/// monotonic clock stood still, and one call.
async fn age_after_a_freeze(on_lambda: bool) -> Duration {
    let engine = Engine::memory().unwrap();
    let store = Store::new(engine.client(), "chaos");
    store.create_table(TableOptions::embedded()).await.unwrap();
    let clock = Arc::new(Frozen::new());
    let chaos = Chaos::following(&settings(on_lambda), Some(store), clock.clone()).unwrap();
    chaos.ready(Duration::from_secs(60)).await;
    let began = Instant::now();
    clock.freeze(10);
    assert!(!chaos.is_idle() && !chaos.is_live(), "nothing is armed, and calls are counted");
    chaos.ready(Duration::from_secs(60)).await;
    assert!(began.elapsed() < Duration::from_millis(500), "its timer did not wake it");
    chaos.health().table.unwrap().heard.unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_first_call_after_a_freeze_has_the_table_asked() {
    assert!(age_after_a_freeze(true).await < Duration::from_secs(1));
    // Elsewhere calls do not look at clocks.
    assert!(age_after_a_freeze(false).await >= Duration::from_secs(10));
}

/// A peer whose every answer is, after 100 ms, that the connection is gone.
#[derive(Clone, Debug, Default)]
struct Cut(Arc<AtomicU64>);

impl HttpConnector for Cut {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        self.0.fetch_add(1, Ordering::Relaxed);
        HttpConnectorFuture::new(async {
            tokio::time::sleep(100 * MS).await;
            Err(ConnectorError::io("reset".into()))
        })
    }
}

impl HttpClient for Cut {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_a_freeze_has_cut_off_is_repeated_at_once() {
    for (frozen_s, attempts) in [(0, 2), (10, 4)] {
        let (peer, clock) = (Cut::default(), Arc::new(Frozen::new()));
        let config = Engine::memory().unwrap().sdk_config().into_builder().http_client(peer.clone());
        let retries = RetryConfig::standard().with_max_attempts(2).with_initial_backoff(MS);
        let store = Store::new(Client::new(&config.retry_config(retries).build()), "chaos");
        let chaos = Chaos::following(&settings(true), Some(store), clock.clone()).unwrap();
        tokio::time::sleep(50 * MS).await;
        clock.freeze(frozen_s);
        // Two polls take 400 ms without a pause between them; with one, the second begins after 500.
        tokio::time::sleep(400 * MS).await;
        assert_eq!(peer.0.load(Ordering::Relaxed), attempts, "frozen for {frozen_s} s");
        assert!(chaos.health().table.unwrap().error.is_some());
    }
}
