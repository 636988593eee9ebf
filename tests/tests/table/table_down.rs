//! Every way in which the table fails, at every point at which it is asked: the
//! host's calls do not feel it, and injecting ends with the lease at the latest.

use crate::backend::Backend;
use crate::told::settings;
use crate::virtual_clock::VirtualClock;
use crate::wire::Fate;
use crate::world::*;
use allocation_counter::measure;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use chaos_control::embedded::Engine;
use chaos_core::Chaos;
use chaos_core::clock::Clock;
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use chaos_core::table::Store;
use chaos_sdk_interceptor::ChaosExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tests::memory::Memory;
use tokio::time::{Instant, sleep};

const STEP: Duration = Duration::from_millis(500);

/// How the table fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Slow,
    TooSlow,
    Hang,
    Lost,
    AnswerLost,
    Broken,
    Throttled,
    Denied,
    TableGone,
    Truncated,
    Corrupted,
    Page,
    Nothing,
    Backup,
}

/// At which of its questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    /// Every read of HEAD.
    Head,
    /// The strong one that settles an old answer.
    Settling,
    /// A query of a load.
    FirstPage,
    /// A further page of it.
    NextPage,
}

/// When injecting is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// With the poll that meets it, and its timeouts.
    AtOnce,
    WithTheLease,
    /// The table answered: what cannot be loaded is left out, the rest goes on.
    Not,
}

const FAULTS: [Fault; 14] = [
    Fault::Slow,
    Fault::TooSlow,
    Fault::Hang,
    Fault::Lost,
    Fault::AnswerLost,
    Fault::Broken,
    Fault::Throttled,
    Fault::Denied,
    Fault::TableGone,
    Fault::Truncated,
    Fault::Corrupted,
    Fault::Page,
    Fault::Nothing,
    Fault::Backup,
];

impl Fault {
    fn fate(self, backup: &Backend) -> Fate {
        let error = |status, kind: &str| {
            let kind = format!("com.amazonaws.dynamodb.v20120810#{kind}");
            Fate::Answer(status, json!({"__type": kind, "message": "no"}))
        };
        match self {
            Self::Slow => Fate::Late(Duration::from_millis(300)),
            Self::TooSlow => Fate::Late(Duration::from_secs(10)),
            Self::Hang => Fate::Hang,
            Self::Lost => Fate::Lost,
            Self::AnswerLost => Fate::AnswerLost,
            Self::Broken => error(500, "InternalServerError"),
            Self::Throttled => error(400, "ProvisionedThroughputExceededException"),
            Self::Denied => error(400, "AccessDeniedException"),
            Self::TableGone => error(400, "ResourceNotFoundException"),
            Self::Truncated => Fate::Spoiled(|body| body.truncate(body.len() / 2)),
            Self::Corrupted => Fate::Spoiled(|body| {
                let middle = body.len() / 2;
                body[middle..].fill(0xff);
            }),
            Self::Page => Fate::Spoiled(|body| *body = b"<html>Sign in</html>".to_vec()),
            Self::Nothing => Fate::Answer(200, json!({})),
            Self::Backup => Fate::By(backup.clone()),
        }
    }

    fn ends(self, point: Point) -> Ends {
        match (self, point) {
            (Self::Slow, _) => Ends::Not,
            (Self::Denied | Self::TableGone, _) => Ends::AtOnce,
            (Self::Nothing | Self::Backup, Point::Head | Point::Settling) => Ends::AtOnce,
            (Self::Nothing | Self::Backup, _) => Ends::Not,
            _ => Ends::WithTheLease,
        }
    }
}

