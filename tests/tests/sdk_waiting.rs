//! Many calls that wait at once, what ends their waiting, and what they leave
//! behind. In virtual time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_sdk_kinesis::Client;
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use chaos_core::caps::{MAX_CONCURRENT, MAX_DELAY};
use chaos_core::spec::NetworkFault;
use chaos_core::{Chaos, FaultBuilder, fault};
use chaos_sdk_interceptor::ChaosExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tests::memory::Memory;
use tests::sdk;
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep};

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn lists() -> FaultBuilder {
    fault("kinesis", "ListStreams")
}

/// Tokio's timers, counted: those of our delays among them.
#[derive(Clone, Debug, Default)]
struct Timers(Arc<AtomicUsize>);

impl Timers {
    fn running(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

struct Running(Timers);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl AsyncSleep for Timers {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.fetch_add(1, Ordering::Relaxed);
        let running = Running(self.clone());
        Sleep::new(async move {
            let _running = running;
            sleep(duration).await;
        })
    }
}

struct Bench {
    chaos: Chaos,
    memory: Memory,
    timers: Timers,
    client: Client,
    calls: JoinSet<u128>,
}

impl Bench {
    fn new() -> Self {
        let (memory, timers) = (Memory::default(), Timers::default());
        let chaos = Chaos::builder().build().unwrap();
        let config = sdk::in_memory(memory.clone()).sleep_impl(timers.clone());
        // It has a timer of its own for every upload.
        let unwatched = StalledStreamProtectionConfig::disabled();
        let config = config.stalled_stream_protection(unwatched).build();
        let client = Client::new(&config.chaos(&chaos));
        Self { chaos, memory, timers, client, calls: JoinSet::new() }
    }

    /// So many calls at once, each a task, which says after how many milliseconds it was answered.
    async fn call(&mut self, times: usize) {
        for _ in 0..times {
            let client = self.client.clone();
            self.calls.spawn(async move {
                let start = Instant::now();
                client.list_streams().send().await.unwrap();
                start.elapsed().as_millis()
            });
        }
        yield_now().await;
    }

    fn is_clean(&self) -> bool {
        (self.chaos.health().active, self.timers.running()) == (0, 0)
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_under_a_long_delay_keep_a_hundred_waiting() {
    const PASSED: usize = 10_000 - MAX_CONCURRENT;
    let mut bench = Bench::new();
    let outage = bench.chaos.scope(lists().latency(MAX_DELAY));
    bench.call(10_000).await;
    sleep(ms(1)).await;
    let health = bench.chaos.health();
    assert_eq!((health.active, health.overflow), (MAX_CONCURRENT, PASSED as u64));
    assert_eq!((bench.memory.hits(), bench.timers.running()), (PASSED, MAX_CONCURRENT));
    let mut after: Vec<_> = std::mem::take(&mut bench.calls).join_all().await;
    after.sort_unstable();
    let (at_once, late) = after.split_at(PASSED);
    assert!(at_once.iter().all(|after| *after == 0), "the others do not wait");
    // Tokio's timer has ticks of a millisecond.
    assert!(late.iter().all(|after| (60_000..=60_001).contains(after)), "{late:?}");
    assert!(bench.is_clean());
    outage.assert_injected(MAX_CONCURRENT as u64);
    // There is room again.
    bench.call(1).await;
    sleep(ms(1)).await;
    assert_eq!(bench.chaos.health().active, 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_outage_wakes_everybody_at_once() {
    let faults = [
        lists().latency(MAX_DELAY),
        lists().latency(MAX_DELAY).status(503),
        lists().network(NetworkFault::Hang),
    ];
    for fault in faults {
        let mut bench = Bench::new();
        let outage = bench.chaos.scope(fault);
        bench.call(MAX_CONCURRENT).await;
        sleep(ms(20_000)).await;
        assert_eq!((bench.chaos.health().active, bench.memory.hits()), (MAX_CONCURRENT, 0));
        drop(outage);
        for after in std::mem::take(&mut bench.calls).join_all().await {
            assert!((20_000..=20_001).contains(&after), "{after}");
        }
        assert_eq!(bench.memory.hits(), MAX_CONCURRENT);
        assert!(bench.is_clean());
    }
}

/// Cut off in the middle of a delay, of a hang, and of a delay before an outcome.
#[tokio::test(start_paused = true)]
async fn calls_that_are_given_up_leave_neither_timer_nor_permit() {
    let faults = [
        lists().latency(MAX_DELAY),
        lists().latency(MAX_DELAY).status(503),
        lists().network(NetworkFault::Hang),
    ];
    for fault in faults {
        let mut bench = Bench::new();
        let _outage = bench.chaos.scope(fault);
        bench.call(MAX_CONCURRENT).await;
        sleep(ms(100)).await;
        assert_eq!(bench.chaos.health().active, MAX_CONCURRENT);
        assert_eq!(bench.timers.running(), MAX_CONCURRENT);
        bench.calls.shutdown().await;
        assert!(bench.is_clean());
        let client = bench.client.clone();
        tokio::select! {
            _ = client.list_streams().send() => unreachable!("it is held up"),
            () = sleep(ms(100)) => {}
        }
        assert!(bench.is_clean());
        assert_eq!(bench.memory.hits(), 0);
    }
}
