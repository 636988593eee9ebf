//! What a call pays for matching and deciding, next to peers and to a linear
//! scan: `cargo bench -p tests --bench deciding`.

#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

mod support;

use chaos_core::clock::SystemClock;
use chaos_core::context::{CallContext, Details};
use chaos_core::decide::{ArmedSpec, Arming, Limits, Origin, Rules, SpecSet, Window, decide, matches};
use chaos_core::door::read_json;
use chaos_core::input::{Places, Request, member};
use chaos_core::spec::Scenario;
use chaos_core::wire::Protocol;
use chaos_core::{Chaos, clock::Clock};
use std::borrow::Cow;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use support::{Subject, subject, table};
use tower::{Layer, Service};

struct Stream(&'static str);

impl Details for Stream {
    fn header(&self, _: &str) -> Option<&str> {
        None
    }
    fn input(&self, path: &str, _: &Places) -> Option<Cow<'_, str>> {
        (path == "StreamName").then_some(Cow::Borrowed(self.0))
    }
    fn label(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// A request of awsJson.
struct Body(String);

impl Details for Body {
    fn header(&self, _: &str) -> Option<&str> {
        None
    }
    fn input(&self, path: &str, _: &Places) -> Option<Cow<'_, str>> {
        let (protocol, body) = (Protocol::AwsJson11, Some(self.0.as_bytes()));
        let request = Request { protocol, uri: "https://x/", host: "x", header: &|_| None, body };
        member(&request, None, path)
    }
    fn label(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// A third exact, a third wildcards, a third differing only by `input`.
fn spec(n: usize) -> Scenario {
    let target = match n % 3 {
        0 => format!(r#"{{"service": "service{n}", "operation": "Operation{n}"}}"#),
        1 => format!(r#"{{"service": "kinesis", "host": "api-{n:05}-*.example.com"}}"#),
        _ => format!(
            r#"{{"service": "kinesis", "operation": "PutRecords", "input": {{"StreamName": "stream-{n}"}}}}"#
        ),
    };
    scenario(n, &target)
}

fn scenario(n: usize, target: &str) -> Scenario {
    let text = format!(
        r#"{{"id": "s{n}", "target": {target}, "fault": {{"status": 503}}, "when": {{"rate": 0.5}}}}"#
    );
    // Made-up names, so that there are enough of them.
    Scenario::from_stored(&read_json(&text).unwrap()).unwrap()
}

fn set(count: usize, clock: &SystemClock) -> SpecSet {
    armed((0..count).map(spec), clock)
}

fn armed(scenarios: impl Iterator<Item = Scenario>, clock: &SystemClock) -> SpecSet {
    armed_in(Window::open(clock.now()), scenarios)
}

/// As a table arms them: for some time.
fn armed_until(scenarios: impl Iterator<Item = Scenario>, clock: &SystemClock) -> SpecSet {
    let now = clock.now();
    armed_in(Window::until(now.wall, now.wall + Duration::from_secs(3600), now), scenarios)
}

fn armed_in(window: Window, scenarios: impl Iterator<Item = Scenario>) -> SpecSet {
    let arming = Arming { armed: true, window, lease: None, origin: Origin::Code };
    SpecSet::new(1, false, "f", scenarios.flat_map(|scenario| ArmedSpec::all(&scenario, &arming)).collect())
}

fn call(stream: &Stream) -> CallContext<'_> {
    CallContext {
        service: Some("kinesis"),
        operation: Some("PutRecords"),
        region: Some("eu-west-1"),
        host: Some("kinesis.eu-west-1.amazonaws.com"),
        method: Some("POST"),
        path: Some("/"),
        attempt: 1,
        details: stream,
    }
}

/// The `fail` crate's macro: feature on, nothing configured.
fn fail_point() {
    fail::fail_point!("idle");
}

/// A future that is ready at once, without a runtime's cost.
fn now<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

fn main() {
    let clock = SystemClock::new();
    let limits = Arc::new(Limits::default());
    let rules = Rules { clock: &clock, seed: 7, limits: &limits, dry_run: false };
    let other = Stream("none-of-them");
    let hit = Stream("stream-2");

    let layer = tower_resilience_chaos::ChaosLayer::builder()
        .name("idle")
        .error_rate(0.0)
        .error_fn(|_: &u32| std::io::Error::other("never"))
        .latency_rate(0.0)
        .build();
    let inner = tower::service_fn(|n: u32| std::future::ready(Ok::<u32, std::io::Error>(n)));
    let mut peer = layer.layer(inner);
    let mut bare = tower::service_fn(|n: u32| std::future::ready(Ok::<u32, std::io::Error>(n)));

    let inert = Chaos::inert();
    let idle = Chaos::builder().journal(false).build().unwrap();
    table(
        "nothing armed, at the handle",
        "fail 0.5: fail_point!, on, nothing configured",
        vec![
            subject("fail 0.5: fail_point!, on, nothing configured", fail_point),
            subject("inert handle: is_idle", || {
                black_box(black_box(&inert).is_idle());
            }),
            subject("live handle, nothing armed: is_idle", || {
                black_box(black_box(&idle).is_idle());
            }),
        ],
    );

    let sets: Vec<_> = [1, 8, 100, 10_000].into_iter().map(|count| (count, set(count, &clock))).collect();
    let names: Vec<_> = sets.iter().map(|(count, _)| format!("{count} specs, none matches")).collect();
    let mut subjects: Vec<Subject<'_>> = vec![
        subject("bare tower service", || {
            drop(black_box(now(bare.call(1))));
        }),
        subject("tower-resilience-chaos, rates 0", || {
            drop(black_box(now(peer.call(1))));
        }),
    ];
    for ((_, set), name) in sets.iter().zip(&names) {
        subjects
            .push(subject(name, || drop(black_box(decide(set, black_box(&call(&other)), rules, &mut ())))));
    }
    let scanned = &sets[3].1;
    subjects.push(subject("10000 specs, linear scan, none matches", || {
        let call = call(&other);
        black_box(
            scanned
                .specs()
                .iter()
                .filter(|spec| matches(&spec.spec.target, black_box(&call)).is_ok())
                .count(),
        );
    }));
    let medians = table("matching, no match", "tower-resilience-chaos, rates 0", subjects);
    println!("  tower-resilience-chaos over its bare service: {:.1} ns", medians[1] - medians[0]);
    println!("  10000 specs over 100 specs: {:.2} x", medians[5] / medians[4]);

    let names: Vec<_> =
        sets.iter().map(|(count, _)| format!("{count} specs, one matches, rate 50 %")).collect();
    let hour = armed_until((0..10_000).map(spec), &clock);
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for ((count, set), name) in sets.iter().zip(&names).skip(1) {
        assert!(*count >= 8);
        subjects.push(subject(name, || drop(black_box(decide(set, black_box(&call(&hit)), rules, &mut ())))));
    }
    subjects.push(subject("10000 specs, armed for an hour, one matches, rate 50 %", || {
        drop(black_box(decide(&hour, black_box(&call(&hit)), rules, &mut ())));
    }));
    table("matching and deciding", "8 specs, one matches, rate 50 %", subjects);

    let others: Vec<_> = (0..30).map(|n| (n, format!("Member{n}"))).collect();
    let others = armed(
        others.iter().map(|(n, member)| {
            scenario(*n, &format!(r#"{{"service": "dynamodb", "input": {{"{member}": "x"}}}}"#))
        }),
        &clock,
    );
    let body = Body(format!(r#"{{"Records": ["{}"], "StreamName": "x"}}"#, "x".repeat(4 << 20)));
    let large = || CallContext { details: &body, ..call(&other) };
    table(
        "a body of 4 MB, 30 specs with members of another service's",
        "no details to read",
        vec![
            subject("no details to read", || {
                drop(black_box(decide(&others, black_box(&call(&other)), rules, &mut ())))
            }),
            subject("a body to read", || {
                drop(black_box(decide(&others, black_box(&large()), rules, &mut ())))
            }),
            subject("one pass over it, for scale", || {
                drop(black_box(body.input("Absent", &Places::default())))
            }),
        ],
    );

    let specs: Vec<_> = sets[3].1.specs().to_vec();
    table(
        "swapping in a set, off the call path",
        "index and sort 10000 specs",
        vec![subject("index and sort 10000 specs", || {
            drop(black_box(SpecSet::new(1, false, "f", specs.clone())))
        })],
    );
}
