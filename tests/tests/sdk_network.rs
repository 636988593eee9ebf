//! Delays and failures of the network, as the SDK and its timeouts see them. In
//! virtual time: no test waits, and every figure is exact.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use aws_smithy_async::time::TimeSource;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::{TimeoutConfig, TimeoutConfigBuilder};
use chaos_core::clock::{Clock, Now, Sleep};
use chaos_core::decide::Lease;
use chaos_core::spec::NetworkFault;
use chaos_core::{Chaos, FaultBuilder, fault};
use chaos_sdk_interceptor::ChaosExt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tests::logs::Logs;
use tests::memory::Memory;
use tests::sdk;
use tokio::time::{Instant, sleep};
use tracing::Level;

const NONE: fn(TimeoutConfigBuilder) -> TimeoutConfigBuilder = |timeouts| timeouts;

/// The time that tokio's timers live in.
#[derive(Debug)]
struct VirtualTime(Instant);

impl VirtualTime {
    fn start() -> Self {
        Self(Instant::now())
    }
}

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.0.elapsed()
    }
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn secrets() -> FaultBuilder {
    fault("secretsmanager", "GetSecretValue")
}

/// A client with these timeouts and no others, its upstream, and its faults.
fn client(memory: &Memory, timeouts: fn(TimeoutConfigBuilder) -> TimeoutConfigBuilder) -> (Chaos, Client) {
    let chaos = Chaos::builder().build().unwrap();
    let timeouts = timeouts(TimeoutConfig::builder().disable_connect_timeout()).build();
    // The SDK's throughput checks look at the clock, not only at timers.
    let config = sdk::in_memory(memory.clone()).timeout_config(timeouts).time_source(VirtualTime::start());
    let config = config.build();
    (chaos.clone(), Client::new(&config.chaos(&chaos)))
}

/// How a call ended, and how long that took.
async fn call(client: &Client) -> (&'static str, u128) {
    let start = Instant::now();
    let ended = client.get_secret_value().secret_id("db").send().await;
    (ended.as_ref().map_or_else(kind, |_| "ok"), start.elapsed().as_millis())
}

fn kind<R>(error: &SdkError<GetSecretValueError, R>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "timeout of the SDK",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "timeout of the connector",
        SdkError::DispatchFailure(failure) if failure.is_io() => "io",
        SdkError::DispatchFailure(_) => "other failure to dispatch",
        SdkError::ResponseError(_) => "response",
        SdkError::ServiceError(_) => "service",
        _ => "other",
    }
}

