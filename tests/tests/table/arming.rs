//! Arming and disarming, as the reader of an application sees them.

use crate::world::*;
use chaos_core::clock::Clock;
use chaos_core::decide::SkipReason;
use chaos_core::table::{Consistency, Deed, Expected, StoreError};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const THROTTLED: &str = "ProvisionedThroughputExceededException";

#[tokio::test]
async fn a_scenario_is_stored_then_armed_then_disarmed() {
    let world = World::new().await;
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.problems(), ["the environment `staging` is not in the table"]);

    let scenario = throttled("orders");
    world.store.put_definition(&world.env, &scenario, Expected::Absent, &world.alice).await.unwrap();
    assert!(reader.hear().await.specs().is_empty());
    assert!(reader.problems().is_empty());

    let armed = world.armed(&scenario).await;
    assert_eq!((armed.specs, armed.since), (1, world.clock.now().wall));
    assert_eq!(armed.until, world.clock.now().wall + Duration::from_secs(600));
    assert_eq!(reader.put_record(), Err(SkipReason::NoMatch), "not before it is heard");
    assert_eq!(reader.hear().await.put_record().as_deref(), Ok(THROTTLED));
    assert_eq!(reader.reader.snapshot().generation, armed.generation);

    let disarmed = world.store.disarm(&world.env, &scenario.id, &world.alice, "enough").await.unwrap();
    assert!(disarmed.was_armed && disarmed.generation > armed.generation);
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::NoMatch));
    let again = world.store.disarm(&world.env, &scenario.id, &world.alice, "enough").await.unwrap();
    assert_eq!((again.was_armed, again.generation), (false, disarmed.generation));
}

#[tokio::test]
async fn two_scenarios_that_match_the_same_call_are_both_there() {
    let world = World::new().await;
    let slow = scenario(
        "slow",
        json!([{"id": "slow", "target": {"service": "kinesis"},
        "fault": {"latency": "200ms"}, "when": {"rate": "100%"}}]),
    );
    let mut reader = world.reader();
    world.armed(&throttled("orders")).await;
    let before = reader.hear().await.reader.snapshot().specs.clone();
    world.armed(&slow).await;
    assert_eq!(reader.hear().await.specs(), ["orders/throttled", "slow/slow"]);
    assert_eq!(reader.put_record().as_deref(), Ok(THROTTLED));
    let kept = &reader.reader.snapshot().specs;
    assert!(kept.iter().any(|spec| Arc::ptr_eq(spec, &before[0])), "a scenario that did not change is kept");
}

#[tokio::test]
async fn counters_go_on_while_others_change() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await.put_record().unwrap();
    world.armed(&throttled("other")).await;
    reader.hear().await;
    let spec = reader.reader.snapshot().specs.iter().find(|spec| spec.scenario() == "orders").unwrap();
    assert_eq!(spec.state.injected(), 1);
}

#[tokio::test]
async fn the_deadline_counts_to_the_millisecond() {
    let world = World::new().await;
    let scenario = throttled("orders");
    world.store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await.unwrap();
    let time = Duration::from_millis(20_250);
    world.store.arm(&world.env, &scenario.id, &world.arm_for(time)).await.unwrap();
    let mut reader = world.reader();
    world.clock.advance(Duration::from_millis(777));
    reader.hear().await;
    world.clock.advance(time - Duration::from_millis(778));
    assert_eq!(reader.put_record().as_deref(), Ok(THROTTLED));
    world.clock.advance(Duration::from_millis(1));
    assert!(matches!(reader.put_record(), Err(SkipReason::Expired { .. })), "{:?}", reader.put_record());
    // What is over is dropped, so that calls cost nothing again.
    assert!(reader.hear().await.specs().is_empty());
    assert!(world.store.status(&world.env).await.unwrap().armed.is_empty());
}

#[tokio::test]
async fn a_clock_that_is_set_back_prolongs_nothing() {
    let world = World::new().await;
    let armed = world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.clock.advance(Duration::from_secs(600));
    assert!(reader.hear().await.specs().is_empty());
    world.clock.set_wall(armed.since);
    // A change makes the reader compare everything anew.
    world.armed(&throttled("other")).await;
    assert_eq!(reader.hear().await.specs(), ["other/throttled"]);
}

