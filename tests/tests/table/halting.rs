//! The big red button.

use crate::wire::Fate;
use crate::world::*;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::clock::Clock;
use chaos_core::decide::SkipReason;
use chaos_core::table::{Consistency, Deed, Expected, Scope, StoreError};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[tokio::test]
async fn a_halt_disarms_bars_arming_and_lifting_it_restarts_nothing() {
    let world = World::new().await;
    let armed = world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    assert!(reader.hear().await.put_record().is_ok());

    let report = world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert!(report.is_complete());
    let [copy] = report.copies.as_slice() else { panic!("{report:?}") };
    assert_eq!((&copy.environment, copy.copy), (&world.env, 0));
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    let status = world.store.status(&world.env).await.unwrap();
    assert_eq!((status.halted.unwrap().why.as_str(), status.armed.len()), ("smoke", 0));

    let refused = world.store.arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap_err();
    assert!(refused.to_string().contains("halted by alice: smoke"), "{refused}");
    let again = world.store.halt(&Scope::Everywhere, "more smoke", &world.alice).await.unwrap();
    assert_eq!(again.copies[0].outcome, copy.outcome, "halted already: nothing is written");

    world.store.resume(&Scope::Everywhere, "it was toast", &world.alice).await.unwrap();
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::NoMatch), "nothing comes back");
    assert!(reader.problems().is_empty());
    let anew = world.armed(&throttled("orders")).await;
    assert!(anew.revision != armed.revision);
    assert!(reader.hear().await.put_record().is_ok());
}

#[tokio::test]
async fn a_halt_takes_effect_without_any_load() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    world.wire.log();
    reader.hear().await;
    let operations: Vec<_> = world.wire.log().into_iter().map(|exchange| exchange.operation).collect();
    assert_eq!(operations, ["GetItem"]);
}

#[tokio::test]
async fn a_halt_of_everything_covers_what_is_yet_to_come() {
    let world = World::new().await;
    world.store.put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    let later = id("production");
    world.store.put_definition(&later, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    let refused = world.store.arm(&later, &id("orders"), &world.arm_for(POLL)).await.unwrap_err();
    assert!(refused.to_string().contains("halted by alice: smoke"), "{refused}");
    assert_eq!(world.store.environments().await.unwrap(), [later.clone(), world.env.clone()]);

    let report = world.store.resume(&Scope::Everywhere, "over", &world.alice).await.unwrap();
    assert_eq!(report.copies.len(), 2);
    world.store.arm(&later, &id("orders"), &world.arm_for(POLL)).await.unwrap();
    let third = id("third");
    world.store.put_definition(&third, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    world.store.arm(&third, &id("orders"), &world.arm_for(POLL)).await.unwrap();
}

#[tokio::test]
async fn a_halt_may_be_narrowed_and_must_name_what_there_is() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let other = id("production");
    world.store.put_definition(&other, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    world.store.halt(&Scope::Environment(other.clone()), "smoke", &world.alice).await.unwrap();
    assert_eq!(world.store.status(&world.env).await.unwrap().armed.len(), 1);
    assert!(world.store.status(&other).await.unwrap().halted.is_some());
    let error = world.store.halt(&Scope::Environment(id("stagin")), "smoke", &world.alice).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn the_checkbox_in_the_console_halts() {
    let world = World::new().await;
    let armed = world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.edit_head(|head| drop(head.insert("halted".to_owned(), AttributeValue::Bool(true)))).await;
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));

    // Lifted by hand too, nothing comes back in a process that saw it.
    world.edit_head(|head| drop(head.insert("halted".to_owned(), AttributeValue::Bool(false)))).await;
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::NoMatch));
    assert!(reader.problems()[0].contains("armed before a halt"), "{:?}", reader.problems());
    // Nor with the next act on another scenario.
    world.armed(&throttled("other")).await;
    assert_eq!(reader.hear().await.specs(), ["other/throttled"]);
    assert_ne!(world.arm("orders").await.revision, armed.revision);
    assert_eq!(reader.hear().await.specs(), ["orders/throttled", "other/throttled"]);
}