#[tokio::test(start_paused = true)]
async fn failures_come_at_once_in_their_kinds_and_are_retried() {
    use NetworkFault::*;
    let cases = [
        (Timeout, "timeout of the connector", 0),
        (DnsFailure, "io", 0),
        (ConnectionRefused, "io", 0),
        (ConnectionReset, "io", 0),
        // The request is really sent, each time.
        (ResponseLost, "io", 3),
    ];
    for (network, kind, hits) in cases {
        let memory = Memory::default();
        let (chaos, client) = client(&memory, NONE);
        let outage = chaos.scope(secrets().network(network));
        assert_eq!(call(&client).await, (kind, 0), "{network:?}");
        outage.assert_injected(3);
        assert_eq!(memory.hits(), hits, "{network:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_sdk_does_not_miss_the_connection_of_a_made_up_answer() {
    let (logs, _guard) = Logs::capture();
    let faults = [
        secrets().status(503),
        secrets().error("InternalServiceError"),
        secrets().latency(ms(1)).status(500),
        secrets().network(NetworkFault::ConnectionReset),
        secrets().network(NetworkFault::ResponseLost),
    ];
    for fault in faults {
        let (chaos, client) = client(&Memory::default(), NONE);
        let outage = chaos.scope(fault);
        assert_ne!(call(&client).await.0, "ok");
        outage.assert_injected(3);
    }
    assert_eq!(logs.at(Level::ERROR).len(), 0, "{:#?}", logs.at(Level::ERROR));
    assert_eq!(logs.of("chaos").len(), 15);
}

#[tokio::test(start_paused = true)]
async fn errors_say_which_spec_made_them() {
    let (chaos, client) = client(&Memory::default(), NONE);
    let _outage = chaos.scope(secrets().network(NetworkFault::ConnectionReset));
    let error = client.get_secret_value().secret_id("db").send().await.unwrap_err();
    let SdkError::DispatchFailure(failure) = error else { unreachable!("it is io") };
    let source = failure.as_connector_error().unwrap().to_string();
    let first: &(dyn std::error::Error + 'static) = failure.as_connector_error().unwrap();
    let last = std::iter::successors(Some(first), |&error| error.source()).last().unwrap();
    let io = last.downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(io.kind(), std::io::ErrorKind::ConnectionReset, "{source}");
    assert_eq!(
        io.to_string(),
        "Connection reset by peer (injected by chaos spec \
         secretsmanager-getsecretvalue/secretsmanager-getsecretvalue)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_hang_ends_by_the_callers_timeouts() {
    type Timeouts = fn(TimeoutConfigBuilder) -> TimeoutConfigBuilder;
    let cases: [(Timeouts, &str, u128, u64); 5] = [
        (|timeouts| timeouts.operation_attempt_timeout(ms(200)), "timeout of the SDK", 600, 3),
        (|timeouts| timeouts.operation_timeout(ms(300)), "timeout of the SDK", 300, 1),
        (|timeouts| timeouts.read_timeout(ms(300)), "timeout of the connector", 900, 3),
        // The connection was made; it is the answer that never comes.
        (|timeouts| timeouts.connect_timeout(ms(100)), "timeout of the connector", 180_000, 3),
        // By the compiled-in cap. The SDK does not take it for a stalled upload.
        (NONE, "timeout of the connector", 180_000, 3),
    ];
    for (timeouts, kind, after, attempts) in cases {
        let memory = Memory::default();
        let (chaos, client) = client(&memory, timeouts);
        let outage = chaos.scope(secrets().network(NetworkFault::Hang));
        assert_eq!(call(&client).await, (kind, after));
        outage.assert_injected(attempts);
        assert_eq!(memory.hits(), 0);
        assert_eq!(chaos.health().active, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_honours_the_read_timeout_and_no_other_of_the_connector() {
    type Timeouts = fn(TimeoutConfigBuilder) -> TimeoutConfigBuilder;
    let cases: [(Timeouts, (&str, u128), usize); 5] = [
        (NONE, ("ok", 500), 1),
        (|timeouts| timeouts.connect_timeout(ms(100)), ("ok", 500), 1),
        (|timeouts| timeouts.read_timeout(ms(600)), ("ok", 500), 1),
        (|timeouts| timeouts.read_timeout(ms(100)), ("timeout of the connector", 300), 0),
        (|timeouts| timeouts.operation_attempt_timeout(ms(200)), ("timeout of the SDK", 600), 0),
    ];
    for (timeouts, ended, hits) in cases {
        let memory = Memory::default();
        let (chaos, client) = client(&memory, timeouts);
        let _outage = chaos.scope(secrets().latency(ms(500)));
        assert_eq!(call(&client).await, ended);
        assert_eq!(memory.hits(), hits);
    }
}

#[tokio::test(start_paused = true)]
async fn the_read_timeout_counts_from_the_start_of_the_attempt() {
    let memory = Memory::taking(ms(200));
    let (chaos, client) = client(&memory, |timeouts| timeouts.read_timeout(ms(600)));
    let slow = chaos.scope(secrets().latency(ms(500)));
    assert_eq!(call(&client).await, ("timeout of the connector", 1800));
    assert_eq!(memory.hits(), 3);
    drop(slow);
    let _bearable = chaos.scope(secrets().latency(ms(300)));
    assert_eq!(call(&client).await, ("ok", 500));
}

/// A connector that is not the SDK's may know no read timeout; delays do all the same.
#[tokio::test(start_paused = true)]
async fn a_delay_honours_a_read_timeout_that_the_connector_does_not() {
    let memory = Memory::taking(ms(500));
    let (chaos, client) = client(&memory, |timeouts| timeouts.read_timeout(ms(100)));
    assert_eq!(call(&client).await, ("ok", 500));
    let _outage = chaos.scope(secrets().latency(ms(500)));
    assert_eq!(call(&client).await, ("timeout of the connector", 300));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_too_late_to_be_lost_is_a_timeout() {
    let memory = Memory::taking(ms(100));
    let (chaos, client) = client(&memory, |timeouts| timeouts.read_timeout(ms(350)));
    let _outage = chaos.scope(secrets().latency(ms(300)).network(NetworkFault::ResponseLost));
    assert_eq!(call(&client).await, ("timeout of the connector", 1050));
}

#[tokio::test(start_paused = true)]
async fn a_delay_comes_before_the_outcome() {
    let (chaos, client) = client(&Memory::default(), NONE);
    let outage = chaos.scope(secrets().latency(ms(500)).error("ResourceNotFoundException"));
    assert_eq!(call(&client).await, ("service", 500));
    outage.assert_injected(1);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_outage_wakes_sleepers_and_the_real_call_goes_on() {
    let long = || secrets().latency(Duration::from_secs(30));
    let faults = [secrets().network(NetworkFault::Hang), long(), long().error("InternalServiceError")];
    for fault in faults {
        let memory = Memory::taking(ms(50));
        let (chaos, client) = client(&memory, |timeouts| timeouts.read_timeout(ms(1010)));
        let outage = chaos.scope(fault);
        let ending = async {
            sleep(ms(400)).await;
            // What others do does not concern it.
            drop(chaos.scope(secrets().input("SecretId", "other").status(500)).optional());
            sleep(ms(600)).await;
            assert_eq!((chaos.health().active, memory.hits()), (1, 0));
            drop(outage);
            sleep(ms(10)).await;
            assert_eq!((chaos.health().active, memory.hits()), (0, 1));
        };
        // The real call has all of its own read timeout.
        let start = Instant::now();
        let once = aws_sdk_secretsmanager::Config::builder().retry_config(RetryConfig::disabled());
        let call = client.get_secret_value().secret_id("db").customize().config_override(once).send();
        let (answer, ()) = tokio::join!(call, ending);
        assert_eq!(answer.unwrap().secret_string(), Some("swordfish"));
        assert_eq!(start.elapsed(), ms(1050));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_holds_no_place() {
    let (chaos, client) = client(&Memory::default(), NONE);
    let _outage = chaos.scope(secrets().network(NetworkFault::Hang));
    let given_up = tokio::time::timeout(ms(10), call(&client)).await;
    assert!(given_up.is_err());
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn a_late_request_arrives_whole() {
    let memory = Memory::default();
    let (chaos, client) = client(&memory, NONE);
    call(&client).await;
    let _outage = chaos.scope(secrets().latency(ms(500)));
    call(&client).await;
    let bodies: Vec<_> = memory.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(bodies, [br#"{"SecretId":"db"}"#, br#"{"SecretId":"db"}"#]);
}

/// A deadline is the end also for the calls that are under way.
#[tokio::test(start_paused = true)]
async fn a_held_call_goes_on_when_its_armed_period_ends() {
    let specs = r#"{"id": "a", "enabled": true, "until": "2026-11-23T12:00:01Z", "target": {"service": "kinesis"},
        "fault": {"latency": "60s", "status": 503}, "when": {"rate": "100%"}}"#;
    let lookup = |name: &str| (name == "CHAOS_SPECS").then(|| specs.to_owned());
    let settings = chaos_core::settings::Settings::read(&lookup, "test").unwrap();
    let clock = chaos_core::clock::TestClock::at("2026-11-23T12:00:00Z".parse().unwrap());
    let chaos = Chaos::from_settings(&settings, Arc::new(clock)).unwrap();
    let config = tests::sdk::in_memory(tests::memory::Memory::default()).build().chaos(&chaos);
    let start = tokio::time::Instant::now();
    aws_sdk_kinesis::Client::new(&config).list_streams().send().await.unwrap();
    let waited = start.elapsed().as_millis();
    assert!((1_000..1_010).contains(&waited), "{waited} ms");
}

/// Both clocks by tokio's paused one.
#[derive(Debug)]
struct VirtualClock(Instant);

impl Clock for VirtualClock {
    fn now(&self) -> Now {
        let steady = self.0.elapsed();
        Now { wall: "2026-11-23T12:00:00Z".parse::<jiff::Timestamp>().unwrap() + steady, steady }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(sleep(duration))
    }
}

/// Nor does anything hold a call whose source is not heard of any more.
#[tokio::test(start_paused = true)]
async fn a_held_call_goes_on_when_its_lease_runs_out_and_not_before() {
    // Renewed so often, every three seconds: held for so long, and whether it is hit.
    for (renewals, held, is_real) in [(0, 5_000, true), (2, 11_000, true), (7, 20_000, false)] {
        let clock = Arc::new(VirtualClock(Instant::now()));
        let lease = Arc::new(Lease::new(ms(5_000), &clock.now()));
        let fault = secrets().latency(ms(20_000)).status(400);
        let chaos =
            Chaos::builder().clock(clock.clone()).lease(Arc::clone(&lease)).spec(fault).build().unwrap();
        let config = tests::sdk::in_memory(Memory::default()).build().chaos(&chaos);
        let client = aws_sdk_secretsmanager::Client::new(&config);
        let renewing = async {
            for _ in 0..renewals {
                sleep(ms(3_000)).await;
                lease.renew(&clock.now());
            }
        };
        let calling = async {
            let start = Instant::now();
            let answer = client.get_secret_value().secret_id("db").send().await;
            (answer.is_ok(), start.elapsed())
        };
        let ((answered, took), ()) = tokio::join!(calling, renewing);
        assert_eq!(answered, is_real);
        assert!(took.abs_diff(ms(held)) <= ms(5), "{took:?}");
    }
}
