//! Making and describing the table.

use crate::world::*;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType};
use chaos_core::table::{StoreError, TableOptions};

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
