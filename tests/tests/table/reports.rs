//! Reports: what calls experience around outages, written by instances and read
//! by whoever asks about recovery. In virtual time, over the real engine.

use crate::virtual_clock::VirtualClock;
use crate::wire::Fate;
use crate::world::*;
use chaos_core::clock::Clock;
use chaos_core::settings::Settings;
use chaos_core::table::{Reports, Scope, Tally};
use chaos_core::{Chaos, Observed};
use chaos_sdk_interceptor::ChaosExt;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tests::logs::Logs;
use tests::memory::Memory;
use tokio::time::sleep;

struct Fleet {
    world: World,
    clock: Arc<VirtualClock>,
    start: i64,
}

fn settings(function: &str) -> Settings {
    let value = |name: &str| match name {
        "CHAOS_TABLE" => Some(TABLE.to_owned()),
        "CHAOS_ENVIRONMENT" => Some("staging".to_owned()),
        "CHAOS_FUNCTION" => Some(function.to_owned()),
        _ => None,
    };
    Settings::read(&value, "test").unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Attempts passed, failed and hit; calls lost.
fn tally(passed: i64, failed: i64, injected: i64, lost: i64) -> Tally {
    Tally { passed, failed, injected, lost }
}

impl Fleet {
    async fn new() -> Self {
        let mut world = World::in_process().await;
        let clock = Arc::new(VirtualClock::at("2026-11-24T12:00:00Z".parse().unwrap()));
        world.store = world.store.clone().with_clock(clock.clone());
        Self { start: clock.now().wall.as_second(), world, clock }
    }

    fn instance(&self, function: &str) -> Chaos {
        let store = self.world.wired().with_clock(self.clock.clone());
        Chaos::following(&settings(function), Some(store), self.clock.clone()).unwrap()
    }

    async fn reports(&self) -> Reports {
        let (from, to) = (self.clock.now().wall - seconds(3600), self.clock.now().wall);
        self.world.store.reports(&self.world.env, from, to).await.unwrap()
    }

    /// What was reported of a target, as seconds since the start of the test.
    async fn told(&self, operation: &str) -> Vec<(i64, Tally)> {
        let reports = self.reports().await;
        assert_eq!(reports.problems, Vec::<String>::new());
        let series = reports.series.into_iter().filter(|series| series.operation == operation);
        let seconds = series.flat_map(|series| series.seconds);
        seconds.map(|(at, tally)| (at - self.start, tally)).collect()
    }

    /// Requests that write, since this was asked last.
    fn writes(&self) -> usize {
        self.world.wire.log().iter().filter(|one| one.operation == "PutItem").count()
    }
}

fn attempt(chaos: &Chaos, call: u64, passed: bool) {
    let observed = Observed { service: "kinesis", operation: "PutRecord", call: Some(call), hit: None };
    chaos.observe(&observed, passed);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_without_an_outage() {
    let fleet = Fleet::new().await;
    fleet.world.armed(&throttled("orders")).await;
    fleet.world.store.disarm(&fleet.world.env, &id("orders"), &fleet.world.alice, "").await.unwrap();
    let chaos = fleet.instance("checkout");
    for call in 0..120 {
        attempt(&chaos, call, true);
        chaos.flush().await;
        sleep(seconds(1)).await;
    }
    assert_eq!(fleet.writes(), 0);
    assert!(chaos.health().table.unwrap().reporting.on);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_told_with_what_was_before_and_after() {
    let fleet = Fleet::new().await;
    let chaos = fleet.instance("checkout");
    for second in 0..400 {
        match second {
            100 => drop(fleet.world.armed(&throttled("orders")).await),
            110 => {
                let (env, alice) = (&fleet.world.env, &fleet.world.alice);
                fleet.world.store.disarm(env, &id("orders"), alice, "").await.unwrap();
            }
            _ => {}
        }
        attempt(&chaos, second, second % 10 != 0);
        sleep(seconds(1)).await;
    }
    let told = fleet.told("PutRecord").await;
    let (first, last) = (told[0].0, told[told.len() - 1].0);
    // The outage was heard of within a poll, and the next report came within 5 s.
    assert!((40..=46).contains(&first), "{first}");
    assert!((225..=236).contains(&last), "{last}");
    assert_eq!(told.len() as i64, last - first + 1, "no second is missing");
    for (second, seen) in told {
        let passed = i64::from(second % 10 != 0);
        assert_eq!(seen, tally(passed, 1 - passed, 0, 1 - passed), "{second}");
    }
    let writes = fleet.writes();
    // Every 5 s for 130 s, and the instance's health every 30 s.
    assert!((27..=33).contains(&writes), "{writes}");
}

#[tokio::test(start_paused = true)]
async fn real_calls_of_two_instances_add_up() {
    let fleet = Fleet::new().await;
    let instances = [fleet.instance("checkout"), fleet.instance("checkout")];
    let client = |chaos: &Chaos| {
        aws_sdk_kinesis::Client::new(&tests::sdk::in_memory(Memory::default()).build().chaos(chaos))
    };
    fleet.world.armed(&throttled("orders")).await;
    sleep(seconds(3)).await;
    for chaos in &instances {
        let client = client(chaos);
        let put = client.put_record().stream_name("orders").partition_key("1");
        put.data(aws_sdk_kinesis::primitives::Blob::new("x")).send().await.unwrap_err();
        client.list_streams().send().await.unwrap();
    }
    fleet.world.store.halt(&Scope::Everywhere, "enough", &fleet.world.alice).await.unwrap();
    sleep(seconds(20)).await;
    let sum = |told: Vec<(i64, Tally)>| {
        let mut sum = Tally::default();
        told.into_iter().for_each(|(_, tally)| sum += tally);
        sum
    };
    assert_eq!(sum(fleet.told("PutRecord").await), tally(0, 6, 6, 2));
    assert_eq!(sum(fleet.told("ListStreams").await), tally(2, 0, 0, 0));
    let reports = fleet.reports().await;
    assert_eq!(reports.reporters.len(), 2);
    assert!(reports.series.iter().all(|series| series.function == "checkout"));
}

#[tokio::test(start_paused = true)]
async fn a_retry_takes_its_call_out_of_the_lost_ones_also_when_that_was_told() {
    let fleet = Fleet::new().await;
    let chaos = fleet.instance("checkout");
    fleet.world.armed(&throttled("orders")).await;
    sleep(seconds(3)).await;
    attempt(&chaos, 1, false);
    attempt(&chaos, 2, false);
    sleep(seconds(20)).await;
    assert_eq!(fleet.told("PutRecord").await, [(3, tally(0, 2, 0, 2))]);
    chaos.observe_retry(2);
    attempt(&chaos, 2, true);
    sleep(seconds(20)).await;
    assert_eq!(fleet.told("PutRecord").await, [(3, tally(0, 2, 0, 1)), (23, tally(1, 0, 0, 0))]);
}

#[tokio::test(start_paused = true)]
async fn two_outages_in_a_row_count_nothing_twice() {
    let fleet = Fleet::new().await;
    let chaos = fleet.instance("checkout");
    let (env, alice) = (&fleet.world.env, &fleet.world.alice);
    for second in 0..500 {
        match second {
            20 | 170 => drop(fleet.world.armed(&throttled("orders")).await),
            25 | 175 => drop(fleet.world.store.disarm(env, &id("orders"), alice, "").await.unwrap()),
            _ => {}
        }
        attempt(&chaos, second, true);
        sleep(seconds(1)).await;
    }
    let told = fleet.told("PutRecord").await;
    assert!(told.iter().all(|(_, seen)| *seen == tally(1, 0, 0, 0)), "{told:?}");
    assert!(told.len() > 270, "{}", told.len());
}

/// What was gathered when it ended is written, though there is no outage any more.
#[tokio::test(start_paused = true)]
async fn what_could_not_be_written_in_time_is_written_later() {
    let fleet = Fleet::new().await;
    let chaos = fleet.instance("checkout");
    fleet.world.armed(&throttled("orders")).await;
    fleet.world.wire.on(|operation, _| if operation == "PutItem" { Fate::Lost } else { Fate::Pass });
    sleep(seconds(5)).await;
    fleet.world.store.disarm(&fleet.world.env, &id("orders"), &fleet.world.alice, "").await.unwrap();
    attempt(&chaos, 1, true);
    sleep(seconds(130)).await;
    fleet.world.wire.pass();
    sleep(seconds(60)).await;
    assert_eq!(fleet.told("PutRecord").await, [(5, tally(1, 0, 0, 0))]);
}

/// The clock of tests that ask the table themselves: its sleeps take no time.
#[tokio::test]
async fn a_clock_that_is_no_timer_leaves_others_their_turn() {
    let world = World::in_process().await;
    let chaos = Chaos::following(&settings("checkout"), Some(world.wired()), world.clock.clone()).unwrap();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    drop(chaos);
}

#[tokio::test(start_paused = true)]
async fn a_flush_tells_at_once_and_not_too_often() {
    let fleet = Fleet::new().await;
    let chaos = fleet.instance("checkout");
    fleet.world.armed(&throttled("orders")).await;
    sleep(Duration::from_millis(2100)).await;
    for call in 0..100 {
        attempt(&chaos, call, true);
        chaos.flush().await;
        sleep(Duration::from_millis(20)).await;
    }
    // Two seconds of them: one flush, or one and the report that was due.
    assert!((1..=4).contains(&fleet.writes()));
    let seen: i64 = fleet.told("PutRecord").await.iter().map(|(_, tally)| tally.passed).sum();
    assert!(seen >= 1);
    fleet.world.wire.on(|operation, _| if operation == "PutItem" { Fate::Hang } else { Fate::Pass });
    sleep(seconds(3)).await;
    let before = fleet.clock.now();
    chaos.flush().await;
    assert_eq!(fleet.clock.now().since(&before), Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn who_may_not_write_is_silent_from_then_on_and_faults_go_on() {
    let (logs, _guard) = Logs::capture();
    let fleet = Fleet::new().await;
    let denied = json!({"__type": "com.amazonaws.dynamodb#AccessDeniedException", "message": "no"});
    fleet.world.wire.on(move |operation, _| match operation {
        "PutItem" => Fate::Answer(400, denied.clone()),
        _ => Fate::Pass,
    });
    let chaos = fleet.instance("checkout");
    fleet.world.armed(&throttled("orders")).await;
    for call in 0..60 {
        attempt(&chaos, call, true);
        sleep(seconds(1)).await;
    }
    let health = chaos.health();
    assert!(health.live && health.armed == 1, "{health}");
    assert!(health.to_string().contains("; no reports"), "{health}");
    assert!(!chaos.is_observing(), "nobody pays for counts that nobody gets");
    chaos.flush().await;
    let told: Vec<_> = logs.of("chaos").into_iter().filter(|line| line.text.contains("report")).collect();
    assert_eq!(told.iter().filter(|line| line.text.contains("nothing is reported")).count(), 1, "{told:#?}");
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_table_that_hangs_is_bounded_and_then_told() {
    let fleet = Fleet::new().await;
    let chaos = fleet.instance("checkout");
    fleet.world.armed(&throttled("orders")).await;
    fleet.world.wire.on(|operation, _| if operation == "PutItem" { Fate::Hang } else { Fate::Pass });
    for call in 0..300 {
        let before = fleet.clock.now();
        attempt(&chaos, call, true);
        assert_eq!(fleet.clock.now().since(&before), Duration::ZERO);
        sleep(seconds(1)).await;
    }
    let reporting = chaos.health().table.unwrap().reporting;
    assert!(reporting.error.unwrap().contains("no answer in time"));
    assert!(reporting.dropped > 0);
    fleet.world.wire.pass();
    sleep(seconds(60)).await;
    let reporting = chaos.health().table.unwrap().reporting;
    assert_eq!(reporting.error, None);
    let seen: i64 = fleet.told("PutRecord").await.iter().map(|(_, tally)| tally.passed).sum();
    assert_eq!(seen as u64 + reporting.dropped, 300, "what is not dropped is told");
    let instances = fleet.world.store.instances(&fleet.world.env).await.unwrap();
    assert_eq!(instances.found[0].dropped, reporting.dropped);
}

#[tokio::test(start_paused = true)]
async fn instances_say_how_they_fare() {
    let fleet = Fleet::new().await;
    let _one = fleet.instance("checkout");
    let _other = fleet.instance("reports|x");
    fleet.world.armed(&throttled("orders")).await;
    sleep(seconds(12)).await;
    let instances = fleet.world.store.instances(&fleet.world.env).await.unwrap();
    assert_eq!(instances.problems, Vec::<String>::new());
    let told: Vec<_> =
        instances.found.iter().map(|one| (one.function.as_str(), one.armed, one.halted)).collect();
    assert_eq!(told, [("checkout", 1, false), ("reports|x", 1, false)]);
    let generation = fleet.world.store.status(&fleet.world.env).await.unwrap().generation;
    assert!(instances.found.iter().all(|one| one.generation == generation && !one.version.is_empty()));
    // Who is gone for an hour is not shown, though the table has it still.
    drop((_one, _other));
    sleep(seconds(3700)).await;
    assert_eq!(fleet.world.store.instances(&fleet.world.env).await.unwrap().found, []);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_understood_is_left_out_and_told() {
    let fleet = Fleet::new().await;
    let chaos = fleet.instance("checkout");
    fleet.world.armed(&throttled("orders")).await;
    sleep(seconds(3)).await;
    attempt(&chaos, 1, true);
    sleep(seconds(12)).await;
    assert_eq!(fleet.told("PutRecord").await, [(3, tally(1, 0, 0, 0))]);
    let log = fleet.world.wire.log();
    let put = log.iter().rfind(|one| one.operation == "PutItem" && one.request.to_string().contains("first"));
    let key = |name: &str| put.unwrap().request["Item"][name]["S"].as_str().unwrap().to_owned();
    let mut item = fleet.world.item(&key("pk"), &key("sk")).await.unwrap();
    item.insert("targets".to_owned(), text("soon"));
    fleet.world.put(item).await;
    let reports = fleet.reports().await;
    assert!(reports.series.is_empty());
    assert!(reports.problems[0].contains("`targets` is no list"), "{:?}", reports.problems);
}
