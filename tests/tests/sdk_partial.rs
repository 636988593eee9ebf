//! Batches of which a part fails, through real clients: typed answers, the
//! right entries at an upstream that checks every signature, and nothing else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, KeysAndAttributes,
    PutRequest, ScalarAttributeType, WriteRequest,
};
use aws_sdk_kinesis::error::SdkError;
use aws_sdk_kinesis::operation::RequestId;
use aws_sdk_kinesis::operation::put_records::{PutRecordsError, PutRecordsOutput};
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::SdkConfig;
use chaos_core::spec::{PartialFault, Rate};
use chaos_core::{Chaos, FaultBuilder, fault};
use chaos_sdk_interceptor::ChaosExt;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tests::logs::Logs;
use tests::memory::Memory;
use tests::sdk;
use tests::upstream::Upstream;
use tokio::time::{Instant, sleep};

const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];

fn done(share: f64) -> PartialFault {
    PartialFault::of(Rate::new(share).unwrap())
}

fn not_done(share: f64) -> PartialFault {
    PartialFault { sent: false, ..done(share) }
}

fn records() -> FaultBuilder {
    fault("kinesis", "PutRecords")
}

fn chaos() -> Chaos {
    Chaos::builder().seed(7).build().unwrap()
}

async fn put(
    client: &aws_sdk_kinesis::Client,
) -> Result<PutRecordsOutput, SdkError<PutRecordsError, HttpResponse>> {
    let record = |key: &str| {
        let record = PutRecordsRequestEntry::builder().data(Blob::new("data")).partition_key(key);
        record.build().unwrap()
    };
    let records = KEYS.map(record).to_vec();
    client.put_records().stream_name("orders").set_records(Some(records)).send().await
}

/// Which records failed; the others are in their places.
fn failed(output: &PutRecordsOutput) -> Vec<&'static str> {
    assert_eq!(output.records.len(), KEYS.len());
    let mut failed = Vec::new();
    for (record, key) in output.records.iter().zip(KEYS) {
        if record.error_code.is_some() {
            assert_eq!(record.sequence_number, None);
            failed.push(key);
        } else {
            assert_eq!(record.sequence_number.as_deref(), Some(key));
        }
    }
    assert_eq!(output.failed_record_count, i32::try_from(failed.len()).ok());
    failed
}

/// The partition keys of the last request.
fn arrived(upstream: &Upstream) -> Vec<String> {
    let body = upstream.received().pop().unwrap().body;
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["StreamName"], "orders");
    let records = body["Records"].as_array().unwrap();
    records.iter().map(|record| record["PartitionKey"].as_str().unwrap().to_owned()).collect()
}

fn others(than: &[&str]) -> Vec<&'static str> {
    KEYS.into_iter().filter(|key| !than.contains(key)).collect()
}

#[tokio::test]
async fn entries_are_done_and_reported_failed() {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let client = aws_sdk_kinesis::Client::new(&sdk::config(&upstream.url()).build().chaos(&chaos));
    let outage = chaos.scope(records().partial(done(0.4)));
    let output = put(&client).await.unwrap();
    let first = failed(&output);
    assert_eq!(first.len(), 2);
    assert_eq!(arrived(&upstream), KEYS);
    let bad = output.records.iter().find(|record| record.error_code.is_some()).unwrap();
    assert_eq!(bad.error_code(), Some("ProvisionedThroughputExceededException"));
    assert_eq!(bad.error_message(), Some("injected by chaos spec kinesis-putrecords/kinesis-putrecords"));
    // Each call draws anew.
    let mut draws = vec![first];
    for _ in 0..9 {
        draws.push(failed(&put(&client).await.unwrap()));
    }
    assert!(draws.iter().any(|draw| *draw != draws[0]), "{draws:?}");
    outage.assert_injected(10);
    assert_eq!(upstream.hits("PutRecords"), 10);
}

