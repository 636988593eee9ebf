//! Which calls are hit, and what an answer looks like.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod support;

use chaos_core::context::Exempt;
use chaos_core::{Chaos, Counts};
use chaos_http::{ChaosExt, with_labels};
use reqwest::StatusCode;
use reqwest_middleware::{ClientWithMiddleware, RequestBuilder};
use reqwest_tracing::TracingMiddleware;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{Peer, Server, Settings, all, client, ms, retrying, spec};

const NONE: Settings = |client| client;
const BUSY: &str = "status = 503";

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn calls_are_told_apart_by_host_method_path_and_header() {
    let server = Server::start(Peer::Answers).await;
    let address = server.url.strip_prefix("http://").unwrap().parse().unwrap();
    let client =
        reqwest::Client::builder().no_proxy().resolve("api.orders.example", address).build().unwrap();
    let chaos = Chaos::builder().build().unwrap();
    let client = client.chaos(&chaos);
    let url = format!("http://API.orders.example:{}/v1/orders/7?page=2", address.port());
    let cases = [
        ("host = \"api.orders.example\"", true),
        ("host = \"API.*.example\"", true),
        ("host = \"orders.example\"", false),
        ("method = \"POST\"", true),
        ("method = [\"GET\", \"PUT\"]", false),
        ("path = \"/v1/orders/*\"", true),
        ("path = \"/v1/orders\"", false),
        ("header = { x-tenant = \"test-*\" }", true),
        ("header = { x-tenant = \"live-*\" }", false),
        ("header = { x-other = \"*\" }", false),
        ("host = \"api.*\"\nmethod = \"POST\"\npath = \"/v1/*\"\nheader = { x-tenant = \"test-1\" }", true),
        ("host = \"api.*\"\nmethod = \"GET\"", false),
        ("path = \"*\"\nattempt = \"2..\"", false),
        ("service = \"sqs\"", false),
        ("label = { user = \"test-*\" }", false),
        ("everything = true", true),
    ];
    for (target, hit) in cases {
        let outage = chaos.scope(spec(target, BUSY));
        let request = client.post(&url).header("X-Tenant", "test-1").body("{}");
        assert_eq!(status(request).await, if hit { 503 } else { 200 }, "{target}");
        outage.assert_injected(u64::from(hit));
    }
}

#[tokio::test]
async fn an_ipv6_host_is_named_without_brackets() {
    let chaos = Chaos::builder().spec(spec("host = \"::1\"", BUSY)).build().unwrap();
    assert_eq!(status(client(NONE).chaos(&chaos).get("http://[::1]:9/")).await, 503);
}

#[tokio::test]
async fn labels_choose_calls() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(spec("label = { user = \"test-*\" }", BUSY)).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    assert_eq!(with_labels([("user", "test-7")], status(client.get(&server.url))).await, 503);
    assert_eq!(with_labels([("user", "ann")], status(client.get(&server.url))).await, 200);
}

#[tokio::test]
async fn an_answer_is_as_told() {
    let text = r#"status = { code = 429, headers = { retry-after = "7", content-type = "text/plain" }, body = "busy" }"#;
    let chaos = Chaos::builder().spec(all(text)).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    let answer = client.get("https://orders.example/v1?a=b").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.url().as_str(), "https://orders.example/v1?a=b");
    assert_eq!(answer.headers()["retry-after"], "7");
    assert_eq!(answer.headers()["x-request-id"], "chaos-bad-day");
    assert_eq!(answer.content_length(), Some(4));
    let error = answer.error_for_status_ref().unwrap_err();
    assert_eq!(
        (error.is_status(), error.url().map(|url| url.as_str())),
        (true, Some("https://orders.example/v1?a=b"))
    );
    assert_eq!(answer.text().await.unwrap(), "busy");
    let head = client.head("https://orders.example/").send().await.unwrap();
    assert_eq!(head.text().await.unwrap(), "");
}

