//! Operations are known by their own names: as the SDK has them, for every
//! protocol, and whatever else its interceptors are called.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_sdk_secretsmanager::{Client, config::Builder};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, SharedInterceptor, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, Metadata};
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::{ConfigBag, Layer};
use chaos_core::clock::TestClock;
use chaos_core::spec::service_id;
use chaos_core::{Chaos, Counts, fault};
use chaos_sdk_interceptor::{ChaosExt, ChaosSdk};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tests::logs::Logs;
use tests::memory::Memory;
use tests::sdk;
use tracing::Level;

/// Takes down what the SDK calls each operation, and takes from its request the
/// header that names it.
#[derive(Clone, Debug, Default)]
struct Names(Arc<Mutex<Vec<Metadata>>>);

#[dyn_dispatch_hint]
impl Intercept for Names {
    fn name(&self) -> &'static str {
        "Names"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().remove("x-amz-target");
        self.0.lock().unwrap().push(config.load::<Metadata>().unwrap().clone());
        Ok(())
    }
}

/// Sends one call of an operation; how it ends does not matter.
macro_rules! send {
    ($client:expr, $names:expr, $($operation:ident),+) => {
        $(let _ = $client.$operation().customize().interceptor($names.clone()).send().await;)+
    };
}

#[tokio::test]
async fn names_are_found_as_the_sdk_has_them() {
    let clock = TestClock::at("2026-11-23T00:00:00Z".parse().unwrap());
    let chaos = Chaos::builder().observe(true).clock(Arc::new(clock)).build().unwrap();
    // Something armed, so that names are asked for from the first attempt on.
    let _elsewhere = chaos.scope(fault("s3", "GetObject").status(503)).optional();
    let config = sdk::in_memory(Memory::answering(400)).build().chaos(&chaos);
    let names = Names::default();
    let dynamodb = aws_sdk_dynamodb::Client::new(&config);
    send!(dynamodb, names, list_tables, describe_limits, list_backups, describe_endpoints, list_exports);
    let kinesis = aws_sdk_kinesis::Client::new(&config);
    send!(kinesis, names, list_streams, describe_limits, describe_account_settings, list_shards);
    let secrets = Client::new(&config);
    send!(secrets, names, list_secrets, get_random_password, batch_get_secret_value);
    let sts = aws_sdk_sts::Client::new(&config);
    send!(sts, names, get_caller_identity, get_session_token);

    let names = names.0.lock().unwrap();
    assert_eq!(names.len(), 14);
    for name in names.iter() {
        let counted = chaos.observed_lately(&service_id(name.service()), name.name());
        assert_eq!(counted, Counts { passed: 0, failed: 1, injected: 0, lost: 1 }, "{name:?}");
    }
}

/// An interceptor that does nothing but have a name.
#[derive(Debug)]
struct Named(&'static str);

#[dyn_dispatch_hint]
impl Intercept for Named {
    fn name(&self) -> &'static str {
        self.0
    }
}

/// What the connector is asked for with, as of an SDK that names its
/// interceptors otherwise.
fn components(name: &'static str) -> RuntimeComponents {
    let named = SharedInterceptor::new(Named(name));
    RuntimeComponentsBuilder::for_tests().with_interceptor(named).build().unwrap()
}

fn config_of(operation: &'static str) -> ConfigBag {
    let mut layer = Layer::new("operation");
    layer.store_put(Metadata::new(operation, "Lambda"));
    ConfigBag::of_layers(vec![layer])
}

/// Whether a REST call, which names no operation itself, is hit.
async fn is_hit(client: &impl HttpClient, components: &RuntimeComponents) -> bool {
    is_request_hit(client, components, &[]).await
}

/// Whether a call with these headers is hit.
async fn is_request_hit(
    client: &impl HttpClient,
    components: &RuntimeComponents,
    headers: &[(&'static str, &'static str)],
) -> bool {
    let mut request = HttpRequest::get("http://upstream.invalid/2015-03-31/functions").unwrap();
    request.headers_mut().insert("x-amz-user-agent", "aws-sdk-rust/1.0 ua/2.1 api/lambda/1.156.0 os/linux");
    for (name, value) in headers {
        request.headers_mut().insert(*name, *value);
    }
    let connector = client.http_connector(&HttpConnectorSettings::builder().build(), components);
    connector.call(request).await.unwrap().status().as_u16() == 503
}

