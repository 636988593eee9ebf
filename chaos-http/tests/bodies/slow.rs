//! Slow bodies next to peers that dribble and stall.

use crate::seen::{ALL, NONE, Reads, Seen, TEN, TOLD_TEN_HALF, bare, call};
use crate::support::Act::{Says, Stalls, Waits};
use crate::support::{Peer, Server, Settings, all, client, ms};
use chaos_core::Chaos;
use chaos_http::{Adapter, ChaosExt};
use reqwest_middleware::ClientWithMiddleware;
use std::time::Duration;
use tokio::time::Instant;

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
    assert_eq!((chaos.health().active, answer.content_length()), (0, Some(10)));
    let start = Instant::now();
    let ending = async {
        tokio::time::sleep(ms(500)).await;
        assert_eq!(chaos.health().active, 1);
        drop(outage);
    };
    let (body, ()) = tokio::join!(answer.bytes(), ending);
    assert_eq!(body.unwrap(), "0123456789");
    assert!(start.elapsed().abs_diff(ms(500)) <= ms(3));
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_that_nobody_reads_or_that_is_given_up_holds_no_place() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let chaos = Chaos::builder().spec(all("slow_body = 1")).build().unwrap();
    let answer = client(NONE).chaos(&chaos).get(&server.url).send().await.unwrap();
    assert_eq!(chaos.health().active, 0);
    let reading = tokio::spawn(answer.bytes());
    tokio::time::sleep(ms(50)).await;
    assert_eq!(chaos.health().active, 1);
    reading.abort();
    assert!(reading.await.unwrap_err().is_cancelled());
    assert_eq!(chaos.health().active, 0);
}
