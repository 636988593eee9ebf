//! Follows the shared table: a client of its own, and the loop around the reader.

use super::Chaos;
use super::engine::Engine;
use super::env::StartError;
use super::health::Source;
use super::layers::{Layer, LayerId};
use crate::clock::SystemClock;
use crate::context::Exempt;
use crate::settings::{Settings, TableSettings};
use crate::table::{Poll, Reader, ReaderOptions, Snapshot, Store, StoreError};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{ConfigBag, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::SdkConfig;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// A poll that has not been answered by then is worth no more waiting.
const ATTEMPT: Duration = Duration::from_millis(400);
/// The first one resolves a name, shakes hands and may fetch credentials.
const OPERATION: Duration = Duration::from_secs(2);

impl Chaos {
    /// A handle from settings that were read elsewhere, table included. The
    /// table's client is built from `config` as it is here: before
    /// `.chaos(..)`. Does not wait for the table.
    ///
    /// # Errors
    /// Inline specs that cannot be understood, or no tokio runtime.
    pub fn from_settings_with_table(settings: &Settings, config: &SdkConfig) -> Result<Self, StartError> {
        let chaos = Self::from_settings(settings, Arc::new(SystemClock::new()))?;
        if let (Some(engine), Some(table)) = (chaos.engine(), &settings.table) {
            follow(engine, table, settings, config)?;
        }
        Ok(chaos)
    }
}

fn follow(
    engine: &Arc<Engine>,
    table: &TableSettings,
    settings: &Settings,
    config: &SdkConfig,
) -> Result<(), StartError> {
    // Disabled for good: what the table says makes no difference, and costs money.
    if settings.disabled {
        return Ok(());
    }
    let runtime = tokio::runtime::Handle::try_current().map_err(|_| StartError::NoRuntime)?;
    let options = ReaderOptions {
        environment: table.environment.clone(),
        function: settings.function.clone(),
        poll: settings.poll,
        lease: settings.lease,
        instance: std::collections::hash_map::RandomState::new().build_hasher().finish(),
    };
    let source = Arc::new(Source::new(format!("table {}, environment {}", table.name, table.environment)));
    engine.put(LayerId::Table, Layer { source: Some(Arc::clone(&source)), ..Layer::default() });
    let follower = Follower {
        reader: Reader::new(Store::new(client(table, config), &table.name), options),
        source,
        told: None,
    };
    engine.own(runtime.spawn(follower.run(Arc::downgrade(engine))).abort_handle());
    Ok(())
}

/// The reader's own client: it gives up early, never waits for a token that
/// the application's retries have used up, and is never injected, because
/// `config` is not decorated yet.
fn client(table: &TableSettings, config: &SdkConfig) -> Client {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION);
    let mut builder = aws_sdk_dynamodb::config::Builder::from(config)
        .timeout_config(timeouts.build())
        .retry_config(RetryConfig::standard().with_max_attempts(2))
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

struct Follower {
    reader: Reader,
    source: Arc<Source>,
    /// What was told in the log last.
    told: Option<Told>,
}

/// What is worth a line in the log when it changes.
#[derive(PartialEq)]
struct Told {
    /// What kind of failure: its words may vary from poll to poll.
    error: Option<std::mem::Discriminant<StoreError>>,
    problems: Vec<String>,
}

impl Follower {
    /// Polls for as long as the engine lives; aborted with it.
    async fn run(mut self, engine: Weak<Engine>) {
        loop {
            let Some(clock) = engine.upgrade().map(|engine| Arc::clone(&engine.config.clock)) else { return };
            let sent = clock.now();
            let poll = self.reader.poll(sent).await;
            let Some(live) = engine.upgrade() else { return };
            if poll.changed {
                live.put(LayerId::Table, self.layer());
            }
            drop(live);
            let lease = self.reader.lease().cloned();
            self.source.update(|state| {
                state.lease = lease;
                state.error = poll.error.as_ref().map(ToString::to_string);
                state.heard = if poll.error.is_none() { Some(sent) } else { state.heard };
            });
            self.tell(&poll);
            clock.sleep(poll.wait.saturating_sub(clock.now().since(&sent))).await;
        }
    }

    fn layer(&self) -> Layer {
        let Snapshot { generation, halted, specs, problems } = self.reader.snapshot().clone();
        Layer { specs, halted, generation, problems, source: Some(Arc::clone(&self.source)) }
    }

    fn tell(&mut self, poll: &Poll) {
        let problems = self.reader.snapshot().problems.clone();
        let now = Told { error: poll.error.as_ref().map(std::mem::discriminant), problems };
        if self.told.as_ref() == Some(&now) {
            return;
        }
        match (&poll.error, now.problems.as_slice()) {
            (Some(error), _) => tracing::warn!(target: "chaos", "{error}"),
            (None, []) => tracing::info!(target: "chaos", "following the table"),
            (None, problems) => {
                tracing::warn!(target: "chaos", "following the table; {}", problems.join("; "))
            }
        }
        self.told = Some(now);
    }
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
