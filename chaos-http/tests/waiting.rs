//! Delays, next to a peer that is as slow, and what ends them early.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use chaos_core::Chaos;
use chaos_core::clock::{Clock, TestClock};
use chaos_core::decide::Lease;
use chaos_core::settings::Settings as ChaosSettings;
use chaos_http::{Adapter, ChaosExt};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error};
use std::sync::Arc;
use std::time::Duration;
use support::{Peer, Server, Settings, VirtualClock, all, client, ms};
use tokio::time::{Instant, sleep, timeout};

const NONE: Settings = |client| client;

/// How the call ended and after how many milliseconds. Tokio's timer has ticks
/// of a millisecond.
async fn call(client: &ClientWithMiddleware, url: &str) -> (&'static str, u64) {
    let start = Instant::now();
    let ended = match client.get(url).send().await {
        Ok(answer) => match answer.bytes().await {
            Ok(body) => {
                assert_eq!(body, "real");
                "answered"
            }
            Err(error) if error.is_timeout() && error.is_decode() => "timeout in the body",
            Err(error) => panic!("{error:?}"),
        },
        Err(Error::Reqwest(error)) if error.is_timeout() && !error.is_connect() => "timeout",
        Err(error) => panic!("{error:?}"),
    };
    let after = u64::try_from(start.elapsed().as_millis()).unwrap();
    (ended, (after + 5) / 10 * 10)
}

fn delayed(delay: &str) -> Chaos {
    Chaos::builder().spec(all(&format!("latency = \"{delay}\""))).build().unwrap()
}

type Told = (Option<Duration>, Option<Duration>);

