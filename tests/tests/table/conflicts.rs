//! Writers that meet, and answers that are lost.

use crate::wire::{Fate, Wire};
use crate::world::*;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use chaos_core::clock::Clock;
use chaos_core::table::{Consistency, Deed, Expected, Store, StoreError};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_armings_are_all_kept_and_recorded() {
    let world = Arc::new(World::new().await);
    let names: Vec<_> = (0..8).map(|n| format!("s{n}")).collect();
    for name in &names {
        world.store.put_definition(&world.env, &throttled(name), Expected::Any, &world.alice).await.unwrap();
    }
    let arm = |name: &String| {
        let (world, name) = (world.clone(), name.clone());
        tokio::spawn(async move { world.arm(&name).await.generation })
    };
    let tasks: Vec<_> = names.iter().map(arm).collect();
    let mut generations = BTreeSet::new();
    for task in tasks {
        assert!(generations.insert(task.await.unwrap()), "a generation is one act");
    }
    let head = world.store.head(&world.env, Consistency::Strong).await.unwrap().unwrap();
    assert_eq!(head.armed.len(), 8);
    assert_eq!(generations.last(), Some(&head.generation));
    let audit = world.store.audit(&world.env, world.clock.now().wall).await.unwrap();
    let armed = audit.iter().filter(|entry| entry.deed == Deed::Arm).map(|entry| entry.generation);
    assert_eq!(armed.collect::<BTreeSet<_>>(), generations);
    assert_eq!(audit.len(), 9, "with the environment's beginning");
    assert_eq!(world.reader().hear().await.specs().len(), 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_concurrent_edits_one_wins() {
    let world = Arc::new(World::new().await);
    let put = |expected| {
        let world = world.clone();
        let scenario = throttled("orders");
        tokio::spawn(async move {
            world.store.put_definition(&world.env, &scenario, expected, &world.alice).await
        })
    };
    for round in 0..5 {
        let expected = match world.store.definition(&world.env, &id("orders")).await {
            Ok(current) => Expected::Version(current.version),
            Err(_) => Expected::Absent,
        };
        let tasks: Vec<_> = (0..4).map(|_| put(expected)).collect();
        let mut won = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => won += 1,
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(won, 1, "round {round}");
    }
}

#[tokio::test]
async fn an_edit_during_an_arming_is_a_conflict() {
    let world = World::new().await;
    world.store.put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    let store = world.wired();
    let (other, env, alice) = (world.store.clone(), world.env.clone(), world.alice.clone());
    let met = AtomicU32::new(0);
    world.wire.on(move |operation, _| {
        if operation == "BatchWriteItem" && met.fetch_add(1, Ordering::Relaxed) == 0 {
            let (other, env, alice) = (other.clone(), env.clone(), alice.clone());
            let edit = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(other.put_definition(&env, &throttled("orders"), Expected::Any, &alice))
            });
            edit.join().unwrap().unwrap();
        }
        Fate::Pass
    });
    let conflict = store.arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap_err();
    let StoreError::Conflict { current: Some(current) } = conflict else { panic!("{conflict}") };
    assert_eq!(current.version, world.store.definition(&world.env, &id("orders")).await.unwrap().version);
    assert!(world.store.status(&world.env).await.unwrap().armed.is_empty());
}

/// Loses the answer to the first so many transactions that pass.
fn lose(wire: &Wire, times: u32, forget_tokens: bool) {
    let lost = AtomicU32::new(0);
    wire.on(move |operation, request| {
        if operation != "TransactWriteItems" {
            return Fate::Pass;
        }
        if forget_tokens {
            // As after the ten minutes for which AWS remembers them.
            request.as_object_mut().unwrap().remove("ClientRequestToken");
        }
        if lost.fetch_add(1, Ordering::Relaxed) < times { Fate::AnswerLost } else { Fate::Pass }
    });
}

async fn arms(world: &World) -> usize {
    let audit = world.store.audit(&world.env, world.clock.now().wall).await.unwrap();
    audit.iter().filter(|entry| entry.deed == Deed::Arm).count()
}

#[tokio::test]
async fn a_lost_answer_is_found_out_and_done_once() {
    for forget_tokens in [false, true] {
        let world = World::new().await;
        world
            .store
            .put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice)
            .await
            .unwrap();
        lose(&world.wire, 1, forget_tokens);
        let armed = world.wired().arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap();
        let status = world.store.status(&world.env).await.unwrap();
        assert_eq!((status.generation, status.armed[0].revision), (armed.generation, armed.revision));
        assert_eq!(arms(&world).await, 1);
    }
}

#[tokio::test]
async fn a_lost_answer_that_the_sdk_repeats_is_done_once() {
    for forget_tokens in [false, true] {
        let world = World::new().await;
        world
            .store
            .put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice)
            .await
            .unwrap();
        lose(&world.wire, 1, forget_tokens);
        let config = world.engine.sdk_config().into_builder().http_client(world.wire.clone());
        let config = config.retry_config(RetryConfig::standard()).build();
        let store = Store::new(aws_sdk_dynamodb::Client::new(&config), TABLE).with_clock(world.clock.clone());
        let armed = store.arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap();
        let status = world.store.status(&world.env).await.unwrap();
        assert_eq!((status.generation, status.armed[0].revision), (armed.generation, armed.revision));
        assert_eq!(arms(&world).await, 1);
    }
}

