//! Damaged bodies next to peers that really send such.

use crate::seen::{ALL, CHUNKED, NONE, Reads, TEN, TOLD_TEN_HALF, bare, call, corrupt};
use crate::support::Act::{self, Resets, Says, Waits};
use crate::support::{Peer, Server, all, client, retrying};
use chaos_core::Chaos;
use chaos_http::ChaosExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

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
