//! The embedded table, as AWS SDK clients and other processes see it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod errors;
mod folder;
mod in_process;
mod listener;
mod stopping;

use std::{collections::HashMap, net::SocketAddr};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType},
};
use chaos_control::embedded::{
    Engine,
    listener::{Access, ServeError, serve},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

type Item = HashMap<String, AttributeValue>;

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn number(value: u32) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// An item of the table `items` with its key and an `n`.
fn item(pk: &str, n: u32) -> Item {
    let mut item = key(pk);
    item.insert("n".into(), number(n));
    item
}

fn key(pk: &str) -> Item {
    HashMap::from([("pk".into(), text(pk)), ("sk".into(), text("0"))])
}

/// Makes the table `items`, keyed as the project's own.
async fn create_table(client: &Client) {
    let mut create = client.create_table().table_name("items").billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        let string = AttributeDefinition::builder().attribute_name(name).attribute_type("S".into());
        let part = KeySchemaElement::builder().attribute_name(name).key_type(kind);
        create = create.attribute_definitions(string.build().unwrap()).key_schema(part.build().unwrap());
    }
    create.send().await.unwrap();
}

/// A client of an engine of its own, with the table `items`.
async fn memory() -> (Engine, Client) {
    let engine = Engine::memory().unwrap();
    let client = engine.client();
    create_table(&client).await;
    (engine, client)
}

/// A listener that serves an engine.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
}

impl Server {
    async fn start(engine: &Engine, access: Access) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let engine = engine.clone();
        let shutdown = async move { stopped.await.unwrap_or_default() };
        let served = tokio::spawn(serve(listener, engine, access, shutdown));
        Self { address, stop, served }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client that knows the listener's address and nothing else.
    fn client(&self, engine: &Engine) -> Client {
        let http = aws_smithy_http_client::Builder::new().build_http();
        let config = engine.sdk_config().into_builder().http_client(http).endpoint_url(self.url());
        Client::new(&config.build())
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }
}