impl Point {
    /// The fate of a request while `fault` lasts.
    fn fate(self, fault: Fault, backup: &Backend, operation: &str, request: &mut Value) -> Fate {
        let strong = request["ConsistentRead"] == json!(true);
        let further = request.get("ExclusiveStartKey").is_some();
        if operation == "Query" {
            request["Limit"] = json!(1);
        }
        let hit = match self {
            Self::Head | Self::Settling => operation == "GetItem",
            Self::FirstPage => operation == "Query" && strong && !further,
            Self::NextPage => operation == "Query" && strong && further,
        };
        match hit {
            // Old answers are what has to be settled.
            true if self == Self::Settling && !strong => Fate::By(backup.clone()),
            true => fault.fate(backup),
            false => Fate::Pass,
        }
    }
}

/// The table as it is now, in an engine of its own.
async fn copy_of(engine: &Backend) -> Backend {
    let copy = Backend::InProcess(Engine::memory().unwrap());
    let store = Store::new(copy.client(), TABLE);
    store.create_table(chaos_core::table::TableOptions::embedded()).await.unwrap();
    let items = engine.client().scan().table_name(TABLE).send().await.unwrap().items.unwrap();
    for item in items {
        copy.client().put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }
    copy
}

/// A process that makes calls, its table, and an older state of that.
struct Host {
    world: World,
    chaos: Chaos,
    kinesis: aws_sdk_kinesis::Client,
    backup: Backend,
}

fn call(operation: &str) -> CallContext<'_> {
    CallContext { service: Some("kinesis"), operation: Some(operation), ..CallContext::unknown() }
}

fn three() -> chaos_core::spec::Scenario {
    let specs: Vec<_> = (0..3).map(|n| spec(&format!("s{n}"), "ThrottlingException")).collect();
    scenario("three", json!(specs))
}

impl Host {
    /// Two scenarios are in force; the backup knows the first.
    async fn new() -> Self {
        let host = Self::without_faults().await;
        host.world.armed(&throttled("orders")).await;
        host.until_armed(1).await;
        let backup = copy_of(&host.world.engine).await;
        host.world.clock.advance(POLL);
        host.world.armed(&throttled("other")).await;
        host.until_armed(2).await;
        Self { backup, ..host }
    }