#[tokio::test]
async fn a_request_id_of_the_spec_replaces_ours() {
    let text = r#"status = { code = 503, headers = { X-Request-Id = "mine" } }"#;
    let chaos = Chaos::builder().spec(all(text)).build().unwrap();
    let answer = client(NONE).chaos(&chaos).get("http://orders.example/").send().await.unwrap();
    let ids: Vec<_> = answer.headers().get_all("x-request-id").iter().collect();
    assert_eq!(ids, ["mine"]);
}

#[tokio::test(start_paused = true)]
async fn retries_meet_answers_as_from_the_service() {
    for (code, attempts) in [(503, 3), (429, 3), (500, 3), (404, 1), (200, 1)] {
        let chaos = Chaos::builder().spec(all(&format!("status = {code}"))).build().unwrap();
        let count = Arc::new(AtomicUsize::new(0));
        let client = retrying(client(NONE), &count).chaos(&chaos);
        assert_eq!(status(client.get("http://orders.example/")).await, code);
        assert_eq!(count.load(Ordering::Relaxed), attempts, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_of_a_call_are_counted() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().build().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let client = retrying(client(NONE), &count).chaos(&chaos);
    for (attempt, ended, tries) in [("1", 200, 2), ("1..2", 200, 3), ("2..", 200, 1), ("1..", 503, 3)] {
        // Each call starts anew.
        for _ in 0..2 {
            let _outage =
                chaos.scope(spec(&format!("path = \"*\"\nattempt = \"{attempt}\""), BUSY)).optional();
            count.store(0, Ordering::Relaxed);
            assert_eq!(status(client.get(&server.url)).await, ended, "{attempt}");
            assert_eq!(count.load(Ordering::Relaxed), tries, "{attempt}");
        }
    }
}

/// Half of the calls are hit, and each of them with all of its tries or none.
#[tokio::test(start_paused = true)]
async fn tries_of_one_call_meet_the_same_and_calls_do_not() {
    let server = Server::start(Peer::Answers).await;
    let text = "id = \"a\"\nenabled = true\ntarget.everything = true\nfault.status = 503\n\
                when = { rate = \"100%\", every = 2, per = \"call\", max = 3 }";
    let chaos = Chaos::builder().toml(text).build().unwrap();
    let counts: [Arc<AtomicUsize>; 2] = Default::default();
    let clients = counts.each_ref().map(|count| retrying(client(NONE), count).chaos(&chaos));
    let mut seen = Vec::new();
    for turn in 0..8 {
        let (client, count) = (&clients[turn % 2], &counts[turn % 2]);
        count.store(0, Ordering::Relaxed);
        seen.push((status(client.get(&server.url)).await, count.load(Ordering::Relaxed)));
    }
    let (hit, passed) = ((503, 3), (200, 1));
    assert_eq!(seen, [passed, hit, passed, hit, passed, hit, passed, passed]);
}

/// In whichever order they come, and whoever makes them.
#[tokio::test]
async fn the_same_requests_are_hit_where_their_input_is_the_key() {
    let server = Server::start(Peer::Answers).await;
    let text = "id = \"a\"\nenabled = true\ntarget.everything = true\nfault.status = 503\n\
                when = { rate = \"50%\", key = \"input\" }";
    let mut runs = Vec::new();
    for backwards in [false, true] {
        let chaos = Chaos::builder().seed(7).toml(text).build().unwrap();
        let client = client(NONE).chaos(&chaos);
        let mut orders: Vec<u32> = (0..32).collect();
        if backwards {
            orders.reverse();
        }
        let mut hit = Vec::new();
        for order in orders {
            let request = client.post(format!("{}/orders", server.url)).body(format!("order {order}"));
            if status(request).await == 503 {
                hit.push(order);
            }
        }
        hit.sort_unstable();
        runs.push(hit);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(!runs[0].is_empty() && runs[0].len() < 32, "{runs:?}");
}

/// In whichever order it comes, chaos is below what was there.
#[tokio::test(start_paused = true)]
async fn every_kind_of_client_is_covered_and_chaos_is_innermost() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all(BUSY)).build().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let builder = || retrying(client(NONE), &count).with(TracingMiddleware::default());
    let clients: [ClientWithMiddleware; 3] =
        [builder().chaos(&chaos), builder().build().chaos(&chaos), client(NONE).chaos(&chaos)];
    for client in clients {
        assert_eq!(status(client.get(&server.url)).await, 503);
    }
    assert_eq!((count.load(Ordering::Relaxed), server.hits()), (6, 0));
}

#[tokio::test]
async fn twice_is_once() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().build().unwrap();
    let client = client(NONE).chaos(&chaos).chaos(&chaos);
    let outage = chaos.scope(spec("path = \"/hit\"", BUSY));
    let all = chaos.scope(spec("path = \"*\"", "latency = \"1ms\""));
    assert_eq!(status(client.get(format!("{}/miss", server.url))).await, 200);
    assert_eq!(status(client.get(format!("{}/hit", server.url))).await, 503);
    assert_eq!((outage.matched(), all.matched()), (1, 2));
}

