//! What clients of answers that are read whole make of bodies that go wrong:
//! each damage that is injected next to a server that really does it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[allow(unreachable_pub, reason = "it is shared with the tests of downloads")]
#[path = "../conformance/tests/bodies/peer.rs"]
mod peer;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_async::time::TimeSource;
use aws_smithy_http_client::Builder as Http;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig as Protection;
use aws_smithy_types::timeout::{TimeoutConfig, TimeoutConfigBuilder};
use aws_types::SdkConfig;
use chaos_core::caps::{MAX_DELAY, MAX_EDITED_BYTES};
use chaos_core::spec::{CorruptFault, Ending, Flip, Members, SlowBodyFault, Truncate};
use chaos_core::{Chaos, FaultBuilder, fault};
use chaos_sdk_interceptor::ChaosExt;
use peer::{Does, Peer, words};
use std::error::Error;
use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tests::logs::Logs;
use tests::sdk;
use tokio::time::Instant;

const ITEM: &[u8] = br#"{"Item":{"id":{"S":"abcdef"}}}"#;
const STREAMS: &[u8] = br#"{"StreamNames":["orders"],"HasMoreStreams":false}"#;
const HEADERS: &str = "x-amzn-requestid: real-id\r\nx-told: this\r\nx-amz-crc32: 12345\r\n";
/// By which a flipped byte of the value is one that JSON may have.
const SEED: u64 = 10;
/// Within the value of `id`.
const IN_VALUE: usize = 22;

type Timeouts = fn(TimeoutConfigBuilder) -> TimeoutConfigBuilder;

const NONE: Timeouts = |timeouts| timeouts;

#[derive(Debug)]
struct VirtualTime(Instant);

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.0.elapsed()
    }
}

/// What the caller sees: the kind of end and its words, the attempts, the time.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    ended: String,
    attempts: usize,
    took: Duration,
}

fn config(peer: &Peer, timeouts: Timeouts) -> SdkConfig {
    sdk::config(&peer.url())
        .timeout_config(timeouts(TimeoutConfig::builder().disable_connect_timeout()).build())
        .time_source(VirtualTime(Instant::now()))
        .http_client(Http::new().build_http())
        .build()
}

fn kind<E>(error: &SdkError<E>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(_) => "dispatch",
        SdkError::ResponseError(_) => "response",
        SdkError::ServiceError(_) => "service",
        _ => "other",
    }
}

#[derive(Clone, Copy, Debug)]
enum Call {
    GetItem,
    ListStreams,
}

use Call::{GetItem, ListStreams};

impl Call {
    fn body(self) -> &'static [u8] {
        match self {
            GetItem => ITEM,
            ListStreams => STREAMS,
        }
    }

    fn fault(self) -> FaultBuilder {
        match self {
            GetItem => fault("dynamodb", "GetItem"),
            ListStreams => fault("kinesis", "ListStreams"),
        }
    }

    async fn run(self, peer: &Peer, config: &SdkConfig) -> Seen {
        let start = Instant::now();
        let ended = match self {
            GetItem => {
                let client = aws_sdk_dynamodb::Client::new(config);
                let key = AttributeValue::S("1".into());
                ended(whole(peer, client.get_item().table_name("orders").key("id", key).send()).await)
            }
            ListStreams => {
                let client = aws_sdk_kinesis::Client::new(config);
                ended(whole(peer, client.list_streams().send()).await)
            }
        };
        Seen { ended, attempts: peer.hits(), took: start.elapsed() }
    }

    /// Of a server that really does it.
    async fn real(self, does: Does, chunked: bool, timeouts: Timeouts) -> Seen {
        let peer = Peer::start(does, chunked, HEADERS, self.body()).await;
        self.run(&peer, &config(&peer, timeouts)).await
    }

    /// Of a server that does well, and the fault.
    async fn injected(self, chunked: bool, timeouts: Timeouts, fault: FaultBuilder) -> Seen {
        let peer = Peer::start(Does::Well, chunked, HEADERS, self.body()).await;
        let chaos = Chaos::builder().seed(SEED).build().unwrap();
        let outage = chaos.scope(fault);
        let seen = self.run(&peer, &config(&peer, timeouts).chaos(&chaos)).await;
        outage.assert_injected(seen.attempts as u64);
        assert_eq!(chaos.health().active, 0);
        seen
    }
}

