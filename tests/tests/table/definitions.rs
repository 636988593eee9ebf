//! Scenarios as their authors edit them.

use crate::world::*;
use chaos_core::spec::Scenario;
use chaos_core::table::{Actor, Definition, Expected, StoreError};
use serde_json::json;

/// The current scenario that a conflict tells.
fn current<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Option<Box<Definition>> {
    match result {
        Err(StoreError::Conflict { current }) => current,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_scenario_is_read_as_it_was_written() {
    let world = World::new().await;
    let scenario = Scenario::from_toml(
        r#"
        id = "everything"
        description = "all there is"
        hypothesis = "it holds"
        [[spec]]
        id = "a"
        target = { function = "checkout-*", service = "kinesis", operation = ["PutRecord"], attempt = "1..3", label = { user = "test-*" } }
        fault = { latency = { median = "80ms", p99 = "2s" }, error = { name = "X", message = "no", status = 503, fields = { n = 1, f = 0.25, z = {} } } }
        when = { rate = "0.0001%", skip = 2, every = 3, max = 9007199254740993, ramp = "5m" }
        [[spec]]
        id = "b"
        target = { everything = true }
        fault = { status = { code = 503, headers = { Retry-After = "1" }, body = "" } }
        when = { rate = 0.1 }
        "#,
    )
    .unwrap();
    let stored =
        world.store.put_definition(&world.env, &scenario, Expected::Absent, &world.alice).await.unwrap();
    assert!(stored.created);
    let read = world.store.definition(&world.env, &scenario.id).await.unwrap();
    assert_eq!(read.scenario, scenario);
    assert_eq!((read.version, read.by.as_str()), (stored.version, "alice"));
    assert_eq!(world.store.definitions(&world.env).await.unwrap().found, [read]);

    world.armed(&throttled("other")).await;
    world.arm("everything").await;
    let mut reader = world.reader_of("checkout-eu");
    let specs = reader.hear().await.reader.snapshot().specs.clone();
    let published: Vec<_> = specs.iter().filter(|spec| spec.scenario() == "everything").collect();
    assert_eq!(
        published.iter().map(|spec| &spec.spec).collect::<Vec<_>>(),
        scenario.spec.iter().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn an_edit_says_what_it_expects() {
    let world = World::new().await;
    let put = async |expected| {
        world.store.put_definition(&world.env, &throttled("orders"), expected, &world.alice).await
    };
    assert!(current(put(Expected::Version(7)).await).is_none());
    let first = put(Expected::Absent).await.unwrap();
    assert_eq!(current(put(Expected::Absent).await).unwrap().version, first.version);
    let second = put(Expected::Version(first.version)).await.unwrap();
    assert!(second.version > first.version && !second.created);
    let conflict = put(Expected::Version(first.version)).await;
    let told = conflict.as_ref().unwrap_err().to_string();
    assert!(told.contains(&format!("version {}, by alice", second.version)), "{told}");
    assert_eq!(current(conflict).unwrap().version, second.version);
    assert!(put(Expected::Any).await.unwrap().version > second.version);
}

#[tokio::test]
async fn a_version_does_not_come_back_after_a_removal() {
    let world = World::new().await;
    let (store, env) = (&world.store, &world.env);
    let first = store.put_definition(env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    let gone = store.delete_definition(env, &id("orders"), Expected::Version(first.version + 1)).await;
    assert!(current(gone).is_some());
    store.delete_definition(env, &id("orders"), Expected::Version(first.version)).await.unwrap();
    let gone = store.delete_definition(env, &id("orders"), Expected::Any).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
    assert!(matches!(store.definition(env, &id("orders")).await, Err(StoreError::NotFound { .. })));
    world.clock.set_wall("2026-11-23T12:00:00.124Z".parse().unwrap());
    let again =
        store.put_definition(env, &throttled("orders"), Expected::Absent, &world.alice).await.unwrap();
    assert!(again.version > first.version);
}

#[tokio::test]
async fn an_armed_scenario_is_not_removed_and_a_disarmed_one_is() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let refused = world.store.delete_definition(&world.env, &id("orders"), Expected::Any).await;
    assert!(matches!(refused, Err(StoreError::Refused { .. })), "{refused:?}");
    // Once its time is over it is not armed, though HEAD still has it.
    world.clock.advance(std::time::Duration::from_secs(600));
    world.store.delete_definition(&world.env, &id("orders"), Expected::Any).await.unwrap();
    let missing = world.store.arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound { .. }), "{missing}");
}

#[tokio::test]
async fn what_does_not_fit_into_an_item_is_refused() {
    let world = World::new().await;
    let body = "x".repeat(60_000);
    let specs: Vec<_> = (0..7)
        .map(|n| {
            json!({"id": format!("s{n}"), "target": {"service": "kinesis"},
            "fault": {"status": {"code": 503, "body": body}}, "when": {"rate": "100%"}})
        })
        .collect();
    let put = async |specs: &[serde_json::Value]| {
        let scenario = scenario("large", json!(specs));
        world.store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await
    };
    let refused = put(&specs).await.unwrap_err().to_string();
    assert!(refused.contains("make several scenarios of it"), "{refused}");
    put(&specs[..6]).await.unwrap();
    world.arm("large").await;
    assert_eq!(world.reader().hear().await.specs().len(), 6);
}

#[tokio::test]
async fn definitions_are_listed_over_many_pages_and_the_faulty_are_named() {
    let world = World::new().await;
    let specs: Vec<_> = (0..6)
        .map(|n| {
            json!({"id": format!("s{n}"), "target": {"service": "kinesis"},
            "fault": {"status": {"code": 503, "body": "x".repeat(60_000)}}, "when": {"rate": "100%"}})
        })
        .collect();
    for name in ["a", "b", "c", "d", "e"] {
        let scenario = scenario(name, json!(specs));
        world.store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await.unwrap();
    }
    let mut item = world.item("mc1|staging|D", "SCN|c").await.unwrap();
    item.insert("scenario".to_owned(), map([("id", text("c"))]));
    world.put(item).await;
    let all = world.store.definitions(&world.env).await.unwrap();
    assert_eq!(
        all.found.iter().map(|found| found.scenario.id.as_str()).collect::<Vec<_>>(),
        ["a", "b", "d", "e"]
    );
    assert!(all.problems[0].contains("sk = \"SCN|c\""), "{:?}", all.problems);
    assert!(matches!(world.store.definition(&world.env, &id("c")).await, Err(StoreError::Unreadable { .. })));
    // It can be written anew.
    world.store.put_definition(&world.env, &throttled("c"), Expected::Any, &world.alice).await.unwrap();
    assert_eq!(world.store.definitions(&world.env).await.unwrap().found.len(), 5);
}

#[tokio::test]
async fn environments_do_not_know_each_other() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let other = id("production");
    assert!(world.store.definitions(&other).await.unwrap().found.is_empty());
    assert!(matches!(world.store.status(&other).await, Err(StoreError::NotFound { .. })));
    assert!(matches!(
        world.store.disarm(&other, &id("orders"), &world.alice, "").await,
        Err(StoreError::NotFound { .. })
    ));
    assert!(world.store.head(&other, chaos_core::table::Consistency::Strong).await.unwrap().is_none());
}

#[test]
fn actors_are_names() {
    assert!(
        Actor::new(" ").is_none() && Actor::new("a\nb").is_none() && Actor::new(&"x".repeat(257)).is_none()
    );
}
