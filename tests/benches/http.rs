//! What a reqwest call pays for the adapter: alone, over a middleware that
//! answers at once, and within whole calls; on one thread and on two:
//! `cargo bench -p tests --bench http`.

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
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use support::{Subject, subject, table};
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

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The same work on so many threads at a time.
fn on(threads: usize, work: impl Fn() + Sync) {
    if threads == 1 {
        return work();
    }
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(&work);
        }
    });
}

fn seam(handles: &[(&str, Chaos)], threads: usize) {
    const ATTEMPTS: usize = 1000;
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    let below = |client| ClientBuilder::from_client(client).with(AnswersAtOnce).build();
    let plain = below(ClientBuilder::new(bare.clone()).build());
    let request = request(URL);
    let clients: Vec<_> =
        handles.iter().map(|(name, chaos)| (*name, below(bare.clone().chaos(chaos)))).collect();
    let many = |client: &ClientWithMiddleware| {
        on(threads, || (0..ATTEMPTS).for_each(|_| through(client, &request)));
    };
    let mut subjects: Vec<Subject<'_>> = vec![
        subject("fail 0.5: fail_point!", || on(threads, || (0..ATTEMPTS).for_each(|_| fail_point()))),
        subject("answered at once", || many(&plain)),
    ];
    subjects.extend(clients.iter().map(|(name, client)| subject(name, || many(client))));
    let title =
        format!("{ATTEMPTS} attempts at the seam (with a clone of the request), on {threads} threads");
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

/// Calls on so many threads, each of which has a runtime, and with it connections,
/// of its own.
fn turns<'a>(threads: usize, call: &'a (dyn Fn(&Runtime, usize) + Sync)) -> impl FnMut() + 'a {
    let mut runtimes: Vec<_> = (0..threads).map(|_| runtime()).collect();
    move || {
        let Some((first, others)) = runtimes.split_first_mut() else { return };
        thread::scope(|scope| {
            for (turn, runtime) in others.iter_mut().enumerate() {
                scope.spawn(move || (0..CALLS).for_each(|_| call(runtime, turn + 1)));
            }
            (0..CALLS).for_each(|_| call(first, 0));
        });
    }
}

const CALLS: usize = 20;

fn whole(handles: &[(&str, Chaos)], threads: usize) {
    let url = canned_peer();
    let client = || reqwest::Client::builder().no_proxy().build().unwrap();
    let plain: Vec<_> = (0..threads).map(|_| client()).collect();
    let bare = |runtime: &Runtime, turn: usize| {
        runtime.block_on(async { plain[turn].get(&url).send().await.unwrap().bytes().await.unwrap() });
    };
    type Calls<'a> = Box<dyn Fn(&Runtime, usize) + Sync + 'a>;
    let live: Vec<(&str, Calls<'_>)> = handles
        .iter()
        .map(|(name, chaos)| {
            let clients: Vec<_> = (0..threads).map(|_| client().chaos(chaos)).collect();
            let url = &url;
            let calls: Calls<'_> = Box::new(move |runtime, turn| {
                let call = async { clients[turn].get(url).send().await.unwrap().bytes().await.unwrap() };
                drop(runtime.block_on(call));
            });
            (*name, calls)
        })
        .collect();
    let mut subjects = vec![subject("bare", turns(threads, &bare))];
    subjects.extend(live.iter().map(|(name, calls)| subject(name, turns(threads, calls))));
    table(&format!("{CALLS} whole calls to a peer on loopback, on {threads} threads"), "bare", subjects);
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
