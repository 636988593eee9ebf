//! No reader ever sees half a scenario, however fast it is changed; and this
//! test would see it if one did: where a writer edits in place, readers do.

use crate::world::*;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::table::Expected;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;
use tokio::task::JoinSet;

const SPECS: usize = 24;

/// Readers, and how many of the specs concern each.
const READERS: [(&str, usize); 4] =
    [("checkout", SPECS), ("reports", 16), ("another", 8), ("checkout", SPECS)];

/// A scenario in three partitions, every spec of which says which edit it is of.
fn edit(number: usize) -> Value {
    let target = |spec: usize| match spec % 3 {
        0 => json!({"service": "kinesis", "function": "checkout"}),
        1 => json!({"service": "kinesis", "function": ["checkout", "reports"]}),
        _ => json!({"service": "kinesis"}),
    };
    let specs = (0..SPECS).map(|spec| {
        json!({"id": format!("s{spec}"), "target": target(spec), "fault": {"error": {"name": name_of(number), "status": 400}},
            "when": {"rate": "100%"}})
    });
    Value::Array(specs.collect())
}

fn name_of(edit: usize) -> String {
    format!("Edit{edit}")
}

/// Answers a quarter of the eventually consistent reads with a HEAD of earlier.
fn serve_old_heads(world: &World) {
    let (mut seen, mut turn) = (Vec::new(), 0_usize);
    world.wire.twist(move |operation, request, answer| {
        if operation != "GetItem" || request["ConsistentRead"] == json!(true) {
            return;
        }
        turn += 1;
        seen.push(answer.clone());
        if seen.len() > 16 {
            seen.remove(0);
        }
        if turn.is_multiple_of(4) {
            *answer = seen[seen.len().saturating_sub(2 + turn / 4 % 9)].clone();
        }
    });
}

/// What one run came to.
struct Counts {
    flips: usize,
    loads: usize,
    torn: usize,
}

/// Reads and writes at the same time.
struct Race {
    world: World,
    /// How often the writer has begun or ended something; whoever has seen all waits.
    turns: watch::Sender<usize>,
    loads: AtomicUsize,
    torn: AtomicUsize,
}

impl Race {
    async fn new() -> Arc<Self> {
        let world = World::new().await;
        world.armed(&scenario("torn", edit(0))).await;
        serve_old_heads(&world);
        let turns = watch::Sender::new(0);
        Arc::new(Self { world, turns, loads: AtomicUsize::new(0), torn: AtomicUsize::new(0) })
    }

    /// Until `enough` loads or tears were seen, while `write` makes one edit after the other.
    async fn run(
        self: Arc<Self>,
        enough: fn(&Self) -> bool,
        write: impl AsyncFn(&World, usize) + Send + 'static,
    ) -> Counts {
        let mut reading = JoinSet::new();
        for (function, expected) in READERS {
            let race = self.clone();
            reading.spawn(async move { race.read(function, expected, enough).await });
        }
        let mut flips = 0;
        while !enough(&self) {
            self.turns.send_modify(|turn| *turn += 1);
            flips += 1;
            write(&self.world, flips).await;
        }
        self.turns.send_modify(|turn| *turn += 1);
        reading.join_all().await;
        Counts { flips, loads: self.loads.load(Ordering::Relaxed), torn: self.torn.load(Ordering::Relaxed) }
    }

    async fn read(&self, function: &str, expected: usize, enough: fn(&Self) -> bool) {
        let mut reader = self.world.reader_of(function);
        let mut turns = self.turns.subscribe();
        while !enough(self) {
            let poll = reader.poll().await;
            assert_eq!(poll.error, None, "{:?}", reader.problems());
            if !poll.changed {
                // Asking again and again would only slow the writer down.
                let _ = turns.changed().await;
                continue;
            }
            let specs = &reader.reader.snapshot().specs;
            let edits: BTreeSet<_> = specs.iter().map(|spec| spec.summary()).collect();
            if specs.len() != expected || edits.len() != 1 {
                self.torn.fetch_add(1, Ordering::Relaxed);
            }
            self.loads.fetch_add(1, Ordering::Relaxed);
            // Hours of it would fill the memory.
            drop(self.world.wire.log());
        }
    }
}

/// How many loads are to be seen; `CHAOS_TORN_LOADS` asks for more.
fn wanted() -> usize {
    std::env::var("CHAOS_TORN_LOADS").ok().and_then(|number| number.parse().ok()).unwrap_or(320)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scenario_that_is_rearmed_without_pause_is_never_seen_torn() {
    let race = Race::new().await;
    let enough = |race: &Race| race.loads.load(Ordering::Relaxed) >= wanted();
    let counts = race.run(enough, async |world: &World, flips| {
        let edited = scenario("torn", edit(flips));
        world.store.rearm(&world.env, &edited, Expected::Any, &world.alice, "again").await.unwrap();
    });
    let counts = counts.await;
    println!("{} flips, {} loads, {} torn", counts.flips, counts.loads, counts.torn);
    assert!(counts.flips > 20 && counts.loads >= wanted());
    assert_eq!(counts.torn, 0);
}

/// What the layout is there to prevent: the published items are written over
/// one by one, and then readers are told to load them again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scenario_that_is_edited_in_place_is_seen_torn() {
    let race = Race::new().await;
    let enough = |race: &Race| {
        let (loads, torn) = (race.loads.load(Ordering::Relaxed), race.torn.load(Ordering::Relaxed));
        torn >= 10 || loads >= 5_000
    };
    let counts = race.run(enough, async |world: &World, flips| edit_in_place(world, flips).await).await;
    println!("in place: {} flips, {} loads, {} torn", counts.flips, counts.loads, counts.torn);
    assert!(counts.torn >= 10);
}

async fn edit_in_place(world: &World, number: usize) {
    for partition in ["*", "f|checkout", "f|reports"] {
        for mut item in world.partition(partition).await {
            let error = member(member(item.get_mut("spec").unwrap(), "fault"), "error");
            *member(error, "name") = text(&name_of(number));
            item.remove("wire");
            world.put(item).await;
        }
    }
    world
        .edit_head(|head| {
            let AttributeValue::N(generation) = head["gen"].clone() else { panic!("no generation") };
            *member(entry(head, "torn"), "e") = number_of(number);
            head.insert("gen".to_owned(), number_of(generation.parse::<usize>().unwrap() + 1));
        })
        .await;
}

fn number_of(number: usize) -> AttributeValue {
    crate::world::number(number)
}
