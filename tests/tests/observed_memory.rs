//! What is kept of calls does not grow with calls, targets and ids: exact,
//! counted on the thread that makes them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use allocation_counter::measure;
use chaos_core::clock::TestClock;
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use chaos_core::{Chaos, Observed, call_key, fault};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn calls_that_fail_leave_memory_flat() {
    let clock = Arc::new(TestClock::at("2026-11-23T00:00:00Z".parse().unwrap()));
    let chaos = Chaos::builder().journal(false).observe(true).clock(Arc::clone(&clock) as _).build().unwrap();
    let names: Vec<_> = (0..10_000).map(|number| format!("host-{number}.example")).collect();
    let fail = |calls: std::ops::Range<u64>| {
        for call in calls {
            let operation = &names[usize::try_from(call).unwrap() % names.len()];
            // No two calls have an id in common.
            let call =
                Some(call_key(std::str::from_utf8(&call.to_be_bytes().map(|byte| byte & 0x7f)).unwrap()));
            chaos.observe(&Observed { service: "http", operation, call, hit: None }, false);
        }
    };
    fail(0..300_000);
    let counted = measure(|| fail(300_000..400_000));
    assert_eq!(counted.count_total, 0, "all places are taken, and none is made");
    clock.advance(Duration::from_secs(61));
    let counted = measure(|| fail(400_000..500_000));
    assert_eq!(counted.bytes_current, 0, "places that are free again are the same ones");
}

/// Ten million decisions over a million labels: what is kept does not hang on either.
#[test]
fn decisions_leave_memory_flat() {
    let chaos = Chaos::builder().journal(false).build().unwrap();
    let _outage = chaos.scope(fault("kinesis", "PutRecord").label("user", "test-*").status(503)).optional();
    let decide = |labels: std::ops::Range<u32>| {
        for label in labels {
            let labels = [("user", format!("someone-{label}"))];
            let call = CallContext {
                service: Some("kinesis"),
                operation: Some("PutRecord"),
                ..CallContext::unknown()
            };
            let work = chaos_core::with_labels(labels, async {
                (0..10).all(|_| matches!(chaos.decide(&call), Decision::Skip(_)))
            });
            assert!(futures_ready(work));
        }
    };
    decide(0..100);
    let counted = measure(|| decide(100..1_000_100));
    assert_eq!((counted.count_current, counted.bytes_current), (0, 0));
}

/// What a future that waits for nothing comes to.
fn futures_ready<T>(work: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(work).poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => unreachable!("it waits for nothing"),
    }
}
