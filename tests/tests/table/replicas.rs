//! Old answers, restored backups, copies of HEAD, and what a poll costs.

use crate::wire::{Exchange, Fate};
use crate::world::*;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::decide::SkipReason;
use chaos_core::table::{Expected, Scope};
use serde_json::{Value, json};
use std::time::Duration;

/// What the engine says to a strong read of HEAD.
async fn head_answer(world: &World) -> Value {
    let get = json!({"TableName": TABLE, "Key": {"pk": {"S": "mc1|staging|HEAD"}, "sk": {"S": "0"}}});
    let answer = world.engine.call("GetItem", get.to_string().into_bytes()).await;
    serde_json::from_slice(&answer.body).unwrap()
}

/// Answers eventually consistent reads with an old HEAD.
fn serve_old(world: &World, old: Value) {
    world.wire.on(move |operation, request| match operation {
        "GetItem" if request["ConsistentRead"] != json!(true) => Fate::Answer(200, old.clone()),
        _ => Fate::Pass,
    });
}

fn units(exchange: &Exchange) -> f64 {
    exchange.response["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap()
}

#[tokio::test]
async fn an_old_answer_is_ignored() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let old = head_answer(&world).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.store.disarm(&world.env, &id("orders"), &world.alice, "enough").await.unwrap();
    assert!(reader.hear().await.specs().is_empty());
    serve_old(&world, old);
    world.wire.log();
    assert!(reader.hear().await.specs().is_empty());
    assert_eq!(world.wire.log().len(), 1, "one strong read settles it");
    assert!(reader.problems().is_empty());
}

#[tokio::test]
async fn the_first_answer_is_not_an_old_one() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let old = head_answer(&world).await;
    world.store.disarm(&world.env, &id("orders"), &world.alice, "enough").await.unwrap();
    serve_old(&world, old);
    assert!(world.reader().hear().await.specs().is_empty());
}

#[tokio::test]
async fn a_halt_that_may_be_old_is_taken_until_it_is_known() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    let mut halted = head_answer(&world).await;
    halted["Item"]["halted"] = json!({"BOOL": true});
    // The strong read that would settle it is not answered.
    world.wire.on(move |_, request| match request["ConsistentRead"] == json!(true) {
        true => Fate::Lost,
        false => Fate::Answer(200, halted.clone()),
    });
    assert!(reader.poll().await.error.is_some());
    assert_eq!(reader.put_record(), Err(SkipReason::Halted));
}

#[tokio::test]
async fn a_restored_backup_injects_nothing_until_a_write_passes_what_was_seen() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let backup = world.head().await;
    world.clock.advance(Duration::from_secs(60));
    world.store.disarm(&world.env, &id("orders"), &world.alice, "enough").await.unwrap();
    let mut reader = world.reader();
    reader.hear().await;

    world.put(backup).await;
    assert!(reader.hear().await.specs().is_empty());
    assert!(reader.problems()[0].contains("restored from a backup?"), "{:?}", reader.problems());
    // The next write follows the clock, and so passes what was seen.
    world.armed(&throttled("other")).await;
    assert_eq!(reader.hear().await.specs(), ["orders/throttled", "other/throttled"]);
    assert!(reader.problems().is_empty());
}

#[tokio::test]
async fn an_answer_of_before_the_restore_does_not_make_it_whole() {
    let world = World::new().await;
    let orders = throttled("orders");
    world.store.put_definition(&world.env, &orders, Expected::Any, &world.alice).await.unwrap();
    let backup = world.head().await;
    world.arm("orders").await;
    let before = head_answer(&world).await;
    let mut reader = world.reader();
    assert!(reader.hear().await.put_record().is_ok());
    world.put(backup).await;
    assert!(reader.hear().await.specs().is_empty());
    serve_old(&world, before);
    assert!(reader.hear().await.specs().is_empty());
    assert_eq!(reader.problems().len(), 1);
}

#[tokio::test]
async fn an_older_table_that_was_answered_by_mistake_is_forgotten() {
    let world = World::new().await;
    let orders = throttled("orders");
    world.store.put_definition(&world.env, &orders, Expected::Any, &world.alice).await.unwrap();
    let older = head_answer(&world).await;
    world.arm("orders").await;
    let mut reader = world.reader();
    assert!(reader.hear().await.put_record().is_ok());
    world.wire.on(move |_, _| Fate::Answer(200, older.clone()));
    assert!(reader.hear().await.specs().is_empty());
    world.wire.pass();
    assert!(reader.hear().await.put_record().is_ok(), "a strong read says that it is what was seen");
    assert!(reader.problems().is_empty());
}

#[tokio::test]
async fn a_steady_poll_costs_half_a_read_unit_with_fifty_scenarios_armed() {
    let world = World::new().await;
    for number in 0..50 {
        world.armed(&throttled(&format!("kinesis-throttled-{number:02}"))).await;
    }
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.specs().len(), 50);
    world.wire.log();
    for _ in 0..20 {
        world.clock.advance(POLL);
        reader.hear().await;
    }
    let log = world.wire.log();
    let (polls, others): (Vec<_>, Vec<_>) = log.iter().partition(|exchange| exchange.operation == "GetItem");
    assert_eq!(polls.len(), 20);
    assert_eq!(polls.iter().map(|exchange| units(exchange)).sum::<f64>(), 10.0);
    // Looking for edits, now and then.
    assert!(others.iter().all(|exchange| units(exchange) == 0.5), "{others:?}");
}

