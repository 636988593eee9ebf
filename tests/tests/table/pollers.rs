//! A thousand processes at one table, in virtual time: when they hear, and how
//! evenly they ask.

use crate::backend::Backend;
use crate::virtual_clock::VirtualClock;
use crate::world::*;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use chaos_core::clock::Clock;
use chaos_core::table::{Reader, ReaderOptions, Scope, Store};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

const POLLERS: u64 = 1000;
/// In which requests are counted.
const SLOT: u128 = 100;

/// The engine's answers, remembered until something is written: a thousand
/// processes ask for the same.
#[derive(Clone)]
struct Remembered(Arc<Inner>);

struct Inner {
    engine: Backend,
    answers: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
    start: Instant,
    /// When it was asked, in milliseconds, and for how many read units.
    asked: Mutex<Vec<(u128, f64)>>,
    down: AtomicBool,
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remembered")
    }
}

impl Remembered {
    fn new(engine: &Backend) -> Self {
        let (engine, start) = (engine.clone(), Instant::now());
        let (answers, asked, down) = (Mutex::default(), Mutex::default(), AtomicBool::new(false));
        Self(Arc::new(Inner { engine, answers, start, asked, down }))
    }

    async fn answer(&self, operation: &str, request: Vec<u8>) -> Vec<u8> {
        if let Some(known) = self.0.answers.lock().unwrap().get(&request) {
            return known.clone();
        }
        let mut asked: Value = serde_json::from_slice(&request).unwrap();
        asked["ReturnConsumedCapacity"] = json!("TOTAL");
        let answer = self.0.engine.call(operation, asked.to_string().into_bytes()).await.body;
        self.0.answers.lock().unwrap().insert(request, answer.clone());
        answer
    }

    async fn call(self, operation: String, request: Vec<u8>) -> Result<HttpResponse, ConnectorError> {
        let at = self.0.start.elapsed().as_millis();
        if self.0.down.load(Ordering::Relaxed) {
            self.0.asked.lock().unwrap().push((at, 0.0));
            return Err(ConnectorError::io("the table is down".into()));
        }
        let body = self.answer(&operation, request).await;
        self.0.asked.lock().unwrap().push((at, units(&body)));
        Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body)))
    }

    /// Something was written.
    fn forget(&self) {
        self.0.answers.lock().unwrap().clear();
    }

    /// What was asked since this was asked last.
    fn asked(&self) -> Vec<(u128, f64)> {
        std::mem::take(&mut self.0.asked.lock().unwrap())
    }
}

/// Without understanding the rest, which would take most of the test's time.
fn units(body: &[u8]) -> f64 {
    let text = std::str::from_utf8(body).unwrap();
    let rest = text.split("\"CapacityUnits\":").nth(1).unwrap();
    rest.split([',', '}']).next().unwrap().parse().unwrap()
}

impl HttpClient for Remembered {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Remembered {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default().to_vec();
        HttpConnectorFuture::new(self.clone().call(operation, body))
    }
}

/// A thousand processes that began at the same moment.
struct Fleet {
    world: World,
    wire: Remembered,
    /// Of each, whether it is halted, and how many specs it has, since when.
    states: Arc<Mutex<Vec<(bool, usize, Instant)>>>,
    _tasks: JoinSet<()>,
}

/// The loop around a reader.
async fn follow(mut reader: Reader, clock: Arc<VirtualClock>, told: impl Fn(&Reader)) {
    clock.sleep(reader.phase()).await;
    loop {
        let sent = clock.now();
        let poll = reader.poll(sent).await;
        if poll.changed {
            told(&reader);
        }
        clock.sleep(poll.wait.saturating_sub(clock.now().since(&sent))).await;
    }
}

impl Fleet {
    async fn new() -> Self {
        let world = World::in_process().await;
        // The environment has to be there.
        world.armed(&throttled("first")).await;
        world.store.disarm(&world.env, &id("first"), &world.alice, "").await.unwrap();
        let wire = Remembered::new(&world.engine);
        let config = world.engine.sdk_config().into_builder().http_client(wire.clone());
        let client = Client::new(&config.retry_config(RetryConfig::disabled()).build());
        let clock = Arc::new(VirtualClock::at(world.clock.now().wall));
        let states = Arc::new(Mutex::new(vec![(false, 0, Instant::now()); POLLERS as usize]));
        let mut tasks = JoinSet::new();
        for number in 0..POLLERS {
            let options = ReaderOptions {
                environment: world.env.clone(),
                function: "checkout".to_owned(),
                poll: POLL,
                lease: LEASE,
                instance: number,
            };
            let reader = Reader::new(Store::new(client.clone(), TABLE), options);
            let states = Arc::clone(&states);
            let told = move |reader: &Reader| {
                let snapshot = reader.snapshot();
                let state = (snapshot.halted, snapshot.specs.len(), Instant::now());
                states.lock().unwrap()[number as usize] = state;
            };
            tasks.spawn(follow(reader, Arc::clone(&clock), told));
        }
        Self { world, wire, states, _tasks: tasks }
    }

