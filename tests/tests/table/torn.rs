//! No reader ever sees half a scenario.

use crate::world::*;
use chaos_core::table::Expected;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const READERS: usize = 4;
const SPECS: usize = 24;

/// A scenario in three partitions, every spec of which says which edit it is of.
fn edit(number: usize) -> Value {
    let target = |spec: usize| match spec % 3 {
        0 => json!({"service": "kinesis", "function": "checkout"}),
        1 => json!({"service": "kinesis", "function": ["checkout", "reports"]}),
        _ => json!({"service": "kinesis"}),
    };
    let specs = (0..SPECS).map(|spec| {
        json!({"id": format!("s{spec}"), "target": target(spec), "fault": {"error": {"name": format!("Edit{number}"), "status": 400}},
            "when": {"rate": "100%"}})
    });
    Value::Array(specs.collect())
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
        if turn.is_multiple_of(4) {
            *answer = seen[seen.len().saturating_sub(2 + turn / 4 % 9)].clone();
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scenario_that_is_rearmed_without_pause_is_never_seen_torn() {
    let wanted: usize = std::env::var("CHAOS_TORN_LOADS").ok().and_then(|n| n.parse().ok()).unwrap_or(320);
    let world = Arc::new(World::new().await);
    world.armed(&scenario("torn", edit(0))).await;
    let (loads, torn, done) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    serve_old_heads(&world);

    let (writer, stop) = (world.clone(), done.clone());
    let writing = tokio::spawn(async move {
        let mut flips = 0;
        while !stop.load(Ordering::Relaxed) {
            flips += 1;
            let edited = scenario("torn", edit(flips));
            let rearm = writer.store.rearm(&writer.env, &edited, Expected::Any, &writer.alice, "again");
            rearm.await.unwrap();
        }
        flips
    });
    let read = |function: &'static str, expected: usize| {
        let (world, loads, torn, done) = (world.clone(), loads.clone(), torn.clone(), done.clone());
        tokio::spawn(async move {
            let mut reader = world.reader_of(function);
            while !done.load(Ordering::Relaxed) {
                let poll = reader.poll().await;
                assert_eq!(poll.error, None, "{:?}", reader.problems());
                if !poll.changed {
                    continue;
                }
                let specs = &reader.reader.snapshot().specs;
                let edits: BTreeSet<_> = specs.iter().map(|spec| spec.summary()).collect();
                if specs.len() != expected || edits.len() != 1 {
                    torn.fetch_add(1, Ordering::Relaxed);
                }
                if loads.fetch_add(1, Ordering::Relaxed) + 1 >= wanted {
                    done.store(true, Ordering::Relaxed);
                }
            }
        })
    };
    let functions = [("checkout", SPECS), ("reports", 16), ("another", 8), ("checkout", SPECS)];
    assert_eq!(functions.len(), READERS);
    let reading: Vec<_> =
        functions.into_iter().map(|(function, expected)| read(function, expected)).collect();
    for task in reading {
        task.await.unwrap();
    }
    let flips = writing.await.unwrap();
    let (loads, torn) = (loads.load(Ordering::Relaxed), torn.load(Ordering::Relaxed));
    println!("{flips} flips, {loads} loads, {torn} torn");
    assert!(flips > 20 && loads >= wanted);
    assert_eq!(torn, 0);
}