#[tokio::test]
async fn entries_are_not_sent_and_the_rest_is_signed_anew() {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let client = aws_sdk_kinesis::Client::new(&sdk::config(&upstream.url()).build().chaos(&chaos));
    let outage = chaos.scope(records().partial(not_done(0.4)));
    for _ in 0..10 {
        let output = put(&client).await.unwrap();
        let failed = failed(&output);
        assert_eq!(failed.len(), 2);
        assert_eq!(arrived(&upstream), others(&failed));
    }
    outage.assert_injected(10);
    drop(outage);
    assert_eq!(failed(&put(&client).await.unwrap()), [""; 0]);
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_is_left() {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let client = aws_sdk_kinesis::Client::new(&sdk::config(&upstream.url()).build().chaos(&chaos));
    let own = PartialFault { code: Some("Own".into()), message: Some("mine".into()), ..not_done(1.0) };
    let _outage = chaos.scope(records().partial(own));
    let output = put(&client).await.unwrap();
    assert_eq!(failed(&output), KEYS);
    assert_eq!(
        (output.records[0].error_code(), output.records[0].error_message()),
        (Some("Own"), Some("mine"))
    );
    assert_eq!(output.request_id(), Some("chaos-kinesis-putrecords"));
    assert_eq!(upstream.received().len(), 0);
}

#[tokio::test]
async fn the_same_seed_chooses_the_same_entries() {
    let mut draws = Vec::new();
    for (seed, fault) in [(7, done(0.4)), (7, not_done(0.4)), (8, done(0.4))] {
        let chaos = Chaos::builder().seed(seed).build().unwrap();
        let client = aws_sdk_kinesis::Client::new(&sdk::in_memory(Memory::default()).build().chaos(&chaos));
        let _outage = chaos.scope(records().partial(fault));
        let mut drawn = Vec::new();
        for _ in 0..10 {
            drawn.push(failed(&put(&client).await.unwrap()));
        }
        draws.push(drawn);
    }
    assert_eq!(draws[0], draws[1]);
    assert_ne!(draws[0], draws[2]);
}

fn keys(secret: &str, token: Option<&str>) -> Credentials {
    Credentials::new(sdk::ACCESS_KEY, secret, token.map(str::to_owned), None, "tests")
}

#[tokio::test]
async fn session_tokens_are_signed_too() {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let provider = SharedCredentialsProvider::new(keys(sdk::SECRET_KEY, Some("a token")));
    let config = sdk::config(&upstream.url()).credentials_provider(provider).build().chaos(&chaos);
    let _outage = chaos.scope(records().partial(not_done(0.4)));
    assert_eq!(failed(&put(&aws_sdk_kinesis::Client::new(&config)).await.unwrap()).len(), 2);
    let received = upstream.received().pop().unwrap();
    assert_eq!(received.header("x-amz-security-token"), Some("a token"));
    assert!(received.header("authorization").unwrap().contains("x-amz-security-token"));
}

/// Of a session first, and for good from then on.
#[derive(Debug, Default)]
struct Renewed(AtomicBool);

impl ProvideCredentials for Renewed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let token = if self.0.swap(true, Ordering::Relaxed) { None } else { Some("a token") };
        future::ProvideCredentials::ready(Ok(keys(sdk::SECRET_KEY, token)))
    }
}

#[tokio::test]
async fn no_token_is_left_of_credentials_that_have_changed() {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let client = aws_sdk_kinesis::Client::new(&uncached(&upstream, Renewed::default()).chaos(&chaos));
    let _outage = chaos.scope(records().partial(not_done(0.4)));
    assert_eq!(failed(&put(&client).await.unwrap()).len(), 2);
    let received = upstream.received().pop().unwrap();
    assert_eq!(received.header("x-amz-security-token"), None);
    assert!(!received.header("authorization").unwrap().contains("x-amz-security-token"));
}

fn uncached(upstream: &Upstream, provider: impl ProvideCredentials + 'static) -> SdkConfig {
    let config = sdk::config(&upstream.url()).credentials_provider(SharedCredentialsProvider::new(provider));
    let no_cache = aws_smithy_runtime::client::identity::IdentityCache::no_cache();
    aws_types::sdk_config::Builder::identity_cache(config, no_cache).build()
}

/// Gives the right secret first, and a wrong one from then on.
#[derive(Debug, Default)]
struct Spoilt(AtomicBool);

impl ProvideCredentials for Spoilt {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let spoilt = self.0.swap(true, Ordering::Relaxed);
        future::ProvideCredentials::ready(Ok(keys(if spoilt { "wrong" } else { sdk::SECRET_KEY }, None)))
    }
}

#[tokio::test]
async fn the_upstream_refuses_what_is_signed_anew_with_a_wrong_secret() {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let client = aws_sdk_kinesis::Client::new(&uncached(&upstream, Spoilt::default()).chaos(&chaos));
    let _outage = chaos.scope(records().partial(not_done(0.4)));
    let error = put(&client).await.unwrap_err().into_service_error();
    assert_eq!(ProvideErrorMetadata::code(&error), Some("InvalidSignatureException"));
}

