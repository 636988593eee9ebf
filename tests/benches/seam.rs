//! What an SDK call pays for the seam: alone, over a no-op inner client, and
//! within whole calls; on one thread and on two: `cargo bench -p tests --bench seam`.

#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

mod support;

use aws_sdk_kinesis::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::ChaosSdk;
use std::hint::black_box;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use support::{Subject, on, subject, table};
use tests::noop::{Noop, noop};

/// What one attempt hands to the seam.
struct Attempt {
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
    request: HttpRequest,
}

/// Keeps what a real call hands to its client.
#[derive(Clone, Debug)]
struct Capture(Arc<Mutex<Option<Seen>>>);

type Seen = (HttpConnectorSettings, RuntimeComponents, Option<HttpRequest>);

impl HttpClient for Capture {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        *self.0.lock().unwrap() = Some((settings.clone(), components.clone(), None));
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Capture {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if let Some(kept) = self.0.lock().unwrap().as_mut() {
            kept.2 = request.try_clone();
        }
        Noop.call(request)
    }
}

fn client(http: impl HttpClient + 'static) -> Client {
    Client::new(&tests::sdk::config("http://upstream.invalid").http_client(http).build())
}

async fn attempt() -> Attempt {
    let capture = Capture(Arc::default());
    client(capture.clone()).list_streams().send().await.unwrap();
    let (settings, components, request) = capture.0.lock().unwrap().take().unwrap();
    Attempt { settings, components, request: request.unwrap() }
}

fn through(http: &SharedHttpClient, attempt: &Attempt) {
    let connector = http.http_connector(&attempt.settings, &attempt.components);
    let mut context = Context::from_waker(Waker::noop());
    let answer = pin!(connector.call(attempt.request.try_clone().unwrap())).poll(&mut context);
    assert!(matches!(black_box(answer), Poll::Ready(Ok(_))));
}

/// What each handle adds to the inner client, whose figure is the second.
fn over<T>(handles: &[(&str, T)], medians: &[f64], turns: usize) {
    println!("  over the inner client, for one, and as multiples of fail_point!:");
    for ((name, _), ns) in handles.iter().zip(&medians[2..]) {
        let more = ns - medians[1];
        println!("  {name:<58} {:>10.1} ns  {:>8.2} x", more / turns as f64, more / medians[0]);
    }
}

/// Attempts on so many threads at a time, through the same client.
fn seam(bare: &SharedHttpClient, decorated: &[(&str, SharedHttpClient)], attempt: &Attempt, threads: usize) {
    const ATTEMPTS: usize = 4000;
    let many = |work: &(dyn Fn() + Sync)| on(threads, |_| (0..ATTEMPTS).for_each(|_| work()));
    let mut subjects: Vec<Subject<'_>> = vec![
        subject("fail 0.5: fail_point!", || many(&fail_point)),
        subject("no-op inner client", || many(&|| through(bare, attempt))),
    ];
    for (name, http) in decorated {
        subjects.push(subject(name, move || many(&|| through(http, attempt))));
    }
    let title = format!("{ATTEMPTS} attempts at the seam (with a clone of the request); threads: {threads}");
    over(decorated, &table(&title, "no-op inner client", subjects), ATTEMPTS);
}

fn fail_point() {
    fail::fail_point!("idle");
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let attempt = runtime.block_on(attempt());
    let idle = Chaos::builder().journal(false).build().unwrap();
    let elsewhere =
        Chaos::builder().journal(false).spec(fault("kinesis", "PutRecords").status(503)).build().unwrap();
    let examined = Chaos::builder()
        .journal(false)
        .spec(fault("kinesis", "ListStreams").input("Limit", "7").status(503))
        .build()
        .unwrap();
    let observing = Chaos::builder().journal(false).observe(true).build().unwrap();
    let handles = [
        ("off: inert handle", Chaos::inert()),
        ("nothing armed", idle),
        ("armed, another operation", elsewhere),
        ("armed, examined, not injected", examined),
        ("nothing armed, observing", observing),
    ];
    let decorated: Vec<_> = handles.iter().map(|(name, chaos)| (*name, chaos.http_client(noop()))).collect();
    let bare = SharedHttpClient::new(noop());

    let ask = |http: &SharedHttpClient| {
        drop(black_box(http.http_connector(&attempt.settings, &attempt.components)))
    };
    let mut subjects =
        vec![subject("fail 0.5: fail_point!", fail_point), subject("no-op inner client", || ask(&bare))];
    for (name, http) in decorated.iter().take(3) {
        subjects.push(subject(name, || ask(http)));
    }
    let medians =
        table("asking for a connector, where idle and not targeted end", "fail 0.5: fail_point!", subjects);
    over(&handles[..3], &medians, 1);

    for threads in [1, 2] {
        seam(&bare, &decorated, &attempt, threads);
    }

    let whole = |client: &Client| drop(runtime.block_on(client.list_streams().send()).unwrap());
    let plain = client(noop());
    let clients: Vec<_> = decorated.iter().map(|(name, http)| (*name, client(http.clone()))).collect();
    let mut subjects: Vec<Subject<'_>> = vec![subject("bare", || whole(&plain))];
    for (name, client) in &clients {
        subjects.push(subject(name, || whole(client)));
    }
    table("a whole SDK call (Kinesis ListStreams, answered at once)", "bare", subjects);
}
