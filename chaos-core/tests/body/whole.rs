//! Short answers are read whole; whatever was read is not lost.

use crate::support::{Chunks, data, read};
use chaos_core::body::Rejoined;
use http_body::{Body, Frame};
use std::pin::Pin;

fn with_trailers(told: bool) -> Chunks {
    let frames = [data(b"abcd"), data(b""), data(b"efgh"), Ok(Frame::trailers(Default::default()))];
    Chunks { frames: frames.into_iter().collect(), told }
}

#[tokio::test]
async fn a_body_that_is_short_enough_is_read_whole_and_still_there() {
    for told in [true, false] {
        let (bytes, body) = Rejoined::read(with_trailers(told), 8).await;
        assert_eq!(bytes.unwrap(), b"abcdefgh".as_slice());
        let got = read(body).await;
        assert_eq!((got.bytes.as_slice(), got.trailers), (b"abcdefgh".as_slice(), true));
    }
    let (bytes, _) = Rejoined::read(Chunks::of(&[], true), 0).await;
    assert_eq!(bytes.unwrap(), b"".as_slice());
}

#[tokio::test]
async fn a_longer_one_streams_on() {
    for told in [true, false] {
        for most in [0, 3, 4, 7] {
            let (bytes, body) = Rejoined::read(with_trailers(told), most).await;
            assert_eq!(bytes, None);
            let got = read(body).await;
            assert_eq!((got.bytes.as_slice(), got.trailers), (b"abcdefgh".as_slice(), true), "{most}");
        }
    }
}

#[tokio::test]
async fn one_that_fails_fails_where_it_did() {
    let frames = [data(b"ab"), Err("its own".into())];
    let body = Chunks { frames: frames.into_iter().collect(), told: false };
    let (bytes, body) = Rejoined::read(body, 100).await;
    assert_eq!(bytes, None);
    let got = read(body).await;
    assert_eq!((got.bytes.as_slice(), got.error.as_deref()), (b"ab".as_slice(), Some("its own")));
}

/// A peer may send every byte in a chunk of its own: what is kept of that takes
/// little more than the bytes.
#[tokio::test]
async fn small_chunks_are_kept_together() {
    let bytes: Vec<u8> = (0..100_000_u32).map(|byte| byte as u8).collect();
    let (whole, body) = Rejoined::read(Chunks::cut(&bytes, 1, false), 1 << 20).await;
    assert_eq!(whole.unwrap(), bytes);
    assert_eq!(body.bytes(), bytes.len());
    let got = read(body).await;
    assert_eq!((got.bytes == bytes, got.error), (true, None));
    assert!(got.pieces <= 7, "{}", got.pieces);
}

/// Between large ones they stay where they were.
#[tokio::test]
async fn chunks_of_all_sizes_keep_their_order() {
    let large = vec![1; 5_000];
    let chunks: [&[u8]; 6] = [b"a", b"", b"b", &large, b"c", &large];
    let (whole, mut body) = Rejoined::read(Chunks::of(&chunks, true), 1 << 20).await;
    assert_eq!(whole.unwrap(), chunks.concat());
    let first = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    assert_eq!(first.unwrap().unwrap().into_data().unwrap(), "ab");
    assert_eq!(body.bytes(), 10_001);
    assert_eq!(read(body).await.bytes, chunks.concat()[2..]);
}
