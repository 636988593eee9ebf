//! Slow bodies and the settings of a client, in virtual time.

use crate::download::{Seen, config, download, get_object, injected, object};
use crate::peer::{Does, Peer};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig as Protection;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::sdk_config::Builder;
use chaos_core::FaultBuilder;
use chaos_core::caps::MAX_DELAY;
use chaos_core::spec::SlowBodyFault;
use std::time::Duration;

const SIZE: usize = 250_000;

fn protected(config: Builder) -> Builder {
    let protection = Protection::enabled().grace_period(Duration::from_secs(1)).build();
    config.stalled_stream_protection(protection)
}

fn unprotected(config: Builder) -> Builder {
    config.stalled_stream_protection(Protection::disabled())
}

async fn real(does: Does, change: fn(Builder) -> Builder) -> Seen {
    let peer = Peer::start(does, false, "", &object()).await;
    download(&peer, change(config(&peer))).await
}

async fn ours(fault: FaultBuilder, change: fn(Builder) -> Builder) -> Seen {
    let peer = Peer::start(Does::Well, false, "", &object()).await;
    injected(&peer, change(config(&peer)), fault).await
}

fn slow(fault: SlowBodyFault) -> FaultBuilder {
    get_object().slow_body(fault)
}

#[tokio::test(start_paused = true)]
async fn a_stall_is_found_by_the_protection_against_it() {
    let real = real(Does::Stalls(100_000), protected).await;
    let ours = ours(slow(SlowBodyFault::stall_after(100_000)), protected).await;
    let told =
        "streaming error <- minimum throughput was specified at 1 B/s, but throughput of 0 B/s was observed";
    assert_eq!(ours.broken.as_deref(), Some(told));
    assert_eq!((ours.bytes, ours.attempts), (100_000, 1));
    assert_eq!((&ours.broken, ours.bytes, ours.attempts), (&real.broken, real.bytes, real.attempts));
}

#[tokio::test(start_paused = true)]
async fn a_stall_without_protection_ends_with_the_cap() {
    let ours = ours(slow(SlowBodyFault::stall_after(100_000)), unprotected).await;
    let told = "streaming error <- error reading a body from connection <- Connection timed out";
    assert_eq!((ours.broken.as_deref(), ours.bytes), (Some(told), 100_000));
    assert_eq!(ours.took, MAX_DELAY);
}

#[tokio::test(start_paused = true)]
async fn a_trickle_is_not_found_by_the_protection() {
    let real = real(Does::Dribbles(25_000), protected).await;
    let ours = ours(slow(SlowBodyFault::rate(250_000)), protected).await;
    assert_eq!((ours.broken.as_ref(), ours.bytes, ours.right), (None, SIZE, true));
    assert_eq!((ours.broken, ours.bytes, ours.took), (real.broken, real.bytes, real.took));
    assert_eq!(ours.took, Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn timeouts_of_the_client_end_with_the_head() {
    fn timeouts(config: Builder) -> Builder {
        let timeouts = TimeoutConfig::builder()
            .disable_connect_timeout()
            .read_timeout(Duration::from_millis(500))
            .operation_attempt_timeout(Duration::from_millis(500))
            .operation_timeout(Duration::from_millis(500));
        unprotected(config).timeout_config(timeouts.build())
    }
    let real = real(Does::Dribbles(25_000), timeouts).await;
    let ours = ours(slow(SlowBodyFault::rate(250_000)), timeouts).await;
    assert_eq!((ours.broken.as_ref(), ours.bytes), (None, SIZE));
    assert_eq!((ours.broken, ours.bytes, ours.took), (real.broken, real.bytes, real.took));
}
