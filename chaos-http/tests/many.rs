//! Many calls that wait at once, what ends their waiting, and what they leave
//! behind. In virtual time, and without sockets: the clock moves on whenever
//! somebody waits for one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use chaos_core::Chaos;
use chaos_core::caps::{MAX_CONCURRENT, MAX_DELAY};
use chaos_http::ChaosExt;
use reqwest_middleware::{ClientWithMiddleware, Error};
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use support::{all, ms};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tower::{BoxError, Layer, Service};

/// No connection is ever made; asked for are so many.
#[derive(Clone, Default)]
struct Nowhere(Arc<AtomicUsize>);

impl<S> Layer<S> for Nowhere {
    type Service = Unreachable<S>;

    fn layer(&self, _: S) -> Unreachable<S> {
        Unreachable(self.clone(), PhantomData)
    }
}

struct Unreachable<S>(Nowhere, PhantomData<fn() -> S>);

impl<S> Clone for Unreachable<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<S: Service<R>, R> Service<R> for Unreachable<S> {
    type Response = S::Response;
    type Error = BoxError;
    type Future = Ready<Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: R) -> Self::Future {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        ready(Err("the real call".into()))
    }
}

struct Bench {
    chaos: Chaos,
    reached: Nowhere,
    client: ClientWithMiddleware,
    calls: JoinSet<u128>,
}

impl Bench {
    fn new() -> Self {
        let (chaos, reached) = (Chaos::builder().build().unwrap(), Nowhere::default());
        let client = reqwest::Client::builder().no_proxy().connector_layer(reached.clone()).build().unwrap();
        Self { client: client.chaos(&chaos), chaos, reached, calls: JoinSet::new() }
    }

    /// So many calls at once, each a task, which says after how many milliseconds the real call was made.
    async fn call(&mut self, times: usize) {
        for _ in 0..times {
            let call = self.client.get("http://127.0.0.1:9/").send();
            self.calls.spawn(async move {
                let start = Instant::now();
                let ended = call.await;
                assert!(matches!(&ended, Err(Error::Reqwest(error)) if error.is_connect()), "{ended:?}");
                start.elapsed().as_millis()
            });
        }
        sleep(ms(1)).await;
    }

    fn hits(&self) -> usize {
        self.reached.0.load(Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_under_a_long_delay_keep_a_hundred_waiting() {
    const PASSED: usize = 10_000 - MAX_CONCURRENT;
    let mut bench = Bench::new();
    let outage = bench.chaos.scope(all("latency = \"60s\""));
    bench.call(10_000).await;
    let health = bench.chaos.health();
    assert_eq!((health.active, health.overflow), (MAX_CONCURRENT, PASSED as u64));
    assert_eq!(bench.hits(), PASSED);
    let mut after: Vec<_> = std::mem::take(&mut bench.calls).join_all().await;
    after.sort_unstable();
    let (at_once, late) = after.split_at(PASSED);
    assert!(at_once.iter().all(|after| *after == 0), "the others do not wait");
    // Tokio's timer has ticks of a millisecond.
    assert!(late.iter().all(|after| after.abs_diff(MAX_DELAY.as_millis()) <= 1), "{late:?}");
    assert_eq!((bench.chaos.health().active, bench.hits()), (0, 10_000));
    outage.assert_injected(MAX_CONCURRENT as u64);
    // There is room again.
    bench.call(1).await;
    assert_eq!(bench.chaos.health().active, 1);
}

const HELD: [&str; 3] = ["latency = \"60s\"", "latency = \"60s\"\nstatus = 503", "network = \"hang\""];

#[tokio::test(start_paused = true)]
async fn the_end_of_an_outage_wakes_everybody_at_once() {
    for fault in HELD {
        let mut bench = Bench::new();
        let outage = bench.chaos.scope(all(fault));
        bench.call(MAX_CONCURRENT).await;
        sleep(ms(20_000)).await;
        assert_eq!((bench.chaos.health().active, bench.hits()), (MAX_CONCURRENT, 0), "{fault}");
        drop(outage);
        for after in std::mem::take(&mut bench.calls).join_all().await {
            assert!((20_000..=20_002).contains(&after), "{fault}: {after}");
        }
        assert_eq!((bench.chaos.health().active, bench.hits()), (0, MAX_CONCURRENT), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_given_up_hold_no_place() {
    for fault in HELD {
        let mut bench = Bench::new();
        let _outage = bench.chaos.scope(all(fault));
        bench.call(MAX_CONCURRENT).await;
        assert_eq!(bench.chaos.health().active, MAX_CONCURRENT, "{fault}");
        bench.calls.shutdown().await;
        assert_eq!(bench.chaos.health().active, 0, "{fault}");
        tokio::select! {
            _ = bench.client.get("http://127.0.0.1:9/").send() => unreachable!("it is held up"),
            () = sleep(ms(100)) => {}
        }
        assert_eq!((bench.chaos.health().active, bench.hits()), (0, 0), "{fault}");
    }
}