#[tokio::test]
async fn a_halt_by_hand_is_lifted_by_the_command_and_leaves_nothing_armed() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    world.edit_head(|head| drop(head.insert("halted".to_owned(), text("yes!")))).await;
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted), "anything but false halts");
    world.store.resume(&Scope::Environment(world.env.clone()), "over", &world.alice).await.unwrap();
    assert!(world.store.status(&world.env).await.unwrap().armed.is_empty());
    assert!(world.reader().hear().await.specs().is_empty(), "nor in a process that starts now");
    assert!(reader.hear().await.specs().is_empty());
}

#[tokio::test]
async fn a_halt_by_hand_bars_an_arming_that_is_under_way() {
    let world = World::new().await;
    world.store.put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    let store = world.wired();
    let (engine, edits) = (world.engine.clone(), AtomicU32::new(0));
    // Between the writer's last look at HEAD and its flip.
    world.wire.on(move |operation, _| {
        if operation == "TransactWriteItems" && edits.fetch_add(1, Ordering::Relaxed) == 0 {
            let engine = engine.clone();
            let halt = json!({"TableName": TABLE, "Key": {"pk": {"S": "mc1|staging|HEAD"}, "sk": {"S": "0"}},
                "UpdateExpression": "SET halted = :t", "ExpressionAttributeValues": {":t": {"BOOL": true}}});
            let halted = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(engine.call("UpdateItem", halt.to_string().into_bytes())).status
            });
            assert_eq!(halted.join().unwrap(), 200);
        }
        Fate::Pass
    });
    let refused = store.arm(&world.env, &id("orders"), &world.arm_for(POLL)).await.unwrap_err();
    assert!(refused.to_string().contains("halted"), "{refused}");
}

#[tokio::test]
async fn a_broken_or_missing_head_is_halted_all_the_same() {
    for broken in [true, false] {
        let world = World::new().await;
        let armed = world.armed(&throttled("orders")).await;
        let mut reader = world.reader();
        reader.hear().await;
        world.clock.advance(Duration::from_secs(1));
        match broken {
            true => world.edit_head(|head| drop(head.insert("act".to_owned(), text("nothing")))).await,
            false => {
                let delete = world.engine.client().delete_item().table_name(TABLE);
                let delete = delete.key("pk", text("mc1|staging|HEAD")).key("sk", text("0"));
                delete.send().await.unwrap();
            }
        }
        assert_eq!(reader.hear().await.put_record(), Err(SkipReason::NoMatch));
        let report = world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
        assert!(report.is_complete(), "{report:?}");
        assert!(*report.copies[0].outcome.as_ref().unwrap() > armed.generation);
        assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    }
}

#[tokio::test]
async fn a_halt_does_not_give_way_to_writers_that_are_faster() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let store = world.wired();
    let conflict = json!({"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "cancelled", "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}]});
    world.wire.on(move |operation, _| match operation {
        "TransactWriteItems" => Fate::Answer(400, conflict.clone()),
        _ => Fate::Pass,
    });
    let report = store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    let audit = world.store.audit(&world.env, world.clock.now().wall).await.unwrap();
    let last = audit.last().unwrap();
    let head = world.store.head(&world.env, Consistency::Strong).await.unwrap().unwrap();
    assert_eq!((last.deed, last.generation), (Deed::Halt, head.generation));
    assert!(head.armed.is_empty());
}

#[tokio::test]
async fn one_failing_environment_does_not_keep_the_others_from_being_halted() {
    let world = World::new().await;
    for name in ["staging", "production", "test"] {
        let orders = throttled("orders");
        world.store.put_definition(&id(name), &orders, Expected::Any, &world.alice).await.unwrap();
    }
    let store = world.wired();
    world.wire.on(|operation, request| {
        let ours = request.to_string().contains("mc1|production|HEAD");
        if operation == "GetItem" && ours { Fate::Lost } else { Fate::Pass }
    });
    let report = store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    let failed: Vec<_> = report.copies.iter().filter(|copy| copy.outcome.is_err()).collect();
    assert_eq!((report.copies.len(), failed.len(), failed[0].environment.as_str()), (3, 1, "production"));
    assert!(!report.is_complete());
    assert!(matches!(failed[0].outcome, Err(StoreError::Unreachable { .. })));
}
