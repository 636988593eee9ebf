//! Whose calls are hit: every client of a decorated config, once, and nothing
//! that credentials depend on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_config::imds;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_http_client::Builder as HttpBuilder;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::SdkConfig;
use chaos_core::clock::TestClock;
use chaos_core::context::Exempt;
use chaos_core::{Chaos, Scope, fault};
use chaos_sdk_interceptor::{ChaosExt, ChaosSdk};
use std::sync::Arc;
use tests::memory::Memory;
use tests::sdk;
use tests::upstream::Upstream;

/// Everything that may be hit is answered with 503.
fn everything_down(chaos: &Chaos) -> Scope {
    chaos.scope(fault("*", "*").status(503)).optional()
}

fn secrets(config: &SdkConfig) -> aws_sdk_secretsmanager::Client {
    aws_sdk_secretsmanager::Client::new(config)
}

async fn works(client: &aws_sdk_secretsmanager::Client) -> bool {
    client.get_secret_value().secret_id("db").send().await.is_ok()
}

#[tokio::test]
async fn the_sdks_default_client_is_decorated_where_the_config_has_none() {
    let upstream = Upstream::start().await;
    let clock = Arc::new(TestClock::at("2026-11-23T00:00:00Z".parse().unwrap()));
    let chaos = Chaos::builder().observe(true).clock(clock).build().unwrap();
    let config = sdk::config(&upstream.url()).build();
    assert!(config.http_client().is_none());
    let decorated = config.chaos(&chaos);
    let inner = decorated.http_client().unwrap().connector_metadata().unwrap();
    assert_eq!(inner.name(), "hyper");

    let outage = everything_down(&chaos);
    assert!(!works(&secrets(&decorated)).await);
    outage.assert_injected(3);
    drop(outage);
    let client = secrets(&decorated);
    assert!(works(&client).await && client.list_secrets().send().await.is_ok());
    assert_eq!(upstream.received().len(), 2);
    // The connectors that are kept are kept apart.
    let counted = |operation| chaos.observed_lately("secretsmanager", operation).passed;
    assert_eq!((counted("GetSecretValue"), counted("ListSecrets")), (1, 1));
}

#[tokio::test]
async fn an_inert_handle_changes_nothing() {
    assert!(sdk::config("http://x").build().chaos(&Chaos::inert()).http_client().is_none());
    let memory = Memory::default();
    let by_hand = sdk::in_memory(Chaos::inert().http_client(memory.clone())).build();
    assert!(works(&secrets(&by_hand)).await);
    assert_eq!(memory.hits(), 1);
}

#[tokio::test]
async fn clients_from_before_stay_clean() {
    let memory = Memory::default();
    let chaos = Chaos::builder().build().unwrap();
    let raw = sdk::in_memory(memory.clone()).build();
    let before = secrets(&raw);
    let decorated = secrets(&raw.clone().chaos(&chaos));
    let _outage = everything_down(&chaos);
    assert!(works(&before).await && works(&secrets(&raw)).await);
    assert!(!works(&decorated).await);
}

#[tokio::test]
async fn twice_decorated_is_decided_once() {
    let chaos = Chaos::builder().observe(true).build().unwrap();
    let config = sdk::in_memory(Memory::default()).build().chaos(&chaos).chaos(&chaos);
    let client = secrets(&config);
    let outage = everything_down(&chaos);
    assert!(!works(&client).await);
    outage.assert_injected(3);
    assert_eq!(outage.matched(), 3);
    drop(outage);
    let outage = chaos.scope(fault("*", "*").input("SecretId", "other").status(503));
    assert!(works(&client).await);
    outage.assert_injected(0);
    let counted = chaos.observed_lately("secretsmanager", "GetSecretValue");
    assert_eq!((counted.passed, counted.failed), (1, 3));
}

#[tokio::test]
async fn two_handles_are_asked_from_the_outside_in() {
    // A handle that keeps a journal looks at every call.
    let idle = || Chaos::builder().journal(false).build().unwrap();
    let (inner, outer) = (idle(), idle());
    let client = secrets(&sdk::in_memory(Memory::default()).build().chaos(&inner).chaos(&outer));
    let by_inner = everything_down(&inner);
    assert!(!works(&client).await);
    by_inner.assert_injected(3);
    let by_outer = everything_down(&outer);
    assert!(!works(&client).await);
    by_inner.assert_injected(3);
    by_outer.assert_injected(3);
}

#[tokio::test]
async fn a_client_without_a_config_is_wrapped_by_hand() {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let http = chaos.http_client(HttpBuilder::new().build_http());
    let client = secrets(&sdk::config(&upstream.url()).http_client(http).build());
    assert!(works(&client).await);
    let outage = everything_down(&chaos);
    assert!(!works(&client).await);
    outage.assert_injected(3);
}

