//! The table's own client: it gives up early, and is never injected.

use crate::context::Exempt;
use crate::handle::awake::awake;
use crate::settings::TableSettings;
use crate::table::with_endpoint;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    AsyncSleep, ConfigBag, SharedAsyncSleep, Sleep, StalledStreamProtectionConfig,
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
        builder = with_endpoint(builder, config, endpoint);
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