/// Clients of one config share what we keep, and not their credentials.
#[tokio::test]
async fn each_call_is_signed_with_its_own_credentials() {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let config = sdk::config(&upstream.url()).build().chaos(&chaos);
    let wrong = aws_sdk_kinesis::config::Builder::from(&config).credentials_provider(keys("wrong", None));
    let wrong = aws_sdk_kinesis::Client::from_conf(wrong.build());
    let right = aws_sdk_kinesis::Client::new(&config);
    // What is kept from before does not sign, and the call is not touched.
    let idle = chaos.scope(records().partial(done(0.4)));
    put(&right).await.unwrap();
    drop(idle);
    let _outage = chaos.scope(records().partial(not_done(0.4)));
    assert_eq!(failed(&put(&right).await.unwrap()).len(), 2);
    let error = put(&wrong).await.unwrap_err().into_service_error();
    assert_eq!(ProvideErrorMetadata::code(&error), Some("InvalidSignatureException"));
    assert_eq!(failed(&put(&right).await.unwrap()).len(), 2);
}

#[tokio::test]
async fn what_cannot_fail_in_part_passes_and_says_why() {
    let (logs, _guard) = Logs::capture();
    let memory = Memory::default();
    let chaos = chaos();
    let client = aws_sdk_kinesis::Client::new(&sdk::in_memory(memory.clone()).build().chaos(&chaos));
    let outage = chaos.scope(fault("kinesis", "*").partial(done(0.5))).optional();
    let put = client.put_record().stream_name("orders").partition_key("a").data(Blob::new("data"));
    put.send().await.unwrap();
    assert_eq!((outage.matched(), outage.injected(), memory.hits()), (0, 0, 1));
    let said =
        logs.of("chaos").into_iter().filter(|line| line.text.contains("only batch operations have entries"));
    assert_eq!(said.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delay_comes_first_and_its_end_lets_the_call_pass_whole() {
    let memory = Memory::taking(Duration::from_millis(50));
    let chaos = chaos();
    let client = aws_sdk_kinesis::Client::new(&sdk::in_memory(memory.clone()).build().chaos(&chaos));
    for fault in [done(0.4), not_done(0.4)] {
        let slow = || records().latency(Duration::from_millis(500)).partial(fault.clone());
        let outage = chaos.scope(slow());
        let start = Instant::now();
        let held = async {
            sleep(Duration::from_millis(525)).await;
            // Until the rewritten answer is there.
            assert_eq!(chaos.health().active, 1);
        };
        let (output, ()) = tokio::join!(put(&client), held);
        assert_eq!(failed(&output.unwrap()).len(), 2);
        assert_eq!((start.elapsed(), chaos.health().active), (Duration::from_millis(550), 0));
        drop(outage);

        let outage = chaos.scope(slow());
        let ending = async {
            sleep(Duration::from_millis(100)).await;
            drop(outage);
        };
        let (output, ()) = tokio::join!(put(&client), ending);
        assert_eq!(failed(&output.unwrap()), [""; 0]);
    }
}

/// A client of DynamoDB with a table, and its faults.
async fn table() -> (Upstream, Chaos, aws_sdk_dynamodb::Client) {
    let upstream = Upstream::start().await;
    let chaos = chaos();
    let config: SdkConfig = sdk::config(&upstream.url()).build().chaos(&chaos);
    let client = aws_sdk_dynamodb::Client::new(&config);
    let id = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let table = client.create_table().table_name("orders").billing_mode(BillingMode::PayPerRequest);
    let table = table.attribute_definitions(id.build().unwrap()).key_schema(key.build().unwrap());
    table.send().await.unwrap();
    (upstream, chaos, client)
}

type Item = HashMap<String, AttributeValue>;

fn item(id: &str) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    [("id".to_owned(), text(id)), ("more".to_owned(), text("x"))].into()
}

fn ids<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<String> {
    let mut ids: Vec<_> = items.into_iter().map(|item| item["id"].as_s().unwrap().clone()).collect();
    ids.sort();
    ids
}

fn write(id: &str) -> WriteRequest {
    let put = PutRequest::builder().set_item(Some(item(id))).build().unwrap();
    WriteRequest::builder().put_request(put).build()
}

/// What came back unprocessed.
async fn write_all(client: &aws_sdk_dynamodb::Client) -> Vec<String> {
    let write = client.batch_write_item().request_items("orders", KEYS.map(write).to_vec());
    let unprocessed = write.send().await.unwrap().unprocessed_items.unwrap_or_default();
    let writes = unprocessed.get("orders").map(Vec::as_slice).unwrap_or_default();
    ids(writes.iter().map(|write| write.put_request().unwrap().item()))
}

async fn stored(client: &aws_sdk_dynamodb::Client) -> Vec<String> {
    ids(client.scan().table_name("orders").send().await.unwrap().items())
}

#[tokio::test]
async fn writes_come_back_unprocessed_done_or_not() {
    let (_upstream, chaos, client) = table().await;
    let outage = chaos.scope(fault("dynamodb", "BatchWriteItem").partial(not_done(0.6)));
    let back = write_all(&client).await;
    outage.assert_injected(1);
    assert_eq!(back.len(), 3);
    let back: Vec<_> = back.iter().map(String::as_str).collect();
    assert_eq!(stored(&client).await, others(&back));
    drop(outage);

    let outage = chaos.scope(fault("dynamodb", "BatchWriteItem").partial(done(0.6)));
    assert_eq!(write_all(&client).await.len(), 3);
    outage.assert_injected(1);
    assert_eq!(stored(&client).await, KEYS);
}

#[tokio::test]
async fn errors_of_the_service_stay_as_they_are() {
    let (_upstream, chaos, client) = table().await;
    let outage = chaos.scope(fault("dynamodb", "BatchWriteItem").partial(done(0.5)));
    let write = client.batch_write_item().request_items("none", vec![write("a")]).send().await;
    let error = write.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
    outage.assert_injected(0);
    assert_eq!(outage.without_effect(), 1);
}

fn all_keys() -> aws_sdk_dynamodb::types::builders::KeysAndAttributesBuilder {
    let key = |id: &str| Item::from([("id".to_owned(), AttributeValue::S(id.to_owned()))]);
    KeysAndAttributes::builder().set_keys(Some(KEYS.map(key).to_vec())).consistent_read(true)
}

#[tokio::test]
async fn reads_come_back_unprocessed_with_their_settings() {
    let (upstream, chaos, client) = table().await;
    assert_eq!(write_all(&client).await, [""; 0]);
    for (fault_, sent) in [(done(0.4), 5), (not_done(0.4), 3)] {
        let outage = chaos.scope(fault("dynamodb", "BatchGetItem").partial(fault_));
        let keys = all_keys().projection_expression("#i, more").expression_attribute_names("#i", "id");
        let read =
            client.batch_get_item().request_items("orders", keys.build().unwrap()).send().await.unwrap();
        outage.assert_injected(1);
        let found = ids(&read.responses.unwrap()["orders"]);
        let unprocessed = &read.unprocessed_keys.unwrap()["orders"];
        let missing = ids(unprocessed.keys());
        assert_eq!((found.len(), missing.len()), (3, 2));
        let missing: Vec<_> = missing.iter().map(String::as_str).collect();
        assert_eq!(found, others(&missing));
        assert_eq!(
            (unprocessed.consistent_read(), unprocessed.projection_expression()),
            (Some(true), Some("#i, more"))
        );
        let body: serde_json::Value =
            serde_json::from_slice(&upstream.received().pop().unwrap().body).unwrap();
        assert_eq!(body["RequestItems"]["orders"]["Keys"].as_array().unwrap().len(), sent);
    }
}

#[tokio::test]
async fn reads_that_hide_their_keys_fail_only_unsent() {
    let (_upstream, chaos, client) = table().await;
    let read = || {
        let keys = all_keys().projection_expression("more").build().unwrap();
        client.batch_get_item().request_items("orders", keys).send()
    };
    let (logs, _guard) = Logs::capture();
    let outage = chaos.scope(fault("dynamodb", "BatchGetItem").partial(done(0.4)));
    assert!(read().await.unwrap().unprocessed_keys.unwrap().is_empty());
    assert_eq!((outage.matched(), outage.injected()), (1, 0));
    let told = logs.of("chaos").into_iter().filter(|line| line.text.contains("leaves out the keys"));
    assert_eq!(told.count(), 1);
    drop(outage);
    let outage = chaos.scope(fault("dynamodb", "BatchGetItem").partial(not_done(0.4)));
    assert_eq!(read().await.unwrap().unprocessed_keys.unwrap()["orders"].keys().len(), 2);
    outage.assert_injected(1);
}