    /// After `wait`, all are in this state; how long the last one needed.
    async fn all(&self, halted: bool, specs: usize, wait: Duration) -> Duration {
        let from = Instant::now();
        sleep(wait).await;
        let states = self.states.lock().unwrap();
        let wrong = states.iter().filter(|state| (state.0, state.1) != (halted, specs)).count();
        assert_eq!(wrong, 0, "of {POLLERS} have not heard after {wait:?}");
        states.iter().map(|state| state.2.saturating_duration_since(from)).max().unwrap()
    }

    /// Over whole slots, the most and the mean of requests.
    fn evenness(&self, asked: &[(u128, f64)], slots: usize) -> (usize, f64) {
        let mut counts: HashMap<u128, usize> = HashMap::new();
        for (at, _) in asked {
            *counts.entry(at / SLOT).or_default() += 1;
        }
        (counts.values().copied().max().unwrap(), asked.len() as f64 / slots as f64)
    }

    /// Counts for so many seconds; the requests are even.
    async fn even_for(&self, seconds: u64, what: &str) {
        self.wire.asked();
        sleep(Duration::from_secs(seconds)).await;
        let asked = self.wire.asked();
        let (peak, mean) = self.evenness(&asked, seconds as usize * 10);
        let units: f64 = asked.iter().map(|(_, units)| units).sum();
        println!(
            "{what}: {} requests in {seconds} s, at most {peak} in 100 ms, mean {mean:.1}, {:.3} units each",
            asked.len(),
            units / asked.len() as f64
        );
        assert!(peak as f64 <= 1.5 * mean, "{what}: {peak} in 100 ms, mean {mean}");
        assert!((mean - 100.0).abs() <= 5.0, "{what}: {mean}");
        assert_eq!(units, asked.len() as f64 / 2.0, "{what}: half a unit each");
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_hear_in_time_and_ask_evenly() {
    let fleet = Fleet::new().await;
    // Not one poll of each, but the sum over time is even from the first moment on.
    sleep(Duration::from_secs(2)).await;
    fleet.even_for(3, "steady").await;

    fleet.world.armed(&throttled("orders")).await;
    fleet.wire.forget();
    let armed = fleet.all(false, 1, POLL + Duration::from_millis(500)).await;
    let halt = fleet.world.store.halt(&Scope::Everywhere, "smoke", &fleet.world.alice);
    halt.await.unwrap();
    fleet.wire.forget();
    let halted = fleet.all(true, 0, POLL * 2).await;
    println!("the last of {POLLERS} heard an arm after {armed:?}, a halt after {halted:?}");
    assert!(armed <= POLL + Duration::from_millis(500) && halted <= POLL * 2);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_come_back_evenly_after_an_outage() {
    let fleet = Fleet::new().await;
    sleep(Duration::from_secs(2)).await;
    fleet.wire.0.down.store(true, Ordering::Relaxed);
    fleet.wire.asked();
    sleep(Duration::from_secs(60)).await;
    let (peak, mean) = fleet.evenness(&fleet.wire.asked(), 600);
    println!("while it is down: at most {peak} in 100 ms, mean {mean:.1}");
    assert!(peak <= 150 && mean < 35.0, "{peak}, {mean}");
    fleet.wire.0.down.store(false, Ordering::Relaxed);
    sleep(Duration::from_secs(10)).await;
    let (peak, _) = fleet.evenness(&fleet.wire.asked(), 100);
    println!("while they come back: at most {peak} in 100 ms");
    assert!(peak <= 150);
    fleet.even_for(3, "after the outage").await;
}

#[tokio::test(start_paused = true)]
async fn loads_are_spread_where_head_says_so_and_a_halt_does_not_wait() {
    let fleet = Fleet::new().await;
    let world = &fleet.world;
    world.edit_head(|head| drop(head.insert("spread_ms".to_owned(), number(10_000)))).await;
    fleet.wire.forget();
    sleep(Duration::from_secs(2)).await;
    fleet.wire.asked();
    world.armed(&throttled("orders")).await;
    fleet.wire.forget();
    let from = fleet.wire.0.start.elapsed().as_millis();
    sleep(Duration::from_secs(5)).await;
    let loaded = fleet.states.lock().unwrap().iter().filter(|state| state.1 == 1).count();
    assert!((350..=550).contains(&loaded), "about half of them: {loaded}");
    // Strong, and of one unit: the loads.
    let loads: Vec<_> = fleet.wire.asked().into_iter().filter(|(_, units)| *units == 1.0).collect();
    let (peak, _) = fleet.evenness(&loads, 50);
    println!("{} loads in 5 s after {from} ms, at most {peak} in 100 ms", loads.len());
    assert!(peak <= 25, "10 on average");

    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    fleet.wire.forget();
    fleet.all(true, 0, POLL * 2).await;
}