#[tokio::test]
async fn a_new_form_of_names_is_learned_from_the_sdks_own_word() {
    let (logs, _guard) = Logs::capture();
    let chaos = Chaos::builder().build().unwrap();
    let client = chaos.http_client(Memory::default());
    let _outage = chaos.scope(fault("lambda", "Invoke").status(503));
    let (invoke, list) =
        (components("InvokeEndpointParameters"), components("ListFunctionsEndpointParameters"));

    assert!(!is_hit(&client, &invoke).await);
    client.validate_final_config(&invoke, &config_of("Invoke")).unwrap();
    assert!(is_hit(&client, &invoke).await);
    assert!(!is_hit(&client, &list).await);
    // Names are the same in any case.
    client.validate_final_config(&invoke, &config_of("INVOKE")).unwrap();
    assert!(is_hit(&client, &invoke).await);
    assert_eq!(logs.at(Level::WARN).len(), 1, "{:#?}", logs.at(Level::WARN));
}

#[tokio::test]
async fn an_operation_without_a_name_is_told_of_once_and_hurts_no_other() {
    let (logs, _guard) = Logs::capture();
    let chaos = Chaos::builder().build().unwrap();
    let client = chaos.http_client(Memory::default());
    let _outage = chaos.scope(fault("lambda", "Invoke").status(503));
    let (nameless, named) = (components("Nameless"), components("InvokeEndpointParamsInterceptor"));
    for _ in 0..2 {
        client.validate_final_config(&nameless, &config_of("Invoke")).unwrap();
        assert!(!is_hit(&client, &nameless).await);
    }
    assert!(is_hit(&client, &named).await);
    assert_eq!(logs.at(Level::WARN).len(), 1);
}

#[tokio::test]
async fn a_name_that_misleads_is_no_longer_believed() {
    let (logs, _guard) = Logs::capture();
    let chaos = Chaos::builder().build().unwrap();
    let client = chaos.http_client(Memory::default());
    let _outage = chaos.scope(fault("lambda", "Invoke").status(503));
    let misleading = components("InvokeEndpointParamsInterceptor");
    let target = [("x-amz-target", "Lambda.List")];
    assert!(is_request_hit(&client, &misleading, &target).await);
    for _ in 0..2 {
        // Were it not targeted, nothing would have to be known of it.
        let _list = chaos.scope(fault("lambda", "List").status(200));
        client.validate_final_config(&misleading, &config_of("List")).unwrap();
        assert!(!is_request_hit(&client, &misleading, &target).await);
    }
    assert!(is_request_hit(&client, &misleading, &[("x-amz-target", "Lambda.Invoke")]).await);
    assert_eq!(logs.at(Level::WARN).len(), 1);
}

#[tokio::test]
async fn every_protocol_that_names_its_operation_is_understood() {
    let chaos = Chaos::builder().build().unwrap();
    let client = chaos.http_client(Memory::default());
    let _outage = chaos.scope(fault("lambda", "Invoke").status(503));
    let nameless = components("Nameless");
    let connector = client.http_connector(&HttpConnectorSettings::builder().build(), &nameless);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let cbor = ("smithy-protocol", "rpc-v2-cbor");
    let json = ("content-type", "application/x-amz-json-1.0");
    let cases = [
        (form, "/", "Version=1&Action=Invoke&x=y", true),
        (form, "/", "Version=1&Action=Invoked", false),
        (cbor, "/service/Lambda/operation/Invoke", "", true),
        (cbor, "/service/Lambda/operation/List", "", false),
        (json, "/", "Action=Invoke", false),
    ];
    for ((name, value), path, body, hit) in cases {
        let mut request = HttpRequest::new(body.into());
        request.set_uri(format!("http://upstream.invalid{path}")).unwrap();
        request.set_method("POST").unwrap();
        request.headers_mut().insert("user-agent", "aws-sdk-rust/1.0 ua/2.1 api/lambda#1.156.0");
        request.headers_mut().insert(name, value);
        let status = connector.call(request).await.unwrap().status().as_u16();
        assert_eq!(status == 503, hit, "{value} {path} {body}");
    }
}

