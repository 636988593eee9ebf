//! What is counted of attempts where reports are on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_sdk_kinesis::Client;
use chaos_core::clock::TestClock;
use chaos_core::spec::NetworkFault;
use chaos_core::{Chaos, Counts, fault};
use chaos_sdk_interceptor::ChaosExt;
use std::sync::Arc;
use std::time::Duration;
use tests::memory::Memory;
use tests::sdk;

/// A client of an upstream that is observed, and the clock that stands still.
fn observed(memory: &Memory) -> (Arc<TestClock>, Chaos, Client) {
    let clock = Arc::new(TestClock::at("2026-11-23T00:00:00Z".parse().unwrap()));
    let chaos = Chaos::builder().journal(false).observe(true).clock(Arc::clone(&clock) as _).build().unwrap();
    let client = Client::new(&sdk::in_memory(memory.clone()).build().chaos(&chaos));
    (clock, chaos, client)
}

/// The second at which the clock starts.
const START: i64 = 1_795_392_000;

/// Attempts passed, failed and hit; calls lost.
fn counts(passed: u32, failed: u32, injected: u32, lost: u32) -> Counts {
    Counts { passed, failed, injected, lost }
}

#[tokio::test(start_paused = true)]
async fn attempts_count_in_the_second_in_which_they_end() {
    let (clock, chaos, client) = observed(&Memory::default());
    let seen = |operation, second| chaos.observed("kinesis", operation, START + second);
    let outage = chaos.scope(fault("kinesis", "ListStreams").status(503).times(2));
    client.list_streams().send().await.unwrap();
    outage.assert_injected(2);
    clock.advance(Duration::from_secs(1));
    client.list_streams().send().await.unwrap();
    assert_eq!(seen("ListStreams", 0), counts(1, 2, 2, 0));
    assert_eq!(seen("ListStreams", 1), counts(1, 0, 0, 0));
    assert_eq!(seen("PutRecords", 0), Counts::default());
}

#[tokio::test(start_paused = true)]
async fn real_failures_are_told_from_injected_ones() {
    let (_, chaos, client) = observed(&Memory::answering(503));
    let seen = || chaos.observed("kinesis", "ListStreams", START);
    client.list_streams().send().await.unwrap_err();
    assert_eq!(seen(), counts(0, 3, 0, 1));
    let _outage = chaos.scope(fault("kinesis", "ListStreams").latency(Duration::from_millis(1)).times(1));
    client.list_streams().send().await.unwrap_err();
    assert_eq!(seen(), counts(0, 6, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_only_late_is_not_lost() {
    let (_, chaos, client) = observed(&Memory::default());
    let _outage = chaos.scope(fault("kinesis", "ListStreams").latency(Duration::from_millis(1)));
    client.list_streams().send().await.unwrap();
    assert_eq!(chaos.observed("kinesis", "ListStreams", START), counts(1, 0, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_with_an_answer_that_is_not_tried_again_is_lost() {
    let (_, chaos, client) = observed(&Memory::answering(400));
    client.list_streams().send().await.unwrap_err();
    assert_eq!(chaos.observed("kinesis", "ListStreams", START), counts(0, 1, 0, 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_counts_too() {
    let (_, chaos, client) = observed(&Memory::taking(Duration::from_secs(9)));
    let give_up = || tokio::time::timeout(Duration::from_secs(1), client.list_streams().send());
    give_up().await.unwrap_err();
    assert_eq!(chaos.observed("kinesis", "ListStreams", START), counts(0, 1, 0, 1));
    let _outage = chaos.scope(fault("kinesis", "ListStreams").network(NetworkFault::Hang));
    give_up().await.unwrap_err();
    assert_eq!(chaos.observed("kinesis", "ListStreams", START), counts(0, 2, 1, 2));
}

/// REST protocols do not name the operation in the request. The first such
/// attempt shows it; from then on the SDK's interceptors are asked.
#[tokio::test(start_paused = true)]
async fn requests_that_name_no_operation_are_named_by_the_sdk() {
    let (_, chaos, client) = observed(&Memory::answering(200));
    for _ in 0..3 {
        let call = client.list_streams().customize().mutate_request(|request| {
            request.headers_mut().remove("x-amz-target");
        });
        let _ = call.send().await;
    }
    assert_eq!(chaos.observed("kinesis", "", START).passed, 1);
    assert_eq!(chaos.observed("kinesis", "ListStreams", START).passed, 2);
}
