//! The table over a socket, with a gate: it may be told to keep its answers back.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use chaos_control::embedded::Engine;
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::{Actor, Arm, Expected, Store, TableOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

const OUTAGE: &str = "id = 'outage'\ntarget = { service = 'dynamodb', operation = 'GetItem' }\n\
                      fault.error = 'InternalServerError'\nwhen.rate = '100%'\n";

pub(crate) struct Table {
    store: Store,
    environment: Id,
    pub(crate) gate: Gate,
    /// Where the table is, for readers.
    pub(crate) url: String,
    /// Where the application's own database is. It has no gate.
    pub(crate) orders: String,
}

/// Whether readers are answered, and how many have asked.
#[derive(Clone)]
pub(crate) struct Gate {
    open: Arc<watch::Sender<bool>>,
    asked: Arc<watch::Sender<usize>>,
}

impl Gate {
    fn new() -> Self {
        Self { open: Arc::new(watch::Sender::new(true)), asked: Arc::new(watch::Sender::new(0)) }
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// What is asked from now on is answered when the gate is open again.
    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }

    /// How many requests there were.
    pub(crate) fn asked(&self) -> usize {
        *self.asked.borrow()
    }

    /// Ends when there were more than `requests`.
    pub(crate) async fn asked_more_than(&self, requests: usize) {
        self.asked.subscribe().wait_for(|asked| *asked > requests).await.unwrap();
    }
}

impl Table {
    /// With a scenario `outage`, which is not armed.
    pub(crate) async fn new() -> Self {
        let engine = Engine::memory().unwrap();
        let gate = Gate::new();
        let table = Self {
            store: Store::new(engine.client(), "chaos"),
            environment: Id::new("staging").unwrap(),
            url: serve(&engine, gate.clone()).await,
            orders: serve(&engine, Gate::new()).await,
            gate,
        };
        let orders = Store::new(engine.client(), "orders");
        for store in [&table.store, &orders] {
            store.create_table(TableOptions::embedded()).await.unwrap();
        }
        let scenario = Scenario::from_toml(OUTAGE).unwrap();
        table
            .store
            .put_definition(&table.environment, &scenario, Expected::Any, &Self::alice())
            .await
            .unwrap();
        table
    }

    fn alice() -> Actor {
        Actor::new("alice").unwrap()
    }

    pub(crate) async fn arm(&self) {
        let for_ = Duration::from_secs(600);
        let arm = Arm {
            for_,
            reason: "game day".to_owned(),
            by: Self::alice(),
            expected_version: None,
            guarded: false,
        };
        self.store.arm(&self.environment, &Id::new("outage").unwrap(), &arm).await.unwrap();
    }

    pub(crate) async fn disarm(&self) {
        let outage = Id::new("outage").unwrap();
        self.store.disarm(&self.environment, &outage, &Self::alice(), "enough").await.unwrap();
    }
}

/// Serves the engine behind a gate: its URL.
async fn serve(engine: &Engine, gate: Gate) -> String {
    let routes = Router::new().route("/", post(answer)).with_state((engine.clone(), gate));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, routes).into_future());
    format!("http://{address}")
}

async fn answer(
    State((engine, gate)): State<(Engine, Gate)>,
    headers: HeaderMap,
    request: Bytes,
) -> impl IntoResponse {
    gate.asked.send_modify(|asked| *asked += 1);
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap();
    let answer = engine.call(operation, request).await;
    gate.open.subscribe().wait_for(|open| *open).await.unwrap();
    let status = StatusCode::from_u16(answer.status).unwrap();
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], answer.body)
}
