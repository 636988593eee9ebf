//! What the reqwest adapter asks of the allocator, beside what goes on without
//! it: exact, counted on the thread that makes the calls.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use allocation_counter::measure;
use chaos_core::Chaos;
use chaos_core::clock::SystemClock;
use chaos_core::settings::Settings;
use chaos_http::ChaosExt;
use reqwest::{Client, Method, Request};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tests::http::AnswersAtOnce;

/// Allocations of one attempt through `client`, above what answers at once.
fn allocations(client: ClientWithMiddleware) -> u64 {
    let client = ClientBuilder::from_client(client).with(AnswersAtOnce).build();
    let request = Request::new(Method::GET, "http://orders.example/v1/orders/7".parse().unwrap());
    let counts: Vec<_> = (0..5)
        .map(|_| {
            let request = request.try_clone().unwrap();
            let counted = measure(|| {
                let call = pin!(client.execute(request));
                let answer = call.poll(&mut Context::from_waker(Waker::noop()));
                assert!(matches!(answer, Poll::Ready(Ok(_))));
            });
            counted.count_total
        })
        .collect();
    assert!(counts.windows(2).skip(1).all(|pair| pair.first() == pair.last()), "{counts:?}");
    *counts.last().unwrap()
}

/// A handle as a process has it that reads its specs from the environment.
fn handle(specs: &str) -> Chaos {
    let lookup = |name: &str| (name == "CHAOS_SPECS").then(|| specs.to_owned());
    let settings = Settings::read(&lookup, "test").unwrap();
    Chaos::from_settings(&settings, Arc::new(SystemClock::new())).unwrap()
}

fn armed(target: &str) -> Chaos {
    handle(&format!(
        r#"[{{"id": "a", "enabled": true, "target": {target}, "fault": {{"status": 503}}, "when": {{"rate": "100%"}}}}]"#
    ))
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

#[test]
fn of_one_attempt() {
    let bare = allocations(ClientBuilder::new(client()).build());
    let more = |chaos: &Chaos| allocations(client().chaos(chaos)) - bare;
    assert_eq!(more(&Chaos::inert()), 0, "inert");
    assert_eq!(more(&handle("[]")), 0, "idle");
    let operation = armed(r#"{"service": "kinesis", "operation": "PutRecords"}"#);
    assert_eq!(more(&operation), 0, "an operation of AWS");
    // Which try it is of which call stands in the extensions, whose table and
    // its first entry are these.
    let looked_at = 3;
    assert_eq!(more(&armed(r#"{"host": "api.payments.example"}"#)), looked_at, "another host");
    assert_eq!(more(&armed(r#"{"path": "/v1/*", "header": {"x-tenant": "7"}}"#)), looked_at, "examined");
}
