//! The table's own client: it gives up early, and is never injected.

use crate::context::Exempt;
use crate::handle::awake::awake;
use crate::settings::TableSettings;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    AsyncSleep, ConfigBag, Region, SharedAsyncSleep, Sleep, StalledStreamProtectionConfig,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::SdkConfig;
use std::time::Duration;

/// A poll that has not been answered by then is worth no more waiting.
const ATTEMPT: Duration = Duration::from_millis(400);
/// The first one resolves a name, shakes hands and may fetch credentials.
const OPERATION: Duration = Duration::from_secs(2);

/// The second attempt comes at once: it is the back-off of the loop that spares
/// the table, and a connection that a freeze has cut off is to cost no time.
const BETWEEN: Duration = Duration::from_millis(50);

/// The reader's own client: it gives up early, never waits for a token that
/// the application's retries have used up, and is never injected, because
/// `config` is not decorated yet.
pub(super) fn client(table: &TableSettings, config: &SdkConfig) -> Client {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION);
    let mut builder = aws_sdk_dynamodb::config::Builder::from(config)
        .timeout_config(timeouts.build())
        .retry_config(RetryConfig::standard().with_max_attempts(2).with_initial_backoff(BETWEEN))
        .sleep_impl(SharedAsyncSleep::new(Awake))
        .retry_partition(RetryPartition::new("monkeyless-chaos"))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(Exempting);
    if let Some(endpoint) = &table.endpoint {
        builder = builder.endpoint_url(endpoint);
        if is_loopback(endpoint) {
            if config.credentials_provider().is_none() {
                let any = Credentials::new("test", "test", None, None, "monkeyless-chaos");
                builder = builder.credentials_provider(SharedCredentialsProvider::new(any));
            }
            if config.region().is_none() {
                builder = builder.region(Region::from_static("us-east-1"));
            }
        }
    }
    Client::from_conf(builder.build())
}

/// Timeouts in time awake: see [`awake`].
#[derive(Debug)]
struct Awake;

impl AsyncSleep for Awake {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(awake(duration))
    }
}

/// Marks every attempt of the reader's client as exempt, for the case that its
/// config was decorated after all. Extensions that are set earlier are lost to
/// the SDK's retries.
#[derive(Debug)]
struct Exempting;

#[dyn_dispatch_hint]
impl Intercept for Exempting {
    fn name(&self) -> &'static str {
        "ChaosExempting"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().add_extension(Exempt);
        Ok(())
    }
}

/// Whether a URL leads to this machine only, as an emulator's does.
fn is_loopback(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // What precedes an `@` is no host, however much it looks like one.
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_loopback() {
        for here in
            ["http://127.0.0.1:7071", "http://localhost", "http://[::1]:8000/", "https://LOCALHOST:1/x"]
        {
            assert!(is_loopback(here), "{here}");
        }
        for elsewhere in [
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://127.0.0.1@evil.example",
            "https://dynamodb.eu-west-1.amazonaws.com",
            "http://[::2]",
            "",
        ] {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }
}