fn ended<T: Debug, E: Error + 'static>(ended: Result<T, SdkError<E>>) -> String {
    match ended {
        Ok(answer) => format!("ok: {answer:?}"),
        Err(error) => format!("{}: {}", kind(&error), words(&error)),
    }
}

/// Lets a server that means to reset its connections.
async fn whole<T>(peer: &Peer, call: impl Future<Output = T>) -> T {
    let mut call = std::pin::pin!(call);
    std::future::poll_fn(|context| {
        peer.read(None);
        call.as_mut().poll(context)
    })
    .await
}

fn truncate(after: i64, by: Ending) -> CorruptFault {
    CorruptFault::Truncate(Truncate { after, by })
}

#[tokio::test]
async fn damage_is_seen_as_the_real_one() {
    for call in [GetItem, ListStreams] {
        let size = call.body().len();
        let first = CorruptFault::Flip(Flip::At(vec![0]));
        let died = "response: ";
        // What cannot be parsed is not tried again; clients of the older kind
        // take it for an error of the service.
        let misread = if matches!(call, GetItem) { "service: " } else { "response: " };
        let cases = [
            (Does::Flips(vec![0]), first, misread, 1),
            (Does::Garbles, CorruptFault::Garbage, misread, 1),
            (Does::Closes(9), truncate(9, Ending::Close), died, 3),
            (Does::Closes(size - 1), truncate(-1, Ending::Close), died, 3),
            (Does::Closes(0), truncate(0, Ending::Close), died, 3),
            (Does::Resets(9), truncate(9, Ending::Reset), died, 3),
            (Does::Resets(size - 1), truncate(-1, Ending::Reset), died, 3),
            (Does::Loses(9), truncate(9, Ending::End), misread, 1),
            (Does::Loses(size - 1), truncate(-1, Ending::End), misread, 1),
            (Does::Says(10), CorruptFault::WrongLength(10), died, 3),
            (Does::Says(-10), CorruptFault::WrongLength(-10), misread, 1),
        ];
        for (does, damage, start, attempts) in cases {
            for chunked in [false, true] {
                if chunked && matches!(does, Does::Says(_)) {
                    continue;
                }
                let real = call.real(does.clone(), chunked, NONE).await;
                let ours = call.injected(chunked, NONE, call.fault().corrupt(damage.clone())).await;
                assert_eq!((&ours.ended, ours.attempts), (&real.ended, real.attempts), "{call:?} {damage:?}");
                assert!(ours.ended.starts_with(start), "{call:?} {damage:?} {ours:?}");
                assert_eq!(ours.attempts, attempts);
            }
        }
    }
}

