//! `fleet_max`: what all processes together may inject, however many they are.

use crate::wire::{Exchange, Fate, Wire};
use crate::world::*;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use chaos_core::Chaos;
use chaos_core::clock::{Clock, Now, Sleep};
use chaos_core::context::{CallContext, Details};
use chaos_core::decide::{Budget, Decision, SkipReason};
use chaos_core::input::Places;
use chaos_core::settings::Settings;
use chaos_core::spec::Scenario;
use chaos_core::table::Store;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tests::logs::Logs;
use tokio::time::{Instant, sleep};

/// Tokio's time as both clocks.
#[derive(Debug)]
struct Virtual {
    start: Instant,
    wall: jiff::Timestamp,
}

impl Clock for Virtual {
    fn now(&self) -> Now {
        let steady = self.start.elapsed();
        Now { wall: self.wall + steady, steady }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(sleep(duration))
    }
}

/// A world in which tokio's time is that of readers and writers.
struct Fleet {
    world: World,
    clock: Arc<Virtual>,
}

fn budget(max: u64, more: &Value) -> Scenario {
    let mut spec = spec("throttled", "ProvisionedThroughputExceededException");
    spec["when"]["fleet_max"] = json!(max);
    for (name, value) in more.as_object().unwrap() {
        spec["when"][name] = value.clone();
    }
    scenario("orders", json!([spec]))
}

impl Fleet {
    async fn with(scenario: &Scenario) -> Self {
        let world = World::in_process().await;
        let clock = Arc::new(Virtual { start: Instant::now(), wall: world.clock.now().wall });
        world.armed(scenario).await;
        Self { world, clock }
    }

    async fn of(max: u64) -> Self {
        Self::with(&budget(max, &json!({}))).await
    }

    fn process(&self, more: &[(&str, &str)]) -> Chaos {
        self.process_over(self.world.wired(), more)
    }

    fn process_over(&self, store: Store, more: &[(&str, &str)]) -> Chaos {
        let known =
            [("CHAOS_TABLE", TABLE), ("CHAOS_ENVIRONMENT", "staging"), ("CHAOS_FUNCTION", "checkout")];
        let all: Vec<_> = known.iter().chain(more).copied().collect();
        let found =
            |name: &str| all.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::read(&found, "test").unwrap();
        Chaos::following(&settings, Some(store), self.clock.clone()).unwrap()
    }

    /// A process that has heard what is armed.
    async fn heard(&self, more: &[(&str, &str)]) -> Chaos {
        let chaos = self.process(more);
        until_armed(&chaos).await;
        chaos
    }

    async fn counter(&self) -> Option<Item> {
        let get = self.world.engine.client().scan().table_name(TABLE).send().await.unwrap();
        let is_counter = |item: &Item| item["pk"].as_s().unwrap().starts_with("mc1|staging|F|orders|");
        get.items.unwrap().into_iter().find(is_counter)
    }

    async fn used(&self) -> u64 {
        let item = self.counter().await;
        item.map_or(0, |item| item["used"].as_n().unwrap().parse().unwrap())
    }

    /// Leases since the log was asked for.
    fn leases(&self) -> Vec<Exchange> {
        self.world.wire.log().into_iter().filter(|exchange| exchange.operation == "UpdateItem").collect()
    }
}

async fn until_armed(chaos: &Chaos) {
    while chaos.health().armed == 0 {
        sleep(Duration::from_millis(50)).await;
    }
}

fn call() -> CallContext<'static> {
    CallContext { service: Some("kinesis"), operation: Some("PutRecord"), ..CallContext::unknown() }
}

fn hit(chaos: &Chaos) -> Result<(), SkipReason> {
    match chaos.decide(&call()) {
        Decision::Inject(_) => Ok(()),
        Decision::Skip(reason) => Err(reason),
    }
}

fn hits(chaos: &Chaos) -> u64 {
    u64::from(hit(chaos).is_ok())
}

