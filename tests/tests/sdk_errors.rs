//! Three services, one decorated config, one upstream that checks every
//! signature: each error comes out as the variant that the SDK models, and what
//! is not hit is as it ever was.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use aws_sdk_kinesis::operation::put_records::{PutRecordsError, PutRecordsOutput};
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::RequestId;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use aws_smithy_async::test_util::InstantSleep;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::timeout::TimeoutConfig;
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::ChaosExt;
use std::time::Duration;
use tests::sdk;
use tests::upstream::{Received, Upstream};

/// An error's name, how the SDK's variant is told, and how often the SDK tries.
type Case<E> = (&'static str, fn(&E) -> bool, u64);

/// The clients of one config.
struct App {
    dynamodb: aws_sdk_dynamodb::Client,
    kinesis: aws_sdk_kinesis::Client,
    secrets: aws_sdk_secretsmanager::Client,
}

impl App {
    fn new(config: &aws_types::SdkConfig) -> Self {
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            kinesis: aws_sdk_kinesis::Client::new(config),
            secrets: aws_sdk_secretsmanager::Client::new(config),
        }
    }

    async fn put_records(&self) -> Result<PutRecordsOutput, SdkError<PutRecordsError, HttpResponse>> {
        let record = PutRecordsRequestEntry::builder().data(Blob::new("data")).partition_key("key");
        self.kinesis.put_records().stream_name("orders").records(record.build().unwrap()).send().await
    }

    async fn secret(&self) -> Result<String, GetSecretValueError> {
        let answer = self.secrets.get_secret_value().secret_id("db").send().await;
        answer.map(|answer| answer.secret_string.unwrap()).map_err(SdkError::into_service_error)
    }

    async fn put_item(&self) -> PutItemError {
        let put = self.dynamodb.put_item().table_name("orders");
        put.item("id", AttributeValue::S("1".into())).send().await.unwrap_err().into_service_error()
    }
}

async fn faulted() -> (Upstream, Chaos, App) {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let app = App::new(&sdk::config(&upstream.url()).build().chaos(&chaos));
    (upstream, chaos, app)
}

#[tokio::test]
async fn kinesis_throttles_and_is_tried_thrice() {
    let (upstream, chaos, app) = faulted().await;
    let outage = chaos.scope(fault("kinesis", "PutRecords").error("ProvisionedThroughputExceededException"));

    let error = app.put_records().await.unwrap_err().into_service_error();
    assert!(error.is_provisioned_throughput_exceeded_exception(), "{error:?}");
    assert_eq!(error.meta().request_id(), Some("chaos-kinesis-putrecords"));
    assert_eq!(error.message(), Some("injected by chaos spec kinesis-putrecords/kinesis-putrecords"));
    outage.assert_injected(3);
    assert_eq!(upstream.hits("PutRecords"), 0);

    // Other calls, other operations and other services go by.
    let streams = app.kinesis.list_streams().send().await.unwrap();
    assert_eq!(streams.stream_names, ["orders"]);
    assert_eq!(app.secret().await.unwrap(), "swordfish");
    outage.assert_injected(3);

    drop(outage);
    assert_eq!(app.put_records().await.unwrap().failed_record_count, Some(0));
    assert_eq!(upstream.hits("PutRecords"), 1);
}

#[tokio::test]
async fn secrets_manager_fails_with_its_own_errors() {
    let (upstream, chaos, app) = faulted().await;
    let cases: [Case<GetSecretValueError>; 4] = [
        ("ResourceNotFoundException", GetSecretValueError::is_resource_not_found_exception, 1),
        ("DecryptionFailure", GetSecretValueError::is_decryption_failure, 1),
        ("InternalServiceError", GetSecretValueError::is_internal_service_error, 3),
        ("ThrottlingException", |error| error.code() == Some("ThrottlingException"), 3),
    ];
    for (name, is_it, attempts) in cases {
        let outage = chaos.scope(fault("secretsmanager", "GetSecretValue").error(name));
        let error = app.secret().await.unwrap_err();
        assert!(is_it(&error), "{name}: {error:?}");
        outage.assert_injected(attempts);
    }
    assert_eq!(upstream.hits("GetSecretValue"), 0);
    assert_eq!(app.secret().await.unwrap(), "swordfish");
}