#[tokio::test]
async fn other_bytes_in_a_value_are_not_found() {
    // The header is not looked at, and would not fit anyway.
    let real = GetItem.real(Does::Flips(vec![IN_VALUE]), false, NONE).await;
    let fault = CorruptFault::Flip(Flip::At(vec![IN_VALUE as u64]));
    let ours = GetItem.injected(false, NONE, GetItem.fault().corrupt(fault)).await;
    for seen in [real, ours] {
        assert!(seen.ended.starts_with("ok: "), "{seen:?}");
        assert!(!seen.ended.contains("abcdef") && seen.ended.contains("ef\""), "{seen:?}");
        assert_eq!(seen.attempts, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn timeouts_end_a_body_that_does_not_come() {
    let cases: [(Timeouts, u64, usize); 2] = [
        (|timeouts| timeouts.operation_attempt_timeout(Duration::from_millis(500)), 1_500, 3),
        (|timeouts| timeouts.operation_timeout(Duration::from_millis(500)), 500, 1),
    ];
    let faults =
        [(Does::Stalls(9), SlowBodyFault::stall_after(9)), (Does::Dribbles(1), SlowBodyFault::rate(10))];
    for (timeouts, took, attempts) in cases {
        for (does, slow) in &faults {
            let real = GetItem.real(does.clone(), false, timeouts).await;
            let ours = GetItem.injected(false, timeouts, GetItem.fault().slow_body(*slow)).await;
            assert!(ours.ended.starts_with("timeout: "), "{ours:?}");
            assert_eq!((ours.attempts, ours.took), (attempts, Duration::from_millis(took)), "{slow:?}");
            assert_eq!(ours, real, "{slow:?}");
        }
    }
}

/// Its time ends with the head.
#[tokio::test(start_paused = true)]
async fn the_read_timeout_does_not_end_a_slow_body() {
    let timeouts: Timeouts = |timeouts| timeouts.read_timeout(Duration::from_millis(500));
    let real = GetItem.real(Does::Dribbles(1), false, timeouts).await;
    let ours = GetItem.injected(false, timeouts, GetItem.fault().slow_body(SlowBodyFault::rate(10))).await;
    assert!(ours.ended.starts_with("ok: "), "{ours:?}");
    assert_eq!(ours, real);
}

/// It is on unless it is switched off, for answers of every service.
#[tokio::test(start_paused = true)]
async fn the_protection_against_stalls_ends_a_body_that_does_not_come() {
    let stall = || GetItem.fault().slow_body(SlowBodyFault::stall_after(9));
    let real = GetItem.real(Does::Stalls(9), false, NONE).await;
    let ours = GetItem.injected(false, NONE, stall()).await;
    assert!(ours.ended.starts_with("response: response error <- minimum throughput"), "{ours:?}");
    assert_eq!((&ours.ended, ours.attempts), (&real.ended, 3));
}

#[tokio::test(start_paused = true)]
async fn without_anything_against_it_a_stall_ends_with_the_cap() {
    let peer = Peer::start(Does::Well, false, HEADERS, ITEM).await;
    let chaos = Chaos::builder().build().unwrap();
    let _outage = chaos.scope(GetItem.fault().slow_body(SlowBodyFault::stall_after(9)));
    let unprotected = config(&peer, NONE).into_builder().stalled_stream_protection(Protection::disabled());
    let seen = GetItem.run(&peer, &unprotected.build().chaos(&chaos)).await;
    assert!(seen.ended.starts_with("response: "), "{seen:?}");
    assert!(seen.ended.ends_with("Connection timed out"), "{seen:?}");
    assert_eq!((seen.attempts, seen.took), (3, 3 * MAX_DELAY));
}

#[tokio::test]
async fn headers_are_left_out_and_replaced() {
    let members = Members {
        drop: vec!["header:x-amzn-requestid".into()],
        replace: [("header:x-told".to_owned(), "other".into())].into(),
    };
    let (logs, _guard) = Logs::capture();
    let fault = GetItem.fault().corrupt(CorruptFault::Members(members));
    let seen = GetItem.injected(false, NONE, fault).await;
    assert!(seen.ended.starts_with("ok: ") && !seen.ended.contains("real-id"), "{seen:?}");
    let warned = logs.of("chaos").iter().any(|line| line.text.contains("changed nothing"));
    assert!(!warned, "{:?}", logs.of("chaos"));
}

/// It is no injection, and all who count say so.
#[tokio::test]
async fn what_cannot_be_changed_passes_and_says_so() {
    let drop = |path: &str| CorruptFault::Members(Members { drop: vec![path.into()], ..Members::default() });
    let both = Members { drop: vec!["Nothing.of.it".into(), "header:x-told".into()], ..Members::default() };
    let cases = [
        (CorruptFault::Members(both), "the answer has no member `Nothing.of.it`"),
        (drop("header:vary"), "the answer has no header `vary`"),
        (CorruptFault::Flip(Flip::At(vec![99])), "the body of the answer is too short for the damage"),
        (truncate(99, Ending::Reset), "the body of the answer is too short for the damage"),
        (truncate(-99, Ending::End), "the body of the answer is too short for the damage"),
    ];
    for (damage, why) in cases {
        let (logs, _guard) = Logs::capture();
        let peer = Peer::start(Does::Well, false, HEADERS, ITEM).await;
        let chaos = Chaos::builder().observe(true).build().unwrap();
        let outage = chaos.scope(GetItem.fault().corrupt(damage.clone()));
        let seen = GetItem.run(&peer, &config(&peer, NONE).chaos(&chaos)).await;
        assert!(seen.ended.contains("abcdef") && seen.ended.contains("real-id"), "{seen:?}");
        outage.assert_injected(0);
        assert_eq!(outage.without_effect(), 1, "{damage:?}");
        let told = chaos.journal().entries.remove(0).without_effect.unwrap();
        assert_eq!(told.to_string(), why, "{damage:?}");
        let said = logs.of("chaos").into_iter().filter(|line| line.text.contains("changed nothing"));
        let said: Vec<_> = said.map(|line| line.text).collect();
        let name = "dynamodb-getitem/dynamodb-getitem changed nothing";
        assert!(said.len() == 1 && said[0].contains(name) && said[0].contains(why), "{said:?}");
        let counts = chaos.observed_lately("dynamodb", "GetItem");
        assert_eq!((counts.passed, counts.failed, counts.injected, counts.lost), (1, 0, 0, 0), "{damage:?}");
    }
}

/// It has no body to damage, and nothing that could be read.
#[tokio::test]
async fn an_empty_body_has_nothing_to_damage() {
    for (damage, why) in [
        (CorruptFault::Garbage, "the body of the answer is empty"),
        (CorruptFault::Members(Members { drop: vec!["Item".into()], ..Members::default() }), "not JSON"),
    ] {
        let peer = Peer::start(Does::Well, false, HEADERS, b"").await;
        let chaos = Chaos::builder().build().unwrap();
        let outage = chaos.scope(GetItem.fault().corrupt(damage));
        GetItem.run(&peer, &config(&peer, NONE).chaos(&chaos)).await;
        outage.assert_not_injected();
        let told = chaos.journal().entries.remove(0).without_effect.unwrap();
        assert!(told.to_string().contains(why), "{told}");
    }
}

#[tokio::test]
async fn members_are_left_out_and_replaced() {
    let members = |drop: &[&str], replace: &[(&str, &str)]| {
        let drop = drop.iter().map(|path| (*path).to_owned()).collect();
        let replace = replace.iter().map(|(path, value)| ((*path).to_owned(), (*value).into())).collect();
        CorruptFault::Members(Members { drop, replace })
    };
    let cases = [
        (GetItem, members(&["Item.id"], &[]), "item: Some({})"),
        (GetItem, members(&[], &[("Item.id.S", "other")]), "S(\"other\")"),
        (ListStreams, members(&["StreamNames.0"], &[]), "stream_names: []"),
        (ListStreams, members(&[], &[("StreamNames.0", "gone")]), "stream_names: [\"gone\"]"),
    ];
    for (call, damage, expected) in cases {
        for chunked in [false, true] {
            let seen = call.injected(chunked, NONE, call.fault().corrupt(damage.clone())).await;
            assert!(seen.ended.starts_with("ok: ") && seen.ended.contains(expected), "{damage:?} {seen:?}");
            assert_eq!(seen.attempts, 1);
        }
    }
}

/// It streams on, with nothing of it lost.
#[tokio::test]
async fn an_answer_that_is_too_long_to_be_edited_passes() {
    let value = "x".repeat(MAX_EDITED_BYTES);
    let body = format!(r#"{{"Item":{{"id":{{"S":"{value}"}}}}}}"#);
    let drop = vec!["Item".to_owned()];
    let fault = GetItem.fault().corrupt(CorruptFault::Members(Members { drop, ..Members::default() }));
    for chunked in [false, true] {
        let (logs, _guard) = Logs::capture();
        let peer = Peer::start(Does::Well, chunked, HEADERS, body.as_bytes()).await;
        let chaos = Chaos::builder().build().unwrap();
        let outage = chaos.scope(fault.clone());
        let seen = GetItem.run(&peer, &config(&peer, NONE).chaos(&chaos)).await;
        assert!(seen.ended.starts_with("ok: ") && seen.ended.contains(&value));
        outage.assert_injected(0);
        assert!(logs.of("chaos").iter().any(|line| line.text.contains("longer than 1 MiB")));
    }
}
