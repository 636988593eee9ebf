//! Short answers are read whole; whatever was read is not lost.

use crate::support::{Chunks, data, read};
use chaos_core::body::Rejoined;
use http_body::Frame;

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
