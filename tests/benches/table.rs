//! The table, in real time: what calls feel while 10,000 specs are loaded again
//! and again, and how soon a thousand processes hear.
//!
//! `cargo bench -p tests --bench table`

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, and fails by panicking"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use chaos_control::embedded::Engine;
use chaos_core::Chaos;
use chaos_core::clock::{Clock, SystemClock};
use chaos_core::context::CallContext;
use chaos_core::settings::Settings;
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::{Actor, Arm, Expected, Reader, ReaderOptions, Scope, Store, TableOptions};
use serde_json::json;
use std::collections::HashMap;
use std::fmt;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SCENARIOS: usize = 25;
const EACH: usize = 400;
const POLLERS: u64 = 1000;

/// The engine's answers, remembered: so the table itself takes no time.
#[derive(Clone)]
struct Remembered(Engine, Arc<Mutex<Answers>>);

/// By operation and request.
type Answers = HashMap<(String, Vec<u8>), Vec<u8>>;

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remembered")
    }
}

impl Remembered {
    /// HEAD was written, or (`all`) more than that.
    fn forget(&self, all: bool) {
        self.1.lock().unwrap().retain(|(operation, _), _| !all && operation != "GetItem");
    }
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
        let key = (operation, request.body().bytes().unwrap_or_default().to_vec());
        let Self(engine, answers) = self.clone();
        HttpConnectorFuture::new(async move {
            let known = answers.lock().unwrap().get(&key).cloned();
            let body = match known {
                Some(known) => known,
                None => {
                    let body = engine.call(&key.0, key.1.clone()).await.body;
                    answers.lock().unwrap().insert(key, body.clone());
                    body
                }
            };
            Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body)))
        })
    }
}

/// A table, and how it is reached.
struct World {
    engine: Engine,
    wire: Remembered,
    store: Store,
    env: Id,
    by: Actor,
}

impl World {
    async fn new() -> Self {
        let engine = Engine::memory().unwrap();
        let store = Store::new(engine.client(), "chaos");
        store.create_table(TableOptions::embedded()).await.unwrap();
        let wire = Remembered(engine.clone(), Arc::default());
        let (env, by) = (Id::new("staging").unwrap(), Actor::new("bench").unwrap());
        Self { engine, wire, store, env, by }
    }

    fn readers(&self) -> Store {
        let config = self.engine.sdk_config().into_builder().http_client(self.wire.clone()).build();
        Store::new(Client::new(&config), "chaos")
    }

    async fn arm(&self, name: &str, specs: usize) {
        let spec = |n: usize| {
            json!({"id": format!("s{n}"), "target": {"service": "kinesis", "operation": "PutRecords",
                "input": {"StreamName": format!("{name}-{n}")}},
                "fault": {"status": {"code": 503, "body": "x".repeat(150)}}, "when": {"rate": "100%"}})
        };
        let specs: Vec<_> = (0..specs).map(spec).collect();
        let scenario = Scenario::from_json(&json!({"id": name, "spec": specs}).to_string()).unwrap();
        self.store.put_definition(&self.env, &scenario, Expected::Any, &self.by).await.unwrap();
        let arm = Arm {
            for_: Duration::from_secs(3600),
            reason: "bench".to_owned(),
            by: self.by.clone(),
            expected_version: None,
            guarded: false,
        };
        self.store.arm(&self.env, &scenario.id, &arm).await.unwrap();
        self.wire.forget(true);
    }

    /// Has every reader load everything again.
    async fn raise(&self, edition: usize) {
        let key = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
        let key = HashMap::from([key("pk", "mc1|staging|HEAD"), key("sk", "0")]);
        let client = self.engine.client();
        let head = client.get_item().table_name("chaos").set_key(Some(key)).send().await.unwrap();
        let mut head = head.item.unwrap();
        let AttributeValue::M(entries) = head.get_mut("act").unwrap() else { panic!() };
        for entry in entries.values_mut() {
            let AttributeValue::M(entry) = entry else { panic!() };
            entry.insert("e".to_owned(), AttributeValue::N(edition.to_string()));
        }
        client.put_item().table_name("chaos").set_item(Some(head)).send().await.unwrap();
        self.wire.forget(false);
    }

    fn follow(&self) -> Chaos {
        let set = [
            ("CHAOS_TABLE", "chaos"),
            ("CHAOS_ENVIRONMENT", "staging"),
            ("CHAOS_FUNCTION", "checkout"),
            ("CHAOS_POLL", "100ms"),
        ];
        let lookup = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let settings = Settings::read(&lookup, "bench").unwrap();
        Chaos::following(&settings, Some(self.readers()), Arc::new(SystemClock::new())).unwrap()
    }
}

/// One in so many: of times in nanoseconds, in the order of their size.
fn tell(what: &str, times: &mut [u64]) -> Vec<u64> {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let told = vec![at(0.5), at(0.99), at(0.999), at(0.9999), at(1.0)];
    println!(
        "  {what:<34} {:>9} times: p50 {:>7} p99 {:>7} p99.9 {:>8} p99.99 {:>9} max {:>10} ns",
        times.len(),
        told[0],
        told[1],
        told[2],
        told[3],
        told[4]
    );
    told
}

fn ratios(what: &str, one: &[u64], other: &[u64]) {
    let ratio = |n: usize| other[n] as f64 / one[n] as f64;
    println!("  {what:<34} p50 {:.2} x, p99 {:.2} x, p99.9 {:.2} x", ratio(0), ratio(1), ratio(2));
}