#[tokio::test]
async fn a_change_costs_one_query_whatever_was_published_before() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    for _ in 0..29 {
        world.arm("orders").await;
    }
    world.armed(&throttled("other")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.arm("orders").await;
    assert_eq!(world.partition("*").await.len(), 32, "old revisions wait for their time to live");
    world.wire.log();
    reader.hear().await;
    let costs: Vec<_> =
        world.wire.log().iter().map(|entry| (entry.operation.clone(), units(entry))).collect();
    assert_eq!(costs, [("GetItem".to_owned(), 0.5), ("Query".to_owned(), 1.0)]);
}

/// Something is armed, and HEAD has a copy.
async fn with_a_copy(world: &World) {
    world.armed(&throttled("orders")).await;
    world.edit_head(|head| drop(head.insert("shards".to_owned(), number(2)))).await;
    let mut copy = world.head().await;
    copy.insert("pk".to_owned(), text("mc1|staging|HEAD|01"));
    world.put(copy).await;
}

/// A reader that reads the copy.
async fn reader_of_a_copy(world: &World) -> Follower {
    with_a_copy(world).await;
    let mut reader = world.reader();
    for _ in 0..20 {
        reader.hear().await;
    }
    assert!(reader.put_record().is_ok());
    reader
}

#[tokio::test]
async fn a_sound_copy_does_not_make_up_for_a_broken_head() {
    let world = World::new().await;
    let mut reader = reader_of_a_copy(&world).await;
    world.edit_head(|head| drop(head.remove("act"))).await;
    for _ in 0..16 {
        reader.hear().await;
    }
    for _ in 0..32 {
        reader.hear().await;
        assert!(reader.put_record().is_err(), "{:?}", reader.problems());
    }
}

/// A scenario that is gone from HEAD by hand comes back by no old answer, also
/// while what is new is still to be loaded.
#[tokio::test]
async fn old_answers_are_doubted_while_something_is_loaded() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.clock.advance(POLL);
    world.armed(&throttled("other")).await;
    world.wire.log();
    world.reader().hear().await;
    let log = world.wire.log();
    let stale = log.iter().find(|one| one.operation == "GetItem").unwrap().response.clone();
    world
        .edit_head(|head| {
            let Some(AttributeValue::M(act)) = head.get_mut("act") else { panic!("no map") };
            act.remove("orders");
        })
        .await;
    world.wire.on(|operation, _| if operation == "Query" { Fate::Lost } else { Fate::Pass });
    assert!(reader.poll().await.error.is_some() || reader.poll().await.error.is_some());
    assert_eq!(reader.specs(), Vec::<String>::new());
    world.wire.on(move |operation, request| match operation {
        "GetItem" if request["ConsistentRead"] != json!(true) => Fate::Answer(200, stale.clone()),
        _ => Fate::Pass,
    });
    reader.poll().await;
    reader.poll().await;
    assert_eq!(reader.specs(), ["other/throttled"]);
}

#[tokio::test]
async fn copies_are_read_and_head_itself_is_believed() {
    let world = World::new().await;
    with_a_copy(&world).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.wire.log();
    for _ in 0..32 {
        reader.hear().await;
    }
    let keys: Vec<_> = world.wire.log().iter().map(|entry| entry.request["Key"]["pk"]["S"].clone()).collect();
    assert_eq!(keys.iter().filter(|key| **key == json!("mc1|staging|HEAD|01")).count(), 30);

    // The writer keeps the copies in step.
    let report = world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert_eq!(report.copies.iter().map(|copy| copy.copy).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    world.store.resume(&Scope::Everywhere, "over", &world.alice).await.unwrap();
    world.armed(&throttled("orders")).await;
    assert!(reader.hear().await.put_record().is_ok());

    // By hand, HEAD itself is halted; a reader of the copy hears it within 16 polls, for good.
    world.edit_head(|head| drop(head.insert("halted".to_owned(), AttributeValue::Bool(true)))).await;
    for _ in 0..16 {
        reader.hear().await;
    }
    for _ in 0..4 {
        assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    }
}

#[tokio::test]
async fn writes_cost_what_the_document_says() {
    let world = World::new().await;
    let specs: Vec<_> = (0..3).map(|n| spec(&format!("s{n}"), "ThrottlingException")).collect();
    let scenario = scenario("orders", json!(specs));
    let store = world.wired();
    store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await.unwrap();
    let cost = || {
        let log = world.wire.log();
        let writes = log.iter().filter(|exchange| exchange.operation == "TransactWriteItems");
        let of = |exchange: &Exchange| exchange.response["ConsumedCapacity"][0]["CapacityUnits"].as_f64();
        writes.map(|exchange| of(exchange).unwrap()).sum::<f64>()
    };
    cost();
    store.arm(&world.env, &scenario.id, &world.arm_for(POLL)).await.unwrap();
    assert_eq!(cost(), 8.0);
    store.halt(&Scope::Environment(world.env.clone()), "smoke", &world.alice).await.unwrap();
    assert_eq!(cost(), 6.0);
}