#[tokio::test]
async fn exempt_requests_pass() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().observe(true).spec(all(BUSY)).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    assert_eq!(status(client.get(&server.url).with_extension(Exempt)).await, 200);
    assert_eq!(status(client.get(&server.url)).await, 503);
}

#[tokio::test]
async fn the_platform_is_out_of_reach() {
    let server = Server::start(Peer::Answers).await;
    let proxied = reqwest::Proxy::all(&server.url).unwrap();
    let client = reqwest::Client::builder().proxy(proxied).build().unwrap();
    let chaos = Chaos::builder().spec(all(BUSY)).build().unwrap();
    let client = client.chaos(&chaos);
    assert_eq!(status(client.get("http://169.254.169.254/latest/meta-data")).await, 200);
    assert_eq!(status(client.get("http://orders.example/")).await, 503);
}

#[tokio::test]
async fn an_inert_handle_adds_nothing() {
    let server = Server::start(Peer::Answers).await;
    let client = client(NONE).chaos(&Chaos::inert());
    assert_eq!(status(client.get(&server.url)).await, 200);
    assert!(format!("{client:?}").contains("ClientWithMiddleware"));
}

#[tokio::test]
async fn faults_of_aws_services_pass() {
    let server = Server::start(Peer::Answers).await;
    let texts = ["error = { name = \"Throttling\", status = 400 }", "partial = \"50%\""];
    for text in texts {
        let chaos = Chaos::builder().build().unwrap();
        let client = client(NONE).chaos(&chaos);
        let outage = chaos.scope(all(text));
        assert_eq!(status(client.get(&server.url)).await, 200, "{text}");
        outage.assert_injected(0);
        assert_eq!(chaos.health().active, 0);
    }
}

#[tokio::test]
async fn attempts_are_counted_where_observed() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().observe(true).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    status(client.get(&server.url)).await;
    let outage = chaos.scope(spec("method = \"GET\"", BUSY));
    status(client.get(&server.url)).await;
    status(client.post(&server.url)).await;
    drop(outage);
    client.get("http://127.0.0.1:9/").timeout(ms(1000)).send().await.unwrap_err();
    let counts = |method| chaos.observed_lately("127.0.0.1", method);
    assert_eq!(counts("GET"), Counts { passed: 1, failed: 2, injected: 1, lost: 2 });
    assert_eq!(counts("POST"), Counts { passed: 1, failed: 0, injected: 0, lost: 0 });
}

#[tokio::test]
async fn a_late_request_arrives_whole() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("latency = \"1ms\"")).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    assert_eq!(status(client.put(format!("{}/late?a=b", server.url)).header("x-tenant", "a")).await, 200);
    let heads = server.heads();
    let [head] = heads.as_slice() else { panic!("{heads:?}") };
    assert!(head.starts_with("PUT /late?a=b HTTP/1.1\r\n") && head.contains("x-tenant: a\r\n"), "{head}");
}