/// Deciding, on a thread of its own, for some seconds.
fn decide_for(chaos: &Chaos, seconds: f64) -> Vec<u64> {
    let call =
        CallContext { service: Some("kinesis"), operation: Some("ListStreams"), ..CallContext::unknown() };
    let (start, mut times) = (Instant::now(), Vec::with_capacity(20_000_000));
    while start.elapsed().as_secs_f64() < seconds {
        let from = Instant::now();
        black_box(chaos.decide(black_box(&call)));
        times.push(from.elapsed().as_nanos() as u64);
    }
    times
}

/// Raises the edition until it is told to end; how often.
async fn reload(world: Arc<World>, stop: Arc<AtomicBool>, count: Arc<AtomicUsize>) {
    while !stop.load(Ordering::Relaxed) {
        let edition = count.fetch_add(1, Ordering::Relaxed) + 1;
        world.raise(edition).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

fn deciding(runtime: &tokio::runtime::Runtime, world: &Arc<World>) {
    println!("\nDeciding while {} specs are loaded again and again, and while not", SCENARIOS * EACH);
    let chaos = runtime.block_on(async { world.follow() });
    while chaos.health().armed < SCENARIOS * EACH {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (mut quiet, mut busy, mut loads) = (Vec::new(), Vec::new(), 0);
    // In turns, so that a machine whose speed drifts slows both alike.
    for _ in 0..3 {
        quiet.extend(decide_for(&chaos, 1.0));
        let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(loads)));
        let task = runtime.spawn(reload(Arc::clone(world), Arc::clone(&stop), Arc::clone(&count)));
        busy.extend(decide_for(&chaos, 1.0));
        stop.store(true, Ordering::Relaxed);
        runtime.block_on(task).unwrap();
        loads = count.load(Ordering::Relaxed);
    }
    let quiet = tell("not", &mut quiet);
    let busy = tell(&format!("while ({loads} times)"), &mut busy);
    ratios("ratio", &quiet, &busy);
}

/// How long a task that only yields has to wait for its turn.
async fn gaps(seconds: f64) -> Vec<u64> {
    let (start, mut times) = (Instant::now(), Vec::new());
    while start.elapsed().as_secs_f64() < seconds {
        let from = Instant::now();
        tokio::task::yield_now().await;
        times.push(from.elapsed().as_nanos() as u64);
    }
    times
}

fn turns(world: &Arc<World>) {
    println!("\nThe turns of a task on a runtime of one thread, which the reader shares");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let chaos = world.follow();
        while chaos.health().armed < SCENARIOS * EACH {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut quiet = gaps(2.0).await;
        for edition in 1000..1010 {
            // On another thread, for the engine takes its time.
            let there = Arc::clone(world);
            let raise = move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(there.raise(edition));
            };
            tokio::task::spawn_blocking(raise).await.unwrap();
            let mut busy = gaps(0.4).await;
            busy.sort_unstable();
            busy.reverse();
            busy.truncate(8);
            let most: Vec<_> = busy.iter().map(|gap| gap / 1000).collect();
            println!("  longest turns of load {edition}: {most:?} us");
        }
        tell("nothing is loaded", &mut quiet);
    });
}

/// Polls for as long as the runtime lives.
async fn poller(
    mut reader: Reader,
    clock: Arc<SystemClock>,
    states: Arc<Mutex<Vec<(bool, usize, Instant)>>>,
    n: usize,
) {
    clock.sleep(reader.phase()).await;
    loop {
        let sent = clock.now();
        let poll = reader.poll(sent).await;
        if poll.changed {
            let snapshot = reader.snapshot();
            states.lock().unwrap()[n] = (snapshot.halted, snapshot.specs.len(), Instant::now());
        }
        clock.sleep(poll.wait.saturating_sub(clock.now().since(&sent))).await;
    }
}

fn pollers(runtime: &tokio::runtime::Runtime) {
    println!("\n{POLLERS} processes that poll once a second");
    runtime.block_on(async {
        let world = World::new().await;
        world.arm("first", 1).await;
        let (store, clock) = (world.readers(), Arc::new(SystemClock::new()));
        let states = Arc::new(Mutex::new(vec![(false, 0, Instant::now()); POLLERS as usize]));
        for instance in 0..POLLERS {
            let options = ReaderOptions {
                environment: world.env.clone(),
                function: "checkout".to_owned(),
                poll: Duration::from_secs(1),
                lease: Duration::from_secs(30),
                instance,
            };
            let reader = Reader::new(store.clone(), options);
            tokio::spawn(poller(reader, Arc::clone(&clock), Arc::clone(&states), instance as usize));
        }
        let all = async |halted: bool, specs: usize, from: Instant| {
            loop {
                let states = states.lock().unwrap().clone();
                if states.iter().all(|state| (state.0, state.1) == (halted, specs)) {
                    return states.iter().map(|state| state.2.saturating_duration_since(from)).max().unwrap();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        all(false, 1, Instant::now()).await;
        let from = Instant::now();
        world.arm("orders", 1).await;
        println!("  the last one heard an arm after  {:?}", all(false, 2, from).await);
        let from = Instant::now();
        world.store.halt(&Scope::Everywhere, "bench", &world.by).await.unwrap();
        world.wire.forget(true);
        println!("  the last one heard a halt after  {:?}", all(true, 0, from).await);
    });
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    pollers(&runtime);
    let world = runtime.block_on(async {
        let world = World::new().await;
        for number in 0..SCENARIOS {
            world.arm(&format!("many{number}"), EACH).await;
        }
        Arc::new(world)
    });
    deciding(&runtime, &world);
    turns(&world);
}
