//! The SDK gives an upload up that stalls. A peer that took the body in and does
//! not answer is no stalled upload, neither for real nor injected.

use crate::peer::{Peer, Server};
use crate::seen::{Settings, Upload, puts};
use crate::{BY_THE_SDK, TIMEOUT, ms, timeouts};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use chaos_core::spec::NetworkFault;
use chaos_core::{Chaos, fault};
use std::time::Duration;
use tokio::time::sleep;

/// A second of grace, and half a minute for an attempt.
const WATCHED: Settings = |config| {
    let watch = StalledStreamProtectionConfig::enabled().grace_period(Duration::from_secs(1));
    timeouts(config, |set| set.operation_attempt_timeout(ms(30_000))).stalled_stream_protection(watch.build())
};

const LONG: Duration = Duration::from_secs(25);

fn all() -> [Upload; 3] {
    [Upload::InMemory, Upload::Streamed, Upload::StreamedOnce]
}

/// So the tests below could fail. What lies in memory is handed over at once.
#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_in_stalls_what_is_streamed() {
    let real = Server::start(Peer::Deaf).await;
    let seen = puts(&real.url, WATCHED, None, Upload::Huge).await;
    assert_eq!((seen.ended.as_str(), seen.attempts), (TIMEOUT, 3));
    assert!(seen.links.last().unwrap().starts_with("minimum throughput"), "{seen:?}");
    let in_memory = puts(&real.url, WATCHED, None, Upload::InMemory).await;
    assert_eq!((in_memory.ended.as_str(), in_memory.attempts), (BY_THE_SDK, 3));
}

#[tokio::test(start_paused = true)]
async fn a_long_delay_is_no_stalled_upload() {
    let real = Server::start(Peer::AnswersAfter(LONG)).await;
    let healthy = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(fault("kinesis", "PutRecord").latency(LONG)).build().unwrap();
    for upload in all() {
        let which = format!("{upload:?}");
        let seen = puts(&healthy.url, WATCHED, Some(&chaos), upload).await;
        seen.assert_as(&puts(&real.url, WATCHED, None, upload).await, &which);
        seen.assert_after(25_000, &which);
        assert_eq!((seen.ended.as_str(), seen.attempts), ("answered", 1), "{which}");
    }
    assert_eq!((healthy.hits(), chaos.health().active), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_hang_is_no_stalled_upload() {
    let real = Server::start(Peer::Silent).await;
    let healthy = Server::start(Peer::Answers).await;
    let hang = fault("kinesis", "PutRecord").network(NetworkFault::Hang);
    let chaos = Chaos::builder().spec(hang).build().unwrap();
    for upload in [Upload::InMemory, Upload::Streamed] {
        let which = format!("{upload:?}");
        let seen = puts(&healthy.url, WATCHED, Some(&chaos), upload).await;
        seen.assert_as(&puts(&real.url, WATCHED, None, upload).await, &which);
        seen.assert_after(90_000, &which);
        assert_eq!((seen.ended.as_str(), seen.attempts), (BY_THE_SDK, 3), "{which}");
    }
    assert_eq!((healthy.hits(), chaos.health().active), (0, 0));
}

/// What can be read once only is kept for the real call: it may yet be made.
#[tokio::test(start_paused = true)]
async fn a_hang_of_what_is_streamed_once_is_a_stalled_upload() {
    let real = Server::start(Peer::Deaf).await;
    let healthy = Server::start(Peer::Answers).await;
    let hang = fault("kinesis", "PutRecord").network(NetworkFault::Hang);
    let chaos = Chaos::builder().spec(hang).build().unwrap();
    let seen = puts(&healthy.url, WATCHED, Some(&chaos), Upload::StreamedOnce).await;
    seen.assert_like(&puts(&real.url, WATCHED, None, Upload::Huge).await, "streamed once");
    assert!(seen.links.last().unwrap().starts_with("minimum throughput"), "{seen:?}");
}

/// The answer comes late: what waits for it ends as for real.
#[tokio::test(start_paused = true)]
async fn a_delay_of_an_upload_honours_the_read_timeout() {
    const READ: Settings = |config| timeouts(config, |set| set.read_timeout(ms(10_000)));
    let real = Server::start(Peer::AnswersAfter(LONG)).await;
    let healthy = Server::start(Peer::Answers).await;
    let chaos = Chaos::builder().spec(fault("kinesis", "PutRecord").latency(LONG)).build().unwrap();
    for upload in all() {
        let which = format!("{upload:?}");
        let seen = puts(&healthy.url, READ, Some(&chaos), upload).await;
        seen.assert_as(&puts(&real.url, READ, None, upload).await, &which);
        seen.assert_after(30_000, &which);
        assert_eq!((seen.ended.as_str(), seen.attempts), (TIMEOUT, 3), "{which}");
    }
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_outage_lets_uploads_go_on_whole() {
    let faults = [
        fault("kinesis", "PutRecord").latency(LONG),
        fault("kinesis", "PutRecord").network(NetworkFault::Hang),
        fault("kinesis", "PutRecord").latency(LONG).status(503),
    ];
    for (fault, upload) in faults.into_iter().flat_map(|fault| all().map(|upload| (fault.clone(), upload))) {
        let which = format!("{fault:?} {upload:?}");
        let healthy = Server::start(Peer::Answers).await;
        let chaos = Chaos::builder().build().unwrap();
        let outage = chaos.scope(fault);
        let ending = async {
            sleep(ms(500)).await;
            assert_eq!(chaos.health().active, 1, "{which}");
            drop(outage);
        };
        let (seen, ()) = tokio::join!(puts(&healthy.url, WATCHED, Some(&chaos), upload), ending);
        seen.assert_after(500, &which);
        assert_eq!((seen.ended.as_str(), seen.attempts, healthy.hits()), ("answered", 1, 1), "{which}");
        assert_eq!(chaos.health().active, 0, "{which}");
    }
}
