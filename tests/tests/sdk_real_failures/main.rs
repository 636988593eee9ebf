//! Each network fault next to the real failure, made on a real socket: the same
//! client, the SDK's own, ends in the same way after as many attempts. In
//! virtual time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod peer;
mod seen;
mod uploads;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::{TimeoutConfig, TimeoutConfigBuilder};
use aws_types::sdk_config::Builder;
use chaos_core::spec::NetworkFault;
use chaos_core::{Chaos, fault};
use peer::{Peer, Server, closed_port, full_port, unresolvable};
use seen::{Seen, Settings, attempts, gets, lists};
use std::time::Duration;
use tests::logs::Logs;
use tracing::Level;

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

fn timeouts(config: Builder, set: fn(TimeoutConfigBuilder) -> TimeoutConfigBuilder) -> Builder {
    config.timeout_config(set(TimeoutConfig::builder().disable_connect_timeout()).build())
}

/// As the SDK has it: connections must be made within 3.1 s.
const DEFAULT: Settings = |config| config;
const NONE: Settings = |config| timeouts(config, |set| set);
const CONNECT: Settings = |config| timeouts(config, |set| set.connect_timeout(ms(100)));
const READ: Settings = |config| timeouts(config, |set| set.read_timeout(ms(300)));
const ATTEMPT: Settings = |config| timeouts(config, |set| set.operation_attempt_timeout(ms(200)));
const OPERATION: Settings = |config| timeouts(config, |set| set.operation_timeout(ms(500)));
const ALL: Settings = |config| {
    timeouts(config, |set| {
        let set = set.connect_timeout(ms(100)).read_timeout(ms(300));
        set.operation_attempt_timeout(ms(400)).operation_timeout(ms(1000))
    })
};
const ONCE: Settings = |config| READ(config).retry_config(RetryConfig::disabled());
const ADAPTIVE: Settings = |config| READ(config).retry_config(RetryConfig::adaptive());

const EVERY: [(&str, Settings); 9] = [
    ("the SDK's own", DEFAULT),
    ("no timeout", NONE),
    ("connect_timeout", CONNECT),
    ("read_timeout", READ),
    ("operation_attempt_timeout", ATTEMPT),
    ("operation_timeout", OPERATION),
    ("all timeouts", ALL),
    ("retries disabled", ONCE),
    ("adaptive retries", ADAPTIVE),
];

const IO: &str = "timeout false io true user false other false (None) connected Unknown } false";
const TIMEOUT: &str = "timeout true io false user false other false (None) connected Unknown } false";
const BY_THE_SDK: &str = "timeout of the SDK";

/// What a setting makes of a fault: how the call ends, after how many
/// milliseconds, and how many attempts.
type Row = (&'static str, Settings, &'static str, u64, usize);

fn network(network: NetworkFault) -> Chaos {
    let faults = [fault("kinesis", "*").network(network), fault("dynamodb", "*").network(network)];
    faults.into_iter().fold(Chaos::builder(), |builder, fault| builder.spec(fault)).build().unwrap()
}

/// Adaptive retries wait for a random time.
fn compare(seen: &Seen, real: &Seen, which: &str) {
    match which {
        "adaptive retries" => seen.assert_like(real, which),
        _ => seen.assert_as(real, which),
    }
}

