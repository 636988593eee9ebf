//! Each network fault next to the real failure, made on a real socket: the same
//! error, link by link, and the same number of attempts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use chaos_core::Chaos;
use chaos_http::{Adapter, ChaosExt};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{Peer, Server, Settings, all, client, closed_port, full_port, ms, retrying};
use tokio::time::Instant;

const NONE: Settings = |client| client;

/// What a caller can tell of an error, and when it came.
#[derive(Debug, PartialEq)]
struct Seen {
    flags: String,
    links: Vec<String>,
    after: Duration,
}

async fn fails(client: &ClientWithMiddleware, url: &str) -> Seen {
    fails_in(client, url, None).await
}

async fn fails_in(client: &ClientWithMiddleware, url: &str, timeout: Option<Duration>) -> Seen {
    let start = Instant::now();
    let mut request = client.get(format!("{url}/orders?id=7"));
    if let Some(timeout) = timeout {
        request = request.timeout(timeout);
    }
    let Err(Error::Reqwest(error)) = request.send().await else { panic!("not an error of reqwest") };
    let after = start.elapsed();
    assert_eq!(error.url().unwrap().as_str(), format!("{url}/orders?id=7"));
    let flags = format!(
        "timeout {} connect {} request {} dns {} body {} decode {} builder {} redirect {} status {}",
        error.is_timeout(),
        error.is_connect(),
        error.is_request(),
        error.is_dns(),
        error.is_body(),
        error.is_decode(),
        error.is_builder(),
        error.is_redirect(),
        error.is_status()
    );
    let mut links = Vec::new();
    let mut link: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = link {
        links.push(without_ports(&format!("{error:?} {error}").replace(url, "URL")));
        link = error.source();
    }
    Seen { flags, links, after }
}

fn without_ports(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let mut masked = parts.next().unwrap().to_owned();
    for part in parts {
        write!(masked, "127.0.0.1:*{}", part.trim_start_matches(|digit: char| digit.is_ascii_digit()))
            .unwrap();
    }
    masked
}

fn bare(settings: Settings) -> ClientWithMiddleware {
    ClientBuilder::new(client(settings)).build()
}

/// How often reqwest-retry tries, for real and with the fault.
async fn attempts(settings: Settings, adapter: Adapter, real: &str, healthy: &str) -> [usize; 2] {
    let counts = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
    let [really, injected] = &counts;
    retrying(client(settings), really).build().get(real).send().await.unwrap_err();
    retrying(client(settings), injected).chaos(adapter).get(healthy).send().await.unwrap_err();
    counts.map(|count| count.load(Ordering::Relaxed))
}

#[tokio::test(start_paused = true)]
async fn refused_is_as_from_a_closed_port() {
    let (_held, real) = closed_port();
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"connection_refused\"")).build().unwrap();
    let seen = fails(&client(NONE).chaos(&chaos), &server.url).await;
    assert_eq!(seen, fails(&bare(NONE), &real).await);
    assert!(seen.flags.starts_with("timeout false connect true request true"), "{}", seen.flags);
    assert_eq!(attempts(NONE, Adapter::new(&chaos), &real, &server.url).await, [3, 3]);
    assert_eq!(server.hits(), 0);
}

/// The label is longer than any may be, so that nobody is asked for it.
#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_found_is_as_from_the_resolver() {
    let real = format!("http://{}.invalid", "a".repeat(64));
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"dns_failure\"")).build().unwrap();
    let seen = fails(&client(NONE).chaos(&chaos), &server.url).await;
    assert_eq!(seen, fails(&bare(NONE), &real).await);
    assert!(seen.flags.starts_with("timeout false connect true request true dns true"), "{}", seen.flags);
    assert_eq!(attempts(NONE, Adapter::new(&chaos), &real, &server.url).await, [3, 3]);
    assert_eq!(server.hits(), 0);
}

#[tokio::test(start_paused = true)]
async fn reset_is_as_from_a_peer_that_resets() {
    let real = Server::start(Peer::Resets).await;
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"connection_reset\"")).build().unwrap();
    let seen = fails(&client(NONE).chaos(&chaos), &server.url).await;
    assert_eq!(seen, fails(&bare(NONE), &real.url).await);
    assert!(seen.flags.starts_with("timeout false connect false request true"), "{}", seen.flags);
    assert_eq!(attempts(NONE, Adapter::new(&chaos), &real.url, &server.url).await, [3, 3]);
    assert_eq!(server.hits(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_as_from_a_peer_that_resets_and_the_request_arrives() {
    let real = Server::start(Peer::Resets).await;
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"response_lost\"")).build().unwrap();
    let seen = fails(&client(NONE).chaos(&chaos), &server.url).await;
    assert_eq!(seen, fails(&bare(NONE), &real.url).await);
    assert_eq!(attempts(NONE, Adapter::new(&chaos), &real.url, &server.url).await, [3, 3]);
    assert_eq!((server.hits(), real.hits()), (4, 4));
}

/// What fails by itself is told as it is.
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_was_is_not_lost() {
    let (_held, real) = closed_port();
    let chaos = Chaos::builder().spec(all("network = \"response_lost\"")).build().unwrap();
    assert_eq!(fails(&client(NONE).chaos(&chaos), &real).await, fails(&bare(NONE), &real).await);
}