#[tokio::test]
async fn lost_answers_to_edits_are_found_out_too() {
    let world = World::new().await;
    let store = world.wired();
    lose(&world.wire, 2, true);
    let stored =
        store.put_definition(&world.env, &throttled("orders"), Expected::Absent, &world.alice).await.unwrap();
    assert_eq!(world.store.definition(&world.env, &id("orders")).await.unwrap().version, stored.version);
    lose(&world.wire, 1, true);
    store.delete_definition(&world.env, &id("orders"), Expected::Version(stored.version)).await.unwrap();
}

#[tokio::test]
async fn what_never_arrived_is_sent_again() {
    let world = World::new().await;
    world.store.put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    let lost = AtomicU32::new(0);
    world.wire.on(move |operation, _| {
        let first = operation == "TransactWriteItems" && lost.fetch_add(1, Ordering::Relaxed) == 0;
        if first { Fate::Lost } else { Fate::Pass }
    });
    world.wired().arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap();
    assert_eq!(arms(&world).await, 1);
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_is_said_to_be() {
    let world = World::new().await;
    world.store.put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    let sent = Arc::new(AtomicU32::new(0));
    let seen = sent.clone();
    world.wire.on(move |operation, _| match operation {
        "TransactWriteItems" => {
            seen.fetch_add(1, Ordering::Relaxed);
            Fate::AnswerLost
        }
        _ if seen.load(Ordering::Relaxed) > 0 => Fate::Lost,
        _ => Fate::Pass,
    });
    let unknown = world.wired().arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap_err();
    assert!(matches!(unknown, StoreError::Ambiguous { .. }), "{unknown}");
    assert!(unknown.to_string().starts_with("the outcome is unknown: "), "{unknown}");
    assert_eq!((sent.load(Ordering::Relaxed), arms(&world).await), (3, 1));
}

#[tokio::test]
async fn a_table_that_is_not_reached_changes_nothing_and_is_not_ambiguous() {
    let world = World::new().await;
    world.wire.on(|_, _| Fate::Lost);
    let error = world.wired().arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    let error =
        world.wired().halt(&chaos_core::table::Scope::Everywhere, "x", &world.alice).await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn what_a_batch_leaves_over_is_published_too() {
    let world = World::new().await;
    let specs: Vec<_> = (0..30).map(|n| spec(&format!("s{n}"), "X")).collect();
    let scenario = scenario("many", json!(specs));
    world.store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await.unwrap();
    let engine = world.engine.clone();
    let calls = Arc::new(AtomicU32::new(0));
    // Of every batch, the engine gets one item, and the rest is left over.
    world.wire.on(move |operation, request| {
        let Some(writes) =
            request["RequestItems"][TABLE].as_array_mut().filter(|_| operation == "BatchWriteItem")
        else {
            return Fate::Pass;
        };
        let rest: Vec<Value> = writes.drain(..writes.len().min(20)).collect();
        if calls.fetch_add(1, Ordering::Relaxed) > 2 || writes.is_empty() {
            *writes = rest;
            return Fate::Pass;
        }
        let (engine, body) = (engine.clone(), request.to_string().into_bytes());
        let written = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(engine.call("BatchWriteItem", body)).status
        });
        assert_eq!(written.join().unwrap(), 200);
        Fate::Answer(200, json!({"UnprocessedItems": {TABLE: rest}}))
    });
    world.wired().arm(&world.env, &id("many"), &world.arm_for(Duration::from_secs(60))).await.unwrap();
    assert_eq!(world.reader().hear().await.specs().len(), 30);
}

#[tokio::test]
async fn after_a_lost_answer_no_refusal_is_taken_for_the_outcome() {
    let kind = |name: &str| format!("com.amazonaws.dynamodb.v20120810#{name}");
    let throttled_twice = json!({"__type": kind("ThrottlingException"), "message": "slow down"});
    let conflict = json!({"__type": kind("TransactionCanceledException"), "message": "cancelled",
        "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}]});
    for refusal in [throttled_twice, conflict] {
        let world = World::new().await;
        world
            .store
            .put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice)
            .await
            .unwrap();
        let sent = AtomicU32::new(0);
        world.wire.on(move |operation, request| match operation {
            "TransactWriteItems" => match sent.fetch_add(1, Ordering::Relaxed) {
                0 => Fate::AnswerLost,
                1 => Fate::Answer(400, refusal.clone()),
                _ => Fate::Pass,
            },
            // The proof cannot be read at once either.
            _ if sent.load(Ordering::Relaxed) == 1 && request.to_string().contains("|A|") => Fate::Lost,
            _ => Fate::Pass,
        });
        let armed = world.wired().arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap();
        assert_eq!(world.store.status(&world.env).await.unwrap().generation, armed.generation);
        assert_eq!(arms(&world).await, 1);
    }
}
