//! The world outside: one small server in the place of DynamoDB, Kinesis and two
//! web services, which keeps what it was asked, so that tests can tell what
//! really arrived. Use your own instead, DynamoDB Local or LocalStack.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses its own part")]

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// The server; clones are the same one. It lives as long as the test's runtime.
#[derive(Clone, Debug)]
pub struct World {
    address: SocketAddr,
    arrived: Arc<Mutex<Arrived>>,
}

/// What arrived so far.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    /// How often DynamoDB was asked.
    pub reads: usize,
    /// The partition keys of all records that Kinesis took, batch by batch.
    pub batches: Vec<Vec<String>>,
    /// How many requests to charge came in.
    pub charge_requests: usize,
    /// The charges made, by idempotency key.
    pub charges: HashMap<String, String>,
}

impl World {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let world = Self { address: listener.local_addr().unwrap(), arrived: Arc::default() };
        let routes = Router::new()
            .route("/", post(aws))
            .route("/charges", post(charge))
            .route("/parcels/{order}", get(parcel))
            .with_state(world.clone());
        tokio::spawn(axum::serve(listener, routes).into_future());
        world
    }

    pub fn arrived(&self) -> Arrived {
        self.arrived.lock().unwrap().clone()
    }

    /// Its address as `host`, which `http_client` resolves to it.
    pub fn url(&self, host: &str) -> String {
        format!("http://{host}:{}", self.address.port())
    }

    /// A client that finds every host of the tests here.
    pub fn http_client(&self, patience: Duration) -> reqwest::Client {
        let client = reqwest::Client::builder().timeout(patience).no_proxy();
        let hosts = ["payments.example", "carrier.example"];
        hosts.into_iter().fold(client, |client, host| client.resolve(host, self.address)).build().unwrap()
    }

    /// A config whose clients call it, and do not wait between retries. It has a
    /// region of its own, for in one process all clients of a service and region
    /// share a quota of retries, which the outages of other tests would use up.
    pub fn aws_config(&self) -> SdkConfig {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::ZERO);
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(format!("test-{}", self.address.port())))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
            .endpoint_url(self.url("127.0.0.1"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(retries.with_max_backoff(Duration::ZERO))
            .build()
    }
}

async fn aws(State(world): State<World>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let body: Value = serde_json::from_str(&body).unwrap();
    let mut arrived = world.arrived.lock().unwrap();
    let answer = match headers["x-amz-target"].to_str().unwrap() {
        "DynamoDB_20120810.GetItem" => {
            arrived.reads += 1;
            json!({ "Item": { "item": { "S": "tea" }, "cents": { "N": "450" } } })
        }
        "Kinesis_20131202.PutRecords" => {
            let records = body["Records"].as_array().unwrap();
            let keys = records.iter().map(|record| record["PartitionKey"].as_str().unwrap().to_owned());
            let keys: Vec<_> = keys.collect();
            let taken: Vec<_> =
                keys.iter().map(|key| json!({ "ShardId": "shard-0", "SequenceNumber": key })).collect();
            arrived.batches.push(keys);
            json!({ "FailedRecordCount": 0, "Records": taken })
        }
        other => panic!("nothing here answers {other}"),
    };
    (StatusCode::OK, answer.to_string())
}

/// One charge per idempotency key; without a key, one per request.
async fn charge(State(world): State<World>, headers: HeaderMap) -> Json<Value> {
    let mut arrived = world.arrived.lock().unwrap();
    arrived.charge_requests += 1;
    let request = format!("request-{}", arrived.charge_requests);
    let key = headers.get("idempotency-key").map_or(request, |key| key.to_str().unwrap().to_owned());
    let number = arrived.charges.len() + 1;
    let charge = arrived.charges.entry(key).or_insert_with(|| format!("charge-{number}")).clone();
    Json(json!({ "charge": charge }))
}

async fn parcel(Path(order): Path<String>) -> Json<Value> {
    Json(json!({ "place": format!("{order} is at the door") }))
}