#[tokio::test]
async fn dynamodb_fails_with_its_own_errors() {
    let (upstream, chaos, app) = faulted().await;
    let cases: [Case<PutItemError>; 4] = [
        (
            "ProvisionedThroughputExceededException",
            PutItemError::is_provisioned_throughput_exceeded_exception,
            3,
        ),
        ("ConditionalCheckFailedException", PutItemError::is_conditional_check_failed_exception, 1),
        ("ResourceNotFoundException", PutItemError::is_resource_not_found_exception, 1),
        ("InternalServerError", PutItemError::is_internal_server_error, 3),
    ];
    for (name, is_it, attempts) in cases {
        let outage = chaos.scope(fault("dynamodb", "PutItem").error(name));
        let error = app.put_item().await;
        assert!(is_it(&error), "{name}: {error:?}");
        outage.assert_injected(attempts);
    }
    assert_eq!(upstream.hits("PutItem"), 0);
    // The engine's own word, through the same client: there is no such table.
    assert!(app.put_item().await.is_resource_not_found_exception());
    assert_eq!(upstream.hits("PutItem"), 1);
}

#[tokio::test]
async fn further_members_of_an_error_are_typed() {
    let (_, chaos, app) = faulted().await;
    let scenario = chaos_core::spec::Scenario::from_toml(
        r#"
        id = "transactions-cancelled"
        enabled = true
        target = { service = "dynamodb", operation = "TransactWriteItems" }
        when = { rate = "100%" }
        [fault.error]
        name = "TransactionCanceledException"
        message = "cancelled for the test"
        fields = { CancellationReasons = [{ Code = "None" }, { Code = "TransactionConflict" }] }
        "#,
    );
    let _outage = chaos.scope(scenario.unwrap());
    let delete = Delete::builder().table_name("orders").key("id", AttributeValue::S("1".into()));
    let item = TransactWriteItem::builder().delete(delete.build().unwrap()).build();
    let error = app.dynamodb.transact_write_items().transact_items(item).send().await.unwrap_err();
    let TransactWriteItemsError::TransactionCanceledException(error) = error.into_service_error() else {
        unreachable!("the error has another variant");
    };
    assert_eq!(error.message(), Some("cancelled for the test"));
    assert_eq!(error.cancellation_reasons()[1].code(), Some("TransactionConflict"));
}

#[tokio::test]
async fn what_passes_is_the_same_byte_for_byte() {
    let upstream = Upstream::start().await;
    // Armed, looked at, and not hit: another stream is meant.
    let chaos = Chaos::builder().observe(true).build().unwrap();
    let outage = chaos.scope(fault("*", "*").input("StreamName", "others").status(503));
    let plain = App::new(&sdk::config(&upstream.url()).build());
    let decorated = App::new(&sdk::config(&upstream.url()).build().chaos(&chaos));
    for app in [&plain, &decorated] {
        app.put_records().await.unwrap();
        app.secret().await.unwrap();
        app.dynamodb.list_tables().send().await.unwrap();
    }
    outage.assert_injected(0);
    let requests: Vec<_> = upstream.received().iter().map(steady).collect();
    let (plain, decorated) = requests.split_at(3);
    assert_eq!(plain, decorated);
}

/// A request without what is new in each: its id, its date, and therefore its signature.
fn steady(request: &Received) -> Received {
    let volatile = ["amz-sdk-invocation-id", "x-amz-date", "authorization"];
    let mut request = request.clone();
    for (name, value) in &mut request.headers {
        if volatile.contains(&name.as_str()) {
            value.clear();
        }
    }
    request
}

#[tokio::test]
async fn a_late_request_is_the_same_and_its_signature_holds() {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let sleep = InstantSleep::unlogged();
    // Sleeps end at once, and would take the timeouts with them.
    let config = sdk::config(&upstream.url()).timeout_config(TimeoutConfig::disabled());
    let config = config.sleep_impl(sleep.clone()).build().chaos(&chaos);
    let app = App::new(&config);
    app.put_records().await.unwrap();
    let outage = chaos.scope(fault("kinesis", "PutRecords").latency(Duration::from_millis(200)));
    app.put_records().await.unwrap();

    outage.assert_injected(1);
    assert!(sleep.logs().contains(&Duration::from_millis(200)), "{:?}", sleep.logs());
    let received = upstream.received();
    assert_eq!(received.len(), 2);
    assert_eq!(steady(&received[0]), steady(&received[1]));
}

#[tokio::test]
async fn the_upstream_refuses_wrong_signatures() {
    let upstream = Upstream::start().await;
    let wrong = aws_credential_types::Credentials::new(sdk::ACCESS_KEY, "wrong", None, None, "tests");
    let wrong = aws_credential_types::provider::SharedCredentialsProvider::new(wrong);
    let app = App::new(&sdk::config(&upstream.url()).credentials_provider(wrong).build());
    assert_eq!(app.secret().await.unwrap_err().code(), Some("InvalidSignatureException"));
}