/// Why there is no share.
fn no_share(chaos: &Chaos) -> Budget {
    match hit(chaos) {
        Err(SkipReason::FleetMax { budget, .. }) => budget,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn fifty_processes_inject_so_often_together() {
    let fleet = Fleet::of(37).await;
    let processes: Vec<_> = (0..50).map(|_| fleet.process(&[])).collect();
    for process in &processes {
        until_armed(process).await;
    }
    assert_eq!(no_share(&processes[0]), Budget::NotAsked);
    let mut injected = 0;
    for _ in 0..20 {
        injected += processes.iter().map(hits).sum::<u64>();
        assert!(injected <= 37, "{injected}");
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!((injected, fleet.used().await), (37, 37));
    assert!(processes.iter().all(|process| no_share(process) == Budget::UsedUp));
    // Used up, it is not asked for by every call.
    fleet.leases();
    for _ in 0..300 {
        assert!(processes.iter().all(|process| hit(process).is_err()));
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(fleet.leases().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn steady_use_costs_no_write_per_call() {
    let fleet = Fleet::of(1_000_000).await;
    let process = fleet.heard(&[]).await;
    fleet.leases();
    let mut injected = 0;
    // 100,000 calls in 10 s, 10 at a time.
    for _ in 0..10_000 {
        injected += (0..10).map(|_| hits(&process)).sum::<u64>();
        sleep(Duration::from_millis(1)).await;
    }
    let leases = fleet.leases().len();
    println!("{injected} of 100,000 calls injected with {leases} leases; counted {}", fleet.used().await);
    assert!(leases <= 15, "{leases}");
    assert!(injected > 99_000, "{injected}");
    assert!(injected <= fleet.used().await);
}

#[tokio::test(start_paused = true)]
async fn what_a_process_leaves_others_may_use() {
    let fleet = Fleet::of(1_000).await;
    let (first, second) = (fleet.heard(&[]).await, fleet.heard(&[]).await);
    assert!(hit(&first).is_err() && hit(&second).is_err());
    sleep(Duration::from_millis(10)).await;
    let mut injected = hits(&first) + hits(&second);
    assert_eq!((injected, fleet.used().await), (2, 20), "a hundredth each");
    // Nothing of the first is lost: it ends while its runtime goes on.
    drop(first);
    sleep(Duration::from_millis(10)).await;
    assert_eq!(fleet.used().await, 11);
    for _ in 0..2_000 {
        injected += hits(&second);
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!((injected, fleet.used().await), (1_000, 1_000));
    assert_eq!(no_share(&second), Budget::UsedUp);
}

/// Handed back twice, shares would be there twice.
#[tokio::test(start_paused = true)]
async fn what_is_handed_back_is_handed_back_once_also_where_the_answer_is_lost() {
    let fleet = Fleet::of(1_000).await;
    // As the handle's own client does, this one tries again.
    let config = fleet.world.engine.sdk_config().into_builder().http_client(fleet.world.wire.clone());
    let config = config.retry_config(RetryConfig::standard().with_max_attempts(2)).build();
    let store = Store::new(aws_sdk_dynamodb::Client::new(&config), TABLE);
    let first = fleet.process_over(store, &[]);
    until_armed(&first).await;
    assert!(hit(&first).is_err());
    sleep(Duration::from_millis(10)).await;
    let second = fleet.heard(&[]).await;
    assert!(hit(&second).is_err());
    sleep(Duration::from_millis(10)).await;
    assert_eq!(fleet.used().await, 20);
    fleet.world.wire.on(|operation, _| if operation == "UpdateItem" { Fate::AnswerLost } else { Fate::Pass });
    drop(first);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(fleet.used().await, 10);
}

#[tokio::test(start_paused = true)]
async fn processes_that_are_killed_give_the_others_nothing_more() {
    let fleet = Fleet::of(100).await;
    let mut processes = Vec::new();
    for _ in 0..10 {
        processes.push(fleet.heard(&[]).await);
    }
    // Of every third lease the answer is lost, as if its process had died just then.
    let mut asked = 0;
    fleet.world.wire.on(move |operation, _| {
        asked += u32::from(operation == "UpdateItem");
        if operation == "UpdateItem" && asked % 3 == 0 { Fate::AnswerLost } else { Fate::Pass }
    });
    let mut injected = 0;
    for _ in 0..600 {
        injected += processes.iter().map(hits).sum::<u64>();
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(fleet.used().await, 100);
    assert!((50..100).contains(&injected), "what is lost is counted: {injected}");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_may_not_write_is_told_of_once() {
    let (logs, _guard) = Logs::capture();
    let fleet = Fleet::of(50).await;
    fleet.world.wire.on(|operation, _| match operation {
        "UpdateItem" => Fate::Answer(
            400,
            json!({"__type": "com.amazon.coral.service#AccessDeniedException",
                   "message": "not authorized to perform: dynamodb:UpdateItem"}),
        ),
        _ => Fate::Pass,
    });
    let process = fleet.heard(&[]).await;
    let before = fleet.world.wire.asked();
    for _ in 0..300 {
        assert!(hit(&process).is_err());
        sleep(Duration::from_millis(100)).await;
    }
    let asked = fleet.world.wire.asked() - before;
    assert!((30..=33).contains(&asked), "30 polls and one lease: {asked}");
    let why = hit(&process).unwrap_err().to_string();
    let told =
        "the fleet's budget of 50 (`fleet_max`) may not be asked for: the credentials do not allow this";
    assert!(why.starts_with(told), "{why}");
    assert_eq!(process.explain(&call())[0].why, why);
    let lines: Vec<_> = logs.lines().into_iter().filter(|line| line.text.contains("fleet_max")).collect();
    let warnings: Vec<_> = lines.iter().filter(|line| line.level <= tracing::Level::WARN).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    // The reader goes on.
    assert_eq!(process.health().table.unwrap().error, None);
    // Mended, it is asked again within a minute and a half.
    fleet.world.wire.pass();
    sleep(Duration::from_secs(90)).await;
    assert!(hit(&process).is_err());
    sleep(Duration::from_millis(100)).await;
    assert_eq!(hit(&process), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_counter_that_was_edited_gives_nothing() {
    for used in [text("many"), number(-100), number("1.5"), number("1e60"), map([])] {
        let fleet = Fleet::of(50).await;
        let process = fleet.heard(&[]).await;
        assert!(hit(&process).is_err());
        sleep(Duration::from_millis(100)).await;
        assert_eq!(hit(&process), Ok(()));
        sleep(Duration::from_millis(100)).await;
        let mut item = fleet.counter().await.unwrap();
        item.insert("used".to_owned(), used.clone());
        fleet.world.put(item).await;
        assert_eq!((0..10).map(|_| hits(&process)).sum::<u64>(), 2, "of before");
        sleep(Duration::from_millis(100)).await;
        for _ in 0..100 {
            let budget = no_share(&process);
            let Budget::Garbled(why) = &budget else { panic!("{used:?}: {budget:?}") };
            assert!(why.contains("mc1|staging|F|orders|") && why.contains("`used` is"), "{why}");
            sleep(Duration::from_secs(1)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_counter_without_its_number_gives_nothing() {
    let fleet = Fleet::of(50).await;
    let process = fleet.heard(&[]).await;
    let revision = fleet.world.head().await.get_mut("act").map(|act| member(act, "orders").clone());
    let revision: u64 = revision.unwrap().as_m().unwrap()["r"].as_n().unwrap().parse().unwrap();
    let pk = format!("mc1|staging|F|orders|{revision:020}");
    fleet.world.put([("pk".to_owned(), text(&pk)), ("sk".to_owned(), text("throttled"))].into()).await;
    for _ in 0..20 {
        assert!(hit(&process).is_err());
        sleep(Duration::from_secs(10)).await;
    }
    assert!(matches!(no_share(&process), Budget::Garbled(_)));
}

#[tokio::test(start_paused = true)]
async fn a_table_that_answers_nonsense_gives_nothing() {
    for answer in [json!({}), json!({"Attributes": {}}), json!({"Attributes": {"used": {"N": "51"}}})] {
        let fleet = Fleet::of(50).await;
        let nonsense = answer.clone();
        fleet.world.wire.on(move |operation, _| match operation {
            "UpdateItem" => Fate::Answer(200, nonsense.clone()),
            _ => Fate::Pass,
        });
        let process = fleet.heard(&[]).await;
        for _ in 0..20 {
            assert!(hit(&process).is_err(), "{answer}");
            sleep(Duration::from_secs(10)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_older_emulator_that_does_not_tell_what_is_left_is_asked_for_less() {
    let fleet = Fleet::of(1_000).await;
    fleet.world.wire.twist(|operation, _, answer| {
        if operation == "UpdateItem"
            && let Some(answer) = answer.as_object_mut()
        {
            answer.remove("Item");
        }
    });
    let process = fleet.heard(&[]).await;
    assert!(hit(&process).is_err());
    sleep(Duration::from_millis(100)).await;
    let mut item = fleet.counter().await.unwrap();
    item.insert("used".to_owned(), number(997));
    fleet.world.put(item).await;
    let mut injected = 0;
    for _ in 0..100 {
        injected += hits(&process);
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!((injected, fleet.used().await), (13, 1_000), "10 from before, and the 3 that were left");
    assert_eq!(no_share(&process), Budget::UsedUp);
}

/// A transport that never answers a lease.
#[derive(Clone, Debug)]
struct Silent(Wire);

impl HttpClient for Silent {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Silent {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match request.headers().get("x-amz-target") {
            Some("DynamoDB_20120810.UpdateItem") => HttpConnectorFuture::new(std::future::pending()),
            _ => self.0.call(request),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_never_answered_holds_up_nothing() {
    let fleet = Fleet::of(50).await;
    let config = fleet.world.engine.sdk_config().into_builder().http_client(Silent(fleet.world.wire.clone()));
    let client = aws_sdk_dynamodb::Client::new(&config.build());
    let process = fleet.process_over(Store::new(client, TABLE), &[]);
    until_armed(&process).await;
    let before = Instant::now();
    assert_eq!(no_share(&process), Budget::NotAsked);
    assert_eq!(no_share(&process), Budget::Asked);
    assert_eq!(before.elapsed(), Duration::ZERO, "no call waits");
    sleep(Duration::from_secs(25)).await;
    // Polls go on beside it.
    assert_eq!(no_share(&process), Budget::Asked);
    assert!(process.health().table.unwrap().heard.unwrap() <= Duration::from_millis(1_100));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_asks_for_nothing() {
    let fleet = Fleet::of(50).await;
    let process = fleet.heard(&[("CHAOS_DRY_RUN", "1")]).await;
    for _ in 0..100 {
        assert_eq!(hit(&process), Err(SkipReason::DryRun));
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(fleet.leases().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn without_a_table_there_is_no_budget_and_nothing_fires() {
    let chaos = Chaos::builder().spec(budget(50, &json!({}))).build().unwrap();
    assert_eq!(no_share(&chaos), Budget::NoTable);
    let why = hit(&chaos).unwrap_err().to_string();
    assert!(why.ends_with("lies in the table, and this spec does not come from there"), "{why}");
    let explained = chaos.explain(&call());
    assert!(!explained[0].fires && explained[0].why == why, "{explained:?}");
}

#[tokio::test(start_paused = true)]
async fn explain_tells_of_the_budget() {
    let fleet = Fleet::of(50).await;
    let process = fleet.heard(&[]).await;
    let explained = process.explain(&call());
    assert!(explained[0].fires, "{explained:?}");
    assert_eq!(explained[0].why, "hits 100% of such calls, at most 50 in all processes together");
}

#[tokio::test(start_paused = true)]
async fn an_edited_revision_goes_on_with_what_was_leased() {
    let fleet = Fleet::of(1_000).await;
    let process = fleet.heard(&[]).await;
    assert!(hit(&process).is_err());
    sleep(Duration::from_millis(100)).await;
    assert_eq!(hit(&process), Ok(()));
    fleet
        .world
        .edit_head(|head| drop(std::mem::replace(member(entry(head, "orders"), "e"), number(1))))
        .await;
    sleep(Duration::from_secs(2)).await;
    fleet.leases();
    assert_eq!((0..9).map(|_| hits(&process)).sum::<u64>(), 9, "of the ten that were leased");
    assert_eq!(fleet.used().await, 10);
}

#[tokio::test(start_paused = true)]
async fn every_arming_has_a_budget_of_its_own() {
    let fleet = Fleet::of(1).await;
    let process = fleet.heard(&[]).await;
    let mut injected = 0;
    for round in 1..=3 {
        for _ in 0..30 {
            injected += hits(&process);
            sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(injected, round);
        fleet.world.clock.advance(Duration::from_secs(1));
        fleet.world.store.disarm(&fleet.world.env, &id("orders"), &fleet.world.alice, "").await.unwrap();
        fleet.world.arm("orders").await;
        sleep(Duration::from_secs(2)).await;
    }
}

/// An attempt of a call that is known by its id.
struct Attempt(String);

impl Details for Attempt {
    fn header(&self, name: &str) -> Option<&str> {
        (name == "amz-sdk-invocation-id").then_some(&self.0)
    }

    fn input(&self, _: &str, _: &Places) -> Option<Cow<'_, str>> {
        None
    }

    fn label(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

#[tokio::test(start_paused = true)]
async fn per_call_the_retries_of_a_call_take_no_share_of_their_own() {
    let fleet = Fleet::with(&budget(2, &json!({"per": "call"}))).await;
    let process = fleet.heard(&[]).await;
    let mut calls_hit = Vec::new();
    for number in 0..10 {
        let details = Attempt(format!("call-{number}"));
        let hit = (1..=3).map(|attempt| {
            let call = CallContext { attempt, details: &details, ..call() };
            matches!(process.decide(&call), Decision::Inject(_))
        });
        calls_hit.push(hit.collect::<Vec<_>>());
        sleep(Duration::from_millis(100)).await;
    }
    let whole = calls_hit.iter().filter(|hit| **hit == [true; 3]).count();
    let none = calls_hit.iter().filter(|hit| **hit == [false; 3]).count();
    assert_eq!((whole, none), (2, 8), "{calls_hit:?}");
    assert_eq!(fleet.used().await, 2);
}