#[tokio::test(start_paused = true)]
async fn a_hang_is_as_from_a_silent_peer() {
    let real = Server::start(Peer::Silent).await;
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"hang\"")).build().unwrap();
    let total: Settings = |client| client.timeout(ms(200));
    let read: Settings = |client| client.read_timeout(ms(300));
    let both: Settings = |client| client.timeout(ms(200)).read_timeout(ms(300));
    let told = Adapter::new(&chaos);
    let cases = [
        (total, told.clone().timeouts(None, Some(ms(200)), None), 200),
        (read, told.clone().timeouts(None, None, Some(ms(300))), 300),
        (both, told.timeouts(None, Some(ms(200)), Some(ms(300))), 200),
    ];
    for (settings, adapter, after) in cases {
        let seen = fails(&client(settings).chaos(adapter.clone()), &server.url).await;
        assert!(seen.flags.starts_with("timeout true connect false request true"), "{}", seen.flags);
        let really = fails(&bare(settings), &real.url).await;
        assert_eq!((&seen.flags, &seen.links), (&really.flags, &really.links));
        // Tokio's timer has ticks of a millisecond.
        assert!(seen.after.abs_diff(really.after) <= ms(2), "{seen:?} {really:?}");
        assert!(seen.after.abs_diff(ms(after)) <= ms(2), "{seen:?}");
        assert_eq!(attempts(settings, adapter, &real.url, &server.url).await, [3, 3]);
    }
    assert_eq!(server.hits(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_hang_ends_by_the_requests_own_timeout() {
    let real = Server::start(Peer::Silent).await;
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"hang\"")).build().unwrap();
    let adapter = Adapter::new(&chaos).timeouts(None, Some(ms(100)), None);
    let settings: Settings = |client| client.timeout(ms(100));
    let seen = fails_in(&client(settings).chaos(adapter), &server.url, Some(ms(250))).await;
    let really = fails_in(&bare(settings), &real.url, Some(ms(250))).await;
    assert_eq!((&seen.flags, &seen.links), (&really.flags, &really.links));
    assert!(seen.after.abs_diff(ms(250)) <= ms(2) && really.after.abs_diff(ms(250)) <= ms(2));
}

#[tokio::test(start_paused = true)]
async fn nobody_hangs_for_longer_than_the_cap() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"hang\"")).build().unwrap();
    let seen = fails(&client(NONE).chaos(&chaos), &server.url).await;
    assert!(seen.flags.starts_with("timeout true connect false"), "{}", seen.flags);
    assert!(seen.after.abs_diff(chaos_core::caps::MAX_DELAY) <= ms(2), "{seen:?}");
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_not_made_in_time_ends_as_for_real() {
    let (_listener, _queued, real) = full_port().await;
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"timeout\"")).build().unwrap();
    let told = Adapter::new(&chaos);
    let connect: Settings = |client| client.connect_timeout(ms(100));
    let patient: Settings = |client| client.connect_timeout(ms(100)).timeout(ms(200));
    let hasty: Settings = |client| client.connect_timeout(ms(200)).timeout(ms(100));
    let total: Settings = |client| client.timeout(ms(100));
    let read: Settings = |client| client.read_timeout(ms(100));
    let cases = [
        (connect, told.clone(), "timeout true connect true"),
        (connect, told.clone().timeouts(Some(ms(100)), None, None), "timeout true connect true"),
        (patient, told.clone().timeouts(Some(ms(100)), Some(ms(200)), None), "timeout true connect true"),
        (hasty, told.clone().timeouts(Some(ms(200)), Some(ms(100)), None), "timeout true connect false"),
        (total, told.clone().timeouts(None, Some(ms(100)), None), "timeout true connect false"),
        (read, told.timeouts(None, None, Some(ms(100))), "timeout true connect false"),
    ];
    for (settings, adapter, flags) in cases {
        let seen = fails(&client(settings).chaos(adapter.clone()), &server.url).await;
        let really = fails(&bare(settings), &real).await;
        // The links of a connect timeout name an address; these are as from a
        // handshake that takes too long.
        assert_eq!(seen.flags, really.flags);
        assert!(seen.flags.starts_with(flags), "{}", seen.flags);
        assert!(seen.after <= ms(2), "{seen:?}");
        assert_eq!(attempts(settings, adapter, &real, &server.url).await, [3, 3]);
    }
    assert_eq!(server.hits(), 0);
}

/// Faults of one client do not touch each other, nor another runtime's.
#[test]
fn many_faults_at_once_over_several_runtimes() {
    let chaos = Chaos::builder().spec(all("network = \"connection_reset\"")).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let client = client.clone();
        runtime.block_on(async move {
            let calls = (0..50).map(|_| tokio::spawn(client.get("https://orders.example/").send()));
            for call in calls.collect::<Vec<_>>() {
                let Err(Error::Reqwest(error)) = call.await.unwrap() else { panic!("not reqwest's") };
                assert!(error.is_request() && !error.is_connect() && !error.is_timeout(), "{error:?}");
                assert_eq!(error.url().unwrap().as_str(), "https://orders.example/");
            }
        });
    }
    assert_eq!(chaos.health().active, 0);
}