/// Marks every attempt, as the table's own client does.
#[derive(Debug)]
struct MarkExempt;

#[dyn_dispatch_hint]
impl Intercept for MarkExempt {
    fn name(&self) -> &'static str {
        "MarkExempt"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().add_extension(Exempt);
        Ok(())
    }
}

#[tokio::test]
async fn a_marked_client_is_exempt() {
    let memory = Memory::answering(503);
    let chaos = Chaos::builder().build().unwrap();
    let config = sdk::in_memory(memory.clone()).build().chaos(&chaos).chaos(&chaos);
    let exempt = aws_sdk_secretsmanager::config::Builder::from(&config).interceptor(MarkExempt).build();
    let outage = everything_down(&chaos);
    assert!(!works(&aws_sdk_secretsmanager::Client::from_conf(exempt)).await);
    // Not even its retries.
    assert_eq!((memory.hits(), outage.matched()), (3, 0));
}

async fn who_am_i(http: impl HttpClient + 'static) -> bool {
    let client = aws_sdk_sts::Client::new(&sdk::in_memory(http).build());
    client.get_caller_identity().send().await.is_ok()
}

#[tokio::test]
async fn sts_is_hit_through_a_config_and_not_by_hand_unless_asked_for() {
    let memory = Memory::default();
    let chaos = Chaos::builder().build().unwrap();
    let everything = everything_down(&chaos);
    assert!(who_am_i(chaos.http_client_with_credentials(memory.clone())).await, "only who names it hits it");
    assert_eq!((everything.matched(), memory.hits()), (0, 1));
    let memory = Memory::default();
    let outage = chaos.scope(fault("sts", "GetCallerIdentity").status(503));
    assert!(who_am_i(chaos.http_client(memory.clone())).await);
    outage.assert_injected(0);
    assert!(!who_am_i(chaos.http_client_with_credentials(memory.clone())).await);
    outage.assert_injected(3);
    let config = sdk::in_memory(memory.clone()).build().chaos(&chaos);
    assert!(!who_am_i(config.http_client().unwrap()).await);
    outage.assert_injected(6);
    assert_eq!(memory.hits(), 1);
}

#[tokio::test]
async fn the_credentials_of_a_loaded_config_are_not_hit() {
    let memory = Memory::default();
    let chaos = Chaos::builder().build().unwrap();
    let raw = sdk::in_memory(memory.clone()).time_source(SystemTimeSource::new()).build();
    let role = AssumeRoleProvider::builder("arn:aws:iam::123456789012:role/app").configure(&raw);
    let role = SharedCredentialsProvider::new(role.session_name("app").build().await);
    let config = raw.into_builder().credentials_provider(role).build().chaos(&chaos);
    let outage = everything_down(&chaos);
    assert!(!works(&secrets(&config)).await);
    // The credentials were had, and the call itself was hit.
    outage.assert_injected(3);
    assert_eq!(memory.hits(), 1);
    assert!(memory.asked().first().unwrap().body.starts_with(b"Action=AssumeRole"));
}

#[tokio::test]
async fn nor_are_those_of_a_provider_that_was_given_the_decorated_config() {
    let memory = Memory::default();
    let chaos = Chaos::builder().build().unwrap();
    let raw = sdk::in_memory(memory.clone()).time_source(SystemTimeSource::new()).build();
    let decorated = raw.chaos(&chaos);
    let role = AssumeRoleProvider::builder("arn:aws:iam::123456789012:role/app").configure(&decorated);
    let role = SharedCredentialsProvider::new(role.session_name("app").build().await);
    let config = decorated.into_builder().credentials_provider(role).build();
    let outage = everything_down(&chaos);
    assert!(!works(&secrets(&config)).await);
    outage.assert_injected(3);
    assert!(memory.asked().first().unwrap().body.starts_with(b"Action=AssumeRole"));
}

#[tokio::test]
async fn instance_metadata_are_never_hit() {
    let chaos = Chaos::builder().build().unwrap();
    let outage = everything_down(&chaos);
    let clients: [fn(&Chaos, Memory) -> SharedHttpClient; 2] =
        [|chaos, inner| chaos.http_client(inner), |chaos, inner| chaos.http_client_with_credentials(inner)];
    for decorate in clients {
        let memory = Memory::default();
        let provider = ProviderConfig::without_region().with_http_client(decorate(&chaos, memory.clone()));
        let client = imds::Client::builder().configure(&provider).build();
        // The answer is no token, so the call itself may fail; but it was made.
        let _ = client.get("/latest/meta-data/ami-id").await;
        assert_ne!(memory.hits(), 0);
        assert!(memory.asked().iter().all(|asked| asked.uri.starts_with("http://169.254.169.254/")));
    }
    outage.assert_injected(0);
    assert_eq!(outage.matched(), 0);
}
