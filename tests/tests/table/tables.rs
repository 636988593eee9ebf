//! Making and describing the table.

use crate::backend::needs_engine_in_process;
use crate::wire::Fate;
use crate::world::*;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType};
use chaos_core::table::{StoreError, TableOptions};
use serde_json::json;

#[tokio::test]
async fn a_table_is_made_once() {
    let world = World::without_table();
    assert!(matches!(world.store.describe().await, Err(StoreError::TableMissing { .. })));
    assert!(world.store.create_table(TableOptions::embedded()).await.unwrap().created);
    world.armed(&throttled("orders")).await;
    assert!(!world.store.create_table(TableOptions::embedded()).await.unwrap().created);
    assert_eq!(world.store.status(&world.env).await.unwrap().armed.len(), 1);
    let table = world.store.describe().await.unwrap();
    assert_eq!((table.name.as_str(), table.status.as_str()), (TABLE, "ACTIVE"));
    assert!(table.problems.is_empty(), "{:?}", table.problems);
    assert_eq!(table.keys, "pk (S), sk (S)");
    assert!(table.on_demand && table.expires == Some(true) && !table.protected, "{table:?}");
    if !needs_engine_in_process("others have backups") {
        assert_eq!(table.recovery, None, "the embedded engine has none");
        assert_eq!(table.advice.len(), 1, "{:?}", table.advice);
    }
}

#[tokio::test]
async fn environments_and_copies_of_head_are_described() {
    let world = World::new().await;
    assert!(world.store.describe().await.unwrap().environments.is_empty());
    world.armed(&throttled("orders")).await;
    world.edit_head(|head| drop(head.insert("shards".to_owned(), number(3)))).await;
    let table = world.store.describe().await.unwrap();
    let [staging] = &table.environments[..] else { panic!("{table:?}") };
    assert_eq!((staging.name.as_str(), staging.armed, staging.halted), ("staging", 1, false));
    assert_eq!((staging.copies, &staging.behind[..]), (3, &[1, 2][..]));
    assert!(table.problems[0].contains("the next write makes them whole"), "{:?}", table.problems);

    world.clock.advance(POLL);
    world.armed(&throttled("payments")).await;
    let table = world.store.describe().await.unwrap();
    assert!(table.environments[0].behind.is_empty() && table.problems.is_empty(), "{table:?}");

    world.edit_head(|head| drop(head.remove("act"))).await;
    let table = world.store.describe().await.unwrap();
    assert_eq!(table.environments[0].generation, None);
    assert!(table.problems[0].contains("`monkeyless halt`"), "{:?}", table.problems);
    // And so it is mended.
    let everywhere = chaos_core::table::Scope::Everywhere;
    world.clock.advance(POLL);
    world.store.halt(&everywhere, "broken", &world.alice).await.unwrap();
    world.store.resume(&everywhere, "mended", &world.alice).await.unwrap();
    let table = world.store.describe().await.unwrap();
    assert!(table.problems.is_empty(), "{:?}", table.problems);
}

#[tokio::test]
async fn what_may_not_be_asked_is_left_open_and_told() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    world.wire.on(|operation, _| match operation {
        "DescribeTable" => Fate::Pass,
        _ => Fate::Answer(400, json!({"__type": "x#AccessDeniedException", "message": "no"})),
    });
    let table = world.wired().describe().await.unwrap();
    assert_eq!((table.expires, table.recovery, table.environments.len()), (None, None, 0));
    assert!(table.problems.is_empty() && table.advice.len() == 3, "{table:?}");
}

#[tokio::test]
async fn backups_are_left_out_where_there_is_no_such_thing() {
    if needs_engine_in_process("others have backups") {
        return;
    }
    let world = World::without_table();
    let made = world.store.create_table(TableOptions::default()).await.unwrap();
    assert!(made.created && made.no_backups);
    assert!(world.store.describe().await.unwrap().problems.is_empty());
}

#[tokio::test]
async fn another_table_is_left_alone() {
    let world = World::without_table();
    let string = AttributeDefinition::builder().attribute_name("id").attribute_type("S".into());
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let create =
        world.engine.client().create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let create = create.attribute_definitions(string.build().unwrap()).key_schema(key.build().unwrap());
    create.send().await.unwrap();
    let refused = world.store.create_table(TableOptions::embedded()).await;
    assert!(matches!(refused, Err(StoreError::Refused { .. })), "{refused:?}");
    assert_eq!(world.store.describe().await.unwrap().problems.len(), 2);
}
