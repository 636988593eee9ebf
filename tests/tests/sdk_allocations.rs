//! What the seam asks of the allocator, beside what goes on without it: exact,
//! counted within real SDK calls, on the thread that makes them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use allocation_counter::measure;
use aws_sdk_kinesis::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use chaos_core::spec::Scenario;
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::{ChaosExt, ChaosSdk};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use tests::noop::noop;
use tests::sdk;
use tests::upstream::Upstream;

/// Counts what the client within allocates for each attempt.
#[derive(Debug)]
struct Probe {
    inner: SharedHttpClient,
    counts: Arc<Mutex<Vec<u64>>>,
}

#[derive(Debug)]
struct ProbeConnector {
    inner: SharedHttpConnector,
    so_far: u64,
    counts: Arc<Mutex<Vec<u64>>>,
}

impl HttpClient for Probe {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let mut inner = None;
        let counted = measure(|| inner = Some(self.inner.http_connector(settings, components)));
        let counts = Arc::clone(&self.counts);
        let inner = inner.unwrap();
        SharedHttpConnector::new(ProbeConnector { inner, so_far: counted.count_total, counts })
    }
}

impl HttpConnector for ProbeConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = Some(request);
        let mut answer = None;
        let called = measure(|| answer = Some(self.inner.call(request.take().unwrap())));
        let total = self.so_far + called.count_total;
        let counts = Arc::clone(&self.counts);
        HttpConnectorFuture::new(async move {
            let mut answer = pin!(answer.unwrap());
            let mut polled = 0;
            let answer = std::future::poll_fn(|context| {
                let mut poll = None;
                polled += measure(|| poll = Some(answer.as_mut().poll(context))).count_total;
                poll.unwrap()
            });
            let answer = answer.await;
            counts.lock().unwrap().push(total + polled);
            answer
        })
    }
}

/// Allocations of one attempt through `http`, once all is warm.
async fn allocations(endpoint: &str, http: impl HttpClient + 'static) -> u64 {
    let counts = Arc::default();
    let probe = Probe { inner: SharedHttpClient::new(http), counts: Arc::clone(&counts) };
    let client = Client::new(&sdk::config(endpoint).http_client(probe).build());
    for _ in 0..5 {
        client.list_streams().send().await.unwrap();
    }
    let counts = counts.lock().unwrap();
    let warm = counts.get(2..).unwrap();
    assert!(warm.windows(2).all(|pair| pair.first() == pair.last()), "{counts:?}");
    *warm.first().unwrap()
}

async fn by_hand(chaos: &Chaos) -> u64 {
    allocations("http://upstream.invalid", chaos.http_client(noop())).await
}

/// Looked at in full, and never hit.
fn elsewhere() -> Scenario {
    let text = "id = 'elsewhere'\nenabled = true\nwhen = { rate = '100%' }\nfault = { status = 503 }\n\
                target = { service = 'kinesis', operation = 'ListStreams', region = 'us-east-1' }";
    Scenario::from_toml(text).unwrap()
}

#[tokio::test]
async fn around_any_client() {
    let bare = allocations("http://upstream.invalid", noop()).await;
    let chaos = Chaos::builder().journal(false).build().unwrap();
    assert_eq!(by_hand(&chaos).await - bare, 0, "idle");
    let other = chaos.scope(fault("kinesis", "PutRecords").status(503)).optional();
    assert_eq!(by_hand(&chaos).await - bare, 0, "not targeted");
    drop(other);
    let _elsewhere = chaos.scope(elsewhere()).optional();
    assert_eq!(by_hand(&chaos).await - bare, 1, "examined");
    let member = fault("kinesis", "ListStreams").input("ExclusiveStartStreamName", "x").status(503);
    let _member = chaos.scope(member).optional();
    assert_eq!(by_hand(&chaos).await - bare, 1, "examined, with its input");

    let observing = Chaos::builder().journal(false).observe(true).build().unwrap();
    assert_eq!(by_hand(&observing).await - bare, 2, "observing");
    let _elsewhere = observing.scope(elsewhere()).optional();
    assert_eq!(by_hand(&observing).await - bare, 2, "observing and examined");
}

#[tokio::test]
async fn around_the_sdks_default_client_whose_connectors_are_kept() {
    let upstream = Upstream::start().await;
    let url = upstream.url();
    let through = async |chaos: &Chaos| {
        let http = sdk::config(&url).build().chaos(chaos).http_client().unwrap();
        allocations(&url, http).await
    };
    let chaos = Chaos::builder().journal(false).build().unwrap();
    // Idle, every attempt goes through the connector that hands out the real one.
    let idle = through(&chaos).await;
    let _elsewhere = chaos.scope(elsewhere()).optional();
    assert_eq!(through(&chaos).await - idle, 0, "examined");
    let observing = Chaos::builder().journal(false).observe(true).build().unwrap();
    assert_eq!(through(&observing).await - idle, 1, "observing");
    let _elsewhere = observing.scope(elsewhere()).optional();
    assert_eq!(through(&observing).await - idle, 1, "observing and examined");
}
