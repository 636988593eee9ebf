//! What a reqwest call pays for the adapter: alone, over a middleware that
//! answers at once, and within whole calls; on one thread and on two:
//! `cargo bench -p tests --bench http`.
//!
//! reqwest takes no connection but its own, so whole calls go over loopback. Their
//! peer is on the caller's own thread: waking up another one takes longer than
//! a call, and never twice the same.

#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

mod support;

use chaos_core::Chaos;
use chaos_core::clock::SystemClock;
use chaos_core::settings::Settings;
use chaos_http::ChaosExt;
use reqwest::{Method, Request};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use std::hint::black_box;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use support::{Subject, on, subject, table};
use tests::http::{AnswersAtOnce, canned_peer};
use tokio::runtime::{Builder, Runtime};

/// A handle as a process has it that reads its specs from the environment.
fn handle(specs: &str) -> Chaos {
    let lookup = |name: &str| (name == "CHAOS_SPECS").then(|| specs.to_owned());
    let settings = Settings::read(&lookup, "bench").unwrap();
    Chaos::from_settings(&settings, Arc::new(SystemClock::new())).unwrap()
}

fn spec(target: &str) -> String {
    format!(
        r#"[{{"id": "a", "enabled": true, "target": {target}, "fault": {{"status": 503}}, "when": {{"rate": "100%"}}}}]"#
    )
}

const URL: &str = "http://orders.example/v1/orders/7";

fn request(url: &str) -> Request {
    Request::new(Method::GET, url.parse().unwrap())
}

/// One attempt, from the middleware on; nothing in it waits.
fn through(client: &ClientWithMiddleware, request: &Request) {
    let call = pin!(client.execute(request.try_clone().unwrap()));
    let answer = call.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(black_box(answer), Poll::Ready(Ok(_))));
}

fn seam(handles: &[(&str, Chaos)], threads: usize) {
    const ATTEMPTS: usize = 4000;
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    let below = |client| ClientBuilder::from_client(client).with(AnswersAtOnce).build();
    let plain = below(ClientBuilder::new(bare.clone()).build());
    let request = request(URL);
    let clients: Vec<_> =
        handles.iter().map(|(name, chaos)| (*name, below(bare.clone().chaos(chaos)))).collect();
    let many = |client: &ClientWithMiddleware| {
        on(threads, |_| (0..ATTEMPTS).for_each(|_| through(client, &request)));
    };
    let mut subjects: Vec<Subject<'_>> = vec![
        subject("fail 0.5: fail_point!", || on(threads, |_| (0..ATTEMPTS).for_each(|_| fail_point()))),
        subject("answered at once", || many(&plain)),
    ];
    subjects.extend(clients.iter().map(|(name, client)| subject(name, || many(client))));
    let title = format!("{ATTEMPTS} attempts at the seam (with a clone of the request); threads: {threads}");
    let medians = table(&title, "answered at once", subjects);
    println!("  over what answers at once, for one attempt, and as multiples of fail_point!:");
    for ((name, _), ns) in handles.iter().zip(&medians[2..]) {
        let more = ns - medians[1];
        println!("  {name:<58} {:>10.1} ns  {:>8.2} x", more / ATTEMPTS as f64, more / medians[0]);
    }
}

fn fail_point() {
    fail::fail_point!("idle");
}

/// A thread's own: its runtime, and in it the peer of its calls.
struct Place {
    runtime: Mutex<Runtime>,
    url: String,
}

impl Place {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let url = runtime.block_on(canned_peer());
        Self { runtime: Mutex::new(runtime), url }
    }
}

/// Calls through each client on a thread of its own, with a runtime, and with it
/// connections, of its own.
fn calls(clients: Vec<ClientWithMiddleware>) -> impl FnMut() {
    let places: Vec<_> = clients.into_iter().map(|client| (Place::new(), client)).collect();
    move || {
        on(places.len(), |turn| {
            let (place, client) = &places[turn];
            place.runtime.lock().unwrap().block_on(async {
                for _ in 0..CALLS {
                    client.get(&place.url).send().await.unwrap().bytes().await.unwrap();
                }
            });
        });
    }
}

const CALLS: usize = 200;

fn whole(handles: &[(&str, Chaos)], threads: usize) {
    let client = || reqwest::Client::builder().no_proxy().build().unwrap();
    let bare = || calls((0..threads).map(|_| ClientBuilder::new(client()).build()).collect());
    let mut subjects = vec![subject("bare", bare()), subject("bare, once more", bare())];
    for (name, chaos) in handles {
        subjects.push(subject(name, calls((0..threads).map(|_| client().chaos(chaos)).collect())));
    }
    let title =
        format!("{CALLS} whole calls to a peer on the same thread, over loopback; threads: {threads}");
    table(&title, "bare", subjects);
}

fn main() {
    let handles = [
        ("off: inert handle", Chaos::inert()),
        ("nothing armed", handle("[]")),
        ("armed, an operation of AWS", handle(&spec(r#"{"service": "kinesis", "operation": "PutRecords"}"#))),
        ("armed, another host", handle(&spec(r#"{"host": "api.payments.example"}"#))),
        ("armed, examined, not injected", handle(&spec(r#"{"path": "/v1/*", "header": {"x-tenant": "7"}}"#))),
    ];
    for threads in [1, 2] {
        seam(&handles, threads);
    }
    for threads in [1, 2] {
        whole(&handles, threads);
    }
}
