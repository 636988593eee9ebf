//! Damaged and slow bodies next to peers that really send such.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use chaos_core::Chaos;
use chaos_http::{Adapter, ChaosExt};
use reqwest::Response;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::Act::{Resets, Says, Stalls, Waits};
use support::{Act, Peer, Server, Settings, all, client, ms, retrying};
use tokio::time::Instant;

const NONE: Settings = |client| client;
const TEN: &[Act] = &[Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789")];
const CHUNKED: &[Act] =
    &[Says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n")];

/// How a caller reads a body.
#[derive(Clone, Copy, Debug)]
enum Reads {
    Bytes,
    Text,
    Json,
    Chunks,
}

const ALL: [Reads; 4] = [Reads::Bytes, Reads::Text, Reads::Json, Reads::Chunks];

/// What a caller can tell of an answer.
#[derive(Debug, PartialEq)]
struct Seen {
    length: Option<u64>,
    header: Option<String>,
    body: Vec<u8>,
    error: Option<Failed>,
}

#[derive(Debug, PartialEq)]
struct Failed {
    flags: String,
    /// Without what reqwest puts between: one error for each of its timeouts, and
    /// one more for an answer that comes through a middleware.
    links: Vec<String>,
    url: Option<String>,
}

impl Failed {
    fn of(error: &reqwest::Error, server: &str) -> Self {
        let flags = format!(
            "timeout {} decode {} body {} request {} connect {} status {}",
            error.is_timeout(),
            error.is_decode(),
            error.is_body(),
            error.is_request(),
            error.is_connect(),
            error.is_status()
        );
        let mut links = vec![error.to_string().replace(server, "URL")];
        let mut link = std::error::Error::source(error);
        while let Some(error) = link {
            if !error.is::<reqwest::Error>() {
                links.push(format!("{error:?} {error}"));
            }
            link = error.source();
        }
        Self { flags, links, url: error.url().map(|url| url.as_str().replace(server, "URL")) }
    }
}

async fn read(answer: Response, reads: Reads, server: &str) -> Seen {
    let header = answer.headers().get("content-length").map(|told| told.to_str().unwrap().to_owned());
    let (length, mut body) = (answer.content_length(), Vec::new());
    let ended = match reads {
        Reads::Bytes => answer.bytes().await.map(|bytes| body.extend(bytes)),
        Reads::Text => answer.text().await.map(|text| body.extend(text.bytes())),
        Reads::Json => answer.json::<u64>().await.map(|number| body.extend(number.to_string().bytes())),
        Reads::Chunks => chunks(answer, &mut body).await,
    };
    Seen { length, header, body, error: ended.err().map(|error| Failed::of(&error, server)) }
}

async fn chunks(mut answer: Response, body: &mut Vec<u8>) -> reqwest::Result<()> {
    while let Some(chunk) = answer.chunk().await? {
        body.extend(chunk);
    }
    Ok(())
}

async fn call(client: &ClientWithMiddleware, server: &Server, reads: Reads) -> Seen {
    let answer = client.get(format!("{}/orders", server.url)).send().await.unwrap();
    assert_eq!(answer.url().as_str(), format!("{}/orders", server.url));
    read(answer, reads, &server.url).await
}

fn bare(settings: Settings) -> ClientWithMiddleware {
    ClientBuilder::new(client(settings)).build()
}

fn corrupt(damage: &str) -> Chaos {
    Chaos::builder().seed(7).spec(all(&format!("corrupt = {damage}"))).build().unwrap()
}

/// Through a healthy peer with the fault, and from a peer that really does so.
async fn same(damage: &str, healthy: &'static [Act], real: &'static [Act]) {
    let (server, real) = (Server::start(Peer::Plays(healthy)).await, Server::start(Peer::Plays(real)).await);
    let chaos = corrupt(damage);
    let (with_fault, without) = (client(NONE).chaos(&chaos), bare(NONE));
    for reads in ALL {
        let seen = call(&with_fault, &server, reads).await;
        assert_eq!(seen, call(&without, &real, reads).await, "{damage} {reads:?}");
    }
    assert_eq!((server.hits(), real.hits()), (4, 4));
    assert_eq!(chaos.health().active, 0);
}

const TOLD_TEN_HALF: Act = Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234");
/// Until the client has read what came so far.
const PAUSE: Act = Waits(Duration::from_millis(10));

#[tokio::test(start_paused = true)]
async fn a_body_that_ends_early_is_as_from_a_peer_that_closes() {
    same("{ truncate = 5 }", TEN, &[TOLD_TEN_HALF]).await;
    same("{ truncate = -5 }", TEN, &[TOLD_TEN_HALF]).await;
    same("{ truncate = 0 }", TEN, &[Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n")]).await;
    let half = Says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n");
    same("{ truncate = 5 }", CHUNKED, Box::leak(Box::new([half]))).await;
    // Inside the last chunk.
    let rest = Says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n5678");
    same("{ truncate = -1 }", CHUNKED, Box::leak(Box::new([rest]))).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_reset_is_as_from_a_peer_that_resets() {
    same("{ truncate = { after = 5, by = \"reset\" } }", TEN, &[TOLD_TEN_HALF, PAUSE, Resets]).await;
    let half = Says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n");
    let real = Box::leak(Box::new([half, PAUSE, Resets]));
    same("{ truncate = { after = 5, by = \"reset\" } }", CHUNKED, real).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_of_which_the_rest_is_lost_is_as_from_a_peer_that_has_no_more() {
    let short = Says(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n01234");
    same("{ truncate = { after = 5, by = \"end\" } }", TEN, Box::leak(Box::new([short]))).await;
    let short = Says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n");
    same("{ truncate = { after = 5, by = \"end\" } }", CHUNKED, Box::leak(Box::new([short]))).await;
}

#[tokio::test(start_paused = true)]
async fn a_wrong_length_is_as_from_a_peer_that_lies() {
    let more = Says(b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n0123456789");
    same("{ wrong_length = 3 }", TEN, Box::leak(Box::new([more]))).await;
    let less = Says(b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n0123456789");
    same("{ wrong_length = -3 }", TEN, Box::leak(Box::new([less]))).await;
    // Who tells no length tells no wrong one.
    same("{ wrong_length = 3 }", CHUNKED, CHUNKED).await;
}

/// The bytes are others, and what the caller makes of them is as if the peer had
/// sent them.
#[tokio::test(start_paused = true)]
async fn other_bytes_are_as_from_a_peer_that_sends_them() {
    for damage in ["{ flip = 2 }", "{ flip = { at = [0, 9] } }", "\"garbage\""] {
        let server = Server::start(Peer::Plays(TEN)).await;
        let seen = call(&client(NONE).chaos(&corrupt(damage)), &server, Reads::Bytes).await;
        assert_eq!((seen.length, seen.body.len(), &seen.error), (Some(10), 10, &None));
        assert_ne!(seen.body, b"0123456789");
        let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n".to_vec();
        answer.extend(seen.body);
        let real = Server::start(Peer::Plays(Box::leak(Box::new([Says(answer.leak())])))).await;
        for reads in ALL {
            // Each time the first match of a new handle, for the same bytes.
            let seen = call(&client(NONE).chaos(&corrupt(damage)), &server, reads).await;
            assert_eq!(seen, call(&bare(NONE), &real, reads).await, "{damage} {reads:?}");
        }
    }
}

/// The answer is there already, so nobody tries again.
#[tokio::test(start_paused = true)]
async fn damage_is_not_retried() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let real = Server::start(Peer::Plays(&[TOLD_TEN_HALF])).await;
    let count = Arc::new(AtomicUsize::new(0));
    let with_fault = retrying(client(NONE), &count).chaos(&corrupt("{ truncate = 5 }"));
    let seen = call(&with_fault, &server, Reads::Bytes).await;
    let without = retrying(client(NONE), &count).build();
    assert_eq!(seen, call(&without, &real, Reads::Bytes).await);
    assert_eq!(count.load(Ordering::Relaxed), 2);
}

/// One byte after every tenth of a second.
async fn dribbling() -> Server {
    let mut script = vec![Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n")];
    for byte in [b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"] {
        script.extend([Waits(ms(100)), Says(byte)]);
    }
    Server::start(Peer::Plays(script.leak())).await
}

async fn timed(client: &ClientWithMiddleware, server: &Server, reads: Reads) -> (Seen, Duration) {
    let start = Instant::now();
    (call(client, server, reads).await, start.elapsed())
}

type Told = (Option<Duration>, Option<Duration>);

#[tokio::test(start_paused = true)]
async fn a_slow_body_is_as_from_a_peer_that_dribbles() {
    let (server, real) = (Server::start(Peer::Plays(TEN)).await, dribbling().await);
    let chaos = Chaos::builder().spec(all("slow_body = 10")).build().unwrap();
    let cases: [(Settings, Told, u64, usize); 6] = [
        (NONE, (None, None), 1000, 10),
        (|client| client.timeout(ms(450)), (Some(ms(450)), None), 450, 4),
        (|client| client.timeout(ms(2000)), (Some(ms(2000)), None), 1000, 10),
        (|client| client.read_timeout(ms(50)), (None, Some(ms(50))), 50, 0),
        (|client| client.read_timeout(ms(150)), (None, Some(ms(150))), 1000, 10),
        (|client| client.timeout(ms(250)).read_timeout(ms(150)), (Some(ms(250)), Some(ms(150))), 250, 2),
    ];
    for (settings, (total, read), after, bytes) in cases {
        let adapter = Adapter::new(&chaos).timeouts(None, total, read);
        for reads in ALL {
            let (seen, took) = timed(&client(settings).chaos(adapter.clone()), &server, reads).await;
            let (really, really_took) = timed(&bare(settings), &real, reads).await;
            assert_eq!(seen, really, "{after} {reads:?}");
            assert!(took.abs_diff(really_took) <= ms(3), "{reads:?}: {took:?} {really_took:?}");
            assert!(took.abs_diff(ms(after)) <= ms(15), "{reads:?}: {took:?}");
            if let (Reads::Chunks, Some(error)) = (reads, &seen.error) {
                assert!(error.flags.starts_with("timeout true decode true body false"), "{error:?}");
                assert_eq!(seen.body.len(), bytes);
            }
        }
    }
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn a_stall_is_as_from_a_peer_that_stalls() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let real = Server::start(Peer::Plays(&[TOLD_TEN_HALF, Stalls])).await;
    let chaos = Chaos::builder().spec(all("slow_body = { stall_after = 5 }")).build().unwrap();
    let cases: [(Settings, Told, u64); 3] = [
        (|client| client.timeout(ms(450)), (Some(ms(450)), None), 450),
        (|client| client.read_timeout(ms(200)), (None, Some(ms(200))), 200),
        (|client| client.timeout(ms(900)).read_timeout(ms(200)), (Some(ms(900)), Some(ms(200))), 200),
    ];
    for (settings, (total, read), after) in cases {
        let adapter = Adapter::new(&chaos).timeouts(None, total, read);
        for reads in ALL {
            let (seen, took) = timed(&client(settings).chaos(adapter.clone()), &server, reads).await;
            let (really, really_took) = timed(&bare(settings), &real, reads).await;
            assert_eq!(seen, really, "{after} {reads:?}");
            assert!(took.abs_diff(really_took) <= ms(3), "{reads:?}: {took:?} {really_took:?}");
            assert!(took.abs_diff(ms(after)) <= ms(15), "{reads:?}: {took:?}");
        }
    }
}

/// Without any timeout: a connection that nothing comes from any more.
#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_stalled_body_for_longer_than_the_cap() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let chaos = Chaos::builder().spec(all("slow_body = { stall_after = 5 }")).build().unwrap();
    let (seen, took) = timed(&client(NONE).chaos(&chaos), &server, Reads::Chunks).await;
    assert!(took.abs_diff(chaos_core::caps::MAX_DELAY) <= ms(3), "{took:?}");
    assert_eq!(seen.body, b"01234");
    let error = seen.error.unwrap();
    assert!(error.flags.starts_with("timeout true decode true"), "{error:?}");
    assert!(error.links.iter().any(|link| link.starts_with("hyper::Error")), "{error:?}");
}

/// What the request says needs no telling, and counts from when it was sent.
#[tokio::test(start_paused = true)]
async fn a_slow_body_ends_by_the_requests_own_timeout() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let chaos = Chaos::builder().spec(all("latency = \"200ms\"\nslow_body = 10")).build().unwrap();
    let client = client(NONE).chaos(&chaos);
    let start = Instant::now();
    let answer = client.get(&server.url).timeout(ms(450)).send().await.unwrap();
    let error = answer.bytes().await.unwrap_err();
    assert!(error.is_timeout() && error.is_decode(), "{error:?}");
    assert!(start.elapsed().abs_diff(ms(450)) <= ms(3), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_outage_lets_a_slow_body_flow() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let chaos = Chaos::builder().build().unwrap();
    let outage = chaos.scope(all("slow_body = { stall_after = 5 }"));
    let client = client(NONE).chaos(&chaos);
    let answer = client.get(&server.url).send().await.unwrap();
    assert_eq!((chaos.health().active, answer.content_length()), (1, Some(10)));
    let start = Instant::now();
    let ending = async {
        tokio::time::sleep(ms(500)).await;
        drop(outage);
    };
    let (body, ()) = tokio::join!(answer.bytes(), ending);
    assert_eq!(body.unwrap(), "0123456789");
    assert!(start.elapsed().abs_diff(ms(500)) <= ms(3));
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_that_is_given_up_holds_no_place() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let chaos = Chaos::builder().spec(all("slow_body = 1")).build().unwrap();
    let answer = client(NONE).chaos(&chaos).get(&server.url).send().await.unwrap();
    assert_eq!(chaos.health().active, 1);
    drop(answer);
    assert_eq!(chaos.health().active, 0);
}

/// A peer's own failure is told as it is, whatever damage was to come.
#[tokio::test(start_paused = true)]
async fn a_body_that_fails_by_itself_fails_so() {
    let real = Server::start(Peer::Plays(&[TOLD_TEN_HALF])).await;
    for fault in ["corrupt = { flip = { at = [9] } }", "corrupt = { truncate = 9 }", "slow_body = 1000000"] {
        let chaos = Chaos::builder().spec(all(fault)).build().unwrap();
        for reads in ALL {
            let seen = call(&client(NONE).chaos(&chaos), &real, reads).await;
            assert_eq!(seen, call(&bare(NONE), &real, reads).await, "{fault} {reads:?}");
        }
    }
}

const JSON: &[Act] = &[Says(
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\netag: \"7\"\r\n\
      content-length: 27\r\n\r\n{\"id\": 7, \"lines\": [1, 2] }",
)];

#[tokio::test(start_paused = true)]
async fn members_are_dropped_and_replaced() {
    let (json, xml) = (Server::start(Peer::Plays(JSON)).await, Server::start(Peer::Plays(XML)).await);
    let cases = [
        (&json, "{ drop = \"lines\" }", "{\"id\": 7}", true),
        (
            &json,
            "{ replace = { \"lines.0\" = 9 }, drop = \"header:etag\" }",
            "{\"id\": 7, \"lines\": [9, 2] }",
            false,
        ),
        (&json, "{ drop = \"header:etag\" }", "{\"id\": 7, \"lines\": [1, 2] }", false),
        // None of these is there: half of what was asked is not done either.
        (&json, "{ drop = [\"other\", \"header:etag\"] }", "{\"id\": 7, \"lines\": [1, 2] }", true),
        (&xml, "{ replace = { id = 8 } }", "<order><id>8</id></order>", false),
    ];
    for (server, damage, body, has_etag) in cases {
        let answer = client(NONE).chaos(&corrupt(damage)).get(&server.url).send().await.unwrap();
        assert_eq!(answer.headers().contains_key("etag"), has_etag, "{damage}");
        assert_eq!(answer.headers()["content-length"], *body.len().to_string(), "{damage}");
        assert_eq!(answer.content_length(), Some(body.len() as u64), "{damage}");
        assert_eq!(answer.text().await.unwrap(), body, "{damage}");
    }
}

const XML: &[Act] = &[Says(
    b"HTTP/1.1 200 OK\r\ncontent-type: application/soap+xml\r\ncontent-length: 25\r\n\r\n\
      <order><id>7</id></order>",
)];

/// The whole of it comes, in JSON or not.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_edited_passes() {
    let long = chaos_core::caps::MAX_EDITED_BYTES + 1;
    let body = format!("{{\"id\":7,\"x\":\"{}\"}}", "x".repeat(long));
    let told = format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let untold = format!("content-type: application/json\r\nconnection: close\r\n\r\n{body}");
    let text = format!("content-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    for rest in [told, untold, text] {
        let answer = format!("HTTP/1.1 200 OK\r\n{rest}").into_bytes().leak();
        let server = Server::start(Peer::Plays(Box::leak(Box::new([Says(answer)])))).await;
        let answer = client(NONE).chaos(&corrupt("{ drop = \"id\" }")).get(&server.url).send().await.unwrap();
        assert!(answer.text().await.unwrap() == body);
    }
    let broken =
        &[Says(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{\"id\"")];
    let server = Server::start(Peer::Plays(broken)).await;
    for reads in ALL {
        let seen = call(&client(NONE).chaos(&corrupt("{ drop = \"id\" }")), &server, reads).await;
        let really = call(&bare(NONE), &server, reads).await;
        assert_eq!((seen.body, seen.error), (really.body, really.error), "{reads:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_else_of_an_answer_stays() {
    let server = Server::start(Peer::Plays(JSON)).await;
    let faults = ["corrupt = { flip = 1 }", "slow_body = 1000", "corrupt = { drop = \"id\" }"];
    for fault in faults {
        let chaos = Chaos::builder().spec(all(fault)).build().unwrap();
        let url = format!("{}/a?b=c", server.url);
        let seen = client(NONE).chaos(&chaos).get(&url).send().await.unwrap();
        let really = bare(NONE).get(&url).send().await.unwrap();
        assert_eq!((seen.status(), seen.version()), (really.status(), really.version()));
        assert_eq!((seen.url(), seen.remote_addr()), (really.url(), really.remote_addr()));
        assert!(seen.remote_addr().is_some());
        assert_eq!(seen.extensions().len(), really.extensions().len(), "{fault}");
        let headers = |answer: &Response| {
            let names = answer.headers().iter().filter(|(name, _)| *name != "content-length");
            names.map(|(name, value)| format!("{name}: {value:?}")).collect::<Vec<_>>()
        };
        assert_eq!(headers(&seen), headers(&really), "{fault}");
    }
}

/// Who asks for a head gets no body to damage, and the decision says so.
#[tokio::test(start_paused = true)]
async fn heads_have_no_body() {
    let server = Server::start(Peer::Plays(&[Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n")])).await;
    for fault in ["corrupt = { wrong_length = 3 }", "slow_body = 1"] {
        let chaos = Chaos::builder().build().unwrap();
        let outage = chaos.scope(all(fault));
        let answer = client(NONE).chaos(&chaos).head(&server.url).send().await.unwrap();
        assert_eq!(answer.headers()["content-length"], "10");
        assert_eq!(answer.bytes().await.unwrap(), "");
        outage.assert_not_injected();
    }
}
