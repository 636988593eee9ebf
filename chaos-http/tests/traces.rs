//! What reqwest-tracing tells of calls that are hit, above retries and below
//! them: the same as of calls that fail for real.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use chaos_core::Chaos;
use chaos_http::ChaosExt;
use reqwest_middleware::ClientWithMiddleware;
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use reqwest_tracing::TracingMiddleware;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use support::{Peer, Server, Settings, all, client, closed_port, ms};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What is told of spans once they are there, in order.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn take(&self) -> Vec<String> {
        let ports = |text: String| {
            // Where the environment asks for backtraces, anyhow puts one at the end.
            let text = text.split("\\n\\nStack backtrace").next().unwrap();
            let mut parts = text.split("127.0.0.1:");
            let first = parts.next().unwrap().to_owned();
            let rest = parts.map(|part| part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
            rest.fold(first, |text, part| format!("{text}127.0.0.1:*{part}"))
        };
        std::mem::take(&mut *self.0.lock().unwrap()).into_iter().map(ports).collect()
    }
}

impl Visit for &Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push(format!("{field}={value:?}"));
    }
}

impl Subscriber for Told {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("reqwest_tracing")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

const NONE: Settings = |client| client;

fn traced() -> reqwest_middleware::ClientBuilder {
    let policy = ExponentialBackoff::builder().retry_bounds(ms(1), ms(2)).build_with_max_retries(2);
    reqwest_middleware::ClientBuilder::new(client(NONE))
        .with(TracingMiddleware::default())
        .with(RetryTransientMiddleware::new_with_policy(policy))
        .with(TracingMiddleware::default())
}

async fn ended(client: &ClientWithMiddleware, url: &str) -> String {
    match client.get(url).send().await {
        Ok(answer) => answer.status().to_string(),
        Err(error) => without_port(&error.to_string(), url),
    }
}

fn without_port(text: &str, url: &str) -> String {
    text.replace(url, "URL")
}

#[tokio::test(start_paused = true)]
async fn traces_tell_the_same_of_faults_as_of_failures() {
    let told = Told::default();
    tracing::subscriber::set_global_default(told.clone()).unwrap();
    let (_held, closed) = closed_port();
    let healthy = Server::start(Peer::Answers).await;
    let resets = Server::start(Peer::Resets).await;
    let busy: &[support::Act] =
        &[support::Act::Says(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")];
    let busy = Server::start(Peer::Plays(busy)).await;
    let cases = [
        ("network = \"connection_refused\"", &closed),
        ("network = \"connection_reset\"", &resets.url),
        ("status = 503", &busy.url),
    ];
    for (fault, real) in cases {
        let chaos = Chaos::builder().spec(all(fault)).build().unwrap();
        let seen = ended(&traced().chaos(&chaos), &healthy.url).await;
        let spans = told.take();
        assert_eq!(seen, ended(&traced().build(), real).await, "{fault}");
        assert_eq!(spans, told.take(), "{fault}");
        // One of the call, three of its tries; each says how it ended.
        let ends = spans.iter().filter(|text| text.starts_with("otel.status_code=")).count();
        assert_eq!(ends, 4, "{fault}: {spans:#?}");
    }
    assert_eq!(healthy.hits(), 0);
}
