//! The engine that a test's table lies in, by `CHAOS_TEST_ENDPOINT`: absent,
//! the embedded one in this process; `http`, the same over its own listener;
//! a URL, whatever listens there. There every test has a table of its own,
//! though each of them calls it `chaos`.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use chaos_control::embedded::listener::{self, Access};
use chaos_control::embedded::{Answer, Engine};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use tokio::sync::oneshot;

use crate::world::TABLE;

#[derive(Clone)]
pub(crate) enum Backend {
    InProcess(Engine),
    Http(Arc<Remote>),
}

/// An engine behind a port.
pub(crate) struct Remote {
    url: String,
    /// What the table of this test is called there.
    table: String,
    /// A connection belongs to the runtime that it was made in, and that to a thread.
    clients: Mutex<HashMap<ThreadId, reqwest::Client>>,
    /// Dropped, the listener that was started for this test ends.
    _listener: Option<oneshot::Sender<()>>,
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backend")
    }
}

/// Where the tests' tables are to lie; `None` in this process.
pub(crate) fn endpoint() -> Option<String> {
    std::env::var("CHAOS_TEST_ENDPOINT").ok().filter(|endpoint| !endpoint.is_empty())
}

/// Whether a test is to be left out, and says so: it can only be done with the
/// engine in its own process.
#[must_use]
pub(crate) fn needs_engine_in_process(why: &str) -> bool {
    let elsewhere = endpoint();
    if let Some(endpoint) = &elsewhere {
        println!("SKIPPED at {endpoint}: {why}");
    }
    elsewhere.is_some()
}

impl Backend {
    pub(crate) fn fresh() -> Self {
        match endpoint().as_deref() {
            None => Self::InProcess(Engine::memory().unwrap()),
            Some("http") => {
                let (url, stop) = serve(Engine::memory().unwrap());
                Self::at(url, Some(stop))
            }
            Some(url) => Self::at(url.to_owned(), None),
        }
    }

    fn at(url: String, listener: Option<oneshot::Sender<()>>) -> Self {
        let table = format!("{TABLE}-{:016x}", RandomState::new().build_hasher().finish());
        Self::Http(Arc::new(Remote { url, table, clients: Mutex::default(), _listener: listener }))
    }

    pub(crate) async fn call(&self, operation: &str, body: Vec<u8>) -> Answer {
        match self {
            Self::InProcess(engine) => engine.call(operation, body).await,
            Self::Http(remote) => remote.call(operation, &body).await.unwrap(),
        }
    }

    pub(crate) fn sdk_config(&self) -> SdkConfig {
        match self {
            Self::InProcess(engine) => engine.sdk_config(),
            // Its transport is all that is taken out.
            Self::Http(_) => {
                let config = Engine::memory().unwrap().sdk_config().into_builder();
                config.http_client(self.clone()).build()
            }
        }
    }

    pub(crate) fn client(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.sdk_config())
    }
}

impl Remote {
    async fn call(&self, operation: &str, body: &[u8]) -> Result<Answer, reqwest::Error> {
        let mut request = serde_json::from_slice(body).unwrap_or(Value::Null);
        rename(&mut request, TABLE, &self.table);
        if operation.ends_with("TimeToLive") {
            // Engines that remove what has expired go by the time of day, the tests do not.
            rename(&mut request, "ttl", "not-ttl");
        }
        let client = self.clients.lock().unwrap().entry(thread::current().id()).or_default().clone();
        let sent = client.post(&self.url).header("content-type", "application/x-amz-json-1.0");
        let sent = sent.header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
        let scope = "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/dynamodb/aws4_request";
        let sent = sent.header("authorization", format!("{scope}, SignedHeaders=host, Signature=0"));
        let answer = sent.body(request.to_string()).send().await?;
        let status = answer.status().as_u16();
        let mut body = serde_json::from_slice(&answer.bytes().await?).unwrap_or(Value::Null);
        rename(&mut body, &self.table, TABLE);
        rename(&mut body, "not-ttl", "ttl");
        Ok(Answer { status, body: body.to_string().into_bytes() })
    }
}

/// Gives the table another name wherever a request or an answer names it.
fn rename(body: &mut Value, from: &str, to: &str) {
    const NAMED: [&str; 2] = ["TableName", "AttributeName"];
    const BY_NAME: [&str; 3] = ["RequestItems", "UnprocessedItems", "Responses"];
    match body {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Value::String(text) if NAMED.contains(&name.as_str()) && text == from => {
                        to.clone_into(text)
                    }
                    Value::Object(tables) if BY_NAME.contains(&name.as_str()) => rename_key(tables, from, to),
                    _ => {}
                }
                rename(value, from, to);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        _ => {}
    }
}

fn rename_key(members: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = members.remove(from) {
        members.insert(to.to_owned(), value);
    }
}

/// Serves an engine, on a thread of its own: tests block theirs.
fn serve(engine: Engine) -> (String, oneshot::Sender<()>) {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    socket.set_nonblocking(true).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let socket = tokio::net::TcpListener::from_std(socket).unwrap();
            // Not waiting for connections that nobody closes.
            tokio::select! {
                _ = stopped => {}
                served = listener::serve(socket, engine, Access::Full, std::future::pending()) => served.unwrap(),
            }
        });
    });
    (url, stop)
}

impl HttpClient for Backend {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Backend {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let backend = self.clone();
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default();
            let body = request.body().bytes().unwrap_or_default();
            let Self::Http(remote) = &backend else { unreachable!("the engine has its own transport") };
            let answer = remote.call(operation, body).await;
            let answer = answer.map_err(|error| ConnectorError::io(error.into()))?;
            Ok(HttpResponse::new(answer.status.try_into().unwrap(), SdkBody::from(answer.body)))
        })
    }
}