    async fn without_faults() -> Self {
        let world = World::in_process().await;
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(400));
        let config = world.engine.sdk_config().into_builder().http_client(world.wire.clone());
        let config = config
            .timeout_config(timeouts.operation_timeout(Duration::from_secs(2)).build())
            .retry_config(RetryConfig::standard().with_max_attempts(2));
        let store = Store::new(Client::new(&config.build()), TABLE);
        let clock = Arc::new(VirtualClock::at(world.clock.now().wall));
        let chaos = Chaos::following(&settings(), Some(store), clock).unwrap();
        let memory = tests::sdk::in_memory(Memory::default()).build();
        let backup = world.engine.clone();
        Self { kinesis: aws_sdk_kinesis::Client::new(&memory.chaos(&chaos)), world, chaos, backup }
    }

    async fn until_armed(&self, specs: usize) {
        let give_up = Instant::now() + Duration::from_secs(100);
        while self.chaos.health().armed != specs {
            assert!(Instant::now() < give_up, "{}", self.chaos.health());
            sleep(STEP).await;
        }
    }

    fn injects(&self) -> bool {
        matches!(self.chaos.decide(&call("PutRecord")), Decision::Inject(_))
    }

    /// What deciding asks of the allocator, for a call that is hit and one that is not.
    fn allocations(&self) -> (u64, u64) {
        let of = |operation| measure(|| drop(self.chaos.decide(&call(operation)))).count_total;
        (of("PutRecord"), of("ListStreams"))
    }

    /// A call that no spec is about: it takes no time, and succeeds.
    async fn call(&self) {
        let start = Instant::now();
        self.kinesis.list_streams().send().await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

async fn withstands(fault: Fault, point: Point) {
    let host = Host::new().await;
    let what = format!("{fault:?} at {point:?}");
    let healthy = host.allocations();
    host.call().await;
    let backup = host.backup.clone();
    host.world.wire.on(move |operation, request| point.fate(fault, &backup, operation, request));
    if matches!(point, Point::FirstPage | Point::NextPage) {
        host.world.armed(&three()).await;
    }
    let start = Instant::now();
    let mut last = Duration::ZERO;
    while start.elapsed() < LEASE + POLL * 10 {
        host.call().await;
        let (hit, passed) = host.allocations();
        assert!(hit <= healthy.0 && passed <= healthy.1, "{what}: {hit}, {passed}, not {healthy:?}");
        if host.injects() {
            last = start.elapsed();
        }
        // Which is whole, or not there.
        let armed = host.chaos.health().armed;
        assert!([0, 2, 5].contains(&armed), "{what}: {armed} specs armed");
        sleep(STEP).await;
    }
    match fault.ends(point) {
        Ends::AtOnce => assert!(last <= POLL + Duration::from_millis(2500), "{what}: until {last:?}"),
        Ends::WithTheLease => assert!(last < LEASE && last > LEASE / 2, "{what}: until {last:?}"),
        Ends::Not => assert!(last > LEASE + POLL * 5, "{what}: until {last:?}"),
    }
    host.world.wire.pass();
    // A minute later at the latest, and what was left out when it is looked for again.
    let specs = if matches!(point, Point::FirstPage | Point::NextPage) { 5 } else { 2 };
    host.until_armed(specs).await;
    assert!(host.injects(), "{what}: and back again");
    assert!(host.chaos.health().problems.is_empty(), "{what}: {}", host.chaos.health());
}

async fn withstands_all(point: Point) {
    for fault in FAULTS {
        withstands(fault, point).await;
    }
}

#[tokio::test(start_paused = true)]
async fn head_may_fail_in_every_way() {
    withstands_all(Point::Head).await;
}

#[tokio::test(start_paused = true)]
async fn the_read_that_settles_an_old_answer_may_fail_in_every_way() {
    withstands_all(Point::Settling).await;
}

#[tokio::test(start_paused = true)]
async fn a_load_may_fail_in_every_way() {
    withstands_all(Point::FirstPage).await;
}

#[tokio::test(start_paused = true)]
async fn a_load_may_fail_in_every_way_on_a_further_page() {
    withstands_all(Point::NextPage).await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_starts_without_its_table_is_as_if_there_were_none() {
    for fault in FAULTS {
        if matches!(fault, Fault::Slow | Fault::Backup) {
            continue;
        }
        let host = Host::without_faults().await;
        host.world.armed(&throttled("orders")).await;
        let backup = host.backup.clone();
        host.world.wire.on(move |operation, request| Point::Head.fate(fault, &backup, operation, request));
        for _ in 0..40 {
            host.call().await;
            assert!(!host.injects() && !host.chaos.is_live(), "{fault:?}");
            sleep(STEP).await;
        }
        assert!(host.chaos.health().table.unwrap().lease_left.is_none() || fault == Fault::Nothing);
        host.world.wire.pass();
        host.until_armed(1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_halt_is_heard_while_a_load_takes_its_time() {
    let host = Host::new().await;
    host.world.wire.on(|operation, request| {
        if operation != "Query" {
            return Fate::Pass;
        }
        request["Limit"] = json!(1);
        Fate::Late(Duration::from_millis(390))
    });
    let specs: Vec<_> = (0..20).map(|n| spec(&format!("s{n}"), "ThrottlingException")).collect();
    let start = Instant::now();
    host.world.armed(&scenario("long", json!(specs))).await;
    host.until_armed(22).await;
    assert!(start.elapsed() > POLL * 7, "{:?}", start.elapsed());
    host.world.armed(&scenario("longer", json!(specs))).await;
    sleep(POLL * 3).await;
    assert!(host.injects() && host.chaos.health().armed == 22);
    let scope = chaos_core::table::Scope::Everywhere;
    host.world.store.halt(&scope, "smoke", &host.world.alice).await.unwrap();
    sleep(POLL * 2).await;
    assert!(host.chaos.health().halted && !host.injects());
}
