//! The compiled-in caps, and what an arming must say.

use crate::world::*;
use chaos_core::caps;
use chaos_core::table::{Expected, StoreError};
use serde_json::json;
use std::time::Duration;

fn refusal<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Refused { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_fifty_first_scenario_is_not_armed() {
    let world = World::new().await;
    let (store, env) = (&world.store, &world.env);
    for number in 0..51 {
        let scenario = throttled(&format!("s{number}"));
        store.put_definition(env, &scenario, Expected::Any, &world.alice).await.unwrap();
    }
    store.arm(env, &id("s0"), &world.arm_for(Duration::from_secs(60))).await.unwrap();
    for number in 1..50 {
        world.arm(&format!("s{number}")).await;
    }
    let refused = store.arm(env, &id("s50"), &world.arm_for(POLL)).await;
    assert!(refusal(refused).starts_with("50 scenarios are armed already"));
    // Anew is not another one.
    world.arm("s1").await;
    // One whose time is over makes room.
    world.clock.advance(Duration::from_secs(60));
    world.arm("s50").await;
    let head = store.head(env, chaos_core::table::Consistency::Strong).await.unwrap().unwrap();
    assert!(!head.armed.contains_key(&id("s0")) && head.armed.len() == 50);
}

#[tokio::test]
async fn no_more_specs_are_armed_than_a_process_may_hold() {
    let world = World::new().await;
    world.armed(&throttled("many")).await;
    let two = scenario("two", json!([spec("a", "X"), spec("b", "X")]));
    world.store.put_definition(&world.env, &two, Expected::Any, &world.alice).await.unwrap();
    let arm = async || world.store.arm(&world.env, &two.id, &world.arm_for(POLL)).await;

    world.edit_head(|head| *member(entry(head, "many"), "n") = number(caps::MAX_SPECS - 1)).await;
    assert!(refusal(arm().await).starts_with("10001 specs would be armed"));
    world.edit_head(|head| *member(entry(head, "many"), "n") = number(caps::MAX_SPECS - 2)).await;
    arm().await.unwrap();

    world.edit_head(|head| *member(entry(head, "many"), "b") = number(caps::MAX_SPEC_BYTES)).await;
    assert!(refusal(arm().await).contains("bytes of specs would be armed"));
}

#[tokio::test]
async fn a_reader_takes_no_more_than_it_may_hold() {
    let world = World::new().await;
    world.armed(&throttled("one")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.armed(&throttled("two")).await;
    // Written by someone who keeps to no cap.
    world.edit_head(|head| *member(entry(head, "two"), "n") = number(caps::MAX_SPECS)).await;
    world.wire.log();
    assert_eq!(reader.hear().await.specs(), ["one/throttled"]);
    assert!(reader.problems()[0].contains("10001 specs"), "{:?}", reader.problems());
    assert_eq!(world.wire.log().len(), 1, "nothing of it is even read");
}

#[tokio::test]
async fn a_reader_counts_the_bytes_that_it_gets() {
    let world = World::new().await;
    let specs: Vec<_> = (0..6)
        .map(|n| {
            json!({"id": format!("s{n}"), "target": {"service": "kinesis"},
            "fault": {"status": {"code": 503, "body": "x".repeat(60_000)}}, "when": {"rate": "100%"}})
        })
        .collect();
    for number in 0..11 {
        world.armed(&scenario(&format!("large{number}"), json!(specs))).await;
    }
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.specs().len(), 66);
    let twelfth = scenario("large11", json!(specs));
    world.store.put_definition(&world.env, &twelfth, Expected::Any, &world.alice).await.unwrap();
    let refused = world.store.arm(&world.env, &twelfth.id, &world.arm_for(POLL)).await;
    assert!(refusal(refused).contains("bytes of specs would be armed"));
    // HEAD says otherwise; the reader counts for itself.
    world.edit_head(|head| *member(entry(head, "large0"), "b") = number(0)).await;
    world.arm("large11").await;
    assert_eq!(reader.hear().await.specs().len(), 66, "what was there stays");
    assert!(reader.problems()[0].contains("72 specs of"), "{:?}", reader.problems());
}

#[tokio::test]
async fn an_arming_says_for_how_long_and_why() {
    let world = World::new().await;
    let (store, env) = (&world.store, &world.env);
    store.put_definition(env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    for time in [Duration::ZERO, caps::MAX_ARMED + Duration::from_millis(1)] {
        assert!(refusal(store.arm(env, &id("orders"), &world.arm_for(time)).await).contains("at most 12h"));
    }
    for reason in ["", "  ", &"x".repeat(4097)] {
        let mut arm = world.arm_for(POLL);
        arm.reason = reason.to_owned();
        assert!(refusal(store.arm(env, &id("orders"), &arm).await).contains("a reason of"));
    }
    store.arm(env, &id("orders"), &world.arm_for(caps::MAX_ARMED)).await.unwrap();
    assert_eq!(world.reader().hear().await.specs().len(), 1);
    // Ending it fails on no formality.
    assert!(store.disarm(env, &id("orders"), &world.alice, &"é".repeat(5000)).await.unwrap().was_armed);
}

#[tokio::test]
async fn names_of_functions_do_not_swell_head() {
    let world = World::new().await;
    let functions: Vec<_> = (0..90).map(|n| format!("function-with-a-name-{n}")).collect();
    let wide = json!([{"id": "wide", "target": {"service": "kinesis", "function": functions},
        "fault": {"latency": "1s"}, "when": {"rate": "100%"}}]);
    world.armed(&scenario("wide", wide)).await;
    assert_eq!(world.partition("*").await.len(), 1);
    assert_eq!(world.reader_of("function-with-a-name-7").hear().await.specs(), ["wide/wide"]);
    assert!(world.reader_of("another").hear().await.specs().is_empty());
}
