//! The database of the functions. In a real setup it is DynamoDB, and has as
//! little to do with the table of Monkeyless Chaos.

use super::ANY;
use crate::failure::Failure;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, DisplayErrorContext};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use chaos_control::embedded::Engine;
use chaos_control::embedded::listener::{self, Access};
use std::fmt;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

const TABLES: [&str; 2] = ["orders", "figures"];

/// A DynamoDB engine on a port of its own, until this is dropped.
pub(super) struct Database {
    address: SocketAddr,
    _serving: oneshot::Sender<()>,
}

impl Database {
    pub(super) async fn start() -> Result<Self, Failure> {
        let engine = Engine::memory()?;
        for table in TABLES {
            create(&engine.client(), table).await?;
        }
        let listener = TcpListener::bind(ANY).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (serving, dropped) = oneshot::channel::<()>();
        let until_dropped = async move { drop(dropped.await) };
        tokio::spawn(listener::serve(listener, engine, Access::Full, until_dropped));
        Ok(Self { address, _serving: serving })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn create(client: &Client, table: &str) -> Result<(), Failure> {
    let (id, key) = key().map_err(failed)?;
    let create = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    let created = create.attribute_definitions(id).key_schema(key).send().await;
    created.map(drop).map_err(|error| failed(DisplayErrorContext(error)))
}

/// Items are found by a text, `id`.
fn key() -> Result<(AttributeDefinition, KeySchemaElement), BuildError> {
    let id = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    Ok((id.build()?, key.build()?))
}

fn failed(error: impl fmt::Display) -> Failure {
    Failure::Database(error.to_string())
}
