//! Requests that nobody sent: whatever the bytes, reading a member of them ends,
//! holds no more than the member, and does not panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chaos_core::input::{Place, Request, member};
use chaos_core::wire::{Protocol, Rest};
use proptest::prelude::*;

const PROTOCOLS: [Protocol; 8] = [
    Protocol::AwsJson10,
    Protocol::AwsJson11,
    Protocol::AwsQuery,
    Protocol::Ec2Query,
    Protocol::RpcV2Cbor,
    Protocol::Rest(Rest::Json),
    Protocol::Rest(Rest::Xml),
    Protocol::Rest(Rest::S3),
];

fn places() -> Vec<Option<Place>> {
    let path = |segment, of, rest| Some(Place::Path { segment, of, rest });
    vec![
        None,
        Some(Place::Payload),
        Some(Place::Body("b".into())),
        Some(Place::Query("a".into())),
        Some(Place::Header("a".into())),
        Some(Place::Headers("a".into())),
        path(0, 1, None),
        path(1, 2, Some(1)),
        path(3, 2, Some(9)),
        path(u16::MAX, u16::MAX, Some(u16::MAX)),
        path(0, 0, Some(0)),
    ]
}

/// Reads the member in every protocol.
fn read(uri: &str, host: &str, body: &[u8], path: &str, places: &[Option<Place>]) {
    for protocol in PROTOCOLS {
        for place in places {
            let header = |_: &str| Some("h");
            let request = Request { protocol, uri, host, header: &header, body: Some(body) };
            let found = member(&request, place.as_ref(), path);
            let most = (body.len() * 2).max(uri.len()).max(host.len()).max(1);
            assert!(found.is_none_or(|found| found.len() <= most + 4), "{protocol:?} {place:?}");
        }
    }
}

/// Bytes of which documents are made: names, numbers, brackets, lengths.
const PIECES: &[&[u8]] = &[
    b"{\"a\":",
    b"[",
    b"]",
    b"}",
    b",1",
    b"\"a\"",
    b"0",
    b"<a>",
    b"</a>",
    b"<b/>",
    b"&amp;",
    b"<![CDATA[",
    b"<!--",
    b"a=1&",
    b"a.1.key=b&",
    b"a.1.value=c&",
    b"a.member.1.",
    b"%4",
    b"+",
    b"\xbf\x61a",
    b"\xa1\x61a",
    b"\x9f",
    b"\x81",
    b"\xff",
    b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x7f\x61a",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xc1",
    b"\xf9\x3c\x00",
];

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

fn paths() -> impl Strategy<Value = String> {
    let step = prop::sample::select(&["a", "b", "as", "0", "1", "99999999999999999999"][..]);
    prop::collection::vec(step, 0..20).prop_map(|steps| steps.join("."))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_not(body in prop::collection::vec(any::<u8>(), 0..400), path in paths(), uri in ".{0,60}", host in ".{0,30}") {
        read(&uri, &host, &body, &path, &places());
    }

    #[test]
    fn damaged_documents_are_read_or_not(body in pieces(), path in paths(), uri in "http://[a.s3-]{0,9}[/a%?=&.0-9]{0,40}") {
        read(&uri, "a.s3.b", &body, &path, &places());
    }
}

/// The stack of a test's thread is two megabytes.
#[test]
fn what_nests_without_end_is_left_unread() {
    let deep = 50_000;
    let bodies = [
        b"{\"a\":".repeat(deep),
        b"[".repeat(deep),
        b"<a>".repeat(deep),
        [b"a.".repeat(deep), b"a=1".to_vec()].concat(),
        b"\xbf\x61a".repeat(deep),
        b"\x9f".repeat(deep),
        b"\x81".repeat(deep),
        b"\xc1".repeat(deep),
        b"a.1.key=b&".repeat(deep / 10),
    ];
    for body in bodies {
        for path in
            ["a", "b", "a.0.a", "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "a.b"]
        {
            read("http://h/", "h", &body, path, &[None]);
        }
    }
    read(&format!("http://h{}", "/a".repeat(deep)), &"s3.".repeat(1_000), b"", "a", &places());
}