/// Counts how often it is asked for its name.
#[derive(Debug)]
struct Asked(Arc<AtomicUsize>);

#[dyn_dispatch_hint]
impl Intercept for Asked {
    fn name(&self) -> &'static str {
        self.0.fetch_add(1, Ordering::Relaxed);
        "InvokeEndpointParamsInterceptor"
    }
}

#[tokio::test]
async fn nothing_is_looked_at_while_nothing_is_armed() {
    let asked = Arc::default();
    let named = SharedInterceptor::new(Asked(Arc::clone(&asked)));
    let components = RuntimeComponentsBuilder::for_tests().with_interceptor(named).build().unwrap();
    asked.store(0, Ordering::Relaxed);
    let chaos = Chaos::builder().journal(false).build().unwrap();
    let client = chaos.http_client(Memory::default());
    client.validate_final_config(&components, &config_of("Invoke")).unwrap();
    assert!(!is_hit(&client, &components).await);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let _outage = chaos.scope(fault("lambda", "Invoke").status(503));
    assert!(is_hit(&client, &components).await);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_misleading_interceptor_is_seen_through() {
    for with_ours in [false, true] {
        let (logs, _guard) = Logs::capture();
        let chaos = Chaos::builder().build().unwrap();
        let config = sdk::in_memory(Memory::default()).build().chaos(&chaos);
        let mut builder = Builder::from(&config).interceptor(Named("ListSecretsEndpointParamsInterceptor"));
        if with_ours {
            builder = builder.interceptor(chaos.interceptor());
        }
        let client = Client::from_conf(builder.build());
        let outage = chaos.scope(fault("secretsmanager", "GetSecretValue").status(503));
        for calls in 1..3 {
            assert!(client.get_secret_value().secret_id("db").send().await.is_err());
            outage.assert_injected(3 * calls);
        }
        assert_eq!(logs.at(Level::WARN).len(), 1);
        // And what it pretends to be is hit as little.
        drop(outage);
        let _outage = chaos.scope(fault("secretsmanager", "ListSecrets").status(503));
        assert!(client.get_secret_value().secret_id("db").send().await.is_ok());
        assert!(client.list_secrets().send().await.is_err());
    }
}

#[tokio::test]
async fn the_interceptor_says_what_no_request_shows() {
    let chaos = Chaos::builder().build().unwrap();
    let config = sdk::in_memory(Memory::default()).build().chaos(&chaos);
    let outage = chaos.scope(fault("secretsmanager", "GetSecretValue").status(503));
    let call = |interceptors: Vec<SharedInterceptor>| {
        let mut builder = Builder::from(&config);
        for interceptor in interceptors {
            builder = builder.interceptor(interceptor);
        }
        let client = Client::from_conf(builder.build());
        async move {
            let call = client.get_secret_value().secret_id("db").customize();
            // What is not hit is answered with what is no JSON.
            call.interceptor(Strip).send().await.unwrap_err();
        }
    };
    // Without target, user agent and a true interceptor's name nobody could know.
    let misleading = || {
        let names = ["OtherEndpointParamsInterceptor", "OtherTelemetryInputCaptureInterceptor"];
        names.into_iter().map(|name| SharedInterceptor::new(Named(name)))
    };
    call(misleading().collect()).await;
    outage.assert_injected(0);
    let ours = SharedInterceptor::new(chaos.interceptor());
    call(misleading().chain([ours]).collect()).await;
    outage.assert_injected(3);
}

/// Takes from a request all that shows what it is of.
#[derive(Debug)]
struct Strip;

#[dyn_dispatch_hint]
impl Intercept for Strip {
    fn name(&self) -> &'static str {
        "Strip"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        for name in ["x-amz-target", "x-amz-user-agent", "user-agent", "amz-sdk-request"] {
            context.request_mut().headers_mut().remove(name);
        }
        Ok(())
    }
}