#[tokio::test]
async fn an_edit_of_an_armed_scenario_is_refused_or_rearms() {
    let world = World::new().await;
    let armed = world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.clock.advance(Duration::from_secs(60));
    let edited = scenario("orders", json!([spec("throttled", "KMSThrottlingException")]));

    let version = Expected::Version(armed.version);
    let refused = world.store.put_definition(&world.env, &edited, version, &world.alice).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("`orders` is armed until 2026-11-23T12:10:00.123Z"), "{refused}");
    assert_eq!(reader.hear().await.put_record().as_deref(), Ok(THROTTLED));

    let again = world.store.rearm(&world.env, &edited, version, &world.alice, "worse").await.unwrap();
    assert_eq!(again.until, armed.until, "the deadline stays");
    assert!(again.version > armed.version && again.revision > armed.revision);
    assert_eq!(reader.put_record().as_deref(), Ok(THROTTLED));
    assert_eq!(reader.hear().await.put_record().as_deref(), Ok("KMSThrottlingException"));
    let stored = world.store.definition(&world.env, &edited.id).await.unwrap();
    assert_eq!((stored.scenario, stored.version), (edited.clone(), again.version));

    world.store.disarm(&world.env, &edited.id, &world.alice, "enough").await.unwrap();
    let refused = world.store.rearm(&world.env, &edited, Expected::Any, &world.alice, "again").await;
    assert!(matches!(refused, Err(StoreError::Refused { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_definition_edited_by_hand_is_inert_until_armed_anew() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    let mut item = world.item("mc1|staging|D", "SCN|orders").await.unwrap();
    let spec = first(member(item.get_mut("scenario").unwrap(), "spec"));
    *member(member(spec, "fault"), "error") = map([("name", text("KMSThrottlingException"))]);
    item.insert("v".to_owned(), number(1));
    world.put(item).await;
    assert_eq!(reader.hear().await.put_record().as_deref(), Ok(THROTTLED));
    let armed =
        world.store.arm(&world.env, &id("orders"), &world.arm_for(Duration::from_secs(5))).await.unwrap();
    assert_eq!(reader.hear().await.put_record().as_deref(), Ok("KMSThrottlingException"));
    assert_eq!(armed.version, 1);
}

#[tokio::test]
async fn only_the_expected_version_is_armed() {
    let world = World::new().await;
    let scenario = throttled("orders");
    let stored =
        world.store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await.unwrap();
    let mut arm = world.arm_for(Duration::from_secs(60));
    arm.expected_version = Some(stored.version - 1);
    let conflict = world.store.arm(&world.env, &scenario.id, &arm).await.unwrap_err();
    let StoreError::Conflict { current: Some(current) } = conflict else { panic!("{conflict}") };
    assert_eq!(current.version, stored.version);
    arm.expected_version = Some(stored.version);
    world.store.arm(&world.env, &scenario.id, &arm).await.unwrap();
}

#[tokio::test]
async fn functions_load_what_concerns_them() {
    let world = World::new().await;
    let target = |function: serde_json::Value| json!({"service": "kinesis", "function": function});
    let spec = |name, function| json!({"id": name, "target": target(function), "fault": {"error": THROTTLED}, "when": {"rate": "100%"}});
    let scenario = scenario(
        "mixed",
        json!([
            spec("one", json!("checkout")),
            spec("two", json!(["checkout", "odd|name"])),
            spec("wild", json!("check*")),
            {"id": "any", "target": {"service": "kinesis"}, "fault": {"error": THROTTLED}, "when": {"rate": "100%"}},
        ]),
    );
    world.armed(&scenario).await;
    for (function, expected) in [
        ("checkout", vec!["mixed/any", "mixed/one", "mixed/two", "mixed/wild"]),
        ("odd|name", vec!["mixed/any", "mixed/two"]),
        ("checkers", vec!["mixed/any", "mixed/wild"]),
        ("reports", vec!["mixed/any"]),
    ] {
        let mut reader = world.reader_of(function);
        assert_eq!(reader.hear().await.specs(), expected, "{function}");
    }
    assert_eq!(world.partition("f|checkout").await.len(), 2);
    assert_eq!(world.partition("f|odd%7Cname").await.len(), 1);
    assert_eq!(world.partition("*").await.len(), 2);
}

#[tokio::test]
async fn the_audit_tells_every_act() {
    let world = World::new().await;
    let armed = world.armed(&throttled("orders")).await;
    world.store.disarm(&world.env, &id("orders"), &world.alice, "enough").await.unwrap();
    let audit = world.store.audit(&world.env, world.clock.now().wall).await.unwrap();
    let deeds: Vec<_> = audit.iter().map(|entry| (entry.deed, entry.why.as_str())).collect();
    assert_eq!(deeds, [(Deed::Create, "first use"), (Deed::Arm, "game day"), (Deed::Disarm, "enough")]);
    assert_eq!((audit[1].revision, audit[1].until), (Some(armed.revision), Some(armed.until)));
    assert_eq!((audit[2].revision, audit[2].by.as_str()), (Some(armed.revision), "alice"));
    let head = world.store.head(&world.env, Consistency::Strong).await.unwrap().unwrap();
    assert_eq!(audit[2].generation, head.generation);
}

#[tokio::test]
async fn what_was_resolved_when_published_is_what_is_injected() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut item = world.partition("*").await.remove(0);
    let wire = item.get_mut("wire").unwrap();
    let aws_sdk_dynamodb::types::AttributeValue::M(wire) = wire else { panic!() };
    assert_eq!((&wire["code"], &wire["status"]), (&text(THROTTLED), &number(400)));
    // As a publisher would write it that knows more than this build.
    wire.insert("code".to_owned(), text("KinesisThroughput.New"));
    wire.insert("status".to_owned(), number(503));
    world.put(item).await;
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.put_record().as_deref(), Ok("KinesisThroughput.New"));
}
