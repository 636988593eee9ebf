//! One download, and what its caller sees.

use crate::peer::{Peer, words};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_s3::Client;
use aws_smithy_async::time::TimeSource;
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;
use aws_types::sdk_config;
use chaos_core::{Chaos, FaultBuilder, fault};
use chaos_sdk_interceptor::ChaosExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// The object.
pub(crate) fn object() -> Vec<u8> {
    (0..250_000_u32).map(|at| (at * 7 % 251) as u8).collect()
}

/// The header by which S3 tells the object's checksum.
pub(crate) fn checksum() -> String {
    let sum = crc32fast::hash(&object()).to_be_bytes();
    format!("x-amz-checksum-crc32: {}\r\n", aws_smithy_types::base64::encode(sum))
}

/// What the caller sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Why there is no answer.
    pub(crate) refused: Option<String>,
    /// How the body ended: the error with all its sources, without our own words.
    pub(crate) broken: Option<String>,
    /// How much came of it.
    pub(crate) bytes: usize,
    /// Whether that is what the object is, so far.
    pub(crate) right: bool,
    /// How many attempts were made.
    pub(crate) attempts: usize,
    pub(crate) took: Duration,
}

/// The time that tokio's timers live in: the SDK's throughput checks look at it.
#[derive(Debug)]
struct VirtualTime(Instant);

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.0.elapsed()
    }
}

/// A config with three attempts, and no timeout but those that a test sets.
pub(crate) fn config(peer: &Peer) -> sdk_config::Builder {
    let credentials = Credentials::new("AKIDTESTS", "a secret for tests", None, None, "tests");
    let retries = RetryConfig::standard().with_initial_backoff(Duration::ZERO);
    sdk_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(retries.with_max_backoff(Duration::ZERO))
        .timeout_config(TimeoutConfig::builder().disable_connect_timeout().build())
        .time_source(VirtualTime(Instant::now()))
        .endpoint_url(peer.url())
        .http_client(Builder::new().build_http())
}

pub(crate) fn get_object() -> FaultBuilder {
    fault("s3", "GetObject")
}

/// A download as it really is.
pub(crate) async fn download(peer: &Peer, config: sdk_config::Builder) -> Seen {
    run(peer, &config.build()).await
}

/// The same with a fault.
pub(crate) async fn injected(peer: &Peer, config: sdk_config::Builder, fault: FaultBuilder) -> Seen {
    let chaos = Chaos::builder().seed(7).build().unwrap();
    let outage = chaos.scope(fault);
    let seen = run(peer, &config.build().chaos(&chaos)).await;
    outage.assert_injected(seen.attempts as u64 - outage.without_effect());
    assert_eq!(chaos.health().active, 0);
    seen
}

async fn run(peer: &Peer, config: &sdk_config::SdkConfig) -> Seen {
    // A bucket in the path: hosts need no names.
    let own = aws_sdk_s3::config::Builder::from(config).force_path_style(true).build();
    let (start, object) = (Instant::now(), object());
    let mut seen =
        Seen { refused: None, broken: None, bytes: 0, right: true, attempts: 0, took: Duration::ZERO };
    match Client::from_conf(own).get_object().bucket("bucket").key("key").send().await {
        Err(error) => seen.refused = Some(words(&error)),
        Ok(mut answer) => loop {
            peer.read(Some(seen.bytes));
            match answer.body.next().await {
                Some(Ok(bytes)) => {
                    seen.right &= object.get(seen.bytes..seen.bytes + bytes.len()) == Some(&bytes);
                    seen.bytes += bytes.len();
                }
                Some(Err(error)) => {
                    seen.broken = Some(words(&error));
                    break;
                }
                None => break,
            }
        },
    }
    (seen.attempts, seen.took) = (peer.hits(), start.elapsed());
    seen
}