/// A delay of 300 ms, and a peer that takes so long to answer.
#[tokio::test(start_paused = true)]
async fn a_delay_ends_as_a_slow_peer_does() {
    let slow = Server::start(Peer::AnswersAfter(ms(300))).await;
    let server = Server::start(Peer::Answers).await;
    let chaos = delayed("300ms");
    let cases: [(Settings, Told, (&str, u64), usize); 7] = [
        (NONE, (None, None), ("answered", 300), 1),
        (|client| client.connect_timeout(ms(100)), (None, None), ("answered", 300), 1),
        (|client| client.timeout(ms(400)), (Some(ms(400)), None), ("answered", 300), 1),
        (|client| client.timeout(ms(100)), (Some(ms(100)), None), ("timeout", 100), 0),
        (|client| client.read_timeout(ms(100)), (None, Some(ms(100))), ("timeout", 100), 0),
        (|client| client.read_timeout(ms(400)), (None, Some(ms(400))), ("answered", 300), 1),
        (
            |client| client.read_timeout(ms(200)).timeout(ms(150)),
            (Some(ms(150)), Some(ms(200))),
            ("timeout", 150),
            0,
        ),
    ];
    for (settings, (total, read), ended, hits) in cases {
        let before = server.hits();
        let adapter = Adapter::new(&chaos).timeouts(None, total, read);
        assert_eq!(call(&client(settings).chaos(adapter), &server.url).await, ended);
        assert_eq!(server.hits() - before, hits);
        let real = ClientBuilder::new(client(settings)).build();
        assert_eq!(call(&real, &slow.url).await, ended);
    }
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn timeouts_count_from_the_start_of_the_attempt() {
    let slow = Server::start(Peer::AnswersAfter(ms(100))).await;
    let late_body = Server::start(Peer::AnswersSlowly(ms(100))).await;
    let chaos = delayed("300ms");
    let total: Settings = |client| client.timeout(ms(350));
    let read: Settings = |client| client.read_timeout(ms(350));
    let told = Adapter::new(&chaos);
    let with_total = client(total).chaos(told.clone().timeouts(None, Some(ms(350)), None));
    let with_read = client(read).chaos(told.timeouts(None, None, Some(ms(350))));
    assert_eq!(call(&with_total, &slow.url).await, ("timeout", 350));
    assert_eq!(call(&with_read, &slow.url).await, ("timeout", 350));
    assert_eq!(call(&with_total, &late_body.url).await, ("timeout in the body", 350));
    // Between reads of the body there is all of it.
    assert_eq!(call(&with_read, &late_body.url).await, ("answered", 400));
}

#[tokio::test(start_paused = true)]
async fn a_requests_own_timeout_needs_no_telling() {
    let server = Server::start(Peer::Answers).await;
    let client = client(NONE).chaos(&delayed("300ms"));
    let start = Instant::now();
    let error = client.get(&server.url).timeout(ms(100)).send().await.unwrap_err();
    assert!(error.is_timeout() && start.elapsed() < ms(105), "{error:?}");
    client.get(&server.url).timeout(ms(400)).send().await.unwrap();
    assert_eq!(server.hits(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delay_comes_before_the_outcome() {
    let server = Server::start(Peer::Answers).await;
    let lost = "latency = \"300ms\"\nnetwork = \"response_lost\"";
    let chaos = Chaos::builder().spec(all(lost)).build().unwrap();
    let start = Instant::now();
    let error = client(NONE).chaos(&chaos).get(&server.url).send().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert!(start.elapsed().abs_diff(ms(300)) <= ms(2));
    assert_eq!(server.hits(), 1);
}

/// Within what the delay left of the read timeout.
#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_too_late_to_be_lost_is_a_timeout() {
    let server = Server::start(Peer::AnswersAfter(ms(100))).await;
    let lost = "latency = \"300ms\"\nnetwork = \"response_lost\"";
    let chaos = Chaos::builder().spec(all(lost)).build().unwrap();
    let settings: Settings = |client| client.read_timeout(ms(350));
    let client = client(settings).chaos(Adapter::new(&chaos).timeouts(None, None, Some(ms(350))));
    assert_eq!(call(&client, &server.url).await, ("timeout", 350));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_outage_wakes_sleepers_and_the_real_call_goes_on() {
    for fault in ["network = \"hang\"", "latency = \"30s\"", "latency = \"30s\"\nstatus = 503"] {
        let server = Server::start(Peer::Answers).await;
        let chaos = Chaos::builder().build().unwrap();
        let client = client(NONE).chaos(&chaos);
        let outage = chaos.scope(all(fault));
        let ending = async {
            sleep(ms(500)).await;
            // What others do does not concern it.
            drop(chaos.scope(support::spec("host = \"other\"", "status = 500")).optional());
            sleep(ms(500)).await;
            assert_eq!((chaos.health().active, server.hits()), (1, 0));
            drop(outage);
        };
        let (answer, ()) = tokio::join!(call(&client, &server.url), ending);
        assert_eq!(answer, ("answered", 1000));
        assert_eq!(chaos.health().active, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_holds_no_place() {
    let server = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(all("network = \"hang\"")).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    assert!(timeout(ms(10), client.get(&server.url).send()).await.is_err());
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn a_delayed_call_gives_its_place_back_when_the_delay_is_over() {
    let server = Server::start(Peer::AnswersAfter(ms(200))).await;
    let chaos = delayed("100ms");
    let client = client(NONE).chaos(&chaos);
    let looking = async {
        sleep(ms(50)).await;
        assert_eq!(chaos.health().active, 1);
        sleep(ms(100)).await;
        assert_eq!(chaos.health().active, 0);
    };
    let (answer, ()) = tokio::join!(call(&client, &server.url), looking);
    assert_eq!(answer, ("answered", 300));
}

/// A deadline is the end also for the calls that are under way.
#[tokio::test(start_paused = true)]
async fn a_held_call_goes_on_when_its_armed_period_ends() {
    let server = Server::start(Peer::Answers).await;
    let specs = r#"{"id": "a", "enabled": true, "until": "2026-11-23T12:00:01Z", "target": {"host": "127.*"},
        "fault": {"latency": "60s", "status": 503}, "when": {"rate": "100%"}}"#;
    let lookup = |name: &str| (name == "CHAOS_SPECS").then(|| specs.to_owned());
    let settings = ChaosSettings::read(&lookup, "test").unwrap();
    let clock = TestClock::at("2026-11-23T12:00:00Z".parse().unwrap());
    let chaos = Chaos::from_settings(&settings, Arc::new(clock)).unwrap();
    assert_eq!(call(&client(NONE).chaos(&chaos), &server.url).await.0, "answered");
    assert_eq!(server.hits(), 1);
}

/// Nor does anything hold a call whose source is not heard of any more.
#[tokio::test(start_paused = true)]
async fn a_held_call_goes_on_when_its_lease_runs_out_and_not_before() {
    // Renewed so often, every three seconds: held for so long, and whether it is hit.
    let cases = [(0, 5_000, true), (2, 11_000, true), (7, 20_000, false)];
    for fault in ["latency = \"20s\"\nstatus = 503", "latency = \"20s\"\nslow_body = { stall_after = 0 }"] {
        for (renewals, held, is_real) in cases {
            let server = Server::start(Peer::Answers).await;
            let clock = VirtualClock::new();
            let lease = Arc::new(Lease::new(ms(5_000), &clock.now()));
            let chaos = Chaos::builder().clock(clock.clone()).lease(Arc::clone(&lease)).spec(all(fault));
            let client = client(NONE).chaos(&chaos.build().unwrap());
            let renewing = async {
                for _ in 0..renewals {
                    sleep(ms(3_000)).await;
                    lease.renew(&clock.now());
                }
            };
            let start = Instant::now();
            let (answer, ()) = tokio::join!(client.get(&server.url).send(), renewing);
            assert!(
                start.elapsed().abs_diff(ms(held.max(renewals * 3_000))) <= ms(5),
                "{:?}",
                start.elapsed()
            );
            let answer = answer.unwrap();
            if fault.contains("503") {
                assert_eq!(answer.status() == 200, is_real, "{fault}");
                continue;
            }
            let start = Instant::now();
            assert_eq!(answer.bytes().await.unwrap(), "real");
            // The lease was renewed for the last time when reading began.
            let slowed = if is_real { 0 } else { 5_000 };
            assert!(start.elapsed().abs_diff(ms(slowed)) <= ms(5), "{:?}", start.elapsed());
        }
    }
}