/// Whatever the client's timeouts: the failure comes at once.
async fn at_once(chaos: &Chaos, real: &str) {
    let healthy = Server::start(Peer::Answers).await;
    for (which, settings) in EVERY {
        let seen = lists(&healthy.url, settings, Some(chaos)).await;
        compare(&seen, &lists(real, settings, None).await, which);
        let attempts = if which == "retries disabled" { 1 } else { 3 };
        assert_eq!((seen.ended.as_str(), seen.attempts), (IO, attempts), "{which}");
    }
    gets(&healthy.url, NONE, Some(chaos)).await.assert_as(&gets(real, NONE, None).await, "DynamoDB");
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn refused_is_as_from_a_closed_port() {
    let (_held, real) = closed_port();
    at_once(&network(NetworkFault::ConnectionRefused), &real).await;
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_found_is_as_from_the_resolver() {
    at_once(&network(NetworkFault::DnsFailure), &unresolvable()).await;
}

#[tokio::test(start_paused = true)]
async fn reset_is_as_from_a_peer_that_resets() {
    let real = Server::start(Peer::Resets).await;
    at_once(&network(NetworkFault::ConnectionReset), &real.url).await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_as_from_a_peer_that_resets_and_the_request_arrives() {
    let real = Server::start(Peer::Resets).await;
    let chaos = network(NetworkFault::ResponseLost);
    at_once(&chaos, &real.url).await;
    let healthy = Server::start(Peer::Answers).await;
    let before = real.hits();
    lists(&healthy.url, NONE, Some(&chaos)).await.assert_as(&lists(&real.url, NONE, None).await, "hits");
    assert_eq!((healthy.hits(), real.hits() - before), (3, 3));
}

/// What fails by itself is told as it is.
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_was_is_not_lost() {
    let (_held, real) = closed_port();
    let chaos = network(NetworkFault::ResponseLost);
    lists(&real, NONE, Some(&chaos)).await.assert_as(&lists(&real, NONE, None).await, "refused");
}

#[tokio::test(start_paused = true)]
async fn a_hang_is_as_from_a_silent_peer() {
    const ROWS: [Row; 5] = [
        ("read_timeout", READ, TIMEOUT, 900, 3),
        ("operation_attempt_timeout", ATTEMPT, BY_THE_SDK, 600, 3),
        ("operation_timeout", OPERATION, BY_THE_SDK, 500, 1),
        ("all timeouts", ALL, TIMEOUT, 900, 3),
        ("retries disabled", ONCE, TIMEOUT, 300, 1),
    ];
    let real = Server::start(Peer::Silent).await;
    let healthy = Server::start(Peer::Answers).await;
    let chaos = network(NetworkFault::Hang);
    for (which, settings, ended, after, attempts) in ROWS {
        let seen = lists(&healthy.url, settings, Some(&chaos)).await;
        seen.assert_as(&lists(&real.url, settings, None).await, which);
        seen.assert_after(after, which);
        assert_eq!((seen.ended.as_str(), seen.attempts), (ended, attempts), "{which}");
    }
    let adaptive = lists(&healthy.url, ADAPTIVE, Some(&chaos)).await;
    adaptive.assert_like(&lists(&real.url, ADAPTIVE, None).await, "adaptive retries");
    gets(&healthy.url, READ, Some(&chaos)).await.assert_as(&gets(&real.url, READ, None).await, "DynamoDB");
    assert_eq!((healthy.hits(), chaos.health().active), (0, 0));
}

/// Where nothing ends a real one, the fault ends by its cap.
#[tokio::test(start_paused = true)]
async fn a_hang_that_no_timeout_ends_is_bounded() {
    let real = Server::start(Peer::Silent).await;
    let healthy = Server::start(Peer::Answers).await;
    let chaos = network(NetworkFault::Hang);
    for (which, settings) in [("the SDK's own", DEFAULT), ("no timeout", NONE), ("connect_timeout", CONNECT)]
    {
        let really = tokio::time::timeout(Duration::from_mins(10), lists(&real.url, settings, None)).await;
        assert!(really.is_err(), "{which}: {really:?}");
        let seen = lists(&healthy.url, settings, Some(&chaos)).await;
        seen.assert_after(180_000, which);
        assert_eq!((seen.ended.as_str(), seen.attempts), (TIMEOUT, 3), "{which}");
    }
    assert_eq!(chaos.health().active, 0);
}

/// The fault does not wait for the timeout: that is what a delay is for.
#[tokio::test(start_paused = true)]
async fn a_connection_that_is_not_made_in_time_ends_as_for_real() {
    const CASES: [(&str, Settings); 7] = [
        ("the SDK's own", DEFAULT),
        // For real the SDK takes it for a stalled upload.
        ("no timeout", NONE),
        ("connect_timeout", CONNECT),
        ("read_timeout", READ),
        ("all timeouts", ALL),
        ("retries disabled", ONCE),
        ("adaptive retries", ADAPTIVE),
    ];
    let (_listener, _queued, real) = full_port().await;
    let healthy = Server::start(Peer::Answers).await;
    let chaos = network(NetworkFault::Timeout);
    for (which, settings) in CASES {
        let seen = lists(&healthy.url, settings, Some(&chaos)).await;
        seen.assert_like(&lists(&real, settings, None).await, which);
        assert_eq!(seen.ended, TIMEOUT, "{which}");
    }
    for (which, settings) in EVERY.into_iter().filter(|(which, _)| *which != "adaptive retries") {
        let seen = lists(&healthy.url, settings, Some(&chaos)).await;
        seen.assert_after(0, which);
        assert_eq!(seen.ended, TIMEOUT, "{which}");
    }
    let seen = lists(&healthy.url, CONNECT, Some(&chaos)).await;
    let really = lists(&real, CONNECT, None).await;
    let timeless: Vec<_> = really.links.iter().map(|link| link.replace(" after 100ms", "")).collect();
    assert_eq!(seen.links, timeless);
    really.assert_after(300, "connect_timeout");
    gets(&healthy.url, CONNECT, Some(&chaos))
        .await
        .assert_like(&gets(&real, CONNECT, None).await, "DynamoDB");
    assert_eq!(healthy.hits(), 0);
}

/// A timeout of the SDK that is shorter than the connector's comes first: with a
/// delay in the fault as for real.
#[tokio::test(start_paused = true)]
async fn a_connection_that_is_not_made_in_time_ends_by_a_shorter_timeout_where_it_is_waited_for() {
    const ROWS: [Row; 4] = [
        ("read_timeout", READ, TIMEOUT, 900, 3),
        ("operation_attempt_timeout", ATTEMPT, BY_THE_SDK, 600, 3),
        ("operation_timeout", OPERATION, BY_THE_SDK, 500, 1),
        ("the SDK's own", DEFAULT, TIMEOUT, 9_300, 3),
    ];
    let (_listener, _queued, real) = full_port().await;
    let healthy = Server::start(Peer::Answers).await;
    let late = fault("kinesis", "*").latency(ms(3_100)).network(NetworkFault::Timeout);
    let chaos = Chaos::builder().spec(late).build().unwrap();
    for (which, settings, ended, after, attempts) in ROWS {
        let seen = lists(&healthy.url, settings, Some(&chaos)).await;
        let really = lists(&real, settings, None).await;
        seen.assert_like(&really, which);
        seen.assert_after(after, which);
        really.assert_after(after, which);
        assert_eq!((seen.ended.as_str(), seen.attempts), (ended, attempts), "{which}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_as_from_a_slow_peer() {
    const ROWS: [Row; 9] = [
        ("the SDK's own", DEFAULT, "answered", 350, 1),
        ("no timeout", NONE, "answered", 350, 1),
        ("connect_timeout", CONNECT, "answered", 350, 1),
        ("read_timeout", READ, TIMEOUT, 900, 3),
        ("operation_attempt_timeout", ATTEMPT, BY_THE_SDK, 600, 3),
        ("operation_timeout", OPERATION, "answered", 350, 1),
        ("all timeouts", ALL, TIMEOUT, 900, 3),
        ("retries disabled", ONCE, TIMEOUT, 300, 1),
        (
            "a longer read_timeout",
            |config| timeouts(config, |set| set.read_timeout(ms(400))),
            "answered",
            350,
            1,
        ),
    ];
    let real = Server::start(Peer::AnswersAfter(ms(350))).await;
    let healthy = Server::start(Peer::Answers).await;
    let slow = [fault("kinesis", "*").latency(ms(350)), fault("dynamodb", "*").latency(ms(350))];
    let chaos =
        slow.into_iter().fold(Chaos::builder(), |builder, fault| builder.spec(fault)).build().unwrap();
    for (which, settings, ended, after, attempts) in ROWS {
        let seen = lists(&healthy.url, settings, Some(&chaos)).await;
        seen.assert_as(&lists(&real.url, settings, None).await, which);
        seen.assert_after(after, which);
        assert_eq!((seen.ended.as_str(), seen.attempts), (ended, attempts), "{which}");
    }
    gets(&healthy.url, READ, Some(&chaos)).await.assert_as(&gets(&real.url, READ, None).await, "DynamoDB");
    assert_eq!(chaos.health().active, 0);
}

/// As little as for real.
#[tokio::test(start_paused = true)]
async fn the_sdk_has_no_error_to_log() {
    use NetworkFault::*;
    let healthy = Server::start(Peer::Answers).await;
    for fault in [Timeout, ConnectionRefused, ConnectionReset, DnsFailure, Hang, ResponseLost] {
        let (logs, _guard) = Logs::capture();
        let seen = lists(&healthy.url, READ, Some(&network(fault))).await;
        assert_eq!((seen.attempts, logs.of("chaos").len()), (3, 3), "{fault:?}");
        assert_eq!(logs.at(Level::ERROR).len(), 0, "{fault:?}: {:#?}", logs.at(Level::ERROR));
    }
}

/// An outage that goes on makes the SDK stop trying again.
#[tokio::test(start_paused = true)]
async fn failures_use_up_the_retries_of_a_client_as_for_real() {
    let real = Server::start(Peer::Resets).await;
    let healthy = Server::start(Peer::Answers).await;
    let injected = attempts(&healthy.url, Some(&network(NetworkFault::ConnectionReset)), 40).await;
    assert_eq!(injected, attempts(&real.url, None, 40).await);
    assert_eq!((injected[0], injected[39]), (3, 1), "{injected:?}");
}
